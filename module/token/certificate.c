/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/token/certificate.h"

#include <stdlib.h>

#include "asn1/x509.h"
#include "module/crypto/digest.h"
#include "module/rv.h"
#include "module/token/schema.h"

#define CHECK_VALUE_SIZE 3
#define YEAR_MAX 9999

static CK_RV set_missing(struct attributes *list, CK_ATTRIBUTE_TYPE type, struct bytes value)
{
    const struct attribute *item = attributes_get(list, type);

    return item && item->value.size > 0 ? CKR_OK : attributes_set(list, type, value);
}

static void put_digits(CK_CHAR *place, size_t size, unsigned number)
{
    for (size_t i = size; i > 0; i--, number /= 10)
        place[i - 1] = (CK_CHAR)('0' + number % 10);
}

static CK_RV set_date(struct attributes *list, CK_ATTRIBUTE_TYPE type, const struct x509_date *date)
{
    CK_DATE value;

    if (date->year > YEAR_MAX || date->month > 12 || date->day > 31)
        return CKR_OK;
    put_digits(value.year, sizeof(value.year), date->year);
    put_digits(value.month, sizeof(value.month), date->month);
    put_digits(value.day, sizeof(value.day), date->day);
    return set_missing(list, type, bytes_make(&value, sizeof(value)));
}

static CK_RV set_check_value(struct attributes *list, struct bytes der, struct crypto *crypto)
{
    uint8_t memory[DIGEST_MAX];
    struct buf hash = BUF_OVER(memory);

    if (!crypto || digest_compute(crypto, HASH_SHA1, der, &hash) != RESULT_OK)
        return CKR_OK;
    return set_missing(list, CKA_CHECK_VALUE, bytes_slice(buf_bytes(&hash), 0, CHECK_VALUE_SIZE));
}

static CK_RV set_fields(struct object *object, const struct x509 *fields)
{
    struct attributes *list = &object->attributes;

    TRY_RV(set_missing(list, CKA_SUBJECT, fields->subject));
    TRY_RV(set_missing(list, CKA_ISSUER, fields->issuer));
    TRY_RV(set_missing(list, CKA_SERIAL_NUMBER, fields->serial));
    TRY_RV(set_missing(list, CKA_PUBLIC_KEY_INFO, fields->spki));
    TRY_RV(set_date(list, CKA_START_DATE, &fields->not_before));
    TRY_RV(set_date(list, CKA_END_DATE, &fields->not_after));
    if (!attributes_get(list, CKA_CERTIFICATE_CATEGORY))
        TRY_RV(attributes_set_ulong(list, CKA_CERTIFICATE_CATEGORY,
                                    fields->is_ca ? CK_CERTIFICATE_CATEGORY_AUTHORITY
                                                  : CK_CERTIFICATE_CATEGORY_TOKEN_USER));
    if (!fields->has_key)
        return CKR_OK;
    object->public_key = malloc(sizeof(*object->public_key));
    if (!object->public_key)
        return CKR_HOST_MEMORY;
    *object->public_key = fields->key;
    return CKR_OK;
}

CK_RV certificate_fill(struct object *object, struct crypto *crypto)
{
    struct attributes *list = &object->attributes;
    const struct attribute *value = attributes_get(list, CKA_VALUE);
    struct bytes der = value ? value->value : BYTES_NONE;
    struct x509 fields;

    /* The list owns the value and grows below: the bytes stay where they are. */
    if (x509_read(der, &fields) == RESULT_OK)
        TRY_RV(set_fields(object, &fields));
    TRY_RV(set_check_value(list, der, crypto));
    if (!attributes_get(list, CKA_NAME_HASH_ALGORITHM))
        TRY_RV(attributes_set_ulong(list, CKA_NAME_HASH_ALGORITHM, CKM_SHA_1));
    return schema_fill(schema_groups(CKO_CERTIFICATE, 0), list);
}
