#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# openssh.sh: OpenSSH with a token's key: login to sshd, the agent, signatures of files and commits, an authority for users.
source "$(dirname "$0")/lib.sh"

# A server on loopback, as whoever runs the test; what it accepts is in authorized_keys and authority.pub.
server_start() {
	[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	ssh-keygen -q -t ed25519 -N '' -f hostkey
	cat >sshd_config <<-END
		ListenAddress 127.0.0.1:$port
		HostKey $PWD/hostkey
		AuthorizedKeysFile $PWD/authorized_keys
		TrustedUserCAKeys $PWD/authority.pub
		AuthenticationMethods publickey
		KbdInteractiveAuthentication no
		PasswordAuthentication no
		UsePAM no
		StrictModes no
		PidFile none
		LogLevel VERBOSE
	END
	cat >ssh_config <<-END
		Host *
		Port $port
		User $(id -un)
		UserKnownHostsFile $PWD/known_hosts
		GlobalKnownHostsFile /dev/null
		StrictHostKeyChecking yes
	END
	echo "[localhost]:$port $(cat hostkey.pub)" >known_hosts
	: >authorized_keys
	: >authority.pub
	/usr/sbin/sshd -D -e -f sshd_config 2>sshd.log &
	server=$!
	wait_until 60 listening "$port"
}

login() {
	page keys
	grep '^\(ssh-rsa\|ecdsa\)' alice-ssh.pub | cut -d ' ' -f 1,2 >listed
	proof "the key is the certificate's" cmp listed <(ssh-keygen -i -m PKCS8 -f alice.pub)
	cp alice-ssh.pub authorized_keys
	page login 'hello, Alice' && budget 55 55 28
	fingerprint=$(ssh-keygen -l -f listed | cut -d ' ' -f 2)
	proof "the server has seen the token's key" grep -qF "SHA256:${fingerprint#SHA256:}" sshd.log
}

agent() {
	page agent && budget 53 53 20
	page agent-login 'hello, Alice' && budget 1 1 4
	page sign && budget 1 1 4
	digest=$("$source_dir/tests/apps/sshsig.py" message.txt.sig file message.txt signed signature)
	proof "OpenSSL verifies the file's signature" openssl dgst "-$digest" -verify alice.pub -signature signature signed
	page verify 'Good "file" signature'
	page commit && budget 1 1 4
	git -C project cat-file commit HEAD >object
	sed -n '/^gpgsig /,/END SSH SIGNATURE/{s/^gpgsig //;s/^ //;p}' object >commit.sig
	sed '/^gpgsig /,/END SSH SIGNATURE/d' object >commit.text
	digest=$("$source_dir/tests/apps/sshsig.py" commit.sig git commit.text signed signature)
	proof "OpenSSL verifies the commit's signature" openssl dgst "-$digest" -verify alice.pub -signature signature signed
	page verify-commit 'Good "git" signature for alice@example.org'
}

authority() {
	ssh-keygen -q -t ed25519 -N '' -f bob
	page authority && budget 55 55 28
	: >authorized_keys
	cp listed authority.pub
	proof "the server lets Bob in by the token's word" ssh -F ssh_config -i bob -o IdentitiesOnly=yes -o IdentityAgent=none localhost true
	: >authority.pub
	refuse "$program, $card: … and only by it" 'Permission denied' \
		ssh -F ssh_config -i bob -o IdentitiesOnly=yes -o IdentityAgent=none localhost true
	page stop-agent
}

inside() {
	port=$(free_port)
	export HOME GIT_CONFIG_NOSYSTEM=1
	page_word 'ssh -I' 'ssh -F ssh_config -I'
	page_word 'ssh alice@server' 'ssh -F ssh_config alice@server'
	page_word alice@server localhost
	page_word '-n bob' "-n $(id -un)"
	page_keep settings
	server_start
	login
	agent
	authority
	end "$server"
}

app_main "$@"
