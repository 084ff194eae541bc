/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/pin_source.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "tool/pinentry.h"
#include "tool/prompt.h"
#include "tool/text.h"
#include "tool/uri.h"

static enum exit_code open_file(const struct ui *ui, const char *path, struct pin_source *ret)
{
    ret->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (ret->fd < 0)
        return ui_fail(ui, EXIT_CODE_NOT_FOUND, NULL, _("the PIN file \"%s\" cannot be read: %s"), path, strerror(errno));
    ret->open = ret->owned = true;
    snprintf(ret->name, sizeof(ret->name), "%s", _("the PIN file"));
    return EXIT_CODE_OK;
}

enum exit_code pin_source_open(const struct ui *ui, const struct common *common, struct pin_source *ret)
{
    struct uri uri;

    *ret = (struct pin_source){ .fd = -1, .pinentry = common->pinentry };
    if (common->pin_fd > 1 << 20)
        return ui_fail(ui, EXIT_CODE_USAGE, NULL, _("there is no file descriptor %ld"), common->pin_fd);
    if (common->pin_fd >= 0) {
        ret->open = true;
        ret->fd = (int)common->pin_fd;
        fcntl(ret->fd, F_SETFD, FD_CLOEXEC); /* pinentry and its like have no business there */
        snprintf(ret->name, sizeof(ret->name), _("file descriptor %d"), ret->fd);
        return EXIT_CODE_OK;
    }
    if (common->pin_source)
        return open_file(ui, strncmp(common->pin_source, "file:", 5) == 0 ? common->pin_source + 5 : common->pin_source,
                         ret);
    if (uri_read(common->token, &uri) == URI_OK && *uri.pin_source)
        return open_file(ui, uri.pin_source, ret);
    return EXIT_CODE_OK;
}

void pin_source_close(struct pin_source *source)
{
    if (source->owned)
        close(source->fd);
    *source = (struct pin_source){ .fd = -1 };
}

static const char *question(enum pin_whose whose)
{
    switch (whose) {
    case PIN_OF_USER:
        return _("PIN of the token \"%s\"");
    case PIN_OF_OFFICER:
        return _("PUK or security officer's PIN of the token \"%s\"");
    case PIN_NEW_OF_USER:
        return _("New PIN of the token \"%s\"");
    case PIN_NEW_AGAIN:
        return _("The same once more, for the token \"%s\"");
    case PIN_NEW_OF_OFFICER:
        break;
    }
    return _("New PUK or security officer's PIN of the token \"%s\"");
}

enum exit_code pin_source_read(const struct ui *ui, struct pin_source *source, enum pin_whose whose, const char *token,
                               bool last_try, struct secret **ret)
{
    char text[256];

    *ret = NULL;
    if (source->open)
        return prompt_secret_from(ui, source->fd, source->name, ret);
    snprintf(text, sizeof(text), question(whose), token);
    if (source->pinentry)
        return pinentry_ask(ui, text, last_try ? _("One try is left. A wrong PIN locks the token.") : NULL, ret);
    if (last_try)
        ui_note(ui, "%s", _("One try is left. A wrong PIN locks the token."));
    return prompt_secret(ui, text, ret);
}

bool pin_source_is_person(const struct pin_source *source)
{
    return !source->open;
}
