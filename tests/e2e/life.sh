#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# life.sh: initialising, waiting, loading and unloading over and over; forks, two copies, exit handlers, many processes, and a
# host whose OpenSSL loads the module by itself. Figures are printed as lines with #.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
programs=$build_dir/tests/e2e
"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" 13572468 || {
	not_ok "a token is prepared"
	finish
}
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
