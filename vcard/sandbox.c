/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/sandbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vcard/control.h"
#include "vcard/say.h"

#define RUN "/run"

static bool file_put(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return false;
    bool ok = write(fd, text, strlen(text)) == (ssize_t)strlen(text);
    int cause = errno;
    close(fd);
    errno = cause;
    return ok;
}

/** Maps the one user and group OUTSIDE of a new user namespace to INSIDE. */
static bool user_map(uid_t uid_inside, uid_t uid_outside, gid_t gid_inside, gid_t gid_outside)
{
    char uids[64], gids[64];

    snprintf(uids, sizeof(uids), "%u %u 1", (unsigned)uid_inside, (unsigned)uid_outside);
    snprintf(gids, sizeof(gids), "%u %u 1", (unsigned)gid_inside, (unsigned)gid_outside);
    return file_put("/proc/self/setgroups", "deny") && file_put("/proc/self/uid_map", uids) &&
           file_put("/proc/self/gid_map", gids);
}

/** Makes in the new RUN the entry NAME, behind which lies the entry of that name in the old directory OLD. */
static bool entry_carry_over(int old, const char *name)
{
    char from[320], to[320], target[1024];
    struct stat status;

    snprintf(from, sizeof(from), "/proc/self/fd/%d/%s", old, name);
    snprintf(to, sizeof(to), RUN "/%s", name);
    if (fstatat(old, name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT;
    if (S_ISLNK(status.st_mode)) {
        ssize_t size = readlinkat(old, name, target, sizeof(target) - 1);
        if (size < 0)
            return false;
        target[size] = '\0';
        return symlink(target, to) == 0;
    }
    if (S_ISDIR(status.st_mode))
        return mkdir(to, 0755) == 0 && mount(from, to, NULL, MS_BIND | MS_REC, NULL) == 0;
    int fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0)
        return false;
    close(fd);
    return mount(from, to, NULL, MS_BIND, NULL) == 0;
}

/**
 * Puts over RUN a directory with the same contents in which names can be added. The system's own RUN is left
 * as it is, even by root, because a directory made there could not be removed without harm to others who use
 * it by then.
 */
static bool run_rebuild(void)
{
    int old = open(RUN, O_PATH | O_DIRECTORY | O_CLOEXEC);
    DIR *list = opendir(RUN);
    bool ok =
        old >= 0 && list != NULL && mount("tmpfs", RUN, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") == 0;

    while (ok) {
        const struct dirent *entry = readdir(list);
        if (entry == NULL)
            break;
        /* What cannot be carried over (a file that vanishes meanwhile, say) is rarely what COMMAND needs. */
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            (void)entry_carry_over(old, entry->d_name);
    }
    int cause = errno;
    if (list != NULL)
        closedir(list);
    if (old >= 0)
        close(old);
    errno = cause;
    return ok && mkdir(SANDBOX_RUN_DIRECTORY, 0755) == 0;
}

static bool run_make_private(void)
{
    struct stat status;

    /* What is mounted here stays here; what the system mounts later still appears. */
    if (mount("none", "/", NULL, MS_REC | MS_SLAVE, NULL) != 0)
        return false;
    if (stat(SANDBOX_RUN_DIRECTORY, &status) != 0)
        return run_rebuild();
    return mount("tmpfs", SANDBOX_RUN_DIRECTORY, "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755") == 0;
}

static void refusal_say(const char *step, int cause)
{
    say("the system refuses %s: %s", step, strerror(cause));
    say("without it a private PC/SC daemon cannot run for an ordinary user. Let root allow user namespaces "
        "(sysctl "
        "kernel.unprivileged_userns_clone=1, user.max_user_namespaces, "
        "kernel.apparmor_restrict_unprivileged_userns=0; in a container: its security profile), or run this "
        "as "
        "root, or use a virtual reader of the system's own daemon with \"ecp-vcard serve\"");
}

static bool user_sandbox_enter(struct sandbox *sandbox)
{
    sandbox->kind = SANDBOX_USER;
    if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) {
        refusal_say("a user namespace", errno);
        return false;
    }
    if (!user_map(0, sandbox->uid, 0, sandbox->gid)) {
        refusal_say("the mapping of users in a user namespace", errno);
        return false;
    }
    if (!run_make_private()) {
        refusal_say("to mount in a user namespace", errno);
        return false;
    }
    return true;
}

/** Root without the right to make namespaces: in a container, as a rule. */
static bool system_directory_take(struct sandbox *sandbox, int cause)
{
    int daemon = control_connect(SANDBOX_RUN_DIRECTORY "/pcscd.comm");
    bool taken = daemon >= 0 || (errno != ENOENT && errno != ECONNREFUSED);

    if (daemon >= 0)
        close(daemon);
    sandbox->kind = SANDBOX_NONE;
    if (taken) {
        say("the system refuses a mount namespace (%s), and a PC/SC daemon already runs "
            "in " SANDBOX_RUN_DIRECTORY ": stop it, or allow namespaces (in a container: its security "
                                        "profile), or use a virtual reader of "
            "that daemon with \"ecp-vcard serve\"",
            strerror(cause));
        return false;
    }
    sandbox->made_directory = mkdir(SANDBOX_RUN_DIRECTORY, 0755) == 0;
    if (!sandbox->made_directory && errno != EEXIST) {
        say("cannot make " SANDBOX_RUN_DIRECTORY ": %s", strerror(errno));
        return false;
    }
    return true;
}

bool sandbox_enter(struct sandbox *ret)
{
    *ret = (struct sandbox){ .kind = SANDBOX_ROOT, .uid = geteuid(), .gid = getegid() };
    if (ret->uid != 0)
        return user_sandbox_enter(ret);
    if (unshare(CLONE_NEWNS) == 0) {
        if (run_make_private())
            return true;
        int cause = errno;
        say("cannot make a private " SANDBOX_RUN_DIRECTORY ": %s", strerror(cause));
        return false;
    }
    return system_directory_take(ret, errno);
}

void sandbox_enter_network(void)
{
    struct ifreq loopback = { .ifr_name = "lo" };

    if (unshare(CLONE_NEWNET) != 0) {
        say("the system refuses a private network (%s): while this runs, the port of the virtual reader can "
            "be "
            "reached from outside",
            strerror(errno));
        return;
    }
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    loopback.ifr_flags = IFF_UP | IFF_RUNNING;
    if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &loopback) != 0)
        say("the private network cannot be brought up: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
}

bool sandbox_restore_user(const struct sandbox *sandbox)
{
    if (sandbox->kind != SANDBOX_USER)
        return true;
    return unshare(CLONE_NEWUSER) == 0 && user_map(sandbox->uid, 0, sandbox->gid, 0);
}

void sandbox_leave(const struct sandbox *sandbox)
{
    if (sandbox->kind != SANDBOX_NONE)
        return;
    unlink(SANDBOX_RUN_DIRECTORY "/pcscd.comm");
    unlink(SANDBOX_RUN_DIRECTORY "/pcscd.pid");
    if (sandbox->made_directory)
        rmdir(SANDBOX_RUN_DIRECTORY);
}
