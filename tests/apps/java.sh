#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# java.sh: Java's SunPKCS11: keytool, jarsigner, and a program's TLS, judged by OpenSSL.
source "$(dirname "$0")/lib.sh"
app_seconds=600

# handshake VERSION NAME-IN-JAVA
handshake() {
	tls_server "$1"
	JAVA_TOOL_OPTIONS="-Djdk.tls.client.protocols=$2" page client 'Client certificate' && budget 54 54 27 "client, $2"
	proof "the server has seen Alice ($2)" grep -q 'CN *= *Alice' "$log"
	end "$server"
}

inside() {
	port=$(free_port)
	page_word 4433 "$port"
	case $card in piv-*) page_word 'alice' '"PIV Authentication"' ;; esac
	page_file token.cfg
	page_file Get.java
	page list 'PrivateKeyEntry' && budget 53 53 20
	page request && budget 54 54 27
	proof "OpenSSL verifies the request" openssl req -in request.pem -noout -verify
	mkdir classes && echo hello >classes/hello.txt && python3 -m zipfile -c app.jar classes/
	page sign && budget 54 54 27
	page verify 'jar verified'
	python3 -m zipfile -e app.jar signed
	proof "OpenSSL verifies the signature" openssl cms -verify -inform DER -in "$(echo signed/META-INF/*.[RE][SC]*)" \
		-content "$(echo signed/META-INF/*.SF)" -binary -CAfile ca.pem -out signed.txt
	handshake tls1_2 TLSv1.2
	handshake tls1_3 TLSv1.3
}

app_main "$@"
