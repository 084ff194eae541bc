#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# exports.sh MODULE.so: what it exports is what the version script, the dictionary and the function lists name.
set -u
. tests/lint/lib.sh

if [ $# -ne 1 ] || [ ! -f "$1" ]; then
    echo "usage: exports.sh MODULE.so"
    exit 2
fi
map=module/ecp-pkcs11.map
dictionary=pkcs11-headers/pkcs11.h
tmp=$(mktemp -d)
trap 'rm -rf "$tmp" "$lint_log"' EXIT

nm -D --defined-only "$1" | awk '$2 != "A" { sub(/@.*/, "", $3); print $3 }' | sort >"$tmp/exported"
sed 's|/\*.*\*/||; s/#.*//' "$map" | grep -oE '[A-Za-z_][A-Za-z0-9_]*[[:space:]]*;' | tr -d ' ;' | sort >"$tmp/map"
sed -nE 's/^CK_DECLARE\((C_[A-Za-z0-9]+).*/\1/p' "$dictionary" | sort >"$tmp/declared"
grep -oE '(^|[^A-Za-z_])X\(C_[A-Za-z0-9]+\)' "$dictionary" | sed -E 's/.*X\((.*)\)/\1/' | sort >"$tmp/listed"

grep -v '^C_' "$tmp/exported" | sed "s|^|$1:0: exports |" | lint_report
for other in map declared listed; do
    comm -23 "$tmp/exported" "$tmp/$other" | sed "s|\$| is exported and not $other|; s|^|$map:1: |" | lint_report
    comm -13 "$tmp/exported" "$tmp/$other" | sed "s|\$| is $other and not exported|; s|^|$map:1: |" | lint_report
done
lint_end
