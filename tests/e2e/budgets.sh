#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# budgets.sh: how many APDUs programs cost with this module: limits that are tests, and the table of the numbers reached.
#
# Counted at the card ("ecp-vcard run --count"), T=1, four keys with certificates of 1.2, 1.2, 0.8 and 0.8 kB.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
pin=13572468
rows=

prepare() {
	ECP_MANAGEMENT_ALGORITHM=03 "$vcard" run --card "$1" --state "$work/$2" -- \
		"$source_dir/tests/e2e/prepare-token.sh" "$pin" || {
		not_ok "a token is prepared ($1)"
		finish
	}
}

# apdus CARD STATE COMMAND…: prints the number of APDUs; fails if COMMAND does.
apdus() {
	local card=$1 state=$2
	shift 2
	rm -f "$work/copy"
	[ ! -e "$work/$state" ] || cp "$work/$state" "$work/copy"
	rm -f "$work/count"
	"$vcard" run --card "$card" --state "$work/copy" --count "$work/count" -- "$@" >"$work/budget.log" 2>&1 || {
		sed 's/^/# /' "$work/budget.log" | tail -n 5 >&2
		return 1
	}
	# a program that measures a part of itself prints the number; else the whole run counts
	sed -n 's/^measured \([0-9]*\)$/\1/p' "$work/budget.log" | grep . || counted "$work/count"
}

# budget NAME EXTENDED-LIMIT SHORT-LIMIT COMMAND…
budget() {
	local name=$1 extended=$2 short=$3 first second
	shift 3
	first=$(apdus piv piv "$@")
	second=$(apdus piv:short short "$@")
	at_most "$name, extended" "$first" "$extended"
	at_most "$name, short" "$second" "$short"
	rows="$rows| $name | ${first:--} (≤ $extended) | ${second:--} (≤ $short) |
"
}

prepare piv piv
prepare piv:short short
prepare piv:nist nist
head -c 32 /dev/zero >"$work/data"
count="$build_dir/tests/e2e/counting"

budget "C_Initialize, C_GetSlotList, C_GetSlotInfo" 0 0 "$count" "$module" load
budget "C_GetSessionInfo, repeated C_GetTokenInfo" 0 0 "$count" "$module" poll
budget "p11tool --list-tokens" 3 3 p11tool --provider "$module" --list-tokens
number=$(apdus piv:nist nist p11tool --provider "$module" --list-tokens)
at_most "p11tool --list-tokens, a card without Yubico's commands" "$number" 4
rows="$rows| p11tool --list-tokens, \`piv:nist\` | ${number:--} (≤ 4) | |
"
ECP_PKCS11_CONF=$work/history.conf
printf '[piv]\nretired-keys = history\n' >"$ECP_PKCS11_CONF"
budget "p11tool --list-all-certs, Key History believed" 9 25 p11tool --provider "$module" --list-all-certs
budget "pkcs11-tool -O, Key History believed" 15 31 pkcs11-tool --module "$module" -O
number=$(apdus piv:nist nist p11tool --provider "$module" --list-all-certs)
at_most "p11tool --list-all-certs, a card without Yubico's commands" "$number" 9
ECP_PKCS11_CONF=$work/empty.conf
budget "p11tool --list-all-certs, retired slots asked" 29 45 p11tool --provider "$module" --list-all-certs
budget "pkcs11-tool -O, retired slots asked" 35 51 pkcs11-tool --module "$module" -O
budget "pkcs11-tool --login --sign --id 01 (RSA-2048)" 9 12 pkcs11-tool --module "$module" --login --pin "$pin" --sign \
	--mechanism SHA256-RSA-PKCS --id 01 --input-file "$work/data" --output-file "$work/signature"
budget "one more C_Sign, RSA-2048" 1 3 "$count" "$module" sign-rsa "$pin"
budget "one more C_Sign, P-256" 1 1 "$count" "$module" sign-ec "$pin"
budget "C_Sign RSA-2048, PIN for each use" 3 5 "$count" "$module" sign-always "$pin"
budget "listing again after the last session closed" 2 2 "$count" "$module" list-again
number=$(apdus blank blank "$count" "$module" unsupported)
at_most "unsupported card, insertion" "$number" 8
rows="$rows| unsupported card, per insertion | ${number:--} (≤ 8) | |
"
number=$(apdus openpgp openpgp "$count" "$module" unsupported)
at_most "OpenPGP card, insertion" "$number" 8
number=$(apdus blank blank "$count" "$module" unsupported-poll)
at_most "unsupported card, twenty polls after" "$number" 0
rows="$rows| unsupported card, twenty polls after | ${number:--} (≤ 0) | |
"

printf '# | whole program, 4 keys with certificates | extended | short |\n# |---|---|---|\n'
printf '%s' "$rows" | sed 's/^/# /'
finish
