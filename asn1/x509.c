/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/x509.h"

#include <string.h>

#include "asn1/der.h"
#include "asn1/strict.h"

#define OID_KEY_USAGE BYTES_LIT(0x55, 0x1D, 0x0F)
#define OID_BASIC_CONSTRAINTS BYTES_LIT(0x55, 0x1D, 0x13)

static bool x509_number(struct bytes digits, unsigned *ret)
{
    unsigned number = 0;

    for (size_t i = 0; i < digits.size; i++) {
        if (digits.data[i] < '0' || digits.data[i] > '9')
            return false;
        number = number * 10 + (unsigned)(digits.data[i] - '0');
    }
    *ret = number;
    return true;
}

static unsigned x509_days(unsigned year, unsigned month)
{
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    if (month == 2)
        return leap ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* The day and what must follow it: minutes at least, since old certificates leave out the seconds. */
static enum result x509_read_date(const struct tlv *time, struct x509_date *ret)
{
    size_t year_size = time->tag == DER_UTC_TIME ? 2 : 4;
    struct bytes text = time->value;
    unsigned minutes;

    if (time->tag != DER_UTC_TIME && time->tag != DER_GENERALIZED_TIME)
        return RESULT_MALFORMED;
    if (text.size < year_size + 8 || !x509_number(bytes_slice(text, 0, year_size), &ret->year) ||
        !x509_number(bytes_slice(text, year_size, 2), &ret->month) ||
        !x509_number(bytes_slice(text, year_size + 2, 2), &ret->day) ||
        !x509_number(bytes_slice(text, year_size + 4, 4), &minutes))
        return RESULT_MALFORMED;
    if (time->tag == DER_UTC_TIME)
        ret->year += ret->year < 50 ? 2000 : 1900; /* RFC 5280 4.1.2.5.1 */
    if (ret->month < 1 || ret->month > 12 || ret->day < 1 || ret->day > x509_days(ret->year, ret->month))
        return RESULT_MALFORMED;
    return RESULT_OK;
}

static enum result x509_read_validity(const struct der *der, struct x509 *ret)
{
    struct bytes view, sequence;
    struct tlv_cursor cursor;
    struct tlv time;

    TRY(der_view(der, "tbsCertificate.validity", &view));
    TRY(tlv_find(view, DER_SEQUENCE, &sequence));
    cursor = tlv_open(sequence);
    TRY(tlv_next(&cursor, &time));
    TRY(x509_read_date(&time, &ret->not_before));
    TRY(tlv_next(&cursor, &time));
    return x509_read_date(&time, &ret->not_after);
}

/* The standard numbers bits from the most significant bit of the first byte. The ninth, decipherOnly, is not
 * wanted. */
static enum result x509_read_usage(struct bytes value, struct x509 *ret)
{
    struct bytes bits;

    TRY(tlv_find(value, DER_BIT_STRING, &bits));
    if (bits.size < 1)
        return RESULT_MALFORMED;
    ret->has_usage = true;
    for (unsigned bit = 0; bits.size > 1 && bit < 7; bit++)
        if (bits.data[1] & 0x80 >> bit)
            ret->usage |= 1U << bit;
    return RESULT_OK;
}

static enum result x509_read_constraints(struct bytes value, struct x509 *ret)
{
    struct bytes sequence, ca;

    TRY(tlv_find(value, DER_SEQUENCE, &sequence));
    if (tlv_find(sequence, DER_BOOLEAN, &ca) == RESULT_OK)
        ret->is_ca = bytes_number(ca) != 0;
    return RESULT_OK;
}

static enum result x509_read_extension(struct bytes extension, struct x509 *ret)
{
    struct bytes oid, value;

    TRY(tlv_find(extension, DER_OID, &oid));
    TRY(tlv_find(extension, DER_OCTET_STRING, &value));
    if (bytes_equal(oid, OID_KEY_USAGE) && !ret->has_usage)
        return x509_read_usage(value, ret);
    if (bytes_equal(oid, OID_BASIC_CONSTRAINTS))
        return x509_read_constraints(value, ret);
    return RESULT_OK;
}

static enum result x509_read_extensions(const struct der *der, struct x509 *ret)
{
    struct bytes view, extension;
    struct tlv_cursor cursor;

    if (der_view(der, "tbsCertificate.extensions", &view) != RESULT_OK)
        return RESULT_OK;
    TRY(tlv_find_path(view, (const uint32_t[]){ 0xA3, DER_SEQUENCE }, 2, &view));
    ret->extensions = view;
    cursor = tlv_open(view);
    while (!tlv_at_end(&cursor)) {
        TRY(tlv_expect(&cursor, DER_SEQUENCE, &extension));
        TRY(x509_read_extension(extension, ret));
    }
    return RESULT_OK;
}

static enum result x509_read_signature(const struct der *der, struct x509 *ret)
{
    struct tlv_cursor cursor;
    struct bytes view, bits;

    TRY(der_view(der, "tbsCertificate", &ret->tbs));
    TRY(der_view(der, "signatureAlgorithm", &view));
    ret->has_algorithm = algorithm_read(view, &ret->algorithm) == RESULT_OK;
    TRY(der_view(der, "signature", &view));
    cursor = tlv_open(view);
    if (strict_bit_string(&cursor, &bits) == RESULT_OK)
        ret->signature = bits;
    return RESULT_OK;
}

static enum result x509_read_fields(const struct der *der, struct x509 *ret)
{
    TRY(der_view(der, "tbsCertificate.serialNumber", &ret->serial));
    TRY(der_view(der, "tbsCertificate.issuer", &ret->issuer));
    TRY(der_view(der, "tbsCertificate.subject", &ret->subject));
    TRY(der_view(der, "tbsCertificate.subjectPublicKeyInfo", &ret->spki));
    TRY(x509_read_validity(der, ret));
    TRY(x509_read_extensions(der, ret));
    TRY(x509_read_signature(der, ret));
    ret->has_key = pubkey_from_spki(ret->spki, &ret->key) == RESULT_OK;
    return RESULT_OK;
}

enum result x509_read(struct bytes der, struct x509 *ret)
{
    SCOPED(der_free) struct der *certificate = NULL;
    struct tlv_cursor cursor = tlv_open(der);
    struct bytes body;
    enum result result;

    memset(ret, 0, sizeof(*ret));
    if (tlv_expect(&cursor, DER_SEQUENCE, &body) != RESULT_OK)
        return RESULT_MALFORMED;
    ret->der = bytes_slice(der, 0, der.size - cursor.rest.size);
    TRY(der_decode("Certificate", ret->der, &certificate));
    result = x509_read_fields(certificate, ret);
    return result == RESULT_OK || result == RESULT_NO_MEMORY ? result : RESULT_MALFORMED;
}
