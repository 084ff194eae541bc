/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* client.h: a PKCS#11 module, ours or anybody's, as a program loads it; and the tokens in it. */
#ifndef ECP_TOOL_CLIENT_H
#define ECP_TOOL_CLIENT_H

#include "asn1/result.h"
#include "pkcs11-headers/pkcs11.h"
#include "tool/options.h"
#include "tool/uri.h"

/** A loaded and initialised module. */
struct client {
    void *library;
    const char *path;
    CK_FUNCTION_LIST_PTR p11;
};

/** A slot, and the token in it if HAS_TOKEN. Texts are without the padding, and safe to print. */
struct token {
    CK_SLOT_ID slot;
    bool has_token;
    CK_SLOT_INFO slot_info;
    CK_TOKEN_INFO info;
    CK_RV rv; /**< of C_GetTokenInfo: CKR_OK, or why there is no INFO */
    char reader[65], label[33], serial[17], manufacturer[33], model[17];
};

/** The slots of a module; ROWS are the holder's. */
struct tokens {
    struct token *rows;
    size_t count;
};

/** The path of the module: --module, the environment's ECP_MODULE, or the one that was installed with this program. */
const char *client_path(const struct common *common);

/** Loads and initialises the module. On success RET is the caller's (client_close). */
enum exit_code client_open(const struct ui *ui, const struct common *common, struct client *ret);

/** Finalises and unloads. Fit for SCOPED; an empty struct is allowed. */
void client_close(struct client *client);

/** All slots, those without a token too. On success RET is the caller's (tokens_free). */
enum exit_code client_tokens(const struct ui *ui, const struct client *client, struct tokens *ret);

/** Frees. Fit for SCOPED. */
void tokens_free(struct tokens *tokens);

/** Looks at one slot again. */
void client_look(const struct client *client, CK_SLOT_ID slot, struct token *ret);

/**
 * The one token that COMMON names, or the only one there is. Uninitialised tokens count only if BLANK.
 * EXIT_CODE_NO_TOKEN if there is none, or if there are several and none was named.
 */
enum exit_code client_token(const struct ui *ui, const struct client *client, const struct common *common, bool blank,
                            struct token *ret);

/** WANTED, read from --token or a URI of an object, names TOKEN. */
bool client_token_is(const struct token *token, const struct uri *wanted);

/** Reads TEXT (uri_read), telling what is wrong with it. */
enum exit_code client_uri(const struct ui *ui, const char *text, struct uri *ret);

#endif
