/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * counting: parts of a program's life, each measured in APDUs: prints "measured N".
 *
 *     counting MODULE PART [PIN]
 */
#include <string.h>

#include "tests/e2e/client.h"

static void count_load(const char *pin)
{
    CK_SLOT_INFO info;

    (void)pin;
    client_ctl("count-reset");
    client_initialize();
    CLIENT_OK(p11->C_GetSlotInfo(client_slot(0), &info));
}

static void poll_once(CK_SLOT_ID slot, CK_SESSION_HANDLE session)
{
    CK_TOKEN_INFO token_info;
    CK_SLOT_INFO slot_info;
    CK_SESSION_INFO session_info;

    CLIENT_OK(p11->C_GetSlotInfo(slot, &slot_info));
    CLIENT_OK(p11->C_GetTokenInfo(slot, &token_info));
    CLIENT_OK(p11->C_GetSessionInfo(session, &session_info));
}

static void count_poll(const char *pin)
{
    CK_SESSION_HANDLE session;
    CK_SLOT_ID slot;

    (void)pin;
    client_initialize();
    slot = client_slot(0);
    session = client_session(slot, false);
    poll_once(slot, session);
    client_ctl("count-reset");
    for (int i = 0; i < 20; i++)
        poll_once(slot, session);
}

/* The second signature of a session: the first has looked at everything. */
static void count_sign(const char *pin, CK_BYTE id, CK_MECHANISM_TYPE mechanism, const char *context_pin)
{
    CK_BYTE signature[512];
    CK_ULONG size = sizeof(signature);
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key;

    client_initialize();
    session = client_session(client_slot(0), false);
    CLIENT_OK(client_login(session, CKU_USER, pin));
    key = client_find(session, CKO_PRIVATE_KEY, id);
    CLIENT_OK(client_sign(session, key, mechanism, context_pin, signature, &size));
    client_ctl("count-reset");
    size = sizeof(signature);
    CLIENT_OK(client_sign(session, key, mechanism, context_pin, signature, &size));
}

static void count_sign_rsa(const char *pin)
{
    count_sign(pin, 1, CKM_SHA256_RSA_PKCS, NULL);
}

static void count_sign_ec(const char *pin)
{
    count_sign(pin, 3, CKM_ECDSA_SHA256, NULL);
}

/* The message is as long as a digest; this mechanism is the one that OpenSC's module has, too. */
static void count_sign_gost(const char *pin)
{
    count_sign(pin, 0x45, CKM_GOSTR3410, NULL);
}

static void count_sign_always(const char *pin)
{
    count_sign(pin, 2, CKM_SHA256_RSA_PKCS, pin);
}

static void count_list_again(const char *pin)
{
    CK_SESSION_HANDLE session;
    CK_SLOT_ID slot;

    (void)pin;
    client_initialize();
    slot = client_slot(0);
    session = client_session(slot, false);
    CLIENT_NEED(client_count_objects(session, CKO_CERTIFICATE) == 4);
    CLIENT_NEED(client_count_objects(session, CKO_PUBLIC_KEY) == 4);
    CLIENT_OK(p11->C_CloseAllSessions(slot));
    client_ctl("count-reset");
    session = client_session(slot, false);
    CLIENT_NEED(client_count_objects(session, CKO_CERTIFICATE) == 4);
    CLIENT_NEED(client_count_objects(session, CKO_PUBLIC_KEY) == 4);
}

static void count_unsupported(const char *pin)
{
    CK_TOKEN_INFO info;

    (void)pin;
    client_initialize();
    client_ctl("count-reset");
    CLIENT_RV(p11->C_GetTokenInfo(client_slot(0), &info), CKR_TOKEN_NOT_RECOGNIZED);
}

static void count_unsupported_poll(const char *pin)
{
    CK_TOKEN_INFO token_info;
    CK_SLOT_INFO slot_info;
    CK_SLOT_ID slot;

    count_unsupported(pin);
    slot = client_slot(0);
    client_ctl("count-reset");
    for (int i = 0; i < 20; i++) {
        CLIENT_OK(p11->C_GetSlotInfo(slot, &slot_info));
        CLIENT_RV(p11->C_GetTokenInfo(slot, &token_info), CKR_TOKEN_NOT_RECOGNIZED);
    }
}

static const struct part {
    const char *name;
    void (*run)(const char *pin);
} parts[] = {
    { "load", count_load },
    { "poll", count_poll },
    { "sign-rsa", count_sign_rsa },
    { "sign-ec", count_sign_ec },
    { "sign-gost", count_sign_gost },
    { "sign-always", count_sign_always },
    { "list-again", count_list_again },
    { "unsupported", count_unsupported },
    { "unsupported-poll", count_unsupported_poll },
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 2 && i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (strcmp(argv[2], parts[i].name) != 0)
            continue;
        client_load(argv[1]);
        parts[i].run(argc > 3 ? argv[3] : "");
        printf("measured %ld\n", client_count());
        CLIENT_OK(p11->C_Finalize(NULL));
        return 0;
    }
    return 2;
}
