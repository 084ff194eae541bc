/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asn1/result.h"
#include "tool/mozilla.h"
#include "tool/place.h"
#include "tool/replacement.h"
#include "tool/text.h"

/** Where a program keeps what is a person's and what is everybody's. Paths are of HOME, those of CONFIG of XDG_CONFIG_HOME. */
static const struct {
    const char *home, *config;        /**< folders with profiles.ini; NULL: none */
    const char *sandboxes[4];         /**< of Snap and Flatpak */
    const char *policies;             /**< the file for everybody */
    const char *shipped[5];           /**< files that count while that one is not there */
    const char *names[3];             /**< of the program */
} mozilla[] = {
    [PROGRAM_FIREFOX] = {
        ".mozilla/firefox", "mozilla/firefox",
        { "snap/firefox", ".var/app/org.mozilla.firefox", NULL },
        "/etc/firefox/policies/policies.json",
        { "usr/lib/firefox/distribution/policies.json", "usr/lib/firefox-esr/distribution/policies.json",
          "usr/lib64/firefox/distribution/policies.json", "opt/firefox/distribution/policies.json", NULL },
        { "firefox", "firefox-esr", NULL },
    },
    [PROGRAM_THUNDERBIRD] = {
        ".thunderbird", NULL,
        { "snap/thunderbird", ".var/app/org.mozilla.Thunderbird", NULL },
        "/etc/thunderbird/policies/policies.json",
        { "usr/lib/thunderbird/distribution/policies.json", "usr/lib64/thunderbird/distribution/policies.json",
          "opt/thunderbird/distribution/policies.json", NULL },
        { "thunderbird", NULL },
    },
};

static void text_free(char **text)
{
    free(*text);
}

/** The profiles in FOLDER that were used, so that they have a database. */
static void find_profiles(struct places *places, enum program program, const char *folder)
{
    SCOPED(file_free) struct file text = { 0 };
    SCOPED(text_free) char *index = NULL;
    size_t position = 0;
    char *profile;
    bool exists;

    if (asprintf(&index, "%s/profiles.ini", folder) < 0) {
        index = NULL;
        return;
    }
    if (replacement_read(index, &exists, &text) != 0)
        return;
    while ((profile = mozilla_profile(file_bytes(&text), folder, &position))) {
        char *path = NULL;
        struct place *place = NULL;

        if (asprintf(&path, "%s/pkcs11.txt", profile) < 0)
            path = NULL;
        if (path && access(path, F_OK) == 0)
            place = places_add(places, program, &edit_nss, path);
        else
            free(path);
        if (place)
            place->profile = profile;
        else
            free(profile);
    }
}

static void find_persons(struct places *places, enum program program, const struct scope *scope)
{
    SCOPED(text_free) char *sandbox = places_first(scope->home, mozilla[program].sandboxes);
    size_t before = places->count;
    char folder[2048];

    if (snprintf(folder, sizeof(folder), "%s/%s", scope->home, mozilla[program].home) < (int)sizeof(folder))
        find_profiles(places, program, folder);
    if (mozilla[program].config &&
        snprintf(folder, sizeof(folder), "%s/%s", scope->config, mozilla[program].config) < (int)sizeof(folder))
        find_profiles(places, program, folder);
    if (sandbox)
        place_block(places_add(places, program, NULL, NULL), EXIT_CODE_UNSUPPORTED, true,
                    _("The page sandboxes.md tells how it gets at a token."),
                    _("the %s with \"%s\" runs in a sandbox, in which this module is not to be seen"), program_title(program), sandbox);
    if (places->count == before)
        place_block(places_add(places, program, NULL, NULL), EXIT_CODE_NOT_FOUND, true,
                    _("Start the program once, close it, and run this again."), _("%s has no profile that was used"),
                    program_title(program));
}

static bool is_installed(enum program program)
{
    for (const char *const *name = mozilla[program].names; *name; name++)
        if (places_has_program(*name))
            return true;
    return false;
}

static void find_system(struct places *places, enum program program, const struct scope *scope)
{
    SCOPED(text_free) char *shipped = places_first("", mozilla[program].shipped);
    char *path = strdup(mozilla[program].policies);
    bool exists = path && access(path, F_OK) == 0;
    struct place *place = places_add(places, program, &edit_policy, path);

    if (!place)
        return;
    if (scope->undo)
        place->hint = _("Profiles that have taken the module up keep it: each person runs \"ecp unregister\" too.");
    if (!exists && !scope->named && !is_installed(program))
        place_block(place, EXIT_CODE_NOT_FOUND, true, NULL, _("%s is not installed"), program_title(program));
    if (!exists && shipped && !scope->undo)
        place_block(place, EXIT_CODE_EXISTS, false, _("Put the module into that file by hand, under SecurityDevices."),
                    _("the policies in \"%s\" would not count any more if there were \"%s\""), shipped, place->path);
}

void places_find_mozilla(struct places *places, enum program program, const struct scope *scope)
{
    if (scope->system)
        find_system(places, program, scope);
    else
        find_persons(places, program, scope);
}
