/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/subject.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/name.h"
#include "asn1/strict.h"
#include "asn1/text.h"
#include "tool/text.h"

/** The text of a whole name, in bytes. */
#define NAME_TEXT_MAX 3072

/* Lengths: RFC 5280 appendix A.1 (upper bounds); street: X.520 6.3.9. */
static const struct subject_row rows[SUBJECT_FIELDS] = {
    [SUBJECT_C] = { "country", "C", N_("Country (two letters)"), 2, false, 0 },
    [SUBJECT_ST] = { "state", "ST", N_("Region"), 128, false, 0 },
    [SUBJECT_L] = { "locality", "L", N_("Town"), 128, false, 0 },
    [SUBJECT_STREET] = { "street", "street", N_("Street and house"), 128, false, 0 },
    [SUBJECT_O] = { "organisation", "O", N_("Organisation"), 64, false, 0 },
    [SUBJECT_OU] = { "unit", "OU", N_("Unit"), 64, false, 0 },
    [SUBJECT_TITLE] = { "title", "title", N_("Position"), 64, false, 0 },
    [SUBJECT_CN] = { "cn", "CN", N_("Common name"), 64, false, 0 },
    [SUBJECT_SN] = { "surname", "SN", N_("Surname"), 64, false, 0 },
    [SUBJECT_GN] = { "given-name", "GN", N_("Given name and patronymic"), 64, false, 0 },
    [SUBJECT_INN] = { "inn", "INN", N_("INN of the person"), 0, true, NUMBER_INN },
    [SUBJECT_INNLE] = { "innle", "INNLE", N_("INN of the organisation"), 0, true, NUMBER_INNLE },
    [SUBJECT_SNILS] = { "snils", "SNILS", N_("SNILS"), 0, true, NUMBER_SNILS },
    [SUBJECT_OGRN] = { "ogrn", "OGRN", N_("OGRN"), 0, true, NUMBER_OGRN },
    [SUBJECT_OGRNIP] = { "ogrnip", "OGRNIP", N_("OGRNIP"), 0, true, NUMBER_OGRNIP },
    [SUBJECT_EMAIL] = { "email", "emailAddress", N_("E-mail"), 255, false, 0 },
};

const struct subject_row *subject_row(enum subject_field field)
{
    return &rows[field];
}

static bool check_number(const struct subject_row *row, const char *text, char *message)
{
    char digits[NUMBER_DIGITS_MAX + 1];

    switch (number_check(row->number, text, digits)) {
    case NUMBER_GOOD:
        return true;
    case NUMBER_NOT_DIGITS:
        snprintf(message, SUBJECT_MESSAGE_MAX, _("%s has digits only, not \"%s\""), gettext(row->words), text);
        return false;
    case NUMBER_LENGTH:
        snprintf(message, SUBJECT_MESSAGE_MAX,
                 ngettext("%s has %u digit; \"%s\" has not", "%s has %u digits; \"%s\" has not", number_length(row->number)),
                 gettext(row->words), number_length(row->number), text);
        return false;
    case NUMBER_CHECK:
        break;
    }
    snprintf(message, SUBJECT_MESSAGE_MAX, _("%s \"%s\" is mistyped: its check digits do not fit"), gettext(row->words),
             text);
    return false;
}

/** Characters in TEXT; 0 if it is not UTF-8 or has control characters. */
static unsigned count_characters(const char *text)
{
    struct text_reader reader;
    unsigned count = 0;
    uint32_t code;

    if (text_open(DER_UTF8_STRING, bytes_text(text), &reader) != RESULT_OK)
        return 0;
    while (text_next(&reader, &code) == RESULT_OK) {
        if (code < 0x20 || (code >= 0x7F && code < 0xA0))
            return 0;
        count++;
    }
    return count;
}

static bool is_country(const char *text)
{
    return strlen(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'A' && text[1] <= 'Z';
}

static bool is_mailbox(const char *text)
{
    const char *at = strchr(text, '@');

    for (const char *c = text; *c; c++)
        if (*c <= ' ' || (unsigned char)*c >= 0x7F)
            return false;
    return at && at != text && at[1] && !strchr(at + 1, '@');
}

bool subject_check(enum subject_field field, const char *text, char *message)
{
    const struct subject_row *row = &rows[field];
    unsigned count;

    if (row->is_number)
        return check_number(row, text, message);
    count = count_characters(text);
    message[0] = '\0';
    if (count == 0)
        snprintf(message, SUBJECT_MESSAGE_MAX, _("%s has characters that cannot be in a certificate"), gettext(row->words));
    else if (count > row->most)
        snprintf(message, SUBJECT_MESSAGE_MAX,
                 ngettext("%s may have %u character, not %u", "%s may have %u characters, not %u", row->most),
                 gettext(row->words), row->most, count);
    else if (field == SUBJECT_C && !is_country(text))
        snprintf(message, SUBJECT_MESSAGE_MAX, _("a country is two capital letters, as RU, not \"%s\""), text);
    else if (field == SUBJECT_EMAIL && !is_mailbox(text))
        snprintf(message, SUBJECT_MESSAGE_MAX, _("\"%s\" is no e-mail address"), text);
    return !*message;
}

enum exit_code subject_set(const struct ui *ui, struct subject *subject, enum subject_field field, const char *text)
{
    char message[SUBJECT_MESSAGE_MAX], digits[NUMBER_DIGITS_MAX + 1];

    free(subject->values[field]);
    subject->values[field] = NULL;
    if (!*text)
        return EXIT_CODE_OK;
    if (!subject_check(field, text, message))
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Nothing was signed. Correct it and start again."), "%s", message);
    if (rows[field].is_number && number_check(rows[field].number, text, digits) == NUMBER_GOOD)
        text = digits;
    subject->values[field] = strdup(text);
    return subject->values[field] ? EXIT_CODE_OK : ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
}

void subject_free(struct subject *subject)
{
    for (size_t i = 0; i < SUBJECT_FIELDS; i++) {
        free(subject->values[i]);
        subject->values[i] = NULL;
    }
}

/** "PART=value" as RFC 4514 2.4 has it. */
static void add_part(const char *part, const char *value, struct buf *text)
{
    size_t length = strlen(value);

    if (text->size)
        buf_add_byte(text, ',');
    buf_add(text, bytes_text(part));
    buf_add_byte(text, '=');
    for (size_t i = 0; i < length; i++) {
        bool edge = (value[i] == ' ' && (i == 0 || i + 1 == length)) || (value[i] == '#' && i == 0);

        if (edge || strchr("\"+,;<>\\=", value[i]))
            buf_add_byte(text, '\\');
        buf_add_byte(text, (uint8_t)value[i]);
    }
}

enum result subject_name(const struct subject *subject, struct buf *out)
{
    char memory[NAME_TEXT_MAX];
    struct buf text = buf_make((uint8_t *)memory, sizeof(memory));

    /* the text of a name begins with its last part */
    for (size_t i = SUBJECT_FIELDS; i-- > 0;)
        if (subject->values[i])
            add_part(rows[i].part, subject->values[i], &text);
    buf_add_byte(&text, 0);
    TRY(buf_check(&text));
    return name_from_text(memory, out);
}
