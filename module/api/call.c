/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/api/call.h"

#include "module/rv.h"
#include "pcsc/trace.h"

CK_RV call_on_library(struct call *call)
{
    TRY_RV(library_enter(&call->library));
    call->place.crypto = call->library->crypto;
    return CKR_OK;
}

CK_RV call_on_slot_alone(struct call *call, CK_SLOT_ID id)
{
    struct slot *slot;

    TRY_RV(call_on_library(call));
    slot = slots_find(&call->library->slots, id);
    if (slot == NULL)
        return CKR_SLOT_ID_INVALID;
    lock_take(&slot->lock);
    call->slot = slot;
    return CKR_OK;
}

CK_RV call_on_slot(struct call *call, CK_SLOT_ID id)
{
    TRY_RV(call_on_library(call));
    TRY_RV(slots_refresh(&call->library->slots));
    struct slot *slot = slots_find(&call->library->slots, id);
    if (slot == NULL)
        return CKR_SLOT_ID_INVALID;
    lock_take(&slot->lock);
    call->slot = slot;
    return slot_token(&call->library->slots, slot, &call->place.token, &call->generation);
}

static struct slot *call_slot_of(struct library *library, CK_SESSION_HANDLE handle)
{
    LOCK_SCOPE(&library->lock);
    const struct session *session = sessions_find(&library->sessions, handle);
    return session != NULL ? session->slot : NULL;
}

static struct session *call_session(struct library *library, CK_SESSION_HANDLE handle)
{
    LOCK_SCOPE(&library->lock);
    return sessions_find(&library->sessions, handle);
}

/* The library's lock is not held while the slot's is waited for, so the session is looked up again. */
static CK_RV call_take_session(struct call *call, CK_SESSION_HANDLE handle)
{
    struct slot *slot = call_slot_of(call->library, handle);

    if (slot == NULL)
        return CKR_SESSION_HANDLE_INVALID;
    lock_take(&slot->lock);
    call->slot = slot;
    call->session = call_session(call->library, handle);
    if (call->session == NULL)
        return CKR_SESSION_HANDLE_INVALID;
    call->generation = call->session->generation;
    return CKR_OK;
}

CK_RV call_on_session_alone(struct call *call, CK_SESSION_HANDLE handle)
{
    TRY_RV(call_on_library(call));
    TRY_RV(call_take_session(call, handle));
    if (slot_session_token(&call->library->slots, call->slot, call->generation, &call->place.token) != CKR_OK)
        call->place.token = NULL;
    return CKR_OK;
}

static CK_RV call_take_token(struct call *call, CK_SESSION_HANDLE handle)
{
    TRY_RV(call_take_session(call, handle));
    return slot_session_token(&call->library->slots, call->slot, call->generation, &call->place.token);
}

CK_RV call_on_session(struct call *call, CK_SESSION_HANDLE handle)
{
    TRY_RV(call_on_library(call));
    return call_take_token(call, handle);
}

CK_RV call_on_session_now(struct call *call, CK_SESSION_HANDLE handle)
{
    TRY_RV(call_on_library(call));
    TRY_RV(slots_refresh(&call->library->slots));
    return call_take_token(call, handle);
}

CK_RV call_on_writable(struct call *call, CK_SESSION_HANDLE handle)
{
    TRY_RV(call_on_session(call, handle));
    return call->session->read_write ? CKR_OK : CKR_SESSION_READ_ONLY;
}

CK_RV call_end(struct call *call, CK_RV rv)
{
    if (call->slot != NULL) {
        slot_publish(&call->library->slots, call->slot);
        lock_release(&call->slot->lock);
    }
    if (trace_wants(TRACE_CALL))
        trace_call(call->name, rv_name(rv));
    if (call->library != NULL)
        library_leave();
    return rv;
}

CK_RV call_bytes(const void *data, CK_ULONG size, struct bytes *ret)
{
    if (data == NULL && size != 0)
        return CKR_ARGUMENTS_BAD;
    *ret = bytes_make(data, size);
    return CKR_OK;
}
