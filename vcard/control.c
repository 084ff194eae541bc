/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/control.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

static int socket_make(const char *path, struct sockaddr_un *address)
{
    memset(address, 0, sizeof(*address));
    address->sun_family = AF_UNIX;
    if (strlen(path) >= sizeof(address->sun_path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address->sun_path, path, strlen(path));
    return socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
}

int control_listen(const char *path)
{
    struct sockaddr_un address;
    int fd = socket_make(path, &address);

    if (fd < 0)
        return -1;
    if (bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 ||
        chmod(path, S_IRUSR | S_IWUSR) != 0 || listen(fd, 16) != 0) {
        int cause = errno;
        close(fd);
        errno = cause;
        return -1;
    }
    return fd;
}

int control_connect(const char *path)
{
    struct sockaddr_un address;
    int fd = socket_make(path, &address);

    if (fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        int cause = errno;
        close(fd);
        errno = cause;
        return -1;
    }
    return fd;
}

bool control_send(int fd, const char *text)
{
    size_t size = strnlen(text, CONTROL_MAX - 1);

    return send(fd, text, size, MSG_NOSIGNAL) == (ssize_t)size;
}

bool control_receive(int fd, char text[CONTROL_MAX])
{
    ssize_t size;

    do {
        size = recv(fd, text, CONTROL_MAX - 1, 0);
    } while (size < 0 && errno == EINTR);
    if (size <= 0)
        return false;
    text[size] = '\0';
    return true;
}

bool control_is_ok(const char *reply)
{
    return strncmp(reply, "ok", 2) == 0 && (reply[2] == '\0' || reply[2] == ' ');
}

const char *control_text(const char *reply)
{
    const char *space = strchr(reply, ' ');

    return space == NULL ? "" : space + 1;
}
