/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* folder.h: the folder in which a person keeps certificates as files. */
#ifndef ECP_MODULE_FOLDER_H
#define ECP_MODULE_FOLDER_H

#include <stddef.h>

#include "asn1/bytes.h"
#include "asn1/pubkey.h"
#include "asn1/result.h"

#define FOLDER_FILES_MAX 64   /**< files of a folder that are looked at */
#define FOLDER_FILE_MAX 32768 /**< bytes: longer files are left out */

/** A certificate in a file. */
struct folder_cert {
    char *name;       /**< of the file, fit to be shown: UTF-8 without control characters */
    struct bytes der; /**< DER; belongs to the folder */
    struct pubkey key;
};

/** The certificates of a folder, in the order of the files' names. */
struct folder {
    struct folder_cert *certs;
    size_t count;
};

/**
 * Reads the certificates in the folder PATH (NULL: none): of plain files (not what a symbolic link points to) named *.cer, *.crt, *.der
 * or *.pem, each one certificate in DER or the first in PEM. What is none, or has a key that is not understood, is left
 * out, and so is a certificate that was there already. A folder that is not there, that does not belong to this user or
 * root, or that everybody may write has nothing in it. *RET belongs to the caller; RESULT_NO_MEMORY.
 */
enum result folder_read(const char *path, struct folder **ret) MUST_USE;

/** Takes the certificate at INDEX out. */
void folder_drop(struct folder *folder, size_t index);

/** Frees *FOLDER and sets it to NULL; NULL is allowed. Fit for SCOPED. */
void folder_free(struct folder **folder);

#endif
