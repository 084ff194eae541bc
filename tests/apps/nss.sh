#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# nss.sh: NSS's tools (the library of Firefox and Thunderbird) with a token's key, judged by OpenSSL.
source "$(dirname "$0")/lib.sh"

inside() {
	local token
	page add && budget 3 3 5
	token=$(certutil -U -d "sql:$HOME/.pki/nssdb" 2>/dev/null | sed -n 's/^ *token: \(PIV .*\|office\)$/\1/p' | head -n 1)
	case $card in piv-*) ;; *) page_word ':PIV Authentication' ':alice' ;; esac
	page_word 'PIV 12345678' "$token"
	page list 'u,u,u' && budget 28 28 16
	page keys '(rsa|ec) .*01' && budget 31 31 22
	page request && budget 9 9 23
	proof "OpenSSL verifies the request" openssl req -in request.pem -noout -verify
	page sign && budget 32 32 23
	proof "OpenSSL verifies the message" openssl cms -verify -inform DER -in message.cms -CAfile ca.pem -out cms.txt
	proof "… and it is the message" cmp message.txt cms.txt
	if is_rsa; then
		openssl cms -encrypt -aes256 -in message.txt -outform DER -out message.enc alice.pem
		page decrypt 'Dear Bob' && budget 32 32 23
	fi
	page remove
}

app_main "$@"
