/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv_management.h"

#include <string.h>

#include "asn1/secret.h"
#include "vcard/vcard_ossl.h"

struct cipher {
    uint8_t algorithm;
    const char *name;
    size_t key_size;
    size_t block_size;
};

static const struct cipher ciphers[] = {
    { PIV_3DES, "DES-EDE3-ECB", 24, 8 },
    { PIV_AES128, "AES-128-ECB", 16, 16 },
    { PIV_AES192, "AES-192-ECB", 24, 16 },
    { PIV_AES256, "AES-256-ECB", 32, 16 },
};

static const uint8_t default_management[24] = { 1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4,
                                                5, 6, 7, 8, 1, 2, 3, 4, 5, 6, 7, 8 };

static const struct cipher *cipher_find(uint8_t algorithm)
{
    for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++) {
        if (ciphers[i].algorithm == algorithm)
            return &ciphers[i];
    }
    return NULL;
}

size_t piv_management_size(uint8_t algorithm)
{
    const struct cipher *cipher = cipher_find(algorithm);

    return cipher ? cipher->key_size : 0;
}

static void management_set(struct piv_management *management, uint8_t algorithm, struct bytes key,
                           uint8_t touch)
{
    secret_wipe(management, sizeof(*management));
    management->algorithm = algorithm;
    management->touch_policy = touch;
    management->size = key.size;
    memcpy(management->value, key.data, key.size);
}

void piv_management_deliver(struct piv_card *card)
{
    management_set(&card->memory.management, card->profile->management, BYTES_OF(default_management),
                   PIV_TOUCH_NEVER);
}

bool piv_management_is_default(const struct piv_card *card)
{
    const struct piv_management *management = &card->memory.management;

    return management->algorithm == card->profile->management &&
           bytes_equal_secret(bytes_make(management->value, management->size), BYTES_OF(default_management));
}

size_t piv_management_block(const struct piv_card *card)
{
    return cipher_find(card->memory.management.algorithm)->block_size;
}

bool piv_management_encrypt(const struct piv_card *card, const uint8_t *in, uint8_t *out)
{
    const struct piv_management *management = &card->memory.management;
    const struct cipher *row = cipher_find(management->algorithm);
    SCOPED(ossl_cipher_free) EVP_CIPHER *cipher = EVP_CIPHER_fetch(card->crypto, row->name, NULL);
    SCOPED(ossl_cipher_ctx_free) EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    int size = 0;

    return cipher && ctx && EVP_EncryptInit_ex2(ctx, cipher, management->value, NULL, NULL) == 1 &&
           EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 &&
           EVP_EncryptUpdate(ctx, out, &size, in, (int)row->block_size) == 1 &&
           (size_t)size == row->block_size;
}

static bool touch_from_p2(uint8_t p2, uint8_t *ret)
{
    if (p2 < 0xFD)
        return false;
    *ret = (uint8_t)(PIV_TOUCH_NEVER + (0xFF - p2));
    return true;
}

uint16_t piv_management_set(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    struct bytes data = command->data, key = bytes_from(data, 3);
    uint8_t touch;

    (void)out;
    if (command->p1 != 0xFF || !touch_from_p2(command->p2, &touch))
        return ISO_SW_P1P2;
    if (!card->session.managed)
        return ISO_SW_SECURITY;
    if (data.size < 3 || data.data[1] != PIV_MANAGEMENT || data.data[2] != key.size || key.size == 0 ||
        piv_management_size(data.data[0]) != key.size)
        return ISO_SW_DATA;
    management_set(&card->memory.management, data.data[0], key, touch);
    card->changes++;
    return ISO_SW_OK;
}
