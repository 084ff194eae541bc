/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/key_template.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "asn1/gost.h"
#include "asn1/oid.h"
#include "module/crypto/digest.h"
#include "pkcs11-headers/pkcs11-gost.h"
#include "tool/attribute.h"
#include "tool/objects.h"
#include "tool/public_key.h"
#include "tool/rv_text.h"
#include "tool/text.h"

/** One name of --algorithm. */
struct algorithm_row {
    const char *name;
    CK_MECHANISM_TYPE mechanism;
    CK_ULONG bits;
    enum curve curve;
    enum hash digest;
    const char *set; /**< of a GOST key, if no other is asked for */
};

static const struct algorithm_row algorithms[] = {
    { "rsa2048", CKM_RSA_PKCS_KEY_PAIR_GEN, 2048, CURVE_NONE, HASH_NONE, NULL },
    { "rsa3072", CKM_RSA_PKCS_KEY_PAIR_GEN, 3072, CURVE_NONE, HASH_NONE, NULL },
    { "rsa4096", CKM_RSA_PKCS_KEY_PAIR_GEN, 4096, CURVE_NONE, HASH_NONE, NULL },
    { "p256", CKM_EC_KEY_PAIR_GEN, 0, CURVE_P256, HASH_NONE, NULL },
    { "p384", CKM_EC_KEY_PAIR_GEN, 0, CURVE_P384, HASH_NONE, NULL },
    { "ed25519", CKM_EC_EDWARDS_KEY_PAIR_GEN, 0, CURVE_ED25519, HASH_NONE, NULL },
    { "gost256", CKM_GOSTR3410_KEY_PAIR_GEN, 0, CURVE_NONE, HASH_STREEBOG_256, "CryptoPro-A" },
    { "gost512", CKM_GOSTR3410_512_KEY_PAIR_GEN, 0, CURVE_NONE, HASH_STREEBOG_512, "tc26-512-A" },
};

static enum exit_code take_set(const struct ui *ui, const struct algorithm_row *row, const char *paramset,
                               struct key_template *ret)
{
    const struct gost_set *set;

    if (!row->set)
        return paramset ? ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--paramset is for gost256 and gost512")) : EXIT_CODE_OK;
    set = gost_set_from_name(bytes_text(paramset ? paramset : row->set));
    if (!set || set->size != hash_size(row->digest))
        return ui_fail(ui, EXIT_CODE_USAGE,
                       _("gost256 has CryptoPro-A, -B, -C, XchA, XchB, tc26-256-A, -B, -C, -D; gost512 has tc26-512-A, -B, -C."),
                       _("there is no parameter set \"%s\" for %s"), paramset, row->name);
    ret->set = gost_set_oid(set);
    ret->digest = gost_digest_oid(row->digest);
    return EXIT_CODE_OK;
}

static int hex(char character)
{
    if (character >= '0' && character <= '9')
        return character - '0';
    character = (char)(character | 0x20);
    return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

static enum exit_code take_id(const struct ui *ui, const char *id, struct key_template *ret)
{
    size_t length = id ? strlen(id) : 0;
    bool good = length % 2 == 0 && length <= 2 * sizeof(ret->id) && (!id || length > 0);

    for (size_t i = 0; good && i < length; i += 2) {
        good = hex(id[i]) >= 0 && hex(id[i + 1]) >= 0;
        if (good)
            ret->id[ret->id_size++] = (uint8_t)(hex(id[i]) << 4 | hex(id[i + 1]));
    }
    return good ? EXIT_CODE_OK : ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--id takes pairs of hexadecimal digits, not \"%s\""), id);
}

enum exit_code key_template_make(const struct ui *ui, const char *algorithm, const char *paramset, const char *label,
                                 const char *id, struct key_template *ret)
{
    *ret = (struct key_template){ .label = label };
    TRY_CODE(label_check(ui, label));
    for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]); i++) {
        const struct algorithm_row *row = &algorithms[i];

        if (strcmp(row->name, algorithm) != 0)
            continue;
        ret->mechanism = row->mechanism;
        ret->bits = row->bits;
        ret->curve = curve_oid(row->curve);
        TRY_CODE(take_set(ui, row, paramset, ret));
        return take_id(ui, id, ret);
    }
    return ui_fail(ui, EXIT_CODE_USAGE, _("rsa2048, rsa3072, rsa4096, p256, p384, ed25519, gost256 and gost512 are known."),
                   _("there is no algorithm \"%s\""), algorithm);
}

/** Attributes for one half of the pair. */
struct half {
    CK_ATTRIBUTE rows[12];
    CK_ULONG count;
};

static void add(struct half *half, CK_ATTRIBUTE_TYPE type, const void *value, size_t size)
{
    /* Cryptoki's templates are not const, and only read */
    half->rows[half->count++] = (CK_ATTRIBUTE){ type, (CK_VOID_PTR)(uintptr_t)value, size };
}

static void add_bytes(struct half *half, CK_ATTRIBUTE_TYPE type, struct bytes value)
{
    if (value.size)
        add(half, type, value.data, value.size);
}

static CK_RV ask(const struct session *session, struct key_template *template)
{
    static const CK_BBOOL yes = CK_TRUE;
    static const CK_BYTE exponent[] = { 0x01, 0x00, 0x01 };
    struct half public = { .count = 0 }, private = { .count = 0 };
    CK_MECHANISM mechanism = { template->mechanism, NULL, 0 };
    struct bytes id = bytes_make(template->id, template->id_size);

    add(&public, CKA_TOKEN, &yes, sizeof(yes));
    add(&public, CKA_VERIFY, &yes, sizeof(yes));
    add(&private, CKA_TOKEN, &yes, sizeof(yes));
    add(&private, CKA_PRIVATE, &yes, sizeof(yes));
    add(&private, CKA_SENSITIVE, &yes, sizeof(yes));
    add(&private, CKA_SIGN, &yes, sizeof(yes));
    if (template->bits) {
        add(&public, CKA_MODULUS_BITS, &template->bits, sizeof(template->bits));
        add(&public, CKA_PUBLIC_EXPONENT, exponent, sizeof(exponent));
    }
    add_bytes(&public, CKA_EC_PARAMS, template->curve);
    add_bytes(&public, CKA_GOSTR3410_PARAMS, template->set);
    add_bytes(&public, CKA_GOSTR3411_PARAMS, template->digest);
    add_bytes(&public, CKA_ID, id);
    add_bytes(&private, CKA_ID, id);
    add_bytes(&public, CKA_LABEL, bytes_text(template->label));
    add_bytes(&private, CKA_LABEL, bytes_text(template->label));
    return session->client->p11->C_GenerateKeyPair(session->handle, &mechanism, public.rows, public.count, private.rows,
                                                   private.count, &template->public_key, &template->private_key);
}

/** A generation that runs while another thread shows that it does. */
struct running {
    const struct session *session;
    struct key_template *template;
    CK_RV rv;
    atomic_bool done;
};

static void *run(void *argument)
{
    struct running *running = argument;

    running->rv = ask(running->session, running->template);
    atomic_store(&running->done, true);
    return NULL;
}

/** A token that gave no id (SoftHSM2) gets one: it is what ties the halves and the certificate together. The SHA-1 of the
 * SubjectPublicKeyInfo is another for every key. */
static CK_RV give_id(const struct session *session, const struct key_template *template)
{
    SCOPED(crypto_free) struct crypto *crypto = NULL;
    uint8_t id[64], spki[PUBKEY_SPKI_MAX];
    struct buf is = BUF_OVER(id), info = BUF_OVER(spki);
    CK_ATTRIBUTE attribute = { CKA_ID, id, 0 };
    struct pubkey key;
    CK_RV rv;

    if (attribute_get(session, template->private_key, CKA_ID, &is) != CKR_OK || is.size > 0)
        return CKR_OK;
    public_key_read(session, template->public_key, &key);
    if (key.kind == KEY_NONE || pubkey_to_spki(&key, &info) != RESULT_OK || crypto_new(&crypto) != RESULT_OK ||
        digest_compute(crypto, HASH_SHA1, buf_bytes(&info), &is) != RESULT_OK)
        return CKR_OK;
    attribute.ulValueLen = is.size;
    rv = session->client->p11->C_SetAttributeValue(session->handle, template->private_key, &attribute, 1);
    return rv == CKR_OK ? session->client->p11->C_SetAttributeValue(session->handle, template->public_key, &attribute, 1) : rv;
}

enum exit_code key_template_generate(const struct ui *ui, const struct session *session, struct key_template *template)
{
    static const struct timespec moment = { 0, 200000000 };
    struct running running = { .session = session, .template = template, .rv = CKR_GENERAL_ERROR };
    unsigned long long ticks = 0;
    char text[128];
    pthread_t thread;

    if (pthread_create(&thread, NULL, run, &running) != 0) {
        run(&running);
    } else {
        while (!atomic_load(&running.done)) {
            snprintf(text, sizeof(text), _("The token is making the key … %llu s"), ticks++ / 5);
            ui_progress(ui, text, 0, 0);
            nanosleep(&moment, NULL);
        }
        pthread_join(thread, NULL);
        ui_progress_end(ui);
    }
    if (running.rv == CKR_USER_NOT_LOGGED_IN && session->logged_in)
        return ui_fail(ui, EXIT_CODE_FAILED,
                       _("--so logs in with the management key or the security officer's PIN. \"ecp init\" erases the token "
                         "and makes the PIN enough."),
                       _("this token's PIN gives no right to make keys; nothing was changed (CKR_USER_NOT_LOGGED_IN)"));
    if (running.rv == CKR_ATTRIBUTE_VALUE_INVALID && template->label && template->id_size == 0)
        return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("Try a shorter --label, or another place with --id."),
                       _("the label is longer than the token takes, or there is no place for another key (CKR_ATTRIBUTE_VALUE_INVALID)"));
    if (running.rv == CKR_ATTRIBUTE_VALUE_INVALID)
        return ui_fail(ui, EXIT_CODE_BAD_INPUT,
                       _("--id takes another place. ecp-pkcs11.conf(5) tells when a place may be overwritten."),
                       _("there may be a key in that place already, or the token has no such place (CKR_ATTRIBUTE_VALUE_INVALID)"));
    if (running.rv == CKR_OK)
        running.rv = give_id(session, template);
    return running.rv == CKR_OK ? EXIT_CODE_OK : rv_fail(ui, running.rv, _("making the key"));
}
