/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * life: the module is initialised, waited on, finalised, loaded and unloaded, over and over, beside a token with the
 * RSA key 01 behind PIN. What grows is measured; the figures are printed.
 *
 *     life MODULE STORY [TIMES]
 */
#include <dirent.h>
#include <dlfcn.h>
#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/e2e/client.h"

#define PIN "13572468"
#define WARM_UP 50
/* Less than half a byte for each of 10 000 rounds: what is lost each time shows. */
#define HEAP_SLACK 4096
#define RESIDENT_SLACK (1024L * 1024)

static const char *module_path;

/* What a process has taken from the system. */
struct usage {
    size_t heap;       /* bytes that malloc() has given out */
    long resident;     /* bytes */
    unsigned files;    /* open descriptors */
    unsigned threads;
    unsigned mappings;
};

static unsigned folder_count(const char *path)
{
    DIR *folder = opendir(path);
    unsigned count = 0;

    CLIENT_NEED(folder != NULL);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}

static unsigned mappings_count(void)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    unsigned count = 0;
    int letter;

    CLIENT_NEED(maps != NULL);
    while ((letter = fgetc(maps)) != EOF)
        count += letter == '\n';
    fclose(maps);
    return count;
}

static struct usage usage_now(void)
{
    struct mallinfo2 heap = mallinfo2();
    struct usage usage = { .heap = heap.uordblks + heap.hblkhd };
    FILE *statm = fopen("/proc/self/statm", "r");
    long pages = 0;

    CLIENT_NEED(statm != NULL);
    CLIENT_NEED(fscanf(statm, "%*d %ld", &pages) == 1);
    fclose(statm);
    usage.resident = pages * sysconf(_SC_PAGESIZE);
    usage.files = folder_count("/proc/self/fd");
    usage.threads = folder_count("/proc/self/task");
    usage.mappings = mappings_count();
    return usage;
}

static void usage_compare(const char *what, unsigned times, const struct usage *before)
{
    struct usage after = usage_now();

    printf("# %s, %u times: heap %+ld bytes, memory %+ld kB, descriptors %+d, threads %+d, mappings %+d\n", what, times,
           (long)after.heap - (long)before->heap, (after.resident - before->resident) / 1024,
           (int)after.files - (int)before->files, (int)after.threads - (int)before->threads,
           (int)after.mappings - (int)before->mappings);
    CLIENT_NEED(after.heap <= before->heap + HEAP_SLACK);
    CLIENT_NEED(after.resident <= before->resident + RESIDENT_SLACK);
    CLIENT_NEED(after.files <= before->files);
    CLIENT_NEED(after.threads <= before->threads);
    CLIENT_NEED(after.mappings <= before->mappings + 2);
}

static double seconds_now(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* A loaded copy of the module. */
struct copy {
    void *library;
    CK_FUNCTION_LIST_PTR functions;
};

static struct copy copy_open(const char *path, int flags)
{
    struct copy copy = { .library = dlopen(path, RTLD_NOW | flags) };
    CK_C_GetFunctionList get;

    CLIENT_NEED(copy.library != NULL);
    *(void **)&get = dlsym(copy.library, "C_GetFunctionList");
    CLIENT_NEED(get != NULL);
    CLIENT_OK(get(&copy.functions));
    return copy;
}

/* Nothing of it may stay: neither a mapping nor a name. */
static void copy_close(struct copy *copy, const char *path)
{
    CLIENT_NEED(dlclose(copy->library) == 0);
    CLIENT_NEED(dlopen(path, RTLD_NOW | RTLD_NOLOAD) == NULL);
}

static void initialise_once(unsigned round)
{
    CK_ULONG count;

    client_initialize();
    CLIENT_OK(p11->C_GetSlotList(CK_TRUE, NULL, &count));
    CLIENT_NEED(count == 1);
    if (round % 100 == 0)
        client_prove(PIN);
    CLIENT_OK(p11->C_Finalize(NULL));
}

static void story_initialising_and_finalising_10000_times_leaves_nothing_behind(unsigned times)
{
    struct usage before;

    client_load(module_path);
    for (unsigned i = 0; i < 2 * WARM_UP; i++)
        initialise_once(i);
    before = usage_now();
    for (unsigned i = 0; i < times; i++)
        initialise_once(i);
    usage_compare("C_Initialize and C_Finalize", times, &before);
}

static void load_once(unsigned round)
{
    struct copy copy = copy_open(module_path, RTLD_LOCAL);
    CK_ULONG count;

    p11 = copy.functions;
    client_initialize();
    if (round % 10 == 0)
        client_prove(PIN);
    else
        CLIENT_OK(p11->C_GetSlotList(CK_TRUE, NULL, &count));
    CLIENT_OK(p11->C_Finalize(NULL));
    copy_close(&copy, module_path);
}

static void story_loading_and_unloading_1000_times_leaves_nothing_behind(unsigned times)
{
    struct usage before;

    for (unsigned i = 0; i < WARM_UP; i++)
        load_once(i);
    before = usage_now();
    for (unsigned i = 0; i < times; i++)
        load_once(i);
    usage_compare("dlopen and dlclose", times, &before);
}

static atomic_int waiting;

static void *wait_run(void *ret_rv)
{
    CK_SLOT_ID slot;

    atomic_store(&waiting, 1);
    *(CK_RV *)ret_rv = p11->C_WaitForSlotEvent(0, &slot, NULL);
    return NULL;
}

/* The pause is another one each time: the end meets the wait at different places, before it began among them. */
static double wait_once(unsigned round)
{
    pthread_t thread;
    CK_RV rv = CKR_OK;
    double begun;

    client_initialize();
    atomic_store(&waiting, 0);
    CLIENT_NEED(pthread_create(&thread, NULL, wait_run, &rv) == 0);
    while (!atomic_load(&waiting))
        sched_yield();
    usleep(round * 37 % 3000);
    begun = seconds_now();
    CLIENT_OK(p11->C_Finalize(NULL));
    CLIENT_NEED(pthread_join(thread, NULL) == 0);
    CLIENT_NEED(rv == CKR_CRYPTOKI_NOT_INITIALIZED);
    return seconds_now() - begun;
}

static void story_a_wait_is_ended_by_finalising_1000_times(unsigned times)
{
    struct usage before;
    double longest = 0;

    client_load(module_path);
    for (unsigned i = 0; i < WARM_UP; i++)
        wait_once(i);
    before = usage_now();
    for (unsigned i = 0; i < times; i++) {
        double took = wait_once(i);

        if (took > longest)
            longest = took;
    }
    usage_compare("C_WaitForSlotEvent ended by C_Finalize", times, &before);
    printf("# the longest end of a wait took %.0f ms\n", longest * 1000);
}

static void story_two_copies_in_one_process_leave_each_other_alone(unsigned times)
{
    const char *second_path = getenv("ECP_SECOND_MODULE");
    struct copy first, second;
    CK_ULONG count;

    CLIENT_NEED(second_path != NULL);
    for (unsigned i = 0; i < times; i++) {
        /* global names once, too: a copy must not find the other's functions */
        first = copy_open(module_path, i % 2 ? RTLD_LOCAL : RTLD_GLOBAL);
        second = copy_open(second_path, i % 2 ? RTLD_LOCAL : RTLD_GLOBAL);
        CLIENT_NEED(first.functions != second.functions);
        CLIENT_NEED(first.functions->C_Initialize != second.functions->C_Initialize);
        p11 = first.functions;
        client_initialize();
        CLIENT_RV(second.functions->C_GetSlotList(CK_TRUE, NULL, &count), CKR_CRYPTOKI_NOT_INITIALIZED);
        p11 = second.functions;
        client_initialize();
        client_prove(PIN);
        p11 = first.functions;
        client_prove(PIN);
        CLIENT_OK(second.functions->C_Finalize(NULL));
        copy_close(&second, second_path);
        client_prove(PIN);
        CLIENT_OK(p11->C_Finalize(NULL));
        copy_close(&first, module_path);
    }
}

/* What the exit handlers of the children act on. */
static struct copy at_exit_copy;
static CK_SESSION_HANDLE at_exit_session;

static void exit_finalize(void)
{
    CLIENT_NEED(at_exit_copy.functions->C_Finalize(NULL) == CKR_OK);
}

static void exit_unload(void)
{
    exit_finalize();
    copy_close(&at_exit_copy, module_path);
}

static void exit_use(void)
{
    CK_OBJECT_HANDLE key = client_find(at_exit_session, CKO_PRIVATE_KEY, 1);
    CK_BYTE signature[512];
    CK_ULONG size = sizeof(signature);
    CK_RV rv = client_sign(at_exit_session, key, CKM_SHA256_RSA_PKCS, NULL, signature, &size);

    /* libcrypto may have ended before: then a code, not a crash */
    CLIENT_NEED(rv == CKR_OK || rv == CKR_GENERAL_ERROR || rv == CKR_FUNCTION_FAILED);
    exit_unload();
}

static void exit_nothing(void)
{
}

/* A process that uses the module and ends with HANDLER; EARLY: which is registered before the module, and what the
 * module needs, is loaded, so that it runs after the exit handlers of all that. */
static void exit_child(void (*handler)(void), bool early)
{
    int status = 0;
    pid_t child = fork();

    CLIENT_NEED(child >= 0);
    if (child == 0) {
        if (early)
            CLIENT_NEED(atexit(handler) == 0);
        at_exit_copy = copy_open(module_path, RTLD_LOCAL);
        p11 = at_exit_copy.functions;
        client_initialize();
        at_exit_session = client_session(client_slot(0), true);
        client_prove(PIN);
        if (!early)
            CLIENT_NEED(atexit(handler) == 0);
        exit(0);
    }
    CLIENT_NEED(waitpid(child, &status, 0) == child);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        printf("# status %#x, handler %s the module\n", (unsigned)status, early ? "before" : "after");
    CLIENT_NEED(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void story_an_exit_handler_may_finalise_and_unload(unsigned times)
{
    static void (*const handlers[])(void) = { exit_nothing, exit_finalize, exit_unload, exit_use };

    for (unsigned i = 0; i < times; i++)
        for (size_t j = 0; j < sizeof(handlers) / sizeof(handlers[0]); j++) {
            exit_child(handlers[j], false);
            exit_child(handlers[j], true);
        }
}

struct story {
    const char *name;
    void (*run)(unsigned times);
    unsigned times;
};

#define STORY(name, times) { #name, story_##name, times }

static const struct story stories[] = {
    STORY(initialising_and_finalising_10000_times_leaves_nothing_behind, 10000),
    STORY(a_wait_is_ended_by_finalising_1000_times, 1000),
    STORY(loading_and_unloading_1000_times_leaves_nothing_behind, 1000),
    STORY(two_copies_in_one_process_leave_each_other_alone, 4),
    STORY(an_exit_handler_may_finalise_and_unload, 2),
};

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
        if (argc < 3) {
            printf("%s\n", stories[i].name);
        } else if (strcmp(argv[2], stories[i].name) == 0) {
            module_path = argv[1];
            stories[i].run(argc > 3 ? (unsigned)atoi(argv[3]) : stories[i].times);
            printf("ok - %s\n", stories[i].name);
            return 0;
        }
    }
    return argc < 3 ? 0 : 2;
}
