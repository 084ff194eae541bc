/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/values.h"

#include <string.h>

#include "asn1/gost.h"
#include "pkcs11-headers/pkcs11-gost.h"
#include "tests/fake/fake_data.h"

#define ROOM 1024

void *values_memory(struct fuzz_values *values, size_t size)
{
    void *memory = malloc(size > 0 ? size : 1);

    FUZZ_CHECK(memory != NULL && values->memory_count < VALUES_MEMORY_MAX);
    memset(memory, 0xFF, size > 0 ? size : 1);
    values->memory[values->memory_count++] = memory;
    return memory;
}

void values_free(struct fuzz_values *values)
{
    while (values->memory_count > 0)
        free(values->memory[--values->memory_count]);
}

void values_keep(struct fuzz_handles *handles, CK_ULONG handle)
{
    handles->items[handles->count++ % VALUES_HANDLES_MAX] = handle;
}

CK_ULONG values_handle(struct fuzz_values *values, const struct fuzz_handles *handles)
{
    uint8_t which = fuzz_byte(values->fuzz);
    size_t count = handles->count < VALUES_HANDLES_MAX ? handles->count : VALUES_HANDLES_MAX;

    if (which >= 0xF0 || count == 0)
        return fuzz_number(values->fuzz, 4);
    return handles->items[which % count];
}

static struct fuzz_area area_copy(struct fuzz_values *values, struct bytes view)
{
    struct fuzz_area area = { values_memory(values, view.size), view.size };

    if (view.size > 0)
        memcpy(area.data, view.data, view.size);
    return area;
}

struct fuzz_area values_data(struct fuzz_values *values)
{
    static const uint8_t digest[128];
    static const uint8_t sizes[] = { 32, 64, 20, 48, 1, 128, 65, 51 };
    uint8_t how = fuzz_byte(values->fuzz);

    if (how < 0x40)
        return area_copy(values, bytes_make(digest, sizes[how % sizeof(sizes)]));
    if (how < 0xE0)
        return area_copy(values, fuzz_part(values->fuzz));
    return (struct fuzz_area){ NULL, how & 1 ? fuzz_number(values->fuzz, 4) : 0 };
}

struct fuzz_area values_room(struct fuzz_values *values)
{
    uint8_t how = fuzz_byte(values->fuzz);
    size_t size = how < 0x40 ? ROOM : how < 0xC0 ? how - 0x40u : fuzz_number(values->fuzz, 2);

    if (how >= 0xE0)
        return (struct fuzz_area){ NULL, size };
    return (struct fuzz_area){ values_memory(values, size), size };
}

struct fuzz_area values_pin(struct fuzz_values *values)
{
    uint8_t which = fuzz_byte(values->fuzz) % 8;

    if (which < 2)
        return area_copy(values, bytes_text(values->kinds[which]->user));
    if (which < 4)
        return area_copy(values, bytes_text(values->kinds[which - 2]->so));
    return which == 4 ? area_copy(values, bytes_text("12345678")) : values_data(values);
}

static const CK_MECHANISM_TYPE mechanisms[] = {
    CKM_RSA_PKCS,
    CKM_ECDSA,
    CKM_GOSTR3410,
    CKM_GOSTR3410_512,
    CKM_SHA256_RSA_PKCS,
    CKM_ECDSA_SHA256,
    CKM_GOSTR3410_WITH_GOSTR3411_12_256,
    CKM_GOSTR3410_WITH_GOSTR3411_12_512,
    CKM_GOSTR3410_WITH_GOSTR3411,
    CKM_RSA_X_509,
    CKM_RSA_PKCS_PSS,
    CKM_SHA256_RSA_PKCS_PSS,
    CKM_RSA_PKCS_OAEP,
    CKM_EDDSA,
    CKM_ECDH1_DERIVE,
    CKM_ECDH1_COFACTOR_DERIVE,
    CKM_GOSTR3410_DERIVE,
    CKM_GOSTR3410_12_DERIVE,
    CKM_VKO_GOSTR3410_2012_512,
    CKM_KDF_TREE_GOSTR3411_2012_256,
    CKM_GOSTR3411_HMAC,
    CKM_GOSTR3411_12_256_HMAC,
    CKM_GOSTR3411_12_512_HMAC,
    CKM_SHA256,
    CKM_SHA_1,
    CKM_SHA512,
    CKM_SHA3_256,
    CKM_GOSTR3411,
    CKM_GOSTR3411_12_256,
    CKM_GOSTR3411_12_512,
    CKM_EC_KEY_PAIR_GEN,
    CKM_GOSTR3410_KEY_PAIR_GEN,
    CKM_GOSTR3410_512_KEY_PAIR_GEN,
    CKM_EC_EDWARDS_KEY_PAIR_GEN,
    CKM_EC_MONTGOMERY_KEY_PAIR_GEN,
    CKM_RSA_PKCS_KEY_PAIR_GEN,
};

static void set_parameter(struct fuzz_values *values, CK_MECHANISM *ret, const void *from, size_t size)
{
    ret->pParameter = values_memory(values, size);
    ret->ulParameterLen = size;
    memcpy(ret->pParameter, from, size);
}

/* The point of the key that is agreed with: on the curve if the input says nothing. */
static struct fuzz_area take_point(struct fuzz_values *values)
{
    struct fuzz_area part = values_data(values);

    return part.size == 32 ? area_copy(values, bytes_slice(fake_ec_key, fake_ec_key.size - 65, 65)) : part;
}

static void take_parameter(struct fuzz_values *values, CK_MECHANISM *ret)
{
    const CK_RSA_PKCS_PSS_PARAMS pss = { CKM_SHA256, CKG_MGF1_SHA256, 32 };
    struct fuzz_area point, ukm;

    if (ret->mechanism == CKM_RSA_PKCS_PSS || ret->mechanism == CKM_SHA256_RSA_PKCS_PSS) {
        set_parameter(values, ret, &pss, sizeof(pss));
    } else if (ret->mechanism == CKM_RSA_PKCS_OAEP) {
        ukm = values_data(values);
        set_parameter(
            values, ret,
            &(CK_RSA_PKCS_OAEP_PARAMS){ CKM_SHA_1, CKG_MGF1_SHA1, CKZ_DATA_SPECIFIED, ukm.data, ukm.size },
            sizeof(CK_RSA_PKCS_OAEP_PARAMS));
    } else if (ret->mechanism == CKM_ECDH1_DERIVE || ret->mechanism == CKM_ECDH1_COFACTOR_DERIVE) {
        CK_EC_KDF_TYPE kdf = fuzz_byte(values->fuzz) % 4 ? CKD_NULL : CKD_SHA256_KDF;
        point = take_point(values);
        ukm = values_data(values);
        set_parameter(values, ret,
                      &(CK_ECDH1_DERIVE_PARAMS){ kdf, ukm.size, ukm.data, point.size, point.data },
                      sizeof(CK_ECDH1_DERIVE_PARAMS));
    } else if (ret->mechanism == CKM_GOSTR3410_DERIVE || ret->mechanism == CKM_GOSTR3410_12_DERIVE ||
               ret->mechanism == CKM_VKO_GOSTR3410_2012_512) {
        CK_EC_KDF_TYPE kdf = fuzz_byte(values->fuzz) % 4 ? CKD_NULL : CKD_CPDIVERSIFY_KDF;
        point = values_data(values);
        ukm = area_copy(values, BYTES_LIT(1, 2, 3, 4, 5, 6, 7, 8));
        set_parameter(values, ret,
                      &(CK_GOSTR3410_DERIVE_PARAMS){ kdf, point.data, point.size, ukm.data, ukm.size },
                      sizeof(CK_GOSTR3410_DERIVE_PARAMS));
    }
}

CK_MECHANISM *values_mechanism(struct fuzz_values *values, CK_MECHANISM *ret)
{
    uint8_t which = fuzz_byte(values->fuzz), how = fuzz_byte(values->fuzz);
    struct fuzz_area area;

    if (which == 0xFF)
        return NULL;
    *ret = (CK_MECHANISM){ which >= 0xF0 ? fuzz_number(values->fuzz, 4)
                                         : mechanisms[which % (sizeof(mechanisms) / sizeof(mechanisms[0]))],
                           NULL, 0 };
    if (how < 0xC0) {
        take_parameter(values, ret);
        return ret;
    }
    /* a structure would be pointers that nobody made: no parameter of the input's is as long as one */
    area = values_data(values);
    if (area.size == sizeof(CK_RSA_PKCS_OAEP_PARAMS) || area.size == sizeof(CK_GOSTR3410_DERIVE_PARAMS) ||
        area.size % sizeof(void *) == 0)
        area = (struct fuzz_area){ NULL, 0 };
    ret->pParameter = area.data;
    ret->ulParameterLen = area.size;
    return ret;
}

static const CK_ATTRIBUTE_TYPE types[] = {
    CKA_CLASS,
    CKA_ID,
    CKA_LABEL,
    CKA_TOKEN,
    CKA_KEY_TYPE,
    CKA_EC_PARAMS,
    CKA_VALUE,
    CKA_PRIVATE,
    CKA_SIGN,
    CKA_DERIVE,
    CKA_MODULUS_BITS,
    CKA_PUBLIC_EXPONENT,
    CKA_MODULUS,
    CKA_EC_POINT,
    CKA_GOSTR3410_PARAMS,
    CKA_GOSTR3411_PARAMS,
    CKA_GOST28147_PARAMS,
    CKA_SUBJECT,
    CKA_ISSUER,
    CKA_SERIAL_NUMBER,
    CKA_CERTIFICATE_TYPE,
    CKA_APPLICATION,
    CKA_OBJECT_ID,
    CKA_SENSITIVE,
    CKA_EXTRACTABLE,
    CKA_DECRYPT,
    CKA_VERIFY,
    CKA_ENCRYPT,
    CKA_VALUE_LEN,
    CKA_START_DATE,
    CKA_END_DATE,
    CKA_MODIFIABLE,
    CKA_DESTROYABLE,
    CKA_COPYABLE,
    CKA_ALWAYS_AUTHENTICATE,
    CKA_PRIVATE_EXPONENT,
    CKA_PRIME_1,
    CKA_PRIME_2,
    CKA_EXPONENT_1,
    CKA_EXPONENT_2,
    CKA_COEFFICIENT,
    CKA_ALLOWED_MECHANISMS,
    CKA_CERTIFICATE_CATEGORY,
    CKA_CHECK_VALUE,
    CKA_PUBLIC_KEY_INFO,
    CKA_UNIQUE_ID,
    CKA_PROFILE_ID,
    CKA_LOCAL,
};

static CK_ATTRIBUTE_TYPE take_type(struct fuzz_values *values)
{
    uint8_t which = fuzz_byte(values->fuzz);

    /* what CKF_ARRAY_ATTRIBUTE marks is made of pointers */
    if (which >= 0xF0)
        return fuzz_number(values->fuzz, 4) & ~(CK_ULONG)CKF_ARRAY_ATTRIBUTE;
    return types[which % (sizeof(types) / sizeof(types[0]))];
}

/* A number, a truth, something that a key or a certificate has, or any bytes. */
static struct fuzz_area take_value(struct fuzz_values *values)
{
    static const uint8_t p256[] = { 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07 };
    uint8_t how = fuzz_byte(values->fuzz);
    CK_ULONG number = how / 16;
    CK_BBOOL truth = how / 16 % 2;

    switch (how % 8) {
    case 0:
        return area_copy(values, bytes_make(&number, sizeof(number)));
    case 1:
        return area_copy(values, bytes_make(&truth, sizeof(truth)));
    case 2:
        return area_copy(values, BYTES_OF(p256));
    case 3:
        return area_copy(values, how & 16 ? fake_ec_cert : fake_rsa_cert);
    case 4:
        return area_copy(values,
                         how & 16 ? gost_digest_oid(HASH_STREEBOG_256) : gost_set_oid(gost_set_at(how / 32)));
    case 5:
        number = fuzz_number(values->fuzz, 4);
        return area_copy(values, bytes_make(&number, sizeof(number)));
    default:
        return values_data(values);
    }
}

CK_ATTRIBUTE *values_template(struct fuzz_values *values, CK_ULONG *ret_count)
{
    uint8_t how = fuzz_byte(values->fuzz);

    *ret_count = how % (VALUES_ATTRIBUTES_MAX + 1);
    if (how >= 0xF8)
        return NULL;
    for (CK_ULONG i = 0; i < *ret_count; i++) {
        CK_ATTRIBUTE_TYPE type = take_type(values);
        struct fuzz_area value = take_value(values);
        values->attributes[i] = (CK_ATTRIBUTE){ type, value.data, value.size };
    }
    return values->attributes;
}

CK_ATTRIBUTE *values_question(struct fuzz_values *values, CK_ULONG *ret_count)
{
    uint8_t how = fuzz_byte(values->fuzz);

    *ret_count = how % (VALUES_ATTRIBUTES_MAX + 1);
    if (how >= 0xF8)
        return NULL;
    for (CK_ULONG i = 0; i < *ret_count; i++) {
        CK_ATTRIBUTE_TYPE type = take_type(values);
        struct fuzz_area room = values_room(values);
        values->attributes[i] = (CK_ATTRIBUTE){ type, room.data, room.size };
    }
    return values->attributes;
}
