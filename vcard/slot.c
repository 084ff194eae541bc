/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/slot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "vcard/control.h"
#include "vcard/process.h"
#include "vcard/say.h"
#include "vcard/store.h"

/** Attempts to reach a reader: first quickly, because it is just being started; then it may take its time. */
#define RETRY_QUICK_MS 1
#define RETRY_QUICK_TIMES 500
#define RETRY_SLOW_MS 50

/** A card is given so long to finish its command when everything ends. */
#define STOP_GRACE_MS 3000

/** Status words of the wire itself: the memory failed; no precise diagnosis. */
static const uint8_t sw_memory_failure[] = { 0x65, 0x81 };
static const uint8_t sw_unknown_error[] = { 0x6F, 0x00 };

static void slot_memory_make(struct slot *slot)
{
    slot->vpcd = calloc(1, sizeof(*slot->vpcd));
    slot->response = malloc(VCARD_RESPONSE_MAX);
    slot->memory = malloc(STORE_MAX);
    slot->faults = calloc(1, sizeof(*slot->faults));
    if (slot->vpcd == NULL || slot->response == NULL || slot->memory == NULL || slot->faults == NULL) {
        say("there is no memory for a card");
        exit(EXIT_FAILURE);
    }
    slot->vpcd->fd = -1;
}

/** Stores the memory. */
static bool slot_store(struct slot *slot)
{
    struct buf out = buf_make(slot->memory, STORE_MAX);
    enum result result = slot->card->family->save(slot->card, &out);

    if (result == RESULT_OK)
        result = buf_check(&out);
    if (result == RESULT_OK)
        result = store_write(slot->state_path, buf_bytes(&out));
    if (result != RESULT_OK)
        say("cannot store the card's memory in %s: %s", slot->state_path,
            result == RESULT_INTERNAL ? strerror(errno) : "it is too large");
    return result == RESULT_OK;
}

static bool slot_load(struct slot *slot, const char *name)
{
    struct buf saved = buf_make(slot->memory, STORE_MAX);
    enum result result = store_read(slot->state_path, &saved);

    /* A fresh card is stored at once: it may have a number of its own, by which it is to be known again. */
    if (result == RESULT_NOT_FOUND)
        return slot_store(slot);
    if (result == RESULT_OK)
        result = slot->card->family->load(slot->card, buf_bytes(&saved));
    else if (result == RESULT_INTERNAL)
        say("cannot read %s: %s", slot->state_path, strerror(errno));
    if (result == RESULT_MALFORMED || result == RESULT_TOO_LARGE)
        say("%s does not hold the memory of a card \"%s\"; name another file, or remove this one to begin "
            "with a "
            "fresh card",
            slot->state_path, name);
    return result == RESULT_OK;
}

static void families_say(const char *name)
{
    char text[512] = "";
    size_t used = 0;

    for (size_t i = 0; vcard_families[i] != NULL; i++) {
        const struct vcard_family *family = vcard_families[i];
        for (size_t j = 0; family->profiles[j] != NULL && used < sizeof(text); j++) {
            const char *profile = family->profiles[j];
            int put = snprintf(text + used, sizeof(text) - used, " %s%s%s", family->name,
                               profile[0] == '\0' ? "" : ":", profile);
            used += put > 0 ? (size_t)put : 0;
        }
    }
    say("there is no card \"%s\"; there are:%s", name, text);
}

bool slot_make(struct slot *slot, const char *name, const char *state_path, const char *trace_path)
{
    memset(slot, 0, sizeof(*slot));
    slot->pid = -1;
    slot->control = -1;
    slot->trace = -1;
    slot_memory_make(slot);
    enum result result = vcard_create(name, &slot->card);
    if (result != RESULT_OK) {
        slot->card = NULL;
        if (result == RESULT_NOT_FOUND)
            families_say(name);
        else
            say("the card \"%s\" could not be made (result %d)", name, (int)result);
        return false;
    }
    slot->state_path = state_path == NULL ? NULL : strdup(state_path);
    slot->trace_path = trace_path == NULL ? NULL : strdup(trace_path);
    if (trace_path != NULL) {
        int fd = open(trace_path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        if (fd < 0) {
            say("cannot write the trace %s: %s", trace_path, strerror(errno));
            return false;
        }
        close(fd);
    }
    return state_path == NULL || slot_load(slot, name);
}

void slot_free(struct slot *slot)
{
    vcard_destroy(&slot->card);
    free(slot->state_path);
    free(slot->trace_path);
    free(slot->vpcd);
    free(slot->response);
    free(slot->memory);
    free(slot->faults);
    memset(slot, 0, sizeof(*slot));
}

/** Takes the card out of the reader, which cuts its power. */
static void slot_disconnect(struct slot *slot)
{
    vpcd_close(slot->vpcd);
    slot->card->family->reset(slot->card);
    slot->attempts = 0;
}

/** As slot_disconnect(); the card stays away FOR_GOOD, or returns before the reader has missed it. */
static void slot_part(struct slot *slot, bool for_good)
{
    slot_disconnect(slot);
    slot->inserted = slot->inserted && !for_good;
}

/** Stores the memory if it has changed. */
static bool slot_save(struct slot *slot)
{
    unsigned changes = slot->card->family->changes(slot->card);

    if (slot->state_path == NULL || changes == slot->saved)
        return true;
    if (!slot_store(slot))
        return false;
    slot->saved = changes;
    return true;
}

/** Executes COMMAND. What changed is stored before anybody hears of it: an answer is a promise. */
static void slot_execute(struct slot *slot, struct bytes command, struct buf *response)
{
    slot->card->family->respond(slot->card, command, response);
    if (!slot_save(slot)) {
        buf_clear(response);
        buf_add(response, BYTES_OF(sw_memory_failure));
    } else if (response->overflow || response->size > VPCD_MESSAGE_MAX) {
        buf_clear(response);
        buf_add(response, BYTES_OF(sw_unknown_error));
    }
}

static void latency_pass(unsigned milliseconds)
{
    struct timespec left = { milliseconds / 1000, (long)(milliseconds % 1000) * 1000000 };

    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

static void slot_command(struct slot *slot, struct bytes command)
{
    struct fault fault;
    struct buf response = buf_make(slot->response, VCARD_RESPONSE_MAX);

    fault_next(slot->faults, &fault);
    if (fault.kind == FAULT_DROP || fault.kind == FAULT_LOSE) {
        slot_part(slot, fault.kind == FAULT_DROP);
        return;
    }
    if (fault.kind == FAULT_ANSWER) {
        buf_add(&response, bytes_make(fault.answer, fault.answer_size));
    } else if (fault.kind == FAULT_FILL) {
        buf_add_fill(&response, 0, fault.fill);
        buf_add(&response, BYTES_LIT(0x90, 0x00));
    } else {
        slot_execute(slot, command, &response);
    }
    count_add(slot->count, command.size, response.size);
    if (slot->trace >= 0) {
        trace_command(slot->trace, command);
        trace_response(slot->trace, buf_bytes(&response));
    }
    if (fault.kind == FAULT_DROP_AFTER || fault.kind == FAULT_LOSE_AFTER) {
        slot_part(slot, fault.kind == FAULT_DROP_AFTER);
        return;
    }
    latency_pass(slot->latency_ms);
    if (vpcd_send(slot->vpcd, buf_bytes(&response)) != RESULT_OK)
        slot_disconnect(slot);
}

/** Serves one message of the reader. */
static void slot_serve(struct slot *slot)
{
    enum vpcd_order order;
    struct bytes command;
    enum result result = vpcd_receive(slot->vpcd, &order, &command);

    if (result != RESULT_OK) {
        slot_disconnect(slot);
        return;
    }
    switch (order) {
    case VPCD_POWER_OFF:
    case VPCD_POWER_ON:
    case VPCD_RESET:
        slot->card->family->reset(slot->card);
        break;
    case VPCD_ATR:
        if (vpcd_send(slot->vpcd, slot->card->family->atr(slot->card)) != RESULT_OK)
            slot_disconnect(slot);
        break;
    case VPCD_COMMAND:
        slot_command(slot, command);
        break;
    case VPCD_UNKNOWN:
        break;
    }
}

/** Another application of the card is selected, as another program would do it, but nobody counts it. */
static void slot_select_foreign(struct slot *slot)
{
    static const uint8_t select[] = { 0x00, 0xA4, 0x04, 0x00, 0x07, 0xA0, 0x00,
                                      0x00, 0x05, 0x27, 0x21, 0x01, 0x00 };
    struct buf response = buf_make(slot->response, VCARD_RESPONSE_MAX);

    slot->card->family->respond(slot->card, BYTES_OF(select), &response);
}

static const char *slot_fault(struct slot *slot, const char *text)
{
    struct fault fault;

    if (strcmp(text, "off") == 0) {
        fault_clear(slot->faults);
        return "ok";
    }
    if (fault_parse(text, &fault) != RESULT_OK)
        return "error a fault is: [after=K] [times=N] sw=XXXX|answer=HEX|fill=N|drop|drop-after|"
               "lose|lose-after, or: off";
    if (fault_add(slot->faults, &fault) != RESULT_OK)
        return "error too many faults are waiting";
    return "ok";
}

static const char *slot_latency(struct slot *slot, const char *text)
{
    char *end = NULL;
    unsigned long milliseconds = strtoul(text, &end, 10);

    if (end == text || *end != '\0' || milliseconds > LATENCY_MAX_MS)
        return "error a latency is a number of milliseconds";
    slot->latency_ms = (unsigned)milliseconds;
    return "ok";
}

/** Carries out one request of the parent and returns the reply. */
static const char *slot_obey(struct slot *slot, const char *request)
{
    if (strcmp(request, "detach") == 0) {
        slot_part(slot, true);
        return "ok";
    }
    if (strncmp(request, "attach ", 7) == 0) {
        slot->port = (unsigned)strtoul(request + 7, NULL, 10);
        slot->inserted = true;
        slot->attempts = 0;
        return "ok";
    }
    if (strcmp(request, "blink") == 0) {
        slot_part(slot, false);
        return "ok";
    }
    if (strcmp(request, "state") == 0)
        return slot->inserted ? "ok in" : "ok out";
    if (strcmp(request, "select-foreign") == 0) {
        slot_select_foreign(slot);
        return "ok";
    }
    if (strncmp(request, "latency ", 8) == 0)
        return slot_latency(slot, request + 8);
    if (strcmp(request, "off") == 0)
        return slot_fault(slot, "off");
    if (strncmp(request, "fault ", 6) == 0)
        return slot_fault(slot, request + 6);
    return "error there is no such request; see ecp-vcard(1)";
}

/** One turn of the process: a message of the reader, or a request of the parent. False when the parent is
 * done. */
static bool slot_turn(struct slot *slot)
{
    char request[CONTROL_MAX];
    struct pollfd ready[2] = { { .fd = slot->control, .events = POLLIN }, { .fd = -1, .events = POLLIN } };
    int pause = -1;

    if (slot->inserted && slot->vpcd->fd < 0 &&
        vpcd_connect(slot->vpcd, slot->host, slot->port) != RESULT_OK) {
        pause = slot->attempts < RETRY_QUICK_TIMES ? RETRY_QUICK_MS : RETRY_SLOW_MS;
        slot->attempts++;
    }
    ready[1].fd = slot->vpcd->fd;
    if (poll(ready, 2, pause) < 0)
        return errno == EINTR;
    if (ready[0].revents != 0) {
        if (!control_receive(slot->control, request) || strcmp(request, "quit") == 0)
            return false;
        return control_send(slot->control, slot_obey(slot, request));
    }
    if (ready[1].revents != 0) {
        slot_serve(slot);
    }
    return true;
}

static void slot_live(struct slot *slot)
{
    if (slot->trace_path != NULL)
        slot->trace = open(slot->trace_path, O_WRONLY | O_APPEND | O_CLOEXEC);
    slot->saved = slot->card->family->changes(slot->card);
    while (slot_turn(slot))
        continue;
    vpcd_close(slot->vpcd);
}

bool slot_start(struct slot *slot, bool inserted)
{
    int pair[2];
    pid_t parent = getpid();

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    slot->pid = fork();
    if (slot->pid == 0) {
        process_die_with(parent, SIGKILL);
        close(pair[0]);
        slot->control = pair[1];
        slot->inserted = inserted;
        slot_live(slot);
        _exit(EXIT_SUCCESS);
    }
    close(pair[1]);
    slot->control = pair[0];
    return slot->pid > 0;
}

void slot_stop(struct slot *slot)
{
    int status;

    /* Closing alone is no sign: the processes of other slots have inherited this end. */
    if (slot->control >= 0) {
        (void)control_send(slot->control, "quit");
        close(slot->control);
    }
    slot->control = -1;
    if (slot->pid > 0 && process_wait(slot->pid, STOP_GRACE_MS, &status))
        slot->pid = -1;
    process_stop(&slot->pid, SIGKILL, 0);
}
