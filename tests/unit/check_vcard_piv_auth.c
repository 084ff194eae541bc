/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv_auth.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "asn1/tlv.h"
#include "tests/unit/vcard_talk.h"

#define KEY_AES192 "010203040506070801020304050607080102030405060708"

static const uint8_t put_header[] = { 0x00, 0xDB, 0x3F, 0xFF };

/* Generates a key; the public key as OpenSSL sees it comes from the attestation */
static EVP_PKEY *generate(struct vcard *card, uint8_t algorithm, uint8_t slot)
{
    static uint8_t memory[2048];
    struct buf answer = BUF_OVER(memory);
    const uint8_t header[] = { 0x00, 0x47, 0x00, slot };
    const unsigned char *cursor = memory;
    EVP_PKEY *pkey;
    X509 *x509;

    talk_manage(card);
    ck_assert_uint_eq(talk_chain(card, header, BYTES_LIT(0xAC, 0x03, 0x80, 0x01, algorithm), &answer),
                      0x9000);
    ck_assert_uint_eq(bytes_number(bytes_slice(buf_bytes(&answer), 0, 2)), 0x7F49);
    buf_clear(&answer);
    ck_assert_uint_eq(talk_whole(card, BYTES_LIT(0x00, 0xF9, slot, 0x00), &answer), 0x9000);
    x509 = d2i_X509(NULL, &cursor, (long)answer.size);
    ck_assert(x509 != NULL && cursor == memory + answer.size);
    pkey = X509_get_pubkey(x509);
    ck_assert(pkey != NULL);
    X509_free(x509);
    return pkey;
}

/* GENERAL AUTHENTICATE with INPUT under TAG; the value of 82 goes to OUT. Returns the status word. */
static unsigned use(struct vcard *card, uint8_t algorithm, uint8_t slot, uint32_t tag, struct bytes input,
                    struct buf *out)
{
    static const uint32_t path[] = { 0x7C, 0x82 };
    static uint8_t body_memory[1024], answer_memory[1024];
    struct buf body = BUF_OVER(body_memory), answer = BUF_OVER(answer_memory);
    const uint8_t header[] = { 0x00, 0x87, algorithm, slot };
    size_t mark = tlv_begin(&body, 0x7C);
    struct bytes value;
    unsigned sw;

    tlv_add(&body, 0x82, BYTES_NONE);
    tlv_add(&body, tag, input);
    tlv_end(&body, mark);
    sw = talk_chain(card, header, buf_bytes(&body), &answer);
    if (sw == 0x9000) {
        assert_ok(tlv_find_path(buf_bytes(&answer), path, 2, &value));
        buf_add(out, value);
    }
    return sw;
}

static void assert_rsa(struct vcard *card, uint8_t algorithm, uint8_t slot, EVP_PKEY *pkey)
{
    static uint8_t block[512], memory[512], back[512];
    size_t size = (size_t)EVP_PKEY_get_size(pkey), back_size = sizeof(back);
    struct buf out = BUF_OVER(memory);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);

    memset(block, 0x5A, sizeof(block));
    block[0] = 0;
    ck_assert_uint_eq(use(card, algorithm, slot, 0x81, bytes_make(block, size), &out), 0x9000);
    ck_assert_uint_eq(out.size, size);
    ck_assert_int_eq(EVP_PKEY_encrypt_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
    ck_assert_int_eq(EVP_PKEY_encrypt(ctx, back, &back_size, memory, size), 1);
    ck_assert_mem_eq(back, block, size);
    EVP_PKEY_CTX_free(ctx);
    memset(block, 0xFF, sizeof(block));
    ck_assert_uint_eq(use(card, algorithm, slot, 0x81, bytes_make(block, size), &out), 0x6A80);
    ck_assert_uint_eq(use(card, algorithm, slot, 0x81, bytes_make(block, size - 1), &out), 0x6A80);
    ck_assert_uint_eq(use(card, algorithm, slot, 0x85, bytes_make(block, size), &out), 0x6A80);
}

static void assert_ecdsa(struct vcard *card, uint8_t algorithm, uint8_t slot, EVP_PKEY *pkey)
{
    static const size_t hashes[] = { 20, 32, 48 };
    size_t field = algorithm == PIV_P256 ? 32 : 48;
    uint8_t hash[49], memory[128];

    memset(hash, 0xE7, sizeof(hash));
    for (size_t i = 0; i < 3 && hashes[i] <= field; i++) {
        struct buf out = BUF_OVER(memory);
        EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);

        ck_assert_uint_eq(use(card, algorithm, slot, 0x81, bytes_make(hash, hashes[i]), &out), 0x9000);
        ck_assert_int_eq(EVP_PKEY_verify_init(ctx), 1);
        ck_assert_int_eq(EVP_PKEY_verify(ctx, out.data, out.size, hash, hashes[i]), 1);
        EVP_PKEY_CTX_free(ctx);
    }
    {
        struct buf out = BUF_OVER(memory);

        ck_assert_uint_eq(use(card, algorithm, slot, 0x81, bytes_make(hash, field + 1), &out), 0x6A80);
        ck_assert_uint_eq(use(card, algorithm, slot, 0x81, BYTES_NONE, &out), 0x6A80);
    }
}

static void assert_agreement(struct vcard *card, uint8_t algorithm, uint8_t slot, EVP_PKEY *pkey)
{
    const char *curve = algorithm == PIV_P384 ? "P-384" : "P-256";
    EVP_PKEY *mine = algorithm == PIV_X25519 ? EVP_PKEY_Q_keygen(NULL, NULL, "X25519")
                                             : EVP_PKEY_Q_keygen(NULL, NULL, "EC", curve);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(mine, NULL);
    uint8_t secret[64], memory[64], *point = NULL;
    size_t size = sizeof(secret), point_size = EVP_PKEY_get1_encoded_public_key(mine, &point);
    struct buf out = BUF_OVER(memory);

    ck_assert_int_eq(EVP_PKEY_derive_init(ctx), 1);
    ck_assert_int_eq(EVP_PKEY_derive_set_peer(ctx, pkey), 1);
    ck_assert_int_eq(EVP_PKEY_derive(ctx, secret, &size), 1);
    ck_assert_uint_eq(use(card, algorithm, slot, 0x85, bytes_make(point, point_size), &out), 0x9000);
    assert_bytes(buf_bytes(&out), bytes_make(secret, size));
    ck_assert_uint_eq(use(card, algorithm, slot, 0x85, bytes_make(point, point_size - 1), &out), 0x6A80);
    if (algorithm == PIV_X25519)
        memset(point, 0, point_size);
    else
        point[point_size - 1] ^= 1;
    ck_assert_uint_eq(use(card, algorithm, slot, 0x85, bytes_make(point, point_size), &out), 0x6A80);
    OPENSSL_free(point);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(mine);
}

static void assert_eddsa(struct vcard *card, uint8_t slot, EVP_PKEY *pkey)
{
    uint8_t message[600], memory[64];
    struct buf out = BUF_OVER(memory);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    memset(message, 'm', sizeof(message));
    ck_assert_uint_eq(use(card, PIV_ED25519, slot, 0x81, BYTES_OF(message), &out), 0x9000);
    ck_assert_uint_eq(out.size, 64);
    ck_assert_int_eq(EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey), 1);
    ck_assert_int_eq(EVP_DigestVerify(ctx, out.data, out.size, message, sizeof(message)), 1);
    EVP_MD_CTX_free(ctx);
    ck_assert_uint_eq(use(card, PIV_ED25519, slot, 0x85, bytes_make(message, 32), &out), 0x6A80);
}

START_TEST(every_algorithm_makes_keys_that_work)
{
    static const uint8_t algorithms[] = { PIV_RSA1024, PIV_RSA2048, PIV_RSA3072, PIV_RSA4096,
                                          PIV_P256,    PIV_P384,    PIV_ED25519, PIV_X25519 };
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, TALK_PIN, "9000");
    for (size_t i = 0; i < sizeof(algorithms); i++) {
        EVP_PKEY *pkey = generate(card, algorithms[i], 0x9D);

        if (i < 4)
            assert_rsa(card, algorithms[i], 0x9D, pkey);
        else if (i < 6)
            assert_ecdsa(card, algorithms[i], 0x9D, pkey);
        else if (algorithms[i] == PIV_ED25519)
            assert_eddsa(card, 0x9D, pkey);
        if (i == 4 || i == 5 || algorithms[i] == PIV_X25519)
            assert_agreement(card, algorithms[i], 0x9D, pkey);
        EVP_PKEY_free(pkey);
    }
}
END_TEST

START_TEST(every_slot_can_hold_a_key)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    static const uint8_t others[] = { 0x9A, 0x9C, 0x9D, 0x9E };
    uint8_t memory[128];

    talk_manage(card);
    for (unsigned i = 0; i < 24; i++) {
        uint8_t slot = i < 4 ? others[i] : (uint8_t)(0x82 + i - 4);
        struct buf out = BUF_OVER(memory);

        EVP_PKEY_free(generate(card, PIV_P256, slot));
        assert_talk(card, TALK_PIN, "9000");
        ck_assert_uint_eq(use(card, PIV_P256, slot, 0x81, BYTES_LIT(1, 2, 3), &out), 0x9000);
    }
    assert_talk(card, "00871100077C0582008101AA", "6A86");
    assert_talk(card, "00871181077C0582008101AA", "6A86");
    assert_talk(card, "00871196077C0582008101AA", "6A86");
    assert_talk(card, "008711F9077C0582008101AA", "6A86");
}
END_TEST

START_TEST(a_key_wants_the_pin_its_policy_says)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    static const char *const sign_once = "0087119A077C0582008101AA", *const sign_never =
                                                                         "0087119E077C0582008101AA";

    EVP_PKEY_free(generate(card, PIV_P256, 0x9A));
    EVP_PKEY_free(generate(card, PIV_P256, 0x9E));
    assert_talk(card, sign_once, "6982");
    assert_sw(card, sign_never, 0x9000);
    assert_talk(card, TALK_PIN, "9000");
    assert_sw(card, sign_once, 0x9000);
    assert_talk(card, "00200080", "9000");
    assert_sw(card, sign_once, 0x9000);
    assert_talk(card, "0020FF80", "9000");
    assert_talk(card, sign_once, "6982");
}
END_TEST

START_TEST(a_key_that_always_wants_the_pin_takes_verify_only_as_the_command_before)
{
    static const char *const sign = "0087119C077C0582008101AA";
    static const char *const between[] = { "00200080",
                                           "00CB3FFF055C035FC105",
                                           "00FD0000",
                                           "00C0000000",
                                           "10DB3FFF055C035FC105",
                                           "80010000",
                                           "00010000",
                                           "00F70080" };
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    EVP_PKEY_free(generate(card, PIV_P256, 0x9C));
    assert_talk(card, sign, "6982");
    assert_talk(card, TALK_PIN, "9000");
    assert_sw(card, sign, 0x9000);
    assert_talk(card, sign, "6982");
    assert_talk(card, "00200080", "9000");
    assert_talk(card, sign, "6982");
    for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
        assert_talk(card, TALK_PIN, "9000");
        talk(card, between[i]);
        assert_talk(card, sign, "6982");
    }
    assert_talk(card, TALK_PIN, "9000");
    assert_sw(card, sign, 0x9000);
}
END_TEST

START_TEST(a_chained_signature_is_one_command_for_the_policy)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    EVP_PKEY *pkey = generate(card, PIV_RSA2048, 0x9C);
    static uint8_t block[256];
    uint8_t memory[256];
    struct buf out = BUF_OVER(memory);

    assert_talk(card, TALK_PIN, "9000");
    ck_assert_uint_eq(use(card, PIV_RSA2048, 0x9C, 0x81, BYTES_OF(block), &out), 0x9000);
    ck_assert_uint_eq(use(card, PIV_RSA2048, 0x9C, 0x81, BYTES_OF(block), &out), 0x6982);
    EVP_PKEY_free(pkey);
}
END_TEST

START_TEST(wrong_algorithms_empty_slots_and_broken_templates_are_refused)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, TALK_PIN, "9000");
    assert_talk(card, "0087119A077C0582008101AA", "6A86");
    EVP_PKEY_free(generate(card, PIV_P256, 0x9A));
    assert_talk(card, "0087149A077C0582008101AA", "6A86");
    assert_talk(card, "0087079A077C0582008101AA", "6A86");
    assert_talk(card, "0087119A", "6A80");
    assert_talk(card, "0087119A057C038101AA", "6A80");
    assert_talk(card, "0087119A047C028200", "6A80");
    assert_talk(card, "0087119A087C0582008101AA00", "6A80");
    assert_talk(card, "0087119A087C068200810184 00", "6A80");
    assert_talk(card, "0087119A077C0582008102AA", "6A80");
    assert_talk(card, "0087119A097C078200820081 01AA", "6A80");
    assert_talk(card, "0087119A077D0582008101AA", "6A80");
    assert_sw(card, "0087119A077C058101AA8200", 0x9000);
}
END_TEST

START_TEST(nist_card_agrees_on_keys_in_key_management_slots_only)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv:nist");
    EVP_PKEY *peer = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    uint8_t *point = NULL, memory[32];
    size_t size = EVP_PKEY_get1_encoded_public_key(peer, &point);
    struct buf out = BUF_OVER(memory);

    talk_manage(card);
    assert_sw(card, "0047009A05AC03800111", 0x9000);
    assert_sw(card, "0047009D05AC03800111", 0x9000);
    assert_talk(card, TALK_PIN, "9000");
    ck_assert_uint_eq(use(card, PIV_P256, 0x9A, 0x85, bytes_make(point, size), &out), 0x6A80);
    ck_assert_uint_eq(use(card, PIV_P256, 0x9D, 0x85, bytes_make(point, size), &out), 0x9000);
    OPENSSL_free(point);
    EVP_PKEY_free(peer);
}
END_TEST

START_TEST(management_key_external_authentication)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    ck_assert_uint_eq(talk_manage_with(card, TALK_DEFAULT_KEY), 0x9000);
    assert_talk(card, "00DB3FFF095C035FC10553027000", "9000");
    ck_assert_uint_eq(talk_manage_with(card, "110203040506070801020304050607080102030405060708"), 0x6982);
    assert_talk(card, "00DB3FFF095C035FC10553027000", "6982");
}
END_TEST

START_TEST(a_challenge_is_good_for_one_answer)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    static const char *const guess = "0087039B0C7C0A82080000000000000000";
    static uint8_t first[14];

    assert_talk(card, guess, "6985");
    memcpy(first, talk(card, "0087039B047C02810000").data, 14);
    ck_assert(!bytes_equal(talk(card, "0087039B047C02810000"), BYTES_OF(first)));
    assert_talk(card, guess, "6982");
    assert_talk(card, guess, "6985");
    assert_sw(card, "0087039B047C02810000", 0x9000);
    assert_sw(card, TALK_SELECT, 0x9000);
    assert_talk(card, guess, "6985");
    assert_sw(card, "0087039B047C02800000", 0x9000);
    assert_talk(card, guess, "6985");
}
END_TEST

/* Mutual authentication, with the response asked for (82 00) or not */
static void assert_mutual(struct vcard *card, uint8_t p1, const char *cipher, struct bytes key, int block,
                          bool ask)
{
    uint8_t step[5 + 2 + 2 * 18 + 2], memory[64], challenge[16], expected[16], plain[16];
    struct buf answer = BUF_OVER(memory), command = BUF_OVER(step);
    const uint8_t header[] = { 0x00, 0x87, p1, 0x9B };
    EVP_CIPHER *fetched = EVP_CIPHER_fetch(NULL, cipher, NULL);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    size_t mark, size = (size_t)block;
    int done = 0;

    ck_assert_uint_eq(talk_chain(card, header, BYTES_LIT(0x7C, 0x02, 0x80, 0x00), &answer), 0x9000);
    ck_assert_uint_eq(answer.size, 4 + size);
    ck_assert_int_eq(EVP_DecryptInit_ex2(ctx, fetched, key.data, NULL, NULL), 1);
    EVP_CIPHER_CTX_set_padding(ctx, 0);
    ck_assert_int_eq(EVP_DecryptUpdate(ctx, plain, &done, memory + 4, block), 1);
    memset(challenge, 0x42, sizeof(challenge));
    mark = tlv_begin(&command, 0x7C);
    tlv_add(&command, 0x80, bytes_make(plain, size));
    tlv_add(&command, 0x81, bytes_make(challenge, size));
    if (ask)
        tlv_add(&command, 0x82, BYTES_NONE);
    tlv_end(&command, mark);
    buf_clear(&answer);
    ck_assert_uint_eq(talk_chain(card, header, buf_bytes(&command), &answer), 0x9000);
    talk_encrypt(cipher, key.data, challenge, expected, block);
    assert_bytes(bytes_from(buf_bytes(&answer), 4), bytes_make(expected, size));
    EVP_CIPHER_CTX_free(ctx);
    EVP_CIPHER_free(fetched);
}

START_TEST(management_key_mutual_authentication)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    static struct talk_memory key;

    assert_mutual(card, 0x03, "DES-EDE3-ECB", talk_hex(&key, TALK_DEFAULT_KEY), 8, true);
    assert_talk(card, "00DB3FFF095C035FC10553027000", "9000");
    assert_mutual(card, 0x00, "DES-EDE3-ECB", talk_hex(&key, TALK_DEFAULT_KEY), 8, false);
    assert_sw(card, "0087039B047C02800000", 0x9000);
    assert_talk(card, "0087039B167C14800800000000000000008108000000000000000000", "6982");
    assert_talk(card, "00DB3FFF095C035FC10553027000", "6982");
}
END_TEST

START_TEST(aes_card_comes_with_an_aes_key)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv:aes");
    static struct talk_memory key;

    assert_talk(card, "00F7009B", "01010A 02020001 050101 9000");
    assert_talk(card, "0087039B047C02800000", "6A86");
    assert_talk(card, "0087009B047C02800000", "6A86");
    assert_mutual(card, 0x0A, "AES-192-ECB", talk_hex(&key, KEY_AES192), 16, true);
}
END_TEST

START_TEST(management_key_can_be_set_with_every_cipher)
{
    static const struct {
        const char *command, *key, *cipher;
        uint8_t p1, touch;
        int block;
    } rows[] = {
        { "00FFFFFF13 089B10 A0A1A2A3A4A5A6A7A8A9AAABACADAEAF", "A0A1A2A3A4A5A6A7A8A9AAABACADAEAF",
          "AES-128-ECB", 0x08, 1, 16 },
        { "00FFFFFE1B 0A9B18 A0A1A2A3A4A5A6A7A8A9AAABACADAEAFA0A1A2A3A4A5A6A7",
          "A0A1A2A3A4A5A6A7A8A9AAABACADAEAFA0A1A2A3A4A5A6A7", "AES-192-ECB", 0x0A, 2, 16 },
        { "00FFFFFD23 0C9B20 A0A1A2A3A4A5A6A7A8A9AAABACADAEAFA0A1A2A3A4A5A6A7A8A9AAABACADAEAF",
          "A0A1A2A3A4A5A6A7A8A9AAABACADAEAFA0A1A2A3A4A5A6A7A8A9AAABACADAEAF", "AES-256-ECB", 0x0C, 3, 16 },
        { "00FFFFFF1B 039B18" TALK_DEFAULT_KEY, TALK_DEFAULT_KEY, "DES-EDE3-ECB", 0x03, 1, 8 },
    };
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    static struct talk_memory key;

    talk_manage(card);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct bytes answer;

        assert_talk(card, rows[i].command, "9000");
        assert_mutual(card, rows[i].p1, rows[i].cipher, talk_hex(&key, rows[i].key), rows[i].block, true);
        answer = talk(card, "00F7009B");
        assert_bytes(answer, BYTES_LIT(0x01, 0x01, rows[i].p1, 0x02, 0x02, 0x00, rows[i].touch, 0x05, 0x01,
                                       i == 3, 0x90, 0x00));
    }
}
END_TEST

START_TEST(set_management_key_is_checked)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");

    assert_talk(card, "00FFFFFF13089B10A0A1A2A3A4A5A6A7A8A9AAABACADAEAF", "6982");
    talk_manage(card);
    assert_talk(card, "00FFFFFF12089B10A0A1A2A3A4A5A6A7A8A9AAABACADAE", "6A80");
    assert_talk(card, "00FFFFFF130A9B10A0A1A2A3A4A5A6A7A8A9AAABACADAEAF", "6A80");
    assert_talk(card, "00FFFFFF13089A10A0A1A2A3A4A5A6A7A8A9AAABACADAEAF", "6A80");
    assert_talk(card, "00FFFFFF13079B10A0A1A2A3A4A5A6A7A8A9AAABACADAEAF", "6A80");
    assert_talk(card, "00FFFFFF03079B00", "6A80");
    assert_talk(card, "00FFFFFF", "6A80");
    assert_talk(card, "00FFFFFC13089B10A0A1A2A3A4A5A6A7A8A9AAABACADAEAF", "6A86");
    assert_talk(card, "00F7009B", "010103 02020001 050101 9000");
}
END_TEST

START_TEST(logout_of_the_pin_leaves_the_management_key)
{
    SCOPED(vcard_destroy) struct vcard *card = talk_open("piv");
    uint8_t nothing[2];
    struct buf out = BUF_OVER(nothing);

    talk_manage(card);
    assert_talk(card, "0020FF80", "9000");
    ck_assert_uint_eq(talk_chain(card, put_header, BYTES_LIT(0x5C, 3, 0x5F, 0xC1, 5, 0x53, 0), &out), 0x9000);
}
END_TEST

UNIT_MAIN("vcard_piv_auth", every_algorithm_makes_keys_that_work, every_slot_can_hold_a_key,
          a_key_wants_the_pin_its_policy_says,
          a_key_that_always_wants_the_pin_takes_verify_only_as_the_command_before,
          a_chained_signature_is_one_command_for_the_policy,
          wrong_algorithms_empty_slots_and_broken_templates_are_refused,
          nist_card_agrees_on_keys_in_key_management_slots_only, management_key_external_authentication,
          a_challenge_is_good_for_one_answer, management_key_mutual_authentication,
          aes_card_comes_with_an_aes_key, management_key_can_be_set_with_every_cipher,
          set_management_key_is_checked, logout_of_the_pin_leaves_the_management_key)
