#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# programs.sh [PROGRAM…]: the tests of programs (tests/apps) with this module, OpenSC's and ykcs11 on the same cards: the APDUs of
# each program's main actions, as one table. Run by "make bench-apps".
#
# What a program does not get done with a module has no number: the commands are those of our pages, and a module may call its
# objects otherwise.
source "$(dirname "$0")/../e2e/lib.sh"
apps=$source_dir/tests/apps
export ECP_APPS_TOKENS=$work/tokens ECP_APPS_DEBS=${ECP_APPS_DEBS:-$work/debs}
export ECP_APPS_READER="Yubico YubiKey" # ykcs11 looks for this name

if [ $# -eq 0 ]; then
	# shellcheck disable=SC2046 # names without spaces
	mapfile -t all < <(basename -s .sh -a $(grep -l '^app_main "' "$apps"/*.sh))
	set -- "${all[@]}"
fi
"$apps/prepare-tokens.sh" "$ECP_APPS_TOKENS" >"$work/tokens.log" 2>&1 || {
	not_ok "tokens are prepared"
	finish
}

# counts NAME MODULE CARDS PROGRAM…: $work/NAME has a line "ACTION<tab>APDUs" for each that was counted.
counts() {
	local name=$1 module_path=$2 cards=$3 program
	shift 3
	for program in "$@"; do
		ECP_MODULE=$module_path ECP_APPS_CARDS=$cards timeout -k 10 900 "$apps/$program.sh" 2>&1
	done | sed -n 's/^\(not \)\{0,1\}ok - \(.*\): APDUs of \(.*\): \([0-9]*\) (limit [0-9]*)$/\2: \3\t\4/p' >"$work/$name"
}
counts ours "$module" "piv-rsa piv-p256 rutoken-rsa" "$@"
counts opensc "$opensc_module" "piv-rsa piv-p256 rutoken-rsa" "$@"
counts ykcs11 "$ykcs11_module" "piv-rsa piv-p256" "$@"
awk -F'\t' -v opensc="$(dpkg-query -W -f '${Version}' opensc-pkcs11)" -v ykcs11="$(dpkg-query -W -f '${Version}' ykcs11)" '
	FILENAME ~ /ours$/ { if (!($1 in ours)) order[++rows] = $1; ours[$1] = $2; next }
	FILENAME ~ /opensc$/ { theirs[$1] = $2; next }
	{ others[$1] = $2 }
	function shown(value) { return value == "" ? "-" : value }
	END {
		printf "| program, card: action | this module | OpenSC %s | ykcs11 %s |\n|---|---|---|---|\n", opensc, ykcs11
		for (i = 1; i <= rows; i++) {
			name = order[i]
			more = (name in theirs && theirs[name] < ours[name]) || (name in others && others[name] < ours[name])
			printf "| %s | %s%s | %s | %s |\n", name, ours[name], more ? " (more)" : "", shown(theirs[name]), shown(others[name])
			total++
			highest += more
		}
		printf "\n%d actions; in %d of them another module needs fewer APDUs\n", total, highest
	}' "$work/ours" "$work/opensc" "$work/ykcs11"
