/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * edit.h: how other programs' configuration files are told of the module, each kind of file a row. Pure: text goes in and text
 * comes out, and whatever is not ours comes out as it went in, byte for byte. What was put in can be taken out again, and then
 * the text is as it was before.
 */
#ifndef ECP_TOOL_EDIT_H
#define ECP_TOOL_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "asn1/bytes.h"

/** What the module is called where a name is wanted. */
#define EDIT_NAME "ecp"

/** What a file says of the module. */
enum edit_state {
    EDIT_OUT,     /**< nothing */
    EDIT_IN,      /**< it is registered */
    EDIT_STALE,   /**< in a file that is all ours, which is not as it should be */
    EDIT_THROUGH, /**< it is reached through p11-kit, which the file names */
    EDIT_BY_HAND, /**< it is there in a person's words, which are not ours to remove */
    EDIT_OTHER,   /**< another module stands in its place */
    EDIT_DAMAGED, /**< the file is not what it should be */
};

/** A file. MODULE is the path of the module; P11_KIT: p11-kit has it, too; WHOLE is the text of a file that is all ours. */
struct edit_input {
    bool exists, p11_kit;
    struct bytes text;
    const char *module, *whole;
};

/** The text that the file is to have, the holder's; or the file is to go. */
struct edit {
    char *text;
    size_t size;
    bool remove;
};

/** A kind of file. put() is for EDIT_OUT and EDIT_STALE, take() for EDIT_IN and EDIT_STALE; they return false if the memory is
 * full or the text resists. */
struct edit_format {
    enum edit_state (*look)(const struct edit_input *input);
    bool (*put)(const struct edit_input *input, struct edit *ret);
    bool (*take)(const struct edit_input *input, struct edit *ret);
};

/** pkcs11.txt of an NSS database (Firefox, Thunderbird, Chromium). */
extern const struct edit_format edit_nss;

/** policies.json of Firefox and Thunderbird. */
extern const struct edit_format edit_policy;

/** A person's configuration of ssh. */
extern const struct edit_format edit_ssh;

/** A file that is all ours, which begins with the line EDIT_MARK. */
extern const struct edit_format edit_whole;
#define EDIT_MARK "# Written by \"ecp register\"; \"ecp unregister\" removes it."

/** MODULE can be written into all of these files: an absolute path without quotes, backslashes and the like. */
bool edit_path_fits(const char *module);

/** put(), or take() if UNDO, and a look at what has become of it: false also if that is not what was to be. */
bool edit_change(const struct edit_format *format, const struct edit_input *input, bool undo, struct edit *ret);

/** Frees. Fit for SCOPED. */
void edit_free(struct edit *edit);

/** TEXT with SIZE bytes at OFFSET replaced by INSERT. */
bool edit_splice(struct bytes text, size_t offset, size_t size, const char *insert, struct edit *ret);

/** The end of each take(): where the module is in the text of RET still, it is taken out again. */
bool edit_take_rest(const struct edit_format *format, const struct edit_input *input, struct edit *ret);

#endif
