#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# valgrind.sh: the end-to-end flow under valgrind: no wrong access, nothing lost by the module.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
pin=13572468
"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" $pin || not_ok "a token is prepared"
head -c 32 /dev/urandom >"$work/data"

# memcheck NAME COMMAND…: errors and definite leaks anywhere, but for what other programs lose themselves
memcheck() {
	local name=$1
	shift
	"$vcard" run --card piv --state "$work/token" -- valgrind -q --error-exitcode=99 --leak-check=full \
		--errors-for-leak-kinds=none --suppressions="$source_dir/tests/e2e/valgrind.supp" --log-file="$work/valgrind.log" "$@" >"$work/out.log" 2>&1
	local status=$?
	if [ $status -eq 0 ] && ! grep -q 'libecp-pkcs11' "$work/valgrind.log"; then
		ok "$name"
	else
		not_ok "$name (exit $status)"
		sed 's/^/    /' "$work/valgrind.log" "$work/out.log" | tail -n 30
	fi
}

memcheck "valgrind: listing" pkcs11-tool --module "$module" -O
memcheck "valgrind: login and signature" pkcs11-tool --module "$module" --login --pin $pin --sign \
	--mechanism SHA256-RSA-PKCS --id 01 --input-file "$work/data" --output-file "$work/signature"
memcheck "valgrind: a signature with the PIN for each use" pkcs11-tool --module "$module" --login --pin $pin --sign \
	--mechanism RSA-PKCS-PSS --hash-algorithm SHA256 --id 02 --input-file "$work/data" --output-file "$work/signature"
memcheck "valgrind: token set-up" pkcs11-tool --module "$module" --init-token --label x --so-pin 12345678
memcheck "valgrind: PIN set-up" pkcs11-tool --module "$module" --login --login-type so --so-pin 12345678 --init-pin --new-pin $pin
memcheck "valgrind: key generation" pkcs11-tool --module "$module" --login --pin $pin --keypairgen --key-type EC:prime256v1 --id 01
memcheck "valgrind: certificate write" pkcs11-tool --module "$module" --login --pin $pin --write-object "$work/authentication.der" \
	--type cert --id 01
memcheck "valgrind: wrong PIN" sh -c "! pkcs11-tool --module '$module' --login --pin 24681357 -O"
finish
