#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# budgets-rutoken.sh: how many APDUs programs cost on a Rutoken with this module, as limits that are tests, and with OpenSC's
# module on the same token beside them. The token has a GOST key, and an RSA-2048 key with its certificate.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
pin=12345678
so_pin=87654321
rows=

prepare() {
	ours() { pkcs11-tool --module "$module" "$@" >>"$work/prepare.log" 2>&1; }
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=Budget -days 30 -keyout "$work/own.key" -outform DER \
		-out "$work/own.der" 2>/dev/null &&
		ours --init-token --so-pin "$so_pin" --label budget &&
		ours --login --login-type so --so-pin "$so_pin" --init-pin --new-pin "$pin" &&
		ours --login --pin "$pin" --keypairgen --key-type GOSTR3410-2012-256:B --id 45 --label gost &&
		ours --login --pin "$pin" --keypairgen --key-type rsa:2048 --id 46 --label rsa &&
		if [ "${1:-}" = cert ]; then ours --login --pin "$pin" --write-object "$work/own.der" --type cert --id 46; fi
}
if [ "${1:-}" = prepare ]; then
	prepare "$2" || exit 1
	wc -c <"$work/own.der" >"$work/size"
	exit 0
fi

# apdus STATE COMMAND…: prints the number of APDUs; fails if COMMAND does.
apdus() {
	local state=$1
	shift
	rm -f "$work/copy" "$work/count"
	cp "$work/$state" "$work/copy"
	"$vcard" run --card rutoken --state "$work/copy" --count "$work/count" -- "$@" >"$work/budget.log" 2>&1 || {
		sed 's/^/# /' "$work/budget.log" | tail -n 5 >&2
		return 1
	}
	sed -n 's/^measured \([0-9]*\)$/\1/p' "$work/budget.log" | grep . || counted "$work/count"
}

# budget STATE NAME LIMIT ARGUMENTS…: a run of pkcs11-tool.
budget() {
	local state=$1 name=$2 limit=$3 number theirs
	shift 3
	number=$(apdus "$state" pkcs11-tool --module "$module" "$@")
	theirs=$(apdus "$state" pkcs11-tool --module "$opensc_module" "$@" 2>/dev/null) || theirs=-
	at_most "$name" "$number" "$limit"
	rows="$rows| $name | ${number:--} (≤ $limit) | $theirs |
"
}

for state in keys cert; do
	"$vcard" run --card rutoken --state "$work/$state" -- "$0" prepare "$state" || {
		not_ok 'a token is prepared'
		sed 's/^/    /' "$work/prepare.log" | tail -n 5
		finish
	}
done
blocks=$((($(cat "$work/size") + 255) / 256))
head -c 32 /dev/zero >"$work/digest"

budget keys 'token information' 4 -L
budget keys 'list two keys' $((18 + 2 * 2)) -O
budget cert 'list two keys and a certificate' $((18 + 2 * 2 + 1 + blocks)) -O
budget keys 'sign with the GOST key by its id, logout included' 14 --login --pin "$pin" --sign --id 45 \
	--mechanism GOSTR3410 --input-file "$work/digest" --output-file "$work/signature"
budget keys 'sign with the RSA key by its id, logout included' 15 --login --pin "$pin" --sign --id 46 \
	--mechanism SHA256-RSA-PKCS --input-file "$work/digest" --output-file "$work/signature"
number=$(apdus keys "$build_dir/tests/e2e/counting" "$module" sign-gost "$pin")
theirs=$(apdus keys "$build_dir/tests/e2e/counting" "$opensc_module" sign-gost "$pin" 2>/dev/null) || theirs=-
at_most 'one more signature' "$number" 3
rows="$rows| one more signature with the GOST key | ${number:--} (≤ 3) | $theirs |
"

printf '# | pkcs11-tool, whole program | this module | OpenSC |\n# |---|---|---|\n'
printf '%s' "$rows" | sed 's/^/# /'
finish
