/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_gost.h"

#include "tests/unit/rutoken_talk.h"

/* Two self-signed certificates that TC26 published as examples: private key, and from the certificate public
 * key, digest of the signed part, signature (s‖r, big-endian) */
static const struct example {
    uint8_t set;
    const char *curve, *private, *public, *digest, *signature;
} examples[] = {
    { 0x20, "GOST2001-CryptoPro-A", "249939FAA839EDC3F2AAFE0F643DE4463C924ABBEAC6A73230DD5C3E621DCFBF",
      "BADFD0C35314ABD28FAA47470B6C401772BB4EE8077E8F67E76E43DACE661597"
      "43E69C1FF74FE2E2F1749859ABF677D1C0C60FE28D0F83598E9F9465697358AD",
      "1C067E20EA6CB183F22EFB0F3C6FD2A4E6A02821CB7A1B17FACD5E1F7AA76F70",
      "5E5B9B805B01147A8492C4A162643AC615DC777B9174108F3DC276A41F987AF3"
      "E9323A5E88DD87FB7C724383BFFE7CECD4B9FFA2AC33BEEF73A5A1F743404F6B" },
    { 0x30, "GOST2012-512-tc26-B",
      "4B07CB6B4E014EA4E67D0C5F17FD33FD488CB4EEC876B987E57C0741E6307575"
      "352446EE5AA02B99679EFE8D5280F3B76DE6414C7782B42E975FECD4DC1CC03F",
      "13190F550A233915118243C304CF617574036A85A12ECB06BC09BC4E9D3BDA18"
      "9A454155D0C24C2F2C500A87B864E78DAF384B71A4AB530977C67FCE27461307"
      "FD0F5B65E01CD9E3BFCA1C6BB1085306E7DAD45BA8BB6A1EFE350E686E9102D5"
      "14BD1CE1353A694461A5D7E108636BF3CD4B9AF63F4E97F800A32FCB34A4087E",
      "EDC257BED45FDDE4F1457B7F5B19017A8F204184366689D938532CDBAA5CB29A"
      "1D369DA57F8B983BE272219BD2C9A4FC57ECF7A77F34EE2E8AA553976A4766C0",
      "4E6D2EE8A693D35F31F2551D43B4F6BC6F9EE7B9D27323873386C7DE5F91C39E"
      "D3AAE39B7D07FA92B3C742E9E1B16E11D9F7308E485B715987668346AEF1723D"
      "5DBF2F4C2D6A7705880FB1458CC58335065BEA5621FC9FBC176C4ACA5BC1E672"
      "25459A8EA3779434590DC872704029365A83A53B5EB3C06936B5D287E0A983E7" },
};

/* Each field in hexadecimal at a place of its own */
struct texts {
    struct talk_memory memory[5];
};

static struct bytes hex(struct texts *texts, size_t place, const char *text)
{
    return talk_hex(&texts->memory[place], text);
}

static struct texts *texts_new(void)
{
    struct texts *texts = calloc(1, sizeof(*texts));

    ck_assert(texts != NULL);
    assert_ok(rutoken_gost_open());
    return texts;
}

/* The published signature, turned round as a whole, is in the card's order: so the check of these tests is
 * right */
START_TEST(published_signatures_verify_in_the_cards_order)
{
    struct texts *texts = texts_new();

    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        const struct example *row = &examples[i];
        struct bytes signature = hex(texts, 0, row->signature);
        uint8_t *bytes = texts->memory[0].bytes;

        for (size_t j = 0; j < signature.size / 2; j++) {
            uint8_t kept = bytes[j];

            bytes[j] = bytes[signature.size - 1 - j];
            bytes[signature.size - 1 - j] = kept;
        }
        ck_assert(rutoken_gost_verifies(row->curve, hex(texts, 1, row->public), hex(texts, 2, row->digest),
                                        signature));
    }
    free(texts);
}
END_TEST

START_TEST(signatures_verify_with_the_published_public_key)
{
    struct texts *texts = texts_new();

    for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
        const struct example *row = &examples[i];
        struct bytes public = hex(texts, 1, row->public), digest = hex(texts, 2, row->digest);
        uint8_t memory[128];
        struct buf signature = BUF_OVER(memory);

        assert_ok(rutoken_gost_sign(hex(texts, 0, row->private), row->set, digest, &signature));
        ck_assert(rutoken_gost_verifies(row->curve, public, digest, buf_bytes(&signature)));
        texts->memory[2].bytes[0] ^= 1;
        ck_assert(!rutoken_gost_verifies(row->curve, public, digest, buf_bytes(&signature)));
    }
    free(texts);
}
END_TEST

/* RFC 7836, B.2: VKO_GOSTR3410_2012_256 with keys of 512 bits */
static const char vko_ukm[] = "1D80603C8544C727";
static const char vko_kek[] = "C9A9A77320E2CC559ED72DCE6F47E2192CCEA95FA648670582C054C0EF36C221";
static const char *const vko_private[] = {
    "C990ECD972FCE84EC4DB022778F50FCAC726F46708384B8D458304962D7147F8"
    "C2DB41CEF22C90B102F2968404F9B9BE6D47C79692D81826B32B8DACA43CB667",
    "48C859F7B6F11585887CC05EC6EF1390CFEA739B1A18C0D4662293EF63B79E3B"
    "8014070B44918590B4B996ACFEA4EDFBBBCCCC8C06EDD8BF5BDA92A51392D0DB",
};
static const char *const vko_public[] = {
    "AAB0EDA4ABFF21208D18799FB9A8556654BA783070EBA10CB9ABB253EC56DCF5"
    "D3CCBA6192E464E6E5BCB6DEA137792F2431F6C897EB1B3C0CC14327B1ADC0A7"
    "914613A3074E363AEDB204D38D3563971BD8758E878C9DB11403721B48002D38"
    "461F92472D40EA92F9958C0FFA4C93756401B97F89FDBE0B5E46E4A4631CDB5A",
    "192FE183B9713A077253C72C8735DE2EA42A3DBC66EA317838B65FA32523CD5E"
    "FCA974EDA7C863F4954D1147F1F2B25C395FCE1C129175E876D132E94ED5A651"
    "04883B414C9B592EC4DC84826F07D0B6D9006DDA176CE48C391E3F97D102E03B"
    "B598BF132A228A45F7201ABA08FC524A2D77E43A362AB022AD4028F75BDE3B79",
};

START_TEST(key_agreement_gives_the_published_key_on_both_sides)
{
    struct texts *texts = texts_new();

    for (size_t i = 0; i < 2; i++) {
        uint8_t memory[32];
        struct buf kek = BUF_OVER(memory);

        assert_ok(rutoken_gost_agree(hex(texts, 0, vko_private[i]), 0x20, hex(texts, 1, vko_public[1 - i]),
                                     hex(texts, 2, vko_ukm), &kek));
        assert_bytes(buf_bytes(&kek), hex(texts, 3, vko_kek));
    }
    free(texts);
}
END_TEST

START_TEST(without_a_ukm_both_sides_get_the_same_point)
{
    struct texts *texts = texts_new();
    uint8_t memory[2][128];
    struct buf points[] = { BUF_OVER(memory[0]), BUF_OVER(memory[1]) };

    for (size_t i = 0; i < 2; i++)
        assert_ok(rutoken_gost_agree(hex(texts, 0, vko_private[i]), 0x20, hex(texts, 1, vko_public[1 - i]),
                                     BYTES_NONE, &points[i]));
    ck_assert_uint_eq(points[0].size, 128);
    assert_bytes(buf_bytes(&points[0]), buf_bytes(&points[1]));
    free(texts);
}
END_TEST

START_TEST(every_set_makes_keys_that_sign_and_agree)
{
    static const struct {
        size_t size;
        uint8_t set;
        const char *curve;
    } rows[] = {
        { 32, 0x20, "GOST2001-CryptoPro-A" }, { 32, 0x30, "GOST2001-CryptoPro-B" },
        { 32, 0x40, "GOST2001-CryptoPro-C" }, { 64, 0x20, "GOST2012-512-tc26-A" },
        { 64, 0x30, "GOST2012-512-tc26-B" },  { 64, 0x40, "GOST2012-512-tc26-C" },
    };

    assert_ok(rutoken_gost_open());
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t memory[7][128];
        struct buf a = BUF_OVER(memory[0]), a_public = BUF_OVER(memory[1]), b = BUF_OVER(memory[2]);
        struct buf b_public = BUF_OVER(memory[3]), signature = BUF_OVER(memory[4]);
        struct buf ab = BUF_OVER(memory[5]), ba = BUF_OVER(memory[6]);
        struct bytes digest, ukm = BYTES_LIT(1, 2, 3, 4, 5, 6, 7, 8);

        assert_ok(rutoken_gost_generate(rows[i].size, rows[i].set, &a, &a_public));
        assert_ok(rutoken_gost_generate(rows[i].size, rows[i].set, &b, &b_public));
        ck_assert_uint_eq(a.size, rows[i].size);
        ck_assert(!bytes_equal(buf_bytes(&a), buf_bytes(&b)));
        assert_ok(rutoken_gost_check(buf_bytes(&a), rows[i].set));
        digest = bytes_slice(buf_bytes(&b_public), 0, rows[i].size);
        assert_ok(rutoken_gost_sign(buf_bytes(&a), rows[i].set, digest, &signature));
        ck_assert(rutoken_gost_verifies(rows[i].curve, buf_bytes(&a_public), digest, buf_bytes(&signature)));
        assert_ok(rutoken_gost_agree(buf_bytes(&a), rows[i].set, buf_bytes(&b_public), ukm, &ab));
        assert_ok(rutoken_gost_agree(buf_bytes(&b), rows[i].set, buf_bytes(&a_public), ukm, &ba));
        assert_bytes(buf_bytes(&ab), buf_bytes(&ba));
        ck_assert_uint_eq(ab.size, 32);
    }
}
END_TEST

START_TEST(what_is_no_key_point_or_number_is_refused)
{
    struct texts *texts = texts_new();
    struct bytes key = hex(texts, 0, examples[0].private), peer = hex(texts, 1, examples[0].public);
    struct bytes digest = hex(texts, 2, examples[0].digest);
    uint8_t memory[300], zeros[64] = { 0 }, large[32];
    struct buf out = BUF_OVER(memory);

    memset(large, 0xFF, sizeof(large));
    assert_result(rutoken_gost_generate(32, 0x10, &out, &out), RESULT_UNSUPPORTED);
    assert_result(rutoken_gost_generate(48, 0x20, &out, &out), RESULT_UNSUPPORTED);
    assert_result(rutoken_gost_check(bytes_make(zeros, 32), 0x20), RESULT_MALFORMED);
    assert_result(rutoken_gost_check(BYTES_OF(large), 0x20), RESULT_MALFORMED);
    assert_result(rutoken_gost_sign(key, 0x20, bytes_slice(digest, 0, 31), &out), RESULT_MALFORMED);
    assert_result(rutoken_gost_agree(key, 0x20, bytes_slice(peer, 0, 63), BYTES_NONE, &out),
                  RESULT_MALFORMED);
    assert_result(rutoken_gost_agree(key, 0x20, BYTES_OF(zeros), BYTES_NONE, &out), RESULT_MALFORMED);
    assert_result(rutoken_gost_agree(key, 0x20, peer, bytes_make(zeros, 8), &out), RESULT_MALFORMED);
    texts->memory[1].bytes[40] ^= 1;
    assert_result(rutoken_gost_agree(key, 0x20, peer, BYTES_NONE, &out), RESULT_MALFORMED);
    ck_assert_uint_eq(out.size, 0);
    free(texts);
}
END_TEST

UNIT_MAIN("vcard_rutoken_gost", published_signatures_verify_in_the_cards_order,
          signatures_verify_with_the_published_public_key,
          key_agreement_gives_the_published_key_on_both_sides, without_a_ukm_both_sides_get_the_same_point,
          every_set_makes_keys_that_sign_and_agree, what_is_no_key_point_or_number_is_refused)
