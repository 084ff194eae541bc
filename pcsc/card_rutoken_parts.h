/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * card_rutoken_parts.h: what the files of the Rutoken driver share. Nobody else includes it.
 *
 *     card_rutoken.c            the row: recognising, opening; rests on all others, and none on it
 *     card_rutoken_parts.c      models by their ATR, the state, what else everybody needs
 *     card_rutoken_file.c       files on the wire
 *     card_rutoken_info.c       the number and EF.TokenInfo
 *     card_rutoken_pin.c        the PINs of the user and of the security officer
 *     card_rutoken_directory.c  directory files of PKCS#15: reading, and edits that survive an interruption
 *     card_rutoken_key.c        describing keys, using them
 *     card_rutoken_list.c       what is on the card
 *     card_rutoken_make.c       generating and erasing keys
 *     card_rutoken_import.c     importing RSA keys
 *     card_rutoken_store.c      writing and erasing certificates and data
 *     card_rutoken_format.c     starting over
 *
 * There is no public specification. What the driver believes is what OpenSC's driver does and what other people
 * published of real tokens; doc/cards/rutoken.md says which is which. What nobody has seen on a real token is
 * only done with the setting "unverified = yes".
 */
#ifndef ECP_PCSC_CARD_RUTOKEN_PARTS_H
#define ECP_PCSC_CARD_RUTOKEN_PARTS_H

#include "asn1/pkcs15.h"
#include "pcsc/card.h"
#include "pcsc/iso7816.h"

/* Files. Keys lie in two folders of 3F00/1000/1000, the PKCS#15 application in 3F00/5000. */
#define RUTOKEN_MF 0x3F00
#define RUTOKEN_SYSTEM 0x1000
#define RUTOKEN_PUBLIC_FOLDER 0x6001
#define RUTOKEN_PRIVATE_FOLDER 0x6002
#define RUTOKEN_DIR 0x2F00
#define RUTOKEN_APPLICATION 0x5000
#define RUTOKEN_ODF 0x5031
#define RUTOKEN_TOKEN_INFO 0x5032
#define RUTOKEN_AODF 0x6005
#define RUTOKEN_PRKDF 0x6002
#define RUTOKEN_PUKDF 0x6001
#define RUTOKEN_CDF 0x6004
#define RUTOKEN_DODF 0x6006

/* Files of objects in the application: the first of 256 each. */
#define RUTOKEN_PUBLIC_FILES 0x0200
#define RUTOKEN_CERTIFICATE_FILES 0x0300
#define RUTOKEN_DATA_FILES 0x0400
#define RUTOKEN_PRIVATE_DATA_FILES 0x0500

/* References of the two PINs; they are also their identifiers in PKCS#15. */
#define RUTOKEN_SO_PIN 1
#define RUTOKEN_USER_PIN 2

#define RUTOKEN_SERIAL_SIZE 8
#define RUTOKEN_INFO_SIZE 128

/** The longest directory file that is looked at, in bytes. */
#define RUTOKEN_DIRECTORY_MAX 8192

/** A flag of EF.TokenInfo that is ours: nobody has set the user PIN since the token was formatted. */
#define RUTOKEN_FLAG_NO_PIN (1U << 7)

/** What was learned about the card and does not change, and hints that are checked before they count. */
struct rutoken_state {
    bool at_info;       /**< EF.TokenInfo may be the current file: recognise() came last */
    size_t info_size;   /**< its length */
    bool presented;     /**< a PIN was verified through this driver and not given back */
    uint8_t listed[32]; /**< for one listing: a bit for each key that its directory has named so far */
};
struct rutoken_state *card_rutoken_state(struct card *card);

/** A model, as its ATR tells: what to call it, and whether it has no cryptography. */
struct rutoken_model {
    const char *name;
    bool lite;
};

/** The model of CARD; NULL if its ATR is none of the family's. */
const struct rutoken_model *card_rutoken_model(const struct card *card);

/** The token has no cryptography: it keeps certificates and data only. */
bool card_rutoken_is_lite(const struct card *card);

/** The configuration section allows what nobody has confirmed on a real token. */
bool card_rutoken_unverified(const struct card *card);

/** Failures that are never explained away as an absent object. */
bool card_rutoken_is_fatal(enum result result);

/**
 * What came AFTER a change that was made, or after a PIN that was right. A failure that would say "nothing was done",
 * and have everything done again, becomes RESULT_TRANSPORT.
 */
enum result card_rutoken_after_change(enum result after) MUST_USE;

/** A buffer on the heap; freed and wiped by card_rutoken_heap_free(). Fit for SCOPED. */
enum result card_rutoken_heap_new(size_t capacity, struct buf *ret) MUST_USE;
void card_rutoken_heap_free(struct buf *buf);

/* card_rutoken_file.c */

/** What SELECT tells of a file. */
struct rutoken_file {
    uint16_t id;
    bool internal; /**< it holds a PIN or a key: its contents are used, not read */
    size_t size;
    bool has_property;
    uint8_t property[6];
    uint8_t rights; /**< the first byte of its security attribute: which rights it has rules for */
};

/** A file to be made. RIGHTS are the conditions for the access bits 0, 1, 2 and 6 (0 none, 1 SO, 2 user, 3 either). */
struct rutoken_new_file {
    uint16_t id;
    uint8_t type; /**< RUTOKEN_EF … */
    size_t size;
    const uint8_t *property; /**< 6 bytes, or NULL */
    uint8_t mask, rights[4];
};
#define RUTOKEN_EF 0x01
#define RUTOKEN_DF 0x38
#define RUTOKEN_INTERNAL 0x10

/** SELECT by a path of COUNT files from the MF, itself not included; none: the MF. RET may be NULL. */
enum result card_rutoken_select(struct card *card, const uint16_t *path, size_t count,
                                struct rutoken_file *ret) MUST_USE;

/** The same for a file of the application, for one half of a key, and for DF and EF as in a reference. */
enum result card_rutoken_select_file(struct card *card, uint16_t id, struct rutoken_file *ret) MUST_USE;
enum result card_rutoken_select_key(struct card *card, uint16_t folder, uint8_t key,
                                    struct rutoken_file *ret) MUST_USE;
enum result card_rutoken_select_folder(struct card *card, uint16_t folder) MUST_USE;
enum result card_rutoken_select_reference(struct card *card, uint32_t reference,
                                          struct rutoken_file *ret) MUST_USE;

/** The first file of the current DF, or the one after BEFORE. RESULT_NOT_FOUND at the end. */
enum result card_rutoken_next(struct card *card, uint16_t before, struct rutoken_file *ret) MUST_USE;

/** Appends SIZE bytes of the current file from OFFSET on; RESULT_MALFORMED if it has less. */
enum result card_rutoken_read_part(struct card *card, size_t offset, size_t size, struct buf *out) MUST_USE;

/** Writes into the current file. SECRET: the trace must not show it. */
enum result card_rutoken_write(struct card *card, size_t offset, struct bytes data, bool secret) MUST_USE;

/** CREATE FILE in the current DF. RESULT_EXISTS. */
enum result card_rutoken_create(struct card *card, const struct rutoken_new_file *file) MUST_USE;

/** DELETE FILE in the current DF. */
enum result card_rutoken_delete(struct card *card, uint16_t id) MUST_USE;

/** Writes VALUE into the current PIN or key file (reference 0), or into the PIN of a reference. */
enum result card_rutoken_set(struct card *card, uint8_t reference, const struct secret *value) MUST_USE;

/* card_rutoken_info.c */

/** Appends the 8 bytes of the token's number. */
enum result card_rutoken_serial(struct card *card, struct buf *out) MUST_USE;

/** Appends EF.TokenInfo. */
enum result card_rutoken_info_make(struct card *card, struct bytes serial, const char *label, unsigned flags,
                                   struct buf *out) MUST_USE;

/** The user PIN was set: EF.TokenInfo of a token that we formatted stops saying that it was not. */
enum result card_rutoken_info_note_pin(struct card *card) MUST_USE;

/* card_rutoken_pin.c */

/** The limits of a new PIN, with nothing known of its state. */
void card_rutoken_pin_limits(struct card_pin *ret);

/** The reference of a role's PIN. */
uint8_t card_rutoken_pin_reference(enum card_role role);

/** RESULT_PIN_LENGTH if PIN is not fit to be a new one. */
enum result card_rutoken_pin_check(const struct secret *pin) MUST_USE;

/** VERIFY; whoever is logged in is logged out first. The number of tries is asked for if the card does not tell it. */
enum result card_rutoken_pin_present(struct card *card, uint8_t reference, const struct secret *pin,
                                     int *ret_tries) MUST_USE;

/** Sets a PIN that the current login may set. */
enum result card_rutoken_pin_set(struct card *card, uint8_t reference, const struct secret *pin) MUST_USE;

/** The driver's operations (pcsc/card.h). */
enum result card_rutoken_pin_status(struct card *card, enum card_role role, struct card_pin *ret);
enum result card_rutoken_verify_pin(struct card *card, enum card_role role, const struct secret *pin,
                                    int *ret_tries);
enum result card_rutoken_change_pin(struct card *card, enum card_role role, const struct secret *old_pin,
                                    const struct secret *new_pin, int *ret_tries);
enum result card_rutoken_init_pin(struct card *card, const struct secret *so, const struct secret *new_pin,
                                  int *ret_tries);
enum result card_rutoken_logout(struct card *card);

/** Logs out after a PIN that was right, or after what it was for: no failure has it presented again. */
enum result card_rutoken_logout_after(struct card *card) MUST_USE;

/* card_rutoken_directory.c */

/**
 * A directory file that is being read: CONTENT is what was read of it, from START on; POSITION is where the next
 * record begins, counted from the file's beginning. Zero-initialise; freed by card_rutoken_directory_close().
 */
struct rutoken_directory {
    uint16_t id;
    size_t size, start, position;
    struct buf content;
};

/** Selects a directory file, to be read from START on. RESULT_NOT_FOUND if there is none. */
enum result card_rutoken_directory_open(struct card *card, uint16_t id, size_t start,
                                        struct rutoken_directory *ret) MUST_USE;
void card_rutoken_directory_close(struct rutoken_directory *directory);

/** The next record, a view into CONTENT that lives until the next call; the file must still be the current one. */
enum result card_rutoken_directory_next(struct card *card, struct rutoken_directory *directory,
                                        struct bytes *ret) MUST_USE;

/** It is known without another exchange that no record follows. */
bool card_rutoken_directory_ended(const struct rutoken_directory *directory);

/** All records of a directory file, and nothing after them; the file stays selected. Size 0 if there is no file. */
enum result card_rutoken_directory_load(struct card *card, uint16_t id, struct rutoken_directory *ret) MUST_USE;

/** Appends a record, making the file and its entry in EF.ODF where they lack. RESULT_CARD_FULL. */
enum result card_rutoken_directory_append(struct card *card, uint16_t id, struct bytes record) MUST_USE;

/** Removes the records that MATCH says yes to. */
typedef bool rutoken_match(struct bytes record, const void *arg);
enum result card_rutoken_directory_remove(struct card *card, uint16_t id, rutoken_match *match,
                                          const void *arg) MUST_USE;

/** How the application's directory files are made; ID one of RUTOKEN_ODF … RUTOKEN_DODF. */
struct rutoken_new_file card_rutoken_directory_file(uint16_t id);

/** The pointer to a directory file in EF.ODF. */
enum result card_rutoken_directory_entry(uint16_t id, struct buf *out) MUST_USE;

/* card_rutoken_key.c */

/** What the property of a key file says. */
struct rutoken_property {
    enum key_kind kind;
    enum curve curve; /**< for GOST */
    size_t bits;      /**< for RSA, of a private half */
};

/** Reads the property of a private half. RESULT_UNSUPPORTED. */
enum result card_rutoken_property_read(const struct rutoken_file *file, struct rutoken_property *ret) MUST_USE;

/** The code of a GOST curve in a property; 0 if the card has none. */
uint8_t card_rutoken_curve_code(enum curve curve);

/** The key that RECORD of PrKDF names. RESULT_NOT_FOUND for one that cannot be used here. */
enum result card_rutoken_key_from_record(struct card *card, struct bytes record, struct card_key *ret) MUST_USE;

/** The key in a private half that nothing names. */
enum result card_rutoken_key_from_file(struct card *card, const struct rutoken_file *file,
                                       struct card_key *ret) MUST_USE;

/** The reference and the id in a record of PrKDF or PuKDF; false if it has none of this card's. */
bool card_rutoken_record_key(struct bytes record, uint8_t *ret_reference, struct bytes *ret_id);

/** What the card can do with a key of KIND. */
unsigned card_rutoken_can(const struct card *card, enum key_kind kind);

/** The driver's operations (pcsc/card.h). */
enum result card_rutoken_sign(struct card *card, const struct card_key *key, enum card_can how, struct bytes input,
                              struct buf *out);
enum result card_rutoken_decipher(struct card *card, const struct card_key *key, enum card_can how,
                                  struct bytes input, struct buf *out);
enum result card_rutoken_agree(struct card *card, const struct card_key *key, const struct card_agreement *with,
                               struct buf *out);
const struct card_algorithm *card_rutoken_algorithms(struct card *card);

/** Appends VIEW from its last byte to its first: the card's numbers are little-endian. */
void card_rutoken_reverse(struct bytes view, struct buf *out);

/* card_rutoken_list.c */

/** The driver's operations (pcsc/card.h). */
enum result card_rutoken_list(struct card *card, const struct card_query *query, struct card_cursor *cursor,
                              struct card_item *ret);
enum result card_rutoken_read(struct card *card, enum card_kind kind, uint32_t reference, struct buf *out);

/** DF and EF of a path of PKCS#15 as one number; 0 if it is not a file of a DF under the MF. */
uint32_t card_rutoken_reference(struct bytes path);

/** The checksum that tells certificates apart by their beginnings. */
uint64_t card_rutoken_fingerprint(struct bytes value);

/* card_rutoken_make.c */

/** A new key's place: its reference, and the id that its records get. */
struct rutoken_place {
    uint8_t reference;
    struct bytes id;
    uint8_t own_id;
};

/** Finds a place for a new key, tidying up what an interruption left there. RESULT_EXISTS, RESULT_CARD_FULL. */
enum result card_rutoken_place(struct card *card, const struct card_key_template *template,
                               struct rutoken_place *ret) MUST_USE;

/** Makes the empty files of both halves. */
enum result card_rutoken_halves_create(struct card *card, uint8_t reference, size_t private_size,
                                       size_t public_size, const uint8_t *property) MUST_USE;

/** Deletes both halves, if they are there. */
enum result card_rutoken_halves_delete(struct card *card, uint8_t reference) MUST_USE;

/** Writes the records of a key that is in its place now, and describes it. */
enum result card_rutoken_key_record(struct card *card, const struct card_key_template *template,
                                    const struct rutoken_place *place, const struct pubkey *public_key,
                                    bool generated, struct card_key *ret) MUST_USE;

/** The driver's operations (pcsc/card.h); the last erases a key. */
enum result card_rutoken_generate(struct card *card, const struct card_key_template *template,
                                  struct card_key *ret);
enum result card_rutoken_key_erase(struct card *card, uint32_t reference) MUST_USE;

/* card_rutoken_import.c */

/** The driver's operation (pcsc/card.h). */
enum result card_rutoken_import_key(struct card *card, const struct card_key_template *template,
                                    const struct card_private_key *parts, struct card_key *ret);

/* card_rutoken_store.c */

/** The driver's operations (pcsc/card.h). */
enum result card_rutoken_store(struct card *card, struct card_item *item, struct bytes value, bool replace);

/** Erases a certificate or data. */
enum result card_rutoken_object_erase(struct card *card, enum card_kind kind, uint32_t reference) MUST_USE;

/**
 * Writes VALUE into a new file of the application that no record of DIRECTORY points to: one of the 256 from FIRST
 * on. *RET is its id.
 */
enum result card_rutoken_file_store(struct card *card, uint16_t directory, uint16_t first, struct bytes value,
                                    uint16_t *ret) MUST_USE;

/** Deletes a file of the application; one that is not there is no failure. */
enum result card_rutoken_file_erase(struct card *card, uint16_t id) MUST_USE;

/** Where the value of RECORD in one of the application's directory files is; empty if it is not in a file. */
struct bytes card_rutoken_record_path(uint16_t directory, struct bytes record);

/* card_rutoken_format.c */

/** The driver's format(). */
enum result card_rutoken_format(struct card *card, const struct secret *so, const char *label, int *ret_tries);

#endif
