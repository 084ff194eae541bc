#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# wpa_supplicant.sh: a wired network (two ends of a virtual cable) that lets in who proves himself by EAP-TLS with the token's
# key; hostapd is the one who asks.
source "$(dirname "$0")/lib.sh"
packages="wpasupplicant libengine-pkcs11-openssl hostapd iproute2"
export PATH=$PATH:/usr/sbin:/sbin # not in every user's

# in a network of its own
alone=(unshare --mount --net)
[ "$(id -u)" -eq 0 ] || alone+=(--map-root-user)

app_prepare() {
	"${alone[@]}" ip link add eth0 type veth peer name switch || {
		echo "this system gives no network of its own with a virtual cable (veth)"
		return 1
	}
}

counted_now() {
	"$vcard" ctl count | sed -n 's/^apdus=\([0-9]*\) .*/\1/p'
}

# What the supplicant is run in: a network of its own with hostapd (hostapd.conf) at the other end, and the module where it may be.
network() {
	local folder
	folder=$(dirname "$(dirname "$engine")")/pkcs11
	mkdir -p "lib/${folder#/usr/lib/}"
	cp "$(realpath "$module")" "lib/${folder#/usr/lib/}/libecp-pkcs11.so"
	page_word "$(realpath "$module")" "$folder/libecp-pkcs11.so"
	echo '"alice@example.org" TLS' >users
	network=("${alone[@]}" sh -ec "mount -t overlay overlay -o lowerdir=$PWD/lib:/usr/lib /usr/lib
ip link add eth0 type veth peer name switch
ip link set switch up
ip link set eth0 up
hostapd -B -d -P $PWD/hostapd.pid -f $PWD/hostapd.log $PWD/hostapd.conf
exec \"\$@\"" sh)
}

# connected VERSION FLAGS LIMIT…: Alice comes into a network that takes this version of TLS alone, for so many APDUs.
connected() {
	local before
	rm -f hostapd.log supplicant.log
	printf '%s\n' interface=switch driver=wired ieee8021x=1 use_pae_group_addr=1 eap_server=1 "eap_user_file=$PWD/users" \
		"ca_cert=$PWD/ca.pem" "server_cert=$PWD/server.pem" "private_key=$PWD/server.key" "tls_flags=$2" >hostapd.conf
	page_within=("${network[@]}")
	page start
	page_within=()
	proof "the supplicant waits for the PIN" wait_until 60 grep -q 'CTRL-REQ-.*needed' supplicant.log
	before=$(counted_now)
	page pin
	proof "hostapd has let Alice in ($1)" wait_until 60 grep -q 'AP-STA-CONNECTED' hostapd.log
	apdus=$((before + $(counted_now)))
	budget "${@:3}" "from start to the network, $1"
	proof "… by her certificate" grep -q "depth=0 buf='/O=Example/CN=Alice'" hostapd.log
	page status 'EAP state=SUCCESS'
	proof "… over $1" grep -q "^eap_tls_version=$1\$" "$log"
	page stop
	kill "$(cat hostapd.pid)"
}

inside() {
	local network=()
	export PERSON_SECONDS=90
	engine=$(first_file /usr/lib/*/engines-3/pkcs11.so)
	page_word /usr/lib/x86_64-linux-gnu/engines-3/pkcs11.so "$engine"
	page_word 'sudo ' ''
	page_word /run/wpa_supplicant "$PWD/control"
	page_word /etc/wpa_supplicant/ ''
	page_word /etc/ssl/certs/example-ca.pem "$PWD/ca.pem"
	page_word radius.example.org localhost
	page_word '-B -D' "-B -d -f $PWD/supplicant.log -D"
	network
	page_file token.conf
	connected TLSv1.2 '[DISABLE-TLSv1.3]' 54 54 24
	page_file tls13
	sed -i '/private_key=/r tls13' token.conf
	# it has ended without a logout, and a Rutoken takes no other login before one
	connected TLSv1.3 '[ENABLE-TLSv1.3][DISABLE-TLSv1.2]' 54 54 27
}

app_main "$@"
