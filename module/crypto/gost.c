/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/crypto/gost.h"

#include <gcrypt.h>
#include <stdlib.h>
#include <string.h>

#define GCRYPT_WANTED "1.10.0"
#define COORDINATE_MAX 64
#define BLOCK 8
#define SBOX_NAME_MAX 24

struct gost_digest {
    enum hash hash;
    gcry_md_hd_t state;
};

/* libgcrypt's names; several parameter sets of the world share a curve. */
static const struct gost_curve {
    enum curve curve;
    unsigned cofactor;
    const char *name;
} gost_curves[] = {
    { CURVE_GOST_256_TEST, 1, "GOST2001-test" },       { CURVE_GOST_256_CPA, 1, "GOST2001-CryptoPro-A" },
    { CURVE_GOST_256_CPB, 1, "GOST2001-CryptoPro-B" }, { CURVE_GOST_256_CPC, 1, "GOST2001-CryptoPro-C" },
    { CURVE_GOST_256_A, 4, "GOST2012-256-A" },         { CURVE_GOST_512_TEST, 1, "GOST2012-512-test" },
    { CURVE_GOST_512_A, 1, "GOST2012-512-tc26-A" },    { CURVE_GOST_512_B, 1, "GOST2012-512-tc26-B" },
    { CURVE_GOST_512_C, 4, "GOST2012-512-tc26-C" },
};

/* Parameters of GOST 28147-89 by the dotted form that libgcrypt asks for (RFC 4357 11.1, RFC 7836 C). */
static const struct {
    uint8_t oid[11];
    char name[SBOX_NAME_MAX];
} gost_sboxes[] = {
    { { 0x06, 0x07, 0x2A, 0x85, 0x03, 0x02, 0x02, 0x1F, 0x01 }, "1.2.643.2.2.31.1" },
    { { 0x06, 0x07, 0x2A, 0x85, 0x03, 0x02, 0x02, 0x1F, 0x02 }, "1.2.643.2.2.31.2" },
    { { 0x06, 0x07, 0x2A, 0x85, 0x03, 0x02, 0x02, 0x1F, 0x03 }, "1.2.643.2.2.31.3" },
    { { 0x06, 0x07, 0x2A, 0x85, 0x03, 0x02, 0x02, 0x1F, 0x04 }, "1.2.643.2.2.31.4" },
    { { 0x06, 0x09, 0x2A, 0x85, 0x03, 0x07, 0x01, 0x02, 0x05, 0x01, 0x01 }, "1.2.643.7.1.2.5.1.1" },
};

static void number_free(gcry_mpi_t *number)
{
    gcry_mpi_release(*number);
}

static void point_free(gcry_mpi_point_t *point)
{
    gcry_mpi_point_release(*point);
}

static void expression_free(gcry_sexp_t *expression)
{
    gcry_sexp_release(*expression);
}

static void cipher_close(gcry_cipher_hd_t *cipher)
{
    gcry_cipher_close(*cipher);
}

/*
 * What the process has begun to ready, or has ready, is not touched. Nothing is declared finished either: an
 * application that comes to libgcrypt after us can still have it its own way.
 */
static enum result gost_ready(void)
{
    if (gcry_control(GCRYCTL_ANY_INITIALIZATION_P) != 0)
        return RESULT_OK;
    return gcry_check_version(GCRYPT_WANTED) != NULL ? RESULT_OK : RESULT_UNSUPPORTED;
}

static enum result gost_open(struct crypto *crypto)
{
    return crypto_once(crypto, gost_ready);
}

static enum result gost_result(gcry_error_t error)
{
    const gcry_err_code_t code = gcry_err_code(error);

    if (code == GPG_ERR_ENOMEM)
        return RESULT_NO_MEMORY;
    /* what it has is not always what it may do: it knows a mode in which only FIPS is allowed */
    if (code == GPG_ERR_DIGEST_ALGO || code == GPG_ERR_CIPHER_ALGO || code == GPG_ERR_NOT_SUPPORTED)
        return RESULT_UNSUPPORTED;
    return code == GPG_ERR_NO_ERROR ? RESULT_OK : RESULT_INTERNAL;
}

static int gost_algorithm(enum hash hash)
{
    if (hash == HASH_GOST94)
        return GCRY_MD_GOSTR3411_CP;
    return hash == HASH_STREEBOG_256   ? GCRY_MD_STRIBOG256
           : hash == HASH_STREEBOG_512 ? GCRY_MD_STRIBOG512
                                       : GCRY_MD_NONE;
}

static enum result gost_digest_begin(struct gost_digest *digest, const struct secret *key)
{
    unsigned flags = key != NULL ? GCRY_MD_FLAG_HMAC : 0;
    struct bytes value = secret_bytes(key);

    TRY(gost_result(gcry_md_open(&digest->state, gost_algorithm(digest->hash), flags)));
    return key != NULL ? gost_result(gcry_md_setkey(digest->state, value.data, value.size)) : RESULT_OK;
}

enum result gost_digest_new(struct crypto *crypto, enum hash hash, const struct secret *key,
                            struct gost_digest **ret)
{
    enum result result;

    *ret = NULL;
    if (gost_algorithm(hash) == GCRY_MD_NONE)
        return RESULT_UNSUPPORTED;
    TRY(gost_open(crypto));
    *ret = calloc(1, sizeof(**ret));
    if (*ret == NULL)
        return RESULT_NO_MEMORY;
    (*ret)->hash = hash;
    result = gost_digest_begin(*ret, key);
    if (result != RESULT_OK)
        gost_digest_free(ret);
    return result;
}

enum result gost_digest_copy(const struct gost_digest *digest, struct gost_digest **ret)
{
    enum result result;

    *ret = calloc(1, sizeof(**ret));
    if (*ret == NULL)
        return RESULT_NO_MEMORY;
    (*ret)->hash = digest->hash;
    result = gost_result(gcry_md_copy(&(*ret)->state, digest->state));
    if (result != RESULT_OK)
        gost_digest_free(ret);
    return result;
}

void gost_digest_update(struct gost_digest *digest, struct bytes data)
{
    gcry_md_write(digest->state, data.data, data.size);
}

enum result gost_digest_final(struct gost_digest *digest, struct buf *out)
{
    const uint8_t *hash;

    if (buf_room(out) < hash_size(digest->hash))
        return RESULT_TOO_LARGE;
    hash = gcry_md_read(digest->state, 0);
    if (hash == NULL)
        return RESULT_INTERNAL;
    buf_add(out, bytes_make(hash, hash_size(digest->hash)));
    return RESULT_OK;
}

void gost_digest_free(struct gost_digest **digest)
{
    if (*digest == NULL)
        return;
    gcry_md_close((*digest)->state);
    free(*digest);
    *digest = NULL;
}

static const struct gost_curve *gost_curve_find(enum curve curve)
{
    for (size_t i = 0; i < sizeof(gost_curves) / sizeof(gost_curves[0]); i++)
        if (gost_curves[i].curve == curve)
            return &gost_curves[i];
    return NULL;
}

static void turn(uint8_t *ret, struct bytes bytes)
{
    for (size_t i = 0; i < bytes.size; i++)
        ret[i] = bytes.data[bytes.size - 1 - i];
}

/* A little-endian number of at most 64 bytes. */
static enum result number_read(struct bytes bytes, gcry_mpi_t *ret)
{
    uint8_t turned[COORDINATE_MAX];
    enum result result;

    if (bytes.size == 0 || bytes.size > sizeof(turned))
        return RESULT_MALFORMED;
    turn(turned, bytes);
    result = gost_result(gcry_mpi_scan(ret, GCRYMPI_FMT_USG, turned, bytes.size, NULL));
    secret_wipe(turned, sizeof(turned));
    return result;
}

/* The same, appended in SIZE bytes. */
static enum result number_add(gcry_mpi_t number, size_t size, struct buf *out)
{
    uint8_t bytes[COORDINATE_MAX], turned[COORDINATE_MAX] = { 0 };
    size_t used = 0;
    enum result result = gost_result(gcry_mpi_print(GCRYMPI_FMT_USG, bytes, sizeof(bytes), &used, number));

    if (result == RESULT_OK) {
        turn(turned, bytes_make(bytes, used));
        buf_add(out, bytes_make(turned, size));
        result = buf_check(out);
    }
    secret_wipe(bytes, sizeof(bytes));
    secret_wipe(turned, sizeof(turned));
    return result;
}

/* An open curve. */
struct gost_group {
    const struct gost_curve *curve;
    size_t size; /* of a coordinate, in bytes */
    gcry_ctx_t context;
    gcry_mpi_t order, prime;
};

static void gost_group_close(struct gost_group *group)
{
    gcry_mpi_release(group->order);
    gcry_mpi_release(group->prime);
    gcry_ctx_release(group->context);
}

static enum result gost_group_open(struct crypto *crypto, enum curve curve, struct gost_group *group)
{
    group->curve = gost_curve_find(curve);
    if (group->curve == NULL)
        return RESULT_UNSUPPORTED;
    TRY(gost_open(crypto));
    group->size = curve_size(curve);
    TRY(gost_result(gcry_mpi_ec_new(&group->context, NULL, group->curve->name)));
    group->order = gcry_mpi_ec_get_mpi("n", group->context, 1);
    group->prime = gcry_mpi_ec_get_mpi("p", group->context, 1);
    return group->order != NULL && group->prime != NULL ? RESULT_OK : RESULT_NO_MEMORY;
}

/* Reads X || Y of a point on the curve. */
static enum result gost_point_read(const struct gost_group *group, struct bytes bytes, gcry_mpi_point_t *ret)
{
    SCOPED(number_free) gcry_mpi_t x = NULL;
    SCOPED(number_free) gcry_mpi_t y = NULL;

    if (bytes.size != 2 * group->size)
        return RESULT_MALFORMED;
    TRY(number_read(bytes_slice(bytes, 0, group->size), &x));
    TRY(number_read(bytes_from(bytes, group->size), &y));
    if (gcry_mpi_cmp(x, group->prime) >= 0 || gcry_mpi_cmp(y, group->prime) >= 0)
        return RESULT_MALFORMED;
    *ret = gcry_mpi_point_set(NULL, x, y, GCRYMPI_CONST_ONE);
    return gcry_mpi_ec_curve_point(*ret, group->context) ? RESULT_OK : RESULT_MALFORMED;
}

/* The same, and it is in the group of the base point: the order's multiple of it is infinity. */
static enum result gost_point_take(const struct gost_group *group, struct bytes bytes, gcry_mpi_point_t *ret)
{
    SCOPED(point_free) gcry_mpi_point_t end = NULL;
    SCOPED(number_free) gcry_mpi_t x = NULL;

    TRY(gost_point_read(group, bytes, ret));
    if (group->curve->cofactor == 1)
        return RESULT_OK;
    end = gcry_mpi_point_new(0);
    x = gcry_mpi_new(0);
    gcry_mpi_ec_mul(end, group->order, *ret, group->context);
    return gcry_mpi_ec_get_affine(x, NULL, end, group->context) != 0 ? RESULT_OK : RESULT_MALFORMED;
}

enum result gost_check_point(struct crypto *crypto, enum curve curve, struct bytes point)
{
    SCOPED(gost_group_close) struct gost_group group = { 0 };
    SCOPED(point_free) gcry_mpi_point_t taken = NULL;

    TRY(gost_group_open(crypto, curve, &group));
    return gost_point_take(&group, point, &taken);
}

enum result gost_check_key(struct crypto *crypto, const struct pubkey *key)
{
    if (!key_kind_is_gost(key->kind))
        return RESULT_MALFORMED;
    return gost_check_point(crypto, key->curve, pubkey_point(key));
}

static enum result gost_key_make(const struct pubkey *key, gcry_sexp_t *ret)
{
    uint8_t memory[1 + 2 * COORDINATE_MAX];
    struct buf point = BUF_OVER(memory);

    TRY(pubkey_gost_point(key, &point));
    return gost_result(gcry_sexp_build(ret, NULL, "(public-key (ecc (curve %s) (q %b)))",
                                       gost_curve_find(key->curve)->name, (int)point.size, point.data));
}

/* The hash is a little-endian number here, although RFC 7091 writes it big-endian. */
static enum result gost_hash_make(struct bytes digest, gcry_sexp_t *ret)
{
    SCOPED(number_free) gcry_mpi_t number = NULL;

    TRY(number_read(digest, &number));
    return gost_result(gcry_sexp_build(ret, NULL, "(data (flags gost) (value %m))", number));
}

static enum result gost_signature_make(struct bytes signature, gcry_sexp_t *ret)
{
    const struct bytes s = bytes_slice(signature, 0, signature.size / 2),
                       r = bytes_from(signature, signature.size / 2);

    return gost_result(gcry_sexp_build(ret, NULL, "(sig-val (gost (r %b) (s %b)))", (int)r.size, r.data,
                                       (int)s.size, s.data));
}

enum result gost_verify(struct crypto *crypto, const struct pubkey *key, struct bytes digest,
                        struct bytes signature)
{
    SCOPED(expression_free) gcry_sexp_t public_key = NULL;
    SCOPED(expression_free) gcry_sexp_t data = NULL;
    SCOPED(expression_free) gcry_sexp_t value = NULL;
    const size_t size = curve_size(key->curve);
    gcry_error_t verdict;

    TRY(gost_check_key(crypto, key));
    if (digest.size != size || signature.size != 2 * size)
        return RESULT_MALFORMED;
    TRY(gost_key_make(key, &public_key));
    TRY(gost_hash_make(digest, &data));
    TRY(gost_signature_make(signature, &value));
    verdict = gcry_pk_verify(value, data, public_key);
    return gcry_err_code(verdict) == GPG_ERR_ENOMEM ? RESULT_NO_MEMORY
           : verdict == 0                           ? RESULT_OK
                                                    : RESULT_MALFORMED;
}

/* The number that the shared point is multiplied with. */
static enum result gost_vko_factor(const struct gost_group *group, struct bytes ukm, gcry_mpi_t *ret)
{
    TRY(number_read(ukm, ret));
    gcry_mpi_mul_ui(*ret, *ret, group->curve->cofactor);
    gcry_mpi_mod(*ret, *ret, group->order);
    return gcry_mpi_cmp_ui(*ret, 0) != 0 ? RESULT_OK : RESULT_MALFORMED;
}

/* Appends X || Y of POINT times FACTOR. */
static enum result gost_point_times(const struct gost_group *group, gcry_mpi_point_t point, gcry_mpi_t factor,
                                    struct buf *out)
{
    SCOPED(point_free) gcry_mpi_point_t product = gcry_mpi_point_new(0);
    SCOPED(number_free) gcry_mpi_t x = gcry_mpi_new(0);
    SCOPED(number_free) gcry_mpi_t y = gcry_mpi_new(0);

    gcry_mpi_ec_mul(product, factor, point, group->context);
    if (gcry_mpi_ec_get_affine(x, y, product, group->context) != 0)
        return RESULT_MALFORMED;
    TRY(number_add(x, group->size, out));
    return number_add(y, group->size, out);
}

enum result gost_vko(struct crypto *crypto, enum curve curve, enum hash hash, struct bytes shared,
                     struct bytes ukm, struct buf *out)
{
    SCOPED(gost_group_close) struct gost_group group = { 0 };
    SCOPED(point_free) gcry_mpi_point_t point = NULL;
    SCOPED(number_free) gcry_mpi_t factor = NULL;
    SCOPED(gost_digest_free) struct gost_digest *digest = NULL;
    uint8_t memory[2 * COORDINATE_MAX];
    SCOPED(buf_wipe) struct buf product = BUF_OVER(memory);

    TRY(gost_group_open(crypto, curve, &group));
    TRY(gost_point_take(&group, shared, &point));
    TRY(gost_vko_factor(&group, ukm, &factor));
    TRY(gost_point_times(&group, point, factor, &product));
    TRY(gost_digest_new(crypto, hash, NULL, &digest));
    gost_digest_update(digest, buf_bytes(&product));
    return gost_digest_final(digest, out);
}

/* The initial vector of one step: the sums of the key's words whose bit in UKM is 1, and of the others. */
static void gost_diversify_vector(const uint8_t key[GOST_CIPHER_KEY], uint8_t bits, uint8_t ret[BLOCK])
{
    uint32_t sums[2] = { 0, 0 };

    for (unsigned i = 0; i < 8; i++) {
        const uint8_t *word = key + 4 * (size_t)i;
        sums[(bits >> i & 1) != 0 ? 0 : 1] +=
            (uint32_t)word[0] | (uint32_t)word[1] << 8 | (uint32_t)word[2] << 16 | (uint32_t)word[3] << 24;
    }
    for (unsigned i = 0; i < BLOCK; i++)
        ret[i] = (uint8_t)(sums[i / 4] >> 8 * (i % 4));
    secret_wipe(sums, sizeof(sums));
}

/* One step: the key, encrypted with itself. */
static enum result gost_diversify_step(gcry_cipher_hd_t cipher, uint8_t bits, uint8_t key[GOST_CIPHER_KEY])
{
    uint8_t vector[BLOCK];
    enum result result;

    gost_diversify_vector(key, bits, vector);
    result = gost_result(gcry_cipher_setkey(cipher, key, GOST_CIPHER_KEY));
    if (result == RESULT_OK)
        result = gost_result(gcry_cipher_setiv(cipher, vector, sizeof(vector)));
    if (result == RESULT_OK)
        result = gost_result(gcry_cipher_encrypt(cipher, key, GOST_CIPHER_KEY, NULL, 0));
    secret_wipe(vector, sizeof(vector));
    return result;
}

static const char *gost_sbox_name(struct bytes oid)
{
    for (size_t i = 0; i < sizeof(gost_sboxes) / sizeof(gost_sboxes[0]); i++)
        if (bytes_equal(oid, bytes_make(gost_sboxes[i].oid, (size_t)gost_sboxes[i].oid[1] + 2)))
            return gost_sboxes[i].name;
    return NULL;
}

static enum result gost_cipher_open(const char *sbox, gcry_cipher_hd_t *ret)
{
    char name[SBOX_NAME_MAX] = { 0 };

    memcpy(name, sbox, strlen(sbox));
    TRY(gost_result(gcry_cipher_open(ret, GCRY_CIPHER_GOST28147, GCRY_CIPHER_MODE_CFB, 0)));
    return gost_result(gcry_cipher_ctl(*ret, GCRYCTL_SET_SBOX, name, 0));
}

enum result gost_diversify(struct crypto *crypto, struct bytes key, struct bytes ukm, struct bytes sbox,
                           struct buf *out)
{
    SCOPED(cipher_close) gcry_cipher_hd_t cipher = NULL;
    const char *name = gost_sbox_name(sbox);
    uint8_t work[GOST_CIPHER_KEY];
    enum result result = RESULT_OK;

    if (name == NULL)
        return RESULT_UNSUPPORTED;
    if (key.size != sizeof(work) || ukm.size != GOST_DIVERSIFY_UKM)
        return RESULT_BAD_ARGUMENT;
    TRY(gost_open(crypto));
    TRY(gost_cipher_open(name, &cipher));
    memcpy(work, key.data, sizeof(work));
    for (size_t i = 0; result == RESULT_OK && i < ukm.size; i++)
        result = gost_diversify_step(cipher, ukm.data[i], work);
    if (result == RESULT_OK) {
        buf_add(out, BYTES_OF(work));
        result = buf_check(out);
    }
    secret_wipe(work, sizeof(work));
    return result;
}

static void gost_digest_number(struct gost_digest *digest, uint64_t number, size_t size)
{
    uint8_t bytes[8];
    struct buf encoded = BUF_OVER(bytes);

    buf_add_number(&encoded, number, size);
    gost_digest_update(digest, buf_bytes(&encoded));
}

/* How many bytes NUMBER takes. */
static size_t number_width(uint64_t number)
{
    size_t width = 1;

    while (width < sizeof(number) && number >> 8 * width != 0)
        width++;
    return width;
}

/* The block number I, from 1. */
static enum result gost_kdf_block(struct crypto *crypto, const struct secret *key, const struct gost_kdf *kdf,
                                  uint64_t i, struct buf *out)
{
    SCOPED(gost_digest_free) struct gost_digest *digest = NULL;
    const uint64_t bits = (uint64_t)kdf->total * 8;

    TRY(gost_digest_new(crypto, HASH_STREEBOG_256, key, &digest));
    gost_digest_number(digest, i, kdf->counter_size);
    gost_digest_update(digest, kdf->label);
    gost_digest_number(digest, 0, 1);
    gost_digest_update(digest, kdf->seed);
    gost_digest_number(digest, bits, number_width(bits));
    return gost_digest_final(digest, out);
}

enum result gost_kdf_tree(struct crypto *crypto, const struct secret *key, const struct gost_kdf *kdf,
                          struct buf *out)
{
    const size_t block_size = hash_size(HASH_STREEBOG_256);
    uint8_t memory[COORDINATE_MAX];
    SCOPED(buf_wipe) struct buf block = BUF_OVER(memory);
    size_t at = kdf->offset, end = kdf->offset + kdf->size;

    if (kdf->counter_size < 1 || kdf->counter_size > 4 || kdf->total == 0 || kdf->total > UINT32_MAX ||
        kdf->offset > kdf->total || kdf->size > kdf->total - kdf->offset ||
        number_width((kdf->total - 1) / block_size + 1) > kdf->counter_size)
        return RESULT_BAD_ARGUMENT;
    while (at < end) {
        struct bytes part;
        buf_clear(&block);
        TRY(gost_kdf_block(crypto, key, kdf, at / block_size + 1, &block));
        part = bytes_slice(buf_bytes(&block), at % block_size, end - at);
        buf_add(out, part);
        at += part.size;
    }
    return buf_check(out);
}
