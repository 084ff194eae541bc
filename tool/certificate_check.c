/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tool/certificates.h"
#include "tool/describe.h"
#include "tool/signature_check.h"
#include "tool/text.h"

enum exit_code certificate_check_dates(const struct ui *ui, const struct x509 *certificate)
{
    char bearer[DESCRIBE_NAME_MAX], day[32];

    describe_bearer(certificate->subject, bearer, sizeof(bearer));
    if (describe_days_left(&certificate->not_before) > 0) {
        describe_date(&certificate->not_before, day, sizeof(day));
        return ui_fail(ui, EXIT_CODE_EXPIRED, _("Look whether the computer's clock is right; else wait until then."),
                       _("the certificate of \"%s\" is not valid before %s"), bearer, day);
    }
    if (describe_days_left(&certificate->not_after) >= 0)
        return EXIT_CODE_OK;
    describe_date(&certificate->not_after, day, sizeof(day));
    return ui_fail(ui, EXIT_CODE_EXPIRED, _("Ask the certification authority for a new one."),
                   _("the certificate of \"%s\" ended on %s"), bearer, day);
}

enum exit_code certificate_check_request(const struct ui *ui, const struct x509 *certificate, const struct csr *request)
{
    char is[DESCRIBE_NAME_MAX], wanted[DESCRIBE_NAME_MAX];

    if (!certificate->has_key || !pubkey_equal(&certificate->key, &request->key))
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Look whether it is the answer to this request."),
                       _("the certificate is for another key than the request"));
    describe_name(certificate->subject, is, sizeof(is));
    describe_name(request->subject, wanted, sizeof(wanted));
    if (strcmp(is, wanted) == 0)
        return EXIT_CODE_OK;
    return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Ask the certification authority why it changed the name."),
                   _("the certificate names \"%s\"; asked for was \"%s\""), is, wanted);
}

enum exit_code certificate_check_kept(const struct ui *ui, const struct x509 *certificate, const struct csr *request,
                                      const char *path)
{
    enum exit_code code = certificate_check_request(ui, certificate, request);

    if (code != EXIT_CODE_OK)
        ui_note(ui, _("The certificate is kept in \"%s\"."), path);
    return code;
}

static bool is_self_issued(const struct x509 *certificate)
{
    return bytes_equal(certificate->issuer, certificate->subject);
}

static bool any_authority(const struct certificates *chains, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < chains[i].count; k++)
            if (chains[i].rows[k].is_ca)
                return true;
    return false;
}

/** What there is to say of a signature that was checked. */
static enum exit_code tell(const struct ui *ui, enum result result, const struct x509 *certificate)
{
    char bearer[DESCRIBE_NAME_MAX];

    describe_bearer(certificate->subject, bearer, sizeof(bearer));
    if (result == RESULT_UNSUPPORTED)
        return ui_fail(ui, EXIT_CODE_UNSUPPORTED, NULL, _("the signature on the certificate of \"%s\" is of an unknown kind"),
                       bearer);
    return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("The file is damaged or forged: ask the certification authority for it again."),
                   _("the signature on the certificate of \"%s\" is wrong"), bearer);
}

/** Finds who signed CERTIFICATE: there may be several authorities of one name. RESULT_NOT_FOUND if none has it. */
static enum result find_issuer(struct crypto *crypto, const struct x509 *certificate, const struct certificates *chains,
                               size_t count, const struct x509 **ret)
{
    enum result result = RESULT_NOT_FOUND;

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < chains[i].count; k++) {
            const struct x509 *candidate = &chains[i].rows[k];

            if (!candidate->is_ca || !bytes_equal(candidate->subject, certificate->issuer))
                continue;
            result = signature_check_certificate(crypto, certificate, candidate);
            *ret = candidate;
            if (result == RESULT_OK)
                return RESULT_OK;
        }
    }
    return result;
}

static enum exit_code follow(const struct ui *ui, struct crypto *crypto, const struct x509 *certificate,
                             const struct certificates *chains, size_t count)
{
    const struct x509 *issuer = NULL;
    enum result result;

    for (unsigned depth = 0; depth < CERTIFICATES_MAX && !is_self_issued(certificate); depth++) {
        char name[DESCRIBE_NAME_MAX];

        result = find_issuer(crypto, certificate, chains, count, &issuer);
        describe_bearer(certificate->issuer, name, sizeof(name));
        if (result == RESULT_NOT_FOUND && depth > 0)
            return EXIT_CODE_OK; /* the chain need not reach up to the root */
        if (result == RESULT_NOT_FOUND)
            return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Give the certificate of that authority with --chain, or no chain."),
                           _("none of the authorities that were given is its issuer \"%s\""), name);
        if (result != RESULT_OK)
            return tell(ui, result, certificate);
        TRY_CODE(certificate_check_dates(ui, issuer));
        certificate = issuer;
    }
    if (!is_self_issued(certificate))
        return EXIT_CODE_OK;
    result = signature_check_certificate(crypto, certificate, certificate);
    return result == RESULT_OK ? EXIT_CODE_OK : tell(ui, result, certificate);
}

enum exit_code certificate_check_chain(const struct ui *ui, const struct x509 *certificate,
                                       const struct certificates *chains, size_t count)
{
    SCOPED(crypto_free) struct crypto *crypto = NULL;

    if (!any_authority(chains, count) && !is_self_issued(certificate))
        return EXIT_CODE_OK;
    if (crypto_new(&crypto) != RESULT_OK)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    return follow(ui, crypto, certificate, chains, count);
}
