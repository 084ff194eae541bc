/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What is on the card. A listing walks one line of places: Key History, then for each slot its key and its
 * certificate, then the other data objects; places that the query cannot match cost nothing.
 */
#include "pcsc/card_piv_list.h"

#include "pcsc/card_piv_attest.h"
#include "pcsc/card_piv_items.h"
#include "pcsc/card_piv_keys.h"
#include "pcsc/card_piv_objects.h"

#define PLACE_SLOTS 1
#define PLACE_DATA (PLACE_SLOTS + 2 * PIV_SLOT_COUNT)
#define PLACE_END (PLACE_DATA + PIV_DATA_COUNT)
#define FIRST_PART_MAX 512

/* The cursor's scratch: Key History's two numbers; what is known of the present slot's certificate; its
 * fingerprint. */
#define SCRATCH_HISTORY 0
#define SCRATCH_CERT 1
#define SCRATCH_FINGERPRINT 2
#define CERT_UNKNOWN 0U
#define CERT_ABSENT 1U
#define CERT_READ 2U /* its length is in the bits above */
#define CERT_STATE_BITS 2

/* A query that could match this slot. Retired ones may be known to be unused. */
static bool piv_slot_wanted(struct card *card, const struct card_query *query,
                            const struct card_cursor *cursor, const struct piv_slot *slot, bool certificate)
{
    unsigned place = slot->id - PIV_RETIRED_FIRST;
    unsigned here = cursor->scratch[SCRATCH_HISTORY] & 0xFF,
             elsewhere = cursor->scratch[SCRATCH_HISTORY] >> 8;

    if (query->id.size > 0 && card_piv_slot_by_id(query->id) != slot)
        return false;
    if (!card_piv_slot_is_retired(slot))
        return true;
    switch (card_piv_retired_mode(card)) {
    case PIV_RETIRED_PROBE:
        return true;
    case PIV_RETIRED_HISTORY:
        return place <= here || (!certificate && place > PIV_RETIRED_COUNT - elsewhere);
    case PIV_RETIRED_NONE:
        break;
    }
    return false;
}

static bool piv_history_needed(struct card *card, const struct card_query *query)
{
    const struct piv_slot *slot = card_piv_slot_by_id(query->id);

    return (query->kinds & (CARD_KEY | CARD_CERT)) && card_piv_retired_mode(card) == PIV_RETIRED_HISTORY &&
           (query->id.size == 0 || (slot && card_piv_slot_is_retired(slot)));
}

/* Read once for two purposes: as a datum, and to know which retired slots to look into. */
static enum result piv_list_history(struct card *card, const struct card_query *query,
                                    struct card_cursor *cursor, struct card_item *ret)
{
    SCOPED(card_piv_heap_free) struct buf value = { 0 };
    bool listed = (query->kinds & CARD_DATUM) && query->id.size == 0;
    struct piv_history history;

    if (!listed && !piv_history_needed(card, query))
        return RESULT_NOT_FOUND;
    TRY(card_piv_heap_new(CARD_OBJECT_MAX, &value));
    TRY(card_piv_datum_read(card, PIV_OBJECT_HISTORY, &value));
    history = card_piv_history_parse(buf_bytes(&value));
    cursor->scratch[SCRATCH_HISTORY] = history.here | history.elsewhere << 8;
    if (!listed)
        return RESULT_NOT_FOUND;
    if (query->value)
        buf_add(query->value, buf_bytes(&value));
    ret->kind = CARD_DATUM;
    card_piv_datum_fill(card_piv_datum_find(PIV_OBJECT_HISTORY, NULL), &ret->datum);
    return RESULT_OK;
}

/*
 * The slot's certificate into the query's value or, for lack of one, into memory of our own. The cursor
 * remembers the outcome, so that the certificate's turn costs nothing after the key's.
 */
static enum result piv_cert_fetch(struct card *card, const struct card_query *query,
                                  struct card_cursor *cursor, const struct piv_slot *slot, struct x509 *ret)
{
    SCOPED(card_piv_heap_free) struct buf own = { 0 };
    struct buf *value = query->value;
    uint64_t fingerprint = 0;
    enum result result;

    if (!value) {
        TRY(card_piv_heap_new(CARD_OBJECT_MAX, &own));
        value = &own;
    }
    buf_clear(value);
    result = card_piv_certificate_read(card, slot, value, ret, &fingerprint);
    if (card_piv_is_fatal(result))
        return result;
    cursor->scratch[SCRATCH_CERT] = CERT_ABSENT;
    if (result != RESULT_OK) {
        buf_clear(value);
        return RESULT_NOT_FOUND;
    }
    cursor->scratch[SCRATCH_CERT] = CERT_READ | (uint32_t)value->size << CERT_STATE_BITS;
    cursor->scratch[SCRATCH_FINGERPRINT] = (uint32_t)(fingerprint >> 32);
    cursor->scratch[SCRATCH_FINGERPRINT + 1] = (uint32_t)fingerprint;
    return RESULT_OK;
}

static enum result piv_key_from_certificate(struct card *card, const struct card_query *query,
                                            struct card_cursor *cursor, const struct piv_slot *slot,
                                            struct card_key *ret)
{
    struct x509 certificate;

    TRY(piv_cert_fetch(card, query, cursor, slot, &certificate));
    if (!certificate.has_key)
        return RESULT_NOT_FOUND;
    return card_piv_key_from_public(card, slot, &certificate.key, ret);
}

/* A key without a certificate is seen where the card attests what it has made. */
static enum result piv_key_without_metadata(struct card *card, const struct card_query *query,
                                            struct card_cursor *cursor, const struct piv_slot *slot,
                                            struct card_key *ret)
{
    enum result result = piv_key_from_certificate(card, query, cursor, slot, ret);

    return result == RESULT_NOT_FOUND ? card_piv_key_from_attestation(card, slot, ret) : result;
}

static enum result piv_list_key(struct card *card, const struct card_query *query, struct card_cursor *cursor,
                                const struct piv_slot *slot, struct card_item *ret)
{
    struct x509 certificate;
    enum result result;

    cursor->scratch[SCRATCH_CERT] = CERT_UNKNOWN;
    if (!(query->kinds & CARD_KEY) || !piv_slot_wanted(card, query, cursor, slot, false))
        return RESULT_NOT_FOUND;
    ret->kind = CARD_KEY;
    if (!card_piv_state(card)->metadata)
        return piv_key_without_metadata(card, query, cursor, slot, &ret->key);
    result = card_piv_key_from_metadata(card, slot, &ret->key);
    if (result == RESULT_OK && ret->key.public_key.kind == KEY_NONE) {
        result = piv_cert_fetch(card, query, cursor, slot, &certificate);
        if (card_piv_is_fatal(result))
            return result;
        if (result == RESULT_OK && certificate.has_key)
            card_piv_key_complete(&ret->key, &certificate.key);
        return RESULT_OK;
    }
    if (result == RESULT_NOT_FOUND && card_piv_slot_is_retired(slot) && query->id.size == 0)
        cursor->scratch[SCRATCH_CERT] = CERT_ABSENT;
    if (result == RESULT_OK || result == RESULT_NOT_FOUND || card_piv_is_fatal(result))
        return result;
    /* The card has something there and cannot say what (PivApplet with an imported EC key). */
    return piv_key_from_certificate(card, query, cursor, slot, &ret->key);
}

/* One exchange tells that there is something, and which; that it is a certificate is seen when it is read. */
static enum result piv_cert_look(struct card *card, const struct piv_slot *slot, uint64_t *ret_fingerprint)
{
    uint8_t memory[FIRST_PART_MAX];
    struct buf raw = BUF_OVER(memory);
    size_t size;

    TRY(card_piv_object_get(card, slot->object, PIV_FIRST_PART, &raw));
    size = card_piv_object_size(buf_bytes(&raw));
    if (raw.size < (size < PIV_FINGERPRINT_SIZE ? size : PIV_FINGERPRINT_SIZE) || size == 0)
        return RESULT_TOO_LARGE;
    *ret_fingerprint = card_piv_fingerprint(buf_bytes(&raw));
    return RESULT_OK;
}

static enum result piv_list_cert(struct card *card, const struct card_query *query,
                                 struct card_cursor *cursor, const struct piv_slot *slot,
                                 struct card_item *ret)
{
    uint32_t known = cursor->scratch[SCRATCH_CERT] & ((1U << CERT_STATE_BITS) - 1);
    size_t size = cursor->scratch[SCRATCH_CERT] >> CERT_STATE_BITS;
    struct x509 certificate;
    uint64_t fingerprint;
    enum result result;

    if (!(query->kinds & CARD_CERT) || known == CERT_ABSENT ||
        !piv_slot_wanted(card, query, cursor, slot, true))
        return RESULT_NOT_FOUND;
    ret->kind = CARD_CERT;
    if (known != CERT_READ && !query->value) {
        result = piv_cert_look(card, slot, &fingerprint);
        if (result == RESULT_OK)
            card_piv_cert_fill(slot, fingerprint, &ret->cert);
        /* A card that answers in crumbs: the whole object then. */
        if (result != RESULT_TOO_LARGE)
            return result;
    }
    if (known != CERT_READ || (query->value && query->value->size != size))
        TRY(piv_cert_fetch(card, query, cursor, slot, &certificate));
    fingerprint =
        (uint64_t)cursor->scratch[SCRATCH_FINGERPRINT] << 32 | cursor->scratch[SCRATCH_FINGERPRINT + 1];
    card_piv_cert_fill(slot, fingerprint, &ret->cert);
    return RESULT_OK;
}

static enum result piv_list_datum(struct card *card, const struct card_query *query,
                                  const struct piv_datum *row, struct card_item *ret)
{
    SCOPED(card_piv_heap_free) struct buf own = { 0 };

    if (!(query->kinds & CARD_DATUM) || query->id.size > 0 || row->object == PIV_OBJECT_HISTORY)
        return RESULT_NOT_FOUND;
    if (!query->logged_in && (row->rare || (!row->everywhere && card_piv_state(card)->metadata)))
        return RESULT_NOT_FOUND;
    TRY(card_piv_heap_new(CARD_OBJECT_MAX, &own));
    if (query->value || row->object == PIV_OBJECT_PRINTED)
        TRY(card_piv_datum_read(card, row->object, &own));
    else
        TRY(card_piv_object_get(card, row->object, PIV_FIRST_PART, &own));
    if (query->value)
        buf_add(query->value, buf_bytes(&own));
    ret->kind = CARD_DATUM;
    card_piv_datum_fill(row, &ret->datum);
    return RESULT_OK;
}

static enum result piv_list_place(struct card *card, const struct card_query *query,
                                  struct card_cursor *cursor, struct card_item *ret)
{
    unsigned place = cursor->position;
    const struct piv_slot *slot;
    bool certificate;

    if (place >= PLACE_SLOTS && place < PLACE_DATA) {
        slot = &card_piv_slots[(place - PLACE_SLOTS) / 2];
        certificate = (place - PLACE_SLOTS) % 2;
        /* What the key's turn has read is kept for the certificate's. */
        if (certificate)
            return piv_list_cert(card, query, cursor, slot, ret);
        if (query->value)
            buf_clear(query->value);
        return piv_list_key(card, query, cursor, slot, ret);
    }
    if (query->value)
        buf_clear(query->value);
    if (place == 0)
        return piv_list_history(card, query, cursor, ret);
    return piv_list_datum(card, query, &card_piv_data[place - PLACE_DATA], ret);
}

enum result card_piv_list(struct card *card, const struct card_query *query, struct card_cursor *cursor,
                          struct card_item *ret)
{
    while (cursor->position < PLACE_END) {
        enum result result = piv_list_place(card, query, cursor, ret);
        if (card_piv_is_fatal(result))
            return result;
        cursor->position++;
        if (result == RESULT_OK)
            return RESULT_OK;
    }
    if (query->value)
        buf_clear(query->value);
    return RESULT_NOT_FOUND;
}
