#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# packages.sh: Debian packages and RPMs are built from a copy of the tree, pass lintian, and hold what they should; each is installed into
# a root of its own, upgraded while a program signs with the module, and removed without a trace.
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

# as_root NAME COMMAND…: makes a program of the command, $work/NAME, which runs it as root; if need be one that is root of nothing else.
as_root() {
	local name=$1
	shift
	[ "$(id -u)" -eq 0 ] || set -- unshare --map-root-user "$@"
	printf '#!/bin/sh\nexec %s "$@"\n' "$*" >"$work/$name"
	chmod +x "$work/$name"
}

# contents FOLDER: what lies in a root, but for the records of the package manager.
contents() {
	(cd "$1" && find . -path ./var -prune -o -print | sort)
}

# upgraded NAME ROOT COMMAND: the module in ROOT is replaced by COMMAND under a program that signs with it.
upgraded() {
	local module
	module=$(find "$2" -name libecp-pkcs11.so)
	[ -e "$work/token" ] || "$vcard" run --card piv --state "$work/token" -- env ECP_WORK="$work" "$source_dir/tests/e2e/prepare-token.sh" 13572468 \
		>"$work/token.log" 2>&1 || not_ok "a token is prepared"
	cp "$work/token" "$work/copy"
	check "$1" timeout 300 "$vcard" run --card piv --state "$work/copy" -- "$build_dir/tests/e2e/upgrade" "$module" "$3"
}

# another_deb PACKAGE.deb NEW.deb: the next version, with another build of the module.
another_deb() {
	local tree=$work/next module
	dpkg-deb -R "$1" "$tree" && module=$(find "$tree" -name libecp-pkcs11.so) || return 1
	sed -i 's/^Version: .*/&+next/' "$tree/DEBIAN/control"
	objcopy --add-section .next="$tree/DEBIAN/control" "$module" && sed -i '/libecp-pkcs11\.so$/d' "$tree/DEBIAN/md5sums" &&
		dpkg-deb --root-owner-group -b "$tree" "$2"
}

deb_life() {
	local root=$work/debian-root
	mkdir -p "$root"/var/lib/dpkg/{info,updates,triggers}
	touch "$root"/var/lib/dpkg/{status,available}
	contents "$root" >before.txt
	as_root dpkg-in-root dpkg --root="$root" --log=/dev/null --force-depends --force-script-chrootless --force-not-root
	check "the Debian packages can be installed" "$work/dpkg-in-root" -i libecp-pkcs11_*.deb ecp-tools_*.deb ecp-vcard_*.deb
	check "another version" another_deb libecp-pkcs11_*_*.deb "$work/next.deb"
	upgraded "dpkg upgrades the module of a program that signs" "$root" "$work/dpkg-in-root -i $work/next.deb >$work/next.log 2>&1"
	says "… to the other version" '\+next$' dpkg-query --admindir="$root/var/lib/dpkg" -W -f '${Version}\n' libecp-pkcs11
	check "they can be purged" "$work/dpkg-in-root" -P ecp-tools ecp-vcard libecp-pkcs11
	contents "$root" >after.txt
	check "nothing is left" diff before.txt after.txt
}

rpm_life() {
	local root=$work/rpm-root left
	mkdir -p "$root"/var/lib/rpm "$root"/tmp
	as_root rpm-in-root rpm --root "$root" --dbpath /var/lib/rpm
	check "a root for RPMs" "$work/rpm-in-root" --initdb
	check "the RPMs can be installed" "$work/rpm-in-root" --nodeps -i "$1"/*/*.rpm
	upgraded "rpm replaces the module of a program that signs" "$root" \
		"$work/rpm-in-root --nodeps -U --force $1/*/libecp-pkcs11-*.rpm >$work/next.log 2>&1"
	check "they can be removed" "$work/rpm-in-root" -e ecp-tools ecp-vcard libecp-pkcs11
	# folders that other packages bring, too, belong to none of these
	left=$(cd "$root" && find . -path ./var -prune -o \( -not -type d -o -name '*ecp*' \) -print)
	[ -z "$left" ] && ok "nothing is left" || not_ok "nothing is left: $left"
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
	holds libecp-pkcs11 doc/libecp-pkcs11/firefox-policies.json doc/libecp-pkcs11/sandboxes.md* pkcs11/libecp-pkcs11.so share/p11-kit/modules/libecp-pkcs11.module man5/ecp-pkcs11.conf.5.gz
	holds ecp-tools bin/ecp ru/LC_MESSAGES/ecp.mo man1/ecp.1.gz completions/ecp site-functions/_ecp user/ecp-status.timer libexec/ecp-status-notify
	holds ecp-vcard bin/ecp-vcard man1/ecp-vcard.1.gz
	packed=$(find "$work/libecp-pkcs11" -name libecp-pkcs11.so)
	says "the packaged module lists a token of the packaged virtual card" 'PIV' \
		"$work/ecp-vcard/usr/bin/ecp-vcard" run --card piv -- p11tool --provider "$packed" --list-tokens
	says "the packaged ecp sees it with the packaged module" 'PIV' \
		"$work/ecp-vcard/usr/bin/ecp-vcard" run --card piv -- "$work/ecp-tools/usr/bin/ecp" status --module "$packed"
	says "p11-kit's file names the module as installed" "^module: .*/pkcs11/libecp-pkcs11.so" \
		cat "$work/libecp-pkcs11/usr/share/p11-kit/modules/libecp-pkcs11.module"
	deb_life
}

rpm_packages() {
	local packages=$work/rpms
	cd "$tree" && autoreconf -fi >"$work/autoreconf.log" 2>&1 || { not_ok "autoreconf"; return 1; }
	tar cJf "$work/libecp-pkcs11-$version.tar.xz" -C "$work" --exclude=debian "libecp-pkcs11-$version" || return 1
	check "the RPMs are built" rpmbuild -bb --nodeps --nocheck --define "_sourcedir $work" --define "_topdir $work/rpmbuild" \
		--define "_rpmdir $packages" --define "debug_package %{nil}" --define "optflags -O0" "$tree/rpm/libecp-pkcs11.spec"
	for package in libecp-pkcs11 ecp-tools ecp-vcard; do
		says "the RPM of $package holds its files" "$package" sh -c 'rpm -qpl "$1"/*/"$2"-0*.rpm' sh "$packages" "$package"
	done
	says "the RPM holds the module" 'pkcs11/libecp-pkcs11.so' sh -c 'rpm -qpl "$1"/*/libecp-pkcs11-*.rpm' sh "$packages"
	says "the RPM of ecp-tools holds the command" '/usr/bin/ecp' sh -c 'rpm -qpl "$1"/*/ecp-tools-*.rpm' sh "$packages"
	cd "$work" && rpm_life "$packages"
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
