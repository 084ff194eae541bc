/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/config.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/unit.h"

static const char *const piv_settings[] = { "overwrite=yes|no", "retired-keys=probe|history|none", "name",
                                            NULL };
static const struct card_driver piv = { .name = "piv", .settings = piv_settings };
static const struct card_driver bare = { .name = "bare" };
static const struct card_driver *const drivers[] = { &bare, &piv, NULL };

struct folder {
    char path[64], file[128];
};

static struct folder folder_new(void)
{
    struct folder folder = { "/tmp/check-config-XXXXXX", "" };

    ck_assert_ptr_nonnull(mkdtemp(folder.path));
    snprintf(folder.file, sizeof(folder.file), "%s/ecp-pkcs11.conf", folder.path);
    return folder;
}

static void folder_write(const struct folder *folder, const char *text)
{
    FILE *file = fopen(folder->file, "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void folder_free(struct folder *folder)
{
    unlink(folder->file);
    rmdir(folder->path);
}

#define FOLDER SCOPED(folder_free) struct folder folder = folder_new()

/* Reads TEXT as a file. */
static struct config *read_text(const char *text, enum result expected)
{
    FOLDER;
    struct config *config;

    folder_write(&folder, text);
    assert_result(config_load_from(folder.file, NULL, &config), expected);
    ck_assert_ptr_nonnull(config);
    return config;
}

/* One complaint, which has each of the words up to NULL. */
static void assert_complaint(const struct config *config, const char *const *words)
{
    ck_assert_uint_eq(config->complaint_count, 1);
    for (; *words; words++)
        ck_assert_msg(strstr(config->complaints[0], *words) != NULL, "no \"%s\" in \"%s\"", *words,
                      config->complaints[0]);
}
#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void assert_defaults(const struct config *config)
{
    ck_assert_int_eq((int)config->trace_level, (int)TRACE_ERROR);
    ck_assert_ptr_null(config->trace_file);
    ck_assert(config->keep_pin);
    ck_assert(!config->reuse_pin);
    ck_assert(config->use_pinpad);
    ck_assert(!config->software_random);
    ck_assert_int_eq((int)config->hold, (int)CONFIG_HOLD_LOGIN);
    ck_assert_int_eq((int)config->edwards_point, (int)CONFIG_POINT_AUTO);
    ck_assert_uint_eq(config->ignored_count, 0);
    ck_assert_uint_eq(config->section_count, 0);
}

START_TEST(test_without_a_file_everything_has_its_default)
{
    struct config *config;

    assert_ok(config_load_from(NULL, NULL, &config));
    assert_defaults(config);
    ck_assert_uint_eq(config->complaint_count, 0);
    config_free(&config);
    ck_assert_ptr_null(config);
    config_free(&config);
}
END_TEST

START_TEST(test_every_option_is_read)
{
    struct config *config = read_text("# what a person wrote\n"
                                      "trace = card ; all of it\n"
                                      "trace-file = /var/log/card.log\n"
                                      "pin-keep=no\n"
                                      "always-pin = login\n"
                                      "   pin-pad = no\n"
                                      "\thold: operation\n"
                                      "\n"
                                      "software-random = yes\r\n"
                                      "edwards-point = raw\n"
                                      "certificate-folder = /srv/certificates\n"
                                      "ignore-reader = Windows Hello\n"
                                      "ignore-reader = Virtual*01 ??",
                                      RESULT_OK);

    ck_assert_int_eq((int)config->trace_level, (int)TRACE_CARD);
    ck_assert_str_eq(config->trace_file, "/var/log/card.log");
    ck_assert(!config->keep_pin);
    ck_assert(config->reuse_pin);
    ck_assert(!config->use_pinpad);
    ck_assert(config->software_random);
    ck_assert_int_eq((int)config->hold, (int)CONFIG_HOLD_OPERATION);
    ck_assert_int_eq((int)config->edwards_point, (int)CONFIG_POINT_RAW);
    ck_assert_str_eq(config->certificate_folder, "/srv/certificates");
    ck_assert_uint_eq(config->ignored_count, 2);
    config_free(&config);
}
END_TEST

START_TEST(test_a_wrong_value_is_reported_and_the_default_stands)
{
    static const struct {
        const char *line, *key, *allowed;
    } wrong[] = {
        { "pin-keep = maybe", "pin-keep = maybe", "yes|no" },
        { "pin-keep =", "pin-keep", "yes|no" },
        { "pin-keep = yes|no", "pin-keep", "yes|no" },
        { "pin-keep = YES", "pin-keep", "yes|no" },
        { "pin-pad = 1", "pin-pad", "yes|no" },
        { "hold = for ever", "hold = for ever", "login|operation" },
        { "trace = 9", "trace = 9", "off|error|call|card" },
        { "trace-file = relative/file", "trace-file", "absolute" },
        { "trace-file =", "trace-file", "absolute" },
        { "software-random = y", "software-random", "yes|no" },
        { "edwards-point = bits", "edwards-point", "der|raw" },
        { "ignore-reader =", "ignore-reader", "pattern" },
        { "pin-kepe = no", "pin-kepe = no", "no such option" },
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        char text[128];
        struct config *config;

        snprintf(text, sizeof(text), "\n# first\n%s\n", wrong[i].line);
        config = read_text(text, RESULT_BAD_ARGUMENT);
        assert_complaint(config, WORDS("ecp-pkcs11.conf:3: ", wrong[i].key, wrong[i].allowed));
        assert_defaults(config);
        config_free(&config);
    }
}
END_TEST

START_TEST(test_a_wrong_line_does_not_hide_those_after_it)
{
    struct config *config =
        read_text("this is not a setting\npin-keep = perhaps\nhold = operation\n", RESULT_BAD_ARGUMENT);

    ck_assert_uint_eq(config->complaint_count, 2);
    ck_assert_ptr_nonnull(strstr(config->complaints[0], ":2: pin-keep"));
    ck_assert_ptr_nonnull(strstr(config->complaints[1], ":1: neither"));
    ck_assert_int_eq((int)config->hold, (int)CONFIG_HOLD_OPERATION);
    config_free(&config);
}
END_TEST

START_TEST(test_an_indented_line_is_a_setting_of_its_own)
{
    struct config *config = read_text("hold = login\n    pin-keep = no\n", RESULT_OK);

    ck_assert(!config->keep_pin);
    ck_assert_int_eq((int)config->hold, (int)CONFIG_HOLD_LOGIN);
    config_free(&config);
}
END_TEST

START_TEST(test_a_line_that_is_too_long_is_reported_not_cut_in_two)
{
    char text[5000] = "ignore-reader = ";
    struct config *config;

    memset(text + strlen(text), 'x', 4000);
    strcat(text, "\npin-keep = no\n");
    config = read_text(text, RESULT_BAD_ARGUMENT);
    assert_complaint(config, WORDS(":1: ", "too long"));
    ck_assert_uint_eq(config->ignored_count, 0);
    ck_assert(!config->keep_pin);
    config_free(&config);
}
END_TEST

START_TEST(test_complaints_have_an_end)
{
    char *text = calloc(1, 20000);
    struct config *config;

    for (int i = 0; i < 1000; i++)
        strcat(text, "wrong = value\n");
    config = read_text(text, RESULT_BAD_ARGUMENT);
    ck_assert_uint_gt(config->complaint_count, 0);
    ck_assert_uint_lt(config->complaint_count, 100);
    config_free(&config);
    free(text);
}
END_TEST

START_TEST(test_a_file_that_cannot_be_read_is_reported)
{
    FOLDER;
    struct config *config;

    assert_result(config_load_from(folder.file, NULL, &config), RESULT_BAD_ARGUMENT);
    assert_complaint(config, WORDS(folder.file, "no such file"));
    assert_defaults(config);
    config_free(&config);
    assert_result(config_load_from(folder.path, NULL, &config), RESULT_BAD_ARGUMENT);
    assert_complaint(config, WORDS(folder.path, "cannot be read"));
    config_free(&config);
    ck_assert_int_eq(mkfifo(folder.file, 0600), 0);
    assert_result(config_load_from(folder.file, NULL, &config), RESULT_BAD_ARGUMENT);
    assert_complaint(config, WORDS("cannot be read"));
    config_free(&config);
}
END_TEST

/* --- The environment */

START_TEST(test_the_trace_variable_goes_before_the_file)
{
    FOLDER;
    struct config *config;

    folder_write(&folder, "trace = card\ntrace-file = /somewhere\n");
    assert_ok(config_load_from(folder.file, "call:/tmp/a:b", &config));
    ck_assert_int_eq((int)config->trace_level, (int)TRACE_CALL);
    ck_assert_str_eq(config->trace_file, "/tmp/a:b");
    config_free(&config);
    assert_ok(config_load_from(folder.file, "0", &config));
    ck_assert_int_eq((int)config->trace_level, (int)TRACE_OFF);
    ck_assert_ptr_null(config->trace_file);
    config_free(&config);
    assert_ok(config_load_from(folder.file, "", &config));
    ck_assert_int_eq((int)config->trace_level, (int)TRACE_CARD);
    config_free(&config);
}
END_TEST

START_TEST(test_a_wrong_trace_variable_is_reported)
{
    static const char *const wrong[] = { "loud", "4", "card:", ":file", "cardcardcardcard", "-1" };
    struct config *config;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        assert_result(config_load_from(NULL, wrong[i], &config), RESULT_BAD_ARGUMENT);
        assert_complaint(config, WORDS("ECP_PKCS11_TRACE", wrong[i], "off|error|call|card"));
        assert_defaults(config);
        config_free(&config);
    }
}
END_TEST

START_TEST(test_the_file_is_looked_for_in_the_persons_folders)
{
    FOLDER;
    char below[128], file[160];
    struct config *config;

    unsetenv("ECP_PKCS11_TRACE");
    folder_write(&folder, "hold = operation\n");
    setenv("ECP_PKCS11_CONF", folder.file, 1);
    assert_ok(config_load(&config));
    ck_assert_int_eq((int)config->hold, (int)CONFIG_HOLD_OPERATION);
    config_free(&config);
    setenv("ECP_PKCS11_CONF", "", 1);
    assert_ok(config_load(&config));
    assert_defaults(config);
    config_free(&config);

    unsetenv("ECP_PKCS11_CONF");
    setenv("XDG_CONFIG_HOME", folder.path, 1);
    assert_ok(config_load(&config));
    ck_assert_int_eq((int)config->hold, (int)CONFIG_HOLD_OPERATION);
    config_free(&config);

    unsetenv("XDG_CONFIG_HOME");
    setenv("HOME", folder.path, 1);
    snprintf(below, sizeof(below), "%s/.config", folder.path);
    snprintf(file, sizeof(file), "%s/ecp-pkcs11.conf", below);
    ck_assert_int_eq(mkdir(below, 0700), 0);
    ck_assert_int_eq(rename(folder.file, file), 0);
    setenv("ECP_PKCS11_TRACE", "call", 1);
    assert_ok(config_load(&config));
    ck_assert_int_eq((int)config->hold, (int)CONFIG_HOLD_OPERATION);
    ck_assert_int_eq((int)config->trace_level, (int)TRACE_CALL);
    config_free(&config);
    unlink(file);
    rmdir(below);
}
END_TEST

START_TEST(test_the_certificate_folder_is_the_persons_another_one_or_none)
{
    struct config *config;

    setenv("HOME", "/home/anna", 1);
    unsetenv("XDG_DATA_HOME");
    assert_ok(config_load_from(NULL, NULL, &config));
    ck_assert_str_eq(config->certificate_folder, "/home/anna/.local/share/ecp/certificates");
    config_free(&config);
    setenv("XDG_DATA_HOME", "/data/anna", 1);
    assert_ok(config_load_from(NULL, NULL, &config));
    ck_assert_str_eq(config->certificate_folder, "/data/anna/ecp/certificates");
    config_free(&config);
    config = read_text("certificate-folder = here", RESULT_BAD_ARGUMENT);
    ck_assert_str_eq(config->certificate_folder, "/data/anna/ecp/certificates");
    config_free(&config);
    config = read_text("certificate-folder = off", RESULT_OK);
    ck_assert_ptr_null(config->certificate_folder);
    config_free(&config);
    unsetenv("HOME");
    setenv("XDG_DATA_HOME", "relative", 1);
    assert_ok(config_load_from(NULL, NULL, &config));
    ck_assert_ptr_null(config->certificate_folder);
    config_free(&config);
}
END_TEST

/* --- Card families */

START_TEST(test_a_section_is_handed_on_as_it_stands)
{
    struct config *config =
        read_text("[piv]\noverwrite = yes\n[other]\nthis=that\n[piv]\nretired-keys = history\n", RESULT_OK);
    const struct card_setting *settings;
    size_t count;

    ck_assert_uint_eq(config->section_count, 2);
    settings = config_section(config, "piv", &count);
    ck_assert_uint_eq(count, 2);
    ck_assert_str_eq(settings[0].key, "overwrite");
    ck_assert_str_eq(settings[0].value, "yes");
    ck_assert_str_eq(settings[1].key, "retired-keys");
    ck_assert_str_eq(settings[1].value, "history");
    ck_assert_ptr_null(config_section(config, "none", &count));
    ck_assert_uint_eq(count, 0);
    config_free(&config);
}
END_TEST

START_TEST(test_sections_that_the_drivers_allow_pass)
{
    struct config *config = read_text("[piv]\noverwrite = no\nname = any thing\n", RESULT_OK);
    size_t count;

    assert_ok(config_check_sections(config, drivers));
    ck_assert_ptr_nonnull(config_section(config, "piv", &count));
    ck_assert_uint_eq(count, 2);
    config_free(&config);
}
END_TEST

START_TEST(test_wrong_settings_of_a_family_are_reported_and_taken_out)
{
    static const struct {
        const char *text;
        const char *words[3];
    } wrong[] = {
        { "[piv]\nname = x\noverwrite = perhaps\n", { ":3: ", "overwrite = perhaps", "yes|no" } },
        { "[piv]\noverwriting = yes\nname = x\n", { ":2: ", "overwriting", "no such setting" } },
        { "[piv]\nname = x\n[pvi]\noverwrite = yes\n", { ":4: ", "pvi", "no card family" } },
        { "[piv]\nname = x\n[bare]\nanything = yes\n", { ":4: ", "anything", "no such setting" } },
    };

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        struct config *config = read_text(wrong[i].text, RESULT_OK);
        const struct card_setting *settings;
        size_t count;

        assert_result(config_check_sections(config, drivers), RESULT_BAD_ARGUMENT);
        assert_complaint(config, WORDS(wrong[i].words[0], wrong[i].words[1], wrong[i].words[2]));
        ck_assert_uint_eq(config->section_count, 1);
        settings = config_section(config, "piv", &count);
        ck_assert_uint_eq(count, 1);
        ck_assert_str_eq(settings[0].key, "name");
        config_free(&config);
    }
}
END_TEST

/* --- Readers */

START_TEST(test_readers_are_ignored_by_a_part_of_their_name_or_a_pattern)
{
    static const struct {
        const char *pattern, *reader;
        bool ignored;
    } cases[] = {
        { "OMNIKEY", "HID OMNIKEY 5422 [CCID] 00 00", true },
        { "[CCID]", "HID OMNIKEY 5422 [CCID] 00 00", true },
        { "omnikey", "HID OMNIKEY 5422", false },
        { "HID*00", "HID OMNIKEY 5422 [CCID] 00 00", true },
        { "HID*01", "HID OMNIKEY 5422 [CCID] 00 00", false },
        { "*[CCID]*", "HID OMNIKEY 5422 [CCID] 00 00", true },
        { "*[C]*", "HID OMNIKEY 5422 [CCID] 00 00", false },
        { "OMNIKEY*", "HID OMNIKEY 5422", false },
        { "?ID OMNIKEY*", "HID OMNIKEY 5422", true },
        { "HID?", "HID", false },
        { "*", "anything", true },
        { "*a*b*c", "xaxxbxbxcxc", true },
        { "*a*b*c", "xaxxbxbxcxd", false },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char text[128];
        struct config *config;

        snprintf(text, sizeof(text), "ignore-reader = nothing like this\nignore-reader = %s\n",
                 cases[i].pattern);
        config = read_text(text, RESULT_OK);
        ck_assert_msg(config_reader_ignored(config, cases[i].reader) == cases[i].ignored, "%s against %s",
                      cases[i].pattern, cases[i].reader);
        config_free(&config);
    }
}
END_TEST

START_TEST(test_no_reader_is_ignored_by_default)
{
    struct config *config;

    assert_ok(config_load_from(NULL, NULL, &config));
    ck_assert(!config_reader_ignored(config, "any"));
    config_free(&config);
}
END_TEST

START_TEST(test_the_example_can_be_used_as_it_is)
{
    struct config *config;

    assert_ok(config_load_from(EXAMPLE, NULL, &config));
    assert_defaults(config);
    config_free(&config);
}
END_TEST

UNIT_MAIN("config", test_without_a_file_everything_has_its_default, test_every_option_is_read,
          test_a_wrong_value_is_reported_and_the_default_stands,
          test_a_wrong_line_does_not_hide_those_after_it, test_an_indented_line_is_a_setting_of_its_own,
          test_a_line_that_is_too_long_is_reported_not_cut_in_two, test_complaints_have_an_end,
          test_a_file_that_cannot_be_read_is_reported, test_the_trace_variable_goes_before_the_file,
          test_a_wrong_trace_variable_is_reported, test_the_file_is_looked_for_in_the_persons_folders,
          test_the_certificate_folder_is_the_persons_another_one_or_none,
          test_a_section_is_handed_on_as_it_stands, test_sections_that_the_drivers_allow_pass,
          test_wrong_settings_of_a_family_are_reported_and_taken_out,
          test_readers_are_ignored_by_a_part_of_their_name_or_a_pattern, test_no_reader_is_ignored_by_default,
          test_the_example_can_be_used_as_it_is)
