/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/profile.h"

#include <string.h>

#include "asn1/extension.h"
#include "tool/prompt.h"
#include "tool/text.h"

static const struct profile profiles[] = {
    { "person", N_("a person"), true,
      { [SUBJECT_SN] = PROFILE_NEEDED, [SUBJECT_GN] = PROFILE_NEEDED, [SUBJECT_CN] = PROFILE_NEEDED,
        [SUBJECT_INN] = PROFILE_NEEDED, [SUBJECT_SNILS] = PROFILE_NEEDED, [SUBJECT_C] = PROFILE_NEEDED,
        [SUBJECT_ST] = PROFILE_ASKED, [SUBJECT_L] = PROFILE_ASKED, [SUBJECT_STREET] = PROFILE_MAY,
        [SUBJECT_EMAIL] = PROFILE_ASKED } },
    { "entrepreneur", N_("an individual entrepreneur"), true,
      { [SUBJECT_SN] = PROFILE_NEEDED, [SUBJECT_GN] = PROFILE_NEEDED, [SUBJECT_CN] = PROFILE_NEEDED,
        [SUBJECT_INN] = PROFILE_NEEDED, [SUBJECT_SNILS] = PROFILE_NEEDED, [SUBJECT_OGRNIP] = PROFILE_NEEDED,
        [SUBJECT_C] = PROFILE_NEEDED, [SUBJECT_ST] = PROFILE_ASKED, [SUBJECT_L] = PROFILE_ASKED,
        [SUBJECT_STREET] = PROFILE_MAY, [SUBJECT_EMAIL] = PROFILE_ASKED } },
    { "organisation", N_("an organisation and who acts for it"), true,
      { [SUBJECT_O] = PROFILE_NEEDED, [SUBJECT_CN] = PROFILE_NEEDED, [SUBJECT_OGRN] = PROFILE_NEEDED,
        [SUBJECT_INNLE] = PROFILE_NEEDED, [SUBJECT_C] = PROFILE_NEEDED, [SUBJECT_ST] = PROFILE_NEEDED,
        [SUBJECT_L] = PROFILE_NEEDED, [SUBJECT_STREET] = PROFILE_NEEDED, [SUBJECT_OU] = PROFILE_MAY,
        [SUBJECT_SN] = PROFILE_ASKED, [SUBJECT_GN] = PROFILE_ASKED, [SUBJECT_TITLE] = PROFILE_ASKED,
        [SUBJECT_INN] = PROFILE_ASKED, [SUBJECT_SNILS] = PROFILE_ASKED, [SUBJECT_EMAIL] = PROFILE_ASKED } },
    { "plain", N_("any certificate, without what Russia wants"), false,
      { [SUBJECT_CN] = PROFILE_NEEDED, [SUBJECT_EMAIL] = PROFILE_ASKED, [SUBJECT_SN] = PROFILE_MAY,
        [SUBJECT_GN] = PROFILE_MAY, [SUBJECT_C] = PROFILE_MAY, [SUBJECT_ST] = PROFILE_MAY, [SUBJECT_L] = PROFILE_MAY,
        [SUBJECT_STREET] = PROFILE_MAY, [SUBJECT_O] = PROFILE_MAY, [SUBJECT_OU] = PROFILE_MAY,
        [SUBJECT_TITLE] = PROFILE_MAY, [SUBJECT_INN] = PROFILE_MAY, [SUBJECT_INNLE] = PROFILE_MAY,
        [SUBJECT_SNILS] = PROFILE_MAY, [SUBJECT_OGRN] = PROFILE_MAY, [SUBJECT_OGRNIP] = PROFILE_MAY } },
};

const struct profile *profile_find(const char *name)
{
    for (size_t i = 0; i < sizeof(profiles) / sizeof(profiles[0]); i++)
        if (strcmp(profiles[i].name, name) == 0)
            return &profiles[i];
    return NULL;
}

const char *profile_names(void)
{
    return "person, entrepreneur, organisation, plain";
}

/** In the order in which a person would tell them; the common name last, since it follows from the others. */
static const enum subject_field order[] = {
    SUBJECT_O, SUBJECT_OU, SUBJECT_OGRN, SUBJECT_INNLE, SUBJECT_SN, SUBJECT_GN, SUBJECT_TITLE, SUBJECT_INN, SUBJECT_SNILS,
    SUBJECT_OGRNIP, SUBJECT_C, SUBJECT_ST, SUBJECT_L, SUBJECT_STREET, SUBJECT_EMAIL, SUBJECT_CN,
};

_Static_assert(sizeof(order) / sizeof(order[0]) == SUBJECT_FIELDS, "each field has its place");

/** What FIELD is if nothing else is said; empty if nothing follows. */
static void propose(const struct profile *profile, const struct subject *subject, enum subject_field field, char *ret,
                    size_t size)
{
    const char *surname = subject->values[SUBJECT_SN], *given = subject->values[SUBJECT_GN];

    ret[0] = '\0';
    if (field == SUBJECT_C && profile->russian)
        snprintf(ret, size, "RU");
    else if (field == SUBJECT_CN && subject->values[SUBJECT_O])
        snprintf(ret, size, "%s", subject->values[SUBJECT_O]);
    else if (field == SUBJECT_CN && surname && given)
        snprintf(ret, size, "%s %s", surname, given);
}

static enum exit_code ask_field(const struct ui *ui, enum subject_field field, const char *proposal, bool needed,
                                struct subject *subject)
{
    const char *words = gettext(subject_row(field)->words);
    char question[256], answer[PROMPT_LINE_MAX], message[SUBJECT_MESSAGE_MAX];

    snprintf(question, sizeof(question), needed ? "%s" : _("%s (may stay empty)"), words);
    for (;;) {
        TRY_CODE(prompt_line(ui, question, proposal, answer, sizeof(answer)));
        if (!*answer && !needed)
            return EXIT_CODE_OK;
        if (!*answer)
            ui_note(ui, "%s", _("This is needed."));
        else if (subject_check(field, answer, message))
            return subject_set(ui, subject, field, answer);
        else
            ui_note(ui, "%s", message);
    }
}

static enum exit_code complete_field(const struct ui *ui, const struct profile *profile, enum subject_field field, bool ask,
                                     struct subject *subject)
{
    bool needed = profile->needs[field] == PROFILE_NEEDED;
    char proposal[SUBJECT_MESSAGE_MAX], message[SUBJECT_MESSAGE_MAX];

    if (subject->values[field] && profile->needs[field] == PROFILE_NEVER)
        return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--%s does not belong to the profile \"%s\""), subject_row(field)->option,
                       profile->name);
    if (subject->values[field] || profile->needs[field] < PROFILE_ASKED)
        return EXIT_CODE_OK;
    propose(profile, subject, field, proposal, sizeof(proposal));
    if (ask)
        return ask_field(ui, field, proposal, needed, subject);
    if (*proposal && subject_check(field, proposal, message))
        return subject_set(ui, subject, field, proposal);
    if (!needed)
        return EXIT_CODE_OK;
    return ui_fail(ui, EXIT_CODE_USAGE, _("Give it with this option, or in a file with --file."), _("--%s is missing (%s)"),
                   subject_row(field)->option, gettext(subject_row(field)->words));
}

enum exit_code profile_complete(const struct ui *ui, const struct profile *profile, bool ask, struct subject *subject)
{
    for (size_t i = 0; i < SUBJECT_FIELDS; i++)
        TRY_CODE(complete_field(ui, profile, order[i], ask, subject));
    return EXIT_CODE_OK;
}

static enum result add_usages(bool decrypts, struct buf *out)
{
    static const char *const purposes[] = { EXTENSION_CLIENT_AUTH, EXTENSION_EMAIL_PROTECTION };
    unsigned usage = X509_DIGITAL_SIGNATURE | X509_NON_REPUDIATION;

    if (decrypts)
        usage |= X509_KEY_ENCIPHERMENT | X509_DATA_ENCIPHERMENT;
    TRY(extension_add_key_usage(usage, out));
    return extension_add_extended_usage(purposes, sizeof(purposes) / sizeof(purposes[0]), out);
}

enum result profile_extensions(const struct profile *profile, const struct profile_choice *choice, struct buf *out)
{
    static const char *const policies[] = { EXTENSION_CLASS_KC1 };

    TRY(add_usages(choice->decrypts, out));
    if (!profile->russian && choice->email) {
        const struct extension_name name = { EXTENSION_EMAIL, bytes_text(choice->email) };

        return extension_add_names(&name, 1, out);
    }
    if (!profile->russian)
        return RESULT_OK;
    TRY(extension_add_policies(policies, 1, out));
    TRY(extension_add_sign_tool(choice->sign_tool, out));
    return extension_add_identification(choice->identification, out);
}
