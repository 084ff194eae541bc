/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_openpgp_keys.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include "asn1/signature.h"
#include "asn1/tlv.h"
#include "tests/unit/openpgp_talk.h"
#include "vcard/vcard_ossl.h"

#define DIGEST_INFO "3031300D060960864801650304020105000420" OPENPGP_ONE
#define DIGEST_INFO_SIZE 51

static const uint8_t import[] = { 0x00, 0xDB, 0x3F, 0xFF };

static void number_add(struct buf *out, const EVP_PKEY *pkey, const char *name)
{
    SCOPED(ossl_bn_free) BIGNUM *number = NULL;

    ck_assert_int_eq(EVP_PKEY_get_bn_param(pkey, name, &number), 1);
    ck_assert_int_eq(BN_num_bytes(number) <= 128, 1);
    ck_assert_int_eq(BN_bn2binpad(number, buf_reserve(out, 128), 128), 128);
}

/* The extended header list of an RSA key of 2048 bits; WITH_CRT adds the three numbers that follow from the
 * factors */
static void rsa_list(struct buf *out, const EVP_PKEY *pkey, const char *exponent, bool with_crt)
{
    static struct talk_memory memory;
    struct bytes e = talk_hex(&memory, exponent);
    size_t whole = tlv_begin(out, 0x4D), part;

    tlv_add(out, 0xB8, BYTES_NONE);
    part = tlv_begin(out, 0x7F48);
    buf_add(out, BYTES_LIT(0x91, (uint8_t)e.size, 0x92, 0x81, 0x80, 0x93, 0x81, 0x80));
    if (with_crt)
        buf_add(out, BYTES_LIT(0x94, 0x81, 0x80, 0x95, 0x81, 0x80, 0x96, 0x82, 0x00, 0x80));
    tlv_end(out, part);
    part = tlv_begin(out, 0x5F48);
    buf_add(out, e);
    number_add(out, pkey, OSSL_PKEY_PARAM_RSA_FACTOR1);
    number_add(out, pkey, OSSL_PKEY_PARAM_RSA_FACTOR2);
    if (with_crt) {
        number_add(out, pkey, OSSL_PKEY_PARAM_RSA_COEFFICIENT1);
        number_add(out, pkey, OSSL_PKEY_PARAM_RSA_EXPONENT1);
        number_add(out, pkey, OSSL_PKEY_PARAM_RSA_EXPONENT2);
    }
    tlv_end(out, part);
    tlv_end(out, whole);
}

static unsigned rsa_bring(struct vcard *card, const EVP_PKEY *pkey, const char *exponent, bool with_crt)
{
    uint8_t memory[1024], nothing[16];
    struct buf list = BUF_OVER(memory), out = BUF_OVER(nothing);

    rsa_list(&list, pkey, exponent, with_crt);
    return talk_chain(card, import, buf_bytes(&list), &out);
}

/* The card deciphers what was encrypted with the public key */
static void assert_deciphers(struct vcard *card, EVP_PKEY *pkey)
{
    static const uint8_t decipher[] = { 0x00, 0x2A, 0x80, 0x86 };
    SCOPED(ossl_pkey_ctx_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
    uint8_t cryptogram[257] = { 0x00 }, memory[256];
    struct buf out = BUF_OVER(memory);
    size_t size = 256;

    ck_assert(EVP_PKEY_encrypt_init(ctx) == 1 &&
              EVP_PKEY_encrypt(ctx, cryptogram + 1, &size, (const uint8_t *)"session", 7) == 1);
    ck_assert_uint_eq(talk_chain(card, decipher, BYTES_OF(cryptogram), &out), 0x9000);
    assert_bytes(buf_bytes(&out), bytes_text("session"));
    cryptogram[0] = 0x02;
    ck_assert_uint_eq(talk_chain(card, decipher, BYTES_OF(cryptogram), &out), 0x6A80);
    cryptogram[0] = 0x00;
    cryptogram[256] ^= 1;
    ck_assert_uint_eq(talk_chain(card, decipher, BYTES_OF(cryptogram), &out), 0x6A80);
    ck_assert_uint_eq(talk_chain(card, decipher, bytes_make(cryptogram, 256), &out), 0x6A80);
}

START_TEST(takes_rsa_keys_in_both_formats)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    SCOPED(ossl_pkey_free) EVP_PKEY *one = EVP_RSA_gen(2048);
    SCOPED(ossl_pkey_free) EVP_PKEY *other = EVP_RSA_gen(2048);

    ck_assert_uint_eq(rsa_bring(card, one, "010001", false), 0x6982);
    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card, OPENPGP_USER, "9000");
    assert_talk(card, "002A80860100", "6A88");
    ck_assert_uint_eq(rsa_bring(card, one, "010001", false), 0x9000);
    assert_deciphers(card, one);
    ck_assert_uint_eq(rsa_bring(card, one, "010003", false), 0x6A80);
    assert_talk(card, "00DA00C206010800002002", "9000");
    ck_assert_uint_eq(rsa_bring(card, other, "00010001", false), 0x6A80);
    ck_assert_uint_eq(rsa_bring(card, other, "00010001", true), 0x9000);
    assert_deciphers(card, other);
    assert_talk(card, "00CA00DE00", "0100020203009000");
}
END_TEST

START_TEST(a_generated_rsa_key_signs_a_digest_info_and_nothing_else)
{
    static const uint8_t generate[] = { 0x00, 0x47, 0x80, 0x00, 0x02, 0xB6, 0x00, 0x00 };
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    uint8_t memory[512];
    struct buf out = BUF_OVER(memory);
    struct bytes modulus, exponent;
    uint32_t path[] = { 0x7F49, 0x81 };

    ck_assert_uint_eq(talk_whole(card, BYTES_OF(generate), &out), 0x6982);
    assert_talk(card, OPENPGP_ADMIN, "9000");
    ck_assert_uint_eq(talk_whole(card, BYTES_OF(generate), &out), 0x9000);
    assert_ok(tlv_find_path(buf_bytes(&out), path, 2, &modulus));
    path[1] = 0x82;
    assert_ok(tlv_find_path(buf_bytes(&out), path, 2, &exponent));
    ck_assert_uint_eq(modulus.size, 256);
    assert_bytes(exponent, BYTES_LIT(0x01, 0x00, 0x01));
    assert_talk(card, "002A9E9A33" DIGEST_INFO "00", "6982");
    assert_talk(card, OPENPGP_SIGN, "9000");
    assert_talk(card, "002A9E9A20" OPENPGP_ONE "00", "6A80");
    assert_talk(card, "002A9E9A00", "6700");
    assert_talk(card, "002A9E9B33" DIGEST_INFO "00", "6B00");
    ck_assert_uint_eq(talk(card, "002A9E9A33" DIGEST_INFO "00").size, 256 + 2);
}
END_TEST

/* 0001 FF … FF 00 and the data */
START_TEST(pads_what_it_signs)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    SCOPED(ossl_pkey_free) EVP_PKEY *pkey = EVP_RSA_gen(2048);
    SCOPED(ossl_pkey_ctx_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
    static struct talk_memory expected;
    uint8_t signature[256], recovered[256];
    size_t size = sizeof(recovered);

    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card, OPENPGP_USER, "9000");
    ck_assert_uint_eq(rsa_bring(card, pkey, "010001", false), 0x9000);
    assert_talk(card, "002241A403830102", "9000");
    memcpy(signature, talk(card, "0088000033" DIGEST_INFO "00").data, sizeof(signature));
    ck_assert(EVP_PKEY_verify_recover_init(ctx) == 1 &&
              EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1 &&
              EVP_PKEY_verify_recover(ctx, recovered, &size, signature, sizeof(signature)) == 1);
    assert_bytes(bytes_make(recovered, size), talk_hex(&expected, DIGEST_INFO));
}
END_TEST

START_TEST(signs_with_nist_curves)
{
    static const uint8_t spki[] = { 0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48,
                                    0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
                                    0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00 };
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    static struct talk_memory memory;
    uint8_t public[91], raw[64], der_memory[80];
    struct buf der = BUF_OVER(der_memory);
    const uint8_t *place = public;
    SCOPED(ossl_pkey_ctx_free) EVP_PKEY_CTX *ctx = NULL;
    SCOPED(ossl_pkey_free) EVP_PKEY *pkey = NULL;

    openpgp_bring_one(card, "C1", OPENPGP_P256, "B600");
    assert_talk(card, "0047810002B60000",
                "7F49438641"
                "04" OPENPGP_P256_X OPENPGP_P256_Y "9000");
    assert_talk(card, OPENPGP_SIGN, "9000");
    ck_assert_uint_eq(talk(card, "002A9E9A20" OPENPGP_ONE "00").size, 64 + 2);
    assert_talk(card, OPENPGP_SIGN, "9000");
    memcpy(raw, talk(card, "002A9E9A20" OPENPGP_ONE "00").data, sizeof(raw));
    assert_ok(signature_ecdsa_to_der(BYTES_OF(raw), &der));
    memcpy(public, spki, sizeof(spki));
    memcpy(public + sizeof(spki), talk_hex(&memory, "04" OPENPGP_P256_X OPENPGP_P256_Y).data, 65);
    pkey = d2i_PUBKEY(NULL, &place, sizeof(public));
    ctx = EVP_PKEY_CTX_new(pkey, NULL);
    ck_assert(EVP_PKEY_verify_init(ctx) == 1 &&
              EVP_PKEY_verify(ctx, der.data, der.size, talk_hex(&memory, OPENPGP_ONE).data, 32) == 1);
}
END_TEST

START_TEST(agrees_with_nist_curves)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    const char *agree = "002A808648A6467F49438641"
                        "04" OPENPGP_P256_X OPENPGP_P256_Y "00";

    openpgp_bring_one(card, "C2", OPENPGP_P256_ECDH, "B800");
    assert_talk(card, agree, "6982");
    assert_talk(card, OPENPGP_USER, "9000");
    assert_talk(card, agree, OPENPGP_P256_X "9000");
    assert_talk(card,
                "002A808648A6467F49438641"
                "04" OPENPGP_P256_X OPENPGP_P256_X "00",
                "6A80");
    assert_talk(card, "002A808620" OPENPGP_ONE "00", "6A80");
}
END_TEST

/* RFC 8032, 7.1, test 2 */
START_TEST(signs_with_ed25519)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card, "00DA00C10A" OPENPGP_ED25519, "9000");
    assert_talk(card,
                "00DB3FFF2C4D2AB6007F480292205F4820"
                "4CCD089B28FF96DA9DB6C346EC114E0F5B8A319F35ABA624DA8CF6ED4FB8A6FB",
                "9000");
    assert_talk(card, "0047810002B60000",
                "7F49228620"
                "3D4017C3E843895A92B70AA74D1B7EBC9C982CCF2EC4968CC0CD55F12AF4660C"
                "9000");
    assert_talk(card, OPENPGP_SIGN, "9000");
    assert_talk(card, "002A9E9A017200",
                "92A009A9F0D4CAB8720E820B5F642540A2B27B5416503F8FB3762223EBDB69DA"
                "085AC1E43E15996E458F3613D0F11D8C387B2EAEB4302AEEB00D291612BB0C00"
                "9000");
}
END_TEST

/* RFC 7748, 6.1; the private key comes from its highest byte on */
START_TEST(agrees_with_x25519)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card, "00DA00C20B" OPENPGP_X25519, "9000");
    assert_talk(card,
                "00DB3FFF2C4D2AB8007F480292205F4820"
                "2A2CB91DA5FB77B12A99C0EB872F4CDF4566B25172C1163C7DA518730A6D0777",
                "9000");
    assert_talk(card, "0047810002B80000",
                "7F49228620"
                "8520F0098930A754748B7DDCB43EF75A0DBF3A0D26381AF4EBA4A98EAA9B4E6A"
                "9000");
    assert_talk(card, OPENPGP_USER, "9000");
    assert_talk(card,
                "002A808627A6257F49228620"
                "DE9EDB7D7B7DC1B4D35B61C2ECE435373F8343C85B78674DADFC7E146F882B4F"
                "00",
                "4A5D9D5BA4CE2DE1728E3BF480350F25E07E21C947D19E3376F09B3C1E161742"
                "9000");
}
END_TEST

START_TEST(a_public_key_that_comes_along_must_fit)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();
    const char *right = "00DB3FFF6F4D6DA4007F48049220"
                        "9941"
                        "5F4861" OPENPGP_ONE "04" OPENPGP_P256_X OPENPGP_P256_Y;
    const char *wrong = "00DB3FFF6F4D6DA4007F48049220"
                        "9941"
                        "5F4861" OPENPGP_ONE "04" OPENPGP_P256_X OPENPGP_P256_X;

    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card, "00DA00C30A" OPENPGP_P256 "FF", "9000");
    assert_talk(card, wrong, "6A80");
    assert_talk(card, "0047810002A40000", "6A88");
    assert_talk(card, right, "9000");
    assert_sw(card, "0047810005A40384010100", 0x9000);
}
END_TEST

START_TEST(refuses_lists_that_are_none)
{
    static const char *const wrong[] = {
        "00DB3FFF2C4D2AB4007F480292205F4820" OPENPGP_ONE,
        "00DB3FFF2C4D2AB6007F480282205F4820" OPENPGP_ONE,
        "00DB3FFF2C4D2AB6007F480292215F4820" OPENPGP_ONE,
        "00DB3FFF2C4D2AB6007F4802921F5F4820" OPENPGP_ONE,
        "00DB3FFF2C4D2AB6007F480292805F4820" OPENPGP_ONE,
        "00DB3FFF2B4D29B6007F4801925F4820" OPENPGP_ONE,
        "00DB3FFF2C5D2AB6007F480292205F4820" OPENPGP_ONE,
        "00DB3FFF0C4D0AB6007F480292005F4800",
        "00DB3FFF2C4D2AB6007F480292205F48200000000000000000000000000000000000000000000000000000000000000000",
        "00DB3FFF2C4D2AB6007F480292205F4820FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        "00DB3FFF",
    };
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    assert_talk(card, OPENPGP_ADMIN, "9000");
    assert_talk(card, "00DA00C109" OPENPGP_P256, "9000");
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_talk(card, wrong[i], "6A80");
    assert_talk(card, "00DB3FFE2C4D2AB6007F480292205F4820" OPENPGP_ONE, "6B00");
    assert_talk(card, "0047810002B60000", "6A88");
    assert_talk(card, "0047810002B70000", "6A80");
    assert_talk(card, "0047820002B60000", "6B00");
    assert_talk(card, "00478100", "6A80");
}
END_TEST

START_TEST(a_new_key_has_made_no_signature)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    openpgp_bring_one(card, "C1", OPENPGP_P256, "B600");
    assert_talk(card, OPENPGP_SIGN, "9000");
    assert_sw(card, "002A9E9A20" OPENPGP_ONE "00", 0x9000);
    assert_talk(card, "00CA009300", "0000019000");
    openpgp_bring_one(card, "C3", OPENPGP_P256, "A400");
    assert_talk(card, "00CA009300", "0000019000");
    assert_sw(card, "0047800002B60000", 0x9000);
    assert_talk(card, "00CA009300", "0000009000");
    assert_talk(card, "00CA00DE00", "0101020003029000");
}
END_TEST

START_TEST(keys_for_decipherment_and_authentication_change_places)
{
    SCOPED(vcard_destroy) struct vcard *card = openpgp_open();

    openpgp_bring_one(card, "C2", OPENPGP_P256_ECDH, "B800");
    assert_talk(card, OPENPGP_USER, "9000");
    assert_talk(card, "0088000020" OPENPGP_ONE "00", "6A88");
    assert_talk(card, "002241A403830102", "9000");
    ck_assert_uint_eq(talk(card, "0088000020" OPENPGP_ONE "00").size, 64 + 2);
    assert_talk(card, "002241B803830103", "9000");
    assert_talk(card, "002A80860100", "6A88");
    assert_talk(card, "002241B803830102", "9000");
    assert_talk(card, "002A80860100", "6A80");
    assert_talk(card, "002241B803830101", "6A88");
    assert_talk(card, "002241B603830102", "6B00");
    assert_talk(card, "002241B803840102", "6A80");
    assert_talk(card, OPENPGP_SELECT, "9000");
    assert_talk(card, OPENPGP_USER, "9000");
    assert_talk(card, "0088000020" OPENPGP_ONE "00", "6A88");
    assert_talk(card, "0088010020" OPENPGP_ONE "00", "6B00");
}
END_TEST

UNIT_MAIN("vcard_openpgp_keys", takes_rsa_keys_in_both_formats,
          a_generated_rsa_key_signs_a_digest_info_and_nothing_else, pads_what_it_signs,
          signs_with_nist_curves, agrees_with_nist_curves, signs_with_ed25519, agrees_with_x25519,
          a_public_key_that_comes_along_must_fit, refuses_lists_that_are_none,
          a_new_key_has_made_no_signature, keys_for_decipherment_and_authentication_change_places)
