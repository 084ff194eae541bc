/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tool/command.h"
#include "tool/options.h"
#include "tool/printable.h"
#include "tool/text.h"

/** What "ecp trace" writes to; SIZE is that of what it began the file with. */
struct trace_file {
    char path[1024];
    off_t size;
};

static void name_file(const char *output, struct trace_file *ret)
{
    time_t now = time(NULL);
    struct tm tm;

    if (output)
        snprintf(ret->path, sizeof(ret->path), "%s", output);
    else if (!localtime_r(&now, &tm) || strftime(ret->path, sizeof(ret->path), "ecp-trace-%Y%m%d-%H%M%S.txt", &tm) == 0)
        snprintf(ret->path, sizeof(ret->path), "ecp-trace.txt");
}

/** Begins the file with what a report needs to be understood. Nobody else may read it. */
static enum exit_code begin_file(const struct ui *ui, char **command, struct trace_file *file)
{
    struct utsname system = { 0 };
    int fd = open(file->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return ui_fail(ui, errno == EEXIST ? EXIT_CODE_EXISTS : EXIT_CODE_FAILED, _("Name another file with --output."),
                       _("\"%s\" cannot be made: %s"), file->path, strerror(errno));
    uname(&system);
    dprintf(fd, "ecp %s, %s %s %s\ncommand: %s\n", PACKAGE_VERSION, system.sysname, system.release, system.machine,
            command[0]);
    file->size = lseek(fd, 0, SEEK_END);
    close(fd);
    return EXIT_CODE_OK;
}

/** Starts COMMAND, which is told by VALUE where to record. Returns 0, or the errno of why it does not run. */
static int start(const struct ui *ui, char **command, const char *value, pid_t *ret)
{
    int ends[2], error = 0;

    if (pipe2(ends, O_CLOEXEC) != 0)
        return errno;
    fflush(NULL);
    *ret = fork();
    if (*ret == 0) {
        /* with --json nothing but the result goes to standard output */
        if (ui->json)
            dup2(STDERR_FILENO, STDOUT_FILENO);
        setenv("ECP_PKCS11_TRACE", value, 1);
        execvp(command[0], command);
        error = errno;
        _exit(write(ends[1], &error, sizeof(error)) == sizeof(error) ? 127 : 126);
    }
    if (*ret < 0)
        error = errno;
    close(ends[1]);
    if (*ret > 0 && read(ends[0], &error, sizeof(error)) == sizeof(error))
        waitpid(*ret, NULL, 0);
    close(ends[0]);
    return error;
}

static enum exit_code run_command(const struct ui *ui, char **command, const struct trace_file *file, int *ret_status)
{
    char *value = NULL, *whole = realpath(file->path, NULL);
    pid_t child = -1;
    int error;

    if (!whole || asprintf(&value, "card:%s", whole) < 0) {
        free(whole);
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    }
    free(whole);
    error = start(ui, command, value, &child);
    free(value);
    if (error != 0) {
        unlink(file->path);
        /* the status is the one that shells have for it */
        return ui_fail(ui, (enum exit_code)(error == ENOENT ? 127 : 126), NULL, _("\"%s\" cannot be started: %s"), command[0],
                       strerror(error));
    }
    while (waitpid(child, ret_status, 0) < 0)
        if (errno != EINTR)
            return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("nothing is known of how \"%s\" ended"), command[0]);
    return EXIT_CODE_OK;
}

static enum exit_code trace(const struct ui *ui, const char *output, char **command)
{
    struct stat now = { 0 };
    struct trace_file file;
    int status = 0;

    name_file(output, &file);
    TRY_CODE(begin_file(ui, command, &file));
    TRY_CODE(run_command(ui, command, &file, &status));
    status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (stat(file.path, &now) == 0 && now.st_size <= file.size)
        ui_note(ui, _("\"%s\" did not use libecp-pkcs11.so: nothing was recorded."), command[0]);
    ui_note(ui, _("What was said to the token is in %s. PINs, keys and decrypted texts are not in it; names in certificates and "
                  "serial numbers are. Read it before you send it."),
            file.path);
    ui_result(ui, json_pack("{s:o, s:i}", "file", printable_json(file.path), "status", status));
    return (enum exit_code)status;
}

enum exit_code trace_run(struct ui *ui, int argc, char **argv)
{
    const char *output = NULL;
    const struct option_row rows[] = {
        { "output", N_("FILE"), N_("write the record there (ecp-trace-DATE-TIME.txt)"), OPTION_TEXT, &output },
    };
    const struct usage usage = {
        .operands = N_("-- COMMAND [ARGUMENT…]"),
        .description = N_("Runs a command, and records what is said to the token meanwhile, without PINs and keys: for a report. "
                          "Ends as the command did."),
        .least = 1, .most = 4096, .rows = rows, .row_count = 1,
    };
    struct common common;
    int first;

    OPTIONS_READ(ui, &usage, &common, argc, argv, &first);
    return trace(ui, output, argv + first);
}
