/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rutoken_talk.h: what tests of the virtual Rutoken share: opening it, its usual commands, and checking its
 * answers. */
#ifndef ECP_TESTS_UNIT_RUTOKEN_TALK_H
#define ECP_TESTS_UNIT_RUTOKEN_TALK_H

#include <gcrypt.h>

#include "tests/unit/vcard_talk.h"

#define RUTOKEN_LOGIN_USER "00 20 00 02 08 3132333435363738"
#define RUTOKEN_LOGIN_SO "00 20 00 01 08 3837363534333231"
#define RUTOKEN_LOGOUT "80 40 00 00"
#define RUTOKEN_SECURITY_KEY "86 0F 46 00 02 02 00 00 00 02 00 00 00 00 00 00 00"
#define RUTOKEN_SECURITY_FREE "86 0F 43 00 00 00 00 00 00 00 00 00 00 00 00 00 00"

/* RSA-512 files for reference REF, and how they are selected */
#define RUTOKEN_CREATE_RSA512(ref)                                                                           \
    "00E00000 27 6F25 800200A8 82021000 830200" ref " 8506230000AA0000 " RUTOKEN_SECURITY_KEY,               \
        "00E00000 27 6F25 80020060 82021000 830200" ref " 8506330000AA0000 " RUTOKEN_SECURITY_KEY
#define RUTOKEN_SELECT_PRIVATE(ref) "00A40800 08 1000 1000 6002 00" ref
#define RUTOKEN_SELECT_PUBLIC(ref) "00A40800 08 1000 1000 6001 00" ref

/** A fresh card after reset. */
static inline struct vcard *rutoken_open(const char *name)
{
    struct vcard *card;

    assert_ok(vcard_create(name, &card));
    card->family->reset(card);
    return card;
}

/** Every command succeeds. */
static inline void rutoken_say(struct vcard *card, const char *const commands[], size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_sw(card, commands[i], 0x9000);
}

#define RUTOKEN_SAY(card, ...)                                                                               \
    rutoken_say(card, (const char *const[]){ __VA_ARGS__ },                                                  \
                sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

/** NUMBER as libgcrypt has it, from SIZE little-endian bytes. */
static inline gcry_mpi_t rutoken_number(const uint8_t *number, size_t size)
{
    uint8_t turned[128] = { 0 };
    gcry_mpi_t ret = NULL;

    for (size_t i = 0; i < size; i++)
        turned[i] = number[size - 1 - i];
    ck_assert_int_eq((int)gcry_mpi_scan(&ret, GCRYMPI_FMT_USG, turned, size, NULL), 0);
    return ret;
}

/** Whether SIGNATURE (r‖s, little-endian) of DIGEST is by PUBLIC (X‖Y, little-endian) on CURVE of libgcrypt.
 */
static inline bool rutoken_gost_verifies(const char *curve, struct bytes public, struct bytes digest,
                                         struct bytes signature)
{
    size_t size = digest.size;
    uint8_t point[129] = { 0x04 };
    gcry_mpi_t r = rutoken_number(signature.data, size), s = rutoken_number(signature.data + size, size);
    gcry_mpi_t e = rutoken_number(digest.data, size);
    gcry_sexp_t key, data, value;
    bool ret;

    ck_assert_uint_eq(public.size, 2 * size);
    ck_assert_uint_eq(signature.size, 2 * size);
    for (size_t i = 0; i < size; i++) {
        point[1 + i] = public.data[size - 1 - i];
        point[1 + size + i] = public.data[2 * size - 1 - i];
    }
    ck_assert_int_eq((int)gcry_sexp_build(&key, NULL, "(public-key (ecc (curve %s) (q %b)))", curve,
                                          (int)(1 + 2 * size), point),
                     0);
    ck_assert_int_eq((int)gcry_sexp_build(&data, NULL, "(data (flags gost) (value %m))", e), 0);
    ck_assert_int_eq((int)gcry_sexp_build(&value, NULL, "(sig-val (gost (r %m) (s %m)))", r, s), 0);
    ret = gcry_pk_verify(value, data, key) == 0;
    gcry_sexp_release(key);
    gcry_sexp_release(data);
    gcry_sexp_release(value);
    gcry_mpi_release(r);
    gcry_mpi_release(s);
    gcry_mpi_release(e);
    return ret;
}

#endif
