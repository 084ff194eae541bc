# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2154 # build_dir, source_dir, module and work are of lib.sh, which is read before
# ecp-lib.sh: what the scripts about the command ecp share. What a command printed is in $work/out, both streams.
ecp=$build_dir/ecp
export ECP_MODULE=$module TEXTDOMAINDIR=$build_dir/po/locale HOME=$work
export LC_ALL=C.UTF-8
unset LANGUAGE NO_COLOR

# typed …: as tests/e2e/typed.py.
typed() {
	"$source_dir/tests/e2e/typed.py" "$@"
}

# ends STATUS NAME COMMAND…
ends() {
	local expected=$1 name=$2 status
	shift 2
	"$@" >"$work/out" 2>&1
	status=$?
	if [ "$status" -eq "$expected" ]; then
		ok "$name"
	else
		not_ok "$name: status $status, not $expected"
		sed 's/^/    /' "$work/out" | tail -n 25
	fi
}

# told NAME PATTERN: the last command said PATTERN (extended regular expression).
told() {
	if grep -Eq -- "$2" "$work/out"; then
		ok "$1"
	else
		not_ok "$1: did not say $2"
		sed 's/^/    /' "$work/out" | tail -n 25
	fi
}

# untold NAME WORD: the last command did not say WORD.
untold() {
	if grep -Fq -- "$2" "$work/out"; then
		not_ok "$1: said $2"
		sed 's/^/    /' "$work/out" | tail -n 25
	else
		ok "$1"
	fi
}

# json NAME EXPRESSION COMMAND…: standard output is one JSON object, "o", and the Python EXPRESSION is true of it.
json() {
	local name=$1 expression=$2
	shift 2
	"$@" >"$work/json" 2>"$work/json.err"
	if python3 -c 'import json, sys; o = json.load(open(sys.argv[1])); sys.exit(not eval(sys.argv[2]))' \
		"$work/json" "$expression" 2>"$work/json.why"; then
		ok "$name"
	else
		not_ok "$name: not $expression"
		cat "$work/json" "$work/json.err" "$work/json.why" | sed 's/^/    /' | tail -n 25
	fi
}

# lines LINE…: a file of them, whose name is printed; new for each call.
lines() {
	local file
	file=$(mktemp "$work/lines.XXXXXX")
	printf '%s\n' "$@" >"$file"
	echo "$file"
}

# status_is NAME EXPRESSION: of the first token in "ecp status --json", "t".
status_is() {
	json "$1" "(lambda t: $2)(o['tokens'][0])" "$ecp" status --json
}
