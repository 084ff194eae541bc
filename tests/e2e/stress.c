/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * stress: many threads on some tokens while cards are reset, pulled out and put back, and C_Finalize among
 * them, in each of ROUNDS. Every signature that is returned is verified; every return value must be one that
 * the moment can give; no try of a PIN may be gone at the end. All cards hold the same RSA key 01, of which
 * PUBLIC-KEY (PEM) is the public half. With many rounds, memory must not grow.
 *
 *     stress MODULE PUBLIC-KEY SECONDS TOKENS THREADS ROUNDS
 */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

#include "tests/e2e/client.h"

#define PIN "13572468"
#define TOKENS_MAX 4
#define WORKERS_MAX 64
/* From so many rounds on, the memory of the later ones is compared with that of the middle. */
#define ROUNDS_TO_COMPARE 9
#define GROWTH_KB 1024
#define MESSAGE_SIZE 40

/* What the threads share. COUNTS tell at the end that something was done at all. */
struct stress {
    EVP_PKEY *key;
    CK_SLOT_ID slots[TOKENS_MAX];
    unsigned tokens, workers, rounds;
    long *resident; /* kB after each round */
    atomic_ulong sessions; /* the latest handle, for the thread that asks about other people's sessions */
    atomic_ulong signatures, logins, events, losses;
};

struct worker {
    struct stress *stress;
    pthread_t thread;
    uint32_t random;
};

static uint32_t worker_random(struct worker *worker, uint32_t limit)
{
    worker->random = worker->random * 1664525 + 1013904223;
    return (worker->random >> 16) % limit;
}

/* What a call may return while cards come and go and others log out and finalize. */
static CK_RV stress_expect(CK_RV rv, const char *what)
{
    static const CK_RV allowed[] = {
        CKR_OK,
        CKR_CRYPTOKI_NOT_INITIALIZED,
        CKR_DEVICE_REMOVED,
        CKR_DEVICE_ERROR,
        CKR_TOKEN_NOT_PRESENT,
        CKR_SESSION_HANDLE_INVALID,
        CKR_USER_NOT_LOGGED_IN,
        CKR_USER_ALREADY_LOGGED_IN,
        CKR_KEY_HANDLE_INVALID,
        CKR_OPERATION_NOT_INITIALIZED,
    };

    for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++)
        if (rv == allowed[i])
            return rv;
    printf("not ok - %s gave 0x%lx\n", what, rv);
    /* the other threads go on: nothing may be taken away under them */
    _exit(1);
}

#define STRESS(call) stress_expect((call), #call)

static void stress_verify(struct stress *stress, const CK_BYTE *message, const CK_BYTE *signature,
                          size_t size)
{
    EVP_MD_CTX *context = EVP_MD_CTX_new();

    CLIENT_NEED(context != NULL);
    CLIENT_NEED(EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, stress->key) == 1);
    CLIENT_NEED(EVP_DigestVerify(context, signature, size, message, MESSAGE_SIZE) == 1);
    EVP_MD_CTX_free(context);
    atomic_fetch_add(&stress->signatures, 1);
}

static CK_RV worker_sign(struct worker *worker, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key)
{
    CK_MECHANISM mechanism = { CKM_SHA256_RSA_PKCS, NULL, 0 };
    CK_BYTE message[MESSAGE_SIZE], signature[512];
    CK_ULONG size = sizeof(signature);
    CK_RV rv;

    for (size_t i = 0; i < sizeof(message); i++)
        message[i] = (CK_BYTE)worker_random(worker, 256);
    rv = STRESS(p11->C_SignInit(session, &mechanism, key));
    if (rv == CKR_OK)
        rv = STRESS(p11->C_Sign(session, message, sizeof(message), signature, &size));
    if (rv == CKR_OK)
        stress_verify(worker->stress, message, signature, size);
    return rv;
}

static CK_RV worker_find(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *ret)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_BYTE id = 1;
    CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof(class) }, { CKA_ID, &id, 1 } };
    CK_ULONG count = 0;
    CK_RV rv = STRESS(p11->C_FindObjectsInit(session, template, 2));

    if (rv == CKR_OK)
        rv = STRESS(p11->C_FindObjects(session, ret, 1, &count));
    if (rv == CKR_OK)
        rv = STRESS(p11->C_FindObjectsFinal(session));
    return rv == CKR_OK && count == 0 ? CKR_USER_NOT_LOGGED_IN : rv;
}

static CK_RV worker_login(struct worker *worker, CK_SESSION_HANDLE session)
{
    CK_RV rv = STRESS(client_login(session, CKU_USER, PIN));

    if (rv == CKR_OK)
        atomic_fetch_add(&worker->stress->logins, 1);
    return rv == CKR_USER_ALREADY_LOGGED_IN ? CKR_OK : rv;
}

/* One session's life. */
static CK_RV worker_session(struct worker *worker, CK_SLOT_ID slot)
{
    CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
    CK_OBJECT_HANDLE key = CK_INVALID_HANDLE;
    CK_RV rv = STRESS(p11->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session));

    if (rv != CKR_OK)
        return rv;
    atomic_store(&worker->stress->sessions, session);
    rv = worker_login(worker, session);
    if (rv == CKR_OK)
        rv = worker_find(session, &key);
    for (uint32_t i = worker_random(worker, 6); rv == CKR_OK && i > 0; i--)
        rv = worker_sign(worker, session, key);
    if (rv == CKR_OK && worker_random(worker, 8) == 0)
        rv = STRESS(p11->C_Logout(session));
    if (rv != CKR_OK)
        atomic_fetch_add(&worker->stress->losses, 1);
    if (worker_random(worker, 16) == 0)
        return STRESS(p11->C_CloseAllSessions(slot));
    return STRESS(p11->C_CloseSession(session));
}

static void *worker_run(void *arg)
{
    struct worker *worker = arg;

    for (;;) {
        CK_SLOT_ID slot = worker->stress->slots[worker_random(worker, worker->stress->tokens)];
        CK_RV rv = worker_session(worker, slot);

        if (rv == CKR_CRYPTOKI_NOT_INITIALIZED)
            return NULL;
        if (rv != CKR_OK)
            usleep(2000);
    }
}

/* Asks for everything that can be told without a card. */
static void *observer_run(void *arg)
{
    struct worker *worker = arg;
    CK_MECHANISM_TYPE mechanisms[128];
    CK_SLOT_ID slots[32];
    CK_SLOT_INFO slot_info;
    CK_TOKEN_INFO token_info;
    CK_SESSION_INFO session_info;

    for (;;) {
        CK_SLOT_ID slot = worker->stress->slots[worker_random(worker, worker->stress->tokens)];
        CK_SESSION_HANDLE session = atomic_load(&worker->stress->sessions) - worker_random(worker, 4);
        CK_ULONG count = 32, mechanism_count = 128;

        if (STRESS(p11->C_GetSlotList(CK_TRUE, slots, &count)) == CKR_CRYPTOKI_NOT_INITIALIZED)
            return NULL;
        STRESS(p11->C_GetSlotInfo(slot, &slot_info));
        STRESS(p11->C_GetTokenInfo(slot, &token_info));
        STRESS(p11->C_GetSessionInfo(session, &session_info));
        STRESS(p11->C_GetMechanismList(slot, mechanisms, &mechanism_count));
        usleep(1000);
    }
}

static void *waiter_run(void *arg)
{
    struct worker *worker = arg;
    CK_SLOT_ID slot;

    while (STRESS(p11->C_WaitForSlotEvent(0, &slot, NULL)) == CKR_OK)
        atomic_fetch_add(&worker->stress->events, 1);
    return NULL;
}

/* What happens to the cards meanwhile. */
static void stress_disturb(struct worker *worker, double seconds)
{
    static const char *const words[] = { "reset", "select-foreign", "remove" };
    struct timespec begin, now;
    char text[64];

    clock_gettime(CLOCK_MONOTONIC, &begin);
    do {
        unsigned card = 1 + worker_random(worker, worker->stress->tokens), what = worker_random(worker, 3);

        usleep(100000 + 1000 * worker_random(worker, 200));
        CLIENT_NEED(snprintf(text, sizeof(text), "--card %u %s", card, words[what]) < (int)sizeof(text));
        client_ctl(text);
        if (what == 2) {
            usleep(1000 * worker_random(worker, 300));
            CLIENT_NEED(snprintf(text, sizeof(text), "--card %u insert", card) < (int)sizeof(text));
            client_ctl(text);
        }
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((double)(now.tv_sec - begin.tv_sec) + (double)(now.tv_nsec - begin.tv_nsec) / 1e9 < seconds);
}

/* The tokens, once both cards are there: the daemon takes a moment to notice one. */
static void stress_slots(struct stress *stress)
{
    CK_ULONG count = 0;

    for (int tries = 0; count < stress->tokens && tries < 500; tries++) {
        usleep(10000);
        CLIENT_OK(p11->C_GetSlotList(CK_TRUE, NULL, &count));
    }
    for (unsigned i = 0; i < stress->tokens; i++)
        stress->slots[i] = client_slot(i);
}

static long resident_now(void)
{
    FILE *statm = fopen("/proc/self/statm", "r");
    long pages = 0;

    CLIENT_NEED(statm != NULL);
    CLIENT_NEED(fscanf(statm, "%*d %ld", &pages) == 1);
    fclose(statm);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void stress_round(struct stress *stress, unsigned round, double seconds)
{
    struct worker workers[WORKERS_MAX + 3];

    const unsigned count = stress->workers;

    client_initialize();
    stress_slots(stress);
    for (unsigned i = 0; i < count + 2; i++) {
        void *(*run)(void *) = i < count ? worker_run : i == count ? observer_run : waiter_run;
        workers[i] = (struct worker){ .stress = stress, .random = round * 100 + i };
        CLIENT_NEED(pthread_create(&workers[i].thread, NULL, run, &workers[i]) == 0);
    }
    workers[count + 2] = (struct worker){ .stress = stress, .random = round * 100 + 99 };
    stress_disturb(&workers[count + 2], seconds);
    CLIENT_OK(p11->C_Finalize(NULL));
    for (unsigned i = 0; i < count + 2; i++)
        CLIENT_NEED(pthread_join(workers[i].thread, NULL) == 0);
    stress->resident[round] = resident_now();
}

static long stress_mean(const struct stress *stress, unsigned begin, unsigned end)
{
    long sum = 0;

    for (unsigned i = begin; i < end; i++)
        sum += stress->resident[i];
    return sum / (long)(end - begin);
}

static void stress_compare_memory(const struct stress *stress)
{
    const unsigned third = stress->rounds / 3;
    long middle = stress_mean(stress, third, 2 * third), last = stress_mean(stress, 2 * third, stress->rounds);

    printf("# memory: %ld kB in the middle, %ld kB at the end\n", middle, last);
    CLIENT_NEED(last <= middle + GROWTH_KB);
}

/* Everything works afterwards, and nobody has lost a try. */
static void stress_aftermath(struct stress *stress)
{
    struct worker worker = { .stress = stress, .random = 7 };

    client_initialize();
    stress_slots(stress);
    for (unsigned i = 0; i < stress->tokens; i++) {
        CK_TOKEN_INFO info;
        CK_SESSION_HANDLE session = client_session(stress->slots[i], true);
        CK_OBJECT_HANDLE key;

        CLIENT_OK(p11->C_GetTokenInfo(stress->slots[i], &info));
        CLIENT_NEED((info.flags & (CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_LOCKED)) == 0);
        CLIENT_OK(client_login(session, CKU_USER, PIN));
        CLIENT_OK(worker_find(session, &key));
        CLIENT_OK(worker_sign(&worker, session, key));
    }
    CLIENT_OK(p11->C_Finalize(NULL));
}

static EVP_PKEY *stress_key(const char *path)
{
    FILE *file = fopen(path, "r");
    EVP_PKEY *key;

    CLIENT_NEED(file != NULL);
    key = PEM_read_PUBKEY(file, NULL, NULL, NULL);
    fclose(file);
    CLIENT_NEED(key != NULL);
    return key;
}

int main(int argc, char **argv)
{
    struct stress stress = { .key = NULL };

    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc != 7)
        return 2;
    stress.tokens = (unsigned)atoi(argv[4]);
    stress.workers = (unsigned)atoi(argv[5]);
    stress.rounds = (unsigned)atoi(argv[6]);
    CLIENT_NEED(stress.tokens > 0 && stress.tokens <= TOKENS_MAX && stress.workers <= WORKERS_MAX && stress.rounds > 0);
    stress.resident = calloc(stress.rounds, sizeof(*stress.resident));
    CLIENT_NEED(stress.resident != NULL);
    stress.key = stress_key(argv[2]);
    client_load(argv[1]);
    for (unsigned round = 0; round < stress.rounds; round++)
        stress_round(&stress, round, atof(argv[3]) / stress.rounds);
    stress_aftermath(&stress);
    printf("# %lu signatures, %lu logins, %lu events, %lu sessions cut short\n",
           atomic_load(&stress.signatures), atomic_load(&stress.logins), atomic_load(&stress.events),
           atomic_load(&stress.losses));
    CLIENT_NEED(atomic_load(&stress.signatures) > 20 && atomic_load(&stress.events) > 0);
    if (stress.rounds >= ROUNDS_TO_COMPARE)
        stress_compare_memory(&stress);
    EVP_PKEY_free(stress.key);
    free(stress.resident);
    printf("ok - stress\n");
    return 0;
}
