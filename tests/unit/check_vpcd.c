/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/unit.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vcard/vpcd.h"

/** A connection whose other end, the reader's, is in the test's hands. */
struct wire {
    struct vpcd *card;
    int reader;
};

static struct wire wire_make(void)
{
    struct wire wire = { .card = calloc(1, sizeof(*wire.card)) };
    int pair[2];
    int room = 512 * 1024;

    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
    setsockopt(pair[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
    wire.card->fd = pair[0];
    wire.reader = pair[1];
    return wire;
}

static void wire_free(struct wire *wire)
{
    vpcd_close(wire->card);
    if (wire->reader >= 0)
        close(wire->reader);
    free(wire->card);
}

static void reader_says(const struct wire *wire, struct bytes bytes)
{
    ck_assert_int_eq(send(wire->reader, bytes.data, bytes.size, 0), (ssize_t)bytes.size);
}

START_TEST(test_orders_of_the_reader_are_understood)
{
    static const struct {
        uint8_t byte;
        enum vpcd_order order;
    } rows[] = { { 0, VPCD_POWER_OFF }, { 1, VPCD_POWER_ON }, { 2, VPCD_RESET },
                 { 4, VPCD_ATR },       { 3, VPCD_UNKNOWN },  { 0xFF, VPCD_UNKNOWN } };
    struct wire wire = wire_make();
    struct bytes command;
    enum vpcd_order order;

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        reader_says(&wire, BYTES_LIT(0, 1, rows[i].byte));
        assert_ok(vpcd_receive(wire.card, &order, &command));
        ck_assert_int_eq((int)order, (int)rows[i].order);
        ck_assert_uint_eq(command.size, 0);
    }
    wire_free(&wire);
}
END_TEST

START_TEST(test_several_messages_that_arrive_together_come_one_by_one)
{
    struct wire wire = wire_make();
    struct bytes command;
    enum vpcd_order order;

    reader_says(&wire, BYTES_LIT(0, 1, 4, 0, 4, 0x00, 0xA4, 0x04, 0x00, 0, 1, 0));
    assert_ok(vpcd_receive(wire.card, &order, &command));
    ck_assert_int_eq((int)order, VPCD_ATR);
    assert_ok(vpcd_receive(wire.card, &order, &command));
    ck_assert_int_eq((int)order, VPCD_COMMAND);
    assert_bytes(command, BYTES_LIT(0x00, 0xA4, 0x04, 0x00));
    assert_ok(vpcd_receive(wire.card, &order, &command));
    ck_assert_int_eq((int)order, VPCD_POWER_OFF);
    wire_free(&wire);
}
END_TEST

START_TEST(test_longest_message_passes_both_ways)
{
    struct wire wire = wire_make();
    uint8_t *message = malloc(2 + VPCD_MESSAGE_MAX), *got = malloc(2 + VPCD_MESSAGE_MAX);
    struct bytes command;
    enum vpcd_order order;

    memset(message, 0x5A, 2 + VPCD_MESSAGE_MAX);
    message[0] = message[1] = 0xFF;
    reader_says(&wire, bytes_make(message, 2 + VPCD_MESSAGE_MAX));
    assert_ok(vpcd_receive(wire.card, &order, &command));
    ck_assert_int_eq((int)order, VPCD_COMMAND);
    assert_bytes(command, bytes_make(message + 2, VPCD_MESSAGE_MAX));
    assert_ok(vpcd_send(wire.card, command));
    ck_assert_int_eq(recv(wire.reader, got, 2 + VPCD_MESSAGE_MAX, MSG_WAITALL), 2 + VPCD_MESSAGE_MAX);
    assert_bytes(bytes_make(got, 2 + VPCD_MESSAGE_MAX), bytes_make(message, 2 + VPCD_MESSAGE_MAX));
    wire_free(&wire);
    free(message);
    free(got);
}
END_TEST

START_TEST(test_longer_message_is_not_sent)
{
    struct wire wire = wire_make();
    uint8_t *message = calloc(1, VPCD_MESSAGE_MAX + 1);
    uint8_t byte;

    assert_result(vpcd_send(wire.card, bytes_make(message, VPCD_MESSAGE_MAX + 1)), RESULT_TOO_LARGE);
    ck_assert_int_eq(recv(wire.reader, &byte, 1, MSG_DONTWAIT), -1);
    wire_free(&wire);
    free(message);
}
END_TEST

START_TEST(test_length_and_contents_leave_in_one_piece)
{
    struct wire wire = { .card = calloc(1, sizeof(*wire.card)) };
    int pair[2];
    uint8_t packet[16];

    /* Packets keep their borders, so two sends would show. */
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    wire.card->fd = pair[0];
    wire.reader = pair[1];
    assert_ok(vpcd_send(wire.card, BYTES_LIT(0x90, 0x00)));
    ck_assert_int_eq(recv(wire.reader, packet, sizeof(packet), 0), 4);
    assert_bytes(bytes_make(packet, 4), BYTES_LIT(0, 2, 0x90, 0x00));
    wire_free(&wire);
}
END_TEST

START_TEST(test_reader_that_goes_in_the_middle_of_a_message_is_noticed)
{
    static const uint8_t parts[] = { 0, 5, 0x00, 0xA4 };

    for (size_t size = 0; size <= sizeof(parts); size++) {
        struct wire wire = wire_make();
        struct bytes command;
        enum vpcd_order order;
        if (size > 0)
            reader_says(&wire, bytes_make(parts, size));
        close(wire.reader);
        wire.reader = -1;
        assert_result(vpcd_receive(wire.card, &order, &command), RESULT_TRANSPORT);
        ck_assert_uint_eq(command.size, 0);
        wire_free(&wire);
    }
}
END_TEST

START_TEST(test_answer_to_a_reader_that_has_gone_fails_without_a_signal)
{
    struct wire wire = wire_make();

    close(wire.reader);
    wire.reader = -1;
    assert_result(vpcd_send(wire.card, BYTES_LIT(0x90, 0x00)), RESULT_TRANSPORT);
    wire_free(&wire);
}
END_TEST

START_TEST(test_connects_to_who_listens_and_reports_who_does_not)
{
    struct vpcd *card = calloc(1, sizeof(*card));
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM, 0);

    ck_assert_int_eq(bind(listener, (const struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(getsockname(listener, (struct sockaddr *)&address, &size), 0);
    assert_result(vpcd_connect(card, "127.0.0.1", ntohs(address.sin_port)), RESULT_TRANSPORT);
    ck_assert_int_eq(card->fd, -1);
    ck_assert_int_eq(listen(listener, 1), 0);
    assert_ok(vpcd_connect(card, "127.0.0.1", ntohs(address.sin_port)));
    ck_assert_int_ge(card->fd, 0);
    vpcd_close(card);
    ck_assert_int_eq(card->fd, -1);
    close(listener);
    free(card);
}
END_TEST

UNIT_MAIN("vpcd", test_orders_of_the_reader_are_understood,
          test_several_messages_that_arrive_together_come_one_by_one, test_longest_message_passes_both_ways,
          test_longer_message_is_not_sent, test_length_and_contents_leave_in_one_piece,
          test_reader_that_goes_in_the_middle_of_a_message_is_noticed,
          test_answer_to_a_reader_that_has_gone_fails_without_a_signal,
          test_connects_to_who_listens_and_reports_who_does_not)
