/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* uri.h: how a person names a token, key or certificate: PKCS#11 URIs (RFC 7512), taken apart by p11-kit; or a plain word. */
#ifndef ECP_TOOL_URI_H
#define ECP_TOOL_URI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Space for the longest value of one attribute, with its NUL. */
#define URI_TEXT_MAX 65
#define URI_ID_MAX 64

/** The class of object that a URI asks for, if any. */
enum uri_type { URI_ANY, URI_KEY, URI_CERTIFICATE };

/**
 * What a URI asks for; an empty field asks for nothing. IS_WORD: it was no URI but the plain word WORD. FILE is its
 * pin-source, without "file:".
 */
struct uri {
    bool is_word, has_id;
    const char *word; /**< of the text given to uri_read() */
    char token[URI_TEXT_MAX], serial[URI_TEXT_MAX], manufacturer[URI_TEXT_MAX], model[URI_TEXT_MAX];
    char object[URI_TEXT_MAX];
    enum uri_type type;
    uint8_t id[URI_ID_MAX];
    size_t id_size;
    char pin_source[1024];
};

/** How a text was read. */
enum uri_result { URI_OK, URI_WRONG, URI_HAS_PIN };

/**
 * Takes TEXT apart; what does not begin with "pkcs11:" is a word. NULL asks for nothing. URI_WRONG: no such URI, or one of
 * something that is neither key nor certificate;
 * URI_HAS_PIN: it has a pin-value, which is refused because command lines are seen by everybody on the machine.
 */
enum uri_result uri_read(const char *text, struct uri *ret);

/** Writes the URI of a token (OBJECT NULL) or of something on it into RET. */
void uri_write(char *ret, size_t size, const char *token, const char *serial, const uint8_t *id, size_t id_size,
               const char *type);

#endif
