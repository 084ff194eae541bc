/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * config.h: the configuration file and the environment, read once (ecp-pkcs11.conf(5)).
 *
 * A value that cannot be used is reported and its default stands: a typing error does not take away a
 * person's token.
 */
#ifndef ECP_MODULE_CONFIG_H
#define ECP_MODULE_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "asn1/result.h"
#include "pcsc/card.h"
#include "pcsc/trace.h"

/** How long a card is held while somebody is logged in. */
enum config_hold {
    CONFIG_HOLD_LOGIN,     /**< connected from login to logout */
    CONFIG_HOLD_OPERATION, /**< connected for each operation only */
};

/** How CKA_EC_POINT of an Edwards or Montgomery key is shown. */
enum config_point {
    CONFIG_POINT_AUTO, /**< raw for an application that asked for an interface of 3.1 or later, DER for others */
    CONFIG_POINT_DER, /**< in a DER OCTET STRING, as for other curves and as most programs read it */
    CONFIG_POINT_RAW, /**< the bytes alone (PKCS#11 3.1 and later) */
};

/** What the person wants. Made by config_load() and config_load_from() only; everything in it lives until
 * config_free(). */
struct config {
    enum trace_level trace_level;
    const char *trace_file; /**< NULL: standard error */
    bool keep_pin;
    bool reuse_pin; /**< the kept PIN is presented for each use of a key that wants it, without asking */
    enum config_hold hold;
    bool use_pinpad;
    bool software_random;
    enum config_point edwards_point;
    const char *certificate_folder; /**< where the person keeps certificates as files; NULL: they are not looked at */
    const char **ignored_readers; /**< patterns, for config_reader_ignored() */
    size_t ignored_count;
    struct card_section *sections; /**< one for each card family that the file speaks of, in its order */
    size_t section_count;
    const char **complaints; /**< what could not be used, one line each: where, what, what is allowed */
    size_t complaint_count;
};

/**
 * Reads the first of: $ECP_PKCS11_CONF (empty: no file), $XDG_CONFIG_HOME or ~/.config, the system's folder;
 * and $ECP_PKCS11_TRACE. *RET is a usable configuration, of defaults at least, and belongs to the caller;
 * only RESULT_NO_MEMORY leaves it NULL. RESULT_BAD_ARGUMENT: there are complaints, to be passed on.
 */
enum result config_load(struct config **ret) MUST_USE;

/** As config_load(), from FILE (NULL: none) and TRACE (what the environment variable says, or NULL). */
enum result config_load_from(const char *file, const char *trace, struct config **ret) MUST_USE;

/**
 * Holds the families' sections against the keys and values that DRIVERS (NULL-terminated) allow: adds
 * complaints and takes out what cannot be used. RESULT_BAD_ARGUMENT: there were some.
 */
enum result config_check_sections(struct config *config, const struct card_driver *const *drivers) MUST_USE;

/** Frees *CONFIG and sets it to NULL. NULL is allowed. Fit for SCOPED. */
void config_free(struct config **config);

/** READER is one that the person wants ignored: a pattern ("*" and "?") matches its name, or is a part of it.
 */
bool config_reader_ignored(const struct config *config, const char *reader);

/** The settings of the section named after a card family; NULL and 0 if there is none. */
const struct card_setting *config_section(const struct config *config, const char *name, size_t *ret_count);

#endif
