/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/run.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vcard/options.h"
#include "vcard/rig.h"
#include "vcard/say.h"
#include "vcard/supervise.h"

/** Waits for the supervisor and passes on what the terminal has not already sent to all. */
static int supervisor_wait(pid_t supervisor, const sigset_t *signals)
{
    siginfo_t info;
    int status;

    for (;;) {
        int signal = sigwaitinfo(signals, &info);
        if (signal > 0 && signal != SIGCHLD && info.si_code != SI_KERNEL)
            kill(supervisor, signal);
        if (waitpid(supervisor, &status, WNOHANG) == supervisor)
            return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }
}

static int rig_supervised(struct rig *rig)
{
    sigset_t signals, before;
    pid_t self = getpid();

    supervise_signals(&signals);
    sigprocmask(SIG_BLOCK, &signals, &before);
    pid_t supervisor = fork();
    if (supervisor == 0)
        _exit(supervise(rig, self, &before));
    if (supervisor < 0) {
        say("cannot start a process: %s", strerror(errno));
        return EXIT_RUN_FAILED;
    }
    return supervisor_wait(supervisor, &signals);
}

int run_main(int argc, char **argv)
{
    struct options options;
    struct rig rig;
    int status = EXIT_RUN_FAILED;

    if (!options_parse(&options, argc, argv, true))
        return EXIT_USAGE;
    if (rig_make(&rig, &options, true))
        status = rig_supervised(&rig);
    rig_free(&rig);
    return status;
}

int serve_main(int argc, char **argv)
{
    struct options options;
    struct rig rig;
    sigset_t signals;
    bool ok;

    if (!options_parse(&options, argc, argv, false))
        return EXIT_USAGE;
    supervise_signals(&signals);
    sigprocmask(SIG_BLOCK, &signals, NULL);
    ok = rig_make(&rig, &options, false) && rig_run(&rig, NULL, options.socket, -1);
    if (options.socket != NULL && ok)
        unlink(options.socket);
    rig_free(&rig);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
