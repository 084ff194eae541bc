/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Starting over. Between its first and its last command the card lets everybody make files, as after the
 * first one there is nothing to protect; the security officer's PIN is the first thing in it that is worth
 * something. Run again after an interruption, it is proven if it is there, and everything else is made anew.
 *
 * What is made is what OpenSC makes, so that each can use the other's tokens, but for the user PIN: it gets a
 * value that nobody knows, and EF.TokenInfo says so, until the security officer sets it.
 */
#include <string.h>

#include "asn1/tlv.h"
#include "pcsc/admin_key.h"
#include "pcsc/card_rutoken_parts.h"

#define INS_FORMAT 0x8A
#define INS_FORMAT_END 0x84
#define PIN_TRIES_SO 0xAA
#define PIN_TRIES_USER 0x55
#define PIN_MIN 6
#define PIN_MAX 32
#define GUESS_SIZE 16
#define FILE_MAX 256
#define APPLICATION_SIZE 5000
#define DIR_SIZE 128
#define ODF_SIZE 128

/* A folder of the system's, by its path; made in this order. */
struct rutoken_folder {
    uint16_t path[3];
    size_t depth; /* of the folder that it is made in */
};

static const struct rutoken_folder rutoken_folders[] = {
    { { 0x1000 }, 0 },
    { { 0x1000, 0x1000 }, 1 },
    { { 0x1000, 0x1000, 0x6001 }, 2 },
    { { 0x1000, 0x1000, 0x6002 }, 2 },
    { { 0x1000, 0x1000, 0x6003 }, 2 },
    { { 0x1000, 0x1000, 0x6004 }, 2 },
    { { 0x1000, 0x1000, 0x6005 }, 2 },
    { { 0x1000, 0x1001 }, 1 },
    { { 0x1000, 0x1002 }, 1 },
    { { 0x1000, 0x1003 }, 1 },
    { { 0x1000, 0x1004 }, 1 },
    { { 0x1000, 0x1001, 0x8001 }, 2 },
    { { 0x1000, 0x1001, 0x8002 }, 2 },
};

static const uint16_t rutoken_application_files[] = { RUTOKEN_AODF, RUTOKEN_PRKDF, RUTOKEN_PUKDF, RUTOKEN_CDF,
                                                      RUTOKEN_DODF };

#define FOLDERS (sizeof(rutoken_folders) / sizeof(rutoken_folders[0]))
#define APPLICATION_FILES (sizeof(rutoken_application_files) / sizeof(rutoken_application_files[0]))

static enum result rutoken_special(struct card *card, uint8_t ins, uint8_t p1, uint8_t p2)
{
    return apdu_send(
        &card->link,
        &(struct apdu){ .cla = 0x80, .ins = ins, .p1 = p1, .p2 = p2, .short_only = true, .verb = SW_ADMIN },
        NULL, NULL);
}

/* A card that will not look at the PIN's value, because there is none yet, has nothing on it to lose. */
static enum result rutoken_format_unfinished(struct card *card)
{
    const uint16_t application[] = { RUTOKEN_APPLICATION };
    enum result result = card_rutoken_select(card, application, 1, NULL);

    if (result == RESULT_NOT_FOUND)
        return RESULT_OK;
    return result == RESULT_OK ? RESULT_NOT_ALLOWED : result;
}

/* The PIN is right, or there is none, or no value in it: after an interruption that came before it. */
static enum result rutoken_format_admit(struct card *card, const struct secret *so, int *ret_tries)
{
    enum result result = iso7816_verify_status(&card->link, RUTOKEN_SO_PIN, ret_tries);

    if (result >= RESULT_CARD_RESET || result == RESULT_NO_MEMORY)
        return result;
    if (result == RESULT_NOT_FOUND || result == RESULT_WRONG_STATE)
        return rutoken_format_unfinished(card);
    result = card_rutoken_pin_present(card, RUTOKEN_SO_PIN, so, ret_tries);
    /* The PIN was sent: a reset from here on is none before it. */
    return result == RESULT_NOT_ALLOWED ? card_rutoken_after_change(rutoken_format_unfinished(card)) : result;
}

static enum result rutoken_pin_create(struct card *card, uint8_t reference, uint8_t tries,
                                      const uint8_t *rights, const struct secret *value)
{
    const uint8_t property[] = { 0x01, PIN_MIN, 0x01, tries, 0x00, 0x00 };
    struct rutoken_new_file file = { .id = reference,
                                     .type = RUTOKEN_INTERNAL,
                                     .size = secret_size(value),
                                     .property = property,
                                     .mask = 0x43 };

    memcpy(file.rights, rights, sizeof(file.rights));
    TRY(card_rutoken_select(card, NULL, 0, NULL));
    TRY(card_rutoken_create(card, &file));
    return card_rutoken_set(card, reference, value);
}

/* Digits, as many as nobody guesses within the tries there are. */
static enum result rutoken_guess_new(struct secret **ret)
{
    SCOPED(secret_free) struct secret *random = NULL;

    TRY(secret_new_empty(GUESS_SIZE, &random));
    TRY(admin_key_random(GUESS_SIZE, secret_buf(random)));
    TRY(secret_new_empty(GUESS_SIZE, ret));
    for (size_t i = 0; i < GUESS_SIZE; i++)
        buf_add_byte(secret_buf(*ret), (uint8_t)('0' + secret_bytes(random).data[i] % 10));
    return RESULT_OK;
}

/* The user PIN may be unblocked by the security officer and changed by both; his own is nobody else's. */
static enum result rutoken_pins_create(struct card *card, const struct secret *so)
{
    static const uint8_t so_rights[] = { 0xFF, 0x01, 0x00, 0xFF }, user_rights[] = { 0x01, 0x03, 0x00, 0xFF };
    SCOPED(secret_free) struct secret *guess = NULL;

    TRY(rutoken_pin_create(card, RUTOKEN_SO_PIN, PIN_TRIES_SO, so_rights, so));
    TRY(rutoken_guess_new(&guess));
    return rutoken_pin_create(card, RUTOKEN_USER_PIN, PIN_TRIES_USER, user_rights, guess);
}

static enum result rutoken_folder_create(struct card *card, uint16_t id, size_t size, const uint8_t *rights)
{
    struct rutoken_new_file file = { .id = id, .type = RUTOKEN_DF, .size = size, .mask = 0x43 };

    memcpy(file.rights, rights, sizeof(file.rights));
    if (id == RUTOKEN_MF)
        file.mask = 0x47;
    return card_rutoken_create(card, &file);
}

static enum result rutoken_folders_create(struct card *card)
{
    static const uint8_t rights[] = { 0x02, 0x02, 0x00, 0xFF };

    for (size_t i = 0; i < FOLDERS; i++) {
        const struct rutoken_folder *row = &rutoken_folders[i];
        TRY(card_rutoken_select(card, row->path, row->depth, NULL));
        TRY(rutoken_folder_create(card, row->path[row->depth], 0, rights));
    }
    return RESULT_OK;
}

/* Makes a file in the current DF and writes its beginning, from PATH on. */
static enum result rutoken_file_make(struct card *card, const uint16_t *path, size_t depth, size_t size,
                                     const uint8_t *rights, struct bytes content)
{
    struct rutoken_new_file file = { .id = path[depth], .type = RUTOKEN_EF, .size = size, .mask = 0x43 };

    memcpy(file.rights, rights, sizeof(file.rights));
    TRY(card_rutoken_select(card, path, depth, NULL));
    TRY(card_rutoken_create(card, &file));
    TRY(card_rutoken_select(card, path, depth + 1, NULL));
    return card_rutoken_write(card, 0, content, false);
}

static enum result rutoken_pin_record(uint8_t reference, const char *label, unsigned flags, struct buf *out)
{
    const struct pkcs15_pin pin = {
        .common = { .label = bytes_text(label), .flags = PKCS15_PRIVATE | PKCS15_MODIFIABLE },
        .auth_id = bytes_make(&reference, 1),
        .flags = PKCS15_PIN_CASE_SENSITIVE | PKCS15_PIN_INITIALIZED | flags,
        .type = PKCS15_PIN_ASCII,
        .min_length = PIN_MIN,
        .stored_length = PIN_MAX,
        .max_length = PIN_MAX,
        .reference = reference,
        .pad = 0,
    };

    return pkcs15_add_pin(&pin, out);
}

static enum result rutoken_file_content(struct card *card, uint16_t id, const char *label, struct buf *out)
{
    static const uint8_t aid[] = { 0xA0, 0x00, 0x00, 0x00, 0x63, 'P', 'K', 'C', 'S', '-', '1', '5' };
    static const uint8_t path[] = { 0x3F, 0x00, RUTOKEN_APPLICATION >> 8, RUTOKEN_APPLICATION & 0xFF };
    const struct pkcs15_application application = { .aid = BYTES_OF(aid),
                                                    .label = bytes_text("Rutoken ECP"),
                                                    .path = BYTES_OF(path) };
    uint8_t memory[FILE_MAX];
    struct buf serial = BUF_OVER(memory);

    switch (id) {
    case RUTOKEN_DIR:
        return pkcs15_add_application(&application, out);
    case RUTOKEN_ODF:
        for (size_t i = 0; i < APPLICATION_FILES; i++)
            TRY(card_rutoken_directory_entry(rutoken_application_files[i], out));
        return RESULT_OK;
    case RUTOKEN_TOKEN_INFO:
        TRY(card_rutoken_serial(card, &serial));
        return card_rutoken_info_make(card, buf_bytes(&serial), label, RUTOKEN_FLAG_NO_PIN, out);
    case RUTOKEN_AODF:
        TRY(rutoken_pin_record(RUTOKEN_SO_PIN, "Security Officer PIN",
                               PKCS15_PIN_SO | PKCS15_PIN_UNBLOCK_DISABLED, out));
        return rutoken_pin_record(RUTOKEN_USER_PIN, "User PIN", 0, out);
    default:
        /* An empty directory. */
        buf_add_fill(out, 0x00, 2);
        return buf_check(out);
    }
}

static enum result rutoken_application_create(struct card *card, const char *label)
{
    static const uint8_t folder_rights[] = { 0x00, 0x00, 0x00, 0x02 };
    static const uint8_t odf_rights[] = { 0x00, 0x00, 0x00, 0x01 },
                         info_rights[] = { 0x00, 0x00, 0x00, 0x02 },
                         dir_rights[] = { 0x00, 0x01, 0x00, 0x01 };
    uint16_t path[] = { RUTOKEN_APPLICATION, RUTOKEN_ODF };
    const uint16_t dir[] = { RUTOKEN_DIR };
    uint8_t memory[FILE_MAX];
    struct buf content = BUF_OVER(memory);

    TRY(card_rutoken_select(card, NULL, 0, NULL));
    TRY(rutoken_folder_create(card, RUTOKEN_APPLICATION, APPLICATION_SIZE, folder_rights));
    for (size_t i = 0; i < APPLICATION_FILES; i++) {
        const struct rutoken_new_file file = card_rutoken_directory_file(rutoken_application_files[i]);
        path[1] = file.id;
        buf_clear(&content);
        TRY(rutoken_file_content(card, file.id, label, &content));
        TRY(rutoken_file_make(card, path, 1, file.size, file.rights, buf_bytes(&content)));
    }
    path[1] = RUTOKEN_ODF;
    buf_clear(&content);
    TRY(rutoken_file_content(card, RUTOKEN_ODF, label, &content));
    TRY(rutoken_file_make(card, path, 1, ODF_SIZE, odf_rights, buf_bytes(&content)));
    path[1] = RUTOKEN_TOKEN_INFO;
    buf_clear(&content);
    TRY(rutoken_file_content(card, RUTOKEN_TOKEN_INFO, label, &content));
    TRY(rutoken_file_make(card, path, 1, RUTOKEN_INFO_SIZE, info_rights, buf_bytes(&content)));
    buf_clear(&content);
    TRY(rutoken_file_content(card, RUTOKEN_DIR, label, &content));
    return rutoken_file_make(card, dir, 0, DIR_SIZE, dir_rights, buf_bytes(&content));
}

/* Everything after the first command, which has emptied the card. */
static enum result rutoken_format_fill(struct card *card, const struct secret *so, const char *label, int *ret_tries)
{
    static const uint8_t rights[] = { 0x02, 0x02, 0x01, 0xFF };

    TRY(rutoken_folder_create(card, RUTOKEN_MF, 0, rights));
    TRY(rutoken_pins_create(card, so));
    TRY(rutoken_folders_create(card));
    /* What only the security officer may write is written as he. */
    TRY(card_rutoken_pin_present(card, RUTOKEN_SO_PIN, so, ret_tries));
    TRY(rutoken_application_create(card, label));
    return rutoken_special(card, INS_FORMAT_END, 0x4E, 0x19);
}

enum result card_rutoken_format(struct card *card, const struct secret *so, const char *label, int *ret_tries)
{
    *ret_tries = CARD_TRIES_UNKNOWN;
    if (!so)
        return RESULT_UNSUPPORTED;
    TRY(card_rutoken_pin_check(so));
    TRY(rutoken_format_admit(card, so, ret_tries));
    TRY(rutoken_special(card, INS_FORMAT, 0x00, 0x00));
    card_rutoken_state(card)->presented = false;
    TRY(card_rutoken_after_change(rutoken_format_fill(card, so, label, ret_tries)));
    return card_rutoken_logout_after(card);
}
