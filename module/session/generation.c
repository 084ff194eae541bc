/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/session/generation.h"

#include "module/rv.h"
#include "module/session/creation.h"
#include "module/session/import.h"

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

/* The families of keys that a mechanism's row names, as one: generation rows name one. */
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

static CK_RV generation_wanted(const struct operation_place *place, const struct mechanism *row,
                               const struct generation_template *public_half,
                               struct card_key_template *wanted)
{
    if (wanted->kind == KEY_RSA)
        TRY_RV(generation_rsa(public_half, wanted));
    else
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

CK_RV generation_generate(const struct operation_place *place, const CK_MECHANISM *mechanism,
                          const struct generation_template *public_half,
                          const struct generation_template *private_half, CK_OBJECT_HANDLE *ret_public,
                          CK_OBJECT_HANDLE *ret_private)
{
    const struct mechanism *row = mechanism_find(generation_mechanism(mechanism->mechanism));
    struct card_key_template wanted = { 0 };
    struct object *public_key, *private_key;
    char label[CARD_TEXT_MAX];

    if (row == NULL || (row->uses & CKF_GENERATE_KEY_PAIR) == 0)
        return CKR_MECHANISM_INVALID;
    wanted.kind = generation_kind(row);
    TRY_RV(template_check(public_half->items, public_half->count));
    TRY_RV(template_check(private_half->items, private_half->count));
    TRY_RV(import_check_claims(public_half->items, public_half->count, CKO_PUBLIC_KEY, wanted.kind));
    TRY_RV(import_check_claims(private_half->items, private_half->count, CKO_PRIVATE_KEY, wanted.kind));
    TRY_RV(generation_names(public_half, private_half, label, &wanted));
    TRY_RV(generation_wanted(place, row, public_half, &wanted));
    TRY_RV(token_generate(place->token, &wanted, &public_key, &private_key));
    /* the keys are there: a name that cannot be given is no reason to say otherwise */
    (void)generation_name(public_key, &wanted);
    (void)generation_name(private_key, &wanted);
    *ret_public = public_key->handle;
    *ret_private = private_key->handle;
    return CKR_OK;
}
