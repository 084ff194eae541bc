#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# flow.sh: the signing flow with other people's programs, on each profile of the virtual PIV card; what the token makes
# is verified by OpenSSL with the public key that the token shows.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work

if [ "${1:-}" = --inside ]; then
	profile=$2
	cd "$work" || exit 1
	puk=97531864
	pin=13572468
	tool() { pkcs11-tool --module "$module" "$@"; }
	user() { tool --login --pin "$pin" "$@"; }
	head -c 1000 /dev/urandom >message

	check "$profile: C_InitToken with the factory PUK" tool --init-token --label test --so-pin 12345678
	check "$profile: the PUK is changed as the SO PIN" tool --login --login-type so --so-pin 12345678 --change-pin --new-pin $puk
	check "$profile: C_InitPIN" tool --login --login-type so --so-pin $puk --init-pin --new-pin $pin
	check "$profile: RSA-2048 generated in 9A by the user" user --keypairgen --key-type rsa:2048 --id 01
	check "$profile: P-256 generated in 9C" user --keypairgen --key-type EC:prime256v1 --id 02
	check "$profile: P-384 generated in 9D" user --keypairgen --key-type EC:secp384r1 --id 03
	refuse "$profile: an occupied slot is not overwritten" 'CKR_|rv =' user --keypairgen --key-type rsa:2048 --id 01
	says "$profile: the private key is listed after login" 'Private Key Object; RSA' user -O --type privkey --id 01

	for id in 01 02 03; do
		# not pkcs11-tool: OpenSC 0.23 with OpenSSL 3 reads no curve but P-256
		check "$profile: public key $id is read" p11tool --provider "$module" --export "pkcs11:id=%$id;type=public" --outfile $id.pub
	done
	check "$profile: RSA PKCS#1 signature" user --sign --mechanism SHA256-RSA-PKCS --id 01 --input-file message --output-file s
	check "$profile: … verifies" openssl dgst -sha256 -verify 01.pub -signature s message
	check "$profile: RSA PSS signature" user --sign --mechanism SHA256-RSA-PKCS-PSS --id 01 --input-file message --output-file s
	check "$profile: … verifies" openssl dgst -sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32 \
		-verify 01.pub -signature s message
	check "$profile: ECDSA P-256 signature, PIN for each use" user --sign --mechanism ECDSA-SHA256 --id 02 --signature-format openssl \
		--input-file message --output-file s
	check "$profile: … verifies" openssl dgst -sha256 -verify 02.pub -signature s message
	check "$profile: ECDSA P-384 signature" user --sign --mechanism ECDSA-SHA384 --id 03 --signature-format openssl \
		--input-file message --output-file s
	check "$profile: … verifies" openssl dgst -sha384 -verify 03.pub -signature s message

	head -c 32 /dev/urandom >plain
	openssl pkeyutl -encrypt -pubin -inkey 01.pub -in plain -out cipher
	check "$profile: RSA PKCS#1 decryption" user --decrypt --mechanism RSA-PKCS --id 01 --input-file cipher --output-file p
	check "$profile: … gives the plaintext" cmp plain p
	openssl pkeyutl -encrypt -pubin -inkey 01.pub -pkeyopt rsa_padding_mode:oaep -pkeyopt rsa_oaep_md:sha256 \
		-pkeyopt rsa_mgf1_md:sha256 -in plain -out cipher
	check "$profile: RSA OAEP decryption" user --decrypt --mechanism RSA-PKCS-OAEP --hash-algorithm SHA256 --mgf MGF1-SHA256 \
		--id 01 --input-file cipher --output-file p
	check "$profile: … gives the plaintext" cmp plain p
	openssl ecparam -name secp384r1 -genkey -noout -out peer.key 2>/dev/null
	openssl pkey -in peer.key -pubout -outform DER -out peer.der
	check "$profile: ECDH" user --derive --mechanism ECDH1-DERIVE --id 03 --input-file peer.der --output-file shared
	openssl pkeyutl -derive -inkey peer.key -peerkey 03.pub -out expected
	check "$profile: … both sides agree" cmp expected shared

	printf 'openssl_conf = all\n[all]\nengines = engines\n[engines]\npkcs11 = pkcs11\n[pkcs11]\nengine_id = pkcs11\nMODULE_PATH = %s\ninit = 0\n' \
		"$module" >openssl.cnf
	printf %s "$pin" >pin
	check "$profile: certificate request through OpenSSL's engine" env OPENSSL_CONF=openssl.cnf openssl req -new -engine pkcs11 \
		-keyform engine -key "pkcs11:id=%01;type=private;pin-source=file:$work/pin" -subj /CN=flow -out request.pem
	check "$profile: … is signed by the token's key" openssl req -in request.pem -noout -verify
	[ -e authority.pem ] || openssl req -x509 -newkey rsa:2048 -nodes -keyout authority.key -out authority.pem -days 30 \
		-subj /CN=Authority -addext keyUsage=critical,keyCertSign 2>/dev/null
	printf 'basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\nextendedKeyUsage=emailProtection\n' >ext
	openssl x509 -req -in request.pem -CA authority.pem -CAkey authority.key -CAcreateserial -days 9 -extfile ext \
		-outform DER -out certificate.der 2>/dev/null
	check "$profile: the certificate is written" user --write-object certificate.der --type cert --id 01
	check "$profile: … and read back" tool --read-object --type cert --id 01 --output-file back.der
	check "$profile: … unchanged" cmp certificate.der back.der
	openssl x509 -inform DER -in back.der -out back.pem
	check "$profile: a document is signed (CMS)" env OPENSSL_CONF=openssl.cnf openssl cms -sign -binary -in message -engine pkcs11 \
		-keyform engine -inkey "pkcs11:id=%01;type=private;pin-source=file:$work/pin" -signer back.pem -outform DER -out message.sig
	check "$profile: … verifies" openssl cms -verify -binary -inform DER -in message.sig -content message \
		-CAfile authority.pem -purpose smimesign -out /dev/null
	head -c 1000 /dev/urandom >altered
	refuse "$profile: an altered document is refused" 'erification' openssl cms -verify -binary -inform DER -in message.sig \
		-content altered -CAfile authority.pem -purpose smimesign -out /dev/null
	refuse "$profile: the old PIN is dead after a change" 'PIN_INCORRECT' sh -c "
		pkcs11-tool --module '$module' --login --pin $pin --change-pin --new-pin 86427531 >/dev/null &&
		pkcs11-tool --module '$module' --login --pin $pin -O --type privkey"
	check "$profile: the new one works" tool --login --pin 86427531 -O --type privkey
	printf 'software-random = yes\n' >random.conf
	export ECP_PKCS11_CONF=$work/random.conf
	says "$profile: pkcs11-tool's own tests" 'No errors' tool --login --pin 86427531 --test
	finish
fi

for profile in piv piv:short piv:t0 piv:aes; do
	mkdir "$work/$profile"
	ECP_WORK=$work/$profile "$vcard" run --card "$profile" --state "$work/$profile/token" -- "$0" --inside "$profile" >"$work/log" 2>&1
	status=$?
	cat "$work/log"
	if [ $status -ne 0 ] && ! grep -q '^not ok' "$work/log"; then
		not_ok "$profile: the card and its daemon (exit $status)"
	fi
	failures=$((failures + status))
done
finish
