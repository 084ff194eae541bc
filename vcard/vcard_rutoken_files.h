/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_rutoken_files.h: the tree of files and who may do what with them. No commands here. */
#ifndef ECP_VCARD_VCARD_RUTOKEN_FILES_H
#define ECP_VCARD_VCARD_RUTOKEN_FILES_H

#include "vcard/vcard_rutoken_card.h"

/** The folders that key files land in, whatever folder is the current one. */
#define RUTOKEN_PATH_PRIVATE ((const uint16_t[]){ 0x1000, 0x1000, 0x6002, 0 })
#define RUTOKEN_PATH_PUBLIC ((const uint16_t[]){ 0x1000, 0x1000, 0x6001, 0 })

/** The child of DF with FID; NULL if there is none or DF is NULL. */
struct rutoken_file *rutoken_child(const struct rutoken_file *df, uint16_t fid);

/** The file at PATH below the MF; PATH ends with 0. NULL if there is none. */
struct rutoken_file *rutoken_at(const struct rutoken_memory *memory, const uint16_t *path);

/** The key file with REFERENCE, HOLDS one of the halves of a key; NULL if there is none. */
struct rutoken_file *rutoken_key_file(const struct rutoken_memory *memory, bool private, uint8_t reference);

/** The PIN file with REFERENCE 1 (security officer) or 2 (user); NULL if there is none. */
struct rutoken_file *rutoken_pin_file(const struct rutoken_memory *memory, uint8_t reference);

/** HOLDS is the private half of a key. */
bool rutoken_is_private(uint8_t holds);

/** HOLDS is the public half of a key. */
bool rutoken_is_public(uint8_t holds);

/**
 * Whether a file with these facts can be: its type, property and size fit each other, its conditions are
 * known ones. PARENT is where it is to be, NULL for the MF.
 */
bool rutoken_possible(const struct rutoken_profile *profile, const struct rutoken_file *file,
                      const struct rutoken_file *parent);

/**
 * Adds a copy of FACTS (fid, type, size, property, security) with contents of zeros as the youngest child of
 * PARENT, or as the MF if that is NULL. *RET belongs to the tree. RESULT_EXISTS, RESULT_CARD_FULL,
 * RESULT_NO_MEMORY.
 */
enum result rutoken_add(struct rutoken_memory *memory, struct rutoken_file *parent,
                        const struct rutoken_file *facts, struct rutoken_file **ret) MUST_USE;

/** Takes FILE and all below it out of the tree and frees them. */
void rutoken_remove(struct rutoken_memory *memory, struct rutoken_file *file);

/** Removes all files and wipes everything. Fit for SCOPED. */
void rutoken_memory_clear(struct rutoken_memory *memory);

/** Gives FILE, an RSF, VALUE as its contents and size. RESULT_NO_MEMORY. */
enum result rutoken_fill(struct rutoken_file *file, struct bytes value) MUST_USE;

/** The contents of FILE; empty for a DF. */
struct bytes rutoken_contents(const struct rutoken_file *file);

/** Whether the card would now let ACCESS to FILE happen. */
bool rutoken_may(const struct rutoken_card *card, const struct rutoken_file *file,
                 enum rutoken_access access);

#endif
