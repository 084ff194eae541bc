/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_files.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/secret.h"

enum {
    RSA_BITS_MIN = 512,
    RSA_BITS_STEP = 256,
    KEY_MARK = 0xAA, /* byte 3 of every key's property; what it means is not known */
    MODES = 8,
};

/* What an RSF can hold, and of which size; 0: of any of an RSA key */
static const struct {
    uint8_t holds;
    bool private, public;
    uint16_t size;
} kinds[] = {
    { RUTOKEN_PIN, false, false, 0 },
    { RUTOKEN_GOST_PRIVATE, true, false, 32 },
    { RUTOKEN_GOST_PUBLIC, false, true, 64 },
    { RUTOKEN_RSA_PRIVATE, true, false, 0 },
    { RUTOKEN_RSA_PUBLIC, false, true, 0 },
    { RUTOKEN_GOST512_PRIVATE, true, false, 64 },
    { RUTOKEN_GOST512_PUBLIC, false, true, 128 },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static size_t kind_of(uint8_t holds)
{
    size_t i = 0;

    while (i < KINDS && kinds[i].holds != holds)
        i++;
    return i;
}

bool rutoken_is_private(uint8_t holds)
{
    size_t kind = kind_of(holds);

    return kind < KINDS && kinds[kind].private;
}

bool rutoken_is_public(uint8_t holds)
{
    size_t kind = kind_of(holds);

    return kind < KINDS && kinds[kind].public;
}

struct rutoken_file *rutoken_child(const struct rutoken_file *df, uint16_t fid)
{
    struct rutoken_file *file = df ? df->child : NULL;

    while (file && file->fid != fid)
        file = file->next;
    return file;
}

struct rutoken_file *rutoken_at(const struct rutoken_memory *memory, const uint16_t *path)
{
    struct rutoken_file *file = memory->mf;

    for (; file && *path; path++)
        file = rutoken_child(file, *path);
    return file;
}

struct rutoken_file *rutoken_key_file(const struct rutoken_memory *memory, bool private, uint8_t reference)
{
    return rutoken_child(rutoken_at(memory, private ? RUTOKEN_PATH_PRIVATE : RUTOKEN_PATH_PUBLIC), reference);
}

struct rutoken_file *rutoken_pin_file(const struct rutoken_memory *memory, uint8_t reference)
{
    struct rutoken_file *file = rutoken_child(memory->mf, reference);

    return file && file->type == RUTOKEN_RSF && file->property[0] == RUTOKEN_PIN ? file : NULL;
}

/* 5L + 8 and 3L for a modulus of 16L bits */
static bool rsa_size_possible(uint8_t holds, size_t size)
{
    size_t bits = holds == RUTOKEN_RSA_PUBLIC ? size / 3 * 16 : size < 8 ? 0 : (size - 8) / 5 * 16;
    size_t whole = holds == RUTOKEN_RSA_PUBLIC ? bits / 16 * 3 : bits / 16 * 5 + 8;

    return whole == size && bits >= RSA_BITS_MIN && bits <= RUTOKEN_RSA_BITS_MAX && bits % RSA_BITS_STEP == 0;
}

static bool is_rsa(uint8_t holds)
{
    return holds == RUTOKEN_RSA_PRIVATE || holds == RUTOKEN_RSA_PUBLIC;
}

static bool pin_possible(const struct rutoken_file *file)
{
    uint8_t shortest = file->property[1], max = file->property[3] >> 4, left = file->property[3] & 0x0F;

    return (file->fid == RUTOKEN_SO || file->fid == RUTOKEN_USER) && file->size <= RUTOKEN_PIN_MAX &&
           shortest <= RUTOKEN_PIN_MAX && file->property[2] == 0x01 && max > 0 && left <= max &&
           file->property[4] == 0 && file->property[5] == 0;
}

/* GOST: byte 1 is the parameter set, A 20, B 30, C 40; byte 2 is 01 on tokens that know GOST R 34.10-2012 */
static bool key_possible(const struct rutoken_profile *profile, const struct rutoken_file *file)
{
    const uint8_t *property = file->property;
    size_t kind = kind_of(property[0]);

    if (!profile->keys || file->fid == 0 || file->fid > 0xFF || property[3] != KEY_MARK || property[4] != 0 ||
        property[5] != 0)
        return false;
    if (is_rsa(property[0]))
        return property[2] == 0x00 && rsa_size_possible(property[0], file->size);
    return file->size == kinds[kind].size &&
           (property[1] == 0x20 || property[1] == 0x30 || property[1] == 0x40) &&
           (property[2] == 0x00 || (property[2] == 0x01 && profile->gost_2012));
}

static bool conditions_possible(const uint8_t security[RUTOKEN_SECURITY_SIZE])
{
    for (size_t i = 0; i < MODES; i++) {
        uint8_t condition = security[1 + i];

        if ((security[0] >> i & 1) && condition > RUTOKEN_EITHER && condition != RUTOKEN_NEVER)
            return false;
    }
    return true;
}

static bool place_possible(const struct rutoken_file *file, const struct rutoken_file *parent)
{
    size_t depth = 1;

    if (!parent)
        return file->fid == RUTOKEN_FID_MF && file->type == RUTOKEN_DF;
    for (const struct rutoken_file *up = parent; up; up = up->parent)
        depth++;
    return parent->type == RUTOKEN_DF && depth <= RUTOKEN_DEPTH_MAX && file->fid != RUTOKEN_FID_MF &&
           file->fid != 0x0000 && file->fid != 0x3FFF && file->fid != 0xFFFF;
}

bool rutoken_possible(const struct rutoken_profile *profile, const struct rutoken_file *file,
                      const struct rutoken_file *parent)
{
    if (!place_possible(file, parent) || !conditions_possible(file->security))
        return false;
    switch (file->type) {
    case RUTOKEN_EF:
    case RUTOKEN_DF:
        return true;
    case RUTOKEN_RSF:
        if (kind_of(file->property[0]) == KINDS)
            return false;
        return file->property[0] == RUTOKEN_PIN ? pin_possible(file) : key_possible(profile, file);
    default:
        return false;
    }
}

struct bytes rutoken_contents(const struct rutoken_file *file)
{
    return bytes_make(file->contents, file->contents ? file->size : 0);
}

static size_t file_room(const struct rutoken_file *file)
{
    return RUTOKEN_FILE_OVERHEAD + (file->type == RUTOKEN_DF ? 0 : file->size);
}

/* The depth is bounded, so is the recursion */
static size_t tree_room(const struct rutoken_file *file)
{
    size_t room = file_room(file);

    for (const struct rutoken_file *child = file->child; child; child = child->next)
        room += tree_room(child);
    return room;
}

static void file_free(struct rutoken_file *file)
{
    if (file->contents)
        secret_wipe(file->contents, file->size);
    free(file->contents);
    free(file);
}

static enum result file_new(const struct rutoken_file *facts, struct rutoken_file **ret)
{
    struct rutoken_file *file = calloc(1, sizeof(*file));

    *ret = file;
    if (!file)
        return RESULT_NO_MEMORY;
    *file = *facts;
    file->parent = file->child = file->next = NULL;
    file->contents = NULL;
    file->filled = false;
    if (file->type == RUTOKEN_DF)
        return RESULT_OK;
    file->contents = calloc(1, file->size ? file->size : 1);
    if (file->contents)
        return RESULT_OK;
    free(file);
    *ret = NULL;
    return RESULT_NO_MEMORY;
}

enum result rutoken_add(struct rutoken_memory *memory, struct rutoken_file *parent,
                        const struct rutoken_file *facts, struct rutoken_file **ret)
{
    struct rutoken_file **place = parent ? &parent->child : &memory->mf;

    if (parent ? rutoken_child(parent, facts->fid) != NULL : memory->mf != NULL)
        return RESULT_EXISTS;
    if ((memory->mf ? tree_room(memory->mf) : 0) + file_room(facts) > RUTOKEN_MEMORY_SIZE)
        return RESULT_CARD_FULL;
    while (*place)
        place = &(*place)->next;
    TRY(file_new(facts, ret));
    (*ret)->parent = parent;
    *place = *ret;
    return RESULT_OK;
}

static void tree_free(struct rutoken_file *file)
{
    while (file->child) {
        struct rutoken_file *child = file->child;

        file->child = child->next;
        tree_free(child);
    }
    file_free(file);
}

void rutoken_remove(struct rutoken_memory *memory, struct rutoken_file *file)
{
    struct rutoken_file **place = file->parent ? &file->parent->child : &memory->mf;

    while (*place != file)
        place = &(*place)->next;
    *place = file->next;
    tree_free(file);
}

void rutoken_memory_clear(struct rutoken_memory *memory)
{
    if (memory->mf)
        tree_free(memory->mf);
    secret_wipe(memory, sizeof(*memory));
}

enum result rutoken_fill(struct rutoken_file *file, struct bytes value)
{
    uint8_t *contents = malloc(value.size ? value.size : 1);

    if (!contents)
        return RESULT_NO_MEMORY;
    if (value.size > 0)
        memcpy(contents, value.data, value.size);
    secret_wipe(file->contents, file->size);
    free(file->contents);
    file->contents = contents;
    file->size = (uint16_t)value.size;
    file->filled = true;
    return RESULT_OK;
}

bool rutoken_may(const struct rutoken_card *card, const struct rutoken_file *file, enum rutoken_access access)
{
    uint8_t condition = file->security[1 + access];

    if (card->memory.formatting)
        return true;
    /* what becomes of a mode that is not listed is not known */
    if (!(file->security[0] >> access & 1) || condition == RUTOKEN_NEVER)
        return false;
    return condition == RUTOKEN_ALWAYS || (condition & card->session.level) != 0;
}
