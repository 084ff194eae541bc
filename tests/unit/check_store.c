/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vcard/store.h"

/** A fresh directory and the path of a file in it that is not there yet. */
struct place {
    char directory[64];
    char file[80];
};

static struct place place_make(void)
{
    struct place place;

    snprintf(place.directory, sizeof(place.directory), "/tmp/check_store.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(place.directory));
    snprintf(place.file, sizeof(place.file), "%s/card", place.directory);
    return place;
}

static void place_remove(const struct place *place)
{
    unlink(place->file);
    ck_assert_int_eq(rmdir(place->directory), 0); /* fails if anything else was left in it */
}

START_TEST(test_reads_back_what_was_written)
{
    struct place place = place_make();
    uint8_t memory[1300], written[1300];
    struct buf buf = BUF_OVER(memory);

    for (size_t i = 0; i < sizeof(written); i++)
        written[i] = (uint8_t)(i * 7);
    assert_ok(store_write(place.file, BYTES_OF(written)));
    assert_ok(store_read(place.file, &buf));
    assert_bytes(buf_bytes(&buf), BYTES_OF(written));
    place_remove(&place);
}
END_TEST

START_TEST(test_replaces_longer_contents_and_leaves_no_other_file)
{
    struct place place = place_make();
    uint8_t memory[16];
    struct buf buf = BUF_OVER(memory);

    assert_ok(store_write(place.file, BYTES_LIT(1, 2, 3, 4, 5)));
    assert_ok(store_write(place.file, BYTES_LIT(9)));
    assert_ok(store_read(place.file, &buf));
    assert_bytes(buf_bytes(&buf), BYTES_LIT(9));
    place_remove(&place);
}
END_TEST

START_TEST(test_file_is_for_its_owner_only_even_if_it_was_not)
{
    struct place place = place_make();
    struct stat status;

    assert_ok(store_write(place.file, BYTES_LIT(1)));
    ck_assert_int_eq(chmod(place.file, 0666), 0);
    assert_ok(store_write(place.file, BYTES_LIT(2)));
    ck_assert_int_eq(stat(place.file, &status), 0);
    ck_assert_uint_eq(status.st_mode & 07777, 0600);
    place_remove(&place);
}
END_TEST

START_TEST(test_old_contents_stay_whole_for_those_who_have_the_file_open)
{
    struct place place = place_make();
    char old[8] = "";

    assert_ok(store_write(place.file, bytes_text("old")));
    FILE *reader = fopen(place.file, "re");
    ck_assert_ptr_nonnull(reader);
    assert_ok(store_write(place.file, bytes_text("new")));
    ck_assert_uint_eq(fread(old, 1, sizeof(old), reader), 3);
    ck_assert_str_eq(old, "old");
    fclose(reader);
    place_remove(&place);
}
END_TEST

START_TEST(test_missing_file_is_not_found)
{
    struct place place = place_make();
    uint8_t memory[4];
    struct buf buf = BUF_OVER(memory);

    assert_result(store_read(place.file, &buf), RESULT_NOT_FOUND);
    ck_assert_uint_eq(buf.size, 0);
    place_remove(&place);
}
END_TEST

START_TEST(test_file_that_does_not_fit_is_refused)
{
    struct place place = place_make();
    uint8_t memory[4];
    struct buf buf = BUF_OVER(memory);

    assert_ok(store_write(place.file, BYTES_LIT(1, 2, 3, 4, 5)));
    assert_result(store_read(place.file, &buf), RESULT_TOO_LARGE);
    place_remove(&place);
}
END_TEST

START_TEST(test_directory_cannot_be_read_as_a_file)
{
    struct place place = place_make();
    uint8_t memory[4];
    struct buf buf = BUF_OVER(memory);

    assert_result(store_read(place.directory, &buf), RESULT_INTERNAL);
    ck_assert_int_eq(errno, EISDIR);
    place_remove(&place);
}
END_TEST

START_TEST(test_write_to_a_missing_directory_fails_and_tells_why)
{
    assert_result(store_write("/tmp/check_store-there-is-none/card", BYTES_LIT(1)), RESULT_INTERNAL);
    ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(test_write_that_cannot_take_its_place_leaves_nothing)
{
    struct place place = place_make();

    ck_assert_int_eq(mkdir(place.file, 0700), 0); /* a file cannot replace a directory */
    assert_result(store_write(place.file, BYTES_LIT(1)), RESULT_INTERNAL);
    ck_assert_int_eq(errno, EISDIR);
    ck_assert_int_eq(rmdir(place.file), 0);
    place_remove(&place);
}
END_TEST

UNIT_MAIN("store", test_reads_back_what_was_written, test_replaces_longer_contents_and_leaves_no_other_file,
          test_file_is_for_its_owner_only_even_if_it_was_not,
          test_old_contents_stay_whole_for_those_who_have_the_file_open, test_missing_file_is_not_found,
          test_file_that_does_not_fit_is_refused, test_directory_cannot_be_read_as_a_file,
          test_write_to_a_missing_directory_fails_and_tells_why,
          test_write_that_cannot_take_its_place_leaves_nothing)
