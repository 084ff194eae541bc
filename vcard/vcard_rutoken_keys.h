/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_rutoken_keys.h: commands that make and use keys. */
#ifndef ECP_VCARD_VCARD_RUTOKEN_KEYS_H
#define ECP_VCARD_VCARD_RUTOKEN_KEYS_H

#include "vcard/vcard_rutoken_card.h"

/** GENERATE KEY PAIR (46) into two files that were created before; answers with the public key. */
uint16_t rutoken_generate(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

/** MANAGE SECURITY ENVIRONMENT (22). */
uint16_t rutoken_set_environment(struct rutoken_card *card, const struct iso_command *command,
                                 struct buf *out);

/** PERFORM SECURITY OPERATION (2A): sign; decipher or agree. */
uint16_t rutoken_perform(struct rutoken_card *card, const struct iso_command *command, struct buf *out);

/**
 * Makes a key pair for the files PRIVATE and PUBLIC, whose properties and sizes must fit each other
 * (RESULT_MALFORMED), and fills them. RESULT_NO_MEMORY, RESULT_INTERNAL.
 */
enum result rutoken_pair_make(OSSL_LIB_CTX *crypto, struct rutoken_file *private,
                              struct rutoken_file *public) MUST_USE;

#endif
