#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# node.sh: a program for Node with pkcs11js, which loads and unloads the module three times, judged by OpenSSL.
source "$(dirname "$0")/lib.sh"
packages="g++ make python3 opensc openssl libengine-gost-openssl"
command -v npm >/dev/null || packages="$packages nodejs npm libnode-dev"

# Built once, by the first card.
installed() {
	page_word 'npm install' 'npm install --no-audit --no-fund --no-update-notifier'
	# the headers that came with node, where they are; else npm fetches them
	[ ! -e /usr/include/node/node.h ] || export npm_config_nodedir=/usr
	if [ -d "$work/node_modules" ]; then
		cp -r "$work/node_modules" .
	else
		page install && cp -r node_modules "$work"
	fi
}

# The same program, with a GOST key.
gost() {
	gost_key || not_ok "$program, $card: a GOST key and its certificate ($(tail -n 1 gost.log))"
	page_word 'Buffer.from([1])' 'Buffer.from([2])'
	page_file sign.js
	page sign && budget 42 42 42 'sign, GOST'
	proof "OpenSSL's GOST engine verifies the signature" gost_verified message.sig message.txt
}

inside() {
	page_file sign.js
	installed || return
	page sign && budget 24 24 45
	is_rsa || ecdsa_der message.sig
	proof "OpenSSL verifies the signature" openssl dgst -sha256 -verify alice.pub -signature message.sig message.txt
	with_gost
}

app_main "$@"
