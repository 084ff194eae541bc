/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/request_values.h"

#include <stdlib.h>
#include <string.h>

#include <ini.h>

#include "tool/file.h"
#include "tool/text.h"

void request_values_rows(struct request_values *values, struct option_row *rows)
{
    size_t count = 0;

    rows[count++] = (struct option_row){ "profile", N_("NAME"), N_("person (default), entrepreneur, organisation or plain"),
                                         OPTION_TEXT, &values->profile };
    rows[count++] = (struct option_row){ "file", N_("FILE"), N_("read what follows from this file: lines \"option = value\""),
                                         OPTION_TEXT, &values->file };
    for (size_t i = 0; i < SUBJECT_FIELDS; i++) {
        const struct subject_row *row = subject_row((enum subject_field)i);

        rows[count++] = (struct option_row){ row->option, N_("TEXT"), row->words, OPTION_TEXT, &values->fields[i] };
    }
    rows[count] = (struct option_row){ "sign-tool", N_("TEXT"),
                                       N_("name of the signature tool in Russian profiles (the token's model)"), OPTION_TEXT,
                                       &values->sign_tool };
}

/** The reading of one file. */
struct reading {
    const struct ui *ui;
    const char *path;
    struct request_given *given;
    enum exit_code code;
};

static enum exit_code take_text(const struct ui *ui, char **place, const char *text)
{
    free(*place);
    *place = strdup(text);
    return *place ? EXIT_CODE_OK : ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
}

static enum exit_code take_line(struct reading *reading, const char *name, const char *value)
{
    if (strcmp(name, "profile") == 0)
        return take_text(reading->ui, &reading->given->profile, value);
    if (strcmp(name, "sign-tool") == 0)
        return take_text(reading->ui, &reading->given->sign_tool, value);
    for (size_t i = 0; i < SUBJECT_FIELDS; i++)
        if (strcmp(name, subject_row((enum subject_field)i)->option) == 0)
            return subject_set(reading->ui, &reading->given->subject, (enum subject_field)i, value);
    return ui_fail(reading->ui, EXIT_CODE_BAD_INPUT, _("\"ecp request --help\" lists the names."),
                   _("\"%s\" in %s is not known"), name, reading->path);
}

/** inih's callback: 0 ends the reading. */
static int on_line(void *user, const char *section, const char *name, const char *value)
{
    struct reading *reading = user;

    (void)section;
    if (reading->code == EXIT_CODE_OK)
        reading->code = take_line(reading, name, value);
    return reading->code == EXIT_CODE_OK;
}

static enum exit_code read_file(const struct ui *ui, const char *path, struct request_given *ret)
{
    SCOPED(file_free) struct file file = { 0 };
    struct reading reading = { ui, path, ret, EXIT_CODE_OK };
    int line;

    TRY_CODE(file_read(ui, path, &file));
    if (file.size == 0 || memchr(file.data, '\0', file.size))
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, NULL,
                       file.size ? _("\"%s\" is no text") : _("\"%s\" is empty"), path);
    line = ini_parse_string((const char *)file.data, on_line, &reading);
    if (reading.code != EXIT_CODE_OK || line == 0)
        return reading.code;
    return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Lines look like \"surname = Ivanov\"."),
                   _("line %d of \"%s\" is not understood"), line, path);
}

enum exit_code request_values_read(const struct ui *ui, const struct request_values *values, struct request_given *ret)
{
    if (values->file)
        TRY_CODE(read_file(ui, values->file, ret));
    if (values->profile)
        TRY_CODE(take_text(ui, &ret->profile, values->profile));
    if (values->sign_tool)
        TRY_CODE(take_text(ui, &ret->sign_tool, values->sign_tool));
    for (size_t i = 0; i < SUBJECT_FIELDS; i++)
        if (values->fields[i])
            TRY_CODE(subject_set(ui, &ret->subject, (enum subject_field)i, values->fields[i]));
    return EXIT_CODE_OK;
}

void request_given_free(struct request_given *given)
{
    free(given->profile);
    free(given->sign_tool);
    subject_free(&given->subject);
    *given = (struct request_given){ 0 };
}
