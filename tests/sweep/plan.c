/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tests/sweep/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FLIPS_MAX 64
#define DEPTH_MAX 6
#define WHOLE_MAX 8192
#define INS_GET_RESPONSE 0xC0
#define INS_READ_BINARY 0xB0

const char *const plan_names[PLAN_SORTS] = {
    [PLAN_PULLED] = "pulled out",
    [PLAN_RESET] = "reset by another program",
    [PLAN_OTHER] = "another application selected",
    [PLAN_BROKEN] = "exchange broken",
    [PLAN_SERVICE] = "service restarted",
    [PLAN_PIN] = "PIN changed by another program",
    [PLAN_WORDS] = "status words",
    [PLAN_ENDLESS] = "answers without end",
    [PLAN_LENGTHS] = "wrong lengths asked for",
    [PLAN_TRUNCATED] = "answers truncated",
    [PLAN_LENGTHENED] = "answers lengthened",
    [PLAN_EMPTY] = "answers empty",
    [PLAN_FLIPS] = "bits turned",
};

static bool plan_add(struct plan *plan, struct trouble trouble)
{
    if (plan->count == plan->room) {
        size_t room = plan->room ? 2 * plan->room : 256;
        struct trouble *items = realloc(plan->items, room * sizeof(*items));
        if (!items)
            return false;
        plan->items = items;
        plan->room = room;
    }
    plan->items[plan->count++] = trouble;
    return true;
}

/* Before the command is executed and after it. */
static bool plan_both(struct plan *plan, unsigned at, enum trouble_kind kind, bool lasting)
{
    return plan_add(plan, (struct trouble){ .kind = kind, .at = at, .lasting = lasting }) &&
           plan_add(plan, (struct trouble){ .kind = kind, .at = at, .after = true, .lasting = lasting });
}

static bool plan_words(struct plan *plan, unsigned at)
{
    static const unsigned words[] = { 0x6F00, 0x6982, 0x6983, 0x63C0, 0x63C1, 0x63C2,
                                      0x6A80, 0x6A82, 0x6A84, 0x6700, 0x6D00 };
    bool well = true;

    for (size_t i = 0; well && i < sizeof(words) / sizeof(words[0]); i++)
        for (int after = 0; well && after < 2; after++)
            well = plan_add(plan, (struct trouble){
                                      .kind = TROUBLE_WORD, .at = at, .word = words[i], .after = !after });
    return well;
}

static bool plan_endless(struct plan *plan, unsigned at)
{
    static const size_t sizes[] = { 0, 1, 255 };
    bool well = true;

    for (size_t i = 0; well && i < sizeof(sizes) / sizeof(sizes[0]); i++)
        for (int after = 0; well && after < 2; after++)
            well = plan_add(
                plan, (struct trouble){ .kind = TROUBLE_ENDLESS, .at = at, .after = !after, .place = sizes[i] });
    return well;
}

static bool plan_lengths(struct plan *plan, unsigned at)
{
    static const unsigned words[] = { 0x6C00, 0x6C01, 0x6CFF };
    bool well = true;

    for (size_t i = 0; well && i < sizeof(words) / sizeof(words[0]); i++)
        for (int lasting = 0; well && lasting < 2; lasting++)
            well = plan_add(plan, (struct trouble){
                                      .kind = TROUBLE_LENGTH, .at = at, .word = words[i], .lasting = lasting });
    return well;
}

/* Marks where a tag, a length or a value of BER-TLV begins or ends, and what is between the bytes of the first two. */
static void plan_mark(const uint8_t *data, size_t from, size_t to, int depth, bool *marks)
{
    while (from < to && depth < DEPTH_MAX) {
        size_t start = from, length, more;
        bool constructed = data[from] & 0x20;

        if ((data[from++] & 0x1F) == 0x1F)
            while (from < to && (data[from++] & 0x80))
                ;
        if (from >= to)
            return;
        length = data[from++];
        more = length > 0x80 ? length & 0x7F : 0;
        for (length = more ? 0 : length; more > 0 && from < to; more--)
            length = length << 8 | data[from++];
        for (size_t place = start; place <= from; place++)
            marks[place] = true;
        if (constructed)
            plan_mark(data, from, length < to - from ? from + length : to, depth + 1, marks);
        if (length >= to - from)
            return;
        from += length;
        marks[from] = true;
    }
}

static size_t data_size(const struct world_exchange *exchange)
{
    return exchange->size >= 2 ? exchange->size - 2 : 0;
}

/* AT goes on with what the exchange before it began: the rest of an answer, or of a file. */
static bool plan_continues(const struct world_exchange *record, unsigned at)
{
    uint8_t ins = record[at].ins;

    return at > 0 && (ins == INS_GET_RESPONSE || (ins == INS_READ_BINARY && record[at - 1].ins == ins));
}

/* The boundaries in the answer AT, as it is and as a piece of a whole. */
static void plan_mark_answer(const struct world_exchange *record, unsigned at, unsigned count, bool *marks)
{
    static uint8_t whole[WHOLE_MAX];
    static bool whole_marks[WHOLE_MAX + 1];
    unsigned first = at, i;
    size_t size = data_size(&record[at]), used = 0, before = 0;

    plan_mark(record[at].answer, 0, size, 0, marks);
    while (plan_continues(record, first))
        first--;
    for (i = first; i < count && (i <= at || plan_continues(record, i)); i++) {
        if (data_size(&record[i]) > WHOLE_MAX - used)
            return;
        before = i == at ? used : before;
        memcpy(whole + used, record[i].answer, data_size(&record[i]));
        used += data_size(&record[i]);
    }
    memset(whole_marks, 0, sizeof(whole_marks));
    plan_mark(whole, 0, used, 0, whole_marks);
    for (size_t place = 0; place < size; place++)
        marks[place] = marks[place] || whole_marks[before + place];
}

static bool plan_truncated(struct plan *plan, unsigned at, const struct world_exchange *record, unsigned count)
{
    bool marks[WORLD_ANSWER_MAX + 1] = { false }, well = true;
    size_t size = data_size(&record[at]);

    if (size == 0)
        return true;
    plan_mark_answer(record, at, count, marks);
    marks[0] = marks[size / 2] = marks[size - 1] = true;
    for (size_t place = 0; well && place < size; place++)
        if (marks[place])
            well = plan_add(plan, (struct trouble){
                                      .kind = TROUBLE_CUT, .at = at, .after = true, .place = place });
    return well;
}

static bool plan_lengthened(struct plan *plan, unsigned at)
{
    static const size_t sizes[] = { 1, 255, 4096, 65000 };
    bool well = true;

    for (size_t i = 0; well && i < sizeof(sizes) / sizeof(sizes[0]); i++)
        well = plan_add(plan, (struct trouble){
                                  .kind = TROUBLE_LONGER, .at = at, .after = true, .place = sizes[i] });
    return well;
}

static bool plan_empty(struct plan *plan, unsigned at)
{
    bool well = true;

    for (size_t size = 0; well && size <= 2; size++)
        for (int after = 0; well && after < 2; after++)
            well = plan_add(plan, (struct trouble){ .kind = TROUBLE_EMPTY, .at = at, .after = !after, .place = size });
    return well;
}

/* Every byte of a short answer, evenly spread ones of a long one; the bit moves on. */
static bool plan_flips(struct plan *plan, unsigned at, const struct world_exchange *exchange)
{
    size_t size = data_size(exchange) + 2, step = size / FLIPS_MAX + 1;
    bool well = true;

    for (size_t place = at % step; well && place < size; place += step)
        well = plan_add(plan, (struct trouble){ .kind = TROUBLE_FLIP,
                                                .at = at,
                                                .after = true,
                                                .place = place,
                                                .bits = (uint8_t)(1U << ((place / step + at) % 8)) });
    return well;
}

static bool plan_at(struct plan *plan, enum plan_sort sort, unsigned at, const struct world_exchange *record,
                    unsigned count)
{
    switch (sort) {
    case PLAN_PULLED:
        return plan_both(plan, at, TROUBLE_PULL, false);
    case PLAN_RESET:
        return plan_both(plan, at, TROUBLE_RESET, false);
    case PLAN_OTHER:
        return plan_both(plan, at, TROUBLE_OTHER, false);
    case PLAN_BROKEN:
        return plan_both(plan, at, TROUBLE_LOSE, false);
    case PLAN_SERVICE:
        return plan_both(plan, at, TROUBLE_SERVICE, false) && plan_both(plan, at, TROUBLE_SERVICE, true);
    case PLAN_PIN:
        return plan_both(plan, at, TROUBLE_PIN, false);
    case PLAN_WORDS:
        return plan_words(plan, at);
    case PLAN_ENDLESS:
        return plan_endless(plan, at);
    case PLAN_LENGTHS:
        return plan_lengths(plan, at);
    case PLAN_TRUNCATED:
        return plan_truncated(plan, at, record, count);
    case PLAN_LENGTHENED:
        return plan_lengthened(plan, at);
    case PLAN_EMPTY:
        return plan_empty(plan, at);
    case PLAN_FLIPS:
        return plan_flips(plan, at, &record[at]);
    case PLAN_SORTS:
        break;
    }
    return false;
}

/*
 * Of the lies about one command, from FROM on: of a status word either the one to a command that the card has executed
 * or to one that it has not, and of what differs only in place or size one of so many; other ones at each command.
 */
static void plan_thin(struct plan *plan, enum plan_sort sort, size_t from, size_t turn, unsigned every)
{
    size_t count = plan->count - from, step = sort == PLAN_WORDS ? 2 : every, kept = from;

    if (sort < PLAN_LIES || every < 2 || count == 0)
        return;
    step = step < count ? step : count;
    for (size_t i = 0; i < count; i++)
        if ((sort == PLAN_WORDS ? i + i / step : i) % step == turn % step)
            plan->items[kept++] = plan->items[from + i];
    plan->count = kept;
}

bool plan_make(struct plan *plan, enum plan_sort sort, const struct world_exchange *record, unsigned count,
               const struct plan_choice *choice)
{
    bool well = true;

    for (unsigned at = 0; well && at < count; at++) {
        size_t from = plan->count;
        well = plan_at(plan, sort, at, record, count);
        plan_thin(plan, sort, from, at + choice->first, choice->every);
    }
    return well;
}

void plan_clear(struct plan *plan)
{
    free(plan->items);
    *plan = (struct plan){ 0 };
}

void plan_describe(const struct trouble *trouble, char *ret, size_t size)
{
    snprintf(ret, size, "command %u%s%s, kind %d, word %04X, place %zu, bits %02X", trouble->at,
             trouble->after ? ", after" : "", trouble->lasting ? ", lasting" : "", (int)trouble->kind, trouble->word,
             trouble->place, trouble->bits);
}
