/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/certificate_store.h"

#include <stdlib.h>
#include <string.h>

#include "tool/attribute.h"
#include "tool/rv_text.h"
#include "tool/text.h"

/** What is written. */
struct wanted {
    const struct x509 *x509;
    struct bytes id;
    const char *label;
};

static void handles_free(CK_OBJECT_HANDLE **handles)
{
    free(*handles);
}

static CK_ATTRIBUTE attribute(CK_ATTRIBUTE_TYPE type, struct bytes value)
{
    /* Cryptoki's templates are not const, and only read */
    return (CK_ATTRIBUTE){ type, (CK_VOID_PTR)(uintptr_t)value.data, value.size };
}

static CK_DATE date(const struct x509_date *day)
{
    char text[64];
    CK_DATE ret;

    snprintf(text, sizeof(text), "%04u%02u%02u", day->year % 10000, day->month % 100, day->day % 100);
    memcpy(ret.year, text, 4);
    memcpy(ret.month, text + 4, 2);
    memcpy(ret.day, text + 6, 2);
    return ret;
}

static CK_RV create(const struct session *session, const struct wanted *wanted)
{
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_CERTIFICATE_TYPE type = CKC_X_509;
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_DATE from = date(&wanted->x509->not_before), to = date(&wanted->x509->not_after);
    CK_ATTRIBUTE template[] = {
        { CKA_CLASS, &class, sizeof(class) },
        { CKA_CERTIFICATE_TYPE, &type, sizeof(type) },
        { CKA_TOKEN, &yes, sizeof(yes) },
        { CKA_PRIVATE, &no, sizeof(no) },
        { CKA_START_DATE, &from, sizeof(from) },
        { CKA_END_DATE, &to, sizeof(to) },
        attribute(CKA_ID, wanted->id),
        attribute(CKA_LABEL, bytes_text(wanted->label)),
        attribute(CKA_SUBJECT, wanted->x509->subject),
        attribute(CKA_ISSUER, wanted->x509->issuer),
        attribute(CKA_SERIAL_NUMBER, wanted->x509->serial),
        attribute(CKA_VALUE, wanted->x509->der),
    };
    CK_OBJECT_HANDLE handle;

    return session->client->p11->C_CreateObject(session->handle, template, sizeof(template) / sizeof(template[0]), &handle);
}

/** Handles of the certificates with ID. */
static CK_RV find(const struct session *session, struct bytes id, CK_OBJECT_HANDLE **ret, size_t *count)
{
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_ATTRIBUTE template[] = { { CKA_CLASS, &class, sizeof(class) }, attribute(CKA_ID, id) };

    return attribute_find(session, template, 2, ret, count);
}

static bool has_value(const struct session *session, CK_OBJECT_HANDLE handle, struct bytes der)
{
    size_t size;
    uint8_t *value = attribute_new(session, handle, CKA_VALUE, &size);
    bool same = value && bytes_equal(bytes_make(value, size), der);

    free(value);
    return same;
}

bool certificate_is_stored(const struct session *session, struct bytes certificate, const struct key *key)
{
    SCOPED(handles_free) CK_OBJECT_HANDLE *handles = NULL;
    size_t count;

    if (find(session, bytes_make(key->id, key->id_size), &handles, &count) != CKR_OK)
        return false;
    for (size_t i = 0; i < count; i++)
        if (has_value(session, handles[i], certificate))
            return true;
    return false;
}

/** Takes OLD away, if it is still there and not what was just written over it. */
static CK_RV destroy(const struct session *session, const struct certificate *old)
{
    SCOPED(handles_free) CK_OBJECT_HANDLE *handles = NULL;
    struct bytes id = bytes_make(old->id, old->id_size), der = bytes_make(old->der, old->size);
    size_t count;
    CK_RV rv = find(session, id, &handles, &count);

    for (size_t i = 0; rv == CKR_OK && i < count; i++)
        if (has_value(session, handles[i], der))
            rv = session->client->p11->C_DestroyObject(session->handle, handles[i]);
    return rv;
}

/** How modules say that another certificate has the place. After anything else the old one must not be touched. */
static bool is_place_taken(CK_RV rv)
{
    return rv == CKR_ATTRIBUTE_VALUE_INVALID || rv == CKR_ACTION_PROHIBITED || rv == CKR_FUNCTION_REJECTED;
}

static enum exit_code tell(const struct ui *ui, CK_RV rv)
{
    if (rv == CKR_USER_NOT_LOGGED_IN)
        return ui_fail(ui, EXIT_CODE_FAILED, _("\"ecp import --so\" logs in with the management key or the security officer's PIN."),
                       _("%s failed: this token's PIN gives no right to write (%s)"), _("writing the certificate"),
                       "CKR_USER_NOT_LOGGED_IN");
    return rv_fail(ui, rv, _("writing the certificate"));
}

/** After a failure OLD has to be where it was. */
static enum exit_code restore(const struct ui *ui, const struct session *session, const struct key *key,
                              const struct certificate *old, CK_RV failure)
{
    struct wanted wanted = { &old->x509, bytes_make(old->id, old->id_size), old->label };
    enum exit_code code = tell(ui, failure);

    if (certificate_is_stored(session, bytes_make(old->der, old->size), key) || create(session, &wanted) == CKR_OK)
        ui_note(ui, "%s", _("The certificate that was there before is still there."));
    else
        ui_note(ui, "%s", _("Whether the certificate that was there before is still there, \"ecp status\" shows."));
    return code;
}

enum exit_code certificate_store(const struct ui *ui, const struct session *session, const struct x509 *certificate,
                                 const struct key *key, const char *label, const struct certificate *old)
{
    struct wanted wanted = { certificate, bytes_make(key->id, key->id_size), label };
    CK_RV rv = CKR_OK;

    if (!certificate_is_stored(session, certificate->der, key))
        rv = create(session, &wanted);
    if (rv != CKR_OK && old && is_place_taken(rv) && destroy(session, old) == CKR_OK)
        rv = create(session, &wanted); /* one place for both */
    if (rv != CKR_OK)
        return old ? restore(ui, session, key, old, rv) : tell(ui, rv);
    if (!certificate_is_stored(session, certificate->der, key)) {
        if (old)
            return restore(ui, session, key, old, CKR_FUNCTION_FAILED);
        return ui_fail(ui, EXIT_CODE_FAILED, _("\"ecp status\" shows what is on the token."),
                       _("the token took the certificate and does not give it back as it was"));
    }
    if (old && destroy(session, old) != CKR_OK)
        ui_note(ui, "%s", _("The new certificate is on the token; the old one could not be taken away."));
    return EXIT_CODE_OK;
}
