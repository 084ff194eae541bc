/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/pcsc_check.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <winscard.h>

#define WAIT_STEP_NS 50000000
#define STEPS_A_SECOND 20

static enum pcsc_state state_of(LONG rv)
{
    if (rv == SCARD_S_SUCCESS || rv == SCARD_E_NO_READERS_AVAILABLE)
        return PCSC_ANSWERS;
    if (rv == SCARD_E_NO_SERVICE || rv == SCARD_E_SERVICE_STOPPED)
        return PCSC_NOT_RUNNING;
    return rv == SCARD_W_SECURITY_VIOLATION ? PCSC_REFUSED : PCSC_BROKEN;
}

static enum pcsc_card card_of(LONG rv)
{
    if (rv == SCARD_S_SUCCESS)
        return PCSC_FREE;
    if (rv == SCARD_E_SHARING_VIOLATION)
        return PCSC_HELD;
    if (rv == SCARD_W_SECURITY_VIOLATION)
        return PCSC_DENIED;
    if (rv == SCARD_W_UNRESPONSIVE_CARD || rv == SCARD_W_UNPOWERED_CARD)
        return PCSC_MUTE;
    return rv == SCARD_E_NO_SMARTCARD || rv == SCARD_W_REMOVED_CARD ? PCSC_EMPTY : PCSC_UNKNOWN;
}

/** In the child: takes the card for a moment, as any program does before it talks to it. */
static enum pcsc_card take_card(const char *reader)
{
    SCARDCONTEXT context;
    SCARDHANDLE handle;
    DWORD protocol;
    LONG rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);

    if (rv == SCARD_S_SUCCESS)
        rv = SCardConnect(context, reader, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &handle, &protocol);
    if (rv == SCARD_S_SUCCESS)
        rv = SCardBeginTransaction(handle);
    if (rv == SCARD_S_SUCCESS)
        rv = SCardEndTransaction(handle, SCARD_LEAVE_CARD);
    return card_of(rv);
}

static enum pcsc_card try_card(const char *reader, unsigned seconds)
{
    static const struct timespec moment = { 0, WAIT_STEP_NS };
    pid_t child = fork();
    int status = 0;

    if (child == 0)
        _exit((int)take_card(reader));
    if (child < 0)
        return PCSC_UNKNOWN;
    for (unsigned i = 0; i < seconds * STEPS_A_SECOND; i++) {
        if (waitpid(child, &status, WNOHANG) == child)
            return WIFEXITED(status) ? (enum pcsc_card)WEXITSTATUS(status) : PCSC_UNKNOWN;
        nanosleep(&moment, NULL);
    }
    kill(child, SIGKILL);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return PCSC_HELD;
}

static void look_at(SCARDCONTEXT context, const char *name, struct pcsc_reader *reader)
{
    SCARD_READERSTATE state = { .szReader = name, .dwCurrentState = SCARD_STATE_UNAWARE };

    memcpy(reader->name, name, strnlen(name, sizeof(reader->name) - 1));
    if (SCardGetStatusChange(context, 0, &state, 1) != SCARD_S_SUCCESS) {
        reader->card = PCSC_UNKNOWN;
        return;
    }
    if (state.dwEventState & SCARD_STATE_PRESENT)
        reader->card = state.dwEventState & SCARD_STATE_MUTE ? PCSC_MUTE : PCSC_FREE;
    reader->atr_size = state.cbAtr < sizeof(reader->atr) ? state.cbAtr : sizeof(reader->atr);
    memcpy(reader->atr, state.rgbAtr, reader->atr_size);
}

static LONG list_readers(SCARDCONTEXT context, struct pcsc_check *ret)
{
    char names[PCSC_READERS_MAX * 128] = { 0 };
    DWORD size = sizeof(names);
    LONG rv = SCardListReaders(context, NULL, names, &size);

    for (const char *name = names; rv == SCARD_S_SUCCESS && *name && ret->count < PCSC_READERS_MAX; name += strlen(name) + 1)
        look_at(context, name, &ret->readers[ret->count++]);
    return rv;
}

void pcsc_check(unsigned seconds, struct pcsc_check *ret)
{
    SCARDCONTEXT context;
    LONG rv = SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context);

    *ret = (struct pcsc_check){ 0 };
    if (rv == SCARD_S_SUCCESS) {
        rv = list_readers(context, ret);
        SCardReleaseContext(context);
    }
    ret->state = state_of(rv);
    ret->error = ret->state == PCSC_BROKEN ? pcsc_stringify_error(rv) : NULL;
    for (size_t i = 0; i < ret->count; i++)
        if (ret->readers[i].card == PCSC_FREE)
            ret->readers[i].card = try_card(ret->readers[i].name, seconds);
}
