#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# conformance.sh: the module held against the text of PKCS#11 2.40, 3.0 and 3.2, function by function, on a virtual token.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work

"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" 13572468 || {
	not_ok "a token is prepared"
	finish
}
timeout 300 "$vcard" run --card piv --state "$work/token" -- "$build_dir/tests/e2e/conform" "$module" >"$work/conform.log" 2>&1
status=$?
# what was found wrong is printed before the point: people read it after
awk '/^(not )?ok - / { print; printf "%s", found; found = ""; next } { found = found $0 "\n" } END { printf "%s", found }' \
	"$work/conform.log"
failures=$(grep -c '^not ok - ' "$work/conform.log")
[ $status -eq 0 ] || [ "$failures" -gt 0 ] || not_ok "every story is told (exit $status)"
finish
