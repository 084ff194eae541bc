/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reader.c: what pcsc/reader.c makes of a real PC/SC service and of what happens to it.
 *
 *     reader            prints the names of the stories
 *     reader STORY      plays one, beside "ecp-vcard run"; ECP_BUILD tells where ecp-vcard is
 */
#include "pcsc/reader.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pcsc/iso7816.h"
#include "pcsc/pace.h"

/* A wait on another thread for what differs from now, and how it ended. */
struct background {
    struct reader_source *source;
    struct reader_state known[READERS_MAX];
    size_t count;
    pthread_t thread;
    atomic_bool begun;
    enum result result;
    int64_t end;
};

/* One story's world: the readers as last seen, and a channel. */
struct stage {
    struct reader_source *source;
    struct reader_state states[READERS_MAX];
    size_t count;
    struct channel *channel;
    struct background background;
    uint8_t raw[CHANNEL_ANSWER_MAX];
};

#define EXPECT(condition)                                                                                    \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            printf("line %d: not so: %s\n", __LINE__, #condition);                                           \
            exit(1);                                                                                         \
        }                                                                                                    \
    } while (0)

/* What another hand does to the card or the service. */
static void do_outside(const char *request)
{
    char command[1024];

    (void)snprintf(command, sizeof(command), "\"%s/ecp-vcard\" ctl %s >/dev/null", getenv("ECP_BUILD"),
                   request);
    EXPECT(system(command) == 0);
}

static enum result look(struct stage *stage)
{
    return stage->source->ops->list(stage->source, stage->states, READERS_MAX, &stage->count);
}

static void connect_first(struct stage *stage)
{
    EXPECT(look(stage) == RESULT_OK && stage->count > 0);
    EXPECT(stage->source->ops->connect(stage->source, stage->states[0].name, &stage->channel) == RESULT_OK);
}

static void disconnect(struct stage *stage)
{
    stage->channel->ops->close(stage->channel);
    stage->channel = NULL;
}

static enum result select_piv(struct stage *stage)
{
    struct apdu_link link = { .channel = stage->channel, .answer = stage->raw };

    return iso7816_select(&link, BYTES_LIT(0xA0, 0x00, 0x00, 0x03, 0x08), NULL);
}

/* A whole transaction with one SELECT. */
static enum result visit(struct stage *stage, bool *ret_reset)
{
    enum result result;

    TRY(stage->channel->ops->begin(stage->channel, ret_reset));
    result = select_piv(stage);
    stage->channel->ops->end(stage->channel);
    return result;
}

static enum result wait_ms(struct stage *stage, unsigned timeout)
{
    return stage->source->ops->wait(stage->source, stage->states, stage->count, timeout);
}

static void *background_run(void *argument)
{
    struct background *background = argument;

    atomic_store(&background->begun, true);
    background->result =
        background->source->ops->wait(background->source, background->known, background->count, 20000);
    background->end = pace_now();
    return NULL;
}

static void background_begin(struct stage *stage)
{
    struct background *background = &stage->background;

    background->source = stage->source;
    background->count = stage->count;
    memcpy(background->known, stage->states, sizeof(background->known));
    atomic_store(&background->begun, false);
    EXPECT(pthread_create(&background->thread, NULL, background_run, background) == 0);
}

static enum result background_end(struct stage *stage)
{
    struct background *background = &stage->background;

    EXPECT(pthread_join(background->thread, NULL) == 0);
    return background->result;
}

static void readers_are_listed_without_a_connection(struct stage *stage)
{
    EXPECT(look(stage) == RESULT_OK);
    EXPECT(stage->count >= 1);
    EXPECT(stage->states[0].present && stage->states[0].atr_size >= 2 && stage->states[0].atr[0] == 0x3B);
    EXPECT(!stage->states[0].exclusive && !stage->states[0].mute);
}

static void a_quiet_wait_takes_its_time_and_no_longer(struct stage *stage)
{
    int64_t begin = pace_now();

    EXPECT(look(stage) == RESULT_OK);
    EXPECT(wait_ms(stage, 700) == RESULT_TIMEOUT);
    EXPECT(pace_now() - begin >= 700 && pace_now() - begin < 2000);
    begin = pace_now();
    EXPECT(wait_ms(stage, 0) == RESULT_TIMEOUT);
    EXPECT(pace_now() - begin < 300);
}

static void use_by_anybody_is_no_event(struct stage *stage)
{
    bool reset;

    EXPECT(look(stage) == RESULT_OK);
    background_begin(stage);
    connect_first(stage);
    EXPECT(visit(stage, &reset) == RESULT_OK && !reset);
    do_outside("reset");
    do_outside("select-foreign");
    disconnect(stage);
    pace_sleep(700);
    stage->source->ops->interrupt(stage->source);
    EXPECT(background_end(stage) == RESULT_CANCELLED);
}

/* An interrupt DELAY milliseconds after a wait has begun ends it within a second. */
static bool interrupt_ends(struct stage *stage, unsigned delay)
{
    struct timespec limit;
    int64_t begin;
    bool ended;

    background_begin(stage);
    while (!atomic_load(&stage->background.begun))
        pace_sleep(1);
    pace_sleep(delay);
    begin = pace_now();
    stage->source->ops->interrupt(stage->source);
    EXPECT(clock_gettime(CLOCK_REALTIME, &limit) == 0);
    limit.tv_sec += 2;
    ended = pthread_timedjoin_np(stage->background.thread, NULL, &limit) == 0;
    if (!ended) {
        stage->source->ops->interrupt(stage->source);
        (void)background_end(stage);
    }
    EXPECT(stage->background.result == RESULT_CANCELLED);
    return ended && stage->background.end - begin < 1000;
}

static void an_interrupt_ends_a_wait_whenever_it_comes(struct stage *stage)
{
    EXPECT(look(stage) == RESULT_OK);
    /* Each a few times: a thread may be kept from its processor just before its wait is one. */
    for (unsigned delay = 1; delay <= 41; delay += 4)
        EXPECT(interrupt_ends(stage, delay) || interrupt_ends(stage, delay) || interrupt_ends(stage, delay));
    EXPECT(wait_ms(stage, 10) == RESULT_TIMEOUT);
}

static void a_card_that_came_or_went_is_noticed(struct stage *stage)
{
    uint32_t counter;

    EXPECT(look(stage) == RESULT_OK);
    counter = stage->states[0].counter;
    background_begin(stage);
    do_outside("remove");
    EXPECT(background_end(stage) == RESULT_OK);
    EXPECT(look(stage) == RESULT_OK && !stage->states[0].present && stage->states[0].counter != counter);
    EXPECT(stage->states[0].atr_size == 0);
    background_begin(stage);
    do_outside("insert");
    EXPECT(background_end(stage) == RESULT_OK);
    EXPECT(look(stage) == RESULT_OK && stage->states[0].present);
}

static void a_card_changed_between_look_and_wait_is_noticed(struct stage *stage)
{
    int64_t begin;

    EXPECT(look(stage) == RESULT_OK);
    do_outside("remove");
    do_outside("insert");
    begin = pace_now();
    EXPECT(wait_ms(stage, 20000) == RESULT_OK);
    EXPECT(pace_now() - begin < 1500);
    EXPECT(look(stage) == RESULT_OK);
    EXPECT(wait_ms(stage, 100) == RESULT_TIMEOUT);
}

static void a_reset_by_another_program_is_told_once(struct stage *stage)
{
    bool reset;

    connect_first(stage);
    EXPECT(visit(stage, &reset) == RESULT_OK && !reset);
    do_outside("reset");
    EXPECT(visit(stage, &reset) == RESULT_OK && reset);
    EXPECT(visit(stage, &reset) == RESULT_OK && !reset);
    disconnect(stage);
}

static void a_broken_exchange_is_told_at_the_next_begin(struct stage *stage)
{
    int64_t end = pace_now() + 5000;
    bool reset;

    connect_first(stage);
    EXPECT(visit(stage, &reset) == RESULT_OK);
    do_outside("blink");
    EXPECT(visit(stage, &reset) == RESULT_TRANSPORT);
    while (pace_now() < end && visit(stage, &reset) == RESULT_TRANSPORT)
        EXPECT(reset);
    EXPECT(reset);
    EXPECT(visit(stage, &reset) == RESULT_OK && !reset);
    disconnect(stage);
}

static void a_removal_inside_a_transaction_leaves_nobody_waiting(struct stage *stage)
{
    bool reset;

    connect_first(stage);
    EXPECT(stage->channel->ops->begin(stage->channel, &reset) == RESULT_OK);
    do_outside("remove");
    EXPECT(select_piv(stage) == RESULT_CARD_REMOVED);
    stage->channel->ops->end(stage->channel);
    EXPECT(visit(stage, &reset) == RESULT_CARD_REMOVED);
    do_outside("insert");
    {
        struct channel *forgotten = stage->channel;

        connect_first(stage);
        EXPECT(visit(stage, &reset) == RESULT_OK && !reset);
        EXPECT(forgotten->ops->begin(forgotten, &reset) == RESULT_CARD_REMOVED);
        forgotten->ops->close(forgotten);
    }
    disconnect(stage);
}

/* A child that takes the card, tells so, and dies inside its transaction. */
static pid_t hold_card_in_child(const char *name)
{
    struct reader_source *source;
    struct channel *channel;
    int told[2];
    char byte;
    bool reset;
    pid_t child;

    EXPECT(pipe(told) == 0);
    child = fork();
    if (child == 0) {
        if (reader_source_pcsc(&source) != RESULT_OK ||
            source->ops->connect(source, name, &channel) != RESULT_OK ||
            channel->ops->begin(channel, &reset) != RESULT_OK || write(told[1], "x", 1) != 1)
            _exit(1);
        pace_sleep(1000);
        _exit(0);
    }
    EXPECT(child > 0 && read(told[0], &byte, 1) == 1);
    (void)close(told[0]);
    (void)close(told[1]);
    return child;
}

static void a_listing_does_not_wait_for_a_card_in_use(struct stage *stage)
{
    int64_t begin;
    pid_t child;
    int status;
    bool reset;

    connect_first(stage);
    child = hold_card_in_child(stage->states[0].name);
    begin = pace_now();
    EXPECT(look(stage) == RESULT_OK && stage->states[0].present);
    EXPECT(wait_ms(stage, 0) == RESULT_TIMEOUT);
    EXPECT(pace_now() - begin < 500);
    EXPECT(visit(stage, &reset) == RESULT_OK && reset);
    EXPECT(pace_now() - begin > 500);
    EXPECT(waitpid(child, &status, 0) == child && status == 0);
    disconnect(stage);
}

static void a_forked_child_leaves_the_connection_alone(struct stage *stage)
{
    bool reset;
    int status;
    pid_t child;

    connect_first(stage);
    child = fork();
    if (child == 0) {
        stage->channel->forked = true;
        stage->channel->ops->close(stage->channel);
        stage->source->ops->close(stage->source, true);
        _exit(0);
    }
    EXPECT(waitpid(child, &status, 0) == child && status == 0);
    EXPECT(visit(stage, &reset) == RESULT_OK && !reset);
    disconnect(stage);
}

static void a_restart_of_the_service_costs_the_connection_only(struct stage *stage)
{
    bool reset;

    connect_first(stage);
    background_begin(stage);
    pace_sleep(200);
    do_outside("stop-daemon");
    EXPECT(background_end(stage) == RESULT_NO_SERVICE);
    EXPECT(look(stage) == RESULT_NO_SERVICE && stage->count == 0);
    EXPECT(select_piv(stage) == RESULT_TRANSPORT);
    EXPECT(visit(stage, &reset) == RESULT_NO_SERVICE);
    do_outside("start-daemon");
    EXPECT(look(stage) == RESULT_OK && stage->count > 0);
    EXPECT(visit(stage, &reset) == RESULT_NO_SERVICE);
    disconnect(stage);
    connect_first(stage);
    EXPECT(visit(stage, &reset) == RESULT_OK);
    disconnect(stage);
    do_outside("restart-daemon");
    EXPECT(look(stage) == RESULT_OK && stage->count > 0);
}

static void a_reader_without_keys_says_so(struct stage *stage)
{
    connect_first(stage);
    EXPECT(!pinpad_present(stage->channel));
    EXPECT(stage->channel->pinpad.asked);
    disconnect(stage);
}

static void where_there_is_no_card_there_is_no_connection(struct stage *stage)
{
    do_outside("remove");
    EXPECT(look(stage) == RESULT_OK);
    EXPECT(stage->source->ops->connect(stage->source, stage->states[0].name, &stage->channel) ==
           RESULT_CARD_REMOVED);
    EXPECT(stage->source->ops->connect(stage->source, "No such reader", &stage->channel) ==
           RESULT_READER_GONE);
}

struct story {
    const char *name;
    void (*play)(struct stage *stage);
};

#define STORY(name)                                                                                          \
    {                                                                                                        \
#name, name                                                                                          \
    }

static const struct story stories[] = {
    STORY(readers_are_listed_without_a_connection),
    STORY(a_quiet_wait_takes_its_time_and_no_longer),
    STORY(use_by_anybody_is_no_event),
    STORY(an_interrupt_ends_a_wait_whenever_it_comes),
    STORY(a_card_that_came_or_went_is_noticed),
    STORY(a_card_changed_between_look_and_wait_is_noticed),
    STORY(a_reset_by_another_program_is_told_once),
    STORY(a_broken_exchange_is_told_at_the_next_begin),
    STORY(a_removal_inside_a_transaction_leaves_nobody_waiting),
    STORY(a_listing_does_not_wait_for_a_card_in_use),
    STORY(a_forked_child_leaves_the_connection_alone),
    STORY(a_restart_of_the_service_costs_the_connection_only),
    STORY(a_reader_without_keys_says_so),
    STORY(where_there_is_no_card_there_is_no_connection),
};

static int play(const struct story *story)
{
    struct stage *stage = calloc(1, sizeof(*stage));

    EXPECT(stage && reader_source_pcsc(&stage->source) == RESULT_OK);
    story->play(stage);
    stage->source->ops->close(stage->source, false);
    free(stage);
    printf("ok - %s\n", story->name);
    return 0;
}

int main(int argc, char **argv)
{
    for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
        if (argc < 2)
            printf("%s\n", stories[i].name);
        else if (strcmp(argv[1], stories[i].name) == 0)
            return play(&stories[i]);
    }
    return argc < 2 ? 0 : 2;
}
