#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# install.sh: "make install" puts everything where programs look for it, and "make uninstall" leaves nothing behind.
source "$(dirname "$0")/lib.sh"
root=$work/root
check "make install" make -C "$build_dir" -s install DESTDIR="$root"
installed=$(find "$root" -name libecp-pkcs11.so -not -type d)
[ -n "$installed" ] && ok "the module is in the p11-kit module directory: ${installed#"$root"}" || not_ok "the module is installed"
case $installed in */pkcs11/libecp-pkcs11.so) ok "… named as p11-kit expects" ;; *) not_ok "… named as p11-kit expects" ;; esac
for file in libecp-pkcs11.module libecp-pkcs11.pc ecp-vcard ecp-vcard.1 ecp-pkcs11.conf.5 ecp.1 \
	bin/ecp ru/LC_MESSAGES/ecp.mo bash-completion/completions/ecp zsh/site-functions/_ecp systemd/user/ecp-status.timer \
	systemd/user/ecp-status.service libexec/ecp-status-notify; do
	[ -n "$(find "$root" -path "*/$file*" -not -type d)" ] && ok "$file is installed" || not_ok "$file is installed"
done
[ -z "$(find "$root" -name '*.la')" ] && ok "nothing is there that only libtool reads" || not_ok "nothing is there that only libtool reads"
says "the module file names the module" '^module: *.*libecp-pkcs11\.so' cat "$(find "$root" -name libecp-pkcs11.module)"
says "the module's pkg-config file is well-formed" '.' env PKG_CONFIG_PATH="$(dirname "$(find "$root" -name libecp-pkcs11.pc)")" \
	pkg-config --modversion libecp-pkcs11
says "the installed module lists tokens" 'PIV' "$vcard" run --card piv -- p11tool --provider "$installed" --list-tokens
check "make uninstall" make -C "$build_dir" -s uninstall DESTDIR="$root"
left=$(find "$root" -not -type d)
[ -z "$left" ] && ok "nothing is left" || not_ok "nothing is left: $left"
finish
