/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "vcard/fault.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define WORD_MAX (2 * FAULT_ANSWER_MAX + 16)

static enum result number_parse(const char *text, unsigned long limit, unsigned long *ret)
{
    char *end = NULL;

    if (!isdigit((unsigned char)text[0]))
        return RESULT_MALFORMED;
    *ret = strtoul(text, &end, 10);
    return *end == '\0' && *ret <= limit ? RESULT_OK : RESULT_MALFORMED;
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    digit = (char)tolower((unsigned char)digit);
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static enum result answer_parse(const char *text, struct fault *fault)
{
    size_t length = strlen(text);

    /* An answer without a byte is left out: the driver waits for its bytes for ever. */
    if (length == 0 || length % 2 != 0)
        return RESULT_MALFORMED;
    if (length / 2 > FAULT_ANSWER_MAX)
        return RESULT_TOO_LARGE;
    for (size_t i = 0; i < length / 2; i++) {
        int high = digit_value(text[2 * i]), low = digit_value(text[2 * i + 1]);
        if (high < 0 || low < 0)
            return RESULT_MALFORMED;
        fault->answer[i] = (uint8_t)(high << 4 | low);
    }
    fault->answer_size = length / 2;
    fault->kind = FAULT_ANSWER;
    return RESULT_OK;
}

/** If WORD is "NAME=VALUE", its value, else NULL. */
static const char *word_value(const char *word, const char *name)
{
    size_t size = strlen(name);

    return strncmp(word, name, size) == 0 && word[size] == '=' ? word + size + 1 : NULL;
}

static enum result kind_parse(const char *word, struct fault *fault)
{
    const char *value;
    unsigned long number;

    if (fault->kind != FAULT_NONE)
        return RESULT_MALFORMED;
    if ((value = word_value(word, "sw")) != NULL)
        return strlen(value) == 4 ? answer_parse(value, fault) : RESULT_MALFORMED;
    if ((value = word_value(word, "answer")) != NULL)
        return answer_parse(value, fault);
    if ((value = word_value(word, "fill")) != NULL) {
        TRY(number_parse(value, 65533, &number));
        fault->fill = number;
        fault->kind = FAULT_FILL;
    } else if (strcmp(word, "drop") == 0) {
        fault->kind = FAULT_DROP;
    } else if (strcmp(word, "drop-after") == 0) {
        fault->kind = FAULT_DROP_AFTER;
    } else if (strcmp(word, "lose") == 0) {
        fault->kind = FAULT_LOSE;
    } else if (strcmp(word, "lose-after") == 0) {
        fault->kind = FAULT_LOSE_AFTER;
    } else {
        return RESULT_MALFORMED;
    }
    return RESULT_OK;
}

static enum result word_parse(const char *word, struct fault *fault)
{
    const char *value;
    unsigned long number = 0;

    if ((value = word_value(word, "after")) != NULL) {
        TRY(number_parse(value, 1000000, &number));
        fault->after = (unsigned)number;
        return number > 0 ? RESULT_OK : RESULT_MALFORMED;
    }
    if ((value = word_value(word, "times")) != NULL) {
        TRY(number_parse(value, 1000000, &number));
        fault->times = (unsigned)number;
        return RESULT_OK;
    }
    return kind_parse(word, fault);
}

enum result fault_parse(const char *text, struct fault *ret)
{
    char word[WORD_MAX];

    memset(ret, 0, sizeof(*ret));
    ret->after = 1;
    ret->times = 1;
    for (text += strspn(text, " "); *text != '\0'; text += strspn(text, " ")) {
        size_t size = strcspn(text, " ");
        if (size >= sizeof(word))
            return RESULT_TOO_LARGE;
        memcpy(word, text, size);
        word[size] = '\0';
        TRY(word_parse(word, ret));
        text += size;
    }
    return ret->kind != FAULT_NONE ? RESULT_OK : RESULT_MALFORMED;
}

enum result fault_add(struct fault_list *list, const struct fault *fault)
{
    if (list->size == FAULT_WAITING_MAX)
        return RESULT_TOO_LARGE;
    list->waiting[list->size++] = *fault;
    return RESULT_OK;
}

void fault_clear(struct fault_list *list)
{
    memset(list, 0, sizeof(*list));
}

static void fault_remove(struct fault_list *list, size_t at)
{
    list->size--;
    memmove(&list->waiting[at], &list->waiting[at + 1], (list->size - at) * sizeof(list->waiting[0]));
}

void fault_next(struct fault_list *list, struct fault *ret)
{
    memset(ret, 0, sizeof(*ret));
    for (size_t i = 0; i < list->size; i++) {
        struct fault *fault = &list->waiting[i];
        if (fault->after > 1) {
            fault->after--;
            continue;
        }
        if (ret->kind != FAULT_NONE)
            continue; /* its turn comes with the next command */
        *ret = *fault;
        if (fault->times == 1) {
            fault_remove(list, i);
            i--;
        } else if (fault->times > 1) {
            fault->times--;
        }
    }
}
