/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_talk.h: tests speak to a virtual card in hexadecimal: assert_talk(card, "00 20 00 80", "63C3"). */
#ifndef ECP_TESTS_UNIT_VCARD_TALK_H
#define ECP_TESTS_UNIT_VCARD_TALK_H

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>

#include "asn1/buf.h"
#include "tests/unit/unit.h"
#include "vcard/vcard.h"

#define TALK_SELECT "00 A4 04 00 05 A000000308 00"
#define TALK_PIN "00 20 00 80 08 313233343536FFFF"
#define TALK_DEFAULT_KEY "010203040506070801020304050607080102030405060708"

/** Room for one response or one command. */
struct talk_memory {
    uint8_t bytes[VCARD_RESPONSE_MAX];
};

/** The bytes of TEXT in hexadecimal, spaces allowed; they live until the next call with the same MEMORY. */
static inline struct bytes talk_hex(struct talk_memory *memory, const char *text)
{
    size_t size = 0, digits = 0;

    for (; *text; text++) {
        const char *alphabet = "0123456789ABCDEF", *digit = strchr(alphabet, *text);

        if (*text == ' ')
            continue;
        ck_assert_msg(digit != NULL && size < sizeof(memory->bytes), "bad hexadecimal in a test: %s", text);
        memory->bytes[size] = (uint8_t)(memory->bytes[size] << 4 | (digit - alphabet));
        if (++digits % 2 == 0)
            size++;
    }
    return bytes_make(memory->bytes, size);
}

/** What CARD says to COMMAND; lives in a static place until the next call. */
static inline struct bytes talk_raw(struct vcard *card, struct bytes command)
{
    static struct talk_memory answer;
    struct buf response = BUF_OVER(answer.bytes);

    card->family->respond(card, command, &response);
    ck_assert_uint_ge(response.size, 2);
    return buf_bytes(&response);
}

static inline struct bytes talk(struct vcard *card, const char *command)
{
    static struct talk_memory memory;

    return talk_raw(card, talk_hex(&memory, command));
}

/** The status word of an answer. */
static inline unsigned talk_sw(struct bytes answer)
{
    return (unsigned)bytes_number(bytes_from(answer, answer.size - 2));
}

/** CARD says exactly EXPECTED, in hexadecimal, status word included. */
static inline void assert_talk(struct vcard *card, const char *command, const char *expected)
{
    static struct talk_memory memory;
    struct bytes answer = talk(card, command), wanted = talk_hex(&memory, expected);
    char shown[3 * 40 + 1] = "";

    for (size_t i = 0; i < answer.size && i < 40; i++)
        snprintf(shown + 3 * i, 4, "%02X ", answer.data[i]);
    ck_assert_msg(bytes_equal(answer, wanted), "to %s: %s, expected %s", command, shown, expected);
}

/** CARD answers with the status word EXPECTED, whatever the data. */
static inline void assert_sw(struct vcard *card, const char *command, unsigned expected)
{
    unsigned sw = talk_sw(talk(card, command));

    ck_assert_msg(sw == expected, "to %s: %04X, expected %04X", command, sw, expected);
}

/** The data of the answer to COMMAND, fetched to its end and appended to OUT; returns the last status word.
 */
static inline unsigned talk_whole(struct vcard *card, struct bytes command, struct buf *out)
{
    struct bytes answer = talk_raw(card, command);
    unsigned sw = talk_sw(answer);
    uint8_t fetch[] = { 0x00, 0xC0, 0x00, 0x00, 0x00 };

    buf_add(out, bytes_slice(answer, 0, answer.size - 2));
    while (sw >> 8 == 0x61) {
        fetch[4] = (uint8_t)sw;
        answer = talk_raw(card, BYTES_OF(fetch));
        sw = talk_sw(answer);
        buf_add(out, bytes_slice(answer, 0, answer.size - 2));
    }
    return sw;
}

/** Sends DATA in a chain of short commands with HEADER (four bytes) and collects the answer as talk_whole().
 */
static inline unsigned talk_chain(struct vcard *card, const uint8_t header[4], struct bytes data,
                                  struct buf *out)
{
    uint8_t memory[300];
    struct buf command = BUF_OVER(memory);

    for (size_t offset = 0;; offset += 255) {
        bool last = offset + 255 >= data.size;
        struct bytes part = bytes_slice(data, offset, 255);
        unsigned sw;

        buf_clear(&command);
        buf_add_byte(&command, last ? header[0] : header[0] | 0x10);
        buf_add(&command, bytes_make(header + 1, 3));
        buf_add_byte(&command, (uint8_t)part.size);
        buf_add(&command, part);
        if (last)
            return talk_whole(card, buf_bytes(&command), out);
        sw = talk_sw(talk_raw(card, buf_bytes(&command)));
        if (sw != 0x9000)
            return sw;
    }
}

/** A fresh card after reset; PIV is selected. */
static inline struct vcard *talk_open(const char *name)
{
    struct vcard *card;

    assert_ok(vcard_create(name, &card));
    card->family->reset(card);
    ck_assert_uint_eq(talk_sw(talk(card, "00 A4 04 00 05 A000000308")) & 0xFF00,
                      card->family->atr(card).data[1] == 0x6D ? 0x6100 : 0x9000);
    return card;
}

/** One block of the management key's cipher: 3DES or AES by BLOCK, in bytes. */
static inline void talk_encrypt(const char *cipher, const uint8_t *key, const uint8_t *in, uint8_t *out,
                                int block)
{
    EVP_CIPHER *fetched = EVP_CIPHER_fetch(NULL, cipher, NULL);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int size = 0;

    ck_assert(fetched && EVP_EncryptInit_ex2(ctx, fetched, key, NULL, NULL) == 1);
    EVP_CIPHER_CTX_set_padding(ctx, 0);
    ck_assert(EVP_EncryptUpdate(ctx, out, &size, in, block) == 1 && size == block);
    EVP_CIPHER_CTX_free(ctx);
    EVP_CIPHER_free(fetched);
}

/** External authentication with the 3DES key in hexadecimal; returns the status word. */
static inline unsigned talk_manage_with(struct vcard *card, const char *key_text)
{
    struct talk_memory *key = calloc(1, sizeof(*key));
    uint8_t command[] = { 0x00, 0x87, 0x03, 0x9B, 0x0C, 0x7C, 0x0A, 0x82, 0x08, 0, 0, 0, 0, 0, 0, 0, 0 };
    uint8_t memory[64];
    struct buf challenge = BUF_OVER(memory);
    const uint8_t header[] = { 0x00, 0x87, 0x03, 0x9B };

    ck_assert(key != NULL);
    ck_assert_uint_eq(talk_chain(card, header, BYTES_LIT(0x7C, 0x02, 0x81, 0x00), &challenge), 0x9000);
    ck_assert_uint_eq(challenge.size, 12);
    talk_encrypt("DES-EDE3-ECB", talk_hex(key, key_text).data, memory + 4, command + 9, 8);
    free(key);
    return talk_sw(talk_raw(card, BYTES_OF(command)));
}

#define talk_manage(card) ck_assert_uint_eq(talk_manage_with(card, TALK_DEFAULT_KEY), 0x9000)

#endif
