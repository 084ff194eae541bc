#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# chromium.sh: Chromium, on a screen that nobody sees, shows a token's certificate to nginx; the PIN is typed into its dialog.
source "$(dirname "$0")/lib.sh"
packages="chromium libnss3-tools nginx-light xvfb xdotool"

screen_start() {
	local number
	mkfifo display
	exec 5<>display
	Xvfb -displayfd 5 -screen 0 1000x800x24 -nolisten tcp >xvfb.log 2>&1 &
	screen=$!
	read -r -t 60 number <&5
	exec 5>&-
	export DISPLAY=:$number
}

window() {
	xdotool search --onlyvisible --name "$1" 2>/dev/null | tail -n 1
}

# question OLD: notes the window that asks for the PIN, when there is one, which is not OLD.
question() {
	local asks
	asks=$(window '^Unlock Security Device$')
	[ -n "$asks" ] && [ "$asks" != "$1" ] && echo "$asks" >asks
}

# answer PIN: to the next question.
answer() {
	if wait_until 120 question "${asked:-none}"; then
		asked=$(cat asks)
		xdotool windowfocus --sync "$asked" type --delay 20 "$1"
		xdotool key Return
	else
		not_ok "$program, $card: Chromium asks for the PIN"
		echo "    its windows:"
		xdotool search --onlyvisible --name . 2>/dev/null | xargs -r -n 1 xdotool getwindowname | sed 's/^/    /'
		tail -n 5 nginx.log "$work/$card/visit.log" | sed 's/^/    /'
		return 1
	fi
}

# seen PORT TLS: nginx and the person have both seen what they wanted.
seen() {
	if wait_until 120 nginx_seen "$1" "$2" alice.pem; then
		ok "$program, $card: nginx has seen Alice ($2)"
	else
		not_ok "$program, $card: nginx has seen Alice ($2)"
		tail -n 5 nginx.log nginx.access
		return 1
	fi
	proof "Chromium shows the page" wait_until 60 shown "^Hello, CN=Alice,O=Example .$1."
	apdus=$("$vcard" ctl count | sed -n 's/^apdus=\([0-9]*\) .*/\1/p')
}

shown() {
	[ -n "$(window "$1")" ]
}

# site PORT: whom the next visit goes to
site() {
	page_word "localhost:$port/" "localhost:$1/"
	port=$1
}

# asked_or_refused: Chromium asks for the PIN, or nginx has sent it away for want of a certificate.
asked_or_refused() {
	question "${asked:-none}" || refused
}

refused() {
	grep -q "^400 $port " nginx.access
}

# another_site: a site that Chromium has a certificate for. One that is visited before NSS sees the token again, for which it looks
# once a second, gets none, and stays without for as long as Chromium runs.
another_site() {
	local one
	for one in "$@"; do
		site "$one"
		page_log visit
		wait_until 120 asked_or_refused || return
		refused || return 0
		sleep 1
	done
	return 1
}

# visits: three; the first that fails ends them
visits() {
	answer "$pin" && seen "$port" TLSv1.2 || return
	budget 31 31 22 "from start to the page"

	site "$second"
	page_log visit
	seen "$second" TLSv1.3 || return
	budget 25 25 8 "another site, the first after the login"

	"$vcard" ctl remove
	"$vcard" ctl insert
	proof "the service has seen the token" wait_until 60 token_there
	proof "Chromium has seen the token" another_site "${more[@]}"
	answer 00000000 && answer "$pin" && seen "$port" TLSv1.3 || return
	budget 33 33 25 "the token put in again, a wrong PIN and the right one"
}

inside() {
	local second more
	mapfile -t more < <(for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do free_port; done | sort -u)
	port=${more[0]} second=${more[1]}
	more=("${more[@]:2}")
	page add && budget 3 3 5
	page_word 'chromium https' 'chromium --no-sandbox --no-first-run https'
	page_word www.example.org/ "localhost:$port/"
	page_word www.example.org localhost
	page_file token.json etc/policies/managed/token.json
	page_mounts "mount --bind $PWD/etc /etc/chromium"
	nginx_server "$port:TLSv1.2" "$second:TLSv1.3" "${more[@]/%/:TLSv1.3}"
	screen_start
	"$vcard" ctl count-reset >/dev/null
	page_start visit
	visits
	end "$started"
	end "$server"
	end "$screen"
	page_within=()
	page remove
}

app_main "$@"
