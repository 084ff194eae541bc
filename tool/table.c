/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "tool/table.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "tool/width.h"

void table_add(struct table *table, ...)
{
    char *(*grown)[TABLE_COLUMNS_MAX] = realloc(table->cells, (table->rows + 1) * sizeof(*grown));
    const char *cell;
    va_list cells;
    size_t column = 0;

    if (!grown)
        return;
    table->cells = grown;
    memset(grown[table->rows], 0, sizeof(*grown));
    va_start(cells, table);
    while ((cell = va_arg(cells, const char *)) && column < TABLE_COLUMNS_MAX)
        table->cells[table->rows][column++] = strdup(cell);
    va_end(cells);
    if (table->rows++ == 0)
        table->columns = column;
}

void table_free(struct table *table)
{
    for (size_t row = 0; row < table->rows; row++)
        for (size_t column = 0; column < TABLE_COLUMNS_MAX; column++)
            free(table->cells[row][column]);
    free(table->cells);
    *table = (struct table){ 0 };
}

static const char *cell(const struct table *table, size_t row, size_t column)
{
    return table->cells[row][column] ? table->cells[row][column] : "";
}

/** Makes the widest column narrower until all of them fit. */
static void fit(size_t *widths, size_t columns, size_t room)
{
    for (;;) {
        size_t total = 2 * columns, widest = 0;

        for (size_t i = 0; i < columns; i++) {
            total += widths[i];
            if (widths[i] > widths[widest])
                widest = i;
        }
        if (total <= room || widths[widest] <= 4)
            return;
        widths[widest] -= total - room > widths[widest] - 4 ? widths[widest] - 4 : 1;
    }
}

static void show_cell(const struct ui *ui, const char *text, size_t width, bool last)
{
    size_t whole = text_width(text), used = 0, step, length;

    while (*text) {
        length = text_step(text, &step);
        if (used + step > width || (whole > width && used + step == width))
            break;
        fprintf(ui->out, "%.*s", (int)length, text);
        used += step;
        text += length;
    }
    if (whole > width) {
        fputs("…", ui->out);
        used++;
    }
    if (!last)
        fprintf(ui->out, "%*s", (int)(width - used + 2), "");
}

void table_show(const struct ui *ui, const struct table *table)
{
    size_t widths[TABLE_COLUMNS_MAX] = { 0 };

    if (ui->json)
        return;
    for (size_t row = 0; row < table->rows; row++)
        for (size_t column = 0; column < table->columns; column++)
            if (text_width(cell(table, row, column)) > widths[column])
                widths[column] = text_width(cell(table, row, column));
    fit(widths, table->columns, ui->width);
    for (size_t row = 0; row < table->rows; row++) {
        fprintf(ui->out, "  %s", row == 0 ? ui_colour(ui, UI_BOLD) : "");
        for (size_t column = 0; column < table->columns; column++)
            show_cell(ui, cell(table, row, column), widths[column], column + 1 == table->columns);
        fprintf(ui->out, "%s\n", row == 0 ? ui_colour(ui, UI_PLAIN) : "");
    }
}
