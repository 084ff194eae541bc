/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tool/certificates.h"
#include "tool/describe.h"
#include "tool/signature_check.h"
#include "tool/text.h"

/** No chain is longer. */
#define DEPTH_MOST 16

/** How many signatures of authorities are checked: a file may have any number of certificates of one name. */
#define STEPS_MOST 256

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

/** What may be the matter with a way up, from what says least of it to what says most. */
enum trouble_kind { NO_TROUBLE, NO_ISSUER, WRONG_SIGNATURE, UNKNOWN_SIGNATURE, NOT_VALID };

/** CERTIFICATE: where it was found. */
struct trouble {
    enum trouble_kind kind;
    const struct x509 *certificate;
};

/** A way up being looked for, and where it has come to. */
struct climb {
    struct crypto *crypto;
    const struct certificates *chains;
    size_t count;
    unsigned steps, depth;
    const struct x509 *path[DEPTH_MOST];
};

static enum exit_code tell(const struct ui *ui, const struct trouble *trouble)
{
    const struct x509 *certificate = trouble->certificate;
    char bearer[DESCRIBE_NAME_MAX];

    describe_bearer(trouble->kind == NO_ISSUER ? certificate->issuer : certificate->subject, bearer, sizeof(bearer));
    switch (trouble->kind) {
    case NO_TROUBLE:
        break;
    case NO_ISSUER:
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Give the certificate of that authority with --chain, or no chain."),
                       _("none of the authorities that were given is its issuer \"%s\""), bearer);
    case WRONG_SIGNATURE:
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("The file is damaged or forged: ask the certification authority for it again."),
                       _("the signature on the certificate of \"%s\" is wrong"), bearer);
    case UNKNOWN_SIGNATURE:
        return ui_fail(ui, EXIT_CODE_UNSUPPORTED, NULL, _("the signature on the certificate of \"%s\" is of an unknown kind"),
                       bearer);
    case NOT_VALID:
        return certificate_check_dates(ui, certificate);
    }
    return EXIT_CODE_OK;
}

static bool is_valid_today(const struct x509 *certificate)
{
    return describe_days_left(&certificate->not_before) <= 0 && describe_days_left(&certificate->not_after) >= 0;
}

static enum trouble_kind check_signature(const struct climb *climb, const struct x509 *certificate, const struct x509 *issuer)
{
    enum result result = signature_check_certificate(climb->crypto, certificate, issuer);

    return result == RESULT_OK ? NO_TROUBLE : result == RESULT_UNSUPPORTED ? UNKNOWN_SIGNATURE : WRONG_SIGNATURE;
}

/** CANDIDATE has the name of who issued the last certificate of the path, which does not lead round to it. */
static bool may_have_issued(const struct climb *climb, const struct x509 *candidate)
{
    if (!candidate->is_ca || !bytes_equal(candidate->subject, climb->path[climb->depth - 1]->issuer))
        return false;
    for (unsigned i = 0; i < climb->depth; i++)
        if (bytes_equal(climb->path[i]->der, candidate->der))
            return false;
    return true;
}

static struct trouble follow(struct climb *climb, const struct x509 *certificate);

static struct trouble follow_by(struct climb *climb, const struct x509 *certificate, const struct x509 *issuer)
{
    enum trouble_kind kind = check_signature(climb, certificate, issuer);

    if (kind != NO_TROUBLE)
        return (struct trouble){ kind, certificate };
    if (!is_valid_today(issuer))
        return (struct trouble){ NOT_VALID, issuer };
    return follow(climb, issuer);
}

/**
 * Tries every certificate that has the issuer's name: an authority may have several, of one key or of several. The way need not
 * reach up to a root; where none of them does it, the trouble that says most is told.
 */
static struct trouble follow(struct climb *climb, const struct x509 *certificate)
{
    struct trouble worst = { NO_ISSUER, certificate };

    if (is_self_issued(certificate))
        worst.kind = check_signature(climb, certificate, certificate);
    else if (climb->depth == DEPTH_MOST)
        worst.kind = NO_TROUBLE;
    if (worst.kind == NO_TROUBLE || climb->depth == DEPTH_MOST)
        return worst;
    climb->path[climb->depth++] = certificate;
    for (size_t i = 0; i < climb->count; i++) {
        for (size_t k = 0; k < climb->chains[i].count && climb->steps < STEPS_MOST; k++) {
            struct trouble found;

            if (!may_have_issued(climb, &climb->chains[i].rows[k]))
                continue;
            climb->steps++;
            found = follow_by(climb, certificate, &climb->chains[i].rows[k]);
            if (found.kind == NO_TROUBLE || found.kind > worst.kind)
                worst = found;
            if (found.kind == NO_TROUBLE)
                return found;
        }
    }
    climb->depth--;
    if (worst.kind == NO_ISSUER && climb->depth > 0)
        worst.kind = NO_TROUBLE;
    return worst;
}

enum exit_code certificate_check_chain(const struct ui *ui, const struct x509 *certificate,
                                       const struct certificates *chains, size_t count)
{
    SCOPED(crypto_free) struct crypto *crypto = NULL;
    struct climb climb = { .chains = chains, .count = count };
    struct trouble trouble;

    if (!any_authority(chains, count) && !is_self_issued(certificate))
        return EXIT_CODE_OK;
    if (crypto_new(&crypto) != RESULT_OK)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    climb.crypto = crypto;
    trouble = follow(&climb, certificate);
    return tell(ui, &trouble);
}
