/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/client.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "tool/printable.h"
#include "tool/rv_text.h"
#include "tool/text.h"

/** The most slots that are looked at. */
#define SLOTS_MAX 64

const char *client_path(const struct common *common)
{
    const char *path = getenv("ECP_MODULE");

    if (common->module)
        return common->module;
    return path && *path ? path : PKCS11_MODULE_PATH;
}

static enum exit_code load(const struct ui *ui, struct client *client)
{
    CK_C_GetFunctionList get = NULL;

    client->library = dlopen(client->path, RTLD_NOW | RTLD_LOCAL);
    if (!client->library)
        return ui_fail(ui, EXIT_CODE_NO_TOKEN, _("Install libecp-pkcs11, or name a module with --module."),
                       _("the PKCS#11 module cannot be loaded: %s"), dlerror());
    *(void **)&get = dlsym(client->library, "C_GetFunctionList");
    if (!get || get(&client->p11) != CKR_OK || !client->p11)
        return ui_fail(ui, EXIT_CODE_NO_TOKEN, _("Name another file with --module."), _("%s is no PKCS#11 module"),
                       client->path);
    return EXIT_CODE_OK;
}

enum exit_code client_open(const struct ui *ui, const struct common *common, struct client *ret)
{
    CK_C_INITIALIZE_ARGS arguments = { .flags = CKF_OS_LOCKING_OK };
    enum exit_code code;
    CK_RV rv;

    *ret = (struct client){ .path = client_path(common) };
    code = load(ui, ret);
    if (code == EXIT_CODE_OK) {
        rv = ret->p11->C_Initialize(&arguments);
        if (rv == CKR_OK)
            return EXIT_CODE_OK;
        code = rv_fail(ui, rv, _("starting the PKCS#11 module"));
        ret->p11 = NULL;
    }
    client_close(ret);
    return code;
}

void client_close(struct client *client)
{
    if (client->library && client->p11)
        client->p11->C_Finalize(NULL);
    if (client->library)
        dlclose(client->library);
    *client = (struct client){ 0 };
}

/** What a card says of itself is not trusted on a terminal. */
static void copy_field(char *ret, const CK_UTF8CHAR *text, size_t size)
{
    while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\0'))
        size--;
    printable_copy(ret, bytes_make(text, size));
}

void client_look(const struct client *client, CK_SLOT_ID slot, struct token *ret)
{
    *ret = (struct token){ .slot = slot, .rv = CKR_SLOT_ID_INVALID };
    if (client->p11->C_GetSlotInfo(slot, &ret->slot_info) != CKR_OK)
        return;
    copy_field(ret->reader, ret->slot_info.slotDescription, sizeof(ret->slot_info.slotDescription));
    ret->rv = CKR_TOKEN_NOT_PRESENT;
    if (!(ret->slot_info.flags & CKF_TOKEN_PRESENT))
        return;
    ret->rv = client->p11->C_GetTokenInfo(slot, &ret->info);
    ret->has_token = ret->rv == CKR_OK;
    if (!ret->has_token)
        return;
    copy_field(ret->label, ret->info.label, sizeof(ret->info.label));
    copy_field(ret->serial, ret->info.serialNumber, sizeof(ret->info.serialNumber));
    copy_field(ret->manufacturer, ret->info.manufacturerID, sizeof(ret->info.manufacturerID));
    copy_field(ret->model, ret->info.model, sizeof(ret->info.model));
}

enum exit_code client_tokens(const struct ui *ui, const struct client *client, struct tokens *ret)
{
    CK_SLOT_ID slots[SLOTS_MAX];
    CK_ULONG found = SLOTS_MAX;
    CK_RV rv = client->p11->C_GetSlotList(CK_FALSE, slots, &found);

    *ret = (struct tokens){ 0 };
    if (rv != CKR_OK)
        return rv_fail(ui, rv, _("looking for readers"));
    ret->rows = calloc(SLOTS_MAX, sizeof(*ret->rows));
    if (!ret->rows)
        return rv_fail(ui, CKR_HOST_MEMORY, _("looking for readers"));
    for (CK_ULONG i = 0; i < found && i < SLOTS_MAX; i++)
        client_look(client, slots[i], &ret->rows[ret->count++]);
    return EXIT_CODE_OK;
}

void tokens_free(struct tokens *tokens)
{
    free(tokens->rows);
    *tokens = (struct tokens){ 0 };
}

static bool asks(const char *wanted, const char *is)
{
    return !*wanted || strcmp(wanted, is) == 0;
}

bool client_token_is(const struct token *token, const struct uri *wanted)
{
    if (!token->has_token)
        return false;
    if (wanted->is_word)
        return strcmp(wanted->word, token->label) == 0 || strcmp(wanted->word, token->serial) == 0;
    return asks(wanted->token, token->label) && asks(wanted->serial, token->serial) &&
           asks(wanted->manufacturer, token->manufacturer) && asks(wanted->model, token->model);
}

enum exit_code client_uri(const struct ui *ui, const char *text, struct uri *ret)
{
    switch (uri_read(text, ret)) {
    case URI_OK:
        return EXIT_CODE_OK;
    case URI_HAS_PIN:
        return ui_fail(ui, EXIT_CODE_USAGE, _("Use --pin-source or --pin-fd, or let yourself be asked."),
                       _("a PIN on the command line can be seen by everybody on this machine; it was not used"));
    case URI_WRONG:
        break;
    }
    return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("\"%s\" is no PKCS#11 URI"), text);
}

static enum exit_code tell_none(const struct ui *ui, const struct common *common, const struct tokens *tokens)
{
    if (common->token)
        return ui_fail(ui, EXIT_CODE_NO_TOKEN, _("\"ecp status\" lists the tokens that are there."),
                       _("there is no token \"%s\""), common->token);
    for (size_t i = 0; i < tokens->count; i++)
        if (tokens->rows[i].slot_info.flags & CKF_TOKEN_PRESENT)
            return ui_fail(ui, EXIT_CODE_NO_TOKEN, _("\"ecp doctor\" finds out why."),
                           _("there is a card in \"%s\", but no token that can be used"), tokens->rows[i].reader);
    return ui_fail(ui, EXIT_CODE_NO_TOKEN, _("Plug the token in. \"ecp doctor\" helps if it is plugged in."),
                   _("no token was found"));
}

enum exit_code client_token(const struct ui *ui, const struct client *client, const struct common *common, bool blank,
                            struct token *ret)
{
    SCOPED(tokens_free) struct tokens tokens = { 0 };
    size_t matches = 0;
    struct uri wanted;

    TRY_CODE(client_uri(ui, common->token, &wanted));
    TRY_CODE(client_tokens(ui, client, &tokens));
    for (size_t i = 0; i < tokens.count; i++)
        if (client_token_is(&tokens.rows[i], &wanted) && (blank || (tokens.rows[i].info.flags & CKF_TOKEN_INITIALIZED))) {
            *ret = tokens.rows[i];
            matches++;
        }
    if (matches == 0)
        return tell_none(ui, common, &tokens);
    if (matches > 1)
        return ui_fail(ui, EXIT_CODE_NO_TOKEN, _("Name one with --token; \"ecp status\" lists them."),
                       _("there are several tokens"));
    return EXIT_CODE_OK;
}
