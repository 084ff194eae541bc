#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# scdaemon.sh: GnuPG's scdaemon and the module at one PC/SC daemon, on one token and on two. To the tokens that are no OpenPGP card
# scdaemon sends single commands, among them the one with which it looks for such a card; on one that is, gpg signs.
source "$(dirname "$0")/lib.sh"
packages="gpg scdaemon gpg-agent python3-pykcs11 opensc openssl"
app_count= # scdaemon wants the token for itself
app_seconds=900
app_beside="rutoken openpgp"
openpgp_reader='ECP Virtual Reader 2 00 00'

# scd COMMAND…: scdaemon does all of this
scd() {
	gpg-connect-agent --hex "${@/#/SCD }" /bye >scd.log 2>&1 && ! grep -q '^ERR' scd.log && grep -q '^OK' scd.log
}

# look: scdaemon looks for a token, and says what became of it
look() {
	wait_until 30 scd "GETINFO version" && scd "SERIALNO undefined"
	local status=$?
	cat scd.log
	return "$status"
}

# settle BLOCK: scdaemon starts anew with this configuration
settle() {
	page_file "$1" "$GNUPGHOME/scdaemon.conf"
	page restart
}

signatures() {
	cat signatures 2>/dev/null || echo 0
}

# turns NAME COMMAND: while scdaemon has the token do COMMAND 60 times, the program signs 20 times and more, and the other way round.
turns() {
	local first rounds=0 end=$((SECONDS + 120)) wrong=0
	first=$(signatures)
	while [ $rounds -lt 20 ] || [ "$(signatures)" -lt $((first + 20)) ]; do
		[ $SECONDS -lt $end ] || break
		scd "APDU 00A4040006D27600012401" "$2" && grep -q '90 00' scd.log || wrong=$((wrong + 1))
		rounds=$((rounds + 1))
	done
	proof "$1: scdaemon is answered each time ($rounds)" test $wrong -eq 0
	proof "$1: the program signs all the while ($(($(signatures) - first)))" test $rounds -ge 20 -a "$(signatures)" -ge $((first + 20))
}

# alone: scdaemon has the token for itself
alone() {
	settle alone.conf
	proof "scdaemon gets the token for itself, which the program has open but is not logged in to" wait_until 30 scd "SERIALNO undefined" "APDU $ours"
	refuse "$program, $card: the token is not there for the module meanwhile" CKR_DEVICE_ERROR \
		pkcs11-tool --module "$module" --slot-index 0 --login --pin "$pin" --list-objects
	proof "… but the other token is" sh -c "pkcs11-tool --module '$module' --list-token-slots | grep -q 'Rutoken ECP'"
	page stop
}

# gpg_keys: three keys on the OpenPGP token, as "gpg --card-edit" makes them
gpg_keys() {
	printf '%s\n' admin generate n 0 Alice alice@example.org '' quit |
		gpg --no-tty --command-fd 0 --status-fd 1 --card-edit >keys.log 2>&1 && grep KEY_CREATED keys.log
}

# gpg_signs: … and gpg finds the signature good; how long the longest took is in $gpg_longest, in milliseconds
gpg_signs() {
	local began
	began=$(date +%s%N)
	gpg --batch --yes --output gpg.sig --detach-sign message.txt 2>gpg.log || return
	began=$((($(date +%s%N) - began) / 1000000))
	[ "$began" -le "$gpg_longest" ] || gpg_longest=$began
	gpg --batch --status-fd 1 --verify gpg.sig message.txt 2>>gpg.log | grep -q 'GOODSIG'
}

# kept_verified: OpenSSL finds every signature good that the program has kept up to now, of which there must be forty
kept_verified() {
	local one number=0 all=(kept/*.sig)
	is_rsa || ecdsa_der "${all[@]}"
	for one in "${all[@]}"; do
		openssl dgst -sha256 -verify alice.pub -signature "$one" message.txt >/dev/null || return
		rm "$one"
		number=$((number + 1))
	done
	[ "$number" -ge 40 ]
}

# both_sign NAME: gpg and the program sign at the same time, four times over until each has made ten more. Neither is without a signature
# while the other makes its own.
both_sign() {
	local round first ours theirs wrong=0 end=$((SECONDS + 240))
	gpg_longest=0
	rm -f longest
	mkdir -p kept
	first=$(signatures)
	for round in 1 2 3 4; do
		ours=$(signatures) theirs=0
		while [ $theirs -lt 10 ] || [ "$(signatures)" -lt $((ours + 10)) ]; do
			[ $SECONDS -lt $end ] && gpg_signs || { wrong=1 && break 2; }
			theirs=$((theirs + 1))
		done
	done
	proof "$1: gpg and the program sign at the same time, each ten times in each of four rounds" test "$wrong" -eq 0 -a "$round" -eq 4 ||
		cat gpg.log
	echo "# scdaemon, $card, $1: the program made $(($(signatures) - first)) signatures meanwhile; the longest of gpg took $gpg_longest ms, of the program $(cat longest) ms"
	proof "$1: every signature of the program is good" kept_verified
}

# openpgp: gpg on a token of its own kind, while the program signs with its own
openpgp() {
	page_word 'ECP Virtual Reader 00 01' "$openpgp_reader"
	settle reader.conf
	proof "scdaemon gets the OpenPGP token" wait_until 30 scd "SERIALNO openpgp"
	page card '^Version \.*: 3\.4'
	proof "gpg makes keys on its token" gpg_keys
	page sign
	page verify 'Good signature'
	both_sign "a token for gpg alone"
	proof "the module is refused what it wants to know of gpg's token" sh -c "pkcs11-tool --module '$module' -L 2>&1 | grep CKR_DEVICE_ERROR"
	proof "a program that starts meanwhile signs with the other token" pkcs11-tool --module "$module" --slot-index 0 --login --pin "$pin" \
		--sign --id 01 -m "$(is_rsa && echo SHA256-RSA-PKCS || echo ECDSA-SHA256)" -i message.txt -o other.sig
	page_file scdaemon.conf "$GNUPGHOME/scdaemon.conf"
	page_block file reader.conf | grep reader-port >>"$GNUPGHOME/scdaemon.conf"
	page restart
	proof "scdaemon gets it again" wait_until 30 scd "SERIALNO openpgp"
	proof "the module sees that gpg's token is none of its own" sh -c "pkcs11-tool --module '$module' -L 2>&1 | grep "token not recognized""
	both_sign "a token that gpg shares"
}

inside() {
	local signer
	export GNUPGHOME=$HOME/.gnupg
	mkdir -m 700 "$GNUPGHOME"
	echo "pinentry-program $source_dir/tests/e2e/pinentry.py" >"$GNUPGHOME/gpg-agent.conf"
	printf '%s\n' user=123456 admin=12345678 >"$GNUPGHOME/pins"
	case $card in piv-*) ours=00A404000BA000000308000010000100 ;; *) ours=00A40000023F0000 ;; esac
	page_word 'Yubico YubiKey OTP+FIDO+CCID 00 00' 'ECP Virtual Reader 00 01'
	/usr/bin/python3 "$source_dir/tests/apps/signer.py" "$module" >signer.log 2>&1 &
	signer=$!
	proof "a program has the module open" wait_until 60 test -e idle
	alone
	touch go
	proof "when scdaemon has gone, the program logs in and signs" wait_until 60 test -s signatures
	settle scdaemon.conf
	proof "scdaemon gets the same token" wait_until 30 scd "SERIALNO undefined" "APDU $ours"
	page readers 'ECP Virtual Reader 00 01'
	turns "one token" "APDU $ours"
	settle alone.conf
	refuse "$program, $card: scdaemon does not get for itself the token that a program is logged in to" 'No such device' look
	settle reader.conf
	proof "scdaemon gets the other token" wait_until 30 scd "SERIALNO undefined" "APDU 00A40000023F0000"
	turns "two tokens" "APDU 00A40000023F0000"
	openpgp
	page stop
	touch stop
	proof "the program has had no trouble" wait "$signer"
	is_rsa || ecdsa_der message.sig
	proof "OpenSSL verifies its last signature" openssl dgst -sha256 -verify alice.pub -signature message.sig message.txt
	gpgconf --kill gpg-agent
}

app_main "$@"
