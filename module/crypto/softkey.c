/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RSA and ECDSA are computed here on OpenSSL's numbers and points, not through EVP_PKEY: that would ask the
 * engines which the host has registered, and one of them may be this very module.
 */
#include "module/crypto/softkey.h"

#include <limits.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/objects.h>

static void number_free(BIGNUM **number)
{
    BN_clear_free(*number);
}

static void work_free(BN_CTX **work)
{
    BN_CTX_free(*work);
}

static void group_free(EC_GROUP **group)
{
    EC_GROUP_free(*group);
}

static void point_free(EC_POINT **point)
{
    EC_POINT_free(*point);
}

static void key_free(EVP_PKEY **key)
{
    EVP_PKEY_free(*key);
}

static void operation_free(EVP_PKEY_CTX **operation)
{
    EVP_PKEY_CTX_free(*operation);
}

static void digest_state_free(EVP_MD_CTX **state)
{
    EVP_MD_CTX_free(*state);
}

#define NUMBER SCOPED(number_free) BIGNUM
#define WORK SCOPED(work_free) BN_CTX

/* A number of at most a modulus' length; NULL if it is longer or there is no memory. */
static BIGNUM *number_from(struct bytes bytes)
{
    if (bytes.size > PUBKEY_MODULUS_MAX)
        return NULL;
    return BN_bin2bn(bytes.data, (int)bytes.size, NULL);
}

static BN_CTX *work_new(struct crypto *crypto)
{
    OSSL_LIB_CTX *library = crypto_library(crypto);

    return library ? BN_CTX_new_ex(library) : NULL;
}

enum result softkey_rsa_public(struct crypto *crypto, const struct pubkey *key, struct bytes block,
                               struct buf *out)
{
    CRYPTO_QUIET;
    NUMBER *modulus = number_from(pubkey_modulus(key)), *exponent = number_from(pubkey_exponent(key));
    NUMBER *input = NULL, *output = BN_new();
    WORK *work = work_new(crypto);
    uint8_t *bytes;

    if (key->kind != KEY_RSA)
        return RESULT_BAD_ARGUMENT;
    if (block.size > key->modulus_size)
        return RESULT_MALFORMED;
    input = number_from(block);
    if (!modulus || !exponent || !input || !output || !work)
        return RESULT_NO_MEMORY;
    if (BN_ucmp(input, modulus) >= 0)
        return RESULT_MALFORMED;
    if (buf_room(out) < key->modulus_size)
        return RESULT_TOO_LARGE;
    if (!BN_is_odd(modulus))
        return RESULT_UNSUPPORTED;
    if (!BN_mod_exp_mont(output, input, exponent, modulus, work, NULL))
        return RESULT_NO_MEMORY;
    bytes = buf_reserve(out, key->modulus_size);
    return BN_bn2binpad(output, bytes, (int)key->modulus_size) >= 0 ? RESULT_OK : RESULT_INTERNAL;
}

/* --- Curves */

static const struct {
    enum curve curve;
    int nid;
} softkey_groups[] = {
    { CURVE_P256, NID_X9_62_prime256v1 },
    { CURVE_P384, NID_secp384r1 },
    { CURVE_P521, NID_secp521r1 },
};

static enum result group_new(struct crypto *crypto, enum curve curve, EC_GROUP **ret)
{
    OSSL_LIB_CTX *library = crypto_library(crypto);

    for (size_t i = 0; i < sizeof(softkey_groups) / sizeof(softkey_groups[0]); i++)
        if (softkey_groups[i].curve == curve) {
            *ret = library ? EC_GROUP_new_by_curve_name_ex(library, NULL, softkey_groups[i].nid) : NULL;
            return *ret ? RESULT_OK : RESULT_NO_MEMORY;
        }
    return RESULT_UNSUPPORTED;
}

/* y^2 = (x^2 + a) x + b. OpenSSL checks it, too, but has one answer for a point that is not there and for no memory. */
static enum result point_check(const EC_GROUP *group, const BIGNUM *x, const BIGNUM *y, BN_CTX *work)
{
    NUMBER *p = BN_new(), *a = BN_new(), *b = BN_new(), *left = BN_new(), *right = BN_new();

    if (!p || !a || !b || !left || !right || !EC_GROUP_get_curve(group, p, a, b, work))
        return RESULT_NO_MEMORY;
    if (BN_ucmp(x, p) >= 0 || BN_ucmp(y, p) >= 0)
        return RESULT_MALFORMED;
    if (!BN_mod_sqr(left, y, p, work) || !BN_mod_sqr(right, x, p, work) ||
        !BN_mod_add(right, right, a, p, work) || !BN_mod_mul(right, right, x, p, work) ||
        !BN_mod_add(right, right, b, p, work))
        return RESULT_NO_MEMORY;
    return BN_cmp(left, right) == 0 ? RESULT_OK : RESULT_MALFORMED;
}

/* Only the uncompressed form: the others are not what PKCS#11 and cards exchange. */
static enum result point_read(const EC_GROUP *group, enum curve curve, struct bytes encoded, BN_CTX *work,
                              EC_POINT **ret)
{
    size_t size = curve_size(curve);
    NUMBER *x = NULL, *y = NULL;

    if (encoded.size != 1 + 2 * size || encoded.data[0] != 0x04)
        return RESULT_MALFORMED;
    x = number_from(bytes_slice(encoded, 1, size));
    y = number_from(bytes_from(encoded, 1 + size));
    *ret = EC_POINT_new(group);
    if (!x || !y || !*ret)
        return RESULT_NO_MEMORY;
    TRY(point_check(group, x, y, work));
    return EC_POINT_set_affine_coordinates(group, *ret, x, y, work) == 1 ? RESULT_OK : RESULT_NO_MEMORY;
}

/* The leftmost bits of HASH, as many as ORDER has. */
static BIGNUM *number_from_hash(struct bytes hash, const BIGNUM *order)
{
    int bits = BN_num_bits(order);
    size_t size = ((size_t)bits + 7) / 8;
    struct bytes kept = bytes_slice(hash, 0, size);
    BIGNUM *number = number_from(kept);

    if (number && kept.size * 8 > (size_t)bits && !BN_rshift(number, number, (int)(kept.size * 8) - bits)) {
        BN_free(number);
        return NULL;
    }
    return number;
}

static bool number_in_range(const BIGNUM *number, const BIGNUM *order)
{
    return !BN_is_zero(number) && BN_ucmp(number, order) < 0;
}

/* FIPS 186-5 6.4.2: R is the x coordinate of (e/s) G + (r/s) Q, modulo the order. */
static enum result ecdsa_check(const EC_GROUP *group, const EC_POINT *key, struct bytes hash, const BIGNUM *r,
                               const BIGNUM *s, BN_CTX *work)
{
    const BIGNUM *order = EC_GROUP_get0_order(group);
    NUMBER *e = number_from_hash(hash, order), *w = BN_new(), *u1 = BN_new(), *u2 = BN_new(), *x = BN_new();
    SCOPED(point_free) EC_POINT *sum = EC_POINT_new(group);

    if (!e || !w || !u1 || !u2 || !x || !sum)
        return RESULT_NO_MEMORY;
    if (!number_in_range(r, order) || !number_in_range(s, order))
        return RESULT_MALFORMED;
    if (!BN_mod_inverse(w, s, order, work) || !BN_mod_mul(u1, e, w, order, work) ||
        !BN_mod_mul(u2, r, w, order, work))
        return RESULT_INTERNAL;
    if (!EC_POINT_mul(group, sum, u1, key, u2, work))
        return RESULT_INTERNAL;
    if (EC_POINT_is_at_infinity(group, sum))
        return RESULT_MALFORMED;
    if (!EC_POINT_get_affine_coordinates(group, sum, x, NULL, work) || !BN_nnmod(x, x, order, work))
        return RESULT_INTERNAL;
    return BN_ucmp(x, r) == 0 ? RESULT_OK : RESULT_MALFORMED;
}

enum result softkey_ecdsa_verify(struct crypto *crypto, const struct pubkey *key, struct bytes hash,
                                 struct bytes signature)
{
    CRYPTO_QUIET;
    size_t half = signature.size / 2;
    SCOPED(group_free) EC_GROUP *group = NULL;
    SCOPED(point_free) EC_POINT *point = NULL;
    NUMBER *r = NULL, *s = NULL;
    WORK *work = work_new(crypto);

    if (key->kind != KEY_EC)
        return RESULT_BAD_ARGUMENT;
    if (half == 0 || signature.size % 2 != 0 || half > PUBKEY_MODULUS_MAX)
        return RESULT_MALFORMED;
    TRY(group_new(crypto, key->curve, &group));
    r = number_from(bytes_slice(signature, 0, half));
    s = number_from(bytes_from(signature, half));
    if (!work || !r || !s)
        return RESULT_NO_MEMORY;
    TRY(point_read(group, key->curve, pubkey_point(key), work, &point));
    return ecdsa_check(group, point, hash, r, s, work);
}

enum result softkey_eddsa_verify(struct crypto *crypto, const struct pubkey *key, struct bytes message,
                                 struct bytes signature)
{
    CRYPTO_QUIET;
    OSSL_LIB_CTX *library = crypto_library(crypto);
    SCOPED(digest_state_free) EVP_MD_CTX *state = EVP_MD_CTX_new();
    SCOPED(key_free) EVP_PKEY *native = NULL;
    static const uint8_t nothing[1];

    if (key->kind != KEY_EDWARDS || key->curve != CURVE_ED25519)
        return RESULT_BAD_ARGUMENT;
    if (!library || !state)
        return RESULT_NO_MEMORY;
    native = EVP_PKEY_new_raw_public_key_ex(library, "ED25519", NULL, key->point, key->point_size);
    if (!native)
        return RESULT_MALFORMED;
    if (EVP_DigestVerifyInit_ex(state, NULL, NULL, library, NULL, native, NULL) != 1)
        return RESULT_INTERNAL;
    if (EVP_DigestVerify(state, signature.data, signature.size, message.data ? message.data : nothing,
                         message.size) != 1)
        return RESULT_MALFORMED;
    return RESULT_OK;
}

/* A point of small order makes zero of every private key (all are multiples of 8), also of this one. */
static enum result montgomery_check(struct crypto *crypto, struct bytes point)
{
    OSSL_LIB_CTX *library = crypto_library(crypto);
    static const uint8_t any_key[32] = { 8 };
    SCOPED(key_free) EVP_PKEY *own = NULL, *peer = NULL;
    SCOPED(operation_free) EVP_PKEY_CTX *operation = NULL;
    uint8_t shared[32];
    size_t size = sizeof(shared);

    if (point.size != sizeof(shared))
        return RESULT_MALFORMED;
    own = EVP_PKEY_new_raw_private_key_ex(library, "X25519", NULL, any_key, sizeof(any_key));
    peer = EVP_PKEY_new_raw_public_key_ex(library, "X25519", NULL, point.data, point.size);
    operation = own ? EVP_PKEY_CTX_new_from_pkey(library, own, NULL) : NULL;
    if (!peer || !operation || EVP_PKEY_derive_init(operation) != 1 ||
        EVP_PKEY_derive_set_peer_ex(operation, peer, 0) != 1)
        return RESULT_INTERNAL;
    return EVP_PKEY_derive(operation, shared, &size) == 1 ? RESULT_OK : RESULT_MALFORMED;
}

enum result softkey_check_point(struct crypto *crypto, enum curve curve, struct bytes point)
{
    CRYPTO_QUIET;
    SCOPED(group_free) EC_GROUP *group = NULL;
    SCOPED(point_free) EC_POINT *parsed = NULL;
    WORK *work = work_new(crypto);
    enum result result;

    if (!work)
        return RESULT_NO_MEMORY;
    if (curve == CURVE_X25519)
        return montgomery_check(crypto, point);
    result = group_new(crypto, curve, &group);
    if (result != RESULT_OK)
        return result == RESULT_UNSUPPORTED ? RESULT_BAD_ARGUMENT : result;
    return point_read(group, curve, point, work, &parsed);
}

static enum result group_public(const EC_GROUP *group, enum curve curve, struct bytes scalar, BN_CTX *work,
                                struct pubkey *ret)
{
    NUMBER *number = number_from(scalar);
    SCOPED(point_free) EC_POINT *point = EC_POINT_new(group);
    uint8_t encoded[PUBKEY_POINT_MAX];
    size_t size;

    if (!number || !point)
        return RESULT_NO_MEMORY;
    BN_set_flags(number, BN_FLG_CONSTTIME);
    if (!number_in_range(number, EC_GROUP_get0_order(group)))
        return RESULT_MALFORMED;
    if (!EC_POINT_mul(group, point, number, NULL, NULL, work))
        return RESULT_INTERNAL;
    size = EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, encoded, sizeof(encoded), work);
    return size > 0 ? pubkey_set_point(ret, curve, bytes_make(encoded, size)) : RESULT_INTERNAL;
}

static enum result raw_public(struct crypto *crypto, enum curve curve, struct bytes scalar,
                              struct pubkey *ret)
{
    OSSL_LIB_CTX *library = crypto_library(crypto);
    const char *name = curve == CURVE_ED25519 ? "ED25519" : "X25519";
    SCOPED(key_free) EVP_PKEY *key = NULL;
    uint8_t encoded[PUBKEY_POINT_MAX];
    size_t size = sizeof(encoded);

    if (scalar.size != curve_size(curve))
        return RESULT_MALFORMED;
    key = library ? EVP_PKEY_new_raw_private_key_ex(library, name, NULL, scalar.data, scalar.size) : NULL;
    if (!key || EVP_PKEY_get_raw_public_key(key, encoded, &size) != 1)
        return RESULT_INTERNAL;
    return pubkey_set_point(ret, curve, bytes_make(encoded, size));
}

enum result softkey_ec_public(struct crypto *crypto, enum curve curve, const struct secret *scalar,
                              struct pubkey *ret)
{
    CRYPTO_QUIET;
    SCOPED(group_free) EC_GROUP *group = NULL;
    WORK *work = work_new(crypto);
    enum result result;

    if (!work)
        return RESULT_NO_MEMORY;
    if (curve == CURVE_ED25519 || curve == CURVE_X25519)
        return raw_public(crypto, curve, secret_bytes(scalar), ret);
    result = group_new(crypto, curve, &group);
    if (result != RESULT_OK)
        return result == RESULT_UNSUPPORTED ? RESULT_BAD_ARGUMENT : result;
    if (secret_size(scalar) > curve_size(curve))
        return RESULT_MALFORMED;
    result = group_public(group, curve, secret_bytes(scalar), work, ret);
    crypto_leave_thread(crypto); /* blinding took random bytes of the thread's generator */
    return result;
}
