/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Random numbers (PKCS#11 3.2, 5.19): the card's, or the host's if the person wants that. */
#include "module/api/call.h"
#include "module/rv.h"

/* The same as CKF_RNG says. */
static bool random_available(const struct call *call)
{
    return token_view(call->place.token)->info.has_random || call->library->config->software_random;
}

static CK_RV random_seed(const struct call *call, const void *seed, CK_ULONG size)
{
    struct bytes view;

    TRY_RV(call_bytes(seed, size, &view));
    return random_available(call) ? CKR_RANDOM_SEED_NOT_SUPPORTED : CKR_RANDOM_NO_RNG;
}

CK_RV C_SeedRandom(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pSeed, CK_ULONG ulSeedLen)
{
    CALL_RETURN(call_on_session(&call, hSession), random_seed(&call, pSeed, ulSeedLen));
}

static CK_RV random_generate(struct call *call, CK_BYTE_PTR data, CK_ULONG size)
{
    struct buf out = buf_make(data, size);

    if (data == NULL)
        return size == 0 ? CKR_OK : CKR_ARGUMENTS_BAD;
    if (token_view(call->place.token)->info.has_random)
        TRY_RV(token_random(call->place.token, size, &out));
    else if (call->library->config->software_random)
        TRY_RESULT(crypto_random(call->place.crypto, &out, size));
    else
        return CKR_RANDOM_NO_RNG;
    /* never an area that was filled in part */
    return buf_bytes(&out).size == size ? CKR_OK : CKR_DEVICE_ERROR;
}

CK_RV C_GenerateRandom(CK_SESSION_HANDLE hSession, CK_BYTE_PTR pRandomData, CK_ULONG ulRandomLen)
{
    CALL_RETURN(call_on_session(&call, hSession), random_generate(&call, pRandomData, ulRandomLen));
}
