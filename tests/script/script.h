/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * script.h: a channel that plays a transcript, word by word.
 *
 * A transcript is text, one thing a line; spaces inside hex do not matter, an empty line neither:
 *
 *     # a comment
 *     ! t0                  the card speaks T=0 (first line only)
 *     > 00A40404 05 A000…   the command that must come; ?? is a byte of any value; AA*255 is 255 bytes AA
 *     + 0102                more of the line above
 *     < 6F00 9000           the answer to it, status word included; an empty answer is a lone <
 *     % 42000D48 0102       the control code (hex) and its input that must come; an answer line follows
 *     ! reset               in place of an answer: the exchange fails like that. In place of a command: the
 * next transmit fails without being looked at, or the next begin tells of a reset
 *
 * Events: reset, removed, gone, service, transport, busy, unsupported, cancelled, timeout.
 */
#ifndef ECP_TESTS_SCRIPT_H
#define ECP_TESTS_SCRIPT_H

#include "pcsc/channel.h"

/**
 * A channel that plays TEXT. *RET belongs to the caller (script_close, or the channel's close).
 * RESULT_MALFORMED if TEXT is not a transcript.
 */
enum result script_open(const char *text, struct channel **ret) MUST_USE;

/** As script_open() with the file transcripts/NAME of this folder: "piv/login.apdu". RESULT_NOT_FOUND. */
enum result script_open_file(const char *name, struct channel **ret) MUST_USE;

/**
 * "" if everything that came was what the transcript says, and all of it came; else what was wrong first,
 * with the expected and the actual bytes. Lives as long as the channel.
 */
const char *script_verdict(struct channel *channel);

/** How often begin() and end() were called, and how many commands were sent. */
struct script_counts {
    unsigned begins, ends, commands;
};
struct script_counts script_counts(const struct channel *channel);

/** Closes *CHANNEL and sets it to NULL; NULL is allowed. Fit for SCOPED. */
void script_close(struct channel **channel);

#endif
