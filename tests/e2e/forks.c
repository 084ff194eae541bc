/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * forks: a process forks at every point of a session, beside a token with the RSA key 01 behind PIN.
 *
 *     forks MODULE
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/e2e/client.h"

#define PIN "13572468"
#define WORKERS 3
#define BUSY_FORKS 60
/* For a child that hangs: far above what its work takes on a slow machine. */
#define CHILD_SECONDS 60

/* The parent's session, as far as it has come. */
struct point {
    CK_SLOT_ID slot;
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key, public_key;
    CK_BYTE signature[512];
    CK_ULONG size;
};

static CK_BYTE text[] = "in two pieces";

static void child_wait(pid_t child, const char *where, const char *what)
{
    int status = 0;

    CLIENT_NEED(child > 0);
    CLIENT_NEED(waitpid(child, &status, 0) == child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        printf("not ok - a child forked %s, that %s, ended with status %#x\n", where, what, (unsigned)status);
        exit(1);
    }
}

/* The module is not initialised in a child, whatever it was in the parent. */
static void child_is_outside(const struct point *point)
{
    CK_SLOT_ID slot;
    CK_ULONG count = 0;

    CLIENT_RV(p11->C_GetSlotList(CK_TRUE, NULL, &count), CKR_CRYPTOKI_NOT_INITIALIZED);
    CLIENT_RV(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
    CLIENT_RV(p11->C_Logout(point->session), CKR_CRYPTOKI_NOT_INITIALIZED);
    CLIENT_RV(p11->C_CloseSession(point->session), CKR_CRYPTOKI_NOT_INITIALIZED);
    CLIENT_RV(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
}

/* One child goes its own way, the other ends as if the module were not there. */
static void fork_here(const struct point *point, const char *where)
{
    pid_t child = fork();

    if (child == 0) {
        alarm(CHILD_SECONDS);
        child_is_outside(point);
        client_initialize();
        client_prove(PIN);
        CLIENT_OK(p11->C_Finalize(NULL));
        exit(0);
    }
    child_wait(child, where, "initialises");
    child = fork();
    if (child == 0) {
        alarm(CHILD_SECONDS);
        exit(0);
    }
    child_wait(child, where, "does nothing");
}

static void sign_in_pieces(struct point *point)
{
    CK_MECHANISM mechanism = { CKM_SHA256_RSA_PKCS, NULL, 0 };

    CLIENT_OK(p11->C_SignInit(point->session, &mechanism, point->key));
    fork_here(point, "after C_SignInit");
    CLIENT_OK(p11->C_SignUpdate(point->session, text, 6));
    fork_here(point, "after C_SignUpdate");
    CLIENT_OK(p11->C_SignUpdate(point->session, text + 6, sizeof(text) - 6));
    point->size = sizeof(point->signature);
    CLIENT_OK(p11->C_SignFinal(point->session, point->signature, &point->size));
    fork_here(point, "after C_SignFinal");
    CLIENT_OK(p11->C_VerifyInit(point->session, &mechanism, point->public_key));
    fork_here(point, "after C_VerifyInit");
    CLIENT_OK(p11->C_Verify(point->session, text, sizeof(text), point->signature, point->size));
}

static void digest_in_pieces(struct point *point)
{
    CK_MECHANISM mechanism = { CKM_SHA256, NULL, 0 };
    CK_BYTE before[32], after[32];
    CK_ULONG size = sizeof(before);

    CLIENT_OK(p11->C_DigestInit(point->session, &mechanism));
    CLIENT_OK(p11->C_Digest(point->session, text, sizeof(text), before, &size));
    CLIENT_OK(p11->C_DigestInit(point->session, &mechanism));
    CLIENT_OK(p11->C_DigestUpdate(point->session, text, 6));
    fork_here(point, "after C_DigestUpdate");
    CLIENT_OK(p11->C_DigestUpdate(point->session, text + 6, sizeof(text) - 6));
    size = sizeof(after);
    CLIENT_OK(p11->C_DigestFinal(point->session, after, &size));
    CLIENT_NEED(memcmp(before, after, sizeof(after)) == 0);
}

/* Between a question for the length and the answer the operation waits. */
static void decipher_in_pieces(struct point *point)
{
    CK_MECHANISM mechanism = { CKM_RSA_PKCS, NULL, 0 };
    CK_BYTE cipher[512], plain[512];
    CK_ULONG cipher_size = sizeof(cipher), size = 0;

    CLIENT_OK(p11->C_EncryptInit(point->session, &mechanism, point->public_key));
    fork_here(point, "after C_EncryptInit");
    CLIENT_OK(p11->C_Encrypt(point->session, text, sizeof(text), cipher, &cipher_size));
    CLIENT_OK(p11->C_DecryptInit(point->session, &mechanism, point->key));
    fork_here(point, "after C_DecryptInit");
    CLIENT_OK(p11->C_Decrypt(point->session, cipher, cipher_size, NULL, &size));
    CLIENT_NEED(size <= sizeof(plain));
    fork_here(point, "after the length of a plaintext was asked");
    CLIENT_OK(p11->C_Decrypt(point->session, cipher, cipher_size, plain, &size));
    CLIENT_NEED(size == sizeof(text) && memcmp(plain, text, size) == 0);
}

static void search_in_pieces(struct point *point)
{
    CK_OBJECT_HANDLE found[2];
    CK_ULONG count = 0;

    CLIENT_OK(p11->C_FindObjectsInit(point->session, NULL, 0));
    fork_here(point, "after C_FindObjectsInit");
    CLIENT_OK(p11->C_FindObjects(point->session, found, 1, &count));
    CLIENT_NEED(count == 1);
    fork_here(point, "after C_FindObjects");
    CLIENT_OK(p11->C_FindObjects(point->session, found, 2, &count));
    CLIENT_NEED(count == 2);
    CLIENT_OK(p11->C_FindObjectsFinal(point->session));
}

static void story_every_point(void)
{
    struct point point = { .session = 1 };

    fork_here(&point, "before C_Initialize");
    client_initialize();
    fork_here(&point, "after C_Initialize");
    point.slot = client_slot(0);
    fork_here(&point, "after C_GetSlotList");
    point.session = client_session(point.slot, true);
    fork_here(&point, "after C_OpenSession");
    search_in_pieces(&point);
    CLIENT_OK(client_login(point.session, CKU_USER, PIN));
    fork_here(&point, "after C_Login");
    point.key = client_find(point.session, CKO_PRIVATE_KEY, 1);
    point.public_key = client_find(point.session, CKO_PUBLIC_KEY, 1);
    CLIENT_NEED(point.key != CK_INVALID_HANDLE && point.public_key != CK_INVALID_HANDLE);
    sign_in_pieces(&point);
    digest_in_pieces(&point);
    decipher_in_pieces(&point);
    CLIENT_OK(p11->C_Logout(point.session));
    fork_here(&point, "after C_Logout");
    CLIENT_OK(p11->C_CloseSession(point.session));
    fork_here(&point, "after C_CloseSession");
    CLIENT_OK(p11->C_Finalize(NULL));
    fork_here(&point, "after C_Finalize");
}

static atomic_bool worker_stop;
static atomic_uint worker_signatures;

static void *worker_run(void *arg)
{
    const struct point *point = arg;
    CK_SESSION_HANDLE session = client_session(point->slot, true);

    while (!atomic_load(&worker_stop)) {
        CK_BYTE signature[512];
        CK_ULONG size = sizeof(signature);

        CLIENT_OK(client_sign(session, point->key, CKM_SHA256_RSA_PKCS, NULL, signature, &size));
        CLIENT_OK(client_verify(session, point->public_key, CKM_SHA256_RSA_PKCS, signature, size));
        atomic_fetch_add(&worker_signatures, 1);
    }
    CLIENT_OK(p11->C_CloseSession(session));
    return NULL;
}

/* The parent's other threads hold what locks they hold. The child asks for no card: libpcsclite has locks of its own,
 * which no fork may be in the middle of. */
static void fork_while_busy(const struct point *point, unsigned number)
{
    CK_INFO info;
    pid_t child;

    usleep(number * 1313 % 20000);
    child = fork();
    if (child == 0) {
        alarm(CHILD_SECONDS);
        child_is_outside(point);
        client_initialize();
        CLIENT_OK(p11->C_GetInfo(&info));
        CLIENT_OK(p11->C_Finalize(NULL));
        _exit(0);
    }
    child_wait(child, "while other threads sign", "initialises");
}

static void story_other_threads_at_work(void)
{
    struct point point = { .size = 0 };
    pthread_t threads[WORKERS];

    client_initialize();
    point.slot = client_slot(0);
    point.session = client_session(point.slot, true);
    CLIENT_OK(client_login(point.session, CKU_USER, PIN));
    point.key = client_find(point.session, CKO_PRIVATE_KEY, 1);
    point.public_key = client_find(point.session, CKO_PUBLIC_KEY, 1);
    for (unsigned i = 0; i < WORKERS; i++)
        CLIENT_NEED(pthread_create(&threads[i], NULL, worker_run, &point) == 0);
    while (atomic_load(&worker_signatures) == 0)
        usleep(1000);
    for (unsigned i = 0; i < BUSY_FORKS; i++)
        fork_while_busy(&point, i);
    atomic_store(&worker_stop, true);
    for (unsigned i = 0; i < WORKERS; i++)
        CLIENT_NEED(pthread_join(threads[i], NULL) == 0);
    CLIENT_OK(p11->C_Finalize(NULL));
    printf("# %u forks while other threads made %u signatures\n", BUSY_FORKS, atomic_load(&worker_signatures));
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc != 2)
        return 2;
    client_load(argv[1]);
    story_every_point();
    printf("ok - a fork at every point of a session leaves parent and child whole\n");
    story_other_threads_at_work();
    printf("ok - a fork while other threads sign leaves parent and child whole\n");
    return 0;
}
