/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "tool/command.h"
#include "tool/describe.h"
#include "tool/losses.h"
#include "tool/officer.h"
#include "tool/pin_choose.h"
#include "tool/prompt.h"
#include "tool/rv_text.h"
#include "tool/text.h"

/** What the person asked for, and what one run of "ecp init" gathers. */
struct init {
    const struct ui *ui;
    struct common common;
    const char *label;
    bool keep;            /**< the security officer's PIN stays */
    struct officer officer;
    struct officer next;  /**< own: where the new security officer's PIN comes from */
    struct client client;
    struct token token;
    json_t *lost;
    struct secret *so_pin, *new_so_pin, *pin;
};

static void init_free(struct init *init)
{
    officer_close(&init->officer);
    officer_close(&init->next);
    client_close(&init->client);
    json_decref(init->lost);
    secret_free(&init->so_pin);
    secret_free(&init->new_so_pin);
    secret_free(&init->pin);
}

static bool is_blank(const struct token *token)
{
    return token->has_token && !(token->info.flags & CKF_TOKEN_INITIALIZED);
}

/** Where none is named, one that nothing can be lost on is the obvious one. */
static enum exit_code choose_token(struct init *init)
{
    SCOPED(tokens_free) struct tokens tokens = { 0 };
    const struct token *blank = NULL;
    size_t blanks = 0;

    TRY_CODE(client_tokens(init->ui, &init->client, &tokens));
    for (size_t i = 0; i < tokens.count; i++)
        if (is_blank(&tokens.rows[i])) {
            blank = &tokens.rows[i];
            blanks++;
        }
    if (init->common.token || blanks != 1)
        return client_token(init->ui, &init->client, &init->common, true, &init->token);
    init->token = *blank;
    return EXIT_CODE_OK;
}

/** Tells what would be lost. The session is closed again, because a token with sessions cannot be initialised. */
static enum exit_code show_losses(struct init *init)
{
    SCOPED(session_close) struct session session = { 0 };
    SCOPED(objects_free) struct objects objects = { 0 };

    if (is_blank(&init->token)) {
        init->lost = losses_json(&objects);
        return EXIT_CODE_OK;
    }
    TRY_CODE(session_open(init->ui, &init->client, &init->token, false, &session));
    TRY_CODE(objects_read(init->ui, &session, &objects));
    init->lost = losses_json(&objects);
    ui_note(init->ui, _("Everything on the token \"%s\" (serial number %s) would be erased, for ever:"), init->token.label,
            init->token.serial);
    if (!losses_show(init->ui, &objects))
        ui_note(init->ui, "%s", _("  - no key and no certificate can be seen on it"));
    ui_note(init->ui, "%s", _("  - and whatever can be seen with the PIN alone"));
    return EXIT_CODE_OK;
}

static enum exit_code confirm(const struct init *init)
{
    if (is_blank(&init->token))
        return EXIT_CODE_OK;
    return prompt_confirm(init->ui, init->common.yes, _("Erase the token?"));
}

static enum exit_code ask_so_pin(struct init *init)
{
    struct pin_source *source = officer_source(&init->officer);

    secret_free(&init->so_pin);
    if (pin_source_is_person(source))
        ui_note(init->ui, "%s",
                _("A new PIV token has the PUK 12345678, a new Rutoken the security officer's PIN 87654321."));
    return pin_source_read(init->ui, source, PIN_OF_OFFICER, init->token.label,
                           init->token.info.flags & CKF_SO_PIN_FINAL_TRY, &init->so_pin);
}

/** A random one is shown before it is set: who lost it would lose the token. */
static enum exit_code make_so_pin(struct init *init, const struct pin_rule *rule)
{
    char answer[PROMPT_LINE_MAX];

    if (pin_rule_random(rule, &init->new_so_pin) != RESULT_OK)
        return ui_fail(init->ui, EXIT_CODE_FAILED, NULL, _("the system gave no random numbers"));
    TRY_CODE(prompt_show_secret(init->ui, _("The token's new PUK or security officer's PIN, shown this once"),
                                init->new_so_pin));
    if (init->common.yes)
        return EXIT_CODE_OK;
    return prompt_line(init->ui, _("Write it down: it unblocks the PIN. Then press Enter"), NULL, answer, sizeof(answer));
}

static enum exit_code choose_so_pin(struct init *init)
{
    struct pin_rule rule;

    if (init->keep && init->so_pin)
        return pin_rule_is_factory(init->so_pin)
                   ? ui_fail(init->ui, EXIT_CODE_PIN_RULE, _("Leave --keep-so-pin out."),
                             _("the PUK or security officer's PIN is the factory's, which everybody knows: it cannot be kept"))
                   : EXIT_CODE_OK;
    pin_rule_make(&init->token.info, true, &rule);
    if (init->next.has_own)
        return pin_choose(init->ui, officer_source(&init->next), &init->token, &rule, NULL, &init->new_so_pin);
    return make_so_pin(init, &rule);
}

/** All questions come before the first change. */
static enum exit_code ask_all(struct init *init)
{
    struct pin_rule rule;

    TRY_CODE(officer_open(init->ui, &init->common, &init->officer));
    TRY_CODE(officer_open(init->ui, &init->common, &init->next));
    if (!init->keep && !init->next.has_own && !pin_source_is_person(&init->officer.shared))
        return ui_fail(init->ui, EXIT_CODE_USAGE, _("Use --new-so-pin-source, --new-so-pin-fd or --keep-so-pin."),
                       _("nobody is there to whom the new PUK or security officer's PIN could be shown"));
    TRY_CODE(confirm(init));
    if (!is_blank(&init->token))
        TRY_CODE(ask_so_pin(init));
    pin_rule_make(&init->token.info, false, &rule);
    TRY_CODE(pin_choose(init->ui, &init->officer.shared, &init->token, &rule, NULL, &init->pin));
    return choose_so_pin(init);
}

static enum exit_code tell_refused(struct init *init, CK_RV rv)
{
    if (rv == CKR_FUNCTION_NOT_SUPPORTED)
        return ui_fail(init->ui, EXIT_CODE_UNSUPPORTED,
                       _("Whoever issued it prepares it. \"ecp pin change\" chooses your PIN, \"ecp key generate --so\" makes a key."),
                       _("this token cannot be erased with PKCS#11; nothing was changed"));
    if (rv == CKR_PIN_LOCKED)
        return session_tell_locked(init->ui, CKU_SO);
    if (rv == CKR_PIN_INCORRECT)
        return ui_fail(init->ui, EXIT_CODE_PIN_WRONG, _("Be sure of it before you try again: few wrong ones lock it."),
                       _("the PUK or security officer's PIN is wrong; nothing was erased"));
    return rv_fail(init->ui, rv, _("erasing the token"));
}

/** Questions take time, in which tokens are changed: what would be erased has to be what was shown. */
static enum exit_code look_again(struct init *init)
{
    struct token now;

    client_look(&init->client, init->token.slot, &now);
    if (!now.has_token)
        return rv_fail(init->ui, CKR_DEVICE_REMOVED, _("erasing the token"));
    if (is_blank(&now) != is_blank(&init->token) || strcmp(now.serial, init->token.serial) != 0 ||
        strcmp(now.label, init->token.label) != 0)
        return ui_fail(init->ui, EXIT_CODE_NO_TOKEN, _("Run \"ecp init\" again, and leave the token where it is."),
                       _("the token in \"%s\" is not the one that was chosen; nothing was erased"), init->token.reader);
    init->token = now;
    return EXIT_CODE_OK;
}

static enum exit_code erase(struct init *init)
{
    const char *label = init->label ? init->label : *init->token.label ? init->token.label : "ECP";
    CK_FLAGS last = CKF_SO_PIN_FINAL_TRY | CKF_SO_PIN_LOCKED;

    for (;;) {
        CK_RV rv;

        TRY_CODE(look_again(init));
        rv = session_init_token(&init->client, init->token.slot, init->so_pin ? init->so_pin : init->new_so_pin, label);
        if (rv == CKR_OK)
            return EXIT_CODE_OK;
        if (rv != CKR_PIN_INCORRECT || !pin_source_is_person(officer_source(&init->officer)))
            return tell_refused(init, rv);
        TRY_CODE(look_again(init));
        if (init->token.info.flags & last)
            return tell_refused(init, rv);
        ui_note(init->ui, "%s", _("The PUK or security officer's PIN is wrong. Try again."));
        TRY_CODE(ask_so_pin(init));
    }
}

static CK_RV set_initial(void *context, const struct secret *pin)
{
    return session_init_pin(context, pin);
}

/** The PIN that was chosen before; if the token does not take it, a person chooses another one. */
static enum exit_code set_user_pin(struct init *init, struct session *session)
{
    struct pin_source *source = &init->officer.shared;
    const char *step = _("setting the PIN");
    struct pin_rule rule;
    CK_RV rv = session_init_pin(session, init->pin);

    if (rv == CKR_OK)
        return EXIT_CODE_OK;
    if (!pin_source_is_person(source) || (rv != CKR_PIN_INVALID && rv != CKR_PIN_LEN_RANGE))
        return rv_fail(init->ui, rv, step);
    ui_note(init->ui, "%s", _("The token does not take that PIN."));
    pin_rule_make(&init->token.info, false, &rule);
    rule.letters = rule.letters && rv != CKR_PIN_INVALID;
    return pin_choose_and_set(init->ui, source, &init->token, &rule, NULL, step, set_initial, session, NULL);
}

static enum exit_code set_pins(struct init *init)
{
    SCOPED(session_close) struct session session = { 0 };
    const struct secret *so_pin = init->so_pin ? init->so_pin : init->new_so_pin;
    CK_RV rv;

    TRY_CODE(session_open(init->ui, &init->client, &init->token, true, &session));
    rv = session_present(&session, CKU_SO, so_pin);
    if (rv != CKR_OK)
        return rv_fail(init->ui, rv, _("logging in"));
    session.logged_in = true;
    TRY_CODE(set_user_pin(init, &session));
    if (!init->so_pin || !init->new_so_pin)
        return EXIT_CODE_OK;
    rv = session_set_pin(&session, so_pin, init->new_so_pin);
    return rv == CKR_OK ? EXIT_CODE_OK : rv_fail(init->ui, rv, _("changing the PUK or security officer's PIN"));
}

/** After a failure on the way: a new security officer's PIN may have been shown that is not in force. */
static void tell_unfinished(const struct init *init)
{
    ui_note(init->ui, "%s", _("The token is erased and not ready yet: run \"ecp init\" again."));
    if (!init->new_so_pin)
        return;
    ui_note(init->ui, "%s",
            init->so_pin ? _("Go on with the PUK or security officer's PIN that it had before: the token did not confirm the new one.")
                         : _("The new PUK or security officer's PIN is valid already."));
}

static enum exit_code init(struct init *init)
{
    enum exit_code code;

    TRY_CODE(client_open(init->ui, &init->common, &init->client));
    TRY_CODE(choose_token(init));
    TRY_CODE(show_losses(init));
    TRY_CODE(ask_all(init));
    TRY_CODE(erase(init));
    code = set_pins(init);
    if (code != EXIT_CODE_OK) {
        tell_unfinished(init);
        return code;
    }
    client_look(&init->client, init->token.slot, &init->token);
    ui_say(init->ui, _("The token \"%s\" is ready. Next: \"ecp key generate\" makes a key."), init->token.label);
    ui_result(init->ui, json_pack("{s:o, s:O, s:b}", "token", describe_token(&init->token), "erased", init->lost,
                                  "so_pin_changed", init->new_so_pin != NULL));
    return EXIT_CODE_OK;
}

enum exit_code init_run(struct ui *ui, int argc, char **argv)
{
    SCOPED(init_free) struct init run = { .ui = ui, .officer = OFFICER_NONE, .next = OFFICER_NONE };
    const struct option_row rows[] = {
        { "label", N_("TEXT"), N_("what to call the token (PIV has no place for it)"), OPTION_TEXT, &run.label },
        OFFICER_ROWS(run.officer),
        { "new-so-pin-fd", N_("NUMBER"), N_("read the new PUK or security officer's PIN from this descriptor"), OPTION_NUMBER,
          &run.next.fd },
        { "new-so-pin-source", N_("FILE"), N_("read the new PUK or security officer's PIN from this file"), OPTION_TEXT,
          &run.next.file },
        { "keep-so-pin", NULL, N_("do not change the PUK or security officer's PIN"), OPTION_FLAG, &run.keep },
    };
    const struct usage usage = {
        .description =
            N_("Prepares a token: erases it, and sets its name, PIN, PUK or security officer's PIN, and management key."),
        .rows = rows, .row_count = sizeof(rows) / sizeof(rows[0]), .groups = OPTIONS_TOKEN | OPTIONS_PIN | OPTIONS_YES,
    };
    int first;

    OPTIONS_READ(ui, &usage, &run.common, argc, argv, &first);
    TRY_CODE(label_check(ui, run.label));
    return init(&run);
}
