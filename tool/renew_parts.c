/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <time.h>

#include "asn1/cms.h"
#include "asn1/extension.h"
#include "asn1/strict.h"
#include "module/crypto/digest.h"
#include "tool/describe.h"
#include "tool/prompt.h"
#include "tool/renew.h"
#include "tool/rv_text.h"
#include "tool/text.h"

/** What a message has beside request and certificate, at most. */
#define WRAP_OVERHEAD 4096

/** The bearer was identified by a signature (identificationKind). */
#define IDENTIFIED_BY_SIGNATURE 1

/** Extensions that say what the certificate is for, not who issued it: keyUsage, subjectAltName, certificatePolicies,
 * extKeyUsage (RFC 5280 4.2.1), subjectSignTool (order 795). */
static const uint8_t kept[][7] = {
    { 0x06, 0x03, 0x55, 0x1D, 0x0F }, { 0x06, 0x03, 0x55, 0x1D, 0x11 }, { 0x06, 0x03, 0x55, 0x1D, 0x20 },
    { 0x06, 0x03, 0x55, 0x1D, 0x25 }, { 0x06, 0x05, 0x2A, 0x85, 0x03, 0x64, 0x6F },
};

static bool is_kept(struct bytes extension)
{
    for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
        if (bytes_start_with(extension, bytes_make(kept[i], kept[i][1] + 2u)))
            return true;
    return false;
}

enum result renew_extensions(const struct x509 *certificate, struct buf *out)
{
    const struct bytes sign_tool = BYTES_LIT(0x06, 0x05, 0x2A, 0x85, 0x03, 0x64, 0x6F);
    struct tlv_cursor cursor = tlv_open(certificate->extensions);
    struct bytes extension, value;

    while (!tlv_at_end(&cursor)) {
        TRY(tlv_expect(&cursor, DER_SEQUENCE, &extension));
        if (is_kept(extension))
            tlv_add(out, DER_SEQUENCE, extension);
    }
    if (extension_find(certificate->extensions, sign_tool, &value) == RESULT_OK)
        TRY(extension_add_identification(IDENTIFIED_BY_SIGNATURE, out));
    return buf_check(out);
}

static struct cms_time now(void)
{
    time_t seconds = time(NULL);
    struct tm tm;

    gmtime_r(&seconds, &tm);
    return (struct cms_time){ (unsigned)tm.tm_year + 1900, (unsigned)tm.tm_mon + 1, (unsigned)tm.tm_mday,
                              (unsigned)tm.tm_hour, (unsigned)tm.tm_min, (unsigned)tm.tm_sec };
}

static enum result wrap(const struct signing *signing, const struct signer *signer, struct bytes certificate,
                        struct bytes request, struct buf *out)
{
    uint8_t of_certificate[DIGEST_MAX], of_request[DIGEST_MAX];
    struct buf a = BUF_OVER(of_certificate), b = BUF_OVER(of_request);
    const struct cms_time time = now();
    struct cms_request message = { .certificate = certificate, .hash = signing_hash(signer), .signing_time = &time };

    TRY(digest_compute(signing->crypto, message.hash, certificate, &a));
    TRY(digest_compute(signing->crypto, message.hash, request, &b));
    message.certificate_digest = buf_bytes(&a);
    message.content_digest = buf_bytes(&b);
    return cms_make(&message, &request, signer, out);
}

enum exit_code renew_wrap(const struct ui *ui, struct session *session, const struct common *common, const struct key *key,
                          const struct certificate *old, struct bytes request, struct file_writer *writer)
{
    SCOPED(signing_close) struct signing signing = { 0 };
    size_t room = request.size + old->size + WRAP_OVERHEAD;
    struct signer signer;
    enum exit_code code;
    struct buf out;

    TRY_CODE(signing_open(ui, session, common, key, false, &signing, &signer));
    out = buf_make(malloc(room), room);
    if (!out.data)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    code = signing_fail(&signing, wrap(&signing, &signer, bytes_make(old->der, old->size), request, &out),
                        _("signing the request with the old key"));
    if (code == EXIT_CODE_OK) {
        fwrite(out.data, 1, out.size, writer->stream);
        code = file_flush(ui, writer);
    }
    free(out.data);
    return code;
}

/** Two certificates of one bearer may be for different work: one of them to sign, the other to decrypt. */
static bool may_precede(const struct certificate *candidate, const struct certificate *leaf)
{
    const struct x509 *a = &candidate->x509, *b = &leaf->x509;

    return candidate->readable && !pubkey_equal(&a->key, &b->key) && bytes_equal(a->subject, b->subject) &&
           a->has_usage == b->has_usage && a->usage == b->usage &&
           describe_days_left(&a->not_after) <= describe_days_left(&b->not_after);
}

size_t renew_find_old(const struct objects *objects, const struct certificate *leaf, struct bytes old,
                      const struct certificate **ret)
{
    size_t count = 0;

    *ret = NULL;
    for (size_t i = 0; i < objects->certificate_count; i++) {
        const struct certificate *candidate = &objects->certificates[i];
        bool found = old.size > 0 ? bytes_equal(bytes_make(candidate->der, candidate->size), old)
                                  : may_precede(candidate, leaf);

        if (candidate == leaf || !found)
            continue;
        *ret = candidate;
        count++;
    }
    return count;
}

static enum exit_code offer(const struct ui *ui, struct session *session, const struct objects *objects,
                            const struct certificate *old, bool yes, json_t *removed)
{
    char bearer[DESCRIBE_NAME_MAX], day[32], id[2 * OBJECTS_ID_MAX + 1], serial[64], question[PROMPT_LINE_MAX];
    json_t *json;
    CK_RV rv;

    describe_bearer(old->x509.subject, bearer, sizeof(bearer));
    describe_date(&old->x509.not_after, day, sizeof(day));
    describe_serial(old->x509.serial, serial, sizeof(serial));
    id_text(old->id, old->id_size, id, sizeof(id));
    snprintf(question, sizeof(question),
             _("The old certificate of \"%s\", until %s (label \"%s\", id %s, serial number %s), is still on the token. "
               "Remove it?"),
             bearer, day, old->label, id, serial);
    if (!yes && !prompt_agrees(ui, question)) {
        ui_say(ui, "%s", _("The old certificate stays; \"ecp cert delete\" removes it."));
        return EXIT_CODE_OK;
    }
    json = describe_certificate(objects, old);
    rv = session->client->p11->C_DestroyObject(session->handle, old->handle);
    if (rv != CKR_OK) {
        json_decref(json);
        return rv_fail(ui, rv, _("removing the old certificate"));
    }
    json_array_append_new(removed, json);
    ui_say(ui, "%s", _("The old certificate is removed. Its key stays, for what was encrypted to it; \"ecp key delete\" removes "
                       "it."));
    return EXIT_CODE_OK;
}

enum exit_code renew_remove_old(const struct ui *ui, struct session *session, struct bytes leaf, struct bytes old, bool yes,
                                json_t **ret)
{
    SCOPED(objects_free) struct objects objects = { 0 };
    const struct certificate *new = NULL, *found;
    size_t count;

    TRY_CODE(objects_read(ui, session, &objects));
    for (size_t i = 0; i < objects.certificate_count; i++)
        if (bytes_equal(bytes_make(objects.certificates[i].der, objects.certificates[i].size), leaf))
            new = &objects.certificates[i];
    if (!new || !new->readable)
        return ui_fail(ui, EXIT_CODE_FAILED, _("\"ecp status\" shows what is on the token."),
                       _("the new certificate is not on the token; the old one was left alone"));
    count = renew_find_old(&objects, new, old, &found);
    if (count == 1)
        return offer(ui, session, &objects, found, yes, *ret);
    if (count > 1)
        ui_say(ui, "%s", _("Several older certificates have this name, and all of them stay; \"ecp cert delete\" removes one."));
    return EXIT_CODE_OK;
}
