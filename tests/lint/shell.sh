#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Shell scripts are clean for shellcheck.
set -u
. tests/lint/lib.sh

if ! command -v shellcheck >/dev/null; then
    echo "tests/lint/shell.sh:1: needs shellcheck"
    exit 1
fi
lint_files | while IFS= read -r file; do
    case $file in
    *.sh) echo "$file" ;;
    *.[ch] | *.md | *.am | *.der | *.crt) ;;
    *) head -n 1 "$file" | tr -d '\0' | grep -qE '^#!.*/(env )?(ba|da)?sh' && echo "$file" ;;
    esac
done | xargs -r -n 12 -P "$(nproc)" shellcheck -x -f gcc 2>&1 | lint_report
lint_end
