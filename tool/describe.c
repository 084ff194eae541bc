/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/describe.h"

#include <string.h>
#include <time.h>

#include "asn1/name.h"
#include "asn1/tlv.h"
#include "tool/printable.h"
#include "tool/text.h"

static void take_text(const struct buf *text, enum result result, char *ret)
{
    printable_copy(ret, result == RESULT_OK ? buf_bytes(text) : bytes_text("?"));
}

void describe_name(struct bytes name, char *ret, size_t size)
{
    struct buf out = buf_make((uint8_t *)ret, size - 1);
    enum result result = name_to_text(name, &out);

    if (result == RESULT_TOO_LARGE) {
        describe_bearer(name, ret, size);
        return;
    }
    take_text(&out, result, ret);
}

void describe_bearer(struct bytes name, char *ret, size_t size)
{
    struct buf out = buf_make((uint8_t *)ret, size - 1);
    enum result result = name_label(name, &out);

    take_text(&out, result, ret);
}

static struct tm date_tm(const struct x509_date *date)
{
    return (struct tm){ .tm_year = (int)date->year - 1900, .tm_mon = (int)date->month - 1, .tm_mday = (int)date->day };
}

void describe_date(const struct x509_date *date, char *ret, size_t size)
{
    struct tm tm = date_tm(date);

    if (strftime(ret, size, _("%Y-%m-%d"), &tm) == 0)
        describe_date_iso(date, ret, size);
}

void describe_date_iso(const struct x509_date *date, char *ret, size_t size)
{
    snprintf(ret, size, "%04u-%02u-%02u", date->year, date->month, date->day);
}

long describe_days_left(const struct x509_date *date)
{
    struct tm tm = date_tm(date);
    time_t end = timegm(&tm), now = time(NULL);

    return (long)(end / 86400 - now / 86400);
}

void describe_serial(struct bytes serial, char *ret, size_t size)
{
    struct tlv_cursor cursor = tlv_open(serial);
    struct bytes number;

    ret[0] = '\0';
    if (tlv_expect(&cursor, 0x02, &number) != RESULT_OK)
        return;
    number = number.size > 1 ? bytes_strip_zeros(number) : number;
    id_text(number.data, number.size, ret, size);
}

json_t *describe_certificate(const struct objects *objects, const struct certificate *certificate)
{
    char id[2 * OBJECTS_ID_MAX + 1], subject[DESCRIBE_NAME_MAX], issuer[DESCRIBE_NAME_MAX], serial[64], from[16], to[16];

    id_text(certificate->id, certificate->id_size, id, sizeof(id));
    if (!certificate->readable)
        return json_pack("{s:s, s:s, s:b}", "label", certificate->label, "id", id, "readable", 0);
    describe_name(certificate->x509.subject, subject, sizeof(subject));
    describe_name(certificate->x509.issuer, issuer, sizeof(issuer));
    describe_serial(certificate->x509.serial, serial, sizeof(serial));
    describe_date_iso(&certificate->x509.not_before, from, sizeof(from));
    describe_date_iso(&certificate->x509.not_after, to, sizeof(to));
    return json_pack("{s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:s, s:I, s:b}", "label", certificate->label, "id", id,
                     "readable", 1, "subject", subject, "issuer", issuer, "serial", serial, "not_before", from,
                     "not_after", to, "days_left", (json_int_t)describe_days_left(&certificate->x509.not_after),
                     "has_key", objects_key_of(objects, certificate) != NULL);
}

json_t *describe_key(const struct objects *objects, const struct key *key)
{
    char id[2 * OBJECTS_ID_MAX + 1], algorithm[64];

    id_text(key->id, key->id_size, id, sizeof(id));
    key_algorithm(&key->public, algorithm, sizeof(algorithm));
    return json_pack("{s:s, s:s, s:s, s:b, s:b}", "label", key->label, "id", id, "algorithm", algorithm, "has_private",
                     key->private_key != CK_INVALID_HANDLE, "has_certificate", objects_certificate_of(objects, key) != NULL);
}

json_t *describe_token(const struct token *token)
{
    char uri[512];

    uri_write(uri, sizeof(uri), token->label, token->serial, NULL, 0, NULL);
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "label", token->label, "serial", token->serial, "model",
                     token->model, "manufacturer", token->manufacturer, "reader", token->reader, "uri", uri);
}
