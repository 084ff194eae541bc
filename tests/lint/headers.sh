#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Each header compiles alone.
set -u
. tests/lint/lib.sh

cc=${CC:-gcc}
flags=$(pkg-config --cflags libpcsclite libcrypto libtasn1 zlib inih check 2>/dev/null)
# shellcheck disable=SC2086 # $flags is a list
lint_files | grep -E '\.h$' | while IFS= read -r header; do
    printf '#include "%s"\n' "$header" |
        $cc -fsyntax-only -x c -std=c11 -D_GNU_SOURCE -Wall -Werror -I. $flags - 2>&1 |
        grep -m 1 -E 'error|warning' | sed "s|^|$header:1: does not compile alone: |"
done | lint_report
lint_end
