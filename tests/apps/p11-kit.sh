#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# p11-kit.sh: the module registered with p11-kit, through its proxy, and through its server; signatures judged by OpenSSL.
source "$(dirname "$0")/lib.sh"

verified() {
	proof "OpenSSL verifies the signature ($1)" openssl dgst -sha256 -verify alice.pub -signature "$1" message.txt
}

# Three programs at once through the server: each logs in and signs.
together() {
	local i sign=(--mechanism SHA256-RSA-PKCS -i message.txt) pids=()
	is_rsa || sign=(--mechanism ECDSA --signature-format openssl -i message.sha256)
	# shellcheck source=/dev/null
	. ./server.sh
	for i in 1 2 3; do
		timeout 60 pkcs11-tool --module "$client" --login --pin "$pin" --sign "${sign[@]}" --id 01 \
			-o "together$i.sig" >"together$i.log" 2>&1 &
		pids+=($!)
	done
	wait "${pids[@]}"
	for i in 1 2 3; do
		verified "together$i.sig"
	done
}

# From a sandbox that shows the server's socket and nothing else: the module's folder is empty, the PC/SC service not there.
hidden() {
	local sign=(--mechanism SHA256-RSA-PKCS -i message.txt) as_user=() folder
	is_rsa || sign=(--mechanism ECDSA --signature-format openssl -i message.sha256)
	[ "$(id -u)" -eq 0 ] || as_user=(--map-root-user)
	folder=$(dirname "$(realpath "$module")")
	# shellcheck source=/dev/null
	. ./server.sh
	proof "where neither module nor PC/SC service is, the client signs" env PCSCLITE_CSOCK_NAME=/nowhere \
		unshare --mount "${as_user[@]}" sh -ec "mount -t tmpfs tmpfs '$folder'; [ ! -e '$(realpath "$module")' ]
exec \"\$@\"" sh timeout 60 pkcs11-tool --module "$client" --login --pin "$pin" --sign "${sign[@]}" --id 01 -o hidden.sig
	verified hidden.sig
}

# A program that takes the first module that knows the token takes this one, whatever else is registered.
first() {
	local as_user=()
	mkdir both
	cp "$source_dir/module/libecp-pkcs11.module.in" both/zz.module
	sed -i "s|^module:.*|module: $(realpath "$module")|" both/zz.module
	printf 'module: %s\n' "$opensc_module" >both/opensc.module
	[ "$(id -u)" -eq 0 ] || as_user=(--map-root-user)
	unshare --mount "${as_user[@]}" sh -ec 'mount --bind both /usr/share/p11-kit/modules; exec p11-kit list-modules' >first.log 2>&1
	proof "of two modules for one token this one is the first" sh -c \
		'[ "$(grep -oE "^(module: )?(zz|opensc)\b" first.log | sed "s/module: //" | xargs)" = "zz opensc" ] || { cat first.log; false; }'
}

inside() {
	client=$(find /usr/lib -name p11-kit-client.so | head -n 1)
	mkdir -m 700 runtime modules
	export XDG_RUNTIME_DIR=$PWD/runtime
	page_file ecp.module modules/ecp.module
	page_mounts "mount --bind $PWD/modules /usr/share/p11-kit/modules"
	page_word /usr/lib/x86_64-linux-gnu/p11-kit-proxy.so "$(find /usr/lib -name p11-kit-proxy.so | head -n 1)"
	page_word /usr/lib/x86_64-linux-gnu/pkcs11/p11-kit-client.so "$client"
	is_rsa || page_word '--mechanism SHA256-RSA-PKCS' '--mechanism ECDSA-SHA256 --signature-format openssl'
	is_rsa || page_word 'ECDSA-SHA256 --signature-format openssl --id 01 -i message.txt -o remote.sig' \
		'ECDSA --signature-format openssl --id 01 -i message.sha256 -o remote.sig'
	openssl dgst -sha256 -binary message.txt >message.sha256
	page list 'libecp-pkcs11' && budget 3 3 4
	first
	page sign && budget 8 8 15
	verified message.sig
	page server
	page remote && budget 11 11 19
	verified remote.sig
	hidden
	together
	page stop
}

app_main "$@"
