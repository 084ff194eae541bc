#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# life.sh: initialising, waiting, loading and unloading over and over; forks, two copies, exit handlers, many processes, and a
# host whose OpenSSL loads the module by itself. Figures are printed as lines with #.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
programs=$build_dir/tests/e2e

# verified SIGNATURE: by an OpenSSL that knows nothing of the module
verified() {
	OPENSSL_CONF=/dev/null openssl dgst -sha256 -verify "$work/authentication.pub" -signature "$1" "$work/text"
}

# Everything that this process asks of OpenSSL goes to the module first; for the second program OpenSSL has loaded the module before
# the program does it itself.
if [ "${1:-}" = --hosted ]; then
	cd "$work" || exit 1
	export OPENSSL_CONF=$work/host.cnf
	check "OpenSSL, which has loaded the module for all algorithms, signs with it" timeout 120 openssl dgst -engine pkcs11 \
		-keyform engine -sha256 -sign "pkcs11:id=%01;type=private;pin-source=file:$work/pin" -out hosted.sig text
	check "… and the signature is good" verified hosted.sig
	check "a program whose OpenSSL has loaded the module loads it once more and signs" timeout 120 pkcs11-tool --module "$module" \
		--login --pin 13572468 --sign --mechanism SHA256-RSA-PKCS --id 01 --input-file text --output-file hosted2.sig
	check "… and the signature is good" verified hosted2.sig
	finish
fi

"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" 13572468 || {
	not_ok "a token is prepared"
	finish
}
printf 'openssl_conf = all\n[all]\nengines = engines\n[engines]\npkcs11 = pkcs11\n[pkcs11]\nengine_id = pkcs11\nMODULE_PATH = %s\ndefault_algorithms = ALL\ninit = 1\n' \
	"$(realpath "$module")" >"$work/host.cnf"
printf 13572468 >"$work/pin"
echo text >"$work/text"
cp "$work/token" "$work/copy"
"$vcard" run --card piv --state "$work/copy" -- "$0" --hosted || failures=$((failures + 1))
cp "$module" "$work/second.so"
export ECP_SECOND_MODULE=$work/second.so

# play NAME COMMAND…: on a fresh copy of the token; the program says "ok - …" of each story, and its figures.
play() {
	local name=$1 status
	shift
	cp "$work/token" "$work/copy"
	timeout 300 "$vcard" run --card piv --state "$work/copy" -- "$@" >"$work/story.log" 2>&1
	status=$?
	grep '^#' "$work/story.log"
	if [ $status -eq 0 ] && grep -q '^ok - ' "$work/story.log"; then
		ok "$name"
	else
		not_ok "$name (exit $status)"
		sed 's/^/    /' "$work/story.log" | tail -n 15
	fi
}

# malloc() keeps freed pieces for each thread: without that, what is given out is counted to the byte
export GLIBC_TUNABLES=glibc.malloc.tcache_count=0
for story in $("$programs/life"); do
	# shellcheck disable=SC2086 # nothing or a number
	play "${story//_/ }" "$programs/life" "$module" "$story" ${ECP_LIFE_TIMES:-}
done
# at the highest level the trace's lock is taken all the time
ECP_PKCS11_TRACE=3:$work/fork.trace play "a fork at any point of a session leaves parent and child whole" \
	"$programs/forks" "$module"
play "16 processes share one card, and none starves" "$programs/crowd" "$module" "${ECP_CROWD_SIGNATURES:-12}"
finish
