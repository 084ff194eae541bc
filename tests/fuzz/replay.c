/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The main() of a harness where libFuzzer is not: every file, and every file of every folder, that it is
 * given; without arguments what comes from standard input. */
#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

static unsigned replayed;

/* In memory of just the input's length, as libFuzzer does it. */
static int replay_stream(FILE *file)
{
    uint8_t part[4096];
    struct buf all = { 0 };
    size_t size;

    while ((size = fread(part, 1, sizeof(part), file)) > 0) {
        uint8_t *longer = realloc(all.data, all.size + size);
        FUZZ_CHECK(longer != NULL);
        memcpy(longer + all.size, part, size);
        all.data = longer;
        all.size += size;
    }
    if (all.data == NULL)
        all = fuzz_buf(0);
    LLVMFuzzerTestOneInput(all.data, all.size);
    fuzz_buf_free(&all);
    replayed++;
    return ferror(file) ? 1 : 0;
}

static int replay_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    int status;

    if (!file) {
        fprintf(stderr, "%s: %s\n", path, strerror(errno));
        return 1;
    }
    status = replay_stream(file);
    fclose(file);
    return status;
}

static int replay_path(const char *path)
{
    struct dirent **names;
    int count = scandir(path, &names, NULL, alphasort), status = 0;

    if (count < 0)
        return replay_file(path);
    for (int i = 0; i < count; i++) {
        char *inside;
        if (names[i]->d_name[0] != '.' && asprintf(&inside, "%s/%s", path, names[i]->d_name) > 0) {
            status |= replay_path(inside);
            free(inside);
        }
        free(names[i]);
    }
    free(names);
    return status;
}

int main(int argc, char **argv)
{
    int status = 0;

    if (argc < 2)
        status = replay_stream(stdin);
    for (int i = 1; i < argc; i++)
        status |= replay_path(argv[i]);
    printf("%u inputs\n", replayed);
    return status;
}
