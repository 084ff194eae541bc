/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* command.h: what the table of subcommands is made of. */
#ifndef ECP_TOOL_COMMAND_H
#define ECP_TOOL_COMMAND_H

#include <stddef.h>

#include "tool/exit_code.h"
#include "tool/ui.h"

/**
 * One subcommand: runs with ARGV[0] its last word and returns how it ended. A command with SUBCOMMANDS ("pin") has no
 * RUN. SUMMARY is marked with N_().
 */
struct command {
    const char *name, *summary;
    enum exit_code (*run)(struct ui *ui, int argc, char **argv);
    const struct command *subcommands;
    size_t subcommand_count;
};

/* The subcommands, each in the file of its name. */
enum exit_code status_run(struct ui *ui, int argc, char **argv);
enum exit_code key_generate_run(struct ui *ui, int argc, char **argv);
enum exit_code key_delete_run(struct ui *ui, int argc, char **argv);
enum exit_code cert_delete_run(struct ui *ui, int argc, char **argv);
enum exit_code doctor_run(struct ui *ui, int argc, char **argv);
enum exit_code trace_run(struct ui *ui, int argc, char **argv);
enum exit_code init_run(struct ui *ui, int argc, char **argv);
enum exit_code pin_set_run(struct ui *ui, int argc, char **argv);
enum exit_code pin_change_run(struct ui *ui, int argc, char **argv);
enum exit_code pin_unblock_run(struct ui *ui, int argc, char **argv);
enum exit_code request_run(struct ui *ui, int argc, char **argv);
enum exit_code enroll_run(struct ui *ui, int argc, char **argv);
enum exit_code import_run(struct ui *ui, int argc, char **argv);
enum exit_code export_run(struct ui *ui, int argc, char **argv);
enum exit_code renew_run(struct ui *ui, int argc, char **argv);
enum exit_code register_run(struct ui *ui, int argc, char **argv);
enum exit_code unregister_run(struct ui *ui, int argc, char **argv);
enum exit_code sign_run(struct ui *ui, int argc, char **argv);
enum exit_code verify_run(struct ui *ui, int argc, char **argv);
enum exit_code test_run(struct ui *ui, int argc, char **argv);

#endif
