/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vpcd.h: the card's end of the wire to the virtual reader driver "vpcd" of the vsmartcard project.
 *
 * Both ways a message is a length of two bytes, big-endian, and so many bytes. To the card a message of one
 * byte is an order of the reader (there is no APDU of one byte), any other an APDU. The card answers to "ATR"
 * and to APDUs.
 */
#ifndef ECP_VCARD_VPCD_H
#define ECP_VCARD_VPCD_H

#include "asn1/bytes.h"
#include "asn1/result.h"

/** The port on which the driver listens unless told otherwise. */
#define VPCD_PORT 35963

/** The longest message in bytes, without its length. */
#define VPCD_MESSAGE_MAX 65535

/** What the reader wants. */
enum vpcd_order {
    VPCD_POWER_OFF,
    VPCD_POWER_ON,
    VPCD_RESET,
    VPCD_ATR,     /**< the answer to reset is to be sent */
    VPCD_COMMAND, /**< the response to an APDU is to be sent */
    VPCD_UNKNOWN, /**< an order of one byte without a meaning: nothing is to be sent */
};

/** A connection to one slot of a reader. Large: belongs on the heap. FD is -1 while there is no connection.
 */
struct vpcd {
    int fd;
    uint8_t input[VPCD_MESSAGE_MAX];
    uint8_t output[2 + VPCD_MESSAGE_MAX];
};

/**
 * Connects to the driver that listens on PORT of HOST (a name or an address). RESULT_TRANSPORT if nobody
 * listens there or the host is unknown. On success vpcd_close() is due.
 */
enum result vpcd_connect(struct vpcd *vpcd, const char *host, unsigned port) MUST_USE;

/** Closes the connection: the reader sees the card leave. Nothing happens if there is none. */
void vpcd_close(struct vpcd *vpcd);

/**
 * Waits for one message. For VPCD_COMMAND *COMMAND is the APDU, valid until the next call; otherwise it is
 * empty. RESULT_TRANSPORT if the reader has gone or stopped in the middle of a message.
 */
enum result vpcd_receive(struct vpcd *vpcd, enum vpcd_order *order, struct bytes *command) MUST_USE;

/** Sends one message. RESULT_TOO_LARGE above VPCD_MESSAGE_MAX bytes (nothing is sent), RESULT_TRANSPORT. */
enum result vpcd_send(struct vpcd *vpcd, struct bytes message) MUST_USE;

#endif
