/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/options.h"

#include <ctype.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vcard/say.h"
#include "vcard/slot.h"
#include "vcard/vpcd.h"

#define PORT_MAX 65534

static const struct option run_options[] = {
    { "card", required_argument, NULL, 'c' },
    { "state", required_argument, NULL, 's' },
    { "reader-name", required_argument, NULL, 'r' },
    { "count", required_argument, NULL, 'n' },
    { "trace", required_argument, NULL, 't' },
    { "latency", required_argument, NULL, 'l' },
    { NULL, 0, NULL, 0 },
};

static const struct option serve_options[] = {
    { "card", required_argument, NULL, 'c' },
    { "state", required_argument, NULL, 's' },
    { "count", required_argument, NULL, 'n' },
    { "trace", required_argument, NULL, 't' },
    { "latency", required_argument, NULL, 'l' },
    { "host", required_argument, NULL, 'h' },
    { "port", required_argument, NULL, 'p' },
    { "socket", required_argument, NULL, 'S' },
    { NULL, 0, NULL, 0 },
};

bool options_number(const char *text, unsigned limit, unsigned *ret)
{
    char *end = NULL;

    if (!isdigit((unsigned char)text[0]))
        return false;
    unsigned long number = strtoul(text, &end, 10);
    *ret = (unsigned)number;
    return *end == '\0' && number <= limit;
}

char *options_path(const char *path, size_t index)
{
    char *text = NULL;

    if (path == NULL || index == 0)
        return path == NULL ? NULL : strdup(path);
    return asprintf(&text, "%s.%zu", path, index + 1) < 0 ? NULL : text;
}

static bool card_add(struct options *options, const char *name)
{
    if (options->card_count == PCSCD_CARDS_MAX) {
        say("there can be at most %d cards", PCSCD_CARDS_MAX);
        return false;
    }
    options->cards[options->card_count++] = name;
    return true;
}

static bool reader_name_set(struct options *options, const char *name)
{
    options->reader_name = name;
    if (pcscd_name_is_good(name))
        return true;
    say("a reader cannot be named \"%s\": 1 to %d bytes without \" and \\, not beginning with a space", name,
        PCSCD_NAME_MAX - 16);
    return false;
}

static bool number_set(const char *what, const char *text, unsigned limit, unsigned *ret)
{
    if (options_number(text, limit, ret))
        return true;
    say("--%s needs a number up to %u, not \"%s\"", what, limit, text);
    return false;
}

static bool option_set(struct options *options, int letter, const char *value)
{
    switch (letter) {
    case 'c':
        return card_add(options, value);
    case 'r':
        return reader_name_set(options, value);
    case 'l':
        return number_set("latency", value, LATENCY_MAX_MS, &options->latency_ms);
    case 'p':
        return number_set("port", value, PORT_MAX, &options->port);
    case 's':
        options->state = value;
        return true;
    case 'n':
        options->count = value;
        return true;
    case 't':
        options->trace = value;
        return true;
    case 'h':
        options->host = value;
        return true;
    case 'S':
        options->socket = value;
        return true;
    default:
        return false; /* getopt_long() has said why */
    }
}

bool options_parse(struct options *ret, int argc, char **argv, bool is_run)
{
    const struct option *table = is_run ? run_options : serve_options;
    int letter;

    *ret = (struct options){ .reader_name = "ECP Virtual Reader", .host = "127.0.0.1", .port = VPCD_PORT };
    while ((letter = getopt_long(argc, argv, "+", table, NULL)) != -1) {
        if (!option_set(ret, letter, optarg))
            return false;
    }
    if (ret->card_count == 0)
        ret->cards[ret->card_count++] = "piv";
    ret->command = argv + optind;
    if (is_run && ret->command[0] == NULL) {
        say("\"run\" needs a command: ecp-vcard run [OPTION]... -- COMMAND...");
        return false;
    }
    if (!is_run && ret->command[0] != NULL) {
        say("\"serve\" has no use for \"%s\"", ret->command[0]);
        return false;
    }
    return true;
}
