# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# install.sh: Debian packages for ./demo and ./check, sourced by both.
#
# What is already installed is left alone, apt's sources are not touched, and no service is started or stopped by the
# installation: packages such as pcscd would otherwise start their daemon.

build_packages="gcc make autoconf automake libtool pkg-config libc6-dev libpcsclite-dev libssl-dev libtasn1-6-dev
	libtasn1-bin libgcrypt20-dev zlib1g-dev libinih-dev libjansson-dev libp11-kit-dev libgnutls28-dev libcurl4-openssl-dev gettext"
demo_packages="$build_packages pcscd vsmartcard-vpcd gnutls-bin openssl libengine-gost-openssl"
# shellcheck disable=SC2034 # used by ./check
check_packages="$demo_packages opensc check clang libclang-rt-14-dev valgrind shellcheck universal-ctags git xz-utils procps
	iproute2 opensc-pkcs11 yubico-piv-tool ykcs11 gpg gpg-agent scdaemon openssh-client p11-kit p11-kit-modules libnss3-tools
	debhelper lintian fakeroot rpm libengine-pkcs11-openssl softhsm2 pcsc-tools binutils clang-tidy cppcheck python3 zsh man-db"

say() {
	printf '%s\n' "$*"
}

as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

missing_packages() {
	local package
	for package in "$@"; do
		dpkg-query -W -f '${Status}\n' "$package" 2>/dev/null | grep -q '^install ok installed$' || echo "$package"
	done
}

# install_packages PACKAGE…: installs those that are missing.
install_packages() {
	local missing policy=/usr/sbin/policy-rc.d held='' status=0
	missing=$(missing_packages "$@")
	[ -n "$missing" ] || return 0
	if ! command -v apt-get >/dev/null; then
		say "This system has no apt-get. Please install what corresponds to these Debian packages and run this again:"
		say "$missing"
		return 1
	fi
	if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
		say "Packages are missing and neither root nor sudo is at hand. Please have these installed and run this again:"
		say "$missing"
		return 1
	fi
	if [ ! -e $policy ]; then
		held=yes
		printf '#!/bin/sh\nexit 101\n' | as_root tee $policy >/dev/null
		as_root chmod 755 $policy
	fi
	# shellcheck disable=SC2086 # a list of words
	{
		as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o DPkg::Lock::Timeout=300 \
			--no-install-recommends $missing ||
			{ as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
				apt-get install -y -qq -o DPkg::Lock::Timeout=300 --no-install-recommends $missing; }
	} >"${install_log:-/dev/null}" 2>&1 || status=$?
	[ -z "$held" ] || as_root rm -f $policy
	if [ $status -ne 0 ]; then
		say "apt-get could not install: $(echo "$missing" | tr '\n' ' ')"
		[ -z "${install_log:-}" ] || tail -n 5 "$install_log"
		say "Try 'apt-get update', then run this again."
	fi
	return $status
}
