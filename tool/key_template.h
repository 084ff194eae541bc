/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* key_template.h: what a token is asked for when it is to make a key pair. */
#ifndef ECP_TOOL_KEY_TEMPLATE_H
#define ECP_TOOL_KEY_TEMPLATE_H

#include "asn1/bytes.h"
#include "tool/session.h"

/** A pair to be made; after key_template_generate() its handles. Views live as long as the strings they were made of. */
struct key_template {
    CK_MECHANISM_TYPE mechanism;
    CK_ULONG bits;              /**< RSA, else 0 */
    struct bytes curve;         /**< CKA_EC_PARAMS, else empty */
    struct bytes set, digest;   /**< CKA_GOSTR3410_PARAMS and CKA_GOSTR3411_PARAMS, else empty */
    const char *label;          /**< NULL: none */
    uint8_t id[64];
    size_t id_size;             /**< 0: the token chooses */
    CK_OBJECT_HANDLE public_key, private_key;
};

/** Reads ALGORITHM ("rsa2048" … "gost512"), PARAMSET, LABEL and ID (hexadecimal), the last three may be NULL.
 * EXIT_CODE_USAGE for names that are not known. */
enum exit_code key_template_make(const struct ui *ui, const char *algorithm, const char *paramset, const char *label,
                                 const char *id, struct key_template *ret);

/** Has the token make the pair, showing that it works. */
enum exit_code key_template_generate(const struct ui *ui, const struct session *session, struct key_template *template);

#endif
