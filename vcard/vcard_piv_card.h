/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_piv_card.h: the memory of a virtual PIV card, and what it remembers until the next reset. */
#ifndef ECP_VCARD_VCARD_PIV_CARD_H
#define ECP_VCARD_VCARD_PIV_CARD_H

#include <openssl/evp.h>

#include "vcard/vcard.h"
#include "vcard/vcard_iso.h"
#include "vcard/vcard_keys.h"

/** Algorithm identifiers (SP 800-78-4, table 6-2; E0 and E1 are Yubico's). */
enum piv_algorithm {
    PIV_NO_ALGORITHM = 0x00, /**< as a parameter: 3DES */
    PIV_3DES = 0x03,
    PIV_RSA3072 = VCARD_RSA3072,
    PIV_RSA1024 = VCARD_RSA1024,
    PIV_RSA2048 = VCARD_RSA2048,
    PIV_AES128 = 0x08,
    PIV_AES192 = 0x0A,
    PIV_AES256 = 0x0C,
    PIV_P256 = VCARD_P256,
    PIV_P384 = VCARD_P384,
    PIV_RSA4096 = VCARD_RSA4096,
    PIV_ED25519 = VCARD_ED25519,
    PIV_X25519 = VCARD_X25519,
    PIV_PIN_ALGORITHM = 0xFF, /**< in metadata: not a key but a PIN */
};

/** Key references (SP 800-73-4 part 1, table 4b; F9 is Yubico's). */
enum piv_reference {
    PIV_GLOBAL_PIN = 0x00,
    PIV_PIN = 0x80,
    PIV_PUK = 0x81,
    PIV_RETIRED_FIRST = 0x82,
    PIV_RETIRED_LAST = 0x95,
    PIV_AUTHENTICATION = 0x9A,
    PIV_MANAGEMENT = 0x9B,
    PIV_SIGNATURE = 0x9C,
    PIV_KEY_MANAGEMENT = 0x9D,
    PIV_CARD_AUTHENTICATION = 0x9E,
    PIV_ATTESTATION = 0xF9,
};

/** When a key wants the PIN, as Yubico numbers it. */
enum piv_pin_policy {
    PIV_PIN_DEFAULT = 0,
    PIV_PIN_NEVER = 1,
    PIV_PIN_ONCE = 2,
    PIV_PIN_ALWAYS = 3, /**< VERIFY is the command before */
};

/** When a key wants to be touched. The virtual finger is always there. */
enum piv_touch_policy {
    PIV_TOUCH_DEFAULT = 0,
    PIV_TOUCH_NEVER = 1,
    PIV_TOUCH_ALWAYS = 2,
    PIV_TOUCH_CACHED = 3,
};

/** Where a key comes from, as metadata say it. */
enum piv_origin {
    PIV_ORIGIN_GENERATED = 1,
    PIV_ORIGIN_IMPORTED = 2,
};

enum {
    PIV_SLOTS = 25,            /**< 9A 9C 9D 9E, 82 to 95, F9 */
    PIV_PIN_SIZE = 8,          /**< of a PIN or PUK with its padding, in bytes */
    PIV_MANAGEMENT_MAX = 32,   /**< longest management key, in bytes */
    PIV_BLOCK_MAX = 16,        /**< longest block of its cipher, in bytes */
    PIV_OBJECTS_TOTAL = 51200, /**< room for all data objects, in bytes */
    PIV_OBJECT_OVERHEAD = 16,  /**< what an object takes beside its contents, in bytes */
    PIV_ANSWER_MAX = 16384,    /**< longest answer, in bytes */
};

/** What tells one profile from another. */
struct piv_profile {
    const char *name;
    bool yubico;        /**< the vendor's commands and objects exist */
    bool extended;      /**< extended lengths */
    bool t0;            /**< T=0 instead of T=1 */
    uint8_t management; /**< algorithm of the management key of delivery */
    size_t command_max; /**< longest data of a command, in bytes */
    size_t object_max;  /**< longest contents of a data object, in bytes */
    struct bytes atr;
};

/** A PIN or PUK. */
struct piv_pin {
    uint8_t value[PIV_PIN_SIZE];
    uint8_t max;
    uint8_t left;
};

/** An asymmetric key in its slot; empty if PKEY is NULL. */
struct piv_key {
    uint8_t slot;
    uint8_t algorithm;
    uint8_t pin_policy;
    uint8_t touch_policy;
    uint8_t origin;
    EVP_PKEY *pkey; /**< owned */
};

/** The management key 9B. */
struct piv_management {
    uint8_t algorithm;
    uint8_t touch_policy;
    size_t size;
    uint8_t value[PIV_MANAGEMENT_MAX];
};

/** A data object. The list is owned by the card. */
struct piv_object {
    struct piv_object *next;
    uint32_t tag;
    size_t size;
    uint8_t contents[];
};

/** What survives a reset and is stored. */
struct piv_memory {
    uint8_t serial[4];
    struct piv_pin pin;
    struct piv_pin puk;
    struct piv_management management;
    struct piv_key keys[PIV_SLOTS];
    struct piv_object *objects;
};

/** The step of the management key's challenge and response that comes next. */
enum piv_challenge {
    PIV_CHALLENGE_NONE,
    PIV_CHALLENGE_EXTERNAL, /**< CHALLENGE was sent, its encryption is awaited */
    PIV_CHALLENGE_MUTUAL,   /**< the encryption of CHALLENGE was sent, CHALLENGE is awaited */
};

/** What a reset or SELECT makes the card forget. */
struct piv_session {
    bool pin_verified;
    unsigned verified_at; /**< the number of the command that verified the PIN */
    bool managed;         /**< the management key has been shown */
    enum piv_challenge step;
    uint8_t challenge[PIV_BLOCK_MAX];
};

/** Which application answers. */
enum piv_application {
    PIV_APPLICATION_NONE,
    PIV_APPLICATION_PIV,
    PIV_APPLICATION_OTHER,
};

struct piv_card {
    struct vcard card; /**< first: this is a vcard */
    const struct piv_profile *profile;
    OSSL_LIB_CTX *crypto; /**< owned; nothing global of the library is touched */
    struct iso_line line;
    enum piv_application selected;
    struct piv_session session;
    struct piv_memory memory;
    unsigned changes;
};

#endif
