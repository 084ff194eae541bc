#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every public function has a comment above it. Prototypes that follow each other without a blank line share one.
set -u
. tests/lint/lib.sh

# shellcheck disable=SC2016 # awk's own
lint_c_files asn1 pcsc module | grep '\.h$' | xargs -r awk '
    FNR == 1 { covered = comment = depth = more = 0 }
    comment { if (/\*\//) { comment = 0; covered = 1 } next }
    /^[ \t]*\/\*/ { if (/\*\//) covered = 1; else comment = 1; next }
    /^[ \t]*#/ { more = /\\$/; next }
    more { more = /\\$/; next }
    /^[ \t]*$/ { if (!depth) covered = 0; next }
    {
        if (!depth && !inside && /^[A-Za-z_].*\(/ && !/^(typedef|_Static_assert|extern "C"|static_assert|CK_DECLARE)/ && !covered)
            print FILENAME ":" FNR ": has no comment"
        inside = !/[;{}][ \t]*(\/\*.*)?$/ && /[,(]$|[^;{}]$/
        line = $0
        depth += gsub(/\{/, "", line) - gsub(/\}/, "", line)
    }' | lint_report
lint_end
