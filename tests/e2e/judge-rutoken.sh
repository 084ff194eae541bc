#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# judge-rutoken.sh: the virtual Rutoken as OpenSC sees it: formatted, filled, used.
#
#   ecp-vcard run --card rutoken -- tests/e2e/judge-rutoken.sh
#
# Takes every profile. What is on the card is erased.
# shellcheck disable=SC2317 # functions are called by name
source "$(dirname "$0")/lib.sh"

pin=12345678
new_pin=0987654321
so_pin=87654321
echo 'a document' >"$work/document"

opensc() {
	pkcs11-tool --module "$opensc_module" "$@"
}

same_file() {
	[ -s "$1" ] && cmp "$1" "$2"
}

# verified PUBLIC SIGNATURE
verified() {
	openssl dgst -sha256 -verify "$1" -signature "$2" "$work/document"
}

# sign ID OUT
sign() {
	opensc --login --pin "$pin" --sign --id "$1" -m SHA256-RSA-PKCS -i "$work/document" -o "$2"
}

# signs NAME ID PUBLIC: the key signs and OpenSSL verifies.
signs() {
	check "OpenSC's module signs with the $1 key" sign "$2" "$work/$2.sig"
	says "OpenSSL verifies the signature of the $1 key" 'Verified OK' verified "$3" "$work/$2.sig"
}

user() {
	pkcs15-init --auth-id 02 --pin "$pin" "$@"
}

# own_key: an RSA key and its certificate, made by OpenSSL.
own_key() {
	rsa_key "$work/own.key" &&
		openssl req -x509 -new -key "$work/own.key" -subj /CN=Judge -days 30 -out "$work/own.pem" &&
		openssl pkey -in "$work/own.key" -pubout -out "$work/own.pub"
}

judge_delivery() {
	says 'opensc-tool knows the token' 'Rutoken' opensc-tool -n
	says 'opensc-tool reads the serial number' '([0-9A-F]{2} ?){8}' opensc-tool --serial
	refuse 'there is no PKCS#15 on it yet' 'Unsupported card|PKCS#15 initialization failed|not supported' pkcs15-tool --dump
}

judge_format() {
	check 'pkcs15-init erases' pkcs15-init --erase-card -p "$opensc_profile"
	check 'pkcs15-init formats' pkcs15-init --create-pkcs15 -p "pkcs15+$opensc_profile" --so-pin "$so_pin" --so-puk ''
	check 'pkcs15-init sets the user PIN' pkcs15-init --store-pin --label 'User PIN' --auth-id 02 --pin "$pin" --puk '' \
		--so-pin "$so_pin" --finalize
	says 'pkcs15-tool shows the token' 'Manufacturer ID: Aktiv Co\.' pkcs15-tool --dump
	says 'pkcs15-tool lists the user PIN' 'PIN \[User PIN\]' pkcs15-tool --list-pins
	says "OpenSC's module shows the token" 'token initialized, PIN initialized' opensc -L
}

judge_data() {
	check 'pkcs15-init stores the certificate' user --store-certificate "$work/own.pem" --id 46 --label imported
	pkcs15-tool --read-certificate 46 >"$work/46.pem" 2>/dev/null
	check 'pkcs15-tool reads it' same_file "$work/own.pem" "$work/46.pem"
	check 'pkcs15-init stores data' user --store-data "$work/document" --application-name judge --label datum
	check "OpenSC's module reads the data" opensc --login --pin "$pin" --read-object --type data --label datum -o "$work/datum"
	check 'the data are the document' same_file "$work/document" "$work/datum"
	check 'pkcs15-init deletes the certificate' user --delete-objects cert --id 46
	check 'pkcs15-init stores it again' user --store-certificate "$work/own.pem" --id 46 --label imported
}

judge_generation() {
	check 'pkcs15-init generates RSA-2048' user --generate-key rsa/2048 --id 45 --label made
	check "OpenSC's module generates RSA-1024" opensc --login --pin "$pin" --keypairgen --key-type rsa:1024 --id 47 --label small
	pkcs15-tool --read-public-key 45 >"$work/45.pub" 2>/dev/null
	pkcs15-tool --read-public-key 47 >"$work/47.pub" 2>/dev/null
	signs generated 45 "$work/45.pub"
	signs 'short generated' 47 "$work/47.pub"
}

judge_import() {
	check 'pkcs15-init imports an RSA key' user --store-private-key "$work/own.key" --id 46 --label imported \
		--key-usage sign,decrypt
	pkcs15-tool --read-public-key 46 >"$work/46.pub" 2>/dev/null
	check 'its public key is the one of OpenSSL' same_file "$work/own.pub" "$work/46.pub"
	signs imported 46 "$work/own.pub"
	openssl pkeyutl -encrypt -pubin -inkey "$work/own.pub" -in "$work/document" -out "$work/secret"
	check "OpenSC's module decrypts" opensc --login --pin "$pin" --decrypt --id 46 -m RSA-PKCS -i "$work/secret" \
		-o "$work/clear"
	check 'the decrypted document is the document' same_file "$work/document" "$work/clear"
}

judge_list() {
	says 'pkcs15-tool lists the keys' 'Private RSA Key \[imported\]' pkcs15-tool --dump
	says "OpenSC's module lists the private keys" 'Private Key Object; RSA' opensc --login --pin "$pin" -O --type privkey
	check 'pkcs15-init deletes a key' user --delete-objects privkey,pubkey --id 47
	refuse 'the deleted key is gone' 'object not found|Private key not found' sign 47 "$work/gone.sig"
}

judge_pins() {
	refuse 'a wrong PIN is refused' 'CKR_PIN_INCORRECT' opensc --login --pin 11111111 -O
	tries 4
	check "OpenSC's module changes the PIN" opensc --change-pin --pin "$pin" --new-pin "$new_pin"
	refuse 'the old PIN is refused' 'CKR_PIN_INCORRECT' opensc --login --pin "$pin" -O
	check 'pkcs15-tool changes it back' pkcs15-tool --change-pin --auth-id 02 --pin "$new_pin" --new-pin "$pin"
	tries 5
	check 'the PIN gets blocked' block
	refuse 'a blocked PIN is refused even if it is right' 'CKR_PIN_LOCKED' opensc --login --pin "$pin" -O
	refuse 'nobody unblocks it without the SO' 'Security status not satisfied' unblock
	check 'pkcs15-tool logs the SO in' pkcs15-tool --verify-pin --auth-id 01 --pin "$so_pin"
	check 'pkcs15-tool unblocks the PIN' unblock
	check 'it is the new PIN' opensc --login --pin "$new_pin" -O
}

# tries NUMBER: the card has so many left for the user PIN.
tries() {
	opensc-tool -s 80:40:00:00 >/dev/null 2>&1
	says "$1 tries are left" "SW1=0x63, SW2=0xC$1" opensc-tool -s 00:20:00:02
}

# block: until it says that nothing is left.
block() {
	local _
	for _ in 1 2 3 4 5 6; do
		opensc --login --pin 11111111 -O 2>&1 | grep -q 'CKR_PIN_LOCKED' && return 0
	done
	return 1
}

unblock() {
	pkcs15-tool --unblock-pin --auth-id 02 --puk "$so_pin" --new-pin "$new_pin"
}

atr=$(opensc-tool -a 2>/dev/null)
opensc_profile=rutoken_ecp
lite=
case $atr in
*6c:69:74:65*) lite=yes opensc_profile=rutoken_lite ;;
esac
check 'a key of OpenSSL' own_key
judge_delivery
judge_format
judge_data
if [ -z "$lite" ]; then
	judge_generation
	judge_import
	judge_list
fi
judge_pins
finish
