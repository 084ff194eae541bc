/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* profile.h: kinds of certificates: what their subjects consist of, and what is asked for beside the name. */
#ifndef ECP_TOOL_PROFILE_H
#define ECP_TOOL_PROFILE_H

#include "tool/objects.h"
#include "tool/subject.h"

/** What a profile makes of a part of the name. */
enum profile_need {
    PROFILE_NEVER = 0, /**< it does not belong there */
    PROFILE_MAY,       /**< taken if given */
    PROFILE_ASKED,     /**< asked for; may stay empty */
    PROFILE_NEEDED,    /**< no request without it */
};

/** A profile. RUSSIAN: for a qualified signature in Russia (order 795 of the FSB), with its extensions. */
struct profile {
    const char *name, *words;
    bool russian;
    enum profile_need needs[SUBJECT_FIELDS];
};

/** The profile with NAME; NULL if there is none. */
const struct profile *profile_find(const char *name);

/** The names of all profiles, for messages: "person, …". */
const char *profile_names(void);

/**
 * Sees to it that SUBJECT has what PROFILE needs. ASK: what is missing is asked for on the terminal, again after a
 * wrong answer. EXIT_CODE_USAGE for a part that does not belong there, or if something needed is missing and may not or
 * cannot be asked for.
 */
enum exit_code profile_complete(const struct ui *ui, const struct profile *profile, bool ask, struct subject *subject);

/** What extensions are made of, beside the profile. IDENTIFICATION is that of extension_add_identification(). */
struct profile_choice {
    const char *sign_tool, *email;
    unsigned identification;
    bool decrypts;
};

/** Appends the row of DER Extension that PROFILE asks for. Errors as extension.h has them. */
enum result profile_extensions(const struct profile *profile, const struct profile_choice *choice,
                               struct buf *out) MUST_USE;

#endif
