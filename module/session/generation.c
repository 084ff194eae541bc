/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/session/generation.h"

#include <string.h>

#include "asn1/gost.h"
#include "module/rv.h"
#include "module/session/creation.h"
#include "module/session/import.h"
#include "pkcs11-headers/pkcs11-gost.h"

/* The only exponent that cards make keys with. */
#define PUBLIC_EXPONENT 65537

static CK_RV generation_rsa(const struct generation_template *half, struct card_key_template *wanted)
{
    const CK_ATTRIBUTE *exponent = template_get(half->items, half->count, CKA_PUBLIC_EXPONENT);

    if (template_get(half->items, half->count, CKA_MODULUS_BITS) == NULL)
        return CKR_TEMPLATE_INCOMPLETE;
    if (exponent != NULL &&
        bytes_number(bytes_make(exponent->pValue, exponent->ulValueLen)) != PUBLIC_EXPONENT)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    wanted->bits = template_ulong(half->items, half->count, CKA_MODULUS_BITS, 0);
    return CKR_OK;
}

/* A parameter of the pair, which either half may give, but not another one each. */
static CK_RV generation_both(const struct generation_template *public_half,
                             const struct generation_template *private_half, CK_ATTRIBUTE_TYPE type,
                             struct bytes *ret)
{
    const struct bytes other = template_bytes(private_half->items, private_half->count, type);

    *ret = template_bytes(public_half->items, public_half->count, type);
    if (ret->size != 0 && other.size != 0 && !bytes_equal(*ret, other))
        return CKR_TEMPLATE_INCONSISTENT;
    if (ret->size == 0)
        *ret = other;
    return CKR_OK;
}

/* Many programs leave the hash out: then it is that of 2012 for the key's size. */
static CK_RV generation_gost(const struct mechanism *row, const struct generation_template *public_half,
                             const struct generation_template *private_half, struct card_key_template *wanted)
{
    const struct gost_set *set;
    enum hash hash;

    TRY_RV(generation_both(public_half, private_half, CKA_GOSTR3410_PARAMS, &wanted->set));
    TRY_RV(generation_both(public_half, private_half, CKA_GOSTR3411_PARAMS, &wanted->digest));
    if (wanted->set.size == 0)
        return CKR_TEMPLATE_INCOMPLETE;
    set = gost_set_from_oid(wanted->set);
    if (set == NULL)
        return CKR_DOMAIN_PARAMS_INVALID;
    hash = wanted->digest.size != 0 ? gost_digest_from_oid(wanted->digest)
           : set->size == 64        ? HASH_STREEBOG_512
                                    : HASH_STREEBOG_256;
    if (hash_size(hash) != set->size)
        return CKR_TEMPLATE_INCONSISTENT;
    wanted->digest = gost_digest_oid(hash);
    wanted->curve = set->curve;
    wanted->kind = hash == HASH_GOST94 ? KEY_GOST2001 : set->size == 64 ? KEY_GOST512 : KEY_GOST256;
    return (row->kinds & KIND_BIT(wanted->kind)) != 0 ? CKR_OK : CKR_TEMPLATE_INCONSISTENT;
}

/* The card has such keys and makes them. */
static bool generation_possible(const struct token *token, const struct card_key_template *wanted)
{
    for (const struct card_algorithm *row = token_algorithms(token); row != NULL && row->kind != KEY_NONE;
         row++)
        if (row->generate && row->kind == wanted->kind && row->curve == wanted->curve &&
            (row->kind != KEY_RSA || (wanted->bits >= row->min_bits && wanted->bits <= row->max_bits)))
            return true;
    return false;
}

/* The family of keys that a mechanism's row names; KEY_NONE for GOST, where the template decides. */
static enum key_kind generation_kind(const struct mechanism *row)
{
    static const enum key_kind kinds[] = { KEY_RSA, KEY_EC, KEY_EDWARDS, KEY_MONTGOMERY };
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (row->kinds == KIND_BIT(kinds[i]))
            return kinds[i];
    return KEY_NONE;
}

/* GnuTLS up to 3.7 names the signature where it means the key pair. */
static CK_MECHANISM_TYPE generation_mechanism(CK_MECHANISM_TYPE type)
{
    return type == CKM_EDDSA ? CKM_EC_EDWARDS_KEY_PAIR_GEN : type;
}

/* One id and one label for the pair: the private half's, else the public half's. */
static CK_RV generation_names(const struct generation_template *public_half,
                              const struct generation_template *private_half, char label[CARD_TEXT_MAX],
                              struct card_key_template *wanted)
{
    const struct bytes public_id = template_bytes(public_half->items, public_half->count, CKA_ID);

    wanted->id = template_bytes(private_half->items, private_half->count, CKA_ID);
    if (wanted->id.size != 0 && public_id.size != 0 && !bytes_equal(wanted->id, public_id))
        return CKR_TEMPLATE_INCONSISTENT;
    if (wanted->id.size == 0)
        wanted->id = public_id;
    TRY_RV(import_label(private_half->items, private_half->count, label, &wanted->label));
    if (wanted->label == NULL)
        TRY_RV(import_label(public_half->items, public_half->count, label, &wanted->label));
    return CKR_OK;
}

/* The family of the key, which says how the rest of the templates is read. */
static CK_RV generation_sort(const struct mechanism *row, const struct generation_template *public_half,
                             const struct generation_template *private_half, struct card_key_template *wanted)
{
    wanted->kind = generation_kind(row);
    if (wanted->kind == KEY_NONE)
        TRY_RV(generation_gost(row, public_half, private_half, wanted));
    TRY_RV(import_check_claims(public_half->items, public_half->count, CKO_PUBLIC_KEY, wanted->kind));
    return import_check_claims(private_half->items, private_half->count, CKO_PRIVATE_KEY, wanted->kind);
}

static CK_RV generation_wanted(const struct operation_place *place, const struct mechanism *row,
                               const struct generation_template *public_half,
                               struct card_key_template *wanted)
{
    if (wanted->kind == KEY_RSA)
        TRY_RV(generation_rsa(public_half, wanted));
    else if (!key_kind_is_gost(wanted->kind))
        TRY_RV(import_curve(public_half->items, public_half->count, wanted->kind, &wanted->curve));
    if (generation_possible(place->token, wanted))
        return CKR_OK;
    CK_MECHANISM_INFO info;
    TRY_RV(mechanism_info(token_algorithms(place->token), row->type, &info));
    return wanted->kind == KEY_RSA ? CKR_ATTRIBUTE_VALUE_INVALID : CKR_CURVE_NOT_SUPPORTED;
}

/* Both halves get the pair's names, whichever template they came from. */
static CK_RV generation_name(struct object *key, const struct card_key_template *wanted)
{
    const struct bytes label = bytes_text(wanted->label);
    const CK_ATTRIBUTE names[] = {
        { CKA_ID, (CK_VOID_PTR)(uintptr_t)wanted->id.data, wanted->id.size },
        { CKA_LABEL, (CK_VOID_PTR)(uintptr_t)label.data, label.size },
    };
    return creation_name(key, names, sizeof(names) / sizeof(names[0]));
}

/* Where the texts of a template's dates are kept. */
struct generation_dates {
    char start[CARD_DATE_MAX], end[CARD_DATE_MAX];
};

static const char *generation_date(const struct generation_template *public_half,
                                   const struct generation_template *private_half, CK_ATTRIBUTE_TYPE type,
                                   char text[CARD_DATE_MAX])
{
    struct bytes date = template_bytes(private_half->items, private_half->count, type);

    if (date.size == 0)
        date = template_bytes(public_half->items, public_half->count, type);
    if (date.size != sizeof(CK_DATE))
        return NULL;
    memcpy(text, date.data, date.size);
    text[date.size] = '\0';
    return text;
}

/* A card may have a place for them. */
static void generation_dates(const struct generation_template *public_half,
                             const struct generation_template *private_half, struct generation_dates *dates,
                             struct card_key_template *wanted)
{
    wanted->start_date = generation_date(public_half, private_half, CKA_START_DATE, dates->start);
    wanted->end_date = generation_date(public_half, private_half, CKA_END_DATE, dates->end);
}

/* What programs say of a key that changes nothing in what it does; kept while the token is. */
static void generation_remark(struct object *key, const struct generation_template *half)
{
    static const CK_ATTRIBUTE_TYPE remarks[] = { CKA_START_DATE, CKA_END_DATE, CKA_GOST28147_PARAMS };

    for (CK_ULONG i = 0; i < half->count; i++) {
        const CK_ATTRIBUTE_TYPE type = half->items[i].type;
        bool known = type >= CKA_VENDOR_OPAQUE_FIRST && type <= CKA_VENDOR_OPAQUE_LAST;
        for (size_t j = 0; j < sizeof(remarks) / sizeof(remarks[0]); j++)
            known = known || type == remarks[j];
        if (known)
            (void)object_modify(key, &half->items[i], 1);
    }
}

CK_RV generation_generate(const struct operation_place *place, const CK_MECHANISM *mechanism,
                          const struct generation_template *public_half,
                          const struct generation_template *private_half, CK_OBJECT_HANDLE *ret_public,
                          CK_OBJECT_HANDLE *ret_private)
{
    const struct mechanism *row = mechanism_find(generation_mechanism(mechanism->mechanism));
    struct card_key_template wanted = { 0 };
    struct object *public_key, *private_key;
    struct generation_dates dates = { 0 };
    char label[CARD_TEXT_MAX];

    if (row == NULL || (row->uses & CKF_GENERATE_KEY_PAIR) == 0)
        return CKR_MECHANISM_INVALID;
    TRY_RV(template_check(public_half->items, public_half->count));
    TRY_RV(template_check(private_half->items, private_half->count));
    TRY_RV(generation_sort(row, public_half, private_half, &wanted));
    TRY_RV(generation_names(public_half, private_half, label, &wanted));
    TRY_RV(generation_wanted(place, row, public_half, &wanted));
    generation_dates(public_half, private_half, &dates, &wanted);
    TRY_RV(token_generate(place->token, &wanted, &public_key, &private_key));
    /* the keys are there: a name that cannot be given is no reason to say otherwise */
    (void)generation_name(public_key, &wanted);
    (void)generation_name(private_key, &wanted);
    generation_remark(public_key, public_half);
    generation_remark(private_key, private_half);
    *ret_public = public_key->handle;
    *ret_private = private_key->handle;
    return CKR_OK;
}
