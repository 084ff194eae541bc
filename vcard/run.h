/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* run.h: a command with a PC/SC world of its own around it. */
#ifndef ECP_VCARD_RUN_H
#define ECP_VCARD_RUN_H

/** The subcommands "run" and "serve". ARGV[0] is the name; the value is the exit status. */
int run_main(int argc, char **argv);
int serve_main(int argc, char **argv);

#endif
