/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tool/command.h"
#include "tool/describe.h"
#include "tool/table.h"
#include "tool/text.h"

/** What one run of "ecp status" gathers. */
struct status {
    struct ui *ui;
    const struct client *client;
    long warn;
    enum exit_code code; /**< EXPIRED wins over EXPIRING */
    json_t *tokens;
};

static const char *pin_state(CK_FLAGS flags, bool officer)
{
    if (flags & (officer ? CKF_SO_PIN_LOCKED : CKF_USER_PIN_LOCKED))
        return "locked";
    if (!officer && !(flags & CKF_USER_PIN_INITIALIZED))
        return "not-set";
    if (flags & (officer ? CKF_SO_PIN_FINAL_TRY : CKF_USER_PIN_FINAL_TRY))
        return "final-try";
    if (flags & (officer ? CKF_SO_PIN_COUNT_LOW : CKF_USER_PIN_COUNT_LOW))
        return "count-low";
    if (flags & (officer ? CKF_SO_PIN_TO_BE_CHANGED : CKF_USER_PIN_TO_BE_CHANGED))
        return "factory";
    return "ok";
}

static const char *pin_words(const char *state)
{
    static const struct {
        const char *state, *words;
    } rows[] = {
        { "locked", N_("locked: unblock it with \"ecp pin unblock\"") },
        { "both locked", N_("locked: some tokens can be erased with \"ecp init\" and used again") },
        { "officer locked", N_("locked: it can unblock nothing any more") },
        { "not-set", N_("not chosen yet: \"ecp pin set\"") },
        { "final-try", N_("ONE try is left") },
        { "count-low", N_("wrong PINs were entered; tries are left") },
        { "factory", N_("still the factory's, which everybody knows: \"ecp pin change\"") },
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].state, state) == 0)
            return gettext(rows[i].words);
    return _("in order");
}

static enum ui_colour pin_colour(const char *state)
{
    if (strcmp(state, "ok") == 0)
        return UI_GOOD;
    return strcmp(state, "locked") == 0 || strcmp(state, "final-try") == 0 ? UI_BAD : UI_WARNING;
}

static void days_words(long days, char *ret, size_t size)
{
    if (days < 0)
        snprintf(ret, size, "%s", _("expired"));
    else
        snprintf(ret, size, ngettext("%ld day left", "%ld days left", (unsigned long)days), days);
}

static void judge_days(struct status *status, const struct x509 *x509)
{
    long left = describe_days_left(&x509->not_after);

    if (left < 0 || describe_days_left(&x509->not_before) > 0)
        status->code = EXIT_CODE_EXPIRED;
    else if (left <= status->warn && status->code == EXIT_CODE_OK)
        status->code = EXIT_CODE_EXPIRING;
}

static void show_keys(const struct ui *ui, const struct objects *objects)
{
    SCOPED(table_free) struct table table = { 0 };

    ui_say(ui, "  %s", objects->key_count ? _("Keys:") : _("Keys: none"));
    table_add(&table, _("id"), _("label"), _("algorithm"), _("certificate"), NULL);
    for (size_t i = 0; i < objects->key_count; i++) {
        const struct key *key = &objects->keys[i];
        char id[2 * OBJECTS_ID_MAX + 1], algorithm[64];

        id_text(key->id, key->id_size, id, sizeof(id));
        key_algorithm(&key->public, algorithm, sizeof(algorithm));
        table_add(&table, id, key->label, algorithm, objects_certificate_of(objects, key) ? _("yes") : _("no"), NULL);
    }
    if (objects->key_count)
        table_show(ui, &table);
}

static void add_certificate_row(struct table *table, const struct certificate *certificate)
{
    char id[2 * OBJECTS_ID_MAX + 1], subject[DESCRIBE_NAME_MAX], issuer[DESCRIBE_NAME_MAX], end[32], left[64];

    id_text(certificate->id, certificate->id_size, id, sizeof(id));
    if (!certificate->readable) {
        table_add(table, id, certificate->label, _("cannot be read"), "", "", NULL);
        return;
    }
    describe_bearer(certificate->x509.subject, subject, sizeof(subject));
    describe_bearer(certificate->x509.issuer, issuer, sizeof(issuer));
    describe_date(&certificate->x509.not_after, end, sizeof(end));
    days_words(describe_days_left(&certificate->x509.not_after), left, sizeof(left));
    table_add(table, id, subject, issuer, end, left, NULL);
}

static void show_certificates(struct status *status, const struct objects *objects)
{
    SCOPED(table_free) struct table table = { 0 };

    ui_say(status->ui, "  %s", objects->certificate_count ? _("Certificates:") : _("Certificates: none"));
    table_add(&table, _("id"), _("subject"), _("issuer"), _("valid to"), "", NULL);
    for (size_t i = 0; i < objects->certificate_count; i++) {
        if (objects->certificates[i].readable)
            judge_days(status, &objects->certificates[i].x509);
        add_certificate_row(&table, &objects->certificates[i]);
    }
    if (objects->certificate_count)
        table_show(status->ui, &table);
}

static json_t *objects_json(const struct objects *objects, bool keys)
{
    json_t *list = json_array();

    for (size_t i = 0; keys && i < objects->key_count; i++)
        json_array_append_new(list, describe_key(objects, &objects->keys[i]));
    for (size_t i = 0; !keys && i < objects->certificate_count; i++)
        json_array_append_new(list, describe_certificate(objects, &objects->certificates[i]));
    return list;
}

static enum exit_code show_objects(struct status *status, const struct token *token, json_t *json)
{
    SCOPED(session_close) struct session session = { 0 };
    SCOPED(objects_free) struct objects objects = { 0 };

    TRY_CODE(session_open(status->ui, status->client, token, false, &session));
    TRY_CODE(objects_read(status->ui, &session, &objects));
    show_keys(status->ui, &objects);
    show_certificates(status, &objects);
    json_object_set_new(json, "keys", objects_json(&objects, true));
    json_object_set_new(json, "certificates", objects_json(&objects, false));
    return EXIT_CODE_OK;
}

static enum exit_code show_token(struct status *status, const struct token *token)
{
    const struct ui *ui = status->ui;
    const char *user = pin_state(token->info.flags, false), *officer = pin_state(token->info.flags, true);
    bool officer_locked = strcmp(officer, "locked") == 0;
    json_t *json = describe_token(token);

    json_array_append_new(status->tokens, json);
    ui_say(ui, _("%sToken \"%s\"%s, %s, serial number %s"), ui_colour(ui, UI_BOLD), token->label, ui_colour(ui, UI_PLAIN),
           token->model, token->serial);
    ui_say(ui, _("  Reader: %s"), token->reader);
    if (!(token->info.flags & CKF_TOKEN_INITIALIZED)) {
        ui_say(ui, "  %s", _("Not prepared yet: \"ecp init\" does it."));
        json_object_set_new(json, "initialized", json_false());
        return EXIT_CODE_OK;
    }
    ui_say(ui, _("  PIN: %s%s%s"), ui_colour(ui, pin_colour(user)), pin_words(officer_locked && strcmp(user, "locked") == 0 ? "both locked" : user), ui_colour(ui, UI_PLAIN));
    if (strcmp(officer, "ok") != 0 && strcmp(officer, "factory") != 0)
        ui_say(ui, _("  PUK or security officer's PIN: %s%s%s"), ui_colour(ui, pin_colour(officer)), pin_words(officer_locked ? "officer locked" : officer),
               ui_colour(ui, UI_PLAIN));
    json_object_set_new(json, "initialized", json_true());
    json_object_set_new(json, "pin", json_string(user));
    json_object_set_new(json, "so_pin", json_string(officer));
    return show_objects(status, token, json);
}

static enum exit_code show_all(struct status *status, const struct common *common)
{
    SCOPED(tokens_free) struct tokens tokens = { 0 };
    size_t shown = 0;
    struct uri wanted;

    TRY_CODE(client_uri(status->ui, common->token, &wanted));
    TRY_CODE(client_tokens(status->ui, status->client, &tokens));
    for (size_t i = 0; i < tokens.count; i++) {
        const struct token *token = &tokens.rows[i];

        if (common->token && !client_token_is(token, &wanted))
            continue;
        if (token->has_token) {
            TRY_CODE(show_token(status, token));
            shown++;
        } else {
            ui_say(status->ui, token->rv == CKR_TOKEN_NOT_PRESENT ? _("Reader \"%s\": no card")
                                                                  : _("Reader \"%s\": a card that is not known"),
                   token->reader);
        }
    }
    if (shown == 0)
        return ui_fail(status->ui, EXIT_CODE_NO_TOKEN, _("Plug the token in. \"ecp doctor\" helps if it is plugged in."),
                       _("no token was found"));
    return EXIT_CODE_OK;
}

enum exit_code status_run(struct ui *ui, int argc, char **argv)
{
    SCOPED(client_close) struct client client = { 0 };
    struct status status = { .ui = ui, .client = &client, .warn = 60 };
    const struct option_row rows[] = {
        { "warn", N_("DAYS"), N_("warn when a certificate ends within so many days (60)"), OPTION_NUMBER, &status.warn },
    };
    const struct usage usage = {
        .description = N_("Shows readers, tokens, PINs, keys and certificates. Asks for no PIN."),
        .rows = rows, .row_count = 1, .groups = OPTIONS_TOKEN,
    };
    struct common common;
    enum exit_code code;
    int first;

    OPTIONS_READ(ui, &usage, &common, argc, argv, &first);
    TRY_CODE(client_open(ui, &common, &client));
    status.tokens = json_array();
    code = show_all(&status, &common);
    if (code != EXIT_CODE_OK) {
        json_decref(status.tokens);
        return code;
    }
    if (status.code == EXIT_CODE_EXPIRED)
        ui_say(ui, "%s%s%s", ui_colour(ui, UI_BAD), _("A certificate is not valid now."), ui_colour(ui, UI_PLAIN));
    else if (status.code == EXIT_CODE_EXPIRING)
        ui_say(ui, "%s%s%s", ui_colour(ui, UI_WARNING), _("A certificate ends soon: \"ecp renew\" makes the next one."),
               ui_colour(ui, UI_PLAIN));
    ui_result(ui, json_pack("{s:o, s:i}", "tokens", status.tokens, "exit", (int)status.code));
    return status.code;
}
