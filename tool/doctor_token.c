/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/doctor.h"

#include "tool/describe.h"
#include "tool/text.h"

/** What the examination of one token works on. ALL_SEEN: somebody is logged in, and no key hides. */
struct examination {
    struct findings *findings;
    const struct token *token;
    const struct objects *objects;
    bool all_seen;
};

static void look_at_pin(struct findings *findings, const struct token *token)
{
    CK_FLAGS flags = token->info.flags;

    if (flags & CKF_USER_PIN_LOCKED)
        finding_add(findings, FINDING_PROBLEM, "pin-locked", true,
                    flags & CKF_SO_PIN_LOCKED ? _("Some tokens can be erased with \"ecp init\" and used again.")
                                              : _("\"ecp pin unblock\" with the PUK or the security officer's PIN."),
                    _("the PIN of \"%s\" is locked: too many wrong tries"), token->label);
    else if (!(flags & CKF_USER_PIN_INITIALIZED))
        finding_add(findings, FINDING_PROBLEM, "pin-not-set", true, _("Choose one with \"ecp pin set\"."),
                    _("\"%s\" has no PIN yet"), token->label);
    else if (flags & CKF_USER_PIN_TO_BE_CHANGED)
        finding_add(findings, FINDING_PROBLEM, "pin-factory", true, _("Choose your own with \"ecp pin change\"."),
                    _("\"%s\" still has the PIN of the factory, which everybody knows"), token->label);
    else if (flags & CKF_USER_PIN_FINAL_TRY)
        finding_add(findings, FINDING_HINT, "pin-final-try", true, _("Be sure of the PIN before you try again."),
                    _("ONE try is left for the PIN of \"%s\""), token->label);
    else
        finding_fine(findings, _("the PIN of \"%s\" can be used"), token->label);
    if (flags & CKF_SO_PIN_LOCKED)
        finding_add(findings, FINDING_HINT, "so-pin-locked", true, NULL,
                    _("the PUK or security officer's PIN of \"%s\" is locked: a locked PIN could not be unblocked"), token->label);
}

static const struct key *key_with_id(const struct objects *objects, const struct certificate *certificate)
{
    for (size_t i = 0; i < objects->key_count; i++)
        if (objects->keys[i].public.kind != KEY_NONE &&
            bytes_equal(bytes_make(objects->keys[i].id, objects->keys[i].id_size),
                        bytes_make(certificate->id, certificate->id_size)))
            return &objects->keys[i];
    return NULL;
}

static void look_at_validity(const struct examination *it, const struct certificate *certificate, const char *bearer)
{
    const struct key *key = objects_key_of(it->objects, certificate);
    char day[32];

    if (describe_days_left(&certificate->x509.not_before) > 0) {
        describe_date(&certificate->x509.not_before, day, sizeof(day));
        finding_add(it->findings, FINDING_PROBLEM, "certificate-not-yet-valid", true,
                    _("Look whether the clock of the computer is right; else wait."),
                    _("the certificate of %s is valid from %s on, not yet today"), bearer, day);
    } else if (describe_days_left(&certificate->x509.not_after) < 0) {
        bool renewed = key && objects_certificate_of(it->objects, key) != certificate;

        describe_date(&certificate->x509.not_after, day, sizeof(day));
        finding_add(it->findings, renewed ? FINDING_HINT : FINDING_PROBLEM, "certificate-expired", true,
                    renewed ? _("\"ecp cert delete\" removes it.") : _("\"ecp renew\" asks for the next one."),
                    _("the certificate of %s ended on %s"), bearer, day);
    } else {
        finding_fine(it->findings, _("the certificate of %s is valid today"), bearer);
    }
}

static void look_at_certificate(const struct examination *it, const struct certificate *certificate)
{
    char bearer[DESCRIBE_NAME_MAX];

    if (!certificate->readable) {
        finding_add(it->findings, FINDING_PROBLEM, "certificate-unreadable", true, _("\"ecp import\" writes it again from a file."),
                    _("the certificate \"%s\" cannot be read"), certificate->label);
        return;
    }
    describe_bearer(certificate->x509.subject, bearer, sizeof(bearer));
    look_at_validity(it, certificate, bearer);
    if (certificate->x509.is_ca || objects_key_of(it->objects, certificate))
        return;
    if (certificate->x509.has_key && key_with_id(it->objects, certificate))
        finding_add(it->findings, FINDING_PROBLEM, "certificate-key-mismatch", true,
                    _("Import the certificate that was issued for this key, or ask for one with \"ecp request\"."),
                    _("the certificate of %s is for another key than the one it stands beside"), bearer);
    else
        finding_add(it->findings, FINDING_PROBLEM, "certificate-without-key", it->all_seen,
                    it->all_seen ? _("The key is on another token, or was deleted: then a new certificate is needed.")
                                 : _("\"ecp doctor --login\" looks with the PIN, which some tokens want before they show keys."),
                    _("the certificate of %s has no key on the token"), bearer);
}

static void look_at_key(const struct examination *it, const struct key *key)
{
    char id[2 * OBJECTS_ID_MAX + 1];

    id_text(key->id, key->id_size, id, sizeof(id));
    if (it->all_seen && key->private_key == CK_INVALID_HANDLE)
        finding_add(it->findings, FINDING_PROBLEM, "key-without-private", true, _("Delete what is left of it with \"ecp key delete\"."),
                    _("only the public half of the key \"%s\" (id %s) is on the token"), key->label, id);
    else if (!objects_certificate_of(it->objects, key))
        finding_add(it->findings, FINDING_HINT, "key-without-certificate", true,
                    _("\"ecp request\" asks for one, \"ecp import\" puts it on the token."),
                    _("the key \"%s\" (id %s) has no certificate"), key->label, id);
    else
        finding_fine(it->findings, _("the key \"%s\" (id %s) has its certificate"), key->label, id);
}

enum exit_code doctor_token(struct findings *findings, const struct client *client, const struct token *token,
                            const struct common *login)
{
    SCOPED(session_close) struct session session = { 0 };
    SCOPED(objects_free) struct objects objects = { 0 };
    const struct examination it = { findings, token, &objects, login != NULL };

    if (!(token->info.flags & CKF_TOKEN_INITIALIZED)) {
        finding_add(findings, FINDING_HINT, "not-prepared", true, _("\"ecp init\" prepares it."),
                    _("the token in \"%s\" is not prepared yet"), token->reader);
        return EXIT_CODE_OK;
    }
    look_at_pin(findings, token);
    TRY_CODE(session_open(findings->ui, client, token, false, &session));
    if (login)
        TRY_CODE(session_login(findings->ui, &session, login, CKU_USER, false));
    TRY_CODE(objects_read(findings->ui, &session, &objects));
    for (size_t i = 0; i < objects.certificate_count; i++)
        look_at_certificate(&it, &objects.certificates[i]);
    for (size_t i = 0; i < objects.key_count; i++)
        look_at_key(&it, &objects.keys[i]);
    if (objects.key_count + objects.certificate_count == 0)
        finding_add(findings, FINDING_HINT, "empty", login != NULL, _("\"ecp key generate\" makes a key."),
                    _("there is no key and no certificate on \"%s\""), token->label);
    return EXIT_CODE_OK;
}
