/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "asn1/result.h"
#include "tool/lines.h"
#include "tool/openssl_conf.h"
#include "tool/place.h"
#include "tool/replacement.h"
#include "tool/text.h"

#define SSH_CONFIG "/etc/ssh/ssh_config"
#define SSH_PART "/etc/ssh/ssh_config.d/90-ecp.conf"

static char *join(const char *folder, const char *name)
{
    char *path = NULL;

    return asprintf(&path, "%s/%s", folder, name) < 0 ? NULL : path;
}

/* Chromium takes ~/.pki/nssdb if it is there, else the other one. */
static void find_chromium(struct places *places, const struct scope *scope)
{
    static const char *const sandboxes[] = { "snap/chromium", ".var/app/org.chromium.Chromium", NULL };
    const struct {
        const char *folder, *name;
    } databases[] = { { scope->home, ".pki/nssdb/pkcs11.txt" }, { scope->data, "pki/nssdb/pkcs11.txt" } };
    char *path = scope->system ? NULL : places_first(scope->home, sandboxes);
    size_t before = places->count;

    if (path)
        place_block(places_add(places, PROGRAM_CHROMIUM, NULL, NULL), EXIT_CODE_UNSUPPORTED, true,
                    _("The page sandboxes.md tells how it gets at a token."),
                    _("the %s with \"%s\" runs in a sandbox, in which this module is not to be seen"),
                    program_title(PROGRAM_CHROMIUM), path);
    free(path);
    if (scope->system) {
        place_block(places_add(places, PROGRAM_CHROMIUM, NULL, NULL), EXIT_CODE_UNSUPPORTED, true,
                    _("Each person runs \"ecp register --chromium\"."), "%s",
                    _("Chromium has a certificate database for each person, and none for all"));
        return;
    }
    for (size_t i = 0; i < sizeof(databases) / sizeof(databases[0]); i++) {
        struct place *place;

        path = join(databases[i].folder, databases[i].name);
        if (!path || access(path, F_OK) != 0) {
            free(path);
            continue;
        }
        place = places_add(places, PROGRAM_CHROMIUM, &edit_nss, path);
        if (place)
            place->hint = _("If Chromium is running, start it again.");
    }
    if (places->count == before)
        place_block(places_add(places, PROGRAM_CHROMIUM, NULL, NULL), EXIT_CODE_NOT_FOUND, true,
                    _("Open a page with https in it once, and run this again."), "%s",
                    _("Chromium has made no certificate database yet"));
}

/** One of the PATTERNS, parted by spaces, is one of our file; what is no whole path is of /etc/ssh. */
static bool names_part(struct bytes patterns)
{
    char text[1024], pattern[1100], *rest = NULL;

    if (patterns.size >= sizeof(text) || patterns.size == 0)
        return false;
    memcpy(text, patterns.data, patterns.size);
    text[patterns.size] = '\0';
    for (char *word = strtok_r(text, " \t\"", &rest); word; word = strtok_r(NULL, " \t\"", &rest))
        if (snprintf(pattern, sizeof(pattern), "%s%s", *word == '/' ? "" : "/etc/ssh/", word) < (int)sizeof(pattern) &&
            fnmatch(pattern, SSH_PART, FNM_PATHNAME) == 0)
            return true;
    return false;
}

/** The system's configuration for ssh reads our file, whatever the host. */
static bool ssh_includes(void)
{
    SCOPED(file_free) struct file text = { 0 };
    struct lines lines = { 0 };
    struct bytes value;
    bool exists;

    if (replacement_read(SSH_CONFIG, &exists, &text) != 0)
        return false;
    lines.text = file_bytes(&text);
    while (lines_next(&lines)) {
        if (lines_setting(&lines, "Host", '=', true, &value) || lines_setting(&lines, "Match", '=', true, &value))
            return false;
        if (lines_setting(&lines, "Include", '=', true, &value) && names_part(value))
            return true;
    }
    return false;
}

static void find_ssh(struct places *places, const struct scope *scope)
{
    char *path = scope->system ? strdup(SSH_PART) : join(scope->home, ".ssh/config");
    bool exists = path && access(path, F_OK) == 0;
    struct place *place = places_add(places, PROGRAM_SSH, scope->system ? &edit_whole : &edit_ssh, path);

    if (!place)
        return;
    if (!exists && !scope->named && !places_has_program("ssh"))
        place_block(place, EXIT_CODE_NOT_FOUND, true, NULL, _("%s is not installed"), "OpenSSH");
    if (!scope->system) {
        place->mode = 0600;
        return;
    }
    if (!scope->undo && !ssh_includes())
        place_block(place, EXIT_CODE_UNSUPPORTED, true, _("Let each person run \"ecp register --ssh\"."),
                    _("%s does not read the files in %s, and is not changed itself"), SSH_CONFIG, "/etc/ssh/ssh_config.d");
    if (asprintf(&place->whole, EDIT_MARK "\nPKCS11Provider \"%s\"\n", scope->module) < 0)
        place->whole = NULL;
}

static bool has_provider(void)
{
    const char *folder = getenv("OPENSSL_MODULES");
    char *path = join(folder && *folder ? folder : OPENSSL_MODULES_DIR, "pkcs11.so");
    bool has = path && access(path, F_OK) == 0;

    free(path);
    return has;
}

/** The file for everybody: a part in the folder that the system's configuration reads. */
static void find_openssl_part(struct places *places, struct bytes text, const char *system, const struct scope *scope)
{
    char section[64], *folder = openssl_conf_folder(text, section), *path = folder ? join(folder, "ecp.cnf") : NULL;
    struct place *place = places_add(places, PROGRAM_OPENSSL, path ? &edit_whole : NULL, path);
    struct openssl_conf names;

    openssl_conf_read(text, &names);
    if (place && path && (scope->undo || *names.providers))
        place->whole = openssl_conf_part(&names, section, scope->module);
    else
        place_block(place, EXIT_CODE_UNSUPPORTED, true,
                    _("Let each person run \"ecp register --openssl\", which makes a file for OPENSSL_CONF."),
                    _("\"%s\" reads no folder of providers' files, and is not changed itself: every program depends on it"),
                    system ? system : "openssl.cnf");
    free(folder);
}

static void find_openssl(struct places *places, const struct scope *scope)
{
    static const char *const systems[] = { "etc/ssl/openssl.cnf", "etc/pki/tls/openssl.cnf", NULL };
    SCOPED(file_free) struct file text = { 0 };
    size_t first = places->count;
    char *system = places_first("", systems);
    struct openssl_conf names;
    bool exists;

    if (system)
        replacement_read(system, &exists, &text);
    if (scope->system) {
        find_openssl_part(places, file_bytes(&text), system, scope);
    } else {
        struct place *place = places_add(places, PROGRAM_OPENSSL, &edit_whole, join(scope->config, "ecp-openssl.cnf"));

        openssl_conf_read(file_bytes(&text), &names);
        if (place) {
            place->mode = 0600;
            place->whole = openssl_conf_person(&names, system, scope->module);
            place->hint = scope->undo ? NULL : _("Programs use it that are started with OPENSSL_CONF set to this file's name.");
        }
    }
    if (places->count > first && !scope->undo && !has_provider())
        place_block(&places->rows[first], EXIT_CODE_NOT_FOUND, true, _("Install the package pkcs11-provider."), "%s",
                    _("OpenSSL has no provider for PKCS#11"));
    free(system);
}

void places_find(struct places *places, enum program program, const struct scope *scope)
{
    switch (program) {
    case PROGRAM_FIREFOX:
    case PROGRAM_THUNDERBIRD:
        places_find_mozilla(places, program, scope);
        break;
    case PROGRAM_CHROMIUM:
        find_chromium(places, scope);
        break;
    case PROGRAM_OPENSSL:
        find_openssl(places, scope);
        break;
    case PROGRAM_SSH:
        find_ssh(places, scope);
        break;
    case PROGRAMS:
        break;
    }
}
