/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "module/session/session.h"

#include <stdlib.h>

static void session_free(struct session *session)
{
    for (size_t i = 0; i < OPERATION_USES; i++)
        operation_free(&session->operations[i]);
    search_free(&session->search);
    free(session);
}

void sessions_init(struct sessions *sessions)
{
    *sessions = (struct sessions){ 0 };
}

void sessions_clear(struct sessions *sessions)
{
    while (sessions->first != NULL) {
        struct session *session = sessions->first;
        sessions->first = session->next;
        session_free(session);
    }
}

CK_RV sessions_add(struct sessions *sessions, struct slot *slot, unsigned generation, bool read_write,
                   CK_SESSION_HANDLE *ret)
{
    struct session *session = calloc(1, sizeof(*session));
    if (session == NULL)
        return CKR_HOST_MEMORY;
    session->handle = ++sessions->last_handle;
    session->slot = slot;
    session->generation = generation;
    session->read_write = read_write;
    session->next = sessions->first;
    sessions->first = session;
    *ret = session->handle;
    return CKR_OK;
}

struct session *sessions_find(const struct sessions *sessions, CK_SESSION_HANDLE handle)
{
    for (struct session *session = sessions->first; session != NULL; session = session->next)
        if (session->handle == handle)
            return session;
    return NULL;
}

void sessions_remove(struct sessions *sessions, struct session *session)
{
    struct session **link = &sessions->first;
    while (*link != NULL && *link != session)
        link = &(*link)->next;
    if (*link == NULL)
        return;
    *link = session->next;
    session_free(session);
}

struct session *sessions_on_slot(const struct sessions *sessions, const struct slot *slot)
{
    for (struct session *session = sessions->first; session != NULL; session = session->next)
        if (session->slot == slot)
            return session;
    return NULL;
}

CK_ULONG sessions_count(const struct sessions *sessions, const struct slot *slot, unsigned generation,
                        CK_ULONG *ret_read_write)
{
    CK_ULONG all = 0, read_write = 0;
    for (const struct session *session = sessions->first; session != NULL; session = session->next) {
        if (session->slot != slot || session->generation != generation)
            continue;
        all++;
        if (session->read_write)
            read_write++;
    }
    if (ret_read_write != NULL)
        *ret_read_write = read_write;
    return all;
}

CK_STATE session_state(bool read_write, enum token_login_state login)
{
    switch (login) {
    case TOKEN_USER:
        return read_write ? CKS_RW_USER_FUNCTIONS : CKS_RO_USER_FUNCTIONS;
    case TOKEN_SO:
        return CKS_RW_SO_FUNCTIONS;
    case TOKEN_PUBLIC:
        break;
    }
    return read_write ? CKS_RW_PUBLIC_SESSION : CKS_RO_PUBLIC_SESSION;
}
