# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is used by the scripts
# lib.sh: what the end-to-end scripts share. One line a point, "ok - …" or "not ok - …"; the exit status is the truth.
#
# The scripts run from anywhere; they find what was built through $ECP_BUILD (the build folder).

set -u
failures=0
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build_dir=${ECP_BUILD:-$PWD}
module=${ECP_MODULE:-$build_dir/.libs/libecp-pkcs11.so}
vcard=$build_dir/ecp-vcard
work=${ECP_WORK:-}
if [ -z "$work" ]; then
	work=$(mktemp -d "${TMPDIR:-/tmp}/ecp-e2e.XXXXXX")
	trap 'rm -rf "$work"' EXIT
fi
# not the configuration of the person who runs the tests, nor the certificates
echo 'certificate-folder = off' >"$work/empty.conf"
export ECP_BUILD="$build_dir" ECP_PKCS11_CONF="${ECP_PKCS11_CONF:-$work/empty.conf}"
# first_file FILE…: the first that exists
first_file() {
	local file
	for file in "$@"; do
		[ ! -e "$file" ] || { printf '%s\n' "$file"; break; }
	done
}
opensc_module=$(first_file /usr/lib/*/opensc-pkcs11.so /usr/lib/opensc-pkcs11.so)
ykcs11_module=$(first_file /usr/lib/*/libykcs11.so*)

ok() {
	printf 'ok - %s\n' "$*"
}

not_ok() {
	printf 'not ok - %s\n' "$*"
	failures=$((failures + 1))
}

# check NAME COMMAND…: COMMAND succeeds; its output is shown if it does not.
check() {
	local name=$1 log=$work/check.log
	shift
	if "$@" >"$log" 2>&1; then
		ok "$name"
	else
		not_ok "$name (exit $?)"
		sed 's/^/    /' "$log" | tail -n 25
	fi
}

# refuse NAME PATTERN COMMAND…: COMMAND fails, and says PATTERN (extended regular expression).
refuse() {
	local name=$1 pattern=$2 log=$work/refuse.log
	shift 2
	if "$@" >"$log" 2>&1; then
		not_ok "$name: succeeded"
		sed 's/^/    /' "$log" | tail -n 10
	elif grep -Eq "$pattern" "$log"; then
		ok "$name"
	else
		not_ok "$name: failed without saying $pattern"
		sed 's/^/    /' "$log" | tail -n 10
	fi
}

# says NAME PATTERN COMMAND…: COMMAND succeeds and prints PATTERN.
says() {
	local name=$1 pattern=$2 log=$work/says.log
	shift 2
	if "$@" >"$log" 2>&1 && grep -Eq "$pattern" "$log"; then
		ok "$name"
	else
		not_ok "$name: no $pattern"
		sed 's/^/    /' "$log" | tail -n 25
	fi
}

# counted FILE: the number of APDUs that "ecp-vcard run --count FILE" wrote.
counted() {
	sed -n 's/^apdus=\([0-9]*\) .*/\1/p' "$1"
}

# at_most NAME NUMBER LIMIT
at_most() {
	if [ -n "$2" ] && [ "$2" -le "$3" ]; then
		ok "$1: $2 (limit $3)"
	else
		not_ok "$1: ${2:-nothing counted} (limit $3)"
	fi
}

# full_length KEY HALF: each of the five numbers behind the exponents (p, q, dP, dQ, qInv) has HALF bytes.
full_length() {
	openssl rsa -in "$1" -traditional 2>/dev/null | openssl asn1parse |
		awk -F: -v digits=$((2 * $2)) '/INTEGER/ { n++; if (n > 4 && length($4) != digits) bad = 1 } END { exit bad || n != 9 }'
}

# rsa_key OUT: an RSA-2048 key that OpenSC imports. Its driver for Rutoken refuses a key ("Invalid arguments") of whose numbers
# one is shorter than half of the modulus, and one or two keys in a hundred are such: another one is drawn.
rsa_key() {
	local _
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$1" 2>/dev/null || return
		! full_length "$1" 128 || return 0
	done
	return 1
}

# gost_openssl FOLDER: OpenSSL knows GOST, by its engine, through a configuration that is written into FOLDER.
gost_openssl() {
	cat >"$1/gost.cnf" <<-EOF
		openssl_conf = init
		[init]
		engines = engines
		[engines]
		gost = gost
		[gost]
		engine_id = gost
		dynamic_path = $(openssl version -e | sed 's/.*"\(.*\)"/\1/')/gost.so
		default_algorithms = ALL
		[req]
		distinguished_name = dn
		[dn]
	EOF
	export OPENSSL_CONF=$1/gost.cnf
}

finish() {
	[ "$failures" -eq 0 ]
	exit
}
