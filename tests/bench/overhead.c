/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * overhead: what C_Sign adds to a bare loop of Begin, Transmit, End with the same APDU on the same card, and how long
 * C_Initialize takes. P-256 key 03 (slot 9D), PIN policy "once".
 *
 *     overhead MODULE PIN ROUNDS
 */
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <winscard.h>

#include "tests/e2e/client.h"

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void exchange(SCARDHANDLE card, const BYTE *command, DWORD size)
{
    BYTE answer[512];
    DWORD got = sizeof(answer);

    CLIENT_NEED(SCardTransmit(card, SCARD_PCI_T1, command, size, NULL, answer, &got) == SCARD_S_SUCCESS);
    CLIENT_NEED(got >= 2 && answer[got - 2] == 0x90);
}

/* Milliseconds for ROUNDS signatures with nothing around the APDU. */
static double bare_loop(const char *pin, int rounds)
{
    static const BYTE select[] = { 0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08, 0x00 };
    BYTE verify[13] = { 0x00, 0x20, 0x00, 0x80, 0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF };
    BYTE sign[5 + 0x26 + 1] = { 0x00, 0x87, 0x11, 0x9D, 0x26, 0x7C, 0x24, 0x82, 0x00, 0x81, 0x20, 0x55 };
    SCARDCONTEXT context;
    SCARDHANDLE card;
    DWORD protocol, size = 1024;
    char readers[1024];
    double begun;

    memcpy(verify + 5, pin, strlen(pin));
    CLIENT_NEED(SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &context) == SCARD_S_SUCCESS);
    CLIENT_NEED(SCardListReaders(context, NULL, readers, &size) == SCARD_S_SUCCESS);
    CLIENT_NEED(SCardConnect(context, readers, SCARD_SHARE_SHARED, SCARD_PROTOCOL_T1, &card, &protocol) ==
                SCARD_S_SUCCESS);
    exchange(card, select, sizeof(select));
    exchange(card, verify, sizeof(verify));
    begun = now();
    for (int i = 0; i < rounds; i++) {
        CLIENT_NEED(SCardBeginTransaction(card) == SCARD_S_SUCCESS);
        exchange(card, sign, sizeof(sign));
        SCardEndTransaction(card, SCARD_LEAVE_CARD);
    }
    begun = now() - begun;
    SCardDisconnect(card, SCARD_LEAVE_CARD);
    SCardReleaseContext(context);
    return begun;
}

static double module_loop(const char *pin, int rounds)
{
    CK_MECHANISM mechanism = { CKM_ECDSA, NULL, 0 };
    CK_SESSION_HANDLE session = client_session(client_slot(0), false);
    CK_BYTE hash[32] = { 0x55 }, signature[64];
    CK_OBJECT_HANDLE key;
    double begun = 0;

    CLIENT_OK(client_login(session, CKU_USER, pin));
    key = client_find(session, CKO_PRIVATE_KEY, 3);
    for (int i = -1; i < rounds; i++) {
        CK_ULONG size = sizeof(signature);

        if (i == 0)
            begun = now();
        CLIENT_OK(p11->C_SignInit(session, &mechanism, key));
        CLIENT_OK(p11->C_Sign(session, hash, sizeof(hash), signature, &size));
    }
    begun = now() - begun;
    CLIENT_OK(p11->C_Logout(session));
    return begun;
}

int main(int argc, char **argv)
{
    int rounds = argc > 3 ? atoi(argv[3]) : 0;
    double begun, initialize, bare, module;

    if (rounds <= 0)
        return 2;
    client_load(argv[1]);
    begun = now();
    client_initialize();
    initialize = now() - begun;
    module = module_loop(argv[2], rounds);
    CLIENT_OK(p11->C_Finalize(NULL));
    bare = bare_loop(argv[2], rounds);
    printf("C_Initialize %.2f ms; C_Sign %.3f ms, bare loop %.3f ms: adds %.1f %% (%.3f ms)\n", initialize,
           module / rounds, bare / rounds, (module / bare - 1) * 100, (module - bare) / rounds);
    return 0;
}
