/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Slots and tokens (PKCS#11 3.2, 5.5). */
#include <string.h>

#include "module/api/call.h"
#include "module/api/pin.h"
#include "module/api/text.h"
#include "module/rv.h"

/* New slots come into view when the application asks how many there are, and at the first question. */
static CK_RV slots_list(struct library *library, bool present, CK_SLOT_ID *list, CK_ULONG *count)
{
    CK_ULONG found = 0;

    if (count == NULL)
        return CKR_ARGUMENTS_BAD;
    TRY_RV(slots_refresh(&library->slots));
    LOCK_SCOPE(&library->lock);
    if (list == NULL || library->listed == 0)
        library->listed = library->slots.count;
    for (size_t i = 0; i < library->listed; i++) {
        const struct slot *slot = library->slots.items[i];
        if (present && slot->state == SLOT_EMPTY)
            continue;
        if (list != NULL && found < *count)
            list[found] = slot->id;
        found++;
    }
    const CK_RV rv = list != NULL && found > *count ? CKR_BUFFER_TOO_SMALL : CKR_OK;
    *count = found;
    return rv;
}

CK_RV C_GetSlotList(CK_BBOOL tokenPresent, CK_SLOT_ID_PTR pSlotList, CK_ULONG_PTR pulCount)
{
    CALL_RETURN(call_on_library(&call),
                slots_list(call.library, tokenPresent != CK_FALSE, pSlotList, pulCount));
}

static CK_RV slots_info(struct library *library, CK_SLOT_ID id, CK_SLOT_INFO *info)
{
    const struct slot *slot;

    if (info == NULL)
        return CKR_ARGUMENTS_BAD;
    TRY_RV(slots_refresh(&library->slots));
    slot = slots_find(&library->slots, id);
    if (slot == NULL)
        return CKR_SLOT_ID_INVALID;
    *info = (CK_SLOT_INFO){ .flags = CKF_REMOVABLE_DEVICE | CKF_HW_SLOT };
    LOCK_SCOPE(&library->lock);
    if (slot->state != SLOT_EMPTY)
        info->flags |= CKF_TOKEN_PRESENT;
    text_pad(info->slotDescription, sizeof(info->slotDescription), slot->reader);
    text_pad(info->manufacturerID, sizeof(info->manufacturerID), "PC/SC");
    return CKR_OK;
}

CK_RV C_GetSlotInfo(CK_SLOT_ID slotID, CK_SLOT_INFO_PTR pInfo)
{
    CALL_RETURN(call_on_library(&call), slots_info(call.library, slotID, pInfo));
}

/* The four flags about one PIN; SHIFT moves them from the user's place to the security officer's. */
static CK_FLAGS slots_pin_flags(const struct card_pin *pin, unsigned shift)
{
    CK_FLAGS flags = 0;

    if (!pin->known)
        return 0;
    if (pin->blocked || pin->tries_left == 0)
        flags |= CKF_USER_PIN_LOCKED;
    else if (pin->tries_left == 1)
        flags |= CKF_USER_PIN_FINAL_TRY | CKF_USER_PIN_COUNT_LOW;
    else if (pin->tries_left != CARD_TRIES_UNKNOWN && pin->tries_max != CARD_TRIES_UNKNOWN &&
             pin->tries_left < pin->tries_max)
        flags |= CKF_USER_PIN_COUNT_LOW;
    if (pin->factory)
        flags |= CKF_USER_PIN_TO_BE_CHANGED;
    return flags << shift;
}

/* CKF_SO_PIN_COUNT_LOW is as far from CKF_USER_PIN_COUNT_LOW as its three neighbours are from theirs. */
#define SO_PIN_SHIFT 4

static CK_FLAGS slots_token_flags(const struct library *library, const struct token_view *view)
{
    CK_FLAGS flags = CKF_LOGIN_REQUIRED | CKF_TOKEN_INITIALIZED | CKF_DUAL_CRYPTO_OPERATIONS;

    if (view->info.has_random || library->config->software_random)
        flags |= CKF_RNG;
    if (view->info.pin_initialized)
        flags |= CKF_USER_PIN_INITIALIZED;
    if (view->pinpad)
        flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
    return flags | slots_pin_flags(&view->info.user, 0) | slots_pin_flags(&view->info.so, SO_PIN_SHIFT);
}

static void slots_describe(const struct library *library, const struct token_view *view, CK_TOKEN_INFO *info)
{
    *info = (CK_TOKEN_INFO){ .flags = slots_token_flags(library, view),
                             .ulMaxSessionCount = CK_EFFECTIVELY_INFINITE,
                             .ulMaxRwSessionCount = CK_EFFECTIVELY_INFINITE,
                             .ulMinPinLen = view->info.user.min,
                             .ulMaxPinLen = view->info.user.max,
                             .ulTotalPublicMemory = CK_UNAVAILABLE_INFORMATION,
                             .ulFreePublicMemory = CK_UNAVAILABLE_INFORMATION,
                             .ulTotalPrivateMemory = CK_UNAVAILABLE_INFORMATION,
                             .ulFreePrivateMemory = CK_UNAVAILABLE_INFORMATION,
                             .hardwareVersion = { view->info.hardware_major, view->info.hardware_minor },
                             .firmwareVersion = { view->info.firmware_major, view->info.firmware_minor } };
    text_pad(info->label, sizeof(info->label), view->info.label);
    text_pad(info->manufacturerID, sizeof(info->manufacturerID), view->info.manufacturer);
    text_pad(info->model, sizeof(info->model), view->info.model);
    text_pad_end(info->serialNumber, sizeof(info->serialNumber), view->info.serial);
    memset(info->utcTime, ' ', sizeof(info->utcTime));
}

/* From what is known, without a card; false if the slot's card has not been looked at. */
static bool slots_token_known(struct library *library, const struct slot *slot, CK_TOKEN_INFO *info)
{
    LOCK_SCOPE(&library->lock);
    if (slot->state != SLOT_RECOGNISED)
        return false;
    slots_describe(library, &slot->view, info);
    info->ulSessionCount =
        sessions_count(&library->sessions, slot, slot->generation, &info->ulRwSessionCount);
    return true;
}

static CK_RV slots_token_info(struct call *call, CK_SLOT_ID id, CK_TOKEN_INFO *info)
{
    struct library *library = call->library;
    struct slot *slot;

    if (info == NULL)
        return CKR_ARGUMENTS_BAD;
    TRY_RV(slots_refresh(&library->slots));
    slot = slots_find(&library->slots, id);
    if (slot == NULL)
        return CKR_SLOT_ID_INVALID;
    if (slots_token_known(library, slot, info))
        return CKR_OK;
    lock_take(&slot->lock);
    call->slot = slot;
    TRY_RV(slot_token(&library->slots, slot, &call->place.token, NULL));
    slot_publish(&library->slots, slot);
    return slots_token_known(library, slot, info) ? CKR_OK : CKR_TOKEN_NOT_PRESENT;
}

CK_RV C_GetTokenInfo(CK_SLOT_ID slotID, CK_TOKEN_INFO_PTR pInfo)
{
    CALL_RETURN(call_on_library(&call), slots_token_info(&call, slotID, pInfo));
}

static CK_RV slots_mechanisms(const struct call *call, CK_MECHANISM_TYPE *list, CK_ULONG *count)
{
    return count != NULL ? mechanism_list(token_algorithms(call->place.token), list, count)
                         : CKR_ARGUMENTS_BAD;
}

CK_RV C_GetMechanismList(CK_SLOT_ID slotID, CK_MECHANISM_TYPE_PTR pMechanismList, CK_ULONG_PTR pulCount)
{
    CALL_RETURN(call_on_slot(&call, slotID), slots_mechanisms(&call, pMechanismList, pulCount));
}

static CK_RV slots_mechanism(const struct call *call, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO *info)
{
    return info != NULL ? mechanism_info(token_algorithms(call->place.token), type, info) : CKR_ARGUMENTS_BAD;
}

CK_RV C_GetMechanismInfo(CK_SLOT_ID slotID, CK_MECHANISM_TYPE type, CK_MECHANISM_INFO_PTR pInfo)
{
    CALL_RETURN(call_on_slot(&call, slotID), slots_mechanism(&call, type, pInfo));
}

static bool slots_in_use(struct call *call)
{
    LOCK_SCOPE(&call->library->lock);
    return sessions_count(&call->library->sessions, call->slot, call->generation, NULL) != 0;
}

/* A label as the standard has it: 32 bytes, blanks behind. */
static struct bytes slots_label(const CK_UTF8CHAR *label)
{
    size_t size = sizeof(((CK_TOKEN_INFO *)NULL)->label);
    while (size > 0 && label[size - 1] == ' ')
        size--;
    return bytes_make(label, size);
}

static CK_RV slots_init_token(struct call *call, const void *pin, CK_ULONG size, const CK_UTF8CHAR *label)
{
    SCOPED(secret_free) struct secret *secret = NULL;

    TRY_RV(pin_take(token_view(call->place.token), pin, size, CKR_PIN_INCORRECT, &secret));
    if (label == NULL)
        return CKR_ARGUMENTS_BAD;
    if (slots_in_use(call))
        return CKR_SESSION_EXISTS;
    return token_init(call->place.token, secret, slots_label(label));
}

CK_RV C_InitToken(CK_SLOT_ID slotID, CK_UTF8CHAR_PTR pPin, CK_ULONG ulPinLen, CK_UTF8CHAR_PTR pLabel)
{
    CALL_RETURN(call_on_slot(&call, slotID), slots_init_token(&call, pPin, ulPinLen, pLabel));
}

static CK_RV slots_wait_for_event(struct library *library, CK_FLAGS flags, CK_SLOT_ID *ret,
                                  const void *reserved)
{
    if (reserved != NULL || ret == NULL)
        return CKR_ARGUMENTS_BAD;
    return slots_wait(&library->slots, (flags & CKF_DONT_BLOCK) != 0, &library->stop, ret);
}

CK_RV C_WaitForSlotEvent(CK_FLAGS flags, CK_SLOT_ID_PTR pSlot, CK_VOID_PTR pReserved)
{
    CALL_RETURN(call_on_library(&call), slots_wait_for_event(call.library, flags, pSlot, pReserved));
}
