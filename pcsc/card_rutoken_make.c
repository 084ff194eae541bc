/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Generating and erasing keys. A key is two internal files with one number, its record in PrKDF, and for
 * other software a file with the public key and its record in PuKDF. They are made in this order and unmade
 * in the other one, so that no record is without its file, and a key that is half made is a file that nothing
 * names:
 *
 *     without a public half, or with an empty one    there is no key in it yet: the next new key takes its
 * place with a public half                             listed as a key without a name, to be used or erased
 */
#include <string.h>

#include "asn1/gost.h"
#include "asn1/tlv.h"
#include "pcsc/card_rutoken_parts.h"

#define INS_GENERATE 0x46
#define PUBLIC_MAX 1024
#define ANSWER_MAX 768
#define RECORD_MAX 512
#define KEYS 256
#define FILES_MAX 512

#define PROPERTY_PUBLIC 0x10 /* what a public half has beyond the private one's first byte */
#define PROPERTY_TYPE 0
#define PROPERTY_SET 1
#define PROPERTY_2012 2

/* The first byte of the rights that OpenSC and we give a key; the vendor's software gives another one. */
#define RIGHTS_OURS 0x46

/* What a key needs of the card. */
struct rutoken_plan {
    size_t private_size, public_size, answer_size;
    uint8_t property[6];
};

static enum result rutoken_plan_rsa(size_t bits, struct rutoken_plan *ret)
{
    if (bits < 1024 || bits > 4096 || bits % 256 != 0)
        return RESULT_UNSUPPORTED;
    *ret = (struct rutoken_plan){ .private_size = bits / 16 * 5 + 8,
                                  .public_size = bits / 16 * 3,
                                  .answer_size = bits / 8,
                                  .property = { 0x23, 0x00, 0x00, 0xAA, 0x00, 0x00 } };
    return RESULT_OK;
}

static enum result rutoken_plan_gost(const struct card *card, const struct card_key_template *template,
                                     struct rutoken_plan *ret)
{
    const struct gost_set *set = gost_set_from_oid(template->set);
    uint8_t code = card_rutoken_curve_code(set ? set->curve : template->curve);
    bool large = template->kind == KEY_GOST512;
    size_t size = large ? 64 : 32;
    struct pkcs15_key record;

    if (code == 0 || !set || set->size != size || (large && !card_rutoken_unverified(card)))
        return RESULT_UNSUPPORTED;
    /* What has no name in a record is refused before anything is made. */
    if (template->digest.size > 0)
        TRY(pkcs15_key_set_gost(&record, template->set, template->digest));
    *ret = (struct rutoken_plan){ .private_size = size,
                                  .public_size = 2 * size,
                                  .answer_size = 2 * size,
                                  .property = { large ? 0x43 : 0x03, code, 0x00, 0xAA, 0x00, 0x00 } };
    if (template->kind == KEY_GOST256)
        ret->property[PROPERTY_2012] = 0x01;
    return RESULT_OK;
}

static enum result rutoken_plan_make(const struct card *card, const struct card_key_template *template,
                                     struct rutoken_plan *ret)
{
    if (card_rutoken_is_lite(card))
        return RESULT_UNSUPPORTED;
    if (template->kind == KEY_RSA)
        return rutoken_plan_rsa(template->bits, ret);
    return key_kind_is_gost(template->kind) ? rutoken_plan_gost(card, template, ret) : RESULT_UNSUPPORTED;
}

enum result card_rutoken_halves_create(struct card *card, uint8_t reference, size_t private_size,
                                       size_t public_size, const uint8_t *property)
{
    uint8_t public_property[6];
    const struct rutoken_new_file private_half = { .id = reference,
                                                   .type = RUTOKEN_INTERNAL,
                                                   .size = private_size,
                                                   .property = property,
                                                   .mask = RIGHTS_OURS,
                                                   .rights = { 0, 2, 2, 2 } },
                                  public_half = { .id = reference,
                                                  .type = RUTOKEN_INTERNAL,
                                                  .size = public_size,
                                                  .property = public_property,
                                                  .mask = RIGHTS_OURS,
                                                  .rights = { 0, 2, 0, 2 } };

    memcpy(public_property, property, sizeof(public_property));
    public_property[PROPERTY_TYPE] += PROPERTY_PUBLIC;
    TRY(card_rutoken_create(card, &private_half));
    return card_rutoken_after_change(card_rutoken_create(card, &public_half));
}

static enum result rutoken_half_delete(struct card *card, uint16_t folder, uint8_t reference)
{
    enum result result;

    TRY(card_rutoken_select_folder(card, folder));
    result = card_rutoken_delete(card, reference);
    return result == RESULT_NOT_FOUND ? RESULT_OK : result;
}

/* The private half first: a key without its public half is an orphan, one without the private half is
 * nothing. */
enum result card_rutoken_halves_delete(struct card *card, uint8_t reference)
{
    TRY(rutoken_half_delete(card, RUTOKEN_PRIVATE_FOLDER, reference));
    return rutoken_half_delete(card, RUTOKEN_PUBLIC_FOLDER, reference);
}

/* No key was ever made in the halves of REFERENCE: their public one is empty or not there. */
static enum result rutoken_half_is_empty(struct card *card, uint8_t reference, bool *ret)
{
    SCOPED(card_rutoken_heap_free) struct buf raw = { 0 };
    struct rutoken_file file;
    enum result result = card_rutoken_select_key(card, RUTOKEN_PUBLIC_FOLDER, reference, &file);

    *ret = result == RESULT_NOT_FOUND;
    if (*ret)
        return RESULT_OK;
    TRY(result);
    if (file.size > PUBLIC_MAX || file.rights != RIGHTS_OURS)
        return RESULT_OK;
    TRY(card_rutoken_heap_new(PUBLIC_MAX, &raw));
    result = card_rutoken_read_part(card, 0, file.size, &raw);
    if (card_rutoken_is_fatal(result))
        return result;
    *ret = result == RESULT_OK;
    for (size_t i = 0; i < raw.size; i++)
        if (raw.data[i] != raw.data[0] || (raw.data[0] != 0x00 && raw.data[0] != 0xFF))
            *ret = false;
    return RESULT_OK;
}

/* Which references are taken, by a record or by files. Those of files that nothing names and that are ours
 * may not be. */
struct rutoken_taken {
    bool taken[KEYS], private_orphan[KEYS], public_orphan[KEYS];
};

static enum result rutoken_taken_by_record(struct card *card, struct bytes id, struct rutoken_taken *ret)
{
    SCOPED(card_rutoken_directory_close) struct rutoken_directory directory = { 0 };
    struct tlv_cursor cursor;
    struct bytes record, other;
    uint8_t reference;

    TRY(card_rutoken_directory_load(card, RUTOKEN_PRKDF, &directory));
    cursor = tlv_open(buf_bytes(&directory.content));
    while (pkcs15_next_record(&cursor, &record) == RESULT_OK) {
        if (!card_rutoken_record_key(record, &reference, &other))
            continue;
        if (id.size > 0 && bytes_equal(other, id))
            return RESULT_EXISTS;
        ret->taken[reference] = true;
    }
    return RESULT_OK;
}

static enum result rutoken_taken_by_file(struct card *card, uint16_t folder, struct rutoken_taken *ret,
                                         bool *orphans)
{
    struct rutoken_file file = { .id = 0 };
    enum result result;

    TRY(card_rutoken_select_folder(card, folder));
    for (unsigned i = 0; i < FILES_MAX; i++) {
        result = card_rutoken_next(card, file.id, &file);
        if (result == RESULT_NOT_FOUND || (result == RESULT_OK && file.id == 0))
            return RESULT_OK;
        TRY(result);
        if (file.id > 0xFF || ret->taken[file.id])
            continue;
        orphans[file.id] = file.rights == RIGHTS_OURS;
        ret->taken[file.id] = file.rights != RIGHTS_OURS;
    }
    return RESULT_OK;
}

/* The first place that nothing is in; on the way an orphan without a key makes one free. */
static enum result rutoken_place_find(struct card *card, struct rutoken_taken *taken, uint8_t *ret)
{
    bool empty;

    for (unsigned i = 1; i < KEYS; i++) {
        if (taken->taken[i])
            continue;
        *ret = (uint8_t)i;
        if (!taken->private_orphan[i] && !taken->public_orphan[i])
            return RESULT_OK;
        empty = !taken->private_orphan[i];
        if (!empty)
            TRY(rutoken_half_is_empty(card, (uint8_t)i, &empty));
        if (empty)
            return card_rutoken_halves_delete(card, (uint8_t)i);
    }
    return RESULT_CARD_FULL;
}

enum result card_rutoken_place(struct card *card, const struct card_key_template *template,
                               struct rutoken_place *ret)
{
    const uint16_t application[] = { RUTOKEN_APPLICATION };
    struct rutoken_taken taken = { .taken = { false } };
    enum result result;

    if (template->id.size > CARD_ID_MAX)
        return RESULT_BAD_ARGUMENT;
    /* On a token without PKCS#15 there is nowhere to write down what the key is. */
    result = card_rutoken_select(card, application, 1, NULL);
    if (result == RESULT_NOT_FOUND)
        return RESULT_NOT_ALLOWED;
    TRY(result);
    TRY(rutoken_taken_by_record(card, template->id, &taken));
    TRY(rutoken_taken_by_file(card, RUTOKEN_PRIVATE_FOLDER, &taken, taken.private_orphan));
    TRY(rutoken_taken_by_file(card, RUTOKEN_PUBLIC_FOLDER, &taken, taken.public_orphan));
    TRY(rutoken_place_find(card, &taken, &ret->reference));
    ret->own_id = ret->reference;
    ret->id = template->id.size > 0 ? template->id : bytes_make(&ret->own_id, 1);
    return RESULT_OK;
}

static unsigned rutoken_usage(const struct pubkey *key, bool private_half)
{
    if (key->kind != KEY_RSA)
        return private_half ? PKCS15_SIGN | PKCS15_DERIVE : PKCS15_VERIFY;
    return private_half ? PKCS15_SIGN | PKCS15_SIGN_RECOVER | PKCS15_DECRYPT | PKCS15_UNWRAP
                        : PKCS15_VERIFY | PKCS15_VERIFY_RECOVER | PKCS15_ENCRYPT | PKCS15_WRAP;
}

static enum result rutoken_key_fill(const struct card_key_template *template,
                                    const struct rutoken_place *place, const struct pubkey *public_key,
                                    struct pkcs15_key *ret)
{
    *ret = (struct pkcs15_key){ .common = { .label = bytes_text(template->label) },
                                .id = place->id,
                                .has_reference = true,
                                .reference = place->reference,
                                .bits = pubkey_bits(public_key) };
    ret->common.label = bytes_slice(ret->common.label, 0, CARD_TEXT_MAX - 1);
    if (public_key->kind == KEY_RSA)
        return RESULT_OK;
    return pkcs15_key_set_gost(ret, pubkey_gost_set(public_key), pubkey_gost_digest(public_key));
}

static enum result rutoken_private_record(struct card *card, struct pkcs15_key key,
                                          const struct pubkey *public_key, bool generated)
{
    const uint8_t auth_id[] = { RUTOKEN_USER_PIN };
    const uint8_t path[] = { 0x3F, 0x00, 0x10, 0x00, 0x10, 0x00, 0x60, 0x02, 0x00, (uint8_t)key.reference };
    uint8_t memory[RECORD_MAX];
    struct buf record = BUF_OVER(memory);

    key.common.auth_id = BYTES_OF(auth_id);
    key.common.flags = PKCS15_PRIVATE | PKCS15_MODIFIABLE;
    key.usage = rutoken_usage(public_key, true);
    key.access = PKCS15_SENSITIVE;
    if (generated)
        key.access |= PKCS15_ALWAYS_SENSITIVE | PKCS15_NEVER_EXTRACTABLE | PKCS15_LOCAL;
    key.path.path = BYTES_OF(path);
    TRY(pkcs15_add_private_key(&key, &record));
    return card_rutoken_directory_append(card, RUTOKEN_PRKDF, buf_bytes(&record));
}

static void rutoken_add_integer(struct bytes number, struct buf *out)
{
    bool sign = number.size > 0 && (number.data[0] & 0x80);

    tlv_add_header(out, 0x02, number.size + (sign ? 1 : 0));
    if (sign)
        buf_add_byte(out, 0x00);
    buf_add(out, number);
}

/* What other software expects in a public key's file: RSAPublicKey, or the OCTET STRING of a GOST key. */
static enum result rutoken_public_value(const struct pubkey *key, struct buf *out)
{
    size_t mark;

    if (key->kind != KEY_RSA) {
        tlv_add(out, 0x04, pubkey_point(key));
        return buf_check(out);
    }
    mark = tlv_begin(out, 0x30);
    rutoken_add_integer(pubkey_modulus(key), out);
    rutoken_add_integer(pubkey_exponent(key), out);
    tlv_end(out, mark);
    return buf_check(out);
}

static enum result rutoken_public_record(struct card *card, struct pkcs15_key key,
                                         const struct pubkey *public_key)
{
    SCOPED(card_rutoken_heap_free) struct buf value = { 0 };
    uint8_t path[] = { 0x3F, 0x00, 0x50, 0x00, 0x00, 0x00 }, memory[RECORD_MAX];
    struct buf record = BUF_OVER(memory);
    uint16_t file;

    TRY(card_rutoken_heap_new(PUBLIC_MAX, &value));
    TRY(rutoken_public_value(public_key, &value));
    TRY(card_rutoken_file_store(card, RUTOKEN_PUKDF, RUTOKEN_PUBLIC_FILES, buf_bytes(&value), &file));
    path[4] = (uint8_t)(file >> 8);
    path[5] = (uint8_t)file;
    key.common.auth_id = BYTES_NONE;
    key.common.flags = PKCS15_MODIFIABLE;
    key.usage = rutoken_usage(public_key, false);
    key.access = 0;
    key.path.path = BYTES_OF(path);
    TRY(pkcs15_add_public_key(&key, &record));
    return card_rutoken_directory_append(card, RUTOKEN_PUKDF, buf_bytes(&record));
}

enum result card_rutoken_key_record(struct card *card, const struct card_key_template *template,
                                    const struct rutoken_place *place, const struct pubkey *public_key,
                                    bool generated, struct card_key *ret)
{
    struct pkcs15_key key;

    TRY(rutoken_key_fill(template, place, public_key, &key));
    TRY(rutoken_private_record(card, key, public_key, generated));
    TRY(rutoken_public_record(card, key, public_key));
    *ret = (struct card_key){ .id_size = place->id.size,
                              .reference = place->reference,
                              .public_key = *public_key,
                              .uses = CARD_USE_SIGN,
                              .can = card_rutoken_can(card, public_key->kind),
                              .policy = CARD_PIN_ONCE,
                              .generated = generated,
                              .origin_known = true };
    if (public_key->kind == KEY_RSA)
        ret->uses |= CARD_USE_DECIPHER;
    if (ret->can & CARD_CAN_VKO)
        ret->uses |= CARD_USE_AGREE;
    memcpy(ret->id, place->id.data, place->id.size);
    if (key.common.label.size > 0)
        memcpy(ret->label, key.common.label.data, key.common.label.size);
    return RESULT_OK;
}

static enum result rutoken_generate_send(struct card *card, const struct card_key_template *template,
                                         uint8_t reference, size_t size, struct pubkey *ret)
{
    static const uint8_t exponent[] = { 0x01, 0x00, 0x01 },
                         rsa[] = { 0xA6, 0x06, 0x94, 0x04, 0x01, 0x00, 0x01, 0x00 };
    const struct apdu command = { .ins = INS_GENERATE,
                                  .p1 = 0x80,
                                  .p2 = reference,
                                  .body = template->kind == KEY_RSA ? BYTES_OF(rsa) : BYTES_NONE,
                                  .expected = 256,
                                  .short_only = true,
                                  .verb = SW_ADMIN };
    SCOPED(card_rutoken_heap_free) struct buf answer = { 0 };
    SCOPED(card_rutoken_heap_free) struct buf modulus = { 0 };

    TRY(card_rutoken_heap_new(ANSWER_MAX, &answer));
    TRY(card_rutoken_heap_new(ANSWER_MAX, &modulus));
    TRY(apdu_send(&card->link, &command, &answer, NULL));
    if (answer.size != size)
        return RESULT_MALFORMED;
    if (template->kind != KEY_RSA)
        return pubkey_set_gost(ret, template->set, template->digest, buf_bytes(&answer));
    card_rutoken_reverse(buf_bytes(&answer), &modulus);
    return pubkey_set_rsa(ret, buf_bytes(&modulus), BYTES_OF(exponent));
}

static enum result rutoken_generate_try(struct card *card, const struct card_key_template *template,
                                        const struct rutoken_plan *plan, uint8_t reference,
                                        struct pubkey *ret)
{
    TRY(card_rutoken_halves_create(card, reference, plan->private_size, plan->public_size, plan->property));
    return card_rutoken_after_change(
        rutoken_generate_send(card, template, reference, plan->answer_size, ret));
}

/* Some firmware does not take the mark of 2012 in the property; without it the key is the same. */
static enum result rutoken_generate(struct card *card, const struct card_key_template *template,
                                    struct rutoken_plan *plan, uint8_t reference, struct pubkey *ret)
{
    enum result result = rutoken_generate_try(card, template, plan, reference, ret);

    if (result == RESULT_REFUSED && plan->property[PROPERTY_2012] == 0x01) {
        TRY(card_rutoken_after_change(card_rutoken_halves_delete(card, reference)));
        plan->property[PROPERTY_2012] = 0x00;
        result = card_rutoken_after_change(rutoken_generate_try(card, template, plan, reference, ret));
    }
    if (result == RESULT_OK || result >= RESULT_CARD_RESET || result == RESULT_NO_MEMORY)
        return result;
    /* Nothing refers to it yet. What remains if this fails, too, is taken by the next key. */
    if (card_rutoken_halves_delete(card, reference) >= RESULT_CARD_RESET)
        return result;
    return result == RESULT_REFUSED ? RESULT_UNSUPPORTED : result;
}

enum result card_rutoken_generate(struct card *card, const struct card_key_template *template,
                                  struct card_key *ret)
{
    struct rutoken_place place;
    struct rutoken_plan plan;
    struct pubkey public_key;

    TRY(rutoken_plan_make(card, template, &plan));
    TRY(card_rutoken_place(card, template, &place));
    TRY(rutoken_generate(card, template, &plan, place.reference, &public_key));
    return card_rutoken_after_change(
        card_rutoken_key_record(card, template, &place, &public_key, true, ret));
}

static bool rutoken_is_key(struct bytes record, const void *arg)
{
    const uint8_t *reference = arg;
    struct bytes id;
    uint8_t found;

    return card_rutoken_record_key(record, &found, &id) && found == *reference;
}

/* The public key's record: it names the key's reference, or, where other software has made it, only its id.
 */
struct rutoken_owner {
    uint8_t reference;
    struct bytes id;
};

static bool rutoken_is_public(struct bytes record, const void *arg)
{
    const struct rutoken_owner *owner = arg;
    struct bytes id;
    uint8_t found;

    if (!card_rutoken_record_key(record, &found, &id))
        return false;
    return found == owner->reference || (found == 0 && id.size > 0 && bytes_equal(id, owner->id));
}

static enum result rutoken_public_erase(struct card *card, const struct rutoken_owner *owner)
{
    SCOPED(card_rutoken_directory_close) struct rutoken_directory directory = { 0 };
    struct tlv_cursor cursor;
    struct bytes record;
    uint32_t file = 0;

    TRY(card_rutoken_directory_load(card, RUTOKEN_PUKDF, &directory));
    cursor = tlv_open(buf_bytes(&directory.content));
    while (pkcs15_next_record(&cursor, &record) == RESULT_OK)
        if (rutoken_is_public(record, owner))
            file = card_rutoken_reference(card_rutoken_record_path(RUTOKEN_PUKDF, record));
    if (file == 0)
        return RESULT_OK;
    TRY(card_rutoken_directory_remove(card, RUTOKEN_PUKDF, rutoken_is_public, owner));
    return file >> 16 == RUTOKEN_APPLICATION ? card_rutoken_file_erase(card, (uint16_t)file) : RESULT_OK;
}

/* The private key's record; an empty view if there is none. */
static struct bytes rutoken_private_find(const struct rutoken_directory *directory, uint8_t reference,
                                         struct bytes *ret_id)
{
    struct tlv_cursor cursor = tlv_open(buf_bytes(&directory->content));
    struct bytes record, id;
    uint8_t found;

    *ret_id = BYTES_NONE;
    while (pkcs15_next_record(&cursor, &record) == RESULT_OK) {
        if (card_rutoken_record_key(record, &found, &id) && found == reference) {
            *ret_id = id;
            return record;
        }
    }
    return BYTES_NONE;
}

enum result card_rutoken_key_erase(struct card *card, uint32_t reference)
{
    SCOPED(card_rutoken_directory_close) struct rutoken_directory directory = { 0 };
    struct rutoken_owner owner = { .reference = (uint8_t)reference };
    struct bytes record;
    enum result result;

    if (reference == 0 || reference > 0xFF)
        return RESULT_NOT_FOUND;
    TRY(card_rutoken_directory_load(card, RUTOKEN_PRKDF, &directory));
    record = rutoken_private_find(&directory, owner.reference, &owner.id);
    result = card_rutoken_select_key(card, RUTOKEN_PRIVATE_FOLDER, owner.reference, NULL);
    if (result != RESULT_OK && (result != RESULT_NOT_FOUND || record.size == 0))
        return result;
    TRY(rutoken_public_erase(card, &owner));
    if (record.size > 0)
        TRY(card_rutoken_directory_remove(card, RUTOKEN_PRKDF, rutoken_is_key, &owner.reference));
    return card_rutoken_halves_delete(card, owner.reference);
}
