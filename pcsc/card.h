/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * card.h: THE CONTRACT between a family of cards and the rest of the module.
 *
 * A driver turns verbs into commands. It has no globals, never logs, never locks, never opens a transaction, never
 * allocates what it returns, and never remembers what another program could have changed behind its back (current
 * file, security environment). It gets (card, key, input, out) and knows nothing of sessions, mechanisms or handles.
 *
 * The caller (module/token) keeps the transaction, selects again after a reset, and decides what is repeated.
 */
#ifndef ECP_PCSC_CARD_H
#define ECP_PCSC_CARD_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/oid.h"
#include "asn1/pubkey.h"
#include "asn1/result.h"
#include "asn1/secret.h"
#include "pcsc/apdu.h"

#define CARD_TEXT_MAX 65       /**< bytes of a label, serial …, with NUL */
#define CARD_ID_MAX 20         /**< bytes of an object's id (CKA_ID) */
#define CARD_OBJECT_MAX 16384  /**< bytes: no certificate or data object is longer, packed or unpacked */
#define CARD_PRIVATE_STATE 512 /**< bytes that a driver may keep in struct card */
#define CARD_DATE_MAX 9        /**< bytes of a date, YYYYMMDD, with NUL */
#define CARD_TRIES_UNKNOWN (-1)

struct card_driver;

/** One "key = value" of the configuration section named after the family, as it stands. */
struct card_setting {
    const char *key, *value;
};

/** A configuration section: what drivers named NAME are told. */
struct card_section {
    const char *name;
    const struct card_setting *settings;
    size_t count;
};

/** Who logs in. */
enum card_role {
    CARD_USER,
    CARD_SO, /**< whoever administers: a PUK, a security officer's PIN, a management key */
};

/** What is known of a PIN without having tried it. */
struct card_pin {
    bool known;         /**< the following were read from the card */
    bool factory;       /**< still the one of delivery */
    bool blocked;
    bool verified;      /**< the card says that it is verified now */
    int tries_left;     /**< or CARD_TRIES_UNKNOWN */
    int tries_max;      /**< or CARD_TRIES_UNKNOWN */
    size_t min, max;    /**< length in bytes */
    bool digits_only;
};

/** What names a token. Texts are UTF-8, NUL-terminated. SERIAL identifies the token: compared after a reset. */
struct card_info {
    char label[CARD_TEXT_MAX];
    char manufacturer[CARD_TEXT_MAX];
    char model[CARD_TEXT_MAX];
    char serial[CARD_TEXT_MAX];
    uint8_t hardware_major, hardware_minor, firmware_major, firmware_minor;
    bool has_random;      /**< random() works */
    bool can_format;      /**< format() works */
    bool pin_initialized; /**< a user PIN exists */
    struct card_pin user, so;
};

/** What a key may be used for. */
enum card_use {
    CARD_USE_SIGN = 1 << 0,
    CARD_USE_DECIPHER = 1 << 1,
    CARD_USE_AGREE = 1 << 2,
};

/** What the CARD does by itself with a key; everything else is done around it on the host. */
enum card_can {
    CARD_CAN_RSA_RAW = 1 << 0,          /**< m^d mod n on a whole block */
    CARD_CAN_RSA_PKCS1_SIGN = 1 << 1,   /**< pads a DigestInfo and signs */
    CARD_CAN_RSA_PKCS1_UNWRAP = 1 << 2, /**< deciphers and strips PKCS#1 v1.5 padding */
    CARD_CAN_ECDSA = 1 << 3,            /**< signs a hash no longer than the field */
    CARD_CAN_EDDSA = 1 << 4,            /**< signs a message (RFC 8032 pure) of at most message_max bytes */
    CARD_CAN_ECDH = 1 << 5,             /**< X coordinate of the shared point; also X25519 */
    CARD_CAN_GOST = 1 << 6,             /**< signs a digest, as its hash outputs it: s || r, big-endian */
    CARD_CAN_VKO = 1 << 7,              /**< the 32 bytes of VKO_GOSTR3410_2012_256 with a UKM (RFC 7836 4.3.1) */
    CARD_CAN_GOST_DH = 1 << 8,          /**< X || Y, little-endian, of the GOST scalar times the peer's point */
};

/** When a PIN must be presented for a key. */
enum card_pin_policy {
    CARD_PIN_ONCE,   /**< once per session */
    CARD_PIN_ALWAYS, /**< immediately before each use */
    CARD_PIN_NEVER,
};

/** A private key on the card, with its public half where the card tells it. */
struct card_key {
    uint8_t id[CARD_ID_MAX];
    size_t id_size;
    char label[CARD_TEXT_MAX];
    uint32_t reference;           /**< the driver's own name for it */
    struct pubkey public_key;     /**< kind is KEY_NONE if unknown */
    unsigned uses;                /**< enum card_use */
    unsigned can;                 /**< enum card_can */
    size_t message_max;           /**< for CARD_CAN_EDDSA: longest message, bytes */
    enum card_pin_policy policy;
    bool touch;                   /**< the card waits for a touch; its refusal may be a timeout */
    bool generated;               /**< made on the card */
    bool origin_known;            /**< GENERATED is what the card says */
    char start_date[CARD_DATE_MAX], end_date[CARD_DATE_MAX]; /**< or empty */
};

/**
 * A certificate on the card. Its value is read with read(). FINGERPRINT differs when the certificate does, most
 * likely, and costs one exchange at most: a checksum of the beginning of what the card stores, the same whether list()
 * read all of it or only its first part.
 */
struct card_cert {
    uint8_t id[CARD_ID_MAX];
    size_t id_size;
    char label[CARD_TEXT_MAX];
    uint32_t reference;
    uint64_t fingerprint;
};

/** A data object on the card. Its value is read with read(). */
struct card_datum {
    char label[CARD_TEXT_MAX];
    char application[CARD_TEXT_MAX];
    uint8_t oid[32]; /**< DER OBJECT IDENTIFIER, or empty */
    size_t oid_size;
    uint32_t reference;
    bool needs_pin; /**< readable after the user PIN only */
    bool writable;
};

/** Kinds of objects; also a set for queries. */
enum card_kind {
    CARD_KEY = 1 << 0,
    CARD_CERT = 1 << 1,
    CARD_DATUM = 1 << 2,
};

/** One object found by list(). */
struct card_item {
    enum card_kind kind;
    union {
        struct card_key key;
        struct card_cert cert;
        struct card_datum datum;
    };
};

/**
 * What list() is asked for. An empty id asks for every id. A caller who knows what it wants pays only for that.
 * VALUE, if not NULL, is cleared and then gets the value of each certificate or datum (unpacked) that list() has to
 * read anyway; it stays empty where read() is needed. NULL: certificates are only looked at, one exchange each.
 * After a key it means nothing; between the calls of one listing the caller leaves it as it is, because a driver may
 * find a key in its certificate and return both from one reading.
 * LOGGED_IN: the user PIN is verified, so data objects behind it may be listed too.
 */
struct card_query {
    unsigned kinds; /**< enum card_kind */
    struct bytes id;
    bool logged_in;
    struct buf *value;
};

/** Where list() is; zero-initialise to begin. SCRATCH is the driver's. */
struct card_cursor {
    unsigned position;
    uint32_t scratch[4];
};

/** What a new key shall be. */
struct card_key_template {
    enum key_kind kind;
    enum curve curve;         /**< for all but RSA */
    size_t bits;              /**< for RSA */
    struct bytes set, digest; /**< for GOST: what public_key of the new key shall say (pubkey_set_gost) */
    struct bytes id;          /**< empty: the driver chooses */
    const char *label;        /**< may be NULL, and a card may have no place for it */
    const char *start_date, *end_date; /**< the same */
};

/**
 * Whom to agree with, and how. HOW is one of the key's CAN bits; POINT is the peer's, already checked to be on the
 * curve: 04 || X || Y, or 32 raw bytes; for GOST X || Y, little-endian. UKM: for CARD_CAN_VKO, a number of 1 to 64
 * bytes, little-endian, not 0.
 */
struct card_agreement {
    enum card_can how;
    struct bytes point, ukm;
};

/** The parts of a private key to import, big-endian; what does not belong to the kind is empty. */
struct card_private_key {
    const struct secret *p, *q, *dp, *dq, *qinv; /**< RSA */
    const struct secret *scalar;                 /**< EC scalar, Ed25519 seed, X25519 key */
};

/** A card: the driver's view of one application on one card, and the link to it. */
struct card {
    const struct card_driver *driver;
    struct apdu_link link;
    const struct card_setting *settings; /**< of the driver's section; NULL if none */
    size_t settings_count;
    uint8_t atr[READER_ATR_MAX];
    size_t atr_size;
    _Alignas(16) uint8_t state[CARD_PRIVATE_STATE]; /**< the driver's, zeroed before recognise() */
};

/**
 * A family of cards. Unless said otherwise each operation runs inside a transaction on the selected application, and
 * returns RESULT_OK, a channel failure, or what the card's status word means (sw.h). NULL: the family does not have it.
 */
struct card_driver {
    const char *name; /**< of the configuration section: "piv" */

    /**
     * Known by its ATR, which no other family has, and the only application of its cards: where recognise() says yes,
     * nobody else is asked. Such families are asked before the others, wherever their row stands.
     */
    bool alone;

    /** The keys allowed in the configuration section, NULL-terminated, each "key=value|value" or "key"; may be NULL. */
    const char *const *settings;

    /**
     * Selects the application. RESULT_OK: it is this family's. RESULT_NOT_FOUND: it is not, and nothing was disturbed
     * but the selection. Also used to select again: after it no PIN counts as verified. Must not send anything but a
     * SELECT to a card that it has not recognised.
     */
    enum result (*recognise)(struct card *card);

    /** Reads what names the token and what is known of its PINs. Also used to see whether it is still the same. */
    enum result (*open)(struct card *card, struct card_info *ret);

    /**
     * Finds the next object of QUERY and moves CURSOR. RESULT_NOT_FOUND at the end. An object that is broken on the
     * card (garbage certificate, unknown algorithm) is left out or listed by what is known, never a failure.
     */
    enum result (*list)(struct card *card, const struct card_query *query, struct card_cursor *cursor,
                        struct card_item *ret);

    /**
     * Appends the value of a certificate (DER, unpacked) or datum to OUT. RESULT_NOT_FOUND if it is not there (any
     * more), RESULT_NOT_AUTHENTICATED if it needs the PIN.
     */
    enum result (*read)(struct card *card, enum card_kind kind, uint32_t reference, struct buf *out);

    /** What is known of a PIN now, without a try. */
    enum result (*pin_status)(struct card *card, enum card_role role, struct card_pin *ret);

    /**
     * Presents a PIN once. PIN NULL: entered on the reader's keys. *RET_TRIES: tries left after a failure, or unknown.
     * CARD_SO: RESULT_OK means that SECRET is right, as far as the card can tell without doing anything with it.
     * RESULT_PIN_LENGTH, RESULT_PIN_CHARACTERS: not sent; nor is CARD_USER's PIN if there is no memory.
     * RESULT_PIN_WRONG, RESULT_PIN_BLOCKED.
     */
    enum result (*verify_pin)(struct card *card, enum card_role role, const struct secret *pin, int *ret_tries);

    /** Changes a PIN (CARD_SO: whichever of PUK, SO PIN or management key OLD_PIN is). Errors as verify_pin. */
    enum result (*change_pin)(struct card *card, enum card_role role, const struct secret *old_pin,
                              const struct secret *new_pin, int *ret_tries);

    /** Sets the user PIN as the security officer, unblocking it. SO is what verify_pin(CARD_SO) accepted. */
    enum result (*init_pin)(struct card *card, const struct secret *so, const struct secret *new_pin, int *ret_tries);

    /**
     * Obtains the right to generate, import, store and erase until the application is selected again. SO: as above;
     * NULL: with what the verified user PIN gives (a management key kept behind the PIN); then
     * RESULT_NOT_AUTHENTICATED if it gives nothing. NULL operation: the user PIN is right enough.
     */
    enum result (*authenticate)(struct card *card, const struct secret *so);

    /** Makes the card forget the user PIN. */
    enum result (*logout)(struct card *card);

    /**
     * Erases everything and prepares the token: afterwards SO is the security officer's PIN and there is no usable
     * user PIN or the family's initial one. SO is checked before anything is lost. Can be run again after an
     * interruption. LABEL may be unused.
     */
    enum result (*format)(struct card *card, const struct secret *so, const char *label, int *ret_tries);

    /**
     * Uses a private key. INPUT is what one of the key's CAN bits says, OUT gets the raw result: an RSA block, r || s,
     * s || r of GOST, an EdDSA signature. HOW is that one bit.
     */
    enum result (*sign)(struct card *card, const struct card_key *key, enum card_can how, struct bytes input,
                        struct buf *out);

    /** Deciphers a block; HOW is CARD_CAN_RSA_RAW or CARD_CAN_RSA_PKCS1_UNWRAP. OUT is secret memory. */
    enum result (*decipher)(struct card *card, const struct card_key *key, enum card_can how, struct bytes input,
                            struct buf *out);

    /** Agrees on a secret; OUT gets what HOW says. */
    enum result (*agree)(struct card *card, const struct card_key *key, const struct card_agreement *with,
                         struct buf *out);

    /**
     * Generates a key pair. RESULT_EXISTS if the place is taken, RESULT_CARD_FULL if there is none left,
     * RESULT_BAD_ARGUMENT for an id that the card cannot have, RESULT_UNSUPPORTED for the algorithm.
     */
    enum result (*generate)(struct card *card, const struct card_key_template *template, struct card_key *ret);

    /** Imports a private key. Errors as generate(). */
    enum result (*import_key)(struct card *card, const struct card_key_template *template,
                              const struct card_private_key *parts, struct card_key *ret);

    /**
     * Writes a certificate (VALUE: DER; ID tells where) or a datum (REFERENCE or LABEL/application tell which). ITEM
     * comes with what the caller knows and goes with what is true. REPLACE: an existing one is overwritten, else
     * RESULT_EXISTS. RESULT_CARD_FULL, RESULT_TOO_LARGE: nothing was lost.
     */
    enum result (*store)(struct card *card, struct card_item *item, struct bytes value, bool replace);

    /** Erases an object. RESULT_UNSUPPORTED if the card cannot erase this kind. */
    enum result (*erase)(struct card *card, enum card_kind kind, uint32_t reference);

    /** Appends SIZE random bytes made by the card. */
    enum result (*random)(struct card *card, size_t size, struct buf *out);

    /**
     * The keys that this card can have, ended by KEY_NONE: by what recognise() and open() learned of it and what the
     * settings allow. Sends nothing; never NULL. What programs are told of the token's abilities follows from it.
     */
    const struct card_algorithm *(*algorithms)(struct card *card);
};

/** One row: a sort of keys that a card can have. For RSA MIN_BITS to MAX_BITS in steps the card knows. */
struct card_algorithm {
    enum key_kind kind;
    enum curve curve;
    size_t min_bits, max_bits;
    unsigned can; /**< enum card_can of such keys */
    bool generate;
};

#endif
