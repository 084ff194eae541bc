#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# ecp-token.sh: a person prepares tokens with ecp: init, PINs, keys and certificates deleted, traces; the same by scripts.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/ecp-lib.sh"

# what CARD: its secrets of delivery, and those to come.
secrets() {
	case $1 in
	piv*) so=12345678 factory=123456 pin=13572468 pin2=24681357 pin3=86427531 so2=97531864 ;;
	rutoken*) so=87654321 factory=12345678 pin=key13572468 pin2=key24681357 pin3=key86427531 so2=office97531 ;;
	softhsm) so='' factory='' pin=key13572468 pin2=key24681357 pin3=key86427531 so2=office97531 ;;
	esac
}

asks_so='(PUK|officer).*: $' asks_pin='^PIN of the token.*: $' asks_new='^New PIN.*: $' asks_again='^The same once more.*: $'

# initialised CARD: the token is in use, as a script prepares it.
initialised() {
	"$ecp" init --yes --so-pin-source "$(lines "$so")" --new-so-pin-source "$(lines "$so2")" --pin-source "$(lines "$pin")" \
		>"$work/init.log" 2>&1 || { not_ok "$1: prepared"; cat "$work/init.log"; }
}

# certificate ID LABEL: one for the key ID, written by another program.
certificate() {
	pkcs11-tool --module "$module" --login --pin "$pin" --read-object --type pubkey --id "$1" -o "$work/key.spki" &&
		openssl pkey -pubin -inform DER -in "$work/key.spki" -out "$work/key.pub" &&
		openssl x509 -new -force_pubkey "$work/key.pub" -subj "/O=Example/CN=$2" -CA "$work/ca.pem" -CAkey "$work/ca.key" \
			-days 400 -set_serial 7 -outform DER -out "$work/certificate.der" &&
		pkcs11-tool --module "$module" --login --pin "$pin" --write-object "$work/certificate.der" --type cert --id "$1" --label "$2"
}

inside_init() {
	local card=$1 puk
	ends 10 "$card: init: no is no" typed 'Erase the token.*: $=n' -- "$ecp" init
	told "$card: … and it names the token first" 'Everything on the token ".*would be erased'
	ends 10 "$card: init: nobody to ask is no" setsid "$ecp" init
	ends 2 "$card: init by a script needs to be told the new PUK" "$ecp" init --yes --pin-source "$(lines "$so" "$pin")"
	told "$card: … and says with which options" 'new-so-pin-source'
	ends 7 "$card: init: the factory's PUK is not kept" "$ecp" init --yes --keep-so-pin --pin-source "$(lines "$so" "$pin")"
	ends 7 "$card: init: a PIN that breaks the rule" "$ecp" init --yes --pin-source "$(lines "$so" 1234)" --new-so-pin-source "$(lines "$so2")"
	ends 7 "$card: init: a factory PIN" "$ecp" init --yes --pin-source "$(lines "$so" "$factory")" --new-so-pin-source "$(lines "$so2")"
	ends 0 "$card: init at the terminal" typed --fit 'Erase the token.*: $=y' "$asks_so=$so" "$asks_new=short1" "$asks_new=$pin" \
		"$asks_again=$pin2" "$asks_new=$pin" "$asks_again=$pin" 'press Enter: $=' -- "$ecp" init --label office
	told "$card: … says the rule" 'The new PIN has to have (exactly 8 digits|at least 8 characters, with letters and digits)'
	told "$card: … hears that two were not the same" 'are not the same'
	untold "$card: … a PIN is not shown" "$pin"
	untold "$card: … nor the old PUK" "$(printf ': %s' "$so")"
	puk=$(sed -n 's/.*shown this once: //p' "$work/out")
	ends 0 "$card: the PUK that was shown unblocks" typed "$asks_so=$puk" "$asks_new=$pin" "$asks_again=$pin" -- "$ecp" pin unblock
	ends 0 "$card: a key is made with the PIN alone" "$ecp" key generate --algorithm rsa2048 --id 01 --pin-source "$(lines "$pin")"
	check "$card: another program writes a certificate" certificate 01 alice
	ends 10 "$card: init: what would be lost" typed --fit 'Erase the token.*: $=n' -- "$ecp" init
	told "$card: … names the key" 'key rsa2048'
	told "$card: … and the certificate" 'certificate of alice'
	ends 5 "$card: init: a wrong PUK" "$ecp" init --yes --pin-source "$(lines 11223344 "$pin2")" --new-so-pin-source "$(lines "$so2")"
	status_is "$card: … erases nothing" "len(t['keys']) == 1 and len(t['certificates']) == 1"
	ends 0 "$card: unblocking counts its tries anew" "$ecp" pin unblock --pin-source "$(lines "$puk" "$pin")"
	ends 0 "$card: init again, the PUK typed wrong and right" typed 'Erase.*: $=y' "$asks_so=11223344" "$asks_new=$pin2" "$asks_again=$pin2" \
		"$asks_so=$puk" -- "$ecp" init --new-so-pin-source "$(lines "$so2")"
	status_is "$card: … leaves nothing" "not t['keys'] and not t['certificates'] and t['pin'] == 'ok'"
	json "$card: init for a script" "len(o['erased']['keys']) == 0 and o['so_pin_changed'] is False and o['token']['serial']" \
		"$ecp" init --yes --json --keep-so-pin --so-pin-source "$(lines "$so2")" --pin-source "$(lines "$pin")"
	ends 0 "$card: … and the PIN is the one that was given" "$ecp" key generate --algorithm rsa2048 --pin-source "$(lines "$pin")"
}

inside_pin() {
	local card=$1
	ends 7 "$card: the factory's PIN makes no key" typed ${2:+"$asks_pin=$factory"} -- "$ecp" key generate
	told "$card: … and it is said how to change it" 'ecp pin change'
	ends 7 "$card: a factory PIN is no new PIN" "$ecp" pin change --pin-source "$(lines "$factory" "$factory")"
	ends 0 "$card: the factory's PIN is changed" typed --fit "$asks_pin=$factory" "$asks_new=$pin" "$asks_again=$pin" -- "$ecp" pin change
	ends 7 "$card: the same PIN is no new one" "$ecp" pin change --pin-source "$(lines "$pin" "$pin")"
	told "$card: … and it says so" 'the old one'
	json "$card: changed for a script" "o['pin'] == 'changed'" "$ecp" pin change --json --pin-source "$(lines "$pin" "$pin2")"
	json "$card: a wrong PIN for a script" "o['error']['exit'] == 5" "$ecp" pin change --json --pin-source "$(lines "$pin" "$pin2")"
	ends 0 "$card: changed back from a descriptor" "$ecp" pin change --pin-fd 5 5<"$(lines "$pin2" "$pin")"
	ends 9 "$card: set is for the first PIN" "$ecp" pin set
	ends 2 "$card: a PIN in a URI is refused" "$ecp" pin change --token "pkcs11:?pin-value=$pin"
	untold "$card: … and not repeated" "$pin"
	ends 10 "$card: an empty PIN file" "$ecp" pin change --pin-source /dev/null
	ends 4 "$card: no PIN file" "$ecp" pin change --pin-source "$work/none"
	ends 0 "$card: the PUK is changed" typed "$asks_so=$so" "$asks_so=$so2" "$asks_again=$so2" -- "$ecp" pin change --so
	ends 5 "$card: … the old one is wrong" "$ecp" pin unblock --pin-source "$(lines "$so" "$pin2")"
	ends 0 "$card: … the new one is right" "$ecp" pin unblock --pin-source "$(lines "$so2" "$pin2")"
	ends 0 "$card: changed in a window" env PINENTRY_PROGRAM="$work/pinentry" "$ecp" pin change --pinentry
}

# tries FILE: how many PINs a trace has seen presented.
tries() {
	grep -Eci '00 ?20 ?00 ?(80|02|00|01).*\*\*' "$1"
}

inside_wrong() {
	local card=$1 right
	initialised "$card"
	rm -f "$work/trace"
	ends 5 "$card: a wrong PIN in a file" "$ecp" trace --output "$work/trace" -- "$ecp" key generate --pin-source "$(lines "$pin2" "$pin" "$pin")"
	at_most "$card: … is used once" "$(tries "$work/trace")" 1
	[ "$(tries "$work/trace")" -ge 1 ] && ok "$card: … indeed" || not_ok "$card: … indeed: $(cat "$work/trace")"
	ends 9 "$card: a trace is not overwritten" "$ecp" trace --output "$work/trace" -- true
	rm -f "$work/trace"
	right=$(printf %s "$pin" | od -An -tx1 | tr -d ' \n')
	ends 0 "$card: a trace of a login" "$ecp" trace --output "$work/trace" -- "$ecp" key generate --algorithm rsa2048 --pin-source "$(lines "$pin")"
	if [ -s "$work/trace" ] && ! grep -Fq "$pin" "$work/trace" && ! tr -d ' \n' <"$work/trace" | grep -Fiq "$right"; then
		ok "$card: … does not have the PIN"
	else
		not_ok "$card: … does not have the PIN"
	fi
	if [ "$2" -ge 4 ]; then
		ends 0 "$card: wrong twice, then right" typed "$asks_pin=$pin2" "$asks_pin=$pin3" "$asks_pin=$pin" -- "$ecp" key generate
	else
		ends 5 "$card: wrong twice: the last try is not taken in the same breath" typed "$asks_pin=$pin2" "$asks_pin=$pin3" -- "$ecp" key generate
		told "$card: … and it says that ONE is left" 'ONE try is left'
		status_is "$card: … as status does" "t['pin'] == 'final-try'"
		ends 0 "$card: … then right" typed "$asks_pin=$pin" -- "$ecp" key generate --algorithm p256 --id 02
		told "$card: … after a warning" 'One try is left'
		status_is "$card: … all is well again" "t['pin'] == 'ok'"
	fi
	for _ in $(seq "$2"); do "$ecp" key generate --pin-source "$(lines "$pin2")" >"$work/out" 2>&1; done
	ends 6 "$card: a locked PIN" "$ecp" key generate --pin-source "$(lines "$pin")"
	told "$card: … is said to need unblocking" 'ecp pin unblock'
	status_is "$card: … and shown" "t['pin'] == 'locked'"
	json "$card: … for a script" "o['error']['exit'] == 6" "$ecp" pin change --json --pin-source "$(lines "$pin" "$pin2")"
	ends 5 "$card: unblocking with a wrong PUK" "$ecp" pin unblock --pin-source "$(lines 11223344 "$pin")"
	ends 0 "$card: unblocking" typed --fit "$asks_so=$so2" "$asks_new=$pin3" "$asks_again=$pin3" -- "$ecp" pin unblock
	status_is "$card: … works" "t['pin'] == 'ok'"
	ends 0 "$card: … with the new PIN" "$ecp" pin change --pin-source "$(lines "$pin3" "$pin")"
}

# shown NAME USER OFFICER ENGLISH RUSSIAN: the states for a script, and what a person reads in both languages.
shown() {
	status_is "$1" "t['pin'] == '$2' and t['so_pin'] == '$3'"
	ends 0 "… at a terminal" typed --fit -- "$ecp" status
	told "… in words" "$4"
	ends 0 "… in Russian" typed --fit -- env LANGUAGE=ru "$ecp" status
	told "… in words" "$5"
}

# count_down ROLE: tries are lost until status says nothing better than STATE of ROLE, "pin" or "so_pin".
count_down() {
	local role=$1 state=$2 _
	for _ in $(seq 12); do
		"$ecp" status --json | grep -Eq "\"$role\": \"($state|locked)\"" && return
		case $role in
		pin) "$ecp" pin change --pin-source "$(lines "$pin2" "$pin3")" ;;
		*) "$ecp" pin unblock --pin-source "$(lines 11223344 "$pin3")" ;;
		esac >"$work/out" 2>&1
	done
}

inside_states() {
	local card=$1
	initialised "$card"
	shown "$card: PINs that are in order" ok ok 'PIN: .*in order' 'PIN-код: .*в порядке'
	if [ "$card" = piv ]; then # a Rutoken does not say how many tries it gives
		count_down pin count-low
		shown "$card: a wrong PIN" count-low ok 'PIN: .*wrong PINs were entered; tries are left' 'PIN-код: .*вводили неверный; попытки ещё есть'
	fi
	count_down pin final-try
	shown "$card: one try" final-try ok 'PIN: .*ONE try is left' 'PIN-код: .*осталась ОДНА попытка'
	count_down pin locked
	shown "$card: a locked PIN" locked ok 'PIN: .*locked: unblock it with "ecp pin unblock"' 'PIN-код: .*заблокирован: разблокирует «ecp pin unblock»'
	if [ "$card" = piv ]; then
		count_down so_pin count-low
		shown "$card: a wrong PUK" locked count-low "officer's PIN: .*wrong PINs were entered" 'администратора: .*вводили неверный'
	fi
	count_down so_pin final-try
	shown "$card: one try for the PUK" locked final-try "officer's PIN: .*ONE try is left" 'администратора: .*осталась ОДНА попытка'
	count_down so_pin locked
	shown "$card: a locked PUK" locked locked "officer's PIN: .*locked: it can unblock nothing" 'администратора: .*заблокирован: разблокировать им больше ничего'
	told "$card: … and what can be done" 'PIN-код: .*некоторые токены можно стереть'
	ends 22 "$card: doctor knows" "$ecp" doctor
	told "$card: … and sends nobody to unblock" 'can be erased with "ecp init"'
	untold "$card: … indeed" 'ecp pin unblock'
}

inside_delete() {
	local card=$1
	initialised "$card"
	"$ecp" key generate --algorithm rsa2048 --id 01 --label one --pin-source "$(lines "$pin")" >"$work/out" 2>&1
	"$ecp" key generate --algorithm rsa2048 --id 02 --label two --pin-source "$(lines "$pin")" >"$work/out" 2>&1
	check "$card: another program writes a certificate" certificate 01 alice
	ends 10 "$card: cert delete: no is no" typed --fit "$asks_pin=$pin" 'Delete the certificate.*: $=n' -- "$ecp" cert delete
	told "$card: … and it names whose it is" 'certificate of alice'
	ends 10 "$card: key delete: no is no" typed --fit "$asks_pin=$pin" 'Delete the key.*: $=' -- "$ecp" key delete --key 01
	told "$card: … and it names the key" 'key rsa2048'
	told "$card: … and the certificate that goes with it" 'certificate of alice'
	status_is "$card: … and nothing is gone" "len(t['keys']) == 2 and len(t['certificates']) == 1"
	ends 4 "$card: key delete: which one?" "$ecp" key delete --yes --pin-source "$(lines "$pin")"
	ends 4 "$card: key delete: there is none of that name" "$ecp" key delete --yes --key nobody --pin-source "$(lines "$pin")"
	ends 0 "$card: cert delete" typed "$asks_pin=$pin" 'Delete the certificate.*: $=y' -- "$ecp" cert delete --certificate 01
	status_is "$card: … leaves the keys" "len(t['keys']) == 2 and not t['certificates']"
	json "$card: key delete for a script" "o['deleted']['id'] == '02'" "$ecp" key delete --json --yes --key 02 --pin-source "$(lines "$pin")"
	status_is "$card: … leaves the other" "[k['id'] for k in t['keys']] == ['01']"
	check "$card: a certificate again" certificate 01 bob
	ends 0 "$card: key and certificate" "$ecp" key delete --yes --with-certificate --pin-source "$(lines "$pin")"
	status_is "$card: … are gone" "not t['keys'] and not t['certificates']"
}

# issued ID NAME SERIAL: name.der, a certificate that the key ID asked for.
issued() {
	"$ecp" request --profile plain --cn "$2" --yes --force --key "$1" --out "$work/issued.pem" ${token:+--token "$token"} \
		--pin-source "$(lines "$pin")" >"$work/out" 2>&1 &&
		openssl x509 -req -in "$work/issued.pem" -CA "$work/ca.pem" -CAkey "$work/ca.key" -days 400 -set_serial "$3" \
			-outform DER -out "$work/$2.der" 2>/dev/null
}

# The management key is the factory's, and the PIN does not protect it.
inside_officer() {
	local card=$1 key=010203040506070801020304050607080102030405060708
	ends 0 "$card: the factory's PIN is changed" "$ecp" pin change --pin-source "$(lines "$factory" "$pin")"
	ends 0 "$card: the management key makes a key" "$ecp" key generate --so --algorithm p256 --id 02 --so-pin-source "$(lines "$key")"
	check "$card: its certificate is issued" issued 02 alice 8
	ends 1 "$card: import: the PIN gives no right" "$ecp" import "$work/alice.der" --pin-source "$(lines "$pin")"
	told "$card: … and it is said what does" 'ecp import --so'
	ends 5 "$card: import: a wrong management key" "$ecp" import "$work/alice.der" --so --so-pin-source "$(lines "${key}00")"
	status_is "$card: … and nothing is there" "not t['certificates']"
	ends 0 "$card: import with the management key" typed --fit "$asks_so=$key" -- "$ecp" import --so "$work/alice.der"
	status_is "$card: … the key has its certificate" "t['certificates'][0]['subject'] == 'CN=alice' and t['keys'][0]['has_certificate']"
	check "$card: another one of the key is issued" issued 02 bob 9
	ends 1 "$card: import: the PIN gives no right to replace" "$ecp" import "$work/bob.der" --force --pin-source "$(lines "$pin")"
	told "$card: … the old one stays" 'is still there'
	ends 0 "$card: the management key replaces it, from a descriptor" "$ecp" import "$work/bob.der" --force --so --so-pin-fd 5 5<"$(lines "$key")"
	status_is "$card: … indeed" "[c['subject'] for c in t['certificates']] == ['CN=bob']"
	ends 1 "$card: cert delete: the PIN gives no right" "$ecp" cert delete --yes --pin-source "$(lines "$pin")"
	ends 0 "$card: … the management key does" "$ecp" cert delete --yes --so --so-pin-source "$(lines "$key")"
	ends 1 "$card: key delete: the PIN gives no right" "$ecp" key delete --yes --pin-source "$(lines "$pin")"
	ends 0 "$card: … the management key does" "$ecp" key delete --yes --so --so-pin-source "$(lines "$key")"
	status_is "$card: … and nothing is left" "not t['keys'] and not t['certificates']"
}

# several: a key with three certificates is deleted with all of them; another key keeps its own.
several() {
	local name words named=(--token "$token" --pin-source "$(lines "$pin")")
	"$ecp" key generate --algorithm rsa2048 --id 01 "${named[@]}" >"$work/out" 2>&1 || not_ok "several: a key"
	"$ecp" key generate --algorithm rsa2048 --id 02 "${named[@]}" >"$work/out" 2>&1 || not_ok "several: another key"
	for words in '01 alice 11' '01 bob 12' '01 carol 13' '02 dora 14'; do
		# shellcheck disable=SC2086 # words
		issued $words || not_ok "several: issued $words"
		name=${words#* } name=${name% *}
		pkcs11-tool --module "$module" --token-label "$token" --login --pin "$pin" --write-object "$work/$name.der" --type cert \
			--id "${words%% *}" --label "$name" >"$work/out" 2>&1 || not_ok "several: written $words"
	done
	ends 10 "several: key delete: no is no" typed --fit "$asks_pin=$pin" 'Delete the key and its certificates.*: $=n' -- \
		"$ecp" key delete --key 01 --with-certificate --token "$token"
	for name in alice bob carol; do
		told "several: … it names what would be lost, $name" "certificate of $name, from Example CA"
	done
	untold "several: … and not another key's" dora
	ends 10 "several: key delete without them: no is no" typed --fit "$asks_pin=$pin" 'Delete the key.*: $=n' -- "$ecp" key delete --key 01 --token "$token"
	for name in alice bob carol; do
		told "several: … it names what would be worth nothing, $name" "the certificate of $name is worth nothing without it"
	done
	json "several: key delete with them" "sorted(c['subject'] for c in o['deleted_certificates']) == ['CN=alice', 'CN=bob', 'CN=carol']" \
		"$ecp" key delete --json --yes --key 01 --with-certificate "${named[@]}"
	status_is "several: … the other key and its certificate stay" "[c['subject'] for c in t['certificates']] == ['CN=dora'] and len(t['certificates']) == 1"
}

# pulled NAME STEP… -- COMMAND…: the card is pulled out when STEP, the last question, is asked; then it is answered.
pulled() {
	local name=$1
	shift
	"$vcard" ctl insert >/dev/null
	ends 11 "$name" typed "$@"
	told "$name: and it says what to do" 'Plug'
	"$vcard" ctl insert >/dev/null
}

inside_pulled() {
	local card=$1 out="$vcard ctl remove"
	initialised "$card"
	"$ecp" key generate --algorithm rsa2048 --id 01 --pin-source "$(lines "$pin")" >"$work/out" 2>&1
	certificate 01 alice >"$work/out" 2>&1
	pulled "$card: pulled out at a PIN" "$asks_pin=>$out" "$asks_pin=$pin" -- "$ecp" key generate --id 02
	pulled "$card: pulled out at a new PIN" "$asks_pin=$pin" "$asks_new=$pin2" "$asks_again=>$out" "$asks_again=$pin2" -- "$ecp" pin change
	pulled "$card: pulled out at a PUK" "$asks_so=>$out" "$asks_so=$so2" -- "$ecp" pin unblock
	pulled "$card: pulled out at the question of cert delete" "$asks_pin=$pin" 'Delete.*: $=>'"$out" 'Delete.*: $=y' -- "$ecp" cert delete
	pulled "$card: pulled out at the question of key delete" "$asks_pin=$pin" 'Delete.*: $=>'"$out" 'Delete.*: $=y' -- "$ecp" key delete
	pulled "$card: pulled out at the question of init" 'Erase.*: $=>'"$out" 'Erase.*: $=y' "$asks_so=$so2" "$asks_new=$pin" "$asks_again=$pin" \
		-- "$ecp" init --keep-so-pin
	status_is "$card: … and nothing was lost" "len(t['keys']) == 1 and len(t['certificates']) == 1"
	ends 0 "$card: … the PIN least of all" "$ecp" pin change --pin-source "$(lines "$pin" "$pin2")"
	"$vcard" ctl remove >/dev/null
	ends 3 "$card: init without a token" "$ecp" init --yes
	"$vcard" ctl insert >/dev/null
	"$vcard" ctl fault after=40 drop >/dev/null
	ends 11 "$card: pulled out while it is erased" "$ecp" init --yes --keep-so-pin --so-pin-source "$(lines "$so2")" --pin-source "$(lines "$pin")"
	"$vcard" ctl off >/dev/null
	"$vcard" ctl insert >/dev/null
	ends 0 "$card: … and init again repairs it" "$ecp" init --yes --keep-so-pin --so-pin-source "$(lines "$so2")" --pin-source "$(lines "$pin")"
	ends 0 "$card: … the PIN is set" "$ecp" pin change --pin-source "$(lines "$pin" "$pin2")"
}

inside_nist() {
	local key=010203040506070801020304050607080102030405060708
	printf '[piv]\noverwrite = yes\n' >"$work/overwrite.conf"
	ends 12 "nist: a card that cannot be erased" "$ecp" init --yes --so-pin-source "$(lines 12345678)" --new-so-pin-source "$(lines 97531864)" --pin-source "$(lines 13572468)"
	told "nist: … says that nothing was changed" 'nothing was changed'
	ends 0 "nist: its factory PIN is changed" "$ecp" pin change --pin-source "$(lines 123456 13572468)"
	ends 7 "nist: letters are no PIN for it" "$ecp" pin change --pin-source "$(lines 13572468 secret13)"
	ends 1 "nist: the PIN makes no key" "$ecp" key generate --pin-source "$(lines 13572468)"
	told "nist: … and it is said how" '--so'
	ends 5 "nist: a wrong management key" "$ecp" key generate --so --so-pin-source "$(lines "${key}0" )"
	ends 8 "nist: no key where there may be one" "$ecp" key generate --so --so-pin-source "$(lines "$key")"
	told "nist: … and it is said what can be done" '--id'
	export ECP_PKCS11_CONF=$work/overwrite.conf
	ends 0 "nist: the management key makes one" typed "$asks_so=$key" -- "$ecp" key generate --so --algorithm p256
	told "nist: … and it is said that it is not seen yet" 'only when a certificate'
}

inside_russian() {
	export LC_ALL='' LANG=ru_RU.UTF-8
	ends 0 "по-русски: init" typed --fit 'Стереть токен.*: $=да' '(PUK|администратора).*: $=12345678' 'Новый PIN.*: $=1234' 'Новый PIN.*: $=13572468' \
		'ещё раз.*: $=13572468' 'Enter: $=' -- "$ecp" init
	told "по-русски: … правило" 'ровно 8 цифр'
	ends 0 "по-русски: pin change" typed --fit '^PIN-код.*: $=13572468' 'Новый PIN.*: $=24681357' 'ещё раз.*: $=24681357' -- "$ecp" pin change
	told "по-русски: … сказано, что сделано" 'изменён'
	ends 5 "по-русски: неверный PIN-код" "$ecp" pin change --pin-source "$(lines 13572468 24681357)"
	told "по-русски: … и что делать" 'Что делать'
	ends 0 "по-русски: status" typed --fit -- env NO_COLOR=1 "$ecp" status
	untold "по-русски: … NO_COLOR" "$(printf '\033[')"
	ends 0 "по-русски: status" typed --fit -- "$ecp" status
	told "по-русски: … в цвете" "$(printf '\033\\[')"
}

softhsm() {
	local library
	library=$(find /usr/lib -name libsofthsm2.so | head -n 1)
	mkdir -p "$work/softhsm"
	printf 'directories.tokendir = %s\n' "$work/softhsm" >"$work/softhsm.conf"
	export SOFTHSM2_CONF=$work/softhsm.conf ECP_MODULE=$library module=$library
	secrets softhsm
	ends 0 "softhsm: a blank token" typed --fit "$asks_new=$pin" "$asks_again=$pin" 'press Enter: $=' -- "$ecp" init --label office
	so=$(sed -n 's/.*shown this once: //p' "$work/out")
	status_is "softhsm: … is ready" "t['label'] == 'office' and t['pin'] == 'ok'"
	ends 0 "softhsm: wrong PIN twice, then right" typed "$asks_pin=$pin2" "$asks_pin=$pin3" "$asks_pin=$pin" -- "$ecp" key generate --token office --id 01
	ends 0 "softhsm: pin change" "$ecp" pin change --token office --pin-source "$(lines "$pin" "$pin2")"
	ends 0 "softhsm: pin unblock, with the PIN that was shown" "$ecp" pin unblock --token office --pin-source "$(lines "$so" "$pin")"
	ends 0 "softhsm: the security officer's PIN is changed" "$ecp" pin change --so --token office --pin-source "$(lines "$so" "$so2")"
	ends 10 "softhsm: init of a token in use" typed 'Erase.*: $=n' -- "$ecp" init --token office
	ends 5 "softhsm: init with the wrong PIN" "$ecp" init --yes --token office --keep-so-pin --so-pin-source "$(lines "$so")" --pin-source "$(lines "$pin")"
	status_is "softhsm: … erases nothing" "len(t['keys']) == 1"
	ends 0 "softhsm: key delete" typed "$asks_pin=$pin" 'Delete the key.*: $=y' -- "$ecp" key delete --token office
	ends 0 "softhsm: init again" "$ecp" init --yes --token office --keep-so-pin --so-pin-source "$(lines "$so2")" --pin-source "$(lines "$pin2")"
	ends 0 "softhsm: … with a new PIN" "$ecp" key generate --token office --pin-source "$(lines "$pin2")"
	pin=$pin2
	token=office several
	officer=$(lines "$so2")
	ends 1 "softhsm: the security officer does not see the private key" "$ecp" key delete --yes --token office --key 02 --so --so-pin-source "$officer"
	told "softhsm: … so that half of it would stay" 'does not show private keys to the security officer; nothing was deleted'
	status_is "softhsm: … and nothing is gone" "len(t['keys']) == 2 and len(t['certificates']) == 1"
	token=office issued 02 erna 15 || not_ok "softhsm: issued"
	ends 0 "softhsm: but puts a certificate beside its public half" "$ecp" import "$work/erna.der" --force --token office --so --so-pin-source "$officer"
	status_is "softhsm: … in the place of the old one" "[c['subject'] for c in t['certificates']] == ['CN=erna']"
	pin=key13572468
	ends 0 "softhsm: a token of a script" "$ecp" init --label second --new-so-pin-source "$(lines "$so2")" --pin-source "$(lines "$pin")"
	ends 3 "softhsm: two tokens, and none is named" "$ecp" pin change --pin-source "$(lines "$pin" "$pin3")"
	pkcs11-tool --module "$library" --init-token --slot-index 2 --label third --so-pin "$so2" >"$work/out" 2>&1
	ends 7 "softhsm: a token without a PIN" "$ecp" key generate --token third --pin-source "$(lines "$pin")"
	told "softhsm: … is said to need one" 'ecp pin set'
	ends 0 "softhsm: pin set" typed "$asks_so=$so2" "$asks_new=$pin" "$asks_again=$pin" -- "$ecp" pin set --token third
	ends 0 "softhsm: … sets it" "$ecp" key generate --token third --pin-source "$(lines "$pin")"
}

if [ "${1:-}" = --inside ]; then
	secrets "$3"
	"inside_$2" "$3" "${@:4}"
	exit "$failures"
fi
export ECP_WORK=$work
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/ca.key" -out "$work/ca.pem" -days 3650 -subj "/CN=Example CA" \
	-addext keyUsage=critical,keyCertSign 2>/dev/null

# on CARD TOPIC …
on() {
	local card=$1 topic=$2
	shift 2
	timeout 600 "$vcard" run --card "$card" -- "$0" --inside "$topic" "$card" "$@" || failures=$((failures + 1))
}

# A pinentry that answers with the lines of a file, one for each question.
write_pinentry() {
	printf '%s\n' '#!/bin/sh' "echo 'OK ready'" 'while read -r word rest; do' 'case $word in' \
		"GETPIN) read -r line <'$work/answers'; sed -i 1d '$work/answers'; echo \"D \$line\"; echo OK ;;" 'BYE) exit 0 ;;' \
		'*) echo OK ;;' 'esac' 'done' >"$work/pinentry"
	chmod +x "$work/pinentry"
}

write_pinentry
for card in piv rutoken; do
	secrets $card
	printf '%s\n' "$pin2" "$pin" "$pin" >"$work/answers"
	on $card init
	on $card pin ${card#piv}
	on $card delete
	on $card pulled
	on $card states
done
secrets piv
on piv officer
on piv wrong 3
on rutoken wrong 10
on piv:nist nist
on piv russian
softhsm
finish
