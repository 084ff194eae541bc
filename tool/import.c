/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/import.h"

#include <stdlib.h>
#include <string.h>

#include "tool/certificate_store.h"
#include "tool/command.h"
#include "tool/describe.h"
#include "tool/officer.h"
#include "tool/printable.h"
#include "tool/prompt.h"
#include "tool/text.h"

/** The one certificate that is nobody's authority; NULL if there is none, or several. */
static const struct x509 *only_leaf(const struct certificates *certificates)
{
    const struct x509 *leaf = NULL;

    if (certificates->count == 1)
        return certificates->rows;
    for (size_t i = 0; i < certificates->count; i++) {
        if (certificates->rows[i].is_ca)
            continue;
        if (leaf)
            return NULL;
        leaf = &certificates->rows[i];
    }
    return leaf;
}

/** Everything about LEAF that can be said without a token. */
static enum exit_code check_leaf(const struct ui *ui, const struct import *import, const struct x509 *leaf)
{
    TRY_CODE(certificate_check_dates(ui, leaf));
    if (import->request.csr)
        TRY_CODE(certificate_check_request(ui, leaf, import->request.csr));
    return certificate_check_chain(ui, leaf, import->files, import->count);
}

static enum exit_code read_files(const struct ui *ui, const struct import_wish *wish, struct import *ret)
{
    ret->files = calloc(IMPORT_FILES_MAX, sizeof(*ret->files));
    if (!ret->files)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    TRY_CODE(certificates_read(ui, wish->file, &ret->files[0]));
    ret->count = 1;
    for (size_t i = 0; i < wish->chain.count; i++) {
        TRY_CODE(certificates_read(ui, wish->chain.values[i], &ret->files[ret->count]));
        ret->count++;
    }
    if (wish->request)
        TRY_CODE(request_read(ui, wish->request, &ret->request));
    return EXIT_CODE_OK;
}

enum exit_code import_open(const struct ui *ui, const struct import_wish *wish, struct import *ret)
{
    enum exit_code code;

    *ret = (struct import){ .count = 0 };
    code = read_files(ui, wish, ret);
    if (code == EXIT_CODE_OK) {
        ret->leaf = only_leaf(&ret->files[0]);
        if (ret->leaf)
            code = check_leaf(ui, ret, ret->leaf);
    }
    if (code == EXIT_CODE_OK && wish->save)
        code = file_begin(ui, wish->save, wish->force, &ret->writer);
    if (code != EXIT_CODE_OK)
        import_free(ret);
    return code;
}

void import_free(struct import *import)
{
    for (size_t i = 0; i < import->count; i++)
        certificates_free(&import->files[i]);
    free(import->files);
    request_free(&import->request);
    file_abandon(&import->writer);
    *import = (struct import){ .count = 0 };
}

static const struct key *key_of(const struct objects *objects, const struct x509 *certificate, bool as_officer)
{
    for (size_t i = 0; certificate->has_key && i < objects->key_count; i++)
        if ((objects->keys[i].private_key != CK_INVALID_HANDLE || as_officer) &&
            pubkey_equal(&objects->keys[i].public, &certificate->key))
            return &objects->keys[i];
    return NULL;
}

/** Finds the certificate of the file whose key is on the token. */
static enum exit_code match(const struct ui *ui, const struct objects *objects, bool as_officer, struct import *import,
                            const struct key **ret)
{
    const struct certificates *file = &import->files[0];
    char bearer[DESCRIBE_NAME_MAX];

    *ret = NULL;
    for (size_t i = 0; i < file->count && !*ret; i++) {
        *ret = key_of(objects, &file->rows[i], as_officer);
        if (*ret && import->leaf != &file->rows[i]) {
            import->leaf = &file->rows[i];
            TRY_CODE(check_leaf(ui, import, import->leaf));
        }
    }
    if (*ret)
        return EXIT_CODE_OK;
    describe_bearer((import->leaf ? import->leaf : file->rows)->subject, bearer, sizeof(bearer));
    return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Look whether it is the right token: the request was made with another key."),
                   _("the token has no key for the certificate of \"%s\""), bearer);
}

/** A certificate of KEY that is not LEAF; NULL if there is none. An import that was broken off can have left both. */
static const struct certificate *other_certificate(const struct objects *objects, const struct key *key,
                                                   const struct x509 *leaf)
{
    for (size_t i = 0; i < objects->certificate_count; i++) {
        const struct certificate *candidate = &objects->certificates[i];

        if (candidate->readable && candidate->x509.has_key && pubkey_equal(&candidate->x509.key, &key->public) &&
            !bytes_equal(bytes_make(candidate->der, candidate->size), leaf->der))
            return candidate;
    }
    return NULL;
}

/** Asks whether OLD, another certificate of the key, may be replaced. */
static enum exit_code ask_replace(const struct ui *ui, const struct certificate *old, bool force)
{
    char bearer[DESCRIBE_NAME_MAX], day[32], question[DESCRIBE_NAME_MAX + 256];

    if (!old)
        return EXIT_CODE_OK;
    snprintf(bearer, sizeof(bearer), "%s", old->label);
    snprintf(day, sizeof(day), "?");
    if (old->readable) {
        describe_bearer(old->x509.subject, bearer, sizeof(bearer));
        describe_date(&old->x509.not_after, day, sizeof(day));
    }
    snprintf(question, sizeof(question), _("The key has a certificate already, of \"%s\", until %s. Replace it?"), bearer, day);
    return prompt_confirm(ui, force, question);
}

static enum exit_code save(const struct ui *ui, struct import *import, bool finish)
{
    if (!import->writer.stream)
        return EXIT_CODE_OK;
    if (finish)
        return file_commit(ui, &import->writer);
    fwrite(import->leaf->der.data, 1, import->leaf->der.size, import->writer.stream);
    return file_flush(ui, &import->writer);
}

static const char *choose_label(const struct import_wish *wish, const struct key *key, const struct x509 *leaf, char *bearer)
{
    if (wish->label)
        return wish->label;
    if (*key->label)
        return key->label;
    describe_bearer(leaf->subject, bearer, DESCRIBE_NAME_MAX);
    return bearer;
}

static enum exit_code report(const struct ui *ui, struct session *session, const struct import_wish *wish,
                             const struct import *import, json_t **ret)
{
    SCOPED(objects_free) struct objects objects = { 0 };
    char bearer[DESCRIBE_NAME_MAX], day[32];

    TRY_CODE(objects_read(ui, session, &objects));
    describe_bearer(import->leaf->subject, bearer, sizeof(bearer));
    describe_date(&import->leaf->not_after, day, sizeof(day));
    ui_say(ui, _("The certificate of \"%s\", until %s, is on the token with its key."), bearer, day);
    if (wish->save)
        ui_say(ui, _("A copy is in \"%s\"."), wish->save);
    for (size_t i = 0; ret && i < objects.certificate_count; i++)
        if (bytes_equal(bytes_make(objects.certificates[i].der, objects.certificates[i].size), import->leaf->der))
            *ret = describe_certificate(&objects, &objects.certificates[i]);
    return EXIT_CODE_OK;
}

enum exit_code import_place(const struct ui *ui, struct session *session, const struct import_wish *wish,
                            struct import *import, json_t **ret)
{
    SCOPED(objects_free) struct objects objects = { 0 };
    const struct certificate *old;
    char bearer[DESCRIBE_NAME_MAX];
    const struct key *key;

    TRY_CODE(objects_read(ui, session, &objects));
    TRY_CODE(match(ui, &objects, session->as_officer, import, &key));
    old = other_certificate(&objects, key, import->leaf);
    if (!old && certificate_is_stored(session, import->leaf->der, key))
        ui_say(ui, "%s", _("This certificate is on the token already."));
    TRY_CODE(ask_replace(ui, old, wish->force));
    TRY_CODE(save(ui, import, false));
    TRY_CODE(certificate_store(ui, session, import->leaf, key, choose_label(wish, key, import->leaf, bearer), old));
    TRY_CODE(save(ui, import, true));
    return report(ui, session, wish, import, ret);
}

/** Who logs in: where the PIN gives no right to write, whoever administers the token. */
struct import_login {
    bool as_officer;
    struct officer officer;
};

static enum exit_code log_in(const struct ui *ui, const struct common *common, struct import_login *login,
                             struct session *session)
{
    SCOPED(officer_close) struct officer officer = login->officer;

    if (!login->as_officer)
        return session_login(ui, session, common, CKU_USER, false);
    TRY_CODE(officer_open(ui, common, &officer));
    return session_login_from(ui, session, officer_source(&officer), CKU_SO, false);
}

static enum exit_code import_file(struct ui *ui, const struct common *common, const struct import_wish *wish,
                                  struct import_login *login)
{
    SCOPED(client_close) struct client client = { 0 };
    SCOPED(session_close) struct session session = { 0 };
    SCOPED(import_free) struct import import = { .count = 0 };
    struct token token;
    json_t *json = NULL;

    TRY_CODE(import_open(ui, wish, &import));
    TRY_CODE(client_open(ui, common, &client));
    TRY_CODE(client_token(ui, &client, common, false, &token));
    TRY_CODE(session_open(ui, &client, &token, true, &session));
    TRY_CODE(log_in(ui, common, login, &session));
    TRY_CODE(import_place(ui, &session, wish, &import, &json));
    ui_say(ui, "%s", _("Next: \"ecp test\" signs something with it and looks whether that is right."));
    ui_result(ui, json_pack("{s:o, s:o, s:o?}", "token", describe_token(&token), "certificate",
                            json ? json : json_null(), "saved", printable_json(wish->save)));
    return EXIT_CODE_OK;
}

enum exit_code import_run(struct ui *ui, int argc, char **argv)
{
    struct import_wish wish = { .file = NULL };
    struct import_login login = { .officer = OFFICER_NONE };
    const struct option_row rows[] = {
        { "request", N_("FILE"), N_("the request that it answers: key and name are compared"), OPTION_TEXT, &wish.request },
        { "chain", N_("FILE"), N_("certificates of the authorities, to check its signature; may be given again"), OPTION_LIST,
          &wish.chain },
        { "save", N_("FILE.cer"), N_("keep a copy there"), OPTION_TEXT, &wish.save },
        { "label", N_("TEXT"), N_("what to call it (as the key is called)"), OPTION_TEXT, &wish.label },
        { "force", NULL, N_("replace the key's certificate and the copy without a question"), OPTION_FLAG, &wish.force },
        { "so", NULL, N_("log in with the management key or the security officer's PIN"), OPTION_FLAG, &login.as_officer },
        OFFICER_ROWS(login.officer),
    };
    const struct usage usage = {
        .operands = N_("FILE"), .least = 1, .most = 1,
        .description = N_("Puts a certificate on the token, beside its key: .cer, .crt, .pem, or .p7b with its chain. One "
                          "that does not fit is refused, with the reason."),
        .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]), .groups = OPTIONS_TOKEN | OPTIONS_PIN,
    };
    struct common common;
    int first;

    OPTIONS_READ(ui, &usage, &common, argc, argv, &first);
    wish.file = argv[first];
    TRY_CODE(label_check(ui, wish.label));
    return import_file(ui, &common, &wish, &login);
}
