/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* session.h: a session with one token: opened, logged in with a PIN from wherever the person keeps it, closed. */
#ifndef ECP_TOOL_SESSION_H
#define ECP_TOOL_SESSION_H

#include "asn1/secret.h"
#include "tool/client.h"
#include "tool/pin_source.h"

/** A session. PIN is kept while the command runs, for keys that want it at each signature. AS_OFFICER: it is the security
 * officer who is logged in, from whom many tokens hide private keys. */
struct session {
    const struct client *client;
    struct token token;
    CK_SESSION_HANDLE handle;
    bool logged_in, as_officer;
    struct secret *pin;
};

/** Opens a session with TOKEN. On success RET is the caller's (session_close). */
enum exit_code session_open(const struct ui *ui, const struct client *client, const struct token *token, bool write,
                            struct session *ret);

/** Logs out and closes. Fit for SCOPED; an empty struct is allowed. */
void session_close(struct session *session);

/**
 * Logs in as USER. The PIN comes from COMMON (a descriptor, a file, pinentry), else the terminal is asked, and after a
 * wrong PIN asked again as long as the token does not say that one try is left; a PIN from elsewhere is used once. A
 * factory PIN, which the token tells of or which is the one that was given, is refused with EXIT_CODE_PIN_RULE unless
 * FACTORY.
 */
enum exit_code session_login(const struct ui *ui, struct session *session, const struct common *common,
                             CK_USER_TYPE user, bool factory);

/** As session_login(), with a PIN from SOURCE: for commands that ask for several. */
enum exit_code session_login_from(const struct ui *ui, struct session *session, struct pin_source *source,
                                  CK_USER_TYPE user, bool factory);

/** Tells that USER's PIN is locked, and what helps. */
enum exit_code session_tell_locked(const struct ui *ui, CK_USER_TYPE user);

/** Logs out before the session ends. Nothing happens if nobody is logged in. */
void session_logout(struct session *session);

/** C_SetPIN of whoever is logged in (both NULL: on the reader's keys), C_InitPIN, and C_InitToken of a slot without
 * sessions. They tell nothing. LABEL is cut at 32 bytes, between characters. */
CK_RV session_set_pin(const struct session *session, const struct secret *old_pin, const struct secret *new_pin);
CK_RV session_init_pin(const struct session *session, const struct secret *new_pin);
CK_RV session_init_token(const struct client *client, CK_SLOT_ID slot, const struct secret *so_pin, const char *label);

/** One attempt with PIN (NULL: the reader's keys). Tells nothing. */
CK_RV session_present(struct session *session, CK_USER_TYPE user, const struct secret *pin);

#endif
