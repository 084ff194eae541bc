#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# judge.sh: the virtual cards judged by other people's software, without this project's module.
source "$(dirname "$0")/lib.sh"
# ykcs11 takes only readers with this name
reader='Yubico YubiKey'
for profile in piv piv:short piv:t0; do
	"$vcard" run --card "$profile" --reader-name "$reader" -- "$source_dir/tests/e2e/judge-piv.sh" >"$work/judge.log" 2>&1
	status=$?
	sed "s/^\(ok\|not ok\) - /\1 - $profile: /" "$work/judge.log"
	if [ $status -ne 0 ] && ! grep -q '^not ok' "$work/judge.log"; then
		not_ok "$profile: judge-piv.sh (exit $status)"
	fi
	failures=$((failures + status))
done
finish
