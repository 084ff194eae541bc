/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * policies.json is read by jansson, and edited as text: a library would write everything anew. The text that is walked over is
 * known to be JSON.
 */
#include "tool/edit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "asn1/result.h"

#define NEW_FILE "{\n  \"policies\": {\n    \"SecurityDevices\": {\n      \"Add\": {\n        \"" EDIT_NAME "\": \"%s\"\n      }\n    }\n  }\n}\n"

/** What is put behind an opening brace, by what is there already: OPEN, the module's path, CLOSE. */
static const struct level {
    const char *path[3]; /**< the members on the way to the brace */
    const char *open, *close;
} levels[] = {
    { { "policies", "SecurityDevices", "Add" }, "\n        \"" EDIT_NAME "\": \"", "\"" },
    { { "policies", "SecurityDevices" }, "\n      \"Add\": { \"" EDIT_NAME "\": \"", "\" }" },
    { { "policies" }, "\n    \"SecurityDevices\": { \"Add\": { \"" EDIT_NAME "\": \"", "\" } }" },
    { { NULL }, "\n  \"policies\": { \"SecurityDevices\": { \"Add\": { \"" EDIT_NAME "\": \"", "\" } } }" },
    /* as it was written before there was "Add" */
    { { "policies", "SecurityDevices" }, "\n      \"" EDIT_NAME "\": \"", "\"" },
};

#define LEVELS (sizeof(levels) / sizeof(levels[0]))

static void json_release(json_t **json)
{
    json_decref(*json);
}

static json_t *load(struct bytes text)
{
    return json_loadb((const char *)text.data, text.size, JSON_REJECT_DUPLICATES, NULL);
}

/** The object that holds the modules; NULL if there is none. */
static json_t *devices(const json_t *root, bool *ret_flat)
{
    json_t *all = json_object_get(json_object_get(root, "policies"), "SecurityDevices");
    json_t *add = json_object_get(all, "Add");

    *ret_flat = json_object_size(all) > 0 && !add && !json_object_get(all, "Delete");
    return add ? add : *ret_flat ? all : NULL;
}

/** What is there is of the kinds that it has to be. */
static bool well_formed(const json_t *root)
{
    const json_t *policies = json_object_get(root, "policies"), *all = json_object_get(policies, "SecurityDevices"),
                 *add = json_object_get(all, "Add");

    return json_is_object(root) && (!policies || json_is_object(policies)) && (!all || json_is_object(all)) &&
           (!add || json_is_object(add));
}

static enum edit_state policy_look(const struct edit_input *input)
{
    SCOPED(json_release) json_t *root = input->exists ? load(input->text) : NULL;
    json_t *modules, *value;
    const char *name;
    bool flat;

    if (!input->exists)
        return EDIT_OUT;
    if (!root || !well_formed(root))
        return EDIT_DAMAGED;
    modules = devices(root, &flat);
    json_object_foreach(modules, name, value)
        if (json_is_string(value) && strcmp(json_string_value(value), input->module) == 0)
            return EDIT_IN;
    return json_object_get(modules, EDIT_NAME) ? EDIT_OTHER : EDIT_OUT;
}

static size_t skip_space(struct bytes text, size_t at)
{
    while (at < text.size && memchr(" \t\r\n", text.data[at], 4))
        at++;
    return at;
}

/** Behind the string that begins AT. */
static size_t skip_string(struct bytes text, size_t at)
{
    for (at++; at < text.size && text.data[at] != '"'; at++)
        at += text.data[at] == '\\';
    return at + 1;
}

/** Behind the value that begins AT. */
static size_t skip_value(struct bytes text, size_t at)
{
    size_t depth = 0;

    while (at < text.size) {
        uint8_t byte = text.data[at];

        if (depth == 0 && memchr(",]} \t\r\n", byte, 7))
            return at;
        if (byte == '{' || byte == '[')
            depth++;
        if (byte == '}' || byte == ']')
            depth--;
        at = byte == '"' ? skip_string(text, at) : at + 1;
        if (depth == 0 && memchr("\"]}", byte, 3))
            return at;
    }
    return at;
}

/** A member of an object: "KEY": VALUE. */
struct member {
    size_t key, key_end, value, end;
};

/** Goes to the next member behind AT (the opening brace, or the end of the member before). False if there is none. */
static bool next_member(struct bytes text, size_t at, struct member *ret)
{
    at = skip_space(text, at);
    if (at < text.size && (text.data[at] == '{' || text.data[at] == ','))
        at = skip_space(text, at + 1);
    if (at >= text.size || text.data[at] != '"')
        return false;
    ret->key = at;
    ret->key_end = skip_string(text, at);
    at = skip_space(text, ret->key_end);
    ret->value = skip_space(text, at + 1);
    ret->end = skip_value(text, ret->value);
    return ret->end <= text.size;
}

static bool find_member(struct bytes text, size_t object, const char *key, struct member *ret)
{
    size_t at = object;

    while (next_member(text, at, ret)) {
        struct bytes inside = bytes_slice(text, ret->key + 1, ret->key_end - ret->key - 2);

        if (bytes_equal(inside, bytes_text(key)))
            return true;
        at = ret->end;
    }
    return false;
}

/** Where the opening brace of LEVEL stands. */
static bool find_brace(struct bytes text, const struct level *level, size_t *ret)
{
    struct member member;

    *ret = skip_space(text, 0);
    for (size_t i = 0; i < 3 && level->path[i]; i++) {
        if (!find_member(text, *ret, level->path[i], &member))
            return false;
        *ret = member.value;
    }
    return *ret < text.size && text.data[*ret] == '{';
}

static char *insertion(const struct level *level, const char *module, bool comma)
{
    char *text = NULL;

    return asprintf(&text, "%s%s%s%s", level->open, module, level->close, comma ? "," : "") < 0 ? NULL : text;
}

static bool policy_put(const struct edit_input *input, struct edit *ret)
{
    SCOPED(json_release) json_t *root = input->exists ? load(input->text) : NULL;
    struct member member;
    size_t brace, i = 0;
    bool flat, made;
    char *text = NULL;

    if (!input->exists) {
        made = asprintf(&text, NEW_FILE, input->module) >= 0 && edit_splice(BYTES_NONE, 0, 0, text, ret);
        free(text);
        return made;
    }
    devices(root, &flat);
    while (i < LEVELS && !find_brace(input->text, &levels[i], &brace))
        i++;
    if (flat)
        i = LEVELS - 1;
    if (i == LEVELS || !find_brace(input->text, &levels[i], &brace))
        return false;
    text = insertion(&levels[i], input->module, next_member(input->text, brace, &member));
    made = text && edit_splice(input->text, brace + 1, 0, text, ret);
    free(text);
    return made;
}

/** What put() would have written at this LEVEL is taken out; false if it is not there, or if put() would not have written it. */
static bool take_back(const struct edit_input *input, const struct level *level, bool comma, struct edit *ret)
{
    SCOPED(edit_free) struct edit again = { 0 };
    char *text = insertion(level, input->module, comma);
    struct edit_input before = *input;
    size_t brace;
    bool taken = text && find_brace(input->text, level, &brace) &&
                 bytes_start_with(bytes_from(input->text, brace + 1), bytes_text(text)) &&
                 edit_splice(input->text, brace + 1, strlen(text), "", ret);

    free(text);
    if (!taken)
        return false;
    before.text = bytes_make(ret->text, ret->size);
    if (policy_look(&before) == EDIT_OUT && policy_put(&before, &again) &&
        bytes_equal(bytes_make(again.text, again.size), input->text))
        return true;
    edit_free(ret);
    return false;
}

/** A module that was put in by other hands: its member goes, with one comma. */
static bool take_member(const struct edit_input *input, struct edit *ret)
{
    struct bytes text = input->text;
    struct member member;
    size_t brace, at, from;
    char *quoted = NULL;

    if ((!find_brace(text, &levels[0], &brace) && !find_brace(text, &levels[LEVELS - 1], &brace)) ||
        asprintf(&quoted, "\"%s\"", input->module) < 0)
        return false;
    at = brace + 1;
    while (next_member(text, at, &member)) {
        from = at;
        at = member.end;
        if (!bytes_equal(bytes_slice(text, member.value, member.end - member.value), bytes_text(quoted)))
            continue;
        free(quoted);
        /* of the first one, the comma behind it; of others, the one before */
        at = skip_space(text, member.end);
        if (from == brace + 1 && at < text.size && text.data[at] == ',')
            member.end = at + 1;
        return edit_splice(text, from, member.end - from, "", ret);
    }
    free(quoted);
    return false;
}

static bool policy_take(const struct edit_input *input, struct edit *ret)
{
    char *whole = NULL;
    bool ours = asprintf(&whole, NEW_FILE, input->module) >= 0 && bytes_equal(input->text, bytes_text(whole));

    free(whole);
    *ret = (struct edit){ .remove = ours };
    if (ours)
        return true;
    for (size_t i = 0; i < LEVELS; i++)
        if (take_back(input, &levels[i], true, ret) || take_back(input, &levels[i], false, ret))
            return true;
    return take_member(input, ret) && edit_take_rest(&edit_policy, input, ret);
}

const struct edit_format edit_policy = { policy_look, policy_put, policy_take };
