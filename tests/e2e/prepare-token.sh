#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# prepare-token.sh: fills a factory-new PIV card with four keys and certificates, using other people's software only.
#
#   ecp-vcard run --card piv --state FILE -- prepare-token.sh PIN
#
# Keys: 9A and 9C RSA-2048, 9D and 9E P-256. Certificates of about 1.2, 1.2, 0.8 and 0.8 kB of DER. Leaves the authority in $ECP_WORK/authority.{pem,key}.
source "$(dirname "$0")/lib.sh"
pin=${1:?the PIN to set}
cd "$work" || exit 1
export PIV_EXT_AUTH_KEY=$work/management.key
algorithm=${ECP_MANAGEMENT_ALGORITHM:-03}
printf '01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08:01:02:03:04:05:06:07:08' >"$PIV_EXT_AUTH_KEY"

[ -e authority.pem ] || openssl req -x509 -newkey rsa:2048 -nodes -keyout authority.key -out authority.pem -days 3650 \
	-sha256 -subj "/O=Test Authority/CN=Test Authority" -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null || exit 1

# certificate NAME PUBLIC-KEY SIZE: NAME.der, a certificate of SIZE bytes (a comment fills it up)
certificate() {
	local filler=0 size
	while :; do
		{
			echo "basicConstraints = CA:FALSE"
			echo "keyUsage = digitalSignature,keyEncipherment,keyAgreement"
			printf 'nsComment = "x%*s"\n' $filler '' | tr ' ' x
		} >"$1.ext"
		openssl x509 -new -force_pubkey "$2" -CA authority.pem -CAkey authority.key -days 365 -sha256 \
			-subj "/O=Test/CN=$1" -extfile "$1.ext" -outform DER -out "$1.der" 2>/dev/null || return 1
		size=$(stat -c %s "$1.der")
		[ "$size" -lt "$3" ] || return 0
		filler=$((filler + $3 - size))
	done
}

# fill SLOT ALGORITHM NAME SIZE
fill() {
	piv-tool -A "M:9B:$algorithm" -G "$1:$2" -o "$3.raw" >fill.log 2>&1 || return 1
	openssl pkey -pubin -in "$3.raw" -out "$3.pub" 2>>fill.log || openssl pkey -pubin -inform DER -in "$3.raw" -out "$3.pub" || return 1
	certificate "$3" "$3.pub" "$4" || return 1
	openssl x509 -inform DER -in "$3.der" -out "$3.pem"
	piv-tool -A "M:9B:$algorithm" -C "$1" -i "$3.pem" >>fill.log 2>&1
}

fill 9A 07 authentication 1200 && fill 9C 07 signature 1200 && fill 9D 11 management 800 && fill 9E 11 card 800 || {
	cat fill.log
	exit 1
}
pkcs11-tool --module "$opensc_module" --login --pin 123456 --change-pin --new-pin "$pin" >pin.log 2>&1 || {
	cat pin.log
	exit 1
}
