#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# stress.sh: threads, two tokens, cards that come and go, C_Finalize in the middle. Worth most on a sanitizer's build:
# what one reports ends up in the program's output or exit status.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
# Only code that was built with it is watched: what libraries do inside is theirs.
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 exitcode=66 ${TSAN_OPTIONS:-}"
"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" 13572468 || {
	not_ok "a token is prepared"
	finish
}
cp "$work/token" "$work/token.2"
log=$work/stress.log
timeout 120 "$vcard" run --card piv --card piv --state "$work/token" -- \
	"$build_dir/tests/e2e/stress" "$module" "$work/authentication.pub" "${ECP_STRESS_SECONDS:-9}" >"$log" 2>&1
status=$?
grep '^#' "$log"
if [ $status -eq 0 ] && grep -q '^ok - stress' "$log"; then
	ok "eight threads on two tokens that come and go, and C_Finalize among them"
else
	not_ok "eight threads on two tokens that come and go, and C_Finalize among them (exit $status)"
	sed 's/^/    /' "$log" | head -n 120
fi
finish
