/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* pin_choose.h: a new PIN: told the rule, typed twice, held against the rule. */
#ifndef ECP_TOOL_PIN_CHOOSE_H
#define ECP_TOOL_PIN_CHOOSE_H

#include "tool/client.h"
#include "tool/pin_rule.h"
#include "tool/pin_source.h"

/**
 * Asks for a new PIN of TOKEN until one keeps RULE and is not OLD (may be NULL). A person is asked twice and again after
 * a fault; from a descriptor or a file one line is taken, and a fault is EXIT_CODE_PIN_RULE. *RET belongs to the caller.
 */
enum exit_code pin_choose(const struct ui *ui, struct pin_source *source, const struct token *token,
                          const struct pin_rule *rule, const struct secret *old, struct secret **ret);

/**
 * Chooses with pin_choose() and gives it to SET(context, pin), until the token takes it: what it refuses for its
 * characters or length is told to a person, who chooses again, under the rule for digits if letters were refused.
 * STEP: what failed otherwise, for rv_fail(). *RET (may be NULL) becomes the PIN and belongs to the caller.
 */
enum exit_code pin_choose_and_set(const struct ui *ui, struct pin_source *source, const struct token *token,
                                  struct pin_rule *rule, const struct secret *old, const char *step,
                                  CK_RV (*set)(void *context, const struct secret *pin), void *context,
                                  struct secret **ret);

#endif
