/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_piv_attest.h"

#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "asn1/tlv.h"
#include "vcard/vcard_ossl.h"
#include "vcard/vcard_piv_data.h"
#include "vcard/vcard_piv_slots.h"

enum {
    FORM_FACTOR_USB_A = 0x01,
    SERIAL_SIZE = 16,
    TAG_CERTIFICATE = 0x70,
};

#define ROOT_BEGINS "20200101000000Z"
#define ROOT_ENDS "20991231235959Z"
#define OID_VERSION "1.3.6.1.4.1.41482.3.3"
#define OID_SERIAL "1.3.6.1.4.1.41482.3.7"
#define OID_POLICIES "1.3.6.1.4.1.41482.3.8"
#define OID_FORM_FACTOR "1.3.6.1.4.1.41482.3.9"

const uint8_t piv_version[PIV_VERSION_SIZE] = { 5, 7, 2 };

OSSL_DESTRUCTOR(asn1_object_free, ASN1_OBJECT, ASN1_OBJECT_free)
OSSL_DESTRUCTOR(asn1_string_free, ASN1_OCTET_STRING, ASN1_OCTET_STRING_free)
OSSL_DESTRUCTOR(extension_free, X509_EXTENSION, X509_EXTENSION_free)

static bool add_extension(X509 *x509, const char *oid, bool critical, struct bytes value)
{
    SCOPED(asn1_object_free) ASN1_OBJECT *object = OBJ_txt2obj(oid, 1);
    SCOPED(asn1_string_free) ASN1_OCTET_STRING *string = ASN1_OCTET_STRING_new();
    SCOPED(extension_free) X509_EXTENSION *extension = NULL;

    if (!object || !string || !ASN1_OCTET_STRING_set(string, value.data, (int)value.size))
        return false;
    extension = X509_EXTENSION_create_by_OBJ(NULL, object, critical, string);
    return extension && X509_add_ext(x509, extension, -1);
}

static bool set_common_name(X509_NAME *name, const char *text)
{
    return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)text, -1, -1, 0) == 1;
}

static bool set_serial(const struct piv_card *card, X509 *x509)
{
    uint8_t serial[SERIAL_SIZE];
    SCOPED(ossl_bn_free) BIGNUM *number = NULL;

    if (RAND_bytes_ex(card->crypto, serial, sizeof(serial), 0) != 1)
        return false;
    serial[0] = (uint8_t)((serial[0] & 0x3F) | 0x40);
    number = BN_bin2bn(serial, sizeof(serial), NULL);
    return number && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509));
}

static enum result sign_and_add(const struct piv_card *card, X509 *x509, EVP_PKEY *signer, struct buf *out)
{
    const bool prehashed = EVP_PKEY_get_base_id(signer) != EVP_PKEY_ED25519;
    EVP_MD *digest = prehashed ? EVP_MD_fetch(card->crypto, "SHA-256", NULL) : NULL;
    bool done = (digest || !prehashed) && X509_sign(x509, signer, digest) > 0;
    uint8_t *place;
    int size;

    EVP_MD_free(digest);
    size = done ? i2d_X509(x509, NULL) : 0;
    if (size <= 0)
        return RESULT_INTERNAL;
    place = buf_reserve(out, (size_t)size);
    if (!place)
        return RESULT_TOO_LARGE;
    return i2d_X509(x509, &place) == size ? RESULT_OK : RESULT_INTERNAL;
}

enum result piv_attest_root(struct piv_card *card, struct buf *out)
{
    static const uint8_t authority[] = { 0x30, 0x06, 0x01, 0x01, 0xFF, 0x02, 0x01, 0x00 };
    SCOPED(ossl_x509_free) X509 *x509 = X509_new_ex(card->crypto, NULL);
    EVP_PKEY *key = piv_slot_find(card, PIV_ATTESTATION)->pkey;

    if (!x509 || !X509_set_version(x509, X509_VERSION_3) || !set_serial(card, x509) ||
        !set_common_name(X509_get_subject_name(x509), "Virtual PIV Attestation") ||
        !X509_set_issuer_name(x509, X509_get_subject_name(x509)) ||
        !ASN1_TIME_set_string_X509(X509_getm_notBefore(x509), ROOT_BEGINS) ||
        !ASN1_TIME_set_string_X509(X509_getm_notAfter(x509), ROOT_ENDS) || !X509_set_pubkey(x509, key) ||
        !add_extension(x509, "2.5.29.19", true, BYTES_OF(authority)))
        return RESULT_INTERNAL;
    return sign_and_add(card, x509, key, out);
}

/* The certificate that stands in 5FFF01, whoever wrote it; NULL if there is none */
static X509 *issuer_read(const struct piv_card *card)
{
    X509 *x509 = X509_new_ex(card->crypto, NULL);
    struct bytes der;
    const unsigned char *cursor;

    if (x509 &&
        tlv_find(piv_object_get(&card->memory, PIV_TAG_ATTESTATION), TAG_CERTIFICATE, &der) == RESULT_OK) {
        cursor = der.data;
        if (d2i_X509(&x509, &cursor, (long)der.size))
            return x509;
    }
    X509_free(x509);
    return NULL;
}

static bool add_facts(const struct piv_card *card, const struct piv_key *key, X509 *x509)
{
    uint8_t memory[8];
    struct buf serial = BUF_OVER(memory);

    /* a serial number has its top bit clear: four bytes are a positive INTEGER */
    tlv_add(&serial, 0x02, BYTES_OF(card->memory.serial));
    return add_extension(x509, OID_VERSION, false, BYTES_OF(piv_version)) &&
           add_extension(x509, OID_SERIAL, false, buf_bytes(&serial)) &&
           add_extension(x509, OID_POLICIES, false, BYTES_LIT(key->pin_policy, key->touch_policy)) &&
           add_extension(x509, OID_FORM_FACTOR, false, BYTES_LIT(FORM_FACTOR_USB_A));
}

static enum result attestation_make(const struct piv_card *card, const struct piv_key *key, EVP_PKEY *signer,
                                    const X509 *issuer, struct buf *out)
{
    SCOPED(ossl_x509_free) X509 *x509 = X509_new_ex(card->crypto, NULL);
    char name[40];

    snprintf(name, sizeof(name), "YubiKey PIV Attestation %02x", key->slot);
    if (!x509 || !X509_set_version(x509, X509_VERSION_3) || !set_serial(card, x509) ||
        !set_common_name(X509_get_subject_name(x509), name) ||
        !X509_set_issuer_name(x509, X509_get_subject_name(issuer)) ||
        !X509_set1_notBefore(x509, X509_get0_notBefore(issuer)) ||
        !X509_set1_notAfter(x509, X509_get0_notAfter(issuer)) || !X509_set_pubkey(x509, key->pkey) ||
        !add_facts(card, key, x509))
        return RESULT_INTERNAL;
    return sign_and_add(card, x509, signer, out);
}

uint16_t piv_attest(struct piv_card *card, const struct iso_command *command, struct buf *out)
{
    const struct piv_key *key = piv_slot_find(card, command->p1);
    const struct piv_key *signer = piv_slot_find(card, PIV_ATTESTATION);
    SCOPED(ossl_x509_free) X509 *issuer = NULL;

    if (command->p2 != 0x00 || !key || key == signer)
        return ISO_SW_P1P2;
    if (command->data.size > 0)
        return ISO_SW_LENGTH;
    if (!key->pkey || key->origin != PIV_ORIGIN_GENERATED || !signer->pkey)
        return ISO_SW_DATA;
    issuer = issuer_read(card);
    if (!issuer)
        return ISO_SW_NO_FILE;
    return attestation_make(card, key, signer->pkey, issuer, out) == RESULT_OK ? ISO_SW_OK : ISO_SW_UNKNOWN;
}
