#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# strongswan.sh: strongSwan's pki with a token's key: requests and certificates, judged by OpenSSL; and its daemon, which proves
# with that key who it is to another one, without a token, at the other end of a virtual cable.
source "$(dirname "$0")/lib.sh"
packages="openssl util-linux iproute2"
export PATH=$PATH:/usr/sbin:/sbin # not in every user's

# in a network of their own; they end together
alone=(unshare --mount --net --pid --fork --kill-child)
[ "$(id -u)" -eq 0 ] || alone+=(--map-root-user)

# Unpacked beside: to install the plugins would upgrade the system's systemd.
app_prepare() {
	local package folder
	mkdir -p "$work/strongswan"
	for package in libstrongswan libcharon-extra-plugins libstrongswan-standard-plugins libstrongswan-extra-plugins strongswan-pki \
		strongswan-libcharon libcharon-extauth-plugins charon-systemd strongswan-swanctl; do
		folder=$(unpacked $package) || {
			echo "there is no package $package for this system, or it cannot be reached"
			return 1
		}
		cp -r "$folder"/* "$work/strongswan" || return 1
	done
	"${alone[@]}" sh -ec "ip link add eth0 type veth peer name switch
ip tuntap add dev tun9 mode tun" || {
		echo "this system gives no network of its own with a virtual cable (veth) and a tunnel (tun)"
		return 1
	}
}

# settings WHO: where this daemon is spoken to, and what it writes. It encrypts by itself: not every kernel can.
settings() {
	mkdir -p "$1/swanctl/conf.d" "$1/swanctl/x509ca" "$1/strongswan.d"
	cp ca.pem "$1/swanctl/x509ca"
	cat >"$1/strongswan.d/test.conf" <<-END
		charon {
		  filelog { log { path = $PWD/$1.log
		    flush_line = yes } }
		  plugins { kernel-libipsec { load = yes }
		    vici { socket = unix://$PWD/$1.vici } } }
		swanctl { socket = unix://$PWD/$1.vici }
	END
}

# the server, who lets in everybody with a certificate of ca.pem, at 10.77.0.1
server() {
	settings server
	mkdir -p server/swanctl/x509 server/swanctl/private
	cp server.pem server/swanctl/x509
	cp server.key server/swanctl/private
	cat >server/swanctl/conf.d/people.conf <<-END
		connections { people {
		  pools = people
		  local { auth = pubkey
		    certs = server.pem
		    id = localhost }
		  remote { auth = pubkey
		    cacerts = ca.pem }
		  children { net { local_ts = 10.88.0.0/24 } } } }
		pools { people { addrs = 10.99.0.0/24 } }
	END
}

# network: the server's daemon in a network, Alice's in another when client.start is there. Both are $network.
network() {
	server
	mkfifo plugged
	cat >server.sh <<-END
		echo \$\$ >server.pid
		read -r plugged <plugged
		ip addr add 10.77.0.1/24 dev switch
		ip link set switch up
		ip addr add 10.88.0.1/24 dev lo
		ip link set lo up
		mount -t overlay overlay -o lowerdir=$PWD/server:$work/strongswan/etc:/etc /etc
		(until swanctl --load-all; do sleep 0.2; done >server.load 2>&1 && touch server.ready) &
		exec charon-systemd
	END
	cat >client.sh <<-END
		$overlays
		unshare --mount --net sh -e server.sh &
		until [ -s server.pid ]; do sleep 0.1; done
		ip link add eth0 type veth peer name switch
		ip link set switch netns "\$(cat server.pid)"
		echo >plugged
		ip addr add 10.77.0.2/24 dev eth0
		ip link set eth0 up
		until [ -e client.start ]; do sleep 0.1; done
		mount -t overlay overlay -o lowerdir=$PWD/client:$work/strongswan/etc:/etc /etc
		exec charon-systemd
	END
	"${alone[@]}" sh -e client.sh >network.log 2>&1 &
	network=$!
	wait_until 60 test -e server.ready || {
		not_ok "$program, $card: the server is ready"
		tail -n 20 network.log server.load
	}
}

# tunnel: Alice's daemon builds one, and the server knows that it was she.
tunnel() {
	network
	page_file office.conf client/swanctl/conf.d/office.conf
	page restart && budget 27 27 11
	page load '^loaded key token-alice from token' && budget 4 4 10
	page connect "^initiate completed successfully" && budget 1 1 4
	proof "the server has seen Alice" grep -q "authentication of 'O=Example, CN=Alice' with .* successful" server.log
	page status '^ *office: .* INSTALLED, TUNNEL'
	page disconnect '^terminate completed successfully'
	"$vcard" ctl remove
	"$vcard" ctl insert
	wait_until 60 token_there || not_ok "$program, $card: the service has seen the token"
	page again "^initiate completed successfully"
	page disconnect '^terminate completed successfully'
	kill -KILL "$network" # all of it; unshare minds no other signal
	wait "$network" 2>/dev/null
}

inside() {
	local overlays network
	overlays="mount -t overlay overlay -o lowerdir=$work/strongswan/usr/lib:/usr/lib /usr/lib
mount -t overlay overlay -o lowerdir=$work/strongswan/usr/bin:/usr/bin /usr/bin
mount -t overlay overlay -o lowerdir=$work/strongswan/usr/sbin:/usr/sbin /usr/sbin"
	settings client
	page_file ecp.conf client/strongswan.d/ecp.conf
	page_mounts "$overlays
mount -t overlay overlay -o lowerdir=$PWD/client:$work/strongswan/etc:/etc /etc"
	page_word 'sudo systemctl restart strongswan' "touch client.start; until grep -q 'loaded plugins:' client.log; do sleep 0.1; done"
	page_word 'sudo ' ''
	page_word 'remote_addrs = vpn.example.org' 'remote_addrs = 10.77.0.1'
	page_word vpn.example.org localhost
	page_word 10.0.0.0/8 10.88.0.0/24
	page request && budget 32 32 22
	proof "OpenSSL verifies the request" openssl req -in request.pem -noout -verify
	openssl genpkey -algorithm RSA -out bob.key -quiet 2>/dev/null || openssl genrsa -out bob.key 2048 2>/dev/null
	openssl pkey -in bob.key -pubout -out bob.pub
	page authority && budget 64 64 44
	proof "OpenSSL verifies the chain" openssl verify -CAfile office.pem bob.pem
	proof "the authority's key is the token's" cmp <(openssl x509 -in office.pem -noout -pubkey) alice.pub
	tunnel
}

app_main "$@"
