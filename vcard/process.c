/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/process.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/** How long processes that do not even react to SIGKILL (in a system call of a broken device) are waited for.
 */
#define KILL_LIMIT_MS 5000

long long process_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (long long)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void process_die_with(pid_t parent, int signal)
{
    prctl(PR_SET_PDEATHSIG, signal);
    /* The parent may have gone before the request was made. */
    if (getppid() != parent)
        _exit(1);
}

bool process_wait(pid_t pid, int milliseconds, int *status)
{
    struct pollfd end = { .fd = pidfd_open(pid, 0), .events = POLLIN };
    long long limit = process_clock() + milliseconds;
    pid_t got = waitpid(pid, status, WNOHANG);

    while (got == 0) {
        long long left = limit - process_clock();
        if (left <= 0)
            break;
        if (end.fd < 0 && left > 5)
            left = 5; /* a kernel without pidfd_open(): look from time to time */
        (void)poll(&end, end.fd < 0 ? 0 : 1, (int)left);
        got = waitpid(pid, status, WNOHANG);
    }
    if (end.fd >= 0)
        close(end.fd);
    return got != 0;
}

void process_stop(pid_t *pid, int signal, int grace)
{
    int status;

    if (*pid <= 0)
        return;
    kill(*pid, signal);
    if (!process_wait(*pid, grace, &status)) {
        kill(*pid, SIGKILL);
        (void)process_wait(*pid, KILL_LIMIT_MS, &status);
    }
    *pid = -1;
}

/** The parent of process PID; -1 if there is no such process. */
static pid_t process_parent(const char *pid)
{
    char path[64];
    char text[512];
    int parent = -1;

    snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return -1;
    size_t size = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[size] = '\0';
    /* The name, in parentheses, may itself contain anything. */
    const char *rest = strrchr(text, ')');
    if (rest != NULL && sscanf(rest + 1, " %*c %d", &parent) != 1)
        parent = -1;
    return parent;
}

/** Sends SIGNAL to every child except SPARED; returns how many there are. */
static unsigned children_signal(pid_t spared, int signal)
{
    unsigned found = 0;
    DIR *all = opendir("/proc");

    if (all == NULL)
        return 0;
    for (struct dirent *entry = readdir(all); entry != NULL; entry = readdir(all)) {
        if (!isdigit((unsigned char)entry->d_name[0]))
            continue;
        pid_t pid = (pid_t)strtol(entry->d_name, NULL, 10);
        if (pid == spared || process_parent(entry->d_name) != getpid())
            continue;
        found++;
        kill(pid, signal);
    }
    closedir(all);
    return found;
}

/** Collects the children that have ended, except SPARED. */
static void children_reap(pid_t spared)
{
    siginfo_t info;

    for (;;) {
        memset(&info, 0, sizeof(info));
        if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0 ||
            info.si_pid == spared)
            return;
        if (waitpid(info.si_pid, NULL, WNOHANG) < 0)
            return;
    }
}

void process_end_children(pid_t spared, int grace)
{
    long long begin = process_clock();
    const struct timespec moment = { 0, 2000000 };

    for (;;) {
        long long now = process_clock() - begin;
        children_reap(spared);
        if (children_signal(spared, now < grace ? SIGTERM : SIGKILL) == 0 || now > grace + KILL_LIMIT_MS)
            return;
        nanosleep(&moment, NULL);
    }
}
