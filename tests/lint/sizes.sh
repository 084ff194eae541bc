#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A file has at most 600 lines, a function at most 60. The dictionary is exempt: it is a list.
set -u
. tests/lint/lib.sh

file_most=600
function_most=60

if ! ctags --version 2>/dev/null | grep -q Universal; then
    echo "tests/lint/sizes.sh:1: needs Universal Ctags (Debian package universal-ctags)"
    exit 1
fi

files=$(lint_c_files asn1 pcsc module vcard tool tests)
printf '%s\n' "$files" | while IFS= read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le $file_most ] || echo "$file:$lines: has more than $file_most lines"
done | lint_report

# "file line length name", one a function.
functions=$(printf '%s\n' "$files" | ctags -L - --languages=C --langmap=C:.c.h --c-kinds=f --fields=+ne -f - 2>/dev/null |
    awk -F'\t' '{
        line = end = 0
        for (i = 4; i <= NF; i++) {
            if ($i ~ /^line:/) line = substr($i, 6)
            if ($i ~ /^end:/) end = substr($i, 5)
        }
        if (end) print $2, line, end - line + 1, $1
    }')
printf '%s\n' "$functions" | awk -v most=$function_most \
    'NF && $3 > most { print $1 ":" $2 ": " $4 " has " $3 " lines" }' | lint_report

# For people: the median, without the tests' own.
printf '%s\n' "$functions" | grep -v '^tests/' | awk 'NF { print $3 }' | sort -n |
    awk '{ length_of[NR] = $1 } END { if (NR) printf "# %d functions, median %d lines, longest %d\n", NR, length_of[int((NR + 1) / 2)], length_of[NR] }'
lint_end
