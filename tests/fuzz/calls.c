/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/fuzz/calls.h"

#include <string.h>

#include "module/rv.h"

/* A CKR_ of the standard, and a length that is no longer than the room was. */
static CK_RV expect(CK_RV rv)
{
    FUZZ_CHECK(strcmp(rv_name(rv), "CKR_?") != 0);
    return rv;
}

static void expect_room(CK_RV rv, const struct fuzz_area *room, CK_ULONG size)
{
    if (expect(rv) == CKR_OK && room->data != NULL)
        FUZZ_CHECK(size <= room->size);
}

static CK_ULONG session(struct fuzz_values *values)
{
    return values_handle(values, &values->sessions);
}

static CK_ULONG object(struct fuzz_values *values)
{
    return values_handle(values, &values->objects);
}

static void call_slots(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    uint8_t how = fuzz_byte(values->fuzz);
    CK_ULONG count = how & 4 ? fuzz_byte(values->fuzz) : 8;
    CK_SLOT_ID *ids = how & 2 ? NULL : values_memory(values, count * sizeof(CK_SLOT_ID));
    CK_RV rv = expect(C_GetSlotList(how & 1 ? CK_FALSE : CK_TRUE, ids, &count));

    for (CK_ULONG i = 0; rv == CKR_OK && ids != NULL && i < count; i++)
        values_keep(&values->slots, ids[i]);
}

static void call_open(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    CK_SLOT_ID slot = values_handle(values, &values->slots);
    CK_FLAGS flags = fuzz_byte(values->fuzz);
    CK_SESSION_HANDLE handle;

    flags = flags == 0 ? CKF_SERIAL_SESSION | CKF_RW_SESSION : flags & 0x80 ? flags : CKF_SERIAL_SESSION;
    if (expect(C_OpenSession(slot, flags, NULL, NULL, &handle)) == CKR_OK)
        values_keep(&values->sessions, handle);
}

/* A login sends one PIN, once. */
static void call_login(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    CK_ULONG handle = session(values);
    struct fuzz_area pin = values_pin(values);
    uint8_t user = fuzz_byte(values->fuzz);

    expect(C_Login(handle, user < 0x80 ? CKU_USER : user & 3, pin.data, pin.size));
    FUZZ_CHECK(program->source.cards[0]->pins + program->source.cards[1]->pins <= 1);
}

static void call_find(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    CK_ULONG handle = session(values), count, found = 0;
    CK_ATTRIBUTE *template = values_template(values, &count);
    CK_OBJECT_HANDLE objects[VALUES_HANDLES_MAX];

    if (expect(C_FindObjectsInit(handle, template, count)) != CKR_OK)
        return;
    if (expect(C_FindObjects(handle, objects, VALUES_HANDLES_MAX, &found)) == CKR_OK)
        for (CK_ULONG i = 0; i < found; i++)
            values_keep(&values->objects, objects[i]);
    if (fuzz_byte(values->fuzz) < 0xF0)
        expect(C_FindObjectsFinal(handle));
}

static void call_attributes(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    CK_ULONG handle = session(values), which = object(values), count, size, sizes[VALUES_ATTRIBUTES_MAX];
    CK_ATTRIBUTE *template = values_question(values, &count);

    for (CK_ULONG i = 0; template != NULL && i < count; i++)
        sizes[i] = template[i].ulValueLen;
    expect(C_GetAttributeValue(handle, which, template, count));
    for (CK_ULONG i = 0; template != NULL && i < count; i++)
        FUZZ_CHECK(template[i].pValue == NULL || template[i].ulValueLen == CK_UNAVAILABLE_INFORMATION ||
                   template[i].ulValueLen <= sizes[i]);
    expect(C_GetObjectSize(handle, which, &size));
}

/* Sign, encrypt and decrypt have the same five functions. */
static const struct {
    CK_RV (*init)(CK_SESSION_HANDLE, CK_MECHANISM_PTR, CK_OBJECT_HANDLE);
    CK_RV (*whole)(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR);
    CK_RV (*part)(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG, CK_BYTE_PTR, CK_ULONG_PTR);
    CK_RV (*take)(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG);
    CK_RV (*final)(CK_SESSION_HANDLE, CK_BYTE_PTR, CK_ULONG_PTR);
} uses[] = {
    { C_SignInit, C_Sign, NULL, C_SignUpdate, C_SignFinal },
    { C_EncryptInit, C_Encrypt, C_EncryptUpdate, NULL, C_EncryptFinal },
    { C_DecryptInit, C_Decrypt, C_DecryptUpdate, NULL, C_DecryptFinal },
    { C_SignRecoverInit, C_SignRecover, NULL, NULL, NULL },
    { C_VerifyRecoverInit, C_VerifyRecover, NULL, NULL, NULL },
};

static void call_use_parts(struct fuzz_values *values, size_t at, CK_ULONG handle)
{
    struct fuzz_area room = values_room(values), data = values_data(values);
    CK_ULONG size = room.size;

    if (uses[at].take)
        expect(uses[at].take(handle, data.data, data.size));
    else if (uses[at].part)
        expect_room(uses[at].part(handle, data.data, data.size, room.data, &size), &room, size);
    size = room.size;
    if (uses[at].final)
        expect_room(uses[at].final(handle, room.data, &size), &room, size);
}

static void call_use(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    uint8_t how = fuzz_byte(values->fuzz);
    size_t at = how / 16 % (sizeof(uses) / sizeof(uses[0]));
    CK_ULONG handle = session(values), key = object(values), size;
    struct fuzz_area room, data;
    CK_MECHANISM mechanism;

    if ((how & 1) == 0)
        expect(uses[at].init(handle, values_mechanism(values, &mechanism), key));
    if (how & 2) {
        call_use_parts(values, at, handle);
        return;
    }
    data = values_data(values);
    room = values_room(values);
    size = room.size;
    expect_room(uses[at].whole(handle, data.data, data.size, room.data, how & 4 ? NULL : &size), &room, size);
}

static void call_verify(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    uint8_t how = fuzz_byte(values->fuzz);
    CK_ULONG handle = session(values), key = object(values);
    CK_MECHANISM mechanism;
    struct fuzz_area data, signature;

    if ((how & 1) == 0)
        expect(C_VerifyInit(handle, values_mechanism(values, &mechanism), key));
    data = values_data(values);
    signature = values_data(values);
    if (how & 4)
        expect(C_VerifySignatureInit(handle, values_mechanism(values, &mechanism), key, signature.data,
                                     signature.size));
    if (how & 2) {
        expect(how & 4 ? C_VerifySignatureUpdate(handle, data.data, data.size)
                       : C_VerifyUpdate(handle, data.data, data.size));
        expect(how & 4 ? C_VerifySignatureFinal(handle)
                       : C_VerifyFinal(handle, signature.data, signature.size));
    } else {
        expect(how & 4 ? C_VerifySignature(handle, data.data, data.size)
                       : C_Verify(handle, data.data, data.size, signature.data, signature.size));
    }
}

static void call_digest(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    uint8_t how = fuzz_byte(values->fuzz);
    CK_ULONG handle = session(values), size;
    struct fuzz_area data, room;
    CK_MECHANISM mechanism;

    if ((how & 1) == 0)
        expect(C_DigestInit(handle, values_mechanism(values, &mechanism)));
    data = values_data(values);
    room = values_room(values);
    size = room.size;
    if (how & 4)
        expect(C_DigestKey(handle, object(values)));
    if (how & 2) {
        expect(C_DigestUpdate(handle, data.data, data.size));
        expect_room(C_DigestFinal(handle, room.data, &size), &room, size);
    } else {
        expect_room(C_Digest(handle, data.data, data.size, room.data, &size), &room, size);
    }
}

/* RSA keys of the usual length take seconds; what is asked for is shortened, not what the module does. */
static void call_generate(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    CK_ULONG handle = session(values), count, private_count;
    CK_ATTRIBUTE public[VALUES_ATTRIBUTES_MAX], *template, *private_template;
    CK_OBJECT_HANDLE first, second;
    CK_MECHANISM mechanism, *asked = values_mechanism(values, &mechanism);

    template = values_template(values, &count);
    if (template != NULL) {
        memcpy(public, template, count * sizeof(*template));
        template = public;
    }
    private_template = values_template(values, &private_count);
    for (CK_ULONG i = 0; template != NULL && i < count; i++)
        if (template[i].type == CKA_MODULUS_BITS && template[i].pValue != NULL &&
            template[i].ulValueLen == sizeof(CK_ULONG))
            *(CK_ULONG *)template[i].pValue %= 1025;
    if (expect(C_GenerateKeyPair(handle, asked, template, count, private_template, private_count, &first,
                                 &second)) == CKR_OK) {
        values_keep(&values->objects, first);
        values_keep(&values->objects, second);
    }
}

static void call_create(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    uint8_t how = fuzz_byte(values->fuzz);
    CK_ULONG handle = session(values), from = how % 4 ? object(values) : 0, count;
    CK_ATTRIBUTE *template = values_template(values, &count);
    CK_OBJECT_HANDLE made;
    CK_RV rv;

    if (how % 4 == 0)
        rv = C_CreateObject(handle, template, count, &made);
    else if (how % 4 == 1)
        rv = C_CopyObject(handle, from, template, count, &made);
    else if (how % 4 == 2)
        rv = C_DestroyObject(handle, from);
    else
        rv = C_SetAttributeValue(handle, from, template, count);
    if (expect(rv) == CKR_OK && how % 4 < 2)
        values_keep(&values->objects, made);
}

static void call_derive(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    uint8_t how = fuzz_byte(values->fuzz);
    CK_ULONG handle = session(values), key = object(values), count;
    CK_MECHANISM mechanism, *asked = values_mechanism(values, &mechanism);
    CK_ATTRIBUTE *template = values_template(values, &count);
    struct fuzz_area area = how % 4 == 1 ? values_data(values) : values_room(values);
    CK_ULONG size = area.size;
    CK_OBJECT_HANDLE made = 0;

    if (how % 4 == 0) {
        expect(C_DeriveKey(handle, asked, key, template, count, &made));
    } else if (how % 4 == 1) {
        expect(C_UnwrapKey(handle, asked, key, area.data, area.size, template, count, &made));
    } else {
        expect_room(C_WrapKey(handle, asked, key, object(values), area.data, &size), &area, size);
    }
    if (made != 0)
        values_keep(&values->objects, made);
}

static void call_random(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    CK_ULONG handle = session(values);
    struct fuzz_area room = values_room(values);

    expect(C_GenerateRandom(handle, room.data, room.size));
    expect(C_SeedRandom(handle, room.data, room.size));
}

static void call_pins(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    uint8_t how = fuzz_byte(values->fuzz);
    CK_ULONG handle = session(values);
    struct fuzz_area old = values_pin(values), new = values_pin(values);
    CK_UTF8CHAR label[32];

    memset(label, ' ', sizeof(label));
    if (how % 4 == 0)
        expect(C_SetPIN(handle, old.data, old.size, new.data, new.size));
    else if (how % 4 == 1)
        expect(C_InitPIN(handle, new.data, new.size));
    else if (how % 4 == 2)
        expect(C_InitToken(values_handle(values, &values->slots), old.data, old.size, label));
    else
        expect(C_LoginUser(handle, CKU_USER, old.data, old.size, NULL, 0));
}

static void call_leave(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    uint8_t how = fuzz_byte(values->fuzz);
    CK_ULONG handle = session(values);

    if (how % 4 == 0)
        expect(C_Logout(handle));
    else if (how % 4 == 1)
        expect(C_CloseSession(handle));
    else if (how % 4 == 2)
        expect(C_CloseAllSessions(values_handle(values, &values->slots)));
    else
        expect(C_SessionCancel(handle, fuzz_number(values->fuzz, 4)));
}

static void call_information(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    CK_ULONG handle = session(values), slot = values_handle(values, &values->slots), count = 0, state = 0;
    CK_MECHANISM_TYPE *list;
    CK_MECHANISM_INFO mechanism;
    CK_SESSION_INFO session_info;
    CK_SLOT_INFO slot_info;
    CK_TOKEN_INFO token;
    CK_SLOT_ID event;
    CK_INFO info;

    expect(C_GetInfo(&info));
    expect(C_GetSlotInfo(slot, &slot_info));
    expect(C_GetTokenInfo(slot, &token));
    expect(C_GetSessionInfo(handle, &session_info));
    if (expect(C_GetMechanismList(slot, NULL, &count)) == CKR_OK) {
        list = values_memory(values, count * sizeof(*list));
        expect(C_GetMechanismList(slot, list, &count));
    }
    expect(C_GetMechanismInfo(slot, fuzz_byte(values->fuzz), &mechanism));
    expect(C_GetOperationState(handle, NULL, &state));
    expect(C_WaitForSlotEvent(CKF_DONT_BLOCK, &event, NULL));
}

static void call_message(struct fuzz_program *program)
{
    struct fuzz_values *values = &program->values;
    uint8_t how = fuzz_byte(values->fuzz);
    CK_ULONG handle = session(values), key = object(values), size;
    CK_MECHANISM mechanism, *asked = values_mechanism(values, &mechanism);
    struct fuzz_area data = values_data(values), room = values_room(values);

    size = room.size;
    if (how & 1) {
        expect(C_MessageVerifyInit(handle, asked, key));
        expect(C_VerifyMessage(handle, NULL, 0, data.data, data.size, room.data, room.size));
        expect(C_MessageVerifyFinal(handle));
        return;
    }
    expect(C_MessageSignInit(handle, asked, key));
    if (how & 2) {
        expect(C_SignMessageBegin(handle, NULL, 0));
        expect_room(C_SignMessageNext(handle, NULL, 0, data.data, data.size, room.data, &size), &room, size);
    } else {
        expect_room(C_SignMessage(handle, NULL, 0, data.data, data.size, room.data, &size), &room, size);
    }
    if (how < 0x80)
        expect(C_MessageSignFinal(handle));
}

static void call_event(struct fuzz_program *program)
{
    uint8_t how = fuzz_byte(program->values.fuzz);

    fuzz_card_event(program->source.cards[how >> 7], how);
}

void fuzz_calls_next(struct fuzz_program *program)
{
    static void (*const calls[])(struct fuzz_program *) = {
        call_slots,   call_open,     call_login,  call_find,   call_attributes,  call_use,
        call_verify,  call_digest,   call_create, call_derive, call_pins,        call_leave,
        call_message, call_generate, call_random, call_event,  call_information,
    };
    uint8_t which = fuzz_byte(program->values.fuzz);

    for (size_t i = 0; i < FUZZ_READERS; i++)
        fuzz_card_plan(program->source.cards[i]);
    calls[which % (sizeof(calls) / sizeof(calls[0]))](program);
    values_free(&program->values);
}
