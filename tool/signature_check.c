/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/signature_check.h"

#include "asn1/signature.h"
#include "module/crypto/digest.h"
#include "module/crypto/gost.h"
#include "module/crypto/padding.h"
#include "module/crypto/softkey.h"

static enum result check_rsa(struct crypto *crypto, const struct pubkey *key, const struct algorithm *algorithm,
                             struct bytes digest, struct bytes signature)
{
    const struct pss pss = { algorithm->hash, algorithm->hash, algorithm->salt_size };
    uint8_t block_bytes[PUBKEY_MODULUS_MAX], info_bytes[SIGNATURE_DIGEST_INFO_MAX];
    struct buf block = BUF_OVER(block_bytes), info = BUF_OVER(info_bytes);

    if (signature.size != pubkey_signature_size(key))
        return RESULT_MALFORMED;
    TRY(softkey_rsa_public(crypto, key, signature, &block));
    if (algorithm->scheme == SCHEME_RSA_PSS)
        return padding_pss_verify(crypto, &pss, digest, pubkey_bits(key), buf_bytes(&block));
    TRY(signature_digest_info(algorithm->hash, digest, &info));
    return padding_pkcs1_check(buf_bytes(&block), buf_bytes(&info));
}

static enum result check_ecdsa(struct crypto *crypto, const struct pubkey *key, struct bytes digest,
                               struct bytes signature)
{
    uint8_t raw_bytes[PUBKEY_POINT_MAX];
    struct buf raw = BUF_OVER(raw_bytes);

    TRY(signature_ecdsa_to_raw(signature, curve_size(key->curve), &raw));
    return softkey_ecdsa_verify(crypto, key, digest, buf_bytes(&raw));
}

static enum result check_gost(struct crypto *crypto, const struct pubkey *key, struct bytes digest,
                              struct bytes signature)
{
    if (digest.size != curve_size(key->curve) || signature.size != pubkey_signature_size(key))
        return RESULT_MALFORMED;
    return gost_verify(crypto, key, digest, signature);
}

enum result signature_check_digest(struct crypto *crypto, const struct pubkey *key, const struct algorithm *algorithm,
                                   struct bytes digest, struct bytes signature)
{
    bool is_rsa = algorithm->scheme == SCHEME_RSA_PKCS1 || algorithm->scheme == SCHEME_RSA_PSS;

    if (is_rsa && key->kind == KEY_RSA)
        return check_rsa(crypto, key, algorithm, digest, signature);
    if (algorithm->scheme == SCHEME_ECDSA && key->kind == KEY_EC)
        return check_ecdsa(crypto, key, digest, signature);
    if (algorithm->scheme == SCHEME_GOST && key_kind_is_gost(key->kind))
        return check_gost(crypto, key, digest, signature);
    return algorithm->scheme == SCHEME_NONE || algorithm->scheme == SCHEME_EDDSA ? RESULT_UNSUPPORTED : RESULT_MALFORMED;
}

enum result signature_check(struct crypto *crypto, const struct pubkey *key, const struct algorithm *algorithm,
                            struct bytes tbs, struct bytes signature)
{
    uint8_t digest_bytes[DIGEST_MAX];
    struct buf digest = BUF_OVER(digest_bytes);

    if (algorithm->scheme == SCHEME_EDDSA)
        return key->kind == KEY_EDWARDS ? softkey_eddsa_verify(crypto, key, tbs, signature) : RESULT_MALFORMED;
    if (algorithm->hash == HASH_NONE || algorithm->scheme == SCHEME_NONE)
        return RESULT_UNSUPPORTED;
    TRY(digest_compute(crypto, algorithm->hash, tbs, &digest));
    return signature_check_digest(crypto, key, algorithm, buf_bytes(&digest), signature);
}

enum result signature_check_certificate(struct crypto *crypto, const struct x509 *certificate,
                                        const struct x509 *issuer)
{
    if (!certificate->has_algorithm || !issuer->has_key)
        return RESULT_UNSUPPORTED;
    return signature_check(crypto, &issuer->key, &certificate->algorithm, certificate->tbs, certificate->signature);
}
