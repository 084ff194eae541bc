/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* cms with any bytes: read, with all that is in it; and a message made with a certificate from it. */
#include "asn1/cms.h"
#include "asn1/x509.h"
#include "tests/fuzz/fuzz.h"

static enum result sign(void *ctx, struct bytes tbs, struct buf *signature)
{
    (void)ctx, (void)tbs;
    buf_add(signature, BYTES_LIT(0x30, 0x00));
    return buf_check(signature);
}

static void read_signers(const struct cms *cms, size_t size)
{
    SCOPED(fuzz_buf_free) struct buf tbs = fuzz_buf(size + 8);
    struct tlv_cursor cursor = tlv_open(cms->signers);
    struct cms_signer signer;
    struct bytes certificate;

    while (cms_next_signer(&cursor, &signer) == RESULT_OK) {
        buf_clear(&tbs);
        if (cms_signer_tbs(&signer, &tbs) == RESULT_OK)
            FUZZ_CHECK(tbs.size > 0 && tbs.data[0] == 0x31);
        if (cms_find_certificate(cms, &signer, &certificate) == RESULT_OK)
            FUZZ_CHECK(cms_signer_is(&signer, certificate));
        FUZZ_IGNORE(cms_signer_agrees(&signer, cms->content_type, signer.message_digest));
    }
}

/* A message by the bearer of CERTIFICATE: it is read again, and its signer is found. */
static void make(struct bytes certificate, const struct cms *like)
{
    static const uint8_t digest[64];
    SCOPED(fuzz_buf_free) struct buf out = fuzz_buf(4 * certificate.size + like->content.size + 1024);
    SCOPED(fuzz_buf_free) struct buf memory = fuzz_buf(out.capacity);
    const struct signer signer = { algorithm_make(SCHEME_RSA_PKCS1, HASH_SHA256), sign, NULL };
    const struct cms_time time = { 2026, 1, 31, 23, 59, 59 };
    const struct cms_request request = { .certificate = certificate,
                                         .certificate_digest = bytes_make(digest, 32),
                                         .hash = HASH_SHA256,
                                         .content_digest = bytes_make(digest, 32),
                                         .content_type = like->content_type,
                                         .signing_time = &time };
    struct cms_signer found;
    struct cms cms;

    if (cms_make(&request, like->has_content ? &like->content : NULL, &signer, &out) != RESULT_OK)
        return;
    FUZZ_CHECK(cms_read(buf_bytes(&out), &memory, &cms) == RESULT_OK);
    struct tlv_cursor cursor = tlv_open(cms.signers);
    FUZZ_CHECK(cms_next_signer(&cursor, &found) == RESULT_OK && cms_signer_is(&found, certificate));
    FUZZ_CHECK(found.has_time && cms_signer_agrees(&found, like->content_type, bytes_make(digest, 32)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    SCOPED(fuzz_buf_free) struct buf memory = fuzz_buf(size);
    struct tlv_cursor cursor;
    struct bytes certificate;
    struct cms cms;
    enum result result = cms_read(bytes_make(data, size), &memory, &cms);

    FUZZ_CHECK(result != RESULT_TOO_LARGE);
    if (result != RESULT_OK)
        return 0;
    read_signers(&cms, size);
    cursor = tlv_open(cms.certificates);
    while (cms_next_certificate(&cursor, &certificate) == RESULT_OK)
        make(certificate, &cms);
    return 0;
}
