/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/driver.h"

#include <string.h>

#include "asn1/gost.h"
#include "pcsc/probe.h"
#include "pcsc/trace.h"
#include "tests/fake/fake_data.h"

#define OPERATIONS_MAX 24
#define ITEMS_MAX 16
#define LISTED_MAX 600
#define COMMANDS_MAX 8000

/* A session: the card, and what a caller remembers of it. */
struct run {
    struct fuzz *fuzz;
    struct fuzz_ready *kind;
    struct fuzz_card *fuzz_card;
    struct card *card;
    const struct card_driver *driver;
    struct card_item items[ITEMS_MAX];
    size_t count;
    struct buf value;
};

static void check_text(const char *text, size_t room)
{
    FUZZ_CHECK(memchr(text, '\0', room) != NULL);
}

static void check_item(const struct card_item *item)
{
    if (item->kind == CARD_KEY) {
        check_text(item->key.label, CARD_TEXT_MAX);
        FUZZ_CHECK(item->key.id_size <= CARD_ID_MAX && item->key.public_key.kind <= KEY_GOST512);
        FUZZ_CHECK(item->key.public_key.point_size <= PUBKEY_POINT_MAX);
    } else if (item->kind == CARD_CERT) {
        check_text(item->cert.label, CARD_TEXT_MAX);
        FUZZ_CHECK(item->cert.id_size <= CARD_ID_MAX);
    } else {
        FUZZ_CHECK(item->kind == CARD_DATUM && item->datum.oid_size <= sizeof(item->datum.oid));
        check_text(item->datum.label, CARD_TEXT_MAX);
        check_text(item->datum.application, CARD_TEXT_MAX);
    }
}

/* The right secret, another role's, or one of the input's. */
static struct secret *take_secret(struct run *run)
{
    uint8_t which = fuzz_byte(run->fuzz) % 5;
    struct bytes bytes = which == 0   ? bytes_text(run->kind->user)
                         : which == 1 ? bytes_text(run->kind->so)
                         : which == 2 ? bytes_text("12345678")
                                      : fuzz_part(run->fuzz);
    struct secret *secret = NULL;

    if (which != 4)
        FUZZ_CHECK(secret_new(bytes, &secret) == RESULT_OK);
    return secret;
}

/* One that was listed, or a number of the input's. */
static uint32_t take_reference(struct run *run, enum card_kind kind)
{
    uint8_t which = fuzz_byte(run->fuzz);
    size_t at = run->count > 0 ? which % run->count : 0;

    if (which >= 0xF0 || run->count == 0 || run->items[at].kind != kind)
        return fuzz_number(run->fuzz, 4);
    return kind == CARD_KEY    ? run->items[at].key.reference
           : kind == CARD_CERT ? run->items[at].cert.reference
                               : run->items[at].datum.reference;
}

static void run_open(struct run *run)
{
    struct card_info info;

    if (run->driver->recognise(run->card) != RESULT_OK || run->driver->open(run->card, &info) != RESULT_OK)
        return;
    check_text(info.label, CARD_TEXT_MAX);
    check_text(info.manufacturer, CARD_TEXT_MAX);
    check_text(info.model, CARD_TEXT_MAX);
    check_text(info.serial, CARD_TEXT_MAX);
}

static void run_list(struct run *run)
{
    uint8_t how = fuzz_byte(run->fuzz);
    const struct card_query query = { .kinds = how & 7 ? how & 7 : 7u,
                                      .id = how & 8 ? fuzz_part(run->fuzz) : BYTES_NONE,
                                      .logged_in = (how & 16) != 0,
                                      .value = how & 32 ? &run->value : NULL };
    struct card_cursor cursor = { 0 };
    unsigned listed = 0;
    struct card_item item;

    run->count = 0;
    while (run->driver->list(run->card, &query, &cursor, &item) == RESULT_OK) {
        FUZZ_CHECK(listed++ < LISTED_MAX);
        check_item(&item);
        if (run->count < ITEMS_MAX)
            run->items[run->count++] = item;
    }
}

static void run_read(struct run *run)
{
    enum card_kind kind = fuzz_byte(run->fuzz) & 1 ? CARD_DATUM : CARD_CERT;

    buf_clear(&run->value);
    FUZZ_IGNORE(run->driver->read(run->card, kind, take_reference(run, kind), &run->value));
}

static void run_pin(struct run *run)
{
    SCOPED(secret_free) struct secret *first = take_secret(run);
    SCOPED(secret_free) struct secret *second = NULL;
    uint8_t how = fuzz_byte(run->fuzz);
    enum card_role role = how & 8 ? CARD_SO : CARD_USER;
    struct card_pin status;
    int tries = 0;

    if (how % 8 == 0) {
        FUZZ_IGNORE(run->driver->verify_pin(run->card, role, first, &tries));
        FUZZ_CHECK(run->fuzz_card->pins <= 1);
        return;
    }
    second = take_secret(run);
    if (how % 8 == 1)
        FUZZ_IGNORE(run->driver->change_pin(run->card, role, first, second, &tries));
    else if (how % 8 == 2 && first && second)
        FUZZ_IGNORE(run->driver->init_pin(run->card, first, second, &tries));
    else if (how % 8 == 3 && first)
        FUZZ_IGNORE(run->driver->format(run->card, first, "label", &tries));
    else if (how % 8 == 4)
        FUZZ_IGNORE(run->driver->logout(run->card));
    else if (how % 8 == 5 && run->driver->authenticate)
        FUZZ_IGNORE(run->driver->authenticate(run->card, first));
    else
        FUZZ_IGNORE(run->driver->pin_status(run->card, role, &status));
}

/* A key that was listed, perhaps with another reference. */
static struct card_key take_key(struct run *run)
{
    uint8_t which = fuzz_byte(run->fuzz);
    struct card_key key = { .can = which };

    for (size_t i = 0; i < run->count; i++) {
        const struct card_item *item = &run->items[(which + i) % run->count];
        if (item->kind == CARD_KEY) {
            key = item->key;
            break;
        }
    }
    if (which & 0x80)
        key.reference = fuzz_number(run->fuzz, 4);
    return key;
}

static void run_use(struct run *run)
{
    const struct card_key key = take_key(run);
    uint8_t which = fuzz_byte(run->fuzz);
    enum card_can how = (enum card_can)(1u << which % 9);
    SCOPED(fuzz_free) struct bytes input = fuzz_copy(fuzz_part(run->fuzz));
    const struct card_agreement with = { how, input, fuzz_part(run->fuzz) };

    buf_clear(&run->value);
    if (which & 0x80)
        FUZZ_IGNORE(run->driver->decipher(run->card, &key, how, input, &run->value));
    else if (how & (CARD_CAN_ECDH | CARD_CAN_VKO | CARD_CAN_GOST_DH))
        FUZZ_IGNORE(run->driver->agree(run->card, &key, &with, &run->value));
    else
        FUZZ_IGNORE(run->driver->sign(run->card, &key, how, input, &run->value));
}

static struct card_key_template take_template(struct run *run, const struct gost_set *set)
{
    uint8_t kind = fuzz_byte(run->fuzz);
    struct card_key_template template = { .kind = (enum key_kind)(kind % 8),
                                          .curve = (enum curve)(fuzz_byte(run->fuzz) % 15),
                                          .bits = kind & 0x80 ? fuzz_number(run->fuzz, 2) : 1024,
                                          .id = fuzz_part(run->fuzz),
                                          .label = "a key",
                                          .start_date = "20260101",
                                          .end_date = "20270101" };

    if (set) {
        template.curve = set->curve;
        template.set = gost_set_oid(set);
        template.digest = gost_digest_oid(HASH_STREEBOG_256);
    }
    return template;
}

/* Big RSA keys take seconds and show nothing more. */
static void run_make(struct run *run)
{
    uint8_t how = fuzz_byte(run->fuzz);
    const struct gost_set *set = gost_set_at(how & 15);
    const struct card_key_template template = take_template(run, set);
    SCOPED(secret_free) struct secret *number = take_secret(run);
    const struct card_private_key parts = { number, number, number, number, number, number };
    struct card_key key;

    if (how & 0x80)
        FUZZ_IGNORE(run->driver->import_key(run->card, &template, &parts, &key));
    else if (template.kind != KEY_RSA || template.bits <= 1024)
        FUZZ_IGNORE(run->driver->generate(run->card, &template, &key));
}

static void run_store(struct run *run)
{
    uint8_t how = fuzz_byte(run->fuzz);
    struct bytes id = bytes_slice(fuzz_part(run->fuzz), 0, CARD_ID_MAX);
    struct bytes value = how & 2 ? fuzz_part(run->fuzz) : fake_ec_cert;
    struct card_item item = { .kind = how & 1 ? CARD_DATUM : CARD_CERT };

    if (how & 1) {
        item.datum =
            (struct card_datum){ .label = "Note", .application = "tests", .needs_pin = (how & 4) != 0 };
        item.datum.reference = how & 8 ? take_reference(run, CARD_DATUM) : 0;
    } else {
        item.cert = (struct card_cert){ .label = "certificate", .id_size = id.size };
        if (id.size > 0)
            memcpy(item.cert.id, id.data, id.size);
    }
    FUZZ_IGNORE(run->driver->store(run->card, &item, value, (how & 16) != 0));
    check_item(&item);
}

static void run_erase(struct run *run)
{
    enum card_kind kind = (enum card_kind)(1u << fuzz_byte(run->fuzz) % 3);

    FUZZ_IGNORE(run->driver->erase(run->card, kind, take_reference(run, kind)));
}

static void run_random(struct run *run)
{
    buf_clear(&run->value);
    if (run->driver->random)
        FUZZ_IGNORE(run->driver->random(run->card, fuzz_byte(run->fuzz), &run->value));
}

static void run_event(struct run *run)
{
    bool reset;

    fuzz_card_event(run->fuzz_card, fuzz_byte(run->fuzz));
    FUZZ_IGNORE(run->card->link.channel->ops->begin(run->card->link.channel, &reset));
}

static void run_operations(struct run *run)
{
    static void (*const operations[])(struct run *) = {
        run_open, run_list, run_read, run_pin, run_use, run_make, run_store, run_erase, run_random, run_event
    };

    for (unsigned i = 0; i < OPERATIONS_MAX && run->fuzz->rest.size > 0; i++) {
        uint8_t which = fuzz_byte(run->fuzz) % (sizeof(operations) / sizeof(operations[0]));
        fuzz_card_plan(run->fuzz_card);
        operations[which](run);
        FUZZ_CHECK(run->fuzz_card->commands < COMMANDS_MAX);
    }
}

void fuzz_driver_run(struct fuzz *fuzz, struct fuzz_ready *kind, size_t count)
{
    SCOPED(fuzz_buf_free) struct buf value = fuzz_buf(CARD_OBJECT_MAX);
    struct run run = { .fuzz = fuzz, .value = value };
    uint8_t which = fuzz_byte(fuzz);
    struct channel *channel;

    run.kind = &kind[which % count];
    run.driver = run.kind->driver;
    run.fuzz_card = fuzz_ready_start(run.kind, fuzz);
    channel = fuzz_card_connect(run.fuzz_card);
    FUZZ_CHECK(card_new(run.driver, channel, run.fuzz_card->vcard->family->atr(run.fuzz_card->vcard),
                        fuzz_sections, which & 0x80 ? 0 : FUZZ_SECTION_COUNT, &run.card) == RESULT_OK);
    if (which & 0x40 || getenv(FUZZ_TRACE))
        FUZZ_IGNORE(trace_open(TRACE_CARD, getenv(FUZZ_TRACE) ? NULL : "/dev/null"));
    run_operations(&run);
    trace_close();
    card_free(&run.card);
    channel->ops->close(channel);
}
