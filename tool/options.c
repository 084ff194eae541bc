/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "tool/text.h"

/** All options of one command: its own and the common ones. */
struct row_set {
    struct option_row rows[48];
    size_t count;
};

static void add_row(struct row_set *set, struct option_row row)
{
    if (set->count < sizeof(set->rows) / sizeof(set->rows[0]))
        set->rows[set->count++] = row;
}

static void collect(struct row_set *set, const struct usage *usage, struct common *common, struct ui *ui, bool *help)
{
    set->count = 0;
    for (size_t i = 0; i < usage->row_count; i++)
        add_row(set, usage->rows[i]);
    if (usage->groups & OPTIONS_TOKEN) {
        add_row(set, (struct option_row){ "module", N_("FILE"), N_("PKCS#11 module to use"), OPTION_TEXT, &common->module });
        add_row(set, (struct option_row){ "token", N_("TOKEN"), N_("which token: PKCS#11 URI, label or serial number"),
                                          OPTION_TEXT, &common->token });
    }
    if (usage->groups & OPTIONS_PIN) {
        add_row(set, (struct option_row){ "pin-fd", N_("NUMBER"), N_("read the PIN from this file descriptor, one line"),
                                          OPTION_NUMBER, &common->pin_fd });
        add_row(set, (struct option_row){ "pin-source", N_("FILE"), N_("read the PIN from this file, its first line"),
                                          OPTION_TEXT, &common->pin_source });
        add_row(set, (struct option_row){ "pinentry", NULL, N_("ask for the PIN in a window of pinentry"), OPTION_FLAG,
                                          &common->pinentry });
    }
    if (usage->groups & OPTIONS_YES)
        add_row(set, (struct option_row){ "yes", NULL, N_("do not ask, do it"), OPTION_FLAG, &common->yes });
    add_row(set, (struct option_row){ "json", NULL, N_("print the result as JSON"), OPTION_FLAG, &ui->json });
    add_row(set, (struct option_row){ "help", NULL, N_("show this help"), OPTION_FLAG, help });
}

static void show_help(const struct ui *ui, const struct usage *usage, const struct row_set *set)
{
    fprintf(ui->out, _("Usage: %s [OPTIONS] %s\n"), ui->command, usage->operands ? gettext(usage->operands) : "");
    if (usage->description) {
        fputc('\n', ui->out);
        ui_print(ui, ui->out, gettext(usage->description));
    }
    fprintf(ui->out, "\n%s\n", _("Options:"));
    for (size_t i = 0; i < set->count; i++) {
        const struct option_row *row = &set->rows[i];
        char *text = NULL;

        fprintf(ui->out, "  --%s%s%s\n", row->name, row->value ? " " : "", row->value ? gettext(row->value) : "");
        if (asprintf(&text, "        %s", gettext(row->help)) >= 0) {
            ui_print(ui, ui->out, text);
            free(text);
        }
    }
}

/** For the shells' completion: what may be written, what its value is called, what it does. */
static void show_words(const struct ui *ui, const struct usage *usage, const struct row_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        fprintf(ui->out, "--%s\t%s\t%s\n", set->rows[i].name, set->rows[i].value ? set->rows[i].value : "-",
                gettext(set->rows[i].help));
    if (usage->operands)
        fprintf(ui->out, "-\tFILE\t%s\n", gettext(usage->operands));
}

static bool asks_for_words(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        if (strcmp(argv[i], "--") == 0)
            return false;
    return argc > 1 && strcmp(argv[argc - 1], OPTIONS_COMPLETE) == 0;
}

static bool take_number(const struct ui *ui, const struct option_row *row, const char *text)
{
    char *end;

    errno = 0;
    *(long *)row->target = strtol(text, &end, 10);
    if (errno == 0 && end != text && !*end && *(long *)row->target >= 0)
        return true;
    ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--%s takes a number, not \"%s\""), row->name, text);
    return false;
}

static bool take(const struct ui *ui, const struct option_row *row, const char *value)
{
    struct options_list *list = row->target;

    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)row->target = true;
        return true;
    case OPTION_TEXT:
        *(const char **)row->target = value;
        return true;
    case OPTION_NUMBER:
        return take_number(ui, row, value);
    case OPTION_LIST:
        break;
    }
    if (list->count == sizeof(list->values) / sizeof(list->values[0])) {
        ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--%s was given too often"), row->name);
        return false;
    }
    list->values[list->count++] = value;
    return true;
}

static bool read_rows(const struct ui *ui, const struct row_set *set, int argc, char **argv)
{
    struct option options[sizeof(set->rows) / sizeof(set->rows[0]) + 1] = { 0 };

    for (size_t i = 0; i < set->count; i++)
        options[i] = (struct option){ .name = set->rows[i].name,
                                      .has_arg = set->rows[i].kind == OPTION_FLAG ? no_argument : required_argument };
    opterr = 0;
    optind = 0; /* getopt begins anew */
    for (;;) {
        int index = -1, found = getopt_long(argc, argv, ":", options, &index);

        if (found == -1)
            return true;
        if (found == ':') {
            ui_fail(ui, EXIT_CODE_USAGE, NULL, _("%s needs a value"), argv[optind - 1]);
            return false;
        }
        if (found != 0) {
            ui_fail(ui, EXIT_CODE_USAGE, _("See --help."), _("unknown option %s"), argv[optind - 1]);
            return false;
        }
        if (!take(ui, &set->rows[index], optarg))
            return false;
    }
}

static const struct option_row *row_named(const struct row_set *set, const char *beginning, size_t size, const char *end)
{
    for (size_t i = 0; i < set->count; i++)
        if (strncmp(set->rows[i].name, beginning, size) == 0 && strcmp(set->rows[i].name + size, end) == 0)
            return &set->rows[i];
    return NULL;
}

/** A PIN comes from a descriptor or from a file: of both, one would be passed over, and the wrong PIN tried. */
static bool sources_agree(const struct ui *ui, const struct row_set *set)
{
    static const char ending[] = "pin-fd";

    for (size_t i = 0; i < set->count; i++) {
        const struct option_row *row = &set->rows[i], *file;
        size_t size = strlen(row->name);

        if (size < strlen(ending) || strcmp(row->name + size - strlen(ending), ending) != 0 || *(const long *)row->target < 0)
            continue;
        file = row_named(set, row->name, size - strlen("fd"), "source");
        if (!file || !*(const char *const *)file->target)
            continue;
        ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--%s and --%s cannot both be given"), row->name, file->name);
        return false;
    }
    return true;
}

enum options_result options_read(struct ui *ui, const struct usage *usage, struct common *common, int argc,
                                 char **argv, int *first)
{
    bool help = false;
    struct row_set set;
    unsigned given;

    *common = (struct common){ .pin_fd = -1 };
    collect(&set, usage, common, ui, &help);
    if (asks_for_words(argc, argv)) {
        show_words(ui, usage, &set);
        return OPTIONS_HELPED;
    }
    if (!read_rows(ui, &set, argc, argv))
        return OPTIONS_WRONG;
    if (help) {
        show_help(ui, usage, &set);
        return OPTIONS_HELPED;
    }
    if (!sources_agree(ui, &set))
        return OPTIONS_WRONG;
    common->json = ui->json;
    *first = optind;
    given = (unsigned)(argc - optind);
    if (given < usage->least || given > usage->most) {
        ui_fail(ui, EXIT_CODE_USAGE, _("See --help."),
                given < usage->least ? _("something is missing: %s") : _("there is too much on the command line; expected: %s"),
                usage->operands ? gettext(usage->operands) : _("options only"));
        return OPTIONS_WRONG;
    }
    return OPTIONS_RUN;
}
