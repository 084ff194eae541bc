/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* csr with any bytes: read; and a request made of the parts of what was read. */
#include "asn1/csr.h"
#include "asn1/extension.h"
#include "asn1/name.h"
#include "tests/fuzz/fuzz.h"

static enum result sign(void *ctx, struct bytes tbs, struct buf *signature)
{
    (void)tbs;
    buf_add(signature, *(struct bytes *)ctx);
    return buf_check(signature);
}

/* What is made is read, and says the same. */
static void make_again(const struct csr *csr, size_t size)
{
    SCOPED(fuzz_buf_free) struct buf out = fuzz_buf(2 * size + 512);
    const struct csr_request request = { csr->subject, csr->spki, csr->extensions, BYTES_NONE };
    struct bytes signature = csr->signature;
    const struct signer signer = { csr->algorithm, sign, &signature };
    struct csr made;

    if (!csr->has_algorithm || csr_make(&request, &signer, &out) != RESULT_OK)
        return;
    FUZZ_CHECK(csr_read(buf_bytes(&out), &made) == RESULT_OK);
    FUZZ_CHECK(bytes_equal(made.subject, csr->subject) && bytes_equal(made.spki, csr->spki));
    FUZZ_CHECK(bytes_equal(made.extensions, csr->extensions) && made.has_key == csr->has_key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint8_t usage[] = { 0x06, 0x03, 0x55, 0x1D, 0x0F };
    uint8_t text_memory[4096];
    struct buf text = BUF_OVER(text_memory);
    struct bytes value;
    struct csr csr;

    if (csr_read(bytes_make(data, size), &csr) != RESULT_OK)
        return 0;
    FUZZ_CHECK(bytes_equal(csr.der, bytes_make(data, size)));
    FUZZ_IGNORE(name_to_text(csr.subject, &text));
    FUZZ_IGNORE(extension_find(csr.extensions, BYTES_OF(usage), &value));
    make_again(&csr, size);
    return 0;
}
