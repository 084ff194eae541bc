#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Every source names its licence in its first lines.
set -u
. tests/lint/lib.sh

lint_files | while IFS= read -r file; do
    case $file in
    *.[ch] | *.sh | *.am | *.ac | *.asn | *.awk | *.map | *.py | *.java | *.js) ;;
    *) head -n 1 "$file" | grep -q '^#!' || continue ;;
    esac
    head -n 3 "$file" | grep -q 'SPDX-License-Identifier: LGPL-2.1-or-later' || echo "$file:1: has no SPDX line"
done | lint_report
lint_end
