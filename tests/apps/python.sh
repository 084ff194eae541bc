#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# python.sh: a program in Python with PyKCS11, judged by OpenSSL.
source "$(dirname "$0")/lib.sh"
packages="python3-pykcs11 opensc openssl libengine-gost-openssl"

# The same program, with a GOST key.
gost() {
	gost_key || not_ok "$program, $card: a GOST key and its certificate ($(tail -n 1 gost.log))"
	page_word '(0x01,)' '(0x02,)'
	page_file sign.py
	page sign && budget 14 14 14 'sign, GOST'
	proof "OpenSSL's GOST engine verifies the signature" gost_verified message.sig message.txt
}

inside() {
	page_file sign.py
	page sign && budget 8 8 15
	is_rsa || ecdsa_der message.sig
	proof "OpenSSL verifies the signature" openssl dgst -sha256 -verify alice.pub -signature message.sig message.txt
	with_gost
}

app_main "$@"
