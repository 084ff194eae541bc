#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# ecp-ways.sh: what the scripts about single commands leave out: every way to name things, every command for a script and at
# a terminal, every algorithm, a token that is pulled out under each command, and the Russian catalogue.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/ecp-lib.sh"
pin=13572468 so2=97531864

# issue REQUEST CERTIFICATE DAYS
issue() {
	openssl x509 -req -in "$1" -CA "$work/ca.pem" -CAkey "$work/ca.key" -set_serial "$RANDOM" -days "$3" -outform DER -out "$2" \
		-extfile "$work/extensions" >"$work/out" 2>&1
}

prepare() {
	"$ecp" init --yes --so-pin-source "$(lines 12345678)" --new-so-pin-source "$(lines "$so2")" --pin-source "$(lines "$pin")" >"$work/out" 2>&1 ||
		not_ok "a token is prepared"
}

inside_names() {
	local uri
	cd "$work" || exit 1
	prepare
	json "key generate for a script" "o['key']['algorithm'] == 'p256' and o['key']['id'] == '02'" \
		"$ecp" key generate --json --algorithm p256 --id 02 --pin-source "$(lines "$pin")"
	uri=$("$ecp" status --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["tokens"][0]["uri"])')
	json "the URI that status tells names the token" "len(o['tokens']) == 1" "$ecp" status --json --token "$uri"
	ends 3 "another token's URI names none" "$ecp" status --token 'pkcs11:serial=nobody'
	ends 0 "a key by its URI, the PIN by the token's" "$ecp" request --profile plain --cn ways --yes --out request.pem \
		--token "$uri?pin-source=file:$(lines "$pin")" --key 'pkcs11:id=%02;type=private'
	check "… is the key of the request" openssl req -in request.pem -noout -verify
	check "an authority issues" issue request.pem issued.cer 400
	ends 0 "the certificate goes to the token" "$ecp" import issued.cer --token "$uri" --pin-source "$(lines "$pin")"
	ends 0 "a certificate by its URI, at a terminal" typed --fit -- "$ecp" export --certificate 'pkcs11:id=%02' --out exported.cer
	check "… is the one that was issued" cmp issued.cer exported.cer
	ends 4 "a URI that names another certificate" "$ecp" export --certificate 'pkcs11:id=%03' --out other.cer
	echo text >text
	ends 0 "test at a terminal" typed --fit '^PIN.*: $='"$pin" -- "$ecp" test --trust ca.pem
	json "test for a script" "'error' not in o" "$ecp" test --json --trust ca.pem --pin-source "$(lines "$pin")"
	ends 0 "sign with the certificate's URI" "$ecp" sign text --certificate 'pkcs11:id=%02' --pin-source "$(lines "$pin")"
	ends 0 "verify at a terminal" typed --fit -- "$ecp" verify text.sig text --trust ca.pem
	ends 0 "trace at a terminal" typed --fit -- "$ecp" trace --output trace.log -- "$ecp" status
	ends 127 "trace of a command that is not there" "$ecp" trace --output nothing.log -- /nowhere/command
	told "… is told" '"/nowhere/command" cannot be started: No such file'
	check "… and leaves no record" test ! -e nothing.log
	ends 126 "… of one that is none" "$ecp" trace --output nothing.log -- ./text
	check "… neither does that" test ! -e nothing.log
	json "… for a script" "o['error']['exit'] == 127" "$ecp" trace --json --output nothing.log -- /nowhere/command
	ends 1 "trace of a command that fails ends as it did" "$ecp" trace --output false.log -- false
	check "… with a record" test -s false.log
	json "pin unblock for a script" "'error' not in o" "$ecp" pin unblock --json --pin-source "$(lines "$so2" "$pin")"
	json "cert delete for a script" "o['deleted']['id'] == '02'" "$ecp" cert delete --json --yes --certificate 'pkcs11:id=%02' --pin-source "$(lines "$pin")"
	json "… leaves nothing but the key" "len(o['tokens'][0]['keys']) == 1 and not o['tokens'][0]['certificates']" "$ecp" status --json
}

# What is said must arrive, and goes nowhere else: a descriptor that was closed is not the card's, nor a file's.
inside_streams() {
	local pin_file command
	cd "$work" || exit 1
	prepare
	pin_file=$(lines "$pin")
	"$ecp" key generate --algorithm p256 --id 01 --pin-source "$pin_file" >"$work/out" 2>&1
	"$ecp" request --profile plain --cn streams --yes --out streams.pem --pin-source "$pin_file" >"$work/out" 2>&1
	issue streams.pem streams.cer 400
	"$ecp" import streams.cer --pin-source "$pin_file" >"$work/out" 2>&1 || not_ok "a certificate on the token"
	for command in status 'status --json' doctor --help --version 'status --help' "test --trust ca.pem --pin-source $pin_file"; do
		ends 1 "ecp ${command%% --pin*} onto a full disk" sh -c "'$ecp' $command >/dev/full"
		told "… says so" 'standard output cannot be written'
		ends 1 "… and with standard output closed" sh -c "'$ecp' $command >&-"
		told "… says so" 'standard output cannot be written'
	done
	ends 1 "all closed: a certificate" sh -c "'$ecp' export --out closed.cer <&- >&- 2>&-"
	check "… is what it was" cmp closed.cer streams.cer
	echo text >streams.txt
	ends 1 "all closed: a signature" sh -c "'$ecp' sign streams.txt --pin-source '$pin_file' <&- >&- 2>&-"
	check "… is nothing but that" "$ecp" verify --trust ca.pem streams.txt.sig
	ends 1 "a signature for standard output, which is closed" sh -c "'$ecp' sign streams.txt --output - --pin-source '$pin_file' >&-"
	ends 1 "a certificate for standard output, which is closed" sh -c "'$ecp' export --out - >&-"
	status_is "the PIN has all its tries" "t['pin'] == 'ok'"
}

# PINs as other programs write them. None costs a try that a person could not have typed.
inside_pin_files() {
	local file=$work/pin.file
	cd "$work" || exit 1
	prepare
	pin_file() { # NAME STATUS FORMAT
		# shellcheck disable=SC2059 # the format is ours
		printf "$3" >"$file"
		ends "$2" "a PIN file $1" "$ecp" key generate --algorithm p256 --pin-source "$file"
	}
	pin_file 'with a newline' 0 "$pin\n"
	pin_file 'without one' 0 "$pin"
	pin_file 'of Windows' 0 "\357\273\277$pin\r\n"
	pin_file 'with more lines' 0 "$pin\n\nmore\n"
	pin_file 'with a NUL' 8 "$pin\0\n"
	told "… is told" 'NUL character'
	pin_file 'with a NUL at its end' 8 "$pin\0"
	pin_file 'with an empty line' 10 "\n$pin\n"
	pin_file 'with nothing' 10 ''
	pin_file 'that is too long' 8 "$(head -c 300 /dev/zero | tr '\0' 1)\n"
	told "… is told" 'too long for a PIN'
	ends 4 "a PIN file that is a folder" "$ecp" key generate --pin-source "$work"
	told "… is told" 'Is a directory'
	ends 4 "a descriptor that is not open" "$ecp" key generate --pin-fd 99
	told "… is told" 'Bad file descriptor'
	printf '%s\n' "$pin" >"$file"
	ends 2 "a descriptor and a file" sh -c "'$ecp' key generate --pin-fd 3 --pin-source '$file' 3<'$file'"
	told "… are not both used" '--pin-fd and --pin-source cannot both be given'
	ends 2 "… for the officer's, either" sh -c "'$ecp' init --yes --so-pin-fd 3 --so-pin-source '$file' 3<'$file'"
	told "… which are named" '--so-pin-fd and --so-pin-source cannot both'
	json "a pinentry that is none, for a script" "'window' in o['error']['message']" \
		env PINENTRY_PROGRAM=/bin/true "$ecp" key generate --json --pinentry
	status_is "… no try was lost" "t['pin'] == 'ok'"
}

inside_algorithms() {
	cd "$work" || exit 1
	prepare
	for algorithm in rsa3072 rsa4096 p384 ed25519; do
		json "key generate makes $algorithm" "o['key']['algorithm'] == '$algorithm'" \
			"$ecp" key generate --json --algorithm "$algorithm" --pin-source "$(lines "$pin")"
	done
	ends 0 "each of them is listed" "$ecp" status
	told "… ed25519 too" 'ed25519'
}

inside_sets() {
	cd "$work" || exit 1
	pin=key13572468
	"$ecp" init --yes --so-pin-source "$(lines 87654321)" --new-so-pin-source "$(lines office97531)" --pin-source "$(lines "$pin")" >"$work/out" 2>&1 ||
		not_ok "a Rutoken is prepared"
	ends 8 "a label that is longer than the token takes" "$ecp" key generate --algorithm gost256 --label "$(printf 'a%.0s' {1..128})" --pin-source "$(lines "$pin")"
	told "… is told" 'the label is longer than the token takes'
	ends 2 "a label that cannot be shown" "$ecp" key generate --algorithm gost256 --label $'a\e[31m' --pin-source "$(lines "$pin")"
	told "… is told" 'cannot be shown: "a.\[31m"'
	for set in CryptoPro-A CryptoPro-B CryptoPro-C; do
		json "key generate makes gost256 $set" "o['key']['algorithm'] == 'gost256 $set'" \
			"$ecp" key generate --json --algorithm gost256 --paramset "$set" --pin-source "$(lines "$pin")"
	done
	ends 12 "gost512 is not there until it is allowed" "$ecp" key generate --algorithm gost512 --pin-source "$(lines "$pin")"
	told "… and it is said where that is written" 'ecp-pkcs11\.conf'
}

# pulled NAME COMMAND…: the card is pulled out under the command at one exchange after another, until it is through with all.
pulled() {
	local name=$1 after status
	shift
	for after in 1 2 3 4 6 8 11 15 20 26 33 60 120; do
		"$vcard" ctl fault after="$after" drop >/dev/null
		timeout 120 "$@" >"$work/out" 2>&1
		status=$?
		"$vcard" ctl off >/dev/null
		"$vcard" ctl insert >/dev/null
		case $status in
		0) break ;;
		3 | 11) ;;
		*) not_ok "$name: pulled out after $after: status $status" && sed 's/^/    /' "$work/out" ;;
		esac
		rm -f request.pem exported.cer renewed.*
	done
	[ "$status" -eq 0 ] && ok "$name: pulled out at any time is told, and in the end it works" || not_ok "$name: never went through ($status)"
	status_is "$name: … the token has what it had" "len(t['certificates']) >= 1 and t['pin'] == 'ok'"
}

inside_pulled() {
	cd "$work" || exit 1
	prepare
	"$ecp" key generate --algorithm p256 --id 01 --pin-source "$(lines "$pin")" >"$work/out" 2>&1
	"$ecp" request --profile plain --cn pulled --yes --out first.pem --pin-source "$(lines "$pin")" >"$work/out" 2>&1
	issue first.pem first.cer 400
	"$ecp" import first.cer --pin-source "$(lines "$pin")" >"$work/out" 2>&1 || not_ok "a certificate on the token"
	lines "$pin" >pinfile.name
	pulled status "$ecp" status
	pulled export "$ecp" export --out exported.cer
	pulled request "$ecp" request --profile plain --cn pulled --yes --force --out request.pem --pin-source "$(cat pinfile.name)"
	pulled test "$ecp" test --trust ca.pem --pin-source "$(cat pinfile.name)"
}

inside_days() {
	cd "$work" || exit 1
	prepare
	"$ecp" key generate --algorithm p256 --id 01 --pin-source "$(lines "$pin")" >"$work/out" 2>&1
	"$ecp" request --profile plain --cn days --yes --out days.pem --pin-source "$(lines "$pin")" >"$work/out" 2>&1
	export LANG=ru_RU.UTF-8 LC_ALL=''
	for days in 1 2 5; do
		issue days.pem days.cer "$days"
		"$ecp" import days.cer --force --pin-source "$(lines "$pin")" >"$work/out" 2>&1 || not_ok "a certificate of $days days"
		ends 20 "по-русски: сертификат на $days" "$ecp" status
		case $days in 1) told "… день" '1 день' ;; 2) told "… дня" '2 дня' ;; 5) told "… дней" '5 дней' ;; esac
	done
	told "… дата" "$(date -u -d '+5 days' +%d.%m.%Y)"
}

if [ "${1:-}" = --inside ]; then
	"inside_$2"
	exit "$failures"
fi
export ECP_WORK=$work
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/ca.key" -out "$work/ca.pem" -days 3650 -subj "/CN=Example CA" \
	-addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
printf '%s\n' 'basicConstraints = critical,CA:FALSE' 'keyUsage = critical,digitalSignature,nonRepudiation' >"$work/extensions"
for topic in names streams pin_files algorithms pulled days; do
	timeout 600 "$vcard" run --card piv -- "$0" --inside $topic || failures=$((failures + $?))
done
timeout 600 "$vcard" run --card rutoken -- "$0" --inside sets || failures=$((failures + $?))

# another module by its option
softhsm=$(first_file /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so)
mkdir "$work/softhsm"
printf 'directories.tokendir = %s\n' "$work/softhsm" >"$work/softhsm.conf"
export SOFTHSM2_CONF=$work/softhsm.conf
ends 0 "another module by --module" "$ecp" init --module "$softhsm" --label other --new-so-pin-source "$(lines office97531)" \
	--pin-source "$(lines key13572468)"
json "… has the token" "[t['label'] for t in o['tokens'] if t['initialized']] == ['other']" "$ecp" status --json --module "$softhsm"

# The catalogue has every message, and none is empty or guessed.
cd "$source_dir" || exit 1
check "the messages are taken from the sources" xgettext --from-code=UTF-8 --language=C --keyword=_ --keyword=N_ --package-name=ecp \
	-o "$work/ecp.pot" tool/*.c tool/*.h
check "every message is there in Russian" msgcmp po/ru.po "$work/ecp.pot"
finish
