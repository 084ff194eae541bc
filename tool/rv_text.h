/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* rv_text.h: what a CK_RV means for a person, and how the command ends then. */
#ifndef ECP_TOOL_RV_TEXT_H
#define ECP_TOOL_RV_TEXT_H

#include "pkcs11-headers/pkcs11.h"
#include "tool/ui.h"

/** The name of RV, "CKR_PIN_INCORRECT"; "CKR_0x…" written into SPARE (at least 24 bytes) if it has none here. */
const char *rv_name(CK_RV rv, char *spare);

/** Tells that STEP (a translated phrase: "signing") failed with RV: what it means, its name, what to do. Returns the
 * exit code for it. */
enum exit_code rv_fail(const struct ui *ui, CK_RV rv, const char *step);

/** The exit code for RV, without telling anything. */
enum exit_code rv_exit_code(CK_RV rv);

#endif
