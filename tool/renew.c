/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/renew.h"

#include <stdlib.h>
#include <string.h>

#include "tool/authority.h"
#include "tool/command.h"
#include "tool/describe.h"
#include "tool/key_template.h"
#include "tool/printable.h"
#include "tool/prompt.h"
#include "tool/text.h"

/** What the command line says. */
struct wish {
    const char *which, *key, *algorithm, *label, *out, *wrapped, *answer;
    bool der, force;
    struct authority authority;
    struct import_wish import;
};

/** A renewal on its way. OLD and OLD_KEY are of OBJECTS. */
struct work {
    const struct ui *ui;
    const struct common *common;
    const struct wish *wish;
    struct client client;
    struct session session;
    struct objects objects;
    const struct certificate *old;
    const struct key *old_key;
    char new_id[2 * OBJECTS_ID_MAX + 1];
    struct request request;
    struct file_writer out, wrapped, answer;
};

static void work_free(struct work *work)
{
    file_abandon(&work->out);
    file_abandon(&work->wrapped);
    file_abandon(&work->answer);
    request_free(&work->request);
    objects_free(&work->objects);
    session_close(&work->session);
    client_close(&work->client);
}

static enum exit_code log_in(struct work *work)
{
    struct token token;

    TRY_CODE(client_open(work->ui, work->common, &work->client));
    TRY_CODE(client_token(work->ui, &work->client, work->common, false, &token));
    TRY_CODE(session_open(work->ui, &work->client, &token, true, &work->session));
    return session_login(work->ui, &work->session, work->common, CKU_USER, false);
}

/** The certificate that was named, or the only one with a key. */
static enum exit_code find_old(struct work *work)
{
    size_t matches = 0;

    if (work->wish->which) {
        TRY_CODE(objects_find_certificate(work->ui, &work->objects, work->wish->which, &work->old));
        matches = 1;
    }
    for (size_t i = 0; !work->wish->which && i < work->objects.certificate_count; i++) {
        if (!objects_key_of(&work->objects, &work->objects.certificates[i]))
            continue;
        work->old = &work->objects.certificates[i];
        matches++;
    }
    if (matches > 1)
        return ui_fail(work->ui, EXIT_CODE_NOT_FOUND, _("Name one with --certificate; \"ecp status\" lists them."),
                       _("there are several certificates that fit"));
    work->old_key = work->old ? objects_key_of(&work->objects, work->old) : NULL;
    if (work->old_key)
        return EXIT_CODE_OK;
    return ui_fail(work->ui, EXIT_CODE_NOT_FOUND, _("\"ecp request\" asks for a first one."),
                   _("there is no certificate with its key on the token that could be renewed"));
}

/** The new key as the old one is: its algorithm and its parameter set. */
static enum exit_code make_template(const struct work *work, char *algorithm, size_t size, struct key_template *ret)
{
    const char *label = work->wish->label ? work->wish->label : *work->old_key->label ? work->old_key->label : NULL;
    char *set;

    if (work->wish->algorithm)
        snprintf(algorithm, size, "%s", work->wish->algorithm);
    else
        key_algorithm(&work->old_key->public, algorithm, size);
    set = strchr(algorithm, ' ');
    if (set)
        *set++ = '\0';
    return key_template_make(work->ui, algorithm, set, label, NULL, ret);
}

static enum exit_code make_key(struct work *work, CK_OBJECT_HANDLE *ret)
{
    char algorithm[64], bearer[DESCRIBE_NAME_MAX], question[DESCRIBE_NAME_MAX + 256];
    struct key_template template;

    TRY_CODE(make_template(work, algorithm, sizeof(algorithm), &template));
    describe_bearer(work->old->x509.subject, bearer, sizeof(bearer));
    snprintf(question, sizeof(question),
             _("A new key (%s) will be made for \"%s\". The old key and its certificate stay as they are. Go on?"), algorithm,
             bearer);
    TRY_CODE(prompt_confirm(work->ui, work->common->yes || work->ui->json, question));
    TRY_CODE(key_template_generate(work->ui, &work->session, &template));
    *ret = template.private_key;
    return EXIT_CODE_OK;
}

static const struct key *key_with(const struct objects *objects, CK_OBJECT_HANDLE private_key)
{
    for (size_t i = 0; i < objects->key_count; i++)
        if (objects->keys[i].private_key == private_key)
            return &objects->keys[i];
    return NULL;
}

static void memory_free(uint8_t **memory)
{
    free(*memory);
}

/** The request of KEY for the old subject, into its file, and with the old key's signature around it if that is wanted. */
static enum exit_code make_request(struct work *work, const struct key *key)
{
    SCOPED(memory_free) uint8_t *memory = malloc(REQUEST_EXTENSIONS_MAX);
    struct buf extensions = buf_make(memory, memory ? REQUEST_EXTENSIONS_MAX : 0);

    if (renew_extensions(&work->old->x509, &extensions) != RESULT_OK)
        return ui_fail(work->ui, EXIT_CODE_BAD_INPUT, NULL, _("the extensions of the certificate cannot be written"));
    TRY_CODE(request_make(work->ui, &work->session, work->common, key, work->old->x509.subject, buf_bytes(&extensions),
                          &work->request));
    if (work->wish->wrapped)
        TRY_CODE(renew_wrap(work->ui, &work->session, work->common, work->old_key, work->old, work->request.der,
                            &work->wrapped));
    TRY_CODE(request_write(work->ui, &work->request, work->wish->der, &work->out));
    return work->wish->wrapped ? file_commit(work->ui, &work->wrapped) : EXIT_CODE_OK;
}

/** The new key: the one that was named, or one that is made now; and the request for it. */
static enum exit_code prepare(struct work *work)
{
    SCOPED(objects_free) struct objects objects = { 0 };
    CK_OBJECT_HANDLE made = CK_INVALID_HANDLE;
    const struct key *key = NULL;

    if (work->wish->key) {
        TRY_CODE(objects_find_key(work->ui, &work->objects, work->wish->key, NULL, &key));
        id_text(key->id, key->id_size, work->new_id, sizeof(work->new_id));
        return make_request(work, key);
    }
    TRY_CODE(make_key(work, &made));
    TRY_CODE(objects_read(work->ui, &work->session, &objects));
    key = key_with(&objects, made);
    if (!key)
        return ui_fail(work->ui, EXIT_CODE_FAILED, _("\"ecp status\" shows what is on the token."),
                       _("the token made a key and does not show it"));
    id_text(key->id, key->id_size, work->new_id, sizeof(work->new_id));
    return make_request(work, key);
}

static const char *answer_path(const struct wish *wish)
{
    return wish->import.save ? wish->import.save : "certificate.cer";
}

/** The certificate of the authority's answer is kept as a file first: whatever happens then, it is not lost. */
static enum exit_code fetch(struct work *work)
{
    SCOPED(certificates_free) struct certificates certificates = { 0 };
    const struct x509 *leaf = NULL;

    TRY_CODE(authority_ask(work->ui, &work->wish->authority, &work->request, &certificates, &leaf));
    fwrite(leaf->der.data, 1, leaf->der.size, work->answer.stream);
    TRY_CODE(file_commit(work->ui, &work->answer));
    return certificate_check_kept(work->ui, leaf, work->request.csr, answer_path(work->wish));
}

static enum exit_code finish(struct work *work, const struct import_wish *wish)
{
    SCOPED(import_free) struct import import = { .count = 0 };
    json_t *json = NULL, *removed;
    enum exit_code code;

    TRY_CODE(import_open(work->ui, wish, &import));
    if (!work->session.client)
        TRY_CODE(log_in(work));
    TRY_CODE(import_place(work->ui, &work->session, wish, &import, &json));
    removed = json_array();
    code = renew_remove_old(work->ui, &work->session, import.leaf->der,
                            work->old ? bytes_make(work->old->der, work->old->size) : BYTES_NONE, work->common->yes, &removed);
    if (code == EXIT_CODE_OK)
        ui_result(work->ui, json_pack("{s:O?, s:O}", "certificate", json, "removed", removed));
    json_decref(json);
    json_decref(removed);
    return code;
}

static enum exit_code report(const struct work *work)
{
    const struct wish *wish = work->wish;

    ui_say(work->ui, _("The request is in \"%s\"."), wish->out);
    if (wish->wrapped)
        ui_say(work->ui, _("Signed with the old key it is in \"%s\"."), wish->wrapped);
    ui_say(work->ui, "%s", _("Next: send it to the certification authority; \"ecp renew --answer FILE\" puts its certificate on "
                             "the token."));
    ui_result(work->ui, json_pack("{s:o, s:o?, s:s, s:o}", "request_file", printable_json(wish->out), "signed_file",
                                  printable_json(wish->wrapped), "key_id",
                                  work->new_id, "old_certificate", describe_certificate(&work->objects, work->old)));
    return EXIT_CODE_OK;
}

static enum exit_code renew(struct work *work)
{
    const struct wish *wish = work->wish;
    bool online = wish->authority.cmp || wish->authority.est;
    struct import_wish import = { .file = answer_path(wish), .chain = wish->import.chain, .force = wish->force };
    enum exit_code code;

    TRY_CODE(authority_check(work->ui, &wish->authority));
    TRY_CODE(file_begin(work->ui, wish->out, wish->force, &work->out));
    if (wish->wrapped)
        TRY_CODE(file_begin(work->ui, wish->wrapped, wish->force, &work->wrapped));
    if (online)
        TRY_CODE(file_begin(work->ui, answer_path(wish), wish->force, &work->answer));
    TRY_CODE(log_in(work));
    TRY_CODE(objects_read(work->ui, &work->session, &work->objects));
    TRY_CODE(find_old(work));
    code = prepare(work);
    if (code == EXIT_CODE_OK && online)
        code = fetch(work);
    if (code != EXIT_CODE_OK && *work->new_id)
        ui_note(work->ui, _("The new key stays on the token: \"ecp renew --key %s\" goes on with it."), work->new_id);
    TRY_CODE(code);
    return online ? finish(work, &import) : report(work);
}

enum exit_code renew_run(struct ui *ui, int argc, char **argv)
{
    struct wish wish = { .out = "renewal.csr", .import = { .save = NULL } };
    struct option_row rows[AUTHORITY_ROWS + 11] = {
        { "certificate", N_("CERTIFICATE"), N_("which one: PKCS#11 URI, label or id"), OPTION_TEXT, &wish.which },
        { "key", N_("KEY"), N_("a new key that is on the token already"), OPTION_TEXT, &wish.key },
        { "algorithm", N_("NAME"), N_("of the new key (as the old one)"), OPTION_TEXT, &wish.algorithm },
        { "label", N_("TEXT"), N_("what to call the new key (as the old one)"), OPTION_TEXT, &wish.label },
        { "out", N_("FILE"), N_("where the request goes (renewal.csr)"), OPTION_TEXT, &wish.out },
        { "der", NULL, N_("write DER, not PEM"), OPTION_FLAG, &wish.der },
        { "signed", N_("FILE"), N_("write the request also inside a CMS message that the old key signs"), OPTION_TEXT,
          &wish.wrapped },
        { "answer", N_("FILE"), N_("the authority's certificate: put it on the token and end the renewal"), OPTION_TEXT,
          &wish.answer },
        { "chain", N_("FILE"), N_("certificates of the authorities, to check its signature; may be given again"), OPTION_LIST,
          &wish.import.chain },
        { "save", N_("FILE.cer"), N_("keep a copy there (with --cmp and --est: certificate.cer)"), OPTION_TEXT,
          &wish.import.save },
        { "force", NULL, N_("replace files that exist"), OPTION_FLAG, &wish.force },
    };
    const struct usage usage = {
        .description = N_("Makes the next key and a request for the same name, in time before a certificate ends. The old "
                          "certificate stays until the new one is in place."),
        .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]), .groups = OPTIONS_TOKEN | OPTIONS_PIN | OPTIONS_YES,
    };
    struct common common;
    SCOPED(work_free) struct work work = { .ui = ui, .common = &common, .wish = &wish };
    int first;

    authority_rows(&wish.authority, rows + 11);
    OPTIONS_READ(ui, &usage, &common, argc, argv, &first);
    if (!wish.answer)
        return renew(&work);
    wish.import.file = wish.answer;
    wish.import.force = wish.force;
    return finish(&work, &wish.import);
}
