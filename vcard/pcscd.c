/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/pcscd.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vcard/process.h"
#include "vcard/say.h"

/** Below the range from which systems give ports to clients, so that nobody gets one of ours by chance. */
#define PORT_FIRST 20963
#define PORT_LAST 30000

/** The driver gives each reader two slots, on two neighbouring ports. */
#define SLOTS_PER_READER 2

#define STOP_GRACE_MS 3000

/** Our directory has a short name. */
#define PATH_SIZE 256

static const char *const daemon_places[] = { "/usr/sbin/pcscd", "/usr/local/sbin/pcscd", "/sbin/pcscd",
                                             "/usr/bin/pcscd", NULL };
static const char *const driver_places[] = { "/usr/lib/pcsc/drivers/serial/libifdvpcd.so",
                                             "/usr/lib64/pcsc/drivers/serial/libifdvpcd.so",
                                             "/usr/local/lib/pcsc/drivers/serial/libifdvpcd.so",
                                             "/usr/local/lib64/pcsc/drivers/serial/libifdvpcd.so",
                                             "/usr/lib/x86_64-linux-gnu/pcsc/drivers/serial/libifdvpcd.so",
                                             "/usr/lib/aarch64-linux-gnu/pcsc/drivers/serial/libifdvpcd.so",
                                             NULL };

/** The file that VARIABLE of the environment names, else the first of PLACES that is there, else NULL. */
static const char *file_find(const char *variable, const char *const *places)
{
    const char *named = getenv(variable);

    if (named != NULL)
        return access(named, R_OK) == 0 ? named : NULL;
    while (*places != NULL && access(*places, R_OK) != 0)
        places++;
    return *places;
}

bool pcscd_name_is_good(const char *name)
{
    size_t size = strlen(name);

    if (size == 0 || size > PCSCD_NAME_MAX - 16 || name[0] == ' ')
        return false;
    for (size_t i = 0; i < size; i++) {
        if (name[i] == '"' || name[i] == '\\' || (unsigned char)name[i] < 0x20 || name[i] == 0x7F)
            return false;
    }
    return true;
}

/** The name of a reader in the configuration; the daemon appends " 00" and the slot's number. */
static void friendly_name(const struct pcscd *pcscd, size_t reader, char ret[PCSCD_NAME_MAX])
{
    if (reader == 0)
        snprintf(ret, PCSCD_NAME_MAX, "%.110s", pcscd->reader_name);
    else
        snprintf(ret, PCSCD_NAME_MAX, "%.110s %u", pcscd->reader_name, (unsigned)(reader + 1) % 100);
}

void pcscd_reader_of(const struct pcscd *pcscd, size_t index, char ret[PCSCD_NAME_MAX])
{
    char name[PCSCD_NAME_MAX];

    friendly_name(pcscd, index / SLOTS_PER_READER, name);
    snprintf(ret, PCSCD_NAME_MAX, "%.120s 00 %02u", name, (unsigned)(index % SLOTS_PER_READER));
}

static bool port_is_free(unsigned port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    bool is_free = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
    if (fd >= 0)
        close(fd);
    return is_free;
}

/** Finds free ports. After a restart those of the daemon before may still be settling: others are taken. */
static bool ports_choose(struct pcscd *pcscd)
{
    unsigned port = PORT_FIRST;

    for (size_t i = 0; i < pcscd->cards; i += SLOTS_PER_READER, port += SLOTS_PER_READER) {
        while (port < PORT_LAST && !(port_is_free(port) && port_is_free(port + 1)))
            port += SLOTS_PER_READER;
        pcscd->ports[i] = port;
        if (i + 1 < pcscd->cards)
            pcscd->ports[i + 1] = port + 1;
    }
    return port < PORT_LAST;
}

static bool file_copy(const char *from, const char *to)
{
    int source = open(from, O_RDONLY | O_CLOEXEC);
    int target = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);
    struct stat status;
    bool ok = source >= 0 && target >= 0 && fstat(source, &status) == 0;
    off_t left = ok ? status.st_size : 0;

    while (left > 0 && ok) {
        ssize_t sent = sendfile(target, source, NULL, (size_t)left);
        ok = sent > 0;
        left -= sent;
    }
    if (source >= 0)
        close(source);
    if (target >= 0)
        close(target);
    return ok;
}

/**
 * The library for a reader. The driver keeps its connections in one table for all readers, and so can serve
 * only one; loaded from another file it is another driver.
 */
static bool driver_for(const struct pcscd *pcscd, const char *driver, size_t reader, char ret[PATH_SIZE])
{
    if (reader == 0)
        return snprintf(ret, PATH_SIZE, "%s", driver) < PATH_SIZE;
    snprintf(ret, PATH_SIZE, "%.200s/driver-%zu.so", pcscd->directory, reader + 1);
    return file_copy(driver, ret);
}

static bool configuration_write(const struct pcscd *pcscd, const char *directory, const char *driver)
{
    char path[PATH_SIZE], name[PCSCD_NAME_MAX];
    bool ok = true;

    if (mkdir(directory, 0755) != 0 && errno != EEXIST)
        return false;
    snprintf(path, sizeof(path), "%.200s/readers", directory);
    FILE *file = fopen(path, "we");
    if (file == NULL)
        return false;
    for (size_t i = 0; i < pcscd->cards && ok; i += SLOTS_PER_READER) {
        friendly_name(pcscd, i / SLOTS_PER_READER, name);
        ok = driver_for(pcscd, driver, i / SLOTS_PER_READER, path);
        fprintf(file, "FRIENDLYNAME \"%s\"\nDEVICENAME /dev/null:0x%X\nLIBPATH %s\nCHANNELID 0x%X\n", name,
                pcscd->ports[i], path, pcscd->ports[i]);
    }
    return fclose(file) == 0 && ok;
}

static void daemon_exec(const struct pcscd *pcscd, const char *program, const char *directory, pid_t parent)
{
    char path[PATH_SIZE];
    /* Nothing of the caller's environment: what is preloaded or traced there is not meant for a daemon. */
    char *const environment[] = { NULL };
    sigset_t none;

    process_die_with(parent, SIGKILL);
    snprintf(path, sizeof(path), "%.200s/log", pcscd->directory);
    int log = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (log >= 0) {
        dup2(log, STDOUT_FILENO);
        dup2(log, STDERR_FILENO);
    }
    close_range(3, ~0u, 0);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execle(program, program, "--foreground", "--config", directory, (char *)NULL, environment);
    _exit(127);
}

bool pcscd_start(struct pcscd *pcscd)
{
    const char *program = file_find("ECP_VCARD_PCSCD", daemon_places);
    const char *driver = file_find("ECP_VCARD_DRIVER", driver_places);
    char directory[PATH_SIZE];
    pid_t parent = getpid();

    if (program == NULL) {
        say("the PC/SC daemon pcscd was not found: install it (Debian package pcscd) or name it in "
            "ECP_VCARD_PCSCD");
        return false;
    }
    if (driver == NULL) {
        say("the driver of the virtual reader, libifdvpcd.so, was not found: install it (Debian package "
            "vsmartcard-vpcd) or name it in ECP_VCARD_DRIVER");
        return false;
    }
    snprintf(directory, sizeof(directory), "%.200s/reader.conf.d", pcscd->directory);
    if (!ports_choose(pcscd) || !configuration_write(pcscd, directory, driver)) {
        say("cannot configure the PC/SC daemon in %s: %s", directory, strerror(errno));
        return false;
    }
    pcscd->pid = fork();
    if (pcscd->pid == 0)
        daemon_exec(pcscd, program, directory, parent);
    if (pcscd->pid < 0)
        say("cannot start %s: %s", program, strerror(errno));
    return pcscd->pid > 0;
}

void pcscd_stop(struct pcscd *pcscd)
{
    process_stop(&pcscd->pid, SIGTERM, STOP_GRACE_MS);
}

void pcscd_say_log(const struct pcscd *pcscd)
{
    char path[PATH_SIZE], text[800];

    snprintf(path, sizeof(path), "%.200s/log", pcscd->directory);
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return;
    if (fseek(file, -(long)(sizeof(text) - 1), SEEK_END) != 0)
        rewind(file);
    size_t size = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[size] = '\0';
    say("the daemon's last words: %s", size == 0 ? "none" : text);
}
