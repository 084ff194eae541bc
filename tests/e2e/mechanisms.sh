#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# mechanisms.sh: what programs are told of a token's abilities, on cards of different ability: no more than it has.
source "$(dirname "$0")/lib.sh"

# listed CARD [CONFIGURATION]: the mechanisms, into $work/list.
listed() {
	ECP_PKCS11_CONF=${2:-$ECP_PKCS11_CONF} "$vcard" run --card "$1" -- pkcs11-tool --module "$module" -M >"$work/list" 2>&1
}

# has CARD PATTERN…: each of the mechanisms, by what pkcs11-tool prints of it, is in the list.
has() {
	local card=$1 pattern
	shift
	for pattern in "$@"; do
		check "$card: $pattern" grep -Eq -- "^  $pattern" "$work/list"
	done
}

# only_without PATTERN: there is a list, and PATTERN is not in it.
only_without() {
	grep -q '^Supported mechanisms:' "$work/list" && ! grep -E -- "$1" "$work/list"
}

# lacks CARD PATTERN…: none of them is.
lacks() {
	local card=$1 pattern
	shift
	for pattern in "$@"; do
		check "$card: no $pattern" only_without "^  $pattern"
	done
}

digests='SHA256, digest$'
gost_digests='GOSTR3411-12-256, digest$'
printf '[rutoken]\nunverified = yes\n' >"$work/unverified.conf"
printf '# on a Rutoken also with [rutoken] unverified = yes\n'

check 'a PIV token tells' listed piv
has piv 'RSA-PKCS,.*hw.*sign' 'ECDSA,.*hw.*sign' 'mechtype-0x1057|EDDSA,.*sign' "$digests" "$gost_digests"
lacks piv '(mechtype-0x12|GOSTR3410)[^,]*,.*(sign|generate|derive)'
check 'a PIV token by the standard alone tells' listed piv:nist
has piv:nist 'RSA-PKCS,.*hw.*sign' 'ECDSA,.*hw.*sign' "$digests"
lacks piv:nist 'EDDSA' 'EC-EDWARDS-KEY-PAIR-GEN' 'GOSTR3410'

check 'a Rutoken tells' listed rutoken
has rutoken 'RSA-PKCS,.*hw.*sign' 'RSA-PKCS-KEY-PAIR-GEN,.*generate_key_pair' 'GOSTR3410,.*hw.*sign' \
	'GOSTR3410-KEY-PAIR-GEN,.*generate_key_pair' 'GOSTR3410-WITH-GOSTR3411-12-256,.*hw.*sign.*verify' "$digests" "$gost_digests"
lacks rutoken 'ECDSA' 'GOSTR3410[-_]512' '.*GOSTR3411-12-512,.*sign' '.*derive.*hw|.*hw.*derive'
check 'a Rutoken where the unverified is allowed tells' listed rutoken "$work/unverified.conf"
has 'rutoken, unverified' 'GOSTR3410-512-KEY-PAIR-GEN,.*generate_key_pair' 'GOSTR3410[-_]512,.*hw.*sign' \
	'GOSTR3410-WITH-GOSTR3411-12-512,.*hw.*sign.*verify' '.*hw.*derive'

for configuration in "$work/empty.conf" "$work/unverified.conf"; do
	check 'a Rutoken without cryptography tells' listed rutoken:lite "$configuration"
	has rutoken:lite "$digests" "$gost_digests"
	lacks rutoken:lite '.*, (hw|sign|verify|encrypt|decrypt|generate|derive|wrap|unwrap)'
done
finish
