/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/cms.h"

#include "tests/unit/vectors.h"

static uint8_t memory[VECTOR_MAX], output[VECTOR_MAX];

/* A message by OpenSSL, and what it takes to make it again: its own signature is given for what must be its
 * own bytes. */
struct example {
    struct vector vector;
    struct cms cms;
    struct cms_signer signer;
    struct bytes certificate;
    struct cms_request request;
    uint8_t tbs[1024];
    size_t tbs_size;
    enum result result;
};

static enum result sign_known(void *ctx, struct bytes tbs, struct buf *signature)
{
    struct example *example = ctx;

    ck_assert_uint_le(tbs.size, sizeof(example->tbs));
    memcpy(example->tbs, tbs.data, tbs.size);
    example->tbs_size = tbs.size;
    buf_add(signature, example->signer.signature);
    return example->result;
}

static struct signer load(const char *name, struct example *ret)
{
    struct buf out = BUF_OVER(memory);
    struct tlv_cursor cursor;

    memset(ret, 0, sizeof(*ret));
    assert_ok(cms_read(vector_load(name, &ret->vector), &out, &ret->cms));
    cursor = tlv_open(ret->cms.signers);
    assert_ok(cms_next_signer(&cursor, &ret->signer));
    assert_ok(cms_find_certificate(&ret->cms, &ret->signer, &ret->certificate));
    ret->request = (struct cms_request){ .certificate = ret->certificate,
                                         .certificate_digest = ret->signer.certificate_digest,
                                         .hash = ret->signer.hash,
                                         .content_digest = ret->signer.message_digest,
                                         .signing_time = &ret->signer.time };
    return (struct signer){ ret->signer.algorithm, sign_known, ret };
}

START_TEST(makes_the_message_that_openssl_makes)
{
    struct example example;
    struct signer signer = load("requests/ecdsa.p7s", &example);
    struct buf out = BUF_OVER(output);

    assert_ok(cms_make(&example.request, NULL, &signer, &out));
    assert_bytes(buf_bytes(&out), example.vector.bytes);
}
END_TEST

START_TEST(signs_the_attributes_that_openssl_signs)
{
    static const char *const names[] = { "requests/rsa.p7s", "requests/2012-256.p7s" };

    for (size_t i = 0; i < 2; i++) {
        struct example example;
        struct signer signer = load(names[i], &example);
        struct buf out = BUF_OVER(output), tbs = BUF_OVER(memory);

        assert_ok(cms_make(&example.request, NULL, &signer, &out));
        assert_ok(cms_signer_tbs(&example.signer, &tbs));
        if (i == 0) /* the engine writes NULL after the hash in signingCertificateV2 */
            assert_bytes(bytes_make(example.tbs, example.tbs_size), buf_bytes(&tbs));
        else
            ck_assert_uint_eq(example.tbs_size, tbs.size - 2);
    }
}
END_TEST

START_TEST(an_attached_content_comes_back)
{
    struct example example;
    struct signer signer = load("requests/2012-256.p7s", &example);
    struct bytes content = bytes_text("content\n"), found;
    struct buf out = BUF_OVER(output), none = { 0 };
    struct tlv_cursor cursor;
    struct cms_signer back;
    struct cms cms;

    example.request.signing_time = NULL;
    assert_ok(cms_make(&example.request, &content, &signer, &out));
    assert_ok(cms_read(buf_bytes(&out), &none, &cms));
    ck_assert(cms.has_content);
    assert_bytes(cms.content, content);
    cursor = tlv_open(cms.signers);
    assert_ok(cms_next_signer(&cursor, &back));
    assert_ok(cms_find_certificate(&cms, &back, &found));
    assert_bytes(found, example.certificate);
    assert_bytes(back.signature, example.signer.signature);
    assert_bytes(back.certificate_digest, example.signer.certificate_digest);
    ck_assert_int_eq((int)back.certificate_hash, (int)HASH_STREEBOG_256);
    ck_assert_int_eq((int)back.algorithm.scheme, (int)SCHEME_GOST);
    ck_assert(!back.has_time);
    out = (struct buf)BUF_OVER(memory);
    assert_ok(cms_signer_tbs(&back, &out));
    assert_bytes(buf_bytes(&out), bytes_make(example.tbs, example.tbs_size));
}
END_TEST

START_TEST(the_two_ends_and_the_content_are_the_whole_message)
{
    static const size_t sizes[] = { 0, 1, 127, 128, 1000 };
    static uint8_t content_memory[1000];
    struct example example;
    struct signer signer = load("requests/rsa.p7s", &example);

    for (size_t i = 0; i < 5; i++) {
        uint8_t head_memory[CMS_HEAD_MAX];
        struct buf out = BUF_OVER(output), head = BUF_OVER(head_memory), tail = BUF_OVER(memory);
        struct bytes content = bytes_make(content_memory, sizes[i]), whole;

        assert_ok(cms_make(&example.request, &content, &signer, &out));
        load("requests/rsa.p7s", &example);
        assert_ok(cms_make_around(&example.request, sizes[i], &signer, &head, &tail));
        whole = buf_bytes(&out);
        assert_bytes(bytes_slice(whole, 0, head.size), buf_bytes(&head));
        assert_bytes(bytes_slice(whole, head.size, sizes[i]), content);
        assert_bytes(bytes_from(whole, head.size + sizes[i]), buf_bytes(&tail));
    }
}
END_TEST

START_TEST(a_content_of_any_length_has_its_length_before_it)
{
    struct example example;
    struct signer signer = load("requests/ecdsa.p7s", &example);
    uint8_t head_memory[CMS_HEAD_MAX];
    struct buf head = BUF_OVER(head_memory), tail = BUF_OVER(output);
    uint64_t outer;

    assert_ok(cms_make_around(&example.request, 0xC0000000, &signer, &head, &tail));
    assert_bytes(bytes_from(buf_bytes(&head), head.size - 6), BYTES_LIT(0x04, 0x84, 0xC0, 0, 0, 0));
    buf_clear(&head);
    buf_clear(&tail);
    assert_ok(cms_make_around(&example.request, UINT64_C(0x123456789), &signer, &head, &tail));
    assert_bytes(bytes_from(buf_bytes(&head), head.size - 7),
                 BYTES_LIT(0x04, 0x85, 0x01, 0x23, 0x45, 0x67, 0x89));
    assert_bytes(bytes_slice(buf_bytes(&head), 0, 2), BYTES_LIT(0x30, 0x85));
    outer = bytes_number(bytes_slice(buf_bytes(&head), 2, 5));
    ck_assert_uint_eq(outer + 7, head.size + UINT64_C(0x123456789) + tail.size);
    buf_clear(&head);
    buf_clear(&tail);
    assert_ok(cms_make_around(&example.request, CMS_CONTENT_MAX, &signer, &head, &tail));
    assert_bytes(bytes_from(buf_bytes(&head), head.size - 10),
                 BYTES_LIT(0x04, 0x88, 0x40, 0, 0, 0, 0, 0, 0, 0));
    assert_result(cms_make_around(&example.request, CMS_CONTENT_MAX + 1, &signer, &head, &tail),
                  RESULT_TOO_LARGE);
}
END_TEST

/* EXISTING gets a signer more: the message in OUTPUT, read into *RET. */
static void add_signer(struct example *example, const struct signer *signer, const struct cms *existing,
                       struct cms *ret)
{
    struct buf out = BUF_OVER(output), none = { 0 };

    example->request.existing = existing;
    assert_ok(cms_make(&example->request, NULL, signer, &out));
    assert_ok(cms_read(buf_bytes(&out), &none, ret));
}

START_TEST(a_second_signer_stands_beside_the_first)
{
    static uint8_t first_bytes[VECTOR_MAX];
    struct buf first = BUF_OVER(first_bytes), none = { 0 };
    struct example rsa, gost;
    struct signer rsa_signer = load("requests/rsa.p7s", &rsa);
    struct signer gost_signer;
    struct cms existing, both;
    struct tlv_cursor cursor;
    struct cms_signer one, other;
    struct bytes certificate;

    assert_ok(cms_make(&rsa.request, NULL, &rsa_signer, &first));
    assert_ok(cms_read(buf_bytes(&first), &none, &existing));
    gost_signer = load("requests/2012-256.p7s", &gost);
    add_signer(&gost, &gost_signer, &existing, &both);
    cursor = tlv_open(both.signers);
    assert_ok(cms_next_signer(&cursor, &one));
    assert_ok(cms_next_signer(&cursor, &other));
    assert_result(cms_next_signer(&cursor, &other), RESULT_NOT_FOUND);
    ck_assert(!both.has_content);
    ck_assert_uint_eq(both.version, 1);
    /* the first signer's bytes are untouched, and both certificates are there */
    ck_assert_ptr_nonnull(
        memmem(both.signers.data, both.signers.size, existing.signers.data, existing.signers.size));
    ck_assert_uint_eq(both.certificates.size, rsa.certificate.size + gost.certificate.size);
    cursor = tlv_open(both.signers);
    for (size_t i = 0; i < 2; i++) {
        assert_ok(cms_next_signer(&cursor, &one));
        assert_ok(cms_find_certificate(&both, &one, &certificate));
    }
    ck_assert_uint_eq(both.hashes.size, existing.hashes.size + hash_oid(HASH_STREEBOG_256).size + 2);
}
END_TEST

START_TEST(the_same_signer_again_brings_no_certificate_or_hash_twice)
{
    static uint8_t first_bytes[VECTOR_MAX];
    struct buf first = BUF_OVER(first_bytes), none = { 0 };
    struct example example;
    struct signer signer = load("requests/ecdsa.p7s", &example);
    struct cms existing, both;

    assert_ok(cms_make(&example.request, NULL, &signer, &first));
    assert_ok(cms_read(buf_bytes(&first), &none, &existing));
    existing.version = 5; /* as with revocation lists of another form */
    add_signer(&example, &signer, &existing, &both);
    assert_bytes(both.certificates, existing.certificates);
    assert_bytes(both.hashes, existing.hashes);
    ck_assert_uint_eq(both.version, 5);
    ck_assert_uint_eq(both.signers.size, 2 * existing.signers.size);
}
END_TEST

START_TEST(a_version_that_nobody_knows_is_not_passed_on)
{
    static uint8_t first_bytes[VECTOR_MAX];
    struct buf first = BUF_OVER(first_bytes), none = { 0 }, out = BUF_OVER(output);
    struct example example;
    struct signer signer = load("requests/ecdsa.p7s", &example);
    struct cms existing;

    assert_ok(cms_make(&example.request, NULL, &signer, &first));
    assert_ok(cms_read(buf_bytes(&first), &none, &existing));
    example.request.existing = &existing;
    existing.version = 6;
    assert_result(cms_make(&example.request, NULL, &signer, &out), RESULT_MALFORMED);
    buf_clear(&out);
    existing.version = UINT8_MAX;
    assert_result(cms_make(&example.request, NULL, &signer, &out), RESULT_MALFORMED);
}
END_TEST

START_TEST(another_content_type_makes_version_three)
{
    const uint8_t type[] = { 0x06, 0x02, 0x2A, 0x03 };
    struct example example;
    struct signer signer = load("requests/ecdsa.p7s", &example);
    struct buf out = BUF_OVER(output), none = { 0 };
    struct tlv_cursor cursor;
    struct cms_signer back;
    struct cms cms;
    struct bytes body;

    example.request.content_type = BYTES_OF(type);
    assert_ok(cms_make(&example.request, NULL, &signer, &out));
    assert_ok(cms_read(buf_bytes(&out), &none, &cms));
    assert_bytes(cms.content_type, BYTES_OF(type));
    cursor = tlv_open(cms.signers);
    assert_ok(cms_next_signer(&cursor, &back));
    ck_assert(cms_signer_agrees(&back, BYTES_OF(type), example.signer.message_digest));
    assert_ok(tlv_find_path(buf_bytes(&out), (const uint32_t[]){ 0x30, 0xA0, 0x30, 0x02 }, 4, &body));
    assert_bytes(body, BYTES_LIT(3));
}
END_TEST

START_TEST(certificates_are_included_as_asked_and_in_order)
{
    struct example example;
    struct signer signer = load("requests/ecdsa.p7s", &example);
    struct vector vector;
    struct bytes other = vector_load("requests/rfc9215-a1.crt", &vector);
    struct buf out = BUF_OVER(output), none = { 0 };
    struct cms cms;

    example.request.others = &other;
    example.request.other_count = 1;
    assert_ok(cms_make(&example.request, NULL, &signer, &out));
    assert_ok(cms_read(buf_bytes(&out), &none, &cms));
    /* both have a length of two bytes, and the example of the RFC is the shorter */
    ck_assert(bytes_start_with(cms.certificates, other));
    assert_bytes(bytes_from(cms.certificates, other.size), example.certificate);
    example.request.other_count = 0;
    example.request.without_certificate = true;
    buf_clear(&out);
    assert_ok(cms_make(&example.request, NULL, &signer, &out));
    assert_ok(cms_read(buf_bytes(&out), &none, &cms));
    ck_assert_uint_eq(cms.certificates.size, 0);
}
END_TEST

START_TEST(times_after_2049_have_four_digits_of_year)
{
    struct cms_time late = { 2050, 1, 2, 3, 4, 5 }, wrong = { 2024, 13, 1, 0, 0, 0 };
    struct example example;
    struct signer signer = load("requests/ecdsa.p7s", &example);
    struct buf out = BUF_OVER(output), none = { 0 };
    struct tlv_cursor cursor;
    struct cms_signer back;
    struct cms cms;

    example.request.signing_time = &late;
    assert_ok(cms_make(&example.request, NULL, &signer, &out));
    assert_ok(cms_read(buf_bytes(&out), &none, &cms));
    cursor = tlv_open(cms.signers);
    assert_ok(cms_next_signer(&cursor, &back));
    ck_assert(back.has_time && back.time.year == 2050 && back.time.month == 1 && back.time.day == 2 &&
              back.time.hour == 3 && back.time.minute == 4 && back.time.second == 5);
    example.request.signing_time = &wrong;
    assert_result(cms_make(&example.request, NULL, &signer, &out), RESULT_BAD_ARGUMENT);
}
END_TEST

START_TEST(edwards_keys_sign_with_another_hash_of_the_content)
{
    static const uint8_t digest[64];
    struct example example;
    struct signer signer = load("requests/ecdsa.p7s", &example);
    struct buf out = BUF_OVER(output);

    signer.algorithm = algorithm_make(SCHEME_EDDSA, HASH_NONE);
    example.request.hash = HASH_SHA512;
    example.request.content_digest = example.request.certificate_digest = BYTES_OF(digest);
    assert_ok(cms_make(&example.request, NULL, &signer, &out));
}
END_TEST

START_TEST(parts_that_do_not_fit_are_refused)
{
    struct example example;
    struct signer signer = load("requests/ecdsa.p7s", &example), other = signer;
    struct cms_request request = example.request;
    struct buf out = BUF_OVER(output);

    other.algorithm.hash = HASH_SHA384;
    assert_result(cms_make(&request, NULL, &other, &out), RESULT_BAD_ARGUMENT);
    request.content_digest = bytes_from(request.content_digest, 1);
    assert_result(cms_make(&request, NULL, &signer, &out), RESULT_BAD_ARGUMENT);
    request = example.request;
    request.certificate_digest = BYTES_NONE;
    assert_result(cms_make(&request, NULL, &signer, &out), RESULT_BAD_ARGUMENT);
    request = example.request;
    request.certificate = bytes_slice(request.certificate, 0, request.certificate.size - 1);
    assert_result(cms_make(&request, NULL, &signer, &out), RESULT_MALFORMED);
    example.result = RESULT_CARD_REMOVED;
    out = (struct buf)BUF_OVER(output);
    assert_result(cms_make(&example.request, NULL, &signer, &out), RESULT_CARD_REMOVED);
}
END_TEST

START_TEST(a_small_buffer_is_told)
{
    struct example example;
    struct signer signer = load("requests/ecdsa.p7s", &example);

    for (size_t room = 0; room < example.vector.bytes.size; room += 7) {
        struct bytes exact = vector_exact(bytes_slice(example.vector.bytes, 0, room));
        struct buf out = buf_make((uint8_t *)(uintptr_t)exact.data, room);

        assert_result(cms_make(&example.request, NULL, &signer, &out), RESULT_TOO_LARGE);
        free((void *)(uintptr_t)exact.data);
    }
}
END_TEST

UNIT_MAIN("cms_make", makes_the_message_that_openssl_makes, signs_the_attributes_that_openssl_signs,
          an_attached_content_comes_back, the_two_ends_and_the_content_are_the_whole_message,
          a_content_of_any_length_has_its_length_before_it, a_second_signer_stands_beside_the_first,
          a_version_that_nobody_knows_is_not_passed_on,
          the_same_signer_again_brings_no_certificate_or_hash_twice, another_content_type_makes_version_three,
          certificates_are_included_as_asked_and_in_order, times_after_2049_have_four_digits_of_year,
          edwards_keys_sign_with_another_hash_of_the_content, parts_that_do_not_fit_are_refused,
          a_small_buffer_is_told)
