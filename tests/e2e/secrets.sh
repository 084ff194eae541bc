#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# secrets.sh: PINs and keys are neither in memory afterwards, nor in a core file, nor in a log.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
stories=$build_dir/tests/e2e/secrets
"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" 13572468 || {
	not_ok "a token is prepared"
	finish
}
check "the management key is changed" "$vcard" run --card piv --state "$work/token" -- "$stories" "$module" prepare "$work"
export ECP_PKCS11_TRACE=3:$work/trace
for story in $("$stories"); do
	case $(cat /proc/sys/kernel/core_pattern),$story in
	[\|/]*,a_core_file_holds_no_secret)
		# only its owner may change that; the story before has shown that the pages are left out
		echo "# this system takes core files away, so that none was searched"
		continue ;;
	esac
	cp "$work/token" "$work/copy"
	timeout 120 "$vcard" run --card piv --state "$work/copy" -- "$stories" "$module" "$story" "$work" >"$work/story.log" 2>&1
	status=$?
	grep '^#' "$work/story.log"
	if grep -q "^ok - $story" "$work/story.log" && [ $status -eq 0 ]; then
		ok "${story//_/ }"
	else
		not_ok "${story//_/ } (exit $status)"
		sed 's/^/    /' "$work/story.log" | tail -n 15
	fi
done
finish
