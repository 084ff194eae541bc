/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* tool_place.h: a file of a test's own with given contents, and somebody to talk to. */
#ifndef ECP_TESTS_TOOL_PLACE_H
#define ECP_TESTS_TOOL_PLACE_H

#include <stdio.h>
#include <unistd.h>

#include "asn1/bytes.h"
#include "tests/unit/tool_ui.h"
#include "tests/unit/unit.h"

struct tool_place {
    char path[64];
    struct tool_ear ear;
};

static inline void tool_place_open(struct tool_place *place)
{
    int fd;

    strcpy(place->path, "/tmp/ecp-unit.XXXXXX");
    fd = mkstemp(place->path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    tool_listen(&place->ear, 80);
}

/** The file now consists of BEFORE, CONTENTS. */
static inline void tool_place_put(struct tool_place *place, const char *before, struct bytes contents)
{
    FILE *file = fopen(place->path, "wb");

    ck_assert_ptr_nonnull(file);
    fputs(before, file);
    if (contents.size > 0)
        ck_assert_uint_eq(fwrite(contents.data, 1, contents.size, file), contents.size);
    ck_assert_int_eq(fclose(file), 0);
}

static inline void tool_place_close(struct tool_place *place)
{
    unlink(place->path);
    tool_deaf(&place->ear);
}

#endif
