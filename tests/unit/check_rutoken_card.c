/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The Rutoken driver with virtual cards, which were written from the card's side: what is found, and what it
 * costs. */
#include <gcrypt.h>
#include <openssl/bn.h>

#include "tests/unit/rutoken_rig.h"

/* The public operation of an RSA key, by OpenSSL's numbers. */
static void rsa_public(const struct pubkey *key, struct bytes block, struct buf *out)
{
    struct bytes n = pubkey_modulus(key), e = pubkey_exponent(key);
    BIGNUM *modulus = BN_bin2bn(n.data, (int)n.size, NULL), *exponent = BN_bin2bn(e.data, (int)e.size, NULL);
    BIGNUM *number = BN_bin2bn(block.data, (int)block.size, NULL);
    BN_CTX *context = BN_CTX_new();

    ck_assert_int_eq(BN_mod_exp(number, number, exponent, modulus, context), 1);
    ck_assert_int_eq(BN_bn2binpad(number, buf_reserve(out, n.size), (int)n.size), (int)n.size);
    BN_free(modulus);
    BN_free(exponent);
    BN_free(number);
    BN_CTX_free(context);
}

/* libgcrypt takes SIGNATURE, s || r, of DIGEST for made with KEY. */
static bool gost_verifies(const struct pubkey *key, const char *curve, struct bytes digest,
                          struct bytes signature)
{
    int half = (int)signature.size / 2;
    uint8_t number[64], point_memory[PUBKEY_POINT_MAX];
    struct buf point = BUF_OVER(point_memory);
    gcry_sexp_t data, sig, public_key;
    bool good;

    for (size_t i = 0; i < digest.size; i++)
        number[i] = digest.data[digest.size - 1 - i];
    assert_ok(pubkey_gost_point(key, &point));
    ck_assert_uint_eq(
        gcry_sexp_build(&data, NULL, "(data (flags gost) (value %b))", (int)digest.size, number), 0);
    ck_assert_uint_eq(gcry_sexp_build(&sig, NULL, "(sig-val (gost (r %b) (s %b)))", half,
                                      signature.data + half, half, signature.data),
                      0);
    ck_assert_uint_eq(gcry_sexp_build(&public_key, NULL, "(public-key (ecc (curve %s) (q %b)))", curve,
                                      (int)point.size, point.data),
                      0);
    good = gcry_pk_verify(sig, data, public_key) == 0;
    gcry_sexp_release(data);
    gcry_sexp_release(sig);
    gcry_sexp_release(public_key);
    return good;
}

START_TEST(recognising_and_opening_costs_four_exchanges)
{
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken");
    rig_again(rig);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 4);
    ck_assert_str_eq(rig->info.label, "my token");
    ck_assert_str_eq(rig->info.model, "Rutoken ECP");
    ck_assert_uint_eq(strlen(rig->info.serial), 8);
    ck_assert(rig->info.user.known && !rig->info.user.blocked);
    ck_assert_int_eq(rig->info.user.tries_left, 5);
    ck_assert(rig->info.pin_initialized && rig->info.can_format && rig->info.has_random);
    rig_down(rig);
}
END_TEST

START_TEST(every_profile_is_recognised_and_opened)
{
    static const char *const names[] = { "rutoken", "rutoken:sc-t0", "rutoken:sc-t1", "rutoken:lite",
                                         "rutoken:vendor" };
    struct rig *rig = &the_rig;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        rig_up(rig, names[i]);
        ck_assert_uint_gt(strlen(rig->info.serial), 0);
        ck_assert(rig->info.user.known);
        rig_down(rig);
    }
}
END_TEST

START_TEST(no_driver_takes_another_familys_card)
{
    static const char *const cards[] = { "piv",          "piv:nist",       "piv:short",
                                         "rutoken",      "rutoken:sc-t0",  "rutoken:sc-t1",
                                         "rutoken:lite", "rutoken:vendor", "openpgp", "blank" };
    static const struct card_driver *const drivers[] = { &card_piv, &card_rutoken };

    for (size_t c = 0; c < sizeof(cards) / sizeof(cards[0]); c++) {
        for (size_t d = 0; d < sizeof(drivers) / sizeof(drivers[0]); d++) {
            struct channel *channel;
            struct card *card;
            bool own = strncmp(cards[c], drivers[d]->name, strlen(drivers[d]->name)) == 0;
            assert_ok(vcard_channel_open(cards[c], &channel));
            assert_ok(card_new(drivers[d], channel, vcard_channel_atr(channel), NULL, 0, &card));
            assert_result(drivers[d]->recognise(card), own ? RESULT_OK : RESULT_NOT_FOUND);
            card_free(&card);
            vcard_channel_close(&channel);
        }
    }
}
END_TEST

START_TEST(a_card_with_another_atr_hears_nothing)
{
    struct channel *channel;
    struct card *card;

    assert_ok(vcard_channel_open("piv", &channel));
    assert_ok(card_new(&card_rutoken, channel, vcard_channel_atr(channel), NULL, 0, &card));
    assert_result(card_rutoken.recognise(card), RESULT_NOT_FOUND);
    ck_assert_uint_eq(vcard_channel_count(channel), 0);
    card_free(&card);
    vcard_channel_close(&channel);
}
END_TEST

START_TEST(opening_without_selecting_reads_the_right_file_all_the_same)
{
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken");
    rig_open(rig);
    ck_assert_uint_eq(list(rig, CARD_KEY | CARD_CERT, 0, false, false), 0);
    assert_ok(card_rutoken.open(rig->card, &rig->info));
    ck_assert_str_eq(rig->info.label, "my token");
    assert_ok(card_rutoken.recognise(rig->card));
    ck_assert_uint_eq(list(rig, CARD_KEY, 0, false, false), 0);
    assert_ok(card_rutoken.open(rig->card, &rig->info));
    ck_assert_str_eq(rig->info.label, "my token");
    rig_down(rig);
}
END_TEST

START_TEST(a_vendors_keys_are_listed_without_any_directory)
{
    struct rig *rig = &the_rig;

    rig_up(rig, "rutoken:vendor");
    ck_assert_uint_eq(list(rig, CARD_KEY | CARD_CERT | CARD_DATUM, 0, false, true), 2);
    ck_assert_int_eq(rig->items[0].key.public_key.kind, KEY_RSA);
    ck_assert_uint_eq(pubkey_bits(&rig->items[0].key.public_key), 2048);
    ck_assert_uint_eq(rig->items[0].key.id[0], 1);
    ck_assert_int_eq(rig->items[1].key.public_key.kind, KEY_GOST256);
    ck_assert_uint_eq(rig->items[1].key.can, CARD_CAN_GOST);
    ck_assert_uint_eq(list(rig, CARD_KEY, 2, false, true), 1);
    ck_assert_uint_eq(rig->items[0].key.reference, 2);
    ck_assert_uint_eq(list(rig, CARD_KEY, 3, false, true), 0);
    rig_down(rig);
}
END_TEST

START_TEST(a_vendors_token_signs_and_takes_no_new_keys)
{
    struct rig *rig = &the_rig;
    struct buf out = BUF_OVER(rig->answer);
    uint8_t digest[32] = { 1, 2, 3 };

    rig_up(rig, "rutoken:vendor");
    ck_assert_uint_eq(list(rig, CARD_KEY, 2, false, true), 1);
    assert_result(card_rutoken.sign(rig->card, &rig->items[0].key, CARD_CAN_GOST, BYTES_OF(digest), &out),
                  RESULT_NOT_AUTHENTICATED);
    assert_ok(login(rig));
    vcard_channel_count(rig->channel);
    assert_ok(card_rutoken.sign(rig->card, &rig->items[0].key, CARD_CAN_GOST, BYTES_OF(digest), &out));
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 3);
    ck_assert_uint_eq(out.size, 64);
    assert_result(generate_rsa(rig, 1024, 0, &rig->key), RESULT_NOT_ALLOWED);
    assert_result(store_cert(rig, 2, "asn1/rsa2048.crt", false), RESULT_NOT_ALLOWED);
    rig_down(rig);
}
END_TEST

START_TEST(listing_two_keys_costs_twelve_exchanges_and_two_for_each_public_key)
{
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken");
    assert_ok(generate_gost(rig, "CryptoPro-A", HASH_STREEBOG_256, 0x45, &rig->key));
    assert_ok(generate_rsa(rig, 2048, 0x46, &rig->key));
    vcard_channel_count(rig->channel);
    ck_assert_uint_eq(list(rig, CARD_KEY | CARD_CERT | CARD_DATUM, 0, false, true), 2);
    ck_assert_uint_le(vcard_channel_count(rig->channel), 12 + 2 * 2);
    ck_assert_uint_eq(list(rig, CARD_KEY, 0x46, false, true), 1);
    ck_assert_uint_le(vcard_channel_count(rig->channel), 2 + 2);
    assert_ok(store_cert(rig, 0x46, "asn1/rsa2048.crt", false));
    vcard_channel_count(rig->channel);
    ck_assert_uint_eq(list(rig, CARD_KEY | CARD_CERT | CARD_DATUM, 0, false, true), 3);
    ck_assert_uint_eq(rig->value_sizes[2], rig->vector.bytes.size);
    ck_assert_uint_le(vcard_channel_count(rig->channel),
                      18 + 2 * 2 + 1 + (rig->vector.bytes.size + 255) / 256);
    rig_down(rig);
}
END_TEST

START_TEST(what_was_generated_is_listed_as_it_was_returned)
{
    static const struct {
        const char *set;
        enum hash digest;
    } rows[] = {
        { "CryptoPro-A", HASH_STREEBOG_256 }, { "CryptoPro-B", HASH_STREEBOG_256 },
        { "CryptoPro-C", HASH_STREEBOG_256 }, { "CryptoPro-XchA", HASH_STREEBOG_256 },
        { "tc26-256-B", HASH_STREEBOG_256 },  { "CryptoPro-A", HASH_GOST94 },
        { "tc26-512-A", HASH_STREEBOG_512 },  { "tc26-512-B", HASH_STREEBOG_512 },
    };
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken");
    rig_allow(rig);
    for (uint8_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_ok(generate_gost(rig, rows[i].set, rows[i].digest, (uint8_t)(0x60 + i), &rig->key));
        ck_assert_uint_eq(list(rig, CARD_KEY, (uint8_t)(0x60 + i), false, true), 1);
        ck_assert(pubkey_equal(&rig->items[0].key.public_key, &rig->key.public_key));
        assert_bytes(pubkey_gost_set(&rig->items[0].key.public_key),
                     gost_set_oid(gost_set_from_name(bytes_text(rows[i].set))));
        ck_assert_uint_eq(rig->items[0].key.reference, rig->key.reference);
        ck_assert_uint_eq(rig->items[0].key.can, rig->key.can);
        ck_assert_str_eq(rig->items[0].key.label, "ключ");
        ck_assert(rig->items[0].key.generated && rig->items[0].key.origin_known);
    }
    ck_assert_uint_eq(list(rig, CARD_KEY, 0, false, true), sizeof(rows) / sizeof(rows[0]));
    assert_result(generate_gost(rig, "CryptoPro-A", HASH_STREEBOG_256, 0x60, &rig->key), RESULT_EXISTS);
    rig_down(rig);
}
END_TEST

START_TEST(what_the_card_has_no_code_for_is_refused_before_anything_is_sent)
{
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken");
    assert_result(generate_gost(rig, "tc26-256-A", HASH_STREEBOG_256, 0, &rig->key), RESULT_UNSUPPORTED);
    assert_result(generate_gost(rig, "tc26-512-A", HASH_STREEBOG_512, 0, &rig->key), RESULT_UNSUPPORTED);
    assert_result(generate_rsa(rig, 1000, 0, &rig->key), RESULT_UNSUPPORTED);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 0);
    rig_down(rig);
}
END_TEST

START_TEST(gost_signatures_verify_in_libgcrypt)
{
    static const struct {
        const char *set;
        enum hash digest;
        const char *curve;
    } rows[] = {
        { "CryptoPro-A", HASH_STREEBOG_256, "GOST2001-CryptoPro-A" },
        { "tc26-256-C", HASH_STREEBOG_256, "GOST2001-CryptoPro-B" },
        { "CryptoPro-C", HASH_STREEBOG_256, "GOST2001-CryptoPro-C" },
        { "tc26-512-A", HASH_STREEBOG_512, "GOST2012-512-tc26-A" },
    };
    struct rig *rig = &the_rig;
    uint8_t digest[64];

    for (size_t i = 0; i < sizeof(digest); i++)
        digest[i] = (uint8_t)(i * 7 + 1);
    rig_ready(rig, "rutoken");
    rig_allow(rig);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct buf out = BUF_OVER(rig->answer);
        struct bytes input = bytes_make(digest, hash_size(rows[i].digest));
        assert_ok(generate_gost(rig, rows[i].set, rows[i].digest, 0, &rig->key));
        vcard_channel_count(rig->channel);
        assert_ok(card_rutoken.sign(rig->card, &rig->key, CARD_CAN_GOST, input, &out));
        ck_assert_uint_eq(vcard_channel_count(rig->channel), 3);
        ck_assert(gost_verifies(&rig->key.public_key, rows[i].curve, input, buf_bytes(&out)));
        digest[0] ^= 1;
        ck_assert(!gost_verifies(&rig->key.public_key, rows[i].curve, input, buf_bytes(&out)));
    }
    rig_down(rig);
}
END_TEST

START_TEST(two_keys_agree_on_the_same_secret)
{
    struct rig *rig = &the_rig;
    const uint8_t ukm[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    uint8_t first_memory[64], second_memory[64];
    struct buf first = BUF_OVER(first_memory), second = BUF_OVER(second_memory);
    struct card_agreement with = { .how = CARD_CAN_VKO, .ukm = BYTES_OF(ukm) };
    struct card_key other;

    rig_ready(rig, "rutoken");
    assert_ok(generate_gost(rig, "CryptoPro-A", HASH_STREEBOG_256, 0, &rig->key));
    ck_assert_uint_eq(rig->key.can, CARD_CAN_GOST);
    rig_allow(rig);
    assert_ok(generate_gost(rig, "CryptoPro-A", HASH_STREEBOG_256, 0, &other));
    rig->key.can = other.can;
    with.point = pubkey_point(&other.public_key);
    assert_ok(card_rutoken.agree(rig->card, &rig->key, &with, &first));
    with.point = pubkey_point(&rig->key.public_key);
    assert_ok(card_rutoken.agree(rig->card, &other, &with, &second));
    ck_assert_uint_eq(first.size, 32);
    assert_bytes(buf_bytes(&first), buf_bytes(&second));
    rig_down(rig);
}
END_TEST

static void reverse(const uint8_t *from, size_t size, uint8_t *to)
{
    for (size_t i = 0; i < size; i++)
        to[i] = from[size - 1 - i];
}

/* VKO_GOSTR3410_2012_256 (RFC 7836 4.3.1) by libgcrypt: PRIVATE (big-endian) and the UKM with the other's
 * PUBLIC key. */
static void vko(gcry_ctx_t context, struct bytes private, struct bytes ukm, const struct pubkey *public_key,
                uint8_t *ret)
{
    gcry_mpi_t scalar, factor, q = gcry_mpi_ec_get_mpi("n", context, 1), x = gcry_mpi_new(0),
                               y = gcry_mpi_new(0);
    gcry_mpi_point_t point = gcry_mpi_point_new(0), product = gcry_mpi_point_new(0);
    uint8_t memory[PUBKEY_POINT_MAX], number[64] = { 0 }, shared[64];
    struct buf octets = BUF_OVER(memory);
    gcry_mpi_t encoded;

    reverse(ukm.data, ukm.size, number);
    ck_assert_uint_eq(gcry_mpi_scan(&factor, GCRYMPI_FMT_USG, number, ukm.size, NULL), 0);
    ck_assert_uint_eq(gcry_mpi_scan(&scalar, GCRYMPI_FMT_USG, private.data, private.size, NULL), 0);
    assert_ok(pubkey_gost_point(public_key, &octets));
    ck_assert_uint_eq(gcry_mpi_scan(&encoded, GCRYMPI_FMT_USG, octets.data, octets.size, NULL), 0);
    ck_assert_uint_eq(gcry_mpi_ec_decode_point(point, encoded, context), 0);
    gcry_mpi_mulm(scalar, scalar, factor, q);
    gcry_mpi_ec_mul(product, scalar, point, context);
    ck_assert_int_eq(gcry_mpi_ec_get_affine(x, y, product, context), 0);
    memset(shared, 0, sizeof(shared));
    for (size_t half = 0; half < 2; half++) {
        size_t size;
        uint8_t big[32];
        ck_assert_uint_eq(gcry_mpi_print(GCRYMPI_FMT_USG, big, sizeof(big), &size, half ? y : x), 0);
        reverse(big, size, shared + 32 * half);
    }
    gcry_md_hash_buffer(GCRY_MD_STRIBOG256, ret, shared, sizeof(shared));
    gcry_mpi_release(scalar);
    gcry_mpi_release(factor);
    gcry_mpi_release(encoded);
    gcry_mpi_release(q);
    gcry_mpi_release(x);
    gcry_mpi_release(y);
    gcry_mpi_point_release(point);
    gcry_mpi_point_release(product);
}

START_TEST(an_agreed_secret_is_the_one_of_rfc_7836)
{
    struct rig *rig = &the_rig;
    const uint8_t ukm[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
    uint8_t private[32], point[64], big[65], expected[32], memory[64];
    struct card_agreement with = { .how = CARD_CAN_VKO, .point = BYTES_OF(point), .ukm = BYTES_OF(ukm) };
    gcry_mpi_t scalar;
    gcry_mpi_point_t base, public_point = gcry_mpi_point_new(0);
    struct buf out = BUF_OVER(memory);
    gcry_ctx_t context;
    size_t size;

    for (size_t i = 0; i < sizeof(private); i++)
    private[i] = (uint8_t)(i + 3);
    ck_assert_ptr_nonnull(gcry_check_version(NULL));
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    ck_assert_uint_eq(gcry_mpi_ec_new(&context, NULL, "GOST2001-CryptoPro-A"), 0);
    ck_assert_uint_eq(gcry_mpi_scan(&scalar, GCRYMPI_FMT_USG, private, sizeof(private), NULL), 0);
    base = gcry_mpi_ec_get_point("g", context, 1);
    gcry_mpi_ec_mul(public_point, scalar, base, context);
    {
        gcry_mpi_t x = gcry_mpi_new(0), y = gcry_mpi_new(0);
        ck_assert_int_eq(gcry_mpi_ec_get_affine(x, y, public_point, context), 0);
        memset(point, 0, sizeof(point));
        ck_assert_uint_eq(gcry_mpi_print(GCRYMPI_FMT_USG, big, 32, &size, x), 0);
        reverse(big, size, point);
        ck_assert_uint_eq(gcry_mpi_print(GCRYMPI_FMT_USG, big, 32, &size, y), 0);
        reverse(big, size, point + 32);
        gcry_mpi_release(x);
        gcry_mpi_release(y);
    }
    rig_ready(rig, "rutoken");
    rig_allow(rig);
    assert_ok(generate_gost(rig, "CryptoPro-A", HASH_STREEBOG_256, 0, &rig->key));
    assert_ok(card_rutoken.agree(rig->card, &rig->key, &with, &out));
    vko(context, BYTES_OF(private), BYTES_OF(ukm), &rig->key.public_key, expected);
    assert_bytes(buf_bytes(&out), BYTES_OF(expected));
    gcry_mpi_release(scalar);
    gcry_mpi_point_release(base);
    gcry_mpi_point_release(public_point);
    gcry_ctx_release(context);
    rig_down(rig);
}
END_TEST

START_TEST(rsa_keys_sign_and_decipher)
{
    static const size_t sizes[] = { 1024, 2048, 4096 };
    struct rig *rig = &the_rig;
    uint8_t block[512], public_memory[512];

    rig_ready(rig, "rutoken");
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        size_t size = sizes[i] / 8;
        struct buf out = BUF_OVER(rig->answer), opened = BUF_OVER(public_memory);
        assert_ok(generate_rsa(rig, sizes[i], 0, &rig->key));
        memset(block, 0x5A, sizeof(block));
        block[0] = 0;
        assert_ok(card_rutoken.sign(rig->card, &rig->key, CARD_CAN_RSA_RAW, bytes_make(block, size), &out));
        ck_assert_uint_eq(out.size, size);
        rsa_public(&rig->key.public_key, buf_bytes(&out), &opened);
        assert_bytes(buf_bytes(&opened), bytes_make(block, size));
        out = BUF_OVER(rig->answer);
        buf_clear(&opened);
        rsa_public(&rig->key.public_key, bytes_make(block, size), &opened);
        assert_ok(card_rutoken.decipher(rig->card, &rig->key, CARD_CAN_RSA_RAW, buf_bytes(&opened), &out));
        assert_bytes(buf_bytes(&out), bytes_make(block, size));
    }
    rig_down(rig);
}
END_TEST

START_TEST(certificates_and_data_are_written_replaced_and_erased)
{
    struct rig *rig = &the_rig;
    struct buf out = BUF_OVER(rig->value);

    rig_ready(rig, "rutoken");
    for (uint8_t i = 1; i <= 6; i++)
        assert_ok(store_cert(rig, i, i % 2 ? "asn1/rsa2048.crt" : "asn1/p256.crt", false));
    assert_result(store_cert(rig, 3, "asn1/p256.crt", false), RESULT_EXISTS);
    assert_ok(store_cert(rig, 3, "asn1/p256.crt", true));
    ck_assert_uint_eq(list(rig, CARD_CERT, 0, false, true), 6);
    ck_assert_uint_eq(list(rig, CARD_CERT, 3, false, true), 1);
    ck_assert_uint_eq(rig->value_sizes[0], rig->vector.bytes.size);
    assert_ok(card_rutoken.read(rig->card, CARD_CERT, rig->items[0].cert.reference, &out));
    assert_bytes(buf_bytes(&out), rig->vector.bytes);
    ck_assert_uint_eq(list(rig, CARD_CERT, 1, false, true), 1);
    assert_ok(card_rutoken.erase(rig->card, CARD_CERT, rig->items[0].cert.reference));
    assert_result(card_rutoken.erase(rig->card, CARD_CERT, rig->items[0].cert.reference), RESULT_NOT_FOUND);
    ck_assert_uint_eq(list(rig, CARD_CERT, 0, false, true), 5);
    assert_ok(store_datum(rig, "public", false, "for everybody", false));
    assert_ok(store_datum(rig, "private", true, "for me", false));
    assert_result(store_datum(rig, "private", true, "for you", false), RESULT_EXISTS);
    ck_assert_uint_eq(list(rig, CARD_DATUM, 0, false, true), 1);
    ck_assert_uint_eq(list(rig, CARD_DATUM, 0, true, true), 2);
    ck_assert(rig->items[1].datum.needs_pin);
    buf_clear(&out);
    assert_ok(card_rutoken.read(rig->card, CARD_DATUM, rig->items[1].datum.reference, &out));
    assert_bytes(buf_bytes(&out), bytes_text("for me"));
    assert_ok(card_rutoken.logout(rig->card));
    buf_clear(&out);
    assert_result(card_rutoken.read(rig->card, CARD_DATUM, rig->items[1].datum.reference, &out),
                  RESULT_NOT_AUTHENTICATED);
    rig_down(rig);
}
END_TEST

START_TEST(a_look_at_a_certificate_tells_it_from_another_one)
{
    struct rig *rig = &the_rig;
    uint64_t before;

    rig_ready(rig, "rutoken");
    assert_ok(store_cert(rig, 1, "asn1/rsa2048.crt", false));
    before = rig->item.cert.fingerprint;
    ck_assert_uint_eq(list(rig, CARD_CERT, 0, false, false), 1);
    ck_assert_uint_eq(rig->items[0].cert.fingerprint, before);
    ck_assert_uint_eq(list(rig, CARD_CERT, 0, false, true), 1);
    ck_assert_uint_eq(rig->items[0].cert.fingerprint, before);
    assert_ok(store_cert(rig, 1, "asn1/p256.crt", true));
    ck_assert_uint_eq(list(rig, CARD_CERT, 0, false, false), 1);
    ck_assert_uint_ne(rig->items[0].cert.fingerprint, before);
    rig_down(rig);
}
END_TEST

START_TEST(an_erased_key_makes_room_for_the_next_one)
{
    struct rig *rig = &the_rig;
    uint32_t reference;

    rig_ready(rig, "rutoken");
    for (uint8_t i = 1; i <= 5; i++)
        assert_ok(generate_gost(rig, "CryptoPro-A", HASH_STREEBOG_256, (uint8_t)(0x20 + i), &rig->key));
    ck_assert_uint_eq(list(rig, CARD_KEY, 0x22, false, true), 1);
    reference = rig->items[0].key.reference;
    assert_ok(card_rutoken.erase(rig->card, CARD_KEY, reference));
    assert_result(card_rutoken.erase(rig->card, CARD_KEY, reference), RESULT_NOT_FOUND);
    ck_assert_uint_eq(list(rig, CARD_KEY, 0, false, true), 4);
    assert_ok(generate_rsa(rig, 1024, 0, &rig->key));
    ck_assert_uint_eq(rig->key.reference, reference);
    ck_assert_uint_eq(list(rig, CARD_KEY, 0, false, true), 5);
    rig_down(rig);
}
END_TEST

START_TEST(random_bytes_come_from_the_card)
{
    struct rig *rig = &the_rig;
    struct buf out = BUF_OVER(rig->answer);

    rig_up(rig, "rutoken");
    assert_ok(card_rutoken.random(rig->card, 100, &out));
    ck_assert_uint_eq(out.size, 100);
    ck_assert_mem_ne(out.data, out.data + 50, 50);
    rig_down(rig);
}
END_TEST

START_TEST(a_token_without_cryptography_keeps_certificates_and_makes_no_keys)
{
    struct rig *rig = &the_rig;

    rig_ready(rig, "rutoken:lite");
    ck_assert_str_eq(rig->info.model, "Rutoken Lite");
    assert_result(generate_rsa(rig, 1024, 0, &rig->key), RESULT_UNSUPPORTED);
    assert_result(generate_gost(rig, "CryptoPro-A", HASH_STREEBOG_256, 0, &rig->key), RESULT_UNSUPPORTED);
    assert_ok(store_cert(rig, 1, "asn1/rsa2048.crt", false));
    ck_assert_uint_eq(list(rig, CARD_KEY | CARD_CERT, 0, false, true), 1);
    rig_down(rig);
}
END_TEST

START_TEST(a_card_that_speaks_t_0_does_it_all)
{
    struct rig *rig = &the_rig;
    struct buf out = BUF_OVER(rig->answer);
    uint8_t digest[32] = { 4, 5, 6 };

    rig_ready(rig, "rutoken:sc-t0");
    assert_ok(generate_gost(rig, "CryptoPro-A", HASH_STREEBOG_256, 0x45, &rig->key));
    assert_ok(generate_rsa(rig, 2048, 0x46, &rig->key));
    assert_ok(store_cert(rig, 0x46, "asn1/rsa2048.crt", false));
    ck_assert_uint_eq(list(rig, CARD_KEY | CARD_CERT, 0, false, true), 3);
    assert_ok(card_rutoken.sign(rig->card, &rig->items[0].key, CARD_CAN_GOST, BYTES_OF(digest), &out));
    ck_assert_uint_eq(out.size, 64);
    rig_down(rig);
}
END_TEST

START_TEST(a_card_that_lies_is_survived)
{
    struct rig *rig = &the_rig;
    uint8_t digest[32] = { 9 };

    for (uint32_t seed = 1; seed <= 60; seed++) {
        struct buf value = BUF_OVER(rig->value);
        const struct card_query query = { .kinds = CARD_KEY | CARD_CERT | CARD_DATUM,
                                          .logged_in = true,
                                          .value = &value };
        struct card_cursor cursor = { 0 };
        struct buf out = BUF_OVER(rig->answer);
        int tries = 0;
        rig_ready(rig, "rutoken");
        assert_ok(generate_gost(rig, "CryptoPro-A", HASH_STREEBOG_256, 0x45, &rig->key));
        assert_ok(store_cert(rig, 0x45, "asn1/p256.crt", false));
        vcard_channel_spoil(rig->channel, seed);
        (void)!card_rutoken.recognise(rig->card);
        (void)!card_rutoken.open(rig->card, &rig->info);
        for (int i = 0; i < 40 && card_rutoken.list(rig->card, &query, &cursor, &rig->items[0]) == RESULT_OK;
             i++)
            (void)!card_rutoken.sign(rig->card, &rig->items[0].key, CARD_CAN_GOST, BYTES_OF(digest), &out);
        (void)!verify(rig, CARD_USER, USER_PIN, &tries);
        (void)!generate_rsa(rig, 1024, 0x50, &rig->key);
        (void)!store_cert(rig, 0x45, "asn1/rsa2048.crt", true);
        (void)!card_rutoken.erase(rig->card, CARD_KEY, 1);
        ck_assert_uint_le(out.size, sizeof(rig->answer));
        rig_down(rig);
    }
}
END_TEST

UNIT_MAIN("rutoken card", recognising_and_opening_costs_four_exchanges,
          every_profile_is_recognised_and_opened, no_driver_takes_another_familys_card,
          a_card_with_another_atr_hears_nothing, opening_without_selecting_reads_the_right_file_all_the_same,
          a_vendors_keys_are_listed_without_any_directory, a_vendors_token_signs_and_takes_no_new_keys,
          listing_two_keys_costs_twelve_exchanges_and_two_for_each_public_key,
          what_was_generated_is_listed_as_it_was_returned,
          what_the_card_has_no_code_for_is_refused_before_anything_is_sent,
          gost_signatures_verify_in_libgcrypt, two_keys_agree_on_the_same_secret,
          an_agreed_secret_is_the_one_of_rfc_7836, rsa_keys_sign_and_decipher,
          certificates_and_data_are_written_replaced_and_erased,
          a_look_at_a_certificate_tells_it_from_another_one, an_erased_key_makes_room_for_the_next_one,
          random_bytes_come_from_the_card, a_token_without_cryptography_keeps_certificates_and_makes_no_keys,
          a_card_that_speaks_t_0_does_it_all, a_card_that_lies_is_survived)
