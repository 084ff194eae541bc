#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# ecp-sign.sh: "ecp sign" and "ecp test" on virtual tokens and SoftHSM2; what they make is judged by OpenSSL, gost-engine and
# certtool, and by "ecp verify". Then all that may go wrong on the way.
# shellcheck disable=SC2317 # functions are called by name
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
pin=13572468
cd "$work" || exit 1
gost_openssl "$work"
source "$source_dir/tests/e2e/ecp-lib.sh"
source "$source_dir/tests/e2e/ecp-authority.sh"
printf '%s\n' "$pin" >pin
rsa=(-algorithm RSA -pkeyopt rsa_keygen_bits:2048)

sign() {
	"$ecp" sign --pin-source pin --chain office.pem "$@"
}

verify() {
	"$ecp" verify --trust root.pem "$@"
}

user() {
	pkcs11-tool --module "$module" --login --pin "$pin" "$@"
}

# prepared SO-PIN: a new token with our PIN.
prepared() {
	pkcs11-tool --module "$module" --init-token --so-pin "$1" --label token &&
		pkcs11-tool --module "$module" --login --login-type so --so-pin "$1" --init-pin --new-pin "$pin"
}

# public_key ID NAME: NAME.pub, by CKA_PUBLIC_KEY_INFO.
public_key() {
	"$build_dir/tests/e2e/gost" "$module" "$pin" spki "$1" "$2.spki" && openssl pkey -pubin -inform DER -in "$2.spki" -out "$2.pub"
}

# keyed ID NAME TYPE ISSUER: a key with a certificate on the token.
keyed() {
	user --keypairgen --key-type "$3" --id "$1" --label "$2" && public_key "$1" "$2" && certificate "$4" "$2" &&
		user --write-object "$2.crt" --type cert --id "$1" --label "$2"
}

openssl_verifies() { # SIGNATURE [CONTENT]
	local content=()
	[ -z "${2:-}" ] || content=(-content "$2")
	openssl cms -verify -binary -inform DER -in "$1" "${content[@]}" -CAfile "${root:-root.pem}" -purpose any -out openssl.out
}

certtool_verifies() { # SIGNATURE [CONTENT]
	local content=()
	[ -z "${2:-}" ] || content=(--load-data "$2")
	certtool --p7-verify --inder --infile "$1" --load-ca-certificate "${root:-root.pem}" "${content[@]}"
}

# judge NAME KEY STATUS PROGRAMS [OPTION…]: signed in both forms; PROGRAMS know such signatures, and "ecp verify" ends with STATUS.
judge() {
	local name=$1 key=$2 status=$3 programs=$4 program
	shift 4
	rm -f document.sig document.p7m
	check "$name: signed, apart from its content" sign --key "$key" "$@" document
	check "$name: signed, with its content inside" sign --key "$key" --attached "$@" document
	exits "$name: ecp verify says exit $status" "$status" 'Signature 1: (good|NOT CHECKED WHOLLY)' \
		"$ecp" verify --trust "${root:-root.pem}" document.sig
	exits "$name: … attached too" "$status" 'Signature 1: (good|NOT CHECKED WHOLLY)' "$ecp" verify --trust "${root:-root.pem}" document.p7m
	exits "$name: … and not of another document" 30 'Signature 1: BAD' verify document.sig other
	for program in $programs; do
		check "$name: $program verifies" "${program}_verifies" document.sig document
		check "$name: $program verifies, attached" "${program}_verifies" document.p7m
		refuse "$name: $program refuses another document" 'rror|ailure|failed' "${program}_verifies" document.sig other
	done
	exits "$name: ecp test says exit $status" "$status" 'Signature 1: (good|NOT CHECKED WHOLLY)' \
		"$ecp" test --pin-source pin --key "$key" --chain "${office:-office.pem}" --trust "${root:-root.pem}" "$@"
}

has() { # SIGNATURE PATTERN
	openssl cms -cmsout -print -inform DER -in "$1" 2>&1 | grep -Eq "$2"
}

nothing_left() { # FILE…: neither it nor a beginning of it
	local file
	for file in "$@"; do
		! compgen -G "$file*" || return 1
	done
}

inside_tokens() {
	check "piv: a token" prepared 12345678
	check "piv: RSA" keyed 01 rsa rsa:2048 office
	check "piv: P-256" keyed 02 p256 EC:prime256v1 office
	check "piv: P-384" keyed 03 p384 EC:secp384r1 office
	check "piv: Ed25519" keyed 04 ed25519 EC:edwards25519 office
	cp office.index office.clean
	printf 'V\t301231235959Z\t\t%s\tunknown\t/O=Test/CN=p256\n' "$(openssl x509 -in p256.pem -noout -serial | cut -d= -f2)" >>office.index
	check "a list that revokes one of them" sh -c "openssl ca -config office.cnf -revoke p256.pem && openssl ca -batch -config office.cnf \
		-gencrl -out revoked.pem"
	cp office.clean office.index
}

# The token keeps no labels: its keys are called by their ids, 01 RSA, 02 P-256, 03 P-384.
inside_forms() {
	judge RSA 01 0 'openssl certtool'
	check "RSA: it is a CAdES-BES" has document.sig 'id-smime-aa-signingCertificateV2'
	check "RSA: … with the time" has document.sig 'signingTime'
	judge RSA-PSS 01 0 'openssl certtool' --pss
	judge P-256 02 0 'openssl certtool'
	judge P-384 03 0 'openssl certtool'
	judge Ed25519 04 0 certtool # OpenSSL 3.0 knows no EdDSA in CMS

	check "as text" sign --key 02 --pem --force document
	check "… OpenSSL reads it" openssl cms -verify -binary -inform PEM -in document.sig -content document -CAfile root.pem -purpose any \
		-out /dev/null
	check "… certtool reads it" certtool --p7-verify --infile document.sig --load-data document --load-ca-certificate root.pem
	check "… and so do we" verify document.sig
	check "attached, as text" sign --key 02 --pem --attached --force document
	check "… the content comes back" verify --output back document.p7m
	check "… as it was" cmp back document
	check "to standard output" sh -c "'$ecp' sign --pin-source pin --key 02 --chain office.pem --output - document >out.sig"
	check "… it is the signature alone" verify out.sig document
	check "of standard input" sh -c "'$ecp' sign --pin-source pin --key 02 --chain office.pem --output in.sig - <document"
	check "… it verifies" verify in.sig document
	cp document precious
	ln -sf precious link
	for name in precious ./precious; do
		exits "a signature in the place of its document, $name" 2 'take the place of its document' \
			sign --key 02 --force --output "$name" precious
		exits "… attached" 2 'take the place of its document' sign --key 02 --force --attached --output "$name" precious
	done
	exits "… whose name is a link" 2 'take the place of its document' sign --key 02 --force --output link link
	check "… it is as it was" sh -c 'cmp precious document && [ -L link ]'
	ln -sf precious link.sig
	check "a link that is in the way is replaced, not what it leads to" sign --key 02 --force link
	check "… indeed" sh -c 'cmp precious document && [ ! -L link.sig ]'
	check "… and the signature is one" verify link.sig link
	: >nothing
	check "an empty file is signed" sign --key 02 nothing
	check "… and verifies" openssl_verifies nothing.sig nothing
	check "… attached too" sign --key 02 --attached nothing
	check "… and verifies" verify nothing.p7m

	rm -f document.sig document.p7m
	check "a second signer: the first signs" sign --key 01 document
	check "… the second is added" sign --key 03 --add document
	says "… ecp verify knows both" 'Signature 2: good' verify document.sig
	check "… OpenSSL verifies both" openssl_verifies document.sig document
	check "… certtool verifies both" certtool_verifies document.sig document
	check "… there are two" test "$(openssl cms -cmsout -print -inform DER -in document.sig | grep -c 'd.issuerAndSerialNumber')" -eq 2
	check "attached: the first signs" sign --key 01 --attached document
	check "… the second is added" sign --key 03 --add --attached document.p7m
	says "… ecp verify knows both" 'Signature 2: good' verify document.p7m
	check "… OpenSSL verifies both, and the content is there" openssl_verifies document.p7m
	check "… as it was" cmp openssl.out document
	openssl cms -sign -binary -in document -signer soft.pem -inkey soft.key -outform PEM -out document.sig -certfile office.pem
	check "added to a signature by OpenSSL, as text" sign --key 02 --add document
	says "… which stays text" 'BEGIN PKCS7' cat document.sig
	says "… and both are good" 'Signature 2: good' verify document.sig
	openssl cms -sign -binary -stream -nodetach -in document -signer soft.pem -inkey soft.key -outform DER -out stream.p7m -certfile office.pem
	check "added to a stream by OpenSSL" sign --key 02 --add --attached stream.p7m
	says "… and both are good" 'Signature 2: good' verify stream.p7m
	cp document.sig other.sig
	cp other.sig other.before
	exits "not added to a signature of another document" 30 'of another content' sign --key 02 --add other
	check "… which stays as it was" cmp other.sig other.before
	exits "not added where none is" 4 'cannot be read' sign --key 02 --add nobody-signed
	exits "not added to a document" 8 'is no signature' sign --key 02 --add --attached document

	mkdir many && for i in 1 2 3; do head -c "100$i" /dev/urandom >"many/$i"; done
	check "many files with one login" sign --key 02 many/1 many/2 many/3
	for i in 1 2 3; do
		check "… file $i verifies" openssl_verifies "many/$i.sig" "many/$i"
	done
	says "JSON names them" '"signature": "many/2.sig"' sign --key 02 --force --json many/1 many/2
	cp many/1 $'many/\xEB\xEF\xE9' # a name from a system with KOI8-R
	json "… also one that is no UTF-8" "[s['file'] for s in o['signed']] == ['many/1', 'many/\\ufffd\\ufffd\\ufffd']" \
		sign --key 02 --force --json many/1 $'many/\xEB\xEF\xE9'
	check "… whose signature is there" verify $'many/\xEB\xEF\xE9.sig'
	json "… and a failure that names it" "o['error']['exit'] == 4 and '\\ufffd.no' in o['error']['message']" sign --key 02 --json $'\xE9.no'
	json "… as the file of a certificate" "o['certificates'][0]['file'] == '\\ufffd.cer'" \
		"$ecp" export --certificate 02 --out $'\xE9.cer' --json
	says "in Russian" 'Подписан: «document»' env LANGUAGE=ru "$ecp" sign --pin-source pin --key 02 --force document
	says "a person is asked for the PIN" 'Signed: "document"' typed "PIN.*: =$pin" -- "$ecp" sign --key 02 --force document
	says "a wrong PIN, then right" 'Signed: "document"' typed 'PIN.*: =00000000' "PIN.*: =$pin" -- \
		"$ecp" sign --key 02 --force document
	exits "wrong PINs stop before the last try" 5 'ONE try is left' typed 'PIN.*: =00000000' 'PIN.*: =11111111' -- \
		"$ecp" sign --key 02 --force document
	check "… with which the right one signs" sign --key 02 --force document
	says "progress is shown on a terminal" '100 %' typed "PIN.*: =$pin" -- "$ecp" sign --key 02 --force document
}

# What is refused, with nothing left behind.
inside_refusals() {
	head -c 3000 /dev/urandom >paper
	exits "no key named where there are several" 4 'several keys' sign paper
	exits "a key that is not there" 4 'no key "nobody"' sign --key nobody paper
	exits "a certificate that is not there" 4 'no certificate "nobody"' sign --certificate nobody paper
	check "a certificate on the token names its key" sign --certificate 02 paper
	rm -f paper.sig
	check "a key without a certificate" user --keypairgen --key-type EC:prime256v1 --id 05
	exits "… cannot sign" 4 'has no certificate' sign --key 05 paper
	public_key 05 bare && certificate office bare
	check "… but with one from a file" sign --certificate-file bare.pem paper
	check "… and it verifies" openssl_verifies paper.sig paper
	exits "a file with somebody else's certificate" 8 'no certificate of a key on this token' sign --force --certificate-file soft.pem paper
	exits "a certificate of another key than --key" 8 'not one of the key' sign --force --certificate-file bare.pem --key 01 paper
	certificate office bare recipient && exits "a certificate for something else" 35 'not one for signing' sign --force --certificate-file bare.pem paper
	openssl x509 -in bare.pem -outform DER -out bare.crt
	rm -f paper.sig
	exits "a document that is not there" 4 'cannot be read' sign --key 02 nowhere
	exits "a folder" 8 'cannot be read' sign --key 02 many
	echo before >paper.sig
	exits "what exists is left alone, before any PIN is asked for" 9 'exists and was left' "$ecp" sign --key 02 paper </dev/null
	says "… as it was" before cat paper.sig
	check "… unless forced" sign --key 02 --force paper
	check "… then it is a signature" openssl_verifies paper.sig paper
	rm -f paper.sig
	mkdir full
	head -c 70000 /dev/urandom >big
	exits "a full disk" 1 'cannot be written.*No space' unshare --map-root-user --mount sh -c "
		mount -t tmpfs -o size=64k tmpfs full || exit 99
		'$ecp' sign --pin-source pin --chain office.pem --key 02 --attached --output full/big.p7m big
		status=\$?
		ls -A full | grep . && exit 98 # nothing half-written
		exit \$status"
	exits "a folder that cannot be written to" 1 'cannot be written' sign --key 02 --output /proc/paper.sig paper
	exits "standard output that is full" 1 'cannot be written' sh -c "'$ecp' sign --pin-source pin --key 02 --output - paper >/dev/full"
	printf '00000000\n' >wrong-pin
	exits "a wrong PIN from a file is tried once" 5 'PIN is wrong' "$ecp" sign --pin-source wrong-pin --key 02 paper
	check "… and nothing is written" nothing_left paper.sig
	check "the right one still works" sign --key 02 paper
	rm -f paper.sig
	"$ecp" sign --pin-source pin --key 02 --chain paper paper >chain.log 2>&1
	exits "a chain that is none" 8 'no certificate that can be read' "$ecp" sign --pin-source pin --key 02 --chain paper paper
	exits "several files and one output" 2 'is for one file' sign --key 02 --output x paper document
	exits "test without trust" 31 'NOT TRUSTED' "$ecp" test --pin-source pin --key 02 --chain office.pem
	exits "test with a revoked certificate" 33 'was revoked' "$ecp" test --pin-source pin --key 02 --chain office.pem --trust root.pem --crl revoked.pem
	# the card goes when the person has been asked for the PIN
	exits "the card is pulled out" 11 'pulled out|not in the reader|does not answer' typed \
		"PIN.*: =>'$vcard' ctl remove" "PIN.*: =$pin" -- "$ecp" sign --key 02 paper
	check "… and nothing is written" nothing_left paper.sig
	check "the card is back" "$vcard" ctl insert
	check "… and signs" sign --key 02 paper
	rm -f paper.sig
	# … and while it works: between two of many documents
	mkdir -p row && for i in $(seq 40); do head -c 100 /dev/urandom >"row/$i"; done
	(
		for _ in $(seq 1000); do
			[ ! -e row/2.sig ] || break
			sleep 0.02
		done
		"$vcard" ctl remove
	) &
	exits "the card is pulled out among many files" 11 'pulled out|not in the reader|does not answer' sign --key 02 $(seq -f 'row/%g' 40)
	wait
	check "… what is written is whole, and no half" sh -c "for s in row/*.sig*; do openssl cms -verify -binary -inform DER -in \$s \
		-content \${s%.sig} -CAfile root.pem -purpose any -out /dev/null || exit 1; done"
	check "the card is back" "$vcard" ctl insert
}

# Files above 4 GB, of holes: what is written, and the memory that it takes (in KiB).
inside_large() {
	truncate -s 4400M large
	most() { # NAME COMMAND…
		local name=$1
		shift
		check "$name" python3 -c '
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print("peak memory", peak, "KiB")
sys.exit(status or (0 if peak < 65536 else 97))' "$@"
	}
	most "4.4 GB: signed in 64 MiB of memory" "$ecp" sign --pin-source pin --key 02 --chain office.pem large
	check "4.4 GB: … OpenSSL verifies it" openssl cms -verify -binary -inform DER -in large.sig -content large -CAfile root.pem \
		-purpose any -out /dev/null
	most "4.4 GB: … and we, in 64 MiB" "$ecp" verify --trust root.pem large.sig
	most "4.4 GB: attached in 64 MiB" "$ecp" sign --pin-source pin --key 02 --chain office.pem --attached large
	check "4.4 GB: … is longer than the content" test "$(stat -c %s large.p7m)" -gt 4613734400
	check "4.4 GB: … and takes no more room on the disk than that" test "$(du -k large.p7m | cut -f1)" -lt 65536
	most "4.4 GB: … we verify it in 64 MiB" "$ecp" verify --trust root.pem large.p7m
	printf x | dd of=large.p7m bs=1 seek=4500000000 conv=notrunc 2>/dev/null
	exits "4.4 GB: one byte changed beyond 4 GB is found" 30 'BAD' verify large.p7m
	rm -f large large.*
}

inside_gost() {
	local row id type set status programs
	printf 'certificate-folder = off\n[rutoken]\nunverified = yes\n' >unverified.conf
	printf '# on a Rutoken with [rutoken] unverified = yes\n'
	export ECP_PKCS11_CONF=$work/unverified.conf
	check "rutoken: a token" prepared 87654321
	id=10
	for row in GOSTR3410-2012-256:B:0:openssl,certtool GOSTR3410-2012-256:C:34:openssl GOSTR3410-2012-512:A:0:openssl,certtool \
		GOSTR3410-2012-512:B:34:openssl; do
		IFS=: read -r type set status programs <<<"$row"
		check "$type:$set: a key and a certificate" keyed "$id" "$type-$set" "$type:$set" gostoffice
		root=gostroot.pem office=gostoffice.pem judge "$type:$set" "$type-$set" "$status" "${programs//,/ }" --chain gostoffice.pem
		id=$((id + 1))
	done
	check "rutoken: RSA" keyed 20 rutoken-rsa rsa:2048 office
	judge "rutoken: RSA" rutoken-rsa 0 'openssl certtool'
	says "a wrong PIN twice, then right" 'Signed: "other"' typed 'PIN.*: =00000000' 'PIN.*: =11111111' "PIN.*: =$pin" -- \
		"$ecp" sign --key rutoken-rsa --force other
	check "a second signer of another kind" sign --key "GOSTR3410-2012-256-B" --chain gostoffice.pem --add document
	cat root.pem gostroot.pem >roots.pem
	says "… both are good" 'Signature 2: good' "$ecp" verify --trust roots.pem document.sig
	root=roots.pem check "… OpenSSL verifies both" openssl_verifies document.sig document
}

inside_softhsm() {
	module=$(find /usr/lib -name libsofthsm2.so | head -n 1)
	export SOFTHSM2_CONF=$work/softhsm.conf ECP_MODULE=$module
	mkdir -p tokens && printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$work" >softhsm.conf
	check "softhsm: a token" softhsm2-util --init-token --free --label soft --so-pin 87654321 --pin "$pin"
	public_key() {
		user --read-object --type pubkey --id "$1" -o "$2.spki" && openssl pkey -pubin -inform DER -in "$2.spki" -out "$2.pub"
	}
	check "softhsm: RSA" keyed 31 soft-rsa rsa:2048 office
	check "softhsm: P-256" keyed 32 soft-p256 EC:prime256v1 office
	judge "softhsm: RSA" soft-rsa 0 'openssl certtool'
	judge "softhsm: RSA-PSS" soft-rsa 0 'openssl certtool' --pss
	judge "softhsm: P-256" soft-p256 0 'openssl certtool'
}

if [ "${1:-}" = inside ]; then
	"inside_$2"
	finish
fi

head -c 3000 /dev/urandom >document
head -c 3000 /dev/urandom >other
check "a root authority" authority root sha256 '' "${rsa[@]}"
check "an authority under it" authority office sha256 root "${rsa[@]}"
check "a GOST root authority" authority gostroot md_gost12_256 '' -algorithm gost2012_256 -pkeyopt paramset:XA
check "a GOST authority under it" authority gostoffice md_gost12_256 gostroot -algorithm gost2012_256 -pkeyopt paramset:A
openssl genpkey "${rsa[@]}" -out soft.key 2>/dev/null
check "somebody with a key in a file" certificate office soft

# on_card CARD PART: the functions above, with a virtual card that remembers.
on_card() {
	local status
	"$vcard" run --card "$1" --state "$work/$1.state" -- "$source_dir/tests/e2e/ecp-sign.sh" inside "$2" >"$work/log.$2" 2>&1
	status=$?
	cat "$work/log.$2"
	if [ $status -ne 0 ] && ! grep -q '^not ok' "$work/log.$2"; then
		not_ok "$1: $2 (exit $status)"
	fi
	failures=$((failures + status))
}
on_card piv tokens
on_card piv forms
on_card piv refusals
on_card piv large
on_card rutoken gost
inside_softhsm
finish
