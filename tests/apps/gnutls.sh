#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# gnutls.sh: GnuTLS's tools with a token's key: requests, certificates, signatures and TLS, judged by OpenSSL.
source "$(dirname "$0")/lib.sh"

# generated TYPE: p11tool makes a key, certtool its request, p11tool stores the certificate.
generated() {
	page "generate-$1" && budget 18 18 35
	page request && budget 10 10 15
	proof "OpenSSL verifies the request" openssl req -in request.pem -noout -verify
	openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -set_serial 7 -days 9 -out cert.pem 2>/dev/null
	page write-certificate && budget 18 18 24
	page read-certificate
	proof "the certificate is the one that was written" same_certificate back.pem cert.pem
}

# client VERSION: gnutls-cli proves itself to OpenSSL's server.
client() {
	tls_server "$1"
	page client 'Client certificate' && budget 8 8 24 "client, $1"
	proof "the server has seen Alice ($1)" grep -q 'CN *= *Alice' "$log"
	end "$server"
}

# server VERSION: OpenSSL's client asks gnutls-serv, whose key is on the token.
server() {
	page_start server
	wait_until 60 listening "$port"
	proof "OpenSSL trusts the server ($1)" tls_client "$1"
	end "$started"
}

inside() {
	port=$(free_port)
	page_word 5556 "$port"
	page list-tokens 'Label' && budget 3 3 4
	page list-certificates 'Label: (alice|PIV)'
	page sign && budget 12 12 26
	proof "OpenSSL verifies the signature" openssl cms -verify -inform PEM -in message.p7s -CAfile ca.pem -content message.txt -binary
	client tls1_2
	client tls1_3
	server tls1_2
	server tls1_3
	if is_rsa; then generated rsa; else generated ecdsa; fi
}

app_main "$@"
