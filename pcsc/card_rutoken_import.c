/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Importing RSA keys. The card wants the modulus and the public exponent beside the private numbers, and
 * nobody gives them: the modulus is the product of the primes, and the exponent is the one whose product with
 * dp is 1 modulo p - 1.
 */
#include <string.h>

#include "pcsc/card_rutoken_parts.h"

#define HALF_MAX 256
#define PRIVATE_MAX (5 * HALF_MAX + 8)

/* Exponents in use; another one would be found by division, and has not been seen. */
static const uint32_t rutoken_exponents[] = { 65537, 3, 5, 17, 257 };

/* A number of SIZE bytes, little-endian, with room for a small factor. */
struct rutoken_number {
    uint8_t digits[HALF_MAX + 8];
};

static void rutoken_number_read(struct bytes view, struct rutoken_number *ret)
{
    memset(ret, 0, sizeof(*ret));
    for (size_t i = 0; i < view.size; i++)
        ret->digits[i] = view.data[view.size - 1 - i];
}

/* NUMBER times FACTOR. */
static void rutoken_number_scale(struct rutoken_number *number, uint32_t factor)
{
    uint64_t carry = 0;

    for (size_t i = 0; i < sizeof(number->digits); i++) {
        carry += (uint64_t)number->digits[i] * factor;
        number->digits[i] = (uint8_t)carry;
        carry >>= 8;
    }
}

/* NUMBER minus OTHER << BITS, if that is not negative. */
static void rutoken_number_reduce(struct rutoken_number *number, const struct rutoken_number *other,
                                  unsigned bits)
{
    struct rutoken_number shifted = *other, difference;
    int borrow = 0;

    rutoken_number_scale(&shifted, 1U << bits);
    for (size_t i = 0; i < sizeof(number->digits); i++) {
        int digit = number->digits[i] - shifted.digits[i] - borrow;
        borrow = digit < 0;
        difference.digits[i] = (uint8_t)(digit + (borrow ? 256 : 0));
    }
    if (!borrow)
        *number = difference;
    secret_wipe(&shifted, sizeof(shifted));
    secret_wipe(&difference, sizeof(difference));
}

static bool rutoken_number_is_one(const struct rutoken_number *number)
{
    uint8_t rest = number->digits[0] ^ 1;

    for (size_t i = 1; i < sizeof(number->digits); i++)
        rest |= number->digits[i];
    return rest == 0;
}

/* EXPONENT times dp is 1 modulo p - 1. */
static bool rutoken_exponent_fits(struct bytes p, struct bytes dp, uint32_t exponent)
{
    struct rutoken_number modulus, product;
    bool fits;

    rutoken_number_read(p, &modulus);
    modulus.digits[0] &= 0xFE; /* p is odd */
    rutoken_number_read(dp, &product);
    rutoken_number_scale(&product, exponent);
    for (unsigned bits = 18; bits > 0; bits--)
        rutoken_number_reduce(&product, &modulus, bits - 1);
    fits = rutoken_number_is_one(&product);
    secret_wipe(&modulus, sizeof(modulus));
    secret_wipe(&product, sizeof(product));
    return fits;
}

static uint32_t rutoken_exponent_find(struct bytes p, struct bytes dp)
{
    for (size_t i = 0; i < sizeof(rutoken_exponents) / sizeof(rutoken_exponents[0]); i++)
        if (rutoken_exponent_fits(p, dp, rutoken_exponents[i]))
            return rutoken_exponents[i];
    return 0;
}

/* Appends the product of two big-endian numbers, as long as both together. */
static enum result rutoken_multiply(struct bytes a, struct bytes b, struct buf *out)
{
    uint8_t *product = buf_reserve(out, a.size + b.size);

    if (!product)
        return RESULT_TOO_LARGE;
    memset(product, 0, a.size + b.size);
    for (size_t i = a.size; i > 0; i--) {
        unsigned carry = 0;
        for (size_t j = b.size; j > 0; j--) {
            carry += product[i + j - 1] + (unsigned)a.data[i - 1] * b.data[j - 1];
            product[i + j - 1] = (uint8_t)carry;
            carry >>= 8;
        }
        product[i - 1] = (uint8_t)carry;
    }
    return RESULT_OK;
}

static void rutoken_add_little(struct bytes number, size_t size, struct buf *out)
{
    struct bytes stripped = bytes_strip_zeros(number);

    card_rutoken_reverse(stripped, out);
    if (stripped.size <= size)
        buf_add_fill(out, 0x00, size - stripped.size);
}

/* p, 4 bytes, q, 4 bytes, q^-1, dp, dq: each SIZE bytes, little-endian. */
static enum result rutoken_private_value(const struct card_private_key *parts, size_t size,
                                         struct secret **ret)
{
    const struct secret *numbers[] = { parts->p, parts->q, parts->qinv, parts->dp, parts->dq };

    TRY(secret_new_empty(PRIVATE_MAX, ret));
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct bytes number = bytes_strip_zeros(secret_bytes(numbers[i]));
        if (number.size == 0 || number.size > size)
            return RESULT_BAD_ARGUMENT;
        rutoken_add_little(number, size, secret_buf(*ret));
        if (i < 2)
            buf_add_fill(secret_buf(*ret), 0x00, 4);
    }
    return buf_check(secret_buf(*ret));
}

/* The modulus, and the exponent padded to half its length. */
static enum result rutoken_public_key(const struct card_private_key *parts, struct pubkey *ret)
{
    struct bytes p = bytes_strip_zeros(secret_bytes(parts->p)), q = bytes_strip_zeros(secret_bytes(parts->q));
    uint32_t exponent = 0;
    SCOPED(card_rutoken_heap_free) struct buf modulus = { 0 };
    uint8_t memory[4];
    struct buf number = BUF_OVER(memory);

    if (p.size == 0 || p.size != q.size || p.size > HALF_MAX || secret_size(parts->dp) > HALF_MAX + 1)
        return RESULT_BAD_ARGUMENT;
    exponent = rutoken_exponent_find(p, bytes_strip_zeros(secret_bytes(parts->dp)));
    if (exponent == 0)
        return RESULT_UNSUPPORTED;
    TRY(card_rutoken_heap_new((size_t)2 * HALF_MAX, &modulus));
    TRY(rutoken_multiply(p, q, &modulus));
    buf_add_number(&number, exponent, sizeof(memory));
    return pubkey_set_rsa(ret, buf_bytes(&modulus), buf_bytes(&number)) == RESULT_OK ? RESULT_OK
                                                                                     : RESULT_BAD_ARGUMENT;
}

static enum result rutoken_public_value(const struct pubkey *key, size_t size, struct secret **ret)
{
    TRY(secret_new_empty(3 * size, ret));
    rutoken_add_little(pubkey_modulus(key), 2 * size, secret_buf(*ret));
    rutoken_add_little(pubkey_exponent(key), size, secret_buf(*ret));
    return buf_check(secret_buf(*ret));
}

static enum result rutoken_halves_fill(struct card *card, uint8_t reference,
                                       const struct secret *private_half, const struct secret *public_half)
{
    TRY(card_rutoken_select_key(card, RUTOKEN_PRIVATE_FOLDER, reference, NULL));
    TRY(card_rutoken_set(card, 0, private_half));
    /* A public half with something in it says that the private one is complete. */
    TRY(card_rutoken_select_key(card, RUTOKEN_PUBLIC_FOLDER, reference, NULL));
    return card_rutoken_set(card, 0, public_half);
}

static enum result rutoken_halves_write(struct card *card, uint8_t reference,
                                        const struct secret *private_half, const struct secret *public_half)
{
    static const uint8_t property[] = { 0x23, 0x00, 0x00, 0xAA, 0x00, 0x00 };

    TRY(card_rutoken_halves_create(card, reference, secret_size(private_half), secret_size(public_half),
                                   property));
    return card_rutoken_after_change(rutoken_halves_fill(card, reference, private_half, public_half));
}

enum result card_rutoken_import_key(struct card *card, const struct card_key_template *template,
                                    const struct card_private_key *parts, struct card_key *ret)
{
    SCOPED(secret_free) struct secret *private_half = NULL;
    SCOPED(secret_free) struct secret *public_half = NULL;
    struct rutoken_place place;
    struct pubkey public_key;
    enum result result;
    size_t size;

    if (template->kind != KEY_RSA || card_rutoken_is_lite(card))
        return RESULT_UNSUPPORTED;
    TRY(rutoken_public_key(parts, &public_key));
    size = pubkey_bits(&public_key) / 16;
    if (pubkey_bits(&public_key) % 256 != 0 || size < 64 || size > HALF_MAX)
        return RESULT_UNSUPPORTED;
    TRY(rutoken_private_value(parts, size, &private_half));
    TRY(rutoken_public_value(&public_key, size, &public_half));
    TRY(card_rutoken_place(card, template, &place));
    result = rutoken_halves_write(card, place.reference, private_half, public_half);
    if (result != RESULT_OK && result < RESULT_CARD_RESET && result != RESULT_NO_MEMORY)
        (void)!card_rutoken_halves_delete(card, place.reference);
    TRY(result);
    return card_rutoken_after_change(
        card_rutoken_key_record(card, template, &place, &public_key, false, ret));
}
