/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/client.h"
#include "tool/command.h"
#include "tool/mention.h"
#include "tool/place.h"
#include "tool/printable.h"
#include "tool/prompt.h"
#include "tool/text.h"

/** What was asked for, and what one run works on. */
struct registration {
    struct ui *ui;
    struct common common;
    bool named[PROGRAMS], person, dry;
    struct scope scope;
    char *module, *config, *data;
    struct places places;
};

static void registration_free(struct registration *run)
{
    places_free(&run->places);
    free(run->module);
    free(run->config);
    free(run->data);
}

static bool is_module(const char *path)
{
    struct stat status;

    if (access(path, R_OK) != 0 || stat(path, &status) != 0)
        return false;
    errno = S_ISDIR(status.st_mode) ? EISDIR : ENOEXEC;
    return S_ISREG(status.st_mode);
}

/** The module by its full path. One that is to go may be gone already. */
static enum exit_code choose_module(struct registration *run)
{
    const char *path = client_path(&run->common);

    run->module = path[0] == '/' ? strdup(path) : realpath(path, NULL);
    if (!run->module || (!run->scope.undo && !is_module(run->module)))
        return ui_fail(run->ui, EXIT_CODE_NOT_FOUND, _("Install libecp-pkcs11, or name a module with --module."),
                       _("the PKCS#11 module \"%s\" cannot be read: %s"), path, strerror(errno));
    if (!edit_path_fits(run->module))
        return ui_fail(run->ui, EXIT_CODE_BAD_INPUT, _("Put the module into a folder with an ordinary name."),
                       _("the module's path has characters that not all programs understand: %s"), run->module);
    run->scope.module = run->module;
    run->scope.p11_kit = mention_p11_kit(run->module);
    return EXIT_CODE_OK;
}

/** The folder that VARIABLE names, or else NAME of the home folder. */
static char *folder_of(const char *variable, const char *home, const char *name)
{
    const char *value = getenv(variable);
    char *path = NULL;

    if (value && value[0] == '/')
        return strdup(value);
    return asprintf(&path, "%s/%s", home, name) < 0 ? NULL : path;
}

/** A folder of another person, in which root would leave files that this person cannot change. */
static bool is_others(const char *folder)
{
    struct stat status;

    return stat(folder, &status) == 0 && status.st_uid != 0;
}

static enum exit_code choose_scope(struct registration *run)
{
    const char *home = getenv("HOME");
    const struct passwd *entry = home && home[0] == '/' ? NULL : getpwuid(getuid());
    const char *others;

    run->scope.system = geteuid() == 0 && !run->person;
    run->scope.home = home && home[0] == '/' ? home : entry ? entry->pw_dir : NULL;
    if (!run->scope.home)
        return ui_fail(run->ui, EXIT_CODE_FAILED, _("Set HOME."), _("it is not known which folder is yours"));
    run->config = folder_of("XDG_CONFIG_HOME", run->scope.home, ".config");
    run->data = folder_of("XDG_DATA_HOME", run->scope.home, ".local/share");
    if (!run->config || !run->data)
        return ui_fail(run->ui, EXIT_CODE_FAILED, NULL, "%s", _("out of memory"));
    run->scope.config = run->config;
    run->scope.data = run->data;
    others = is_others(run->scope.home) ? run->scope.home : is_others(run->config) ? run->config : is_others(run->data) ? run->data : NULL;
    if (!run->scope.system && geteuid() == 0 && others)
        return ui_fail(run->ui, EXIT_CODE_USAGE, _("Run this without sudo."), _("\"%s\" is not root's"), others);
    return EXIT_CODE_OK;
}

/** All programs, or those that were named. */
static void find(struct registration *run)
{
    bool any = false;

    for (enum program program = 0; program < PROGRAMS; program++)
        any = any || run->named[program];
    run->scope.named = any;
    for (enum program program = 0; program < PROGRAMS; program++)
        if (run->named[program] || !any)
            places_find(&run->places, program, &run->scope);
    for (size_t i = 0; i < run->places.count; i++)
        place_look(&run->places.rows[i], &run->scope);
}

/** LINES, each behind MARK; empty ones are not worth a line. */
static void show_lines(const struct ui *ui, enum ui_colour colour, char mark, const char *lines)
{
    while (lines && *lines) {
        size_t length = strcspn(lines, "\n");

        if (length > 0)
            ui_say(ui, "  %s%c %.*s%s", ui_colour(ui, colour), mark, (int)length, lines, ui_colour(ui, UI_PLAIN));
        lines += length + (lines[length] == '\n');
    }
}

/** A sentence of a program and a file, to be translated. */
static const char *sentence(const struct place *place, bool undo)
{
    if (place->changes && undo)
        return N_("%s: would be taken out of %s:");
    if (place->changes && place->state == EDIT_STALE)
        return N_("%s: %s would be written anew; as it is now, it stays beside it with \".before-ecp\" behind its name:");
    if (place->changes)
        return place->exists ? N_("%s: would be added to %s:") : N_("%s: would be a new file, %s:");
    switch (place->state) {
    case EDIT_IN:
        return N_("%s: the module is registered in %s");
    case EDIT_BY_HAND:
        return N_("%s: the module was written by hand into %s");
    case EDIT_THROUGH:
        return N_("%s: p11-kit brings the module along in %s");
    case EDIT_OUT:
    case EDIT_STALE:
    case EDIT_OTHER:
    case EDIT_DAMAGED:
        break;
    }
    return N_("%s: the module is not registered in %s");
}

static void show_place(const struct registration *run, const struct place *place)
{
    const struct ui *ui = run->ui;
    bool undo = run->scope.undo;

    if (place->obstacle) {
        ui_say(ui, "%s%s%s: %s", ui_colour(ui, UI_WARNING), program_title(place->program), ui_colour(ui, UI_PLAIN), place->obstacle);
        if (place->next)
            ui_say(ui, "  %s %s", _("What to do:"), place->next);
        return;
    }
    ui_say(ui, gettext(sentence(place, undo)), program_title(place->program), place->path);
    if (place->changes) {
        show_lines(ui, UI_BAD, '-', place->goes);
        show_lines(ui, UI_GOOD, '+', place->comes);
    }
}

static json_t *describe(const struct place *place)
{
    static const char *const states[] = {
        [EDIT_OUT] = "absent",         [EDIT_IN] = "registered", [EDIT_STALE] = "outdated",    [EDIT_THROUGH] = "through-p11-kit",
        [EDIT_BY_HAND] = "by-hand", [EDIT_OTHER] = "other",   [EDIT_DAMAGED] = "damaged",
    };

    return json_pack("{s:s, s:o*, s:s*, s:b, s:b, s:o*, s:s*}", "program", program_option(place->program), "file", printable_json(place->path), "state",
                     place->path && (!place->obstacle || place->state != EDIT_OUT) ? states[place->state] : NULL, "would_change",
                     (int)(place->changes && !place->done), "changed", (int)place->done, "message", printable_json(place->obstacle), "next",
                     place->obstacle ? place->next : place->done ? place->hint : NULL);
}

/** A place of the same program where all is well, so that a mild obstacle is none. */
static bool has_better(const struct places *places, enum program program)
{
    for (size_t i = 0; i < places->count; i++)
        if (places->rows[i].program == program && !places->rows[i].obstacle)
            return true;
    return false;
}

/** How it ended: the first thing that stood in the way. */
static enum exit_code outcome(const struct registration *run)
{
    for (size_t i = 0; i < run->places.count; i++) {
        const struct place *place = &run->places.rows[i];

        if (place->obstacle && !(place->mild && (!run->scope.named || run->scope.undo || has_better(&run->places, place->program))))
            return place->code;
    }
    return EXIT_CODE_OK;
}

static enum exit_code finish(const struct registration *run)
{
    enum exit_code code = outcome(run);
    json_t *list = json_array();

    for (size_t i = 0; i < run->places.count; i++)
        json_array_append_new(list, describe(&run->places.rows[i]));
    ui_result(run->ui, json_pack("{s:o, s:i, s:o}", "module", printable_json(run->scope.module), "exit", (int)code, "places", list));
    return code;
}

static void change(struct registration *run)
{
    const struct ui *ui = run->ui;

    for (size_t i = 0; i < run->places.count; i++) {
        struct place *place = &run->places.rows[i];

        if (!place->changes)
            continue;
        place_change(place, &run->scope);
        if (place->obstacle)
            show_place(run, place);
        else
            ui_say(ui, run->scope.undo ? _("%s: done, the module is not in %s any more.") : _("%s: done, the module is registered in %s."),
                   program_title(place->program), place->path);
        if (place->done && place->hint)
            ui_say(ui, "  %s", place->hint);
    }
}

static enum exit_code run_all(struct registration *run)
{
    bool changes = false;

    TRY_CODE(choose_module(run));
    TRY_CODE(choose_scope(run));
    find(run);
    ui_say(run->ui, run->scope.system ? _("The module %s, for everybody on this machine:") : _("The module %s, for you:"), run->module);
    for (size_t i = 0; i < run->places.count; i++) {
        show_place(run, &run->places.rows[i]);
        changes = changes || run->places.rows[i].changes;
    }
    if (changes && !run->dry) {
        TRY_CODE(prompt_confirm(run->ui, run->common.yes, _("Change this?")));
        change(run);
    } else if (!changes && outcome(run) == EXIT_CODE_OK) {
        ui_say(run->ui, "%s", _("There is nothing to change."));
    }
    return finish(run);
}

static enum exit_code registration_run(struct ui *ui, bool undo, const char *description, int argc, char **argv)
{
    SCOPED(registration_free) struct registration run = { .ui = ui, .scope.undo = undo };
    const struct option_row rows[] = {
        { "firefox", NULL, "Firefox", OPTION_FLAG, &run.named[PROGRAM_FIREFOX] },
        { "thunderbird", NULL, "Thunderbird", OPTION_FLAG, &run.named[PROGRAM_THUNDERBIRD] },
        { "chromium", NULL, N_("Chromium, and whatever else uses its certificate database"), OPTION_FLAG,
          &run.named[PROGRAM_CHROMIUM] },
        { "openssl", NULL, N_("OpenSSL, with pkcs11-provider"), OPTION_FLAG, &run.named[PROGRAM_OPENSSL] },
        { "ssh", NULL, "OpenSSH", OPTION_FLAG, &run.named[PROGRAM_SSH] },
        { "user", NULL, N_("for this person alone, though it is root"), OPTION_FLAG, &run.person },
        { "dry-run", NULL, N_("show what would be changed, and change nothing"), OPTION_FLAG, &run.dry },
        { "module", N_("FILE"), N_("PKCS#11 module to use"), OPTION_TEXT, &run.common.module },
    };
    const struct usage usage = { .description = description, .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]),
                                 .groups = OPTIONS_YES };
    int first;

    OPTIONS_READ(ui, &usage, &run.common, argc, argv, &first);
    return run_all(&run);
}

enum exit_code register_run(struct ui *ui, int argc, char **argv)
{
    return registration_run(ui, false,
                            N_("Tells programs of the module, all that are known here or those named: shows what would be changed, and asks. "
                               "For this person; for everybody if root runs it."),
                            argc, argv);
}

enum exit_code unregister_run(struct ui *ui, int argc, char **argv)
{
    return registration_run(ui, true, N_("Takes out of programs what \"ecp register\" told them."), argc, argv);
}
