/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/unit.h"

#include <getopt.h>
#include <string.h>

#include "vcard/options.h"

#define WORDS_MAX 40

/** A command line and what was made of it. */
struct parsed {
    char *arguments[WORDS_MAX];
    struct options options;
};

/** Parses WORDS, NULL-terminated, as the arguments of "run" or "serve". */
static bool parse(struct parsed *parsed, bool is_run, char *const *words)
{
    int count = 0;

    memset(parsed, 0, sizeof(*parsed));
    for (; words[count] != NULL; count++)
        parsed->arguments[count] = words[count];
    optind = 0; /* getopt begins anew */
    return options_parse(&parsed->options, count, parsed->arguments, is_run);
}

#define PARSE(is_run, ...) parse(&parsed, is_run, (char *const[]){ "command", __VA_ARGS__, NULL })

START_TEST(test_without_options_there_is_one_piv_card)
{
    struct parsed parsed;

    ck_assert(PARSE(true, "true"));
    ck_assert_uint_eq(parsed.options.card_count, 1);
    ck_assert_str_eq(parsed.options.cards[0], "piv");
    ck_assert_str_eq(parsed.options.reader_name, "ECP Virtual Reader");
    ck_assert_ptr_null(parsed.options.state);
    ck_assert_ptr_null(parsed.options.count);
    ck_assert_str_eq(parsed.options.command[0], "true");
    ck_assert_ptr_null(parsed.options.command[1]);
}
END_TEST

START_TEST(test_all_options_are_read)
{
    struct parsed parsed;

    ck_assert(PARSE(true, "--card", "piv", "--card=piv:t0", "--state", "s", "--count", "c", "--trace", "t",
                    "--latency", "20", "--reader-name", "My Reader", "--", "ls", "-l"));
    ck_assert_uint_eq(parsed.options.card_count, 2);
    ck_assert_str_eq(parsed.options.cards[1], "piv:t0");
    ck_assert_str_eq(parsed.options.state, "s");
    ck_assert_str_eq(parsed.options.count, "c");
    ck_assert_str_eq(parsed.options.trace, "t");
    ck_assert_str_eq(parsed.options.reader_name, "My Reader");
    ck_assert_uint_eq(parsed.options.latency_ms, 20);
    ck_assert_str_eq(parsed.options.command[1], "-l");
}
END_TEST

START_TEST(test_options_of_the_command_are_left_to_it)
{
    struct parsed parsed;

    ck_assert(PARSE(true, "prog", "--card", "x"));
    ck_assert_uint_eq(parsed.options.card_count, 1);
    ck_assert_str_eq(parsed.options.cards[0], "piv");
    ck_assert_str_eq(parsed.options.command[1], "--card");
}
END_TEST

START_TEST(test_run_needs_a_command_and_serve_takes_none)
{
    struct parsed parsed;

    ck_assert(!PARSE(true, "--card", "piv"));
    ck_assert(!PARSE(true, "--"));
    ck_assert(!PARSE(false, "true"));
    ck_assert(PARSE(false, "--port", "4000", "--host", "::1", "--socket", "/s"));
    ck_assert_uint_eq(parsed.options.port, 4000);
    ck_assert_str_eq(parsed.options.host, "::1");
    ck_assert_str_eq(parsed.options.socket, "/s");
}
END_TEST

START_TEST(test_options_of_the_other_subcommand_are_refused)
{
    struct parsed parsed;

    ck_assert(!PARSE(true, "--port", "4000", "true"));
    ck_assert(!PARSE(false, "--reader-name", "x"));
    ck_assert(!PARSE(true, "--no-such-option", "true"));
}
END_TEST

START_TEST(test_numbers_that_are_none_are_refused)
{
    static char *const texts[] = { "", "-1", "1x", "x", "60001", "99999999999999999999" };
    struct parsed parsed;

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        ck_assert_msg(!PARSE(true, "--latency", texts[i], "true"), "accepted: %s", texts[i]);
    ck_assert(PARSE(true, "--latency", "60000", "true"));
}
END_TEST

START_TEST(test_reader_names_that_would_break_the_configuration_are_refused)
{
    static char *const names[] = { "", " x", "a\"b", "a\\b", "a\nb" };
    char longest[PCSCD_NAME_MAX];
    struct parsed parsed;

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_msg(!PARSE(true, "--reader-name", names[i], "true"), "accepted: %s", names[i]);
    memset(longest, 'r', sizeof(longest));
    longest[PCSCD_NAME_MAX - 15] = '\0';
    ck_assert(!PARSE(true, "--reader-name", longest, "true"));
    longest[PCSCD_NAME_MAX - 16] = '\0';
    ck_assert(PARSE(true, "--reader-name", longest, "true"));
}
END_TEST

START_TEST(test_there_is_a_limit_to_cards)
{
    struct parsed parsed;

    ck_assert(PARSE(true, "--card=1", "--card=2", "--card=3", "--card=4", "--card=5", "--card=6", "--card=7",
                    "--card=8", "--card=9", "--card=10", "--card=11", "--card=12", "--card=13", "--card=14",
                    "--card=15", "--card=16", "true"));
    ck_assert(!PARSE(true, "--card=1", "--card=2", "--card=3", "--card=4", "--card=5", "--card=6", "--card=7",
                     "--card=8", "--card=9", "--card=10", "--card=11", "--card=12", "--card=13", "--card=14",
                     "--card=15", "--card=16", "--card=17", "true"));
}
END_TEST

START_TEST(test_files_of_further_cards_are_numbered)
{
    char *first = options_path("file", 0), *third = options_path("file", 2);

    ck_assert_str_eq(first, "file");
    ck_assert_str_eq(third, "file.3");
    ck_assert_ptr_null(options_path(NULL, 2));
    free(first);
    free(third);
}
END_TEST

START_TEST(test_cards_fill_two_slots_of_a_reader_before_the_next)
{
    const struct pcscd pcscd = { .reader_name = "Name", .cards = 3 };
    char name[PCSCD_NAME_MAX];

    pcscd_reader_of(&pcscd, 0, name);
    ck_assert_str_eq(name, "Name 00 00");
    pcscd_reader_of(&pcscd, 1, name);
    ck_assert_str_eq(name, "Name 00 01");
    pcscd_reader_of(&pcscd, 2, name);
    ck_assert_str_eq(name, "Name 2 00 00");
}
END_TEST

UNIT_MAIN("options", test_without_options_there_is_one_piv_card, test_all_options_are_read,
          test_options_of_the_command_are_left_to_it, test_run_needs_a_command_and_serve_takes_none,
          test_options_of_the_other_subcommand_are_refused, test_numbers_that_are_none_are_refused,
          test_reader_names_that_would_break_the_configuration_are_refused, test_there_is_a_limit_to_cards,
          test_files_of_further_cards_are_numbered, test_cards_fill_two_slots_of_a_reader_before_the_next)
