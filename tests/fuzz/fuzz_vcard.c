/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The virtual cards as servers: the commands are the input's. Shortcuts make sessions likely: verified PINs
 * and proofs. */
#include "tests/fuzz/ready.h"

#define COMMANDS_MAX 64
#define INS_GENERATE 0x47
#define OPENPGP_FIRST                                                                                        \
    0xC0 /* a first byte from here on means an OpenPGP card, another the kind of another card */

static uint8_t response_memory[VCARD_RESPONSE_MAX];

static void respond(struct vcard *card, struct bytes command)
{
    struct buf response = BUF_OVER(response_memory);
    SCOPED(fuzz_free) struct bytes exact = fuzz_copy(command);

    card->family->respond(card, exact, &response);
    FUZZ_CHECK(response.size >= 2 && buf_check(&response) == RESULT_OK);
}

/* What a program says first. */
static void greet(struct vcard *card, uint8_t which)
{
    static const uint8_t select[] = { 0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08 };
    static const uint8_t verify_piv[] = { 0x00, 0x20, 0x00, 0x80, 0x08, '1', '2',
                                          '3',  '4',  '5',  '6',  0xFF, 0xFF };
    static const uint8_t verify_user[] = { 0x00, 0x20, 0x00, 0x02, 0x08, '1', '2',
                                           '3',  '4',  '5',  '6',  '7',  '8' };
    static const uint8_t verify_so[] = {
        0x00, 0x20, 0x00, 0x01, 0x08, '8', '7', '6', '5', '4', '3', '2', '1'
    };

    if (which % 4 == 0)
        respond(card, BYTES_OF(select));
    else if (which % 4 == 1)
        respond(card, BYTES_OF(verify_piv));
    else
        respond(card, which % 4 == 2 ? BYTES_OF(verify_user) : BYTES_OF(verify_so));
}

static void greet_openpgp(struct vcard *card, uint8_t which)
{
    static const uint8_t select[] = { 0x00, 0xA4, 0x04, 0x00, 0x06, 0xD2, 0x76, 0x00, 0x01, 0x24, 0x01 };
    static const uint8_t verify_sign[] = { 0x00, 0x20, 0x00, 0x81, 0x06, '1', '2', '3', '4', '5', '6' };
    static const uint8_t verify_user[] = { 0x00, 0x20, 0x00, 0x82, 0x06, '1', '2', '3', '4', '5', '6' };
    static const uint8_t verify_admin[] = { 0x00, 0x20, 0x00, 0x83, 0x08, '1', '2',
                                            '3',  '4',  '5',  '6',  '7',  '8' };

    if (which % 4 == 0)
        respond(card, BYTES_OF(select));
    else if (which % 4 == 1)
        respond(card, BYTES_OF(verify_sign));
    else
        respond(card, which % 4 == 2 ? BYTES_OF(verify_user) : BYTES_OF(verify_admin));
}

/* A memory that was saved is loaded again; one that nobody saved is refused, or is one. */
static void reload(struct vcard *card, struct fuzz *fuzz)
{
    SCOPED(fuzz_buf_free) struct buf saved = fuzz_buf(VCARD_SAVED_MAX);

    FUZZ_CHECK(card->family->save(card, &saved) == RESULT_OK);
    for (size_t i = fuzz_byte(fuzz) % 4; i > 0 && saved.size > 0; i--)
        saved.data[fuzz_number(fuzz, 2) % saved.size] = fuzz_byte(fuzz);
    FUZZ_IGNORE(card->family->load(card, buf_bytes(&saved)));
}

/* RSA keys take a second, and the command is the same. */
static bool is_slow(struct bytes command)
{
    return command.size > 1 && command.data[1] == INS_GENERATE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fuzz fuzz = { bytes_make(data, size) };
    uint8_t kind_of_card = fuzz_byte(&fuzz);
    bool is_openpgp = kind_of_card >= OPENPGP_FIRST;
    struct fuzz_card *card = fuzz_ready_start(
        &fuzz_readies[is_openpgp ? FUZZ_OPENPGP : kind_of_card % (FUZZ_PIV_COUNT + FUZZ_RUTOKEN_COUNT)],
        NULL);
    unsigned generated = 0;

    for (unsigned i = 0; i < COMMANDS_MAX && fuzz.rest.size > 0; i++) {
        uint8_t kind = fuzz_byte(&fuzz);
        if (kind >= 0xFC) {
            card->vcard->family->reset(card->vcard);
        } else if (kind >= 0xF8) {
            reload(card->vcard, &fuzz);
        } else if (kind >= 0xF0) {
            (is_openpgp ? greet_openpgp : greet)(card->vcard, kind);
        } else {
            struct bytes command = fuzz_take(&fuzz, kind);
            if (!is_slow(command) || generated++ == 0)
                respond(card->vcard, command);
        }
    }
    return 0;
}
