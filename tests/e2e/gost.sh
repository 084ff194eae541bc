#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# gost.sh: GOST keys made on a virtual Rutoken through pkcs11-tool, and what they sign, digest and agree on held against
# OpenSSL with gost-engine. What no public source has confirmed on a real token is allowed here, in a configuration of its own.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
pin=12345678
so_pin=87654321

if [ "${1:-}" != inside ]; then
	"$vcard" run --card rutoken -- "$0" inside || failures=1
	finish
fi

gost_openssl "$work"
client=$build_dir/tests/e2e/gost
head -c 3000 /dev/urandom >"$work/document"
head -c 3000 /dev/urandom >"$work/other"
printf 'certificate-folder = off\n[rutoken]\nunverified = yes\n' >"$work/unverified.conf"

ours() {
	pkcs11-tool --module "$module" --login --pin "$pin" "$@"
}

unverified() {
	printf '# with [rutoken] unverified = yes: %s\n' "$1"
	export ECP_PKCS11_CONF=$work/unverified.conf
}

# hex FILE
hex() {
	od -An -v -tx1 "$1" | tr -d ' \n'
}

# listed ID: what pkcs11-tool says of the objects with this id.
listed() {
	ours -O 2>/dev/null | awk -v id="$1" '/^[^ ]/ { block = "" } { block = block $0 "\n" } $1 == "ID:" && $2 == id { printf "%s", block }'
}

# alias ID SET: another name of a curve, without a digest's: the key keeps the name, and signs.
alias() {
	check "a key with the set $2 is generated" "$client" "$module" "$pin" generate "$1" 1200 "$2"
	listed "$1" >"$work/listed"
	check '… and listed with this name, both halves' test "$(grep -c "PARAMS OID: *$2\$" "$work/listed")" -eq 2
	check '… and has a key that OpenSSL reads' public_key "$1"
	signs "$1" GOSTR3410-WITH-GOSTR3411-12-256 md_gost12_256 "$work/document"
}

# key ID TYPE SET: makes a key, and sees that it is listed with this parameter set (a DER identifier in hexadecimal).
key() {
	local id=$1 type=$2 set=$3 name=${2%:*}
	name=${name%-2001} # pkcs11-tool has no year for these
	check "$type is generated" ours --keypairgen --key-type "$type" --id "$id" --label "$type"
	listed "$id" >"$work/listed"
	check "$type is listed, both halves, by its name" test "$(grep -c "Key Object; $name *\$" "$work/listed")" -eq 2
	check "$type is listed with its parameter set" test "$(grep -c "PARAMS OID: *$set\$" "$work/listed")" -eq 2
	check "$type has a key that OpenSSL reads" public_key "$id"
}

# public_key ID: $work/ID.pub, by CKA_PUBLIC_KEY_INFO.
public_key() {
	"$client" "$module" "$pin" spki "$1" "$work/$1.spki" &&
		openssl pkey -pubin -inform DER -in "$work/$1.spki" -out "$work/$1.pub"
}

# verified ID DIGEST FILE
verified() {
	openssl dgst "-$2" -verify "$work/$1.pub" -signature "$work/signature" "$3"
}

# signs ID MECHANISM DIGEST INPUT: OpenSSL verifies the document, and not another one; so does the module.
signs() {
	local id=$1 mechanism=$2 digest=$3 input=$4
	rm -f "$work/signature"
	check "$id signs by $mechanism" ours --sign --id "$id" -m "$mechanism" -i "$input" -o "$work/signature"
	says "… OpenSSL verifies it" 'Verified OK' verified "$id" "$digest" "$work/document"
	refuse "… and not for another document" 'Verification failure' verified "$id" "$digest" "$work/other"
	says "… and so does the module" 'Signature is valid' ours --verify --id "$id" -m "$mechanism" -i "$input" \
		--signature-file "$work/signature"
}

# both ID BITS: hashed before, and hashed by the module.
both() {
	local id=$1 bits=$2 mechanism=GOSTR3410
	[ "$bits" = 256 ] || mechanism=0xD4321006
	openssl dgst "-md_gost12_$bits" -binary -out "$work/hash" "$work/document"
	signs "$id" "$mechanism" "md_gost12_$bits" "$work/hash"
	signs "$id" "GOSTR3410-WITH-GOSTR3411-12-$bits" "md_gost12_$bits" "$work/document"
}

# same_file A B
same_file() {
	[ -s "$1" ] && cmp "$1" "$2"
}

# digest MECHANISM NAME
digest() {
	check "$1 digests" ours --hash -m "$1" -i "$work/document" -o "$work/ours"
	openssl dgst "-$2" -binary -out "$work/theirs" "$work/document"
	check "… as gost-engine does" same_file "$work/ours" "$work/theirs"
}

# hmac MECHANISM NAME
hmac() {
	head -c 32 /dev/urandom >"$work/secret"
	check "HMAC by $2" "$client" "$module" "$pin" hmac "$1" "$work/secret" "$work/document" "$work/ours"
	openssl dgst "-$2" -mac HMAC -macopt "hexkey:$(hex "$work/secret")" -binary -out "$work/theirs" "$work/document"
	check "… as gost-engine's" same_file "$work/ours" "$work/theirs"
}

# agrees ID ALGORITHM PARAMSET SIZE: VKO with a key of gost-engine, from both sides. SIZE: of the point in bytes.
agrees() {
	local id=$1 algorithm=$2 set=$3 size=$4
	head -c 8 /dev/urandom >"$work/ukm"
	openssl genpkey -algorithm "$algorithm" -pkeyopt "paramset:$set" -out "$work/peer.key" 2>/dev/null
	openssl pkey -in "$work/peer.key" -pubout -outform DER -out "$work/peer.spki"
	tail -c "$size" "$work/peer.spki" >"$work/peer.point"
	check "$id agrees with a key of gost-engine" "$client" "$module" "$pin" agree "$id" "$work/peer.point" "$work/ukm" \
		"$work/ours"
	openssl pkeyutl -derive -inkey "$work/peer.key" -peerkey "$work/$id.pub" -pkeyopt vko:256 \
		-pkeyopt "ukmhex:$(hex "$work/ukm")" -out "$work/theirs"
	check "… on the same secret" same_file "$work/ours" "$work/theirs"
}

# none_made NAME PATTERN COMMAND…: refused, and no key has come.
none_made() {
	local before after
	before=$(ours -O 2>/dev/null | grep -c 'Key Object')
	refuse "$@"
	after=$(ours -O 2>/dev/null | grep -c 'Key Object')
	check '… and no key has come' test "$before" -eq "$after"
}

prepared() {
	pkcs11-tool --module "$module" --init-token --so-pin "$so_pin" --label gost &&
		pkcs11-tool --module "$module" --login --login-type so --so-pin "$so_pin" --init-pin --new-pin "$pin"
}

check 'a token is prepared' prepared
# pkcs11-tool's A is tc26-256-A, for which the token has no code; its B, C and D are CryptoPro-A, -B and -C
key 11 GOSTR3410-2012-256:B 06072a850302022301
key 12 GOSTR3410-2012-256:C 06072a850302022302
key 13 GOSTR3410-2012-256:D 06072a850302022303
key 14 GOSTR3410-2001:A 06072a850302022301
for id in 11 12 13; do
	both $id 256
done
openssl dgst -md_gost94 -binary -out "$work/hash" "$work/document"
signs 14 GOSTR3410 md_gost94 "$work/hash"
signs 14 GOSTR3410-WITH-GOSTR3411 md_gost94 "$work/document"
# XchA, XchB and tc26-256-B, -C, -D
alias 15 06072a850302022400
alias 16 06072a850302022401
alias 17 06092a8503070102010102
alias 18 06092a8503070102010103
alias 19 06092a8503070102010104
digest GOSTR3411-12-256 md_gost12_256
digest GOSTR3411-12-512 md_gost12_512
digest GOSTR3411 md_gost94
hmac D4321014 md_gost12_256
hmac D4321015 md_gost12_512
hmac 1211 md_gost94

# 0x140 is CKR_CURVE_NOT_SUPPORTED
none_made 'a parameter set without a code on the token is refused' '0x140' ours --keypairgen \
	--key-type GOSTR3410-2012-256:A --id 21
none_made 'the test set is refused' '0x140' "$client" "$module" "$pin" generate 24 1200 06072a850302022300
none_made '512 bits are refused by default' 'GOSTR3410-2012-512 mechanism not supported' ours --keypairgen --key-type GOSTR3410-2012-512:A --id 22
none_made '… also where a program asks all the same' '0x70' "$client" "$module" "$pin" generate 25 D4321005 06092a8503070102010201
refuse 'and so is key agreement' 'C_DeriveKey' "$client" "$module" "$pin" agree 11 "$work/hash" "$work/hash" "$work/ours"

unverified '512 bits and key agreement'
key 31 GOSTR3410-2012-512:A 06092a8503070102010201
key 32 GOSTR3410-2012-512:B 06092a8503070102010202
key 33 GOSTR3410-2012-512:C 06092a8503070102010203
for id in 31 32 33; do
	both $id 512
done
agrees 11 gost2012_256 A 64
agrees 12 gost2012_256 B 64
agrees 13 gost2012_256 C 64
agrees 31 gost2012_512 A 128
none_made 'what the token has no code for stays refused' '0x140' ours --keypairgen \
	--key-type GOSTR3410-2012-256:A --id 23
finish
