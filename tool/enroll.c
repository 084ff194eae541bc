/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "asn1/pem.h"
#include "tool/authority.h"
#include "tool/command.h"
#include "tool/describe.h"
#include "tool/printable.h"
#include "tool/text.h"

/** What the command line says. */
struct wish {
    const char *request, *out, *chain_out;
    bool force;
    struct authority authority;
};

/** Without an authority that answers by itself: what a person does with the file. */
static enum exit_code by_hand(const struct ui *ui, const char *path, const struct request *request)
{
    char subject[DESCRIBE_NAME_MAX], *pem = request_pem(request);

    if (!pem)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    describe_name(request->csr->subject, subject, sizeof(subject));
    ui_say(ui, _("The request in \"%s\" asks for a certificate for \"%s\"."), path, subject);
    ui_say(ui, "%s", _("1. Send this file to the certification authority, or paste these lines into its form:"));
    ui_say(ui, "\n%s", pem);
    ui_say(ui, "%s", _("2. It answers with a .cer or .p7b file."));
    ui_say(ui, _("3. \"ecp import --request %s FILE\" puts it on the token."), path);
    ui_result(ui, json_pack("{s:o, s:s, s:s, s:n}", "request_file", printable_json(path), "subject", subject, "request", pem, "file"));
    free(pem);
    return EXIT_CODE_OK;
}

static void write_chain(const struct certificates *certificates, const struct x509 *leaf, FILE *stream)
{
    for (size_t i = 0; i < certificates->count; i++) {
        struct bytes der = certificates->rows[i].der;
        size_t room = PEM_SIZE(der.size);
        struct buf text = buf_make(malloc(room), room);

        if (&certificates->rows[i] != leaf && text.data) {
            pem_add("CERTIFICATE", der, &text);
            fwrite(text.data, 1, text.size, stream);
        }
        free(text.data);
    }
}

static enum exit_code report(const struct ui *ui, const struct wish *wish, const struct x509 *leaf)
{
    char subject[DESCRIBE_NAME_MAX], issuer[DESCRIBE_NAME_MAX], serial[64];

    describe_name(leaf->subject, subject, sizeof(subject));
    describe_name(leaf->issuer, issuer, sizeof(issuer));
    describe_serial(leaf->serial, serial, sizeof(serial));
    ui_say(ui, _("The certification authority answered: the certificate is in \"%s\"."), wish->out);
    ui_say(ui, _("Next: \"ecp import --request %s %s\" puts it on the token."), wish->request, wish->out);
    ui_result(ui, json_pack("{s:o, s:s, s:s, s:s, s:o?}", "file", printable_json(wish->out), "subject", subject, "issuer", issuer, "serial",
                            serial, "chain_file", printable_json(wish->chain_out)));
    return EXIT_CODE_OK;
}

static enum exit_code enroll(const struct ui *ui, const struct wish *wish)
{
    SCOPED(request_free) struct request request = { 0 };
    SCOPED(certificates_free) struct certificates certificates = { 0 };
    SCOPED(file_abandon) struct file_writer out = { 0 };
    SCOPED(file_abandon) struct file_writer chain = { 0 };
    const struct x509 *leaf = NULL;

    TRY_CODE(request_read(ui, wish->request, &request));
    if (!wish->authority.cmp && !wish->authority.est)
        return by_hand(ui, wish->request, &request);
    TRY_CODE(authority_check(ui, &wish->authority));
    TRY_CODE(file_begin(ui, wish->out, wish->force, &out));
    if (wish->chain_out)
        TRY_CODE(file_begin(ui, wish->chain_out, wish->force, &chain));
    TRY_CODE(authority_ask(ui, &wish->authority, &request, &certificates, &leaf));
    fwrite(leaf->der.data, 1, leaf->der.size, out.stream);
    if (wish->chain_out) {
        write_chain(&certificates, leaf, chain.stream);
        TRY_CODE(file_flush(ui, &chain));
    }
    TRY_CODE(file_commit(ui, &out));
    if (wish->chain_out)
        TRY_CODE(file_commit(ui, &chain));
    TRY_CODE(certificate_check_kept(ui, leaf, request.csr, wish->out));
    return report(ui, wish, leaf);
}

enum exit_code enroll_run(struct ui *ui, int argc, char **argv)
{
    struct wish wish = { .out = "certificate.cer" };
    struct option_row rows[AUTHORITY_ROWS + 3] = {
        { "out", N_("FILE"), N_("where the certificate goes (certificate.cer)"), OPTION_TEXT, &wish.out },
        { "chain-out", N_("FILE"), N_("where the authorities' certificates go that come with it (PEM)"), OPTION_TEXT,
          &wish.chain_out },
        { "force", NULL, N_("replace files that exist"), OPTION_FLAG, &wish.force },
    };
    const struct usage usage = {
        .operands = N_("REQUEST"), .least = 1, .most = 1,
        .description = N_("Sends a request to the certification authority and keeps its answer. Without --cmp and --est it "
                          "says what to do by hand."),
        .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]),
    };
    struct common common;
    int first;

    authority_rows(&wish.authority, rows + 3);
    OPTIONS_READ(ui, &usage, &common, argc, argv, &first);
    wish.request = argv[first];
    return enroll(ui, &wish);
}
