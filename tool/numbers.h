/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * numbers.h: the numbers by which Russia knows people and organisations, and their check digits.
 *
 * INN: of a person (12 digits) and of an organisation (10 digits, INNLE in certificates); SNILS: insurance number;
 * OGRN and OGRNIP: registration of an organisation and of an entrepreneur.
 */
#ifndef ECP_TOOL_NUMBERS_H
#define ECP_TOOL_NUMBERS_H

/** Which number. */
enum number_kind { NUMBER_INN, NUMBER_INNLE, NUMBER_SNILS, NUMBER_OGRN, NUMBER_OGRNIP };

/** The longest of them, in digits. */
#define NUMBER_DIGITS_MAX 15

/** What is wrong with a number. */
enum number_fault {
    NUMBER_GOOD = 0,
    NUMBER_NOT_DIGITS, /**< something else than digits, spaces and hyphens */
    NUMBER_LENGTH,     /**< too few or too many digits */
    NUMBER_CHECK,      /**< the check digits do not fit: a typing mistake */
};

/** How many digits a number of KIND has. */
unsigned number_length(enum number_kind kind);

/**
 * Checks TEXT, in which spaces and hyphens do not count ("112-233-445 95"), and on success puts the digits alone into RET
 * (NUMBER_DIGITS_MAX + 1 bytes).
 */
enum number_fault number_check(enum number_kind kind, const char *text, char *ret);

#endif
