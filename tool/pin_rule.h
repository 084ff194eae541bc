/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * pin_rule.h: what a new PIN has to be: at least eight characters with letters and digits, or eight digits.
 *
 * PKCS#11 has no flag that says whether a token takes letters. What it tells is the greatest length (CK_TOKEN_INFO,
 * ulMaxPinLen): tokens that end at eight characters are those of the PIN pad's time, PIV among them (SP 800-73-4 part 2,
 * 2.4.3: digits), and eight digits are all that can be asked for there. On others letters are asked for, and taken back
 * if the token refuses them (CKR_PIN_INVALID).
 */
#ifndef ECP_TOOL_PIN_RULE_H
#define ECP_TOOL_PIN_RULE_H

#include "asn1/secret.h"
#include "pkcs11-headers/pkcs11.h"

/** The least characters of a new PIN. */
#define PIN_RULE_LEAST 8

/** LEAST is in characters (UTF-8), MOST in bytes. LETTERS: letters and digits are asked for; else digits do. */
struct pin_rule {
    size_t least, most;
    bool letters, officer;
};

/** What is wrong with a new PIN. */
enum pin_fault {
    PIN_FINE,
    PIN_SHORT,
    PIN_LONG,
    PIN_NO_LETTER,
    PIN_NO_DIGIT,
    PIN_CONTROL, /**< a character that no keyboard types */
    PIN_FACTORY, /**< some maker delivers tokens with it */
    PIN_SIMPLE,  /**< one character throughout, or a row of neighbours */
};

/** The rule for tokens with INFO. OFFICER: for a PUK or security officer's PIN; a PIV management key (32, 48 or 64
 * hexadecimal digits) is one, too. */
void pin_rule_make(const CK_TOKEN_INFO *info, bool officer, struct pin_rule *ret);

/** Holds PIN against RULE. */
enum pin_fault pin_rule_check(const struct pin_rule *rule, const struct secret *pin);

/** PIN is one that tokens are delivered with. */
bool pin_rule_is_factory(const struct secret *pin);

/** A random PIN that keeps RULE, without characters that are mistaken for others. *RET belongs to the caller. */
enum result pin_rule_random(const struct pin_rule *rule, struct secret **ret) MUST_USE;

#endif
