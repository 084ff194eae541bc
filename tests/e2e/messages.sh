#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# messages.sh: requests and CMS signatures of asn1/ verified by OpenSSL (GOST by its engine) and GnuTLS, and theirs by asn1/.
source "$(dirname "$0")/lib.sh"
messages=$build_dir/tests/e2e/messages
cd "$work" || exit 1
subject='C=RU,ST=77 Москва,O=Общество,CN=Иван Петров,SN=Петров,GN=Иван,INN=123456789012,INNLE=1234567890,SNILS=12345678901'
subject="$subject,OGRN=1234567890123,OGRNIP=123456789012345"

gost_openssl "$work"
printf '[signer]\nkeyUsage = critical, digitalSignature, nonRepudiation\n' >>"$OPENSSL_CONF"
head -c 70000 /dev/urandom >content
head -c 70000 /dev/urandom >other

# Each certificate is its own issuer, so that a program needs nothing else to trust it.
new_key() { # NAME, then arguments of genpkey
	local name=$1
	shift
	openssl genpkey "$@" -out "$name.key" 2>genpkey.log || { cat genpkey.log; return 1; }
	openssl req -x509 -new -key "$name.key" -subj "/CN=$name" -days 9 -extensions signer -out "$name.pem" &&
		openssl x509 -in "$name.pem" -outform DER -out "$name.crt"
}

openssl_verifies() { # NAME FORM
	local content=()
	[ "$2" != detached ] || content=(-content content)
	openssl cms -verify -binary -inform DER -in "$1-$2.p7s" "${content[@]}" -CAfile "$1.pem" -out "$1-$2.out" && cmp "$1-$2.out" content
}

certtool_verifies() { # NAME FORM
	local content=()
	[ "$2" != detached ] || content=(--load-data content)
	certtool --p7-verify --inder --infile "$1-$2.p7s" --load-certificate "$1.pem" "${content[@]}"
}

# judge NAME SCHEME HASH PROGRAMS ARGUMENTS-OF-GENPKEY…: PROGRAMS (openssl, certtool) are those that know this key in CMS.
judge() {
	local name=$1 scheme=$2 hash=$3 programs=$4 form program
	shift 4
	check "$name: a key" new_key "$name" "$@"
	check "$name: a request" "$messages" request "$name.key" "$scheme" "$hash" "$subject" "$name.csr"
	says "$name: OpenSSL verifies the request" 'verify OK' openssl req -inform DER -in "$name.csr" -noout -verify
	check "$name: … and so do we" "$messages" verify-request "$name.csr"
	for form in detached attached around; do
		check "$name: signed, $form" "$messages" sign "$name.key" "$name.crt" "$scheme" "$hash" content "$name-$form.p7s" $form
		for program in $programs; do
			check "$name, $form: $program verifies" "${program}_verifies" "$name" $form
		done
	done
	for program in $programs; do
		[ "$program" = openssl ] || continue
		refuse "$name: another content is refused" 'rror|ailure' \
			openssl cms -verify -binary -inform DER -in "$name-detached.p7s" -content other -CAfile "$name.pem" -out /dev/null
	done
}

# theirs NAME HASH [OPTION…]: what OpenSSL signs in its several ways is verified by us.
theirs() {
	local name=$1 hash=$2 way options
	shift 2
	for way in '' '-nodetach' '-nodetach -stream' '-cades' '-keyid -nodetach' '-noattr' '-nodetach -stream -cades'; do
		# OpenSSL 3.0 cannot stream with PSS: "illegal zero content"
		case "$* $way" in *pss*-stream*) continue ;; esac
		read -ra options <<<"$way"
		check "$name: OpenSSL signs ($way $*)" openssl cms -sign -binary -in content -signer "$name.pem" -inkey "$name.key" \
			-md "$hash" -outform DER -out theirs.p7s "${options[@]}" "$@"
		case $way in
		*-nodetach*) check "$name: … and we verify" "$messages" verify theirs.p7s ;;
		*) check "$name: … and we verify" "$messages" verify theirs.p7s content ;;
		esac
	done
	check "$name: OpenSSL makes a request" openssl req -new -key "$name.key" -subj /CN=x -outform DER -out theirs.csr
	check "$name: … and we verify" "$messages" verify-request theirs.csr
}

judge rsa pkcs1 sha256 'openssl certtool' -algorithm RSA -pkeyopt rsa_keygen_bits:2048
theirs rsa sha512
# GnuTLS 3.7 takes every PSS in CMS for SHA-256
judge pss pss sha256 'openssl certtool' -algorithm RSA -pkeyopt rsa_keygen_bits:3072
theirs pss sha256 -keyopt rsa_padding_mode:pss
judge p256 ecdsa sha256 'openssl certtool' -algorithm EC -pkeyopt ec_paramgen_curve:P-256
theirs p256 sha256
judge p384 ecdsa sha384 'openssl certtool' -algorithm EC -pkeyopt ec_paramgen_curve:P-384
judge p521 ecdsa sha512 'openssl certtool' -algorithm EC -pkeyopt ec_paramgen_curve:P-521
judge ed25519 eddsa sha512 'certtool' -algorithm ED25519 # OpenSSL 3.0 knows no EdDSA in CMS

# All parameter sets that the engine has; GnuTLS knows four of them.
for set in A:openssl,certtool B:openssl C:openssl XA:openssl,certtool XB:openssl TCA:openssl TCB:openssl,certtool TCC:openssl \
	TCD:openssl; do
	name=gost256-${set%%:*} programs=${set#*:}
	judge "$name" gost md_gost12_256 "${programs//,/ }" -algorithm gost2012_256 -pkeyopt "paramset:${set%%:*}"
	theirs "$name" md_gost12_256
done
for set in A:openssl,certtool B:openssl C:openssl; do
	name=gost512-${set%%:*} programs=${set#*:}
	judge "$name" gost md_gost12_512 "${programs//,/ }" -algorithm gost2012_512 -pkeyopt "paramset:${set%%:*}"
	theirs "$name" md_gost12_512
done

for name in rsa p256 gost256-TCB gost512-A; do
	check "$name: certtool signs" certtool --p7-sign --p7-include-cert --load-certificate "$name.pem" --load-privkey "$name.key" \
		--infile content --outder --outfile theirs.p7s
	check "$name: … and we verify" "$messages" verify theirs.p7s
done
says "the subject has every number" '1.2.643.3.131.1.1 = 123456789012|INN = 123456789012|ИНН' \
	openssl req -inform DER -in rsa.csr -noout -subject
finish
