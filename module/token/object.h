/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* object.h: a key, certificate or datum, on a card or of a session, as Cryptoki shows it. */
#ifndef ECP_MODULE_OBJECT_H
#define ECP_MODULE_OBJECT_H

#include "asn1/secret.h"
#include "module/config.h"
#include "module/crypto/context.h"
#include "module/folder.h"
#include "module/token/attributes.h"
#include "pcsc/card.h"
#include "pkcs11-headers/pkcs11.h"

/** An object. Owned by the store it is in. */
struct object {
    CK_OBJECT_HANDLE handle;
    CK_OBJECT_CLASS class;
    CK_SESSION_HANDLE owner; /**< the session of a session object; CK_INVALID_HANDLE for a token object */
    bool private;            /**< CKA_PRIVATE: seen only after login */
    struct attributes attributes; /**< everything but secret values and values not read yet */
    struct card_key *key;         /**< of a card's private key, or the public half of one; NULL else */
    enum card_kind kind;          /**< what REFERENCE is, for token objects */
    uint32_t reference;           /**< the driver's name for it */
    uint64_t fingerprint;         /**< of a certificate */
    struct pubkey
        *public_key; /**< of any public or private key and certificate whose key is understood; NULL else */
    struct secret *value; /**< of a secret key */
    bool value_loaded;    /**< CKA_VALUE of a datum was read */
    bool writable;        /**< a datum that may be rewritten */
    bool from_folder;     /**< a certificate in a file, of the key REFERENCE; the card has nothing of it */
    struct attributes
        card_names; /**< CKA_ID and CKA_LABEL as the card has them, where the application changed them */
    unsigned look;  /**< the look at the card that saw it last */
    struct object *next;
};

/** The objects of one token, its sessions' objects among them. Zero-initialised it is empty. */
struct object_store {
    struct object *first;
    CK_OBJECT_HANDLE last_handle;
};

/** An object of CLASS with no attributes, not in any store. CKR_HOST_MEMORY. */
CK_RV object_new(CK_OBJECT_CLASS class, struct object **ret);

/** Wipes and frees *OBJECT; NULL is allowed. Fit for SCOPED. */
void object_free(struct object **object);

/** Puts OBJECT into the store, which owns it from now on, and gives it a handle never used before in this
 * store. */
void object_store_add(struct object_store *store, struct object *object);

/** Takes OBJECT out of the store and frees it. */
void object_store_remove(struct object_store *store, struct object *object);

/** Takes OBJECT out of the store; it is the caller's now. */
void object_store_take(struct object_store *store, struct object *object);

/** Frees all, or those of session OWNER. */
void object_store_clear(struct object_store *store);
void object_store_clear_session(struct object_store *store, CK_SESSION_HANDLE owner);

/** The object with HANDLE, or NULL. */
struct object *object_store_find(const struct object_store *store, CK_OBJECT_HANDLE handle);

/* Cards' objects. Each makes an object with every attribute of its class (PKCS#11 3.2, 4); CKR_HOST_MEMORY.
 * POINT: how an Edwards or Montgomery point is shown. CRYPTO may be NULL: no check value then. A certificate
 * that is none gives CKR_ATTRIBUTE_VALUE_INVALID. */
CK_RV object_from_private_key(const struct card_key *key, enum config_point point, struct object **ret);
CK_RV object_from_public_key(const struct card_key *key, enum config_point point, struct object **ret);
CK_RV object_from_cert(const struct card_cert *cert, struct bytes der, struct crypto *crypto,
                       struct object **ret);
CK_RV object_from_datum(const struct card_datum *datum, struct object **ret);

/** What the card calls OBJECT, whatever the application named it since: its id; empty if it has none. */
struct bytes object_card_id(const struct object *object);

/** A certificate that the person has in a file, for KEY, a private key of the card: with its id, not to be changed. */
CK_RV object_from_folder(const struct folder_cert *cert, const struct object *key, struct crypto *crypto,
                         struct object **ret);

/** The CKO_PROFILE object for PROFILE. */
CK_RV object_from_profile(CK_PROFILE_ID profile, struct object **ret);

/**
 * Makes a session object from a template (C_CreateObject with CKA_TOKEN false, C_DeriveKey, C_UnwrapKey):
 * public keys, secret keys, certificates, data. Defaults are filled in. CKR_TEMPLATE_INCOMPLETE,
 * CKR_TEMPLATE_INCONSISTENT, CKR_ATTRIBUTE_TYPE_INVALID, CKR_ATTRIBUTE_VALUE_INVALID,
 * CKR_ATTRIBUTE_READ_ONLY, CKR_HOST_MEMORY. VALUE: the value of a secret key that does not come from the
 * template (may be NULL; copied).
 */
CK_RV object_from_template(const CK_ATTRIBUTE *template, CK_ULONG count, const struct secret *value,
                           struct object **ret);

/** The one length, in bytes, that secret keys of TYPE have; 0 if they may have several. */
size_t object_secret_size(CK_KEY_TYPE type);

/** A copy of OBJECT with the changes of TEMPLATE (C_CopyObject). Errors as object_modify(). */
CK_RV object_copy(const struct object *object, const CK_ATTRIBUTE *template, CK_ULONG count,
                  struct object **ret);

/** Changes attributes in memory (C_SetAttributeValue), all of TEMPLATE or nothing. */
CK_RV object_modify(struct object *object, const CK_ATTRIBUTE *template, CK_ULONG count);

/** Answers a whole template of C_GetAttributeValue; the return value is the last entry's failure, if any. */
CK_RV object_read(const struct object *object, CK_ATTRIBUTE *template, CK_ULONG count);

/** The number of bytes that the object takes, for C_GetObjectSize. */
CK_ULONG object_size(const struct object *object);

#endif
