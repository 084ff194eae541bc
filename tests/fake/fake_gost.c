/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <gcrypt.h>

#include "asn1/signature.h"
#include "tests/fake/fake_world.h"

#define SIZE_MAX_GOST 64

static const char *name_of(enum curve curve)
{
    return curve == CURVE_GOST_256_CPA    ? "GOST2001-CryptoPro-A"
           : curve == CURVE_GOST_256_CPB  ? "GOST2001-CryptoPro-B"
           : curve == CURVE_GOST_256_A    ? "GOST2012-256-A"
           : curve == CURVE_GOST_256_TEST ? "GOST2001-test"
           : curve == CURVE_GOST_512_C    ? "GOST2012-512-tc26-C"
                                          : "GOST2012-512-tc26-A";
}

static gcry_mpi_t number_of(struct bytes little)
{
    uint8_t big[SIZE_MAX_GOST];
    gcry_mpi_t ret = NULL;

    for (size_t i = 0; i < little.size && i < sizeof(big); i++)
        big[i] = little.data[little.size - 1 - i];
    (void)gcry_mpi_scan(&ret, GCRYMPI_FMT_USG, big, little.size, NULL);
    return ret;
}

/* Appends NUMBER, little-endian, in SIZE bytes. */
static enum result number_put(gcry_mpi_t number, size_t size, struct buf *out)
{
    uint8_t big[SIZE_MAX_GOST], little[SIZE_MAX_GOST] = { 0 };
    size_t used = 0;

    if (!number || gcry_mpi_print(GCRYMPI_FMT_USG, big, sizeof(big), &used, number) != 0)
        return RESULT_REFUSED;
    for (size_t i = 0; i < used; i++)
        little[i] = big[used - 1 - i];
    buf_add(out, bytes_make(little, size));
    return buf_check(out);
}

/* Appends X || Y of the private key's multiple of POINT, empty: of the base point. FACTOR: once more. */
static enum result multiple(enum curve curve, struct bytes private_key, struct bytes point, gcry_mpi_t factor,
                            struct buf *out)
{
    size_t size = curve_size(curve);
    gcry_ctx_t context = NULL;
    gcry_mpi_t d = number_of(private_key), x = NULL, y = NULL, n;
    gcry_mpi_point_t base, end = gcry_mpi_point_new(0);
    enum result result;

    if (gcry_mpi_ec_new(&context, NULL, name_of(curve)) != 0)
        return RESULT_UNSUPPORTED;
    n = gcry_mpi_ec_get_mpi("n", context, 1);
    if (factor) {
        gcry_mpi_mulm(d, d, factor, n);
        gcry_mpi_mul_ui(d, d, curve == CURVE_GOST_256_A || curve == CURVE_GOST_512_C ? 4 : 1);
    }
    x = point.size > 0 ? number_of(bytes_slice(point, 0, size)) : gcry_mpi_new(0);
    y = point.size > 0 ? number_of(bytes_from(point, size)) : gcry_mpi_new(0);
    base = point.size > 0 ? gcry_mpi_point_set(NULL, x, y, GCRYMPI_CONST_ONE)
                          : gcry_mpi_ec_get_point("g", context, 1);
    gcry_mpi_ec_mul(end, d, base, context);
    result = gcry_mpi_ec_get_affine(x, y, end, context) == 0 ? number_put(x, size, out) : RESULT_REFUSED;
    if (result == RESULT_OK)
        result = number_put(y, size, out);
    gcry_mpi_point_release(base);
    gcry_mpi_point_release(end);
    gcry_mpi_release(x);
    gcry_mpi_release(y);
    gcry_mpi_release(d);
    gcry_mpi_release(n);
    gcry_ctx_release(context);
    return result;
}

enum result fake_gost_public(enum curve curve, struct bytes private_key, struct buf *out)
{
    (void)gcry_check_version(NULL);
    return multiple(curve, private_key, BYTES_NONE, NULL, out);
}

static enum result part_put(gcry_sexp_t signature, const char *name, size_t size, struct buf *out)
{
    gcry_sexp_t part = gcry_sexp_find_token(signature, name, 0);
    gcry_mpi_t number = part ? gcry_sexp_nth_mpi(part, 1, GCRYMPI_FMT_USG) : NULL;
    enum result result = number_put(number, size, out);

    gcry_mpi_release(number);
    gcry_sexp_release(part);
    return result;
}

enum result fake_gost_sign(enum curve curve, struct bytes private_key, struct bytes digest, struct buf *out)
{
    uint8_t memory[2 * SIZE_MAX_GOST];
    struct buf little = BUF_OVER(memory);
    gcry_mpi_t d = number_of(private_key), e = number_of(digest);
    gcry_sexp_t key = NULL, data = NULL, signature = NULL;
    enum result result = RESULT_REFUSED;

    if (digest.size == curve_size(curve) &&
        gcry_sexp_build(&key, NULL, "(private-key (ecc (curve %s) (d %m)))", name_of(curve), d) == 0 &&
        gcry_sexp_build(&data, NULL, "(data (flags gost) (value %m))", e) == 0 &&
        gcry_pk_sign(&signature, data, key) == 0)
        result = part_put(signature, "r", curve_size(curve), &little);
    if (result == RESULT_OK)
        result = part_put(signature, "s", curve_size(curve), &little);
    gcry_sexp_release(signature);
    gcry_sexp_release(data);
    gcry_sexp_release(key);
    gcry_mpi_release(d);
    gcry_mpi_release(e);
    return result == RESULT_OK ? signature_gost_reverse(buf_bytes(&little), out) : result;
}

enum result fake_gost_agree(enum curve curve, struct bytes private_key, const struct card_agreement *with,
                            struct buf *out)
{
    uint8_t memory[2 * SIZE_MAX_GOST], digest[32];
    struct buf point = BUF_OVER(memory);
    gcry_mpi_t factor;
    enum result result;

    if (with->how == CARD_CAN_GOST_DH)
        return multiple(curve, private_key, with->point, NULL, out);
    factor = number_of(with->ukm);
    result = multiple(curve, private_key, with->point, factor, &point);
    gcry_mpi_release(factor);
    if (result != RESULT_OK)
        return result;
    gcry_md_hash_buffer(GCRY_MD_STRIBOG256, digest, point.data, point.size);
    buf_add(out, BYTES_OF(digest));
    return buf_check(out);
}
