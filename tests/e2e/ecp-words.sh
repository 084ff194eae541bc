#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# ecp-words.sh: help, completion and man page of ecp say the same as its tables.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/ecp-lib.sh"
page=$source_dir/doc/ecp.1
export PATH=$build_dir:$PATH

# fields NUMBER WORD…: the first fields of what may follow these words.
words() {
	"$ecp" "$@" --complete | cut -f 1
}

# each_command: a line for each command that runs, "pin set".
each_command() {
	local word sub
	for word in $(words | grep -v '^-'); do
		if words "$word" | grep -q '^--json$'; then
			echo "$word"
		else
			for sub in $(words "$word" | grep -v '^-'); do echo "$word $sub"; done
		fi
	done
}

# section COMMAND: its text in the man page, without formatting.
section() {
	sed 's/\\-/-/g; s/\\f[IP]//g; s/"//g' "$page" | awk -v head=".SS ecp $1" '
		/^\.S[SH] / { inside = index($0 " ", head " ") == 1 }
		inside'
}

# has_words NAME TEXT WORD…: TEXT has every word.
has_words() {
	local name=$1 text=$2 word missing=''
	shift 2
	for word in "$@"; do
		grep -Eq -- "(^|[^a-z-])$word([^a-z-]|\$)" <<<"$text" || missing="$missing $word"
	done
	[ -z "$missing" ] && ok "$name" || not_ok "$name: no$missing"
}

common='--module --token --pin-fd --pin-source --pinentry --yes --json --help'
mapfile -t commands < <(each_command)
[ "${#commands[@]}" -ge 10 ] && ok "${#commands[@]} commands" || not_ok "only ${#commands[@]} commands"
for command in "${commands[@]}"; do
	# shellcheck disable=SC2086 # a command is words
	mapfile -t options < <(words $command | grep '^--')
	# shellcheck disable=SC2086
	has_words "ecp $command --help has each option" "$("$ecp" $command --help)" "${options[@]}"
	# shellcheck disable=SC2086
	ends 0 "ecp $command --help fits the terminal" typed --fit -- "$ecp" $command --help
	# shellcheck disable=SC2086
	ends 0 "… in Russian" typed --fit -- env LC_ALL= LANG=ru_RU.UTF-8 "$ecp" $command --help
	told "… indeed" 'Использование:'
	mapfile -t own < <(printf '%s\n' "${options[@]}" | grep -Fxv -f <(tr ' ' '\n' <<<"$common"))
	text=$(section "$command")
	[ -n "$text" ] && ok "ecp $command has a section in the man page" || not_ok "ecp $command has a section in the man page"
	has_words "… with each option of its own" "$text" "${own[@]}"
done
# shellcheck disable=SC2086
has_words "the common options are in the man page" "$(sed 's/\\-/-/g; /^\.SH COMMANDS/q' "$page")" $common

sed -n 's/^ *EXIT_CODE_[A-Z_]* = \([0-9]*\),.*/\1/p' "$source_dir/tool/exit_code.h" >"$work/numbers"
sed -n '/begin exit status/,/end exit status/s/^\.IP \([0-9]*\).*/\1/p' "$page" >"$work/page"
[ "$(wc -l <"$work/numbers")" -gt 15 ] && check "EXIT STATUS has the numbers of exit_code.h" diff "$work/numbers" "$work/page"
check "the man page has no mistakes that man sees" sh -c '! LC_ALL=C.UTF-8 MANWIDTH=80 man --warnings -l "$1" 2>&1 >/dev/null | grep .' sh "$page"

# bash_completes EXPECTED WORD…: the last word is completed to EXPECTED.
bash_completes() {
	local expected=$1
	shift
	bash -c 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _ecp; echo "${COMPREPLY[*]}"' \
		bash "$source_dir/tool/completion/ecp" "$@" >"$work/out" 2>&1
	[ "$(cat "$work/out")" = "$expected" ] && ok "bash: $* → $expected" || not_ok "bash: $*: $(cat "$work/out")"
}

# zsh_completes PATTERN WORD…: what zsh is given has a line PATTERN.
zsh_completes() {
	local pattern=$1
	shift
	zsh -f -c '_describe() { print -rl -- $names }; _files() { print FILES }; _normal() { print NORMAL }
		file=$1; shift; words=("$@"); CURRENT=$#; _ecp() { source $file }; _ecp' zsh "$source_dir/tool/completion/_ecp" "$@" \
		>"$work/out" 2>&1
	grep -Eqx -- "$pattern" "$work/out" && ok "zsh: $* → $pattern" || not_ok "zsh: $*: $(cat "$work/out")"
}

bash_completes 'set' ecp pin s
bash_completes 'generate delete' ecp key ''
bash_completes '--pin-fd --pin-source --pinentry' ecp pin change --pin
bash_completes '' ecp pin change --pin-source /et
bash_completes '' ecp status --warn ''
bash_completes '' ecp trace -- l
zsh_completes 'unblock:.+' ecp pin u
zsh_completes '--pin-source:.+' ecp pin change --pin
zsh_completes 'FILES' ecp pin change --pin-source /et
zsh_completes 'NORMAL' ecp trace -- l
zsh_completes 'FILES' ecp trace ''

# the notifier, with a notify-send that only tells
notifier=$build_dir/tool/systemd/ecp-status-notify
printf '#!/bin/sh\nprintf "%%s\\n" "$@"\n' >"$work/notify-send"
chmod +x "$work/notify-send"
for status in 0 3 20 21; do
	printf '#!/bin/sh\necho Table\necho "It ends soon."\nexit %s\n' "$status" >"$work/ecp-fake"
	chmod +x "$work/ecp-fake"
	ends 0 "notifier: status $status" env PATH="$work:$PATH" ECP="$work/ecp-fake" "$notifier"
	case $status in
	2?) told "… is told" '^--urgency=' ;;
	*) untold "… is not worth a word" urgency ;;
	esac
done
check "the service runs the notifier where it is installed" grep -q '^ExecStart=/.*/ecp-status-notify$' "$build_dir/tool/systemd/ecp-status.service"
finish
