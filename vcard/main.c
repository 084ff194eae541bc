/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* main.c: the program ecp-vcard: its subcommands. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vcard/ctl.h"
#include "vcard/options.h"
#include "vcard/run.h"
#include "vcard/say.h"
#include "vcard/vcard.h"

static int help_main(int argc, char **argv);
static int version_main(int argc, char **argv);

static const struct {
    const char *name;
    int (*main)(int argc, char **argv);
} subcommands[] = {
    { "run", run_main },     { "serve", serve_main }, { "ctl", ctl_main },           { "help", help_main },
    { "--help", help_main }, { "-h", help_main },     { "--version", version_main }, { "-V", version_main },
};

static const char usage[] =
    "Virtual smart cards for tests.\n"
    "\n"
    "ecp-vcard run [OPTION]... -- COMMAND...\n"
    "    Runs COMMAND beside a private PC/SC daemon with cards in its readers.\n"
    "    Exit status: COMMAND's; 128+n if signal n ended it; 125 if this program failed.\n"
    "ecp-vcard serve [OPTION]...\n"
    "    Puts cards into the virtual reader (vpcd) of a PC/SC daemon that runs already.\n"
    "ecp-vcard ctl [--socket PATH] [--card N] REQUEST...\n"
    "    Sends a request to a running \"run\" or \"serve\".\n"
    "\n"
    "Options of run and serve:\n"
    "    --card FAMILY[:PROFILE]  a card; may be repeated (default: piv)\n"
    "    --state FILE             the card's memory is loaded from and kept in FILE (FILE.2, ...)\n"
    "    --count FILE             at the end: apdus=N sent=N received=N\n"
    "    --trace FILE             APDUs in hexadecimal, without PINs and keys (FILE.2, ...)\n"
    "    --latency MS             every response is delayed\n"
    "Options of run:\n"
    "    --reader-name NAME       (default: ECP Virtual Reader)\n"
    "Options of serve:\n"
    "    --host HOST --port N     where the driver waits (default: 127.0.0.1 35963)\n"
    "    --socket PATH            where requests are taken\n"
    "\n"
    "Requests (to card 1, or to the one that --card names):\n"
    "    remove, insert           out of the reader, into the reader; done when the daemon has seen it\n"
    "    blink                    out and in again too quickly to be seen\n"
    "    reset                    another program resets the card\n"
    "    select-foreign           another program selects another application on the card\n"
    "    count, count-reset       prints, sets to zero the counters\n"
    "    latency MS               from now on every response is delayed\n"
    "    state                    prints in or out\n"
    "    stop-daemon, start-daemon, restart-daemon\n"
    "    fault [after=K] [times=N] WHAT\n"
    "                             the K-th next command (default 1) and N-1 more (0: all) meet\n"
    "        sw=XXXX                  that status word; it is not executed\n"
    "        answer=HEX               that answer; it is not executed\n"
    "        fill=N                   N zero bytes and 9000; it is not executed\n"
    "        drop                     the card is pulled out before\n"
    "        drop-after               the card is pulled out when it was executed, before the answer\n"
    "        lose, lose-after         as these, but the card is back before the daemon has missed it\n"
    "    off                      no more faults (also: fault off)\n";

static int help_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    fputs(usage, stdout);
    printf("\nCards:");
    for (size_t i = 0; vcard_families[i] != NULL; i++) {
        const struct vcard_family *family = vcard_families[i];
        for (size_t j = 0; family->profiles[j] != NULL; j++)
            printf(" %s%s%s", family->name, family->profiles[j][0] == '\0' ? "" : ":", family->profiles[j]);
    }
    printf("\n");
    return EXIT_SUCCESS;
}

static int version_main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    printf("ecp-vcard %s\n", PACKAGE_VERSION);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";

    /* A caller may have it ignored, and then nobody would be told that a child has ended. */
    signal(SIGCHLD, SIG_DFL);
    for (int i = 2; i < argc && strcmp(argv[i], "--") != 0 && argv[i][0] == '-'; i++) {
        if (strcmp(argv[i], "--help") == 0)
            name = "help";
    }
    for (size_t i = 0; i < sizeof(subcommands) / sizeof(subcommands[0]); i++) {
        if (strcmp(name, subcommands[i].name) == 0)
            return subcommands[i].main(argc - 1, argv + 1);
    }
    say("there is no \"%s\"; see ecp-vcard --help", name);
    return EXIT_USAGE;
}
