/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/ctl.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "vcard/control.h"
#include "vcard/options.h"
#include "vcard/say.h"

#define SOCKET_VARIABLE "ECP_VCARD_SOCKET"

static const struct option ctl_options[] = {
    { "socket", required_argument, NULL, 's' },
    { "card", required_argument, NULL, 'c' },
    { NULL, 0, NULL, 0 },
};

/** Joins the card's number and the words of WORDS with spaces. */
static bool request_make(unsigned card, char **words, char request[CONTROL_MAX])
{
    size_t used = (size_t)snprintf(request, CONTROL_MAX, "%u", card);

    for (; *words != NULL; words++) {
        int put = snprintf(request + used, CONTROL_MAX - used, " %s", *words);
        if (put < 0 || (size_t)put >= CONTROL_MAX - used)
            return false;
        used += (size_t)put;
    }
    return true;
}

/** Sends REQUEST to the socket PATH, prints the reply. The value is the exit status. */
static int request_send(const char *path, char text[CONTROL_MAX])
{
    int fd = control_connect(path);

    if (fd < 0) {
        say("cannot reach %s: %s; is the \"run\" or \"serve\" to which it belongs still there?", path,
            strerror(errno));
        return EXIT_FAILURE;
    }
    bool answered = control_send(fd, text) && control_receive(fd, text);
    close(fd);
    if (!answered) {
        say("no answer: it is ending");
        return EXIT_FAILURE;
    }
    if (!control_is_ok(text)) {
        say("%s", control_text(text));
        return EXIT_FAILURE;
    }
    if (control_text(text)[0] != '\0')
        printf("%s\n", control_text(text));
    return EXIT_SUCCESS;
}

int ctl_main(int argc, char **argv)
{
    const char *path = getenv(SOCKET_VARIABLE);
    char text[CONTROL_MAX];
    unsigned card = 1;
    int letter;

    while ((letter = getopt_long(argc, argv, "+", ctl_options, NULL)) != -1) {
        if (letter == 's') {
            path = optarg;
        } else if (letter != 'c') {
            return EXIT_USAGE;
        } else if (!options_number(optarg, PCSCD_CARDS_MAX, &card)) {
            say("--card needs a card's number, counted from 1");
            return EXIT_USAGE;
        }
    }
    if (argv[optind] == NULL || !request_make(card, argv + optind, text)) {
        say("\"ctl\" needs a request, of at most %d bytes", CONTROL_MAX);
        return EXIT_USAGE;
    }
    if (path == NULL) {
        say("name the socket with --socket; a command of \"run\" finds it in " SOCKET_VARIABLE);
        return EXIT_USAGE;
    }
    return request_send(path, text);
}
