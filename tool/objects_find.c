/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "asn1/gost.h"
#include "tool/objects.h"
#include "tool/printable.h"
#include "tool/text.h"

void id_text(const uint8_t *id, size_t size, char *ret, size_t ret_size)
{
    size_t used = 0;

    ret[0] = '\0';
    for (size_t i = 0; i < size && used + 3 <= ret_size; i++)
        used += (size_t)snprintf(ret + used, ret_size - used, "%02x", (unsigned)id[i]);
}

enum exit_code label_check(const struct ui *ui, const char *label)
{
    char shown[OBJECTS_LABEL_MAX];

    if (!label)
        return EXIT_CODE_OK;
    if (strlen(label) >= sizeof(shown))
        return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--label may have %d bytes, not %zu"), (int)sizeof(shown) - 1, strlen(label));
    printable_copy(shown, bytes_text(label));
    if (strcmp(shown, label) == 0)
        return EXIT_CODE_OK;
    return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("--label has a character that cannot be shown: \"%s\""), shown);
}

void key_algorithm(const struct pubkey *key, char *ret, size_t size)
{
    const struct gost_set *set = gost_set_from_oid(pubkey_gost_set(key));
    const char *name = set ? set->name : "?";

    switch (key->kind) {
    case KEY_RSA:
        snprintf(ret, size, "rsa%zu", pubkey_bits(key));
        return;
    case KEY_EC:
        snprintf(ret, size, "p%zu", pubkey_bits(key));
        return;
    case KEY_EDWARDS:
        snprintf(ret, size, "ed25519");
        return;
    case KEY_MONTGOMERY:
        snprintf(ret, size, "x25519");
        return;
    case KEY_GOST2001:
        snprintf(ret, size, "gost2001 %s", name);
        return;
    case KEY_GOST256:
        snprintf(ret, size, "gost256 %s", name);
        return;
    case KEY_GOST512:
        snprintf(ret, size, "gost512 %s", name);
        return;
    case KEY_NONE:
        break;
    }
    snprintf(ret, size, "?");
}

/** WANTED, a URI or a word (label, or id in hexadecimal), names the object with ID and LABEL of OBJECTS. */
static bool names(const struct objects *objects, const struct uri *wanted, const uint8_t *id, size_t id_size,
                  const char *label)
{
    char text[2 * OBJECTS_ID_MAX + 1];

    if (wanted->is_word) {
        id_text(id, id_size, text, sizeof(text));
        return strcmp(wanted->word, label) == 0 || strcasecmp(wanted->word, text) == 0;
    }
    if (!client_token_is(objects->token, wanted))
        return false;
    if (wanted->has_id && !bytes_equal(bytes_make(id, id_size), bytes_make(wanted->id, wanted->id_size)))
        return false;
    return !*wanted->object || strcmp(wanted->object, label) == 0;
}

static enum exit_code tell(const struct ui *ui, const char *text, size_t matches, bool is_key)
{
    const char *next = _("\"ecp status\" lists what is on the token.");

    if (matches > 1)
        return ui_fail(ui, EXIT_CODE_NOT_FOUND, is_key ? _("Name one with --key; \"ecp status\" lists them.")
                                                       : _("Name one with --certificate; \"ecp status\" lists them."),
                       is_key ? _("there are several keys that fit") : _("there are several certificates that fit"));
    if (text)
        return ui_fail(ui, EXIT_CODE_NOT_FOUND, next,
                       is_key ? _("there is no key \"%s\" on the token") : _("there is no certificate \"%s\" on the token"),
                       text);
    return ui_fail(ui, EXIT_CODE_NOT_FOUND, next,
                   is_key ? _("there is no key on the token that fits") : _("there is no certificate on the token"));
}

enum exit_code objects_find_key(const struct ui *ui, const struct objects *objects, const char *text,
                                bool (*filter)(const struct objects *, const struct key *), const struct key **ret)
{
    struct uri wanted;
    size_t matches = 0;

    *ret = NULL;
    TRY_CODE(client_uri(ui, text, &wanted));
    for (size_t i = 0; i < objects->key_count; i++) {
        const struct key *key = &objects->keys[i];

        if (wanted.type == URI_CERTIFICATE || !names(objects, &wanted, key->id, key->id_size, key->label) ||
            (filter && !filter(objects, key)))
            continue;
        *ret = key;
        matches++;
    }
    return matches == 1 ? EXIT_CODE_OK : tell(ui, text, matches, true);
}

enum exit_code objects_find_certificate(const struct ui *ui, const struct objects *objects, const char *text,
                                        const struct certificate **ret)
{
    struct uri wanted;
    size_t matches = 0;

    *ret = NULL;
    TRY_CODE(client_uri(ui, text, &wanted));
    for (size_t i = 0; i < objects->certificate_count; i++) {
        const struct certificate *certificate = &objects->certificates[i];

        if (wanted.type == URI_KEY || !names(objects, &wanted, certificate->id, certificate->id_size, certificate->label))
            continue;
        *ret = certificate;
        matches++;
    }
    return matches == 1 ? EXIT_CODE_OK : tell(ui, text, matches, false);
}
