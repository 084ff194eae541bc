/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_select.h"

#include <string.h>

#include "asn1/tlv.h"
#include "vcard/vcard_rutoken_files.h"

enum {
    SELECT_BY_ID = 0x00,
    SELECT_PARENT = 0x03,
    SELECT_BY_NAME = 0x04,
    SELECT_BY_PATH = 0x08,
    ANSWER_FCI = 0x00,
    ANSWER_NEXT = 0x02,
    ANSWER_FCP = 0x04,
    ANSWER_NOTHING = 0x0C,
    FID_SIZE = 2,
};

static struct rutoken_file *current_df(const struct rutoken_card *card)
{
    struct rutoken_file *file = card->session.current ? card->session.current : card->memory.mf;

    return file && file->type != RUTOKEN_DF ? file->parent : file;
}

static void add_fci(const struct rutoken_file *file, uint8_t tag, struct buf *out)
{
    size_t mark = tlv_begin(out, tag);

    tlv_add_header(out, 0x80, 2);
    buf_add_number(out, file->size, 2);
    tlv_add_header(out, 0x81, 2);
    buf_add_number(out, (uint64_t)file->size + RUTOKEN_FILE_OVERHEAD, 2);
    tlv_add(out, 0x82, BYTES_LIT(file->type, 0x00));
    tlv_add_header(out, 0x83, FID_SIZE);
    buf_add_number(out, file->fid, FID_SIZE);
    if (file->type == RUTOKEN_RSF)
        tlv_add(out, 0x85, BYTES_OF(file->property));
    tlv_add(out, 0x86, BYTES_OF(file->security));
    tlv_add_byte(out, 0x8A, 0x05);
    tlv_end(out, mark);
}

static uint16_t select_file(struct rutoken_card *card, struct rutoken_file *file,
                            const struct iso_command *command, struct buf *out)
{
    if (!file)
        return ISO_SW_NO_FILE;
    card->session.current = file;
    if (command->p2 != ANSWER_NOTHING)
        add_fci(file, command->p2 == ANSWER_FCP ? 0x62 : 0x6F, out);
    return ISO_SW_OK;
}

static uint16_t fid_of(struct bytes data)
{
    return (uint16_t)bytes_number(bytes_slice(data, 0, FID_SIZE));
}

static uint16_t list(const struct rutoken_file *file, struct buf *out)
{
    if (!file)
        return ISO_SW_NO_FILE;
    add_fci(file, 0x6F, out);
    return ISO_SW_OK;
}

static uint16_t list_next(const struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    struct rutoken_file *file = rutoken_child(current_df(card), fid_of(command->data));

    return command->data.size == FID_SIZE ? list(file ? file->next : NULL, out) : ISO_SW_LENGTH;
}

/* Whether ISO's other meanings (the parent, the folder itself) are understood is not known */
static uint16_t select_by_id(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    uint16_t fid = fid_of(command->data);

    if (command->data.size == 0 && command->p2 == ANSWER_FCI && current_df(card))
        return list(current_df(card)->child, out);
    if (command->data.size != FID_SIZE)
        return ISO_SW_LENGTH;
    if (fid == RUTOKEN_FID_MF)
        return select_file(card, card->memory.mf, command, out);
    return select_file(card, rutoken_child(current_df(card), fid), command, out);
}

static uint16_t select_by_path(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    struct rutoken_file *file = card->memory.mf;

    if (command->data.size == 0 || command->data.size % FID_SIZE != 0)
        return ISO_SW_LENGTH;
    for (size_t i = 0; file && i < command->data.size; i += FID_SIZE)
        file = rutoken_child(file, fid_of(bytes_from(command->data, i)));
    return select_file(card, file, command, out);
}

static uint16_t select_parent(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    struct rutoken_file *df = current_df(card);

    return command->data.size > 0 ? ISO_SW_LENGTH : select_file(card, df ? df->parent : NULL, command, out);
}

/*
 * The family has no applications with names. What is left of the selection after another program asked for
 * one is not known: here nothing.
 */
static uint16_t select_by_name(struct rutoken_card *card)
{
    card->session.current = NULL;
    memset(&card->session.environment, 0, sizeof(card->session.environment));
    return ISO_SW_NO_FILE;
}

uint16_t rutoken_select(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    if (command->p1 == SELECT_BY_NAME)
        return select_by_name(card);
    if (command->p1 == SELECT_BY_ID && command->p2 == ANSWER_NEXT)
        return list_next(card, command, out);
    /* T=0 cards do not answer SELECT with nothing */
    if (command->p2 != ANSWER_FCI && command->p2 != ANSWER_FCP &&
        (command->p2 != ANSWER_NOTHING || card->profile->t0))
        return ISO_SW_P1P2;
    switch (command->p1) {
    case SELECT_BY_ID:
        return select_by_id(card, command, out);
    case SELECT_PARENT:
        return select_parent(card, command, out);
    case SELECT_BY_PATH:
        return select_by_path(card, command, out);
    default:
        return ISO_SW_P1P2;
    }
}

/* Live firmware wants 80 before 82 and says 6A89 otherwise */
static bool order_right(struct bytes fields)
{
    struct tlv_cursor cursor = tlv_open(fields);
    struct tlv part;

    while (tlv_next(&cursor, &part) == RESULT_OK) {
        if (part.tag == 0x80)
            return true;
        if (part.tag == 0x82)
            return false;
    }
    return true;
}

static bool field(struct bytes fields, uint32_t tag, size_t size, struct bytes *ret)
{
    return tlv_find(fields, tag, ret) == RESULT_OK && ret->size == size;
}

/* The template of CREATE FILE */
static bool facts_parse(struct bytes fields, struct rutoken_file *facts)
{
    struct bytes size, type, fid, property, security;

    *facts = (struct rutoken_file){ 0 };
    if (!field(fields, 0x80, 2, &size) || !field(fields, 0x82, 2, &type) || type.data[1] != 0x00 ||
        !field(fields, 0x83, FID_SIZE, &fid) || !field(fields, 0x86, RUTOKEN_SECURITY_SIZE, &security))
        return false;
    facts->size = fid_of(size);
    facts->type = type.data[0];
    facts->fid = fid_of(fid);
    memcpy(facts->security, security.data, sizeof(facts->security));
    if (facts->type != RUTOKEN_RSF)
        return true;
    if (!field(fields, 0x85, RUTOKEN_PROPERTY_SIZE, &property))
        return false;
    memcpy(facts->property, property.data, sizeof(facts->property));
    return true;
}

static struct rutoken_file *place_for(const struct rutoken_card *card, const struct rutoken_file *facts)
{
    if (facts->type != RUTOKEN_RSF)
        return current_df(card);
    if (rutoken_is_private(facts->property[0]))
        return rutoken_at(&card->memory, RUTOKEN_PATH_PRIVATE);
    if (rutoken_is_public(facts->property[0]))
        return rutoken_at(&card->memory, RUTOKEN_PATH_PUBLIC);
    return card->memory.mf;
}

static uint16_t file_add(struct rutoken_card *card, struct rutoken_file *parent,
                         const struct rutoken_file *facts)
{
    struct rutoken_file *file;
    enum result result = rutoken_add(&card->memory, parent, facts, &file);

    if (result == RESULT_EXISTS)
        return ISO_SW_EXISTS;
    if (result == RESULT_CARD_FULL)
        return ISO_SW_FULL;
    if (result != RESULT_OK)
        return ISO_SW_MEMORY;
    card->session.current = file;
    card->changes++;
    return ISO_SW_OK;
}

uint16_t rutoken_create_file(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    struct rutoken_file facts, *parent;
    struct bytes fields;

    (void)out;
    if (command->p1 != 0x00 || command->p2 != 0x00)
        return ISO_SW_P1P2;
    if (tlv_find(command->data, 0x6F, &fields) != RESULT_OK &&
        tlv_find(command->data, 0x62, &fields) != RESULT_OK)
        return ISO_SW_DATA;
    if (!order_right(fields))
        return ISO_SW_EXISTS;
    if (!facts_parse(fields, &facts))
        return ISO_SW_DATA;
    parent = facts.fid == RUTOKEN_FID_MF ? NULL : place_for(card, &facts);
    if (!parent && (facts.fid != RUTOKEN_FID_MF || !card->memory.formatting))
        return facts.fid == RUTOKEN_FID_MF ? ISO_SW_EXISTS : ISO_SW_NO_FILE;
    if (!rutoken_possible(card->profile, &facts, parent))
        return ISO_SW_DATA;
    if (parent &&
        !rutoken_may(card, parent, facts.type == RUTOKEN_RSF ? RUTOKEN_MAY_PLACE : RUTOKEN_MAY_CREATE))
        return ISO_SW_SECURITY;
    return file_add(card, parent, &facts);
}

/* Whether a folder goes with what is in it is not known: here it must be empty. The MF goes only with
 * everything. */
uint16_t rutoken_delete_file(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    struct rutoken_file *file = card->session.current;

    (void)out;
    if (command->p1 != 0x00 || command->p2 != 0x00)
        return ISO_SW_P1P2;
    if (command->data.size != 0 && command->data.size != FID_SIZE)
        return ISO_SW_LENGTH;
    if (command->data.size == FID_SIZE)
        file = rutoken_child(current_df(card), fid_of(command->data));
    if (!file)
        return ISO_SW_NO_FILE;
    if (!rutoken_may(card, file, RUTOKEN_MAY_DELETE))
        return ISO_SW_SECURITY;
    if (file->child || !file->parent)
        return ISO_SW_CONDITION;
    card->session.current = file->parent;
    rutoken_remove(&card->memory, file);
    card->changes++;
    return ISO_SW_OK;
}

uint16_t rutoken_format_begin(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    (void)out;
    if (command->p1 != 0x00 || command->p2 != 0x00)
        return ISO_SW_P1P2;
    memset(&card->session, 0, sizeof(card->session));
    if (card->memory.mf)
        rutoken_remove(&card->memory, card->memory.mf);
    card->memory.formatting = true;
    card->changes++;
    return ISO_SW_OK;
}

uint16_t rutoken_format_end(struct rutoken_card *card, const struct iso_command *command, struct buf *out)
{
    (void)out;
    if (command->p1 != 0x4E || command->p2 != 0x19)
        return ISO_SW_P1P2;
    if (!card->memory.formatting || !card->memory.mf)
        return ISO_SW_CONDITION;
    card->memory.formatting = false;
    card->changes++;
    return ISO_SW_OK;
}
