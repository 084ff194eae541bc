/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/sweep/run.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "module/api/library.h"
#include "pcsc/cards.h"
#include "tests/sweep/memory.h"
#include "tests/sweep/rules.h"

/* What is signed: a hash, or a text. */
static CK_BYTE run_text[32] = { 0x30, 0x31, 0x32, 0x33 };

void run_fail(struct run *run, const char *format, ...)
{
    va_list arguments;

    if (run->failure[0] != '\0')
        return;
    va_start(arguments, format);
    vsnprintf(run->failure, sizeof(run->failure), format, arguments);
    va_end(arguments);
}

bool run_well(const struct run *run)
{
    return run->failure[0] == '\0';
}

void run_enter(struct run *run, const char *function)
{
    run->function = function;
    world_enter(run->world);
    memory_inside(true);
}

/* A card that says of a PIN that it was changed, and has not done it, is found out at the price of a try. */
static bool run_deceived(const struct run *run)
{
    return strcmp(run->function, "C_SetPIN") == 0 && world_lied(run->world) && !run->world->trouble.after;
}

/* A PIN that another program changed is found out by presenting it, once. */
static void run_check_falls(struct run *run)
{
    struct world *world = run->world;

    if (run_deceived(run))
        run->allowed[PEEK_USER]++;
    if (world->pin_changed && !run->once && world->falls[PEEK_USER] > 0) {
        run->once = true;
        run->allowed[PEEK_USER]++;
    }
    for (int who = PEEK_USER; who <= PEEK_SO; who++)
        if (!run->spared && world->falls[who] > run->allowed[who])
            run_fail(run, "%s cost the %s PIN %u tries, not at most %u", run->function, who ? "SO" : "user",
                     world->falls[who], run->allowed[who]);
    run->allowed[PEEK_USER] = run->allowed[PEEK_SO] = 0;
}

CK_RV run_leave(struct run *run, CK_RV rv)
{
    struct world *world = run->world;

    memory_inside(false);
    if (!rules_allow(run->function, rv))
        run_fail(run, "%s may not return %s", run->function, rv_name(rv));
    if (world->transactions != 0)
        run_fail(run, "%s left a transaction open", run->function);
    if (world->endless)
        run_fail(run, "%s does not end", run->function);
    if (world->resent != 0)
        run_fail(run, "%s sent a PIN again that had been refused", run->function);
    if (memory_spilt() != 0)
        run_fail(run, "%s freed memory with a secret in it", run->function);
    run_check_falls(run);
    return rv;
}

static void run_check_memory(struct run *run, const char *what)
{
    /* what the libraries keep for good they take the first time */
    if (!run->making && !memory_lost() && memory_used() != run->used)
        run_fail(run, "%s leaves %+ld blocks of memory", what, memory_used() - run->used);
}

CK_RV run_start(struct run *run)
{
    struct library_parts parts = { .source = &run->world->source, .drivers = card_drivers };
    CK_RV rv;

    run->used = memory_used();
    memory_inside(true);
    rv = library_claim();
    if (rv == CKR_OK) {
        rv = rv_from_result(config_load_from(run->config, NULL, &parts.config));
        if (rv != CKR_OK)
            (void)library_start(NULL);
        else
            rv = library_start(&parts);
    }
    memory_inside(false);
    if (rv != CKR_OK)
        run_check_memory(run, "C_Initialize fails and");
    return rv;
}

void run_stop(struct run *run)
{
    struct world *world = run->world;

    if (CALL(run, C_Finalize, NULL) != CKR_OK)
        run_fail(run, "C_Finalize fails");
    run->session = CK_INVALID_HANDLE;
    if (world->channels != 0)
        run_fail(run, "%u connections are left open", world->channels);
    run_check_memory(run, "C_Finalize");
}

CK_RV run_open(struct run *run, CK_FLAGS flags)
{
    CK_SLOT_ID slots[4];
    CK_ULONG count = 4;

    TRY_CALL(run, C_GetSlotList, CK_TRUE, slots, &count);
    if (count == 0)
        return CKR_TOKEN_NOT_PRESENT;
    run->slot = slots[0];
    return CALL(run, C_OpenSession, run->slot, CKF_SERIAL_SESSION | flags, NULL, NULL, &run->session);
}

void run_close(struct run *run)
{
    if (run->session != CK_INVALID_HANDLE)
        (void)CALL(run, C_CloseSession, run->session);
    run->session = run->key = CK_INVALID_HANDLE;
}

static CK_UTF8CHAR *text_of(const char *text)
{
    return (CK_UTF8CHAR *)(uintptr_t)text;
}

CK_RV run_login(struct run *run, CK_USER_TYPE user, const char *pin)
{
    enum peek_who who = user == CKU_USER ? PEEK_USER : PEEK_SO;

    CK_RV rv;

    run->allowed[who] = peek_pin_is(run->world->card, who, pin) ? 0 : 1;
    world_forget_refusals(run->world);
    rv = CALL(run, C_Login, run->session, user, text_of(pin), strlen(pin));
    if (rv != CKR_OK && rv != CKR_PIN_INCORRECT && rv != CKR_PIN_LOCKED && peek_verified(run->world->card))
        run_fail(run, "C_Login failed (%s), and the card has the PIN verified", rv_name(rv));
    return rv;
}

CK_RV run_set_pin(struct run *run, const char *old_pin, const char *new_pin)
{
    run->allowed[PEEK_USER] = peek_pin_is(run->world->card, PEEK_USER, old_pin) ? 0 : 1;
    world_forget_refusals(run->world);
    return CALL(run, C_SetPIN, run->session, text_of(old_pin), strlen(old_pin), text_of(new_pin), strlen(new_pin));
}

CK_RV run_login_writer(struct run *run)
{
    return run->kin->writer ? run_login(run, CKU_SO, run->kin->writer) : run_login(run, CKU_USER, run->pin);
}

void run_check_public(struct run *run)
{
    CK_MECHANISM mechanism = { run->kin->signature, NULL, 0 };
    CK_BYTE signature[RUN_SIGNATURE_MAX];
    CK_ULONG size = sizeof(signature);
    CK_SESSION_INFO info;

    if (run->session == CK_INVALID_HANDLE || run->key == CK_INVALID_HANDLE)
        return;
    if (CALL(run, C_GetSessionInfo, run->session, &info) != CKR_OK ||
        (info.state != CKS_RO_PUBLIC_SESSION && info.state != CKS_RW_PUBLIC_SESSION))
        return;
    if (CALL(run, C_SignInit, run->session, &mechanism, run->key) != CKR_OK)
        return;
    if (CALL(run, C_Sign, run->session, run_text, sizeof(run_text), signature, &size) == CKR_OK)
        run_fail(run, "a private key was used in a public session");
}

CK_RV run_logout(struct run *run)
{
    TRY_CALL(run, C_Logout, run->session);
    run_check_public(run);
    /* a card that keeps a PIN of which it says that it is wrong, or forgotten, cannot be helped */
    if (peek_verified(run->world->card) && !world_lied(run->world))
        run_fail(run, "after C_Logout the card still has the PIN verified");
    return CKR_OK;
}

CK_RV run_find(struct run *run, CK_OBJECT_CLASS class, struct bytes id, CK_OBJECT_HANDLE *ret)
{
    CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof(class) },
                                { CKA_ID, (CK_VOID_PTR)(uintptr_t)id.data, id.size } };
    CK_ULONG count = 0;
    CK_RV rv;

    *ret = CK_INVALID_HANDLE;
    TRY_CALL(run, C_FindObjectsInit, run->session, template, 2);
    rv = CALL(run, C_FindObjects, run->session, ret, 1, &count);
    TRY_CALL(run, C_FindObjectsFinal, run->session);
    if (rv == CKR_OK && count == 0)
        *ret = CK_INVALID_HANDLE;
    return rv;
}

static CK_RV run_verify(struct run *run, struct bytes id, CK_MECHANISM_TYPE type, CK_BYTE *signature, CK_ULONG size)
{
    CK_MECHANISM mechanism = { type, NULL, 0 };
    CK_OBJECT_HANDLE key;
    CK_RV rv;

    TRY_RV(run_find(run, CKO_PUBLIC_KEY, id, &key));
    if (key == CK_INVALID_HANDLE)
        return CKR_KEY_HANDLE_INVALID;
    TRY_CALL(run, C_VerifyInit, run->session, &mechanism, key);
    rv = CALL(run, C_Verify, run->session, run_text, sizeof(run_text), signature, size);
    if (rv == CKR_SIGNATURE_INVALID)
        run_fail(run, "a signature is wrong");
    return rv;
}

static CK_RV run_sign_with(struct run *run, struct bytes id, CK_MECHANISM_TYPE type, bool verified)
{
    CK_MECHANISM mechanism = { type, NULL, 0 };
    CK_BYTE signature[RUN_SIGNATURE_MAX];
    CK_ULONG size = sizeof(signature);

    TRY_RV(run_find(run, CKO_PRIVATE_KEY, id, &run->key));
    if (run->key == CK_INVALID_HANDLE)
        return CKR_KEY_HANDLE_INVALID;
    TRY_CALL(run, C_SignInit, run->session, &mechanism, run->key);
    TRY_CALL(run, C_Sign, run->session, run_text, sizeof(run_text), signature, &size);
    return verified ? run_verify(run, id, type, signature, size) : CKR_OK;
}

CK_RV run_sign(struct run *run, struct bytes id, bool verified)
{
    return run_sign_with(run, id, run->kin->signature, verified);
}

CK_RV run_sign_text(struct run *run, struct bytes id)
{
    return run_sign_with(run, id, run->kin->digest_signature, true);
}

CK_RV run_has_value(struct run *run, CK_OBJECT_HANDLE object, struct bytes value, bool *ret)
{
    static CK_BYTE memory[RUN_VALUE_MAX];
    CK_ATTRIBUTE attribute = { CKA_VALUE, memory, sizeof(memory) };

    TRY_CALL(run, C_GetAttributeValue, run->session, object, &attribute, 1);
    *ret = bytes_equal(bytes_make(memory, attribute.ulValueLen), value);
    return CKR_OK;
}
