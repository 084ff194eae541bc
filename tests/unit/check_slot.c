/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/unit.h"

#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vcard/control.h"
#include "vcard/slot.h"
#include "vcard/store.h"

#define TEXT_MAX 128

/** A card in its process, and the reader's end of the wire. */
struct bench {
    struct slot slot;
    struct count *count; /**< shared with the card's process */
    int listener;
    int reader;
};

static void bench_accept(struct bench *bench)
{
    bench->reader = accept(bench->listener, NULL, NULL);
    ck_assert_int_ge(bench->reader, 0);
}

static struct bench *bench_make(const char *card, const char *state)
{
    struct bench *bench = calloc(1, sizeof(*bench));
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof(address);

    bench->listener = socket(AF_INET, SOCK_STREAM, 0);
    ck_assert_int_eq(bind(bench->listener, (const struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(listen(bench->listener, 1), 0);
    ck_assert_int_eq(getsockname(bench->listener, (struct sockaddr *)&address, &size), 0);
    ck_assert(slot_make(&bench->slot, card, state, NULL));
    bench->count =
        mmap(NULL, sizeof(*bench->count), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(bench->count, MAP_FAILED);
    bench->slot.count = bench->count;
    bench->slot.host = "127.0.0.1";
    bench->slot.port = ntohs(address.sin_port);
    ck_assert(slot_start(&bench->slot));
    bench_accept(bench);
    return bench;
}

static void bench_free(struct bench *bench)
{
    slot_stop(&bench->slot);
    slot_free(&bench->slot);
    munmap(bench->count, sizeof(*bench->count));
    close(bench->reader);
    close(bench->listener);
    free(bench);
}

/** Sends a message and returns the size of what comes back, 0 if the card goes. */
static size_t bench_ask(const struct bench *bench, struct bytes message, uint8_t *answer, size_t capacity)
{
    uint8_t head[2] = { 0, (uint8_t)message.size };

    ck_assert_int_eq(send(bench->reader, head, 2, MSG_NOSIGNAL), 2);
    ck_assert_int_eq(send(bench->reader, message.data, message.size, MSG_NOSIGNAL), (ssize_t)message.size);
    if (recv(bench->reader, head, 2, MSG_WAITALL) != 2)
        return 0;
    size_t size = (size_t)head[0] << 8 | head[1];
    ck_assert_uint_le(size, capacity);
    ck_assert_int_eq(recv(bench->reader, answer, size, MSG_WAITALL), (ssize_t)size);
    return size;
}

static void assert_answer(const struct bench *bench, struct bytes message, struct bytes expected)
{
    uint8_t answer[512];
    size_t size = bench_ask(bench, message, answer, sizeof(answer));

    assert_bytes(bytes_make(answer, size), expected);
}

/** True if the card has closed the connection. */
static bool bench_is_left(const struct bench *bench)
{
    uint8_t byte;

    return recv(bench->reader, &byte, 1, 0) <= 0;
}

static void assert_reply(const struct bench *bench, const char *request, const char *expected)
{
    char reply[CONTROL_MAX];

    ck_assert(control_send(bench->slot.control, request));
    ck_assert(control_receive(bench->slot.control, reply));
    ck_assert_str_eq(reply, expected);
}

#define SELECT_PIV BYTES_LIT(0x00, 0xA4, 0x04, 0x00, 0x05, 0xA0, 0x00, 0x00, 0x03, 0x08)
#define PIN_STATUS BYTES_LIT(0x00, 0x20, 0x00, 0x80)

/** Puts what SELECT answers into ANSWER; it depends on the card alone. */
static struct bytes select_piv(const struct bench *bench, uint8_t *answer, size_t capacity)
{
    return bytes_make(answer, bench_ask(bench, SELECT_PIV, answer, capacity));
}

START_TEST(test_card_answers_to_its_reader_and_counts)
{
    struct bench *bench = bench_make("piv", NULL);
    uint8_t answer[256];

    ck_assert_uint_gt(bench_ask(bench, BYTES_LIT(4), answer, sizeof(answer)), 2);
    ck_assert_uint_eq(answer[0], 0x3B);
    struct bytes selected = select_piv(bench, answer, sizeof(answer));
    ck_assert_uint_gt(selected.size, 2);
    ck_assert_uint_eq(selected.data[selected.size - 2], 0x90);
    ck_assert_uint_eq(bench->count->apdus, 1); /* the answer to reset is none */
    ck_assert_uint_eq(bench->count->sent, 10);
    ck_assert_uint_eq(bench->count->received, selected.size);
    bench_free(bench);
}
END_TEST

START_TEST(test_card_that_is_taken_out_is_gone_until_it_is_put_back)
{
    struct bench *bench = bench_make("piv", NULL);
    char request[TEXT_MAX];

    assert_reply(bench, "state", "ok in");
    assert_reply(bench, "detach", "ok");
    ck_assert(bench_is_left(bench));
    close(bench->reader);
    assert_reply(bench, "state", "ok out");
    snprintf(request, sizeof(request), "attach %u", bench->slot.port);
    assert_reply(bench, request, "ok");
    bench_accept(bench);
    assert_reply(bench, "state", "ok in");
    bench_free(bench);
}
END_TEST

START_TEST(test_card_comes_back_to_a_reader_that_was_away)
{
    struct bench *bench = bench_make("piv", NULL);
    uint8_t answer[256];

    close(bench->reader);
    bench_accept(bench);
    ck_assert_uint_gt(bench_ask(bench, BYTES_LIT(4), answer, sizeof(answer)), 2);
    bench_free(bench);
}
END_TEST

START_TEST(test_faults_answer_in_the_place_of_the_card)
{
    struct bench *bench = bench_make("piv", NULL);
    uint8_t answer[256];
    struct bytes selected = select_piv(bench, answer, sizeof(answer));

    assert_reply(bench, "fault after=2 sw=6F00", "ok");
    assert_reply(bench, "fault after=3 fill=3", "ok");
    assert_answer(bench, SELECT_PIV, selected);
    assert_answer(bench, SELECT_PIV, BYTES_LIT(0x6F, 0x00));
    assert_answer(bench, SELECT_PIV, BYTES_LIT(0, 0, 0, 0x90, 0x00));
    assert_answer(bench, SELECT_PIV, selected);
    bench_free(bench);
}
END_TEST

START_TEST(test_faults_break_the_connection_and_drop_keeps_it_broken)
{
    struct bench *bench = bench_make("piv", NULL);
    uint8_t answer[256];

    assert_reply(bench, "fault lose", "ok");
    ck_assert_uint_eq(bench_ask(bench, SELECT_PIV, answer, sizeof(answer)), 0);
    close(bench->reader);
    bench_accept(bench); /* it is back by itself */
    assert_reply(bench, "fault drop", "ok");
    ck_assert_uint_eq(bench_ask(bench, SELECT_PIV, answer, sizeof(answer)), 0);
    assert_reply(bench, "state", "ok out");
    bench_free(bench);
}
END_TEST

START_TEST(test_reset_and_foreign_select_end_the_session)
{
    struct bench *bench = bench_make("piv", NULL);
    uint8_t answer[256], without[256];
    struct bytes selected = select_piv(bench, answer, sizeof(answer));
    struct bytes status = bytes_make(without, bench_ask(bench, PIN_STATUS, without, sizeof(without)));

    ck_assert_uint_gt(selected.size, 2);
    assert_bytes(bytes_slice(status, 0, 1), BYTES_LIT(0x63)); /* tries left */
    assert_reply(bench, "select-foreign", "ok");
    ck_assert_uint_eq(bench_ask(bench, PIN_STATUS, answer, sizeof(answer)), 2);
    ck_assert_uint_ne(answer[0], 0x63);
    bench_free(bench);
}
END_TEST

START_TEST(test_memory_is_stored_before_the_answer_and_loaded_again)
{
    static const uint8_t wrong_pin[] = { 0, 0x20, 0, 0x80, 8, '9', '9', '9', '9', '9', '9', 0xFF, 0xFF };
    char directory[] = "/tmp/check_slot.XXXXXX", path[64];
    uint8_t answer[256], before[256];
    uint8_t *memory = malloc(2 * STORE_MAX);
    struct buf old = buf_make(memory, STORE_MAX), new = buf_make(memory + STORE_MAX, STORE_MAX);

    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/card", directory);
    struct bench *bench = bench_make("piv", path);
    assert_ok(store_read(path, &old)); /* a fresh card is there at once */
    (void)select_piv(bench, answer, sizeof(answer));
    struct bytes refused = bytes_make(before, bench_ask(bench, BYTES_OF(wrong_pin), before, sizeof(before)));
    assert_bytes(bytes_slice(refused, 0, 1), BYTES_LIT(0x63));
    assert_ok(store_read(path, &new));
    ck_assert(!bytes_equal(buf_bytes(&old), buf_bytes(&new)));
    bench_free(bench);
    bench = bench_make("piv", path);
    (void)select_piv(bench, answer, sizeof(answer));
    assert_answer(bench, PIN_STATUS, refused); /* the lost try is still lost */
    bench_free(bench);
    unlink(path);
    ck_assert_int_eq(rmdir(directory), 0);
    free(memory);
}
END_TEST

START_TEST(test_memory_that_is_none_is_refused)
{
    char path[] = "/tmp/check_slot.XXXXXX";
    struct slot slot;
    int fd = mkstemp(path);

    ck_assert_int_eq(write(fd, "rubbish", 7), 7);
    close(fd);
    ck_assert(!slot_make(&slot, "piv", path, NULL));
    slot_free(&slot);
    unlink(path);
}
END_TEST

START_TEST(test_card_that_nobody_knows_is_refused)
{
    struct slot slot;

    ck_assert(!slot_make(&slot, "no-such-family", NULL, NULL));
    slot_free(&slot);
}
END_TEST

START_TEST(test_unknown_requests_are_refused)
{
    struct bench *bench = bench_make("piv", NULL);
    char reply[CONTROL_MAX];

    ck_assert(control_send(bench->slot.control, "explode"));
    ck_assert(control_receive(bench->slot.control, reply));
    ck_assert(!control_is_ok(reply));
    ck_assert(control_send(bench->slot.control, "fault explode"));
    ck_assert(control_receive(bench->slot.control, reply));
    ck_assert(!control_is_ok(reply));
    assert_reply(bench, "fault off", "ok");
    assert_reply(bench, "off", "ok");
    bench_free(bench);
}
END_TEST

UNIT_MAIN("slot", test_card_answers_to_its_reader_and_counts,
          test_card_that_is_taken_out_is_gone_until_it_is_put_back,
          test_card_comes_back_to_a_reader_that_was_away, test_faults_answer_in_the_place_of_the_card,
          test_faults_break_the_connection_and_drop_keeps_it_broken,
          test_reset_and_foreign_select_end_the_session,
          test_memory_is_stored_before_the_answer_and_loaded_again, test_memory_that_is_none_is_refused,
          test_card_that_nobody_knows_is_refused, test_unknown_requests_are_refused)
