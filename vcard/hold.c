/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/hold.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include <winscard.h>

#include "vcard/process.h"

#define PROTOCOLS (SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1)

/** A wait for an event is cut in pieces, because an event between two calls would be missed by an endless
 * one. */
#define WAIT_PIECE_MS 100

struct request {
    enum hold_wish wish;
    size_t index;
    int milliseconds;
};

/** The client's side. */
struct client {
    const struct pcscd *pcscd;
    bool connected;
    bool has_context;
    SCARDCONTEXT context;
    bool has_card[PCSCD_CARDS_MAX];
    SCARDHANDLE card[PCSCD_CARDS_MAX];
};

static void moment_pass(void)
{
    const struct timespec moment = { 0, 5000000 };

    nanosleep(&moment, NULL);
}

static LONG client_context(struct client *client)
{
    LONG error = SCARD_S_SUCCESS;

    if (client->has_context)
        return error;
    error = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &client->context);
    client->has_context = error == SCARD_S_SUCCESS;
    return error;
}

static LONG client_connect(struct client *client, const char *reader, SCARDHANDLE *card)
{
    DWORD protocol = 0;

    return SCardConnect(client->context, reader, SCARD_SHARE_SHARED, PROTOCOLS, card, &protocol);
}

static void client_let_go(struct client *client, size_t index)
{
    if (client->has_card[index])
        SCardDisconnect(client->card[index], SCARD_LEAVE_CARD);
    client->has_card[index] = false;
}

/** Brings the connection that is to be kept into order, if one is. */
static LONG client_keep(struct client *client, size_t index, const char *reader)
{
    DWORD protocol = 0;
    LONG error;

    if (!client->connected)
        return SCARD_S_SUCCESS;
    if (client->has_card[index]) {
        error =
            SCardReconnect(client->card[index], SCARD_SHARE_SHARED, PROTOCOLS, SCARD_LEAVE_CARD, &protocol);
        if (error == SCARD_S_SUCCESS)
            return error;
        client_let_go(client, index);
    }
    error = client_connect(client, reader, &client->card[index]);
    client->has_card[index] = error == SCARD_S_SUCCESS;
    return error;
}

/** True if the state of a reader is what WISH waits for. */
static bool state_fulfils(DWORD state, enum hold_wish wish)
{
    if (wish == HOLD_WAIT_EMPTY)
        return (state & SCARD_STATE_EMPTY) != 0;
    return (state & SCARD_STATE_PRESENT) != 0 && (state & SCARD_STATE_MUTE) == 0;
}

/** Waits for the daemon, for the reader, for the card. */
static LONG client_wait(struct client *client, enum hold_wish wish, const char *reader, int milliseconds)
{
    long long limit = process_clock() + milliseconds;
    SCARD_READERSTATE state;
    LONG error;

    memset(&state, 0, sizeof(state));
    state.szReader = reader;
    do {
        error = client_context(client);
        if (error == SCARD_S_SUCCESS)
            error = SCardGetStatusChange(client->context, WAIT_PIECE_MS, &state, 1);
        if (error == SCARD_S_SUCCESS && state_fulfils(state.dwEventState, wish))
            return error;
        if (error == SCARD_S_SUCCESS)
            state.dwCurrentState = state.dwEventState;
        else if (error != SCARD_E_TIMEOUT)
            moment_pass();
    } while (process_clock() < limit);
    return error == SCARD_S_SUCCESS ? SCARD_E_TIMEOUT : error;
}

static LONG client_reset(struct client *client, size_t index, const char *reader)
{
    SCARDHANDLE card;
    DWORD protocol = 0;
    LONG error = client_context(client);

    if (error == SCARD_S_SUCCESS)
        error = client_connect(client, reader, &card);
    if (error != SCARD_S_SUCCESS)
        return error;
    error = SCardReconnect(card, SCARD_SHARE_SHARED, PROTOCOLS, SCARD_RESET_CARD, &protocol);
    SCardDisconnect(card, SCARD_LEAVE_CARD);
    return error == SCARD_S_SUCCESS ? client_keep(client, index, reader) : error;
}

static LONG client_obey(struct client *client, const struct request *request)
{
    char reader[PCSCD_NAME_MAX];
    LONG error;

    pcscd_reader_of(client->pcscd, request->index, reader);
    switch (request->wish) {
    case HOLD_WAIT_PRESENT:
        error = client_wait(client, request->wish, reader, request->milliseconds);
        return error == SCARD_S_SUCCESS ? client_keep(client, request->index, reader) : error;
    case HOLD_WAIT_EMPTY:
        client_let_go(client, request->index);
        return client_wait(client, request->wish, reader, request->milliseconds);
    case HOLD_RESET:
        return client_reset(client, request->index, reader);
    }
    return SCARD_E_INVALID_VALUE;
}

static void client_live(struct client *client, int fd)
{
    struct request request;

    while (recv(fd, &request, sizeof(request), 0) == (ssize_t)sizeof(request)) {
        long error = (long)client_obey(client, &request);
        if (send(fd, &error, sizeof(error), MSG_NOSIGNAL) != (ssize_t)sizeof(error))
            return;
    }
}

bool hold_start(struct hold *hold, const struct pcscd *pcscd, bool connected)
{
    struct client client = { .pcscd = pcscd, .connected = connected };
    pid_t parent = getpid();
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    hold->pid = fork();
    if (hold->pid == 0) {
        process_die_with(parent, SIGKILL);
        close(pair[0]);
        unsetenv("PCSCLITE_CSOCK_NAME");
        client_live(&client, pair[1]);
        _exit(EXIT_SUCCESS);
    }
    close(pair[1]);
    hold->fd = pair[0];
    return hold->pid > 0;
}

void hold_stop(struct hold *hold)
{
    if (hold->fd >= 0)
        close(hold->fd);
    hold->fd = -1;
    process_stop(&hold->pid, SIGKILL, 0);
}

bool hold_ask(const struct hold *hold, enum hold_wish wish, size_t index, int milliseconds)
{
    struct request request;

    memset(&request, 0, sizeof(request));
    request.wish = wish;
    request.index = index;
    request.milliseconds = milliseconds;
    return send(hold->fd, &request, sizeof(request), MSG_NOSIGNAL) == (ssize_t)sizeof(request);
}

bool hold_reply(const struct hold *hold, long *error)
{
    return recv(hold->fd, error, sizeof(*error), 0) == (ssize_t)sizeof(*error);
}
