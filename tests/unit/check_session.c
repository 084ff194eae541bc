/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/session/session.h"
#include "tests/unit/unit.h"

static struct slot slot_a, slot_b;

static CK_SESSION_HANDLE open_one(struct sessions *sessions, struct slot *slot, unsigned generation,
                                  bool read_write)
{
    CK_SESSION_HANDLE handle = CK_INVALID_HANDLE;
    ck_assert_uint_eq(sessions_add(sessions, slot, generation, read_write, &handle), CKR_OK);
    return handle;
}

START_TEST(test_handles_are_never_used_twice)
{
    struct sessions sessions;
    sessions_init(&sessions);
    const CK_SESSION_HANDLE first = open_one(&sessions, &slot_a, 1, false);
    ck_assert_uint_ne(first, CK_INVALID_HANDLE);
    sessions_remove(&sessions, sessions_find(&sessions, first));
    ck_assert_ptr_null(sessions_find(&sessions, first));
    ck_assert_uint_ne(open_one(&sessions, &slot_a, 1, false), first);
    sessions_clear(&sessions);
}
END_TEST

START_TEST(test_sessions_are_counted_by_slot_and_insertion)
{
    struct sessions sessions;
    CK_ULONG read_write = 99;
    sessions_init(&sessions);
    open_one(&sessions, &slot_a, 1, false);
    open_one(&sessions, &slot_a, 1, true);
    open_one(&sessions, &slot_a, 2, true);
    open_one(&sessions, &slot_b, 1, true);
    ck_assert_uint_eq(sessions_count(&sessions, &slot_a, 1, &read_write), 2);
    ck_assert_uint_eq(read_write, 1);
    ck_assert_uint_eq(sessions_count(&sessions, &slot_a, 3, NULL), 0);
    ck_assert_ptr_eq(sessions_on_slot(&sessions, &slot_b)->slot, &slot_b);
    sessions_clear(&sessions);
    ck_assert_ptr_null(sessions_on_slot(&sessions, &slot_a));
}
END_TEST

START_TEST(test_the_state_follows_the_login)
{
    ck_assert_uint_eq(session_state(false, TOKEN_PUBLIC), CKS_RO_PUBLIC_SESSION);
    ck_assert_uint_eq(session_state(true, TOKEN_PUBLIC), CKS_RW_PUBLIC_SESSION);
    ck_assert_uint_eq(session_state(false, TOKEN_USER), CKS_RO_USER_FUNCTIONS);
    ck_assert_uint_eq(session_state(true, TOKEN_USER), CKS_RW_USER_FUNCTIONS);
    ck_assert_uint_eq(session_state(true, TOKEN_SO), CKS_RW_SO_FUNCTIONS);
}
END_TEST

UNIT_MAIN("session", test_handles_are_never_used_twice, test_sessions_are_counted_by_slot_and_insertion,
          test_the_state_follows_the_login)
