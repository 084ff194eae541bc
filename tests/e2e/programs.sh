#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# programs.sh: other programs that load the module: GnuTLS, OpenSSH, NSS, p11-kit; their results judged by OpenSSL.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
pin=13572468

# GnuTLS's way from a factory-new token to a certificate
if [ "${1:-}" = --gnutls ]; then
	cd "$work" || exit 1
	export GNUTLS_SO_PIN=12345678 GNUTLS_PIN=$pin
	url=$(p11tool --provider "$module" --list-token-urls | head -n 1)
	check "p11tool initialises a token" p11tool --provider "$module" --initialize --label x --set-so-pin 12345678 "$url"
	check "p11tool sets the PIN" p11tool --provider "$module" --initialize-pin --so-login --set-so-pin 12345678 --set-pin $pin "$url"
	check "p11tool generates a P-256 key" p11tool --provider "$module" --login --generate-privkey=ecdsa --curve=secp256r1 --id=01 \
		--label x --outfile generated.pub "$url"
	check "p11tool generates an RSA key" p11tool --provider "$module" --login --generate-privkey=rsa --bits=2048 --id=02 \
		--label x --outfile generated-rsa.pub "$url"
	printf 'cn = "gnutls"\n' >template
	for id in 01 02; do
		check "certtool makes a request with key $id" certtool --provider "$module" --generate-request --template template \
			--load-privkey "$url;id=%$id;type=private" --load-pubkey "$url;id=%$id;type=public" --outfile $id.csr
		check "… which OpenSSL verifies" openssl req -in $id.csr -noout -verify
	done
	openssl x509 -req -in 01.csr -CA authority.pem -CAkey authority.key -CAcreateserial -days 9 -out written.pem 2>/dev/null
	check "p11tool writes a certificate" p11tool --provider "$module" --login --write --load-certificate written.pem --id 01 --label x "$url"
	check "p11tool reads it back" p11tool --provider "$module" --export "$url;id=%01;type=cert" --outfile back.pem
	check "… unchanged" cmp <(openssl x509 -in back.pem -outform DER) <(openssl x509 -in written.pem -outform DER)
	check "p11tool signs with it" p11tool --provider "$module" --login --test-sign "$url;id=%01;type=private"
	finish
fi

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

	mkdir -m 700 runtime
	export XDG_RUNTIME_DIR=$work/runtime
	check "p11-kit's server takes the module" sh -c '
		eval "$(p11-kit server --provider "$1" "$2")" || exit 1
		pkcs11-tool --module "$(find /usr/lib -name p11-kit-client.so | head -n 1)" -L | grep -q PIV; status=$?
		kill "$P11_KIT_SERVER_PID"; exit $status' sh "$module" "$url"
	finish
fi

"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" $pin || not_ok "a token is prepared"
"$vcard" run --card piv --state "$work/token" -- "$0" --inside
failures=$((failures + $?))
"$vcard" run --card piv -- "$0" --gnutls
failures=$((failures + $?))
finish
