/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is told of a token without asking its card. */
#include "module/token/token_state.h"

const struct token_view *token_view(const struct token *token)
{
    return &token->view;
}

struct object_store *token_objects(struct token *token)
{
    return &token->store;
}

const struct card_algorithm *token_algorithms(const struct token *token)
{
    static const struct card_algorithm none[] = { { .kind = KEY_NONE } };

    return token->card->driver->algorithms ? token->card->driver->algorithms(token->card) : none;
}

bool token_can_import(const struct token *token)
{
    return token->card->driver->import_key != NULL;
}
