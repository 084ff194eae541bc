#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# packages.sh: Debian packages and RPMs are built from a copy of the tree, pass lintian, and hold what they should.
#
#   tests/e2e/packages.sh           both
#   tests/e2e/packages.sh deb|rpm   one of them
source "$(dirname "$0")/lib.sh"
version=$(sed -n 's/^AC_INIT(\[[^]]*\], *\[\([^]]*\)\].*/\1/p' "$source_dir/configure.ac")
tree=$work/libecp-pkcs11-$version

copy_tree() {
	mkdir "$tree" && cd "$source_dir" || return 1
	if git rev-parse --git-dir >/dev/null 2>&1; then
		git ls-files -co --exclude-standard -z | tar cf - --null -T -
	else
		tar cf - --exclude='./build*' .
	fi | tar xf - -C "$tree"
}

# holds PACKAGE FILE…: the unpacked package has the files.
holds() {
	local package=$1 file
	shift
	for file in "$@"; do
		[ -n "$(find "$work/$package" -path "*/$file" -not -type d | head -n 1)" ] && ok "$package holds $file" || not_ok "$package holds $file"
	done
}

deb() {
	tar cJf "$work/libecp-pkcs11_$version.orig.tar.xz" --exclude=debian -C "$work" "libecp-pkcs11-$version" || return 1
	cd "$tree" || return 1
	check "the Debian packages are built" env DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" dpkg-buildpackage -us -uc -b -d
	cd "$work" || return 1
	lintian --allow-root --fail-on error,warning ./*.changes >lintian.log 2>&1
	status=$?
	[ $status -eq 0 ] && ok "lintian finds no error and no warning" || { not_ok "lintian finds no error and no warning"; sed 's/^/    /' lintian.log; }
	for package in libecp-pkcs11 ecp-tools ecp-vcard; do
		check "$package can be unpacked" dpkg-deb -x "$package"_*.deb "$package"
	done
	holds libecp-pkcs11 pkcs11/libecp-pkcs11.so share/p11-kit/modules/libecp-pkcs11.module man5/ecp-pkcs11.conf.5.gz
	holds ecp-tools bin/ecp ru/LC_MESSAGES/ecp.mo man1/ecp.1.gz completions/ecp site-functions/_ecp user/ecp-status.timer libexec/ecp-status-notify
	holds ecp-vcard bin/ecp-vcard man1/ecp-vcard.1.gz
	packed=$(find "$work/libecp-pkcs11" -name libecp-pkcs11.so)
	says "the packaged module lists a token of the packaged virtual card" 'PIV' \
		"$work/ecp-vcard/usr/bin/ecp-vcard" run --card piv -- p11tool --provider "$packed" --list-tokens
	says "the packaged ecp sees it with the packaged module" 'PIV' \
		"$work/ecp-vcard/usr/bin/ecp-vcard" run --card piv -- "$work/ecp-tools/usr/bin/ecp" status --module "$packed"
	says "p11-kit's file names the module as installed" "^module: .*/pkcs11/libecp-pkcs11.so" \
		cat "$work/libecp-pkcs11/usr/share/p11-kit/modules/libecp-pkcs11.module"
}

rpm_packages() {
	local packages=$work/rpms
	cd "$tree" && autoreconf -fi >"$work/autoreconf.log" 2>&1 || { not_ok "autoreconf"; return 1; }
	tar cJf "$work/libecp-pkcs11-$version.tar.xz" -C "$work" --exclude=debian "libecp-pkcs11-$version" || return 1
	check "the RPMs are built" rpmbuild -bb --nodeps --nocheck --define "_sourcedir $work" --define "_topdir $work/rpmbuild" \
		--define "_rpmdir $packages" --define "debug_package %{nil}" "$tree/rpm/libecp-pkcs11.spec"
	for package in libecp-pkcs11 ecp-tools ecp-vcard; do
		says "the RPM of $package holds its files" "$package" sh -c 'rpm -qpl "$1"/*/"$2"-0*.rpm' sh "$packages" "$package"
	done
	says "the RPM holds the module" 'pkcs11/libecp-pkcs11.so' sh -c 'rpm -qpl "$1"/*/libecp-pkcs11-*.rpm' sh "$packages"
	says "the RPM of ecp-tools holds the command" '/usr/bin/ecp' sh -c 'rpm -qpl "$1"/*/ecp-tools-*.rpm' sh "$packages"
}

check "a copy of the tree" copy_tree
case ${1:-both} in
deb) deb ;;
rpm) rpm_packages ;;
both)
	deb
	rpm_packages
	;;
esac
finish
