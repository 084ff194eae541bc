/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "tool/command.h"
#include "tool/describe.h"
#include "tool/printable.h"
#include "tool/profile.h"
#include "tool/prompt.h"
#include "tool/request_make.h"
#include "tool/request_values.h"
#include "tool/table.h"
#include "tool/text.h"

/** What the command line says. */
struct wish {
    const char *key, *out;
    bool der, force;
    long identification;
    struct request_values values;
};

/** A request on its way. */
struct work {
    const struct ui *ui;
    const struct common *common;
    const struct wish *wish;
    const struct profile *profile;
    struct request_given given;
    struct session session;
    const struct key *key;
};

static void work_free(struct work *work)
{
    session_close(&work->session);
    request_given_free(&work->given);
}

static bool has_no_certificate(const struct objects *objects, const struct key *key)
{
    return key->signs && key->private_key != CK_INVALID_HANDLE && !objects_certificate_of(objects, key);
}

static bool signs(const struct objects *objects, const struct key *key)
{
    (void)objects;
    return key->signs && key->private_key != CK_INVALID_HANDLE;
}

/** Keys without a certificate are what requests are made for; if each has one, any. */
static enum exit_code choose_key(struct work *work, const struct objects *objects)
{
    bool new_ones = false;

    for (size_t i = 0; i < objects->key_count; i++)
        new_ones = new_ones || has_no_certificate(objects, &objects->keys[i]);
    return objects_find_key(work->ui, objects, work->wish->key,
                            work->wish->key ? NULL : new_ones ? has_no_certificate : signs, &work->key);
}

/** What is said before a PIN is asked for: everything about the person. */
static enum exit_code read_values(struct work *work)
{
    const char *name = work->wish->values.profile;

    TRY_CODE(request_values_read(work->ui, &work->wish->values, &work->given));
    name = work->given.profile ? work->given.profile : "person";
    work->profile = profile_find(name);
    if (!work->profile)
        return ui_fail(work->ui, EXIT_CODE_USAGE, NULL, _("there is no profile \"%s\"; there are: %s"), name, profile_names());
    return profile_complete(work->ui, work->profile, !work->common->yes && !work->common->json, &work->given.subject);
}

static void show_wanted(const struct work *work)
{
    SCOPED(table_free) struct table table = { 0 };
    char algorithm[64];

    key_algorithm(&work->key->public, algorithm, sizeof(algorithm));
    ui_say(work->ui, _("A certificate for %s will be asked for:"), gettext(work->profile->words));
    table_add(&table, _("what"), _("value"), NULL);
    for (size_t i = 0; i < SUBJECT_FIELDS; i++)
        if (work->given.subject.values[i])
            table_add(&table, gettext(subject_row((enum subject_field)i)->words), work->given.subject.values[i], NULL);
    table_add(&table, _("Key"), algorithm, NULL);
    table_add(&table, _("Token"), work->session.token.label, NULL);
    if (work->profile->russian && work->given.sign_tool)
        table_add(&table, _("Signature tool"), work->given.sign_tool, NULL);
    table_show(work->ui, &table);
}

static void memory_free(uint8_t **memory)
{
    free(*memory);
}

static enum exit_code make(struct work *work, struct request *ret)
{
    SCOPED(memory_free) uint8_t *memory = malloc(REQUEST_SUBJECT_MAX + REQUEST_EXTENSIONS_MAX);
    struct buf subject = buf_make(memory, memory ? REQUEST_SUBJECT_MAX : 0),
               extensions = buf_make(memory ? memory + REQUEST_SUBJECT_MAX : NULL, memory ? REQUEST_EXTENSIONS_MAX : 0);
    const struct profile_choice choice = { .sign_tool = work->given.sign_tool,
                                           .email = work->given.subject.values[SUBJECT_EMAIL],
                                           .identification = (unsigned)work->wish->identification,
                                           .decrypts = work->key->decrypts };

    if (!memory)
        return ui_fail(work->ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    if (subject_name(&work->given.subject, &subject) != RESULT_OK)
        return ui_fail(work->ui, EXIT_CODE_BAD_INPUT, NULL, _("the name is too long for a certificate"));
    if (profile_extensions(work->profile, &choice, &extensions) != RESULT_OK)
        return ui_fail(work->ui, EXIT_CODE_BAD_INPUT, _("The name of the signature tool may have 200 characters."),
                       _("the extensions of the certificate cannot be written"));
    return request_make(work->ui, &work->session, work->common, work->key, buf_bytes(&subject), buf_bytes(&extensions),
                        ret);
}

static enum exit_code report(const struct work *work, const struct objects *objects, const struct request *request)
{
    const char *out = work->wish->out;
    char subject[DESCRIBE_NAME_MAX], *pem = request_pem(request);
    json_t *result;

    describe_name(request->csr->subject, subject, sizeof(subject));
    result = json_pack("{s:o, s:s, s:s, s:s?, s:o, s:o}", "file", printable_json(out), "profile", work->profile->name, "subject", subject,
                       "request", pem, "key", describe_key(objects, work->key), "token",
                       describe_token(&work->session.token));
    free(pem);
    if (!result)
        return ui_fail(work->ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    if (strcmp(out, "-") != 0) {
        ui_say(work->ui, _("The request is in \"%s\"."), out);
        ui_say(work->ui, "%s", _("Next: send it to the certification authority, by \"ecp enroll\" or by hand; when the "
                                 "certificate comes, \"ecp import\" puts it on the token."));
    }
    ui_result(work->ui, result);
    return EXIT_CODE_OK;
}

static enum exit_code set_sign_tool(struct work *work)
{
    if (work->given.sign_tool || !work->profile->russian)
        return EXIT_CODE_OK;
    if (asprintf(&work->given.sign_tool, "%s %s", work->session.token.manufacturer, work->session.token.model) >= 0)
        return EXIT_CODE_OK;
    work->given.sign_tool = NULL;
    return ui_fail(work->ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
}

static enum exit_code sign_and_write(struct work *work, struct file_writer *writer)
{
    SCOPED(objects_free) struct objects objects = { 0 };
    SCOPED(request_free) struct request request = { 0 };

    TRY_CODE(objects_read(work->ui, &work->session, &objects));
    TRY_CODE(choose_key(work, &objects));
    TRY_CODE(set_sign_tool(work));
    show_wanted(work);
    TRY_CODE(prompt_confirm(work->ui, work->common->yes || work->ui->json, _("Shall the token sign this request?")));
    TRY_CODE(make(work, &request));
    if (strcmp(work->wish->out, "-") != 0 || !work->ui->json)
        TRY_CODE(request_write(work->ui, &request, work->wish->der, writer));
    return report(work, &objects, &request);
}

static enum exit_code ask_authority(const struct ui *ui, const struct common *common, const struct wish *wish)
{
    SCOPED(client_close) struct client client = { 0 };
    SCOPED(file_abandon) struct file_writer writer = { 0 };
    SCOPED(work_free) struct work work = { .ui = ui, .common = common, .wish = wish };
    struct token token;

    if (wish->identification > 3)
        return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--identification is a number from 0 to 3"));
    TRY_CODE(read_values(&work));
    TRY_CODE(file_begin(ui, wish->out, wish->force, &writer));
    TRY_CODE(client_open(ui, common, &client));
    TRY_CODE(client_token(ui, &client, common, false, &token));
    TRY_CODE(session_open(ui, &client, &token, false, &work.session));
    TRY_CODE(session_login(ui, &work.session, common, CKU_USER, false));
    return sign_and_write(&work, &writer);
}

enum exit_code request_run(struct ui *ui, int argc, char **argv)
{
    struct wish wish = { .out = "request.csr" };
    struct option_row rows[REQUEST_VALUES_ROWS + 5] = {
        { "out", N_("FILE"), N_("where the request goes (request.csr); - is standard output"), OPTION_TEXT, &wish.out },
        { "der", NULL, N_("write DER, not PEM"), OPTION_FLAG, &wish.der },
        { "force", NULL, N_("replace a file that exists"), OPTION_FLAG, &wish.force },
        { "key", N_("KEY"), N_("which key: PKCS#11 URI, label or id"), OPTION_TEXT, &wish.key },
        { "identification", N_("NUMBER"),
          N_("how the authority is to identify the person: 0 in person (default), 1 by a qualified signature, 2 by a "
             "passport with a chip, 3 by the biometric system"),
          OPTION_NUMBER, &wish.identification },
    };
    const struct usage usage = {
        .description = N_("Makes a certificate request (PKCS#10) that a key on the token signs. What is missing is asked for; "
                          "numbers are checked before anything is signed."),
        .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]), .groups = OPTIONS_TOKEN | OPTIONS_PIN | OPTIONS_YES,
    };
    struct common common;
    int first;

    request_values_rows(&wish.values, rows + 5);
    OPTIONS_READ(ui, &usage, &common, argc, argv, &first);
    return ask_authority(ui, &common, &wish);
}
