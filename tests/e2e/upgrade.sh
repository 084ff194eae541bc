#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# upgrade.sh: the module is replaced while a program has it loaded and signs: by "make install", and as dpkg and rpm do it.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
root=$work/root

# replaced NAME MODULE COMMAND
replaced() {
	cp "$work/token" "$work/copy"
	timeout 300 "$vcard" run --card piv --state "$work/copy" -- "$build_dir/tests/e2e/upgrade" "$2" "$3" >"$work/upgrade.log" 2>&1
	local status=$?
	grep '^#' "$work/upgrade.log"
	if [ $status -eq 0 ] && grep -q '^ok - ' "$work/upgrade.log"; then
		ok "$1"
	else
		not_ok "$1 (exit $status)"
		sed 's/^/    /' "$work/upgrade.log" | tail -n 15
	fi
}

"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" 13572468 >"$work/token.log" 2>&1 || {
	not_ok "a token is prepared"
	finish
}
make -C "$build_dir" -s install DESTDIR="$root" >"$work/install.log" 2>&1 || not_ok "make install"
installed=$(find "$root" -name libecp-pkcs11.so -not -type d)
replaced "make install replaces the module of a program that signs" "$installed" \
	"make -C '$build_dir' -s install DESTDIR='$root' >'$work/install2.log' 2>&1"
# another build: without its symbols, and longer
objcopy --strip-all --add-section .upgrade="$build_dir/config.status" "$installed" "$work/second.so" || not_ok "another build"
replaced "so does a file that is renamed over it, as packages do" "$installed" \
	"cp '$work/second.so' '$installed.dpkg-new' && mv '$installed.dpkg-new' '$installed'"
check "… and it is the other build" cmp "$work/second.so" "$installed"
finish
