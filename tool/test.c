/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/cms_sign.h"
#include "tool/command.h"
#include "tool/text.h"
#include "tool/verdict.h"

/** What the person asked for. */
struct wish {
    struct identity_wish identity;
    struct options_list trust, crls, chain;
    bool pss;
};

/** The signature of DOCUMENT is read as a stranger's would be. */
static enum exit_code judge(struct ui *ui, struct bytes message, struct bytes document, struct crypto *crypto,
                            const struct der_list *others, struct trust *trust, json_t **json)
{
    SCOPED(hashing_close) struct hashing hashing = { 0 };
    struct buf none = { 0 };
    struct sink sink;
    struct cms cms;
    const struct verdict_case verdict_case = { &cms, &hashing, others, trust };

    *json = NULL;
    if (cms_read(message, &none, &cms) != RESULT_OK)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("the signature that was made cannot be read"));
    TRY_CODE(hashing_open(ui, crypto, &hashing));
    TRY_CODE(verdict_prepare(ui, _("the signature"), &cms, &hashing));
    sink = hashing_sink(&hashing);
    TRY_CODE(sink.take(sink.ctx, document));
    TRY_CODE(hashing_end(&hashing));
    return verdict_tell(ui, &verdict_case, json);
}

static enum exit_code make(const struct ui *ui, const struct cms_sign *sign, struct bytes document, struct cms_signed *ret)
{
    SCOPED(hashing_close) struct hashing hashing = { 0 };
    struct sink sink;

    TRY_CODE(hashing_open(ui, sign->signing->crypto, &hashing));
    cms_sign_prepare(sign, &hashing);
    sink = hashing_sink(&hashing);
    TRY_CODE(sink.take(sink.ctx, document));
    TRY_CODE(hashing_end(&hashing));
    return cms_sign_make(sign, &hashing, false, NULL, ret);
}

static enum exit_code conclude(struct ui *ui, enum exit_code code, json_t *signatures)
{
    if (!signatures)
        return code;
    if (code == EXIT_CODE_OK)
        ui_say(ui, "%s%s%s", ui_colour(ui, UI_GOOD), _("All works: the token signs, and the signature is trusted."),
               ui_colour(ui, UI_PLAIN));
    else
        ui_say(ui, "%s", _("The token signs, but who receives the signature would not be content; see above."));
    if (code == EXIT_CODE_UNTRUSTED)
        ui_say(ui, "%s", _("If the authority is one that you trust, give its certificate with --trust, and those between with --chain."));
    ui_result(ui, json_pack("{s:s, s:i, s:o}", "verdict", verdict_word(code), "exit", (int)code, "signatures", signatures));
    return code;
}

static enum exit_code test_with(struct ui *ui, const struct wish *wish, struct session *session,
                                const struct common *common, struct trust *trust)
{
    SCOPED(objects_free) struct objects objects = { 0 };
    SCOPED(identity_free) struct identity identity = { 0 };
    SCOPED(signing_close) struct signing signing = { 0 };
    SCOPED(cms_signed_free) struct cms_signed made = { 0 };
    SCOPED(der_list_free) struct der_list chain = { 0 };
    struct cms_sign sign = { .ui = ui, .identity = &identity, .signing = &signing, .chain = &chain };
    uint8_t bytes[256];
    struct buf document = BUF_OVER(bytes);
    json_t *signatures;
    enum exit_code code;

    TRY_CODE(certificate_files_read(ui, &wish->chain, &chain));
    TRY_CODE(objects_read(ui, session, &objects));
    TRY_CODE(identity_find(ui, &objects, &wish->identity, &identity));
    TRY_CODE(signing_open(ui, session, common, identity.key, wish->pss, &signing, &sign.signer));
    if (crypto_random(signing.crypto, &document, sizeof(bytes)) != RESULT_OK)
        return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("there are no random numbers"));
    TRY_CODE(make(ui, &sign, buf_bytes(&document), &made));
    code = judge(ui, made.head, buf_bytes(&document), signing.crypto, &chain, trust, &signatures);
    return conclude(ui, code, signatures);
}

static enum exit_code test(struct ui *ui, const struct wish *wish, const struct common *common)
{
    SCOPED(trust_free) struct trust *trust = NULL;
    SCOPED(client_close) struct client client = { 0 };
    SCOPED(session_close) struct session session = { 0 };
    struct token token;

    TRY_CODE(trust_open(ui, &wish->trust, &wish->crls, &trust));
    TRY_CODE(client_open(ui, common, &client));
    TRY_CODE(client_token(ui, &client, common, false, &token));
    TRY_CODE(session_open(ui, &client, &token, false, &session));
    TRY_CODE(session_login(ui, &session, common, CKU_USER, false));
    return test_with(ui, wish, &session, common, trust);
}

enum exit_code test_run(struct ui *ui, int argc, char **argv)
{
    struct wish wish = { 0 };
    const struct option_row rows[] = {
        IDENTITY_ROWS(&wish.identity),
        { "chain", N_("FILE"), N_("certificates between yours and the authority; may be repeated"), OPTION_LIST, &wish.chain },
        { "trust", N_("FILE"), N_("certificates of trusted authorities, instead of the system's; may be repeated"), OPTION_LIST,
          &wish.trust },
        { "crl", N_("FILE"), N_("revocation list of an authority; may be repeated"), OPTION_LIST, &wish.crls },
        { "pss", NULL, N_("RSA-PSS, with an RSA key"), OPTION_FLAG, &wish.pss },
    };
    const struct usage usage = {
        .description = N_("Signs a small document with the token and checks the signature as its receiver would."),
        .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]), .groups = OPTIONS_TOKEN | OPTIONS_PIN,
    };
    struct common common;
    int first;

    OPTIONS_READ(ui, &usage, &common, argc, argv, &first);
    return test(ui, &wish, &common);
}
