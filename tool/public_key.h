/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* public_key.h: the public key of an object on a token, whichever attributes its module gives. */
#ifndef ECP_TOOL_PUBLIC_KEY_H
#define ECP_TOOL_PUBLIC_KEY_H

#include "asn1/pubkey.h"
#include "tool/session.h"

/** Reads the public key of OBJECT, a public or private key. RET->kind is KEY_NONE if it does not tell. */
void public_key_read(const struct session *session, CK_OBJECT_HANDLE object, struct pubkey *ret);

#endif
