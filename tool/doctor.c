/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/doctor.h"

#include <stdlib.h>
#include <string.h>

#include "tool/command.h"
#include "tool/rv_text.h"
#include "tool/text.h"

/** How long a card is waited for that another program has. */
#define SECONDS_OF_WAIT 5

/** Opens the module; what would be told of a failure becomes a finding. */
static bool open_module(struct findings *findings, const struct common *common, struct client *client)
{
    char *text = NULL, *line;
    size_t size = 0;
    struct ui listening = *findings->ui;
    enum exit_code code;

    listening.err = open_memstream(&text, &size);
    listening.out = listening.err;
    listening.json = false;
    if (!listening.err)
        return false;
    code = client_open(&listening, common, client);
    fclose(listening.err);
    line = text ? strstr(text, ": ") : NULL;
    if (line)
        line[strcspn(line, "\n")] = '\0';
    if (code != EXIT_CODE_OK)
        finding_add(findings, FINDING_PROBLEM, "module", true, _("Install libecp-pkcs11, or name a module with --module."), "%s",
                    line ? line + 2 : client_path(common));
    free(text);
    return code == EXIT_CODE_OK;
}

static void hex_of(const struct pcsc_reader *reader, char *ret)
{
    for (size_t i = 0; i < reader->atr_size; i++)
        snprintf(ret + 2 * i, 3, "%02X", reader->atr[i]);
}

/**
 * A card that the module makes nothing of. Readers are named the same by the service, as far as Cryptoki has room. ALONE: there is
 * no other token that was meant.
 */
static void add_unknown(struct findings *findings, const struct token *token, const struct pcsc_check *check, bool alone)
{
    char atr[2 * sizeof(check->readers[0].atr) + 1] = "?", spare[24];

    if (token->rv != CKR_TOKEN_NOT_RECOGNIZED) {
        finding_add(findings, FINDING_PROBLEM, "token-fails", true, _("Take it out and put it in again; \"ecp trace -- ecp status\" records more."),
                    _("the token in \"%s\" does not work: %s"), token->reader, rv_name(token->rv, spare));
        return;
    }
    for (size_t i = 0; i < check->count; i++)
        if (strncmp(check->readers[i].name, token->reader, strlen(token->reader)) == 0)
            hex_of(&check->readers[i], atr);
    finding_add(findings, alone ? FINDING_PROBLEM : FINDING_HINT, "card-not-known", true,
                _("PIV cards and Rutoken ECP are known. Another module may know it: --module."),
                _("no driver knows the card in \"%s\" (ATR %s)"), token->reader, atr);
}

static enum exit_code look_at_tokens(struct findings *findings, const struct common *common, const struct client *client,
                                     const struct pcsc_check *check, bool login)
{
    SCOPED(tokens_free) struct tokens tokens = { 0 };
    struct uri wanted;
    size_t known = 0, unknown = 0;

    TRY_CODE(client_uri(findings->ui, common->token, &wanted));
    TRY_CODE(client_tokens(findings->ui, client, &tokens));
    for (size_t i = 0; i < tokens.count; i++) {
        const struct token *token = &tokens.rows[i];

        if (token->has_token && client_token_is(token, &wanted)) {
            TRY_CODE(doctor_token(findings, client, token, login ? common : NULL));
            known++;
        }
    }
    for (size_t i = 0; i < tokens.count; i++) {
        const struct token *token = &tokens.rows[i];

        if (token->has_token || !(token->slot_info.flags & CKF_TOKEN_PRESENT))
            continue;
        add_unknown(findings, token, check, known == 0);
        unknown++;
    }
    if (known + unknown == 0)
        finding_add(findings, FINDING_PROBLEM, "no-token", true, _("Plug the token in."),
                    common->token ? _("the token that was named is not there") : _("no token was found"));
    return EXIT_CODE_OK;
}

static enum exit_code examine(struct findings *findings, const struct common *common, bool login)
{
    SCOPED(client_close) struct client client = { 0 };
    struct pcsc_check check = { 0 };
    bool ours = strstr(client_path(common), "libecp-pkcs11") != NULL;

    doctor_clock(findings, time(NULL));
    /* before the module is loaded: a module's threads and a fork do not go together */
    if (ours) {
        pcsc_check(SECONDS_OF_WAIT, &check);
        if (!doctor_pcsc(findings, &check))
            return EXIT_CODE_OK;
    }
    if (!open_module(findings, common, &client))
        return EXIT_CODE_OK;
    TRY_CODE(look_at_tokens(findings, common, &client, &check, login));
    if (ours)
        doctor_registration(findings, client.path);
    return EXIT_CODE_OK;
}

enum exit_code doctor_run(struct ui *ui, int argc, char **argv)
{
    struct findings findings = { .ui = ui };
    bool login = false;
    const struct option_row rows[] = {
        { "login", NULL, N_("look with the PIN, which some tokens want before they show keys"), OPTION_FLAG, &login },
    };
    const struct usage usage = {
        .description = N_("Finds out why a token does not work, and says what to do. Changes nothing."),
        .rows = rows, .row_count = 1, .groups = OPTIONS_TOKEN | OPTIONS_PIN,
    };
    struct common common;
    enum exit_code code;
    int first;

    OPTIONS_READ(ui, &usage, &common, argc, argv, &first);
    findings.list = json_array();
    code = examine(&findings, &common, login);
    if (code != EXIT_CODE_OK) {
        json_decref(findings.list);
        return code;
    }
    code = findings.problems ? EXIT_CODE_PROBLEM : EXIT_CODE_OK;
    ui_say(ui, "%s", findings.problems ? _("Something stands in the way; see above.")
                                       : _("Nothing was found that stands in the way."));
    ui_result(ui, json_pack("{s:o, s:i}", "findings", findings.list, "exit", (int)code));
    return code;
}
