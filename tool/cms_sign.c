/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/cms_sign.h"

#include <stdlib.h>
#include <time.h>

#include "tool/signature_check.h"
#include "tool/text.h"

/** What a signer takes beside certificates: names, attributes, the signature. */
#define SIGNER_MOST 16384

void cms_sign_prepare(const struct cms_sign *sign, struct hashing *hashing)
{
    hashing_add(hashing, signing_hash(&sign->signer));
}

/** A token, or who sits between, that gives a wrong signature is found out here and not by its receiver. */
static enum result sign_and_check(void *ctx, struct bytes tbs, struct buf *signature)
{
    const struct cms_sign *sign = ctx;
    size_t before = signature->size;

    TRY(sign->signer.sign(sign->signer.ctx, tbs, signature));
    if (signature_check(sign->signing->crypto, &sign->identity->x509->key, &sign->signer.algorithm, tbs,
                        bytes_from(buf_bytes(signature), before)) == RESULT_OK)
        return RESULT_OK;
    sign->signing->code = ui_fail(sign->ui, EXIT_CODE_FAILED, _("Try again; \"ecp doctor\" looks at the token."),
                                  _("the token gave a signature that does not fit its certificate; nothing was written"));
    return RESULT_REFUSED;
}

static struct cms_time time_now(void)
{
    time_t now = time(NULL);
    struct tm tm;

    gmtime_r(&now, &tm);
    return (struct cms_time){ (unsigned)tm.tm_year + 1900, (unsigned)tm.tm_mon + 1, (unsigned)tm.tm_mday,
                              (unsigned)tm.tm_hour, (unsigned)tm.tm_min, (unsigned)tm.tm_sec };
}

static size_t room_for(const struct cms_sign *sign, const struct cms *existing)
{
    size_t room = SIGNER_MOST + CMS_HEAD_MAX + 2 * sign->identity->certificate.size;

    for (size_t i = 0; i < sign->chain->count; i++)
        room += sign->chain->rows[i].size;
    if (existing)
        room += existing->certificates.size + existing->crls.size + existing->signers.size + existing->hashes.size;
    return room;
}

static enum result make(const struct cms_sign *sign, const struct cms_request *request, const uint64_t *size,
                        size_t room, struct cms_signed *ret)
{
    const struct signer signer = { sign->signer.algorithm, sign_and_check, (void *)(uintptr_t)sign };
    struct buf head = buf_make(ret->memory, size ? CMS_HEAD_MAX : room), tail;

    if (!size) {
        TRY(cms_make(request, NULL, &signer, &head));
    } else {
        tail = buf_make(ret->memory + CMS_HEAD_MAX, room - CMS_HEAD_MAX);
        TRY(cms_make_around(request, *size, &signer, &head, &tail));
        ret->tail = buf_bytes(&tail);
    }
    ret->head = buf_bytes(&head);
    return RESULT_OK;
}

enum exit_code cms_sign_make(const struct cms_sign *sign, const struct hashing *hashing, bool attached,
                             const struct cms *existing, struct cms_signed *ret)
{
    uint8_t digest[DIGEST_MAX];
    struct buf certificate_digest = BUF_OVER(digest);
    struct cms_time now = time_now();
    struct cms_request request = { .certificate = sign->identity->certificate, .hash = signing_hash(&sign->signer),
                                   .others = sign->chain->rows, .other_count = sign->chain->count, .signing_time = &now,
                                   .existing = existing };
    size_t room = room_for(sign, existing);
    enum result result;

    *ret = (struct cms_signed){ .memory = malloc(room) };
    if (!ret->memory)
        return ui_fail(sign->ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
    result = digest_compute(hashing->crypto, request.hash, request.certificate, &certificate_digest);
    request.certificate_digest = buf_bytes(&certificate_digest);
    request.content_digest = hashing_value(hashing, request.hash);
    if (result == RESULT_OK)
        result = make(sign, &request, attached ? &hashing->size : NULL, room, ret);
    if (result == RESULT_OK)
        return EXIT_CODE_OK;
    cms_signed_free(ret);
    return signing_fail(sign->signing, result, _("making the signature"));
}

void cms_signed_free(struct cms_signed *made)
{
    free(made->memory);
    *made = (struct cms_signed){ 0 };
}
