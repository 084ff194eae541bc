/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/gost.h"

#include <string.h>
#include <strings.h>

#define OID(...)                                                                                             \
    {                                                                                                        \
        0x06, sizeof((const uint8_t[]){ __VA_ARGS__ }), __VA_ARGS__                                          \
    }
#define CRYPTOPRO(family, last) OID(0x2A, 0x85, 0x03, 0x02, 0x02, family, last)
#define TC26(size, last) OID(0x2A, 0x85, 0x03, 0x07, 0x01, 0x02, 0x01, size, last)

static const struct gost_set gost_sets[] = {
    { CURVE_GOST_256_TEST, "test-256", 32, true, 0x230, CRYPTOPRO(0x23, 0) },
    { CURVE_GOST_256_CPA, "CryptoPro-A", 32, true, 1, CRYPTOPRO(0x23, 1) },
    { CURVE_GOST_256_CPB, "CryptoPro-B", 32, true, 2, CRYPTOPRO(0x23, 2) },
    { CURVE_GOST_256_CPC, "CryptoPro-C", 32, true, 3, CRYPTOPRO(0x23, 3) },
    { CURVE_GOST_256_CPA, "CryptoPro-XchA", 32, true, 0x240, CRYPTOPRO(0x24, 0) },
    { CURVE_GOST_256_CPC, "CryptoPro-XchB", 32, true, 0x241, CRYPTOPRO(0x24, 1) },
    { CURVE_GOST_256_A, "tc26-256-A", 32, false, 0x101, TC26(1, 1) },
    { CURVE_GOST_256_CPA, "tc26-256-B", 32, false, 0x102, TC26(1, 2) },
    { CURVE_GOST_256_CPB, "tc26-256-C", 32, false, 0x103, TC26(1, 3) },
    { CURVE_GOST_256_CPC, "tc26-256-D", 32, false, 0x104, TC26(1, 4) },
    { CURVE_GOST_512_TEST, "tc26-512-test", 64, false, 0x200, TC26(2, 0) },
    { CURVE_GOST_512_A, "tc26-512-A", 64, true, 0x201, TC26(2, 1) },
    { CURVE_GOST_512_B, "tc26-512-B", 64, true, 0x202, TC26(2, 2) },
    { CURVE_GOST_512_C, "tc26-512-C", 64, false, 0x203, TC26(2, 3) },
};

#define SETS (sizeof(gost_sets) / sizeof(gost_sets[0]))

static const uint8_t gost94_parameters[] = OID(0x2A, 0x85, 0x03, 0x02, 0x02, 0x1E, 0x01);

const struct gost_set *gost_set_at(size_t index)
{
    return index < SETS ? &gost_sets[index] : NULL;
}

struct bytes gost_set_oid(const struct gost_set *set)
{
    return bytes_make(set->oid, (size_t)set->oid[1] + 2);
}

const struct gost_set *gost_set_from_oid(struct bytes oid)
{
    for (size_t i = 0; i < SETS; i++)
        if (bytes_equal(oid, gost_set_oid(&gost_sets[i])))
            return &gost_sets[i];
    return NULL;
}

const struct gost_set *gost_set_from_name(struct bytes name)
{
    for (size_t i = 0; i < SETS; i++)
        if (name.size == strlen(gost_sets[i].name) &&
            strncasecmp((const char *)name.data, gost_sets[i].name, name.size) == 0)
            return &gost_sets[i];
    return NULL;
}

const struct gost_set *gost_set_from_number(unsigned number)
{
    for (size_t i = 0; i < SETS; i++)
        if (gost_sets[i].number == number)
            return &gost_sets[i];
    return NULL;
}

struct bytes gost_digest_oid(enum hash hash)
{
    if (hash == HASH_GOST94)
        return BYTES_OF(gost94_parameters);
    return hash == HASH_STREEBOG_256 || hash == HASH_STREEBOG_512 ? hash_oid(hash) : BYTES_NONE;
}

enum hash gost_digest_from_oid(struct bytes oid)
{
    static const enum hash hashes[] = { HASH_STREEBOG_256, HASH_STREEBOG_512, HASH_GOST94 };

    for (size_t i = 0; i < 3; i++)
        if (bytes_equal(oid, gost_digest_oid(hashes[i])))
            return hashes[i];
    return HASH_NONE;
}
