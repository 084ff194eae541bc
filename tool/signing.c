/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/signing.h"

#include "asn1/signature.h"
#include "module/crypto/digest.h"
#include "pkcs11-headers/pkcs11-gost.h"
#include "tool/rv_text.h"
#include "tool/text.h"

/** What one signature is made with: the mechanism, and what is handed to it. */
struct work {
    CK_MECHANISM mechanism;
    CK_RSA_PKCS_PSS_PARAMS pss;
    uint8_t input[SIGNATURE_DIGEST_INFO_MAX + DIGEST_MAX];
    struct bytes data;
};

static CK_MECHANISM_TYPE hash_mechanism(enum hash hash)
{
    return hash == HASH_SHA512 ? CKM_SHA512 : hash == HASH_SHA384 ? CKM_SHA384 : CKM_SHA256;
}

static CK_RSA_PKCS_MGF_TYPE hash_mgf(enum hash hash)
{
    return hash == HASH_SHA512 ? CKG_MGF1_SHA512 : hash == HASH_SHA384 ? CKG_MGF1_SHA384 : CKG_MGF1_SHA256;
}

static void prepare_pss(struct work *work, const struct algorithm *algorithm)
{
    work->pss = (CK_RSA_PKCS_PSS_PARAMS){ hash_mechanism(algorithm->hash), hash_mgf(algorithm->hash),
                                          algorithm->salt_size };
    work->mechanism = (CK_MECHANISM){ CKM_RSA_PKCS_PSS, &work->pss, sizeof(work->pss) };
}

static enum result prepare(const struct signing *signing, const struct algorithm *algorithm, struct bytes tbs,
                           struct work *work)
{
    uint8_t digest[DIGEST_MAX];
    struct buf hashed = BUF_OVER(digest), input = BUF_OVER(work->input);

    *work = (struct work){ .data = tbs };
    if (algorithm->scheme == SCHEME_EDDSA) {
        work->mechanism.mechanism = CKM_EDDSA;
        return RESULT_OK;
    }
    TRY(digest_compute(signing->crypto, algorithm->hash, tbs, &hashed));
    if (algorithm->scheme == SCHEME_RSA_PKCS1) {
        work->mechanism.mechanism = CKM_RSA_PKCS;
        TRY(signature_digest_info(algorithm->hash, buf_bytes(&hashed), &input));
    } else {
        buf_add(&input, buf_bytes(&hashed));
    }
    if (algorithm->scheme == SCHEME_RSA_PSS)
        prepare_pss(work, algorithm);
    else if (algorithm->scheme == SCHEME_ECDSA)
        work->mechanism.mechanism = CKM_ECDSA;
    else if (algorithm->scheme == SCHEME_GOST)
        work->mechanism.mechanism = signing->key->public.kind == KEY_GOST512 ? CKM_GOSTR3410_512 : CKM_GOSTR3410;
    work->data = buf_bytes(&input);
    return buf_check(&input);
}

/** The PIN once more, for a key that wants it at each signature. */
static CK_RV present_again(struct signing *signing)
{
    if (!signing->key->always_authenticate)
        return CKR_OK;
    return session_present(signing->session, CKU_CONTEXT_SPECIFIC, signing->session->pin);
}

static CK_RV sign_once(struct signing *signing, struct work *work, struct buf *out)
{
    CK_FUNCTION_LIST_PTR p11 = signing->session->client->p11;
    CK_SESSION_HANDLE session = signing->session->handle;
    size_t most = pubkey_signature_size(&signing->key->public);
    CK_ULONG size = most;
    uint8_t *place = buf_reserve(out, most);
    CK_RV rv;

    if (!place)
        return CKR_BUFFER_TOO_SMALL;
    rv = p11->C_SignInit(session, &work->mechanism, signing->key->private_key);
    if (rv == CKR_OK)
        rv = present_again(signing);
    if (rv == CKR_OK) /* its input is not const in C, and not written to */
        rv = p11->C_Sign(session, (CK_BYTE_PTR)(uintptr_t)work->data.data, work->data.size, place, &size);
    buf_truncate(out, out->size - most + (rv == CKR_OK && size <= most ? size : 0));
    return rv;
}

/** A token that was pulled out in the middle may fail in a way of its own: that its login has ended, for one. */
static bool is_gone(const struct session *session)
{
    struct token token;

    client_look(session->client, session->token.slot, &token);
    return !token.has_token;
}

static enum result sign(void *ctx, struct bytes tbs, struct buf *signature)
{
    struct signing *signing = ctx;
    uint8_t raw[PUBKEY_MODULUS_MAX];
    struct buf out = BUF_OVER(raw);
    struct algorithm algorithm;
    struct work work;
    CK_RV rv;

    algorithm = signing->algorithm;
    TRY(prepare(signing, &algorithm, tbs, &work));
    rv = sign_once(signing, &work, &out);
    if (rv != CKR_OK) {
        signing->code = rv_fail(signing->ui, is_gone(signing->session) ? CKR_DEVICE_REMOVED : rv, _("signing"));
        return RESULT_REFUSED;
    }
    if (algorithm.scheme == SCHEME_ECDSA)
        return signature_ecdsa_to_der(buf_bytes(&out), signature);
    buf_add(signature, buf_bytes(&out));
    return buf_check(signature);
}

static struct algorithm suits(const struct pubkey *key, bool pss)
{
    switch (key->kind) {
    case KEY_RSA:
        return algorithm_make(pss ? SCHEME_RSA_PSS : SCHEME_RSA_PKCS1, HASH_SHA256);
    case KEY_EC:
        return algorithm_make(SCHEME_ECDSA, key->curve == CURVE_P521   ? HASH_SHA512
                                            : key->curve == CURVE_P384 ? HASH_SHA384
                                                                       : HASH_SHA256);
    case KEY_EDWARDS:
        return algorithm_make(SCHEME_EDDSA, HASH_NONE);
    case KEY_GOST2001:
        return algorithm_make(SCHEME_GOST, HASH_GOST94);
    case KEY_GOST256:
        return algorithm_make(SCHEME_GOST, HASH_STREEBOG_256);
    case KEY_GOST512:
        return algorithm_make(SCHEME_GOST, HASH_STREEBOG_512);
    case KEY_NONE:
    case KEY_MONTGOMERY:
        break;
    }
    return algorithm_make(SCHEME_NONE, HASH_NONE);
}

enum exit_code signing_open(const struct ui *ui, struct session *session, const struct common *common,
                            const struct key *key, bool pss, struct signing *signing, struct signer *signer)
{
    *signing = (struct signing){ .ui = ui, .session = session, .common = common, .key = key,
                                 .algorithm = suits(&key->public, pss) };
    if (key->private_key == CK_INVALID_HANDLE || signing->algorithm.scheme == SCHEME_NONE)
        return ui_fail(ui, EXIT_CODE_UNSUPPORTED, NULL, _("the key \"%s\" cannot sign"), key->label);
    if (crypto_new(&signing->crypto) != RESULT_OK)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    *signer = (struct signer){ signing->algorithm, sign, signing };
    return EXIT_CODE_OK;
}

void signing_close(struct signing *signing)
{
    crypto_free(&signing->crypto);
}

enum hash signing_hash(const struct signer *signer)
{
    return signer->algorithm.scheme == SCHEME_EDDSA ? HASH_SHA512 : signer->algorithm.hash;
}

enum exit_code signing_fail(const struct signing *signing, enum result result, const char *step)
{
    if (result == RESULT_OK || signing->code != EXIT_CODE_OK)
        return signing->code;
    return ui_fail(signing->ui, EXIT_CODE_FAILED, NULL, _("%s failed (error %d)"), step, (int)result);
}
