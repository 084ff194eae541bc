/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv_slots.h"

#include <openssl/core_names.h>
#include <openssl/x509v3.h>

#include "asn1/tlv.h"
#include "tests/unit/vcard_talk.h"

static struct bytes whole(struct vcard *card, const char *command, unsigned expected)
{
    static uint8_t memory[4096];
    static struct talk_memory hex;
    struct buf answer = BUF_OVER(memory);

    ck_assert_uint_eq(talk_whole(card, talk_hex(&hex, command), &answer), expected);
    return buf_bytes(&answer);
}

START_TEST(generation_answers_the_public_key_and_metadata_repeat_it)
{
    static const uint32_t point[] = { 0x7F49, 0x86 }, again[] = { 0x04, 0x86 };
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    uint8_t public_key[97];
    struct bytes value;

    assert_talk(card, "0047009A05AC03800114", "6982");
    talk_manage(card);
    assert_ok(tlv_find_path(whole(card, "0047009A05AC03800114", 0x9000), point, 2, &value));
    ck_assert_uint_eq(value.size, 97);
    memcpy(public_key, value.data, 97);
    value = talk(card, "00F7009A");
    ck_assert(bytes_start_with(value, BYTES_LIT(0x01, 0x01, 0x14, 0x02, 0x02, 0x02, 0x01, 0x03, 0x01, 0x01)));
    assert_ok(tlv_find_path(value, again, 2, &value));
    assert_bytes(value, BYTES_OF(public_key));
}
END_TEST

START_TEST(rsa_keys_have_the_usual_exponent)
{
    static const uint32_t modulus[] = { 0x7F49, 0x81 }, exponent[] = { 0x7F49, 0x82 };
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    struct bytes answer, value;

    talk_manage(card);
    answer = whole(card, "0047009A0AAC08800107 8103010001", 0x9000);
    ck_assert_uint_eq(answer.size, 270);
    assert_ok(tlv_find_path(answer, modulus, 2, &value));
    ck_assert_uint_eq(value.size, 256);
    assert_ok(tlv_find_path(answer, exponent, 2, &value));
    assert_bytes(value, BYTES_LIT(0x01, 0x00, 0x01));
    ck_assert_uint_eq(talk(card, "00F7009A0000").size, 2);
    ck_assert_uint_eq(talk(card, "00F7009A000000").size, 10 + 4 + 265 + 2);
}
END_TEST

START_TEST(policies_are_the_standards_unless_asked_for)
{
    static const struct {
        const char *generate, *metadata;
        uint8_t pin, touch;
    } rows[] = {
        { "0047009A05AC03800111", "00F7009A", 2, 1 },
        { "0047009C05AC03800111", "00F7009C", 3, 1 },
        { "0047009D05AC03800111", "00F7009D", 2, 1 },
        { "0047009E05AC03800111", "00F7009E", 1, 1 },
        { "0047008205AC03800111", "00F70082", 2, 1 },
        { "0047009C0BAC09800111AA0102AB0103", "00F7009C", 2, 3 },
        { "0047009A08AC06800111AA0101", "00F7009A", 1, 1 },
        { "0047009508AC06800111AB0102", "00F70095", 2, 2 },
        { "0047009A08AC06800111AA0103", "00F7009A", 3, 1 },
        { "0047009E08AC06800111AA0100", "00F7009E", 1, 1 },
    };
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    talk_manage(card);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bytes value;

        assert_sw(card, rows[i].generate, 0x9000);
        assert_ok(tlv_find(talk(card, rows[i].metadata), 0x02, &value));
        assert_bytes(value, BYTES_LIT(rows[i].pin, rows[i].touch));
    }
}
END_TEST

START_TEST(generation_refuses_what_it_does_not_know)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    SCOPED(vcard_destroy) struct vcard *nist = talk_open("piv:nist");

    talk_manage(card);
    assert_talk(card, "0047009B05AC03800103", "6A86");
    assert_talk(card, "0047008005AC03800111", "6A86");
    assert_talk(card, "0047009605AC03800111", "6A86");
    assert_talk(card, "0047019A05AC03800111", "6A86");
    assert_talk(card, "0047009A05AC03800122", "6A80");
    assert_talk(card, "0047009A05AC03800103", "6A80");
    assert_talk(card, "0047009A02AC00", "6A80");
    assert_talk(card, "0047009A", "6A80");
    assert_talk(card, "0047009A05AC04800111", "6A80");
    assert_talk(card, "0047009A06AC0380011100", "6A80");
    assert_talk(card, "0047009A08AC06800111AA0104", "6A80");
    assert_talk(card, "0047009A08AC06800111AB0104", "6A80");
    assert_talk(card, "0047009A08AC06800111AC0101", "6A80");
    assert_talk(card, "0047009A08AC06800107810103", "6A80");
    assert_talk(card, "00F7009A", "6A88");
    talk_manage(nist);
    assert_talk(nist, "0047009A05AC038001E0", "6A80");
    assert_talk(nist, "0047009A08AC06800111AA0101", "6A80");
    assert_talk(nist, "004700F905AC03800111", "6A86");
    assert_sw(nist, "0047009A05AC03800111", 0x9000);
}
END_TEST

START_TEST(metadata_of_pins_keys_and_nothing)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, "00F7008000", "0101FF 050101 06020303 9000");
    assert_talk(card, "00F7008100", "0101FF 050101 06020303 9000");
    assert_talk(card, "00F7009B00", "010103 02020001 050101 9000");
    assert_talk(card, "00F7009A00", "6A88");
    assert_talk(card, "00F7009500", "6A88");
    assert_talk(card, "00F7000000", "6A88");
    assert_talk(card, "00F7009600", "6A88");
    assert_talk(card, "00F7019B00", "6A86");
    ck_assert(bytes_start_with(talk(card, "00F700F900"), BYTES_LIT(0x01, 0x01, 0x11, 0x02, 0x02)));
}
END_TEST

static void add_number(const EVP_PKEY *pkey, const char *name, uint32_t tag, size_t size, struct buf *out)
{
    BIGNUM *number = NULL;

    ck_assert_int_eq(EVP_PKEY_get_bn_param(pkey, name, &number), 1);
    tlv_add_header(out, tag, size);
    ck_assert_int_eq(BN_bn2binpad(number, buf_reserve(out, size), (int)size), (int)size);
    BN_free(number);
}

static void add_rsa(const EVP_PKEY *pkey, struct buf *out)
{
    static const char *const names[] = { OSSL_PKEY_PARAM_RSA_FACTOR1, OSSL_PKEY_PARAM_RSA_FACTOR2,
                                         OSSL_PKEY_PARAM_RSA_EXPONENT1, OSSL_PKEY_PARAM_RSA_EXPONENT2,
                                         OSSL_PKEY_PARAM_RSA_COEFFICIENT1 };
    size_t half = (size_t)EVP_PKEY_get_size(pkey) / 2;

    for (uint32_t i = 0; i < 5; i++)
        add_number(pkey, names[i], i + 1, half, out);
}

static unsigned import(struct vcard *card, uint8_t algorithm, uint8_t slot, struct bytes body)
{
    const uint8_t header[] = { 0x00, 0xFE, algorithm, slot };
    uint8_t nothing[4];
    struct buf answer = BUF_OVER(nothing);

    return talk_chain(card, header, body, &answer);
}

START_TEST(an_imported_rsa_key_has_the_same_modulus)
{
    static const uint32_t path[] = { 0x04, 0x81 };
    static uint8_t memory[2048], modulus[256];
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
    struct buf body = BUF_OVER(memory);
    BIGNUM *n = NULL;
    struct bytes value;

    add_rsa(pkey, &body);
    tlv_add_byte(&body, 0xAA, 0x01);
    ck_assert_uint_eq(import(card, 0x07, 0x82, buf_bytes(&body)), 0x6982);
    talk_manage(card);
    ck_assert_uint_eq(import(card, 0x07, 0x82, buf_bytes(&body)), 0x9000);
    value = whole(card, "00F70082", 0x9000);
    ck_assert(bytes_start_with(value, BYTES_LIT(0x01, 0x01, 0x07, 0x02, 0x02, 0x01, 0x01, 0x03, 0x01, 0x02)));
    assert_ok(tlv_find_path(value, path, 2, &value));
    ck_assert_int_eq(EVP_PKEY_get_bn_param(pkey, OSSL_PKEY_PARAM_RSA_N, &n), 1);
    BN_bn2binpad(n, modulus, 256);
    assert_bytes(value, BYTES_OF(modulus));
    assert_talk(card, "00F98200", "6A80");
    memory[10] ^= 0x10;
    ck_assert_uint_eq(import(card, 0x07, 0x83, buf_bytes(&body)), 0x6A80);
    ck_assert_uint_eq(import(card, 0x06, 0x83, buf_bytes(&body)), 0x6A80);
    ck_assert_uint_eq(import(card, 0x07, 0x83, bytes_slice(buf_bytes(&body), 0, 131 * 4)), 0x6A80);
    assert_talk(card, "00F70083", "6A88");
    BN_free(n);
    EVP_PKEY_free(pkey);
}
END_TEST

START_TEST(an_imported_ec_key_has_the_right_point)
{
    static const uint32_t path[] = { 0x04, 0x86 };
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    EVP_PKEY *pkey = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    uint8_t memory[64], *point = NULL;
    size_t size = EVP_PKEY_get1_encoded_public_key(pkey, &point);
    struct buf body = BUF_OVER(memory);
    struct bytes value;

    talk_manage(card);
    add_number(pkey, OSSL_PKEY_PARAM_PRIV_KEY, 0x06, 32, &body);
    ck_assert_uint_eq(import(card, 0x11, 0x9A, buf_bytes(&body)), 0x9000);
    assert_ok(tlv_find_path(talk(card, "00F7009A"), path, 2, &value));
    assert_bytes(value, bytes_make(point, size));
    ck_assert_uint_eq(import(card, 0x14, 0x9A, buf_bytes(&body)), 0x6A80);
    ck_assert_uint_eq(import(card, 0x11, 0x9B, buf_bytes(&body)), 0x6A86);
    ck_assert_uint_eq(import(card, 0x12, 0x9A, buf_bytes(&body)), 0x6A86);
    memset(memory + 2, 0, 32);
    ck_assert_uint_eq(import(card, 0x11, 0x9A, buf_bytes(&body)), 0x6A80);
    memset(memory + 2, 0xFF, 32);
    ck_assert_uint_eq(import(card, 0x11, 0x9A, buf_bytes(&body)), 0x6A80);
    assert_ok(tlv_find_path(talk(card, "00F7009A"), path, 2, &value));
    assert_bytes(value, bytes_make(point, size));
    OPENSSL_free(point);
    EVP_PKEY_free(pkey);
}
END_TEST

START_TEST(edwards_and_montgomery_keys_are_imported)
{
    /* RFC 8032, 7.1, test 1; RFC 7748, 6.1, Alice */
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    static struct talk_memory hex;
    struct bytes key;

    talk_manage(card);
    key = talk_hex(&hex, "0720 9D61B19DEFFD5A60BA844AF492EC2CC44449C5697B326919703BAC031CAE7F60");
    ck_assert_uint_eq(import(card, 0xE0, 0x9A, key), 0x9000);
    assert_talk(card, "00F7009A",
                "0101E0 02020201 030102 0422 8620 "
                "D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A 9000");
    key = talk_hex(&hex, "0820 77076D0A7318A57D3C16C17251B26645DF4C3D2F2C22F1C2E8A08A8C8A3A4B3C");
    ck_assert_uint_eq(import(card, 0xE1, 0x9D, key), 0x9000);
    ck_assert_uint_eq(import(card, 0xE0, 0x9D, key), 0x6A80);
    ck_assert_uint_eq(import(card, 0xE1, 0x9D, bytes_slice(key, 0, 33)), 0x6A80);
}
END_TEST

START_TEST(a_key_moves_with_its_policies_or_is_deleted)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    static uint8_t before[256];
    struct bytes metadata;
    size_t size;

    assert_talk(card, "00F6829A", "6982");
    talk_manage(card);
    assert_talk(card, "00F6829A", "6A88");
    assert_sw(card, "0047009A08AC06800111AA0101", 0x9000);
    metadata = talk(card, "00F7009A");
    size = metadata.size;
    memcpy(before, metadata.data, size);
    assert_talk(card, "00F6829A", "9000");
    assert_talk(card, "00F7009A", "6A88");
    assert_bytes(talk(card, "00F70082"), bytes_make(before, size));
    assert_sw(card, "0047009A05AC03800111", 0x9000);
    assert_talk(card, "00F6829A", "6985");
    assert_talk(card, "00F68282", "6985");
    assert_talk(card, "00F6F982", "6A86");
    assert_talk(card, "00F69B82", "6A86");
    assert_talk(card, "00F6FF82", "9000");
    assert_talk(card, "00F70082", "6A88");
    assert_talk(card, "00F6FF82", "6A88");
    assert_sw(card, "00F7009A", 0x9000);
}
END_TEST

static X509 *certificate_read(struct bytes der)
{
    const unsigned char *cursor = der.data;
    X509 *x509 = d2i_X509(NULL, &cursor, (long)der.size);

    ck_assert(x509 != NULL);
    return x509;
}

static struct bytes extension_value(const X509 *x509, const char *oid)
{
    ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    int place = X509_get_ext_by_OBJ(x509, object, -1);
    const ASN1_OCTET_STRING *value;

    ASN1_OBJECT_free(object);
    ck_assert_int_ge(place, 0);
    value = X509_EXTENSION_get_data(X509_get_ext(x509, place));
    return bytes_make(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));
}

static X509 *attestation_root(struct vcard *card)
{
    static const uint32_t path[] = { 0x53, 0x70 };
    struct bytes der;

    assert_ok(tlv_find_path(whole(card, "00CB3FFF055C035FFF01", 0x9000), path, 2, &der));
    return certificate_read(der);
}

START_TEST(attestation_chains_to_the_cards_certificate_and_tells_the_truth)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    X509 *root = attestation_root(card), *leaf;
    EVP_PKEY *issuer = X509_get_pubkey(root);
    uint8_t serial[6] = { 0x02, 0x04 };
    char name[80];

    memcpy(serial + 2, talk(card, "00F80000").data, 4);
    talk_manage(card);
    assert_sw(card, "008711F9077C0582008101AA", 0x6A86);
    assert_sw(card, "0047009C0BAC09800114AA0102AB0103", 0x9000);
    leaf = certificate_read(whole(card, "00F99C00", 0x9000));
    ck_assert_int_eq(X509_verify(root, issuer), 1);
    ck_assert_int_eq(X509_verify(leaf, issuer), 1);
    ck_assert_int_eq(X509_check_issued(root, leaf), X509_V_OK);
    X509_NAME_get_text_by_NID(X509_get_subject_name(leaf), NID_commonName, name, sizeof(name));
    ck_assert_str_eq(name, "YubiKey PIV Attestation 9c");
    assert_bytes(extension_value(leaf, "1.3.6.1.4.1.41482.3.3"), BYTES_LIT(5, 7, 2));
    assert_bytes(extension_value(leaf, "1.3.6.1.4.1.41482.3.7"), BYTES_OF(serial));
    assert_bytes(extension_value(leaf, "1.3.6.1.4.1.41482.3.8"), BYTES_LIT(2, 3));
    assert_bytes(extension_value(leaf, "1.3.6.1.4.1.41482.3.9"), BYTES_LIT(1));
    EVP_PKEY_free(issuer);
    X509_free(leaf);
    X509_free(root);
}
END_TEST

START_TEST(attestation_is_refused_where_there_is_nothing_to_attest)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, "00F99A00", "6A80");
    assert_talk(card, "00F9F900", "6A86");
    assert_talk(card, "00F98000", "6A86");
    assert_talk(card, "00F99A01", "6A86");
    talk_manage(card);
    assert_sw(card, "0047009A05AC038001E1", 0x9000);
    X509_free(certificate_read(whole(card, "00F99A00", 0x9000)));
    assert_talk(card, "00DB3FFF095C035FFF0153027000", "9000");
    assert_talk(card, "00F99A00", "6A82");
}
END_TEST

START_TEST(the_attestation_key_can_be_replaced)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    X509 *leaf;
    EVP_PKEY *old;

    talk_manage(card);
    assert_sw(card, "0047009A05AC03800111", 0x9000);
    assert_sw(card, "004700F905AC038001E0", 0x9000);
    leaf = certificate_read(whole(card, "00F99A00", 0x9000));
    ck_assert_int_eq(X509_get_signature_nid(leaf), NID_ED25519);
    X509_free(leaf);
    leaf = attestation_root(card);
    old = X509_get_pubkey(leaf);
    ck_assert_int_eq(EVP_PKEY_get_base_id(old), EVP_PKEY_EC);
    EVP_PKEY_free(old);
    X509_free(leaf);
}
END_TEST

UNIT_MAIN("vcard_piv_slots", generation_answers_the_public_key_and_metadata_repeat_it,
          rsa_keys_have_the_usual_exponent, policies_are_the_standards_unless_asked_for,
          generation_refuses_what_it_does_not_know, metadata_of_pins_keys_and_nothing,
          an_imported_rsa_key_has_the_same_modulus, an_imported_ec_key_has_the_right_point,
          edwards_and_montgomery_keys_are_imported, a_key_moves_with_its_policies_or_is_deleted,
          attestation_chains_to_the_cards_certificate_and_tells_the_truth,
          attestation_is_refused_where_there_is_nothing_to_attest, the_attestation_key_can_be_replaced)
