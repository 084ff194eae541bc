/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vcard_rutoken_card.h: the memory of a virtual Rutoken, and what it remembers until the next reset. */
#ifndef ECP_VCARD_VCARD_RUTOKEN_CARD_H
#define ECP_VCARD_VCARD_RUTOKEN_CARD_H

#include <openssl/evp.h>

#include "vcard/vcard.h"
#include "vcard/vcard_iso.h"

/** Kinds of files, as the first byte of data object 82 in FCI and CREATE FILE says them. */
enum rutoken_type {
    RUTOKEN_EF = 0x01,  /**< transparent */
    RUTOKEN_RSF = 0x10, /**< a PIN or half of a key pair */
    RUTOKEN_DF = 0x38,
};

/** What an RSF holds: the first byte of its property (85). */
enum rutoken_holds {
    RUTOKEN_PIN = 0x01,
    RUTOKEN_GOST_PRIVATE = 0x03,
    RUTOKEN_GOST_PUBLIC = 0x13,
    RUTOKEN_RSA_PRIVATE = 0x23,
    RUTOKEN_RSA_PUBLIC = 0x33,
    RUTOKEN_GOST512_PRIVATE =
        0x43, /**< from hearsay; with all that is said of 512 bits: this project's extension */
    RUTOKEN_GOST512_PUBLIC = 0x53, /**< likewise */
};

/** Access modes: bits of the first byte of a security attribute; the condition of bit i is byte 1 + i. */
enum rutoken_access {
    RUTOKEN_MAY_READ = 0,    /**< an EF's contents */
    RUTOKEN_MAY_UPDATE = 1,  /**< an EF's or RSF's contents; change a PIN */
    RUTOKEN_MAY_CREATE = 0,  /**< EFs and DFs in a DF */
    RUTOKEN_MAY_PLACE = 1,   /**< RSFs in a DF */
    RUTOKEN_MAY_UNBLOCK = 0, /**< a PIN */
    RUTOKEN_MAY_USE = 2,     /**< a key */
    RUTOKEN_MAY_DELETE = 6,
};

/** Conditions of access; whoever is logged in has one of the first two as LEVEL. */
enum rutoken_condition {
    RUTOKEN_ALWAYS = 0x00,
    RUTOKEN_SO = 0x01,
    RUTOKEN_USER = 0x02,
    RUTOKEN_EITHER = 0x03,
    RUTOKEN_NEVER = 0xFF,
};

enum {
    RUTOKEN_FID_MF = 0x3F00,
    RUTOKEN_SECURITY_SIZE = 15,
    RUTOKEN_PROPERTY_SIZE = 6,
    RUTOKEN_SERIAL_SIZE = 8,
    RUTOKEN_DEPTH_MAX = 8,       /**< of folders in folders, MF included */
    RUTOKEN_MEMORY_SIZE = 65536, /**< room for all files, in bytes */
    RUTOKEN_FILE_OVERHEAD = 64,  /**< what a file takes beside its contents, in bytes */
    RUTOKEN_PIN_MAX = 249,       /**< longest PIN, in bytes: what fits one command */
    RUTOKEN_UKM_MAX = 16,        /**< longest user keying material, in bytes */
    RUTOKEN_COMMAND_MAX = 2048,  /**< longest chained command, in bytes */
    RUTOKEN_ANSWER_MAX = 1024,   /**< longest answer, in bytes */
    RUTOKEN_RSA_BITS_MAX = 4096,
};

/** What tells one profile from another. */
struct rutoken_profile {
    const char *name;
    bool t0;        /**< T=0 instead of T=1 */
    bool keys;      /**< it has cryptography */
    bool gost_2012; /**< byte 3 of a GOST key's property may be 01 */
    bool delivered; /**< keys of the vendor's software are on it */
    struct bytes atr;
};

/** A file; owns its children and contents. */
struct rutoken_file {
    struct rutoken_file *parent; /**< NULL for the MF */
    struct rutoken_file *child;  /**< the oldest */
    struct rutoken_file *next;   /**< the next younger with the same parent */
    uint16_t fid;
    uint8_t type;                            /**< enum rutoken_type */
    uint16_t size;                           /**< as created; of the value for a PIN */
    uint8_t property[RUTOKEN_PROPERTY_SIZE]; /**< of an RSF */
    uint8_t security[RUTOKEN_SECURITY_SIZE];
    bool filled;       /**< an RSF has got its value */
    uint8_t *contents; /**< SIZE bytes, NULL for a DF */
};

/** What survives a reset and is stored. */
struct rutoken_memory {
    uint8_t serial[RUTOKEN_SERIAL_SIZE];
    bool formatting; /**< between "format begin" and "format end": no rights are asked */
    struct rutoken_file *mf;
};

/** The security environment. */
struct rutoken_environment {
    uint8_t template; /**< B6 or B8; 00 if nothing is set */
    uint8_t reference;
    bool agree; /**< B8 was set for VKO */
    uint8_t ukm[RUTOKEN_UKM_MAX];
    size_t ukm_size;
};

/** What a reset makes the card forget. */
struct rutoken_session {
    uint8_t level; /**< who is logged in: 0 nobody, RUTOKEN_SO or RUTOKEN_USER */
    struct rutoken_file *current;
    struct rutoken_environment environment;
};

struct rutoken_card {
    struct vcard card; /**< first: this is a vcard */
    const struct rutoken_profile *profile;
    OSSL_LIB_CTX *crypto; /**< owned; nothing global of the library is touched */
    struct iso_line line;
    struct rutoken_session session;
    struct rutoken_memory memory;
    unsigned changes;
};

#endif
