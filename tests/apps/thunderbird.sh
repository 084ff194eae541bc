#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# thunderbird.sh: Thunderbird without a screen signs a message with a token's key, judged by OpenSSL, and reads one that
# OpenSSL encrypted. A person writes, reads, and types the PIN in Thunderbird's own windows.
source "$(dirname "$0")/lib.sh"
source "$source_dir/tests/apps/mozilla.sh"
packages="thunderbird libnss3-tools"
app_seconds=900

# account: Alice's account, as Thunderbird keeps it; no server is ever spoken to.
account() {
	printf '"mail.%s"\n' 'accountmanager.accounts", "account1,account2' 'accountmanager.defaultaccount", "account2' \
		'accountmanager.localfoldersserver", "server1' 'account.account1.server", "server1' 'account.account2.server", "server2' \
		'account.account2.identities", "id1' 'server.server1.type", "none' 'server.server1.userName", "nobody' \
		'server.server1.hostname", "Local Folders' 'server.server2.type", "pop3' 'server.server2.userName", "alice' \
		'server.server2.hostname", "localhost' 'identity.id1.fullName", "Alice' 'identity.id1.useremail", "alice@example.org' \
		'identity.id1.smtpServer", "smtp1' 'smtpservers", "smtp1' 'smtpserver.smtp1.hostname", "localhost'
	printf '"mail.%s\n' 'identity.id1.valid", true' 'server.server2.login_at_startup", false' 'server.server2.check_new_mail", false'
}

# text_of FILE: what stands in the message.
text_of() {
	python3 -c 'import email, sys; print(email.message_from_file(open(sys.argv[1])).get_payload(decode=True).decode().strip())' "$1"
}

# read_secret: a message that OpenSSL encrypted is read with the token's key, after the token was out.
read_secret() {
	printf '%s\r\n' 'Content-Type: text/plain' '' 'Dear Alice, yours, Bob.' |
		openssl cms -encrypt -aes256 -out secret.eml -from 'Bob <bob@example.org>' -to alice@example.org -subject Secret alice.pem
	"$vcard" ctl remove
	person "the token is out" "$no_device" '' devices "$no_device"
	"$vcard" ctl count-reset >/dev/null
	"$vcard" ctl insert
	person "the token is back" "$device" '' devices "$device"
	PERSON_PICTURES=$pictures person "an encrypted message is read" 'Dear Alice, yours, Bob\.' "$pin" read "$PWD/secret.eml" 'Dear Alice' &&
		budget 31 31 22 "the way from the token put back to the read message"
	asked 1
}

inside() {
	local preferences pictures=$work/$card/pictures token device no_device
	mkdir "$pictures"
	mapfile -t preferences < <(account)
	token_words thunderbird
	profile "$HOME/.thunderbird" alice.default-default "${preferences[@]}"
	page add
	program_start start
	person "the token is found" "$device" '' devices "$device" && budget 3 3 5 "the start"
	PERSON_PICTURES=$pictures person "the certificate is chosen" "^alice@example.org: Alice, $token$" "$pin" choose
	asked 0
	PERSON_PICTURES=$pictures person "a message is signed" '^message: ' "$pin" write bob@example.org Hello 'Dear Bob, yours, Alice.' &&
		budget 31 31 22 "the way to the signed message"
	asked 1
	sed 1d "$(sed -n 's/^message: //p' "$log")" >signed.eml
	proof "OpenSSL verifies the message" openssl cms -verify -in signed.eml -CAfile ca.pem -out signed.txt
	proof "… and it is the message" test "$(text_of signed.txt)" = 'Dear Bob, yours, Alice.'
	read_secret
	program_quit
	page remove
	proof "the module is out of the profile" module_gone "$HOME/.thunderbird"
	proof "pictures were taken" test -s "$pictures/pin.png" -a -s "$pictures/choose.png" -a -s "$pictures/compose.png"
	[ -z "${ECP_APPS_PICTURES:-}" ] || cp "$pictures/compose.png" "$ECP_APPS_PICTURES/thunderbird.png"
}

app_main "$@"
