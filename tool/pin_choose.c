/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/pin_choose.h"

#include "tool/rv_text.h"
#include "tool/text.h"

static void rule_words(const struct pin_rule *rule, char *ret, size_t size)
{
    unsigned long least = rule->least, most = rule->most;

    if (rule->letters)
        snprintf(ret, size, ngettext("at least %lu character, with letters and digits",
                                     "at least %lu characters, with letters and digits", least),
                 least);
    else if (least == most)
        snprintf(ret, size, ngettext("exactly %lu digit: this token's PINs are no longer",
                                     "exactly %lu digits: this token's PINs are no longer", least),
                 least);
    else
        snprintf(ret, size, ngettext("at least %lu digit: this token takes no letters",
                                     "at least %lu digits: this token takes no letters", least),
                 least);
}

static const char *fault_words(enum pin_fault fault)
{
    switch (fault) {
    case PIN_FINE:
        break;
    case PIN_SHORT:
        return _("the new PIN is too short");
    case PIN_LONG:
        return _("the new PIN is too long");
    case PIN_NO_LETTER:
        return _("the new PIN has no letter");
    case PIN_NO_DIGIT:
        return _("the new PIN has no digit");
    case PIN_CONTROL:
        return _("the new PIN has a character that cannot be typed everywhere");
    case PIN_FACTORY:
        return _("that is a PIN that tokens come with from the factory: everybody knows it");
    case PIN_SIMPLE:
        return _("the new PIN is one of the first that anybody would try");
    }
    return _("the new PIN is the old one");
}

static enum exit_code read_twice(const struct ui *ui, struct pin_source *source, const struct token *token,
                                 const struct pin_rule *rule, bool *ret_same, struct secret **ret)
{
    SCOPED(secret_free) struct secret *again = NULL;

    TRY_CODE(pin_source_read(ui, source, rule->officer ? PIN_NEW_OF_OFFICER : PIN_NEW_OF_USER, token->label, false, ret));
    *ret_same = true;
    if (!pin_source_is_person(source) || pin_rule_check(rule, *ret) != PIN_FINE)
        return EXIT_CODE_OK;
    TRY_CODE(pin_source_read(ui, source, PIN_NEW_AGAIN, token->label, false, &again));
    *ret_same = secret_equal(*ret, again);
    return EXIT_CODE_OK;
}

enum exit_code pin_choose(const struct ui *ui, struct pin_source *source, const struct token *token,
                          const struct pin_rule *rule, const struct secret *old, struct secret **ret)
{
    char words[160];

    *ret = NULL;
    rule_words(rule, words, sizeof(words));
    if (pin_source_is_person(source))
        ui_note(ui, _("The new PIN has to have %s."), words);
    for (;;) {
        SCOPED(secret_free) struct secret *pin = NULL;
        enum pin_fault fault;
        bool same;

        TRY_CODE(read_twice(ui, source, token, rule, &same, &pin));
        if (!same) {
            ui_note(ui, "%s", _("The two are not the same. Once more:"));
            continue;
        }
        fault = pin_rule_check(rule, pin);
        if (fault == PIN_FINE && !(old && secret_equal(old, pin))) {
            *ret = pin;
            pin = NULL;
            return EXIT_CODE_OK;
        }
        if (!pin_source_is_person(source))
            return ui_fail(ui, EXIT_CODE_PIN_RULE, NULL, _("%s; it has to have %s"), fault_words(fault), words);
        ui_note(ui, _("No: %s. Once more:"), fault_words(fault));
    }
}

enum exit_code pin_choose_and_set(const struct ui *ui, struct pin_source *source, const struct token *token,
                                  struct pin_rule *rule, const struct secret *old, const char *step,
                                  CK_RV (*set)(void *context, const struct secret *pin), void *context,
                                  struct secret **ret)
{
    for (;;) {
        SCOPED(secret_free) struct secret *pin = NULL;
        CK_RV rv;

        TRY_CODE(pin_choose(ui, source, token, rule, old, &pin));
        rv = set(context, pin);
        if (rv == CKR_OK && ret) {
            *ret = pin;
            pin = NULL;
        }
        if (rv == CKR_OK)
            return EXIT_CODE_OK;
        if (!pin_source_is_person(source) || (rv != CKR_PIN_INVALID && rv != CKR_PIN_LEN_RANGE))
            return rv_fail(ui, rv, step);
        if (rv == CKR_PIN_INVALID && rule->letters) {
            rule->letters = false;
            ui_note(ui, "%s", _("The token does not take letters in a PIN."));
        } else {
            ui_note(ui, "%s", rv == CKR_PIN_INVALID ? _("The token takes digits alone. Once more:")
                                                    : _("The token does not take a PIN of that length. Once more:"));
        }
    }
}
