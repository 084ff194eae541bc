/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_delivery.h"

#include <openssl/rand.h>
#include <string.h>

#include "vcard/vcard_rutoken_files.h"
#include "vcard/vcard_rutoken_keys.h"

enum {
    FID_DIR = 0x2F00,
    DIR_SIZE = 128,
    RSA_REFERENCE = 1,
    RSA_SIZE = 128, /* half of 2048 bits, in bytes */
    GOST_REFERENCE = 2,
    GOST_SIZE = 32,
    PIN_SHORTEST = 6,
    TRIES = 0xAA, /* ten, and ten left */
};

/* The attributes of the MF and of EF.DIR were read from a token that was sold; the others follow the same
 * pattern */
static const uint8_t security_mf[RUTOKEN_SECURITY_SIZE] = { 0x47, 0x02, 0x02, 0x01, 0, 0, 0, 0xFF };
static const uint8_t security_df[RUTOKEN_SECURITY_SIZE] = { 0x43, 0x02, 0x02, 0x00, 0, 0, 0, 0xFF };
static const uint8_t security_dir[RUTOKEN_SECURITY_SIZE] = { 0x43, 0x00, 0x01, 0x00, 0, 0, 0, 0x01 };
static const uint8_t security_so[RUTOKEN_SECURITY_SIZE] = { 0x43, 0xFF, 0x01, 0x00, 0, 0, 0, 0xFF };
static const uint8_t security_user[RUTOKEN_SECURITY_SIZE] = { 0x43, 0x01, 0x03, 0x00, 0, 0, 0, 0xFF };
static const uint8_t security_private[RUTOKEN_SECURITY_SIZE] = { 0x47, 0x02, 0x02, 0x02, 0, 0, 0, 0x02 };
static const uint8_t security_public[RUTOKEN_SECURITY_SIZE] = { 0x47, 0x00, 0x02, 0x00, 0, 0, 0, 0x02 };

/* The vendor's folders: each stands behind the one that it is in, which is said by its index */
static const struct {
    size_t parent;
    uint16_t fid;
} folders[] = {
    { 0, RUTOKEN_FID_MF }, { 0, 0x1000 }, { 1, 0x1000 }, { 2, 0x6001 }, { 2, 0x6002 },
    { 2, 0x6003 },         { 2, 0x6004 }, { 2, 0x6005 }, { 1, 0x1001 }, { 8, 0x8001 },
    { 8, 0x8002 },         { 1, 0x1002 }, { 1, 0x1003 }, { 1, 0x1004 },
};

enum { FOLDERS = sizeof(folders) / sizeof(folders[0]) };

static enum result add_folders(struct rutoken_memory *memory)
{
    struct rutoken_file *made[FOLDERS] = { NULL };

    for (size_t i = 0; i < FOLDERS; i++) {
        struct rutoken_file facts = { .fid = folders[i].fid, .type = RUTOKEN_DF };

        memcpy(facts.security, i == 0 ? security_mf : security_df, sizeof(facts.security));
        TRY(rutoken_add(memory, i == 0 ? NULL : made[folders[i].parent], &facts, &made[i]));
    }
    return RESULT_OK;
}

static enum result add_dir(struct rutoken_memory *memory)
{
    struct rutoken_file facts = { .fid = FID_DIR, .type = RUTOKEN_EF, .size = DIR_SIZE }, *file;

    memcpy(facts.security, security_dir, sizeof(facts.security));
    return rutoken_add(memory, memory->mf, &facts, &file);
}

static enum result add_pin(struct rutoken_memory *memory, uint8_t reference, const char *value,
                           const uint8_t security[RUTOKEN_SECURITY_SIZE])
{
    struct rutoken_file facts = { .fid = reference,
                                  .type = RUTOKEN_RSF,
                                  .property = { RUTOKEN_PIN, PIN_SHORTEST, 0x01, TRIES } };
    struct rutoken_file *file;

    memcpy(facts.security, security, sizeof(facts.security));
    TRY(rutoken_add(memory, memory->mf, &facts, &file));
    return rutoken_fill(file, bytes_text(value));
}

static enum result add_half(struct rutoken_memory *memory, const struct rutoken_file *facts, bool private,
                            struct rutoken_file **ret)
{
    struct rutoken_file *df = rutoken_at(memory, private ? RUTOKEN_PATH_PRIVATE : RUTOKEN_PATH_PUBLIC);
    struct rutoken_file half = *facts;

    memcpy(half.security, private ? security_private : security_public, sizeof(half.security));
    return rutoken_add(memory, df, &half, ret);
}

static enum result add_pair(struct rutoken_card *card, struct rutoken_file facts, uint16_t private_size,
                            uint16_t public_size)
{
    struct rutoken_file *private, *public;

    facts.type = RUTOKEN_RSF;
    facts.property[3] = 0xAA;
    facts.size = private_size;
    TRY(add_half(&card->memory, &facts, true, &private));
    facts.property[0] = (uint8_t)(facts.property[0] + 0x10);
    facts.size = public_size;
    TRY(add_half(&card->memory, &facts, false, &public));
    return rutoken_pair_make(card->crypto, private, public);
}

/* The GOST key's property is one that was seen on a token from a qualified delivery: parameter set A, of 2012
 */
static enum result add_keys(struct rutoken_card *card)
{
    const struct rutoken_file rsa = { .fid = RSA_REFERENCE, .property = { RUTOKEN_RSA_PRIVATE } };
    const struct rutoken_file gost = { .fid = GOST_REFERENCE,
                                       .property = { RUTOKEN_GOST_PRIVATE, 0x20, 0x01 } };

    TRY(add_pair(card, rsa, 5 * RSA_SIZE + 8, 3 * RSA_SIZE));
    return add_pair(card, gost, GOST_SIZE, 2 * GOST_SIZE);
}

enum result rutoken_deliver(struct rutoken_card *card)
{
    struct rutoken_memory *memory = &card->memory;

    if (RAND_bytes_ex(card->crypto, memory->serial + 4, sizeof(memory->serial) - 4, 0) != 1)
        return RESULT_INTERNAL;
    TRY(add_folders(memory));
    TRY(add_dir(memory));
    TRY(add_pin(memory, RUTOKEN_SO, "87654321", security_so));
    TRY(add_pin(memory, RUTOKEN_USER, "12345678", security_user));
    return card->profile->delivered ? add_keys(card) : RESULT_OK;
}
