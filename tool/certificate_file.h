/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* certificate_file.h: certificates and revocation lists in files of any form: DER, PEM, bare base64, PKCS#7 (.p7b). */
#ifndef ECP_TOOL_CERTIFICATE_FILE_H
#define ECP_TOOL_CERTIFICATE_FILE_H

#include "asn1/bytes.h"
#include "tool/options.h"
#include "tool/ui.h"

/** DER objects, each in memory of its own. */
struct der_list {
    struct bytes *rows;
    size_t count;
};

/** Frees. Fit for SCOPED. */
void der_list_free(struct der_list *list);

/** Appends a copy of OBJECT, unless it is there already. EXIT_CODE_FAILED without memory. */
enum exit_code der_list_add(const struct ui *ui, struct der_list *list, struct bytes object);

/**
 * Appends all certificates in the file PATH; those of a PKCS#7 bundle too. EXIT_CODE_NOT_FOUND, EXIT_CODE_BAD_INPUT if
 * there is none or one that cannot be read.
 */
enum exit_code certificate_file_read(const struct ui *ui, const char *path, struct der_list *list);

/** certificate_file_read() for each of PATHS. */
enum exit_code certificate_files_read(const struct ui *ui, const struct options_list *paths, struct der_list *list);

/** Appends all revocation lists in the file PATH, as certificate_file_read(); whether a list is well-formed inside is
 * not looked at. */
enum exit_code crl_file_read(const struct ui *ui, const char *path, struct der_list *list);

#endif
