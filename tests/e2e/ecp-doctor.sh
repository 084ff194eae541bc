#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# ecp-doctor.sh: "ecp doctor" finds what is wrong, each thing made wrong on purpose; and "ecp status" in time for cron.
source "$(dirname "$0")/lib.sh"
source "$(dirname "$0")/ecp-lib.sh"
so=12345678 so2=97531864 pin=13572468 pin2=24681357

# finds NAME ID LEVEL CERTAIN [ARGUMENT…]: "ecp doctor" has that finding, says it and ends accordingly.
finds() {
	local name=$1 id=$2 level=$3 certain=$4
	shift 4
	json "$name" "[f for f in o['findings'] if f['id'] == '$id' and f['level'] == '$level' and f['certain'] is $certain]" \
		"$ecp" doctor --json "$@"
}

# quiet NAME ID…: "ecp doctor" does not have these findings.
quiet() {
	local name=$1
	shift
	json "$name" "not {f['id'] for f in o['findings']} & set('$*'.split())" "$ecp" doctor --json
}

ready() {
	"$ecp" init --yes --so-pin-source "$(lines "$so")" --new-so-pin-source "$(lines "$so2")" --pin-source "$(lines "$pin")" >"$work/out" 2>&1
	"$ecp" key generate --algorithm rsa2048 --id 01 --pin-source "$(lines "$pin")" >>"$work/out" 2>&1 || { not_ok "a key"; cat "$work/out"; }
}

# write ID KEY.pub FROM TO NAME: a certificate for the public key, valid from one day to the other (days from now).
write() {
	{
		printf 'cn = "%s"\nserial = 9\nsigning_key\n' "$5"
		printf 'activation_date = "%s"\nexpiration_date = "%s"\n' "$(date -u -d "$3 days" '+%Y-%m-%d %H:%M:%S')" \
			"$(date -u -d "$4 days" '+%Y-%m-%d %H:%M:%S')"
	} >"$work/template"
	certtool --generate-certificate --load-pubkey "$2" --load-ca-certificate "$work/ca.pem" --load-ca-privkey "$work/ca.key" \
		--template "$work/template" --outder --outfile "$work/certificate.der" 2>"$work/certtool.log" &&
		pkcs11-tool --module "$module" --login --pin "$pin" --delete-object --type cert --id "$1" >"$work/delete.log" 2>&1
	pkcs11-tool --module "$module" --login --pin "$pin" --write-object "$work/certificate.der" --type cert --id "$1" --label "$5"
}

inside_token() {
	local card=$1
	pkcs11-tool --module "$module" --read-object --type pubkey --id 01 -o "$work/key.spki" >"$work/out" 2>&1
	openssl pkey -pubin -inform DER -in "$work/key.spki" -out "$work/key.pub"
	finds "$card: a key without a certificate" key-without-certificate hint True
	ends 0 "$card: … is not in the way" "$ecp" doctor
	check "$card: a certificate" write 01 "$work/key.pub" -10 400 alice
	quiet "$card: key and certificate are in order" key-without-certificate certificate-without-key certificate-key-mismatch \
		certificate-expired certificate-not-yet-valid pin-factory
	ends 0 "$card: … and fit the terminal" typed --fit -- "$ecp" doctor
	told "$card: … and it says so" 'certificate of alice is valid today'
	ends 0 "$card: status: nothing ends soon" "$ecp" status
	ends 20 "$card: status: a certificate ends within --warn" "$ecp" status --warn 450
	json "$card: status for a script says so" "o['exit'] == 20 and o['tokens'][0]['certificates'][0]['days_left'] in (399, 400)" \
		"$ecp" status --json --warn 450
	check "$card: a certificate that ended" write 01 "$work/key.pub" -400 -10 alice
	finds "$card: expired" certificate-expired problem True
	ends 22 "$card: … is in the way" "$ecp" doctor
	ends 21 "$card: status: expired" "$ecp" status
	check "$card: a certificate of the future" write 01 "$work/key.pub" 10 400 alice
	finds "$card: not yet valid" certificate-not-yet-valid problem True
	ends 21 "$card: status: not yet valid" "$ecp" status
	check "$card: a certificate for another key" write 01 "$work/other.pub" -10 400 mallory
	finds "$card: mismatch" certificate-key-mismatch problem True
}

inside_piv() {
	finds "piv: the factory's PIN" pin-factory problem True
	ready
	inside_token piv
	"$ecp" cert delete --yes --pin-source "$(lines "$pin")" >"$work/out" 2>&1
	check "piv: a certificate in another place" write 02 "$work/other.pub" -10 400 mallory
	finds "piv: a certificate without a key, likely" certificate-without-key problem False
	finds "piv: … certainly" certificate-without-key problem True --login --pin-source "$(lines "$pin")"
	ends 5 "piv: --login with a wrong PIN" "$ecp" doctor --login --pin-source "$(lines "$pin2")"
	for _ in 1 2 3; do "$ecp" pin change --pin-source "$(lines "$pin2")" >"$work/out" 2>&1; done
	finds "piv: a locked PIN" pin-locked problem True
	finds "the module is not there" module problem True --module /nowhere/libecp-pkcs11.so
	finds "a token that is not there" no-token problem True --token nobody
	json "held exclusively" "[f for f in o['findings'] if f['id'] == 'card-held' and f['certain']]" \
		"$source_dir/tests/e2e/holding.py" exclusive "$ecp" doctor --json
	json "held in a transaction" "[f for f in o['findings'] if f['id'] == 'card-held']" \
		"$source_dir/tests/e2e/holding.py" transaction "$ecp" doctor --json
	check "a library that refuses" "${CC:-cc}" -shared -fPIC -o "$work/refusing.so" "$source_dir/tests/e2e/refusing.c"
	json "refused by polkit" "[f['id'] for f in o['findings']] == ['pcsc-refused'] and 'polkit' in o['findings'][0]['message']" \
		env LD_PRELOAD="$work/refusing.so" "$ecp" doctor --json
	inside_registration
	"$vcard" ctl remove >/dev/null
	finds "no card" no-token problem True
	"$vcard" ctl stop-daemon >/dev/null
	finds "no daemon" pcsc-not-running problem True
	ends 22 "no daemon, at a terminal" typed --fit -- env LC_ALL= LANG=ru_RU.UTF-8 "$ecp" doctor
	told "… in Russian" 'служба PC/SC'
	"$vcard" ctl start-daemon >/dev/null
}

inside_registration() {
	local folder=$work/.config/pkcs11/modules
	mkdir -p "$folder" "$work/.pki/nssdb"
	printf '# %s\n' "$module" >"$folder/ecp.module"
	finds "not registered with p11-kit: a comment is not enough" not-in-p11-kit hint True
	printf 'module: %s\n' "$module" >"$folder/ecp.module"
	quiet "registered with p11-kit" not-in-p11-kit
	quiet "no NSS database, no complaint" not-in-nss
	printf 'library=\nname=NSS Internal PKCS #11 Module\n' >"$work/.pki/nssdb/pkcs11.txt"
	finds "not registered with NSS" not-in-nss hint True
	printf 'library=%s\nname=ecp\n' "$module" >>"$work/.pki/nssdb/pkcs11.txt"
	quiet "registered with NSS" not-in-nss
}

inside_rutoken() {
	so=87654321 so2=office97531 pin=key13572468 pin2=key24681357
	ready
	inside_token rutoken
}

inside_blank() {
	finds "an unknown card" card-not-known problem True
	told_json "… with its ATR" 'ATR 3B[0-9A-F]+'
}

# An unknown card beside a token that is in order is somebody else's.
inside_second() {
	ready
	finds "a token, and an unknown card in another reader" card-not-known hint True
	ends 0 "… which is not in the way" "$ecp" doctor
	finds "… unless another token was meant" card-not-known problem True --token nobody
	"$vcard" ctl remove >/dev/null
	finds "… or without the token" card-not-known problem True
}

# A card of another kind is left to others: one question to it, and it is said to be there.
inside_openpgp() {
	finds "an OpenPGP card is not a token of ours" card-not-known problem True
	told_json "… and its ATR is told" 'ATR 3B8A010031C573C001C005900098'
	"$vcard" ctl count-reset >/dev/null
	ends 3 "status finds no token" "$ecp" status
	told "… and tells of the card" 'a card that is not known'
	at_most "… which it sent so many commands" "$("$vcard" ctl count | sed -n 's/^apdus=\([0-9]*\) .*/\1/p')" 4
}

# told_json NAME PATTERN: in the last JSON.
told_json() {
	grep -Eq -- "$2" "$work/json" && ok "$1" || not_ok "$1: no $2"
}

softhsm() {
	local library
	library=$(find /usr/lib -name libsofthsm2.so | head -n 1)
	mkdir -p "$work/softhsm"
	printf 'directories.tokendir = %s\n' "$work/softhsm" >"$work/softhsm.conf"
	export SOFTHSM2_CONF=$work/softhsm.conf ECP_MODULE=$library
	finds "softhsm: not prepared" not-prepared hint True
	quiet "softhsm: another module is not measured by our daemon" pcsc-not-running no-reader not-in-p11-kit
	"$ecp" init --label one --new-so-pin-source "$(lines office97531)" --pin-source "$(lines key13572468)" >"$work/out" 2>&1
	"$ecp" key generate --token one --pin-source "$(lines key13572468)" >"$work/out" 2>&1
	finds "softhsm: a key without a certificate" key-without-certificate hint True --token one
}

if [ "${1:-}" = --inside ]; then
	"inside_$2"
	exit "$failures"
fi
export ECP_WORK=$work
openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/ca.key" -out "$work/ca.pem" -days 3650 -subj "/CN=Example CA" \
	-addext keyUsage=critical,keyCertSign 2>/dev/null
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 2>/dev/null | openssl pkey -pubout -out "$work/other.pub"
for card in piv rutoken blank openpgp; do
	timeout 600 "$vcard" run --card $card -- "$0" --inside $card || failures=$((failures + 1))
done
timeout 600 "$vcard" run --card piv --card blank -- "$0" --inside second || failures=$((failures + 1))
softhsm
finish
