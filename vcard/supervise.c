/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vcard/process.h"
#include "vcard/sandbox.h"
#include "vcard/say.h"

/** A command that was told to end may take so long before it is made to. */
#define COMMAND_GRACE_MS 2000

/** Processes that a command has left behind may take so long. */
#define LEFTOVER_GRACE_MS 500

/** The rig waits for its cards, which may be computing. */
#define RIG_GRACE_MS 8000

/** Names in the directory: the longest socket name that the system takes must not be exceeded. */
#define DIRECTORY_MAX 80

struct supervisor {
    struct rig *rig;
    struct sandbox sandbox;
    pid_t parent;
    const sigset_t *mask;
    char directory[DIRECTORY_MAX];
    char socket[DIRECTORY_MAX + 16];
    int signals;
    pid_t rig_pid;
    pid_t command;
    bool told;          /**< the command was told to end */
    long long deadline; /**< when it is made to */
    int status;         /**< the exit status */
};

void supervise_signals(sigset_t *ret)
{
    static const int list[] = { SIGCHLD, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2 };

    sigemptyset(ret);
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
        sigaddset(ret, list[i]);
}

static bool directory_make(struct supervisor *supervisor)
{
    const char *parents[] = { getenv("TMPDIR"), "/tmp" };

    for (size_t i = 0; i < 2; i++) {
        int size = parents[i] == NULL ? -1
                                      : snprintf(supervisor->directory, sizeof(supervisor->directory),
                                                 "%s/ecp-vcard.XXXXXX", parents[i]);
        if (size > 0 && size < (int)sizeof(supervisor->directory) && mkdtemp(supervisor->directory) != NULL) {
            snprintf(supervisor->socket, sizeof(supervisor->socket), "%s/control", supervisor->directory);
            return true;
        }
    }
    say("cannot make a directory in /tmp: %s", strerror(errno));
    supervisor->directory[0] = '\0';
    return false;
}

static int entry_remove(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    return remove(path);
}

static void directory_remove(const struct supervisor *supervisor)
{
    if (supervisor->directory[0] != '\0')
        nftw(supervisor->directory, entry_remove, 8, FTW_DEPTH | FTW_PHYS);
}

/** What the process of the rig does. Of the caller's files it keeps only standard error. */
static void rig_live(struct supervisor *supervisor, pid_t parent, int ready)
{
    process_die_with(parent, SIGTERM);
    setsid();
    if (ready != 3)
        dup2(ready, 3);
    close_range(4, ~0u, 0);
    fcntl(3, F_SETFD, FD_CLOEXEC);
    int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    dup2(null, STDIN_FILENO);
    dup2(null, STDOUT_FILENO);
    close(null);
    sandbox_enter_network();
    process_die_with(parent, SIGTERM);
    bool ok = rig_run(supervisor->rig, supervisor->directory, supervisor->socket, 3);
    _exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
}

/** Starts the rig. *READY is where it will write. */
static bool rig_start(struct supervisor *supervisor, int *ready)
{
    pid_t parent = getpid();
    int pair[2];

    if (pipe2(pair, O_CLOEXEC) != 0)
        return false;
    supervisor->rig_pid = fork();
    if (supervisor->rig_pid == 0)
        rig_live(supervisor, parent, pair[1]);
    close(pair[1]);
    *ready = pair[0];
    return supervisor->rig_pid > 0;
}

static void command_live(const struct supervisor *supervisor, pid_t parent)
{
    char **command = supervisor->rig->options->command;

    if (!sandbox_restore_user(&supervisor->sandbox)) {
        say("the system refuses to give the command its user back: %s", strerror(errno));
        _exit(EXIT_RUN_FAILED);
    }
    process_die_with(parent, SIGKILL);
    unsetenv("PCSCLITE_CSOCK_NAME");
    setenv("ECP_VCARD_SOCKET", supervisor->socket, 1);
    sigprocmask(SIG_SETMASK, supervisor->mask, NULL);
    execvp(command[0], command);
    int cause = errno;
    say("cannot run %s: %s", command[0], strerror(cause));
    _exit(cause == ENOENT ? EXIT_NO_COMMAND : EXIT_NOT_EXECUTABLE);
}

/** Tells everything to end, because SIGNAL came. */
static void command_tell(struct supervisor *supervisor, int signal)
{
    if (supervisor->command > 0)
        kill(supervisor->command, signal);
    if (signal == SIGUSR1 || signal == SIGUSR2 || supervisor->told)
        return;
    supervisor->told = true;
    /* Nobody waits any more if the parent was killed. */
    supervisor->deadline = process_clock() + (getppid() == supervisor->parent ? COMMAND_GRACE_MS : 0);
    supervisor->status = 128 + signal;
}

static void children_collect(struct supervisor *supervisor)
{
    int status;
    pid_t pid;

    while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
        if (pid == supervisor->command) {
            supervisor->command = -1;
            supervisor->status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        } else if (pid == supervisor->rig_pid) {
            supervisor->rig_pid = -1;
        }
    }
}

static void signal_take(struct supervisor *supervisor)
{
    struct signalfd_siginfo info;

    if (read(supervisor->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return;
    if (info.ssi_signo == SIGCHLD)
        children_collect(supervisor);
    else if (info.ssi_code != SI_KERNEL) /* what comes from the terminal, the command has got itself */
        command_tell(supervisor, (int)info.ssi_signo);
}

/** Waits for a signal, or until FD can be read. True in the second case. */
static bool event_wait(struct supervisor *supervisor, int fd, int milliseconds)
{
    struct pollfd ready[2] = { { .fd = supervisor->signals, .events = POLLIN },
                               { .fd = fd, .events = POLLIN } };

    if (poll(ready, 2, milliseconds) <= 0)
        return false;
    if (ready[0].revents != 0)
        signal_take(supervisor);
    return ready[0].revents == 0 && ready[1].revents != 0;
}

/** Waits until the cards are seen. The rig itself has limits of time and says what is wrong. */
static bool rig_is_ready(struct supervisor *supervisor, int ready)
{
    char byte;

    while (!supervisor->told) {
        if (event_wait(supervisor, ready, -1))
            return read(ready, &byte, 1) == 1;
    }
    return false;
}

static bool command_start(struct supervisor *supervisor)
{
    pid_t parent = getpid();

    supervisor->command = fork();
    if (supervisor->command == 0)
        command_live(supervisor, parent);
    if (supervisor->command < 0)
        say("cannot start a process: %s", strerror(errno));
    return supervisor->command > 0;
}

static void command_wait(struct supervisor *supervisor)
{
    while (supervisor->command > 0) {
        long long left = supervisor->told ? supervisor->deadline - process_clock() : -1;
        if (supervisor->told && left <= 0)
            return;
        (void)event_wait(supervisor, -1, (int)left);
    }
}

static void everything_end(struct supervisor *supervisor)
{
    process_end_children(supervisor->rig_pid, supervisor->command > 0 ? 0 : LEFTOVER_GRACE_MS);
    process_stop(&supervisor->rig_pid, SIGTERM, RIG_GRACE_MS);
    directory_remove(supervisor);
    sandbox_leave(&supervisor->sandbox);
}

int supervise(struct rig *rig, pid_t parent, const sigset_t *mask)
{
    struct supervisor supervisor = {
        .rig = rig, .parent = parent, .mask = mask, .rig_pid = -1, .command = -1
    };
    sigset_t signals;
    int ready = -1;

    supervisor.status = EXIT_RUN_FAILED;
    supervise_signals(&signals);
    supervisor.signals = signalfd(-1, &signals, SFD_CLOEXEC);
    if (supervisor.signals < 0 || !sandbox_enter(&supervisor.sandbox))
        return EXIT_RUN_FAILED;
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    process_die_with(parent, SIGTERM);
    if (directory_make(&supervisor) && rig_start(&supervisor, &ready) && rig_is_ready(&supervisor, ready) &&
        command_start(&supervisor))
        command_wait(&supervisor);
    everything_end(&supervisor);
    return supervisor.status;
}
