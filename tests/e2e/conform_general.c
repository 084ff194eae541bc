/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* conform_general: initialisation, interfaces, slots, tokens, mechanisms' names (PKCS#11 3.2, 5.4 and 5.5).
 */
#include <stddef.h>

#include "tests/e2e/conform.h"

#define POINTERS_MAX 128
#define ARGUMENTS                                                                                            \
    CK_ULONG, CK_ULONG, CK_ULONG, CK_ULONG, CK_ULONG, CK_ULONG, CK_ULONG, CK_ULONG, CK_ULONG, CK_ULONG
#define ZEROS 0, 0, 0, 0, 0, 0, 0, 0, 0, 0

/* Any function of a list, for calls with nothing but zeros. */
typedef CK_RV (*any_function)(ARGUMENTS);
#define ANY(function) ((any_function)(void (*)(void))(function))

/* The pointers of a function list after its version. */
static size_t list_pointers(const void *list, size_t size, any_function *ret)
{
    const size_t skip = offsetof(CK_FUNCTION_LIST, C_Initialize);
    memcpy(ret, (const char *)list + skip, size - skip);
    return (size - skip) / sizeof(*ret);
}

/* The functions that work, or fail in a way of their own, without C_Initialize. */
static bool always_works(const CK_FUNCTION_LIST_3_2 *list, any_function function)
{
    const any_function free_of_it[] = { ANY(list->C_Initialize), ANY(list->C_GetFunctionList),
                                        ANY(list->C_GetInterfaceList), ANY(list->C_GetInterface) };
    for (size_t i = 0; i < DIM(free_of_it); i++)
        if (function == free_of_it[i])
            return true;
    return false;
}

static void nothing_works_before_initialisation(void)
{
    const CK_FUNCTION_LIST_3_2 *list = conform_list();
    any_function pointers[POINTERS_MAX];
    size_t count = list_pointers(list, sizeof(*list), pointers);

    for (size_t i = 0; i < count; i++) {
        conform_about("function number", i);
        TRUE_THAT(pointers[i] != NULL);
        if (!always_works(list, pointers[i]))
            RV(pointers[i](ZEROS), CKR_CRYPTOKI_NOT_INITIALIZED);
    }
}

/* The functions whose first argument is no session. */
static bool has_no_session(const CK_FUNCTION_LIST_3_2 *list, any_function function)
{
    const any_function others[] = {
        ANY(list->C_Finalize),         ANY(list->C_GetInfo),          ANY(list->C_GetSlotList),
        ANY(list->C_GetSlotInfo),      ANY(list->C_GetTokenInfo),     ANY(list->C_GetMechanismList),
        ANY(list->C_GetMechanismInfo), ANY(list->C_InitToken),        ANY(list->C_OpenSession),
        ANY(list->C_CloseAllSessions), ANY(list->C_WaitForSlotEvent),
    };
    for (size_t i = 0; i < DIM(others); i++)
        if (function == others[i])
            return true;
    return always_works(list, function);
}

static void a_wrong_session_comes_before_any_other_mistake(void)
{
    const CK_FUNCTION_LIST_3_2 *list = conform_list();
    any_function pointers[POINTERS_MAX];
    size_t count = list_pointers(list, sizeof(*list), pointers);

    client_initialize();
    for (size_t i = 0; i < count; i++) {
        conform_about("function number", i);
        if (!has_no_session(list, pointers[i])) {
            RV_OR(pointers[i](ZEROS), CKR_SESSION_HANDLE_INVALID, CKR_ARGUMENTS_BAD);
            RV_OR(pointers[i](CONFORM_BAD_HANDLE, 0, 0, 0, 0, 0, 0, 0, 0, 0), CKR_SESSION_HANDLE_INVALID,
                  CKR_ARGUMENTS_BAD);
        }
    }
    conform_about(NULL, 0);
    conform_end();
}

static CK_RV no_mutex(CK_VOID_PTR mutex)
{
    (void)mutex;
    return CKR_OK;
}

static CK_RV no_new_mutex(CK_VOID_PTR_PTR mutex)
{
    static int any;
    *mutex = &any;
    return CKR_OK;
}

static void initialisation_takes_the_arguments_of_the_standard(void)
{
    CK_C_INITIALIZE_ARGS args = { 0 };
    int reserved = 0;

    OK(p11->C_Initialize(NULL));
    RV(p11->C_Initialize(NULL), CKR_CRYPTOKI_ALREADY_INITIALIZED);
    RV(p11->C_Finalize(&reserved), CKR_ARGUMENTS_BAD);
    OK(p11->C_Finalize(NULL));
    RV(p11->C_Finalize(NULL), CKR_CRYPTOKI_NOT_INITIALIZED);
    OK(p11->C_Initialize(&args));
    OK(p11->C_Finalize(NULL));
    args.flags = CKF_LIBRARY_CANT_CREATE_OS_THREADS;
    RV_OR(p11->C_Initialize(&args), CKR_OK, CKR_NEED_TO_CREATE_THREADS);
    (void)p11->C_Finalize(NULL);
    args.flags = 0;
    args.pReserved = &reserved;
    RV(p11->C_Initialize(&args), CKR_ARGUMENTS_BAD);
    args.pReserved = NULL;
    args.CreateMutex = no_new_mutex;
    RV(p11->C_Initialize(&args), CKR_ARGUMENTS_BAD);
    args.DestroyMutex = args.LockMutex = args.UnlockMutex = no_mutex;
    RV_OR(p11->C_Initialize(&args), CKR_OK, CKR_CANT_LOCK);
    (void)p11->C_Finalize(NULL);
    args.flags = CKF_OS_LOCKING_OK;
    OK(p11->C_Initialize(&args));
    OK(p11->C_Finalize(NULL));
}

/* As long as WHOLE, ended by blanks and with no zero byte in it. */
static bool blank_padded(const CK_UTF8CHAR *text, size_t size)
{
    return memchr(text, 0, size) == NULL;
}

static void the_library_describes_itself(void)
{
    CK_INFO info;

    client_initialize();
    RV(p11->C_GetInfo(NULL), CKR_ARGUMENTS_BAD);
    memset(&info, 0, sizeof(info));
    OK(p11->C_GetInfo(&info));
    TRUE_THAT(info.cryptokiVersion.major == 3 && info.cryptokiVersion.minor == 2);
    TRUE_THAT(info.flags == 0);
    TRUE_THAT(blank_padded(info.manufacturerID, sizeof(info.manufacturerID)));
    TRUE_THAT(blank_padded(info.libraryDescription, sizeof(info.libraryDescription)));
    TRUE_THAT(info.libraryVersion.major != 0 || info.libraryVersion.minor != 0);
    conform_end();
}

static void interfaces_are_listed(void)
{
    CK_C_GetInterfaceList get;
    CK_INTERFACE interfaces[8];
    CK_ULONG count = 0, few;
    bool seen[3] = { false, false, false };

    *(void **)&get = conform_symbol("C_GetInterfaceList");
    RV(get(NULL, NULL), CKR_ARGUMENTS_BAD);
    OK(get(NULL, &count));
    TRUE_THAT(count >= 2 && count <= DIM(interfaces));
    few = count - 1;
    RV(get(interfaces, &few), CKR_BUFFER_TOO_SMALL);
    TRUE_THAT(few == count);
    few = DIM(interfaces);
    OK(get(interfaces, &few));
    TRUE_THAT(few == count);
    for (CK_ULONG i = 0; i < count; i++) {
        const CK_VERSION *version = interfaces[i].pFunctionList;
        TRUE_THAT(strcmp((const char *)interfaces[i].pInterfaceName, "PKCS 11") == 0);
        seen[0] = seen[0] || (version->major == 2 && version->minor == 40);
        seen[1] = seen[1] || (version->major == 3 && version->minor == 0);
        seen[2] = seen[2] || (version->major == 3 && version->minor == 2);
    }
    TRUE_THAT(seen[0] && seen[1] && seen[2]);
}

static void an_interface_is_found_by_name_version_and_flags(void)
{
    CK_C_GetInterface get;
    CK_INTERFACE *found = NULL, *again = NULL;
    CK_VERSION version = { 3, 0 };

    *(void **)&get = conform_symbol("C_GetInterface");
    RV(get(NULL, NULL, NULL, 0), CKR_ARGUMENTS_BAD);
    OK(get(NULL, NULL, &found, 0));
    CLIENT_NEED(found != NULL);
    TRUE_THAT(strcmp((const char *)found->pInterfaceName, "PKCS 11") == 0);
    TRUE_THAT(((const CK_VERSION *)found->pFunctionList)->major == 3);
    OK(get(BYTES_OF_TEXT("PKCS 11"), NULL, &again, 0));
    TRUE_THAT(again == found || again->pFunctionList == found->pFunctionList);
    OK(get(BYTES_OF_TEXT("PKCS 11"), &version, &again, 0));
    TRUE_THAT(memcmp(again->pFunctionList, &version, sizeof(version)) == 0);
    version = (CK_VERSION){ 2, 40 };
    OK(get(NULL, &version, &again, 0));
    TRUE_THAT(again->pFunctionList == (void *)p11);
    version = (CK_VERSION){ 50, 50 };
    RV(get(BYTES_OF_TEXT("PKCS 11"), &version, &again, 0), CKR_ARGUMENTS_BAD);
    RV(get(BYTES_OF_TEXT("PKCS 11 other"), NULL, &again, 0), CKR_ARGUMENTS_BAD);
    RV(get(BYTES_OF_TEXT(""), NULL, &again, 0), CKR_ARGUMENTS_BAD);
    /* a fork-safe interface is a promise of its own, given or refused */
    RV_OR(get(NULL, NULL, &again, CKF_INTERFACE_FORK_SAFE), CKR_OK, CKR_ARGUMENTS_BAD);
}

static void every_list_has_the_same_functions(void)
{
    const CK_FUNCTION_LIST_3_2 *list = conform_list();
    any_function old[POINTERS_MAX], new[POINTERS_MAX], symbol;
    size_t count = list_pointers(p11, sizeof(*p11), old);
    CK_FUNCTION_LIST *again = NULL;

    (void)list_pointers(list, sizeof(*list), new);
    TRUE_THAT(p11->version.major == 2 && p11->version.minor == 40);
    for (size_t i = 0; i < count; i++)
        TRUE_THAT(old[i] != NULL && old[i] == new[i]);
    RV(p11->C_GetFunctionList(NULL), CKR_ARGUMENTS_BAD);
    OK(p11->C_GetFunctionList(&again));
    TRUE_THAT(again == p11);
    *(void **)&symbol = conform_symbol("C_Sign");
    TRUE_THAT(symbol == ANY(list->C_Sign));
    *(void **)&symbol = conform_symbol("C_EncapsulateKey");
    TRUE_THAT(symbol == ANY(list->C_EncapsulateKey));
}

static void slots_are_listed(void)
{
    CK_SLOT_ID slots[32], none = 0;
    CK_ULONG all = 0, present = 0, room = 0;
    CK_SLOT_INFO info;

    client_initialize();
    RV(p11->C_GetSlotList(CK_FALSE, NULL, NULL), CKR_ARGUMENTS_BAD);
    OK(p11->C_GetSlotList(CK_FALSE, NULL, &all));
    OK(p11->C_GetSlotList(CK_TRUE, NULL, &present));
    TRUE_THAT(present >= 1 && present <= all);
    RV(p11->C_GetSlotList(CK_TRUE, &none, &room), CKR_BUFFER_TOO_SMALL);
    TRUE_THAT(room == present);
    room = DIM(slots);
    OK(p11->C_GetSlotList(CK_TRUE, slots, &room));
    TRUE_THAT(room == present);
    memset(&info, 0, sizeof(info));
    OK(p11->C_GetSlotInfo(slots[0], &info));
    TRUE_THAT((info.flags & (CKF_TOKEN_PRESENT | CKF_REMOVABLE_DEVICE | CKF_HW_SLOT)) ==
              (CKF_TOKEN_PRESENT | CKF_REMOVABLE_DEVICE | CKF_HW_SLOT));
    TRUE_THAT((info.flags & ~(CK_FLAGS)7) == 0);
    TRUE_THAT(blank_padded(info.slotDescription, sizeof(info.slotDescription)));
    TRUE_THAT(blank_padded(info.manufacturerID, sizeof(info.manufacturerID)));
    RV(p11->C_GetSlotInfo(slots[0], NULL), CKR_ARGUMENTS_BAD);
    RV(p11->C_GetSlotInfo(CONFORM_BAD_HANDLE, &info), CKR_SLOT_ID_INVALID);
    RV(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, NULL, NULL), CKR_ARGUMENTS_BAD);
    RV(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, slots, slots), CKR_ARGUMENTS_BAD);
    RV(p11->C_WaitForSlotEvent(CKF_DONT_BLOCK, slots, NULL), CKR_NO_EVENT);
    conform_end();
}

static void the_token_describes_itself(void)
{
    struct conform conform = conform_begin(false);
    CK_TOKEN_INFO info;

    RV(p11->C_GetTokenInfo(conform.slot, NULL), CKR_ARGUMENTS_BAD);
    RV(p11->C_GetTokenInfo(CONFORM_BAD_HANDLE, &info), CKR_SLOT_ID_INVALID);
    memset(&info, 0, sizeof(info));
    OK(p11->C_GetTokenInfo(conform.slot, &info));
    TRUE_THAT(blank_padded(info.label, sizeof(info.label)));
    TRUE_THAT(blank_padded(info.manufacturerID, sizeof(info.manufacturerID)));
    TRUE_THAT(blank_padded(info.model, sizeof(info.model)));
    TRUE_THAT(blank_padded(info.serialNumber, sizeof(info.serialNumber)));
    TRUE_THAT(info.serialNumber[0] != ' ' && info.label[0] != ' ');
    TRUE_THAT(blank_padded(info.utcTime, sizeof(info.utcTime)));
    TRUE_THAT((info.flags & (CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED | CKF_TOKEN_INITIALIZED)) ==
              (CKF_LOGIN_REQUIRED | CKF_USER_PIN_INITIALIZED | CKF_TOKEN_INITIALIZED));
    TRUE_THAT((info.flags & (CKF_CLOCK_ON_TOKEN | CKF_WRITE_PROTECTED | CKF_RESTORE_KEY_NOT_NEEDED |
                             CKF_USER_PIN_COUNT_LOW | CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_LOCKED |
                             CKF_USER_PIN_TO_BE_CHANGED | CKF_ERROR_STATE)) == 0);
    TRUE_THAT(info.ulMinPinLen <= info.ulMaxPinLen && info.ulMaxPinLen >= 8);
    TRUE_THAT(info.ulSessionCount == 2 || info.ulSessionCount == CK_UNAVAILABLE_INFORMATION);
    TRUE_THAT(info.ulRwSessionCount == 1 || info.ulRwSessionCount == CK_UNAVAILABLE_INFORMATION);
    TRUE_THAT(info.ulMaxSessionCount == CK_EFFECTIVELY_INFINITE || info.ulMaxSessionCount >= 2);
    conform_end();
}

static void mechanisms_are_listed(void)
{
    struct conform conform = conform_begin(false);
    CK_MECHANISM_TYPE list[256];
    CK_ULONG count = 0, room = 1;
    CK_MECHANISM_INFO info;

    RV(p11->C_GetMechanismList(conform.slot, NULL, NULL), CKR_ARGUMENTS_BAD);
    RV(p11->C_GetMechanismList(CONFORM_BAD_HANDLE, NULL, &count), CKR_SLOT_ID_INVALID);
    OK(p11->C_GetMechanismList(conform.slot, NULL, &count));
    CLIENT_NEED(count > 1 && count <= DIM(list));
    RV(p11->C_GetMechanismList(conform.slot, list, &room), CKR_BUFFER_TOO_SMALL);
    TRUE_THAT(room == count);
    OK(p11->C_GetMechanismList(conform.slot, list, &room));
    for (CK_ULONG i = 0; i < count; i++) {
        conform_about("mechanism", list[i]);
        OK(p11->C_GetMechanismInfo(conform.slot, list[i], &info));
        TRUE_THAT(info.ulMinKeySize <= info.ulMaxKeySize);
        TRUE_THAT((info.flags & ~(CK_FLAGS)CKF_HW) != 0);
        for (CK_ULONG j = 0; j < i; j++)
            TRUE_THAT(list[i] != list[j]);
    }
    conform_about(NULL, 0);
    RV(p11->C_GetMechanismInfo(conform.slot, list[0], NULL), CKR_ARGUMENTS_BAD);
    RV(p11->C_GetMechanismInfo(conform.slot, CKM_VENDOR_DEFINED + 77, &info), CKR_MECHANISM_INVALID);
    RV(p11->C_GetMechanismInfo(CONFORM_BAD_HANDLE, list[0], &info), CKR_SLOT_ID_INVALID);
    conform_end();
}

static void what_the_token_profiles_promise_is_said(void)
{
    struct conform conform = conform_begin(false);
    CK_OBJECT_CLASS class = CKO_PROFILE;
    CK_PROFILE_ID id = CKP_BASELINE_PROVIDER;
    CK_ATTRIBUTE items[] = { { CKA_CLASS, &class, sizeof(class) }, { CKA_PROFILE_ID, &id, sizeof(id) } };
    CK_OBJECT_HANDLE found = conform_find(conform.reader, items, DIM(items));

    TRUE_THAT(found != CK_INVALID_HANDLE);
    TRUE_THAT(conform_number(conform.reader, found, CKA_PROFILE_ID) == CKP_BASELINE_PROVIDER);
    id = CKP_AUTHENTICATION_TOKEN;
    TRUE_THAT(conform_find(conform.reader, items, DIM(items)) != CK_INVALID_HANDLE);
    id = CKP_PUBLIC_CERTIFICATES_TOKEN;
    TRUE_THAT(conform_find(conform.reader, items, DIM(items)) != CK_INVALID_HANDLE);
    conform_end();
}

const struct conform_story conform_general[] = {
    { "nothing works before initialisation", nothing_works_before_initialisation },
    { "a wrong session comes before any other mistake", a_wrong_session_comes_before_any_other_mistake },
    { "initialisation takes the arguments of the standard",
      initialisation_takes_the_arguments_of_the_standard },
    { "the library describes itself", the_library_describes_itself },
    { "interfaces are listed", interfaces_are_listed },
    { "an interface is found by name, version and flags", an_interface_is_found_by_name_version_and_flags },
    { "every list has the same functions", every_list_has_the_same_functions },
    { "slots are listed", slots_are_listed },
    { "the token describes itself", the_token_describes_itself },
    { "mechanisms are listed", mechanisms_are_listed },
    { "what the token's profiles promise is said", what_the_token_profiles_promise_is_said },
    { NULL, NULL },
};
