/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* CMP by OpenSSL's client. It has a library context of its own, and nothing of OpenSSL's configuration is read. */
#include <stdlib.h>
#include <string.h>

#include <openssl/cmp.h>
#include <openssl/err.h>
#include <openssl/http.h>

#include "tool/authority.h"
#include "tool/printable.h"
#include "tool/text.h"

/** Seconds for one exchange, and for everything. */
#define MESSAGE_SECONDS 60
#define ALL_SECONDS 300

/** The most bytes of an answer. */
#define ANSWER_MAX (256u << 10)

/** Everything that has to be freed. */
struct talk {
    OSSL_LIB_CTX *library;
    OSSL_CMP_CTX *cmp;
    X509_REQ *request;
    char *host, *port, *path;
};

static void talk_end(struct talk *talk)
{
    OPENSSL_free(talk->host);
    OPENSSL_free(talk->port);
    OPENSSL_free(talk->path);
    X509_REQ_free(talk->request);
    OSSL_CMP_CTX_free(talk->cmp);
    OSSL_LIB_CTX_free(talk->library);
    ERR_clear_error();
}

/** What OpenSSL would log is told by one sentence at the end. */
static int be_quiet(const char *function, const char *file, int line, OSSL_CMP_severity level, const char *text)
{
    (void)function;
    (void)file;
    (void)line;
    (void)level;
    (void)text;
    return 1;
}

/** Refuses a certificate for another key while the authority still waits for the confirmation. */
static int check_key(OSSL_CMP_CTX *ctx, X509 *certificate, int failure, const char **text)
{
    X509_REQ *request = OSSL_CMP_CTX_get_certConf_cb_arg(ctx);
    unsigned char *is = NULL, *wanted = NULL;
    int is_size = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &is);
    int wanted_size = i2d_X509_PUBKEY(X509_REQ_get_X509_PUBKEY(request), &wanted);
    bool same = is_size > 0 && is_size == wanted_size && memcmp(is, wanted, (size_t)is_size) == 0;

    OPENSSL_free(is);
    OPENSSL_free(wanted);
    if (same)
        return failure;
    *text = "the certificate is for another key";
    return 1 << OSSL_CMP_PKIFAILUREINFO_incorrectData;
}

static enum exit_code tell_memory(const struct ui *ui)
{
    return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
}

/** Whether somebody listens: OpenSSL's client would try again and again until its time is over. */
static bool is_reachable(const struct talk *talk)
{
    BIO *bio = OSSL_HTTP_adapt_proxy(NULL, NULL, talk->host, 0) ? NULL : BIO_new(BIO_s_connect());
    bool reached = true;

    if (bio) {
        BIO_set_conn_hostname(bio, talk->host);
        BIO_set_conn_port(bio, talk->port);
        reached = BIO_do_connect(bio) == 1;
    }
    BIO_free_all(bio);
    return reached;
}

static enum exit_code set_address(const struct ui *ui, struct talk *talk, const char *url)
{
    int port = 0, tls = 0;

    if (!OSSL_HTTP_parse_url(url, &tls, NULL, &talk->host, &talk->port, &port, &talk->path, NULL, NULL))
        return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("\"%s\" is no address"), url);
    if (OSSL_CMP_CTX_set1_server(talk->cmp, talk->host) && OSSL_CMP_CTX_set_serverPort(talk->cmp, port) &&
        OSSL_CMP_CTX_set1_serverPath(talk->cmp, talk->path + (*talk->path == '/')))
        return EXIT_CODE_OK;
    return tell_memory(ui);
}

static enum exit_code set_trusted(const struct ui *ui, const struct talk *talk, const char *path)
{
    X509_STORE *store;

    if (!path)
        return EXIT_CODE_OK;
    store = X509_STORE_new();
    if (store && X509_STORE_load_file_ex(store, path, talk->library, NULL) && OSSL_CMP_CTX_set0_trustedStore(talk->cmp, store))
        return EXIT_CODE_OK;
    X509_STORE_free(store);
    return ui_fail(ui, EXIT_CODE_BAD_INPUT, NULL, _("there is no certificate in \"%s\" (PEM is wanted)"), path);
}

static enum exit_code set_protection(const struct ui *ui, const struct talk *talk, const struct authority *authority,
                                     const struct secret *secret)
{
    struct bytes user = bytes_text(authority->user), value = secret_bytes(secret);

    if (!secret)
        return OSSL_CMP_CTX_set_option(talk->cmp, OSSL_CMP_OPT_UNPROTECTED_SEND, 1) ? EXIT_CODE_OK : tell_memory(ui);
    if (OSSL_CMP_CTX_set1_referenceValue(talk->cmp, user.data, (int)user.size) &&
        OSSL_CMP_CTX_set1_secretValue(talk->cmp, value.data, (int)value.size))
        return EXIT_CODE_OK;
    return tell_memory(ui);
}

static enum exit_code set_recipient(const struct ui *ui, const struct talk *talk, const char *text)
{
    X509_NAME *name = NULL;
    char *copy, *part, *rest = NULL;
    bool good = true;

    if (!text)
        return EXIT_CODE_OK;
    copy = strdup(text);
    name = X509_NAME_new();
    if (!copy || !name)
        good = false;
    for (part = good ? strtok_r(copy, "/", &rest) : NULL; part && good; part = strtok_r(NULL, "/", &rest)) {
        char *value = strchr(part, '=');

        if (value)
            *value++ = '\0';
        good = value && X509_NAME_add_entry_by_txt(name, part, MBSTRING_UTF8, (unsigned char *)value, -1, -1, 0);
    }
    good = good && OSSL_CMP_CTX_set1_recipient(talk->cmp, name);
    X509_NAME_free(name);
    free(copy);
    return good ? EXIT_CODE_OK
                : ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--recipient takes a name as /O=Example/CN=CA, not \"%s\""), text);
}

static enum exit_code set_request(const struct ui *ui, struct talk *talk, struct bytes request)
{
    const unsigned char *at = request.data;

    talk->request = X509_REQ_new_ex(talk->library, NULL);
    if (talk->request && d2i_X509_REQ(&talk->request, &at, (long)request.size) &&
        OSSL_CMP_CTX_set1_p10CSR(talk->cmp, talk->request) && OSSL_CMP_CTX_set_certConf_cb(talk->cmp, check_key) &&
        OSSL_CMP_CTX_set_certConf_cb_arg(talk->cmp, talk->request) &&
        OSSL_CMP_CTX_set1_subjectName(talk->cmp, X509_REQ_get_subject_name(talk->request)))
        return EXIT_CODE_OK;
    return ui_fail(ui, EXIT_CODE_UNSUPPORTED, NULL, _("OpenSSL does not understand this request"));
}

static enum exit_code begin(const struct ui *ui, const struct authority *authority, const struct secret *secret,
                            struct bytes request, struct talk *talk)
{
    talk->library = OSSL_LIB_CTX_new();
    talk->cmp = talk->library ? OSSL_CMP_CTX_new(talk->library, NULL) : NULL;
    if (!talk->cmp || !OSSL_CMP_CTX_set_log_cb(talk->cmp, be_quiet) ||
        !OSSL_CMP_CTX_set_option(talk->cmp, OSSL_CMP_OPT_MSG_TIMEOUT, MESSAGE_SECONDS) ||
        !OSSL_CMP_CTX_set_option(talk->cmp, OSSL_CMP_OPT_TOTAL_TIMEOUT, ALL_SECONDS))
        return tell_memory(ui);
    TRY_CODE(set_address(ui, talk, authority->cmp));
    TRY_CODE(set_trusted(ui, talk, authority->trusted));
    TRY_CODE(set_protection(ui, talk, authority, secret));
    TRY_CODE(set_recipient(ui, talk, authority->recipient));
    return set_request(ui, talk, request);
}

static enum exit_code tell_refused(const struct ui *ui, const struct talk *talk)
{
    unsigned long error = ERR_peek_last_error();
    const char *reason = ERR_reason_error_string(error);
    char status[512];

    ui_progress_end(ui);
    if (OSSL_CMP_CTX_get_status(talk->cmp) > OSSL_CMP_PKISTATUS_grantedWithMods &&
        OSSL_CMP_CTX_snprint_PKIStatus(talk->cmp, status, sizeof(status))) {
        printable_copy(status, bytes_text(status));
        return ui_fail(ui, EXIT_CODE_AUTHORITY, _("Nothing was written. Ask the certification authority why."),
                       _("the certification authority refused: %s"), status);
    }
    return ui_fail(ui, EXIT_CODE_AUTHORITY, _("Nothing was written. Check the address, the secret and the trusted file."),
                   _("the certification authority gave no answer that can be used: %s"), reason ? reason : "?");
}

static bool add_certificate(X509 *certificate, struct file *ret)
{
    unsigned char *der = NULL;
    int size = i2d_X509(certificate, &der);
    bool fits = size > 0 && ret->size + (size_t)size <= ANSWER_MAX;

    if (fits) {
        memcpy(ret->data + ret->size, der, (size_t)size);
        ret->size += (size_t)size;
    }
    OPENSSL_free(der);
    return fits;
}

/** The certificate, and those that came along. */
static enum exit_code take(const struct ui *ui, const struct talk *talk, X509 *certificate, struct file *ret)
{
    STACK_OF(X509) *others = OSSL_CMP_CTX_get1_extraCertsIn(talk->cmp);
    bool good;

    *ret = (struct file){ .data = malloc(ANSWER_MAX) };
    good = ret->data && add_certificate(certificate, ret);
    for (int i = 0; good && i < sk_X509_num(others); i++)
        good = add_certificate(sk_X509_value(others, i), ret);
    sk_X509_pop_free(others, X509_free);
    return good ? EXIT_CODE_OK : tell_memory(ui);
}

enum exit_code cmp_enroll(const struct ui *ui, const struct authority *authority, const struct secret *secret,
                          struct bytes request, struct file *ret)
{
    SCOPED(talk_end) struct talk talk = { .library = NULL };
    X509 *certificate;

    TRY_CODE(begin(ui, authority, secret, request, &talk));
    if (!is_reachable(&talk)) {
        ui_progress_end(ui);
        return ui_fail(ui, EXIT_CODE_AUTHORITY, _("Nothing was written. Check the address, and try again later."),
                       _("the certification authority cannot be reached: %s"), authority->cmp);
    }
    certificate = OSSL_CMP_exec_certreq(talk.cmp, OSSL_CMP_P10CR, NULL);
    return certificate ? take(ui, &talk, certificate, ret) : tell_refused(ui, &talk);
}
