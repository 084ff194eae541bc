#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# input.sh: what a person or a broken card gives that is wrong: a clear error each time, and nothing is lost.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
pin=13572468

if [ "${1:-}" = --inside ]; then
	cd "$work" || exit 1
	tool() { pkcs11-tool --module "$module" "$@"; }
	tries() { yubico-piv-tool -r "" -a status 2>/dev/null | sed -n 's/^PIN tries left:[[:space:]]*//p'; }

	refuse "a PIN that is too short is refused" 'CKR_PIN_(INCORRECT|LEN_RANGE)' tool --login --pin 1234 -O
	refuse "a PIN that is too long is refused" 'CKR_PIN_(INCORRECT|LEN_RANGE)' tool --login --pin 123456789 -O
	[ "$(tries)" = 3 ] && ok "… and costs no try" || not_ok "… and costs no try: $(tries) left"
	refuse "a wrong PIN is refused" 'CKR_PIN_INCORRECT' tool --login --pin 24681357 -O
	[ "$(tries)" = 2 ] && ok "… and costs one try" || not_ok "… and costs one try: $(tries) left"
	refuse "a second time" 'CKR_PIN_INCORRECT' tool --login --pin 24681357 -O
	says "one try left is told" 'final user PIN try' tool -L
	refuse "the third wrong PIN locks" 'CKR_PIN_(INCORRECT|LOCKED)' tool --login --pin 24681357 -O
	says "a locked PIN is told" 'user PIN locked' tool -L
	refuse "the right PIN is of no use then" 'CKR_PIN_LOCKED' tool --login --pin $pin -O
	refuse "a wrong PUK is refused" 'CKR_PIN_INCORRECT' tool --login --login-type so --so-pin 87654321 --init-pin --new-pin $pin
	check "the PUK unblocks" tool --login --login-type so --so-pin 12345678 --init-pin --new-pin $pin
	check "the PIN works again" tool --login --pin $pin -O
	refuse "a new PIN that is too short is refused" 'CKR_PIN_(LEN_RANGE|INVALID)' tool --login --pin $pin --change-pin --new-pin 123
	check "… and the old one still works" tool --login --pin $pin -O

	refuse "writing a certificate without login is refused" 'CKR_USER_NOT_LOGGED_IN' \
		tool --write-object authentication.der --type cert --id 01
	head -c 700 /dev/urandom >garbage
	refuse "garbage is not written as a certificate" '.' tool --login --pin $pin --write-object garbage --type cert --id 05
	yubico-piv-tool -r "" -a write-object --id 0x5fc10d -i garbage -f binary >/dev/null 2>&1
	says "garbage in one slot leaves the other certificates" 'authentication' tool -O --type cert
	says "… all of them" 'card' tool -O --type cert
	finish
fi

"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" $pin || not_ok "a token is prepared"
"$vcard" run --card piv --state "$work/token" -- "$0" --inside
failures=$((failures + $?))

# one wrong answer at each exchange of a signature, and the card pulled out at each: no PIN try is lost, and the next run succeeds
sign=(pkcs11-tool --module "$module" --login --pin "$pin" --sign --mechanism SHA256-RSA-PKCS --id 01
	--input-file "$work/authentication.der" --output-file "$work/signature")
faults=0
broken=0
for fault in "sw=6F00" "sw=6982" "sw=6A82" "sw=6700" "sw=6D00" "drop" "drop-after" "answer=90" "answer=7C820102030405069000" "answer=610061006100"; do
	for index in 1 2 3 4 5 6 7 8; do
		cp "$work/token" "$work/copy"
		timeout 60 "$vcard" run --card piv --state "$work/copy" -- sh -c '
			"$0" ctl fault after='"$index $fault"' || exit 9
			"$@" >/dev/null 2>&1
			status=$?
			[ $status -lt 124 ] || exit 1
			"$0" ctl insert >/dev/null 2>&1
			"$0" ctl fault off >/dev/null 2>&1
			"$@" || exit 2' "$vcard" "${sign[@]}" >"$work/fault.log" 2>&1
		status=$?
		faults=$((faults + 1))
		if [ $status -ne 0 ]; then
			broken=$((broken + 1))
			not_ok "fault $fault at exchange $index of a signature (exit $status)"
			sed 's/^/    /' "$work/fault.log" | tail -n 5
		fi
	done
done
[ $broken -ne 0 ] || ok "$faults faults during login and signature: no crash, and the next signature is made"
finish
