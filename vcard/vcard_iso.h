/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * vcard_iso.h: the card's end of ISO 7816-3 and -4, shared by all families: taking a command APDU (T=1) or
 * TPDU (T=0) apart, joining chained commands, and handing out an answer in parts (61xx and GET RESPONSE, 6Cxx
 * on T=0).
 *
 * An application sees whole commands only and answers with data and a status word.
 */
#ifndef ECP_VCARD_VCARD_ISO_H
#define ECP_VCARD_VCARD_ISO_H

#include "asn1/buf.h"
#include "asn1/bytes.h"
#include "asn1/result.h"

/** Status words (ISO 7816-4, 5.1.3). */
enum iso_sw {
    ISO_SW_OK = 0x9000,
    ISO_SW_MORE = 0x6100,       /**< + number of bytes, 00 for 256 and more */
    ISO_SW_TRIES = 0x63C0,      /**< + tries left */
    ISO_SW_MEMORY = 0x6581,     /**< memory failure */
    ISO_SW_LENGTH = 0x6700,     /**< wrong length */
    ISO_SW_CHANNEL = 0x6881,    /**< logical channel not supported */
    ISO_SW_SM = 0x6882,         /**< secure messaging not supported */
    ISO_SW_FILE_KIND = 0x6981,  /**< command incompatible with the file */
    ISO_SW_SECURITY = 0x6982,   /**< security status not satisfied */
    ISO_SW_BLOCKED = 0x6983,    /**< authentication method blocked */
    ISO_SW_CONDITION = 0x6985,  /**< conditions of use not satisfied */
    ISO_SW_NO_CURRENT = 0x6986, /**< no current file */
    ISO_SW_DATA = 0x6A80,       /**< incorrect parameters in the data field */
    ISO_SW_FUNCTION = 0x6A81,   /**< function not supported */
    ISO_SW_NO_FILE = 0x6A82,    /**< file or application not found */
    ISO_SW_FULL = 0x6A84,       /**< not enough memory space */
    ISO_SW_P1P2 = 0x6A86,       /**< incorrect parameters P1-P2 */
    ISO_SW_NO_REF = 0x6A88,     /**< referenced data not found */
    ISO_SW_EXISTS = 0x6A89,     /**< file already exists */
    ISO_SW_OFFSET = 0x6B00,     /**< offset outside the file */
    ISO_SW_LE = 0x6C00,         /**< + the right Le */
    ISO_SW_INS = 0x6D00,        /**< instruction not supported */
    ISO_SW_CLA = 0x6E00,        /**< class not supported */
    ISO_SW_UNKNOWN = 0x6F00,    /**< no precise diagnosis */
};

/** The most parts of a chain whose limits are remembered. */
#define ISO_PARTS_MAX 64

/** One whole command, chained parts already joined. DATA lives until the handler returns. */
struct iso_command {
    uint8_t cla; /**< without the chaining bit */
    uint8_t ins;
    uint8_t p1;
    uint8_t p2;
    struct bytes data; /**< empty if there is none */
    bool has_le;
    size_t le; /**< the number of bytes asked for, 1 to 65536; 256 if the command has no Le */

    /**
     * Counts commands since the line was opened, GET RESPONSE and refused ones included; the parts of a chain
     * are one command. So "immediately after" is a difference of one.
     */
    unsigned number;

    /**
     * Where in DATA each part of a chain begins, the first (0) included; for families whose commands are
     * formatted part by part. PART_COUNT is 0 for a chain of more than ISO_PARTS_MAX parts.
     */
    const size_t *parts;
    size_t part_count;
};

/**
 * What a card does with a command: appends the answer's data to OUT, which is empty, and returns the status
 * word. With any status word but 9000 the data is dropped.
 */
typedef uint16_t iso_handler(void *card, const struct iso_command *command, struct buf *out);

/** What the card's line can do; set when it is opened. */
struct iso_options {
    bool t0;            /**< TPDUs of T=0: no Le in case 4, 61xx and 6Cxx */
    bool extended;      /**< extended lengths are understood */
    bool proprietary;   /**< commands of class 80 (and 90, chained) reach the application */
    size_t command_max; /**< longest data of a command, chained or extended, in bytes */
    size_t answer_max;  /**< longest data of an answer, in bytes */
};

/** The state of one line. All members but OPTIONS and NUMBER are private to vcard_iso.c. */
struct iso_line {
    struct iso_options options;
    unsigned number;             /**< of the last command */
    struct buf chain;            /**< data of the command so far; owns its array */
    bool chaining;               /**< the last command was a part that is not the last */
    size_t parts[ISO_PARTS_MAX]; /**< where the parts of CHAIN begin */
    size_t part_count;           /**< their number, even if it is larger than the array */
    uint8_t header[4];           /**< of the command in CHAIN, or of the one to repeat */
    struct buf answer;           /**< data of the last answer; owns its array */
    size_t answer_taken;         /**< how much of it is handed out */
    bool repeat;                 /**< 6Cxx was said: the same header with the right Le gets the answer */
};

/** Opens a line, nothing pending. RESULT_NO_MEMORY. To be closed by iso_line_close(). */
enum result iso_line_open(struct iso_line *line, struct iso_options options) MUST_USE;

/** Wipes and frees what a line holds; allowed on a zeroed line. */
void iso_line_close(struct iso_line *line);

/** Forgets everything pending, as a reset does. */
void iso_line_reset(struct iso_line *line);

/**
 * Takes COMMAND as it came from the reader and appends to RESPONSE what the card says: data and status word.
 * HANDLER is called with CARD once a whole command is there, or not at all.
 */
void iso_line_respond(struct iso_line *line, struct bytes command, iso_handler *handler, void *card,
                      struct buf *response);

#endif
