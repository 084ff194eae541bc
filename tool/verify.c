/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/cms_file.h"
#include "tool/command.h"
#include "tool/file.h"
#include "tool/options.h"
#include "tool/text.h"
#include "tool/verdict.h"

/** What the person asked for. CONTENT is NULL if it was not named. */
struct wish {
    const char *signature, *content, *output;
    struct options_list trust, crls, certificates;
    bool force;
};

/** Everything that the content passes on its way. */
struct passage {
    struct hashing *hashing;
    FILE *copy; /**< NULL: it is not wanted */
    const struct ui *ui;
    const char *path;
};

static enum exit_code passage_take(void *ctx, struct bytes piece)
{
    struct passage *passage = ctx;
    struct sink sink = hashing_sink(passage->hashing);

    if (passage->copy && fwrite(piece.data, 1, piece.size, passage->copy) != piece.size)
        return ui_fail(passage->ui, EXIT_CODE_FAILED, _("Nothing was left half-written."), _("\"%s\" cannot be written: %m"),
                       passage->path);
    return sink.take(sink.ctx, piece);
}

/** The file that a detached signature is usually of: its name without the ending. */
static enum exit_code guess_content(const struct ui *ui, const char *signature, char **ret)
{
    static const char *const endings[] = { ".sig", ".p7s", ".sgn", ".sign", ".p7" };
    size_t length = strlen(signature);

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t ending = strlen(endings[i]);

        if (length <= ending || strcasecmp(signature + length - ending, endings[i]) != 0)
            continue;
        *ret = strndup(signature, length - ending);
        if (*ret && access(*ret, F_OK) == 0)
            return EXIT_CODE_OK;
        free(*ret);
        *ret = NULL;
    }
    return ui_fail(ui, EXIT_CODE_NOT_FOUND, _("Name it after the signature: ecp verify SIGNATURE CONTENT."),
                   _("the signature is apart from its content, and there is no file beside it that it could be of"));
}

static void text_free(char **text)
{
    free(*text);
}

static enum exit_code hash_file(const struct ui *ui, const char *path, struct hashing *hashing)
{
    SCOPED(stream_close) struct stream stream = { 0 };
    struct sink sink = hashing_sink(hashing);

    TRY_CODE(stream_open(ui, path, &stream));
    TRY_CODE(stream_read(ui, &stream, &sink));
    return hashing_end(hashing);
}

/** The content is inside; a file that was named beside must be the same. */
static enum exit_code hash_inside(const struct ui *ui, const struct wish *wish, struct cms_file *file, FILE *copy,
                                  struct hashing *hashing)
{
    SCOPED(hashing_close) struct hashing other = { 0 };
    struct passage passage = { hashing, copy, ui, wish->output };
    const struct sink sink = { passage_take, &passage };

    hashing_add(hashing, HASH_SHA256);
    TRY_CODE(cms_file_content(ui, file, &sink));
    TRY_CODE(hashing_end(hashing));
    if (!wish->content)
        return EXIT_CODE_OK;
    TRY_CODE(hashing_open(ui, hashing->crypto, &other));
    hashing_add(&other, HASH_SHA256);
    TRY_CODE(hash_file(ui, wish->content, &other));
    if (hashing_value(&other, HASH_SHA256).size > 0 &&
        bytes_equal(hashing_value(hashing, HASH_SHA256), hashing_value(&other, HASH_SHA256)))
        return EXIT_CODE_OK;
    return ui_fail(ui, EXIT_CODE_BAD_SIGNATURE, NULL, _("\"%s\" is not what was signed: another content is inside the signature"),
                   wish->content);
}

static enum exit_code hash_content(const struct ui *ui, const struct wish *wish, struct cms_file *file, FILE *copy,
                                   struct hashing *hashing)
{
    SCOPED(text_free) char *guessed = NULL;

    if (file->cms.has_content)
        return hash_inside(ui, wish, file, copy, hashing);
    if (wish->output)
        return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("there is no content inside this signature that --output could write"));
    if (!wish->content)
        TRY_CODE(guess_content(ui, wish->signature, &guessed));
    return hash_file(ui, wish->content ? wish->content : guessed, hashing);
}

static enum exit_code conclude(struct ui *ui, const struct verdict_case *verdict_case, struct file_writer *copy)
{
    json_t *signatures;
    enum exit_code code = verdict_tell(ui, verdict_case, &signatures);

    if (!signatures)
        return code;
    if (code == EXIT_CODE_OK && copy->stream) {
        enum exit_code written = file_commit(ui, copy);

        if (written != EXIT_CODE_OK) {
            json_decref(signatures);
            return written;
        }
        ui_say(ui, _("The content was written to \"%s\"."), copy->path);
    } else if (copy->stream) {
        ui_note(ui, _("The content was not written, because not all is well."));
    }
    ui_result(ui, json_pack("{s:s, s:i, s:o}", "verdict", verdict_word(code), "exit", (int)code, "signatures", signatures));
    return code;
}

static enum exit_code verify(struct ui *ui, const struct wish *wish)
{
    SCOPED(trust_free) struct trust *trust = NULL;
    SCOPED(crypto_free) struct crypto *crypto = NULL;
    SCOPED(hashing_close) struct hashing hashing = { 0 };
    SCOPED(der_list_free) struct der_list certificates = { 0 };
    SCOPED(cms_file_close) struct cms_file file = { 0 };
    SCOPED(file_abandon) struct file_writer copy = { 0 };
    struct verdict_case verdict_case = { &file.cms, &hashing, &certificates, NULL };

    TRY_CODE(trust_open(ui, &wish->trust, &wish->crls, &trust));
    TRY_CODE(certificate_files_read(ui, &wish->certificates, &certificates));
    TRY_CODE(cms_file_open(ui, wish->signature, &file));
    if (crypto_new(&crypto) != RESULT_OK)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    TRY_CODE(hashing_open(ui, crypto, &hashing));
    TRY_CODE(verdict_prepare(ui, wish->signature, &file.cms, &hashing));
    if (wish->output && file.cms.has_content)
        TRY_CODE(file_begin(ui, wish->output, wish->force, &copy));
    TRY_CODE(hash_content(ui, wish, &file, copy.stream, &hashing));
    verdict_case.trust = trust;
    return conclude(ui, &verdict_case, &copy);
}

enum exit_code verify_run(struct ui *ui, int argc, char **argv)
{
    struct wish wish = { 0 };
    const struct option_row rows[] = {
        { "trust", N_("FILE"), N_("certificates of trusted authorities, instead of the system's; may be repeated"), OPTION_LIST,
          &wish.trust },
        { "crl", N_("FILE"), N_("revocation list of an authority; may be repeated"), OPTION_LIST, &wish.crls },
        { "certificate-file", N_("FILE"), N_("certificates that are not in the signature; may be repeated"), OPTION_LIST,
          &wish.certificates },
        { "output", N_("FILE"), N_("write the content that is inside, if all is well"), OPTION_TEXT, &wish.output },
        { "force", NULL, N_("overwrite what is there"), OPTION_FLAG, &wish.force },
    };
    const struct usage usage = {
        .operands = N_("SIGNATURE [CONTENT]"),
        .description = N_("Checks the signatures of a document: that they fit it, whose they are, and who vouches for the signers."),
        .least = 1, .most = 2, .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]),
    };
    struct common common;
    int first;

    OPTIONS_READ(ui, &usage, &common, argc, argv, &first);
    wish.signature = argv[first];
    wish.content = argc - first > 1 ? argv[first + 1] : NULL;
    if (wish.output && strcmp(wish.output, "-") == 0)
        return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--output needs the name of a file: what is said of the signature goes to standard output"));
    if (wish.output && (file_would_replace(wish.output, wish.signature) ||
                        (wish.content && file_would_replace(wish.output, wish.content))))
        return ui_fail(ui, EXIT_CODE_USAGE, _("Choose another name with --output."),
                       _("the content would take the place of \"%s\", which it is checked with; nothing was done"), wish.output);
    return verify(ui, &wish);
}
