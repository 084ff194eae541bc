/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * reader.h: readers and cards of PC/SC, the production side of channel.h.
 *
 * Listing, every wait and every connection have a PC/SC context of their own, because calls on one context
 * wait for each other. Contexts are made when they are needed, so that nothing here fails for good when the
 * service is down: the next call tries again.
 */
#ifndef ECP_PCSC_READER_H
#define ECP_PCSC_READER_H

#include "pcsc/channel.h"

/** The readers of the PC/SC service. Talks to nobody yet. RESULT_NO_MEMORY. *RET belongs to the caller
 * (close). */
enum result reader_source_pcsc(struct reader_source **ret) MUST_USE;

#endif
