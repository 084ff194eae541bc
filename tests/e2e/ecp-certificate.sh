#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# ecp-certificate.sh: from a key on a token to its certificate: ecp request, import, export, on virtual PIV and Rutoken
# cards and on SoftHSM2. Requests are checked, and certificates issued, by OpenSSL; for GOST keys with gost-engine.
#
#   tests/e2e/ecp-certificate.sh
# shellcheck disable=SC2317 # functions are called by name
source "$(dirname "$0")/lib.sh"
source "$source_dir/tests/e2e/ecp-issuer.sh"
export ECP_MODULE=$module ECP_WORK=$work TEXTDOMAINDIR=$build_dir/po/locale LC_ALL=C.UTF-8 LANGUAGE=en
here=$(cd "$(dirname "$0")" && pwd)
person=(--surname Иванов --given-name 'Иван Иванович' --inn 500100732259 --snils '112-233-445 95' --email ivan@example.com)

ecp() {
	"$build_dir/ecp" "$@"
}

# exits NAME CODE PATTERN COMMAND…: COMMAND ends with CODE and says PATTERN.
exits() {
	local name=$1 code=$2 pattern=$3 log=$work/exits.log status
	shift 3
	"$@" >"$log" 2>&1 </dev/null
	status=$?
	if [ $status -eq "$code" ] && grep -Eq -- "$pattern" "$log"; then
		ok "$name"
	else
		not_ok "$name: exit $status, not $code, or no \"$pattern\""
		sed 's/^/    /' "$log" | tail -n 12
	fi
}

# as a script does it: nobody at a terminal
alone() {
	setsid -w "$build_dir/ecp" "$@"
}

# json FILTER COMMAND…: what jq's little sister finds in the JSON that COMMAND prints
json() {
	local path=$1
	shift
	"$@" 2>"$work/json.err" | python3 -c '
import json, sys
value = json.load(sys.stdin)
for part in sys.argv[1].split("."):
    value = value[int(part) if part.isdigit() else part]
print(value if isinstance(value, str) else json.dumps(value))' "$path"
}

same() {
	[ -s "$1" ] && cmp "$1" "$2"
}

absent() {
	[ ! -e "$1" ]
}

certificates() {
	json tokens.0.certificates alone status --json | python3 -c 'import json, sys; print(len(json.load(sys.stdin)))'
}

# what is broken before it gets to the token is refused without asking for a PIN: there is none in these commands
requests_that_are_wrong() {
	local r=(alone request --yes --out none.csr)
	exits "$1: a SNILS with a wrong check digit" 8 'SNILS .*mistyped' "${r[@]}" "${person[@]}" --snils '112-233-445 96'
	exits "$1: an INN with a wrong check digit" 8 'INN .*mistyped' "${r[@]}" "${person[@]}" --inn 500100732258
	exits "$1: an INN that is too short" 8 'has 12 digits' "${r[@]}" "${person[@]}" --inn 50010073225
	exits "$1: an OGRNIP with letters" 8 'digits only' "${r[@]}" --profile entrepreneur "${person[@]}" --ogrnip 30450011600015A
	exits "$1: an OGRN with a wrong check digit" 8 'OGRN .*mistyped' "${r[@]}" --profile organisation --ogrn 1027700132194
	exits "$1: an INN of an organisation with a wrong check digit" 8 'mistyped' "${r[@]}" --profile organisation --innle 7707083894
	exits "$1: a value that is missing" 2 'snils is missing' "${r[@]}" --surname Иванов --given-name Иван --inn 500100732259
	exits "$1: a value that does not belong to the profile" 2 'does not belong' "${r[@]}" "${person[@]}" --ogrn 1027700132195
	exits "$1: an e-mail address that is none" 8 'no e-mail' "${r[@]}" "${person[@]}" --email ivan
	exits "$1: a country that is none" 8 'two capital letters' "${r[@]}" "${person[@]}" --country ru
	exits "$1: a profile that is none" 2 'there is no profile' "${r[@]}" --profile emperor
	exits "$1: a control character" 8 'cannot be in a certificate' "${r[@]}" "${person[@]}" --locality $'a\tb'
	printf 'surname = Иванов\nsurnam = Иванов\n' >wrong.ini
	exits "$1: a file with an unknown name" 8 '"surnam" in wrong.ini' "${r[@]}" --file wrong.ini
	printf 'surname\n' >wrong.ini
	exits "$1: a file that is no list of values" 8 'line 1' "${r[@]}" --file wrong.ini
	: >wrong.ini
	exits "$1: an empty file" 8 'is empty' "${r[@]}" --file wrong.ini
	exits "$1: a file that is not there" 4 'cannot be read' "${r[@]}" --file nowhere.ini
	: >there.csr
	exits "$1: a file that exists is left alone" 9 'exists' alone request --yes "${person[@]}" --out there.csr
	check "$1: … and is as it was" test ! -s there.csr
	check "$1: nothing was written" absent none.csr
}

# every kind of key makes a request that OpenSSL verifies
a_request() {
	local card=$1 algorithm=$2
	check "$card: a key, $algorithm" ecp key generate --algorithm "$algorithm" --label "$algorithm" --pin-source pin
	check "$card: a request for it" ecp request --yes --key "$(key_id "$algorithm")" --pin-source pin --out "$algorithm.csr" "${person[@]}"
	says "$card: OpenSSL verifies it" 'verify OK' ssl req -in "$algorithm.csr" -noout -verify
}

what_is_asked_for() {
	local card=$1
	ssl req -in "$2.csr" -noout -subject -nameopt utf8,sep_comma_plus >subject
	check "$card: the name is the person's" grep -q 'C=RU,CN=Иванов Иван Иванович,SN=Иванов,GN=Иван Иванович,INN=500100732259,SNILS=11223344595,emailAddress=ivan@example.com' subject
	ssl req -in "$2.csr" -noout -text >text
	check "$card: signatures and who can deny them" grep -q 'Digital Signature, Non Repudiation' text
	check "$card: the class of the signature tool" grep -q 'Class of Signing Tool KC1' text
	check "$card: the tool's name" grep -A1 -q 'Signing Tool of Subject' text
	check "$card: how the person is to be identified" grep -A1 -q '1.2.643.100.114' text
	check "$card: clients and mail" grep -q 'TLS Web Client Authentication, E-mail Protection' text
}

other_profiles() {
	local card=$1 key=$2
	printf '\xef\xbb\xbf; an organisation\nprofile = organisation\norganisation = ООО "Ромашка, и Ко"\nogrn = 1027700132195\ninnle = 7707083893\ncountry = RU\nstate = 77 Москва\nlocality = Москва\nstreet = ул. Длинная, д. 1\n' >o.ini
	check "$card: an organisation, from a file" ecp request --yes --key "$key" --pin-source pin --file o.ini --der --out o.der
	ssl req -inform DER -in o.der -noout -subject -nameopt utf8,sep_comma_plus >subject
	check "$card: … whose name has quotes and commas" grep -qF 'street=ул. Длинная, д. 1,O=ООО "Ромашка, и Ко",CN=ООО "Ромашка, и Ко"' subject
	check "$card: … and numbers" grep -Eq '(INNLE|1.2.643.100.4)=7707083893,OGRN=1027700132195' subject
	check "$card: the command line goes before the file" ecp request --yes --key "$key" --pin-source pin --file o.ini --locality Химки --out o2.csr
	says "$card: … and is what is asked for" 'L=Химки' ssl req -in o2.csr -noout -subject -nameopt utf8
	check "$card: an entrepreneur" ecp request --yes --key "$key" --pin-source pin --profile entrepreneur "${person[@]}" --ogrnip 304500116000157 --identification 1 --out e.csr
	says "$card: … has his number" 'OGRNIP ?= ?304500116000157' ssl req -in e.csr -noout -subject -nameopt utf8
	check "$card: a plain one, on standard output" sh -c "'$build_dir/ecp' request --yes --key '$key' --pin-source pin --profile plain --cn 'Mail, \"me\"' --email me@example.com --out - >p.csr"
	ssl req -in p.csr -noout -text >text
	check "$card: … has the address twice and nothing Russian" sh -c "grep -q 'email:me@example.com' text && ! grep -q 'Signing Tool' text"
	says "$card: as JSON" 'BEGIN CERTIFICATE REQUEST' json request alone request --json --key "$key" --pin-source pin --profile plain --cn json --out -
	exits "$card: a key that is not there" 4 'there is no key' alone request --yes --key nobody --pin-source pin --profile plain --cn x --out none.csr
	check "$card: --force replaces" ecp request --yes --force --key "$key" --pin-source pin --profile plain --cn forced --out o2.csr
	says "$card: … the file" 'CN ?= ?forced' ssl req -in o2.csr -noout -subject
	exits "$card: a full disk" 1 'cannot be written' full_disk ecp request --yes --key "$key" --pin-source pin --profile plain --cn full --out "\$full/r.csr"
	exits "$card: a wrong PIN" 5 'PIN is wrong' alone request --yes --key "$key" --pin-source wrong.pin --profile plain --cn x --out none.csr
	check "$card: nothing was written" absent none.csr
}

# full_disk COMMAND…: with $full in COMMAND's words a folder on a disk with room for no file (a tmpfs of one page, in a
# mount namespace of its own)
full_disk() {
	local words='' word
	for word in "$@"; do
		case $word in
		ecp) words="$words '$build_dir/ecp'" ;;
		*'$full'*) words="$words \"$word\"" ;;
		*) words="$words '$word'" ;;
		esac
	done
	mkdir -p full
	unshare --user --map-root-user --mount sh -c "
		mount -t tmpfs -o size=4k,nr_inodes=16 none full && full=$PWD/full &&
		head -c 4096 /dev/zero >full/filler && { $words; status=\$?; ls full | grep -v filler; exit \$status; }"
}

# a person answers the questions, mistakes one number, and goes on
typed_request() {
	local card=$1 key=$2
	python3 "$here/typed.py" --seconds 60 \
		'Surname: $=Петрова' 'Given name and patronymic: $=Анна Сергеевна' 'INN of the person: $=500100732259' \
		'SNILS: $=112-233-445 96' 'SNILS: $=112-233-445 95' 'Country \(two letters\) \[RU\]: $=' 'Region \(may stay empty\): $=77 Москва' \
		'Town \(may stay empty\): $=' 'E-mail \(may stay empty\): $=' 'Common name \[Петрова Анна Сергеевна\]: $=' \
		'PIN of the token.*: $='"$(cat pin)" 'Shall the token sign this request\? \(y/n\): $=y' \
		-- "$build_dir/ecp" request --key "$key" --profile person --out typed.csr >typed.log 2>&1
	local status=$?
	if [ $status -eq 0 ] && grep -q 'mistyped' typed.log; then ok "$card: a person answers, and is told of a mistyped number"; else
		not_ok "$card: a person answers ($status)"; sed 's/^/    /' typed.log; fi
	says "$card: … and gets what was said" 'CN ?= ?Петрова Анна Сергеевна' ssl req -in typed.csr -noout -subject -nameopt utf8
	python3 "$here/typed.py" --seconds 60 'PIN of the token.*: $='"$(cat pin)" 'this request\? \(y/n\): $=n' \
		-- "$build_dir/ecp" request --key "$key" --out no.csr --profile plain --cn no --email a@b >typed.log 2>&1
	check "$card: who says no is asked nothing more (exit 10)" test $? -eq 10
	check "$card: … and nothing is written" absent no.csr
	LANGUAGE=ru python3 "$here/typed.py" --seconds 60 'PIN-код токена.*: $='"$(cat pin)" 'запрос токеном\? \(.*\): $=да' \
		-- "$build_dir/ecp" request --key "$key" --out ru.csr --profile plain --cn ru --email a@b >typed.log 2>&1
	local russian=$?
	if [ $russian -eq 0 ] && grep -q 'Запрос находится в файле' typed.log; then ok "$card: the same in Russian"; else
		not_ok "$card: the same in Russian ($russian)"; sed 's/^/    /' typed.log; fi
}

# crossed_by ISSUER OUT [START END]: a certificate of the authority "mid".
crossed_by() {
	ssl ca -batch -notext -in mid.csr -cert "$ca/$1.pem" -keyfile "$ca/${3:-$1}.key" -startdate "${4:-20250101000000Z}" \
		-enddate "${5:-20350101000000Z}" -extfile mid.ext -out "$2" >mid.log 2>&1 || { cat mid.log; return 1; }
}

# an authority with several certificates: each of them may be the one that leads on
crossed() {
	local card=$1 key=$2 order name files
	echo 'basicConstraints = critical,CA:TRUE' >mid.ext
	ssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out mid.key 2>/dev/null
	ssl req -new -key mid.key -subj /O=Authority/CN=mid -out mid.csr
	check "$card: an authority under another" crossed_by ca mid-good.pem
	check "$card: … its certificate of before" crossed_by ca mid-old.pem ca 20200101000000Z 20210101000000Z
	check "$card: … one of another authority" crossed_by other mid-other.pem
	check "$card: … and one that only names the first" crossed_by forged mid-forged.pem foreign
	ssl x509 -req -in "$key.csr" -CA mid-good.pem -CAkey mid.key -set_serial 77 -days 90 -extfile /dev/null -out crossed.pem 2>/dev/null
	for order in 'good old other forged' 'old forged other good' 'forged good old' 'old good' 'forged other'; do
		files=(--chain "$ca/ca.pem")
		cat crossed.pem "$ca/ca.pem" >all.pem
		for name in $order; do
			files+=(--chain "mid-$name.pem")
			cat "mid-$name.pem" >>all.pem
		done
		check "$card: … a chain with $order" "${i[@]}" --force "${files[@]}" crossed.pem
		check "$card: … in one file as well" "${i[@]}" --force all.pem
	done
	exits "$card: … only the one of before" 21 'of "mid" ended on' "${i[@]}" --force --chain mid-old.pem --chain "$ca/ca.pem" crossed.pem
	exits "$card: … only the forged one" 8 'signature on the certificate of "mid" is wrong' \
		"${i[@]}" --force --chain mid-forged.pem --chain "$ca/ca.pem" crossed.pem
}

imports() {
	local card=$1 key=$2 i=(alone import --pin-source pin)
	issue "$key.csr" good.pem
	ssl x509 -in good.pem -outform DER -out good.der
	cat good.pem "$ca/ca.pem" >chain.pem
	ssl crl2pkcs7 -nocrl -certfile chain.pem -outform DER -out chain.p7b

	head -c 100 good.der >cut.der
	head -c 500 good.pem >cut.pem
	: >empty.cer
	exits "$card: a truncated certificate" 8 'cut off or damaged' "${i[@]}" cut.der
	exits "$card: a truncated PEM file" 8 'cut off or damaged' "${i[@]}" cut.pem
	exits "$card: an empty file" 8 'is empty' "${i[@]}" empty.cer
	exits "$card: a file that is no certificate" 8 'is no certificate' "${i[@]}" "$here/lib.sh"
	exits "$card: a request in place of the certificate" 8 'no certificate' "${i[@]}" "$key.csr"
	exits "$card: a file that is not there" 4 'cannot be read' "${i[@]}" nowhere.cer
	exits "$card: a foreign certificate" 8 'has no key for the certificate' "${i[@]}" "$ca/ca.pem"
	issue "$key.csr" old.pem 20200101000000Z 20210101000000Z
	exits "$card: an expired certificate" 21 'ended on' "${i[@]}" old.pem
	issue "$key.csr" early.pem 20480101000000Z 20490101000000Z
	exits "$card: a certificate that is not valid yet" 21 'not valid before' "${i[@]}" early.pem
	issue "$key.csr" named.pem "" "" '/CN=Somebody else'
	exits "$card: another name than asked for" 8 'asked for was' "${i[@]}" --request "$key.csr" named.pem
	exits "$card: an answer to another request" 8 'another key than the request' "${i[@]}" --request "$ca/foreign.csr" good.pem
	exits "$card: a chain that is another's" 8 'none of the authorities' "${i[@]}" --chain "$ca/other.pem" good.pem
	exits "$card: a chain that has the name only" 8 'signature .* is wrong' "${i[@]}" --chain "$ca/forged.pem" good.pem
	exits "$card: a wrong PIN" 5 'PIN is wrong' alone import --pin-source wrong.pin good.pem
	: >kept.cer
	exits "$card: a copy over a file that exists" 9 'exists' "${i[@]}" --save kept.cer good.pem
	exits "$card: a full disk for the copy" 1 'cannot be written' full_disk ecp import --pin-source pin --save "\$full/c.cer" "$PWD/good.pem"
	says "$card: nothing of all that is on the token" '^0$' certificates

	check "$card: the certificate, with its chain and request" "${i[@]}" --request "$key.csr" --save saved.cer chain.p7b
	check "$card: … the copy is the certificate" same saved.cer good.der
	says "$card: … and it has its key" true json tokens.0.certificates.0.has_key alone status --json
	check "$card: … the ids agree" test "$(json tokens.0.certificates.0.id alone status --json)" = "$(key_id "$key")"
	check "$card: other programs read it" pkcs11-tool --module "$module" --read-object --type cert --id "$(key_id "$key")" -o other.der
	check "$card: … unchanged" same other.der good.der
	exits "$card: the same once more is no mistake" 0 'already' "${i[@]}" good.der

	issue "$key.csr" second.pem
	ssl x509 -in second.pem -outform DER -out second.der
	exits "$card: another certificate of the key is not replaced by a script" 10 'question' "${i[@]}" second.pem
	check "$card: … the first is still there" kept good.der
	python3 "$here/typed.py" --seconds 60 'PIN of the token.*: $='"$(cat pin)" 'Replace it\? \(y/n\): $=n' \
		-- "$build_dir/ecp" import second.pem >typed.log 2>&1
	check "$card: a person may say no" test $? -eq 10
	check "$card: … and the first is still there" kept good.der
	check "$card: --force replaces it" "${i[@]}" --force second.pem
	check "$card: … there is one" kept second.der
	says "$card: … and no more" '^1$' certificates
	python3 "$here/typed.py" --seconds 60 'PIN of the token.*: $='"$(cat pin)" 'Replace it\? \(y/n\): $=y' \
		-- "$build_dir/ecp" import good.pem >typed.log 2>&1
	check "$card: a person may say yes" test $? -eq 0
	check "$card: … and gets it" kept good.der
	crossed "$card" "$key"
	issuer=gost issue "$key.csr" gost.pem
	exits "$card: a GOST authority's certificate under another's chain" 8 'none of the authorities' "${i[@]}" --force --chain "$ca/ca.pem" gost.pem
	check "$card: a GOST authority's certificate, its signature checked" "${i[@]}" --force --request "$key.csr" --chain "$ca/gost.pem" gost.pem
	says "$card: as JSON" 'true' json certificate.has_key alone import --json --force --pin-source pin second.der
}

key_id() {
	alone status --json | python3 -c '
import json, sys
print(next(key["id"] for token in json.load(sys.stdin)["tokens"] for key in token["keys"] if sys.argv[1] == key["algorithm"].split()[0]))' "$1"
}

kept() {
	rm -f kept.now
	alone export --out kept.now >/dev/null && same kept.now "$1"
}

exports() {
	local card=$1 folder
	folder=$(mktemp -d "$PWD/out.XXXX")
	check "$card: a .cer" ecp export --out one.cer
	check "$card: … is DER, the certificate" same one.cer second.der
	exits "$card: a file that exists is left alone" 9 'exists' alone export --out one.cer
	check "$card: PEM" ecp export --pem --out one.pem
	check "$card: … that OpenSSL reads" sh -c 'openssl x509 -in one.pem -outform DER -out one.der && cmp one.der second.der'
	check "$card: all of them into a folder" ecp export --all --out "$folder"
	check "$card: … one file" sh -c "[ \$(ls '$folder' | wc -l) = 1 ] && cmp '$folder'/*.cer second.der"
	exits "$card: once more is refused" 9 'exists' alone export --all --out "$folder"
	exits "$card: a full disk" 1 'cannot be written' full_disk ecp export --out "\$full/c.cer"
	exits "$card: one that is not there" 4 'there is no certificate' alone export --certificate nobody --out none.cer
	check "$card: nothing was written" absent none.cer
	says "$card: as JSON" two.cer json certificates.0.file alone export --json --out two.cer
}

# one_of_them FILE… WANTED: one of FILE… is WANTED
one_of_them() {
	local wanted=${!#}
	while [ $# -gt 1 ]; do
		! cmp -s "$1" "$wanted" || return 0
		shift
	done
	return 1
}

# the card is pulled out at each command of the import in turn: exit 11, and never is the token without a certificate
pulled_out() {
	local card=$1 from=good.der to=second.der n status bad=''
	alone import --pin-source pin --force good.der >/dev/null 2>&1
	for n in 1 5 9 13 17 21 25 29 33 37 41 45 49 53 57 61; do
		"$vcard" ctl fault "after=$n" drop
		alone import --pin-source pin --force "$to" >pulled.log 2>&1
		status=$?
		"$vcard" ctl fault off
		"$vcard" ctl insert
		[ $status -eq 0 ] || [ $status -eq 11 ] || [ $status -eq 3 ] || bad="$bad $n:$status"
		rm -rf pulled
		mkdir pulled
		alone export --all --out pulled >/dev/null 2>&1
		if one_of_them pulled/* "$to"; then
			status=$from from=$to to=$status
		elif ! one_of_them pulled/* "$from"; then
			bad="$bad $n:lost"
		fi
	done
	alone import --pin-source pin --force good.der >/dev/null 2>&1
	check "$card: … and what is left after that is cleared away" kept good.der
	if [ -z "$bad" ]; then ok "$card: pulled out anywhere, no certificate is lost"; else
		not_ok "$card: pulled out:$bad"; sed 's/^/    /' pulled.log; fi
}

if [ "${1:-}" = --inside ]; then
	card=$2
	mkdir -p "$work/$card"
	cd "$work/$card" || exit 1
	case $card in
	piv) so_pin=12345678 pin=13572468 keys='rsa2048 p256 p384' ;;
	rutoken) so_pin=87654321 pin=1q2w3e4r keys='rsa2048 gost256 gost512' ;;
	esac
	echo "$pin" >pin
	echo 11111112 >wrong.pin
	pkcs11-tool --module "$module" --init-token --label 'test token' --so-pin "$so_pin" >setup.log 2>&1
	pkcs11-tool --module "$module" --login --login-type so --so-pin "$so_pin" --init-pin --new-pin "$pin" >>setup.log 2>&1 || cat setup.log
	requests_that_are_wrong "$card"
	for algorithm in $keys; do
		a_request "$card" "$algorithm"
	done
	key=${keys#* }
	key=${key%% *}
	what_is_asked_for "$card" "$key"
	other_profiles "$card" "$(key_id "$key")"
	typed_request "$card" "$(key_id "$key")"
	imports "$card" "$key"
	exports "$card"
	pulled_out "$card"
	finish
fi

ready_authorities "$work/ca" || {
	echo 'not ok - the test authorities'
	exit 1
}
printf '[rutoken]\nunverified = yes\n' >"$work/unverified.conf"
printf '# on a Rutoken with [rutoken] unverified = yes\n'
for card in ${ECP_CARDS:-piv rutoken}; do
	ECP_PKCS11_CONF=$work/unverified.conf "$vcard" run --card "$card" -- "$0" --inside "$card" || failures=$((failures + 1))
done
finish
