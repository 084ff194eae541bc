/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * trust.h: does a certificate lead to an authority that is trusted, was it valid, is it revoked, may it sign documents?
 * Answered by GnuTLS (RFC 5280), whose only door this is.
 */
#ifndef ECP_TOOL_TRUST_H
#define ECP_TOOL_TRUST_H

#include <time.h>

#include "tool/certificate_file.h"
#include "tool/describe.h"
#include "tool/options.h"

/** Of a reason, with a name in it. */
#define TRUST_REASON_MAX (DESCRIBE_NAME_MAX + 256)

/** The authorities that are trusted, and the revocation lists that were given. */
struct trust;

/**
 * Takes the certificates in the files ANCHORS, or if there are none those of the system, and the lists in the files CRLS.
 * EXIT_CODE_NOT_FOUND, EXIT_CODE_BAD_INPUT. On success *RET is the caller's (trust_free).
 */
enum exit_code trust_open(const struct ui *ui, const struct options_list *anchors, const struct options_list *crls,
                          struct trust **ret);

/** Frees *TRUST and sets it to NULL. NULL is allowed. Fit for SCOPED. */
void trust_free(struct trust **trust);

/** Lists that came with a message. They may revoke, if their authority signed them, but clear nobody: the signer chose them.
 * Broken ones are left out. CRLS is a row of DER objects. */
void trust_add_crls(struct trust *trust, struct bytes crls);

/**
 * What was found out. CODE: EXIT_CODE_OK, EXIT_CODE_UNTRUSTED, EXIT_CODE_REVOKED, EXIT_CODE_NOT_VALID_THEN,
 * EXIT_CODE_WRONG_USE, or EXIT_CODE_UNCHECKED if an algorithm on the way is not known or lists were given and none tells
 * about this certificate. REASON says why in the person's language, empty if OK. ANCHOR: the authority that it leads to, if
 * any; CHAIN_CHECKED: by signatures, not only by the names in the certificates. REVOCATION_CHECKED: a list that
 * counts tells of the certificate.
 */
struct trust_answer {
    enum exit_code code;
    char reason[TRUST_REASON_MAX], anchor[DESCRIBE_NAME_MAX];
    bool chain_checked, revocation_checked;
};

/**
 * How much ANSWER says, of several about what may be one thing: that nobody is led to says least, then what rests on signatures
 * that could not be checked (anybody can have made those), and a good answer most.
 */
unsigned trust_answer_weight(const struct trust_answer *answer);

/** Judges CERTIFICATE (DER) at the time AT. OTHERS are certificates that may stand between it and an authority. */
void trust_judge(struct trust *trust, struct bytes certificate, const struct der_list *others, time_t at,
                 struct trust_answer *ret);

#endif
