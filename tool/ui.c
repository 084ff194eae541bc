/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/ui.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tool/printable.h"
#include "tool/text.h"
#include "tool/wrap.h"

void ui_open(struct ui *ret, const char *command)
{
    const char *no_color = getenv("NO_COLOR"), *terminal = getenv("TERM");
    struct winsize size = { 0 };

    *ret = (struct ui){ .out = stdout, .err = stderr, .command = command, .width = 80 };
    if ((ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 || ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0) && size.ws_col >= 40)
        ret->width = size.ws_col;
    ret->colour = isatty(STDOUT_FILENO) && !(no_color && *no_color) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

void ui_print(const struct ui *ui, FILE *file, const char *text)
{
    char *wrapped = isatty(fileno(file)) ? wrap_text(text, ui->width) : NULL;

    fprintf(file, "%s\n", wrapped ? wrapped : text);
    fflush(file);
    free(wrapped);
}

static void print_line(const struct ui *ui, FILE *file, const char *format, va_list arguments)
{
    char *text = NULL;

    if (vasprintf(&text, format, arguments) < 0)
        return;
    ui_print(ui, file, text);
    free(text);
}

void ui_say(const struct ui *ui, const char *format, ...)
{
    va_list arguments;

    if (ui->json)
        return;
    va_start(arguments, format);
    print_line(ui, ui->out, format, arguments);
    va_end(arguments);
}

void ui_note(const struct ui *ui, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_line(ui, ui->err, format, arguments);
    va_end(arguments);
}

enum exit_code ui_fail(const struct ui *ui, enum exit_code code, const char *next, const char *format, ...)
{
    va_list arguments;
    char *message = NULL;

    va_start(arguments, format);
    if (vasprintf(&message, format, arguments) < 0)
        message = NULL;
    va_end(arguments);
    ui_note(ui, "%s: %s", ui->command, message ? message : _("out of memory"));
    if (next)
        ui_note(ui, "  %s %s", _("What to do:"), next);
    if (ui->json && message) {
        json_t *error = json_pack("{s:i, s:o, s:o*}", "exit", (int)code, "message", printable_json(message), "next",
                                  printable_json(next));

        ui_result(ui, json_pack("{s:o}", "error", error ? error : json_null()));
    }
    free(message);
    return code;
}

void ui_result(const struct ui *ui, json_t *result)
{
    if (ui->json && !result)
        result = json_pack("{s:{s:i, s:s}}", "error", "exit", (int)EXIT_CODE_FAILED, "message",
                           _("the result cannot be written as JSON"));
    if (ui->json) {
        json_dumpf(result, ui->out, JSON_INDENT(2));
        fputc('\n', ui->out);
        fflush(ui->out);
    }
    json_decref(result);
}

const char *ui_colour(const struct ui *ui, enum ui_colour colour)
{
    static const char *const codes[] = { "\033[0m", "\033[32m", "\033[33m", "\033[31m", "\033[1m" };

    return ui->colour ? codes[colour] : "";
}

void ui_progress(const struct ui *ui, const char *what, unsigned long long done, unsigned long long total)
{
    if (ui->json || !isatty(STDERR_FILENO))
        return;
    fprintf(ui->err, "\r\033[K%s", what);
    if (total)
        fprintf(ui->err, " %3llu %%", done * 100 / total);
    fflush(ui->err);
}

void ui_progress_end(const struct ui *ui)
{
    if (!ui->json && isatty(STDERR_FILENO))
        fputs("\r\033[K", ui->err);
}
