/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Writing and erasing certificates and data objects. A card may notice in the middle of a long object that it
 * is too long, and keep what it has of it: so sizes are checked first, and what fails is undone.
 */
#include "pcsc/card_piv_store.h"

#include "asn1/tlv.h"
#include "pcsc/card_piv_items.h"
#include "pcsc/card_piv_make.h"
#include "pcsc/card_piv_objects.h"
#include "pcsc/inflate.h"

#define TAG_CERTIFICATE 0x70
#define TAG_CERT_INFO 0x71
#define TAG_ERROR_DETECTION 0xFE
#define INFO_GZIP 0x01

/* Biometric images are longer than anything that Yubico's kin takes (SP 800-73-4 part 1, table 7). */
#define CONTENTS_MAX_NIST 12800

#define WRAP_MAX 64

static enum result piv_object_undo(struct card *card, uint32_t object, struct bytes old)
{
    enum result result = old.size > 0 ? card_piv_object_put(card, object, old, false) : RESULT_REFUSED;

    if (result == RESULT_OK || result >= RESULT_CARD_RESET)
        return result;
    return card_piv_object_put(card, object, BYTES_NONE, false);
}

/* Writes; after a refusal puts back what was there before, or nothing: never a truncated object. */
static enum result piv_object_replace(struct card *card, uint32_t object, struct bytes contents,
                                      struct bytes old)
{
    enum result result = card_piv_object_put(card, object, contents, false), undo;

    if (result == RESULT_OK || result >= RESULT_CARD_RESET || result == RESULT_NOT_AUTHENTICATED ||
        result == RESULT_UNSUPPORTED || result == RESULT_WRONG_STATE)
        return result;
    undo = piv_object_undo(card, object, old);
    return undo >= RESULT_CARD_RESET ? card_piv_after_change(undo) : result;
}

static void piv_certificate_wrap(struct bytes value, uint8_t info, struct buf *out)
{
    tlv_add(out, TAG_CERTIFICATE, value);
    tlv_add_byte(out, TAG_CERT_INFO, info);
    tlv_add(out, TAG_ERROR_DETECTION, BYTES_NONE);
}

/* The object's contents for a certificate, packed or as it is. */
static enum result piv_certificate_pack(struct bytes der, bool packed, struct buf *out)
{
    SCOPED(card_piv_heap_free) struct buf small = { 0 };

    buf_clear(out);
    if (!packed) {
        piv_certificate_wrap(der, 0, out);
        return buf_check(out);
    }
    TRY(card_piv_heap_new(PIV_CONTENTS_MAX, &small));
    TRY(inflate_pack(der, &small));
    piv_certificate_wrap(buf_bytes(&small), INFO_GZIP, out);
    return buf_check(out);
}

/* As it is if that fits, else packed: everybody reads the first, not everybody the second. */
static enum result piv_certificate_write(struct card *card, const struct piv_slot *slot, struct bytes der,
                                         struct bytes old, struct buf *contents)
{
    enum result result = RESULT_TOO_LARGE;
    size_t plain;

    TRY(piv_certificate_pack(der, false, contents));
    plain = contents->size;
    if (plain <= PIV_CONTENTS_MAX)
        result = piv_object_replace(card, slot->object, buf_bytes(contents), old);
    if (result != RESULT_TOO_LARGE && result != RESULT_CARD_FULL)
        return result;
    TRY(piv_certificate_pack(der, true, contents));
    if (contents->size > PIV_CONTENTS_MAX || contents->size >= plain)
        return result;
    return piv_object_replace(card, slot->object, buf_bytes(contents), old);
}

/* The card has said that there is none, or does not know the question. */
static bool piv_object_is_absent(enum result result)
{
    return result == RESULT_NOT_FOUND || result == RESULT_REFUSED;
}

/* What is there now, to be put back if need be; nothing if there is nothing. RESULT_EXISTS if it must stay;
 * so it must, too, if it cannot be read. */
static enum result piv_object_old(struct card *card, uint32_t object, bool replace, struct buf *raw,
                                  struct bytes *ret)
{
    enum result result = card_piv_object_get(card, object, PIV_WHOLE, raw);

    *ret = BYTES_NONE;
    if (card_piv_is_fatal(result))
        return result;
    if (result != RESULT_OK)
        return replace || piv_object_is_absent(result) ? RESULT_OK : result;
    if (card_piv_object_contents(object, buf_bytes(raw), ret) != RESULT_OK)
        *ret = BYTES_NONE;
    return replace ? RESULT_OK : RESULT_EXISTS;
}

static uint64_t piv_contents_fingerprint(struct bytes contents)
{
    uint8_t memory[PIV_FINGERPRINT_SIZE + 8];
    struct buf raw = BUF_OVER(memory);

    tlv_add_header(&raw, PIV_TAG_OBJECT, contents.size);
    buf_add(&raw, bytes_slice(contents, 0, PIV_FINGERPRINT_SIZE));
    return card_piv_fingerprint(buf_bytes(&raw));
}

static enum result piv_certificate_store(struct card *card, struct card_cert *cert, struct bytes der,
                                         bool replace)
{
    const struct piv_slot *slot = card_piv_slot_by_id(bytes_slice(BYTES_OF(cert->id), 0, cert->id_size));
    SCOPED(card_piv_heap_free) struct buf raw = { 0 };
    SCOPED(card_piv_heap_free) struct buf contents = { 0 };
    struct bytes old;
    struct x509 parsed;

    if (!slot)
        return RESULT_BAD_ARGUMENT;
    if (der.size > CARD_OBJECT_MAX)
        return RESULT_TOO_LARGE;
    TRY(x509_read(der, &parsed));
    TRY(card_piv_heap_new(CARD_OBJECT_MAX, &raw));
    TRY(card_piv_heap_new(CARD_OBJECT_MAX + WRAP_MAX, &contents));
    TRY(piv_object_old(card, slot->object, replace, &raw, &old));
    TRY(piv_certificate_write(card, slot, parsed.der, old, &contents));
    card_piv_cert_fill(slot, piv_contents_fingerprint(buf_bytes(&contents)), cert);
    return card_piv_after_change(card_piv_history_note(card, slot, true));
}

/* While a management key is kept in the printed information, nothing else may take its place. */
static enum result piv_datum_guard(struct card *card, const struct piv_datum *row)
{
    SCOPED(card_piv_heap_free) struct buf raw = { 0 };
    SCOPED(card_piv_heap_free) struct buf value = { 0 };
    enum result result;

    if (row->object != PIV_OBJECT_PRINTED)
        return RESULT_OK;
    TRY(card_piv_heap_new(CARD_OBJECT_MAX, &raw));
    TRY(card_piv_heap_new(CARD_OBJECT_MAX, &value));
    result = card_piv_object_get(card, row->object, PIV_SECRET, &raw);
    if (result == RESULT_NOT_FOUND)
        return RESULT_OK;
    TRY(result);
    return card_piv_datum_read(card, row->object, &value) == RESULT_OK ? RESULT_OK : RESULT_NOT_ALLOWED;
}

static enum result piv_datum_store(struct card *card, struct card_datum *datum, struct bytes value,
                                   bool replace)
{
    const struct piv_datum *row = card_piv_datum_find(datum->reference, datum);
    SCOPED(card_piv_heap_free) struct buf raw = { 0 };
    struct bytes old;

    if (!row)
        return RESULT_BAD_ARGUMENT;
    if (!row->writable)
        return RESULT_NOT_ALLOWED;
    if (value.size > (card_piv_state(card)->yubico ? PIV_CONTENTS_MAX : CONTENTS_MAX_NIST))
        return RESULT_TOO_LARGE;
    TRY(card_piv_heap_new(CARD_OBJECT_MAX, &raw));
    TRY(piv_datum_guard(card, row));
    TRY(piv_object_old(card, row->object, replace, &raw, &old));
    TRY(piv_object_replace(card, row->object, value, old));
    card_piv_datum_fill(row, datum);
    return RESULT_OK;
}

enum result card_piv_store(struct card *card, struct card_item *item, struct bytes value, bool replace)
{
    if (item->kind == CARD_CERT)
        return piv_certificate_store(card, &item->cert, value, replace);
    if (item->kind == CARD_DATUM)
        return piv_datum_store(card, &item->datum, value, replace);
    return RESULT_UNSUPPORTED;
}

enum result card_piv_erase(struct card *card, enum card_kind kind, uint32_t reference)
{
    const struct piv_slot *slot = card_piv_slot_by_object(reference);
    const struct piv_datum *row = card_piv_datum_find(reference, NULL);

    if (kind == CARD_KEY)
        return card_piv_key_erase(card, reference);
    if (kind == CARD_CERT && slot) {
        TRY(card_piv_object_put(card, slot->object, BYTES_NONE, false));
        return card_piv_after_change(card_piv_history_note(card, slot, false));
    }
    if (kind != CARD_DATUM || !row)
        return RESULT_NOT_FOUND;
    if (!row->writable)
        return RESULT_NOT_ALLOWED;
    TRY(piv_datum_guard(card, row));
    return card_piv_object_put(card, row->object, BYTES_NONE, false);
}
