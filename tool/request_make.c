/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/request_make.h"

#include <stdlib.h>
#include <string.h>

#include "asn1/pem.h"
#include "tool/signature_check.h"
#include "tool/text.h"

#define PEM_LABEL "CERTIFICATE REQUEST"
#define PEM_OLD_LABEL "NEW CERTIFICATE REQUEST"

static enum exit_code out_of_memory(const struct ui *ui)
{
    return ui_fail(ui, EXIT_CODE_FAILED, NULL, _("out of memory"));
}

static bool allocate(struct request *ret)
{
    *ret = (struct request){ .memory = malloc(REQUEST_MAX), .csr = malloc(sizeof(*ret->csr)) };
    if (ret->memory && ret->csr)
        return true;
    request_free(ret);
    return false;
}

/** Takes RET->der apart and checks that its own key signed it. */
static enum result check(struct request *ret)
{
    SCOPED(crypto_free) struct crypto *crypto = NULL;

    TRY(csr_read(ret->der, ret->csr));
    if (!ret->csr->has_key || !ret->csr->has_algorithm)
        return RESULT_UNSUPPORTED;
    TRY(crypto_new(&crypto));
    return signature_check(crypto, &ret->csr->key, &ret->csr->algorithm, ret->csr->tbs, ret->csr->signature);
}

static enum exit_code sign(const struct ui *ui, struct session *session, const struct common *common,
                           const struct key *key, const struct csr_request *wanted, struct request *ret)
{
    SCOPED(signing_close) struct signing signing = { 0 };
    struct buf out = buf_make(ret->memory, REQUEST_MAX);
    struct signer signer;
    enum result result;

    TRY_CODE(signing_open(ui, session, common, key, false, &signing, &signer));
    result = csr_make(wanted, &signer, &out);
    if (result != RESULT_OK)
        return signing_fail(&signing, result, _("making the request"));
    ret->der = buf_bytes(&out);
    if (check(ret) == RESULT_OK && pubkey_equal(&ret->csr->key, &key->public))
        return EXIT_CODE_OK;
    return ui_fail(ui, EXIT_CODE_FAILED, _("\"ecp doctor\" looks whether the two halves of the key belong together."),
                   _("the token's signature on the request is not one of the key \"%s\"; nothing was written"), key->label);
}

enum exit_code request_make(const struct ui *ui, struct session *session, const struct common *common,
                            const struct key *key, struct bytes subject, struct bytes extensions, struct request *ret)
{
    uint8_t spki_memory[PUBKEY_SPKI_MAX];
    struct buf spki = BUF_OVER(spki_memory);
    struct csr_request wanted = { .subject = subject, .extensions = extensions };
    enum exit_code code;

    if (!allocate(ret))
        return out_of_memory(ui);
    if (pubkey_to_spki(&key->public, &spki) != RESULT_OK)
        code = ui_fail(ui, EXIT_CODE_UNSUPPORTED, NULL, _("the public half of the key \"%s\" is not known"), key->label);
    else {
        wanted.spki = buf_bytes(&spki);
        code = sign(ui, session, common, key, &wanted, ret);
    }
    if (code != EXIT_CODE_OK)
        request_free(ret);
    return code;
}

static enum result decode(const struct file *file, struct request *ret)
{
    struct buf out = buf_make(ret->memory, REQUEST_MAX);
    enum result result = pem_read(file_bytes(file), PEM_LABEL, &out);

    if (result == RESULT_NOT_FOUND)
        result = pem_read(file_bytes(file), PEM_OLD_LABEL, &out);
    if (result == RESULT_NOT_FOUND) {
        buf_add(&out, file_bytes(file));
        result = buf_check(&out);
    }
    TRY(result);
    ret->der = buf_bytes(&out);
    return check(ret);
}

enum exit_code request_read(const struct ui *ui, const char *path, struct request *ret)
{
    SCOPED(file_free) struct file file = { 0 };
    enum exit_code code;

    if (!allocate(ret))
        return out_of_memory(ui);
    code = file_read(ui, path, &file);
    if (code != EXIT_CODE_OK) {
        request_free(ret);
        return code;
    }
    if (decode(&file, ret) == RESULT_OK)
        return EXIT_CODE_OK;
    request_free(ret);
    return ui_fail(ui, EXIT_CODE_BAD_INPUT, _("\"ecp request\" makes one."), _("\"%s\" is no whole certificate request (PKCS#10)"),
                   path);
}

void request_free(struct request *request)
{
    free(request->memory);
    free(request->csr);
    *request = (struct request){ 0 };
}

char *request_pem(const struct request *request)
{
    size_t room = PEM_SIZE(request->der.size) + 1;
    char *text = calloc(1, room);
    struct buf out = buf_make((uint8_t *)text, text ? room - 1 : 0);

    if (text)
        pem_add(PEM_LABEL, request->der, &out);
    return text;
}

enum exit_code request_write(const struct ui *ui, const struct request *request, bool der, struct file_writer *writer)
{
    char *pem = der ? NULL : request_pem(request);

    if (der)
        fwrite(request->der.data, 1, request->der.size, writer->stream);
    else if (pem)
        fputs(pem, writer->stream);
    else
        return out_of_memory(ui);
    free(pem);
    return file_commit(ui, writer);
}
