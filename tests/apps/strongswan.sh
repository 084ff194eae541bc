#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# strongswan.sh: strongSwan's pki with a token's key: requests and certificates, judged by OpenSSL.
source "$(dirname "$0")/lib.sh"
packages="openssl util-linux"

# Unpacked beside: to install the plugins would upgrade the system's systemd.
app_prepare() {
	local package folder
	mkdir -p "$work/strongswan"
	for package in libstrongswan libcharon-extra-plugins libstrongswan-standard-plugins libstrongswan-extra-plugins strongswan-pki; do
		folder=$(unpacked $package) || {
			echo "there is no package $package for this system, or it cannot be reached"
			return 1
		}
		cp -r "$folder/usr" "$work/strongswan" || return 1
	done
}

inside() {
	export STRONGSWAN_CONF=$PWD/ecp.conf
	page_file ecp.conf
	page_mounts "mount -t overlay overlay -o lowerdir=$work/strongswan/usr/lib:/usr/lib /usr/lib
mount -t overlay overlay -o lowerdir=$work/strongswan/usr/bin:/usr/bin /usr/bin"
	page request && budget 32 32 22
	proof "OpenSSL verifies the request" openssl req -in request.pem -noout -verify
	openssl genpkey -algorithm RSA -out bob.key -quiet 2>/dev/null || openssl genrsa -out bob.key 2048 2>/dev/null
	openssl pkey -in bob.key -pubout -out bob.pub
	page authority && budget 64 64 44
	proof "OpenSSL verifies the chain" openssl verify -CAfile office.pem bob.pem
	proof "the authority's key is the token's" cmp <(openssl x509 -in office.pem -noout -pubkey) alice.pub
}

app_main "$@"
