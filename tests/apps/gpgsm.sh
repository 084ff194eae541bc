#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# gpgsm.sh: GnuPG's S/MIME with a token's key by gnupg-pkcs11-scd, judged by OpenSSL. It knows RSA keys only.
source "$(dirname "$0")/lib.sh"
cards=${ECP_APPS_CARDS:-piv-rsa rutoken-rsa}

# What types the PIN: a pinentry, which here answers at once. It stands where the page has the desktop's.
pinentry() {
	cat >pinentry <<-END
		#!/bin/sh
		echo OK
		while read -r word rest; do
			case \$word in
			GETPIN) printf 'D %s\nOK\n' "$pin" ;;
			BYE) echo OK; exit ;;
			*) echo OK ;;
			esac
		done
	END
	chmod 700 pinentry
}

verified() {
	openssl cms -verify -inform DER -in message.p7m -CAfile ca.pem -out cms.txt && cmp cms.txt message.txt
}

# Now and then a signature comes out a byte too long, which OpenSSL refuses; the next has another time in it.
sign() {
	local tries
	for tries in $(seq 10); do
		rm -f message.p7m
		page_log sign || break
		verified >"$work/$card/verified.log" 2>&1 && break
		sleep 1
	done
	proof "OpenSSL verifies the message (of try $tries)" verified
	verified >/dev/null 2>&1 && budget 4 4 10 sign
}

inside() {
	export GNUPGHOME=$HOME/.gnupg
	pinentry
	page_word /usr/bin/pinentry "$PWD/pinentry"
	mkdir -m 700 "$GNUPGHOME"
	page_file gpg-agent.conf "$GNUPGHOME/gpg-agent.conf"
	page_file gnupg-pkcs11-scd.conf "$GNUPGHOME/gnupg-pkcs11-scd.conf"
	page_file gpgsm.conf "$GNUPGHOME/gpgsm.conf"
	page trust
	page learn && budget 27 27 11
	page list 'CN=Alice'
	sign
	openssl cms -encrypt -aes256 -in message.txt -outform DER -out message.enc alice.pem
	page decrypt 'Dear Bob' && budget 1 1 4
	gpgconf --kill gpg-agent
}

app_main "$@"
