/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/** Stands before the C library's: somebody holds every lock. */
static bool locked;

int flock(int fd, int operation)
{
    (void)fd;
    (void)operation;
    errno = EWOULDBLOCK;
    return locked ? -1 : 0;
}

int nanosleep(const struct timespec *wanted, struct timespec *rest)
{
    (void)wanted;
    (void)rest;
    return 0;
}

START_TEST(a_folder_that_stays_locked_is_told_as_that)
{
    SCOPED(places_free) struct places places = { 0 };
    const struct scope scope = { .module = "/m.so", .home = "/", .config = "/", .data = "/" };
    char folder[] = "/tmp/ecp-place.XXXXXX", path[64];
    struct place *place;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/config", folder);
    place = places_add(&places, PROGRAM_SSH, &edit_ssh, strdup(path));
    place_look(place, &scope);
    ck_assert(place->changes);
    locked = true;
    place_change(place, &scope);
    ck_assert(!place->done && !place->changes);
    ck_assert_int_eq(place->code, EXIT_CODE_EXISTS);
    ck_assert_ptr_nonnull(strstr(place->obstacle, "locked"));
    ck_assert_int_ne(access(path, F_OK), 0);
    locked = false;
    place = places_add(&places, PROGRAM_SSH, &edit_ssh, strdup(path));
    place_look(place, &scope);
    place_change(place, &scope);
    ck_assert(place->done && !place->obstacle);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}
END_TEST

UNIT_MAIN("tool/place", a_folder_that_stays_locked_is_told_as_that)
