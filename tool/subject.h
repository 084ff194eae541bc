/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* subject.h: who a certificate is to name: values of a person or organisation, checked, and the DER Name of them. */
#ifndef ECP_TOOL_SUBJECT_H
#define ECP_TOOL_SUBJECT_H

#include "asn1/buf.h"
#include "tool/numbers.h"
#include "tool/ui.h"

/** The parts of a name, in the order in which they stand in it. */
enum subject_field {
    SUBJECT_C,
    SUBJECT_ST,
    SUBJECT_L,
    SUBJECT_STREET,
    SUBJECT_O,
    SUBJECT_OU,
    SUBJECT_TITLE,
    SUBJECT_CN,
    SUBJECT_SN,
    SUBJECT_GN,
    SUBJECT_INN,
    SUBJECT_INNLE,
    SUBJECT_SNILS,
    SUBJECT_OGRN,
    SUBJECT_OGRNIP,
    SUBJECT_EMAIL,
    SUBJECT_FIELDS,
};

/** What is known of a part: OPTION is its name on the command line and in files, PART its short name (asn1/oid.h), WORDS
 * what a person calls it (marked). MOST is the longest value in characters. */
struct subject_row {
    const char *option, *part, *words;
    unsigned most;
    bool is_number;
    enum number_kind number;
};

/** The row of a field. */
const struct subject_row *subject_row(enum subject_field field);

/** Values, NULL for what is not there; they are the holder's (subject_free). */
struct subject {
    char *values[SUBJECT_FIELDS];
};

/** The longest message of subject_check(), in bytes. */
#define SUBJECT_MESSAGE_MAX 512

/** TEXT can be the value of FIELD; else MESSAGE (SUBJECT_MESSAGE_MAX bytes) says, translated, what is wrong with it. */
bool subject_check(enum subject_field field, const char *text, char *message);

/** Sets FIELD to TEXT, numbers to their digits alone; an empty TEXT takes the value away. EXIT_CODE_BAD_INPUT if
 * subject_check() says so. */
enum exit_code subject_set(const struct ui *ui, struct subject *subject, enum subject_field field, const char *text);

/** Frees. Fit for SCOPED. */
void subject_free(struct subject *subject);

/** Appends the DER Name. RESULT_TOO_LARGE, RESULT_MALFORMED for values that subject_check() has not seen. */
enum result subject_name(const struct subject *subject, struct buf *out) MUST_USE;

#endif
