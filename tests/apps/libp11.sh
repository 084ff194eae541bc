#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# libp11.sh: OpenSSL's engine of libp11: in openssl, curl and stunnel, judged by OpenSSL without it.
source "$(dirname "$0")/lib.sh"

with_curl() {
	tls_server "$1"
	page curl 'Client certificate' && budget 54 54 27 "curl, $1"
	proof "the server has seen Alice ($1)" grep -q 'CN *= *Alice' "$log"
	end "$server"
}

with_stunnel() {
	page_start stunnel
	wait_until 60 listening "$local_port"
	tls_server "$1"
	says "$program, $card: stunnel's connection is Alice's ($1)" 'CN *= *Alice' \
		curl -sS --max-time 60 "http://127.0.0.1:$local_port/"
	end "$server"
	end "$started"
}

inside() {
	port=$(free_port)
	local_port=$(free_port)
	page_word 4433 "$port"
	page_word 8080 "$local_port"
	page_word 'PIN:12345678' "PIN:$pin"
	page_file stunnel.conf
	page_keep settings
	page request && budget 30 30 20
	proof "OpenSSL verifies the request" openssl req -in request.pem -noout -verify
	page sign-digest && budget 30 30 20
	proof "OpenSSL verifies the signature" openssl dgst -sha256 -verify alice.pub -signature message.sig message.txt
	page sign-cms && budget 30 30 20
	proof "OpenSSL verifies the message" openssl cms -verify -CAfile ca.pem -in message.cms -out cms.txt
	with_curl tls1_2
	with_curl tls1_3
	with_stunnel tls1_2
	with_stunnel tls1_3
}

app_main "$@"
