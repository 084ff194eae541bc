/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/e2e/client.h"

#include <dlfcn.h>
#include <string.h>

CK_FUNCTION_LIST_PTR p11;

static const CK_BYTE client_message[32] = "thirty-two bytes to be signed...";

void client_load(const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    CK_C_GetFunctionList get;

    if (!library)
        printf("# %s\n", dlerror());
    CLIENT_NEED(library != NULL);
    *(void **)&get = dlsym(library, "C_GetFunctionList");
    CLIENT_NEED(get != NULL);
    CLIENT_OK(get(&p11));
}

void client_initialize(void)
{
    CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK };

    CLIENT_OK(p11->C_Initialize(&args));
}

CK_SLOT_ID client_slot(unsigned number)
{
    CK_SLOT_ID slots[32];
    CK_ULONG count = 32;

    CLIENT_OK(p11->C_GetSlotList(CK_TRUE, slots, &count));
    CLIENT_NEED(number < count);
    return slots[number];
}

CK_SESSION_HANDLE client_session(CK_SLOT_ID slot, bool write)
{
    CK_SESSION_HANDLE session;

    CLIENT_OK(p11->C_OpenSession(slot, CKF_SERIAL_SESSION | (write ? CKF_RW_SESSION : 0), NULL, NULL, &session));
    return session;
}

CK_RV client_login(CK_SESSION_HANDLE session, CK_USER_TYPE user, const char *pin)
{
    char copy[64];
    size_t size = strlen(pin);

    CLIENT_NEED(size < sizeof(copy));
    memcpy(copy, pin, size);
    return p11->C_Login(session, user, (CK_UTF8CHAR_PTR)copy, size);
}

CK_OBJECT_HANDLE client_find(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class, CK_BYTE id)
{
    CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof(class) }, { CKA_ID, &id, 1 } };
    CK_OBJECT_HANDLE found = CK_INVALID_HANDLE;
    CK_ULONG count = 0;

    CLIENT_OK(p11->C_FindObjectsInit(session, template, 2));
    CLIENT_OK(p11->C_FindObjects(session, &found, 1, &count));
    CLIENT_OK(p11->C_FindObjectsFinal(session));
    return count == 1 ? found : CK_INVALID_HANDLE;
}

unsigned client_count_objects(CK_SESSION_HANDLE session, CK_OBJECT_CLASS class)
{
    CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof(class) } };
    CK_OBJECT_HANDLE found[8];
    CK_ULONG count;
    unsigned total = 0;

    CLIENT_OK(p11->C_FindObjectsInit(session, template, 1));
    do {
        CLIENT_OK(p11->C_FindObjects(session, found, 8, &count));
        total += (unsigned)count;
    } while (count > 0);
    CLIENT_OK(p11->C_FindObjectsFinal(session));
    return total;
}

CK_RV client_sign(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_MECHANISM_TYPE mechanism, const char *pin,
                  CK_BYTE *signature, CK_ULONG *size)
{
    CK_MECHANISM params = { mechanism, NULL, 0 };
    CK_BYTE message[sizeof(client_message)];
    CK_RV rv = p11->C_SignInit(session, &params, key);

    memcpy(message, client_message, sizeof(message));
    if (rv == CKR_OK && pin)
        rv = client_login(session, CKU_CONTEXT_SPECIFIC, pin);
    if (rv == CKR_OK)
        rv = p11->C_Sign(session, message, sizeof(message), signature, size);
    return rv;
}

CK_RV client_verify(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_MECHANISM_TYPE mechanism, CK_BYTE *signature,
                    CK_ULONG size)
{
    CK_MECHANISM params = { mechanism, NULL, 0 };
    CK_BYTE message[sizeof(client_message)];
    CK_RV rv = p11->C_VerifyInit(session, &params, key);

    memcpy(message, client_message, sizeof(message));
    return rv == CKR_OK ? p11->C_Verify(session, message, sizeof(message), signature, size) : rv;
}

void client_prove(const char *pin)
{
    CK_SESSION_HANDLE session = client_session(client_slot(0), true);
    CK_OBJECT_HANDLE key;
    CK_BYTE signature[512];
    CK_ULONG size = sizeof(signature);
    CK_RV rv = client_login(session, CKU_USER, pin);

    CLIENT_NEED(rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN);
    key = client_find(session, CKO_PRIVATE_KEY, 1);
    CLIENT_NEED(key != CK_INVALID_HANDLE);
    CLIENT_OK(client_sign(session, key, CKM_SHA256_RSA_PKCS, NULL, signature, &size));
    key = client_find(session, CKO_PUBLIC_KEY, 1);
    CLIENT_OK(client_verify(session, key, CKM_SHA256_RSA_PKCS, signature, size));
    CLIENT_OK(p11->C_CloseSession(session));
}

static FILE *client_vcard(const char *words)
{
    const char *build = getenv("ECP_BUILD");
    char command[512];

    CLIENT_NEED(build != NULL);
    CLIENT_NEED((size_t)snprintf(command, sizeof(command), "'%s/ecp-vcard' ctl %s", build, words) < sizeof(command));
    return popen(command, "r");
}

void client_ctl(const char *words)
{
    FILE *answer = client_vcard(words);

    CLIENT_NEED(answer != NULL);
    CLIENT_NEED(pclose(answer) == 0);
}

long client_count(void)
{
    FILE *answer = client_vcard("count");
    long count = -1;

    CLIENT_NEED(answer != NULL);
    CLIENT_NEED(fscanf(answer, "apdus=%ld", &count) == 1);
    while (fgetc(answer) != EOF)
        ;
    CLIENT_NEED(pclose(answer) == 0);
    return count;
}
