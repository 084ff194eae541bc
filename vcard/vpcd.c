/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vpcd.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/** A driver that stops in the middle of a message for so long is broken. */
#define STALL_SECONDS 10

/**
 * A client that knocks at a closed port of its own machine again and again is one day given that very port
 * for its own end, and is then connected to itself.
 */
static bool socket_is_own_peer(int fd)
{
    struct sockaddr_storage here, there;
    socklen_t here_size = sizeof(here), there_size = sizeof(there);

    memset(&here, 0, sizeof(here));
    memset(&there, 0, sizeof(there));
    return getsockname(fd, (struct sockaddr *)&here, &here_size) == 0 &&
           getpeername(fd, (struct sockaddr *)&there, &there_size) == 0 && here_size == there_size &&
           memcmp(&here, &there, here_size) == 0;
}

static int address_connect(const struct addrinfo *address)
{
    const struct timeval stall = { .tv_sec = STALL_SECONDS };
    const int on = 1;
    int fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol);

    if (fd < 0)
        return -1;
    if (connect(fd, address->ai_addr, address->ai_addrlen) != 0 || socket_is_own_peer(fd)) {
        close(fd);
        return -1;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &stall, sizeof(stall));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &stall, sizeof(stall));
    return fd;
}

enum result vpcd_connect(struct vpcd *vpcd, const char *host, unsigned port)
{
    const struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
    struct addrinfo *addresses = NULL;
    char service[16];

    vpcd->fd = -1;
    snprintf(service, sizeof(service), "%u", port);
    if (getaddrinfo(host, service, &hints, &addresses) != 0)
        return RESULT_TRANSPORT;
    for (const struct addrinfo *a = addresses; a != NULL && vpcd->fd < 0; a = a->ai_next)
        vpcd->fd = address_connect(a);
    freeaddrinfo(addresses);
    return vpcd->fd >= 0 ? RESULT_OK : RESULT_TRANSPORT;
}

void vpcd_close(struct vpcd *vpcd)
{
    if (vpcd->fd >= 0)
        close(vpcd->fd);
    vpcd->fd = -1;
}

static enum result bytes_receive(int fd, uint8_t *to, size_t size)
{
    const int on = 1;

    while (size > 0) {
        /*
         * The driver sends length and contents as two segments and the second waits for the acknowledgement
         * of the first, which the system delays by 40 ms, unless asked otherwise before each read: it
         * forgets.
         */
        setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on));
        ssize_t got = recv(fd, to, size, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return RESULT_TRANSPORT;
        to += got;
        size -= (size_t)got;
    }
    return RESULT_OK;
}

static enum vpcd_order order_of(uint8_t byte)
{
    switch (byte) {
    case 0:
        return VPCD_POWER_OFF;
    case 1:
        return VPCD_POWER_ON;
    case 2:
        return VPCD_RESET;
    case 4:
        return VPCD_ATR;
    default:
        return VPCD_UNKNOWN;
    }
}

enum result vpcd_receive(struct vpcd *vpcd, enum vpcd_order *order, struct bytes *command)
{
    uint8_t length[2];

    *order = VPCD_UNKNOWN;
    *command = BYTES_NONE;
    TRY(bytes_receive(vpcd->fd, length, sizeof(length)));
    size_t size = (size_t)length[0] << 8 | length[1];
    TRY(bytes_receive(vpcd->fd, vpcd->input, size));
    if (size == 1) {
        *order = order_of(vpcd->input[0]);
    } else {
        *order = VPCD_COMMAND;
        *command = bytes_make(vpcd->input, size);
    }
    return RESULT_OK;
}

enum result vpcd_send(struct vpcd *vpcd, struct bytes message)
{
    if (message.size > VPCD_MESSAGE_MAX)
        return RESULT_TOO_LARGE;
    vpcd->output[0] = (uint8_t)(message.size >> 8);
    vpcd->output[1] = (uint8_t)message.size;
    if (message.size > 0)
        memcpy(vpcd->output + 2, message.data, message.size);
    /* Length and contents in one send, for the same reason as the quick acknowledgements. */
    for (size_t done = 0; done < message.size + 2;) {
        ssize_t put = send(vpcd->fd, vpcd->output + done, message.size + 2 - done, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return RESULT_TRANSPORT;
        done += (size_t)put;
    }
    return RESULT_OK;
}
