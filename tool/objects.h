/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* objects.h: the keys and certificates on a token, as a person thinks of them: a pair is one key. */
#ifndef ECP_TOOL_OBJECTS_H
#define ECP_TOOL_OBJECTS_H

#include "asn1/pubkey.h"
#include "asn1/x509.h"
#include "tool/session.h"

#define OBJECTS_ID_MAX 64
#define OBJECTS_LABEL_MAX 129

/** A key pair. A handle is CK_INVALID_HANDLE if that half is not (visible) there; PUBLIC.kind is KEY_NONE if the public
 * key is not known. */
struct key {
    CK_OBJECT_HANDLE private_key, public_key;
    uint8_t id[OBJECTS_ID_MAX];
    size_t id_size;
    char label[OBJECTS_LABEL_MAX];
    bool always_authenticate, signs, decrypts;
    struct pubkey public;
};

/** A certificate. READABLE: DER was understood, and X509 says what is in it. */
struct certificate {
    CK_OBJECT_HANDLE handle;
    uint8_t id[OBJECTS_ID_MAX];
    size_t id_size;
    char label[OBJECTS_LABEL_MAX];
    uint8_t *der;
    size_t size;
    bool readable;
    struct x509 x509;
};

/** What is on TOKEN, which is the session's. */
struct objects {
    const struct token *token;
    struct key *keys;
    size_t key_count;
    struct certificate *certificates;
    size_t certificate_count;
};

/** Looks at everything that SESSION, which has to outlive RET, lets see. On success RET is the caller's (objects_free). */
enum exit_code objects_read(const struct ui *ui, const struct session *session, struct objects *ret);

/** Frees. Fit for SCOPED. */
void objects_free(struct objects *objects);

/** The key whose public half CERTIFICATE certifies, or NULL. */
const struct key *objects_key_of(const struct objects *objects, const struct certificate *certificate);

/** The newest certificate (by its end) of KEY, or NULL. */
const struct certificate *objects_certificate_of(const struct objects *objects, const struct key *key);

/** "rsa2048", "p256", "ed25519", "gost256 CryptoPro-A", as --algorithm calls it, into RET. */
void key_algorithm(const struct pubkey *key, char *ret, size_t size);

/** LABEL (NULL: none) is one that is shown and found again as it is. EXIT_CODE_USAGE, told. */
enum exit_code label_check(const struct ui *ui, const char *label);

/** An id in hexadecimal, into RET. */
void id_text(const uint8_t *id, size_t size, char *ret, size_t ret_size);

/**
 * The key that TEXT names: a PKCS#11 URI (of this token, if it names one), a label, or an id in hexadecimal. TEXT NULL: the only one that signs (FILTER
 * says which, NULL: any). EXIT_CODE_NOT_FOUND also if several match.
 */
enum exit_code objects_find_key(const struct ui *ui, const struct objects *objects, const char *text,
                                bool (*filter)(const struct objects *, const struct key *), const struct key **ret);

/** As objects_find_key(), for certificates. */
enum exit_code objects_find_certificate(const struct ui *ui, const struct objects *objects, const char *text,
                                        const struct certificate **ret);

#endif
