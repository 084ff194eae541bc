/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/command.h"
#include "tool/describe.h"
#include "tool/losses.h"
#include "tool/officer.h"
#include "tool/prompt.h"
#include "tool/rv_text.h"
#include "tool/text.h"

/** What the person asked for, and what one run works on. */
struct deletion {
    const struct ui *ui;
    struct common common;
    const char *name;       /**< of the key or certificate */
    bool with_certificates; /**< of the key */
    bool as_officer;
    struct officer officer;
    struct client client;
    struct session session;
    struct objects objects;
};

static void deletion_free(struct deletion *deletion)
{
    objects_free(&deletion->objects);
    session_close(&deletion->session);
    client_close(&deletion->client);
    officer_close(&deletion->officer);
}

static enum exit_code begin(struct deletion *run)
{
    struct token token;

    TRY_CODE(client_open(run->ui, &run->common, &run->client));
    TRY_CODE(client_token(run->ui, &run->client, &run->common, false, &token));
    TRY_CODE(session_open(run->ui, &run->client, &token, true, &run->session));
    TRY_CODE(officer_open(run->ui, &run->common, &run->officer));
    TRY_CODE(session_login_from(run->ui, &run->session, run->as_officer ? officer_source(&run->officer) : &run->officer.shared,
                                run->as_officer ? CKU_SO : CKU_USER, false));
    return objects_read(run->ui, &run->session, &run->objects);
}

static enum exit_code destroy(const struct deletion *run, CK_OBJECT_HANDLE object, bool half, const char *step)
{
    CK_RV rv = run->client.p11->C_DestroyObject(run->session.handle, object);

    /* where both halves are one thing on the card, the other one is gone by now */
    if (rv == CKR_OK || (half && rv == CKR_OBJECT_HANDLE_INVALID))
        return EXIT_CODE_OK;
    if (rv == CKR_USER_NOT_LOGGED_IN)
        return ui_fail(run->ui, EXIT_CODE_FAILED, _("--so logs in with the management key or the security officer's PIN."),
                       _("%s failed: this token's PIN gives no right to delete (%s)"), step, "CKR_USER_NOT_LOGGED_IN");
    return rv_fail(run->ui, rv, step);
}

static enum exit_code delete_certificate(struct deletion *run)
{
    const struct certificate *certificate;

    TRY_CODE(begin(run));
    TRY_CODE(objects_find_certificate(run->ui, &run->objects, run->name, &certificate));
    ui_note(run->ui, _("This would be deleted from the token \"%s\":"), run->session.token.label);
    losses_show_certificate(run->ui, certificate);
    if (objects_key_of(&run->objects, certificate))
        ui_note(run->ui, "%s", _("Its key stays. A copy made with \"ecp export\" can be imported again."));
    TRY_CODE(prompt_confirm(run->ui, run->common.yes, _("Delete the certificate?")));
    TRY_CODE(destroy(run, certificate->handle, false, _("deleting the certificate")));
    ui_say(run->ui, "%s", _("The certificate is deleted."));
    ui_result(run->ui, json_pack("{s:o, s:o}", "token", describe_token(&run->session.token), "deleted",
                                 describe_certificate(&run->objects, certificate)));
    return EXIT_CODE_OK;
}

/** The certificates that --with-certificate names: each of KEY's is shown to the person. Returns how many there are. */
static size_t show_certificates_of(const struct deletion *run, const struct key *key)
{
    size_t count = 0;

    for (size_t i = 0; run->with_certificates && i < run->objects.certificate_count; i++) {
        if (objects_key_of(&run->objects, &run->objects.certificates[i]) != key)
            continue;
        losses_show_certificate(run->ui, &run->objects.certificates[i]);
        count++;
    }
    return count;
}

/** Deletes them. LIST gets what JSON says of each that is gone. */
static enum exit_code delete_certificates_of(const struct deletion *run, const struct key *key, json_t *list)
{
    for (size_t i = 0; run->with_certificates && i < run->objects.certificate_count; i++) {
        const struct certificate *certificate = &run->objects.certificates[i];

        if (objects_key_of(&run->objects, certificate) != key)
            continue;
        TRY_CODE(destroy(run, certificate->handle, false, _("deleting the certificate")));
        json_array_append_new(list, describe_certificate(&run->objects, certificate));
    }
    return EXIT_CODE_OK;
}

static enum exit_code destroy_pair(const struct deletion *run, const struct key *key)
{
    if (key->private_key != CK_INVALID_HANDLE)
        TRY_CODE(destroy(run, key->private_key, false, _("deleting the key")));
    if (key->public_key != CK_INVALID_HANDLE)
        TRY_CODE(destroy(run, key->public_key, true, _("deleting the public key")));
    return EXIT_CODE_OK;
}

static enum exit_code delete_key(struct deletion *run)
{
    const struct key *key;
    enum exit_code code;
    json_t *certificates;
    size_t count;

    TRY_CODE(begin(run));
    TRY_CODE(objects_find_key(run->ui, &run->objects, run->name, NULL, &key));
    if (run->session.as_officer && key->private_key == CK_INVALID_HANDLE)
        return ui_fail(run->ui, EXIT_CODE_FAILED, _("Leave --so out."),
                       _("this token does not show private keys to the security officer; nothing was deleted"));
    ui_note(run->ui, _("This would be deleted from the token \"%s\", for ever; there is no copy anywhere:"),
            run->session.token.label);
    losses_show_key(run->ui, &run->objects, key);
    count = show_certificates_of(run, key);
    ui_note(run->ui, "%s", _("Nothing can be signed with it or decrypted for it any more."));
    TRY_CODE(prompt_confirm(run->ui, run->common.yes, count ? _("Delete the key and its certificates?") : _("Delete the key?")));
    /* the key first: a certificate that is left over does no harm */
    TRY_CODE(destroy_pair(run, key));
    certificates = json_array();
    code = delete_certificates_of(run, key, certificates);
    if (code != EXIT_CODE_OK) {
        json_decref(certificates);
        return code;
    }
    ui_say(run->ui, "%s", count ? _("The key and its certificates are deleted.") : _("The key is deleted."));
    ui_result(run->ui, json_pack("{s:o, s:o, s:o}", "token", describe_token(&run->session.token), "deleted",
                                 describe_key(&run->objects, key), "deleted_certificates", certificates));
    return EXIT_CODE_OK;
}

enum exit_code cert_delete_run(struct ui *ui, int argc, char **argv)
{
    SCOPED(deletion_free) struct deletion run = { .ui = ui, .officer = OFFICER_NONE };
    const struct option_row rows[] = {
        { "certificate", N_("NAME"), N_("which one: PKCS#11 URI, label or id"), OPTION_TEXT, &run.name },
        { "so", NULL, N_("log in with the management key or the security officer's PIN"), OPTION_FLAG, &run.as_officer },
        OFFICER_ROWS(run.officer),
    };
    const struct usage usage = {
        .description = N_("Deletes a certificate from the token, after a question that names it. Its key stays."),
        .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]), .groups = OPTIONS_TOKEN | OPTIONS_PIN | OPTIONS_YES,
    };
    int first;

    OPTIONS_READ(ui, &usage, &run.common, argc, argv, &first);
    return delete_certificate(&run);
}

enum exit_code key_delete_run(struct ui *ui, int argc, char **argv)
{
    SCOPED(deletion_free) struct deletion run = { .ui = ui, .officer = OFFICER_NONE };
    const struct option_row rows[] = {
        { "key", N_("NAME"), N_("which one: PKCS#11 URI, label or id"), OPTION_TEXT, &run.name },
        { "with-certificate", NULL, N_("delete its certificates, too"), OPTION_FLAG, &run.with_certificates },
        { "so", NULL, N_("log in with the management key or the security officer's PIN"), OPTION_FLAG, &run.as_officer },
        OFFICER_ROWS(run.officer),
    };
    const struct usage usage = {
        .description = N_("Deletes a key pair from the token, for ever, after a question that names it."),
        .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]), .groups = OPTIONS_TOKEN | OPTIONS_PIN | OPTIONS_YES,
    };
    int first;

    OPTIONS_READ(ui, &usage, &run.common, argc, argv, &first);
    return delete_key(&run);
}
