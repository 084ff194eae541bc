/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/losses.h"

#include "tool/describe.h"
#include "tool/text.h"

void losses_show_key(const struct ui *ui, const struct objects *objects, const struct key *key)
{
    char id[2 * OBJECTS_ID_MAX + 1], algorithm[64], bearer[DESCRIBE_NAME_MAX];

    id_text(key->id, key->id_size, id, sizeof(id));
    key_algorithm(&key->public, algorithm, sizeof(algorithm));
    ui_note(ui, _("  - key %s, \"%s\", id %s"), algorithm, key->label, id);
    for (size_t i = 0; i < objects->certificate_count; i++) {
        if (objects_key_of(objects, &objects->certificates[i]) != key)
            continue;
        describe_bearer(objects->certificates[i].x509.subject, bearer, sizeof(bearer));
        ui_note(ui, _("    the certificate of %s is worth nothing without it"), bearer);
    }
}

void losses_show_certificate(const struct ui *ui, const struct certificate *certificate)
{
    char id[2 * OBJECTS_ID_MAX + 1], bearer[DESCRIBE_NAME_MAX], issuer[DESCRIBE_NAME_MAX], end[32];

    id_text(certificate->id, certificate->id_size, id, sizeof(id));
    if (!certificate->readable) {
        ui_note(ui, _("  - certificate that cannot be read, \"%s\", id %s"), certificate->label, id);
        return;
    }
    describe_bearer(certificate->x509.subject, bearer, sizeof(bearer));
    describe_bearer(certificate->x509.issuer, issuer, sizeof(issuer));
    describe_date(&certificate->x509.not_after, end, sizeof(end));
    ui_note(ui, _("  - certificate of %s, from %s, valid to %s, id %s"), bearer, issuer, end, id);
}

bool losses_show(const struct ui *ui, const struct objects *objects)
{
    for (size_t i = 0; i < objects->key_count; i++)
        losses_show_key(ui, objects, &objects->keys[i]);
    for (size_t i = 0; i < objects->certificate_count; i++)
        losses_show_certificate(ui, &objects->certificates[i]);
    return objects->key_count + objects->certificate_count > 0;
}

json_t *losses_json(const struct objects *objects)
{
    json_t *keys = json_array(), *certificates = json_array();

    for (size_t i = 0; i < objects->key_count; i++)
        json_array_append_new(keys, describe_key(objects, &objects->keys[i]));
    for (size_t i = 0; i < objects->certificate_count; i++)
        json_array_append_new(certificates, describe_certificate(objects, &objects->certificates[i]));
    return json_pack("{s:o, s:o}", "keys", keys, "certificates", certificates);
}
