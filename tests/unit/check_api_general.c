/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <pthread.h>
#include <string.h>

#include "tests/unit/api.h"

static CK_RV initialize_with(CK_C_INITIALIZE_ARGS args)
{
    CK_RV rv = C_Initialize(&args);
    if (rv == CKR_OK)
        assert_rv(C_Finalize(NULL), CKR_OK);
    return rv;
}

static unsigned mutexes_made;

static CK_RV make_mutex(CK_VOID_PTR_PTR ret)
{
    pthread_mutex_t *mutex = malloc(sizeof(*mutex));
    pthread_mutex_init(mutex, NULL);
    mutexes_made++;
    *ret = mutex;
    return CKR_OK;
}

static CK_RV destroy_mutex(CK_VOID_PTR mutex)
{
    pthread_mutex_destroy(mutex);
    free(mutex);
    mutexes_made--;
    return CKR_OK;
}

static CK_RV lock_mutex(CK_VOID_PTR mutex)
{
    pthread_mutex_lock(mutex);
    return CKR_OK;
}

static CK_RV unlock_mutex(CK_VOID_PTR mutex)
{
    pthread_mutex_unlock(mutex);
    return CKR_OK;
}

START_TEST(test_initialisation_without_arguments)
{
    assert_rv(C_Initialize(NULL), CKR_OK);
    assert_rv(C_Finalize(NULL), CKR_OK);
}
END_TEST

START_TEST(test_reserved_arguments_are_refused)
{
    int something = 0;
    assert_rv(initialize_with((CK_C_INITIALIZE_ARGS){ .pReserved = &something }), CKR_ARGUMENTS_BAD);
    assert_rv(initialize_with((CK_C_INITIALIZE_ARGS){ .flags = CKF_OS_LOCKING_OK }), CKR_OK);
}
END_TEST

START_TEST(test_mutex_functions_come_all_or_not_at_all)
{
    assert_rv(initialize_with((CK_C_INITIALIZE_ARGS){ .CreateMutex = make_mutex }), CKR_ARGUMENTS_BAD);
    assert_rv(initialize_with((CK_C_INITIALIZE_ARGS){
                  .CreateMutex = make_mutex, .DestroyMutex = destroy_mutex, .LockMutex = lock_mutex }),
              CKR_ARGUMENTS_BAD);
    ck_assert_uint_eq(mutexes_made, 0);
}
END_TEST

/* P1 40 */
START_TEST(test_the_applications_mutexes_are_used_only_where_native_ones_are_not_allowed)
{
    CK_C_INITIALIZE_ARGS args = { make_mutex, destroy_mutex, lock_mutex, unlock_mutex, 0, NULL };
    assert_rv(C_Initialize(&args), CKR_OK);
    ck_assert_uint_gt(mutexes_made, 0);
    assert_rv(C_Finalize(NULL), CKR_OK);
    ck_assert_uint_eq(mutexes_made, 0);
    args.flags = CKF_OS_LOCKING_OK;
    assert_rv(C_Initialize(&args), CKR_OK);
    ck_assert_uint_eq(mutexes_made, 0);
    assert_rv(C_Finalize(NULL), CKR_OK);
}
END_TEST

START_TEST(test_everything_works_on_the_applications_mutexes)
{
    const struct lock_functions functions = { make_mutex, destroy_mutex, lock_mutex, unlock_mutex };
    struct api api;
    CK_ULONG count = 1;
    api_world(&api);
    fake_insert(api.fake, "A", fake_card_new(api.fake));
    assert_rv(api_initialize(&api, &functions), CKR_OK);
    assert_rv(C_GetSlotList(CK_TRUE, &api.slot, &count), CKR_OK);
    api_login(api_session(&api, 0));
    api_stop(&api);
    ck_assert_uint_eq(mutexes_made, 0);
}
END_TEST

/* What the module calls calls the module, as an OpenSSL does that reads its configuration then. */
static CK_RV calling_lock_mutex(CK_VOID_PTR mutex)
{
    CK_ULONG count = 0;

    assert_rv(C_GetSlotList(CK_FALSE, NULL, &count), CKR_FUNCTION_FAILED);
    assert_rv(C_Finalize(NULL), CKR_FUNCTION_FAILED);
    assert_rv(C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
    return lock_mutex(mutex);
}

START_TEST(test_a_call_from_inside_a_call_fails_and_does_not_wait_for_itself)
{
    const struct lock_functions functions = { make_mutex, destroy_mutex, calling_lock_mutex, unlock_mutex };
    CK_TOKEN_INFO info;
    CK_ULONG count = 1;
    struct api api;

    api_world(&api);
    fake_insert(api.fake, "A", fake_card_new(api.fake));
    assert_rv(api_initialize(&api, &functions), CKR_OK);
    assert_rv(C_GetSlotList(CK_TRUE, &api.slot, &count), CKR_OK);
    assert_rv(C_GetTokenInfo(api.slot, &info), CKR_OK);
    api_stop(&api);
}
END_TEST

START_TEST(test_the_module_tells_what_it_is)
{
    struct api api;
    CK_INFO info;
    api_start(&api);
    assert_rv(C_GetInfo(NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetInfo(&info), CKR_OK);
    ck_assert_uint_eq(info.cryptokiVersion.major, 3);
    ck_assert_uint_eq(info.flags, 0);
    ck_assert_mem_eq(info.libraryDescription, "libecp-pkcs11", 13);
    ck_assert_uint_eq(info.libraryDescription[31], ' ');
    ck_assert_ptr_null(memchr(info.manufacturerID, 0, sizeof(info.manufacturerID)));
    api_stop(&api);
}
END_TEST

START_TEST(test_there_is_an_interface_for_each_version)
{
    CK_INTERFACE list[3];
    CK_ULONG count = 0;
    assert_rv(C_GetInterfaceList(NULL, NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetInterfaceList(NULL, &count), CKR_OK);
    ck_assert_uint_eq(count, 3);
    count = 2;
    assert_rv(C_GetInterfaceList(list, &count), CKR_BUFFER_TOO_SMALL);
    ck_assert_uint_eq(count, 3);
    assert_rv(C_GetInterfaceList(list, &count), CKR_OK);
    for (size_t i = 0; i < count; i++)
        ck_assert_str_eq((const char *)list[i].pInterfaceName, "PKCS 11");
}
END_TEST

static CK_VERSION version_of(CK_INTERFACE *interface)
{
    CK_VERSION version;
    memcpy(&version, interface->pFunctionList, sizeof(version));
    return version;
}

START_TEST(test_an_interface_is_found_by_name_version_and_flags)
{
    CK_UTF8CHAR name[] = "PKCS 11", other[] = "Vendor X";
    CK_VERSION v30 = { 3, 0 }, v240 = { 2, 40 }, v9 = { 9, 0 };
    CK_INTERFACE *interface = NULL;

    assert_rv(C_GetInterface(NULL, NULL, NULL, 0), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetInterface(NULL, NULL, &interface, 0), CKR_OK);
    ck_assert_uint_eq(version_of(interface).minor, 2);
    assert_rv(C_GetInterface(name, &v30, &interface, 0), CKR_OK);
    ck_assert_uint_eq(version_of(interface).major, 3);
    ck_assert_uint_eq(version_of(interface).minor, 0);
    assert_rv(C_GetInterface(NULL, &v240, &interface, 0), CKR_OK);
    ck_assert_uint_eq(version_of(interface).minor, 40);
    assert_rv(C_GetInterface(other, NULL, &interface, 0), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetInterface(name, &v9, &interface, 0), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetInterface(name, NULL, &interface, CKF_INTERFACE_FORK_SAFE), CKR_ARGUMENTS_BAD);
}
END_TEST

START_TEST(test_the_old_list_is_2_40_and_the_new_ones_begin_like_it)
{
    CK_FUNCTION_LIST *old = NULL;
    CK_VERSION v32 = { 3, 2 };
    CK_INTERFACE *interface = NULL;

    assert_rv(C_GetFunctionList(NULL), CKR_ARGUMENTS_BAD);
    assert_rv(C_GetFunctionList(&old), CKR_OK);
    ck_assert_uint_eq(old->version.major, 2);
    ck_assert_uint_eq(old->version.minor, 40);
    ck_assert(old->C_WaitForSlotEvent == C_WaitForSlotEvent);
    assert_rv(C_GetInterface(NULL, &v32, &interface, 0), CKR_OK);
    const CK_FUNCTION_LIST_3_2 *list = interface->pFunctionList;
    ck_assert(list->C_Sign == C_Sign);
    ck_assert(list->C_LoginUser == C_LoginUser);
    ck_assert(list->C_UnwrapKeyAuthenticated == C_UnwrapKeyAuthenticated);
}
END_TEST

UNIT_MAIN("api general", test_initialisation_without_arguments, test_reserved_arguments_are_refused,
          test_mutex_functions_come_all_or_not_at_all,
          test_the_applications_mutexes_are_used_only_where_native_ones_are_not_allowed,
          test_everything_works_on_the_applications_mutexes,
          test_a_call_from_inside_a_call_fails_and_does_not_wait_for_itself, test_the_module_tells_what_it_is,
          test_there_is_an_interface_for_each_version, test_an_interface_is_found_by_name_version_and_flags,
          test_the_old_list_is_2_40_and_the_new_ones_begin_like_it)
