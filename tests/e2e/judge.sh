#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# judge.sh: the virtual cards judged by other people's software, without this project's module.
source "$(dirname "$0")/lib.sh"

# judge PROFILE READER SCRIPT
judge() {
	local status
	"$vcard" run --card "$1" --reader-name "$2" -- "$source_dir/tests/e2e/$3" >"$work/judge.log" 2>&1
	status=$?
	sed "s/^\(ok\|not ok\) - /\1 - $1: /" "$work/judge.log"
	if [ $status -ne 0 ] && ! grep -q '^not ok' "$work/judge.log"; then
		not_ok "$1: $3 (exit $status)"
	fi
	failures=$((failures + status))
}

for profile in piv piv:short piv:t0; do
	# ykcs11 takes only readers with this name
	judge "$profile" 'Yubico YubiKey' judge-piv.sh
done
for profile in rutoken rutoken:vendor rutoken:sc-t0 rutoken:sc-t1 rutoken:lite; do
	judge "$profile" 'Aktiv Rutoken ECP' judge-rutoken.sh
done
finish
