#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# openssl-provider.sh: OpenSSL 3 with pkcs11-provider, by configuration file only, judged by OpenSSL without it.
source "$(dirname "$0")/lib.sh"
packages="openssl python3 opensc gnutls-bin"

# The system's package, or that of Debian 12's backports, beside the system.
app_prepare() {
	local folder suite=bookworm-backports
	! known_package pkcs11-provider || suite=
	folder=$(unpacked pkcs11-provider "$suite") || {
		echo "Debian 12's backports, where pkcs11-provider is, cannot be reached"
		return 1
	}
	page_word /usr/lib/x86_64-linux-gnu/ossl-modules/pkcs11.so "$(find "$folder" -name pkcs11.so)"
}

everyday() {
	page list 'Total found: 1'
	page request && budget 8 8 16
	proof "OpenSSL verifies the request" openssl req -in request.pem -noout -verify
	page sign-digest && budget 8 8 16
	proof "OpenSSL verifies the signature" openssl dgst -sha256 -verify alice.pub -signature message.sig message.txt
	page sign-cms && budget 9 9 23
	proof "OpenSSL verifies the message" openssl cms -verify -CAfile ca.pem -in message.cms -out cms.txt
	openssl cms -encrypt -aes256 -in message.txt -out message.enc alice.pem
	page decrypt-cms 'Dear Bob' && budget 8 8 16
}

authority() {
	openssl req -new -newkey rsa:2048 -nodes -keyout bob.key -subj /CN=Bob -out bob.csr 2>/dev/null
	page authority && budget 16 16 32
	proof "OpenSSL verifies the chain" openssl verify -CAfile office.pem bob.pem
}

rsa() {
	local pss=(-pkeyopt digest:sha256 -pkeyopt rsa_padding_mode:pss -pkeyopt rsa_pss_saltlen:digest)
	openssl dgst -sha256 -binary message.txt >message.sha256
	page rsa && budget 8 8 16
	proof "OpenSSL verifies" openssl pkeyutl -verify -pubin -inkey alice.pub -in message.sha256 -sigfile rsa.sig -pkeyopt digest:sha256
	page pss && budget 8 8 16
	proof "OpenSSL verifies (PSS)" openssl pkeyutl -verify -pubin -inkey alice.pub -in message.sha256 -sigfile pss.sig "${pss[@]}"
	openssl pkeyutl -encrypt -pubin -inkey alice.pub -in message.txt -out secret.oaep -pkeyopt rsa_padding_mode:oaep \
		-pkeyopt rsa_oaep_md:sha256
	page oaep 'Dear Bob' && budget 8 8 16
}

ec() {
	openssl dgst -sha256 -binary message.txt >message.sha256
	page ecdsa && budget 8 8 16
	proof "OpenSSL verifies (ECDSA)" openssl pkeyutl -verify -pubin -inkey alice.pub -in message.sha256 -sigfile ecdsa.sig
	openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out bob.ec && openssl pkey -in bob.ec -pubout -out bob.pub
	page ecdh && budget 8 8 16
	openssl pkeyutl -derive -inkey bob.ec -peerkey alice.pub -out other.secret
	proof "both have the same secret" cmp shared.secret other.secret
}

tls() {
	local version
	for version in tls1_2 tls1_3; do
		tls_server $version
		page client 'Client certificate' && budget 9 9 26 "client, $version"
		proof "the server has seen Alice ($version)" grep -q 'CN *= *Alice' "$log"
		end "$server"
		page_start server
		wait_until 60 listening "$port"
		proof "OpenSSL trusts the server ($version)" tls_client $version
		end "$started"
	done
}

# OpenSSL reads its configuration when the module first asks it for a digest, and comes back to the module from there.
in_a_call() {
	OPENSSL_CONF=early.cnf timeout 60 p11tool --provider "$module" --list-all-certs | grep -q 'Type: X.509'
}

# The process's OpenSSL loads the module, and so does the process; it goes, and comes again.
loaded_twice() {
	{ cat token.cnf; echo pkcs11-module-load-behavior = early; } >early.cnf
	proof "a program whose OpenSSL loads the module loads it, too" env OPENSSL_CONF=token.cnf pkcs11-tool --module "$module" -L
	proof "… also if OpenSSL does so while the module is called" in_a_call
	proof "… also if OpenSSL did so at its start" env OPENSSL_CONF=early.cnf python3 "$source_dir/tests/apps/load.py" "$module"
}

inside() {
	port=$(free_port)
	page_word 4433 "$port"
	page_file token.cnf
	page_keep settings
	everyday
	authority
	if is_rsa; then rsa; else ec; fi
	tls
	loaded_twice
}

app_main "$@"
