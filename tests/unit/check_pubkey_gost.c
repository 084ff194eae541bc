/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/pubkey.h"

#include "asn1/gost.h"
#include "asn1/tlv.h"
#include "tests/unit/vectors.h"

/* RFC 7091 7.1: the public key, coordinates as numbers. */
static const uint8_t qx[] = { 0x7F, 0x2B, 0x49, 0xE2, 0x70, 0xDB, 0x6D, 0x90, 0xD8, 0x59, 0x5B,
                              0xEC, 0x45, 0x8B, 0x50, 0xC5, 0x85, 0x85, 0xBA, 0x1D, 0x4E, 0x9B,
                              0x78, 0x8F, 0x66, 0x89, 0xDB, 0xD8, 0xE5, 0x6F, 0xD8, 0x0B };
static const uint8_t qy[] = { 0x26, 0xF1, 0xB4, 0x89, 0xD6, 0x70, 0x1D, 0xD1, 0x85, 0xC8, 0x41,
                              0x3A, 0x97, 0x7B, 0x3C, 0xBB, 0xAF, 0x64, 0xD1, 0xC5, 0x93, 0xD2,
                              0x66, 0x27, 0xDF, 0xFB, 0x10, 0x1A, 0x87, 0xFF, 0x77, 0xDA };

/* What the gost engine made: file, kind, parameter set, whether the digest is named. */
static const struct {
    const char *file, *set;
    enum key_kind kind;
    enum curve curve;
    bool names_digest;
} rows[] = {
    { "requests/2012-256-A.spki", "CryptoPro-A", KEY_GOST256, CURVE_GOST_256_CPA, true },
    { "requests/2012-256-B.spki", "CryptoPro-B", KEY_GOST256, CURVE_GOST_256_CPB, true },
    { "requests/2012-256-C.spki", "CryptoPro-C", KEY_GOST256, CURVE_GOST_256_CPC, true },
    { "requests/2012-256-XA.spki", "CryptoPro-XchA", KEY_GOST256, CURVE_GOST_256_CPA, true },
    { "requests/2012-256-XB.spki", "CryptoPro-XchB", KEY_GOST256, CURVE_GOST_256_CPC, true },
    { "requests/2012-256-TCA.spki", "tc26-256-A", KEY_GOST256, CURVE_GOST_256_A, false },
    { "requests/2012-256-TCB.spki", "tc26-256-B", KEY_GOST256, CURVE_GOST_256_CPA, false },
    { "requests/2012-256-TCC.spki", "tc26-256-C", KEY_GOST256, CURVE_GOST_256_CPB, false },
    { "requests/2012-256-TCD.spki", "tc26-256-D", KEY_GOST256, CURVE_GOST_256_CPC, false },
    { "requests/2012-512-A.spki", "tc26-512-A", KEY_GOST512, CURVE_GOST_512_A, true },
    { "requests/2012-512-B.spki", "tc26-512-B", KEY_GOST512, CURVE_GOST_512_B, true },
    { "requests/2012-512-C.spki", "tc26-512-C", KEY_GOST512, CURVE_GOST_512_C, false },
    { "requests/2001-A.spki", "CryptoPro-A", KEY_GOST2001, CURVE_GOST_256_CPA, true },
    { "requests/2001-B.spki", "CryptoPro-B", KEY_GOST2001, CURVE_GOST_256_CPB, true },
    { "requests/2001-C.spki", "CryptoPro-C", KEY_GOST2001, CURVE_GOST_256_CPC, true },
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static struct bytes set_oid(const char *name)
{
    const struct gost_set *set = gost_set_from_name(bytes_text(name));

    ck_assert_ptr_nonnull(set);
    return gost_set_oid(set);
}

static void assert_encodes(const struct pubkey *key, struct bytes expected)
{
    uint8_t memory[PUBKEY_SPKI_MAX];
    struct buf out = BUF_OVER(memory);

    assert_ok(pubkey_to_spki(key, &out));
    assert_bytes(buf_bytes(&out), expected);
}

START_TEST(reads_every_parameter_set_and_writes_it_as_it_was)
{
    for (size_t i = 0; i < ROWS; i++) {
        struct vector vector;
        struct bytes spki = vector_load(rows[i].file, &vector);
        bool wide = rows[i].kind == KEY_GOST512;
        struct pubkey key, made;

        assert_ok(pubkey_from_spki(spki, &key));
        ck_assert_int_eq((int)key.kind, (int)rows[i].kind);
        ck_assert_int_eq((int)key.curve, (int)rows[i].curve);
        assert_bytes(pubkey_gost_set(&key), set_oid(rows[i].set));
        ck_assert_int_eq(key.digest_size > 0, rows[i].names_digest);
        ck_assert_uint_eq(pubkey_bits(&key), wide ? 512 : 256);
        ck_assert_uint_eq(pubkey_signature_size(&key), wide ? 128 : 64);
        assert_bytes(pubkey_point(&key), bytes_from(spki, spki.size - (wide ? 128 : 64)));
        assert_encodes(&key, spki);
        /* and from the attributes of PKCS#11 */
        assert_ok(
            pubkey_set_gost(&made, pubkey_gost_set(&key), pubkey_gost_digest(&key), pubkey_point(&key)));
        ck_assert(pubkey_equal(&made, &key));
        assert_encodes(&made, spki);
    }
}
END_TEST

START_TEST(a_digest_that_is_not_named_goes_by_the_kind)
{
    static const uint8_t point[128];
    struct pubkey key;

    assert_ok(pubkey_set_gost(&key, set_oid("tc26-256-A"), BYTES_NONE, bytes_make(point, 64)));
    assert_bytes(pubkey_gost_digest(&key), hash_oid(HASH_STREEBOG_256));
    assert_ok(pubkey_set_gost(&key, set_oid("tc26-512-A"), BYTES_NONE, bytes_make(point, 128)));
    assert_bytes(pubkey_gost_digest(&key), hash_oid(HASH_STREEBOG_512));
    assert_ok(
        pubkey_set_gost(&key, set_oid("CryptoPro-A"), gost_digest_oid(HASH_GOST94), bytes_make(point, 64)));
    ck_assert_int_eq((int)key.kind, (int)KEY_GOST2001);
    assert_bytes(pubkey_gost_digest(&key), gost_digest_oid(HASH_GOST94));
}
END_TEST

START_TEST(the_point_of_rfc_7091_has_two_forms)
{
    uint8_t memory[64], form[65];
    struct buf point = BUF_OVER(memory), out = BUF_OVER(form);
    struct vector vector;
    struct pubkey key, from_request;

    for (size_t i = 32; i > 0; i--)
        buf_add_byte(&point, qx[i - 1]);
    for (size_t i = 32; i > 0; i--)
        buf_add_byte(&point, qy[i - 1]);
    assert_ok(pubkey_set_gost(&key, set_oid("test-256"), BYTES_NONE, buf_bytes(&point)));
    assert_ok(pubkey_gost_point(&key, &out));
    ck_assert_uint_eq(form[0], 0x04);
    assert_bytes(bytes_make(form + 1, 32), BYTES_OF(qx));
    assert_bytes(bytes_make(form + 33, 32), BYTES_OF(qy));
    /* the request A.1 of RFC 9215 is for this key */
    vector_load("requests/rfc9215-a1.csr", &vector);
    assert_ok(pubkey_from_spki(bytes_slice(vector.bytes, 29, 104), &from_request));
    ck_assert(pubkey_equal(&key, &from_request));
    out = buf_make(form, 64);
    assert_result(pubkey_gost_point(&key, &out), RESULT_TOO_LARGE);
}
END_TEST

START_TEST(names_of_one_curve_are_the_same_key_and_other_kinds_are_not)
{
    static const uint8_t point[64] = { 1 };
    struct pubkey a, b, tc26, old;

    assert_ok(pubkey_set_gost(&a, set_oid("CryptoPro-A"), BYTES_NONE, BYTES_OF(point)));
    assert_ok(pubkey_set_gost(&b, set_oid("CryptoPro-B"), BYTES_NONE, BYTES_OF(point)));
    assert_ok(pubkey_set_gost(&tc26, set_oid("tc26-256-B"), BYTES_NONE, BYTES_OF(point)));
    assert_ok(pubkey_set_gost(&old, set_oid("CryptoPro-A"), gost_digest_oid(HASH_GOST94), BYTES_OF(point)));
    ck_assert(pubkey_equal(&a, &tc26) && !pubkey_equal(&a, &b) && !pubkey_equal(&a, &old));
    ck_assert(!bytes_equal(pubkey_gost_set(&a), pubkey_gost_set(&tc26)));
}
END_TEST

START_TEST(what_does_not_go_together_is_refused)
{
    static const uint8_t point[128];
    struct pubkey key;
    struct bytes small = bytes_make(point, 64), large = BYTES_OF(point);

    assert_result(pubkey_set_gost(&key, BYTES_NONE, BYTES_NONE, small), RESULT_UNSUPPORTED);
    assert_result(pubkey_set_gost(&key, hash_oid(HASH_SHA1), BYTES_NONE, small), RESULT_UNSUPPORTED);
    assert_result(pubkey_set_gost(&key, set_oid("CryptoPro-A"), hash_oid(HASH_SHA1), small),
                  RESULT_UNSUPPORTED);
    assert_result(pubkey_set_gost(&key, set_oid("CryptoPro-A"), hash_oid(HASH_STREEBOG_512), small),
                  RESULT_UNSUPPORTED);
    assert_result(pubkey_set_gost(&key, set_oid("tc26-512-A"), gost_digest_oid(HASH_GOST94), large),
                  RESULT_UNSUPPORTED);
    assert_result(pubkey_set_gost(&key, set_oid("tc26-512-A"), BYTES_NONE, small), RESULT_MALFORMED);
    assert_result(pubkey_set_gost(&key, set_oid("CryptoPro-A"), BYTES_NONE, bytes_make(point, 63)),
                  RESULT_MALFORMED);
    assert_result(pubkey_set_point(&key, CURVE_GOST_256_CPA, small), RESULT_MALFORMED);
    ck_assert_int_eq((int)pubkey_set_point(&key, CURVE_ED25519, bytes_make(point, 32)), (int)RESULT_OK);
    ck_assert_uint_eq(pubkey_gost_digest(&key).size + pubkey_gost_set(&key).size, 0);
    assert_result(pubkey_gost_point(&key, &(struct buf){ 0 }), RESULT_BAD_ARGUMENT);
}
END_TEST

START_TEST(a_cipher_beside_a_key_of_2001_is_read_and_dropped)
{
    uint8_t memory[128];
    struct buf out = BUF_OVER(memory);
    size_t spki = tlv_begin(&out, 0x30), algorithm = tlv_begin(&out, 0x30), params, bits, octets;
    struct pubkey key;

    buf_add(&out, BYTES_LIT(0x06, 0x06, 0x2A, 0x85, 0x03, 0x02, 0x02, 0x13));
    params = tlv_begin(&out, 0x30);
    buf_add(&out, set_oid("CryptoPro-A"));
    buf_add(&out, gost_digest_oid(HASH_GOST94));
    buf_add(&out, BYTES_LIT(0x06, 0x07, 0x2A, 0x85, 0x03, 0x02, 0x02, 0x1F, 0x01));
    tlv_end(&out, params);
    tlv_end(&out, algorithm);
    bits = tlv_begin(&out, 0x03);
    buf_add_byte(&out, 0);
    octets = tlv_begin(&out, 0x04);
    buf_add_fill(&out, 0x11, 64);
    tlv_end(&out, octets);
    tlv_end(&out, bits);
    tlv_end(&out, spki);
    assert_ok(pubkey_from_spki(buf_bytes(&out), &key));
    ck_assert_int_eq((int)key.kind, (int)KEY_GOST2001);
}
END_TEST

static void read_any(struct bytes view)
{
    uint8_t memory[PUBKEY_SPKI_MAX];
    struct buf out = BUF_OVER(memory);
    struct pubkey key;

    if (pubkey_from_spki(view, &key) == RESULT_OK)
        assert_ok(pubkey_to_spki(&key, &out));
}

START_TEST(broken_keys_do_no_harm)
{
    struct vector vector;
    struct pubkey key;

    vector_load("requests/2012-256-A.spki", &vector);
    vector_mutate(vector.bytes, read_any);
    vector_truncate(vector.bytes, read_any);
    vector_load("requests/2012-512-C.spki", &vector);
    vector_mutate(vector.bytes, read_any);
    assert_result(pubkey_from_spki(bytes_slice(vector.bytes, 0, vector.bytes.size - 1), &key),
                  RESULT_MALFORMED);
}
END_TEST

UNIT_MAIN("pubkey_gost", reads_every_parameter_set_and_writes_it_as_it_was,
          a_digest_that_is_not_named_goes_by_the_kind, the_point_of_rfc_7091_has_two_forms,
          names_of_one_curve_are_the_same_key_and_other_kinds_are_not, what_does_not_go_together_is_refused,
          a_cipher_beside_a_key_of_2001_is_read_and_dropped, broken_keys_do_no_harm)
