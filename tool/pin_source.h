/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pin_source.h: where PINs come from: a descriptor, a file, pinentry, or the person at the terminal. */
#ifndef ECP_TOOL_PIN_SOURCE_H
#define ECP_TOOL_PIN_SOURCE_H

#include "asn1/secret.h"
#include "tool/options.h"

/** Whose PIN is asked for, so that the question can say it. */
enum pin_whose { PIN_OF_USER, PIN_OF_OFFICER, PIN_NEW_OF_USER, PIN_NEW_AGAIN, PIN_NEW_OF_OFFICER };

/** Lines are read from FD (a descriptor or a file) if it is open: one PIN a line, in the order in which they are asked
 * for. */
struct pin_source {
    bool open, owned, pinentry;
    int fd;
    char name[64];
};

/** Opens what COMMON names: --pin-fd, --pin-source or a pin-source in --token; else the person will be asked. */
enum exit_code pin_source_open(const struct ui *ui, const struct common *common, struct pin_source *ret);

/** Closes a file that was opened here. Fit for SCOPED. */
void pin_source_close(struct pin_source *source);

/** The next PIN. TOKEN is named in the question; LAST_TRY: it warns. *RET belongs to the caller. */
enum exit_code pin_source_read(const struct ui *ui, struct pin_source *source, enum pin_whose whose, const char *token,
                               bool last_try, struct secret **ret);

/** A person answers, who may be asked again. */
bool pin_source_is_person(const struct pin_source *source);

#endif
