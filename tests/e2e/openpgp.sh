#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# openpgp.sh: the virtual OpenPGP card as other people's software sees it: GnuPG (gpg, scdaemon, the agent for SSH) and OpenSC
# (openpgp-tool, pkcs15-tool, pkcs15-init, its module).
#
#   tests/e2e/openpgp.sh [PART…]             each part on a new card
#   tests/e2e/openpgp.sh --inside PART       on the card in the reader, which must be a new one
# shellcheck disable=SC2317 # functions are called by name
source "$(dirname "$0")/lib.sh"

export LC_ALL=C.UTF-8
parts="gpg passwords curves import opensc again"
user=123456
admin=12345678

# ---- GnuPG

# home NAME: what GnuPG knows, beside the person's own
home() {
	export GNUPGHOME=$work/$1
	SSH_AUTH_SOCK=$(gpgconf --list-dirs agent-ssh-socket)
	export SSH_AUTH_SOCK
}

# gnupg NAME: a new home, with a pinentry that knows the PINs
gnupg() {
	mkdir -m 700 "$work/$1"
	home "$1"
	echo disable-ccid >"$GNUPGHOME/scdaemon.conf"
	printf '%s\n' "pinentry-program $source_dir/tests/e2e/pinentry.py" enable-ssh-support >"$GNUPGHOME/gpg-agent.conf"
	pins "user=$user" "admin=$admin"
}

# pins WHAT=PIN…: what the person knows from now on. One who types another PIN than before is one whose card was forgotten.
pins() {
	printf '%s\n' "$@" >"$GNUPGHOME/pins"
}

# rest: the card is left alone, and what was verified is forgotten. GnuPG's processes take their time to end.
rest() {
	local end=$((SECONDS + 60)) processes one
	processes=$(gpg-connect-agent 'GETINFO pid' 'SCD GETINFO pid' /bye 2>/dev/null | sed -n 's/^D //p')
	gpgconf --kill all
	for one in $processes; do
		while [ -e "/proc/$one" ] && [ $SECONDS -lt $end ]; do
			sleep 0.05
		done
	done
}

# asked WHAT COMMAND…: COMMAND succeeds, and asked for this many PINs: "user admin", or "".
asked() {
	local wanted=$1
	shift
	: >"$GNUPGHOME/asked"
	"$@" || return
	[ "$(xargs <"$GNUPGHOME/asked")" = "$wanted" ] && return
	echo "asked for: $(xargs <"$GNUPGHOME/asked")"
	return 1
}

g() {
	gpg --batch --yes --trust-model always "$@"
}

# dialogue ANSWERS COMMAND…: gpg talks with a person who gives these answers, one a line.
dialogue() {
	local answers=$1
	shift
	printf '%s\n' "$answers" | tr ' ' '\n' | sed 's/^_$//;s/_/ /g' |
		gpg --no-tty --yes --expert --command-fd 0 --status-fd 1 "$@"
}

# edit ANSWERS: at the prompt of --card-edit. A blank is written _, and an empty line too.
edit() {
	dialogue "admin $1 quit" --card-edit
}

status_says() {
	gpg --card-status | tee "$work/status" | grep -Eq "$1" || {
		cat "$work/status"
		return 1
	}
}

# tries USER CODE ADMIN
tries() {
	status_says "^PIN retry counter : $1 $2 $3\$"
}

signs() {
	g --local-user "$1" --output "$work/document.sig" --detach-sign "$work/document" &&
		g --status-fd 1 --verify "$work/document.sig" "$work/document" | grep -q '^\[GNUPG:\] GOODSIG'
}

decrypts() {
	g --recipient "$1" --output "$work/document.gpg" --encrypt "$work/document" &&
		g --output "$work/document.out" --decrypt "$work/document.gpg" && cmp "$work/document" "$work/document.out"
}

# authenticates: the key for authentication, as SSH uses it
authenticates() {
	ssh-add -L >"$work/ssh.pub" && grep -q 'cardno:' "$work/ssh.pub" && rm -f "$work/document.sig" &&
		ssh-keygen -Y sign -n file -f "$work/ssh.pub" <"$work/document" >"$work/document.sig" &&
		ssh-keygen -Y check-novalidate -n file -s "$work/document.sig" <"$work/document"
}

# uses NAME WHO: all three keys
uses() {
	check "$1: gpg signs, and verifies it" signs "$2"
	check "$1: gpg decrypts what it encrypted" decrypts "$2"
	check "$1: SSH authenticates" authenticates
}

generate() {
	edit "generate n ${2:-}0 $1_Card $1@example.org _"
}

part_gpg() {
	gnupg gpg
	check "gpg finds a new card" status_says '^Version \.*: 3\.4$'
	check "… with all its tries and without a resetting code" tries 3 0 3
	check "… without a key" status_says '^Signature key \.*: \[none\]$'
	check "gpg writes name, language, salutation, login and URL" edit 'name Card Alice lang ru sex f login alice url https://example.org/alice.asc'
	check "… and shows the name" status_says '^Name of cardholder: Alice Card$'
	check "… the language" status_says '^Language prefs \.*: ru$'
	check "… the salutation" status_says '^Salutation \.*: Ms\.$'
	check "… the login" status_says '^Login data \.*: alice$'
	check "… the URL" status_says '^URL of public key : https://example.org/alice.asc$'
	check "gpg generates three RSA keys" generate alice
	check "… and the card knows the first by its fingerprint" status_says "^sec>  *rsa2048/"
	uses RSA alice
	check "gpg writes data for private use" edit "privatedo_1 one privatedo_2 two privatedo_3 three privatedo_4 four"
	check "… and shows those that every one may read" status_says '^Private DO 1 \.*: one$'
	check "… and those that are behind a PIN" status_says '^Private DO 3 \.*: three$'
	check "… and behind the administrator's" status_says '^Private DO 4 \.*: four$'
	rest
	refuse "… but not when nothing was verified" 'PIN retry counter' status_says '^Private DO [34] \.*:'
	check "each signature costs a PIN" asked "user user" sh -c "$(declare -f g signs); work=$work; signs alice && signs alice"
	check "gpg makes it cost one for several" edit forcesig
	check "… which the card says" status_says '^Signature PIN \.*: not forced$'
	rest
	check "… and then two signatures cost one" asked user sh -c "$(declare -f g signs); work=$work; signs alice && signs alice"
	counter=$(gpg --card-status | sed -n 's/^Signature counter : //p')
	check "a signature is counted" signs alice
	check "… by one" status_says "^Signature counter : $((counter + 1))\$"
	check "a second set of keys takes the place of the first" generate bob 'y '
	check "… and signs" signs bob
	refuse "… what was encrypted for the first is lost" 'decryption failed' g --decrypt "$work/document.gpg"
	check "gpg resets the card to the state of delivery" edit 'factory-reset y yes'
	check "… without keys" status_says '^Signature key \.*: \[none\]$'
	check "… nor names" status_says '^Name of cardholder: \[not set\]$'
	check "… with all tries" tries 3 0 3
}

# ---- passwords

change() {
	dialogue "$1 q" --change-pin
}

part_passwords() {
	gnupg passwords
	check "keys" generate alice
	rest
	pins user=999999 admin="$admin"
	refuse "a wrong PIN is refused" 'Bad PIN' signs alice
	check "… and costs a try" tries 2 0 3
	pins user="$user" admin="$admin"
	check "the right one signs" signs alice
	check "… and gives the tries back" tries 3 0 3
	pins user="$user" new=654321 admin="$admin"
	check "gpg changes the PIN" change 1
	rest
	refuse "… the old one is refused" 'Bad PIN' signs alice
	pins user=654321 admin="$admin" new=abcdefgh
	check "… the new one signs" signs alice
	check "gpg sets a resetting code" change 4
	check "… of which there are tries" tries 3 3 3
	rest
	pins user=999999 admin="$admin"
	for _ in 1 2 3; do signs alice >"$work/out" 2>&1; done
	check "three wrong PINs block it" tries 0 3 3
	pins user=654321 admin="$admin"
	refuse "… and the right one is refused too" 'PIN blocked|Bad PIN' signs alice
	pins code=abcdefgh new=246810
	check "the resetting code sets a new one" dialogue 'unblock q' --card-edit
	check "… with its tries" tries 3 3 3
	pins user=246810 admin="$admin"
	check "… which signs" signs alice
	pins admin="$admin" new="$user"
	check "the administrator sets a new one" change 2
	pins user="$user" admin="$admin"
	rest
	check "… which signs" signs alice
	pins admin="$admin" new=87654321
	check "gpg changes the administrator's PIN" change 3
	rest
	pins admin="$admin"
	refuse "… the old one is refused" 'Bad PIN' edit 'login mallory'
	check "… and costs a try" tries 3 3 2
	pins admin=87654321
	check "… the new one writes" edit 'login alice'
	check "… and gives the tries back" tries 3 3 3
}

# ---- algorithms

# attributes FIRST SECOND THIRD: what --card-edit asks for each of the keys
attributes() {
	edit "key-attr $1 $2 $3"
}

# algorithm NAME ANSWERS SAID
algorithm() {
	local name=$1 answers=$2 said=$3
	check "$name: gpg sets the attributes" attributes "$answers" "$answers" "$answers"
	check "$name: the card says them" status_says "^Key attributes \.*: $said\$"
	check "$name: gpg generates three keys" generate "$name" "$replace"
	uses "$name" "$name"
	replace='y '
}

part_curves() {
	gnupg curves
	replace=
	algorithm ed25519 '2 1' 'ed25519 cv25519 ed25519'
	algorithm nistp256 '2 3' 'nistp256 nistp256 nistp256'
	algorithm nistp384 '2 4' 'nistp384 nistp384 nistp384'
	algorithm rsa3072 '1 3072' 'rsa3072 rsa3072 rsa3072'
}

# soft NAME SIGN ENCRYPT AUTHENTICATE: three keys that gpg made for itself
soft() {
	g --pinentry-mode loopback --passphrase '' --quick-generate-key "$1@example.org" "$2" cert,sign never &&
		g --pinentry-mode loopback --passphrase '' --quick-add-key "$(fingerprint "$1")" "$3" encr never &&
		g --pinentry-mode loopback --passphrase '' --quick-add-key "$(fingerprint "$1")" "$4" auth never
}

fingerprint() {
	g --with-colons --list-keys "$1@example.org" | awk -F: '/^fpr/ { print $10; exit }'
}

# bring NAME SIGN ENCRYPT AUTHENTICATE: they go to the card, and are gone from the disk
bring() {
	check "$1: gpg makes keys for itself" soft "$@"
	check "$1: … and brings them to the card" dialogue "keytocard y 1 ${replace}key_1 keytocard 2 ${replace}key_1 key_2 keytocard 3 ${replace}save" --edit-key "$1@example.org"
	says "$1: … where they are now" '^sec>' g --list-secret-keys "$1@example.org"
	uses "$1" "$1@example.org"
}

part_import() {
	gnupg import
	replace=
	bring rsa2048 rsa2048 rsa2048 rsa2048
	replace='y '
	bring ed25519 ed25519 cv25519 ed25519
	bring nistp256 nistp256 nistp256/ecdh nistp256/ecdsa
	# gpg makes an RSA key's length fit by itself, but not that the place is for a curve
	check "gpg sets the attributes" attributes '1 4096' '1 4096' '1 4096'
	bring rsa4096 rsa4096 rsa4096 rsa4096
}

# ---- OpenSC

# theirs SLOT ARGUMENT…: OpenSC's module has one slot for the signature PIN (1) and one for the other uses (0)
theirs() {
	local slot=$1
	shift
	pkcs11-tool --module "$opensc_module" --slot-index "$slot" "$@"
}

# public_key ID: in $work/ID.pub
public_key() {
	pkcs15-tool --read-public-key "$1" >"$work/$1.pub" && [ -s "$work/$1.pub" ]
}

# their_signature SLOT ID: by OpenSC's module, verified by OpenSSL
their_signature() {
	theirs "$1" --login --pin "$user" --sign --id "$2" -m SHA256-RSA-PKCS -i "$work/document" -o "$work/$2.sig" &&
		openssl dgst -sha256 -verify "$work/$2.pub" -signature "$work/$2.sig" "$work/document"
}

their_decryption() {
	openssl pkeyutl -encrypt -pubin -inkey "$work/02.pub" -in "$work/document" -out "$work/document.enc" &&
		theirs 0 --login --pin "$user" --decrypt --id 02 -m RSA-PKCS -i "$work/document.enc" -o "$work/document.dec" &&
		cmp "$work/document" "$work/document.dec"
}

# their_certificate: of the key for authentication
their_certificate() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/ca.key" -subj /CN=Alice -days 30 -out "$work/own.pem" &&
		openssl x509 -new -force_pubkey "$work/03.pub" -subj /CN=Alice -CA "$work/own.pem" -CAkey "$work/ca.key" -out "$work/03.pem"
}

# a key of which OpenSC 0.23 leaves no fingerprint: of 271 bytes of the answer it asks for 256
their_key() {
	openpgp-tool --verify CHV3 --pin "$admin" --gen-key 3 --key-type rsa2048 && openpgp-tool --key-info | grep -q 'Aut Create Date: 2'
}

part_opensc() {
	says "opensc-tool reads the ATR" '^3b:8a:01:00:31:c5:73:c0:01:c0:05:90:00' opensc-tool -a
	says "opensc-tool knows an OpenPGP card" 'OpenPGP card v3' opensc-tool -n
	says "openpgp-tool shows the card" 'Version:  *3\.4' openpgp-tool --card-info
	says "openpgp-tool shows whose it is" 'Language: *en' openpgp-tool --user-info
	check "openpgp-tool generates a key" their_key
	says "OpenSC's module lists the tokens" 'OpenPGP card \(User PIN \(sig\)\)' pkcs11-tool --module "$opensc_module" -L
	gnupg opensc
	check "gpg generates three keys" generate alice
	rest
	says "openpgp-tool shows a fingerprint" "Sig Fingerprint: *$(gpg --with-colons --list-keys alice 2>/dev/null | awk -F: '/^fpr/ { print tolower($10); exit }' | sed 's/../&:/g;s/:$//')" \
		openpgp-tool --key-info
	for id in 01 02 03; do
		check "pkcs15-tool reads public key $id" public_key "$id"
	done
	check "OpenSC's module signs with the key for signatures, and OpenSSL verifies it" their_signature 1 01
	check "… with the key for authentication" their_signature 0 03
	check "OpenSC's module decrypts" their_decryption
	refuse "OpenSC's module is refused with a wrong PIN" 'CKR_' theirs 0 --login --pin 999999 --sign --id 03 -m SHA256-RSA-PKCS \
		-i "$work/document" -o "$work/out.sig"
	check "… which cost a try" tries 2 0 3
	rest
	check "a certificate" their_certificate
	check "pkcs15-init stores it" pkcs15-init --verify-pin --auth-id 3 --pin "$admin" --store-certificate "$work/03.pem" --id 3
	check "pkcs15-tool reads it" pkcs15-tool --read-certificate 3 -o "$work/03.read"
	check "… and it is the one" cmp "$work/03.pem" "$work/03.read"
	check "pkcs15-tool changes the PIN" pkcs15-tool --change-pin --auth-id 02 --pin "$user" --new-pin 654321
	refuse "… the old one is refused" 'CKR_' theirs 0 --login --pin "$user" -O
	user=654321
	check "… the new one signs" their_signature 0 03
	check "openpgp-tool resets the card" openpgp-tool --erase
	says "… and no fingerprint is left" 'Sig Fingerprint: *(00:){19}00' openpgp-tool --key-info
}

# ---- what the card remembers

# In between the reader was without power, and another process has the card.
part_again() {
	if [ ! -e "$work/again" ]; then
		gnupg again
		check "keys" generate alice
		check "gpg writes a login" edit 'login alice'
		return
	fi
	home again
	check "the card is the one it was" status_says '^Login data \.*: alice$'
	uses "the keys of before" alice
}

if [ "${1:-}" = --inside ]; then
	printf 'a document of %s\n' "$2" >"$work/document"
	export ECP_WORK=$work
	"part_$2"
	[ -z "${GNUPGHOME:-}" ] || rest
	finish
fi
on_card() {
	"$vcard" run --card openpgp --state "$work/$1.state" -- "$0" --inside "$1" || failures=$((failures + 1))
}

# shellcheck disable=SC2048 # names without spaces
for part in ${*:-$parts}; do
	on_card "$part"
	[ "$part" != again ] || on_card "$part"
done
finish
