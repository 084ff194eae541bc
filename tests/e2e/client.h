/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* client.h: an application: loads the finished module as anybody does, and gives up loudly where a step must not fail. */
#ifndef ECP_TESTS_E2E_CLIENT_H
#define ECP_TESTS_E2E_CLIENT_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "pkcs11-headers/pkcs11.h"

/** The module's functions, loaded from the path in argv[1] by client_load(). */
extern CK_FUNCTION_LIST_PTR p11;

/** Loads the module and takes its function list; does not initialise it. */
void client_load(const char *path);

/** C_Initialize with CKF_OS_LOCKING_OK. */
void client_initialize(void);

/** The number-th slot with a token (0 is the first). */
CK_SLOT_ID client_slot(unsigned number);

/** A session on SLOT; WRITE: read/write. */
CK_SESSION_HANDLE client_session(CK_SLOT_ID slot, bool write);

/** C_Login as USER with PIN. */
CK_RV client_login(CK_SESSION_HANDLE session, CK_USER_TYPE user, const char *pin);

/** The object of CLASS with the one-byte CKA_ID ID, or CK_INVALID_HANDLE. */
CK_OBJECT_HANDLE client_find(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, CK_BYTE id);

/** The number of objects that CLASS finds. */
unsigned client_count_objects(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class);

/** Signs 32 bytes with KEY: CKM_SHA256_RSA_PKCS or CKM_ECDSA_SHA256. PIN: for a context-specific login, or NULL. */
CK_RV client_sign(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_MECHANISM_TYPE mechanism, const char *pin,
                  CK_BYTE *signature, CK_ULONG *size);

/** Verifies the same with the public key of the same id, in the module. */
CK_RV client_verify(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_MECHANISM_TYPE mechanism, CK_BYTE *signature,
                    CK_ULONG size);

/** A session on the first token, a login with PIN (or somebody's before), a signature by RSA key 01 and its verification. */
void client_prove(const char *pin);

/** Runs "ecp-vcard ctl WORDS" on the card that this program runs beside. */
void client_ctl(const char *words);

/** The number of APDUs that the card has seen since client_ctl("count-reset"). */
long client_count(void);

/** The program cannot go on: says where and ends. */
#define CLIENT_NEED(condition)                                                                                     \
    do {                                                                                                           \
        if (!(condition)) {                                                                                        \
            printf("not ok - %s:%d: %s\n", __FILE__, __LINE__, #condition);                                       \
            exit(1);                                                                                               \
        }                                                                                                          \
    } while (0)

#define CLIENT_OK(expr)                                                                                            \
    do {                                                                                                           \
        CK_RV client_rv_ = (expr);                                                                                 \
        if (client_rv_ != CKR_OK) {                                                                                \
            printf("not ok - %s:%d: %s gave 0x%lx\n", __FILE__, __LINE__, #expr, client_rv_);                     \
            exit(1);                                                                                               \
        }                                                                                                          \
    } while (0)

#define CLIENT_RV(expr, expected)                                                                                  \
    do {                                                                                                           \
        CK_RV client_rv_ = (expr);                                                                                 \
        if (client_rv_ != (expected)) {                                                                            \
            printf("not ok - %s:%d: %s gave 0x%lx, not %s\n", __FILE__, __LINE__, #expr, client_rv_, #expected);  \
            exit(1);                                                                                               \
        }                                                                                                          \
    } while (0)

#endif
