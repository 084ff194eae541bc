#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# python.sh: a program in Python with PyKCS11, judged by OpenSSL.
source "$(dirname "$0")/lib.sh"

inside() {
	page_file sign.py
	page sign && budget 8 8 15
	is_rsa || ecdsa_der message.sig
	proof "OpenSSL verifies the signature" openssl dgst -sha256 -verify alice.pub -signature message.sig message.txt
}

app_main "$@"
