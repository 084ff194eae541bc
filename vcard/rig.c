/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/rig.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vcard/process.h"
#include "vcard/say.h"

/** How long the daemon may take to start and to see a card. */
#define READY_LIMIT_MS 10000

/** How long a card may compute before a request to it is given up; RSA-4096 keys take their time. */
#define CARD_LIMIT_MS 60000

/** A reset waits for the end of another program's transaction, but not for ever. */
#define RESET_LIMIT_MS 10000

/** The client is given this much more than it was told, to report that nothing happened. */
#define REPLY_MARGIN_MS 2000

bool rig_make(struct rig *rig, const struct options *options, bool has_daemon)
{
    bool ok = true;

    memset(rig, 0, sizeof(*rig));
    rig->options = options;
    rig->has_daemon = has_daemon;
    rig->hold = (struct hold){ .pid = -1, .fd = -1 };
    rig->pcscd =
        (struct pcscd){ .reader_name = options->reader_name, .cards = options->card_count, .pid = -1 };
    rig->signals = -1;
    rig->listener = -1;
    rig->counts = mmap(NULL, options->card_count * sizeof(*rig->counts), PROT_READ | PROT_WRITE,
                       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (rig->counts == MAP_FAILED) {
        rig->counts = NULL;
        say("there is no memory for the counters");
        return false;
    }
    for (size_t i = 0; i < options->card_count && ok; i++) {
        char *state = options_path(options->state, i), *trace = options_path(options->trace, i);
        struct slot *slot = &rig->slots[i];
        ok = slot_make(slot, options->cards[i], state, trace);
        slot->count = &rig->counts[i];
        slot->host = options->host;
        slot->port = options->port + (unsigned)i;
        slot->latency_ms = options->latency_ms;
        free(state);
        free(trace);
    }
    return ok;
}

void rig_free(struct rig *rig)
{
    for (size_t i = 0; i < rig->options->card_count; i++)
        slot_free(&rig->slots[i]);
    if (rig->counts != NULL)
        munmap(rig->counts, rig->options->card_count * sizeof(*rig->counts));
    rig->counts = NULL;
}

/** Looks which child has ended, and whether it was allowed to. */
static void rig_look_after(struct rig *rig)
{
    int status;

    if (rig->pcscd.pid > 0 && process_wait(rig->pcscd.pid, 0, &status)) {
        rig->pcscd.pid = -1;
        rig->broken = true;
        say("the PC/SC daemon ended unexpectedly");
        pcscd_say_log(&rig->pcscd);
    }
    if (rig->hold.pid > 0 && process_wait(rig->hold.pid, 0, &status)) {
        rig->hold.pid = -1;
        hold_stop(&rig->hold);
    }
    for (size_t i = 0; i < rig->options->card_count; i++) {
        if (rig->slots[i].pid > 0 && process_wait(rig->slots[i].pid, 0, &status)) {
            rig->slots[i].pid = -1;
            rig->broken = true;
            say("card %zu ended unexpectedly", i + 1);
        }
    }
}

static void rig_take_signal(struct rig *rig)
{
    struct signalfd_siginfo info;

    if (read(rig->signals, &info, sizeof(info)) != (ssize_t)sizeof(info))
        return;
    if (info.ssi_signo == SIGCHLD)
        rig_look_after(rig);
    else
        rig->stopping = true;
}

/** Waits until FD can be read. False after MILLISECONDS (-1: never), or when the rig is to stop or is broken.
 */
static bool rig_wait(struct rig *rig, int fd, int milliseconds)
{
    struct pollfd ready[2] = { { .fd = rig->signals, .events = POLLIN }, { .fd = fd, .events = POLLIN } };
    long long limit = process_clock() + milliseconds;

    rig->broken = false;
    while (!rig->stopping && !rig->broken) {
        long long left = milliseconds < 0 ? -1 : limit - process_clock();
        if (milliseconds >= 0 && left < 0)
            return false;
        ready[0].revents = ready[1].revents = 0;
        if (poll(ready, 2, (int)left) < 0 && errno != EINTR)
            return false;
        if (ready[0].revents != 0)
            rig_take_signal(rig);
        else if (ready[1].revents != 0)
            return true;
    }
    return false;
}

/** Has the client carry out WISH. False, with the reason in REPLY, if it did not. */
static bool rig_hold(struct rig *rig, enum hold_wish wish, size_t index, int milliseconds, char *reply)
{
    static const char *const wishes[] = { "a card in the reader", "the reader without a card", "a reset" };
    long error = 0;

    if (rig->hold.pid > 0 && hold_ask(&rig->hold, wish, index, milliseconds) &&
        rig_wait(rig, rig->hold.fd, milliseconds + REPLY_MARGIN_MS) && hold_reply(&rig->hold, &error)) {
        if (error == 0)
            return true;
        snprintf(reply, CONTROL_MAX, "error the PC/SC service did not report %s within %d s (%08lX)",
                 wishes[wish], milliseconds / 1000, (unsigned long)error & 0xFFFFFFFFul);
        return false;
    }
    snprintf(reply, CONTROL_MAX, "error the PC/SC service did not carry out %s", wishes[wish]);
    /* It may be stuck behind another program's transaction: begin again with a fresh one. */
    if (rig->pcscd.pid > 0 && !rig->stopping) {
        hold_stop(&rig->hold);
        (void)hold_start(&rig->hold, &rig->pcscd, rig->options->count != NULL);
    }
    return false;
}

/** Passes REQUEST to a card. True if the reply is "ok". */
static bool rig_tell(struct rig *rig, size_t index, const char *request, char *reply)
{
    const struct slot *slot = &rig->slots[index];

    if (slot->pid > 0 && control_send(slot->control, request) &&
        rig_wait(rig, slot->control, CARD_LIMIT_MS) && control_receive(slot->control, reply))
        return control_is_ok(reply);
    snprintf(reply, CONTROL_MAX, "error card %zu does not answer", index + 1);
    return false;
}

static bool rig_is_inserted(struct rig *rig, size_t index, char *reply)
{
    return rig_tell(rig, index, "state", reply) && strcmp(control_text(reply), "in") == 0;
}

static bool rig_attach(struct rig *rig, size_t index, char *reply)
{
    char request[32];

    snprintf(request, sizeof(request), "attach %u",
             rig->has_daemon ? rig->pcscd.ports[index] : rig->slots[index].port);
    return rig_tell(rig, index, request, reply);
}

/** Waits until the reader of a card is seen in the state that WISH says, if a daemon of our own runs. */
static bool rig_see(struct rig *rig, enum hold_wish wish, size_t index, char *reply)
{
    return rig->pcscd.pid <= 0 || rig_hold(rig, wish, index, READY_LIMIT_MS, reply);
}

static void rig_remove(struct rig *rig, size_t index, char *reply)
{
    if (rig_tell(rig, index, "detach", reply) && rig_see(rig, HOLD_WAIT_EMPTY, index, reply))
        strcpy(reply, "ok");
}

static void rig_insert(struct rig *rig, size_t index, char *reply)
{
    if (rig_is_inserted(rig, index, reply)) {
        strcpy(reply, "ok");
        return;
    }
    /* A card that a fault has pulled out is perhaps not missed yet; if it came back now nobody would notice.
     */
    if (control_is_ok(reply) && rig_see(rig, HOLD_WAIT_EMPTY, index, reply) &&
        rig_attach(rig, index, reply) && rig_see(rig, HOLD_WAIT_PRESENT, index, reply))
        strcpy(reply, "ok");
}

static void rig_reset(struct rig *rig, size_t index, char *reply)
{
    if (rig->pcscd.pid <= 0)
        strcpy(reply, "error a reset needs the daemon of \"run\", running");
    else if (rig_hold(rig, HOLD_RESET, index, RESET_LIMIT_MS, reply))
        strcpy(reply, "ok");
}

/** Starts the daemon. The cards that were in the reader when it stopped, FRESH: all cards, are put in. */
static bool rig_start_daemon(struct rig *rig, bool fresh, char *reply)
{
    bool in[PCSCD_CARDS_MAX] = { false };

    if (rig->pcscd.pid > 0)
        return true;
    strcpy(reply, "error the PC/SC daemon did not start");
    if (!pcscd_start(&rig->pcscd) || !hold_start(&rig->hold, &rig->pcscd, rig->options->count != NULL))
        return false;
    for (size_t i = 0; i < rig->options->card_count; i++) {
        in[i] = fresh || rig_is_inserted(rig, i, reply);
        if (in[i] && !rig_attach(rig, i, reply))
            return false;
    }
    for (size_t i = 0; i < rig->options->card_count; i++) {
        if (!rig_see(rig, in[i] ? HOLD_WAIT_PRESENT : HOLD_WAIT_EMPTY, i, reply))
            return false;
    }
    return true;
}

static void rig_stop_daemon(struct rig *rig)
{
    hold_stop(&rig->hold);
    pcscd_stop(&rig->pcscd);
}

/** Carries out a request about the daemon. */
static void rig_obey_daemon(struct rig *rig, const char *verb, char *reply)
{
    if (!rig->has_daemon) {
        strcpy(reply, "error there is no PC/SC daemon of our own");
        return;
    }
    if (strcmp(verb, "start-daemon") != 0)
        rig_stop_daemon(rig);
    if (strcmp(verb, "stop-daemon") == 0 || rig_start_daemon(rig, false, reply))
        strcpy(reply, "ok");
}

static void rig_count_show(struct rig *rig, char *reply)
{
    char line[COUNT_LINE_MAX];

    count_line(rig->counts, rig->options->card_count, line);
    snprintf(reply, CONTROL_MAX, "ok %s", line);
}

static void rig_count_reset(struct rig *rig, char *reply)
{
    for (size_t i = 0; i < rig->options->card_count; i++)
        count_reset(&rig->counts[i]);
    strcpy(reply, "ok");
}

void rig_obey(struct rig *rig, const char *request, char reply[CONTROL_MAX])
{
    char *verb = NULL;
    unsigned long card = strtoul(request, &verb, 10);

    verb += *verb == ' ';
    if (card < 1 || card > rig->options->card_count)
        snprintf(reply, CONTROL_MAX, "error there is no card %lu, there are %zu", card,
                 rig->options->card_count);
    else if (strcmp(verb, "remove") == 0)
        rig_remove(rig, card - 1, reply);
    else if (strcmp(verb, "insert") == 0)
        rig_insert(rig, card - 1, reply);
    else if (strcmp(verb, "reset") == 0)
        rig_reset(rig, card - 1, reply);
    else if (strcmp(verb, "count") == 0)
        rig_count_show(rig, reply);
    else if (strcmp(verb, "count-reset") == 0)
        rig_count_reset(rig, reply);
    else if (strstr(verb, "-daemon") != NULL)
        rig_obey_daemon(rig, verb, reply);
    else
        (void)rig_tell(rig, card - 1, verb, reply);
}

/** Takes one request from whoever calls. */
static void rig_answer(struct rig *rig)
{
    char request[CONTROL_MAX], *reply = calloc(1, CONTROL_MAX);
    int caller = accept4(rig->listener, NULL, NULL, SOCK_CLOEXEC);

    if (reply != NULL && caller >= 0 && rig_wait(rig, caller, READY_LIMIT_MS) &&
        control_receive(caller, request)) {
        rig_obey(rig, request, reply);
        (void)control_send(caller, reply);
    }
    free(reply);
    if (caller >= 0)
        close(caller);
}

static bool rig_start(struct rig *rig, const char *directory, const char *socket)
{
    char reply[CONTROL_MAX];
    sigset_t signals;

    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGHUP);
    sigaddset(&signals, SIGCHLD);
    rig->signals = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
    if (socket != NULL)
        rig->listener = control_listen(socket);
    if (rig->signals < 0 || (socket != NULL && rig->listener < 0)) {
        say("cannot make the socket %s: %s", socket == NULL ? "" : socket, strerror(errno));
        return false;
    }
    rig->pcscd.directory = directory;
    for (size_t i = 0; i < rig->options->card_count; i++) {
        if (!slot_start(&rig->slots[i], !rig->has_daemon)) {
            say("cannot start card %zu: %s", i + 1, strerror(errno));
            return false;
        }
    }
    if (!rig->has_daemon || rig_start_daemon(rig, true, reply))
        return true;
    if (!rig->stopping) {
        say("%s", control_text(reply));
        pcscd_say_log(&rig->pcscd);
    }
    return false;
}

static bool rig_stop(struct rig *rig)
{
    bool ok = true;

    for (size_t i = 0; i < rig->options->card_count; i++)
        slot_stop(&rig->slots[i]);
    /* The daemon's files vanish with it; it need not take leave of its readers. */
    hold_stop(&rig->hold);
    process_stop(&rig->pcscd.pid, SIGKILL, 0);
    if (rig->options->count != NULL &&
        count_write(rig->counts, rig->options->card_count, rig->options->count) != RESULT_OK) {
        say("cannot write %s: %s", rig->options->count, strerror(errno));
        ok = false;
    }
    if (rig->listener >= 0)
        close(rig->listener);
    if (rig->signals >= 0)
        close(rig->signals);
    return ok;
}

bool rig_run(struct rig *rig, const char *directory, const char *socket, int ready)
{
    bool ok = rig_start(rig, directory, socket);

    if (ok && ready >= 0)
        ok = write(ready, "R", 1) == 1;
    while (ok && !rig->stopping) {
        if (rig_wait(rig, rig->listener, -1))
            rig_answer(rig);
    }
    return rig_stop(rig) && ok;
}
