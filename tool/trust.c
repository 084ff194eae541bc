/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/trust.h"

#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

#include "asn1/tlv.h"
#include "asn1/x509.h"
#include "tool/certificate_use.h"
#include "tool/text.h"
#include "tool/trust_crl.h"

/** No chain is longer. */
#define PATH_MOST 10

/** How many certificates are stood on when ways up are looked for: a message may have any number of any names. */
#define STEPS_MOST 64

/** 112 bits of security (RSA-2048 at least); times and lists are looked at apart from the signatures. */
#define FLAGS                                                                                                          \
    (GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM) | GNUTLS_VERIFY_DISABLE_TIME_CHECKS |                             \
     GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS | GNUTLS_VERIFY_DISABLE_CRL_CHECKS)

/** The authorities: those of the files, or if none was named those of the system, which LIST has. */
struct trust {
    gnutls_x509_trust_list_t list;
    gnutls_x509_crt_t *anchors;
    size_t anchor_count;
    struct trust_crls crls;
};

/** A way up: from the certificate in question to the authority, which is last. The certificates before COUNT are owned. */
struct path {
    gnutls_x509_crt_t rows[PATH_MOST + 1];
    struct bytes ders[PATH_MOST + 1];
    unsigned count;
    gnutls_x509_crt_t anchor; /**< one of the trust's own */
};

/** Ways up being tried. */
struct search {
    const struct trust *trust;
    const struct der_list *others;
    time_t at;
    unsigned steps;
    struct path path;
    struct trust_answer *best;
};

static gnutls_x509_crt_t certificate_new(struct bytes der)
{
    const gnutls_datum_t datum = { (unsigned char *)(uintptr_t)der.data, (unsigned)der.size };
    gnutls_x509_crt_t ret;

    if (gnutls_x509_crt_init(&ret) < 0)
        return NULL;
    if (gnutls_x509_crt_import(ret, &datum, GNUTLS_X509_FMT_DER) >= 0)
        return ret;
    gnutls_x509_crt_deinit(ret);
    return NULL;
}

static enum exit_code add_anchors(const struct ui *ui, struct trust *trust, const struct options_list *files)
{
    SCOPED(der_list_free) struct der_list anchors = { 0 };

    if (files->count == 0) {
        (void)gnutls_x509_trust_list_add_system_trust(trust->list, 0, 0);
        return EXIT_CODE_OK;
    }
    TRY_CODE(certificate_files_read(ui, files, &anchors));
    trust->anchors = calloc(anchors.count, sizeof(*trust->anchors));
    if (!trust->anchors)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    for (size_t i = 0; i < anchors.count; i++) {
        gnutls_x509_crt_t anchor = certificate_new(anchors.rows[i]);

        if (anchor)
            trust->anchors[trust->anchor_count++] = anchor;
    }
    return EXIT_CODE_OK;
}

static enum exit_code add_crls(const struct ui *ui, struct trust *trust, const struct options_list *files)
{
    SCOPED(der_list_free) struct der_list crls = { 0 };

    for (size_t i = 0; i < files->count; i++)
        TRY_CODE(crl_file_read(ui, files->values[i], &crls));
    for (size_t i = 0; i < crls.count; i++)
        if (!trust_crls_add(&trust->crls, crls.rows[i], true))
            return ui_fail(ui, EXIT_CODE_BAD_INPUT, NULL, _("one of the revocation lists cannot be read"));
    trust->crls.wanted = files->count > 0;
    return EXIT_CODE_OK;
}

enum exit_code trust_open(const struct ui *ui, const struct options_list *anchors, const struct options_list *crls,
                          struct trust **ret)
{
    enum exit_code code;

    *ret = calloc(1, sizeof(**ret));
    if (!*ret || gnutls_x509_trust_list_init(&(*ret)->list, 0) < 0) {
        free(*ret);
        *ret = NULL;
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    }
    code = add_anchors(ui, *ret, anchors);
    if (code == EXIT_CODE_OK)
        code = add_crls(ui, *ret, crls);
    if (code != EXIT_CODE_OK)
        trust_free(ret);
    return code;
}

void trust_free(struct trust **trust)
{
    if (!*trust)
        return;
    gnutls_x509_trust_list_deinit((*trust)->list, 1);
    for (size_t i = 0; i < (*trust)->anchor_count; i++)
        gnutls_x509_crt_deinit((*trust)->anchors[i]);
    free((*trust)->anchors);
    trust_crls_free(&(*trust)->crls);
    free(*trust);
    *trust = NULL;
}

void trust_add_crls(struct trust *trust, struct bytes crls)
{
    struct tlv_cursor cursor = tlv_open(crls);
    struct bytes before = cursor.rest;
    struct tlv object;

    for (; tlv_next(&cursor, &object) == RESULT_OK; before = cursor.rest)
        (void)trust_crls_add(&trust->crls, bytes_slice(before, 0, before.size - cursor.rest.size), false);
}

/** The certificate that issued the one at INDEX. */
static gnutls_x509_crt_t path_issuer(const struct path *path, unsigned index)
{
    return index + 1 < path->count ? path->rows[index + 1] : path->anchor;
}

static void answer_reason(struct trust_answer *answer, enum exit_code code, const char *reason)
{
    answer->code = code;
    snprintf(answer->reason, sizeof(answer->reason), "%s", reason);
}

static void name_certificate(gnutls_x509_crt_t certificate, char *ret, size_t size)
{
    gnutls_datum_t der;

    ret[0] = '\0';
    if (gnutls_x509_crt_get_raw_dn(certificate, &der) < 0)
        return;
    describe_bearer(bytes_make(der.data, der.size), ret, size);
    gnutls_free(der.data);
}

static bool is_known(gnutls_x509_crt_t certificate, bool signature)
{
    gnutls_pubkey_t key;
    bool known;

    if (gnutls_pubkey_init(&key) < 0)
        return false;
    known = gnutls_pubkey_import_x509(key, certificate, 0) >= 0;
    gnutls_pubkey_deinit(key);
    return known && (!signature || gnutls_x509_crt_get_signature_algorithm(certificate) > GNUTLS_SIGN_UNKNOWN);
}

/** An algorithm that GnuTLS does not know (most parameter sets of GOST) would look to it like a wrong signature. */
static bool path_is_known(const struct path *path)
{
    for (unsigned i = 0; i < path->count; i++)
        if (!is_known(path->rows[i], true))
            return false;
    return is_known(path->anchor, false);
}

static const char *status_reason(unsigned status)
{
    if (status & GNUTLS_CERT_INSECURE_ALGORITHM)
        return _("a certificate on the way to the authority has a signature or key that is too weak");
    if (status & GNUTLS_CERT_SIGNER_NOT_CA)
        return _("a certificate on the way to the authority is none of an authority");
    if (status & GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE)
        return _("an authority on the way may not issue such certificates");
    if (status & GNUTLS_CERT_SIGNATURE_FAILURE)
        return _("the signature of an authority in a certificate on the way is wrong");
    return _("the certificate does not lead to a trusted authority");
}

/** The signatures of the authorities. */
static void judge_chain(const struct trust *trust, struct path *path, struct trust_answer *ret)
{
    gnutls_x509_trust_list_t list = trust->list;
    unsigned status = 0;
    int error = 0;

    if (trust->anchors) { /* of several with one name GnuTLS would look at the first alone */
        error = gnutls_x509_trust_list_init(&list, 0);
        if (error >= 0)
            error = gnutls_x509_trust_list_add_cas(list, &path->anchor, 1, 0);
    }
    if (error < 0 ||
        gnutls_x509_trust_list_verify_crt2(list, path->rows, path->count, NULL, 0, FLAGS, &status, NULL) < 0)
        status = GNUTLS_CERT_INVALID;
    if (list != trust->list)
        gnutls_x509_trust_list_deinit(list, 0);
    if (status != 0)
        answer_reason(ret, EXIT_CODE_UNTRUSTED, status_reason(status));
}

static void judge_time(const struct path *path, time_t at, struct trust_answer *ret)
{
    char name[DESCRIBE_NAME_MAX];

    for (unsigned i = 0; i <= path->count && ret->code == EXIT_CODE_OK; i++) {
        gnutls_x509_crt_t certificate = i < path->count ? path->rows[i] : path->anchor;
        bool early = at < gnutls_x509_crt_get_activation_time(certificate),
             late = at > gnutls_x509_crt_get_expiration_time(certificate);

        if (!early && !late)
            continue;
        name_certificate(certificate, name, sizeof(name));
        ret->code = EXIT_CODE_NOT_VALID_THEN;
        snprintf(ret->reason, sizeof(ret->reason),
                 early ? _("the certificate of \"%s\" was not valid yet at that time")
                       : _("the certificate of \"%s\" had ended at that time"),
                 name);
    }
}

static void judge_usage(gnutls_x509_crt_t certificate, struct trust_answer *ret)
{
    const char *misuse = certificate_misuse(certificate);

    if (misuse)
        answer_reason(ret, EXIT_CODE_WRONG_USE, misuse);
}

static void judge_revocation(const struct trust *trust, const struct path *path, time_t at, struct trust_answer *ret)
{
    for (unsigned i = 0; i < path->count && ret->code == EXIT_CODE_OK; i++) {
        struct trust_crl_answer found;
        char name[DESCRIBE_NAME_MAX], day[32];

        trust_crls_look(&trust->crls, path->rows[i], path_issuer(path, i), at, &found);
        if (!found.revoked)
            continue;
        name_certificate(path->rows[i], name, sizeof(name));
        strftime(day, sizeof(day), _("%Y-%m-%d"), gmtime(&found.when));
        ret->code = EXIT_CODE_REVOKED;
        ret->revocation_checked = true;
        snprintf(ret->reason, sizeof(ret->reason), _("the certificate of \"%s\" was revoked on %s"), name, day);
    }
}

/** Who gave lists wants to know: silence of the lists about the signer's authority is no good answer. */
static void judge_silence(const struct trust *trust, const struct path *path, time_t at, struct trust_answer *ret)
{
    struct trust_crl_answer found;

    if (!trust->crls.wanted)
        return;
    trust_crls_look(&trust->crls, path->rows[0], path_issuer(path, 0), at, &found);
    if (found.outdated)
        answer_reason(ret, EXIT_CODE_UNCHECKED, _("the revocation list is out of date; fetch the newest one"));
    else if (!found.covered)
        answer_reason(ret, EXIT_CODE_UNCHECKED,
                      _("none of the revocation lists is one of the certificate's authority that could be checked"));
    ret->revocation_checked = found.covered;
}

static void judge_path(const struct trust *trust, struct path *path, time_t at, struct trust_answer *ret)
{
    bool known = path_is_known(path);

    *ret = (struct trust_answer){ .code = EXIT_CODE_OK };
    if (known)
        judge_chain(trust, path, ret);
    if (ret->code != EXIT_CODE_OK)
        return;
    name_certificate(path->anchor, ret->anchor, sizeof(ret->anchor));
    ret->chain_checked = known;
    if (known)
        judge_revocation(trust, path, at, ret);
    judge_time(path, at, ret);
    if (ret->code == EXIT_CODE_OK)
        judge_usage(path->rows[0], ret);
    if (ret->code == EXIT_CODE_OK && known)
        judge_silence(trust, path, at, ret);
    if (ret->code == EXIT_CODE_OK && !known)
        answer_reason(ret, EXIT_CODE_UNCHECKED,
                      _("the signatures of the authorities have an algorithm or parameter set that cannot be checked here"));
}

unsigned trust_answer_weight(const struct trust_answer *answer)
{
    static const enum exit_code order[] = { EXIT_CODE_UNTRUSTED, EXIT_CODE_WRONG_USE, EXIT_CODE_NOT_VALID_THEN,
                                            EXIT_CODE_REVOKED, EXIT_CODE_UNCHECKED, EXIT_CODE_OK };
    const unsigned most = sizeof(order) / sizeof(order[0]);
    unsigned ret = 0;

    while (ret + 1 < most && order[ret] != answer->code)
        ret++;
    return answer->chain_checked ? most + ret : ret;
}

/** ANCHOR may be the authority that the path leads to. False: no more need be tried. */
static bool try_anchor(struct search *search, gnutls_x509_crt_t anchor)
{
    struct trust_answer *answer = malloc(sizeof(*answer));

    search->path.anchor = anchor;
    if (answer) {
        judge_path(search->trust, &search->path, search->at, answer);
        if (trust_answer_weight(answer) > trust_answer_weight(search->best) || !*search->best->reason)
            *search->best = *answer;
    }
    free(answer);
    return search->best->code != EXIT_CODE_OK;
}

static bool try_anchors(struct search *search)
{
    gnutls_x509_crt_t last = search->path.rows[search->path.count - 1], anchor;

    for (size_t i = 0; i < search->trust->anchor_count; i++)
        if (gnutls_x509_crt_check_issuer(last, search->trust->anchors[i]) && !try_anchor(search, search->trust->anchors[i]))
            return false;
    if (search->trust->anchors || gnutls_x509_trust_list_get_issuer(search->trust->list, last, &anchor, 0) < 0)
        return true;
    return try_anchor(search, anchor);
}

static bool path_has(const struct path *path, struct bytes der)
{
    for (unsigned i = 0; i < path->count; i++)
        if (bytes_equal(path->ders[i], der))
            return true;
    return false;
}

/** The certificate DER may have issued the last one of the path: by name, and by key identifiers where both have them. */
static gnutls_x509_crt_t issuer_new(const struct path *path, struct bytes der)
{
    gnutls_x509_crt_t ret;
    struct x509 last, is;

    if (path_has(path, der))
        return NULL;
    /* a look at the names is cheap, and a message may have very many certificates */
    if (x509_read(path->ders[path->count - 1], &last) == RESULT_OK && x509_read(der, &is) == RESULT_OK &&
        !bytes_equal(last.issuer, is.subject))
        return NULL;
    ret = certificate_new(der);
    if (!ret || gnutls_x509_crt_check_issuer(path->rows[path->count - 1], ret))
        return ret;
    gnutls_x509_crt_deinit(ret);
    return NULL;
}

static void path_push(struct path *path, gnutls_x509_crt_t certificate, struct bytes der)
{
    path->rows[path->count] = certificate;
    path->ders[path->count++] = der;
}

/**
 * Tries the ways on from the last certificate of the path, one after the other: an authority may have several certificates
 * (its own, a newer one, others' for it), and that one of them leads nowhere says nothing of the others.
 */
static bool climb(struct search *search)
{
    struct path *path = &search->path;
    bool go_on = try_anchors(search);

    for (size_t i = 0; go_on && path->count < PATH_MOST && i < search->others->count; i++) {
        gnutls_x509_crt_t issuer = issuer_new(path, search->others->rows[i]);

        if (!issuer)
            continue;
        path_push(path, issuer, search->others->rows[i]);
        go_on = ++search->steps < STEPS_MOST && climb(search);
        gnutls_x509_crt_deinit(path->rows[--path->count]);
    }
    return go_on;
}

void trust_judge(struct trust *trust, struct bytes certificate, const struct der_list *others, time_t at,
                 struct trust_answer *ret)
{
    struct search search = { .trust = trust, .others = others, .at = at, .best = ret };
    gnutls_x509_crt_t first = certificate_new(certificate);

    *ret = (struct trust_answer){ .code = EXIT_CODE_UNTRUSTED };
    if (first) {
        path_push(&search.path, first, certificate);
        (void)climb(&search);
        gnutls_x509_crt_deinit(first);
    }
    if (ret->code == EXIT_CODE_UNTRUSTED && !*ret->reason)
        answer_reason(ret, EXIT_CODE_UNTRUSTED, status_reason(0));
}
