/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/subject.h"

#include <string.h>

#include "asn1/name.h"
#include "tests/unit/tool_ui.h"
#include "tests/unit/unit.h"

static struct tool_ear ear;

static void set(struct subject *subject, enum subject_field field, const char *text)
{
    ck_assert_int_eq((int)subject_set(&ear.ui, subject, field, text), EXIT_CODE_OK);
}

static void assert_name(const struct subject *subject, const char *expected)
{
    uint8_t der_memory[2048], text_memory[2048];
    struct buf der = BUF_OVER(der_memory), text = BUF_OVER(text_memory);

    assert_ok(subject_name(subject, &der));
    assert_ok(name_to_text(buf_bytes(&der), &text));
    assert_bytes(buf_bytes(&text), bytes_text(expected));
}

START_TEST(a_name_of_its_parts)
{
    SCOPED(subject_free) struct subject subject = { { NULL } };

    tool_listen(&ear, 80);
    set(&subject, SUBJECT_SNILS, "112-233-445 95");
    set(&subject, SUBJECT_SN, "Иванов");
    set(&subject, SUBJECT_CN, "Иванов Иван");
    set(&subject, SUBJECT_C, "RU");
    assert_name(&subject, "SNILS=11223344595,SN=Иванов,CN=Иванов Иван,C=RU");
    set(&subject, SUBJECT_SN, "");
    ck_assert_ptr_null(subject.values[SUBJECT_SN]);
    assert_name(&subject, "SNILS=11223344595,CN=Иванов Иван,C=RU");
    tool_deaf(&ear);
}
END_TEST

START_TEST(characters_that_mean_something_in_names_are_only_characters)
{
    static const char *const values[][2] = {
        { "ООО \"Ромашка\", Ко", "CN=ООО \\\"Ромашка\\\"\\, Ко" }, { "#1", "CN=\\#1" }, { " a ", "CN=\\ a\\ " },
        { "a+b=c;d<e>f\\g", "CN=a\\+b=c\\;d\\<e\\>f\\\\g" }, { "CN=x,O=y", "CN=CN=x\\,O=y" },
    };

    tool_listen(&ear, 80);
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        SCOPED(subject_free) struct subject subject = { { NULL } };

        set(&subject, SUBJECT_CN, values[i][0]);
        assert_name(&subject, values[i][1]);
    }
    tool_deaf(&ear);
}
END_TEST

START_TEST(what_cannot_be_is_refused_and_said)
{
    static const struct {
        enum subject_field field;
        const char *text, *said;
    } rows[] = {
        { SUBJECT_C, "Russia", "2 characters" },
        { SUBJECT_C, "ru", "two capital letters" },
        { SUBJECT_EMAIL, "ivan", "e-mail" },
        { SUBJECT_EMAIL, "иван@example.com", "e-mail" },
        { SUBJECT_EMAIL, "a@b@c", "e-mail" },
        { SUBJECT_EMAIL, "a b@c", "e-mail" },
        { SUBJECT_CN, "a\nb", "cannot be" },
        { SUBJECT_CN, "\xC2\x85", "cannot be" },
        { SUBJECT_CN, "\xD0", "cannot be" },
        { SUBJECT_CN, "0123456789012345678901234567890123456789012345678901234567890123x", "64 characters, not 65" },
        { SUBJECT_SNILS, "112-233-445 96", "mistyped" },
        { SUBJECT_INN, "7707083893", "12 digits" },
        { SUBJECT_OGRN, "1О27700132195", "digits only" },
    };
    SCOPED(subject_free) struct subject subject = { { NULL } };
    char message[SUBJECT_MESSAGE_MAX];

    tool_listen(&ear, 80);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        ck_assert_msg(!subject_check(rows[i].field, rows[i].text, message), "%s", rows[i].text);
        ck_assert_msg(strstr(message, rows[i].said) != NULL, "%s: %s", rows[i].text, message);
        ck_assert_int_eq((int)subject_set(&ear.ui, &subject, rows[i].field, rows[i].text), EXIT_CODE_BAD_INPUT);
        ck_assert_ptr_null(subject.values[rows[i].field]);
    }
    tool_flush(&ear);
    ck_assert_ptr_nonnull(strstr(ear.err, "ecp test: "));
    tool_deaf(&ear);
}
END_TEST

START_TEST(sixty_four_characters_are_counted_not_bytes)
{
    char text[2 * 64 + 1] = "", message[SUBJECT_MESSAGE_MAX];

    for (size_t i = 0; i < 64; i++)
        strcat(text, "я");
    ck_assert(subject_check(SUBJECT_CN, text, message));
}
END_TEST

UNIT_MAIN("subject", a_name_of_its_parts, characters_that_mean_something_in_names_are_only_characters,
          what_cannot_be_is_refused_and_said, sixty_four_characters_are_counted_not_bytes)
