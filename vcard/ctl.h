/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ctl.h: requests to a rig that runs. */
#ifndef ECP_VCARD_CTL_H
#define ECP_VCARD_CTL_H

/** The subcommand "ctl". ARGV[0] is the name; the value is the exit status. */
int ctl_main(int argc, char **argv);

#endif
