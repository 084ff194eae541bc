/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rules.h: which return values the standard (PKCS#11 3.1, chapter 5) allows each function. */
#ifndef ECP_TESTS_SWEEP_RULES_H
#define ECP_TESTS_SWEEP_RULES_H

#include <stdbool.h>

#include "pkcs11-headers/pkcs11.h"

/** FUNCTION ("C_Login") may return RV. An unknown function may return nothing. */
bool rules_allow(const char *function, CK_RV rv);

#endif
