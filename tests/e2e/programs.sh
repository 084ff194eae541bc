#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# programs.sh: other programs that load the module: GnuTLS, OpenSSH, NSS, p11-kit; their results judged by OpenSSL.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
pin=13572468

if [ "${1:-}" = --inside ]; then
	cd "$work" || exit 1
	export GNUTLS_PIN=$pin
	url=$(p11tool --provider "$module" --list-token-urls 2>/dev/null | grep 'PIV' | head -n 1)
	[ -n "$url" ] && ok "p11tool names the token: $url" || not_ok "p11tool names the token"
	says "p11tool lists four certificates" 'Object 3:' p11tool --provider "$module" --list-all-certs "$url"
	says "p11tool lists the private keys" 'Object 3:' p11tool --provider "$module" --login --list-privkeys "$url"
	check "p11tool tests a signature" p11tool --provider "$module" --login --test-sign "$url;id=%01;type=private"
	check "p11tool exports a certificate" p11tool --provider "$module" --export "$url;id=%01;type=cert" --outfile exported.pem
	check "… which is the one written" cmp <(openssl x509 -in exported.pem -outform DER) authentication.der
	printf 'cn = "gnutls"\n' >template
	check "certtool makes a request with the token's key" certtool --provider "$module" --generate-request --template template \
		--load-privkey "$url;id=%03;type=private" --load-pubkey "$url;id=%03;type=public" --outfile gnutls.csr
	check "… which OpenSSL verifies" openssl req -in gnutls.csr -noout -verify
	check "p11tool generates a key" p11tool --provider "$module" --login --generate-privkey=ecdsa --curve=secp256r1 --id=0a \
		--label ignored --outfile generated.pub "$url"
	says "… of the card" '10|0a' p11tool --provider "$module" --login --list-privkeys "$url"

	check "ssh-keygen lists the token's keys" ssh-keygen -D "$module"
	ssh-keygen -D "$module" 2>/dev/null | grep rsa | head -n 1 >key.pub
	printf '#!/bin/sh\necho %s\n' "$pin" >askpass
	chmod 700 askpass
	export SSH_ASKPASS=$work/askpass SSH_ASKPASS_REQUIRE=force
	eval "$(ssh-agent -P "$(realpath "$module")")" >/dev/null
	check "ssh-add loads the module" ssh-add -s "$(realpath "$module")"
	printf 'hello' >text
	check "ssh-keygen signs with the token's key" ssh-keygen -Y sign -n file -f key.pub text
	printf 'me %s\n' "$(cat key.pub)" >allowed
	check "… and verifies" sh -c 'ssh-keygen -Y verify -n file -f allowed -I me -s text.sig <text'
	ssh-agent -k >/dev/null

	mkdir nss
	printf '%s' "$pin" >pinfile
	certutil -N -d sql:nss --empty-password >/dev/null 2>&1
	check "NSS takes the module" modutil -dbdir sql:nss -add ecp -libfile "$module" -force
	token=$(certutil -U -d sql:nss 2>/dev/null | sed -n 's/^ *token: \(PIV.*\)$/\1/p' | head -n 1)
	[ -n "$token" ] && ok "NSS sees the token: $token" || not_ok "NSS sees the token"
	says "NSS lists the certificates" 'authentication|PIV Auth' certutil -L -d sql:nss -h "$token" -f pinfile
	says "NSS lists the keys" 'rsa' certutil -K -d sql:nss -h "$token" -f pinfile

	mkdir -p p11kit/modules
	printf 'module: %s\n' "$module" >p11kit/modules/libecp-pkcs11.module
	check "p11-kit's server takes the module" sh -c '
		eval "$(p11-kit server --provider "$1" "$2")" || exit 1
		pkcs11-tool --module "$(find /usr/lib -name p11-kit-client.so | head -n 1)" -L | grep -q PIV; status=$?
		p11-kit server -k >/dev/null 2>&1 || kill "$P11_KIT_SERVER_PID"; exit $status' sh "$module" "$url"
	finish
fi

"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" $pin || not_ok "a token is prepared"
# the user generates keys with a management key that the PIN protects: another program sets that up
"$vcard" run --card piv --state "$work/token" -- sh -c "
	yubico-piv-tool -r '' -a set-mgm-key -n 000102030405060708090a0b0c0d0e0f1011121314151617 --protected -P $pin 2>/dev/null ||
	true" >/dev/null 2>&1
"$vcard" run --card piv --state "$work/token" -- "$0" --inside
failures=$((failures + $?))
finish
