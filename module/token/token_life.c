/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* token_life.c: how a token begins and ends, and what it shows. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "module/rv.h"
#include "module/token/token_state.h"

#define MILLISECONDS 1000U
#define NANOSECONDS_PER_MILLISECOND 1000000U

uint64_t token_clock(void)
{
    struct timespec now = { 0, 0 };

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * MILLISECONDS + (uint64_t)now.tv_nsec / NANOSECONDS_PER_MILLISECOND;
}

/* What every token here is, whatever the card: found by a search without asking the card. */
static const CK_PROFILE_ID token_profiles[] = {
    CKP_BASELINE_PROVIDER,
    CKP_AUTHENTICATION_TOKEN,
    CKP_PUBLIC_CERTIFICATES_TOKEN,
};

static CK_RV token_add_profiles(struct token *token)
{
    for (size_t i = 0; i < sizeof(token_profiles) / sizeof(token_profiles[0]); i++) {
        struct object *object = NULL;
        TRY_RV(object_from_profile(token_profiles[i], &object));
        object_store_add(&token->store, object);
    }
    return CKR_OK;
}

CK_RV token_new(struct probe_found *found, const struct token_place *place, const struct token_origin *origin,
                struct token **ret)
{
    SCOPED(token_free) struct token *token = calloc(1, sizeof(*token));

    if (!token)
        return CKR_HOST_MEMORY;
    token->place = *place;
    token->seen = origin->seen;
    token->restarts = atomic_load(&place->source->restarts);
    token->selected = origin->selected;
    token->view.info = found->info;
    token->view.pinpad = origin->pinpad;
    token->clock = token_clock;
    TRY_RV(token_add_profiles(token));
    token->card = found->card;
    found->card = NULL;
    card_attach(token->card, NULL);
    *ret = token;
    token = NULL;
    return CKR_OK;
}

void token_free(struct token **token)
{
    struct token *self = *token;

    if (!self)
        return;
    if (self->view.login != TOKEN_PUBLIC && !self->gone && !self->forked)
        (void)token_logout(self);
    token_forget(self, false);
    if (self->channel && self->forked)
        self->channel->ops->close(self->channel);
    else
        token_leave(self);
    object_store_clear(&self->store);
    object_store_clear(&self->names);
    card_free(&self->card);
    free(self->looked);
    free(self);
    *token = NULL;
}

bool token_gone(const struct token *token)
{
    return token->gone;
}

void token_forked(struct token *token)
{
    token->forked = token->gone = true;
    if (token->channel)
        token->channel->forked = true;
}

void token_doubt(struct token *token, const struct reader_state *seen)
{
    /* It may have been noticed, and the card been found the same, on the way. */
    if (token->restarts != atomic_load(&token->place.source->restarts))
        token->doubt = true;
    else
        token->seen = *seen;
}

bool token_connected(const struct token *token)
{
    return token->channel != NULL;
}

static bool names_have(const struct object_store *names, const struct object *like)
{
    for (const struct object *object = names->first; object; object = object->next)
        if (object->class == like->class && object->reference == like->reference)
            return true;
    return false;
}

static void inherit_names(struct token *token, struct object_store *from)
{
    struct object *next;

    for (struct object *object = from->first; object; object = next) {
        next = object->next;
        if (object->owner != CK_INVALID_HANDLE || object->card_names.count == 0 ||
            names_have(&token->names, object))
            continue;
        object_store_take(from, object);
        object_store_add(&token->names, object);
    }
}

void token_inherit(struct token *token, struct token *old)
{
    if (strcmp(token->view.info.serial, old->view.info.serial) != 0 ||
        token->card->driver != old->card->driver)
        return;
    inherit_names(token, &old->store);
    /* Of objects that were not looked at since the card came back. */
    inherit_names(token, &old->names);
}
