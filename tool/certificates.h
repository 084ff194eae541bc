/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* certificates.h: certificates in files, in whatever form authorities send them; and whether they may be used. */
#ifndef ECP_TOOL_CERTIFICATES_H
#define ECP_TOOL_CERTIFICATES_H

#include "asn1/x509.h"
#include "tool/file.h"
#include "tool/request_make.h"

/** The most certificates that are taken from one file. */
#define CERTIFICATES_MAX 32

/** Certificates, taken apart; everything is the holder's (certificates_free). */
struct certificates {
    uint8_t *memory;
    struct x509 *rows;
    size_t count;
};

/**
 * Reads the certificates in CONTENTS: DER, PEM (several, other blocks between them), base64 without lines around it, or
 * CMS/PKCS#7 (.p7b) in DER or PEM. NAME is what messages call it. EXIT_CODE_BAD_INPUT if there is none or one is broken.
 */
enum exit_code certificates_take(const struct ui *ui, const char *name, struct bytes contents, struct certificates *ret);

/** certificates_take() of the file PATH. */
enum exit_code certificates_read(const struct ui *ui, const char *path, struct certificates *ret);

/** Frees. Fit for SCOPED. */
void certificates_free(struct certificates *certificates);

/** EXIT_CODE_EXPIRED, with the day, if CERTIFICATE is not valid today. */
enum exit_code certificate_check_dates(const struct ui *ui, const struct x509 *certificate);

/** CERTIFICATE is what REQUEST asked for: the same key and the same name. EXIT_CODE_BAD_INPUT. */
enum exit_code certificate_check_request(const struct ui *ui, const struct x509 *certificate, const struct csr *request);

/** certificate_check_request() of what an authority issued, which cannot be fetched again: tells that PATH keeps it. */
enum exit_code certificate_check_kept(const struct ui *ui, const struct x509 *certificate, const struct csr *request,
                                      const char *path);

/**
 * Follows CERTIFICATE from issuer to issuer through CHAINS (COUNT of them) and checks each signature, date and right to
 * issue. Without any authority in CHAINS, and for a certificate that signed itself, only what there is is checked.
 * EXIT_CODE_BAD_INPUT if its issuer is not in CHAINS though authorities are, or a signature is wrong; EXIT_CODE_EXPIRED;
 * EXIT_CODE_UNSUPPORTED for an algorithm that is not known.
 */
enum exit_code certificate_check_chain(const struct ui *ui, const struct x509 *certificate,
                                       const struct certificates *chains, size_t count);

#endif
