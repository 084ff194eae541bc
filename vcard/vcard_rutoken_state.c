/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_state.h"

#include <string.h>

#include "asn1/secret.h"
#include "asn1/tlv.h"
#include "vcard/vcard_rutoken_files.h"
#include "vcard/vcard_rutoken_gost.h"
#include "vcard/vcard_rutoken_rsa.h"

enum {
    FORMAT = 1,
    TAG_STATE = 0x70,
    TAG_FORMAT = 0x80,
    TAG_PROFILE = 0x81,
    TAG_SERIAL = 0x82,
    TAG_FORMATTING = 0x83,
    TAG_FILE = 0xA6,
    TAG_FACTS = 0x80,
    TAG_CONTENTS = 0x81,
    AT_TYPE = 2, /* in the facts, behind the fid */
    AT_FILLED = 3,
    AT_SIZE = 4,
    AT_PROPERTY = 6,
    AT_SECURITY = AT_PROPERTY + RUTOKEN_PROPERTY_SIZE,
    FACTS_SIZE = AT_SECURITY + RUTOKEN_SECURITY_SIZE,
};

/* The depth of the tree is bounded, so is the recursion */
static void save_file(const struct rutoken_file *file, struct buf *out)
{
    size_t mark = tlv_begin(out, TAG_FILE);

    tlv_add_header(out, TAG_FACTS, FACTS_SIZE);
    buf_add_number(out, file->fid, 2);
    buf_add_byte(out, file->type);
    buf_add_byte(out, file->filled);
    buf_add_number(out, file->size, 2);
    buf_add(out, BYTES_OF(file->property));
    buf_add(out, BYTES_OF(file->security));
    if (file->type != RUTOKEN_DF)
        tlv_add(out, TAG_CONTENTS, rutoken_contents(file));
    for (const struct rutoken_file *child = file->child; child; child = child->next)
        save_file(child, out);
    tlv_end(out, mark);
}

enum result rutoken_state_save(const struct rutoken_card *card, struct buf *out)
{
    size_t mark = tlv_begin(out, TAG_STATE);

    tlv_add_byte(out, TAG_FORMAT, FORMAT);
    tlv_add(out, TAG_PROFILE, bytes_text(card->profile->name));
    tlv_add(out, TAG_SERIAL, BYTES_OF(card->memory.serial));
    tlv_add_byte(out, TAG_FORMATTING, card->memory.formatting);
    if (card->memory.mf)
        save_file(card->memory.mf, out);
    tlv_end(out, mark);
    return buf_check(out);
}

static bool facts_parse(struct bytes saved, struct rutoken_file *facts)
{
    const uint8_t *data = saved.data;

    if (saved.size != FACTS_SIZE)
        return false;
    *facts = (struct rutoken_file){ .fid = (uint16_t)bytes_number(bytes_slice(saved, 0, 2)),
                                    .type = data[AT_TYPE],
                                    .filled = data[AT_FILLED] == 1,
                                    .size = (uint16_t)bytes_number(bytes_slice(saved, AT_SIZE, 2)) };
    memcpy(facts->property, data + AT_PROPERTY, RUTOKEN_PROPERTY_SIZE);
    memcpy(facts->security, data + AT_SECURITY, RUTOKEN_SECURITY_SIZE);
    if (data[AT_FILLED] > 1 || (facts->filled && facts->type != RUTOKEN_RSF))
        return false;
    return facts->type == RUTOKEN_RSF || bytes_bit_length(BYTES_OF(facts->property)) == 0;
}

/* Keys lie where CREATE FILE puts them, and nowhere else */
static bool place_right(const struct rutoken_memory *memory, const struct rutoken_file *parent,
                        const struct rutoken_file *facts)
{
    uint8_t holds = facts->property[0];

    if (facts->type != RUTOKEN_RSF)
        return true;
    if (holds == RUTOKEN_PIN)
        return parent == memory->mf;
    return parent ==
           rutoken_at(memory, rutoken_is_private(holds) ? RUTOKEN_PATH_PRIVATE : RUTOKEN_PATH_PUBLIC);
}

/* What the card could not have put there itself */
static bool contents_right(const struct rutoken_card *card, const struct rutoken_file *facts,
                           struct bytes contents)
{
    if (contents.size != facts->size)
        return false;
    if (!facts->filled)
        return facts->type == RUTOKEN_EF || bytes_strip_zeros(contents).size == 0;
    switch (facts->property[0]) {
    case RUTOKEN_RSA_PRIVATE:
        return rutoken_rsa_check(card->crypto, contents) == RESULT_OK;
    case RUTOKEN_GOST_PRIVATE:
    case RUTOKEN_GOST512_PRIVATE:
        return rutoken_gost_check(contents, facts->property[1]) == RESULT_OK;
    case RUTOKEN_PIN:
        return contents.size > 0 && contents.size >= facts->property[1];
    default:
        return true;
    }
}

static enum result load_one(const struct rutoken_card *card, struct tlv_cursor *cursor,
                            struct rutoken_file *parent, struct rutoken_memory *memory,
                            struct rutoken_file **ret)
{
    struct bytes saved, contents = BYTES_NONE;
    struct rutoken_file facts;

    TRY(tlv_expect(cursor, TAG_FACTS, &saved));
    if (!facts_parse(saved, &facts) || !rutoken_possible(card->profile, &facts, parent) ||
        !place_right(memory, parent, &facts))
        return RESULT_MALFORMED;
    if (facts.type == RUTOKEN_DF)
        return rutoken_add(memory, parent, &facts, ret);
    TRY(tlv_expect(cursor, TAG_CONTENTS, &contents));
    if (!contents_right(card, &facts, contents) || !tlv_at_end(cursor))
        return RESULT_MALFORMED;
    TRY(rutoken_add(memory, parent, &facts, ret));
    if (contents.size > 0)
        memcpy((*ret)->contents, contents.data, contents.size);
    (*ret)->filled = facts.filled;
    return RESULT_OK;
}

/* As deep as rutoken_possible() lets folders be */
static enum result load_file(const struct rutoken_card *card, struct bytes saved, struct rutoken_file *parent,
                             struct rutoken_memory *memory)
{
    struct tlv_cursor cursor = tlv_open(saved);
    struct rutoken_file *file;
    struct bytes below;

    TRY(load_one(card, &cursor, parent, memory, &file));
    while (!tlv_at_end(&cursor)) {
        TRY(tlv_expect(&cursor, TAG_FILE, &below));
        TRY(load_file(card, below, file, memory));
    }
    return RESULT_OK;
}

static enum result load_head(const struct rutoken_card *card, struct tlv_cursor *cursor,
                             struct rutoken_memory *memory)
{
    struct bytes value;

    TRY(tlv_expect(cursor, TAG_FORMAT, &value));
    if (!bytes_equal(value, BYTES_LIT(FORMAT)))
        return RESULT_MALFORMED;
    TRY(tlv_expect(cursor, TAG_PROFILE, &value));
    if (!bytes_equal(value, bytes_text(card->profile->name)))
        return RESULT_MALFORMED;
    TRY(tlv_expect(cursor, TAG_SERIAL, &value));
    if (value.size != sizeof(memory->serial))
        return RESULT_MALFORMED;
    memcpy(memory->serial, value.data, value.size);
    TRY(tlv_expect(cursor, TAG_FORMATTING, &value));
    if (value.size != 1 || value.data[0] > 1)
        return RESULT_MALFORMED;
    memory->formatting = value.data[0] == 1;
    return RESULT_OK;
}

static enum result load_memory(const struct rutoken_card *card, struct bytes saved,
                               struct rutoken_memory *memory)
{
    struct tlv_cursor outer = tlv_open(saved), cursor;
    struct bytes state, file;

    TRY(tlv_expect(&outer, TAG_STATE, &state));
    if (!tlv_at_end(&outer))
        return RESULT_MALFORMED;
    cursor = tlv_open(state);
    TRY(load_head(card, &cursor, memory));
    if (tlv_at_end(&cursor))
        return memory->formatting ? RESULT_OK : RESULT_MALFORMED;
    TRY(tlv_expect(&cursor, TAG_FILE, &file));
    if (!tlv_at_end(&cursor))
        return RESULT_MALFORMED;
    return load_file(card, file, NULL, memory);
}

enum result rutoken_state_load(struct rutoken_card *card, struct bytes saved)
{
    SCOPED(rutoken_memory_clear) struct rutoken_memory memory = { 0 };
    struct rutoken_memory old;
    enum result result = load_memory(card, saved, &memory);

    if (result != RESULT_OK)
        return result == RESULT_NO_MEMORY ? result : RESULT_MALFORMED;
    /* the scope's end frees what the card had; nothing may point into it */
    memset(&card->session, 0, sizeof(card->session));
    old = card->memory;
    card->memory = memory;
    memory = old;
    secret_wipe(&old, sizeof(old));
    return RESULT_OK;
}
