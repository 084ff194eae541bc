/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/pin_rule.h"

#include <string.h>
#include <sys/random.h>

#define MOST_UNKNOWN 255
#define RANDOM_WITH_LETTERS 16

/** Delivered with: PIV's PIN and PUK; Rutoken's PIN and security officer's PIN; JaCarta's two; and other makers'. */
static const char *const factory_pins[] = { "123456", "12345678", "87654321", "1234567890", "0987654321", "11111111", "00000000" };

void pin_rule_make(const CK_TOKEN_INFO *info, bool officer, struct pin_rule *ret)
{
    *ret = (struct pin_rule){ .least = PIN_RULE_LEAST, .most = info->ulMaxPinLen, .officer = officer };
    if (ret->most == 0 || ret->most > MOST_UNKNOWN)
        ret->most = MOST_UNKNOWN;
    if (info->ulMinPinLen > ret->least && info->ulMinPinLen <= ret->most)
        ret->least = info->ulMinPinLen;
    if (ret->most < ret->least)
        ret->least = ret->most;
    ret->letters = ret->most > PIN_RULE_LEAST;
}

/** What a PIN is made of. */
struct makeup {
    size_t characters, digits, letters;
    bool control, hexadecimal, same, up, down;
};

static struct makeup makeup_of(struct bytes pin)
{
    struct makeup ret = { .hexadecimal = true, .same = true, .up = true, .down = true };

    for (size_t i = 0; i < pin.size; i++) {
        uint8_t c = pin.data[i], lower = c | 0x20;
        bool digit = c >= '0' && c <= '9', letter = (lower >= 'a' && lower <= 'z') || c >= 0x80;

        ret.characters += (c & 0xC0) != 0x80;
        ret.digits += digit;
        ret.letters += letter;
        ret.control = ret.control || c < 0x20 || c == 0x7F;
        ret.hexadecimal = ret.hexadecimal && (digit || (lower >= 'a' && lower <= 'f'));
        if (i == 0)
            continue;
        ret.same = ret.same && c == pin.data[i - 1];
        ret.up = ret.up && c == pin.data[i - 1] + 1;
        ret.down = ret.down && c + 1 == pin.data[i - 1];
    }
    return ret;
}

static bool is_management_key(const struct pin_rule *rule, const struct makeup *makeup, size_t size)
{
    return rule->officer && !rule->letters && makeup->hexadecimal && (size == 32 || size == 48 || size == 64);
}

enum pin_fault pin_rule_check(const struct pin_rule *rule, const struct secret *pin)
{
    const struct makeup makeup = makeup_of(secret_bytes(pin));

    if (pin_rule_is_factory(pin))
        return PIN_FACTORY;
    if (makeup.control)
        return PIN_CONTROL;
    if (is_management_key(rule, &makeup, secret_size(pin)))
        return PIN_FINE;
    if (makeup.characters < rule->least)
        return PIN_SHORT;
    if (secret_size(pin) > rule->most)
        return PIN_LONG;
    if (makeup.digits == 0)
        return PIN_NO_DIGIT;
    if (rule->letters ? makeup.letters == 0 : makeup.letters == 0 && makeup.digits < makeup.characters)
        return PIN_NO_LETTER;
    return makeup.same || makeup.up || makeup.down ? PIN_SIMPLE : PIN_FINE;
}

bool pin_rule_is_factory(const struct secret *pin)
{
    bool found = false;

    for (size_t i = 0; i < sizeof(factory_pins) / sizeof(factory_pins[0]); i++)
        found = bytes_equal_secret(bytes_text(factory_pins[i]), secret_bytes(pin)) || found;
    return found;
}

/** One of the COUNT characters at TEXT, each as likely as the others; 0 if there is no randomness. */
static uint8_t random_character(const char *text, size_t count)
{
    uint8_t byte;

    do
        if (getrandom(&byte, 1, 0) != 1)
            return 0;
    while (byte >= 256 / count * count);
    return (uint8_t)text[byte % count];
}

enum result pin_rule_random(const struct pin_rule *rule, struct secret **ret)
{
    static const char digits[] = "0123456789", mixed[] = "23456789abcdefghjkmnpqrstuvwxyz";
    const char *text = rule->letters ? mixed : digits;
    size_t size = rule->letters ? RANDOM_WITH_LETTERS : rule->least;

    *ret = NULL;
    if (size > rule->most)
        size = rule->most;
    do {
        SCOPED(secret_free) struct secret *secret = NULL;

        TRY(secret_new_empty(size, &secret));
        buf_clear(secret_buf(secret));
        for (size_t i = 0; i < size; i++) {
            uint8_t character = random_character(text, strlen(text));

            if (!character)
                return RESULT_REFUSED;
            buf_add_byte(secret_buf(secret), character);
        }
        if (pin_rule_check(rule, secret) == PIN_FINE) {
            *ret = secret;
            secret = NULL;
        }
    } while (!*ret);
    return RESULT_OK;
}
