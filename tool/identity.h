/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* identity.h: whose signature it will be: a key on a token together with its certificate. */
#ifndef ECP_TOOL_IDENTITY_H
#define ECP_TOOL_IDENTITY_H

#include "tool/certificate_file.h"
#include "tool/objects.h"

/** How a person says it; each may be NULL. CERTIFICATE is on the token, CERTIFICATE_FILE is not. */
struct identity_wish {
    const char *key, *certificate, *certificate_file;
};

/** The rows of a table of options that fill WISH. */
#define IDENTITY_ROWS(wish)                                                                                             \
    { "key", N_("KEY"), N_("which key: PKCS#11 URI, label or id"), OPTION_TEXT, &(wish)->key },                         \
        { "certificate", N_("CERTIFICATE"), N_("which certificate on the token: PKCS#11 URI, label or id"),             \
          OPTION_TEXT, &(wish)->certificate },                                                                          \
        { "certificate-file", N_("FILE"), N_("the certificate, if it is not on the token"), OPTION_TEXT,                \
          &(wish)->certificate_file }

/** The key and its certificate. CERTIFICATE is a view of what OBJECTS or OWNED hold, X509 and OWNED are the holder's. */
struct identity {
    const struct key *key;
    struct bytes certificate;
    struct x509 *x509;
    struct der_list owned;
};

/**
 * Finds the one key with a certificate that WISH means among OBJECTS, which must live as long as RET. EXIT_CODE_NOT_FOUND
 * if there is none, or several; EXIT_CODE_BAD_INPUT if the certificate is not one of the key; EXIT_CODE_EXPIRED if the
 * certificate is not valid today; EXIT_CODE_WRONG_USE if it is not for signing. On success RET is the caller's
 * (identity_free).
 */
enum exit_code identity_find(const struct ui *ui, const struct objects *objects, const struct identity_wish *wish,
                             struct identity *ret);

/** Frees. Fit for SCOPED. */
void identity_free(struct identity *identity);

#endif
