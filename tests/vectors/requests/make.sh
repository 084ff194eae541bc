#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes the vectors in this folder anew with OpenSSL, its gost engine and GnuTLS's certtool. Keys are thrown away.
# The files rfc9215-* and tk26-* are examples of documents and stay as they are.
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
engines=$(openssl version -e | sed 's/.*"\(.*\)"/\1/')

cat >"$tmp/openssl.cnf" <<EOF
openssl_conf = init
[init]
engines = engines
[engines]
gost = gost
[gost]
engine_id = gost
dynamic_path = $engines/gost.so
default_algorithms = ALL
[req]
distinguished_name = dn
string_mask = utf8only
req_extensions = wanted
[dn]
[wanted]
keyUsage = critical, digitalSignature, nonRepudiation
extendedKeyUsage = clientAuth, emailProtection
certificatePolicies = 1.2.643.100.113.1
1.2.643.100.111 = ASN1:UTF8String:Test tool
1.2.643.100.114 = ASN1:INTEGER:0
[usage]
keyUsage = critical, digitalSignature, nonRepudiation
EOF
export OPENSSL_CONF="$tmp/openssl.cnf"

key() { # NAME, then arguments of genpkey
    name=$1
    shift
    openssl genpkey "$@" -out "$tmp/$name.key" 2>/dev/null
    openssl pkey -in "$tmp/$name.key" -pubout -outform DER -out "$name.spki"
}
for set in A B C XA XB TCA TCB TCC TCD; do
    key "2012-256-$set" -algorithm gost2012_256 -pkeyopt "paramset:$set"
done
for set in A B C; do
    key "2012-512-$set" -algorithm gost2012_512 -pkeyopt "paramset:$set"
    key "2001-$set" -algorithm gost2001 -pkeyopt "paramset:$set"
done
key rsa -algorithm RSA -pkeyopt rsa_keygen_bits:2048
key p256 -algorithm EC -pkeyopt ec_paramgen_curve:P-256
key ed25519 -algorithm ED25519

request() { # NAME KEY, then arguments of req
    name=$1 key=$2
    shift 2
    openssl req -new -key "$tmp/$key.key" -utf8 -subj "/C=RU/CN=Иван Петров/1.2.643.3.131.1.1=123456789012" \
        -outform DER -out "$name.csr" "$@"
}
request 2012-256 2012-256-XA
request 2012-512 2012-512-A
request rsa rsa
request pss rsa -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32
request ecdsa p256 -sha384
request ed25519 ed25519
printf 'cn = "certtool"\nsigning_key\nemail = "a@example.org"\n' >"$tmp/template"
certtool --generate-request --load-privkey "$tmp/p256.key" --template "$tmp/template" --outder --outfile certtool.csr 2>/dev/null

# CMS: the content is "content\n"; detached unless it says attached.
echo content >"$tmp/content"
sign() { # NAME KEY, then arguments of cms
    name=$1 key=$2
    shift 2
    [ -f "$tmp/$key.pem" ] || openssl req -x509 -new -key "$tmp/$key.key" -subj "/CN=$key" -days 9000 -set_serial 77 \
        -extensions usage -out "$tmp/$key.pem"
    openssl cms -sign -binary -nosmimecap -in "$tmp/content" -signer "$tmp/$key.pem" -inkey "$tmp/$key.key" -outform DER \
        -out "$name.p7s" "$@"
}
sign 2012-256 2012-256-TCB -md md_gost12_256 -cades
sign 2012-512-attached 2012-512-A -md md_gost12_512 -nodetach
sign 2012-256-ber 2012-256-XA -md md_gost12_256 -nodetach -stream
sign rsa rsa -md sha256 -cades
sign ecdsa p256 -md sha256 -cades
sign pss rsa -md sha256 -keyopt rsa_padding_mode:pss
sign ecdsa-key-id p256 -md sha384 -keyid -nodetach
sign no-attributes rsa -md sha256 -noattr -nodetach
sign no-certificate p256 -md sha256 -nocerts
openssl cms -sign -binary -in "$tmp/content" -signer "$tmp/rsa.pem" -inkey "$tmp/rsa.key" -signer "$tmp/p256.pem" \
    -inkey "$tmp/p256.key" -md sha256 -outform DER -out two-signers.p7s
openssl crl2pkcs7 -nocrl -certfile "$tmp/rsa.pem" -outform DER -out only-certificates.p7s
openssl x509 -in "$tmp/2012-256-TCB.pem" -outform DER -out 2012-256.crt
certtool --p7-sign --p7-include-cert --load-certificate "$tmp/p256.pem" --load-privkey "$tmp/p256.key" \
    --infile "$tmp/content" --outder --outfile certtool-attached.p7s 2>/dev/null
