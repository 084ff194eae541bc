/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Data objects on the wire, certificates among them (SP 800-73-4 part 1, chapter 3 and appendix A; part
 * 2, 3.1.2, 3.3.2). */
#include "pcsc/card_piv_objects.h"

#include "asn1/tlv.h"
#include "pcsc/card_piv_items.h"
#include "pcsc/inflate.h"

#define INS_GET_DATA 0xCB
#define INS_PUT_DATA 0xDB
#define TAG_LIST 0x5C
#define TAG_CERTIFICATE 0x70
#define TAG_CERT_INFO 0x71
#define TAG_ERROR_DETECTION 0xFE
#define TAG_HISTORY_HERE 0xC1
#define TAG_HISTORY_ELSEWHERE 0xC2
#define TAG_HISTORY_URL 0xF3
#define TAG_PROTECTED 0x88
#define TAG_PROTECTED_KEY 0x89
#define INFO_GZIP 0x01
#define HISTORY_MAX 256

/* Room around contents: the tag list and the headers of 53, 70 and 71. */
#define OVERHEAD_MAX 32

static void piv_object_name(uint32_t object, struct buf *out)
{
    buf_add_number(out, object, object > 0xFFFF ? 3 : object > 0xFF ? 2 : 1);
}

/* The ways of cards to say "there is none": absent (6A82), a name that they do not have (6A81, 6A86, 6A88).
 */
static enum result piv_object_outcome(enum result result, unsigned sw)
{
    if (card_piv_sw_unselected(sw))
        return RESULT_WRONG_STATE;
    return result == RESULT_WRONG_STATE ? RESULT_NOT_FOUND : result;
}

enum result card_piv_object_get(struct card *card, uint32_t object, unsigned how, struct buf *out)
{
    uint8_t memory[8];
    struct buf body = BUF_OVER(memory);
    struct apdu command = {
        .ins = INS_GET_DATA, .p1 = 0x3F, .p2 = 0xFF, .expected = APDU_ALL, .verb = SW_READ
    };
    size_t before = out->size, mark = tlv_begin(&body, TAG_LIST);
    struct bytes contents;
    enum result result;
    unsigned sw;

    piv_object_name(object, &body);
    tlv_end(&body, mark);
    command.body = buf_bytes(&body);
    if (how & (PIV_SHORT | PIV_FIRST_PART))
        command.expected = 256;
    command.first_part_only = how & PIV_FIRST_PART;
    command.secret_answer = how & PIV_SECRET;
    result = apdu_send(&card->link, &command, out, &sw);
    TRY(piv_object_outcome(result, sw));
    /* "53 00", or nothing at all, is how some cards keep what was deleted. */
    if (out->size == before)
        return RESULT_NOT_FOUND;
    if (card_piv_object_contents(object, bytes_from(buf_bytes(out), before), &contents) == RESULT_OK &&
        contents.size == 0) {
        buf_truncate(out, before);
        return RESULT_NOT_FOUND;
    }
    return RESULT_OK;
}

static bool piv_object_is_bare(uint32_t object)
{
    return object == PIV_OBJECT_DISCOVERY || object == PIV_OBJECT_BIT_GROUP;
}

enum result card_piv_object_contents(uint32_t object, struct bytes raw, struct bytes *ret)
{
    struct bytes value;

    if (!piv_object_is_bare(object))
        return tlv_find(raw, PIV_TAG_OBJECT, ret);
    TRY(tlv_find(raw, object, &value));
    *ret = value.size > 0 ? raw : BYTES_NONE;
    return RESULT_OK;
}

enum result card_piv_object_put(struct card *card, uint32_t object, struct bytes contents, bool secret)
{
    SCOPED(card_piv_heap_free) struct buf body = { 0 };
    struct apdu command = { .ins = INS_PUT_DATA, .p1 = 0x3F, .p2 = 0xFF, .secret = secret, .verb = SW_ADMIN };
    size_t mark;
    enum result result;
    unsigned sw;

    TRY(card_piv_heap_new(contents.size + OVERHEAD_MAX, &body));
    mark = tlv_begin(&body, TAG_LIST);
    piv_object_name(object, &body);
    tlv_end(&body, mark);
    tlv_add(&body, PIV_TAG_OBJECT, contents);
    TRY(buf_check(&body));
    command.body = buf_bytes(&body);
    result = apdu_send(&card->link, &command, NULL, &sw);
    result = piv_object_outcome(result, sw);
    if (sw == 0x6700)
        return RESULT_TOO_LARGE;
    return result == RESULT_NOT_FOUND ? RESULT_UNSUPPORTED : result;
}

size_t card_piv_object_size(struct bytes first)
{
    size_t more;

    if (first.size < 2 || first.data[0] != PIV_TAG_OBJECT)
        return 0;
    if (first.data[1] < 0x80)
        return 2 + (size_t)first.data[1];
    more = first.data[1] & 0x7F;
    if (more == 0 || more > 3 || first.size < 2 + more)
        return 0;
    return 2 + more + (size_t)bytes_number(bytes_slice(first, 2, more));
}

/* FNV-1a: no secret depends on it, and it needs no library. */
uint64_t card_piv_fingerprint(struct bytes raw)
{
    struct bytes first = bytes_slice(raw, 0, PIV_FINGERPRINT_SIZE);
    uint64_t sum = 0xCBF29CE484222325;

    for (size_t i = 0; i < first.size; i++)
        sum = (sum ^ first.data[i]) * 0x100000001B3;
    return sum;
}

/* OUT gets DER alone: what follows a certificate in its object is none of it. */
static enum result piv_certificate_take(struct bytes der, struct buf *out, struct x509 *ret)
{
    size_t before = out->size;

    TRY(x509_read(der, ret));
    buf_add(out, ret->der);
    TRY(buf_check(out));
    return x509_read(bytes_from(buf_bytes(out), before), ret);
}

static enum result piv_certificate_inflate(struct bytes packed, struct buf *out, struct x509 *ret)
{
    size_t before = out->size;
    enum result result;

    TRY(inflate_unpack(packed, out));
    result = x509_read(bytes_from(buf_bytes(out), before), ret);
    buf_truncate(out, before + (result == RESULT_OK ? ret->der.size : 0));
    return result;
}

/* A host without memory says nothing of what the certificate is. */
static bool piv_certificate_is_settled(enum result result)
{
    return result == RESULT_OK || result == RESULT_NO_MEMORY;
}

enum result card_piv_certificate_unpack(struct bytes contents, struct buf *out, struct x509 *ret)
{
    struct bytes value, info;

    if (tlv_find(contents, TAG_CERTIFICATE, &value) == RESULT_OK) {
        /* The flag is what the standard has; the other form is tried as well, because some software forgets
         * it. */
        bool packed = tlv_find(contents, TAG_CERT_INFO, &info) == RESULT_OK && info.size == 1 &&
                      (info.data[0] & INFO_GZIP);
        enum result result = packed ? piv_certificate_inflate(value, out, ret) : RESULT_MALFORMED;

        if (!piv_certificate_is_settled(result))
            result = piv_certificate_take(value, out, ret);
        if (!piv_certificate_is_settled(result) && !packed)
            result = piv_certificate_inflate(value, out, ret);
        if (piv_certificate_is_settled(result))
            return result;
    }
    return piv_certificate_take(contents, out, ret);
}

/* What is in the template that RAW begins with, whatever length that says; nothing if it has another tag. */
static struct bytes piv_template_open(struct bytes raw, uint8_t tag)
{
    size_t header = raw.size >= 2 && raw.data[1] > 0x80 ? 2 + (size_t)(raw.data[1] & 0x7F) : 2;

    if (raw.size < header || raw.data[0] != tag)
        return BYTES_NONE;
    return bytes_from(raw, header);
}

/* Some software counts wrong when it wraps a certificate; what the certificate says of its length still
 * holds. */
static enum result piv_certificate_rescue(struct bytes raw, struct buf *out, struct x509 *ret)
{
    struct bytes contents = piv_template_open(raw, PIV_TAG_OBJECT);

    return piv_certificate_take(piv_template_open(contents, TAG_CERTIFICATE), out, ret);
}

enum result card_piv_certificate_read(struct card *card, const struct piv_slot *slot, struct buf *out,
                                      struct x509 *ret, uint64_t *ret_fingerprint)
{
    SCOPED(card_piv_heap_free) struct buf raw = { 0 };
    struct bytes contents;
    size_t before = out->size;
    enum result result;

    TRY(card_piv_heap_new(CARD_OBJECT_MAX, &raw));
    TRY(card_piv_object_get(card, slot->object, PIV_WHOLE, &raw));
    *ret_fingerprint = card_piv_fingerprint(buf_bytes(&raw));
    result = card_piv_object_contents(slot->object, buf_bytes(&raw), &contents);
    if (result == RESULT_OK)
        result = card_piv_certificate_unpack(contents, out, ret);
    if (piv_certificate_is_settled(result))
        return result;
    buf_truncate(out, before);
    return piv_certificate_rescue(buf_bytes(&raw), out, ret);
}

/* A management key behind the PIN takes the place of the printed information, and is nobody's datum. */
static bool piv_printed_is_secret(struct bytes contents)
{
    struct tlv_cursor cursor = tlv_open(contents);
    struct tlv object;

    while (!tlv_at_end(&cursor)) {
        if (tlv_next(&cursor, &object) != RESULT_OK)
            return true;
        if (object.tag == TAG_PROTECTED || object.tag == TAG_PROTECTED_KEY)
            return true;
    }
    return false;
}

enum result card_piv_datum_read(struct card *card, uint32_t object, struct buf *out)
{
    SCOPED(card_piv_heap_free) struct buf raw = { 0 };
    bool printed = object == PIV_OBJECT_PRINTED;
    struct bytes contents;

    TRY(card_piv_heap_new(CARD_OBJECT_MAX, &raw));
    TRY(card_piv_object_get(card, object, printed ? PIV_SECRET : PIV_WHOLE, &raw));
    TRY(card_piv_object_contents(object, buf_bytes(&raw), &contents));
    if (printed && piv_printed_is_secret(contents))
        return RESULT_NOT_FOUND;
    buf_add(out, contents);
    return buf_check(out);
}

enum result card_piv_read(struct card *card, enum card_kind kind, uint32_t reference, struct buf *out)
{
    const struct piv_slot *slot = card_piv_slot_by_object(reference);
    uint64_t fingerprint;
    struct x509 certificate;

    if (kind == CARD_CERT && slot)
        return card_piv_certificate_read(card, slot, out, &certificate, &fingerprint);
    if (kind == CARD_DATUM && card_piv_datum_find(reference, NULL))
        return card_piv_datum_read(card, reference, out);
    return RESULT_NOT_FOUND;
}

struct piv_history card_piv_history_parse(struct bytes contents)
{
    struct piv_history history = { 0 };
    struct bytes value;

    if (tlv_find(contents, TAG_HISTORY_HERE, &value) == RESULT_OK && value.size == 1)
        history.here = value.data[0];
    if (tlv_find(contents, TAG_HISTORY_ELSEWHERE, &value) == RESULT_OK && value.size == 1)
        history.elsewhere = value.data[0];
    if (history.here > PIV_RETIRED_COUNT)
        history.here = PIV_RETIRED_COUNT;
    if (history.elsewhere > PIV_RETIRED_COUNT - history.here)
        history.elsewhere = PIV_RETIRED_COUNT - history.here;
    return history;
}

enum piv_retired card_piv_retired_mode(struct card *card)
{
    if (card_piv_setting_is(card, "retired-keys", "probe"))
        return PIV_RETIRED_PROBE;
    if (card_piv_setting_is(card, "retired-keys", "history"))
        return PIV_RETIRED_HISTORY;
    if (card_piv_setting_is(card, "retired-keys", "none"))
        return PIV_RETIRED_NONE;
    return card_piv_state(card)->metadata ? PIV_RETIRED_PROBE : PIV_RETIRED_HISTORY;
}

/* The object counts from 82 upward without gaps, so a slot that is filled takes those before it along. */
static bool piv_history_move(struct piv_history *history, unsigned place, bool filled)
{
    if (filled && place > history->here)
        history->here = place;
    else if (!filled && place == history->here)
        history->here--;
    else
        return false;
    if (history->elsewhere > PIV_RETIRED_COUNT - history->here)
        history->elsewhere = PIV_RETIRED_COUNT - history->here;
    return true;
}

static enum result piv_history_write(struct card *card, const struct piv_history *history, struct bytes url)
{
    uint8_t memory[HISTORY_MAX];
    struct buf contents = BUF_OVER(memory);

    tlv_add_byte(&contents, TAG_HISTORY_HERE, (uint8_t)history->here);
    tlv_add_byte(&contents, TAG_HISTORY_ELSEWHERE, (uint8_t)history->elsewhere);
    tlv_add(&contents, TAG_HISTORY_URL, history->elsewhere > 0 ? url : BYTES_NONE);
    tlv_add(&contents, TAG_ERROR_DETECTION, BYTES_NONE);
    TRY(buf_check(&contents));
    return card_piv_object_put(card, PIV_OBJECT_HISTORY, buf_bytes(&contents), false);
}

enum result card_piv_history_note(struct card *card, const struct piv_slot *slot, bool filled)
{
    uint8_t memory[2 * HISTORY_MAX];
    struct buf raw = BUF_OVER(memory);
    struct bytes contents = BYTES_NONE, url = BYTES_NONE;
    struct piv_history history;
    enum result result;

    if (!card_piv_slot_is_retired(slot))
        return RESULT_OK;
    result = card_piv_object_get(card, PIV_OBJECT_HISTORY, PIV_SHORT, &raw);
    if (card_piv_is_fatal(result))
        return result;
    /* Where there is none and nobody believes it, one that begins now would be silent about the keys from
     * before. */
    if (result != RESULT_OK && card_piv_retired_mode(card) != PIV_RETIRED_HISTORY)
        return RESULT_OK;
    if (result == RESULT_OK)
        (void)!card_piv_object_contents(PIV_OBJECT_HISTORY, buf_bytes(&raw), &contents);
    history = card_piv_history_parse(contents);
    (void)!tlv_find(contents, TAG_HISTORY_URL, &url);
    if (!piv_history_move(&history, slot->id - PIV_RETIRED_FIRST, filled))
        return RESULT_OK;
    /* A card without a place for it (CanoKey) stores the certificate all the same. */
    result = piv_history_write(card, &history, url);
    return card_piv_is_fatal(result) ? result : RESULT_OK;
}
