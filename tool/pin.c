/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/command.h"
#include "tool/describe.h"
#include "tool/officer.h"
#include "tool/pin_choose.h"
#include "tool/rv_text.h"
#include "tool/text.h"

/** One run of a command about PINs. */
struct pin_run {
    const struct ui *ui;
    const struct common *common;
    struct officer *officer;
    struct session *session;
    bool of_officer; /**< it is the PUK or security officer's PIN that changes */
};

/** What a command does once it has its token. */
typedef enum exit_code pin_work(const struct pin_run *run);

static CK_RV set_changed(void *context, const struct secret *pin)
{
    const struct session *session = context;

    return session_set_pin(session, session->pin, pin);
}

static CK_RV set_initial(void *context, const struct secret *pin)
{
    return session_init_pin(context, pin);
}

static enum exit_code tell(const struct pin_run *run, const char *words, const char *what)
{
    ui_say(run->ui, "%s", words);
    ui_result(run->ui, json_pack("{s:o, s:s}", "token", describe_token(&run->session->token), "pin", what));
    return EXIT_CODE_OK;
}

static enum exit_code change_on_reader(const struct pin_run *run)
{
    CK_RV rv;

    ui_note(run->ui, "%s",
            _("Enter the old PIN and twice the new one on the keys of the reader. Take at least 8 digits: nobody else checks."));
    rv = session_set_pin(run->session, NULL, NULL);
    return rv == CKR_OK ? tell(run, _("The PIN is changed."), "changed") : rv_fail(run->ui, rv, _("changing the PIN"));
}

static enum exit_code change(const struct pin_run *run)
{
    const struct token *token = &run->session->token;
    struct pin_source *source = run->of_officer ? officer_source(run->officer) : &run->officer->shared;
    struct pin_rule rule;

    if (!run->of_officer && token->info.flags & CKF_PROTECTED_AUTHENTICATION_PATH)
        return change_on_reader(run);
    TRY_CODE(session_login_from(run->ui, run->session, source, run->of_officer ? CKU_SO : CKU_USER, true));
    pin_rule_make(&token->info, run->of_officer, &rule);
    TRY_CODE(pin_choose_and_set(run->ui, &run->officer->shared, token, &rule, run->session->pin, _("changing the PIN"),
                                set_changed, run->session, NULL));
    if (run->of_officer)
        return tell(run, _("The PUK or security officer's PIN is changed. Keep it where you find it, and nobody else does."),
                    "changed");
    return tell(run, _("The PIN is changed."), "changed");
}

/** By the security officer, whom the token asks for nothing but his own secret. */
static enum exit_code initialise(const struct pin_run *run, const char *words, const char *what)
{
    struct pin_rule rule;

    TRY_CODE(session_login_from(run->ui, run->session, officer_source(run->officer), CKU_SO, false));
    if (pin_rule_is_factory(run->session->pin))
        ui_note(run->ui, "%s",
                _("The PUK or security officer's PIN is still the factory's, which everybody knows: \"ecp pin change --so\"."));
    pin_rule_make(&run->session->token.info, false, &rule);
    TRY_CODE(pin_choose_and_set(run->ui, &run->officer->shared, &run->session->token, &rule, NULL, _("setting the PIN"),
                                set_initial, run->session, NULL));
    return tell(run, words, what);
}

static enum exit_code set(const struct pin_run *run)
{
    CK_FLAGS flags = run->session->token.info.flags;

    if (!(flags & CKF_USER_PIN_INITIALIZED))
        return initialise(run, _("The PIN is set."), "set");
    if (flags & CKF_USER_PIN_TO_BE_CHANGED)
        return change(run);
    return ui_fail(run->ui, EXIT_CODE_EXISTS,
                   _("\"ecp pin change\" changes it; \"ecp pin unblock\" helps if it is locked or forgotten."),
                   _("the token has a PIN already"));
}

static enum exit_code unblock(const struct pin_run *run)
{
    return initialise(run, _("The token has a new PIN, and all tries again."), "unblocked");
}

static enum exit_code run_with(struct ui *ui, const struct common *common, struct officer *officer, bool of_officer,
                               pin_work *work)
{
    SCOPED(client_close) struct client client = { 0 };
    SCOPED(session_close) struct session session = { 0 };
    SCOPED(officer_close) struct officer opened = *officer;
    struct pin_run run = { ui, common, &opened, &session, of_officer };
    struct token token;

    TRY_CODE(client_open(ui, common, &client));
    TRY_CODE(client_token(ui, &client, common, false, &token));
    TRY_CODE(session_open(ui, &client, &token, true, &session));
    TRY_CODE(officer_open(ui, common, &opened));
    return work(&run);
}

/** Reads the options of one of the commands, with ROWS, of which the last is that of --so, counted if IT_HAS_SO. */
static enum exit_code read_and_run(struct ui *ui, int argc, char **argv, const char *description, bool it_has_so,
                                   pin_work *work)
{
    struct officer officer = OFFICER_NONE;
    bool of_officer = false;
    const struct option_row rows[] = {
        OFFICER_ROWS(officer),
        { "so", NULL, N_("change the PUK or security officer's PIN instead"), OPTION_FLAG, &of_officer },
    };
    const struct usage usage = { .description = description,
                                 .rows = rows,
                                 .row_count = it_has_so ? 3 : 2,
                                 .groups = OPTIONS_TOKEN | OPTIONS_PIN };
    struct common common;
    int first;

    OPTIONS_READ(ui, &usage, &common, argc, argv, &first);
    return run_with(ui, &common, &officer, of_officer, work);
}

enum exit_code pin_set_run(struct ui *ui, int argc, char **argv)
{
    return read_and_run(ui, argc, argv,
                        N_("Chooses the first PIN of a token, with the security officer's PIN or instead of the factory's PIN."),
                        false, set);
}

enum exit_code pin_change_run(struct ui *ui, int argc, char **argv)
{
    return read_and_run(ui, argc, argv, N_("Asks for the PIN and then twice for the new one."), true, change);
}

enum exit_code pin_unblock_run(struct ui *ui, int argc, char **argv)
{
    return read_and_run(ui, argc, argv,
                        N_("Chooses a new PIN with the PUK or security officer's PIN, where the old one is locked or forgotten."),
                        false, unblock);
}
