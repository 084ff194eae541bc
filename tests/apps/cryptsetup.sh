#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# cryptsetup.sh: the password of a LUKS volume is encrypted for the token's key; the token opens it, and nothing else with it.
source "$(dirname "$0")/lib.sh"
# systemd takes RSA keys only
cards=${ECP_APPS_CARDS:-piv-rsa rutoken-rsa}

# Not the token's matter: whether this kernel lets cryptsetup encrypt at all.
app_prepare() {
	truncate -s 20M "$work/volume.img"
	printf 'passphrase' | cryptsetup luksFormat -q --pbkdf-force-iterations 4 --pbkdf-memory 32 --key-file - "$work/volume.img" ||
		{ echo "cryptsetup cannot format a volume here"; return 1; }
}

shut() { # WHY
	if page_log open; then
		not_ok "$program, $card: $1, and the volume opens"
	else
		ok "$program, $card: $1, and the volume stays shut"
	fi
}

inside() {
	mkdir modules
	sed "s|^module:.*|module: $(realpath "$module")|" "$source_dir/module/libecp-pkcs11.module.in" >modules/ecp.module
	page_word pkcs11:serial=24371273 "$url"
	page_mounts "mount --bind $PWD/modules /usr/share/p11-kit/modules"
	export PERSON_ANSWERS="Are you sure\?.*=YES
PIN for security token.*echo\).*=$pin
(?i)passphrase.*:.*=the passphrase of the volume"
	page format
	page enroll 'enrolled as key slot' && budget 30 30 15
	page open && budget 34 34 22
	proof "the header names the token's way" sh -c "cryptsetup luksDump volume.img | grep -q systemd-pkcs11"
	"$vcard" ctl remove
	shut "the token is pulled out"
	proof "the passphrase alone still opens it" sh -c "printf 'the passphrase of the volume' | cryptsetup open --test-passphrase --key-file - volume.img"
	"$vcard" ctl insert
	wait_until 60 token_there
	page open
	page wipe
	shut "the token is taken from the header"
}

app_main "$@"
