/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_keys.h"

#include <openssl/core_names.h>

#include "tests/unit/rutoken_talk.h"
#include "vcard/vcard_ossl.h"

#define SIGN_WITH(ref) RUTOKEN_SELECT_PRIVATE(ref), "002241B603 8401" ref
#define EXPONENT "A6069404 01000100"
#define DIGEST "1C067E20EA6CB183F22EFB0F3C6FD2A4E6A02821CB7A1B17FACD5E1F7AA76F70"
#define PAIR(ref, size, public_size, kind, public_kind, property)                                            \
    "00E00000 27 6F25 8002" size " 82021000 830200" ref " 8506" kind property RUTOKEN_SECURITY_KEY,          \
        "00E00000 27 6F25 8002" public_size " 82021000 830200" ref                                           \
        " 8506" public_kind property RUTOKEN_SECURITY_KEY

/* BLOCK to the power of 65537 modulo MODULUS is EXPECTED; all little-endian and SIZE bytes long */
static void assert_rsa(const uint8_t *modulus, const uint8_t *block, const uint8_t *expected, size_t size)
{
    SCOPED(ossl_bn_ctx_free) BN_CTX *ctx = BN_CTX_new();
    SCOPED(ossl_bn_free) BIGNUM *n = BN_lebin2bn(modulus, (int)size, NULL);
    SCOPED(ossl_bn_free) BIGNUM *s = BN_lebin2bn(block, (int)size, NULL);
    SCOPED(ossl_bn_free) BIGNUM *m = BN_lebin2bn(expected, (int)size, NULL);
    SCOPED(ossl_bn_free) BIGNUM *e = BN_new();

    ck_assert(ctx && n && s && m && e && BN_set_word(e, 65537) && BN_mod_exp(s, s, e, n, ctx));
    ck_assert_int_eq(BN_cmp(s, m), 0);
}

START_TEST(generated_rsa_keys_sign_little_endian_blocks)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    uint8_t modulus[66], block[64], command[70] = { 0x00, 0x2A, 0x9E, 0x9A, 64 };
    struct bytes answer;

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, RUTOKEN_CREATE_RSA512("05"));
    answer = talk(card, "00468005 08 " EXPONENT " 00");
    ck_assert_uint_eq(answer.size, sizeof(modulus));
    memcpy(modulus, answer.data, sizeof(modulus));
    ck_assert_uint_ge(modulus[63], 0x80); /* the highest byte is the last */
    for (size_t i = 0; i < sizeof(block); i++)
        block[i] = (uint8_t)(i < 63 ? i + 1 : 0);
    memcpy(command + 5, block, sizeof(block));
    RUTOKEN_SAY(card, SIGN_WITH("05"));
    answer = talk_raw(card, BYTES_OF(command));
    ck_assert_uint_eq(talk_sw(answer), 0x9000);
    assert_rsa(modulus, answer.data, block, 64);
}
END_TEST

START_TEST(the_public_file_holds_modulus_and_exponent)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    uint8_t expected[96] = { 0 };
    struct bytes answer;

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, RUTOKEN_CREATE_RSA512("05"));
    answer = talk(card, "0046800500");
    memcpy(expected, answer.data, 64);
    expected[64] = expected[66] = 1;
    RUTOKEN_SAY(card, RUTOKEN_LOGOUT, RUTOKEN_SELECT_PUBLIC("05"));
    answer = talk(card, "00B0000000");
    assert_bytes(bytes_slice(answer, 0, answer.size - 2), BYTES_OF(expected));
}
END_TEST

/* 4096 bits: the answer is fetched in two parts, and the block is sent in a chain */
START_TEST(the_longest_rsa_key_is_made_and_used)
{
    static const uint8_t sign[] = { 0x00, 0x2A, 0x9E, 0x9A };
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    uint8_t memory[2][520], block[512] = { 2 };
    struct buf modulus = BUF_OVER(memory[0]), signature = BUF_OVER(memory[1]);
    struct talk_memory *command = calloc(1, sizeof(*command));

    ck_assert(command != NULL);
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, PAIR("FF", "0508", "0300", "23", "33", "0000AA0000"));
    assert_talk(card, "004680FF00", "6A80"); /* without the exponent */
    ck_assert_uint_eq(talk_whole(card, talk_hex(command, "004680FF 08 " EXPONENT " 00"), &modulus), 0x9000);
    ck_assert_uint_eq(modulus.size, 512);
    RUTOKEN_SAY(card, SIGN_WITH("FF"));
    ck_assert_uint_eq(talk_chain(card, sign, BYTES_OF(block), &signature), 0x9000);
    assert_rsa(modulus.data, signature.data, block, 512);
    free(command);
}
END_TEST

START_TEST(generation_wants_matching_files_rights_and_data)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, RUTOKEN_CREATE_RSA512("05"),
                PAIR("06", "00A8", "0090", "23", "33", "0000AA0000"),
                PAIR("07", "0020", "0040", "03", "13", "2001AA0000"),
                PAIR("08", "00A8", "0060", "23", "33", "0800AA0000"));
    assert_talk(card, "0046800900", "6A88");
    assert_talk(card, "0046000500", "6A86");
    assert_talk(card, "00468005 08 A6069404 03000000 00", "6A80");
    assert_talk(card, "0046800600", "6985");                  /* 512 and 768 bits */
    assert_talk(card, "00468007 08 " EXPONENT " 00", "6A80"); /* not for GOST */
    assert_talk(card, "0046800800", "6F00");                  /* primality rounds */
    RUTOKEN_SAY(card, RUTOKEN_LOGOUT);
    assert_talk(card, "0046800500", "6982");
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_SO);
    assert_talk(card, "0046800500", "6982");
}
END_TEST

/* The value of a private file, from a key of OpenSSL's, in the card's form */
static void add_number(const EVP_PKEY *key, const char *name, size_t size, size_t pad, struct buf *out)
{
    SCOPED(ossl_bn_free) BIGNUM *number = NULL;
    uint8_t *place = buf_reserve(out, size);

    ck_assert(place && EVP_PKEY_get_bn_param(key, name, &number) &&
              BN_bn2lebinpad(number, place, (int)size) == (int)size);
    buf_add_fill(out, 0, pad);
}

static void add_private(const EVP_PKEY *key, size_t half, struct buf *out)
{
    add_number(key, OSSL_PKEY_PARAM_RSA_FACTOR1, half, 4, out);
    add_number(key, OSSL_PKEY_PARAM_RSA_FACTOR2, half, 4, out);
    add_number(key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, half, 0, out);
    add_number(key, OSSL_PKEY_PARAM_RSA_EXPONENT1, half, 0, out);
    add_number(key, OSSL_PKEY_PARAM_RSA_EXPONENT2, half, 0, out);
}

/* Writes VALUE to the current RSF, every part of the chain with at most ROOM bytes of data */
static unsigned rsf_write(struct vcard *card, struct bytes value, size_t room)
{
    uint8_t memory[300];
    unsigned sw = 0;

    for (size_t done = 0; done < value.size && (done == 0 || sw == 0x9000);) {
        struct buf command = BUF_OVER(memory);
        size_t fits = room - 2 - (done == 0 ? 4 : 0);
        struct bytes part = bytes_slice(value, done, fits);

        buf_add(&command, BYTES_LIT(done + part.size < value.size ? 0x10 : 0x00, 0x24, 0x01, 0x00));
        buf_add_byte(&command, (uint8_t)(part.size + 2 + (done == 0 ? 4 : 0)));
        if (done == 0) {
            buf_add(&command, BYTES_LIT(0x80, 0x02));
            buf_add_number(&command, value.size, 2);
        }
        buf_add(&command, BYTES_LIT(0xA5, (uint8_t)part.size));
        buf_add(&command, part);
        sw = talk_sw(talk_raw(card, buf_bytes(&command)));
        done += part.size;
    }
    return sw;
}

START_TEST(an_imported_rsa_key_signs_and_deciphers)
{
    static const uint8_t operations[][4] = { { 0x00, 0x2A, 0x9E, 0x9A }, { 0x00, 0x2A, 0x80, 0x86 } };
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    SCOPED(ossl_pkey_free) EVP_PKEY *key = EVP_RSA_gen(1024);
    uint8_t memory[400], modulus[128], block[128] = { 7, 9 }, result_memory[128];
    struct buf value = BUF_OVER(memory), public = BUF_OVER(modulus);

    add_private(key, 64, &value);
    add_number(key, OSSL_PKEY_PARAM_RSA_N, 128, 0, &public);
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, PAIR("05", "0148", "00C0", "23", "33", "0000AA0000"));
    RUTOKEN_SAY(card, RUTOKEN_SELECT_PRIVATE("05"));
    ck_assert_uint_eq(rsf_write(card, buf_bytes(&value), 255), 0x9000);
    for (size_t i = 0; i < 2; i++) {
        struct buf result = BUF_OVER(result_memory);

        assert_sw(card, i == 0 ? "002241B603840105" : "002241B803840105", 0x9000);
        ck_assert_uint_eq(talk_chain(card, operations[i], BYTES_OF(block), &result), 0x9000);
        assert_rsa(modulus, result.data, block, 128);
    }
}
END_TEST

START_TEST(numbers_that_are_no_rsa_key_are_not_imported)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    SCOPED(ossl_pkey_free) EVP_PKEY *key = EVP_RSA_gen(512);
    uint8_t memory[168];
    struct buf value = BUF_OVER(memory);

    add_private(key, 32, &value);
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, RUTOKEN_CREATE_RSA512("05"), RUTOKEN_SELECT_PRIVATE("05"));
    ck_assert_uint_eq(rsf_write(card, bytes_slice(buf_bytes(&value), 0, 160), 255), 0x6A80);
    for (size_t i = 0; i < 5; i++) {
        size_t place = i * 32 + (i > 0 ? 4 : 0) + (i > 1 ? 4 : 0);

        memory[place] ^= 2;
        ck_assert_uint_eq(rsf_write(card, buf_bytes(&value), 255), 0x6A80);
        memory[place] ^= 2;
    }
    ck_assert_uint_eq(rsf_write(card, buf_bytes(&value), 64), 0x9000);
}
END_TEST

START_TEST(gost_keys_cannot_be_imported)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    uint8_t value[32] = { 1 };

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, PAIR("05", "0020", "0040", "03", "13", "2000AA0000"),
                RUTOKEN_SELECT_PRIVATE("05"));
    ck_assert_uint_eq(rsf_write(card, BYTES_OF(value), 255), 0x6985);
    RUTOKEN_SAY(card, "00A40000 02 3F00");
    ck_assert_uint_eq(rsf_write(card, BYTES_OF(value), 255), 0x6981);
    RUTOKEN_SAY(card, "00A40000 02 3F00", RUTOKEN_LOGOUT, RUTOKEN_SELECT_PRIVATE("05"));
    ck_assert_uint_eq(rsf_write(card, BYTES_OF(value), 255), 0x6982);
}
END_TEST

START_TEST(gost_keys_of_every_set_sign_digests)
{
    static const struct {
        const char *private, *public, *curve, *digest;
    } rows[] = {
#define ROW(size, public_size, kind, public_kind, property, curve, digest)                                   \
    { PAIR("05", size, public_size, kind, public_kind, property), curve, digest }
        ROW("0020", "0040", "03", "13", "2001AA0000", "GOST2001-CryptoPro-A", "002A9E9A 20 " DIGEST),
        ROW("0020", "0040", "03", "13", "3001AA0000", "GOST2001-CryptoPro-B", "002A9E9A 20 " DIGEST),
        ROW("0020", "0040", "03", "13", "4000AA0000", "GOST2001-CryptoPro-C", "002A9E9A 20 " DIGEST),
        ROW("0040", "0080", "43", "53", "2001AA0000", "GOST2012-512-tc26-A", "002A9E9A 40 " DIGEST DIGEST),
        ROW("0040", "0080", "43", "53", "3001AA0000", "GOST2012-512-tc26-B", "002A9E9A 40 " DIGEST DIGEST),
        ROW("0040", "0080", "43", "53", "4001AA0000", "GOST2012-512-tc26-C", "002A9E9A 40 " DIGEST DIGEST),
#undef ROW
    };
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    struct talk_memory *memory = calloc(1, sizeof(*memory));

    ck_assert(memory != NULL);
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t public[128];
        struct bytes digest = bytes_from(talk_hex(memory, rows[i].digest), 5), answer;

        RUTOKEN_SAY(card, rows[i].private, rows[i].public);
        answer = talk(card, "0046800500");
        ck_assert_uint_eq(answer.size, 2 * digest.size + 2);
        memcpy(public, answer.data, 2 * digest.size);
        RUTOKEN_SAY(card, SIGN_WITH("05"));
        answer = talk(card, rows[i].digest);
        ck_assert_uint_eq(talk_sw(answer), 0x9000);
        ck_assert(rutoken_gost_verifies(rows[i].curve, bytes_make(public, 2 * digest.size), digest,
                                        bytes_slice(answer, 0, answer.size - 2)));
        RUTOKEN_SAY(card, RUTOKEN_SELECT_PUBLIC("05"));
        assert_bytes(bytes_slice(talk(card, "00B0000000"), 0, 2 * digest.size),
                     bytes_make(public, 2 * digest.size));
        RUTOKEN_SAY(card, "00E40000", RUTOKEN_SELECT_PRIVATE("05"), "00E40000");
    }
    free(memory);
}
END_TEST

START_TEST(signing_wants_the_key_selected_named_filled_and_allowed)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    assert_talk(card, "002A9E9A 20 " DIGEST " 00", "6985");
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, PAIR("05", "0020", "0040", "03", "13", "2000AA0000"),
                SIGN_WITH("05"));
    assert_talk(card, "002A9E9A 20 " DIGEST " 00", "6985"); /* nothing in it */
    RUTOKEN_SAY(card, "0046800500");
    assert_sw(card, "002A9E9A 20 " DIGEST " 00", 0x9000);
    assert_talk(card, "002A8086 20 " DIGEST " 00", "6985"); /* another template */
    assert_talk(card, "002A9E9B 20 " DIGEST " 00", "6A86");
    assert_talk(card, "002A9E9A 01 00 00", "6A80");
    RUTOKEN_SAY(card, "00A40000 02 3F00");
    assert_talk(card, "002A9E9A 20 " DIGEST " 00", "6A88");
    RUTOKEN_SAY(card, RUTOKEN_SELECT_PRIVATE("05"), "002241B603840106");
    assert_talk(card, "002A9E9A 20 " DIGEST " 00", "6A88");
    RUTOKEN_SAY(card, "002241B603840105", RUTOKEN_LOGOUT);
    assert_talk(card, "002A9E9A 20 " DIGEST " 00", "6982");
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_SO);
    assert_talk(card, "002A9E9A 20 " DIGEST " 00", "6982");
}
END_TEST

START_TEST(environments_of_other_forms_are_refused)
{
    static const char *const commands[] = {
        "002241B6 06 8401058101 05", /* no file reference */
        "002241B6 05 A603840105",    /* no template */
        "002241B6 02 8400",
        "002241B6 04 84020005",
        "002241B6 06 950140 840105", /* only for agreement */
        "002241B8 03 950140",
        "002241B8 0D 840105 8708 0102030405060708",
        "002241B8 0A 950140 840105 8702 0102",
        "002241B6 03 840205",
    };
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
        assert_talk(card, commands[i], "6A80");
    assert_talk(card, "002241A403840105", "6A86");
    assert_talk(card, "002281B603840105", "6A86");
}
END_TEST

/* Two keys on one card agree with each other */
START_TEST(gost_keys_agree_with_and_without_a_ukm)
{
    static const char *const environments[][2] = {
        { "002241B8 03 840105", "002241B8 03 840106" },
        { "002241B8 10 950140 840105 8708 0102030405060708",
          "002241B8 10 950140 840106 8708 0102030405060708" },
        { "002241B8 13 950140 840105 800101 8708 0102030405060708",
          "002241B8 13 950140 840106 800101 8708 0102030405060708" },
    };
    static const size_t sizes[] = { 64, 32, 32 };
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken");
    uint8_t commands[2][69] = { { 0x00, 0x2A, 0x80, 0x86, 64 }, { 0x00, 0x2A, 0x80, 0x86, 64 } };

    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, PAIR("05", "0020", "0040", "03", "13", "3001AA0000"),
                PAIR("06", "0020", "0040", "03", "13", "3001AA0000"));
    memcpy(commands[1] + 5, talk(card, "0046800500").data, 64);
    memcpy(commands[0] + 5, talk(card, "0046800600").data, 64);
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        uint8_t first[66];
        struct bytes answer;

        RUTOKEN_SAY(card, RUTOKEN_SELECT_PRIVATE("05"), environments[i][0]);
        answer = talk_raw(card, BYTES_OF(commands[0]));
        ck_assert_uint_eq(answer.size, sizes[i] + 2);
        memcpy(first, answer.data, answer.size);
        RUTOKEN_SAY(card, RUTOKEN_SELECT_PRIVATE("06"), environments[i][1]);
        assert_bytes(talk_raw(card, BYTES_OF(commands[1])), bytes_make(first, sizes[i] + 2));
    }
    commands[1][10] ^= 1;
    ck_assert_uint_eq(talk_sw(talk_raw(card, BYTES_OF(commands[1]))), 0x6A80);
}
END_TEST

START_TEST(a_vendors_token_has_two_keys_that_sign)
{
    SCOPED(vcard_destroy) struct vcard *card = rutoken_open("rutoken:vendor");
    uint8_t public[64], block[133] = { 0x00, 0x2A, 0x9E, 0x9A, 128, 1 };
    struct talk_memory *memory = calloc(1, sizeof(*memory));
    struct bytes answer;

    ck_assert(memory != NULL);
    assert_talk(card, "00A40800 02 5000", "6A82");
    RUTOKEN_SAY(card, RUTOKEN_SELECT_PUBLIC("02"));
    memcpy(public, talk(card, "00B0000040").data, 64);
    RUTOKEN_SAY(card, RUTOKEN_LOGIN_USER, SIGN_WITH("02"));
    answer = talk(card, "002A9E9A 20 " DIGEST " 40");
    ck_assert_uint_eq(talk_sw(answer), 0x9000);
    ck_assert(rutoken_gost_verifies("GOST2001-CryptoPro-A", BYTES_OF(public), talk_hex(memory, DIGEST),
                                    bytes_slice(answer, 0, 64)));
    RUTOKEN_SAY(card, "002241B803840102");
    assert_sw(card, "002A8086 01 00", 0x6994);
    RUTOKEN_SAY(card, SIGN_WITH("01"));
    block[0] = 0x10;
    ck_assert_uint_eq(talk_sw(talk_raw(card, BYTES_OF(block))), 0x9000);
    block[0] = 0x00;
    block[5] = 0x00;
    answer = talk_raw(card, BYTES_OF(block));
    ck_assert_uint_eq(answer.size, 258);
    ck_assert_uint_eq(answer.data[0], 1); /* the block was the number one */
    free(memory);
}
END_TEST

UNIT_MAIN("vcard_rutoken_keys", generated_rsa_keys_sign_little_endian_blocks,
          the_public_file_holds_modulus_and_exponent, the_longest_rsa_key_is_made_and_used,
          generation_wants_matching_files_rights_and_data, an_imported_rsa_key_signs_and_deciphers,
          numbers_that_are_no_rsa_key_are_not_imported, gost_keys_cannot_be_imported,
          gost_keys_of_every_set_sign_digests, signing_wants_the_key_selected_named_filled_and_allowed,
          environments_of_other_forms_are_refused, gost_keys_agree_with_and_without_a_ukm,
          a_vendors_token_has_two_keys_that_sign)
