/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/ready.h"

#include <string.h>

#include "asn1/gost.h"
#include "pcsc/cards.h"
#include "pcsc/probe.h"
#include "tests/fake/fake_data.h"

#define KEY_3DES "010203040506070801020304050607080102030405060708"

struct fuzz_ready fuzz_readies[] = {
    { .name = "piv", .driver = &card_piv, .user = "123456", .so = KEY_3DES },
    { .name = "piv:nist", .driver = &card_piv, .user = "123456", .so = KEY_3DES },
    { .name = "piv:short", .driver = &card_piv, .user = "123456", .so = KEY_3DES },
    { .name = "piv:t0", .driver = &card_piv, .user = "123456", .so = KEY_3DES },
    { .name = "piv:aes", .driver = &card_piv, .user = "123456", .so = KEY_3DES },
    { .name = "rutoken", .driver = &card_rutoken, .user = "12345678", .so = "87654321" },
    { .name = "rutoken:sc-t0", .driver = &card_rutoken, .user = "12345678", .so = "87654321" },
    { .name = "rutoken:sc-t1", .driver = &card_rutoken, .user = "12345678", .so = "87654321" },
    { .name = "rutoken:lite", .driver = &card_rutoken, .user = "12345678", .so = "87654321" },
    { .name = "rutoken:vendor", .driver = &card_rutoken, .user = "12345678", .so = "87654321" },
    { .name = "openpgp" },
};

static const struct card_setting piv_settings[] = { { "overwrite", "yes" } };
static const struct card_setting rutoken_settings[] = { { "unverified", "yes" } };
const struct card_section fuzz_sections[] = { { "piv", piv_settings, 1 },
                                              { "rutoken", rutoken_settings, 1 } };

static void generate(struct card *card, enum key_kind kind, size_t bits, const char *set_name, uint8_t id)
{
    const struct gost_set *set = set_name ? gost_set_from_name(bytes_text(set_name)) : NULL;
    const struct card_key_template template = {
        .kind = kind,
        .curve = set              ? set->curve
                 : kind == KEY_EC ? CURVE_P256
                                  : CURVE_NONE,
        .bits = bits,
        .set = set ? gost_set_oid(set) : BYTES_NONE,
        .digest =
            set ? gost_digest_oid(kind == KEY_GOST512 ? HASH_STREEBOG_512 : HASH_STREEBOG_256) : BYTES_NONE,
        .id = bytes_make(&id, 1),
        .label = "key",
    };
    struct card_key key;

    FUZZ_IGNORE(card->driver->generate(card, &template, &key));
}

static void store(struct card *card, uint8_t id, struct bytes certificate)
{
    struct card_item item = { .kind = CARD_CERT,
                              .cert = { .id = { id }, .id_size = 1, .label = "certificate" } };

    FUZZ_IGNORE(card->driver->store(card, &item, certificate, true));
}

static void store_datum(struct card *card, const char *label, bool needs_pin)
{
    struct card_item item = { .kind = CARD_DATUM,
                              .datum = { .application = "tests", .needs_pin = needs_pin } };

    strcpy(item.datum.label, label);
    FUZZ_IGNORE(card->driver->store(card, &item, bytes_text("a note"), true));
}

static void fill(struct card *card)
{
    generate(card, KEY_EC, 0, NULL, 1);
    generate(card, KEY_RSA, 1024, NULL, 2);
    generate(card, KEY_GOST256, 0, "CryptoPro-A", 3);
    generate(card, KEY_GOST512, 0, "tc26-512-A", 4);
    store(card, 1, fake_ec_cert);
    store(card, 2, fake_rsa_cert);
    store(card, 4, fake_rsa_cert_renewed);
    store_datum(card, "Note", false);
    store_datum(card, "Secret", true);
}

/* A new Rutoken is formatted first; a management key or the user's PIN then allows to write. */
static void make(const struct fuzz_ready *kind, struct card *card)
{
    SCOPED(secret_free) struct secret *user = NULL;
    SCOPED(secret_free) struct secret *so = NULL;
    struct card_info info;
    int tries;

    FUZZ_CHECK(secret_new(bytes_text(kind->user), &user) == RESULT_OK);
    FUZZ_CHECK(secret_new(bytes_text(kind->so), &so) == RESULT_OK);
    FUZZ_CHECK(kind->driver->recognise(card) == RESULT_OK && kind->driver->open(card, &info) == RESULT_OK);
    if (!kind->driver->authenticate) {
        FUZZ_IGNORE(kind->driver->format(card, so, "token", &tries));
        FUZZ_IGNORE(kind->driver->init_pin(card, so, user, &tries));
        FUZZ_IGNORE(kind->driver->recognise(card));
        FUZZ_IGNORE(kind->driver->verify_pin(card, CARD_USER, user, &tries));
    } else {
        FUZZ_IGNORE(kind->driver->authenticate(card, so));
    }
    fill(card);
}

/* A card without a driver: three keys, a certificate, a note behind the PIN; in commands, each after its
 * length. */
static void make_openpgp(struct vcard *card)
{
    static const uint8_t commands[] = {
        11,   0x00, 0xA4, 0x04, 0x00, 0x06, 0xD2, 0x76, 0x00, 0x01, 0x24, 0x01, 13,   0x00, 0x20, 0x00,
        0x83, 0x08, '1',  '2',  '3',  '4',  '5',  '6',  '7',  '8',  11,   0x00, 0x20, 0x00, 0x82, 0x06,
        '1',  '2',  '3',  '4',  '5',  '6',  14,   0x00, 0xDA, 0x00, 0xC1, 0x09, 0x13, 0x2A, 0x86, 0x48,
        0xCE, 0x3D, 0x03, 0x01, 0x07, 8,    0x00, 0x47, 0x80, 0x00, 0x02, 0xB6, 0x00, 0x00, 8,    0x00,
        0x47, 0x80, 0x00, 0x02, 0xB8, 0x00, 0x00, 15,   0x00, 0xDA, 0x00, 0xC3, 0x0A, 0x16, 0x2B, 0x06,
        0x01, 0x04, 0x01, 0xDA, 0x47, 0x0F, 0x01, 8,    0x00, 0x47, 0x80, 0x00, 0x02, 0xA4, 0x00, 0x00,
        7,    0x00, 0xDA, 0x7F, 0x21, 0x02, 0x30, 0x00, 6,    0x00, 0xDA, 0x01, 0x03, 0x01, 'n',  13,
        0x00, 0xDA, 0x00, 0xD3, 0x08, '1',  '2',  '3',  '4',  '5',  '6',  '7',  '8',
    };
    struct bytes rest = BYTES_OF(commands);

    while (rest.size > 0) {
        uint8_t memory[512];
        struct buf response = BUF_OVER(memory);

        card->family->respond(card, bytes_slice(rest, 1, rest.data[0]), &response);
        FUZZ_CHECK(response.size >= 2 && response.data[response.size - 2] != 0x69);
        rest = bytes_from(rest, 1u + rest.data[0]);
    }
}

static void make_with_driver(struct fuzz_ready *kind)
{
    const struct vcard_family *family = kind->card.vcard->family;
    struct channel *channel = fuzz_card_connect(&kind->card);
    struct card *card;

    FUZZ_CHECK(card_new(kind->driver, channel, family->atr(kind->card.vcard), fuzz_sections,
                        FUZZ_SECTION_COUNT, &card) == RESULT_OK);
    make(kind, card);
    card_free(&card);
    channel->ops->close(channel);
}

static void prepare(struct fuzz_ready *kind)
{
    const struct vcard_family *family;

    fuzz_card_open(&kind->card, kind->name, BYTES_NONE);
    family = kind->card.vcard->family;
    if (kind->driver)
        make_with_driver(kind);
    else
        make_openpgp(kind->card.vcard);
    kind->saved = fuzz_buf(VCARD_SAVED_MAX);
    FUZZ_CHECK(family->save(kind->card.vcard, &kind->saved) == RESULT_OK);
    kind->ready = true;
}

struct fuzz_card *fuzz_ready_start(struct fuzz_ready *kind, struct fuzz *fuzz)
{
    if (!kind->ready)
        prepare(kind);
    fuzz_card_start(&kind->card, buf_bytes(&kind->saved), fuzz);
    return &kind->card;
}

/* libFuzzer's time for one input does not begin with eleven cards to be made. */
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    for (size_t i = 0; i < sizeof(fuzz_readies) / sizeof(fuzz_readies[0]); i++)
        if (!fuzz_readies[i].ready)
            prepare(&fuzz_readies[i]);
    return 0;
}
