/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>

#include "asn1/pem.h"
#include "tool/command.h"
#include "tool/describe.h"
#include "tool/file.h"
#include "tool/printable.h"
#include "tool/text.h"

/** What the command line says. */
struct wish {
    const char *which, *out;
    bool all, pem, force;
};

/** One file to be written. */
struct target {
    const struct certificate *certificate;
    char *path;
    struct file_writer writer;
};

/** All of them. */
struct targets {
    struct target *rows;
    size_t count;
};

static void targets_free(struct targets *targets)
{
    for (size_t i = 0; i < targets->count; i++) {
        file_abandon(&targets->rows[i].writer);
        free(targets->rows[i].path);
    }
    free(targets->rows);
}

/** A name for a file: the bearer's and the serial number, without what a path or a shell would take for something else. */
static void file_name(const struct certificate *certificate, char *ret, size_t size)
{
    char serial[64], bearer[121];

    describe_serial(certificate->x509.serial, serial, sizeof(serial));
    describe_bearer(certificate->x509.subject, bearer, sizeof(bearer));
    for (char *c = bearer; *c; c++)
        if (strchr("/\\ \"'`$*?<>|&;:~#!()[]{}", *c) || (unsigned char)*c < 0x20)
            *c = '_';
    if (bearer[0] == '.' || bearer[0] == '-')
        bearer[0] = '_';
    snprintf(ret, size, "%s-%s.cer", bearer, serial);
}

static enum exit_code begin(const struct ui *ui, const struct wish *wish, const struct certificate *certificate,
                            struct targets *targets)
{
    struct target *target = &targets->rows[targets->count];
    char name[256];
    int made;

    file_name(certificate, name, sizeof(name));
    if (!wish->all && wish->out)
        made = asprintf(&target->path, "%s", wish->out);
    else
        made = asprintf(&target->path, "%s/%s", wish->out ? wish->out : ".", name);
    if (made < 0)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    target->certificate = certificate;
    targets->count++;
    return file_begin(ui, target->path, wish->force, &target->writer);
}

static enum exit_code choose(const struct ui *ui, const struct wish *wish, const struct objects *objects,
                             struct targets *targets)
{
    const struct certificate *one;

    targets->rows = calloc(objects->certificate_count + 1, sizeof(*targets->rows));
    if (!targets->rows)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    for (size_t i = 0; wish->all && i < objects->certificate_count; i++)
        if (objects->certificates[i].readable)
            TRY_CODE(begin(ui, wish, &objects->certificates[i], targets));
    if (wish->all && targets->count > 0)
        return EXIT_CODE_OK;
    if (wish->all)
        return ui_fail(ui, EXIT_CODE_NOT_FOUND, NULL, _("there is no certificate on the token"));
    TRY_CODE(objects_find_certificate(ui, objects, wish->which, &one));
    if (!one->readable)
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, NULL, _("what is on the token as certificate \"%s\" is none"), one->label);
    return begin(ui, wish, one, targets);
}

static enum exit_code put(const struct ui *ui, const struct certificate *certificate, bool pem, FILE *stream)
{
    struct bytes der = bytes_make(certificate->der, certificate->size);
    size_t room = PEM_SIZE(der.size);
    struct buf text;

    if (!pem) {
        fwrite(der.data, 1, der.size, stream);
        return EXIT_CODE_OK;
    }
    text = buf_make(malloc(room), room);
    if (!text.data)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    pem_add("CERTIFICATE", der, &text);
    fwrite(text.data, 1, text.size, stream);
    free(text.data);
    return EXIT_CODE_OK;
}

/** All are on the disk before the first one gets its name. */
static enum exit_code write_all(const struct ui *ui, const struct wish *wish, struct targets *targets)
{
    for (size_t i = 0; i < targets->count; i++) {
        TRY_CODE(put(ui, targets->rows[i].certificate, wish->pem, targets->rows[i].writer.stream));
        TRY_CODE(file_flush(ui, &targets->rows[i].writer));
    }
    for (size_t i = 0; i < targets->count; i++)
        TRY_CODE(file_commit(ui, &targets->rows[i].writer));
    return EXIT_CODE_OK;
}

static void report(const struct ui *ui, const struct objects *objects, const struct targets *targets)
{
    json_t *files = json_array();

    for (size_t i = 0; i < targets->count; i++) {
        const struct target *target = &targets->rows[i];
        json_t *json = describe_certificate(objects, target->certificate);

        json_object_set_new(json, "file", printable_json(target->path));
        json_array_append_new(files, json);
        if (strcmp(target->path, "-") != 0)
            ui_say(ui, _("The certificate is in \"%s\"."), target->path);
    }
    ui_result(ui, json_pack("{s:o}", "certificates", files));
}

static enum exit_code export_certificates(const struct ui *ui, const struct common *common, const struct wish *wish)
{
    SCOPED(client_close) struct client client = { 0 };
    SCOPED(session_close) struct session session = { 0 };
    SCOPED(objects_free) struct objects objects = { 0 };
    SCOPED(targets_free) struct targets targets = { 0 };
    struct token token;

    if (wish->out && strcmp(wish->out, "-") == 0 && (wish->all || ui->json))
        return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--out - is for one certificate, and not for --json"));
    TRY_CODE(client_open(ui, common, &client));
    TRY_CODE(client_token(ui, &client, common, false, &token));
    TRY_CODE(session_open(ui, &client, &token, false, &session));
    TRY_CODE(objects_read(ui, &session, &objects));
    TRY_CODE(choose(ui, wish, &objects, &targets));
    TRY_CODE(write_all(ui, wish, &targets));
    report(ui, &objects, &targets);
    return EXIT_CODE_OK;
}

enum exit_code export_run(struct ui *ui, int argc, char **argv)
{
    struct wish wish = { .which = NULL };
    const struct option_row rows[] = {
        { "certificate", N_("CERTIFICATE"), N_("which one: PKCS#11 URI, label or id"), OPTION_TEXT, &wish.which },
        { "all", NULL, N_("every certificate on the token"), OPTION_FLAG, &wish.all },
        { "out", N_("FILE"), N_("where it goes, - is standard output; with --all a folder (the current one)"), OPTION_TEXT,
          &wish.out },
        { "pem", NULL, N_("write PEM, not DER"), OPTION_FLAG, &wish.pem },
        { "force", NULL, N_("replace files that exist"), OPTION_FLAG, &wish.force },
    };
    const struct usage usage = {
        .description = N_("Keeps certificates of the token as .cer files. No PIN is needed: there is nothing secret in them."),
        .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]), .groups = OPTIONS_TOKEN,
    };
    struct common common;
    int first;

    OPTIONS_READ(ui, &usage, &common, argc, argv, &first);
    return export_certificates(ui, &common, &wish);
}
