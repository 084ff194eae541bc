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
	systemd/user/ecp-status.service libexec/ecp-status-notify libecp-pkcs11/firefox-policies.json libecp-pkcs11/sandboxes.md; do
	[ -n "$(find "$root" -path "*/$file*" -not -type d)" ] && ok "$file is installed" || not_ok "$file is installed"
done
[ -z "$(find "$root" -name '*.la')" ] && ok "nothing is there that only libtool reads" || not_ok "nothing is there that only libtool reads"
says "the module file names the module" '^module: *.*libecp-pkcs11\.so' cat "$(find "$root" -name libecp-pkcs11.module)"
says "the module's pkg-config file is well-formed" '.' env PKG_CONFIG_PATH="$(dirname "$(find "$root" -name libecp-pkcs11.pc)")" \
	pkg-config --modversion libecp-pkcs11
says "the installed module lists tokens" 'PIV' "$vcard" run --card piv -- p11tool --provider "$installed" --list-tokens
# the example is what "ecp register" writes where there are no policies yet
policies=$(find "$root" -name firefox-policies.json)
as_root=()
[ "$(id -u)" -eq 0 ] || as_root=(--map-root-user)
mkdir "$work/etc"
check "the example of Firefox's policies is what ecp writes" unshare --mount "${as_root[@]}" sh -ec 'mount --bind "$1" /etc
"$2" register --firefox --yes --module "$4" && sed "s|\"ecp\": .*|\"ecp\": \"$4\"|" "$3" | cmp - /etc/firefox/policies/policies.json' \
	sh "$work/etc" "$build_dir/ecp" "$policies" "$installed"
check "… with the path of the module" grep -qF "\"${installed#"$root"}\"" "$policies"
check "make uninstall" make -C "$build_dir" -s uninstall DESTDIR="$root"
left=$(find "$root" -not -type d)
[ -z "$left" ] && ok "nothing is left" || not_ok "nothing is left: $left"
left=$(find "$root" -name '*ecp*')
[ -z "$left" ] && ok "… nor a folder of ours" || not_ok "… nor a folder of ours: $left"
finish
