/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The configuration: the first line is what the environment variable says, the rest is the file. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "module/config.h"
#include "pcsc/cards.h"
#include "tests/fuzz/fuzz.h"

#define TRACE_MAX 200

static int file_with(struct bytes contents)
{
    int fd = memfd_create("configuration", 0);

    FUZZ_CHECK(fd >= 0);
    while (contents.size > 0) {
        ssize_t written = write(fd, contents.data, contents.size);
        FUZZ_CHECK(written > 0);
        contents = bytes_from(contents, (size_t)written);
    }
    return fd;
}

/* A configuration is whole, whatever the file says. */
static void use(struct config *config)
{
    size_t count;

    FUZZ_IGNORE(config_check_sections(config, card_drivers));
    FUZZ_CHECK(config->trace_level <= TRACE_CARD);
    for (size_t i = 0; i < config->complaint_count; i++)
        FUZZ_CHECK(strlen(config->complaints[i]) > 0);
    for (size_t i = 0; i < config->section_count; i++)
        for (size_t j = 0; j < config->sections[i].count; j++)
            FUZZ_CHECK(config->sections[i].settings[j].key && config->sections[i].settings[j].value);
    FUZZ_IGNORE(config_section(config, "piv", &count));
    FUZZ_IGNORE(config_reader_ignored(config, "Virtual PCD 00 00"));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *line_end = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t line = line_end ? (size_t)(line_end - data) : 0;
    char path[64], trace[TRACE_MAX] = "";
    struct config *config = NULL;
    enum result result;
    int fd = file_with(bytes_from(bytes_make(data, size), line_end ? line + 1 : 0));

    if (line > 0)
        memcpy(trace, data, line < sizeof(trace) ? line : sizeof(trace) - 1);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    result = config_load_from(path, line > 0 ? trace : NULL, &config);
    FUZZ_CHECK(config && (result == RESULT_OK || result == RESULT_BAD_ARGUMENT));
    FUZZ_CHECK((result == RESULT_BAD_ARGUMENT) == (config->complaint_count > 0));
    use(config);
    config_free(&config);
    FUZZ_CHECK(config == NULL);
    close(fd);
    return 0;
}
