#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# prepare-tokens.sh FOLDER: tokens for the tests of programs, as a person would have prepared them, and an authority.
#
# FOLDER/CARD.state is the card's memory, CARD.pem the certificate on it (id 01, alice), CARD.pub its public key.
source "$(dirname "$0")/../e2e/lib.sh"
export ECP_WORK=$work
pin=13572468
folder=$1

# inside CARD: a new token gets a PIN, a key and a certificate.
inside() {
	local so_pin type tool
	tool=(pkcs11-tool --module "$module")
	case $1 in
	rutoken-*) so_pin=87654321 ;;
	*) so_pin=12345678 ;;
	esac
	case $1 in
	*-rsa) type=rsa:2048 ;;
	*-p256) type=EC:prime256v1 ;;
	esac
	set -e
	"${tool[@]}" --init-token --so-pin "$so_pin" --label office
	"${tool[@]}" --login --login-type so --so-pin "$so_pin" --init-pin --new-pin $pin
	"${tool[@]}" --login --pin $pin --keypairgen --key-type $type --id 01 --label alice
	"${tool[@]}" --read-object --type pubkey --id 01 -o "$1.spki"
	openssl pkey -pubin -inform DER -in "$1.spki" -out "$1.pub"
	openssl x509 -new -force_pubkey "$1.pub" -subj "/O=Example/CN=Alice" -CA ca.pem -CAkey ca.key -days 3650 -sha256 \
		-extfile person.ext -set_serial 0x"$(openssl rand -hex 8)" -out "$1.pem"
	openssl x509 -in "$1.pem" -outform DER -out "$1.der"
	"${tool[@]}" --login --pin $pin --write-object "$1.der" --type cert --id 01 --label alice
	"${tool[@]}" --read-object --type cert --id 01 -o "$1.back"
	cmp "$1.der" "$1.back"
}

authority() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 3650 -sha256 -subj "/O=Example/CN=Example CA" \
		-addext keyUsage=critical,keyCertSign,cRLSign -addext basicConstraints=critical,CA:TRUE || return 1
	printf '%s\n' 'basicConstraints = CA:FALSE' 'keyUsage = digitalSignature,nonRepudiation,keyEncipherment,keyAgreement' \
		'extendedKeyUsage = clientAuth,emailProtection' 'subjectAltName = email:alice@example.org' >person.ext
	printf '%s\n' 'basicConstraints = CA:FALSE' 'keyUsage = digitalSignature,keyEncipherment' \
		'extendedKeyUsage = serverAuth' 'subjectAltName = DNS:localhost,IP:127.0.0.1' >server.ext
	openssl req -new -newkey rsa:2048 -nodes -keyout server.key -subj /CN=localhost -out server.csr &&
		openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -set_serial 2 -days 3650 -sha256 -extfile server.ext -out server.pem
}

if [ "$folder" = --inside ]; then
	inside "$2"
	exit
fi
mkdir -p "$folder" && cd "$folder" && authority || exit 1
for card in piv-rsa piv-p256 rutoken-rsa; do
	"$vcard" run --card "${card%%-*}" --state "$card.state" -- "$source_dir/tests/apps/prepare-tokens.sh" --inside $card || exit 1
done
touch ready
