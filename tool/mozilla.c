/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/mozilla.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/lines.h"

/** Without what would do something to the terminal on which it is shown; whole, unless it is RELATIVE. */
static bool can_be_path(struct bytes path, bool relative)
{
    for (size_t i = 0; i < path.size; i++)
        if (path.data[i] < ' ' || path.data[i] == 0x7F)
            return false;
    return path.size > 0 && (relative || path.data[0] == '/');
}

/* The sections "[Profile0]", "[Profile1]" …, each with "Path=", which is in FOLDER unless "IsRelative=0". */
char *mozilla_profile(struct bytes text, const char *folder, size_t *position)
{
    struct lines lines = { .text = text, .next = *position };
    struct bytes value, path = BYTES_NONE, name;
    bool inside = false, relative = true;
    char *whole = NULL;

    while (lines_next(&lines)) {
        if (lines_section(&lines, &name)) {
            if (can_be_path(path, relative))
                break;
            path = BYTES_NONE;
            inside = bytes_start_with(name, bytes_text("Profile"));
            relative = true;
        } else if (inside && lines_setting(&lines, "Path", '=', false, &value)) {
            path = value;
        } else if (inside && lines_setting(&lines, "IsRelative", '=', false, &value)) {
            relative = !bytes_equal(value, bytes_text("0"));
        }
        *position = lines.next;
    }
    if (!can_be_path(path, relative))
        return NULL;
    return asprintf(&whole, "%s%s%.*s", relative ? folder : "", relative ? "/" : "", (int)path.size, (const char *)path.data) < 0
               ? NULL
               : whole;
}

/** ADDRESS is one of this machine's. */
static bool is_here(const char *address)
{
    struct ifaddrs *list = NULL;
    struct in_addr wanted;
    bool here;

    if (inet_pton(AF_INET, address, &wanted) != 1)
        return false;
    here = ntohl(wanted.s_addr) >> 24 == IN_LOOPBACKNET;
    if (getifaddrs(&list) != 0)
        return here;
    for (struct ifaddrs *row = list; row && !here; row = row->ifa_next)
        here = row->ifa_addr && row->ifa_addr->sa_family == AF_INET &&
               ((const struct sockaddr_in *)(const void *)row->ifa_addr)->sin_addr.s_addr == wanted.s_addr;
    freeifaddrs(list);
    return here;
}

/**
 * Beside the lock proper there is a link "lock" to ADDRESS:+PROCESS; without the plus it is all that there is, because the file
 * system has no locks. Whether a process of another machine lives cannot be asked.
 */
static enum mozilla_state ask_link(const char *folder)
{
    char path[2048], target[256];
    char *colon;
    ssize_t length;
    long process;

    if (snprintf(path, sizeof(path), "%s/lock", folder) >= (int)sizeof(path))
        return MOZILLA_UNKNOWN;
    length = readlink(path, target, sizeof(target) - 1);
    if (length < 0)
        return MOZILLA_FREE;
    target[length] = '\0';
    colon = strrchr(target, ':');
    if (!colon || colon[1] == '+')
        return MOZILLA_FREE;
    process = strtol(colon + 1, NULL, 10);
    *colon = '\0';
    return process > 0 && is_here(target) && kill((pid_t)process, 0) != 0 && errno == ESRCH ? MOZILLA_FREE : MOZILLA_IN_USE;
}

enum mozilla_state mozilla_lock(const char *folder, int *ret_fd)
{
    struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
    char path[2048];

    *ret_fd = -1;
    if (snprintf(path, sizeof(path), "%s/.parentlock", folder) >= (int)sizeof(path))
        return MOZILLA_UNKNOWN;
    *ret_fd = open(path, O_RDWR | O_CLOEXEC);
    if (*ret_fd < 0)
        return errno == ENOENT ? ask_link(folder) : MOZILLA_UNKNOWN;
    if (fcntl(*ret_fd, F_SETLK, &lock) == 0)
        return ask_link(folder);
    return errno == EACCES || errno == EAGAIN ? MOZILLA_IN_USE : MOZILLA_UNKNOWN;
}
