/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* x509 with any bytes, and what is made of a certificate's parts. */
#include "asn1/name.h"
#include "asn1/x509.h"
#include "tests/fuzz/fuzz.h"

static void inside(struct bytes whole, struct bytes part)
{
    FUZZ_CHECK(part.size == 0 ||
               (part.data >= whole.data && part.data + part.size <= whole.data + whole.size));
}

static void show(struct bytes name)
{
    uint8_t text_memory[4096], label_memory[64];
    struct buf text = BUF_OVER(text_memory), label = BUF_OVER(label_memory);

    FUZZ_IGNORE(name_to_text(name, &text));
    FUZZ_IGNORE(name_label(name, &label));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct bytes input = bytes_make(data, size);
    struct x509 x509, again;
    struct pubkey key;

    if (x509_read(input, &x509) != RESULT_OK)
        return 0;
    inside(input, x509.der);
    inside(x509.der, x509.serial);
    inside(x509.der, x509.issuer);
    inside(x509.der, x509.subject);
    inside(x509.der, x509.spki);
    inside(x509.der, x509.tbs);
    inside(x509.der, x509.extensions);
    inside(x509.der, x509.signature);
    show(x509.issuer);
    show(x509.subject);
    FUZZ_CHECK(x509.has_key == (pubkey_from_spki(x509.spki, &key) == RESULT_OK));
    FUZZ_CHECK(!x509.has_key || pubkey_equal(&key, &x509.key));
    FUZZ_CHECK(x509_read(x509.der, &again) == RESULT_OK && bytes_equal(again.der, x509.der));
    return 0;
}
