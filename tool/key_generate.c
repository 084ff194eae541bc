/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tool/command.h"
#include "tool/describe.h"
#include "tool/key_template.h"
#include "tool/officer.h"
#include "tool/rv_text.h"
#include "tool/text.h"

/** What the person asked for. */
struct wish {
    const char *algorithm, *paramset, *label, *id;
    bool as_officer;
    struct officer officer;
};

static enum exit_code log_in(const struct ui *ui, const struct common *common, struct wish *wish, struct session *session)
{
    SCOPED(officer_close) struct officer officer = wish->officer;

    if (!wish->as_officer)
        return session_login(ui, session, common, CKU_USER, false);
    TRY_CODE(officer_open(ui, common, &officer));
    return session_login_from(ui, session, officer_source(&officer), CKU_SO, false);
}

/** PIV cards without Yubico's commands show a key by its certificate alone. */
static enum exit_code tell_hidden(const struct ui *ui, const struct token *token)
{
    ui_say(ui, "%s", _("The token made a key. It shows the key only when a certificate for it is on the token."));
    ui_result(ui, json_pack("{s:o, s:n}", "token", describe_token(token), "key"));
    return EXIT_CODE_OK;
}

static enum exit_code generate(struct ui *ui, const struct common *common, struct wish *wish)
{
    SCOPED(client_close) struct client client = { 0 };
    SCOPED(session_close) struct session session = { 0 };
    SCOPED(objects_free) struct objects objects = { 0 };
    const struct key *key = NULL;
    struct key_template template;
    char id[2 * OBJECTS_ID_MAX + 1], algorithm[64];
    struct token token;

    TRY_CODE(key_template_make(ui, wish->algorithm, wish->paramset, wish->label, wish->id, &template));
    TRY_CODE(client_open(ui, common, &client));
    TRY_CODE(client_token(ui, &client, common, false, &token));
    TRY_CODE(session_open(ui, &client, &token, true, &session));
    TRY_CODE(log_in(ui, common, wish, &session));
    TRY_CODE(key_template_generate(ui, &session, &template));
    TRY_CODE(objects_read(ui, &session, &objects));
    for (size_t i = 0; i < objects.key_count; i++)
        if (objects.keys[i].private_key == template.private_key)
            key = &objects.keys[i];
    if (!key)
        return tell_hidden(ui, &token);
    id_text(key->id, key->id_size, id, sizeof(id));
    key_algorithm(&key->public, algorithm, sizeof(algorithm));
    ui_say(ui, _("The token made a key: %s, id %s, label \"%s\". It never leaves the token."), algorithm, id, key->label);
    ui_say(ui, "%s", _("Next: \"ecp request\" asks a certification authority for a certificate."));
    ui_result(ui, json_pack("{s:o, s:o}", "token", describe_token(&token), "key", describe_key(&objects, key)));
    return EXIT_CODE_OK;
}

enum exit_code key_generate_run(struct ui *ui, int argc, char **argv)
{
    struct wish wish = { .algorithm = "rsa2048", .officer = OFFICER_NONE };
    const struct option_row rows[] = {
        { "algorithm", N_("NAME"), N_("rsa2048 (default), rsa3072, rsa4096, p256, p384, ed25519, gost256 or gost512"),
          OPTION_TEXT, &wish.algorithm },
        { "paramset", N_("NAME"), N_("parameter set of a GOST key (CryptoPro-A; tc26-512-A)"), OPTION_TEXT, &wish.paramset },
        { "label", N_("TEXT"), N_("what to call the key"), OPTION_TEXT, &wish.label },
        { "id", N_("HEX"), N_("the key's id (on a PIV token 01 to 18 chooses the slot)"), OPTION_TEXT, &wish.id },
        { "so", NULL, N_("log in with the management key or the security officer's PIN"), OPTION_FLAG, &wish.as_officer },
        OFFICER_ROWS(wish.officer),
    };
    const struct usage usage = {
        .description = N_("Makes a key pair on the token. The private key is born there and never leaves it."),
        .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]), .groups = OPTIONS_TOKEN | OPTIONS_PIN,
    };
    struct common common;
    int first;

    OPTIONS_READ(ui, &usage, &common, argc, argv, &first);
    return generate(ui, &common, &wish);
}
