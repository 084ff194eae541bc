/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/crypto/padding.h"

#include <string.h>

#include "asn1/secret.h"
#include "module/crypto/digest.h"

#define BLOCK_SIGNATURE 0x01
#define BLOCK_ENCRYPTION 0x02
#define FILLER_MIN 8 /* bytes between the block type and the separator */
#define PSS_TRAILER 0xBC
#define SEPARATOR 0x01

/* --- Choices without branches: a mask is all ones for yes and all zeros for no. */

/* Keeps the compiler from seeing that a mask has two values only, and from making a branch of it. */
static uint32_t mask_hide(uint32_t mask)
{
    __asm__("" : "+r"(mask));
    return mask;
}

static uint32_t mask_zero(uint32_t value)
{
    return mask_hide(((value | (0U - value)) >> 31) - 1U);
}

static uint32_t mask_equal(uint32_t a, uint32_t b)
{
    return mask_zero(a ^ b);
}

/* For numbers below 2^31. */
static uint32_t mask_less(uint32_t a, uint32_t b)
{
    return mask_hide(0U - ((a - b) >> 31));
}

static uint32_t mask_select(uint32_t mask, uint32_t yes, uint32_t no)
{
    return (mask & yes) | (~mask & no);
}

/*
 * Of MAX bytes at DATA the last LENGTH are wanted: moves them to the front and clears the rest, touching
 * every byte the same way whatever LENGTH is: one pass for each bit of the distance.
 */
static void padding_move_front(uint8_t *data, uint32_t max, uint32_t length)
{
    uint32_t distance = max - length;

    for (uint32_t step = 1; step < max; step <<= 1) {
        uint32_t moves = ~mask_zero(distance & step);

        for (uint32_t i = 0; i + step < max; i++)
            data[i] = (uint8_t)mask_select(moves, data[i + step], data[i]);
    }
    for (uint32_t i = 0; i < max; i++)
        data[i] = (uint8_t)(data[i] & mask_less(i, length));
}

/* The only place where the outcome becomes visible. Its name is known to tests/unit/ct_unpad.supp. */
__attribute__((noinline)) static enum result padding_deliver(struct buf *out, size_t start, uint32_t length,
                                                             uint32_t good)
{
    if (good == 0) {
        buf_truncate(out, start);
        return RESULT_MALFORMED;
    }
    buf_truncate(out, start + length);
    return RESULT_OK;
}

/* --- PKCS#1 v1.5 */

enum result padding_pkcs1_sign(struct bytes data, size_t size, struct buf *out)
{
    if (size < PADDING_PKCS1_OVERHEAD || data.size > size - PADDING_PKCS1_OVERHEAD)
        return RESULT_BAD_ARGUMENT;
    if (buf_room(out) < size)
        return RESULT_TOO_LARGE;
    buf_add_byte(out, 0);
    buf_add_byte(out, BLOCK_SIGNATURE);
    buf_add_fill(out, 0xFF, size - data.size - 3);
    buf_add_byte(out, 0);
    buf_add(out, data);
    return buf_check(out);
}

enum result padding_pkcs1_check(struct bytes block, struct bytes data)
{
    uint8_t memory[PUBKEY_MODULUS_MAX];
    struct buf expected = BUF_OVER(memory);

    if (padding_pkcs1_sign(data, block.size, &expected) != RESULT_OK)
        return RESULT_MALFORMED;
    return bytes_equal(buf_bytes(&expected), block) ? RESULT_OK : RESULT_MALFORMED;
}

enum result padding_pkcs1_recover(struct bytes block, struct buf *out)
{
    size_t end = 2;

    if (block.size < PADDING_PKCS1_OVERHEAD || block.data[0] != 0 || block.data[1] != BLOCK_SIGNATURE)
        return RESULT_MALFORMED;
    while (end < block.size && block.data[end] == 0xFF)
        end++;
    if (end == block.size || block.data[end] != 0 || end < 2 + FILLER_MIN)
        return RESULT_MALFORMED;
    if (buf_room(out) < block.size - end - 1)
        return RESULT_TOO_LARGE;
    buf_add(out, bytes_from(block, end + 1));
    return buf_check(out);
}

/* Random bytes, none of them zero: each zero is drawn again. */
static enum result padding_fill_nonzero(struct crypto *crypto, size_t size, struct buf *out)
{
    size_t start = out->size;

    TRY(crypto_random(crypto, out, size));
    for (size_t i = start; i < start + size; i++) {
        while (out->data[i] == 0) {
            struct buf one = buf_make(out->data + i, 1);

            TRY(crypto_random(crypto, &one, 1));
        }
    }
    return RESULT_OK;
}

enum result padding_pkcs1_encrypt(struct crypto *crypto, struct bytes data, size_t size, struct buf *out)
{
    size_t start = out->size;
    enum result result;

    if (size < PADDING_PKCS1_OVERHEAD || data.size > size - PADDING_PKCS1_OVERHEAD)
        return RESULT_BAD_ARGUMENT;
    if (buf_room(out) < size)
        return RESULT_TOO_LARGE;
    buf_add_byte(out, 0);
    buf_add_byte(out, BLOCK_ENCRYPTION);
    result = padding_fill_nonzero(crypto, size - data.size - 3, out);
    if (result != RESULT_OK) {
        buf_truncate(out, start);
        return result;
    }
    buf_add_byte(out, 0);
    buf_add(out, data);
    return buf_check(out);
}

enum result padding_pkcs1_decrypt(struct bytes block, struct buf *out)
{
    uint32_t good, found = 0, separator = 0, length, max;
    size_t start = out->size;
    uint8_t *data;

    if (block.size < PADDING_PKCS1_OVERHEAD || block.size > PUBKEY_MODULUS_MAX)
        return RESULT_BAD_ARGUMENT;
    max = (uint32_t)block.size - PADDING_PKCS1_OVERHEAD;
    if (buf_room(out) < max)
        return RESULT_TOO_LARGE;
    data = buf_reserve(out, max);
    good = mask_zero(block.data[0]) & mask_equal(block.data[1], BLOCK_ENCRYPTION);
    for (uint32_t i = 2; i < block.size; i++) {
        uint32_t zero = mask_zero(block.data[i]);

        separator = mask_select(~found & zero, i, separator);
        found |= zero;
    }
    good &= found & ~mask_less(separator, 2 + FILLER_MIN);
    length = mask_select(good, (uint32_t)block.size - 1 - separator, 0);
    if (max > 0)
        memcpy(data, block.data + PADDING_PKCS1_OVERHEAD, max);
    padding_move_front(data, max, length);
    return padding_deliver(out, start, length, good);
}

/* --- Mask generation (B.2.1) */

/* XORs SIZE bytes at DATA with the mask that SEED makes. */
static enum result padding_mask(struct crypto *crypto, enum hash hash, struct bytes seed, uint8_t *data,
                                size_t size)
{
    uint8_t number[4], memory[DIGEST_MAX];
    SCOPED(buf_wipe) struct buf mask = BUF_OVER(memory);

    if (hash_size(hash) == 0)
        return RESULT_UNSUPPORTED;
    for (size_t done = 0, counter = 0; done < size; done += mask.size, counter++) {
        SCOPED(digest_free) struct digest *digest = NULL;
        struct buf encoded = BUF_OVER(number);

        buf_add_number(&encoded, counter, sizeof(number));
        buf_clear(&mask);
        TRY(digest_new(crypto, hash, &digest));
        TRY(digest_update(digest, seed));
        TRY(digest_update(digest, buf_bytes(&encoded)));
        TRY(digest_final(digest, &mask));
        for (size_t i = 0; i < mask.size && done + i < size; i++)
            data[done + i] ^= mask.data[i];
    }
    return RESULT_OK;
}

/* --- PSS */

/* Where things are in a PSS block: the encoded message is one byte shorter than the modulus if modBits % 8
 * == 1. */
struct pss_shape {
    size_t size;    /* of the block */
    size_t offset;  /* of the encoded message in it: 0 or 1 */
    size_t db;      /* bytes of DB, at OFFSET */
    size_t hash;    /* bytes of H, after DB */
    uint8_t unused; /* bits of the first byte that are always 0 */
};

long padding_pss_salt_max(enum hash hash, size_t modulus_bits)
{
    size_t encoded = modulus_bits > 0 ? (modulus_bits - 1 + 7) / 8 : 0, size = hash_size(hash);

    return size > 0 && encoded >= size + 2 ? (long)(encoded - size - 2) : -1;
}

static enum result pss_measure(const struct pss *pss, struct bytes digest, size_t modulus_bits,
                               struct pss_shape *ret)
{
    long salt_max = padding_pss_salt_max(pss->hash, modulus_bits);
    size_t encoded = (modulus_bits - 1 + 7) / 8;

    if (modulus_bits > 8 * PUBKEY_MODULUS_MAX || digest.size != hash_size(pss->hash))
        return RESULT_BAD_ARGUMENT;
    if (salt_max < 0 || pss->salt > (size_t)salt_max)
        return RESULT_BAD_ARGUMENT;
    ret->size = (modulus_bits + 7) / 8;
    ret->offset = ret->size - encoded;
    ret->hash = hash_size(pss->hash);
    ret->db = encoded - ret->hash - 1;
    ret->unused = (uint8_t) ~(0xFFU >> (8 * encoded - (modulus_bits - 1)));
    return RESULT_OK;
}

/* H = hash(eight zeros || digest || salt). */
static enum result pss_hash(struct crypto *crypto, enum hash hash, struct bytes message_digest,
                            struct bytes salt, struct buf *out)
{
    SCOPED(digest_free) struct digest *digest = NULL;

    TRY(digest_new(crypto, hash, &digest));
    TRY(digest_update(digest, BYTES_LIT(0, 0, 0, 0, 0, 0, 0, 0)));
    TRY(digest_update(digest, message_digest));
    TRY(digest_update(digest, salt));
    return digest_final(digest, out);
}

static enum result pss_build(struct crypto *crypto, const struct pss *pss, const struct pss_shape *shape,
                             struct bytes digest, uint8_t *block)
{
    uint8_t *db = block + shape->offset, *h = db + shape->db;
    struct buf salt = buf_make(h - pss->salt, pss->salt), hash = buf_make(h, shape->hash);

    TRY(crypto_random(crypto, &salt, pss->salt));
    db[shape->db - pss->salt - 1] = SEPARATOR;
    TRY(pss_hash(crypto, pss->hash, digest, buf_bytes(&salt), &hash));
    TRY(padding_mask(crypto, pss->mgf, buf_bytes(&hash), db, shape->db));
    db[0] = (uint8_t)(db[0] & ~shape->unused);
    h[shape->hash] = PSS_TRAILER;
    return RESULT_OK;
}

enum result padding_pss_encode(struct crypto *crypto, const struct pss *pss, struct bytes digest,
                               size_t modulus_bits, struct buf *out)
{
    size_t start = out->size;
    struct pss_shape shape;
    enum result result;

    TRY(pss_measure(pss, digest, modulus_bits, &shape));
    if (buf_room(out) < shape.size)
        return RESULT_TOO_LARGE;
    buf_add_fill(out, 0, shape.size);
    result = pss_build(crypto, pss, &shape, digest, out->data + start);
    if (result != RESULT_OK)
        buf_truncate(out, start);
    return result;
}

enum result padding_pss_verify(struct crypto *crypto, const struct pss *pss, struct bytes digest,
                               size_t modulus_bits, struct bytes block)
{
    uint8_t db[PUBKEY_MODULUS_MAX], memory[DIGEST_MAX];
    struct buf expected = BUF_OVER(memory);
    struct pss_shape shape;
    size_t filler;
    struct bytes h;

    TRY(pss_measure(pss, digest, modulus_bits, &shape));
    if (block.size != shape.size || block.data[block.size - 1] != PSS_TRAILER)
        return RESULT_MALFORMED;
    if ((shape.offset == 1 && block.data[0] != 0) || (block.data[shape.offset] & shape.unused) != 0)
        return RESULT_MALFORMED;
    h = bytes_slice(block, shape.offset + shape.db, shape.hash);
    memcpy(db, block.data + shape.offset, shape.db);
    TRY(padding_mask(crypto, pss->mgf, h, db, shape.db));
    db[0] = (uint8_t)(db[0] & ~shape.unused);
    filler = shape.db - pss->salt - 1;
    for (size_t i = 0; i < filler; i++)
        if (db[i] != 0)
            return RESULT_MALFORMED;
    if (db[filler] != SEPARATOR)
        return RESULT_MALFORMED;
    TRY(pss_hash(crypto, pss->hash, digest, bytes_make(db + filler + 1, pss->salt), &expected));
    return bytes_equal(buf_bytes(&expected), h) ? RESULT_OK : RESULT_MALFORMED;
}

/* --- OAEP */

long padding_oaep_max(enum hash hash, size_t size)
{
    size_t overhead = 2 * hash_size(hash) + 2;

    return hash_size(hash) > 0 && size >= overhead ? (long)(size - overhead) : -1;
}

/* BLOCK is 00 || seed || label hash || zeros || 01 || data, and the two masks are put on. */
static enum result oaep_build(struct crypto *crypto, const struct oaep *oaep, struct bytes data,
                              uint8_t *block, size_t size)
{
    size_t hash = hash_size(oaep->hash), db_size = size - 1 - hash;
    uint8_t *seed = block + 1, *db = seed + hash;
    struct buf seed_buf = buf_make(seed, hash), label = buf_make(db, hash);

    TRY(digest_compute(crypto, oaep->hash, oaep->label, &label));
    block[size - data.size - 1] = SEPARATOR;
    if (data.size > 0)
        memcpy(block + size - data.size, data.data, data.size);
    TRY(crypto_random(crypto, &seed_buf, hash));
    TRY(padding_mask(crypto, oaep->mgf, bytes_make(seed, hash), db, db_size));
    return padding_mask(crypto, oaep->mgf, bytes_make(db, db_size), seed, hash);
}

enum result padding_oaep_encode(struct crypto *crypto, const struct oaep *oaep, struct bytes data,
                                size_t size, struct buf *out)
{
    long max = padding_oaep_max(oaep->hash, size);
    size_t start = out->size;
    enum result result;

    if (max < 0 || data.size > (size_t)max)
        return RESULT_BAD_ARGUMENT;
    if (buf_room(out) < size)
        return RESULT_TOO_LARGE;
    buf_add_fill(out, 0, size);
    result = oaep_build(crypto, oaep, data, out->data + start, size);
    if (result != RESULT_OK) {
        secret_wipe(out->data + start, size);
        buf_truncate(out, start);
    }
    return result;
}

/* Takes the masks off: DB_AREA gets label hash || zeros || 01 || data. */
static enum result oaep_unmask(struct crypto *crypto, const struct oaep *oaep, struct bytes block,
                               uint8_t *db)
{
    size_t hash = hash_size(oaep->hash), db_size = block.size - 1 - hash;
    uint8_t memory[DIGEST_MAX];
    SCOPED(buf_wipe) struct buf seed = BUF_OVER(memory);
    struct bytes masked = bytes_from(block, 1 + hash);

    buf_add(&seed, bytes_slice(block, 1, hash));
    TRY(padding_mask(crypto, oaep->mgf, masked, seed.data, hash));
    memcpy(db, masked.data, db_size);
    return padding_mask(crypto, oaep->mgf, buf_bytes(&seed), db, db_size);
}

/* The mask of "DB begins with the label's hash, then zeros, then 01", and where that 01 is. */
static uint32_t oaep_look(struct bytes label, const uint8_t *db, uint32_t db_size, uint32_t *ret_separator)
{
    uint32_t different = 0, found = 0, good, separator = 0;

    for (size_t i = 0; i < label.size; i++)
        different |= (uint32_t)(label.data[i] ^ db[i]);
    good = mask_zero(different);
    for (uint32_t i = (uint32_t)label.size; i < db_size; i++) {
        uint32_t one = mask_equal(db[i], SEPARATOR);

        good &= found | one | mask_zero(db[i]);
        separator = mask_select(~found & one, i, separator);
        found |= one;
    }
    *ret_separator = separator;
    return good & found;
}

enum result padding_oaep_decode(struct crypto *crypto, const struct oaep *oaep, struct bytes block,
                                struct buf *out)
{
    uint8_t db_memory[PUBKEY_MODULUS_MAX], label_memory[DIGEST_MAX];
    SCOPED(buf_wipe) struct buf db = BUF_OVER(db_memory);
    struct buf label = BUF_OVER(label_memory);
    long max = padding_oaep_max(oaep->hash, block.size);
    uint32_t good, separator, length, db_size;
    size_t start = out->size;
    uint8_t *data;

    if (max < 0 || block.size > PUBKEY_MODULUS_MAX)
        return RESULT_BAD_ARGUMENT;
    if (buf_room(out) < (size_t)max)
        return RESULT_TOO_LARGE;
    TRY(digest_compute(crypto, oaep->hash, oaep->label, &label));
    TRY(oaep_unmask(crypto, oaep, block, db.data));
    db_size = (uint32_t)(block.size - 1 - label.size);
    good = oaep_look(buf_bytes(&label), db.data, db_size, &separator) & mask_zero(block.data[0]);
    length = mask_select(good, db_size - 1 - separator, 0);
    data = buf_reserve(out, (size_t)max);
    if (max > 0)
        memcpy(data, db.data + db_size - (size_t)max, (size_t)max);
    padding_move_front(data, (uint32_t)max, length);
    return padding_deliver(out, start, length, good);
}
