#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# openvpn.sh: an OpenVPN client whose key is on the token. The server has a key of OpenSSL's and no token; both are on
# loopback, over TCP, with no network device.
source "$(dirname "$0")/lib.sh"

server_start() {
	printf '%s\n' 'mode p2p' tls-server 'dev null' 'proto tcp-server' 'local 127.0.0.1' "port $port" 'ca ca.pem' 'cert server.pem' \
		'key server.key' 'dh none' 'verb 3' "tls-version-min $1" "tls-version-max $1" >server.conf
	openvpn --config server.conf >server.log 2>&1 &
	server=$!
	wait_until 60 listening "$port"
}

# handshake VERSION: of TLS
handshake() {
	server_start "$1"
	"$vcard" ctl count-reset >/dev/null
	page_start connect
	if wait_until 60 grep -q 'Initialization Sequence Completed' "$log" && wait_until 20 grep -q 'Peer Connection Initiated' server.log; then
		ok "$program, $card: connect (TLS $1)"
	else
		not_ok "$program, $card: connect (TLS $1)"
		tail -n 15 "$log" server.log
	fi
	apdus=$("$vcard" ctl count | sed -n 's/^apdus=\([0-9]*\) .*/\1/p')
	budget 8 8 24 "connect, TLS $1"
	proof "the server has seen Alice (TLS $1)" grep -q 'VERIFY OK: depth=0, O=Example, CN=Alice' server.log
	end "$started"
	end "$server"
}

inside() {
	port=$(free_port)
	page ids 'O=Example, CN=Alice' && budget 27 27 11
	page_word 1194 "$port"
	page_word vpn.example.org localhost
	page_word 'dev tun' 'dev null'
	page_word 'Yubico/YubiKey\x205/12345678/PIV\x2012345678/01' "$(sed -n 's/^ *Serialized id: *//p' "$log" | head -n 1)"
	page_file client.conf
	handshake 1.2
	handshake 1.3
}

app_main "$@"
