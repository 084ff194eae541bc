#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# stress.sh: 32 threads on four tokens, cards that come and go, C_Finalize in the middle. Worth most on a sanitizer's build: what
# one reports ends up in the program's output or exit status. As a soak (make soak TIME=SECONDS) in many rounds, for the memory.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
# Only code that was built with it is watched: what libraries do inside is theirs.
export TSAN_OPTIONS="ignore_noninstrumented_modules=1 exitcode=66 ${TSAN_OPTIONS:-}"
"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" 13572468 || {
	not_ok "a token is prepared"
	finish
}
for number in 2 3 4; do
	cp "$work/token" "$work/token.$number"
done
seconds=${ECP_STRESS_SECONDS:-12} rounds=3
[ -z "${ECP_SOAK:-}" ] || rounds=$((seconds / 10 > 9 ? seconds / 10 : 9))
threads=${ECP_STRESS_THREADS:-32}
name="$threads threads on four tokens that come and go, and C_Finalize among them, for $seconds s"
log=$work/stress.log
# One arena: memory is then what is in use, and not what each thread once had.
# shellcheck disable=SC2086 # a list of words
MALLOC_ARENA_MAX=1 timeout $((seconds * 2 + 300)) "$vcard" run --card piv --card piv --card piv --card piv --state "$work/token" -- \
	${ECP_STRESS_UNDER:-} "$build_dir/tests/e2e/stress" "$module" "$work/authentication.pub" "$seconds" 4 "$threads" \
	"$rounds" >"$log" 2>&1
status=$?
grep '^#' "$log"
if [ $status -eq 0 ] && grep -q '^ok - stress' "$log"; then
	ok "$name"
else
	not_ok "$name (exit $status)"
	sed 's/^/    /' "$log" | head -n 120
fi
finish
