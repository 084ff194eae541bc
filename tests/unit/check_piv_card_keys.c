/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The PIV driver with virtual cards: what keys do is checked with OpenSSL. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "asn1/signature.h"
#include "tests/unit/piv_rig.h"

static EVP_PKEY *public_of(const struct pubkey *key)
{
    uint8_t memory[PUBKEY_SPKI_MAX];
    struct buf spki = BUF_OVER(memory);
    const uint8_t *at = memory;
    EVP_PKEY *public;

    assert_ok(pubkey_to_spki(key, &spki));
    public = d2i_PUBKEY(NULL, &at, (long)spki.size);
    ck_assert_ptr_nonnull(public);
    return public;
}

/* A raw RSA block comes back when the public key is applied to it. */
static void assert_rsa_block(const struct pubkey *key, struct bytes block, struct bytes result)
{
    EVP_PKEY *public = public_of(key);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(public, NULL);
    uint8_t back[PUBKEY_MODULUS_MAX];
    size_t size = sizeof(back);

    ck_assert_int_eq(EVP_PKEY_encrypt_init(context), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(context, RSA_NO_PADDING), 1);
    ck_assert_int_eq(EVP_PKEY_encrypt(context, back, &size, result.data, result.size), 1);
    assert_bytes(bytes_make(back, size), block);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(public);
}

static void assert_ecdsa(const struct pubkey *key, struct bytes digest, struct bytes raw)
{
    EVP_PKEY *public = public_of(key);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(public, NULL);
    uint8_t memory[200];
    struct buf der = BUF_OVER(memory);

    assert_ok(signature_ecdsa_to_der(raw, &der));
    ck_assert_int_eq(EVP_PKEY_verify_init(context), 1);
    ck_assert_int_eq(EVP_PKEY_verify(context, der.data, der.size, digest.data, digest.size), 1);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(public);
}

START_TEST(an_rsa_key_signs_and_deciphers_raw_blocks)
{
    static const size_t sizes[] = { 1024, 2048 };
    struct rig *rig = &the_rig;
    struct card_key key;
    int tries;

    rig_up(rig, "piv");
    for (size_t i = 0; i < 2; i++) {
        uint8_t block[PUBKEY_MODULUS_MAX], memory[PUBKEY_MODULUS_MAX];
        struct buf out = BUF_OVER(memory);
        size_t size = sizes[i] / 8;

        assert_ok(authenticate(rig, KEY_3DES));
        assert_ok(generate(rig, KEY_RSA, CURVE_NONE, sizes[i], (uint8_t)(i ? 3 : 1), &key));
        ck_assert_uint_eq(pubkey_bits(&key.public_key), sizes[i]);
        ck_assert_uint_eq(key.uses, CARD_USE_SIGN | CARD_USE_DECIPHER);
        ck_assert_uint_eq(key.can, CARD_CAN_RSA_RAW);
        memset(block, 0x5A, size);
        block[0] = 0;
        assert_result(card_piv.sign(rig->card, &key, CARD_CAN_RSA_RAW, bytes_make(block, size), &out),
                      i ? RESULT_OK : RESULT_NOT_AUTHENTICATED);
        buf_clear(&out);
        assert_ok(verify(rig, CARD_USER, "123456", &tries));
        vcard_channel_count(rig->channel);
        assert_ok(card_piv.sign(rig->card, &key, CARD_CAN_RSA_RAW, bytes_make(block, size), &out));
        ck_assert_uint_eq(vcard_channel_count(rig->channel), 1);
        assert_rsa_block(&key.public_key, bytes_make(block, size), buf_bytes(&out));
        buf_clear(&out);
        assert_ok(card_piv.decipher(rig->card, &key, CARD_CAN_RSA_RAW, bytes_make(block, size), &out));
        assert_rsa_block(&key.public_key, bytes_make(block, size), buf_bytes(&out));
    }
    rig_down(rig);
}
END_TEST

START_TEST(a_block_that_no_card_refuses_well_is_refused_on_the_host)
{
    struct rig *rig = &the_rig;
    uint8_t block[129], memory[256];
    struct buf out = BUF_OVER(memory);
    struct card_key key;

    rig_up(rig, "piv");
    assert_ok(authenticate(rig, KEY_3DES));
    assert_ok(generate(rig, KEY_RSA, CURVE_NONE, 1024, 4, &key));
    vcard_channel_count(rig->channel);
    memset(block, 0xFF, sizeof(block));
    assert_result(card_piv.sign(rig->card, &key, CARD_CAN_RSA_RAW, bytes_make(block, 128), &out),
                  RESULT_BAD_ARGUMENT);
    assert_result(card_piv.sign(rig->card, &key, CARD_CAN_RSA_RAW, pubkey_modulus(&key.public_key), &out),
                  RESULT_BAD_ARGUMENT);
    block[0] = 0;
    assert_result(card_piv.sign(rig->card, &key, CARD_CAN_RSA_RAW, bytes_make(block, 127), &out),
                  RESULT_BAD_ARGUMENT);
    assert_result(card_piv.sign(rig->card, &key, CARD_CAN_RSA_RAW, bytes_make(block, 129), &out),
                  RESULT_BAD_ARGUMENT);
    assert_result(card_piv.sign(rig->card, &key, CARD_CAN_ECDSA, bytes_make(block, 32), &out),
                  RESULT_UNSUPPORTED);
    ck_assert_uint_eq(vcard_channel_count(rig->channel), 0);
    assert_ok(card_piv.sign(rig->card, &key, CARD_CAN_RSA_RAW, bytes_make(block, 128), &out));
    rig_down(rig);
}
END_TEST

START_TEST(an_ec_key_signs_hashes_of_any_length_and_never_an_empty_one)
{
    static const enum curve curves[] = { CURVE_P256, CURVE_P384 };
    static const size_t lengths[] = { 20, 32, 48, 64 };
    struct rig *rig = &the_rig;
    uint8_t digest[64], memory[128];
    struct card_key key;

    rig_up(rig, "piv");
    memset(digest, 0xA7, sizeof(digest));
    for (size_t i = 0; i < 2; i++) {
        assert_ok(authenticate(rig, KEY_3DES));
        assert_ok(generate(rig, KEY_EC, curves[i], 0, i ? 5 : 4, &key));
        if (i) {
            int tries;
            assert_ok(verify(rig, CARD_USER, "123456", &tries));
        }
        for (size_t j = 0; j < 4; j++) {
            struct buf out = BUF_OVER(memory);
            vcard_channel_count(rig->channel);
            assert_ok(card_piv.sign(rig->card, &key, CARD_CAN_ECDSA, bytes_make(digest, lengths[j]), &out));
            ck_assert_uint_eq(vcard_channel_count(rig->channel), 1);
            ck_assert_uint_eq(out.size, 2 * curve_size(curves[i]));
            assert_ecdsa(&key.public_key,
                         bytes_slice(bytes_make(digest, lengths[j]), 0, curve_size(curves[i])),
                         buf_bytes(&out));
        }
        struct buf out = BUF_OVER(memory);
        vcard_channel_count(rig->channel);
        assert_result(card_piv.sign(rig->card, &key, CARD_CAN_ECDSA, BYTES_NONE, &out), RESULT_BAD_ARGUMENT);
        ck_assert_uint_eq(vcard_channel_count(rig->channel), 0);
    }
    rig_down(rig);
}
END_TEST

START_TEST(an_ed25519_key_signs_a_message)
{
    struct rig *rig = &the_rig;
    uint8_t message[1500], memory[64];
    struct card_key key;

    rig_up(rig, "piv");
    memset(message, 0x42, sizeof(message));
    assert_ok(authenticate(rig, KEY_3DES));
    assert_ok(generate(rig, KEY_EDWARDS, CURVE_ED25519, 0, 4, &key));
    for (size_t size = 1; size <= sizeof(message); size += 499) {
        struct buf out = BUF_OVER(memory);
        EVP_PKEY *public = public_of(&key.public_key);
        EVP_MD_CTX *context = EVP_MD_CTX_new();
        assert_ok(card_piv.sign(rig->card, &key, CARD_CAN_EDDSA, bytes_make(message, size), &out));
        ck_assert_int_eq(EVP_DigestVerifyInit(context, NULL, NULL, NULL, public), 1);
        ck_assert_int_eq(EVP_DigestVerify(context, out.data, out.size, message, size), 1);
        EVP_MD_CTX_free(context);
        EVP_PKEY_free(public);
    }
    struct buf out = BUF_OVER(memory);
    assert_result(card_piv.sign(rig->card, &key, CARD_CAN_EDDSA, BYTES_NONE, &out), RESULT_UNSUPPORTED);
    rig_down(rig);
}
END_TEST

static EVP_PKEY *peer_make(enum curve curve)
{
    return curve == CURVE_X25519
               ? EVP_PKEY_Q_keygen(NULL, NULL, "X25519")
               : EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve == CURVE_P256 ? "P-256" : "P-384");
}

START_TEST(agreeing_gives_both_sides_the_same_secret)
{
    static const enum curve curves[] = { CURVE_P256, CURVE_P384, CURVE_X25519 };
    struct rig *rig = &the_rig;
    struct card_key key;
    int tries;

    rig_up(rig, "piv");
    for (size_t i = 0; i < 3; i++) {
        EVP_PKEY *peer = peer_make(curves[i]), *public;
        uint8_t point[PUBKEY_POINT_MAX], here[64], there[64];
        size_t point_size, size = sizeof(there);
        struct buf out = BUF_OVER(here);
        EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(peer, NULL);

        assert_ok(authenticate(rig, KEY_3DES));
        assert_ok(generate(rig, curve_kind(curves[i]), curves[i], 0, (uint8_t)(i + 5), &key));
        ck_assert(key.uses & CARD_USE_AGREE);
        assert_ok(verify(rig, CARD_USER, "123456", &tries));
        ck_assert_int_eq(
            EVP_PKEY_get_octet_string_param(peer, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &point_size),
            1);
        assert_ok(card_piv.agree(rig->card, &key, ECDH_WITH(bytes_make(point, point_size)), &out));
        public = public_of(&key.public_key);
        ck_assert_int_eq(EVP_PKEY_derive_init(context), 1);
        ck_assert_int_eq(EVP_PKEY_derive_set_peer(context, public), 1);
        ck_assert_int_eq(EVP_PKEY_derive(context, there, &size), 1);
        assert_bytes(buf_bytes(&out), bytes_make(there, size));
        assert_result(card_piv.agree(rig->card, &key, ECDH_WITH(bytes_make(point, point_size - 1)), &out),
                      RESULT_BAD_ARGUMENT);
        EVP_PKEY_CTX_free(context);
        EVP_PKEY_free(public);
        EVP_PKEY_free(peer);
    }
    rig_down(rig);
}
END_TEST

START_TEST(a_key_of_policy_always_wants_the_pin_before_each_use)
{
    struct rig *rig = &the_rig;
    uint8_t digest[32] = { 1 }, memory[128];
    struct buf out = BUF_OVER(memory);
    struct card_key key;
    int tries;

    rig_up(rig, "piv");
    assert_ok(authenticate(rig, KEY_3DES));
    assert_ok(generate(rig, KEY_EC, CURVE_P256, 0, 2, &key));
    ck_assert_int_eq((int)key.policy, (int)CARD_PIN_ALWAYS);
    assert_ok(verify(rig, CARD_USER, "123456", &tries));
    assert_ok(card_piv.sign(rig->card, &key, CARD_CAN_ECDSA, BYTES_OF(digest), &out));
    assert_result(card_piv.sign(rig->card, &key, CARD_CAN_ECDSA, BYTES_OF(digest), &out),
                  RESULT_NOT_AUTHENTICATED);
    rig_down(rig);
}
END_TEST

START_TEST(a_generated_key_is_listed_as_it_was_returned)
{
    struct rig *rig = &the_rig;
    struct card_key key;

    rig_up(rig, "piv");
    assert_ok(authenticate(rig, KEY_3DES));
    assert_ok(generate(rig, KEY_EC, CURVE_P384, 0, 3, &key));
    ck_assert_uint_eq(list(rig, CARD_KEY, 3, false, false), 1);
    ck_assert(pubkey_equal(&key.public_key, &rig->items[0].key.public_key));
    ck_assert_uint_eq(key.reference, rig->items[0].key.reference);
    ck_assert(rig->items[0].key.origin_known && rig->items[0].key.generated);
    ck_assert_int_eq((int)rig->items[0].key.policy, (int)CARD_PIN_ONCE);
    rig_down(rig);
}
END_TEST

START_TEST(a_key_without_a_wish_gets_the_first_empty_slot_and_an_occupied_one_is_refused)
{
    static const uint8_t order[] = { 1, 3, 4, 5, 6 };
    struct rig *rig = &the_rig;
    struct card_key key;

    rig_up(rig, "piv");
    assert_ok(authenticate(rig, KEY_3DES));
    assert_ok(generate(rig, KEY_EC, CURVE_P256, 0, 2, &key));
    for (size_t i = 0; i < sizeof(order); i++) {
        assert_ok(generate(rig, KEY_EC, CURVE_P256, 0, 0, &key));
        ck_assert_uint_eq(key.id[0], order[i]);
    }
    assert_result(generate(rig, KEY_EC, CURVE_P256, 0, 3, &key), RESULT_EXISTS);
    assert_result(generate(rig, KEY_EC, CURVE_P256, 0, 0x19, &key), RESULT_BAD_ARGUMENT);
    assert_result(generate(rig, KEY_EC, CURVE_P521, 0, 8, &key), RESULT_UNSUPPORTED);
    assert_result(generate(rig, KEY_RSA, CURVE_NONE, 1536, 8, &key), RESULT_UNSUPPORTED);
    rig_set(rig, overwrite, 1);
    assert_ok(generate(rig, KEY_EC, CURVE_P256, 0, 3, &key));
    rig_down(rig);
}
END_TEST

START_TEST(an_erased_key_makes_room_for_another)
{
    struct rig *rig = &the_rig;
    struct card_key key;

    rig_up(rig, "piv");
    assert_ok(authenticate(rig, KEY_3DES));
    assert_ok(generate(rig, KEY_EC, CURVE_P256, 0, 1, &key));
    assert_ok(card_piv.erase(rig->card, CARD_KEY, key.reference));
    ck_assert_uint_eq(list(rig, CARD_KEY, 1, false, false), 0);
    assert_ok(generate(rig, KEY_EC, CURVE_P384, 0, 1, &key));
    rig_down(rig);
}
END_TEST

START_TEST(without_metadata_only_the_owner_can_say_that_a_slot_is_empty)
{
    struct rig *rig = &the_rig;
    struct card_key key;

    rig_up(rig, "piv:nist");
    assert_ok(authenticate(rig, KEY_3DES));
    assert_result(generate(rig, KEY_EC, CURVE_P256, 0, 1, &key), RESULT_EXISTS);
    assert_result(generate(rig, KEY_EC, CURVE_P256, 0, 0, &key), RESULT_EXISTS);
    rig_set(rig, overwrite, 1);
    assert_ok(generate(rig, KEY_EC, CURVE_P256, 0, 1, &key));
    ck_assert_int_eq((int)key.public_key.kind, (int)KEY_EC);
    assert_ok(store(rig, 1, "asn1/p256.crt", false));
    assert_result(generate(rig, KEY_EC, CURVE_P256, 0, 1, &key), RESULT_EXISTS);
    assert_ok(generate(rig, KEY_EC, CURVE_P256, 0, 0, &key));
    ck_assert_uint_eq(key.id[0], 2);
    assert_result(card_piv.erase(rig->card, CARD_KEY, key.reference), RESULT_UNSUPPORTED);
    rig_down(rig);
}
END_TEST

static struct secret *part_of(EVP_PKEY *key, const char *name)
{
    uint8_t memory[300];
    struct secret *secret;
    BIGNUM *number = NULL;

    ck_assert_int_eq(EVP_PKEY_get_bn_param(key, name, &number), 1);
    assert_ok(secret_new(bytes_make(memory, (size_t)BN_bn2bin(number, memory)), &secret));
    BN_free(number);
    return secret;
}

START_TEST(an_imported_rsa_key_signs)
{
    struct rig *rig = &the_rig;
    EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)2048);
    SCOPED(secret_free) struct secret *p = part_of(pair, OSSL_PKEY_PARAM_RSA_FACTOR1);
    SCOPED(secret_free) struct secret *q = part_of(pair, OSSL_PKEY_PARAM_RSA_FACTOR2);
    SCOPED(secret_free) struct secret *dp = part_of(pair, OSSL_PKEY_PARAM_RSA_EXPONENT1);
    SCOPED(secret_free) struct secret *dq = part_of(pair, OSSL_PKEY_PARAM_RSA_EXPONENT2);
    SCOPED(secret_free) struct secret *qinv = part_of(pair, OSSL_PKEY_PARAM_RSA_COEFFICIENT1);
    const struct card_private_key parts = { .p = p, .q = q, .dp = dp, .dq = dq, .qinv = qinv };
    const struct card_private_key less = { .p = p, .q = q, .dp = dp, .dq = dq };
    const struct card_key_template template = { .kind = KEY_RSA, .bits = 2048, .id = BYTES_LIT(4) };
    uint8_t block[256], memory[256];
    struct buf out = BUF_OVER(memory);
    struct card_key key;

    rig_up(rig, "piv");
    assert_ok(authenticate(rig, KEY_3DES));
    assert_result(card_piv.import_key(rig->card, &template, &less, &key), RESULT_BAD_ARGUMENT);
    assert_ok(card_piv.import_key(rig->card, &template, &parts, &key));
    ck_assert(key.origin_known && !key.generated);
    ck_assert_uint_eq(pubkey_bits(&key.public_key), 2048);
    memset(block, 0x11, sizeof(block));
    block[0] = 0;
    assert_ok(card_piv.sign(rig->card, &key, CARD_CAN_RSA_RAW, BYTES_OF(block), &out));
    assert_rsa_block(&key.public_key, BYTES_OF(block), buf_bytes(&out));
    assert_result(card_piv.import_key(rig->card, &template, &parts, &key), RESULT_EXISTS);
    EVP_PKEY_free(pair);
    rig_down(rig);
}
END_TEST

START_TEST(an_imported_ec_key_signs_and_a_card_without_the_command_says_so)
{
    struct rig *rig = &the_rig;
    EVP_PKEY *pair = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    SCOPED(secret_free) struct secret *scalar = part_of(pair, OSSL_PKEY_PARAM_PRIV_KEY);
    const struct card_private_key parts = { .scalar = scalar };
    const struct card_key_template template = { .kind = KEY_EC, .curve = CURVE_P256, .id = BYTES_LIT(4) };
    uint8_t digest[32] = { 7 }, memory[64];
    struct buf out = BUF_OVER(memory);
    struct card_key key;

    rig_up(rig, "piv");
    assert_ok(authenticate(rig, KEY_3DES));
    assert_ok(card_piv.import_key(rig->card, &template, &parts, &key));
    assert_ok(card_piv.sign(rig->card, &key, CARD_CAN_ECDSA, BYTES_OF(digest), &out));
    assert_ecdsa(&key.public_key, BYTES_OF(digest), buf_bytes(&out));
    EVP_PKEY_free(pair);
    rig_down(rig);
    rig_up(rig, "piv:nist");
    assert_ok(authenticate(rig, KEY_3DES));
    assert_result(card_piv.import_key(rig->card, &template, &parts, &key), RESULT_UNSUPPORTED);
    rig_down(rig);
}
END_TEST

/* The card tells of keys of KIND, and makes one in slot ID if it does. */
static bool tells_of(struct rig *rig, enum key_kind kind, enum curve curve, size_t bits, uint8_t id)
{
    const struct card_algorithm *row = card_piv.algorithms(rig->card);
    enum result result = generate(rig, kind, curve, bits, id, &rig->key);

    while (row->kind != KEY_NONE && (row->kind != kind || row->curve != curve || bits > row->max_bits))
        row++;
    assert_result(result, row->kind != KEY_NONE ? RESULT_OK : RESULT_UNSUPPORTED);
    if (row->kind != KEY_NONE)
        ck_assert_uint_eq(rig->key.can & ~row->can, 0);
    return row->kind != KEY_NONE;
}

START_TEST(a_card_tells_of_the_keys_that_it_can_have_and_of_no_others)
{
    static const char *const names[] = { "piv", "piv:nist" };
    struct rig *rig = &the_rig;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        rig_up(rig, names[i]);
        rig_set(rig, overwrite, 1);
        assert_ok(authenticate(rig, KEY_3DES));
        ck_assert(tells_of(rig, KEY_RSA, CURVE_NONE, 2048, 1));
        ck_assert(tells_of(rig, KEY_EC, CURVE_P256, 0, 2));
        ck_assert(tells_of(rig, KEY_EC, CURVE_P384, 0, 3));
        ck_assert_int_eq(tells_of(rig, KEY_EDWARDS, CURVE_ED25519, 0, 2), i == 0);
        ck_assert_int_eq(tells_of(rig, KEY_MONTGOMERY, CURVE_X25519, 0, 3), i == 0);
        ck_assert(!tells_of(rig, KEY_GOST256, CURVE_GOST_256_CPA, 0, 2));
        rig_down(rig);
    }
}
END_TEST

/* What the module takes for "nothing was done" and repeats. */
static bool invites_repetition(enum result result)
{
    return result == RESULT_CARD_RESET || result == RESULT_NO_SERVICE || result == RESULT_WRONG_STATE ||
           result == RESULT_NOT_AUTHENTICATED;
}

/* Generates a retired key (or stores a certificate there) on a card that is lost after COMMANDS. */
static enum result change_until(struct rig *rig, bool key, int commands, enum result failure,
                                bool *ret_changed)
{
    enum result result;

    rig_up(rig, "piv");
    rig_set(rig, history, 1);
    assert_ok(authenticate(rig, KEY_3DES));
    vcard_channel_break(rig->channel, commands, failure, false);
    result = key ? generate(rig, KEY_EC, CURVE_P256, 0, 5, &rig->key) : store(rig, 5, "asn1/p256.crt", false);
    vcard_channel_break(rig->channel, VCARD_CHANNEL_NEVER, RESULT_OK, false);
    rig_set(rig, NULL, 0);
    rig_select(rig);
    *ret_changed = list(rig, key ? CARD_KEY : CARD_CERT, 5, false, false) > 0;
    rig_down(rig);
    return result;
}

START_TEST(a_change_that_was_made_is_never_reported_as_one_that_was_not)
{
    static const enum result failures[] = { RESULT_CARD_RESET, RESULT_NO_SERVICE };
    bool changed, seen = false;

    for (int i = 0; i < 4; i++) {
        enum result result = RESULT_INTERNAL;
        for (int commands = 0; result != RESULT_OK; commands++) {
            ck_assert_int_lt(commands, 20);
            result = change_until(&the_rig, i % 2, commands, failures[i / 2], &changed);
            ck_assert(!changed || !invites_repetition(result));
            ck_assert(changed || result != RESULT_OK);
            seen = seen || (changed && result != RESULT_OK);
        }
    }
    ck_assert(seen);
}
END_TEST

START_TEST(a_management_key_that_was_changed_is_never_reported_as_one_that_was_not)
{
    static const char other[] = "AABBCCDDEEFF00112233445566778899AABBCCDDEEFF0011";
    enum result result = RESULT_INTERNAL;
    struct rig *rig = &the_rig;

    for (int commands = 0; result != RESULT_OK; commands++) {
        ck_assert_int_lt(commands, 30);
        rig_up(rig, "piv");
        vcard_channel_break(rig->channel, commands, RESULT_CARD_RESET, false);
        result = change(rig, CARD_SO, KEY_3DES, other);
        vcard_channel_break(rig->channel, VCARD_CHANNEL_NEVER, RESULT_OK, false);
        rig_select(rig);
        if (authenticate(rig, KEY_3DES) != RESULT_OK)
            ck_assert(!invites_repetition(result));
        rig_down(rig);
    }
}
END_TEST

UNIT_MAIN("piv card keys", a_card_tells_of_the_keys_that_it_can_have_and_of_no_others,
          a_change_that_was_made_is_never_reported_as_one_that_was_not,
          a_management_key_that_was_changed_is_never_reported_as_one_that_was_not,
          an_rsa_key_signs_and_deciphers_raw_blocks, a_block_that_no_card_refuses_well_is_refused_on_the_host,
          an_ec_key_signs_hashes_of_any_length_and_never_an_empty_one, an_ed25519_key_signs_a_message,
          agreeing_gives_both_sides_the_same_secret, a_key_of_policy_always_wants_the_pin_before_each_use,
          a_generated_key_is_listed_as_it_was_returned,
          a_key_without_a_wish_gets_the_first_empty_slot_and_an_occupied_one_is_refused,
          an_erased_key_makes_room_for_another, without_metadata_only_the_owner_can_say_that_a_slot_is_empty,
          an_imported_rsa_key_signs, an_imported_ec_key_signs_and_a_card_without_the_command_says_so)
