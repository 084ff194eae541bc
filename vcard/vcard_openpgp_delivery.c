/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/vcard_openpgp_delivery.h"

#include <openssl/rand.h>

#include "asn1/secret.h"
#include "vcard/vcard_openpgp_data.h"
#include "vcard/vcard_openpgp_keys.h"
#include "vcard/vcard_openpgp_pin.h"

/* Everything but the serial number */
static enum result memory_deliver(struct openpgp_memory *memory)
{
    openpgp_pins_deliver(memory);
    openpgp_keys_deliver(memory);
    openpgp_values_clear(memory);
    memory->terminated = false;
    TRY(openpgp_value_put(memory, OPENPGP_LANGUAGE, bytes_text("en")));
    /* not announced (ISO 5218) */
    return openpgp_value_put(memory, OPENPGP_SEX, bytes_text("9"));
}

enum result openpgp_deliver(struct openpgp_card *card)
{
    struct openpgp_memory *memory = &card->memory;

    if (RAND_bytes_ex(card->crypto, memory->serial, sizeof(memory->serial), 0) != 1)
        return RESULT_INTERNAL;
    return memory_deliver(memory);
}

/* As the administrator, or when neither user nor administrator can do anything any more */
uint16_t openpgp_delivery_terminate(struct openpgp_card *card, const struct iso_command *command,
                                    struct buf *out)
{
    const struct openpgp_pin *pins = card->memory.pins;

    (void)out;
    if (command->p1 != 0x00 || command->p2 != 0x00)
        return OPENPGP_SW_P1P2;
    if (!card->session.admin && (pins[OPENPGP_PW1].left > 0 || pins[OPENPGP_PW3].left > 0))
        return ISO_SW_SECURITY;
    card->memory.terminated = true;
    secret_wipe(&card->session, sizeof(card->session));
    card->changes++;
    return ISO_SW_OK;
}

/* Without effect on a card that is not terminated */
uint16_t openpgp_delivery_activate(struct openpgp_card *card, const struct iso_command *command,
                                   struct buf *out)
{
    (void)out;
    if (command->p1 != 0x00 || command->p2 != 0x00)
        return OPENPGP_SW_P1P2;
    if (!card->memory.terminated)
        return ISO_SW_OK;
    if (memory_deliver(&card->memory) != RESULT_OK)
        return ISO_SW_MEMORY;
    secret_wipe(&card->session, sizeof(card->session));
    card->changes++;
    return ISO_SW_OK;
}
