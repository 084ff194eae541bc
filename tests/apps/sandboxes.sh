#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sandboxes.sh: AppArmor's rules on the page are what a program needs to use the module. They are compiled, not loaded: the
# kernel need not have AppArmor. What the module opens is seen by strace. And a program of Flatpak's, made here of some of the
# system's files, signs as the page says.
source "$(dirname "$0")/lib.sh"
packages="gnutls-bin p11-kit strace flatpak bubblewrap opensc"

# Unpacked beside: AppArmor would change the system.
app_prepare() {
	apparmor=$(unpacked apparmor) || {
		echo "there is no package apparmor for this system, or it cannot be reached"
		return 1
	}
	cp -r "$apparmor" "$work/apparmor"
}

# profile RULES OPTION…: of a program that has these rules beside what every program has, as AppArmor's compiler makes it.
profile() {
	printf '%s\n' 'abi <abi/3.0>,' 'include <tunables/global>' 'profile p11tool /usr/bin/p11tool {' 'include <abstractions/base>' \
		"include \"$PWD/$1\"" '}' >"$1.profile"
	"$work/apparmor/sbin/apparmor_parser" --base "$work/apparmor/etc/apparmor.d" --skip-kernel-load --skip-cache "${@:2}" "$1.profile"
}

# allowed RULES: what was opened, but for OpenSSL's configuration, which may be refused.
allowed() {
	grep -vF "\"$openssl_conf\"" trace >opened
	profile "$1" --preprocess >"$1.whole" 2>"$1.log" && python3 "$source_dir/tests/apps/apparmor.py" "$1.whole" opened
}

# used PATH…: certificates are listed and a signature is made, while these paths are refused; what is opened is in the trace.
used() {
	local path refused=()
	for path in "$@"; do
		refused+=(-P "$path")
	done
	[ $# -eq 0 ] || refused+=(-e inject=openat:error=EACCES)
	env -u ECP_PKCS11_CONF GNUTLS_PIN="$pin" "${page_within[@]}" strace -f -qq -e trace=open,openat,connect "${refused[@]}" -o trace \
		sh -ec 'p11tool --list-all-certs "$1" && p11tool --test-sign "$1;id=%01;type=private"' sh "$url" >used.log 2>&1
	local status=$?
	[ "$status" -eq 0 ] || tail -n 5 used.log
	return "$status"
}

# apparmor: the rules of the page.
apparmor() {
	local lines line refusable openssl_conf
	openssl_conf=$(openssl version -d | cut -d'"' -f2)/openssl.cnf
	page_file rules
	proof "AppArmor compiles the rules" profile rules --stdout
	proof "a program signs" used
	proof "the rules allow what it opened" allowed rules
	mapfile -t lines <rules
	for line in "${lines[@]}"; do
		grep -vxF "$line" rules >less
		refuse "$program, $card: without $line they do not" 'not allowed: ' allowed less
	done
	refusable=("$HOME/.config/ecp-pkcs11.conf" "$HOME/.local/share/ecp/certificates" "$openssl_conf")
	proof "where some files are refused it signs" used "${refusable[@]}"
	proof "… and they were refused" test "$(grep -c EACCES trace)" -ge 3
}

# flat ARGUMENT…: Flatpak, of this person alone.
flat() {
	FLATPAK_SYSTEM_DIR=$PWD/flatpak.system "${page_within[@]}" flatpak "$@"
}

# with_libraries FILE FOLDER: the file goes there in the runtime, and what it is linked with.
with_libraries() {
	local library
	mkdir -p "runtime/usr/$2"
	cp -L "$1" "runtime/usr/$2/"
	ldd "$1" | grep -o '/[^ ]*' | while read -r library; do
		case $library in
		*/ld-linux*) cp -L "$library" "runtime/usr${library%/*}" ;;
		*) cp -L "$library" "runtime/usr/$client_folder/../" ;;
		esac
	done
}

# flatpak_program: org.example.Signer does what it is told, in a runtime with a shell, pkcs11-tool and p11-kit's client.
flatpak_program() {
	local ref client_folder=${folder#/usr/} file
	ref=org.example.Platform/$(flat --default-arch)/1
	mkdir -p flatpak.system runtime/{files,var} runtime/usr/{lib64,lib,"$client_folder"} signer/{files/bin,export}
	for file in sh ls pkcs11-tool; do
		with_libraries "$(command -v "$file")" bin
	done
	with_libraries /sbin/ldconfig sbin
	with_libraries "$folder/p11-kit-client.so" "$client_folder"
	with_libraries "$(find /usr/lib -name 'libcrypto.so.3' | head -n 1)" "$client_folder/.." # which pkcs11-tool looks for by itself
	printf '%s\n' '[Runtime]' name=org.example.Platform "runtime=$ref" "sdk=$ref" >runtime/metadata
	printf '%s\n' '[Application]' name=org.example.Signer "runtime=$ref" "sdk=$ref" command=start >signer/metadata
	printf '%s\n' '#!/bin/sh' 'exec "$@"' >signer/files/bin/start
	chmod +x signer/files/bin/start
	flat build-export --runtime flatpak.repository runtime 1 && flat build-export flatpak.repository signer 1 &&
		flat --user remote-add --no-gpg-verify here "$PWD/flatpak.repository" && flat --user install --noninteractive here org.example.Signer
}

# from_flatpak: the token's key signs what the program inside asks for.
from_flatpak() {
	local sign=(--mechanism SHA256-RSA-PKCS)
	is_rsa || sign=(--mechanism ECDSA --signature-format openssl)
	proof "a program of Flatpak's is installed" flatpak_program
	proof "it does not see the module" flat run org.example.Signer sh -c "ls $folder && ! ls $folder/libecp-pkcs11.so"
	proof "… nor the PC/SC service" flat run org.example.Signer sh -c '! ls /run/pcscd/pcscd.comm'
	proof "… which --socket=pcsc shows it" flat run --socket=pcsc org.example.Signer ls /run/pcscd/pcscd.comm
	page server
	page override
	openssl dgst -sha256 -binary message.txt >message.sha256
	"$vcard" ctl count-reset >/dev/null
	proof "it signs" flat run "--filesystem=$PWD" "--cwd=$PWD" org.example.Signer pkcs11-tool --module "$folder/p11-kit-client.so" --login --pin "$pin" \
		--sign "${sign[@]}" --id 01 -i "$(is_rsa && echo message.txt || echo message.sha256)" -o flatpak.sig
	apdus=$("$vcard" ctl count | sed -n 's/^apdus=\([0-9]*\) .*/\1/p')
	budget 11 11 19 "a signature from Flatpak"
	proof "OpenSSL verifies the signature" openssl dgst -sha256 -verify alice.pub -signature flatpak.sig message.txt
	kill "$(sed -n 's/^P11_KIT_SERVER_PID=\([0-9]*\);.*/\1/p' "$work/$card/server.log")"
}

inside() {
	local folder conf user
	user=/run/user/$(id -u)
	folder=$(dirname "$(find /usr/lib -name p11-kit-client.so | head -n 1)")
	conf=$(sed -n 's/^sysconfdir = //p' "$build_dir/Makefile" | sed "s|\${prefix}|$(sed -n 's/^prefix = //p' "$build_dir/Makefile")|")/ecp-pkcs11.conf
	mkdir -p "lib/${folder#/usr/lib/}" modules etc run/pcscd ".$user"
	chmod 700 ".$user"
	cp "$(realpath "$module")" "lib/${folder#/usr/lib/}/libecp-pkcs11.so"
	echo "module: $folder/libecp-pkcs11.so" >modules/ecp.module
	echo 'trace = off' >etc/ecp-pkcs11.conf
	export XDG_RUNTIME_DIR=$user
	page_mounts "mount -t overlay overlay -o lowerdir=$PWD/lib:/usr/lib /usr/lib
mount -t overlay overlay -o lowerdir=$PWD/etc:${conf%/*} ${conf%/*}
mount --bind $PWD/modules /usr/share/p11-kit/modules
mount --rbind /run/pcscd $PWD/run/pcscd
mount --rbind $PWD/run /run"
	page_word /etc/ecp-pkcs11.conf "$conf"
	page_word org.mozilla.firefox org.example.Signer
	page_word "$(realpath "$module")" "$folder/libecp-pkcs11.so"
	apparmor
	from_flatpak
}

app_main "$@"
