/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_rsa.h"

#include <openssl/core_names.h>
#include <openssl/rsa.h>
#include <string.h>

#include "vcard/vcard_ossl.h"
#include "vcard/vcard_rutoken_card.h"
#include "vcard/vcard_rutoken_order.h"

enum {
    PAD = 4,
    HALVES = 5, /* numbers in a private file */
    BLOCK_MAX = RUTOKEN_RSA_BITS_MAX / 8,
};

struct rsa {
    BIGNUM *p, *q, *qinv, *dp, *dq, *n, *e, *d;
};

static void rsa_free(struct rsa *rsa)
{
    BIGNUM *const all[] = { rsa->p, rsa->q, rsa->qinv, rsa->dp, rsa->dq, rsa->n, rsa->e, rsa->d };

    for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
        BN_clear_free(all[i]);
}

static bool number_add(const EVP_PKEY *pkey, const char *name, size_t size, struct buf *out)
{
    SCOPED(ossl_bn_free) BIGNUM *number = NULL;
    uint8_t *place = buf_reserve(out, size);

    return place && EVP_PKEY_get_bn_param(pkey, name, &number) &&
           BN_bn2lebinpad(number, place, (int)size) == (int)size;
}

enum result rutoken_rsa_generate(OSSL_LIB_CTX *crypto, unsigned bits, struct buf *private, struct buf *public)
{
    SCOPED(ossl_pkey_free) EVP_PKEY *pkey = EVP_PKEY_Q_keygen(crypto, NULL, "RSA", (size_t)bits);
    static const struct {
        const char *name;
        size_t pad;
    } rows[HALVES] = {
        { OSSL_PKEY_PARAM_RSA_FACTOR1, PAD },    { OSSL_PKEY_PARAM_RSA_FACTOR2, PAD },
        { OSSL_PKEY_PARAM_RSA_COEFFICIENT1, 0 }, { OSSL_PKEY_PARAM_RSA_EXPONENT1, 0 },
        { OSSL_PKEY_PARAM_RSA_EXPONENT2, 0 },
    };
    size_t half = bits / 16;

    if (!pkey)
        return RESULT_INTERNAL;
    for (size_t i = 0; i < HALVES; i++) {
        if (!number_add(pkey, rows[i].name, half, private))
            return RESULT_INTERNAL;
        buf_add_fill(private, 0, rows[i].pad);
    }
    if (!number_add(pkey, OSSL_PKEY_PARAM_RSA_N, 2 * half, public) ||
        !number_add(pkey, OSSL_PKEY_PARAM_RSA_E, half, public))
        return RESULT_INTERNAL;
    TRY(buf_check(private));
    return buf_check(public);
}

static bool rsa_read(struct bytes private, size_t half, struct rsa *rsa)
{
    BIGNUM **const numbers[HALVES] = { &rsa->p, &rsa->q, &rsa->qinv, &rsa->dp, &rsa->dq };
    size_t offset = 0;

    for (size_t i = 0; i < HALVES; i++) {
        struct bytes number = bytes_slice(private, offset, half);

        *numbers[i] = BN_secure_new();
        if (!*numbers[i] || !BN_lebin2bn(number.data, (int)number.size, *numbers[i]))
            return false;
        offset += half + (i < 2 ? PAD : 0);
    }
    rsa->n = BN_new();
    rsa->e = BN_new();
    rsa->d = BN_secure_new();
    return rsa->n && rsa->e && rsa->d;
}

static bool is_product_one(const BIGNUM *a, const BIGNUM *b, const BIGNUM *modulus, BN_CTX *ctx)
{
    SCOPED(ossl_bn_free) BIGNUM *product = BN_secure_new();

    return product && BN_cmp(a, modulus) < 0 && BN_mod_mul(product, a, b, modulus, ctx) && BN_is_one(product);
}

/*
 * The public exponent is in another file. It is found again as the inverse of d mod p-1, and must then fit q
 * too; an exponent longer than p-1 has none here.
 */
static bool rsa_complete(struct rsa *rsa, size_t half, BN_CTX *ctx)
{
    SCOPED(ossl_bn_free) BIGNUM *p1 = BN_secure_new();
    SCOPED(ossl_bn_free) BIGNUM *q1 = BN_secure_new();
    SCOPED(ossl_bn_free) BIGNUM *phi = BN_secure_new();

    if (!p1 || !q1 || !phi || !BN_is_odd(rsa->p) || !BN_is_odd(rsa->q) || BN_cmp(rsa->p, rsa->q) == 0 ||
        !BN_mul(rsa->n, rsa->p, rsa->q, ctx) || (size_t)BN_num_bits(rsa->n) != 16 * half ||
        !BN_sub(p1, rsa->p, BN_value_one()) || !BN_sub(q1, rsa->q, BN_value_one()) ||
        !BN_mul(phi, p1, q1, ctx) || BN_is_zero(rsa->dp) || !BN_mod_inverse(rsa->e, rsa->dp, p1, ctx))
        return false;
    return is_product_one(rsa->dq, rsa->e, q1, ctx) && is_product_one(rsa->qinv, rsa->q, rsa->p, ctx) &&
           BN_mod_inverse(rsa->d, rsa->e, phi, ctx);
}

static bool push(OSSL_PARAM_BLD *builder, const struct rsa *rsa)
{
    return OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, rsa->n) &&
           OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, rsa->e) &&
           OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_D, rsa->d) &&
           OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_FACTOR1, rsa->p) &&
           OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_FACTOR2, rsa->q) &&
           OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_EXPONENT1, rsa->dp) &&
           OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_EXPONENT2, rsa->dq) &&
           OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_COEFFICIENT1, rsa->qinv);
}

static enum result rsa_load(OSSL_LIB_CTX *crypto, struct bytes private, struct rsa *rsa)
{
    SCOPED(ossl_bn_ctx_free) BN_CTX *ctx = BN_CTX_secure_new_ex(crypto);
    size_t half = private.size > 2 * PAD ? (private.size - 2 * PAD) / HALVES : 0;

    if (!ctx)
        return RESULT_NO_MEMORY;
    if (half == 0 || half > BLOCK_MAX / 2 || private.size != HALVES * half + 2 * PAD)
        return RESULT_MALFORMED;
    return rsa_read(private, half, rsa) && rsa_complete(rsa, half, ctx) ? RESULT_OK : RESULT_MALFORMED;
}

enum result rutoken_rsa_check(OSSL_LIB_CTX *crypto, struct bytes private)
{
    SCOPED(rsa_free) struct rsa rsa = { 0 };

    return rsa_load(crypto, private, &rsa);
}

static enum result pkey_make(OSSL_LIB_CTX *crypto, const struct rsa *rsa, EVP_PKEY **ret)
{
    SCOPED(ossl_builder_free) OSSL_PARAM_BLD *builder = OSSL_PARAM_BLD_new();
    SCOPED(ossl_pkey_ctx_free) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(crypto, "RSA", NULL);
    SCOPED(ossl_params_free) OSSL_PARAM *params = NULL;

    if (!builder || !ctx || !push(builder, rsa))
        return RESULT_NO_MEMORY;
    params = OSSL_PARAM_BLD_to_param(builder);
    if (!params || EVP_PKEY_fromdata_init(ctx) != 1 ||
        EVP_PKEY_fromdata(ctx, ret, EVP_PKEY_KEYPAIR, params) != 1)
        return RESULT_INTERNAL;
    return RESULT_OK;
}

/* BLOCK is big-endian by now and below the modulus */
static enum result raw(OSSL_LIB_CTX *crypto, const struct rsa *rsa, struct bytes block, struct buf *out)
{
    SCOPED(ossl_pkey_free) EVP_PKEY *pkey = NULL;
    SCOPED(ossl_pkey_ctx_free) EVP_PKEY_CTX *ctx = NULL;
    uint8_t *place = buf_reserve(out, block.size);
    size_t size = block.size;

    if (!place)
        return RESULT_TOO_LARGE;
    TRY(pkey_make(crypto, rsa, &pkey));
    ctx = EVP_PKEY_CTX_new_from_pkey(crypto, pkey, NULL);
    if (!ctx || EVP_PKEY_decrypt_init(ctx) != 1 || EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) != 1 ||
        EVP_PKEY_decrypt(ctx, place, &size, block.data, block.size) != 1 || size != block.size)
        return RESULT_INTERNAL;
    rutoken_reverse(place, size);
    return RESULT_OK;
}

enum result rutoken_rsa_use(OSSL_LIB_CTX *crypto, struct bytes private, struct bytes block, struct buf *out)
{
    SCOPED(rsa_free) struct rsa rsa = { 0 };
    SCOPED(ossl_bn_free) BIGNUM *number = NULL;
    uint8_t turned[BLOCK_MAX];

    TRY(rsa_load(crypto, private, &rsa));
    number = BN_lebin2bn(block.data, (int)block.size, NULL);
    if (!number)
        return RESULT_NO_MEMORY;
    if (block.size != (size_t)BN_num_bytes(rsa.n) || BN_cmp(number, rsa.n) >= 0)
        return RESULT_MALFORMED;
    memcpy(turned, block.data, block.size);
    rutoken_reverse(turned, block.size);
    return raw(crypto, &rsa, bytes_make(turned, block.size), out);
}
