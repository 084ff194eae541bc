/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* openssl_conf.h: what OpenSSL is to read so that pkcs11-provider uses the module. */
#ifndef ECP_TOOL_OPENSSL_CONF_H
#define ECP_TOOL_OPENSSL_CONF_H

#include <stdbool.h>

#include "asn1/bytes.h"

/** Sections of a configuration, as it names them: what is done at the start, the providers, the provider "default". Empty: none. */
struct openssl_conf {
    char init[64], providers[64], base[64];
};

/** Reads the names from the text of a configuration. */
void openssl_conf_read(struct bytes text, struct openssl_conf *ret);

/** The folder whose files the configuration includes, the caller's, and the section in which it does; NULL if it includes none. */
char *openssl_conf_folder(struct bytes text, char ret_section[64]);

/** A configuration that adds the module to the one in SYSTEM (NULL: there is none) whose sections are NAMES. The caller's. */
char *openssl_conf_person(const struct openssl_conf *names, const char *system, const char *module);

/** A file for the folder that the system's configuration includes in SECTION. The caller's. */
char *openssl_conf_part(const struct openssl_conf *names, const char *section, const char *module);

#endif
