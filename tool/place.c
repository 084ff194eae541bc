/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/place.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asn1/result.h"
#include "tool/mozilla.h"
#include "tool/replacement.h"
#include "tool/text.h"

static const struct {
    const char *title, *option;
} programs[PROGRAMS] = {
    [PROGRAM_FIREFOX] = { "Firefox", "firefox" },    [PROGRAM_THUNDERBIRD] = { "Thunderbird", "thunderbird" },
    [PROGRAM_CHROMIUM] = { "Chromium", "chromium" }, [PROGRAM_OPENSSL] = { "OpenSSL", "openssl" },
    [PROGRAM_SSH] = { "OpenSSH", "ssh" },
};

const char *program_title(enum program program)
{
    return programs[program].title;
}

const char *program_option(enum program program)
{
    return programs[program].option;
}

struct place *places_add(struct places *places, enum program program, const struct edit_format *format, char *path)
{
    struct place *rows = places->rows;

    if (places->count == places->room) {
        rows = realloc(rows, (places->room + 16) * sizeof(*rows));
        if (!rows) {
            free(path);
            return NULL;
        }
        places->rows = rows;
        places->room += 16;
    }
    rows[places->count] = (struct place){ .program = program, .format = format, .path = path, .mode = 0644 };
    return &rows[places->count++];
}

void places_free(struct places *places)
{
    for (size_t i = 0; i < places->count; i++) {
        struct place *place = &places->rows[i];

        free(place->path);
        free(place->whole);
        free(place->profile);
        free(place->goes);
        free(place->comes);
        free(place->obstacle);
    }
    free(places->rows);
    *places = (struct places){ 0 };
}

void place_block(struct place *place, enum exit_code code, bool mild, const char *next, const char *format, ...)
{
    va_list arguments;

    if (!place || place->obstacle)
        return;
    va_start(arguments, format);
    if (vasprintf(&place->obstacle, format, arguments) < 0)
        place->obstacle = NULL;
    va_end(arguments);
    place->next = next;
    place->mild = mild;
    place->code = code;
    place->changes = false;
}

static void block_errno(struct place *place, int error, bool writing)
{
    const char *format = writing ? _("\"%s\" cannot be written: %s") : _("\"%s\" cannot be read: %s");
    char *message = NULL;

    if (error == ETIMEDOUT) {
        place_block(place, EXIT_CODE_EXISTS, false, _("Run this again when it has ended."),
                    _("another program keeps the folder of \"%s\" locked"), place->path);
        return;
    }
    if (asprintf(&message, format, place->path, strerror(error)) < 0)
        return;
    place_block(place, error == EFBIG || error == ENOTSUP ? EXIT_CODE_BAD_INPUT : EXIT_CODE_FAILED, false,
                writing ? _("Nothing was left half-written.") : NULL, "%s", message);
    free(message);
}

/** What makes the state one that nothing is changed in. */
static void block_state(struct place *place, const struct scope *scope)
{
    if (place->state == EDIT_DAMAGED)
        place_block(place, EXIT_CODE_BAD_INPUT, false, _("Repair it, or move it away if nothing of it is needed."),
                    _("\"%s\" is damaged and was left as it is"), place->path);
    else if (place->state == EDIT_OTHER && !scope->undo)
        place_block(place, EXIT_CODE_EXISTS, false, _("Take it out first; \"ecp unregister --module FILE\" does it for one of ours."),
                    _("another module has the place in \"%s\""), place->path);
    else if (place->state == EDIT_BY_HAND && scope->undo)
        place_block(place, EXIT_CODE_EXISTS, false, _("Take the line out by hand."),
                    _("the module was written into \"%s\" by hand"), place->path);
}

static struct edit_input input_of(const struct place *place, const struct scope *scope, bool exists, const struct file *text)
{
    return (struct edit_input){ .exists = exists, .p11_kit = scope->p11_kit, .text = file_bytes(text), .module = scope->module, .whole = place->whole };
}

static bool must_change(enum edit_state state, bool undo)
{
    return state == EDIT_STALE || state == (undo ? EDIT_IN : EDIT_OUT);
}

static char *copy(struct bytes text)
{
    return strndup(text.size > 0 ? (const char *)text.data : "", text.size);
}

/** What goes and what comes where NOW becomes THEN: of a file that is all ours, all of it. */
static void compare(struct place *place, struct bytes now, struct bytes then)
{
    size_t head = 0, tail = 0, shorter = now.size < then.size ? now.size : then.size;

    while (place->state != EDIT_STALE && head < shorter && now.data[head] == then.data[head])
        head++;
    while (place->state != EDIT_STALE && tail < shorter - head && now.data[now.size - 1 - tail] == then.data[then.size - 1 - tail])
        tail++;
    place->goes = copy(bytes_slice(now, head, now.size - head - tail));
    place->comes = copy(bytes_slice(then, head, then.size - head - tail));
}

static void plan(struct place *place, const struct edit_input *input, bool undo)
{
    SCOPED(edit_free) struct edit edit = { 0 };

    if ((place->format == &edit_whole && !place->whole) || !edit_change(place->format, input, undo, &edit)) {
        place_block(place, EXIT_CODE_BAD_INPUT, false, _("Change it by hand."), _("\"%s\" is written in a way that cannot be changed safely"),
                    place->path);
        return;
    }
    place->changes = true;
    compare(place, input->text, bytes_make(edit.text, edit.size));
}

static void fd_close(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/** Takes the lock of the place's profile, if it has one. False, and it is said why, if that may not be. The folder is locked
 * before: another run of this program is no program that uses the profile. */
static bool lock_profile(struct place *place, int *ret_fd)
{
    enum mozilla_state state;

    *ret_fd = -1;
    if (!place->profile)
        return true;
    state = mozilla_lock(place->profile, ret_fd);
    if (state == MOZILLA_IN_USE)
        place_block(place, EXIT_CODE_EXISTS, false, _("Close the program and run this again."),
                    _("%s is using the profile \"%s\", which was left as it is"), program_title(place->program), place->profile);
    else if (state == MOZILLA_UNKNOWN)
        place_block(place, EXIT_CODE_EXISTS, false, _("Close the program, and see that the profile is yours and can be written."),
                    _("it cannot be found out whether the profile \"%s\" is in use"), place->profile);
    return state == MOZILLA_FREE;
}

/** Whether the profile is free now. */
static void try_profile(struct place *place)
{
    SCOPED(fd_close) int folder = -1;
    SCOPED(fd_close) int fd = -1;

    if (place->profile)
        replacement_lock(place->profile, &folder);
    lock_profile(place, &fd);
}

void place_look(struct place *place, const struct scope *scope)
{
    SCOPED(file_free) struct file text = { 0 };
    struct edit_input input;
    int error;

    if (!place->path)
        return;
    error = replacement_read(place->path, &place->exists, &text);
    if (error) {
        block_errno(place, error, false);
        return;
    }
    input = input_of(place, scope, place->exists, &text);
    place->state = place->format->look(&input);
    if (place->obstacle)
        return;
    block_state(place, scope);
    if (place->obstacle || !must_change(place->state, scope->undo))
        return;
    plan(place, &input, scope->undo);
    if (place->changes)
        try_profile(place);
}

static int write_edit(struct replacement *file, const struct edit *edit, const struct place *place, bool undo, char **ret_kept)
{
    int error;

    if (edit->remove) {
        error = replacement_drop_kept(file, ret_kept);
        return error ? error : replacement_remove(file, place->format == &edit_policy ? 2 : 0);
    }
    error = replacement_write(file, bytes_make(edit->text, edit->size), !undo);
    return error || !undo ? error : replacement_drop_kept(file, ret_kept);
}

/* The file may have changed since it was looked at, by another run of this program for one: it is looked at anew under the lock. */
static void change_locked(struct place *place, const struct scope *scope)
{
    SCOPED(replacement_close) struct replacement file = REPLACEMENT_NONE;
    SCOPED(edit_free) struct edit edit = { 0 };
    SCOPED(fd_close) int fd = -1;
    struct edit_input input;
    char *kept = NULL;
    int error = replacement_open(place->path, place->mode, &file);

    if (error) {
        block_errno(place, error, true);
        return;
    }
    if (!lock_profile(place, &fd))
        return;
    input = input_of(place, scope, file.exists, &file.text);
    place->state = place->format->look(&input);
    block_state(place, scope);
    if (place->obstacle)
        return;
    if (must_change(place->state, scope->undo)) {
        error = edit_change(place->format, &input, scope->undo, &edit) ? write_edit(&file, &edit, place, scope->undo, &kept) : EINVAL;
        if (error) {
            block_errno(place, error, true);
            free(kept);
            return;
        }
    }
    place->state = scope->undo ? EDIT_OUT : EDIT_IN;
    place->done = true;
    if (kept)
        place->hint = _("The file as it was before stays beside it, under its name and \".before-ecp\": it says something else.");
    free(kept);
}

void place_change(struct place *place, const struct scope *scope)
{
    change_locked(place, scope);
    place->changes = place->changes && !place->obstacle;
}

char *places_first(const char *home, const char *const *names)
{
    for (; *names; names++) {
        char *path = NULL;

        if (asprintf(&path, "%s/%s", home, *names) < 0)
            continue;
        if (access(path, F_OK) == 0)
            return path;
        free(path);
    }
    return NULL;
}

bool places_has_program(const char *name)
{
    const char *way = getenv("PATH");
    char path[2048];

    while (way && *way) {
        size_t length = strcspn(way, ":");

        if (snprintf(path, sizeof(path), "%.*s/%s", (int)length, way, name) < (int)sizeof(path) && access(path, X_OK) == 0)
            return true;
        way += length + (way[length] == ':');
    }
    return false;
}
