/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* running.h: what the C_…Init, C_…Update and C_…Final functions share: a session's running operations. */
#ifndef ECP_MODULE_RUNNING_H
#define ECP_MODULE_RUNNING_H

#include "module/api/call.h"

/**
 * Begins USE in the call's session. MECHANISM NULL ends the running one (3.0). CKR_OPERATION_ACTIVE;
 * CKR_ARGUMENTS_BAD for NULL with nothing to end; the errors of operation_new().
 */
CK_RV running_init(struct call *call, enum operation_use use, const CK_MECHANISM *mechanism,
                   CK_OBJECT_HANDLE key);

/** Adds the SIZE bytes at DATA. A failure ends the operation. CKR_OPERATION_NOT_INITIALIZED. */
CK_RV running_update(struct call *call, enum operation_use use, const void *data, CK_ULONG size);

/** Finishes with all the data (the single-part functions) or without more of it; see operation_finish(). */
CK_RV running_whole(struct call *call, enum operation_use use, const void *data, CK_ULONG size,
                    CK_BYTE_PTR out, CK_ULONG_PTR out_size);
CK_RV running_final(struct call *call, enum operation_use use, CK_BYTE_PTR out, CK_ULONG_PTR out_size);

/** C_EncryptUpdate: the data is kept for the end, so there is no output yet. */
CK_RV running_encrypt_part(struct call *call, const void *data, CK_ULONG size, CK_BYTE_PTR out,
                           CK_ULONG_PTR out_size);

/** C_DecryptUpdate: see operation_decrypt_part(). */
CK_RV running_decrypt_part(struct call *call, const void *data, CK_ULONG size, CK_BYTE_PTR out,
                           CK_ULONG_PTR out_size);

#endif
