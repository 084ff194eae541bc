/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/cms_check.h"
#include "tool/cms_file.h"
#include "tool/cms_sign.h"
#include "tool/cms_write.h"
#include "tool/command.h"
#include "tool/describe.h"
#include "tool/printable.h"
#include "tool/text.h"

/** What the person asked for. */
struct wish {
    struct identity_wish identity;
    struct options_list chain;
    const char *output;
    bool attached, pem, add, force, pss;
    char **files;
    size_t file_count;
};

/** One document: where it is, and where its signature goes. */
struct document {
    const char *path;
    char *target;
    struct stream stream;    /**< of the content, if it is apart */
    struct cms_file message; /**< the signature that gets one more */
    struct hashing hashing;
};

static void document_close(struct document *document)
{
    stream_close(&document->stream);
    cms_file_close(&document->message);
    hashing_close(&document->hashing);
    free(document->target);
}

/** The name of the signature of PATH; the caller frees it. NULL without memory. */
static char *target_name(const struct wish *wish, const char *path)
{
    char *ret;

    if (wish->output)
        return strdup(wish->output);
    if (wish->attached && wish->add)
        return strdup(path);
    return asprintf(&ret, "%s%s", path, wish->attached ? ".p7m" : ".sig") < 0 ? NULL : ret;
}

/** What can be seen before anybody is asked for a PIN. */
static enum exit_code look_ahead(const struct ui *ui, const struct wish *wish)
{
    for (size_t i = 0; i < wish->file_count; i++) {
        SCOPED(document_close) struct document document = { .path = wish->files[i] };

        TRY_CODE(stream_open(ui, document.path, &document.stream));
        document.target = target_name(wish, document.path);
        if (document.target && !(wish->add && wish->attached) && file_would_replace(document.target, document.path))
            return ui_fail(ui, EXIT_CODE_USAGE, _("Choose another name with --output."),
                           _("the signature would take the place of its document \"%s\"; nothing was done"), document.path);
        if (!document.target || strcmp(document.target, "-") == 0 || wish->force || wish->add ||
            access(document.target, F_OK) != 0)
            continue;
        return ui_fail(ui, EXIT_CODE_EXISTS,
                       _("Add your signature to it with --add, choose another name with --output, or say --force."),
                       _("\"%s\" exists and was left as it is"), document.target);
    }
    return EXIT_CODE_OK;
}

/** A signature is added to what holds, not to what is broken already. */
static enum exit_code check_existing(const struct ui *ui, const struct document *document)
{
    SCOPED(der_list_free) struct der_list none = { 0 };
    struct tlv_cursor cursor = tlv_open(document->message.cms.signers);
    struct cms_signer signer;
    struct bytes certificate;

    while (cms_next_signer(&cursor, &signer) == RESULT_OK) {
        enum cms_check check = cms_check_signer(&document->message.cms, &signer, &document->hashing, &none, &certificate);

        if (check == CMS_CHECK_OTHER_CONTENT)
            return ui_fail(ui, EXIT_CODE_BAD_SIGNATURE, NULL,
                           _("the signature that is there is of another content than \"%s\"; nothing was added"),
                           document->path);
        if (check != CMS_CHECK_GOOD && check != CMS_CHECK_NO_CERTIFICATE && check != CMS_CHECK_UNKNOWN)
            return ui_fail(ui, EXIT_CODE_BAD_SIGNATURE, _("\"ecp verify\" tells more."),
                           _("the signature that is there does not hold; nothing was added"));
    }
    return EXIT_CODE_OK;
}

/** Opens the signature that gets one more. */
static enum exit_code open_existing(const struct ui *ui, const struct wish *wish, struct document *document)
{
    struct tlv_cursor cursor;
    struct cms_signer signer;
    char *name;
    enum exit_code code;

    if (asprintf(&name, "%s%s", document->path, wish->attached ? "" : ".sig") < 0)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    code = cms_file_open(ui, name, &document->message);
    free(name);
    TRY_CODE(code);
    document->message.stream.path = document->path;
    if (document->message.cms.has_content != wish->attached)
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, wish->attached ? _("Leave --attached out.") : _("Say --attached, and name that file."),
                       wish->attached ? _("in \"%s\" there is no content, only signatures")
                                      : _("the signature of \"%s\" has the content inside"),
                       document->path);
    cursor = tlv_open(document->message.cms.signers);
    while (cms_next_signer(&cursor, &signer) == RESULT_OK)
        cms_check_prepare(&signer, &document->hashing);
    return EXIT_CODE_OK;
}

static enum exit_code read_content(const struct ui *ui, struct document *document, const struct sink *sink)
{
    if (document->message.cms.has_content)
        return cms_file_content(ui, &document->message, sink);
    stream_rewind(&document->stream);
    return stream_read(ui, &document->stream, sink);
}

static enum exit_code write_signature(const struct ui *ui, const struct wish *wish, struct document *document,
                                      const struct cms_signed *made, struct cms_write *write)
{
    struct sink sink = cms_write_sink(write);

    TRY_CODE(sink.take(sink.ctx, made->head));
    if (wish->attached) {
        TRY_CODE(read_content(ui, document, &sink));
        TRY_CODE(sink.take(sink.ctx, made->tail));
    }
    TRY_CODE(stream_unchanged(ui, document->message.cms.has_content ? &document->message.stream : &document->stream));
    return cms_write_commit(write);
}

static enum exit_code open_document(const struct ui *ui, const struct wish *wish, const struct cms_sign *sign,
                                    const char *label, struct document *document)
{
    uint64_t size;

    document->target = target_name(wish, document->path);
    if (!document->target)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    TRY_CODE(hashing_open(ui, sign->signing->crypto, &document->hashing));
    cms_sign_prepare(sign, &document->hashing);
    if (wish->add)
        TRY_CODE(open_existing(ui, wish, document));
    document->message.stream.label = label;
    if (wish->add && wish->attached)
        return EXIT_CODE_OK;
    TRY_CODE(stream_open(ui, document->path, &document->stream));
    document->stream.label = label;
    return wish->attached ? stream_size(ui, &document->stream, &size) : EXIT_CODE_OK;
}

static enum exit_code sign_document(const struct ui *ui, const struct wish *wish, const struct cms_sign *sign,
                                    const char *label, struct document *document)
{
    SCOPED(cms_signed_free) struct cms_signed made = { 0 };
    SCOPED(cms_write_abandon) struct cms_write write = { 0 };
    struct sink sink;

    TRY_CODE(open_document(ui, wish, sign, label, document));
    TRY_CODE(cms_write_begin(ui, document->target, wish->force || (wish->add && !wish->output),
                             wish->pem || document->message.text, &write));
    sink = hashing_sink(&document->hashing);
    TRY_CODE(read_content(ui, document, &sink));
    TRY_CODE(hashing_end(&document->hashing));
    if (wish->add)
        TRY_CODE(check_existing(ui, document));
    TRY_CODE(cms_sign_make(sign, &document->hashing, wish->attached, wish->add ? &document->message.cms : NULL, &made));
    return write_signature(ui, wish, document, &made, &write);
}

static enum exit_code sign_all(struct ui *ui, const struct wish *wish, const struct cms_sign *sign, json_t *list)
{
    for (size_t i = 0; i < wish->file_count; i++) {
        SCOPED(document_close) struct document document = { .path = wish->files[i] };
        char label[256];
        enum exit_code code;

        snprintf(label, sizeof(label), wish->file_count > 1 ? "%s (%zu/%zu)" : "%s", wish->files[i], i + 1, wish->file_count);
        code = sign_document(ui, wish, sign, label, &document);
        if (code != EXIT_CODE_OK) {
            if (i > 0)
                ui_note(ui, ngettext("%zu file before it was signed.", "%zu files before it were signed.", i), i);
            return code;
        }
        if (strcmp(document.target, "-") != 0)
            ui_say(ui, _("Signed: \"%s\" → \"%s\""), document.path, document.target);
        json_array_append_new(list, json_pack("{s:o, s:o}", "file", printable_json(document.path), "signature",
                                              printable_json(document.target)));
    }
    return EXIT_CODE_OK;
}

static enum exit_code sign_with(struct ui *ui, const struct wish *wish, struct session *session,
                                const struct common *common, const struct der_list *chain)
{
    SCOPED(objects_free) struct objects objects = { 0 };
    SCOPED(identity_free) struct identity identity = { 0 };
    SCOPED(signing_close) struct signing signing = { 0 };
    struct cms_sign sign = { .ui = ui, .identity = &identity, .signing = &signing, .chain = chain };
    char name[DESCRIBE_NAME_MAX];
    json_t *list;
    enum exit_code code;

    TRY_CODE(objects_read(ui, session, &objects));
    TRY_CODE(identity_find(ui, &objects, &wish->identity, &identity));
    TRY_CODE(signing_open(ui, session, common, identity.key, wish->pss, &signing, &sign.signer));
    list = json_array();
    code = sign_all(ui, wish, &sign, list);
    if (code != EXIT_CODE_OK) {
        json_decref(list);
        return code;
    }
    describe_name(identity.x509->subject, name, sizeof(name));
    if (!wish->output || strcmp(wish->output, "-") != 0)
        ui_say(ui, _("Signer: %s"), name);
    ui_result(ui, json_pack("{s:s, s:o}", "signer", name, "signed", list));
    return EXIT_CODE_OK;
}

static enum exit_code sign_run_with(struct ui *ui, const struct wish *wish, const struct common *common)
{
    SCOPED(client_close) struct client client = { 0 };
    SCOPED(session_close) struct session session = { 0 };
    SCOPED(der_list_free) struct der_list chain = { 0 };
    struct token token;

    TRY_CODE(look_ahead(ui, wish));
    TRY_CODE(certificate_files_read(ui, &wish->chain, &chain));
    TRY_CODE(client_open(ui, common, &client));
    TRY_CODE(client_token(ui, &client, common, false, &token));
    TRY_CODE(session_open(ui, &client, &token, false, &session));
    TRY_CODE(session_login(ui, &session, common, CKU_USER, false));
    return sign_with(ui, wish, &session, common, &chain);
}

static enum exit_code check_words(const struct ui *ui, const struct wish *wish)
{
    if (wish->output && wish->file_count > 1)
        return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--output is for one file; several get a signature each"));
    if (wish->output && strcmp(wish->output, "-") == 0 && ui->json)
        return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("standard output cannot take both the signature and JSON"));
    for (size_t i = 0; i < wish->file_count; i++)
        if (strcmp(wish->files[i], "-") == 0 && (!wish->output || wish->attached || wish->add))
            return ui_fail(ui, EXIT_CODE_USAGE, NULL,
                           _("what comes from standard input gets a detached signature, named with --output"));
    return EXIT_CODE_OK;
}

enum exit_code sign_run(struct ui *ui, int argc, char **argv)
{
    struct wish wish = { 0 };
    const struct option_row rows[] = {
        IDENTITY_ROWS(&wish.identity),
        { "chain", N_("FILE"), N_("further certificates to include; may be repeated"), OPTION_LIST, &wish.chain },
        { "attached", NULL, N_("put the content into the signature (FILE.p7m)"), OPTION_FLAG, &wish.attached },
        { "add", NULL, N_("add one more signature to the one that is there"), OPTION_FLAG, &wish.add },
        { "pem", NULL, N_("write text (PEM), not bytes (DER)"), OPTION_FLAG, &wish.pem },
        { "output", N_("FILE"), N_("where to write the signature (\"-\": standard output)"), OPTION_TEXT, &wish.output },
        { "pss", NULL, N_("RSA-PSS, with an RSA key"), OPTION_FLAG, &wish.pss },
        { "force", NULL, N_("overwrite what is there"), OPTION_FLAG, &wish.force },
    };
    const struct usage usage = {
        .operands = N_("FILE…"),
        .description = N_("Signs files (CMS, CAdES-BES): the signature goes beside each as FILE.sig."),
        .least = 1, .most = 1000000, .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]),
        .groups = OPTIONS_TOKEN | OPTIONS_PIN,
    };
    struct common common;
    int first;

    OPTIONS_READ(ui, &usage, &common, argc, argv, &first);
    wish.files = argv + first;
    wish.file_count = (size_t)(argc - first);
    TRY_CODE(check_words(ui, &wish));
    return sign_run_with(ui, &wish, &common);
}
