/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * upgrade: a program that has the module loaded goes on signing while another build is put in its place; then it unloads the old one and
 * loads the new one. Beside a token with the RSA key 01 behind PIN.
 *
 *     upgrade MODULE COMMAND
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/e2e/client.h"

#define PIN "13572468"
#define AFTERWARDS 5

static atomic_uint signatures;
static atomic_bool enough;

static void *sign_on(void *unused)
{
    (void)unused;
    while (!atomic_load(&enough)) {
        client_prove(PIN);
        atomic_fetch_add(&signatures, 1);
    }
    return NULL;
}

static void wait_for(unsigned count)
{
    while (atomic_load(&signatures) < count)
        sched_yield();
}

static void *load(const char *path)
{
    CK_C_GetFunctionList get;
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);

    if (!library)
        printf("# %s\n", dlerror());
    CLIENT_NEED(library != NULL);
    *(void **)&get = dlsym(library, "C_GetFunctionList");
    CLIENT_NEED(get != NULL);
    CLIENT_OK(get(&p11));
    client_initialize();
    return library;
}

/** How many pieces of the file with this inode are in memory. */
static unsigned pieces(ino_t inode)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[2048];
    unsigned count = 0;

    CLIENT_NEED(maps != NULL);
    while (fgets(line, sizeof(line), maps)) {
        unsigned long number = 0;

        if (sscanf(line, "%*s %*s %*s %*s %lu", &number) == 1)
            count += number == inode;
    }
    fclose(maps);
    return count;
}

static ino_t inode_of(const char *path)
{
    struct stat status;

    CLIENT_NEED(stat(path, &status) == 0);
    return status.st_ino;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    unsigned before, meanwhile;
    ino_t old, new;
    void *library;

    CLIENT_NEED(argc == 3);
    old = inode_of(argv[1]);
    library = load(argv[1]);
    CLIENT_NEED(pthread_create(&thread, NULL, sign_on, NULL) == 0);
    wait_for(1);
    before = atomic_load(&signatures);
    CLIENT_NEED(system(argv[2]) == 0);
    meanwhile = atomic_load(&signatures);
    new = inode_of(argv[1]);
    /* another file, not the old one written over under our feet */
    CLIENT_NEED(new != old && pieces(old) > 0 && pieces(new) == 0);
    wait_for(meanwhile + AFTERWARDS);
    atomic_store(&enough, true);
    CLIENT_NEED(pthread_join(thread, NULL) == 0);
    CLIENT_OK(p11->C_Finalize(NULL));
    CLIENT_NEED(dlclose(library) == 0);
    CLIENT_NEED(pieces(old) == 0);
    library = load(argv[1]);
    CLIENT_NEED(pieces(new) > 0);
    client_prove(PIN);
    CLIENT_OK(p11->C_Finalize(NULL));
    CLIENT_NEED(dlclose(library) == 0);
    printf("# %u signatures while it was replaced, %u afterwards\n", meanwhile - before, atomic_load(&signatures) - meanwhile);
    puts("ok - the module was replaced under a program that signs");
    return 0;
}
