#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# pkcs11-tool.sh: OpenSC's pkcs11-tool with a token's keys, judged by OpenSSL; on a Rutoken with a GOST key too.
source "$(dirname "$0")/lib.sh"
packages="opensc openssl libengine-gost-openssl gnutls-bin"

decrypt() {
	openssl pkeyutl -encrypt -pubin -inkey alice.pub -in message.txt -out message.enc \
		-pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256
	page decrypt && budget 8 8 15
	proof "it is the message" cmp message.dec message.txt
}

derive() {
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out bob.key
	openssl pkey -in bob.key -pubout -outform DER -out bob.der
	page derive && budget 8 8 8
	openssl pkeyutl -derive -inkey bob.key -peerkey alice.pub -out bob.secret
	proof "Bob has the same secret" cmp secret bob.secret
}

gost() {
	page generate-gost && budget 33 33 33
	proof "ecp asks for a certificate, OpenSSL's GOST engine verifies it and issues one" gost_certificate
	page write-gost && budget 23 23 23
	page sign-gost && budget 14 14 14
	proof "OpenSSL's GOST engine verifies the signature" gost_verified gost.sig message.txt
	page verify-gost 'Signature is valid'
	# programs that know no such keys still find the rest, and the certificate
	proof "p11tool lists the certificate" sh -c "p11tool --provider '$module' --list-all-certs '$url' | grep -q 'Certificate (GOST R 34.10-2012-256)'"
	page sign
}

inside() {
	is_rsa || page_word 'SHA256-RSA-PKCS' 'ECDSA-SHA256 --signature-format openssl'
	is_rsa || page_word rsa:2048 EC:prime256v1
	page list 'token label|Slot'
	page objects 'RSA 2048 bits|EC_POINT 256 bits' && budget 46 46 23
	page sign && budget 8 8 15
	proof "OpenSSL verifies the signature" openssl dgst -sha256 -verify alice.pub -signature message.sig message.txt
	page verify 'Signature is valid'
	if is_rsa; then decrypt; else derive; fi
	page generate && budget 18 18 32
	page read
	proof "OpenSSL reads the new key" openssl pkey -pubin -inform DER -in work.der -noout
	page test 'No errors'
	with_gost
}

app_main "$@"
