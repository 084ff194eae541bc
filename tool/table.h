/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* table.h: rows of text in columns that fit the terminal, counted in characters, not bytes. */
#ifndef ECP_TOOL_TABLE_H
#define ECP_TOOL_TABLE_H

#include "tool/ui.h"

/** The most columns of a table. */
#define TABLE_COLUMNS_MAX 6

/** A table being filled. Cells are copies. */
struct table {
    size_t columns, rows;
    char *(*cells)[TABLE_COLUMNS_MAX];
};

/** Adds a row: as many strings as the first row had, then NULL. The first row is the heading. */
void table_add(struct table *table, ...) __attribute__((sentinel));

/** Prints TABLE, indented by two columns, at most UI->width wide: the widest columns give way, cut with "…". */
void table_show(const struct ui *ui, const struct table *table);

/** Frees the cells. Fit for SCOPED. */
void table_free(struct table *table);

#endif
