#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# No circle of includes between units (x.c and x.h are one).
set -u
. tests/lint/lib.sh

lint_c_files pkcs11-headers asn1 pcsc module vcard tool |
    xargs -r grep -E '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' /dev/null |
    sed -E 's/^([^:]*)\.[ch]:[^"]*"([^"]*)\.[ch]".*/\1 \2/' | sort -u | awk '$1 != $2' |
    tsort 2>&1 >/dev/null | sed -n 's/^tsort: \(.*\/.*\)/\1: is in a circle/p' | lint_report
lint_end
