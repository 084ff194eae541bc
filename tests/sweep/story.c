/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/sweep/story.h"

#include <string.h>

#include "tests/sweep/certificate.h"

#define OBJECTS_MAX 64
#define LABEL "sweep                           "

static CK_UTF8CHAR *text_of(const char *text)
{
    return (CK_UTF8CHAR *)(uintptr_t)text;
}

static CK_VOID_PTR pointer_to(struct bytes view)
{
    return (CK_VOID_PTR)(uintptr_t)view.data;
}

static CK_RV story_generate(struct run *run, struct bytes id)
{
    const struct kin *kin = run->kin;
    CK_MECHANISM mechanism = { kin->generation, NULL, 0 };
    CK_BBOOL yes = CK_TRUE;
    CK_KEY_TYPE type = kin->key_type;
    CK_ATTRIBUTE public_half[] = { { CKA_TOKEN, &yes, sizeof(yes) },
                                   { CKA_KEY_TYPE, &type, sizeof(type) },
                                   { CKA_ID, pointer_to(id), id.size },
                                   { kin->parameters_type, pointer_to(kin->parameters), kin->parameters.size } };
    CK_ATTRIBUTE private_half[] = { { CKA_TOKEN, &yes, sizeof(yes) }, { CKA_ID, pointer_to(id), id.size } };

    return CALL(run, C_GenerateKeyPair, run->session, &mechanism, public_half, 4, private_half, 2, &run->public_key,
                &run->key);
}

static CK_RV story_write(struct run *run, struct bytes id, struct bytes value)
{
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_CERTIFICATE_TYPE type = CKC_X_509;
    CK_BBOOL yes = CK_TRUE;
    CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof(class) },
                                { CKA_CERTIFICATE_TYPE, &type, sizeof(type) },
                                { CKA_TOKEN, &yes, sizeof(yes) },
                                { CKA_ID, pointer_to(id), id.size },
                                { CKA_VALUE, pointer_to(value), value.size } };
    CK_OBJECT_HANDLE certificate;

    return CALL(run, C_CreateObject, run->session, template, 5, &certificate);
}

/* One object as a program that shows a list reads it. */
static CK_RV list_object(struct run *run, CK_OBJECT_HANDLE object)
{
    static CK_BYTE value[RUN_VALUE_MAX];
    CK_OBJECT_CLASS class = 0;
    CK_ATTRIBUTE attributes[] = { { CKA_CLASS, &class, sizeof(class) } };
    CK_ATTRIBUTE read[] = { { CKA_VALUE, value, sizeof(value) } };

    TRY_CALL(run, C_GetAttributeValue, run->session, object, attributes, 1);
    if (class != CKO_CERTIFICATE && class != CKO_DATA)
        return CKR_OK;
    return CALL(run, C_GetAttributeValue, run->session, object, read, 1);
}

static CK_RV list_all(struct run *run)
{
    CK_OBJECT_HANDLE objects[OBJECTS_MAX];
    CK_RV rv;

    run->seen = 0;
    TRY_CALL(run, C_FindObjectsInit, run->session, NULL, 0);
    rv = CALL(run, C_FindObjects, run->session, objects, OBJECTS_MAX, &run->seen);
    TRY_CALL(run, C_FindObjectsFinal, run->session);
    for (CK_ULONG i = 0; rv == CKR_OK && i < run->seen; i++)
        rv = list_object(run, objects[i]);
    return rv;
}

static CK_RV tell_list(struct run *run)
{
    CK_TOKEN_INFO info;
    CK_RV rv;

    TRY_RV(run_open(run, 0));
    TRY_CALL(run, C_GetTokenInfo, run->slot, &info);
    rv = list_all(run);
    run_close(run);
    return rv;
}

static CK_RV tell_sign(struct run *run)
{
    TRY_RV(run_open(run, 0));
    TRY_RV(run_login(run, CKU_USER, run->pin));
    TRY_RV(run_sign(run, run->kin->old_id, false));
    TRY_RV(run_sign(run, run->kin->old_id, false));
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}

static CK_RV sign_once(struct run *run, bool verified)
{
    TRY_RV(run_open(run, 0));
    TRY_RV(run_login(run, CKU_USER, run->pin));
    TRY_RV(run_sign(run, run->kin->old_id, verified));
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}

/* With what OpenSSL and libgcrypt are for, too. */
static CK_RV starve_sign(struct run *run)
{
    TRY_RV(run_open(run, 0));
    TRY_RV(run_login(run, CKU_USER, run->pin));
    TRY_RV(run_sign(run, run->kin->old_id, false));
    TRY_RV(run_sign_text(run, run->kin->old_id));
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}

static CK_RV again_sign(struct run *run)
{
    return sign_once(run, true);
}

static CK_RV again_login(struct run *run)
{
    return sign_once(run, false);
}

static CK_RV tell_wrong(struct run *run)
{
    CK_RV rv;

    TRY_RV(run_open(run, 0));
    rv = run_login(run, CKU_USER, run->kin->wrong_pin);
    if (rv == CKR_OK && !world_lied(run->world))
        run_fail(run, "a wrong PIN logs in");
    run_close(run);
    return rv == CKR_PIN_INCORRECT ? CKR_OK : rv;
}

static CK_RV tell_keygen(struct run *run)
{
    TRY_RV(run_open(run, CKF_RW_SESSION));
    TRY_RV(run_login_writer(run));
    TRY_RV(story_generate(run, run->kin->new_id));
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}

/* The key may be there already. */
static CK_RV again_keygen(struct run *run)
{
    CK_OBJECT_HANDLE key;

    TRY_RV(run_open(run, CKF_RW_SESSION));
    TRY_RV(run_login_writer(run));
    TRY_RV(run_find(run, CKO_PRIVATE_KEY, run->kin->new_id, &key));
    if (key == CK_INVALID_HANDLE)
        TRY_RV(story_generate(run, run->kin->new_id));
    if (!run->kin->writer)
        TRY_RV(run_sign(run, run->kin->new_id, true));
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}

static CK_RV tell_certificate(struct run *run)
{
    TRY_RV(run_open(run, CKF_RW_SESSION));
    TRY_RV(run_login_writer(run));
    TRY_RV(story_write(run, run->kin->new_id, run->other_certificate));
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}

/* The certificate may be there already, but then it is all there. */
static CK_RV again_certificate(struct run *run)
{
    CK_OBJECT_HANDLE certificate;
    bool same = false;

    TRY_RV(run_open(run, CKF_RW_SESSION));
    TRY_RV(run_login_writer(run));
    TRY_RV(run_find(run, CKO_CERTIFICATE, run->kin->new_id, &certificate));
    if (certificate == CK_INVALID_HANDLE)
        TRY_RV(story_write(run, run->kin->new_id, run->other_certificate));
    TRY_RV(run_find(run, CKO_CERTIFICATE, run->kin->new_id, &certificate));
    if (certificate == CK_INVALID_HANDLE)
        return CKR_OBJECT_HANDLE_INVALID;
    TRY_RV(run_has_value(run, certificate, run->other_certificate, &same));
    if (!same)
        run_fail(run, "the certificate that was written is another one");
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}

static CK_RV tell_change(struct run *run)
{
    TRY_RV(run_open(run, CKF_RW_SESSION));
    TRY_RV(run_login(run, CKU_USER, run->pin));
    TRY_RV(run_set_pin(run, run->pin, run->kin->new_pin));
    TRY_RV(run_sign(run, run->kin->old_id, false));
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}

/* A person whose change failed does not know which PIN it is now. */
static CK_RV again_change(struct run *run)
{
    CK_RV rv;

    TRY_RV(run_open(run, CKF_RW_SESSION));
    rv = run_login(run, CKU_USER, run->kin->new_pin);
    if (rv == CKR_PIN_INCORRECT) {
        TRY_RV(run_login(run, CKU_USER, run->pin));
        rv = run_set_pin(run, run->pin, run->kin->new_pin);
    }
    TRY_RV(rv);
    run->pin = run->kin->new_pin;
    TRY_RV(run_sign(run, run->kin->old_id, false));
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}

static CK_RV tell_unblock(struct run *run)
{
    TRY_RV(run_open(run, CKF_RW_SESSION));
    TRY_RV(run_login(run, CKU_SO, run->kin->so_pin));
    TRY_CALL(run, C_InitPIN, run->session, text_of(run->kin->new_pin), strlen(run->kin->new_pin));
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}

static CK_RV again_unblock(struct run *run)
{
    TRY_RV(tell_unblock(run));
    run->pin = run->kin->new_pin;
    return again_login(run);
}

static CK_RV format_with(struct run *run, const char *so_pin)
{
    CK_RV rv;

    TRY_CALL(run, C_GetSlotList, CK_TRUE, &run->slot, &(CK_ULONG){ 1 });
    run->spared = true;
    world_forget_refusals(run->world);
    rv = CALL(run, C_InitToken, run->slot, text_of(so_pin), strlen(so_pin), text_of(LABEL));
    run->spared = false;
    return rv;
}

static CK_RV tell_format(struct run *run)
{
    return format_with(run, run->kin->so_pin);
}

static CK_RV set_so_pin(struct run *run)
{
    TRY_RV(run_open(run, CKF_RW_SESSION));
    TRY_RV(run_login(run, CKU_SO, run->kin->factory_pin));
    TRY_RV(run_set_pin(run, run->kin->factory_pin, run->kin->so_pin));
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}

/* Where the card was emptied, and somebody says of it what is not so, the PIN of delivery is the one. */
static CK_RV again_format_begin(struct run *run)
{
    CK_RV rv = tell_format(run);

    if (rv != CKR_PIN_INCORRECT || !run->misled || !run->kin->factory_pin)
        return rv;
    TRY_RV(format_with(run, run->kin->factory_pin));
    return set_so_pin(run);
}

static CK_RV again_format(struct run *run)
{
    TRY_RV(again_format_begin(run));
    TRY_RV(run_open(run, CKF_RW_SESSION));
    TRY_RV(run_login(run, CKU_SO, run->kin->so_pin));
    TRY_CALL(run, C_InitPIN, run->session, text_of(run->kin->new_pin), strlen(run->kin->new_pin));
    TRY_RV(run_logout(run));
    run->pin = run->kin->new_pin;
    TRY_RV(run_login(run, CKU_USER, run->pin));
    TRY_RV(story_generate(run, run->kin->old_id));
    TRY_RV(run_sign(run, run->kin->old_id, false));
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}

const struct story stories[] = {
    { .name = "list", .key_seen = true, .reads = true, .heals = true, .tell = tell_list, .again = tell_list },
    { .name = "login and sign",
      .key_seen = true,
      .reads = true,
      .heals = true,
      .verifies = true,
      .tell = tell_sign,
      .starve = starve_sign,
      .again = again_sign },
    { .name = "wrong PIN", .reads = true, .tell = tell_wrong, .again = again_login },
    { .name = "key generation", .verifies = true, .tell = tell_keygen, .again = again_keygen },
    { .name = "certificate", .key_seen = true, .tell = tell_certificate, .again = again_certificate },
    { .name = "PIN change", .tell = tell_change, .again = again_change },
    { .name = "unblocking", .prepare = world_block, .tell = tell_unblock, .again = again_unblock },
    { .name = "format", .format = true, .tell = tell_format, .again = again_format },
    { .name = NULL },
};

/* The certificate that belongs to the key. */
static CK_RV furnish_certificate(struct run *run)
{
    CK_BYTE memory[512];
    CK_ATTRIBUTE attribute = { CKA_PUBLIC_KEY_INFO, memory, sizeof(memory) };

    TRY_CALL(run, C_GetAttributeValue, run->session, run->public_key, &attribute, 1);
    if (!certificate_make(bytes_make(memory, attribute.ulValueLen), run->making))
        run_fail(run, "no certificate is made");
    run->certificate = buf_bytes(run->making);
    return CKR_OK;
}

CK_RV story_furnish(struct run *run)
{
    if (run->kin->writer)
        TRY_RV(set_so_pin(run));
    else
        TRY_RV(tell_format(run));
    TRY_RV(run_open(run, CKF_RW_SESSION));
    TRY_RV(run_login(run, CKU_SO, run->kin->so_pin));
    TRY_CALL(run, C_InitPIN, run->session, text_of(run->pin), strlen(run->pin));
    TRY_RV(run_logout(run));
    TRY_RV(run_login_writer(run));
    TRY_RV(story_generate(run, run->kin->old_id));
    TRY_RV(furnish_certificate(run));
    TRY_RV(story_write(run, run->kin->old_id, run->certificate));
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}

CK_RV story_whole(struct run *run, const struct story *story)
{
    CK_OBJECT_HANDLE certificate;
    bool same = false;

    if (story->format)
        return CKR_OK;
    TRY_RV(run_open(run, 0));
    TRY_RV(run_login(run, CKU_USER, run->pin));
    TRY_RV(run_sign(run, run->kin->old_id, story->verifies));
    TRY_RV(run_find(run, CKO_CERTIFICATE, run->kin->old_id, &certificate));
    if (certificate == CK_INVALID_HANDLE)
        return CKR_OBJECT_HANDLE_INVALID;
    TRY_RV(run_has_value(run, certificate, run->certificate, &same));
    if (!same)
        run_fail(run, "the certificate that was there before is another one");
    TRY_RV(run_logout(run));
    run_close(run);
    return CKR_OK;
}
