/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/e2e/other.h"

#include <stdlib.h>
#include <winscard.h>

struct other {
    SCARDCONTEXT context;
    SCARDHANDLE handle;
    DWORD protocol;
};

struct other *other_connect(bool exclusive)
{
    struct other *other = calloc(1, sizeof(*other));
    char readers[1024];
    DWORD size = sizeof(readers);

    if (!other)
        return NULL;
    if (SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &other->context) != SCARD_S_SUCCESS) {
        free(other);
        return NULL;
    }
    if (SCardListReaders(other->context, NULL, readers, &size) == SCARD_S_SUCCESS &&
        SCardConnect(other->context, readers, exclusive ? SCARD_SHARE_EXCLUSIVE : SCARD_SHARE_SHARED,
                     SCARD_PROTOCOL_T0 | SCARD_PROTOCOL_T1, &other->handle, &other->protocol) == SCARD_S_SUCCESS)
        return other;
    SCardReleaseContext(other->context);
    free(other);
    return NULL;
}

void other_disconnect(struct other *other, bool reset)
{
    SCardDisconnect(other->handle, reset ? SCARD_RESET_CARD : SCARD_LEAVE_CARD);
    SCardReleaseContext(other->context);
    free(other);
}

unsigned other_send(struct other *other, const uint8_t *command, size_t size)
{
    const SCARD_IO_REQUEST *pci = other->protocol == SCARD_PROTOCOL_T0 ? SCARD_PCI_T0 : SCARD_PCI_T1;
    uint8_t answer[2048];
    DWORD got = sizeof(answer);

    if (SCardTransmit(other->handle, pci, command, size, NULL, answer, &got) != SCARD_S_SUCCESS || got < 2)
        return 0;
    return (unsigned)answer[got - 2] << 8 | answer[got - 1];
}

bool other_begin(struct other *other)
{
    return SCardBeginTransaction(other->handle) == SCARD_S_SUCCESS;
}

void other_end(struct other *other)
{
    SCardEndTransaction(other->handle, SCARD_LEAVE_CARD);
}
