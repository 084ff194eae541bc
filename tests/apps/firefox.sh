#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# firefox.sh: Firefox without a screen shows a token's certificate to nginx, over TLS 1.2 and 1.3. A person chooses the
# certificate and types the PIN in Firefox's own dialogs. The module is in the profile, and then in a policy.
source "$(dirname "$0")/lib.sh"
source "$source_dir/tests/apps/mozilla.sh"
packages="firefox-esr libnss3-tools nginx-light"
app_seconds=900

# visit NAME PORT TLS PINS: nginx at this port lets Alice in, and she sees its page.
visit() {
	person "$1 ($3)" "^page: .* Hello, CN=Alice,O=Example .$2.$" "$4" visit "https://localhost:$2/" '^(Hello|400)' || return
	proof "nginx has seen Alice's certificate ($3)" nginx_seen "$2" "$3" alice.pem
}

# with_profile: the module is in the profile. What the token costs is counted from the start to the page.
# A Rutoken costs two more at the start: the state of its PIN, and the random numbers that NSS asks of a token with a generator.
with_profile() {
	page add
	program_start start
	person "the token is found" "$device" '' devices "$device" && budget 3 3 5 "the start"
	PERSON_PICTURES=$pictures visit "Alice is let in" "${ports[0]}" TLSv1.3 "$pin" && budget 31 31 22 "the way to the page"
	proof "she chose her certificate" grep -q '^certificates: Alice ' "$log"
	asked 1
	visit "Alice is let in again" "${ports[1]}" TLSv1.2 ''
	asked 0
	PERSON_PICTURES=$pictures person "the certificate is in the store" "^Alice \| $token " '' certificates
	"$vcard" ctl remove
	person "the token is out" "$no_device" '' devices "$no_device"
	person "without it she is not let in" '400 No required SSL certificate' '' visit "https://localhost:${ports[2]}/" '^(Hello|400)'
	"$vcard" ctl insert
	person "the token is back" "$device" '' devices "$device"
	visit "a wrong PIN, then the right one" "${ports[2]}" TLSv1.3 "00000000 $pin"
	asked 2
	program_quit
	page remove
	proof "the module is out of the profile" module_gone "$profiles"
}

# with_policy: Firefox gets the module from a policy for the whole system, which is another folder /etc.
with_policy() {
	local file
	mkdir etc etc.before
	for file in /etc/*; do
		ln -s "$PWD/etc.before/$(basename "$file")" etc
	done
	rm -f etc/firefox
	page_mounts "mount --rbind /etc $PWD/etc.before
mount --rbind $PWD/etc /etc"
	page everybody
	page_file policies.json
	proof "the policy is that of the page" same_json policies.json etc/firefox/policies/policies.json
	program_start start
	person "the policy brings the module" "$device" '' devices "$device"
	visit "Alice is let in by policy" "${ports[3]}" TLSv1.3 "$pin"
	program_quit
}

same_json() {
	python3 -c 'import json, sys; sys.exit(json.load(open(sys.argv[1])) != json.load(open(sys.argv[2])))' "$1" "$2"
}

inside() {
	local profiles=$HOME/.config/mozilla/firefox pictures=$work/$card/pictures token device no_device ports
	mkdir "$pictures"
	token_words firefox
	ports=("$(free_port)" "$(free_port)" "$(free_port)" "$(free_port)")
	nginx_server "${ports[0]}:TLSv1.3" "${ports[1]}:TLSv1.2" "${ports[2]}:TLSv1.3" "${ports[3]}:TLSv1.3"
	profile "$profiles" alice.default-esr '"browser.chrome.site_icons", false'
	with_profile
	proof "pictures were taken" test -s "$pictures/pin.png" -a -s "$pictures/certificate.png" -a -s "$pictures/certificates.png"
	profile "$profiles" alice.default-esr '"browser.chrome.site_icons", false'
	with_policy
	end "$server"
	[ -z "${ECP_APPS_PICTURES:-}" ] || cp "$pictures/certificate.png" "$ECP_APPS_PICTURES/firefox.png"
}

app_main "$@"
