/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/identity.h"

#include <stdlib.h>

#include "tool/certificate_use.h"
#include "tool/describe.h"
#include "tool/text.h"

static bool can_sign(const struct objects *objects, const struct key *key)
{
    (void)objects;
    return key->private_key != CK_INVALID_HANDLE && key->signs && key->public.kind != KEY_MONTGOMERY;
}

static bool can_sign_as_somebody(const struct objects *objects, const struct key *key)
{
    return can_sign(objects, key) && objects_certificate_of(objects, key);
}

static enum exit_code take_certificate(const struct ui *ui, struct identity *identity, struct bytes der, const struct x509 *x509)
{
    identity->certificate = der;
    identity->x509 = malloc(sizeof(*x509));
    if (!identity->x509)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    *identity->x509 = *x509;
    return EXIT_CODE_OK;
}

static enum exit_code key_of(const struct ui *ui, const struct objects *objects, const struct x509 *x509,
                             const struct key **ret)
{
    const struct certificate wanted = { .readable = true, .x509 = *x509 };

    *ret = objects_key_of(objects, &wanted);
    if (*ret && can_sign(objects, *ret))
        return EXIT_CODE_OK;
    return ui_fail(ui, EXIT_CODE_NOT_FOUND, _("\"ecp status\" shows which certificate belongs to which key."),
                   _("the token has no key to this certificate that can sign"));
}

static enum exit_code from_file(const struct ui *ui, const struct objects *objects, const char *path, struct identity *ret)
{
    struct x509 x509;

    TRY_CODE(certificate_file_read(ui, path, &ret->owned));
    for (size_t i = 0; i < ret->owned.count; i++) {
        const struct certificate each = { .readable = x509_read(ret->owned.rows[i], &x509) == RESULT_OK, .x509 = x509 };

        if (!each.readable || !objects_key_of(objects, &each))
            continue;
        TRY_CODE(take_certificate(ui, ret, ret->owned.rows[i], &x509));
        return key_of(ui, objects, &x509, &ret->key);
    }
    return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("\"ecp status\" shows the keys that are there."),
                   _("\"%s\" holds no certificate of a key on this token"), path);
}

static enum exit_code from_certificate(const struct ui *ui, const struct objects *objects, const char *name,
                                       struct identity *ret)
{
    const struct certificate *certificate;

    TRY_CODE(objects_find_certificate(ui, objects, name, &certificate));
    if (!certificate->readable)
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, NULL, _("the certificate \"%s\" on the token cannot be read"), name);
    TRY_CODE(take_certificate(ui, ret, certificate->x509.der, &certificate->x509));
    return key_of(ui, objects, &certificate->x509, &ret->key);
}

static bool any_certified(const struct objects *objects)
{
    for (size_t i = 0; i < objects->key_count; i++)
        if (can_sign_as_somebody(objects, &objects->keys[i]))
            return true;
    return false;
}

static enum exit_code from_key(const struct ui *ui, const struct objects *objects, const char *name, struct identity *ret)
{
    const struct certificate *certificate;

    if (!name && !any_certified(objects))
        return ui_fail(ui, EXIT_CODE_NOT_FOUND,
                       _("Write the certificate to the token with \"ecp import\", or give its file with --certificate-file."),
                       _("there is no key on the token that can sign and has a certificate"));
    TRY_CODE(objects_find_key(ui, objects, name, name ? can_sign : can_sign_as_somebody, &ret->key));
    certificate = objects_certificate_of(objects, ret->key);
    if (!certificate)
        return ui_fail(ui, EXIT_CODE_NOT_FOUND,
                       _("Write the certificate to the token with \"ecp import\", or give its file with --certificate-file."),
                       _("the key \"%s\" has no certificate on the token"), name);
    return take_certificate(ui, ret, certificate->x509.der, &certificate->x509);
}

/** What would be made would not be valid: better now than when somebody refuses it. */
static enum exit_code check_valid(const struct ui *ui, const struct x509 *x509)
{
    const char *misuse = NULL;
    char day[32];

    if (describe_days_left(&x509->not_after) < 0) {
        describe_date(&x509->not_after, day, sizeof(day));
        return ui_fail(ui, EXIT_CODE_EXPIRED, _("\"ecp renew\" gets a new one."),
                       _("the certificate ended on %s: a signature with it would not be valid"), day);
    }
    if (describe_days_left(&x509->not_before) > 0) {
        describe_date(&x509->not_before, day, sizeof(day));
        return ui_fail(ui, EXIT_CODE_EXPIRED, _("Look whether this computer's clock is right."),
                       _("the certificate is valid only from %s on"), day);
    }
    if (x509->has_usage && !(x509->usage & (X509_DIGITAL_SIGNATURE | X509_NON_REPUDIATION)))
        return ui_fail(ui, EXIT_CODE_WRONG_USE, _("Name another with --certificate; \"ecp status\" lists them."),
                       _("the certificate is not one for signing documents"));
    misuse = certificate_misuse_der(x509->der);
    if (misuse)
        return ui_fail(ui, EXIT_CODE_WRONG_USE, _("Name another with --certificate; \"ecp status\" lists them."), "%s", misuse);
    return EXIT_CODE_OK;
}

enum exit_code identity_find(const struct ui *ui, const struct objects *objects, const struct identity_wish *wish,
                             struct identity *ret)
{
    const struct key *named = NULL;
    enum exit_code code;

    *ret = (struct identity){ 0 };
    code = wish->certificate_file ? from_file(ui, objects, wish->certificate_file, ret)
           : wish->certificate    ? from_certificate(ui, objects, wish->certificate, ret)
                                  : from_key(ui, objects, wish->key, ret);
    if (code == EXIT_CODE_OK && wish->key && (wish->certificate_file || wish->certificate)) {
        code = objects_find_key(ui, objects, wish->key, can_sign, &named);
        if (code == EXIT_CODE_OK && named != ret->key)
            code = ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Leave --key out: the certificate tells which key it is."),
                           _("the certificate is not one of the key \"%s\""), wish->key);
    }
    if (code == EXIT_CODE_OK)
        code = check_valid(ui, ret->x509);
    if (code != EXIT_CODE_OK)
        identity_free(ret);
    return code;
}

void identity_free(struct identity *identity)
{
    free(identity->x509);
    der_list_free(&identity->owned);
    *identity = (struct identity){ 0 };
}
