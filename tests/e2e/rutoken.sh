#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# rutoken.sh: a token that we and OpenSC share: each reads and uses what the other wrote.
#
#   tests/e2e/rutoken.sh                     on virtual cards of the profiles with cryptography
#   tests/e2e/rutoken.sh inside              on the card in the reader: what is on it is erased
# shellcheck disable=SC2317 # functions are called by name
source "$(dirname "$0")/lib.sh"

if [ "${1:-}" != inside ]; then
	for card in rutoken rutoken:sc-t1 rutoken:sc-t0; do
		printf '# %s\n' "$card"
		"$vcard" run --card "$card" -- "$0" inside || failures=$((failures + 1))
	done
	finish
fi

pin=12345678
so_pin=87654321
echo 'a document' >"$work/document"

ours() {
	pkcs11-tool --module "$module" "$@"
}

ours_user() {
	ours --login --pin "$pin" "$@"
}

theirs() {
	pkcs11-tool --module "$opensc_module" --login --pin "$pin" "$@"
}

init15() {
	pkcs15-init --auth-id 02 --pin "$pin" "$@"
}

same_file() {
	[ -s "$1" ] && cmp "$1" "$2"
}

verified() {
	openssl dgst -sha256 -verify "$1" -signature "$2" "$work/document"
}

# signs WHO NAME ID PUBLIC: the key signs by WHO, and OpenSSL verifies.
signs() {
	check "$1 signs with the $2 key" "$1" --sign --id "$3" -m SHA256-RSA-PKCS -i "$work/document" -o "$work/$1.sig"
	says "OpenSSL verifies what $1 signed with the $2 key" 'Verified OK' verified "$4" "$work/$1.sig"
}

# public_key ID OUT: by pkcs15-tool, as PEM.
public_key() {
	pkcs15-tool --read-public-key "$1" >"$2" 2>/dev/null && [ -s "$2" ]
}

own_key() {
	rsa_key "$work/own.key" &&
		openssl req -x509 -new -key "$work/own.key" -subj /CN=Shared -days 30 -out "$work/own.pem" &&
		openssl pkey -in "$work/own.key" -pubout -out "$work/own.pub" &&
		openssl pkey -in "$work/own.key" -outform DER -out "$work/own.key.der" &&
		openssl x509 -in "$work/own.pem" -outform DER -out "$work/own.der"
}

made_by_us() {
	check 'we format the token' ours --init-token --so-pin "$so_pin" --label 'shared token'
	check 'we set the user PIN' ours --login --login-type so --so-pin "$so_pin" --init-pin --new-pin "$pin"
	says 'pkcs15-tool knows the token by its label' 'PKCS#15 Card \[shared token\]' pkcs15-tool --dump
	says 'pkcs15-tool lists the PINs' 'PIN \[User PIN\]' pkcs15-tool --list-pins
	check 'we generate a GOST key' ours_user --keypairgen --key-type GOSTR3410-2012-256:B --id 41 --label gost
	check 'we generate an RSA key' ours_user --keypairgen --key-type rsa:2048 --id 42 --label rsa
	check 'we import an RSA key' ours_user --write-object "$work/own.key.der" --type privkey --id 43 --label imported
	check 'we store its certificate' ours_user --write-object "$work/own.der" --type cert --id 43 --label imported
	check 'we store data' ours_user --write-object "$work/document" --type data --label datum --application-label shared
}

read_by_them() {
	says 'pkcs15-tool lists the RSA key behind the GOST key' 'Private RSA Key \[rsa\]' pkcs15-tool --dump
	says 'pkcs15-tool lists the imported key' 'Private RSA Key \[imported\]' pkcs15-tool --dump
	check 'pkcs15-tool reads the generated public key' public_key 42 "$work/42.pub"
	check 'pkcs15-tool reads the imported public key' public_key 43 "$work/43.pub"
	check 'it is the one of OpenSSL' same_file "$work/own.pub" "$work/43.pub"
	pkcs15-tool --read-certificate 43 >"$work/43.pem" 2>/dev/null
	check 'pkcs15-tool reads the certificate' same_file "$work/own.pem" "$work/43.pem"
	check "OpenSC's module reads the data" theirs --read-object --type data --label datum -o "$work/datum"
	check 'they are the document' same_file "$work/document" "$work/datum"
	signs theirs generated 42 "$work/42.pub"
	signs theirs imported 43 "$work/own.pub"
	signs ours_user generated 42 "$work/42.pub"
	signs ours_user imported 43 "$work/own.pub"
}

added_by_them() {
	check 'pkcs15-init generates a key beside ours' init15 --generate-key rsa/2048 --id 51 --label theirs
	check 'pkcs15-init stores a certificate beside ours' init15 --store-certificate "$work/own.pem" --id 52 --label theirs
	check 'we read the certificate' ours --read-object --type cert --id 52 -o "$work/52.der"
	check 'it is the certificate' same_file "$work/own.der" "$work/52.der"
	check 'pkcs15-tool reads the key' public_key 51 "$work/51.pub"
	signs ours_user theirs 51 "$work/51.pub"
	says 'we still list the GOST key' 'gost' ours_user -O --type privkey
	says 'and the generated one' 'rsa' ours_user -O --type privkey
}

deleted() {
	check 'we delete the key in front' ours_user --delete-object --type privkey --id 41
	says 'OpenSC still lists the others' 'Private RSA Key \[theirs\]' pkcs15-tool --dump
	check 'pkcs15-init deletes a certificate' init15 --delete-objects cert --id 52
	refuse 'we see that it is gone' 'object not found|unable' ours --read-object --type cert --id 52 -o "$work/gone"
	signs theirs imported 43 "$work/own.pub"
	signs ours_user imported 43 "$work/own.pub"
}

made_by_them() {
	check 'pkcs15-init erases' pkcs15-init --erase-card -p rutoken_ecp
	check 'pkcs15-init formats' pkcs15-init --create-pkcs15 -p pkcs15+rutoken_ecp --so-pin "$so_pin" --so-puk ''
	check 'pkcs15-init sets the user PIN' pkcs15-init --store-pin --label 'User PIN' --auth-id 02 --pin "$pin" --puk '' \
		--so-pin "$so_pin" --finalize
	says 'we know the token by its label' 'token label *: Rutoken ECP' ours -L
	check 'pkcs15-init imports a key' init15 --store-private-key "$work/own.key" --id 61 --label theirs --key-usage sign,decrypt
	signs ours_user theirs 61 "$work/own.pub"
	check 'we generate a key beside it' ours_user --keypairgen --key-type rsa:2048 --id 62 --label ours
	check 'we store a certificate' ours_user --write-object "$work/own.der" --type cert --id 61 --label ours
	pkcs15-tool --read-certificate 61 >"$work/61.pem" 2>/dev/null
	check 'pkcs15-tool reads it' same_file "$work/own.pem" "$work/61.pem"
	check 'pkcs15-tool reads the key' public_key 62 "$work/62.pub"
	signs theirs ours 62 "$work/62.pub"
	check 'we change the PIN' ours --login --pin "$pin" --change-pin --new-pin 0987654321
	check 'OpenSC takes the new one' pkcs11-tool --module "$opensc_module" --login --pin 0987654321 -O
}

check 'a key of OpenSSL' own_key
made_by_us
read_by_them
added_by_them
deleted
made_by_them
finish
