/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/finding.h"

#include <stdarg.h>
#include <stdlib.h>

#include "tool/printable.h"
#include "tool/text.h"

static void say(const struct ui *ui, enum ui_colour colour, const char *mark, const char *message)
{
    ui_say(ui, "%s%s%s %s", ui_colour(ui, colour), mark, ui_colour(ui, UI_PLAIN), message);
}

void finding_add(struct findings *findings, enum finding_level level, const char *id, bool certain, const char *next,
                 const char *format, ...)
{
    bool problem = level == FINDING_PROBLEM;
    char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    if (vasprintf(&message, format, arguments) < 0)
        message = NULL;
    va_end(arguments);
    if (!message)
        return;
    *(problem ? &findings->problems : &findings->hints) += 1;
    say(findings->ui, problem ? UI_BAD : UI_WARNING,
        problem ? (certain ? _("Problem:") : _("Problem, likely:")) : (certain ? _("Note:") : _("Note, likely:")), message);
    if (next)
        ui_say(findings->ui, "  %s %s", _("What to do:"), next);
    json_array_append_new(findings->list, json_pack("{s:s, s:s, s:b, s:o, s:o*}", "id", id, "level",
                                                    problem ? "problem" : "hint", "certain", (int)certain, "message",
                                                    printable_json(message), "next", printable_json(next)));
    free(message);
}

void finding_fine(const struct findings *findings, const char *format, ...)
{
    char *message = NULL;
    va_list arguments;

    va_start(arguments, format);
    if (vasprintf(&message, format, arguments) >= 0)
        say(findings->ui, UI_GOOD, _("In order:"), message);
    va_end(arguments);
    free(message);
}
