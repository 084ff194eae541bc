#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# scdaemon.sh: GnuPG's scdaemon and the module at one PC/SC daemon, on one token and on two. There is no OpenPGP card here:
# scdaemon sends the tokens single commands, among them the one with which it looks for such a card.
source "$(dirname "$0")/lib.sh"
packages="gpg scdaemon gpg-agent python3-pykcs11 opensc openssl"
app_count= # scdaemon wants the token for itself
app_beside=rutoken

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

inside() {
	local signer
	export GNUPGHOME=$HOME/.gnupg
	mkdir -m 700 "$GNUPGHOME"
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
	page stop
	touch stop
	proof "the program has had no trouble" wait "$signer"
	is_rsa || ecdsa_der message.sig
	proof "OpenSSL verifies its last signature" openssl dgst -sha256 -verify alice.pub -signature message.sig message.txt
	gpgconf --kill gpg-agent
}

app_main "$@"
