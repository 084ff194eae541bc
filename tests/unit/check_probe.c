/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/probe.h"

#include <string.h>

#include "tests/script/script.h"
#include "tests/unit/unit.h"

/* Families of the test: each sends its own name as a command, and knows the card if that is answered with
 * 9000. */
static enum result name_send(struct card *card, uint8_t ins)
{
    const struct apdu command = { .ins = ins, .p1 = 0, .p2 = 0, .short_only = true };

    return apdu_send(&card->link, &command, NULL, NULL);
}

static enum result first_recognise(struct card *card)
{
    enum result result = name_send(card, 0xA1);

    return result >= RESULT_CARD_RESET ? result : result == RESULT_OK ? RESULT_OK : RESULT_NOT_FOUND;
}

static enum result second_recognise(struct card *card)
{
    enum result result = name_send(card, 0xA2);

    return result >= RESULT_CARD_RESET ? result : result == RESULT_OK ? RESULT_OK : RESULT_NOT_FOUND;
}

static enum result by_atr_recognise(struct card *card)
{
    return card->atr_size == 2 && card->atr[1] == 0x77 ? RESULT_OK : RESULT_NOT_FOUND;
}

static enum result first_open(struct card *card, struct card_info *ret)
{
    memset(ret, 0, sizeof(*ret));
    strcpy(ret->serial, card->driver->name);
    return name_send(card, 0xB1);
}

static enum result silent_open(struct card *card, struct card_info *ret)
{
    memset(ret, 0, sizeof(*ret));
    strcpy(ret->serial, card->driver->name);
    return RESULT_OK;
}

static const struct card_driver first = { .name = "first", .recognise = first_recognise, .open = first_open };
static const struct card_driver second = { .name = "second",
                                           .recognise = second_recognise,
                                           .open = silent_open };
static const struct card_driver by_atr = { .name = "by-atr",
                                           .recognise = by_atr_recognise,
                                           .open = silent_open };
static const struct card_driver *const drivers[] = { &first, &second, &by_atr, NULL };

static struct probe_found found[PROBE_MAX];
static size_t count;
static int selected;

static enum result probe(struct channel *channel, struct bytes atr)
{
    return probe_card(drivers, channel, atr, NULL, 0, found, PROBE_MAX, &count, &selected);
}

static void forget(struct channel **channel)
{
    ck_assert_str_eq(script_verdict(*channel), "");
    for (size_t i = 0; i < count; i++)
        card_free(&found[i].card);
    script_close(channel);
}

static struct channel *play(const char *text)
{
    struct channel *channel;

    assert_ok(script_open(text, &channel));
    return channel;
}

START_TEST(a_card_that_nobody_knows_is_no_failure)
{
    struct channel *channel = play("> 00A10000\n< 6A82\n> 00A20000\n< 6D00\n");

    assert_ok(probe(channel, BYTES_LIT(0x3B, 0x00)));
    ck_assert_uint_eq(count, 0);
    ck_assert_int_eq(selected, -1);
    forget(&channel);
}
END_TEST

START_TEST(where_a_card_has_one_application_only_nobody_else_is_asked)
{
    static const struct card_driver alone = {
        .name = "alone", .alone = true, .recognise = by_atr_recognise, .open = silent_open
    };
    static const struct card_driver *const row[] = { &first, &alone, NULL };
    struct channel *channel = play("");

    assert_ok(probe_card(row, channel, BYTES_LIT(0x3B, 0x77), NULL, 0, found, PROBE_MAX, &count, &selected));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(selected, 0);
    forget(&channel);
    channel = play("> 00A10000\n< 6A82\n");
    assert_ok(probe_card(row, channel, BYTES_LIT(0x3B, 0x00), NULL, 0, found, PROBE_MAX, &count, &selected));
    ck_assert_uint_eq(count, 0);
    forget(&channel);
}
END_TEST

START_TEST(the_one_who_knows_the_card_opens_it)
{
    struct channel *channel = play("> 00A10000\n< 6A82\n> 00A20000\n< 9000\n");

    assert_ok(probe(channel, BYTES_LIT(0x3B, 0x00)));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(found[0].info.serial, "second");
    ck_assert_ptr_eq(found[0].card->driver, &second);
    ck_assert_ptr_eq(found[0].card->link.channel, channel);
    /* Asking by ATR disturbs nobody: what was selected is. */
    ck_assert_int_eq(selected, 0);
    forget(&channel);
}
END_TEST

START_TEST(who_sends_a_command_after_the_one_who_knows_takes_its_selection)
{
    struct channel *channel = play("> 00A10000\n< 9000\n> 00B10000\n< 9000\n> 00A20000\n< 6A82\n");

    assert_ok(probe(channel, BYTES_LIT(0x3B, 0x00)));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(selected, -1);
    forget(&channel);
}
END_TEST

START_TEST(several_applications_on_one_card_are_all_found)
{
    struct channel *channel = play("> 00A10000\n< 9000\n> 00B10000\n< 9000\n> 00A20000\n< 9000\n");

    assert_ok(probe(channel, BYTES_LIT(0x3B, 0x77)));
    ck_assert_uint_eq(count, 3);
    ck_assert_str_eq(found[0].info.serial, "first");
    ck_assert_str_eq(found[1].info.serial, "second");
    ck_assert_str_eq(found[2].info.serial, "by-atr");
    forget(&channel);
}
END_TEST

START_TEST(no_more_are_asked_than_there_is_room_for)
{
    struct channel *channel = play("> 00A10000\n< 9000\n> 00B10000\n< 9000\n");

    assert_ok(probe_card(drivers, channel, BYTES_LIT(0x3B, 0x77), NULL, 0, found, 1, &count, &selected));
    ck_assert_uint_eq(count, 1);
    ck_assert_int_eq(selected, 0);
    forget(&channel);
}
END_TEST

START_TEST(a_card_that_cannot_be_opened_is_not_found)
{
    struct channel *channel = play("> 00A10000\n< 9000\n> 00B10000\n< 6F00\n> 00A20000\n< 9000\n");

    assert_ok(probe(channel, BYTES_LIT(0x3B, 0x00)));
    ck_assert_uint_eq(count, 1);
    ck_assert_str_eq(found[0].info.serial, "second");
    ck_assert_int_eq(selected, 0);
    forget(&channel);
}
END_TEST

START_TEST(a_card_pulled_out_ends_it_and_nothing_is_found)
{
    struct channel *channel = play("> 00A10000\n< 9000\n> 00B10000\n< 9000\n> 00A20000\n! removed\n");

    assert_result(probe(channel, BYTES_LIT(0x3B, 0x00)), RESULT_CARD_REMOVED);
    ck_assert_uint_eq(count, 0);
    ck_assert_int_eq(selected, -1);
    forget(&channel);
    channel = play("> 00A10000\n< 9000\n> 00B10000\n! reset\n");
    assert_result(probe(channel, BYTES_LIT(0x3B, 0x00)), RESULT_CARD_RESET);
    ck_assert_uint_eq(count, 0);
    forget(&channel);
}
END_TEST

START_TEST(a_driver_gets_the_section_with_its_name)
{
    static const struct card_setting one[] = { { "a", "1" } }, two[] = { { "b", "2" }, { "c", "3" } };
    static const struct card_section sections[] = { { "second", one, 1 }, { "first", two, 2 } };
    struct channel *channel = play("");
    struct card *card;

    assert_ok(card_new(&first, channel, BYTES_LIT(0x3B), sections, 2, &card));
    ck_assert_ptr_eq(card->settings, two);
    ck_assert_uint_eq(card->settings_count, 2);
    card_free(&card);
    assert_ok(card_new(&by_atr, channel, BYTES_LIT(0x3B), sections, 2, &card));
    ck_assert_ptr_null(card->settings);
    ck_assert_uint_eq(card->settings_count, 0);
    card_free(&card);
    ck_assert_ptr_null(card);
    card_free(&card);
    script_close(&channel);
}
END_TEST

START_TEST(an_atr_that_is_too_long_is_cut_off)
{
    uint8_t atr[READER_ATR_MAX + 10] = { 0x3B };
    struct channel *channel = play("");
    struct card *card;

    assert_ok(card_new(&first, channel, BYTES_OF(atr), NULL, 0, &card));
    ck_assert_uint_eq(card->atr_size, READER_ATR_MAX);
    for (size_t i = 0; i < sizeof(card->state); i++)
        ck_assert_uint_eq(card->state[i], 0);
    card_free(&card);
    script_close(&channel);
}
END_TEST

START_TEST(a_card_can_be_moved_to_another_connection)
{
    struct channel *one = play(""), *two = play("> 00A10000\n< 9000\n");
    struct card *card;

    assert_ok(card_new(&first, one, BYTES_LIT(0x3B), NULL, 0, &card));
    card_attach(card, two);
    assert_ok(first_recognise(card));
    ck_assert_str_eq(script_verdict(two), "");
    card_free(&card);
    script_close(&one);
    script_close(&two);
}
END_TEST

UNIT_MAIN("probe", a_card_that_nobody_knows_is_no_failure, the_one_who_knows_the_card_opens_it,
          where_a_card_has_one_application_only_nobody_else_is_asked,
          who_sends_a_command_after_the_one_who_knows_takes_its_selection,
          several_applications_on_one_card_are_all_found, no_more_are_asked_than_there_is_room_for,
          a_card_that_cannot_be_opened_is_not_found, a_card_pulled_out_ends_it_and_nothing_is_found,
          a_driver_gets_the_section_with_its_name, an_atr_that_is_too_long_is_cut_off,
          a_card_can_be_moved_to_another_connection)
