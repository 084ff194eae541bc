/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vcard/control.h"

START_TEST(test_request_and_reply_pass_through_a_socket_of_its_owner_only)
{
    char directory[] = "/tmp/check_control.XXXXXX", path[64], text[CONTROL_MAX];
    struct stat status;

    ck_assert_ptr_nonnull(mkdtemp(directory));
    snprintf(path, sizeof(path), "%s/socket", directory);
    int listener = control_listen(path);
    ck_assert_int_ge(listener, 0);
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0600);
    int client = control_connect(path);
    int server = accept(listener, NULL, NULL);
    ck_assert(control_send(client, "1 remove"));
    ck_assert(control_receive(server, text));
    ck_assert_str_eq(text, "1 remove");
    ck_assert(control_send(server, "ok done"));
    ck_assert(control_receive(client, text));
    ck_assert_str_eq(text, "ok done");
    close(server);
    ck_assert(!control_receive(client, text));
    close(client);
    close(listener);
    unlink(path);
    rmdir(directory);
}
END_TEST

START_TEST(test_text_that_is_too_long_is_cut)
{
    char *text = calloc(1, CONTROL_MAX + 100), got[CONTROL_MAX];
    int pair[2];

    memset(text, 'x', CONTROL_MAX + 99);
    ck_assert_int_eq(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
    ck_assert(control_send(pair[0], text));
    ck_assert(control_receive(pair[1], got));
    ck_assert_uint_eq(strlen(got), CONTROL_MAX - 1);
    free(text);
    close(pair[0]);
    close(pair[1]);
}
END_TEST

START_TEST(test_path_that_no_socket_can_have_is_refused)
{
    char path[300];

    memset(path, 'x', sizeof(path) - 1);
    path[sizeof(path) - 1] = '\0';
    ck_assert_int_eq(control_listen(path), -1);
    ck_assert_int_eq(errno, ENAMETOOLONG);
    ck_assert_int_eq(control_connect(path), -1);
    ck_assert_int_eq(errno, ENAMETOOLONG);
}
END_TEST

START_TEST(test_nobody_listens)
{
    ck_assert_int_eq(control_connect("/tmp/check_control-there-is-none"), -1);
    ck_assert_int_eq(errno, ENOENT);
}
END_TEST

START_TEST(test_reply_is_understood)
{
    ck_assert(control_is_ok("ok"));
    ck_assert(control_is_ok("ok in"));
    ck_assert(!control_is_ok("okay"));
    ck_assert(!control_is_ok("error ok"));
    ck_assert(!control_is_ok(""));
    ck_assert_str_eq(control_text("ok apdus=1 sent=2"), "apdus=1 sent=2");
    ck_assert_str_eq(control_text("ok"), "");
}
END_TEST

UNIT_MAIN("control", test_request_and_reply_pass_through_a_socket_of_its_owner_only,
          test_text_that_is_too_long_is_cut, test_path_that_no_socket_can_have_is_refused,
          test_nobody_listens, test_reply_is_understood)
