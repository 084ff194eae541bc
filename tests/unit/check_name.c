/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/name.h"

#include "tests/unit/vectors.h"

static void assert_text(struct bytes name, const char *expected)
{
    uint8_t memory[512];
    struct buf out = BUF_OVER(memory);

    assert_ok(name_to_text(name, &out));
    buf_add_byte(&out, 0);
    ck_assert_str_eq((const char *)memory, expected);
}

static void assert_name_text(const char *text, const char *expected)
{
    uint8_t memory[512];
    struct buf out = BUF_OVER(memory);

    assert_ok(name_from_text(text, &out));
    assert_text(buf_bytes(&out), expected);
}

static void assert_label(struct bytes name, const char *expected)
{
    uint8_t memory[512];
    struct buf out = BUF_OVER(memory);

    assert_ok(name_label(name, &out));
    buf_add_byte(&out, 0);
    ck_assert_str_eq((const char *)memory, expected);
}

START_TEST(texts_are_those_of_openssl)
{
    static const char *const names[] = { "simple", "cyrillic", "bmp", "latin1", "russian" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[64];
        uint8_t memory[512];
        struct buf out = BUF_OVER(memory);
        struct vector name, text;

        snprintf(path, sizeof(path), "asn1/%s.name", names[i]);
        vector_load(path, &name);
        snprintf(path, sizeof(path), "asn1/%s.text", names[i]);
        assert_ok(name_to_text(name.bytes, &out));
        assert_bytes(buf_bytes(&out), vector_load(path, &text));
    }
}
END_TEST

START_TEST(what_would_mean_something_else_is_escaped)
{
    struct vector name;

    assert_text(vector_load("asn1/escapes.name", &name),
                "OU=trailing\\ ,CN=\\#x,O=\\ a\\, b\\+c\\\"d\\\\e\\<f\\>\\;g=h #");
    assert_name_text("CN=a\\00b\\0Ac\\7F", "CN=a\\00b\\0Ac\\7F");
    assert_name_text("CN=\\ ", "CN=\\ ");
    assert_name_text("CN=\\\\", "CN=\\\\");
}
END_TEST

START_TEST(texts_of_openssl_become_its_names)
{
    static const char *const names[] = { "simple", "cyrillic", "escapes", "multi", "russian" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[64];
        uint8_t memory[512];
        struct buf out = BUF_OVER(memory);
        struct vector name, text;

        snprintf(path, sizeof(path), "asn1/%s.text", names[i]);
        vector_load(path, &text);
        text.memory[text.bytes.size] = 0;
        snprintf(path, sizeof(path), "asn1/%s.name", names[i]);
        assert_ok(name_from_text((const char *)text.memory, &out));
        assert_bytes(buf_bytes(&out), vector_load(path, &name));
    }
}
END_TEST

START_TEST(values_of_one_relative_name_are_joined)
{
    struct vector name;

    assert_text(vector_load("asn1/multi.name", &name), "DC=example,CN=Ivan+UID=42,C=RU");
}
END_TEST

START_TEST(texts_may_have_spaces_any_case_and_dotted_types)
{
    assert_name_text("  cn = Ivan Petrov  ,  o=Example ", "CN=Ivan Petrov,O=Example");
    assert_name_text("2.5.4.3=x", "CN=x");
    assert_name_text("CN=#0C0141", "CN=A");
    assert_name_text("CN=\\D0\\98\\D0\\B2\\D0\\B0\\D0\\BD", "CN=Иван");
    assert_name_text("1.2.3.4=x", "1.2.3.4=#0C0178");
    assert_name_text("1.2.3.4=#0500", "1.2.3.4=#0500");
    assert_name_text("CN=#0500", "CN=#0500");
    assert_name_text("CN=", "CN=");
    assert_name_text("", "");
    assert_name_text("INN=123456789012+SNILS=12345678901,CN=X", "SNILS=12345678901+INN=123456789012,CN=X");
}
END_TEST

START_TEST(an_empty_name_is_an_empty_sequence)
{
    uint8_t memory[8];
    struct buf out = BUF_OVER(memory);

    assert_ok(name_from_text("", &out));
    assert_bytes(buf_bytes(&out), BYTES_LIT(0x30, 0x00));
}
END_TEST

START_TEST(broken_texts_are_refused)
{
    static const char *const texts[] = {
        "CN",
        ",",
        "CN=a,",
        ",CN=a",
        "CN=a,,O=b",
        "CN=a+",
        "=a",
        "nothing=a",
        "CN=a;b",
        "CN=a\"b",
        "CN=<a>",
        "CN=a\\",
        "CN=a\\x",
        "CN=a\\4",
        "CN=#",
        "CN=#0",
        "CN=#0C",
        "CN=#0C0141x",
        "CN=#0C014100",
        "C=Россия",
        "INN=12a",
        "DC=пример",
        "CN=\\FF",
        "CN=\xC0\x80",
        "CN=\xED\xA0\x80",
        "CN=\xF4\x90\x80\x80",
        "3.1=a",
        "1=a",
        "serialNumber=a*b",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        uint8_t memory[128];
        struct buf out = BUF_OVER(memory);

        ck_assert_msg(name_from_text(texts[i], &out) == RESULT_MALFORMED, "accepted: %s", texts[i]);
    }
}
END_TEST

START_TEST(limits_are_kept)
{
    char text[NAME_PARTS_MAX * 8 + 16] = "CN=a";
    uint8_t memory[4096];
    struct buf out = BUF_OVER(memory), small = buf_make(memory, 10);
    char *end = text + 4;

    for (size_t i = 1; i < NAME_PARTS_MAX; i++, end += 5)
        memcpy(end, ",CN=a", 6);
    assert_ok(name_from_text(text, &out));
    memcpy(end, ",CN=a", 6);
    assert_result(name_from_text(text, &out), RESULT_TOO_LARGE);
    assert_result(name_from_text("CN=Ivan Petrov", &small), RESULT_TOO_LARGE);
    buf_clear(&out);
    assert_result(name_from_text("CN=a+CN=b+CN=c+CN=d+CN=e+CN=f+CN=g+CN=h+CN=i", &out), RESULT_TOO_LARGE);
}
END_TEST

START_TEST(the_label_is_the_common_name)
{
    struct vector name;

    assert_label(vector_load("asn1/simple.name", &name), "Ivan Petrov");
    assert_label(vector_load("asn1/cyrillic.name", &name), "Иван Петров");
    assert_label(vector_load("asn1/bmp.name", &name), "Иван Петров");
    assert_label(vector_load("asn1/latin1.name", &name), "José");
    assert_label(vector_load("asn1/russian.name", &name), "X");
}
END_TEST

START_TEST(without_a_common_name_the_last_text_is_the_label)
{
    uint8_t memory[128];
    struct buf out = BUF_OVER(memory);

    assert_ok(name_from_text("1.2.3=#0500,O=,OU=Dept,C=RU", &out));
    assert_label(buf_bytes(&out), "Dept");
    buf_clear(&out);
    assert_ok(name_from_text("CN=last,CN=first", &out));
    assert_label(buf_bytes(&out), "last");
}
END_TEST

START_TEST(a_name_without_text_has_no_label)
{
    uint8_t memory[32];
    struct buf out = BUF_OVER(memory);

    assert_result(name_label(BYTES_LIT(0x30, 0x00), &out), RESULT_NOT_FOUND);
    assert_result(name_label(BYTES_NONE, &out), RESULT_MALFORMED);
    assert_result(name_label(BYTES_LIT(0x30, 0x02, 0x31, 0x00), &out), RESULT_MALFORMED);
}
END_TEST

START_TEST(a_long_label_is_cut_between_characters)
{
    uint8_t memory[8];
    struct buf out = BUF_OVER(memory), seven = buf_make(memory, 7);
    struct vector name;

    assert_ok(name_label(vector_load("asn1/cyrillic.name", &name), &out));
    assert_bytes(buf_bytes(&out), bytes_text("Иван"));
    assert_ok(name_label(name.bytes, &seven));
    assert_bytes(buf_bytes(&seven), bytes_text("Ива"));
}
END_TEST

START_TEST(control_characters_do_not_reach_the_label)
{
    uint8_t memory[64];
    struct buf out = BUF_OVER(memory);

    assert_ok(name_from_text("CN=a\\00\\1B[31m\\C2\\85b", &out));
    assert_label(buf_bytes(&out), "a  [31m b");
}
END_TEST

static void read_name(struct bytes der)
{
    uint8_t memory[512], again[512];
    struct buf text = BUF_OVER(memory), label = BUF_OVER(again);

    if (name_to_text(der, &text) == RESULT_OK) {
        enum result result = name_label(der, &label);
        ck_assert(result == RESULT_OK || result == RESULT_NOT_FOUND);
    }
}

static void refuse_name(struct bytes der)
{
    uint8_t memory[512];
    struct buf out = BUF_OVER(memory);

    assert_result(name_to_text(der, &out), RESULT_MALFORMED);
    assert_result(name_label(der, &out), RESULT_MALFORMED);
}

START_TEST(broken_names_do_no_harm)
{
    static const char *const names[] = { "asn1/cyrillic.name", "asn1/bmp.name", "asn1/latin1.name",
                                         "asn1/multi.name" };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        struct vector vector;

        vector_mutate(vector_load(names[i], &vector), read_name);
        vector_truncate(vector.bytes, refuse_name);
    }
}
END_TEST

START_TEST(russian_numbers_have_their_count_of_digits)
{
    static const struct {
        const char *name;
        size_t digits;
    } rows[] = { { "INN", 12 }, { "INNLE", 10 }, { "SNILS", 11 }, { "OGRN", 13 }, { "OGRNIP", 15 } };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (size_t digits = 1; digits < 20; digits++) {
            char text[64];
            uint8_t memory[64];
            struct buf out = BUF_OVER(memory);

            snprintf(text, sizeof(text), "%s=%0*d", rows[i].name, (int)digits, 7);
            assert_result(name_from_text(text, &out), digits == rows[i].digits ? RESULT_OK : RESULT_MALFORMED);
            if (digits != rows[i].digits)
                continue;
            ck_assert_uint_eq(out.data[out.size - digits - 2], 0x12);
            ck_assert_uint_eq(out.data[out.size - digits - 1], digits);
            text[strlen(text) - 2] = ' ';
            out = (struct buf)BUF_OVER(memory);
            assert_result(name_from_text(text, &out), RESULT_MALFORMED);
        }
    }
}
END_TEST

UNIT_MAIN("name", texts_are_those_of_openssl, what_would_mean_something_else_is_escaped,
          texts_of_openssl_become_its_names, values_of_one_relative_name_are_joined,
          texts_may_have_spaces_any_case_and_dotted_types, an_empty_name_is_an_empty_sequence,
          broken_texts_are_refused, limits_are_kept, the_label_is_the_common_name,
          without_a_common_name_the_last_text_is_the_label, a_name_without_text_has_no_label,
          a_long_label_is_cut_between_characters, control_characters_do_not_reach_the_label,
          broken_names_do_no_harm,
          russian_numbers_have_their_count_of_digits)
