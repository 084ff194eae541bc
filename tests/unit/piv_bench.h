/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* piv_bench.h: the PIV driver on a transcript. Each test tells the card's half of a talk and what must come
 * of it. */
#ifndef ECP_TESTS_PIV_BENCH_H
#define ECP_TESTS_PIV_BENCH_H

#include <stdio.h>
#include <string.h>

#include "pcsc/cards.h"
#include "pcsc/probe.h"
#include "tests/script/script.h"
#include "tests/unit/vectors.h"

/* How a driver is asked for ECDH with POINT. */
#define ECDH_WITH(with_point) (&(struct card_agreement){ CARD_CAN_ECDH, with_point, BYTES_NONE })

/* The beginnings of talks. YubiKeys put only the end of the AID into 4F, PivApplet all of it. */
#define SELECT_YUBICO "> 00A40400 09 A00000030800001000 00\n< 6111 4F06000010000100 7907 4F05A000000308 9000\n"
#define SELECT_APPLET                                                                                        \
    "> 00A40400 09 A00000030800001000 00\n< 6122 4F0BA000000308000010000100 7907 4F05A000000308 500A"                \
    "5069764170706C657420 9000\n"
#define SERIAL_YUBICO "> 00F80000 00\n< 00BC614E 9000\n"
#define SERIAL_NONE "> 00F80000 00\n< 6D00\n"
#define PIN_METADATA "> 00F70080 00\n< 0101FF 050101 06020303 9000\n"
#define PIN_STATUS "> 00200080\n< 63C3\n"
#define CHUID                                                                                                \
    "> 00CB3FFF 05 5C035FC102 00\n< 533B 3019D4E739DA739CED39CE739D836858210842108421C84210C3EB"             \
    "3410 00112233445566778899AABBCCDDEEFF 350832303330303130313E00FE00 9000\n"
#define OPEN_YUBICO SELECT_YUBICO SERIAL_YUBICO PIN_METADATA
#define OPEN_NIST SELECT_YUBICO SERIAL_NONE CHUID PIN_STATUS

#define ATR_YUBIKEY_5                                                                                        \
    "\x3B\xFD\x13\x00\x00\x81\x31\xFE\x15\x80\x73\xC0\x21\xC0\x57\x59\x75\x62\x69\x4B\x65\x79\x40"
#define ATR_YUBIKEY_4 "\x3B\xF8\x13\x00\x00\x81\x31\xFE\x15\x59\x75\x62\x69\x6B\x65\x79\x34\xD4"
#define ATR_NEO "\x3B\xFC\x13\x00\x00\x81\x31\xFE\x15\x59\x75\x62\x69\x6B\x65\x79\x4E\x45\x4F\x72\x33\xE1"
#define ATR_PLAIN "\x3B\x80\x01\x81"

static struct bench {
    struct channel *channel;
    struct card *card;
    struct card_info info;
    struct card_item item;
    struct vector vector;
    uint8_t value_memory[CARD_OBJECT_MAX];
    struct buf value;
    char text[65536];
    size_t text_size;
} bench;

/* Builds a transcript piece by piece, for what is too long to be written down. */
static inline void bench_say(const char *text)
{
    size_t size = strlen(text);

    ck_assert_uint_lt(bench.text_size + size, sizeof(bench.text));
    memcpy(bench.text + bench.text_size, text, size + 1);
    bench.text_size += size;
}

static inline void bench_say_hex(struct bytes bytes)
{
    char pair[3];

    for (size_t i = 0; i < bytes.size; i++) {
        snprintf(pair, sizeof(pair), "%02X", bytes.data[i]);
        bench_say(pair);
    }
}

/* A card that plays TEXT, with nothing sent yet. */
static inline void bench_up_with(const char *text, struct bytes atr)
{
    enum result result = script_open(text, &bench.channel);

    assert_ok(result);
    assert_ok(card_new(&card_piv, bench.channel, atr, NULL, 0, &bench.card));
    bench.value = BUF_OVER(bench.value_memory);
}

/* The same; then it is recognised and opened, which TEXT begins with. */
static inline void bench_open_with(const char *text, struct bytes atr)
{
    bench_up_with(text, atr);
    assert_ok(card_piv.recognise(bench.card));
    assert_ok(card_piv.open(bench.card, &bench.info));
}

/* With an ATR from above. */
#define bench_up(text, atr) bench_up_with(text, bytes_make(atr, sizeof(atr) - 1))
#define bench_open(text, atr) bench_open_with(text, bytes_make(atr, sizeof(atr) - 1))

/* All of the transcript was played, and nothing else was said. */
static inline void bench_down(void)
{
    ck_assert_str_eq(script_verdict(bench.channel), "");
    card_free(&bench.card);
    script_close(&bench.channel);
    bench.text_size = 0;
}

static inline enum result bench_verify(enum card_role role, const char *text, int *tries)
{
    SCOPED(secret_free) struct secret *pin = NULL;

    TRY(secret_new(bytes_text(text), &pin));
    return card_piv.verify_pin(bench.card, role, pin, tries);
}

static inline enum result bench_change(enum card_role role, const char *old_text, const char *new_text)
{
    SCOPED(secret_free) struct secret *old_pin = NULL;
    SCOPED(secret_free) struct secret *new_pin = NULL;
    int tries;

    TRY(secret_new(bytes_text(old_text), &old_pin));
    TRY(secret_new(bytes_text(new_text), &new_pin));
    return card_piv.change_pin(bench.card, role, old_pin, new_pin, &tries);
}

static inline enum result bench_authenticate(const char *text)
{
    SCOPED(secret_free) struct secret *so = NULL;

    if (text)
        TRY(secret_new(bytes_text(text), &so));
    return card_piv.authenticate(bench.card, so);
}

/* The first object of a query for one id; RESULT_NOT_FOUND if there is none. */
static inline enum result bench_list(unsigned kinds, uint8_t id)
{
    const struct card_query query = { .kinds = kinds, .id = bytes_make(&id, 1), .value = &bench.value };
    struct card_cursor cursor = { 0 };

    return card_piv.list(bench.card, &query, &cursor, &bench.item);
}

#endif
