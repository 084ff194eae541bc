/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/card_piv_attest.h"

#include "asn1/extension.h"
#include "asn1/x509.h"
#include "pcsc/card_piv_applet.h"
#include "pcsc/card_piv_keys.h"

#define INS_ATTEST 0xF9

/* 1.3.6.1.4.1.41482.3.8: the policies for the PIN and for touch, a byte each. */
static const uint8_t attest_policies[] = { 0x06, 0x0A, 0x2B, 0x06, 0x01, 0x04,
                                           0x01, 0x82, 0xC4, 0x0A, 0x03, 0x08 };

static enum result attest_read(struct card *card, const struct piv_slot *slot, struct buf *out,
                               struct x509 *ret)
{
    const struct apdu command = { .ins = INS_ATTEST, .p1 = slot->reference, .expected = APDU_ALL };
    enum result result = apdu_send(&card->link, &command, out, NULL);

    if (result == RESULT_NO_MEMORY || result >= RESULT_CARD_RESET)
        return result;
    if (result != RESULT_OK || x509_read(buf_bytes(out), ret) != RESULT_OK || !ret->has_key)
        return RESULT_NOT_FOUND;
    return RESULT_OK;
}

enum result card_piv_key_from_attestation(struct card *card, const struct piv_slot *slot,
                                          struct card_key *ret)
{
    SCOPED(card_piv_heap_free) struct buf raw = { 0 };
    struct bytes policies;
    struct x509 certificate;

    if (!card_piv_state(card)->yubico || card_piv_is_neo(card))
        return RESULT_NOT_FOUND;
    TRY(card_piv_heap_new(CARD_OBJECT_MAX, &raw));
    TRY(attest_read(card, slot, &raw, &certificate));
    TRY(card_piv_key_from_public(card, slot, &certificate.key, ret) == RESULT_OK ? RESULT_OK
                                                                                 : RESULT_NOT_FOUND);
    ret->origin_known = true;
    ret->generated = true;
    if (extension_find(certificate.extensions, BYTES_OF(attest_policies), &policies) == RESULT_OK &&
        policies.size == 2)
        card_piv_key_policies(slot, policies.data[0], policies.data[1], ret);
    return RESULT_OK;
}
