#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# sharing.sh: an application and the card's other users; each story starts from a fresh copy of one prepared token.
source "$(dirname "$0")/lib.sh"
export ECP_WORK=$work
stories=$build_dir/tests/e2e/sharing
"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" 13572468 || {
	not_ok "a token is prepared"
	finish
}

# another program's renewal of the certificate in 9A; the card is reset afterwards
cat >"$work/renew" <<RENEW
#!/bin/sh
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=renewed -keyout /dev/null 2>/dev/null |
	openssl x509 -req -force_pubkey "$work/authentication.pub" -CA "$work/authority.pem" -CAkey "$work/authority.key" \
		-set_serial 77 -days 365 -out "$work/renewed.pem" 2>/dev/null &&
PIV_EXT_AUTH_KEY="$work/management.key" piv-tool -A M:9B:03 -C 9A -i "$work/renewed.pem" >/dev/null 2>&1
"$vcard" ctl reset
RENEW
chmod +x "$work/renew"
export ECP_RENEW=$work/renew

for story in $("$stories"); do
	cards="--card piv"
	cp "$work/token" "$work/copy"
	cp "$work/token" "$work/copy.2"
	[ "$story" != two_tokens_work_side_by_side ] || cards="--card piv --card piv"
	# shellcheck disable=SC2086 # a list of words
	timeout 120 "$vcard" run $cards --state "$work/copy" -- "$stories" "$module" "$story" >"$work/story.log" 2>&1
	status=$?
	if grep -q "^ok - $story" "$work/story.log" && [ $status -eq 0 ]; then
		ok "${story//_/ }"
	else
		not_ok "${story//_/ } (exit $status)"
		sed 's/^/    /' "$work/story.log" | tail -n 15
	fi
done
finish
