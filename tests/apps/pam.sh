#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# pam.sh: pam_pkcs11 lets in who has the token and its PIN; asked by pamtester. The module checks a signature over random
# numbers with the certificate's key itself, and the certificate with the authority's.
source "$(dirname "$0")/lib.sh"

inside() {
	mkdir -p etc/cacerts etc/crls pam.d
	cp ca.pem etc/cacerts
	page_mounts "[ -d /etc/pam_pkcs11 ]
mount --bind $PWD/etc /etc/pam_pkcs11
mount --bind $PWD/pam.d /etc/pam.d"
	page_word 'sudo ' ''
	page_word '-> alice' "-> $(id -un)"
	page_word 'pamtester login alice' "pamtester login $(id -un)"
	page_file pam_pkcs11.conf etc/pam_pkcs11.conf
	page_file subject_mapping etc/subject_mapping
	page_file login pam.d/login
	page authority
	page try 'successfully authenticated' && budget 32 32 22
	PERSON_PIN=00000000 page_refused try 'Wrong smartcard PIN'
	page_word "-> $(id -un)" '-> somebody-else'
	page_file subject_mapping etc/subject_mapping
	page_refused try 'No matching certificate'
}

app_main "$@"
