#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# ecp-enroll.sh: certification authorities on loopback that answer ecp enroll and ecp renew: CMP by OpenSSL's own mock server,
# EST by est-server.py; renewal on virtual PIV and Rutoken cards, and the whole way on SoftHSM2.
# shellcheck disable=SC2317 # functions are called by name
source "$(dirname "$0")/lib.sh"
source "$source_dir/tests/e2e/ecp-issuer.sh"
source "$source_dir/tests/e2e/ecp-lib.sh"
export LANGUAGE=en
started=()
inside=${1:-}
trap 'stop_started; [ -n "$inside" ] || rm -rf "$work"' EXIT

stop_started() {
	local pid
	for pid in "${started[@]}"; do
		kill "$pid" 2>/dev/null
	done
}

# until_true COMMAND…: within a minute
until_true() {
	local _
	for _ in $(seq 600); do
		! "$@" || return 0
		sleep 0.1
	done
	return 1
}

# cmp_server OPTIONS…: $cmp_url becomes its address
cmp_server() {
	local log
	log=$(mktemp "$work/cmp.XXXXXX")
	openssl cmp -port 0 "$@" >"$log" 2>&1 &
	started+=($!)
	until_true grep -q '^ACCEPT' "$log"
	cmp_url=http://127.0.0.1:$(sed -n 's/^ACCEPT .*:\([0-9]*\) PID.*/\1/p' "$log" | head -n 1)/
}

# est_server: $est_url
est_server() {
	rm -f "$work/est.port"
	python3 "$source_dir/tests/e2e/est-server.py" "$ca" "$work/est.port" >"$work/est.log" 2>&1 &
	started+=($!)
	until_true test -s "$work/est.port"
	est_url=https://127.0.0.1:$(cat "$work/est.port")
}

# the certificate of the TLS server on 127.0.0.1, and somebody else's
server_certificates() {
	openssl req -newkey rsa:2048 -nodes -keyout "$ca/server.key" -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 2>/dev/null |
		openssl x509 -req -CA "$ca/ca.pem" -CAkey "$ca/ca.key" -days 30 -copy_extensions copy -out "$ca/server.pem" 2>/dev/null
	openssl x509 -req -in "$ca/foreign.csr" -CA "$ca/ca.pem" -CAkey "$ca/ca.key" -days 30 -out "$ca/foreign.pem" 2>/dev/null
}

# x509_text FILE
x509_text() {
	openssl x509 -inform DER -in "$1" -noout -text
}

nothing() {
	local file
	for file in "$@"; do
		[ ! -e "$file" ] || return 1
	done
}

by_cmp() {
	local e=("$ecp" enroll r.csr --out c.cer --user me --secret-source secret --recipient /CN=ca)
	openssl x509 -req -in r.csr -CA "$ca/ca.pem" -CAkey "$ca/ca.key" -days 30 -out issued.pem 2>/dev/null
	openssl x509 -in issued.pem -outform DER -out issued.der
	cmp_server -srv_ref me -srv_secret pass:sesame -rsp_cert issued.pem -rsp_extracerts "$ca/ca.pem"
	ends 0 'CMP: the authority answers' "${e[@]}" --cmp "$cmp_url" --chain-out chain.pem
	check 'CMP: … with the certificate' cmp c.cer issued.der
	check 'CMP: … and its chain' cmp chain.pem <(openssl x509 -in "$ca/ca.pem")
	ends 9 'CMP: a file that exists is left alone' "${e[@]}" --cmp "$cmp_url"
	rm -f c.cer chain.pem
	ends 13 'CMP: a wrong secret' "${e[@]}" --cmp "$cmp_url" --secret-source bad
	told 'CMP: … is told' 'no answer that can be used'
	json 'CMP: as JSON' 'o["subject"] == "CN=somebody" and o["file"] == "c.cer"' "${e[@]}" --cmp "$cmp_url" --json
	rm -f c.cer
	cmp_server -srv_cert "$ca/server.pem" -srv_key "$ca/server.key" -accept_unprotected -rsp_cert issued.pem
	ends 0 'CMP: an answer that is signed' "$ecp" enroll r.csr --out c.cer --cmp "$cmp_url" --trusted "$ca/ca.pem"
	rm -f c.cer
	ends 13 'CMP: an answer signed by somebody else' "$ecp" enroll r.csr --out c.cer --cmp "$cmp_url" --trusted "$ca/other.pem"
	ends 2 'CMP: without a way to know who answers' "$ecp" enroll r.csr --out c.cer --cmp "$cmp_url"
	ends 2 'CMP: an address that is none' "$ecp" enroll r.csr --out c.cer --cmp ftp://x --user me
	cmp_server -srv_ref me -srv_secret pass:sesame -rsp_cert issued.pem -pkistatus 2 -failure 2 -statusstring 'come in person'
	ends 13 'CMP: a refusal' "${e[@]}" --cmp "$cmp_url"
	told 'CMP: … with the words of the authority' 'refused: .*come in person'
	cmp_server -srv_ref me -srv_secret pass:sesame -rsp_cert "$ca/foreign.pem"
	ends 13 'CMP: a certificate for another key' "${e[@]}" --cmp "$cmp_url"
	ends 13 'CMP: nobody there' "${e[@]}" --cmp http://127.0.0.1:1/
	told 'CMP: … is told' 'cannot be reached'
	check 'CMP: after a failure there is no file' nothing c.cer c.cer.* chain.pem
}

by_est() {
	local e=("$ecp" enroll r.csr --out c.cer --user me --secret-source secret --trusted "$ca/ca.pem") label
	est_server
	ends 0 'EST: the authority answers' "${e[@]}" --est "$est_url" --chain-out chain.pem
	check 'EST: … with a certificate that its chain verifies' sh -c \
		'openssl x509 -inform DER -in c.cer -out c.pem && openssl verify -CAfile chain.pem c.pem'
	rm -f c.cer chain.pem
	ends 0 'EST: with a label' "${e[@]}" --est "$est_url/.well-known/est/good"
	rm -f c.cer
	for label in refuse:refused.*person later:'not decided' junk:'no certificate' empty:empty foreign:'another key'; do
		ends 13 "EST: ${label%%:*}" "${e[@]}" --est "$est_url/.well-known/est/${label%%:*}"
		told "EST: … is told" "${label#*:}"
	done
	ends 13 'EST: a wrong secret' "${e[@]}" --est "$est_url" --secret-source bad
	told 'EST: … is told' 'does not let you in'
	ends 13 'EST: a server that is not trusted' "${e[@]}" --est "$est_url" --trusted "$ca/other.pem"
	told 'EST: … is told' 'cannot be reached'
	ends 13 'EST: nobody there' "${e[@]}" --est https://127.0.0.1:1
	ends 2 'EST: an address without TLS' "${e[@]}" --est http://127.0.0.1:1
	ends 2 'EST and CMP at once' "${e[@]}" --est "$est_url" --cmp http://127.0.0.1:1
	check 'EST: after a failure there is no file' nothing c.cer c.cer.*
	ends 8 'EST: a certificate for another name' "${e[@]}" --est "$est_url/.well-known/est/renamed"
	told 'EST: … is told' 'names "CN=renamed"'
	told 'EST: … and kept' 'kept in "c.cer"'
	check 'EST: … as it was issued' sh -c 'openssl x509 -inform DER -in c.cer -noout -subject | grep -q renamed'
	rm -f c.cer
	ends 2 'EST: a secret in the address' "${e[@]}" --est https://me:sesame@127.0.0.1:1
	untold 'EST: … is not repeated' sesame
	ends 0 'a person types the secret' typed 'Secret of the certification authority: $=sesame' -- \
		"$ecp" enroll r.csr --out c.cer --user me --trusted "$ca/ca.pem" --est "$est_url"
	untold '… which is not shown' sesame
}

by_hand() {
	ends 0 'by hand' "$ecp" enroll r.csr
	told '… what to send' 'BEGIN CERTIFICATE REQUEST'
	told '… and what to do with the answer' 'ecp import --request r.csr'
	head -c 200 r.csr >cut.csr
	: >empty.csr
	sed 's/A/B/5' r.csr >changed.csr
	for file in cut empty changed; do
		ends 8 "a request that is $file" "$ecp" enroll $file.csr
	done
	ends 4 'a request that is not there' "$ecp" enroll nowhere.csr
}

count_of() {
	status_is "$1" "len(t['keys']) == $2 and len(t['certificates']) == $3"
}

# a first certificate, then its renewal, in the three ways
renewals() {
	local card=$1 algorithm=$2 new person=(--surname Иванов --given-name Иван --inn 500100732259 --snils '112-233-445 95')
	ends 0 "$card: a first key" "$ecp" key generate --algorithm "$algorithm" --label first --pin-source pin
	ends 0 "$card: its request" "$ecp" request --yes --pin-source pin --out first.csr "${person[@]}"
	issue first.csr first.pem 20240101000000Z "$(date -u -d '+9 days' +%Y%m%d%H%M%SZ)"
	ends 0 "$card: its certificate" "$ecp" import --pin-source pin --request first.csr --chain "$ca/ca.pem" first.pem
	ends 20 "$card: status warns of its end" "$ecp" status

	ends 0 "$card: a person renews" typed 'PIN of the token.*: $='"$(cat pin)" 'Go on\? \(y/n\): $=y' -- \
		"$ecp" renew --out second.csr --signed second.p7m
	check "$card: … with a request of the same name" same_subject first.csr second.csr
	says "$card: … that OpenSSL verifies" 'verify OK' ssl req -in second.csr -noout -verify
	says "$card: … and asks for the same" 'Digital Signature, Non Repudiation' ssl req -in second.csr -noout -text
	count_of "$card: … both keys are there, and the old certificate" 2 1
	check "$card: … signed by the old key" ssl cms -verify -inform DER -in second.p7m -CAfile "$ca/ca.pem" -purpose any -out inside
	check "$card: … the request is inside" same_request inside second.csr
	issue second.csr second.pem
	ends 8 "$card: an answer that is another's" "$ecp" renew --pin-source pin --answer "$ca/other.pem"
	count_of "$card: … leaves everything" 2 1
	ends 0 "$card: a person ends the renewal, and keeps the old one" typed 'PIN of the token.*: $='"$(cat pin)" \
		'Remove it\? \(y/n\): $=n' -- "$ecp" renew --answer second.pem
	count_of "$card: … both certificates are there" 2 2
	json "$card: a script ends it again, and removes the old one" 'len(o["removed"]) == 1' \
		"$ecp" renew --pin-source pin --answer second.pem --yes --json
	count_of "$card: … the new one is there" 2 1
	status_is "$card: … and is the new one" "t['certificates'][0]['days_left'] > 100"

	est_server
	ends 13 "$card: an authority that refuses" "$ecp" renew --yes --pin-source pin --out third.csr --est "$est_url/.well-known/est/refuse" \
		--user me --secret-source secret --trusted "$ca/ca.pem"
	told "$card: … and how to go on" 'ecp renew --key [0-9a-f]+'
	new=$(sed -n 's/.*renew --key \([0-9a-f]*\).*/\1/p' "$work/out")
	count_of "$card: … the certificate is there" 3 1
	: >taken.cer
	ends 9 "$card: a file that exists" "$ecp" renew --yes --pin-source pin --out fourth.csr --est "$est_url" --user me \
		--secret-source secret --trusted "$ca/ca.pem" --save taken.cer
	count_of "$card: … is told before a key is made" 3 1
	ends 0 "$card: … which fetches the certificate" "$ecp" renew --yes --pin-source pin --out fourth.csr --est "$est_url" --user me \
		--key "$new" --secret-source secret --trusted "$ca/ca.pem" --save third.cer
	count_of "$card: … and removes the old one" 3 1
	check "$card: … which is kept as a file, too" x509_text third.cer

	ends 0 "$card: once more, by hand" "$ecp" renew --yes --pin-source pin --out fifth.csr
	issue fifth.csr fifth.pem 20250101000000Z 20600101000000Z
	ends 0 "$card: … ended in one go" "$ecp" renew --yes --pin-source pin --answer fifth.pem --chain "$ca/ca.pem" --save fifth.cer
	count_of "$card: … the old one is gone" 4 1
	check "$card: … the new one is kept as a file, too" x509_text fifth.cer
}

same_subject() {
	[ "$(ssl req -in "$1" -noout -subject)" = "$(ssl req -in "$2" -noout -subject)" ]
}

same_request() {
	ssl req -in "$2" -outform DER -out same.der && cmp "$1" same.der
}

if [ "${1:-}" = --inside ]; then
	card=$2
	mkdir -p "$work/$card"
	cd "$work/$card" || exit 1
	case $card in
	piv) so_pin=12345678 pin=13572468 algorithm=p256 ;;
	rutoken) so_pin=87654321 pin=1q2w3e4r algorithm=gost256 ;;
	softhsm2) so_pin=87654321 pin=1q2w3e4r algorithm=rsa2048 ;;
	esac
	echo "$pin" >pin
	echo sesame >secret
	[ "$card" != softhsm2 ] || softhsm2-util --init-token --free --label test --so-pin "$so_pin" --pin "$pin" >/dev/null
	if [ "$card" != softhsm2 ]; then
		pkcs11-tool --module "$module" --init-token --label 'test token' --so-pin "$so_pin" >setup.log 2>&1
		pkcs11-tool --module "$module" --login --login-type so --so-pin "$so_pin" --init-pin --new-pin "$pin" >>setup.log 2>&1 || cat setup.log
	fi
	renewals "$card" "$algorithm"
	finish
fi

ready_authorities "$work/ca" && server_certificates || {
	echo 'not ok - the test authorities'
	exit 1
}
cd "$work" || exit 1
echo sesame >secret
echo wrong >bad
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout r.key -subj /CN=somebody -out r.csr 2>/dev/null
by_hand
by_cmp
by_est
for card in ${ECP_CARDS:-piv rutoken}; do
	ECP_WORK=$work "$vcard" run --card "$card" -- "$source_dir/tests/e2e/ecp-enroll.sh" --inside "$card" || failures=$((failures + 1))
done
mkdir "$work/tokens"
printf 'directories.tokendir = %s\n' "$work/tokens" >"$work/softhsm2.conf"
ECP_WORK=$work SOFTHSM2_CONF=$work/softhsm2.conf ECP_MODULE=$(find /usr/lib -name libsofthsm2.so | head -n 1) \
	"$source_dir/tests/e2e/ecp-enroll.sh" --inside softhsm2 || failures=$((failures + 1))
finish
