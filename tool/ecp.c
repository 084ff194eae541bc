/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "tool/command.h"
#include "tool/options.h"
#include "tool/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct command key_commands[] = {
    { "generate", N_("make a key pair on the token"), key_generate_run, NULL, 0 },
    { "delete", N_("delete a key pair from the token"), key_delete_run, NULL, 0 },
};

static const struct command cert_commands[] = {
    { "delete", N_("delete a certificate from the token"), cert_delete_run, NULL, 0 },
};

static const struct command pin_commands[] = {
    { "set", N_("choose the first PIN"), pin_set_run, NULL, 0 },
    { "change", N_("choose another PIN"), pin_change_run, NULL, 0 },
    { "unblock", N_("choose a PIN where it is locked or forgotten"), pin_unblock_run, NULL, 0 },
};

static const struct command commands[] = {
    { "status", N_("readers, tokens, PINs, keys and certificates"), status_run, NULL, 0 },
    { "doctor", N_("find out why a token does not work"), doctor_run, NULL, 0 },
    { "init", N_("prepare a token: name, PIN and PUK"), init_run, NULL, 0 },
    { "pin", N_("choose, change and unblock the PIN"), NULL, pin_commands, COUNT(pin_commands) },
    { "key", N_("make and delete keys"), NULL, key_commands, COUNT(key_commands) },
    { "request", N_("ask for a certificate: a request signed by the token"), request_run, NULL, 0 },
    { "enroll", N_("send a request to the certification authority"), enroll_run, NULL, 0 },
    { "import", N_("put the certificate on the token"), import_run, NULL, 0 },
    { "export", N_("keep certificates as .cer files"), export_run, NULL, 0 },
    { "renew", N_("renew a certificate: new key, new request"), renew_run, NULL, 0 },
    { "cert", N_("delete certificates"), NULL, cert_commands, COUNT(cert_commands) },
    { "register", N_("tell browsers and other programs of the module"), register_run, NULL, 0 },
    { "unregister", N_("take the module out of programs again"), unregister_run, NULL, 0 },
    { "trace", N_("run a command and record what is said to the token"), trace_run, NULL, 0 },
    { "test", N_("sign a small document and check it: does all work?"), test_run, NULL, 0 },
    { "sign", N_("sign files"), sign_run, NULL, 0 },
    { "verify", N_("check the signatures of a file"), verify_run, NULL, 0 },
};

static void show_commands(FILE *file, const char *name, const struct command *rows, size_t count)
{
    fprintf(file, _("Usage: %s COMMAND [OPTIONS]\n\nCommands:\n"), name);
    for (size_t i = 0; i < count; i++)
        fprintf(file, "  %-10s %s\n", rows[i].name, gettext(rows[i].summary));
    fprintf(file, _("\n\"%s COMMAND --help\" tells more.\n"), name);
}

static void show_words(const struct command *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        printf("%s\t-\t%s\n", rows[i].name, gettext(rows[i].summary));
}

static const struct command *command_find(const struct command *rows, size_t count, const char *word)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, word) == 0)
            return &rows[i];
    return NULL;
}

/** Follows the words of the command line down the tables. */
static enum exit_code dispatch(char *name, size_t size, const struct command *rows, size_t count, int argc, char **argv)
{
    while (argc > 1) {
        const struct command *found = command_find(rows, count, argv[1]);
        size_t length = strlen(name);
        struct ui ui;

        if (!found)
            break;
        snprintf(name + length, size - length, " %s", found->name);
        if (found->run) {
            ui_open(&ui, name);
            return found->run(&ui, argc - 1, argv + 1);
        }
        rows = found->subcommands;
        count = found->subcommand_count;
        argc--;
        argv++;
    }
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        show_commands(stdout, name, rows, count);
        return EXIT_CODE_OK;
    }
    if (argc > 1 && strcmp(argv[1], OPTIONS_COMPLETE) == 0) {
        show_words(rows, count);
        return EXIT_CODE_OK;
    }
    if (argc > 1 && strcmp(argv[1], "--version") == 0) {
        printf("ecp %s\n", PACKAGE_VERSION);
        return EXIT_CODE_OK;
    }
    if (argc > 1)
        fprintf(stderr, _("%s: there is no command \"%s\"\n"), name, argv[1]);
    show_commands(stderr, name, rows, count);
    return EXIT_CODE_USAGE;
}

/**
 * The locale of the environment; where the system has not generated it (containers, rescue systems), its language all
 * the same, in UTF-8.
 */
static void locale_choose(void)
{
    static const char *const names[] = { "LC_ALL", "LC_MESSAGES", "LANG" };

    if (setlocale(LC_ALL, ""))
        return;
    setlocale(LC_ALL, "C.UTF-8");
    for (size_t i = 0; i < COUNT(names); i++) {
        const char *value = getenv(names[i]);

        if (value && *value) {
            setenv("LANGUAGE", strncmp(value, "ru", 2) == 0 ? "ru" : "en", 0);
            return;
        }
    }
}

/**
 * A descriptor that the caller closed would be given to the next file or socket that is opened, and what is said to the person
 * would be written into that.
 */
static bool descriptors_hold(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return false;
    return true;
}

/** What was said has arrived; else that is a failure, whatever was done. A failure of another kind was told before. */
static enum exit_code output_end(const char *name, enum exit_code code)
{
    bool arrived = fflush(stdout) == 0 && !ferror(stdout);

    if (arrived || code != EXIT_CODE_OK)
        return code;
    fprintf(stderr, _("%s: standard output cannot be written\n"), name);
    return EXIT_CODE_FAILED;
}

int main(int argc, char **argv)
{
    static const struct rlimit no_core = { 0, 0 };
    const char *catalogues = getenv("TEXTDOMAINDIR");
    char name[64] = "ecp";

    if (!descriptors_hold())
        return EXIT_CODE_FAILED;
    /* a PIN passes through this process: nobody gets to look into it */
    prctl(PR_SET_DUMPABLE, 0);
    setrlimit(RLIMIT_CORE, &no_core);
    locale_choose();
    bindtextdomain("ecp", catalogues && *catalogues ? catalogues : LOCALEDIR);
    textdomain("ecp");
    return (int)output_end(name, dispatch(name, sizeof(name), commands, COUNT(commands), argc, argv));
}
