/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pcsc/card_piv_items.h"

#include <string.h>

const struct piv_datum card_piv_data[PIV_DATA_COUNT] = {
    { PIV_OBJECT_HISTORY, "Key History", 3, { 0x02, 0x60, 0x60 }, false, true, true, false },
    { PIV_OBJECT_CHUID, "Card Holder Unique Identifier", 3, { 0x02, 0x30, 0x00 }, false, true, true, false },
    { PIV_OBJECT_CCC, "Card Capability Container", 4, { 0x01, 0x81, 0x5B, 0x00 }, false, true, true, false },
    { PIV_OBJECT_DISCOVERY, "Discovery", 3, { 0x02, 0x60, 0x50 }, false, false, true, false },
    { 0x5FC106, "Security Object", 4, { 0x02, 0x81, 0x10, 0x00 }, false, true, false, false },
    { PIV_OBJECT_PRINTED, "Printed Information", 3, { 0x02, 0x30, 0x01 }, true, true, true, true },
    { 0x5FC103, "Cardholder Fingerprints", 3, { 0x02, 0x60, 0x10 }, true, true, true, true },
    { 0x5FC108, "Cardholder Facial Image", 3, { 0x02, 0x60, 0x30 }, true, true, true, true },
    { 0x5FC121, "Cardholder Iris Images", 3, { 0x02, 0x10, 0x15 }, true, true, true, true },
    { 0x5FC123, "Pairing Code Reference Data", 3, { 0x02, 0x10, 0x18 }, true, false, true, true },
    { PIV_OBJECT_BIT_GROUP,
      "Biometric Information Templates",
      3,
      { 0x02, 0x10, 0x16 },
      false,
      false,
      true,
      true },
    { 0x5FC122, "Secure Messaging Certificate Signer", 3, { 0x02, 0x10, 0x17 }, false, true, true, true },
};

/* joint-iso-itu-t(2) country(16) us(840) organization(1) gov(101) csor(3) piv(7) */
static const uint8_t piv_arc[] = { 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x07 };

static void text_copy(char *ret, size_t room, const char *text)
{
    struct bytes part = bytes_slice(bytes_text(text), 0, room - 1);

    if (part.size > 0)
        memcpy(ret, part.data, part.size);
    ret[part.size] = '\0';
}

void card_piv_datum_fill(const struct piv_datum *row, struct card_datum *ret)
{
    struct buf oid;

    *ret = (struct card_datum){ .reference = row->object,
                                .needs_pin = row->needs_pin,
                                .writable = row->writable };
    text_copy(ret->label, sizeof(ret->label), row->label);
    text_copy(ret->application, sizeof(ret->application), "PIV");
    oid = BUF_OVER(ret->oid);
    buf_add(&oid, BYTES_LIT(0x06, (uint8_t)(sizeof(piv_arc) + row->oid_size)));
    buf_add(&oid, BYTES_OF(piv_arc));
    buf_add(&oid, bytes_make(row->oid, row->oid_size));
    ret->oid_size = oid.size;
}

void card_piv_cert_fill(const struct piv_slot *slot, uint64_t fingerprint, struct card_cert *ret)
{
    *ret = (struct card_cert){
        .id = { slot->id },
        .id_size = 1,
        .reference = slot->object,
        .fingerprint = fingerprint,
    };
    text_copy(ret->label, sizeof(ret->label), slot->label);
}

const struct piv_datum *card_piv_datum_find(uint32_t object, const struct card_datum *like)
{
    for (size_t i = 0; i < PIV_DATA_COUNT; i++) {
        struct card_datum row;

        if (object != 0 || !like) {
            if (card_piv_data[i].object == object)
                return &card_piv_data[i];
            continue;
        }
        card_piv_datum_fill(&card_piv_data[i], &row);
        if (like->oid_size > 0
                ? bytes_equal(bytes_make(like->oid, like->oid_size), bytes_make(row.oid, row.oid_size))
                : strcmp(like->label, row.label) == 0)
            return &card_piv_data[i];
    }
    return NULL;
}
