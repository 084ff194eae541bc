/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* reader_code.h: the one table that says what a return code of PC/SC (part 5, appendix) means. */
#ifndef ECP_PCSC_READER_CODE_H
#define ECP_PCSC_READER_CODE_H

#include "asn1/result.h"

/** What a return code of PC/SC means, outside a transmission. Both signs of the platforms are understood. */
enum result reader_code_result(long code) MUST_USE;

/**
 * What it means when it ends the transmission of a command: everything that does not say for sure that the
 * card never got it is RESULT_TRANSPORT.
 */
enum result reader_code_transmit_result(long code) MUST_USE;

#endif
