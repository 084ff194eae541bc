/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* search.h: a running search (C_FindObjectsInit), and which objects can be seen at all. */
#ifndef ECP_MODULE_SEARCH_H
#define ECP_MODULE_SEARCH_H

#include "module/token/token.h"
#include "pkcs11-headers/pkcs11.h"

/** The handles that a search found when it began. */
struct search;

/**
 * Looks for every visible object of TOKEN that matches TEMPLATE. On success *RET belongs to the caller. The
 * errors of template_check() and token_look(), CKR_HOST_MEMORY.
 */
CK_RV search_new(struct token *token, const CK_ATTRIBUTE *template, CK_ULONG count, struct search **ret);

/** Frees *SEARCH and sets it to NULL. NULL is allowed. */
void search_free(struct search **search);

/** Hands out the next handles, at most MAX; returns how many. */
CK_ULONG search_next(struct search *search, CK_OBJECT_HANDLE *ret, CK_ULONG max);

/**
 * OBJECT may be seen with TOKEN's login state: a private one by the user alone, a private key of the card by
 * the security officer too, who administers it.
 */
bool search_sees(const struct token *token, const struct object *object);

/** The visible object with HANDLE, or NULL. */
struct object *search_object(struct token *token, CK_OBJECT_HANDLE handle);

#endif
