/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/folder.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "asn1/pem.h"
#include "asn1/text.h"
#include "asn1/x509.h"

#define TAG_UTF8_STRING 0x0C
#define ENTRIES_MAX 4096

static void stream_close(DIR **stream)
{
    if (*stream)
        (void)closedir(*stream);
}

static void descriptor_close(const int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
}

static void memory_free(uint8_t **memory)
{
    free(*memory);
}

/* Nobody but the person, or root, decides which certificates a key has. */
static bool is_safe(const struct stat *status)
{
    return (status->st_uid == geteuid() || status->st_uid == 0) && (status->st_mode & S_IWOTH) == 0;
}

static bool folder_is_safe(int fd)
{
    struct stat status;

    return fstat(fd, &status) == 0 && is_safe(&status);
}

static DIR *folder_open(const char *path)
{
    int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    DIR *stream = fd >= 0 && folder_is_safe(fd) ? fdopendir(fd) : NULL;

    if (!stream)
        descriptor_close(&fd);
    return stream;
}

static bool name_is_certificate(const char *name)
{
    static const char *const endings[] = { ".cer", ".crt", ".der", ".pem" };
    size_t size = strlen(name);

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        if (size > 4 && strcasecmp(name + size - 4, endings[i]) == 0)
            return true;
    return false;
}

/* A name may hold any bytes; a label is UTF-8. */
static char *name_shown(const char *name)
{
    struct text_reader reader;
    bool utf8 = text_open(TAG_UTF8_STRING, bytes_text(name), &reader) == RESULT_OK;
    char *shown = strdup(name);

    for (char *c = shown; shown && *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F || (!utf8 && (unsigned char)*c >= 0x80))
            *c = '?';
    return shown;
}

/* The contents of a plain file. Not of a pipe, which could wait for ever, nor of what a link points to. */
static enum result file_read(int folder, const char *name, struct buf *out)
{
    SCOPED(descriptor_close)
    const int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status;
    uint8_t *place;
    ssize_t got;

    if (fd < 0 || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode) || !is_safe(&status))
        return RESULT_NOT_FOUND;
    if (status.st_size <= 0 || (size_t)status.st_size > buf_room(out))
        return RESULT_TOO_LARGE;
    place = buf_reserve(out, (size_t)status.st_size);
    got = place ? read(fd, place, (size_t)status.st_size) : -1;
    return got == status.st_size ? RESULT_OK : RESULT_NOT_FOUND;
}

static bool folder_has(const struct folder *folder, struct bytes der)
{
    for (size_t i = 0; i < folder->count; i++)
        if (bytes_equal(folder->certs[i].der, der))
            return true;
    return false;
}

/* CONTENTS as a certificate: DER, else what is in PEM, which is put into ROOM. */
static enum result cert_read(struct bytes contents, struct buf *room, struct x509 *ret)
{
    if (x509_read(contents, ret) == RESULT_OK)
        return RESULT_OK;
    TRY(pem_read(contents, "CERTIFICATE", room));
    return x509_read(buf_bytes(room), ret);
}

static enum result folder_add(struct folder *folder, const char *name, const struct x509 *fields)
{
    struct folder_cert *cert = &folder->certs[folder->count];
    uint8_t *der;

    if (!fields->has_key || folder_has(folder, fields->der))
        return RESULT_OK;
    der = malloc(fields->der.size);
    cert->name = name_shown(name);
    if (!der || !cert->name) {
        free(der);
        free(cert->name);
        cert->name = NULL;
        return RESULT_NO_MEMORY;
    }
    memcpy(der, fields->der.data, fields->der.size);
    cert->der = bytes_make(der, fields->der.size);
    cert->key = fields->key;
    folder->count++;
    return RESULT_OK;
}

/* MEMORY has room for a file and for what is in it. */
static enum result folder_add_file(struct folder *folder, int fd, const char *name, uint8_t *memory)
{
    struct buf contents = buf_make(memory, FOLDER_FILE_MAX),
               decoded = buf_make(memory + FOLDER_FILE_MAX, FOLDER_FILE_MAX);
    struct x509 fields;

    if (file_read(fd, name, &contents) != RESULT_OK ||
        cert_read(buf_bytes(&contents), &decoded, &fields) != RESULT_OK)
        return RESULT_OK;
    return folder_add(folder, name, &fields);
}

static int name_compare(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The names of a folder's certificate files. */
struct names {
    char *items[FOLDER_FILES_MAX];
    size_t count;
};

static void names_free(struct names *names)
{
    for (size_t i = 0; i < names->count; i++)
        free(names->items[i]);
}

static enum result names_read(DIR *stream, struct names *ret)
{
    const struct dirent *entry;

    for (unsigned i = 0; i < ENTRIES_MAX && ret->count < FOLDER_FILES_MAX; i++) {
        entry = readdir(stream);
        if (!entry)
            break;
        if (!name_is_certificate(entry->d_name))
            continue;
        ret->items[ret->count] = strdup(entry->d_name);
        if (!ret->items[ret->count])
            return RESULT_NO_MEMORY;
        ret->count++;
    }
    qsort(ret->items, ret->count, sizeof(ret->items[0]), name_compare);
    return RESULT_OK;
}

static enum result folder_fill(struct folder *folder, DIR *stream)
{
    SCOPED(names_free) struct names names = { .count = 0 };
    SCOPED(memory_free) uint8_t *memory = NULL;

    TRY(names_read(stream, &names));
    if (names.count == 0)
        return RESULT_OK;
    memory = malloc(2 * (size_t)FOLDER_FILE_MAX);
    folder->certs = calloc(names.count, sizeof(folder->certs[0]));
    if (!memory || !folder->certs)
        return RESULT_NO_MEMORY;
    for (size_t i = 0; i < names.count; i++)
        TRY(folder_add_file(folder, dirfd(stream), names.items[i], memory));
    return RESULT_OK;
}

enum result folder_read(const char *path, struct folder **ret)
{
    SCOPED(folder_free) struct folder *folder = calloc(1, sizeof(*folder));
    SCOPED(stream_close) DIR *stream = path ? folder_open(path) : NULL;

    if (!folder)
        return RESULT_NO_MEMORY;
    if (stream)
        TRY(folder_fill(folder, stream));
    *ret = folder;
    folder = NULL;
    return RESULT_OK;
}

static void cert_free(struct folder_cert *cert)
{
    free(cert->name);
    free((void *)(uintptr_t)cert->der.data);
}

void folder_drop(struct folder *folder, size_t index)
{
    cert_free(&folder->certs[index]);
    folder->count--;
    memmove(&folder->certs[index], &folder->certs[index + 1],
            (folder->count - index) * sizeof(folder->certs[0]));
}

void folder_free(struct folder **folder)
{
    if (!*folder)
        return;
    for (size_t i = 0; i < (*folder)->count; i++)
        cert_free(&(*folder)->certs[i]);
    free((*folder)->certs);
    free(*folder);
    *folder = NULL;
}
