/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* object_card.c: what a card holds, as Cryptoki shows it. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/x509.h"
#include "module/rv.h"
#include "module/token/certificate.h"
#include "module/token/object.h"
#include "module/token/point.h"
#include "module/token/schema.h"
#include "pkcs11-headers/pkcs11-gost.h"

#define UNIQUE_ID_MAX 64
#define SAMPLE_SIZE 8

/** A mechanism that a key can be used with. */
struct usable {
    CK_MECHANISM_TYPE mechanism;
    enum key_kind kind;
    unsigned use;
    unsigned can; /**< one of these is enough */
};

#define RSA_SIGN (CARD_CAN_RSA_RAW | CARD_CAN_RSA_PKCS1_SIGN)
#define RSA_DECIPHER (CARD_CAN_RSA_RAW | CARD_CAN_RSA_PKCS1_UNWRAP)

static const struct usable usable_table[] = {
    { CKM_RSA_PKCS, KEY_RSA, CARD_USE_SIGN, RSA_SIGN },
    { CKM_RSA_PKCS, KEY_RSA, CARD_USE_DECIPHER, RSA_DECIPHER },
    { CKM_RSA_X_509, KEY_RSA, CARD_USE_SIGN | CARD_USE_DECIPHER, CARD_CAN_RSA_RAW },
    { CKM_SHA1_RSA_PKCS, KEY_RSA, CARD_USE_SIGN, RSA_SIGN },
    { CKM_SHA224_RSA_PKCS, KEY_RSA, CARD_USE_SIGN, RSA_SIGN },
    { CKM_SHA256_RSA_PKCS, KEY_RSA, CARD_USE_SIGN, RSA_SIGN },
    { CKM_SHA384_RSA_PKCS, KEY_RSA, CARD_USE_SIGN, RSA_SIGN },
    { CKM_SHA512_RSA_PKCS, KEY_RSA, CARD_USE_SIGN, RSA_SIGN },
    { CKM_SHA3_224_RSA_PKCS, KEY_RSA, CARD_USE_SIGN, RSA_SIGN },
    { CKM_SHA3_256_RSA_PKCS, KEY_RSA, CARD_USE_SIGN, RSA_SIGN },
    { CKM_SHA3_384_RSA_PKCS, KEY_RSA, CARD_USE_SIGN, RSA_SIGN },
    { CKM_SHA3_512_RSA_PKCS, KEY_RSA, CARD_USE_SIGN, RSA_SIGN },
    { CKM_RSA_PKCS_PSS, KEY_RSA, CARD_USE_SIGN, CARD_CAN_RSA_RAW },
    { CKM_SHA1_RSA_PKCS_PSS, KEY_RSA, CARD_USE_SIGN, CARD_CAN_RSA_RAW },
    { CKM_SHA224_RSA_PKCS_PSS, KEY_RSA, CARD_USE_SIGN, CARD_CAN_RSA_RAW },
    { CKM_SHA256_RSA_PKCS_PSS, KEY_RSA, CARD_USE_SIGN, CARD_CAN_RSA_RAW },
    { CKM_SHA384_RSA_PKCS_PSS, KEY_RSA, CARD_USE_SIGN, CARD_CAN_RSA_RAW },
    { CKM_SHA512_RSA_PKCS_PSS, KEY_RSA, CARD_USE_SIGN, CARD_CAN_RSA_RAW },
    { CKM_SHA3_224_RSA_PKCS_PSS, KEY_RSA, CARD_USE_SIGN, CARD_CAN_RSA_RAW },
    { CKM_SHA3_256_RSA_PKCS_PSS, KEY_RSA, CARD_USE_SIGN, CARD_CAN_RSA_RAW },
    { CKM_SHA3_384_RSA_PKCS_PSS, KEY_RSA, CARD_USE_SIGN, CARD_CAN_RSA_RAW },
    { CKM_SHA3_512_RSA_PKCS_PSS, KEY_RSA, CARD_USE_SIGN, CARD_CAN_RSA_RAW },
    { CKM_RSA_PKCS_OAEP, KEY_RSA, CARD_USE_DECIPHER, CARD_CAN_RSA_RAW },
    { CKM_ECDSA, KEY_EC, CARD_USE_SIGN, CARD_CAN_ECDSA },
    { CKM_ECDSA_SHA1, KEY_EC, CARD_USE_SIGN, CARD_CAN_ECDSA },
    { CKM_ECDSA_SHA224, KEY_EC, CARD_USE_SIGN, CARD_CAN_ECDSA },
    { CKM_ECDSA_SHA256, KEY_EC, CARD_USE_SIGN, CARD_CAN_ECDSA },
    { CKM_ECDSA_SHA384, KEY_EC, CARD_USE_SIGN, CARD_CAN_ECDSA },
    { CKM_ECDSA_SHA512, KEY_EC, CARD_USE_SIGN, CARD_CAN_ECDSA },
    { CKM_ECDSA_SHA3_224, KEY_EC, CARD_USE_SIGN, CARD_CAN_ECDSA },
    { CKM_ECDSA_SHA3_256, KEY_EC, CARD_USE_SIGN, CARD_CAN_ECDSA },
    { CKM_ECDSA_SHA3_384, KEY_EC, CARD_USE_SIGN, CARD_CAN_ECDSA },
    { CKM_ECDSA_SHA3_512, KEY_EC, CARD_USE_SIGN, CARD_CAN_ECDSA },
    { CKM_ECDH1_DERIVE, KEY_EC, CARD_USE_AGREE, CARD_CAN_ECDH },
    { CKM_ECDH1_COFACTOR_DERIVE, KEY_EC, CARD_USE_AGREE, CARD_CAN_ECDH },
    { CKM_EDDSA, KEY_EDWARDS, CARD_USE_SIGN, CARD_CAN_EDDSA },
    { CKM_ECDH1_DERIVE, KEY_MONTGOMERY, CARD_USE_AGREE, CARD_CAN_ECDH },
    { CKM_GOSTR3410, KEY_GOST2001, CARD_USE_SIGN, CARD_CAN_GOST },
    { CKM_GOSTR3410_WITH_GOSTR3411, KEY_GOST2001, CARD_USE_SIGN, CARD_CAN_GOST },
    { CKM_GOSTR3410_DERIVE, KEY_GOST2001, CARD_USE_AGREE, CARD_CAN_GOST_DH },
    { CKM_GOSTR3410, KEY_GOST256, CARD_USE_SIGN, CARD_CAN_GOST },
    { CKM_GOSTR3410_WITH_GOSTR3411, KEY_GOST256, CARD_USE_SIGN, CARD_CAN_GOST },
    { CKM_GOSTR3410_WITH_GOSTR3411_12_256, KEY_GOST256, CARD_USE_SIGN, CARD_CAN_GOST },
    { CKM_GOSTR3410_DERIVE, KEY_GOST256, CARD_USE_AGREE, CARD_CAN_GOST_DH },
    { CKM_GOSTR3410_12_DERIVE, KEY_GOST256, CARD_USE_AGREE, CARD_CAN_VKO | CARD_CAN_GOST_DH },
    { CKM_GOSTR3410_512, KEY_GOST512, CARD_USE_SIGN, CARD_CAN_GOST },
    { CKM_GOSTR3410_WITH_GOSTR3411_12_512, KEY_GOST512, CARD_USE_SIGN, CARD_CAN_GOST },
    { CKM_GOSTR3410_12_DERIVE, KEY_GOST512, CARD_USE_AGREE, CARD_CAN_VKO | CARD_CAN_GOST_DH },
    { CKM_VKO_GOSTR3410_2012_512, KEY_GOST512, CARD_USE_AGREE, CARD_CAN_GOST_DH },
};

#define USABLE_ROWS (sizeof(usable_table) / sizeof(usable_table[0]))

/** Mechanisms for both halves: what the private one can do with this card, the public one must be able to
 * answer. */
static CK_RV set_mechanisms(struct attributes *list, const struct card_key *key)
{
    CK_MECHANISM_TYPE mechanisms[USABLE_ROWS];
    size_t count = 0;

    for (size_t i = 0; i < USABLE_ROWS; i++) {
        const struct usable *row = &usable_table[i];
        if (row->kind != key->public_key.kind || !(row->use & key->uses) || !(row->can & key->can))
            continue;
        if (count == 0 || mechanisms[count - 1] != row->mechanism)
            mechanisms[count++] = row->mechanism;
    }
    return attributes_set(list, CKA_ALLOWED_MECHANISMS,
                          bytes_make(mechanisms, count * sizeof(mechanisms[0])));
}

/** KIND "-" NUMBER "-" NUMBER in decimal: unique on the token, and another for another content. */
static CK_RV set_unique_id(struct attributes *list, const char *kind, uint64_t first, uint64_t second)
{
    uint8_t memory[UNIQUE_ID_MAX], digits[UNIQUE_ID_MAX];
    struct buf text = BUF_OVER(memory);
    const uint64_t numbers[] = { first, second };

    buf_add(&text, bytes_text(kind));
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        uint64_t rest = numbers[i];
        size_t at = sizeof(digits);
        do {
            digits[--at] = (uint8_t)('0' + rest % 10);
            rest /= 10;
        } while (rest > 0);
        buf_add_byte(&text, '-');
        buf_add(&text, bytes_from(BYTES_OF(digits), at));
    }
    return attributes_set(list, CKA_UNIQUE_ID, buf_bytes(&text));
}

/** Some bytes of a public key that differ when the key does. */
static uint64_t key_sample(const struct pubkey *key)
{
    struct bytes number = key->kind == KEY_RSA ? pubkey_modulus(key) : pubkey_point(key);

    if (key->kind == KEY_NONE || number.size < SAMPLE_SIZE)
        return 0;
    return bytes_number(bytes_from(number, number.size - SAMPLE_SIZE));
}

static CK_RV set_storage(struct object *object, bool private, bool modifiable, const char *label)
{
    struct attributes *list = &object->attributes;

    object->private = private;
    TRY_RV(attributes_set_bool(list, CKA_TOKEN, CK_TRUE));
    TRY_RV(attributes_set_bool(list, CKA_PRIVATE, private));
    TRY_RV(attributes_set_bool(list, CKA_MODIFIABLE, modifiable));
    return attributes_set_text(list, CKA_LABEL, label);
}

static CK_KEY_TYPE key_type(enum key_kind kind)
{
    switch (kind) {
    case KEY_RSA:
        return CKK_RSA;
    case KEY_EC:
        return CKK_EC;
    case KEY_EDWARDS:
        return CKK_EC_EDWARDS;
    case KEY_MONTGOMERY:
        return CKK_EC_MONTGOMERY;
    case KEY_GOST2001:
    case KEY_GOST256:
        return CKK_GOSTR3410;
    case KEY_GOST512:
        return CKK_GOSTR3410_512;
    case KEY_NONE:
        break;
    }
    return CK_UNAVAILABLE_INFORMATION;
}

static CK_MECHANISM_TYPE key_generator(enum key_kind kind)
{
    switch (kind) {
    case KEY_RSA:
        return CKM_RSA_PKCS_KEY_PAIR_GEN;
    case KEY_EC:
        return CKM_EC_KEY_PAIR_GEN;
    case KEY_EDWARDS:
        return CKM_EC_EDWARDS_KEY_PAIR_GEN;
    case KEY_MONTGOMERY:
        return CKM_EC_MONTGOMERY_KEY_PAIR_GEN;
    case KEY_GOST2001:
    case KEY_GOST256:
        return CKM_GOSTR3410_KEY_PAIR_GEN;
    case KEY_GOST512:
        return CKM_GOSTR3410_512_KEY_PAIR_GEN;
    case KEY_NONE:
        break;
    }
    return CK_UNAVAILABLE_INFORMATION;
}

static CK_RV set_point(struct attributes *list, const struct pubkey *key, enum config_point point)
{
    uint8_t memory[POINT_ENCODED_MAX];
    struct buf encoded = BUF_OVER(memory);

    if (key->kind != KEY_EC && point == CONFIG_POINT_RAW)
        buf_add(&encoded, pubkey_point(key));
    else
        point_encode(pubkey_point(key), &encoded);
    TRY_RV(attributes_set(list, CKA_EC_PARAMS, curve_oid(key->curve)));
    return attributes_set(list, CKA_EC_POINT, buf_bytes(&encoded));
}

/* CKA_VALUE is the point of a public key; of a private one it is the secret. */
static CK_RV set_gost(struct object *object, const struct pubkey *key)
{
    TRY_RV(attributes_set(&object->attributes, CKA_GOSTR3410_PARAMS, pubkey_gost_set(key)));
    TRY_RV(attributes_set(&object->attributes, CKA_GOSTR3411_PARAMS, pubkey_gost_digest(key)));
    if (object->class == CKO_PUBLIC_KEY)
        return attributes_set(&object->attributes, CKA_VALUE, pubkey_point(key));
    return CKR_OK;
}

static CK_RV set_public_numbers(struct object *object, const struct pubkey *key, enum config_point point)
{
    struct attributes *list = &object->attributes;
    uint8_t memory[PUBKEY_SPKI_MAX];
    struct buf spki = BUF_OVER(memory);

    if (key->kind == KEY_NONE)
        return CKR_OK;
    if (pubkey_to_spki(key, &spki) == RESULT_OK)
        TRY_RV(attributes_set(list, CKA_PUBLIC_KEY_INFO, buf_bytes(&spki)));
    if (key_kind_is_gost(key->kind))
        return set_gost(object, key);
    if (key->kind != KEY_RSA)
        return set_point(list, key, point);
    TRY_RV(attributes_set(list, CKA_MODULUS, pubkey_modulus(key)));
    TRY_RV(attributes_set(list, CKA_PUBLIC_EXPONENT, pubkey_exponent(key)));
    return attributes_set_ulong(list, CKA_MODULUS_BITS, pubkey_bits(key));
}

static CK_RV set_date(struct attributes *list, CK_ATTRIBUTE_TYPE type, const char *text)
{
    const struct schema_row *row = schema_find(schema_groups(CKO_PUBLIC_KEY, CKK_RSA), type);

    return row && schema_check_value(row, bytes_text(text)) == CKR_OK ? attributes_set_text(list, type, text)
                                                                      : CKR_OK;
}

/** What both halves of a pair have. */
static CK_RV set_key(struct object *object, const struct card_key *key, enum config_point point)
{
    struct attributes *list = &object->attributes;
    bool generated = key->origin_known && key->generated;

    object->kind = CARD_KEY;
    object->reference = key->reference;
    object->key = malloc(sizeof(*object->key));
    if (!object->key)
        return CKR_HOST_MEMORY;
    *object->key = *key;
    if (key->public_key.kind != KEY_NONE) {
        object->public_key = malloc(sizeof(*object->public_key));
        if (!object->public_key)
            return CKR_HOST_MEMORY;
        *object->public_key = key->public_key;
        TRY_RV(attributes_set_ulong(list, CKA_KEY_TYPE, key_type(key->public_key.kind)));
    }
    TRY_RV(attributes_set(list, CKA_ID, bytes_make(key->id, key->id_size)));
    TRY_RV(attributes_set_bool(list, CKA_LOCAL, generated));
    TRY_RV(
        attributes_set_ulong(list, CKA_KEY_GEN_MECHANISM,
                             generated ? key_generator(key->public_key.kind) : CK_UNAVAILABLE_INFORMATION));
    TRY_RV(attributes_set_bool(list, CKA_DERIVE, (key->uses & CARD_USE_AGREE) != 0));
    TRY_RV(set_mechanisms(list, key));
    TRY_RV(set_date(list, CKA_START_DATE, key->start_date));
    TRY_RV(set_date(list, CKA_END_DATE, key->end_date));
    TRY_RV(set_public_numbers(object, &key->public_key, point));
    return schema_fill(schema_groups(object->class, key_type(key->public_key.kind)), list);
}

/** An RSA signature carries its data. */
static bool key_recovers(const struct card_key *key)
{
    return key->public_key.kind == KEY_RSA && (key->uses & CARD_USE_SIGN) != 0;
}

CK_RV object_from_private_key(const struct card_key *key, enum config_point point, struct object **ret)
{
    SCOPED(object_free) struct object *object = NULL;
    bool decipher = (key->uses & CARD_USE_DECIPHER) != 0, generated = key->origin_known && key->generated;
    struct attributes *list;

    TRY_RV(object_new(CKO_PRIVATE_KEY, &object));
    list = &object->attributes;
    TRY_RV(set_storage(object, true, true, key->label));
    TRY_RV(attributes_set_bool(list, CKA_COPYABLE, CK_FALSE));
    TRY_RV(set_unique_id(list, "private", key->reference, key_sample(&key->public_key)));
    TRY_RV(attributes_set_bool(list, CKA_SENSITIVE, CK_TRUE));
    TRY_RV(attributes_set_bool(list, CKA_ALWAYS_SENSITIVE, generated));
    TRY_RV(attributes_set_bool(list, CKA_NEVER_EXTRACTABLE, generated));
    TRY_RV(attributes_set_bool(list, CKA_SIGN, (key->uses & CARD_USE_SIGN) != 0));
    TRY_RV(attributes_set_bool(list, CKA_SIGN_RECOVER, key_recovers(key)));
    TRY_RV(attributes_set_bool(list, CKA_DECRYPT, decipher));
    TRY_RV(attributes_set_bool(list, CKA_UNWRAP, decipher));
    TRY_RV(attributes_set_bool(list, CKA_ALWAYS_AUTHENTICATE, key->policy == CARD_PIN_ALWAYS));
    TRY_RV(set_key(object, key, point));
    *ret = object;
    object = NULL;
    return CKR_OK;
}

CK_RV object_from_public_key(const struct card_key *key, enum config_point point, struct object **ret)
{
    SCOPED(object_free) struct object *object = NULL;
    bool decipher = (key->uses & CARD_USE_DECIPHER) != 0;
    struct attributes *list;

    TRY_RV(object_new(CKO_PUBLIC_KEY, &object));
    list = &object->attributes;
    TRY_RV(set_storage(object, false, true, key->label));
    TRY_RV(set_unique_id(list, "public", key->reference, key_sample(&key->public_key)));
    TRY_RV(attributes_set_bool(list, CKA_VERIFY, (key->uses & CARD_USE_SIGN) != 0));
    TRY_RV(attributes_set_bool(list, CKA_VERIFY_RECOVER, key_recovers(key)));
    TRY_RV(attributes_set_bool(list, CKA_ENCRYPT, decipher));
    TRY_RV(attributes_set_bool(list, CKA_WRAP, decipher));
    TRY_RV(set_key(object, key, point));
    *ret = object;
    object = NULL;
    return CKR_OK;
}

CK_RV object_from_cert(const struct card_cert *cert, struct bytes der, struct crypto *crypto,
                       struct object **ret)
{
    SCOPED(object_free) struct object *object = NULL;
    struct attributes *list;
    struct x509 fields;

    if (x509_read(der, &fields) != RESULT_OK)
        return CKR_ATTRIBUTE_VALUE_INVALID;
    TRY_RV(object_new(CKO_CERTIFICATE, &object));
    list = &object->attributes;
    object->kind = CARD_CERT;
    object->reference = cert->reference;
    object->fingerprint = cert->fingerprint;
    TRY_RV(set_storage(object, false, true, cert->label));
    TRY_RV(set_unique_id(list, "certificate", cert->reference, cert->fingerprint));
    TRY_RV(attributes_set(list, CKA_ID, bytes_make(cert->id, cert->id_size)));
    TRY_RV(attributes_set_ulong(list, CKA_CERTIFICATE_TYPE, CKC_X_509));
    TRY_RV(attributes_set(list, CKA_VALUE, fields.der));
    TRY_RV(certificate_fill(object, crypto));
    *ret = object;
    object = NULL;
    return CKR_OK;
}

/* The label says where it is from: a person who looks for it on another computer would not find it. */
static CK_RV set_folder_label(struct attributes *list, const char *name)
{
    static const char from[] = " (from the certificate folder)";
    uint8_t memory[NAME_MAX + sizeof(from)];
    struct buf label = BUF_OVER(memory);

    buf_add(&label, bytes_slice(bytes_text(name), 0, NAME_MAX));
    buf_add(&label, bytes_text(from));
    return attributes_set(list, CKA_LABEL, buf_bytes(&label));
}

CK_RV object_from_folder(const struct folder_cert *cert, const struct object *key, struct crypto *crypto,
                         struct object **ret)
{
    const struct card_cert described = { .reference = key->reference };
    const struct bytes end = bytes_from(cert->der, cert->der.size - SAMPLE_SIZE);
    const struct attribute *id = attributes_get(&key->attributes, CKA_ID);
    SCOPED(object_free) struct object *object = NULL;
    struct attributes *list;

    TRY_RV(object_from_cert(&described, cert->der, crypto, &object));
    list = &object->attributes;
    object->kind = 0;
    object->from_folder = true;
    TRY_RV(set_storage(object, false, false, ""));
    TRY_RV(set_folder_label(list, cert->name));
    TRY_RV(set_unique_id(list, "file", key->reference, bytes_number(end)));
    TRY_RV(attributes_set_bool(list, CKA_DESTROYABLE, false));
    TRY_RV(attributes_set(list, CKA_ID, id ? id->value : BYTES_NONE));
    *ret = object;
    object = NULL;
    return CKR_OK;
}

CK_RV object_from_datum(const struct card_datum *datum, struct object **ret)
{
    SCOPED(object_free) struct object *object = NULL;
    struct attributes *list;

    TRY_RV(object_new(CKO_DATA, &object));
    list = &object->attributes;
    object->kind = CARD_DATUM;
    object->reference = datum->reference;
    object->writable = datum->writable;
    TRY_RV(set_storage(object, datum->needs_pin, true, datum->label));
    TRY_RV(set_unique_id(list, "data", datum->reference, 0));
    TRY_RV(attributes_set_bool(list, CKA_DESTROYABLE, datum->writable));
    TRY_RV(attributes_set_text(list, CKA_APPLICATION, datum->application));
    TRY_RV(attributes_set(list, CKA_OBJECT_ID, bytes_make(datum->oid, datum->oid_size)));
    TRY_RV(schema_fill(schema_groups(CKO_DATA, 0), list));
    *ret = object;
    object = NULL;
    return CKR_OK;
}

CK_RV object_from_profile(CK_PROFILE_ID profile, struct object **ret)
{
    SCOPED(object_free) struct object *object = NULL;

    TRY_RV(object_new(CKO_PROFILE, &object));
    TRY_RV(attributes_set_bool(&object->attributes, CKA_TOKEN, CK_TRUE));
    TRY_RV(attributes_set_ulong(&object->attributes, CKA_PROFILE_ID, profile));
    TRY_RV(set_unique_id(&object->attributes, "profile", profile, 0));
    TRY_RV(schema_fill(schema_groups(CKO_PROFILE, 0), &object->attributes));
    *ret = object;
    object = NULL;
    return CKR_OK;
}
