/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/officer.h"

enum exit_code officer_open(const struct ui *ui, const struct common *common, struct officer *officer)
{
    const struct common own = { .pin_fd = officer->fd, .pin_source = officer->file };

    officer->own = officer->shared = (struct pin_source){ .fd = -1 };
    officer->has_own = officer->fd >= 0 || officer->file;
    if (officer->has_own)
        TRY_CODE(pin_source_open(ui, &own, &officer->own));
    return pin_source_open(ui, common, &officer->shared);
}

void officer_close(struct officer *officer)
{
    pin_source_close(&officer->own);
    pin_source_close(&officer->shared);
}

struct pin_source *officer_source(struct officer *officer)
{
    return officer->has_own ? &officer->own : &officer->shared;
}
