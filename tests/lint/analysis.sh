#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# analysis.sh [--thorough] BUILD: what ships, seen by clang-tidy (see .clang-tidy), cppcheck (see cppcheck.supp) and gcc's analyzer.
#
# What takes long is left out unless --thorough is given (make analysis): clang's own analyzer, and gcc's in tool/ and vcard/, which
# parse no card's answer.
set -u
cd "$(dirname "$0")/../.." || exit 2
thorough=
[ "${1:-}" != --thorough ] || { thorough=yes; shift; }
build=$(cd "${1:?analysis.sh needs the build folder}" && pwd) || exit 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
jobs=$(nproc)
failures=0

# shellcheck disable=SC2089 # the quotes are part of the macros' values
flags="-std=c11 -D_GNU_SOURCE -I. -I$build -DPACKAGE_VERSION=\"0.0\" -DSYSCONFDIR=\"/etc\" -DLOCALEDIR=\"/usr/share/locale\"
	-DPKCS11_MODULE_PATH=\"/usr/lib/pkcs11/libecp-pkcs11.so\" -DP11_KIT_MODULES=\"/usr/share/p11-kit/modules\" -DOPENSSL_MODULES_DIR=\"/usr/lib/ossl-modules\"
	$(pkg-config --cflags libpcsclite libcrypto libtasn1 libgcrypt inih jansson p11-kit-1 gnutls)"
# shellcheck disable=SC2090
export flags

# each FILES COMMAND: for each file a shell runs COMMAND with the file as $1
each() {
	printf '%s\n' "$1" | xargs -P "$jobs" -n 1 sh -c "$2" sh
}

# judge NAME LOG: one line, and what was found
judge() {
	if [ -s "$2" ]; then
		printf 'not ok - %s\n' "$1"
		grep -vE '^[0-9]+ warnings? (generated|treated)|^Suppressed ' "$2" | head -n 60 | sed 's/^/    /'
		failures=$((failures + 1))
	else
		printf 'ok - %s\n' "$1"
	fi
}

all=$(printf '%s\n' asn1/*.c pcsc/*.c module/*.c module/*/*.c tool/*.c vcard/*.c)
parsers=$(printf '%s\n' asn1/*.c pcsc/*.c module/*.c module/*/*.c)
checks='-clang-analyzer-*'
analyzed=$parsers
if [ -n "$thorough" ]; then
	checks='' analyzed=$all
fi
export checks

# Each takes files and prints what it finds.
tidy() {
	# shellcheck disable=SC2016 # for the inner shell
	each "$1" 'clang-tidy --quiet --config-file=.clang-tidy --checks="$checks" "$1" -- $flags 2>/dev/null'
}

look() {
	cppcheck -q --std=c11 --enable=warning,performance,portability --suppressions-list=tests/lint/cppcheck.supp -j "$jobs" \
		-I. -I"$build" --template='{file}:{line}: {message} [{id}]' "$@" 2>&1
}

# -Wanalyzer-malloc-leak: does not know __attribute__((cleanup)), by which memory is freed here (gcc 12)
analyze() {
	# shellcheck disable=SC2016 # for the inner shell
	each "$1" 'gcc -O1 -fanalyzer -Wno-analyzer-malloc-leak -fdiagnostics-plain-output -S -o /dev/null $flags "$1"' 2>&1 |
		grep -E ' (warning|error): ' |
		grep -vE "$(sed 's/#.*//' tests/lint/analyzer.supp | awk 'NF { printf "%s^%s:.*\\[-W%s\\]$", sep, $1, $2; sep = "|" }')"
}

# sees NAME COMMAND…: what is wrong in the planted file is found: the tool is there and runs
sees() {
	local name=$1
	shift
	if "$@" | grep -q 'planted\.c:'; then
		printf 'ok - %s finds a planted mistake\n' "$name"
	else
		printf 'not ok - %s finds a planted mistake\n' "$name"
		failures=$((failures + 1))
	fi
}

printf '%s\n' 'int planted(int a);' 'int planted(int a)' '{' 'int *p = 0;' 'if (a > 1);' 'a++;' 'return *p + a;' '}' >"$work/planted.c"
sees clang-tidy tidy "$work/planted.c"
sees cppcheck look "$work/planted.c"
sees "gcc -fanalyzer" analyze "$work/planted.c"

tidy "$all" >"$work/tidy" 2>&1
judge "clang-tidy${thorough:+ with its analyzer}" "$work/tidy"
look asn1 pcsc module tool vcard >"$work/cppcheck"
judge cppcheck "$work/cppcheck"
analyze "$analyzed" >"$work/gcc"
judge "gcc -fanalyzer" "$work/gcc"
[ $failures -eq 0 ]
