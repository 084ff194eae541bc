/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_openpgp_card.h: the memory of a virtual OpenPGP card, and what it remembers until the next reset. */
#ifndef ECP_VCARD_VCARD_OPENPGP_CARD_H
#define ECP_VCARD_VCARD_OPENPGP_CARD_H

#include <openssl/evp.h>

#include "vcard/vcard.h"
#include "vcard/vcard_iso.h"
#include "vcard/vcard_keys.h"

/** Status words that this specification uses beside those of vcard_iso.h or in place of them. */
enum openpgp_sw {
    OPENPGP_SW_TERMINATED = 0x6285,
    OPENPGP_SW_P1P2 = 0x6B00, /**< wrong parameters P1-P2 */
};

/** The keys, in the order in which their data objects follow each other. */
enum openpgp_use {
    OPENPGP_SIGN,
    OPENPGP_DECIPHER,
    OPENPGP_AUTHENTICATE,
    OPENPGP_KEYS,
};

/** The passwords: the user's, the resetting code, the administrator's. */
enum openpgp_password {
    OPENPGP_PW1,
    OPENPGP_RC,
    OPENPGP_PW3,
    OPENPGP_PASSWORDS,
};

/** Data objects whose length is not fixed. */
enum openpgp_value_id {
    OPENPGP_NAME,
    OPENPGP_LANGUAGE,
    OPENPGP_SEX,
    OPENPGP_LOGIN,
    OPENPGP_URL,
    OPENPGP_PRIVATE_1,
    OPENPGP_PRIVATE_2,
    OPENPGP_PRIVATE_3,
    OPENPGP_PRIVATE_4,
    OPENPGP_CERTIFICATE, /**< of the key for authentication; that of the key for decipherment and of the
                            signature key follow */
    OPENPGP_VALUES = OPENPGP_CERTIFICATE + OPENPGP_KEYS,
};

/** Where a key comes from, as the key information says it. */
enum openpgp_origin {
    OPENPGP_ORIGIN_NONE = 0,
    OPENPGP_ORIGIN_GENERATED = 1,
    OPENPGP_ORIGIN_IMPORTED = 2,
};

/** When a key wants its button pressed. The virtual finger is always there. */
enum openpgp_button {
    OPENPGP_BUTTON_OFF = 0,
    OPENPGP_BUTTON_ON = 1,
    OPENPGP_BUTTON_FIXED = 2, /**< on, until the card is reset to the state of delivery */
};

enum {
    OPENPGP_SERIAL_SIZE = 4,
    OPENPGP_PASSWORD_MAX = 127,  /**< in bytes */
    OPENPGP_TRIES = 3,           /**< of each password */
    OPENPGP_ATTRIBUTES_MAX = 12, /**< longest algorithm attributes */
    OPENPGP_FINGERPRINT_SIZE = 20,
    OPENPGP_DATE_SIZE = 4,
    OPENPGP_CERTIFICATE_MAX = 4096,
    OPENPGP_SPECIAL_MAX = 1024, /**< longest login, URL, or object for private use */
    OPENPGP_CHALLENGE_MAX = 255,
    OPENPGP_COMMAND_MAX = 4608, /**< longest data of a command: a certificate fits */
    OPENPGP_ANSWER_MAX = 4608,
    OPENPGP_COUNTER_MAX = 0xFFFFFF,
};

/** A password; without a value (SIZE 0) there is none. */
struct openpgp_pin {
    uint8_t value[OPENPGP_PASSWORD_MAX];
    uint8_t size;
    uint8_t left;
};

/** One of the three keys, with what belongs to it; there is no key if PKEY is NULL. */
struct openpgp_key {
    uint8_t attributes[OPENPGP_ATTRIBUTES_MAX];
    uint8_t attributes_size;
    uint8_t algorithm; /**< enum vcard_algorithm, as ATTRIBUTES say it */
    uint8_t origin;
    uint8_t button;
    uint8_t fingerprint[OPENPGP_FINGERPRINT_SIZE];
    uint8_t authority[OPENPGP_FINGERPRINT_SIZE];
    uint8_t date[OPENPGP_DATE_SIZE];
    EVP_PKEY *pkey; /**< owned */
};

/** A data object of any length; owned. */
struct openpgp_value {
    uint8_t *data;
    size_t size;
};

/** What survives a reset and is stored. */
struct openpgp_memory {
    uint8_t serial[OPENPGP_SERIAL_SIZE];
    bool terminated;
    bool several;     /**< a verified PW1 is good for several signatures */
    uint32_t counter; /**< signatures made with the present key */
    struct openpgp_pin pins[OPENPGP_PASSWORDS];
    struct openpgp_key keys[OPENPGP_KEYS];
    struct openpgp_value values[OPENPGP_VALUES];
};

/** What a reset or SELECT makes the card forget. */
struct openpgp_session {
    bool sign;                  /**< PW1 was verified as 81 */
    bool user;                  /**< PW1 was verified as 82 */
    bool admin;                 /**< PW3 was verified */
    uint8_t certificate;        /**< which occurrence of the certificate is meant */
    bool crossed[OPENPGP_KEYS]; /**< decipherment uses the key for authentication, or the other way round */
};

/** Which application answers. */
enum openpgp_application {
    OPENPGP_APPLICATION_NONE,
    OPENPGP_APPLICATION_OPENPGP,
    OPENPGP_APPLICATION_OTHER,
};

struct openpgp_card {
    struct vcard card;    /**< first: this is a vcard */
    OSSL_LIB_CTX *crypto; /**< owned; nothing global of the library is touched */
    struct iso_line line;
    enum openpgp_application selected;
    struct openpgp_session session;
    struct openpgp_memory memory;
    unsigned changes;
};

#endif
