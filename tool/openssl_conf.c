/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/openssl_conf.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tool/edit.h"
#include "tool/lines.h"

/** Copies a name that needs no quoting. */
static void copy_name(struct bytes value, char ret[64])
{
    const uint8_t *comment = value.size > 0 ? memchr(value.data, '#', value.size) : NULL;

    if (comment)
        value = lines_trim(bytes_slice(value, 0, (size_t)(comment - value.data)));
    if (value.size >= 64)
        return;
    for (size_t i = 0; i < value.size; i++)
        if (!strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.", value.data[i]))
            return;
    if (value.size > 0)
        memcpy(ret, value.data, value.size);
    ret[value.size] = '\0';
}

/** The value of KEY in SECTION, the last one if there are several; "default" is the section before the first head. */
static void find_name(struct bytes text, const char *section, const char *key, char ret[64])
{
    struct lines lines = { .text = text };
    struct bytes value, name = bytes_text("default");

    ret[0] = '\0';
    while (lines_next(&lines))
        if (!lines_section(&lines, &name) && bytes_equal(name, bytes_text(section)) && lines_setting(&lines, key, '=', false, &value))
            copy_name(value, ret);
}

void openssl_conf_read(struct bytes text, struct openssl_conf *ret)
{
    *ret = (struct openssl_conf){ .init = "" };
    find_name(text, "default", "openssl_conf", ret->init);
    if (*ret->init)
        find_name(text, ret->init, "providers", ret->providers);
    if (*ret->providers)
        find_name(text, ret->providers, "default", ret->base);
}

/** It is one, or nothing is there yet: single files are included, too. */
static bool can_be_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 ? S_ISDIR(status.st_mode) : errno == ENOENT;
}

char *openssl_conf_folder(struct bytes text, char ret_section[64])
{
    struct lines lines = { .text = text };
    struct bytes value, name = bytes_text("default");
    char *path;

    while (lines_next(&lines)) {
        if (lines_section(&lines, &name) || !lines_setting(&lines, ".include", '=', false, &value) || value.size == 0 ||
            value.data[0] != '/' || memchr(value.data, 0, value.size))
            continue;
        ret_section[0] = '\0';
        copy_name(name, ret_section);
        path = strndup((const char *)value.data, value.size);
        if (path && *ret_section && can_be_folder(path))
            return path;
        free(path);
    }
    return NULL;
}

static const char *name_or(const char *name, const char *other)
{
    return *name ? name : other;
}

/** The sections from the providers on. OpenSSL has its own algorithms no longer by itself as soon as a provider is named. */
static char *provider_text(const struct openssl_conf *names, const char *module)
{
    const char *base = name_or(names->base, "ecp_base");
    char *text = NULL;

    return asprintf(&text,
                    "[%s]\ndefault = %s\npkcs11 = ecp_pkcs11\n\n[%s]\nactivate = 1\n\n"
                    "[ecp_pkcs11]\npkcs11-module-path = %s\nactivate = 1\n",
                    name_or(names->providers, "ecp_providers"), base, base, module) < 0
               ? NULL
               : text;
}

char *openssl_conf_person(const struct openssl_conf *names, const char *system, const char *module)
{
    const char *init = name_or(names->init, "ecp_init");
    char *providers = provider_text(names, module), *text = NULL;

    if (providers && asprintf(&text, EDIT_MARK "\n# It counts for programs that are started with OPENSSL_CONF set to its name.\n%s%s%s"
                              "\n[default]\nopenssl_conf = %s\n\n[%s]\nproviders = %s\n\n%s",
                              system ? ".include = " : "", system ? system : "", system ? "\n" : "", init, init,
                              name_or(names->providers, "ecp_providers"), providers) < 0)
        text = NULL;
    free(providers);
    return text;
}

/* To OpenSSL, what stands behind the line that includes this is in the section in which this ends. */
char *openssl_conf_part(const struct openssl_conf *names, const char *section, const char *module)
{
    char *providers = provider_text(names, module), *text = NULL;

    if (providers && asprintf(&text, EDIT_MARK "\n%s\n[%s]\n", providers, section) < 0)
        text = NULL;
    free(providers);
    return text;
}
