#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# folder.sh: a token that the vendor's software prepared has keys and, for PKCS#11, no certificates: those that the person has as
# files are shown with the keys that they are for.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
pin=12345678

if [ "${1:-}" != inside ]; then
	"$vcard" run --card rutoken:vendor --count "$work/count" -- "$0" inside || failures=1
	finish
fi

gost_openssl "$work"
folder=$work/data/ecp/certificates
printf 'certificate-folder = %s\n' "$work/elsewhere" >"$work/elsewhere.conf"
printf 'trace = error\n' >"$work/default.conf"
printf 'certificate-folder = off\n' >"$work/off.conf"
export XDG_DATA_HOME=$work/data ECP_PKCS11_CONF=$work/default.conf

ours() {
	pkcs11-tool --module "$module" "$@"
}

# counted_run COMMAND…: the APDUs that it costs, into $apdus.
counted_run() {
	"$vcard" ctl count-reset && "$@" >"$work/counted" 2>&1
	apdus=$("$vcard" ctl count | sed -n 's/^apdus=\([0-9]*\).*/\1/p')
}

# A certificate for the key ID of the token, as a portal would issue it: by an authority, for a public key.
issued() {
	"$build_dir/tests/e2e/gost" "$module" "$pin" spki "$1" "$work/$1.spki" &&
		openssl pkey -pubin -inform DER -in "$work/$1.spki" -out "$work/$1.pub" &&
		openssl x509 -req -in "$work/authority.csr" -CA "$work/authority.pem" -CAkey "$work/authority.key" \
			-CAcreateserial -force_pubkey "$work/$1.pub" -days 30 -outform DER -out "$work/$1.cer"
}

authority() {
	openssl req -x509 -newkey gost2012_256 -pkeyopt paramset:TCA -nodes -subj /CN=Authority -days 30 \
		-keyout "$work/authority.key" -out "$work/authority.pem" &&
		openssl req -new -key "$work/authority.key" -subj /CN=Person -out "$work/authority.csr"
}

shown() {
	ours -O --type cert
}

# certificates NUMBER COMMAND…: COMMAND shows so many.
certificates() {
	local number=$1
	shift
	"$@" >"$work/list" 2>&1 && [ "$(grep -c '^Certificate Object' "$work/list")" -eq "$number" ]
}

check 'an authority of gost-engine' authority
check 'it issues a certificate for the GOST key' issued 02
check 'and one for the RSA key' issued 01
check 'without files there is no certificate' certificates 0 shown
counted_run shown
bare=$apdus
mkdir -p "$folder"
cp "$work/authority.pem" "$folder/authority.cer"
echo 'nothing' >"$folder/broken.cer"
openssl ecparam -name prime256v1 -genkey -noout -out "$work/other.key"
openssl req -x509 -new -key "$work/other.key" -subj /CN=Other -days 30 -out "$folder/other.pem" 2>/dev/null
check 'certificates for other keys are not shown' certificates 0 shown
counted_run shown
at_most 'files that cannot be for the token cost no APDU' "$apdus" "$bare"
cp "$work/02.cer" "$folder/иванов.cer"
openssl x509 -inform DER -in "$work/01.cer" -out "$folder/rsa.pem"
check 'those for its keys are' certificates 2 shown
says 'the label says where it is from' 'label: +иванов\.cer \(from the certificate folder\)' shown
check 'it is found by the key'\''s id' ours --read-object --type cert --id 02 -o "$work/02.read"
check 'and is the one that was issued' cmp "$work/02.cer" "$work/02.read"
check 'the one in PEM, too' ours --read-object --type cert --id 01 -o "$work/01.read"
check '… as it was' cmp "$work/01.cer" "$work/01.read"
head -c 1000 /dev/urandom >"$work/document"
check 'the GOST key signs' ours --login --pin "$pin" --sign --id 02 -m GOSTR3410-WITH-GOSTR3411-12-256 -i "$work/document" \
	-o "$work/signature"
openssl x509 -inform DER -in "$work/02.read" -noout -pubkey >"$work/02.key"
says 'and its certificate verifies that' 'Verified OK' openssl dgst -md_gost12_256 -verify "$work/02.key" \
	-signature "$work/signature" "$work/document"
refuse 'it cannot be erased' 'CKR_|not|failed' ours --login --pin "$pin" --delete-object --type cert --id 02
check 'so it is still there' certificates 2 shown

mv "$folder" "$work/elsewhere"
check 'the folder can be another one' certificates 2 env ECP_PKCS11_CONF="$work/elsewhere.conf" pkcs11-tool --module "$module" -O \
	--type cert
check 'which is then the only one' certificates 0 shown
mv "$work/elsewhere" "$folder"
check 'it can be switched off' certificates 0 env ECP_PKCS11_CONF="$work/off.conf" pkcs11-tool --module "$module" -O --type cert
mv "$folder/rsa.pem" "$work/data/rsa.pem"
ln -s "$work/data/rsa.pem" "$folder/rsa.pem"
check 'a symbolic link is not followed' certificates 1 shown
chmod o+w "$folder"
check 'a folder that everybody may write is not read' certificates 0 shown
chmod o-w "$folder"
rm "$folder/rsa.pem"
mv "$work/data/rsa.pem" "$folder/rsa.pem"
check 'everything is back' certificates 2 shown

# A program with the rights of somebody else does not read what its caller put there.
cp "$(command -v pkcs11-tool)" "$work/setgid-tool"
chgrp 1 "$work/setgid-tool" && chmod 2755 "$work/setgid-tool"
if [ "$(id -g)" -eq 1 ]; then
	not_ok 'this test needs another group than 1'
fi
check 'a program with other rights than its caller reads no folder' certificates 0 "$work/setgid-tool" --module "$module" -O --type cert
finish
