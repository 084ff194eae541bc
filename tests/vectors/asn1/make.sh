#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Makes the vectors in this folder anew with the OpenSSL command line (3.0 or later). Keys are thrown away.
set -eu
cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

key() { # NAME, then arguments of genpkey
    name=$1
    shift
    openssl genpkey -quiet "$@" -out "$tmp/$name.key" 2>/dev/null || openssl genpkey "$@" -out "$tmp/$name.key" 2>/dev/null
    openssl pkey -in "$tmp/$name.key" -pubout -outform DER -out "$name.spki"
}

# A certificate of fixed validity, so that tests can name its days.
cert() { # NAME KEY SUBJECT, then arguments of "openssl ca"; $extensions has the extensions
    name=$1 key=$2 subject=$3
    shift 3
    : >"$tmp/index.txt"
    openssl req -new -key "$tmp/$key.key" -subj "$subject" -utf8 -out "$tmp/$name.csr"
    printf '%s\n' "${extensions:-}" >"$tmp/ext.cnf"
    cat >"$tmp/ca.cnf" <<EOF
[ca]
default_ca = test
[test]
database = $tmp/index.txt
new_certs_dir = $tmp
serial = $tmp/serial
default_md = sha256
policy = any
unique_subject = no
preserve = yes
string_mask = utf8only
[any]
commonName = optional
EOF
    echo "${serial:-1234}" >"$tmp/serial"
    openssl ca -batch -notext -preserveDN -config "$tmp/ca.cnf" -selfsign -keyfile "$tmp/$key.key" -in "$tmp/$name.csr" \
        -extfile "$tmp/ext.cnf" -startdate "${from:-20240229120000Z}" -enddate "${to:-20340301120000Z}" "$@" \
        -out "$tmp/$name.pem" 2>"$tmp/log" || { cat "$tmp/log" >&2; exit 1; }
    openssl x509 -in "$tmp/$name.pem" -outform DER -out "$name.crt"
}

key rsa2048 -algorithm RSA -pkeyopt rsa_keygen_bits:2048
key rsa4096 -algorithm RSA -pkeyopt rsa_keygen_bits:4096
key rsa4104 -algorithm RSA -pkeyopt rsa_keygen_bits:4104
key pss -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_pss_keygen_md:sha256 -pkeyopt rsa_pss_keygen_mgf1_md:sha256
for curve in 256 384 521; do
    key p$curve -algorithm EC -pkeyopt ec_paramgen_curve:P-$curve
done
key explicit -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -pkeyopt ec_param_enc:explicit
key secp256k1 -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1
key ed25519 -algorithm ED25519
key x25519 -algorithm X25519
key ed448 -algorithm ED448
openssl pkey -in "$tmp/p256.key" -pubout -ec_conv_form compressed -outform DER -out compressed.spki
openssl rsa -in "$tmp/rsa2048.key" -noout -modulus 2>/dev/null | sed 's/Modulus=//' | xxd -r -p >rsa2048.modulus

extensions='keyUsage = critical, digitalSignature, nonRepudiation
basicConstraints = critical, CA:FALSE'
for name in rsa2048 rsa4096 pss p256 p384 p521 ed25519; do
    case $name in ed25519) md="-md default" ;; *) md= ;; esac
    # shellcheck disable=SC2086
    cert $name $name "/C=RU/O=Example/CN=$name" $md
done
cert explicit explicit /CN=explicit
cert ed448 ed448 /CN=ed448 -md default
extensions='basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign, cRLSign'
cert ca p256 '/C=RU/O=Example/CN=Test Authority'
extensions='keyUsage = decipherOnly, keyAgreement, keyEncipherment, dataEncipherment'
cert usage p256 /CN=usage
extensions=
cert plain p256 /CN=plain
from=20500101000000Z to=99991231235959Z cert late p256 /CN=late
openssl req -x509 -new -key "$tmp/p256.key" -subj /CN=negative -set_serial -0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF \
    -outform DER -out negative.crt
openssl req -new -key "$tmp/p256.key" -subj /CN=v1 -out "$tmp/v1.csr"
openssl x509 -req -in "$tmp/v1.csr" -signkey "$tmp/p256.key" -set_serial 1 -outform DER -out v1.crt 2>/dev/null
openssl req -new -key "$tmp/p256.key" -subj /CN=x25519 -out "$tmp/x.csr"
openssl pkey -in "$tmp/x25519.key" -pubout -out "$tmp/x.pub"
openssl x509 -req -in "$tmp/x.csr" -CA "$tmp/ca.pem" -CAkey "$tmp/p256.key" -set_serial 2 -force_pubkey "$tmp/x.pub" \
    -outform DER -out x25519.crt 2>/dev/null
printf '1.3.6.1.4.1.41482.3.3 = DER:04:03:05\n1.3.6.1.4.1.41482.3.8 = DER:03:02\n' >"$tmp/attested.ext"
openssl x509 -req -in "$tmp/v1.csr" -CA "$tmp/ca.pem" -CAkey "$tmp/p256.key" -set_serial 3 -extfile "$tmp/attested.ext" \
    -outform DER -out attested.crt 2>/dev/null

# Signatures: the DER as OpenSSL makes it, and r || s put together from its own parser's view of it.
for curve in 256 384 521; do
    # shellcheck disable=SC2017 # rounding to whole bytes is meant
    size=$(((curve + 7) / 8 * 2)) # hex digits of whole bytes
    echo data | openssl dgst -sha256 -sign "$tmp/p$curve.key" >p$curve.sig
    openssl asn1parse -inform DER -in p$curve.sig | sed -n 's/.*INTEGER *://p' |
        while read -r number; do printf "%${size}s" "$number" | tr ' ' 0; done | xxd -r -p >p$curve.raw
done

# DigestInfo: what OpenSSL finds in its own PKCS#1 v1.5 signature of the hash of nothing.
for hash in sha1 sha224 sha256 sha384 sha512 sha3-224 sha3-256 sha3-384 sha3-512; do
    openssl dgst -$hash -sign "$tmp/rsa2048.key" </dev/null >"$tmp/sig"
    openssl pkeyutl -verifyrecover -inkey "$tmp/rsa2048.key" -in "$tmp/sig" -out $hash.info
done

# Names: the DER, and the text that OpenSSL gives it.
name() { # NAME STRING_MASK SUBJECT
    printf '[req]\ndistinguished_name = dn\nstring_mask = %s\n[dn]\n' "$2" >"$tmp/req.cnf"
    openssl req -new -config "$tmp/req.cnf" -utf8 -multivalue-rdn -key "$tmp/p256.key" -subj "$3" -out "$tmp/name.csr" 2>/dev/null
    openssl req -in "$tmp/name.csr" -noout -subject -nameopt RFC2253,-esc_msb,utf8 | sed 's/^subject=//' | tr -d '\n' >"$1.text"
    openssl req -in "$tmp/name.csr" -outform DER -out "$tmp/name.der"
    offset=$(openssl asn1parse -inform DER -in "$tmp/name.der" | awk -F'[: ]+' '/cons: SEQUENCE/ && ++n == 3 { print ($1 == "" ? $2 : $1); exit }')
    openssl asn1parse -inform DER -in "$tmp/name.der" -strparse "$offset" -noout -out "$1.name"
}
name simple utf8only '/C=RU/ST=Moscow/L=Moscow/O=Example Ltd/OU=Dept/CN=Ivan Petrov'
name cyrillic utf8only '/C=RU/O=Общество «Пример»/CN=Иван Петров/emailAddress=ivan@example.org'
name bmp MASK:0x0800 '/O=Пример/CN=Иван Петров'
name latin1 MASK:0x0004 '/O=Müller/CN=José'
name escapes utf8only '/O= a, b\+c"d\\e<f>;g=h #/CN=#x/OU=trailing '
name multi utf8only '/C=RU/CN=Ivan+UID=42/DC=example'
name russian utf8only '/CN=X/1.2.643.100.1=1234567890123/title=Director/SN=Petrov/GN=Ivan'
ls
