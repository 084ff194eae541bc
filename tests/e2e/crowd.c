/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * crowd: sixteen processes sign with one card, the RSA key 01 behind PIN; each signature is verified. They go on until the
 * last has SIGNATURES, so that whoever is passed over by the others is seen: it has few, and waits long.
 *
 *     crowd MODULE SIGNATURES
 */
#include <stdatomic.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/e2e/client.h"

#define PIN "13572468"
#define PROCESSES 16
/* No process may do this many times what another has done. */
#define UNFAIR 10
/* Whoever comes first has the card for itself until it looks for others: that is not counted. */
#define BEGIN_SECONDS 5

/* In memory that all share. */
struct crowd {
    atomic_uint ready; /* processes that are logged in */
    atomic_uint done;  /* processes that have what they came for */
    atomic_uint signatures[PROCESSES];
    double longest[PROCESSES];        /* seconds for one signature */
};

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void member_sign(struct crowd *crowd, unsigned number, CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key,
                        CK_OBJECT_HANDLE public_key)
{
    CK_BYTE signature[512];
    CK_ULONG size = sizeof(signature);
    double begun = seconds_now(), took;

    CLIENT_OK(client_sign(session, key, CKM_SHA256_RSA_PKCS, NULL, signature, &size));
    took = seconds_now() - begun;
    CLIENT_OK(client_verify(session, public_key, CKM_SHA256_RSA_PKCS, signature, size));
    if (took > crowd->longest[number])
        crowd->longest[number] = took;
    atomic_fetch_add(&crowd->signatures[number], 1);
}

static void member_run(struct crowd *crowd, unsigned number, const char *module, unsigned wanted)
{
    CK_SESSION_HANDLE session;
    CK_OBJECT_HANDLE key, public_key;

    client_load(module);
    client_initialize();
    session = client_session(client_slot(0), true);
    CLIENT_OK(client_login(session, CKU_USER, PIN));
    key = client_find(session, CKO_PRIVATE_KEY, 1);
    public_key = client_find(session, CKO_PUBLIC_KEY, 1);
    CLIENT_NEED(key != CK_INVALID_HANDLE && public_key != CK_INVALID_HANDLE);
    atomic_fetch_add(&crowd->ready, 1);
    while (atomic_load(&crowd->ready) < PROCESSES)
        usleep(1000);
    for (double begun = seconds_now(); seconds_now() - begun < BEGIN_SECONDS;)
        member_sign(crowd, number, session, key, public_key);
    atomic_store(&crowd->signatures[number], 0);
    crowd->longest[number] = 0;
    while (atomic_load(&crowd->done) < PROCESSES) {
        member_sign(crowd, number, session, key, public_key);
        if (atomic_load(&crowd->signatures[number]) == wanted)
            atomic_fetch_add(&crowd->done, 1);
    }
    CLIENT_OK(p11->C_Finalize(NULL));
    exit(0);
}

static void crowd_tell(const struct crowd *crowd, double took)
{
    unsigned least = UINT32_MAX, most = 0, sum = 0;
    double longest = 0;

    for (unsigned i = 0; i < PROCESSES; i++) {
        unsigned count = atomic_load(&crowd->signatures[i]);

        sum += count;
        least = count < least ? count : least;
        most = count > most ? count : most;
        longest = crowd->longest[i] > longest ? crowd->longest[i] : longest;
    }
    printf("# %d processes on one card: %u signatures verified in %.1f s, %u to %u each, the longest wait %.2f s\n",
           PROCESSES, sum, took, least, most, longest);
    CLIENT_NEED(most < least * UNFAIR);
}

/* The others must not wait for one that has failed. */
static void crowd_give_up(struct crowd *crowd)
{
    atomic_store(&crowd->done, PROCESSES);
    atomic_store(&crowd->ready, PROCESSES);
}

int main(int argc, char **argv)
{
    struct crowd *crowd = mmap(NULL, sizeof(*crowd), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    double begun = seconds_now();
    int status, failed = 0;

    setvbuf(stdout, NULL, _IOLBF, 0);
    CLIENT_NEED(argc == 3 && crowd != MAP_FAILED);
    for (unsigned i = 0; i < PROCESSES; i++) {
        pid_t child = fork();

        CLIENT_NEED(child >= 0);
        if (child == 0)
            member_run(crowd, i, argv[1], (unsigned)atoi(argv[2]));
    }
    for (unsigned i = 0; i < PROCESSES; i++) {
        CLIENT_NEED(wait(&status) > 0);
        failed += !WIFEXITED(status) || WEXITSTATUS(status) != 0;
        if (failed > 0)
            crowd_give_up(crowd);
    }
    CLIENT_NEED(failed == 0);
    crowd_tell(crowd, seconds_now() - begun);
    printf("ok - crowd\n");
    return 0;
}
