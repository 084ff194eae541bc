/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* folder_unit.h: a folder of certificate files for the time of a test. */
#ifndef ECP_TESTS_FOLDER_UNIT_H
#define ECP_TESTS_FOLDER_UNIT_H

#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asn1/bytes.h"
#include "tests/unit/unit.h"

#define PATH_MAX_HERE 512

struct place {
    char path[64];
};

static inline void place_free(struct place *place)
{
    char path[PATH_MAX_HERE];
    DIR *stream = opendir(place->path);
    struct dirent *entry;

    while (stream && (entry = readdir(stream)) != NULL) {
        snprintf(path, sizeof(path), "%s/%s", place->path, entry->d_name);
        if (unlink(path) != 0)
            rmdir(path);
    }
    if (stream)
        closedir(stream);
    rmdir(place->path);
}

static inline struct place place_new(void)
{
    struct place place = { "/tmp/check-folder-XXXXXX" };

    ck_assert_ptr_nonnull(mkdtemp(place.path));
    return place;
}

/** Goes away when the test ends. */
#define PLACE SCOPED(place_free) struct place place = place_new()

static inline const char *place_of(const struct place *place, const char *name)
{
    static char path[PATH_MAX_HERE];

    snprintf(path, sizeof(path), "%s/%s", place->path, name);
    return path;
}

static inline void place_put(const struct place *place, const char *name, struct bytes contents)
{
    FILE *file = fopen(place_of(place, name), "wb");

    ck_assert_ptr_nonnull(file);
    if (contents.size > 0)
        ck_assert_uint_eq(fwrite(contents.data, 1, contents.size, file), contents.size);
    ck_assert_int_eq(fclose(file), 0);
}

static inline void place_remove(const struct place *place, const char *name)
{
    ck_assert_int_eq(unlink(place_of(place, name)), 0);
}

#endif
