/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Initialisation and what the module is (PKCS#11 3.2, 5.4). */
#include <stdlib.h>

#include "module/api/call.h"
#include "module/api/text.h"
#include "module/rv.h"
#include "pcsc/cards.h"
#include "pcsc/reader.h"
#include "pcsc/trace.h"

/*
 * Native locks are used wherever they may be: the application's functions only if it gives some and does not
 * allow native ones (5.4.1 names the four cases).
 */
static CK_RV general_read_args(const CK_C_INITIALIZE_ARGS *args, struct lock_functions *ret)
{
    *ret = (struct lock_functions){ NULL, NULL, NULL, NULL };
    if (args == NULL)
        return CKR_OK;
    const int given = (args->CreateMutex != NULL) + (args->DestroyMutex != NULL) + (args->LockMutex != NULL) +
                      (args->UnlockMutex != NULL);
    if (args->pReserved != NULL || (given != 0 && given != 4))
        return CKR_ARGUMENTS_BAD;
    if (given == 4 && (args->flags & CKF_OS_LOCKING_OK) == 0)
        *ret = (struct lock_functions){ args->CreateMutex, args->DestroyMutex, args->LockMutex,
                                        args->UnlockMutex };
    return CKR_OK;
}

/* A configuration with mistakes in it is reported and used as far as it goes. */
static CK_RV general_configure(struct config **ret)
{
    enum result result = config_load(ret);
    bool complaints = result == RESULT_BAD_ARGUMENT;

    if (*ret == NULL)
        return CKR_HOST_MEMORY;
    if ((*ret)->edwards_point == CONFIG_POINT_AUTO)
        (*ret)->edwards_point = library_modern() ? CONFIG_POINT_RAW : CONFIG_POINT_DER;
    if (config_check_sections(*ret, card_drivers) == RESULT_BAD_ARGUMENT)
        complaints = true;
    /* without a trace file the trace has nowhere to complain to; the module works all the same */
    if (trace_open((*ret)->trace_level, (*ret)->trace_file) != RESULT_OK &&
        trace_open(TRACE_ERROR, NULL) == RESULT_OK)
        trace_text(TRACE_ERROR, "configuration", "the trace file cannot be opened", (*ret)->trace_file);
    for (size_t i = 0; complaints && i < (*ret)->complaint_count; i++)
        trace_text(TRACE_ERROR, "configuration", (*ret)->complaints[i], NULL);
    return CKR_OK;
}

static CK_RV general_prepare(struct library_parts *parts)
{
    TRY_RV(general_configure(&parts->config));
    parts->drivers = card_drivers;
    TRY_RESULT(reader_source_pcsc(&parts->source));
    return CKR_OK;
}

static CK_RV general_initialize(const CK_C_INITIALIZE_ARGS *args)
{
    struct library_parts parts = { 0 };
    CK_RV rv;

    TRY_RV(general_read_args(args, &parts.lock_functions));
    TRY_RV(library_claim());
    rv = general_prepare(&parts);
    if (rv == CKR_OK)
        return library_start(&parts);
    config_free(&parts.config);
    (void)library_start(NULL);
    return rv;
}

CK_RV C_Initialize(CK_VOID_PTR pInitArgs)
{
    CK_RV rv = general_initialize(pInitArgs);
    if (trace_wants(TRACE_CALL))
        trace_call(__func__, rv_name(rv));
    return rv;
}

CK_RV C_Finalize(CK_VOID_PTR pReserved)
{
    CK_RV rv = pReserved == NULL ? library_finish() : CKR_ARGUMENTS_BAD;
    /* after a success the trace is closed, or somebody else's */
    if (rv != CKR_OK && trace_wants(TRACE_CALL))
        trace_call(__func__, rv_name(rv));
    return rv;
}

/* "0.1.0" as the standard's two numbers. */
static CK_VERSION general_version(void)
{
    char *rest;
    const unsigned long major = strtoul(PACKAGE_VERSION, &rest, 10);
    return (CK_VERSION){ (CK_BYTE)major, *rest == '.' ? (CK_BYTE)strtoul(rest + 1, NULL, 10) : 0 };
}

static CK_RV general_info(CK_INFO *info)
{
    if (info == NULL)
        return CKR_ARGUMENTS_BAD;
    *info = (CK_INFO){ .cryptokiVersion = { CRYPTOKI_VERSION_MAJOR, CRYPTOKI_VERSION_MINOR },
                       .libraryVersion = general_version() };
    text_pad(info->manufacturerID, sizeof(info->manufacturerID), "libecp-pkcs11 project");
    text_pad(info->libraryDescription, sizeof(info->libraryDescription), "libecp-pkcs11 smart cards");
    return CKR_OK;
}

CK_RV C_GetInfo(CK_INFO_PTR pInfo)
{
    CALL_RETURN(call_on_library(&call), general_info(pInfo));
}
