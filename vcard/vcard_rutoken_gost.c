/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_rutoken_gost.h"

#include <gcrypt.h>
#include <string.h>

#include "asn1/secret.h"
#include "vcard/vcard_rutoken_order.h"

enum { DIGEST_SIZE = 32 };

static const struct curve {
    size_t size;
    uint8_t set;
    unsigned cofactor;
    const char *name;
} curves[] = {
    { 32, 0x20, 1, "GOST2001-CryptoPro-A" }, { 32, 0x30, 1, "GOST2001-CryptoPro-B" },
    { 32, 0x40, 1, "GOST2001-CryptoPro-C" }, { 64, 0x20, 1, "GOST2012-512-tc26-A" },
    { 64, 0x30, 1, "GOST2012-512-tc26-B" },  { 64, 0x40, 4, "GOST2012-512-tc26-C" },
};

static void mpi_free(gcry_mpi_t *number)
{
    gcry_mpi_release(*number);
}

static void point_free(gcry_mpi_point_t *point)
{
    gcry_mpi_point_release(*point);
}

static void sexp_free(gcry_sexp_t *sexp)
{
    gcry_sexp_release(*sexp);
}

enum result rutoken_gost_open(void)
{
    if (gcry_control(GCRYCTL_INITIALIZATION_FINISHED_P))
        return RESULT_OK;
    if (!gcry_check_version("1.10.0"))
        return RESULT_INTERNAL;
    /* locked memory is of no use to a program that stores its keys in plain files */
    gcry_control(GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0);
    return RESULT_OK;
}

static const struct curve *curve_find(size_t size, uint8_t set)
{
    for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
        if (curves[i].size == size && curves[i].set == set)
            return &curves[i];
    }
    return NULL;
}

/* A little-endian number of at most 64 bytes; NULL if there is no memory */
static gcry_mpi_t number_read(struct bytes number)
{
    uint8_t turned[RUTOKEN_GOST_SCALAR_MAX];
    gcry_mpi_t ret = NULL;

    if (number.size == 0 || number.size > sizeof(turned))
        return NULL;
    memcpy(turned, number.data, number.size);
    rutoken_reverse(turned, number.size);
    if (gcry_mpi_scan(&ret, GCRYMPI_FMT_USG, turned, number.size, NULL) != 0)
        ret = NULL;
    secret_wipe(turned, sizeof(turned));
    return ret;
}

static bool number_add(gcry_mpi_t number, size_t size, struct buf *out)
{
    uint8_t turned[RUTOKEN_GOST_SCALAR_MAX], *place = buf_reserve(out, size);
    size_t used = 0;

    if (!place || size > sizeof(turned) ||
        gcry_mpi_print(GCRYMPI_FMT_USG, turned, sizeof(turned), &used, number) != 0 || used > size)
        return false;
    memset(place, 0, size);
    memcpy(place + size - used, turned, used);
    rutoken_reverse(place, size);
    secret_wipe(turned, sizeof(turned));
    return true;
}

/* An open curve: its context and order */
struct group {
    gcry_ctx_t ctx;
    gcry_mpi_t order;
};

static void group_close(struct group *group)
{
    gcry_mpi_release(group->order);
    gcry_ctx_release(group->ctx);
}

static enum result group_open(const struct curve *curve, struct group *group)
{
    if (gcry_mpi_ec_new(&group->ctx, NULL, curve->name) != 0)
        return RESULT_INTERNAL;
    group->order = gcry_mpi_ec_get_mpi("n", group->ctx, 1);
    return group->order ? RESULT_OK : RESULT_INTERNAL;
}

static bool point_add(const struct group *group, gcry_mpi_point_t point, size_t size, struct buf *out)
{
    SCOPED(mpi_free) gcry_mpi_t x = gcry_mpi_new(0);
    SCOPED(mpi_free) gcry_mpi_t y = gcry_mpi_new(0);

    return gcry_mpi_ec_get_affine(x, y, point, group->ctx) == 0 && number_add(x, size, out) &&
           number_add(y, size, out);
}

/* Appends the public key of the scalar D */
static enum result public_add(const struct group *group, gcry_mpi_t d, size_t size, struct buf *out)
{
    SCOPED(point_free) gcry_mpi_point_t base = gcry_mpi_ec_get_point("g", group->ctx, 1);
    SCOPED(point_free) gcry_mpi_point_t point = gcry_mpi_point_new(0);

    if (!base)
        return RESULT_INTERNAL;
    gcry_mpi_ec_mul(point, d, base, group->ctx);
    return point_add(group, point, size, out) ? RESULT_OK : RESULT_INTERNAL;
}

enum result rutoken_gost_generate(size_t size, uint8_t set, struct buf *private, struct buf *public)
{
    const struct curve *curve = curve_find(size, set);
    SCOPED(group_close) struct group group = { NULL, NULL };
    SCOPED(mpi_free) gcry_mpi_t d = gcry_mpi_new(0);

    if (!curve)
        return RESULT_UNSUPPORTED;
    TRY(group_open(curve, &group));
    do {
        gcry_mpi_randomize(d, gcry_mpi_get_nbits(group.order), GCRY_STRONG_RANDOM);
    } while (gcry_mpi_cmp_ui(d, 0) == 0 || gcry_mpi_cmp(d, group.order) >= 0);
    if (!number_add(d, size, private))
        return RESULT_INTERNAL;
    return public_add(&group, d, size, public);
}

/* Opens the curve and the key on it */
static enum result key_open(struct bytes private, uint8_t set, const struct curve **curve,
                            struct group *group, gcry_mpi_t *d)
{
    *curve = curve_find(private.size, set);
    if (!*curve)
        return RESULT_UNSUPPORTED;
    TRY(group_open(*curve, group));
    *d = number_read(private);
    if (!*d)
        return RESULT_NO_MEMORY;
    return gcry_mpi_cmp_ui(*d, 0) > 0 && gcry_mpi_cmp(*d, group->order) < 0 ? RESULT_OK : RESULT_MALFORMED;
}

enum result rutoken_gost_check(struct bytes private, uint8_t set)
{
    const struct curve *curve;
    SCOPED(group_close) struct group group = { NULL, NULL };
    SCOPED(mpi_free) gcry_mpi_t d = NULL;

    return key_open(private, set, &curve, &group, &d);
}

static bool part_add(gcry_sexp_t signature, const char *name, size_t size, struct buf *out)
{
    SCOPED(sexp_free) gcry_sexp_t part = gcry_sexp_find_token(signature, name, 0);
    SCOPED(mpi_free) gcry_mpi_t number = part ? gcry_sexp_nth_mpi(part, 1, GCRYMPI_FMT_USG) : NULL;

    return number && number_add(number, size, out);
}

enum result rutoken_gost_sign(struct bytes private, uint8_t set, struct bytes digest, struct buf *out)
{
    const struct curve *curve;
    SCOPED(group_close) struct group group = { NULL, NULL };
    SCOPED(mpi_free) gcry_mpi_t d = NULL;
    SCOPED(mpi_free) gcry_mpi_t e = NULL;
    SCOPED(sexp_free) gcry_sexp_t key = NULL;
    SCOPED(sexp_free) gcry_sexp_t data = NULL;
    SCOPED(sexp_free) gcry_sexp_t signature = NULL;

    if (digest.size != private.size)
        return RESULT_MALFORMED;
    TRY(key_open(private, set, &curve, &group, &d));
    e = number_read(digest);
    if (!e || gcry_sexp_build(&key, NULL, "(private-key (ecc (curve %s) (d %m)))", curve->name, d) != 0 ||
        gcry_sexp_build(&data, NULL, "(data (flags gost) (value %m))", e) != 0)
        return RESULT_NO_MEMORY;
    if (gcry_pk_sign(&signature, data, key) != 0 || !part_add(signature, "r", curve->size, out) ||
        !part_add(signature, "s", curve->size, out))
        return RESULT_INTERNAL;
    return RESULT_OK;
}

static enum result peer_open(const struct group *group, struct bytes peer, size_t size, gcry_mpi_point_t *ret)
{
    SCOPED(mpi_free) gcry_mpi_t x = number_read(bytes_slice(peer, 0, size));
    SCOPED(mpi_free) gcry_mpi_t y = number_read(bytes_from(peer, size));
    SCOPED(mpi_free) gcry_mpi_t prime = gcry_mpi_ec_get_mpi("p", group->ctx, 1);

    if (!x || !y || !prime)
        return RESULT_MALFORMED;
    *ret = gcry_mpi_point_set(NULL, x, y, GCRYMPI_CONST_ONE);
    return gcry_mpi_cmp(x, prime) < 0 && gcry_mpi_cmp(y, prime) < 0 &&
                   gcry_mpi_ec_curve_point(*ret, group->ctx)
               ? RESULT_OK
               : RESULT_MALFORMED;
}

/* The scalar times u and, on curves that have one, the cofactor, modulo the order (RFC 7836, 4.3) */
static enum result scalar_times(const struct group *group, const struct curve *curve, struct bytes ukm,
                                gcry_mpi_t d)
{
    SCOPED(mpi_free) gcry_mpi_t u = ukm.size > 0 ? number_read(ukm) : gcry_mpi_set_ui(NULL, 1);

    if (!u || gcry_mpi_cmp_ui(u, 0) == 0)
        return RESULT_MALFORMED;
    gcry_mpi_mulm(d, d, u, group->order);
    gcry_mpi_mul_ui(d, d, curve->cofactor);
    return RESULT_OK;
}

enum result rutoken_gost_agree(struct bytes private, uint8_t set, struct bytes peer, struct bytes ukm,
                               struct buf *out)
{
    const struct curve *curve;
    uint8_t memory[RUTOKEN_GOST_POINT_MAX], digest[DIGEST_SIZE];
    SCOPED(buf_wipe) struct buf shared = BUF_OVER(memory);
    SCOPED(group_close) struct group group = { NULL, NULL };
    SCOPED(mpi_free) gcry_mpi_t d = NULL;
    SCOPED(point_free) gcry_mpi_point_t other = NULL;
    SCOPED(point_free) gcry_mpi_point_t point = gcry_mpi_point_new(0);

    if (peer.size != 2 * private.size)
        return RESULT_MALFORMED;
    TRY(key_open(private, set, &curve, &group, &d));
    TRY(peer_open(&group, peer, curve->size, &other));
    TRY(scalar_times(&group, curve, ukm, d));
    gcry_mpi_ec_mul(point, d, other, group.ctx);
    /* a point of small order ends at infinity, which has no coordinates */
    if (!point_add(&group, point, curve->size, &shared))
        return RESULT_MALFORMED;
    if (ukm.size == 0) {
        buf_add(out, buf_bytes(&shared));
        return buf_check(out);
    }
    gcry_md_hash_buffer(GCRY_MD_STRIBOG256, digest, shared.data, shared.size);
    buf_add(out, BYTES_OF(digest));
    secret_wipe(digest, sizeof(digest));
    return buf_check(out);
}
