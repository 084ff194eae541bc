/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The function lists of 2.40, 3.0 and 3.2, and how applications find them (PKCS#11 3.2, 5.4). */
#include <string.h>

#include "module/api/call.h"
#include "module/rv.h"
#include "pcsc/trace.h"

#define FUNCTION_ENTRY(name) .name = (name),

/* The lists are read-only: an application that writes into one would change it for all. */
static const CK_FUNCTION_LIST list_2_40 = { .version = { 2, 40 }, CK_FUNCTIONS_2_40(FUNCTION_ENTRY) };

static const CK_FUNCTION_LIST_3_0 list_3_0 = { .version = { 3, 0 },
                                               CK_FUNCTIONS_2_40(FUNCTION_ENTRY)
                                                   CK_FUNCTIONS_3_0(FUNCTION_ENTRY) };

static const CK_FUNCTION_LIST_3_2 list_3_2 = { .version = { 3, 2 },
                                               CK_FUNCTIONS_2_40(FUNCTION_ENTRY)
                                                   CK_FUNCTIONS_3_0(FUNCTION_ENTRY)
                                                       CK_FUNCTIONS_3_2(FUNCTION_ENTRY) };

static const char interface_name[] = "PKCS 11";

/* The types of Cryptoki know no const. */
#define UNCONST(type, pointer) ((type)(uintptr_t)(pointer))

#define INTERFACE(list)                                                                                      \
    {                                                                                                        \
        (CK_UTF8CHAR *)(uintptr_t)interface_name, (void *)(uintptr_t) & (list), 0                            \
    }

/* The newest first: it is what is given to who asks for no version. */
static const CK_INTERFACE interfaces[] = { INTERFACE(list_3_2), INTERFACE(list_3_0), INTERFACE(list_2_40) };

#define INTERFACE_COUNT (sizeof(interfaces) / sizeof(interfaces[0]))

static CK_RV function_list_trace(const char *name, CK_RV rv)
{
    if (trace_wants(TRACE_CALL))
        trace_call(name, rv_name(rv));
    return rv;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST_PTR_PTR ppFunctionList)
{
    if (ppFunctionList == NULL)
        return function_list_trace(__func__, CKR_ARGUMENTS_BAD);
    *ppFunctionList = UNCONST(CK_FUNCTION_LIST *, &list_2_40);
    return function_list_trace(__func__, CKR_OK);
}

static CK_RV function_list_copy(CK_INTERFACE *list, CK_ULONG *count)
{
    CK_ULONG room;

    if (count == NULL)
        return CKR_ARGUMENTS_BAD;
    room = *count;
    *count = INTERFACE_COUNT;
    if (list == NULL)
        return CKR_OK;
    if (room < INTERFACE_COUNT)
        return CKR_BUFFER_TOO_SMALL;
    memcpy(list, interfaces, sizeof(interfaces));
    return CKR_OK;
}

CK_RV C_GetInterfaceList(CK_INTERFACE_PTR pInterfacesList, CK_ULONG_PTR pulCount)
{
    return function_list_trace(__func__, function_list_copy(pInterfacesList, pulCount));
}

/* NULL asks for anything. No interface here has a flag, so who wants one gets none. */
static bool function_list_fits(const CK_INTERFACE *interface, const CK_UTF8CHAR *name,
                               const CK_VERSION *version, CK_FLAGS flags)
{
    CK_VERSION is;

    memcpy(&is, interface->pFunctionList, sizeof(is));
    if (name != NULL && strcmp((const char *)name, interface_name) != 0)
        return false;
    if (version != NULL && (version->major != is.major || version->minor != is.minor))
        return false;
    return (interface->flags & flags) == flags;
}

static CK_RV function_list_find(const CK_UTF8CHAR *name, const CK_VERSION *version, CK_INTERFACE **ret,
                                CK_FLAGS flags)
{
    if (ret == NULL)
        return CKR_ARGUMENTS_BAD;
    for (size_t i = 0; i < INTERFACE_COUNT; i++) {
        if (function_list_fits(&interfaces[i], name, version, flags)) {
            *ret = UNCONST(CK_INTERFACE *, &interfaces[i]);
            if (version != NULL)
                library_asked_for(version);
            return CKR_OK;
        }
    }
    return CKR_ARGUMENTS_BAD;
}

CK_RV C_GetInterface(CK_UTF8CHAR_PTR pInterfaceName, CK_VERSION_PTR pVersion,
                     CK_INTERFACE_PTR_PTR ppInterface, CK_FLAGS flags)
{
    return function_list_trace(__func__, function_list_find(pInterfaceName, pVersion, ppInterface, flags));
}
