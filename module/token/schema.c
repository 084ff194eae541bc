/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/token/schema.h"

#include "module/rv.h"
#include "pkcs11-headers/pkcs11-gost.h"

/* Groups of objects. */
enum {
    IS_OBJECT = 1 << 0,
    IS_STORAGE = 1 << 1,
    IS_DATA = 1 << 2,
    IS_CERT = 1 << 3,
    IS_KEY = 1 << 4,
    IS_PUBLIC = 1 << 5,
    IS_PRIVATE = 1 << 6,
    IS_SECRET = 1 << 7,
    IS_RSA = 1 << 8,
    IS_EC = 1 << 9,
    IS_PROFILE = 1 << 10,
    IS_PAIR = 1 << 11,   /* half of a key pair */
    IS_GOST = 1 << 12,   /* GOST R 34.10 */
    IS_CIPHER = 1 << 13, /* a key of GOST 28147-89 */
};

#define CREATE SCHEMA_CREATE
#define NEEDED (SCHEMA_CREATE | SCHEMA_NEEDED)
#define MODIFY (SCHEMA_CREATE | SCHEMA_MODIFY)
#define NAME (MODIFY | SCHEMA_NAME)
#define COPY (SCHEMA_CREATE | SCHEMA_COPY)
#define NONE 0
#define HIDDEN SCHEMA_SECRET

static const struct schema_row schema_table[] = {
    /* all (4.2) */
    { CKA_CLASS, IS_OBJECT, SCHEMA_ULONG, NEEDED, SCHEMA_ABSENT },
    { CKA_PROFILE_ID, IS_PROFILE, SCHEMA_ULONG, NONE, SCHEMA_ABSENT },

    /* storage objects (4.4); profiles have the first of them too, so that a search with CKA_TOKEN finds them
     */
    { CKA_TOKEN, IS_OBJECT, SCHEMA_BOOL, COPY, SCHEMA_FALSE },
    { CKA_PRIVATE, IS_OBJECT, SCHEMA_BOOL, COPY, SCHEMA_FALSE },
    { CKA_UNIQUE_ID, IS_OBJECT, SCHEMA_TEXT, NONE, SCHEMA_EMPTY },
    { CKA_MODIFIABLE, IS_STORAGE, SCHEMA_BOOL, COPY, SCHEMA_TRUE },
    { CKA_LABEL, IS_STORAGE, SCHEMA_TEXT, NAME, SCHEMA_EMPTY },
    { CKA_COPYABLE, IS_STORAGE, SCHEMA_BOOL, MODIFY | SCHEMA_LOWER, SCHEMA_TRUE },
    { CKA_DESTROYABLE, IS_STORAGE, SCHEMA_BOOL, COPY, SCHEMA_TRUE },

    /* what programs for Russian tokens say of every object */
    { CKA_VENDOR_OPAQUE_FIRST, IS_STORAGE, SCHEMA_BOOL, NAME, SCHEMA_ABSENT },
    { CKA_VENDOR_OPAQUE_FIRST + 1, IS_STORAGE, SCHEMA_BOOL, NAME, SCHEMA_ABSENT },
    { CKA_VENDOR_KEY_JOURNAL, IS_STORAGE, SCHEMA_BOOL, NAME, SCHEMA_ABSENT },
    { CKA_VENDOR_OPAQUE_LAST, IS_STORAGE, SCHEMA_BOOL, NAME, SCHEMA_ABSENT },

    /* data (4.5) */
    { CKA_APPLICATION, IS_DATA, SCHEMA_TEXT, MODIFY, SCHEMA_EMPTY },
    { CKA_OBJECT_ID, IS_DATA, SCHEMA_BYTES, MODIFY, SCHEMA_EMPTY },
    { CKA_VALUE, IS_DATA, SCHEMA_BYTES, MODIFY, SCHEMA_EMPTY },

    /* certificates (4.6.2, 4.6.3) */
    { CKA_CERTIFICATE_TYPE, IS_CERT, SCHEMA_ULONG, NEEDED, SCHEMA_ABSENT },
    { CKA_TRUSTED, IS_CERT, SCHEMA_BOOL, CREATE, SCHEMA_FALSE },
    { CKA_CERTIFICATE_CATEGORY, IS_CERT, SCHEMA_ULONG, CREATE, SCHEMA_ZERO },
    { CKA_CHECK_VALUE, IS_CERT, SCHEMA_BYTES, CREATE, SCHEMA_EMPTY },
    { CKA_START_DATE, IS_CERT, SCHEMA_DATE, CREATE, SCHEMA_EMPTY },
    { CKA_END_DATE, IS_CERT, SCHEMA_DATE, CREATE, SCHEMA_EMPTY },
    { CKA_PUBLIC_KEY_INFO, IS_CERT, SCHEMA_BYTES, CREATE, SCHEMA_EMPTY },
    { CKA_SUBJECT, IS_CERT, SCHEMA_BYTES, CREATE, SCHEMA_EMPTY },
    { CKA_ID, IS_CERT, SCHEMA_BYTES, NAME, SCHEMA_EMPTY },
    { CKA_ISSUER, IS_CERT, SCHEMA_BYTES, MODIFY, SCHEMA_EMPTY },
    { CKA_SERIAL_NUMBER, IS_CERT, SCHEMA_BYTES, MODIFY, SCHEMA_EMPTY },
    { CKA_VALUE, IS_CERT, SCHEMA_BYTES, NEEDED, SCHEMA_ABSENT },
    { CKA_URL, IS_CERT, SCHEMA_TEXT, CREATE, SCHEMA_EMPTY },
    { CKA_HASH_OF_SUBJECT_PUBLIC_KEY, IS_CERT, SCHEMA_BYTES, CREATE, SCHEMA_EMPTY },
    { CKA_HASH_OF_ISSUER_PUBLIC_KEY, IS_CERT, SCHEMA_BYTES, CREATE, SCHEMA_EMPTY },
    { CKA_JAVA_MIDP_SECURITY_DOMAIN, IS_CERT, SCHEMA_ULONG, CREATE, SCHEMA_ZERO },
    { CKA_NAME_HASH_ALGORITHM, IS_CERT, SCHEMA_ULONG, CREATE, SCHEMA_ABSENT },

    /* keys (4.8) */
    { CKA_KEY_TYPE, IS_KEY, SCHEMA_ULONG, NEEDED, SCHEMA_ABSENT },
    { CKA_ID, IS_KEY, SCHEMA_BYTES, NAME, SCHEMA_EMPTY },
    { CKA_START_DATE, IS_KEY, SCHEMA_DATE, NAME, SCHEMA_EMPTY },
    { CKA_END_DATE, IS_KEY, SCHEMA_DATE, NAME, SCHEMA_EMPTY },
    { CKA_DERIVE, IS_KEY, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_LOCAL, IS_KEY, SCHEMA_BOOL, NONE, SCHEMA_FALSE },
    { CKA_KEY_GEN_MECHANISM, IS_KEY, SCHEMA_ULONG, NONE, SCHEMA_UNAVAILABLE },
    { CKA_ALLOWED_MECHANISMS, IS_KEY, SCHEMA_LIST, CREATE, SCHEMA_EMPTY },
    { CKA_SUBJECT, IS_PAIR, SCHEMA_BYTES, NAME, SCHEMA_EMPTY },
    { CKA_PUBLIC_KEY_INFO, IS_PAIR, SCHEMA_BYTES, CREATE, SCHEMA_EMPTY },

    /* public keys (4.9) */
    { CKA_ENCRYPT, IS_PUBLIC, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_VERIFY, IS_PUBLIC, SCHEMA_BOOL, MODIFY, SCHEMA_TRUE },
    { CKA_VERIFY_RECOVER, IS_PUBLIC, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_WRAP, IS_PUBLIC, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_ENCAPSULATE, IS_PUBLIC, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_TRUSTED, IS_PUBLIC, SCHEMA_BOOL, CREATE, SCHEMA_FALSE },
    { CKA_WRAP_TEMPLATE, IS_PUBLIC, SCHEMA_BYTES, NONE, SCHEMA_EMPTY },
    { CKA_ENCAPSULATE_TEMPLATE, IS_PUBLIC, SCHEMA_BYTES, NONE, SCHEMA_EMPTY },

    /* private keys (4.10) */
    { CKA_SENSITIVE, IS_PRIVATE, SCHEMA_BOOL, MODIFY | SCHEMA_RAISE, SCHEMA_TRUE },
    { CKA_DECRYPT, IS_PRIVATE, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_SIGN, IS_PRIVATE, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_SIGN_RECOVER, IS_PRIVATE, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_UNWRAP, IS_PRIVATE, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_DECAPSULATE, IS_PRIVATE, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_EXTRACTABLE, IS_PRIVATE, SCHEMA_BOOL, MODIFY | SCHEMA_LOWER, SCHEMA_FALSE },
    { CKA_ALWAYS_SENSITIVE, IS_PRIVATE, SCHEMA_BOOL, NONE, SCHEMA_FALSE },
    { CKA_NEVER_EXTRACTABLE, IS_PRIVATE, SCHEMA_BOOL, NONE, SCHEMA_FALSE },
    { CKA_WRAP_WITH_TRUSTED, IS_PRIVATE, SCHEMA_BOOL, MODIFY | SCHEMA_RAISE, SCHEMA_FALSE },
    { CKA_UNWRAP_TEMPLATE, IS_PRIVATE, SCHEMA_BYTES, NONE, SCHEMA_EMPTY },
    { CKA_DERIVE_TEMPLATE, IS_PRIVATE, SCHEMA_BYTES, NONE, SCHEMA_EMPTY },
    { CKA_DECAPSULATE_TEMPLATE, IS_PRIVATE, SCHEMA_BYTES, NONE, SCHEMA_EMPTY },
    { CKA_ALWAYS_AUTHENTICATE, IS_PRIVATE, SCHEMA_BOOL, CREATE, SCHEMA_FALSE },

    /* secret keys (4.11) and their values (6.13, 6.14) */
    { CKA_SENSITIVE, IS_SECRET, SCHEMA_BOOL, MODIFY | SCHEMA_RAISE, SCHEMA_FALSE },
    { CKA_ENCRYPT, IS_SECRET, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_DECRYPT, IS_SECRET, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_SIGN, IS_SECRET, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_VERIFY, IS_SECRET, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_WRAP, IS_SECRET, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_UNWRAP, IS_SECRET, SCHEMA_BOOL, MODIFY, SCHEMA_FALSE },
    { CKA_EXTRACTABLE, IS_SECRET, SCHEMA_BOOL, MODIFY | SCHEMA_LOWER, SCHEMA_TRUE },
    { CKA_ALWAYS_SENSITIVE, IS_SECRET, SCHEMA_BOOL, NONE, SCHEMA_FALSE },
    { CKA_NEVER_EXTRACTABLE, IS_SECRET, SCHEMA_BOOL, NONE, SCHEMA_FALSE },
    { CKA_CHECK_VALUE, IS_SECRET, SCHEMA_BYTES, CREATE, SCHEMA_EMPTY },
    { CKA_WRAP_WITH_TRUSTED, IS_SECRET, SCHEMA_BOOL, MODIFY | SCHEMA_RAISE, SCHEMA_FALSE },
    { CKA_TRUSTED, IS_SECRET, SCHEMA_BOOL, CREATE, SCHEMA_FALSE },
    { CKA_WRAP_TEMPLATE, IS_SECRET, SCHEMA_BYTES, NONE, SCHEMA_EMPTY },
    { CKA_UNWRAP_TEMPLATE, IS_SECRET, SCHEMA_BYTES, NONE, SCHEMA_EMPTY },
    { CKA_DERIVE_TEMPLATE, IS_SECRET, SCHEMA_BYTES, NONE, SCHEMA_EMPTY },
    { CKA_VALUE, IS_SECRET, SCHEMA_BYTES, CREATE, SCHEMA_ABSENT },
    { CKA_VALUE_LEN, IS_SECRET, SCHEMA_ULONG, CREATE, SCHEMA_ABSENT },

    /* RSA (6.1) and elliptic curves (6.3); the public numbers are told of private keys too */
    { CKA_MODULUS, IS_RSA, SCHEMA_BYTES, NEEDED, SCHEMA_ABSENT },
    { CKA_PUBLIC_EXPONENT, IS_RSA, SCHEMA_BYTES, NEEDED, SCHEMA_ABSENT },
    { CKA_MODULUS_BITS, IS_RSA, SCHEMA_ULONG, NONE, SCHEMA_ABSENT },
    { CKA_PRIVATE_EXPONENT, IS_RSA | IS_PRIVATE, SCHEMA_BYTES, CREATE | HIDDEN, SCHEMA_ABSENT },
    { CKA_PRIME_1, IS_RSA | IS_PRIVATE, SCHEMA_BYTES, CREATE | HIDDEN, SCHEMA_ABSENT },
    { CKA_PRIME_2, IS_RSA | IS_PRIVATE, SCHEMA_BYTES, CREATE | HIDDEN, SCHEMA_ABSENT },
    { CKA_EXPONENT_1, IS_RSA | IS_PRIVATE, SCHEMA_BYTES, CREATE | HIDDEN, SCHEMA_ABSENT },
    { CKA_EXPONENT_2, IS_RSA | IS_PRIVATE, SCHEMA_BYTES, CREATE | HIDDEN, SCHEMA_ABSENT },
    { CKA_COEFFICIENT, IS_RSA | IS_PRIVATE, SCHEMA_BYTES, CREATE | HIDDEN, SCHEMA_ABSENT },
    { CKA_EC_PARAMS, IS_EC, SCHEMA_BYTES, NEEDED, SCHEMA_ABSENT },
    { CKA_EC_POINT, IS_EC, SCHEMA_BYTES, NEEDED, SCHEMA_ABSENT },
    { CKA_VALUE, IS_EC | IS_PRIVATE, SCHEMA_BYTES, CREATE | HIDDEN, SCHEMA_ABSENT },

    /* GOST (2.40, 2.40 to 2.45) */
    { CKA_GOSTR3410_PARAMS, IS_GOST, SCHEMA_BYTES, NEEDED, SCHEMA_ABSENT },
    { CKA_GOSTR3411_PARAMS, IS_GOST, SCHEMA_BYTES, CREATE, SCHEMA_ABSENT },
    { CKA_GOST28147_PARAMS, IS_GOST, SCHEMA_BYTES, CREATE | SCHEMA_NAME, SCHEMA_ABSENT },
    { CKA_VALUE, IS_GOST | IS_PUBLIC, SCHEMA_BYTES, NEEDED, SCHEMA_ABSENT },
    { CKA_VALUE, IS_GOST | IS_PRIVATE, SCHEMA_BYTES, CREATE | HIDDEN, SCHEMA_ABSENT },
    { CKA_GOST28147_PARAMS, IS_CIPHER, SCHEMA_BYTES, CREATE, SCHEMA_ABSENT },
};

#define SCHEMA_ROWS (sizeof(schema_table) / sizeof(schema_table[0]))

static unsigned schema_key_groups(CK_KEY_TYPE key_type)
{
    if (key_type == CKK_RSA)
        return IS_RSA;
    if (key_type == CKK_EC || key_type == CKK_EC_EDWARDS || key_type == CKK_EC_MONTGOMERY)
        return IS_EC;
    if (key_type == CKK_GOSTR3410 || key_type == CKK_GOSTR3410_512)
        return IS_GOST;
    return 0;
}

unsigned schema_groups(CK_OBJECT_CLASS class, CK_KEY_TYPE key_type)
{
    switch (class) {
    case CKO_DATA:
        return IS_OBJECT | IS_STORAGE | IS_DATA;
    case CKO_CERTIFICATE:
        return IS_OBJECT | IS_STORAGE | IS_CERT;
    case CKO_PUBLIC_KEY:
        return IS_OBJECT | IS_STORAGE | IS_KEY | IS_PAIR | IS_PUBLIC | schema_key_groups(key_type);
    case CKO_PRIVATE_KEY:
        return IS_OBJECT | IS_STORAGE | IS_KEY | IS_PAIR | IS_PRIVATE | schema_key_groups(key_type);
    case CKO_SECRET_KEY:
        return IS_OBJECT | IS_STORAGE | IS_KEY | IS_SECRET | (key_type == CKK_GOST28147 ? IS_CIPHER : 0);
    case CKO_PROFILE:
        return IS_OBJECT | IS_PROFILE;
    default:
        return 0;
    }
}

static bool schema_row_applies(const struct schema_row *row, unsigned groups)
{
    return (row->groups & groups) == row->groups;
}

const struct schema_row *schema_find(unsigned groups, CK_ATTRIBUTE_TYPE type)
{
    for (size_t i = 0; i < SCHEMA_ROWS; i++)
        if (schema_table[i].type == type && schema_row_applies(&schema_table[i], groups))
            return &schema_table[i];
    return NULL;
}

static bool schema_date_good(struct bytes value)
{
    if (value.size != 0 && value.size != sizeof(CK_DATE))
        return false;
    for (size_t i = 0; i < value.size; i++)
        if (value.data[i] < '0' || value.data[i] > '9')
            return false;
    return true;
}

static bool schema_shape_good(enum schema_shape shape, struct bytes value)
{
    switch (shape) {
    case SCHEMA_BOOL:
        return value.size == sizeof(CK_BBOOL) && value.data[0] <= CK_TRUE;
    case SCHEMA_ULONG:
        return value.size == sizeof(CK_ULONG);
    case SCHEMA_DATE:
        return schema_date_good(value);
    case SCHEMA_LIST:
        return value.size % sizeof(CK_ULONG) == 0;
    case SCHEMA_TEXT:
    case SCHEMA_BYTES:
        return true;
    }
    return false;
}

CK_RV schema_check_value(const struct schema_row *row, struct bytes value)
{
    return schema_shape_good(row->shape, value) ? CKR_OK : CKR_ATTRIBUTE_VALUE_INVALID;
}

static CK_RV schema_set_default(const struct schema_row *row, struct attributes *list)
{
    switch (row->fallback) {
    case SCHEMA_ABSENT:
        return CKR_OK;
    case SCHEMA_EMPTY:
        return attributes_set(list, row->type, BYTES_NONE);
    case SCHEMA_FALSE:
        return attributes_set_bool(list, row->type, CK_FALSE);
    case SCHEMA_TRUE:
        return attributes_set_bool(list, row->type, CK_TRUE);
    case SCHEMA_ZERO:
        return attributes_set_ulong(list, row->type, 0);
    case SCHEMA_UNAVAILABLE:
        return attributes_set_ulong(list, row->type, CK_UNAVAILABLE_INFORMATION);
    }
    return CKR_OK;
}

CK_RV schema_fill(unsigned groups, struct attributes *list)
{
    for (size_t i = 0; i < SCHEMA_ROWS; i++)
        if (schema_row_applies(&schema_table[i], groups) && !attributes_get(list, schema_table[i].type))
            TRY_RV(schema_set_default(&schema_table[i], list));
    return CKR_OK;
}

CK_RV schema_check_complete(unsigned groups, const struct attributes *list)
{
    for (size_t i = 0; i < SCHEMA_ROWS; i++)
        if (schema_row_applies(&schema_table[i], groups) && (schema_table[i].rights & SCHEMA_NEEDED) &&
            !attributes_get(list, schema_table[i].type))
            return CKR_TEMPLATE_INCOMPLETE;
    return CKR_OK;
}
