#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# security.sh: each test that a table of SECURITY.md names exists: `file`, or `file/test`.
set -u
. tests/lint/lib.sh

# the last column of every table, as "line name"
names=$(awk -F'|' '/^\|/ { rest = $(NF - 1); while (match(rest, /`[^`]*`/)) {
    print NR, substr(rest, RSTART + 1, RLENGTH - 2); rest = substr(rest, RSTART + RLENGTH) } }' SECURITY.md)
[ -n "$names" ] || echo "SECURITY.md:1: names no test" | lint_report
files=$(lint_files | grep '^tests/')
printf '%s\n' "$names" | while read -r line name; do
    found=$(printf '%s\n' "$files" | grep -E "/${name%%/*}\\.(c|sh)\$")
    if [ -z "$found" ]; then
        echo "SECURITY.md:$line: there is no test $name"
    elif [ "$name" != "${name#*/}" ]; then
        # shellcheck disable=SC2086 # a list of files
        grep -qE "(START_TEST\\(|STORY\\(|story_)${name#*/}([^a-z0-9_]|\$)" $found ||
            echo "SECURITY.md:$line: $name is not a test of ${name%%/*}"
    fi
done | lint_report
lint_end
