/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/folder.h"

#include <openssl/evp.h>

#include "tests/unit/folder_unit.h"
#include "tests/unit/vectors.h"

static struct folder *read_place(const struct place *place)
{
    struct folder *folder = NULL;

    assert_ok(folder_read(place->path, &folder));
    return folder;
}

static size_t count_in(const struct place *place)
{
    SCOPED(folder_free) struct folder *folder = read_place(place);

    return folder->count;
}

/* DER as a block of PEM, by OpenSSL's base64. */
static struct bytes pem_of(struct bytes der)
{
    static char text[3 * VECTOR_MAX];
    static unsigned char digits[2 * VECTOR_MAX];

    ck_assert_int_gt(EVP_EncodeBlock(digits, der.data, (int)der.size), 0);
    snprintf(text, sizeof(text),
             "subject: somebody\n-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n",
             (const char *)digits);
    return bytes_text(text);
}

START_TEST(certificates_are_read_in_the_order_of_their_names)
{
    PLACE;
    struct vector rsa, ec, other;

    vector_load("asn1/rsa2048.crt", &rsa);
    vector_load("asn1/p256.crt", &ec);
    vector_load("asn1/ed25519.crt", &other);
    place_put(&place, "c.CER", rsa.bytes);
    place_put(&place, "b.pem", pem_of(ec.bytes));
    place_put(&place, "иванов.crt", other.bytes);
    place_put(&place, "a.txt", rsa.bytes);
    place_put(&place, "README", rsa.bytes);
    place_put(&place, ".cer", rsa.bytes);
    SCOPED(folder_free) struct folder *folder = read_place(&place);
    ck_assert_uint_eq(folder->count, 3);
    ck_assert_str_eq(folder->certs[0].name, "b.pem");
    assert_bytes(folder->certs[0].der, ec.bytes);
    ck_assert_int_eq((int)folder->certs[0].key.kind, (int)KEY_EC);
    ck_assert_str_eq(folder->certs[1].name, "c.CER");
    assert_bytes(folder->certs[1].der, rsa.bytes);
    ck_assert_str_eq(folder->certs[2].name, "иванов.crt");
    folder_drop(folder, 0);
    ck_assert_uint_eq(folder->count, 2);
    assert_bytes(folder->certs[0].der, rsa.bytes);
}
END_TEST

START_TEST(what_is_no_certificate_is_left_out)
{
    PLACE;
    struct vector rsa;
    uint8_t long_file[FOLDER_FILE_MAX + 1] = { 0x30 };

    vector_load("asn1/rsa2048.crt", &rsa);
    place_put(&place, "empty.cer", BYTES_NONE);
    place_put(&place, "text.cer", bytes_text("not a certificate"));
    place_put(&place, "block.pem",
              bytes_text("-----BEGIN CERTIFICATE-----\nZm9v\n-----END CERTIFICATE-----\n"));
    place_put(&place, "cut.cer", bytes_slice(rsa.bytes, 0, rsa.bytes.size - 1));
    place_put(&place, "long.cer", BYTES_OF(long_file));
    ck_assert_uint_eq(count_in(&place), 0);
    place_put(&place, "good.cer", rsa.bytes);
    ck_assert_uint_eq(count_in(&place), 1);
    place_put(&place, "twice.cer", rsa.bytes);
    ck_assert_uint_eq(count_in(&place), 1);
}
END_TEST

/* A pipe would be waited for, a link may lead anywhere. */
START_TEST(only_plain_files_are_read)
{
    PLACE;
    SCOPED(place_free) struct place other = place_new();
    struct vector rsa;
    char target[PATH_MAX_HERE];

    place_put(&other, "real.cer", vector_load("asn1/rsa2048.crt", &rsa));
    snprintf(target, sizeof(target), "%s", place_of(&other, "real.cer"));
    ck_assert_int_eq(symlink(target, place_of(&place, "link.cer")), 0);
    ck_assert_int_eq(mkfifo(place_of(&place, "pipe.cer"), 0600), 0);
    ck_assert_int_eq(mkdir(place_of(&place, "folder.cer"), 0700), 0);
    ck_assert_uint_eq(count_in(&place), 0);
    ck_assert_uint_eq(count_in(&other), 1);
}
END_TEST

START_TEST(a_folder_that_others_rule_is_not_read)
{
    PLACE;
    struct vector rsa;

    place_put(&place, "a.cer", vector_load("asn1/rsa2048.crt", &rsa));
    ck_assert_uint_eq(count_in(&place), 1);
    ck_assert_int_eq(chmod(place.path, 0777), 0);
    ck_assert_uint_eq(count_in(&place), 0);
    ck_assert_int_eq(chmod(place.path, 0700), 0);
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(place.path, 65534, 65534), 0);
        ck_assert_uint_eq(count_in(&place), 0);
    }
}
END_TEST

START_TEST(a_file_that_others_rule_is_not_read)
{
    PLACE;
    struct vector rsa;

    place_put(&place, "a.cer", vector_load("asn1/rsa2048.crt", &rsa));
    ck_assert_int_eq(chmod(place_of(&place, "a.cer"), 0666), 0);
    ck_assert_uint_eq(count_in(&place), 0);
    ck_assert_int_eq(chmod(place_of(&place, "a.cer"), 0600), 0);
    ck_assert_uint_eq(count_in(&place), 1);
    if (geteuid() == 0) {
        ck_assert_int_eq(chown(place_of(&place, "a.cer"), 65534, 65534), 0);
        ck_assert_uint_eq(count_in(&place), 0);
    }
}
END_TEST

START_TEST(a_folder_that_is_not_there_is_empty)
{
    const struct place nowhere = { "/nonexistent/certificates" };
    SCOPED(folder_free) struct folder *folder = NULL;

    ck_assert_uint_eq(count_in(&nowhere), 0);
    assert_ok(folder_read(NULL, &folder));
    ck_assert_uint_eq(folder->count, 0);
}
END_TEST

START_TEST(a_folder_of_any_size_has_an_end)
{
    PLACE;
    static const char *const names[] = { "asn1/rsa2048.crt", "asn1/p256.crt" };
    struct vector vectors[2];
    char name[32];

    for (size_t i = 0; i < 2; i++)
        vector_load(names[i], &vectors[i]);
    for (unsigned i = 0; i < 2 * FOLDER_FILES_MAX; i++) {
        snprintf(name, sizeof(name), "%03u.cer", i);
        /* the last byte is the signature's: another certificate with the same key */
        vectors[i % 2].memory[vectors[i % 2].bytes.size - 1]++;
        place_put(&place, name, vectors[i % 2].bytes);
    }
    ck_assert_uint_eq(count_in(&place), FOLDER_FILES_MAX);
}
END_TEST

START_TEST(a_name_is_fit_to_be_shown)
{
    PLACE;
    struct vector rsa, ec;

    place_put(&place, "a\n\x1B[31m.cer", vector_load("asn1/rsa2048.crt", &rsa));
    place_put(&place, "b\xC8\xE2.cer", vector_load("asn1/p256.crt", &ec));
    SCOPED(folder_free) struct folder *folder = read_place(&place);
    ck_assert_uint_eq(folder->count, 2);
    ck_assert_str_eq(folder->certs[0].name, "a??[31m.cer");
    ck_assert_str_eq(folder->certs[1].name, "b??.cer");
}
END_TEST

UNIT_MAIN("folder", certificates_are_read_in_the_order_of_their_names, what_is_no_certificate_is_left_out,
          only_plain_files_are_read, a_folder_that_others_rule_is_not_read,
          a_file_that_others_rule_is_not_read, a_folder_that_is_not_there_is_empty,
          a_folder_of_any_size_has_an_end, a_name_is_fit_to_be_shown)
