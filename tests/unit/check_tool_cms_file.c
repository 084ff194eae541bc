/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/cms_file.h"

#include "asn1/pem.h"
#include "tests/unit/tool_place.h"
#include "tests/unit/vectors.h"

/** A content that is gathered. */
struct gathered {
    uint8_t memory[4096];
    struct buf buf;
};

static enum exit_code gather(void *ctx, struct bytes piece)
{
    struct gathered *gathered = ctx;

    buf_add(&gathered->buf, piece);
    return EXIT_CODE_OK;
}

/** Opens what lies at PLACE, and has the content given twice. */
static void assert_content(struct tool_place *place, bool text, struct bytes content)
{
    SCOPED(cms_file_close) struct cms_file file = { 0 };
    struct gathered gathered;
    const struct sink sink = { gather, &gathered };

    ck_assert_int_eq(cms_file_open(&place->ear.ui, place->path, &file), EXIT_CODE_OK);
    ck_assert(file.text == text);
    ck_assert(file.cms.has_content == (content.size > 0));
    ck_assert_uint_eq(file.content_size, content.size);
    for (unsigned i = 0; i < 2; i++) {
        gathered.buf = (struct buf)BUF_OVER(gathered.memory);
        ck_assert_int_eq(cms_file_content(&place->ear.ui, &file, &sink), EXIT_CODE_OK);
        assert_bytes(buf_bytes(&gathered.buf), content);
    }
}

/** What cms_read() finds in the whole message, cms_file finds without the content. */
static void assert_same(struct tool_place *place, struct bytes whole)
{
    SCOPED(cms_file_close) struct cms_file file = { 0 };
    uint8_t memory[VECTOR_MAX];
    struct buf flat = BUF_OVER(memory);
    struct cms cms;

    assert_ok(cms_read(whole, &flat, &cms));
    ck_assert_int_eq(cms_file_open(&place->ear.ui, place->path, &file), EXIT_CODE_OK);
    ck_assert_uint_eq(file.cms.version, cms.version);
    assert_bytes(file.cms.hashes, cms.hashes);
    assert_bytes(file.cms.content_type, cms.content_type);
    assert_bytes(file.cms.certificates, cms.certificates);
    assert_bytes(file.cms.crls, cms.crls);
    assert_bytes(file.cms.signers, cms.signers);
    ck_assert(file.cms.has_content == cms.has_content);
    ck_assert_uint_eq(file.content_size, cms.content.size);
}

static const char *const names[] = {
    "requests/rsa.p7s",         "requests/pss.p7s",
    "requests/ecdsa.p7s",       "requests/ecdsa-key-id.p7s",
    "requests/2012-256.p7s",    "requests/2012-256-ber.p7s",
    "requests/two-signers.p7s", "requests/2012-512-attached.p7s",
    "requests/certtool-attached.p7s",
};

#define NAMES (sizeof(names) / sizeof(names[0]))

START_TEST(der_ber_pem_and_bare_base64_are_the_same_message)
{
    uint8_t memory[PEM_SIZE(VECTOR_MAX)];
    struct tool_place place;
    struct vector vector;

    tool_place_open(&place);
    for (size_t i = 0; i < NAMES; i++) {
        struct bytes whole = vector_load(names[i], &vector);
        struct buf text = BUF_OVER(memory);

        tool_place_put(&place, "", whole);
        assert_same(&place, whole);
        pem_add("CMS", whole, &text);
        tool_place_put(&place, "subject=somebody\n", buf_bytes(&text));
        assert_same(&place, whole);
        buf_clear(&text);
        pem_add_base64(whole, &text);
        tool_place_put(&place, "\xEF\xBB\xBF\r\n", buf_bytes(&text));
        assert_same(&place, whole);
    }
    tool_place_close(&place);
}
END_TEST

START_TEST(the_content_comes_out_whole_or_in_pieces)
{
    struct bytes content = bytes_text("content\n");
    struct tool_place place;
    struct vector vector;

    tool_place_open(&place);
    tool_place_put(&place, "", vector_load("requests/2012-512-attached.p7s", &vector));
    assert_content(&place, false, content);
    tool_place_put(&place, "", vector_load("requests/2012-256-ber.p7s", &vector));
    assert_content(&place, false, content);
    tool_place_put(&place, "", vector_load("requests/rsa.p7s", &vector));
    assert_content(&place, false, BYTES_NONE);
    tool_place_close(&place);
}
END_TEST

START_TEST(a_message_that_ends_early_is_refused_at_every_byte)
{
    struct tool_place place;
    struct vector vector;

    tool_place_open(&place);
    for (size_t i = 4; i < NAMES; i++) {
        struct bytes whole = vector_load(names[i], &vector);

        for (size_t size = 0; size < whole.size; size += i == 5 ? 1 : 3) {
            struct cms_file file;

            tool_place_put(&place, "", bytes_slice(whole, 0, size));
            ck_assert_msg(cms_file_open(&place.ear.ui, place.path, &file) == EXIT_CODE_BAD_INPUT, "%s: %zu", names[i], size);
        }
    }
    tool_place_close(&place);
}
END_TEST

/** Writes WHOLE with TAIL behind it. */
static void put_with_tail(struct tool_place *place, struct bytes whole, const char *tail)
{
    uint8_t memory[VECTOR_MAX + 64];
    struct buf longer = BUF_OVER(memory);

    buf_add(&longer, whole);
    buf_add(&longer, bytes_text(tail));
    assert_ok(buf_check(&longer));
    tool_place_put(place, "", buf_bytes(&longer));
}

START_TEST(what_follows_a_message_of_bytes_is_told_and_refused)
{
    static const char *const tails[] = { "\n", "0", "and some more" };
    struct tool_place place;
    struct vector vector;
    struct cms_file file;

    tool_place_open(&place);
    for (size_t i = 0; i < NAMES; i++) {
        for (size_t k = 0; k < sizeof(tails) / sizeof(tails[0]); k++) {
            put_with_tail(&place, vector_load(names[i], &vector), tails[k]);
            ck_assert_msg(cms_file_open(&place.ear.ui, place.path, &file) == EXIT_CODE_BAD_INPUT, "%s: %zu", names[i], k);
        }
    }
    tool_flush(&place.ear);
    ck_assert_ptr_nonnull(strstr(place.ear.err, "goes on for 1 byte after the signature"));
    ck_assert_ptr_nonnull(strstr(place.ear.err, "goes on for 13 bytes after the signature"));
    tool_place_close(&place);
}
END_TEST

START_TEST(other_things_are_refused_by_what_they_are)
{
    const uint8_t enveloped[] = { 0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x03, 0xA0, 0x00 };
    struct tool_place place;
    struct cms_file file;

    tool_place_open(&place);
    tool_place_put(&place, "", BYTES_OF(enveloped));
    ck_assert_int_eq(cms_file_open(&place.ear.ui, place.path, &file), EXIT_CODE_BAD_INPUT);
    tool_flush(&place.ear);
    ck_assert_ptr_nonnull(strstr(place.ear.err, "not a signed one"));
    tool_place_put(&place, "", BYTES_NONE);
    ck_assert_int_eq(cms_file_open(&place.ear.ui, place.path, &file), EXIT_CODE_BAD_INPUT);
    tool_flush(&place.ear);
    ck_assert_ptr_nonnull(strstr(place.ear.err, "is empty"));
    tool_place_put(&place, "any text at all\n", BYTES_NONE);
    ck_assert_int_eq(cms_file_open(&place.ear.ui, place.path, &file), EXIT_CODE_BAD_INPUT);
    unlink(place.path);
    ck_assert_int_eq(cms_file_open(&place.ear.ui, place.path, &file), EXIT_CODE_NOT_FOUND);
    ck_assert_int_eq(cms_file_open(&place.ear.ui, "/tmp", &file), EXIT_CODE_BAD_INPUT);
    tool_place_close(&place);
}
END_TEST

START_TEST(broken_bytes_do_no_harm)
{
    struct tool_place place;
    struct vector vector;
    struct bytes whole;

    tool_place_open(&place);
    whole = vector_load("requests/2012-256-ber.p7s", &vector);
    for (size_t at = 0; at < whole.size; at++) {
        SCOPED(cms_file_close) struct cms_file file = { 0 };
        struct gathered gathered = { .buf = { 0 } };
        const struct sink sink = { gather, &gathered };

        vector.memory[at] ^= (uint8_t)(1 << (at % 8));
        tool_place_put(&place, "", whole);
        if (cms_file_open(&place.ear.ui, place.path, &file) == EXIT_CODE_OK)
            ck_assert_int_eq(cms_file_content(&place.ear.ui, &file, &sink), EXIT_CODE_OK);
        vector.memory[at] ^= (uint8_t)(1 << (at % 8));
    }
    tool_place_close(&place);
}
END_TEST

UNIT_MAIN("cms_file", der_ber_pem_and_bare_base64_are_the_same_message, the_content_comes_out_whole_or_in_pieces,
          a_message_that_ends_early_is_refused_at_every_byte, what_follows_a_message_of_bytes_is_told_and_refused,
          other_things_are_refused_by_what_they_are, broken_bytes_do_no_harm)
