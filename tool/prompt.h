/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* prompt.h: questions to the person at the terminal. Secrets go from the terminal straight into a struct secret. */
#ifndef ECP_TOOL_PROMPT_H
#define ECP_TOOL_PROMPT_H

#include "asn1/secret.h"
#include "tool/ui.h"

/** The longest secret and the longest answer, in bytes. */
#define PROMPT_SECRET_MAX 255
#define PROMPT_LINE_MAX 1024

/**
 * Asks for a secret on the terminal, without showing it. *RET belongs to the caller. EXIT_CODE_CANCELLED if there is no
 * terminal or the input ended.
 */
enum exit_code prompt_secret(const struct ui *ui, const char *question, struct secret **ret);

/** How reading a secret went. PROMPT_UNREADABLE: errno says why. */
enum prompt_outcome {
    PROMPT_READ,
    PROMPT_NOTHING, /**< no line, or an empty one */
    PROMPT_TOO_LONG,
    PROMPT_HAS_NUL,
    PROMPT_UNREADABLE,
    PROMPT_NO_MEMORY,
};

/**
 * The next line of FD as a secret, without its end and without a byte order mark. Nothing is told. On PROMPT_READ *RET
 * belongs to the caller.
 */
enum prompt_outcome prompt_secret_line(int fd, struct secret **ret);

/** As prompt_secret_line(), telling what is wrong: EXIT_CODE_CANCELLED if there is no line or it is empty, EXIT_CODE_BAD_INPUT if it
 * is too long or has a NUL, EXIT_CODE_NOT_FOUND if FD cannot be read. NAME: what FD is, for the message. */
enum exit_code prompt_secret_from(const struct ui *ui, int fd, const char *name, struct secret **ret);

/** Shows SECRET on the terminal behind WORDS, and nowhere else. EXIT_CODE_CANCELLED if there is no terminal. */
enum exit_code prompt_show_secret(const struct ui *ui, const char *words, const struct secret *secret);

/** Asks for a line on the terminal; an empty answer takes FALLBACK (NULL: stays empty). Same failures. */
enum exit_code prompt_line(const struct ui *ui, const char *question, const char *fallback, char *ret, size_t size);

/**
 * Asks for yes or no on the terminal; YES answers by itself (--yes). EXIT_CODE_CANCELLED for no, and where nobody can be
 * asked.
 */
enum exit_code prompt_confirm(const struct ui *ui, bool yes, const char *question);

/** Whether the person says yes to an offer. No, without a word, where nobody can be asked. */
bool prompt_agrees(const struct ui *ui, const char *question);

#endif
