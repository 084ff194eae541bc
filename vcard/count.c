/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/count.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADER_SIZE 4
#define ANY_P2 (-1)
#define INS_PUT_DATA 0xDB
#define TAG_LIST 0x5C

/** The commands with secret bodies. The class byte is not compared: secure messaging and chaining change it.
 */
static const struct {
    uint8_t instruction;
    int p2;
} secret_commands[] = {
    { 0x20, ANY_P2 }, /* VERIFY */
    { 0x24, ANY_P2 }, /* CHANGE REFERENCE DATA */
    { 0x2C, ANY_P2 }, /* RESET RETRY COUNTER */
    { 0x87, 0x9B },   /* GENERAL AUTHENTICATE, PIV card management key */
    { 0xDA, 0xD3 },   /* PUT DATA, OpenPGP resetting code */
    { 0xFE, ANY_P2 }, /* IMPORT ASYMMETRIC KEY */
    { 0xFF, ANY_P2 }, /* SET MANAGEMENT KEY */
};

void count_add(struct count *count, size_t sent, size_t received)
{
    atomic_fetch_add(&count->apdus, 1);
    atomic_fetch_add(&count->sent, sent);
    atomic_fetch_add(&count->received, received);
}

void count_reset(struct count *count)
{
    atomic_store(&count->apdus, 0);
    atomic_store(&count->sent, 0);
    atomic_store(&count->received, 0);
}

void count_line(const struct count *counts, size_t size, char line[COUNT_LINE_MAX])
{
    unsigned long long apdus = 0, sent = 0, received = 0;

    for (size_t i = 0; i < size; i++) {
        apdus += atomic_load(&counts[i].apdus);
        sent += atomic_load(&counts[i].sent);
        received += atomic_load(&counts[i].received);
    }
    snprintf(line, COUNT_LINE_MAX, "apdus=%llu sent=%llu received=%llu", apdus, sent, received);
}

enum result count_write(const struct count *counts, size_t size, const char *path)
{
    char line[COUNT_LINE_MAX];
    FILE *file = fopen(path, "we");

    if (file == NULL)
        return RESULT_INTERNAL;
    count_line(counts, size, line);
    bool ok = fprintf(file, "%s\n", line) > 0;
    ok = fclose(file) == 0 && ok;
    return ok ? RESULT_OK : RESULT_INTERNAL;
}

/** Where the body of COMMAND lies; empty if it has none, or if its length field is wrong: then all after the
 * header. */
static struct bytes command_body(struct bytes command)
{
    struct bytes rest = bytes_from(command, HEADER_SIZE);

    if (rest.size <= 1)
        return BYTES_NONE;
    if (rest.data[0] != 0 && rest.size >= 1u + rest.data[0])
        return bytes_slice(rest, 1, rest.data[0]);
    if (rest.data[0] == 0 && rest.size > 3) {
        size_t size = (size_t)bytes_number(bytes_slice(rest, 1, 2));
        if (rest.size >= 3 + size)
            return bytes_slice(rest, 3, size);
    }
    return rest.data[0] == 0 && rest.size == 3 ? BYTES_NONE : rest;
}

/** PUT DATA names what it puts by a tag list; anything else may be an OpenPGP key, or a part of one. */
static bool is_key_import(struct bytes command)
{
    struct bytes body = command_body(command);

    return command.data[1] == INS_PUT_DATA && body.size > 0 && body.data[0] != TAG_LIST;
}

bool trace_is_secret(struct bytes command)
{
    if (command.size < HEADER_SIZE)
        return false;
    for (size_t i = 0; i < sizeof(secret_commands) / sizeof(secret_commands[0]); i++) {
        if (secret_commands[i].instruction == command.data[1] &&
            (secret_commands[i].p2 == ANY_P2 || secret_commands[i].p2 == command.data[3]))
            return true;
    }
    return is_key_import(command);
}

static char *hex_put(char *to, struct bytes view)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < view.size; i++) {
        *to++ = digits[view.data[i] >> 4];
        *to++ = digits[view.data[i] & 15];
    }
    return to;
}

/** Writes MARK, HEAD, if HIDDEN is not 0 "**(HIDDEN)", TAIL. In one write, so that lines never mix. */
static void trace_line(int fd, char mark, struct bytes head, size_t hidden, struct bytes tail)
{
    char *line = malloc(2 * (head.size + tail.size) + 40);
    char *end = line;
    ssize_t written;

    if (line == NULL)
        return;
    *end++ = mark;
    *end++ = ' ';
    end = hex_put(end, head);
    if (hidden != 0)
        end += sprintf(end, "**(%zu)", hidden);
    end = hex_put(end, tail);
    *end++ = '\n';
    /* A trace that cannot be written must not change what the card does. */
    written = write(fd, line, (size_t)(end - line));
    (void)written;
    free(line);
}

void trace_command(int fd, struct bytes command)
{
    struct bytes body = trace_is_secret(command) ? command_body(command) : BYTES_NONE;

    if (body.size == 0) {
        trace_line(fd, '>', command, 0, BYTES_NONE);
        return;
    }
    size_t begin = (size_t)(body.data - command.data);
    trace_line(fd, '>', bytes_slice(command, 0, begin), body.size, bytes_from(command, begin + body.size));
}

void trace_response(int fd, struct bytes response)
{
    trace_line(fd, '<', response, 0, BYTES_NONE);
}
