# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034 # what is set here is used by the scripts
# lib.sh: what the tests of programs share. A script tests/apps/PROGRAM.sh goes with the page doc/apps/PROGRAM.md:
#
#   source "$(dirname "$0")/lib.sh"
#   inside() { … }         what is done on one card, in a folder of its own
#   app_main "$@"
#
# The commands are taken from the page. There a line "<!-- KIND NAME -->" stands before each fenced block:
#
#   <!-- install -->       "sudo apt install …": these packages are installed
#   <!-- run NAME -->      commands: `page NAME` runs them at a terminal, where a person types the PIN; `page_start NAME` a server
#   <!-- run settings -->  `page_keep settings`: stands before the commands of all blocks that are run after it
#   <!-- file NAME -->     a file: `page_file NAME` writes it
#
# Every block of the page must be used on some card, and the Russian page must have the same blocks, or the test fails.
# On the page the module is /usr/lib/x86_64-linux-gnu/pkcs11/libecp-pkcs11.so; the test puts the built one there, and
# whatever else `page_word WRITTEN MEANT` says.
#
# inside() finds: $card (piv-rsa, piv-p256, rutoken-rsa), $pin, $module, $url (the token's PKCS#11 URI); HOME is new. In the
# folder: message.txt; alice.pem and alice.pub, certificate and public key of the token's key (id 01, label alice);
# ca.pem and ca.key, who issued it; server.pem and server.key for localhost, of the same authority. The certificate
# is on the token.
# Before the cards app_prepare() runs, if there is one; if it fails, the program is skipped with what it said. A script may
# set packages (in place of those on the page), app_seconds (most for one card), app_count= (no count, for programs that
# want the card for themselves) and app_beside (new cards in more readers).
# A card on which all of inside() succeeded gives a line "proved - PROGRAM CARD"; README.md's table is made of them.

# shellcheck source=../e2e/lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.sh"
# shellcheck source=../setup/install.sh
source "$source_dir/tests/setup/install.sh"
program=$(basename "$0" .sh)
cards=${ECP_APPS_CARDS:-piv-rsa piv-p256 rutoken-rsa}
pin=13572468
page_module=/usr/lib/x86_64-linux-gnu/pkcs11/libecp-pkcs11.so
page_words=$work/words.sed
debs=${ECP_APPS_DEBS:-$work/debs}
export LC_ALL=C.UTF-8 PERSON_PIN=$pin

card_family() {
	echo "${1%%-*}"
}

is_rsa() {
	[ "${card##*-}" = rsa ]
}

# ---- the page

# page_blocks FILE: a line "KIND NAME" for each block, "unmarked" for fences without a mark.
page_blocks() {
	awk '/^<!-- (install|run|file)( [^ ]*)? -->$/ { mark = $2 ($4 == "" ? "" : " " $3); next }
		/^ *```/ { if (open) { open = 0 } else { print mark == "" ? "unmarked" : mark; open = 1 } mark = ""; next }
		!open { mark = "" }' "$1"
}

# page_text FILE KIND [NAME]: what the block says.
page_text() {
	awk -v mark="<!-- $2${3:+ $3} -->" '$0 == mark { found = 1; next }
		found && /^```/ { if (open) exit; open = 1; next }
		open { print }
		!open && found { found = 0 }' "$1"
}

# page_word WRITTEN MEANT: what stands on the page (plain text) and what it is for the test.
page_word() {
	printf 's|%s|%s|g\n' "$(printf '%s' "$1" | sed 's/[][\.*^$|]/\\&/g')" "$(printf '%s' "$2" | sed 's/[\&|]/\\&/g')" >>"$page_words"
}

# page_block KIND NAME: the text of the block, as the test means it; notes that it was used.
page_block() {
	local text
	text=$(page_text "$page" "$1" "$2")
	[ -n "$text" ] || {
		echo "the page has no block: $1 $2" >&2
		return 1
	}
	echo "$1 $2" >>"$work/used"
	printf '%s\n' "$text" | sed -f "$page_words"
}

page_file() {
	local to=${2:-$1}
	mkdir -p "$(dirname "$to")"
	page_block file "$1" >"$to" || not_ok "$card: the page has the file $1"
}

page_keep() {
	kept=$(page_block run "$1") || not_ok "$card: the page has the block $1"
}

# page_mounts COMMANDS: what is run after it sees other files: COMMANDS (mount …) are carried out in a namespace of its own.
page_within=()
page_mounts() {
	local as_user=()
	[ "$(id -u)" -eq 0 ] || as_user=(--map-root-user)
	page_within=(unshare --mount "${as_user[@]}" sh -ec "$1
exec \"\$@\"" sh)
}

# page_log NAME: runs the block at a terminal; its output is in $log, what it cost in $apdus; returns its status.
page_log() {
	local text status
	log=$work/$card/$1.log
	text=$(page_block run "$1") || return 1
	"$vcard" ctl count-reset >/dev/null
	python3 "$source_dir/tests/apps/person.py" "${page_within[@]}" bash -ec "${kept:-:}
$text" >"$log" 2>&1
	status=$?
	apdus=$("$vcard" ctl count | sed -n 's/^apdus=\([0-9]*\) .*/\1/p')
	return $status
}

# page_start NAME: runs the block in the background; its process is $started, its output $log.
page_start() {
	local text
	log=$work/$card/$1.log
	text=$(page_block run "$1") || return 1
	python3 "$source_dir/tests/apps/person.py" "${page_within[@]}" bash -ec "${kept:-:}
$text" >"$log" 2>&1 </dev/null &
	started=$!
}

# page NAME [PATTERN]: the commands of this block succeed (and print PATTERN).
page() {
	local status
	page_log "$1"
	status=$?
	if [ $status -eq 0 ] && { [ -z "${2:-}" ] || grep -Eq "$2" "$log"; }; then
		ok "$program, $card: $1"
	else
		not_ok "$program, $card: $1 (exit $status${2:+, or no $2})"
		sed 's/^/    /' "$log" | tail -n 25
		return 1
	fi
}

# page_refused NAME PATTERN: the commands fail and say PATTERN.
page_refused() {
	if page_log "$1"; then
		not_ok "$program, $card: $1 succeeded"
	elif grep -Eq "$2" "$log"; then
		ok "$program, $card: $1 is refused"
	else
		not_ok "$program, $card: $1 failed without saying $2"
	fi
	[ "$failures" -eq 0 ] || sed 's/^/    /' "$log" | tail -n 10
}

# budget LIMIT…: what the last page cost; one limit for each of piv-rsa, piv-p256, rutoken-rsa.
budget() {
	local limit
	case $card in piv-rsa) limit=$1 ;; piv-p256) limit=$2 ;; *) limit=$3 ;; esac
	at_most "$program, $card: APDUs of ${4:-$(basename "$log" .log)}" "$apdus" "$limit"
}

# proof NAME COMMAND…: as check, with the card in the name.
proof() {
	local name=$1
	shift
	check "$program, $card: $name" "$@"
}

# tls_server VERSION: OpenSSL's server at $port (which the script sets), which lets nobody in without a certificate of ca.pem; its process is $server.
tls_server() {
	: "${port:?}"
	openssl s_server -accept "127.0.0.1:$port" -cert server.pem -key server.key -CAfile ca.pem -Verify 1 -verify_return_error \
		-www "-$1" >server.log 2>&1 &
	server=$!
	wait_until 60 listening "$port"
}

# tls_client VERSION [HOST:PORT]: OpenSSL's client finds a server that has a certificate of ca.pem and its key.
tls_client() {
	echo | timeout 60 openssl s_client -connect "${2:-127.0.0.1:$port}" "-$1" -CAfile ca.pem -verify_return_error -purpose any
}

# nginx_server PORT:TLS…: nginx at these ports of localhost, each with one version of TLS (TLSv1.2, TLSv1.3), lets nobody in without
# a certificate of ca.pem and shows a page with the title "Hello, NAME (PORT)". Its process is $server; nginx.access has a line for
# each request: "STATUS PORT TLS FINGERPRINT" (of the certificate, or "-").
nginx_server() {
	local one
	mkdir -p nginx
	{
		cat <<-END
			daemon off;
			master_process off;
			pid $PWD/nginx/pid;
			error_log $PWD/nginx.log info;
			events {}
			http {
			log_format who '\$status \$server_port \$ssl_protocol \$ssl_client_fingerprint';
			access_log $PWD/nginx.access who;
			client_body_temp_path $PWD/nginx;
			proxy_temp_path $PWD/nginx;
			fastcgi_temp_path $PWD/nginx;
			uwsgi_temp_path $PWD/nginx;
			scgi_temp_path $PWD/nginx;
			ssl_certificate $PWD/server.pem;
			ssl_certificate_key $PWD/server.key;
			ssl_client_certificate $PWD/ca.pem;
			ssl_verify_client on;
			default_type text/html;
		END
		for one in "$@"; do
			echo "server { listen 127.0.0.1:${one%:*} ssl; ssl_protocols ${one#*:};"
			echo "location / { return 200 '<title>Hello, \$ssl_client_s_dn (\$server_port)</title>'; } }"
		done
		echo '}'
	} >nginx.conf
	/usr/sbin/nginx -e "$PWD/nginx.log" -p "$PWD" -c "$PWD/nginx.conf" &
	server=$!
	for one in "$@"; do
		wait_until 60 listening "${one%:*}"
	done
}

# nginx_seen PORT TLS CERTIFICATE: somebody with this certificate was let in.
nginx_seen() {
	local print
	print=$(openssl x509 -in "$3" -noout -fingerprint -sha1 | sed 's/.*=//;s/://g' | tr 'A-F' 'a-f')
	grep -qx "200 $1 $2 $print" nginx.access
}

# gost_key: a GOST key on the token (id 02, label gost), and its certificate of ca.pem on the token and in gost.pem; for a Rutoken.
gost_key() {
	local tool=(pkcs11-tool --module "$module" --login --pin "$pin")
	"${tool[@]}" --keypairgen --key-type GOSTR3410-2012-256:B --id 02 --label gost >gost.log 2>&1 && gost_certificate &&
		openssl x509 -in gost.pem -outform DER -out gost.der &&
		"${tool[@]}" --write-object gost.der --type cert --id 02 --label gost >>gost.log 2>&1
}

# with_gost: gost() of the script, on a Rutoken; if all of it succeeds, README's table says so in a column of its own.
with_gost() {
	local before=$failures
	[ "$card" = rutoken-rsa ] || return 0
	gost
	[ "$failures" -ne "$before" ] || echo "proved - $program rutoken-gost"
}

# gost_certificate: gost.pem, for the token's GOST key
gost_certificate() (
	gost_openssl "$PWD"
	(umask 077 && printf '%s\n' "$pin" >pin)
	"$build_dir/ecp" request --module "$module" --yes --key gost --pin-source pin --profile plain --cn Alice --out gost.csr >>gost.log 2>&1 &&
		openssl req -in gost.csr -noout -verify >>gost.log 2>&1 &&
		openssl x509 -req -in gost.csr -CA ca.pem -CAkey ca.key -set_serial 77 -days 99 -sha256 -out gost.pem 2>>gost.log
)

# gost_verified SIGNATURE FILE: OpenSSL's GOST engine finds it made with the key of gost.pem
gost_verified() (
	gost_openssl "$PWD"
	openssl x509 -in gost.pem -noout -pubkey >gost.pub && openssl dgst -md_gost12_256 -verify gost.pub -signature "$1" "$2"
)

# same_certificate FILE FILE (PEM)
same_certificate() {
	local one
	one=$(openssl x509 -in "$1" -noout -fingerprint -sha256) && [ "$one" = "$(openssl x509 -in "$2" -noout -fingerprint -sha256)" ]
}

# ecdsa_der FILE…: the two bare numbers of PKCS#11 become what OpenSSL verifies.
ecdsa_der() {
	python3 -c '
import sys
def number(raw):
    raw = raw.lstrip(b"\0") or b"\0"
    raw = (b"\0" if raw[0] & 0x80 else b"") + raw
    return bytes([2, len(raw)]) + raw
for path in sys.argv[1:]:
    data = open(path, "rb").read()
    both = number(data[: len(data) // 2]) + number(data[len(data) // 2 :])
    open(path, "wb").write(bytes([0x30, len(both)]) + both)' "$@"
}

# ---- a machine

# wait_until SECONDS COMMAND…: until COMMAND succeeds.
wait_until() {
	local end=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ $SECONDS -lt $end ] || return 1
		sleep 0.1
	done
}

# token_there: the PC/SC service has seen a card; sends nothing to it.
token_there() {
	opensc-tool --list-readers | grep -q ' Yes '
}

# free_port: a TCP port of 127.0.0.1 that nobody listens to, below those that the kernel gives to clients.
free_port() {
	python3 -c '
import random, socket
while True:
    port = random.randrange(20000, 32000)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            continue
        print(port)
        break'
}

listening() {
	ss -Hltn "sport = :$1" | grep -q .
}

# end PID: ends a process that this script started, and waits for it.
end() {
	kill "$1" 2>/dev/null
	wait "$1" 2>/dev/null
}

# known_package PACKAGE: this system's apt has it, if need be after it was told to look.
known_package() {
	apt-cache show "$1" 2>/dev/null | grep -q . || as_root apt-get update -qq >/dev/null 2>&1
	apt-cache show "$1" 2>/dev/null | grep -q .
}

# unpacked PACKAGE [SUITE]: prints the folder into which the package of that suite is unpacked, beside the system.
unpacked() {
	local folder=$debs/${2:-system}/$1 apt=$debs/apt-${2:-system}
	if [ ! -d "$folder" ]; then
		mkdir -p "$apt/lists/partial" "$apt/archives/partial" "$debs/${2:-system}" || return 1
		local options=(-qq -o "Dir::Cache=$apt")
		if [ -n "${2:-}" ]; then
			echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $2 main" >"$apt/sources.list"
			options+=(-o "Dir::Etc::sourcelist=$apt/sources.list" -o Dir::Etc::sourceparts=- -o "Dir::State::lists=$apt/lists")
			apt-get "${options[@]}" update >&2 || return 1
		elif ! known_package "$1"; then
			return 1
		fi
		(cd "$apt" && rm -f ./*.deb && apt-get "${options[@]}" download "$1" >&2 && dpkg-deb -x ./*.deb "$folder.new") || return 1
		mv "$folder.new" "$folder"
	fi
	echo "$folder"
}

# ---- the test

app_packages() {
	[ -z "${packages+set}" ] || {
		echo "$packages"
		return
	}
	page_text "$page" install | sed -n 's/^sudo apt install//p' | tr ' ' '\n' | grep -v '^-' | xargs
}

# shellcheck disable=SC2046,SC2086 # lists of words
# app_install: says why, if it fails; returns 2 if this system has no such package.
app_install() {
	local package missing
	missing=$(missing_packages $(app_packages))
	[ -n "$missing" ] || return 0
	for package in $missing; do
		known_package "$package" || {
			echo "there is no package $package for this system"
			return 2
		}
	done
	[ "${ECP_APPS_INSTALL:-yes}" = yes ] || {
		echo "not installed:" $missing
		return 1
	}
	install_log=$work/install.log install_packages $missing
}

# app_tokens FOLDER: prepares tokens, certificates and a server's key, if they are not there.
app_tokens() {
	[ -e "$1/ready" ] || "$source_dir/tests/apps/prepare-tokens.sh" "$1"
}

# app_card CARD: everything in inside(), on a fresh copy of the card.
app_card() {
	mkdir -p "$work/$1/home" "$work/$1/desk"
	cp "$tokens/$1.state" "$work/$1/state"
	cp "$tokens/$1".{pem,pub} "$tokens"/{ca,server}.{pem,key} "$work/$1/desk"
	(cd "$work/$1/desk" && mv "$1.pem" alice.pem && mv "$1.pub" alice.pub && printf 'Dear Bob, yours, Alice.\n' >message.txt)
	rm -f "$work/$1/"*.log
	local beside
	# shellcheck disable=SC2086 # a list of words
	beside=$(printf -- '--card %s ' ${app_beside:-})
	[ -n "${app_beside:-}" ] || beside=
	# shellcheck disable=SC2086 # lists of words, and unset, or empty for programs that want the card for themselves
	ECP_WORK=$work HOME=$work/$1/home timeout -k 10 "${app_seconds:-300}" "$vcard" run \
		--card "$(card_family "$1")" $beside --state "$work/$1/state" \
		${ECP_APPS_READER:+--reader-name "$ECP_APPS_READER"} ${app_count---count $work/$1/count} -- "$0" --inside "$1"
}

app_inside() {
	cd "$work/$card/desk" || exit 1
	cp "$page_words" "$work/$card/words.sed"
	page_words=$work/$card/words.sed
	page_word "$page_module" "$(realpath "$module")"
	url=$(p11tool --provider "$module" --list-token-urls 2>/dev/null | head -n 1)
	inside
	finish
}

# app_pages: both pages say the same commands, and all of them were run.
app_pages() {
	local russian=${page%.md}.ru.md block
	check "$program: the pages in English and Russian have the same commands" diff <(app_commands "$page") <(app_commands "$russian")
	page_blocks "$page" | grep -v '^install' | while read -r block; do
		grep -qxF "$block" "$work/used" || echo "$block"
	done >"$work/unused"
	check "$program: every command on the page was run" diff /dev/null "$work/unused"
}

app_commands() {
	page_blocks "$1" | while read -r kind name; do
		echo "== $kind $name"
		page_text "$1" "$kind" "$name"
	done
}

app_main() {
	local status
	page=$source_dir/doc/apps/$program.md
	[ "${1:-}" = --inside ] || : >"$page_words"
	case ${1:-} in
	--inside)
		card=$2
		app_inside
		;;
	--install)
		app_install
		exit
		;;
	esac
	reason=$(app_install)
	status=$?
	if [ $status -eq 2 ]; then
		echo "skip - $program: $reason"
		exit 0
	elif [ $status -ne 0 ]; then
		not_ok "$program: $reason"
		finish
	fi
	if declare -F app_prepare >/dev/null && ! app_prepare >"$work/prepare.log" 2>&1; then
		echo "skip - $program: $(tail -n 1 "$work/prepare.log")"
		exit 0
	fi
	tokens=${ECP_APPS_TOKENS:-$work/tokens}
	app_tokens "$tokens" >"$work/tokens.log" 2>&1 || {
		not_ok "$program: tokens are prepared"
		sed 's/^/    /' "$work/tokens.log" | tail -n 20
		finish
	}
	: >"$work/used"
	for card in $cards; do
		if app_card "$card"; then
			echo "proved - $program $card"
		else
			failures=$((failures + 1))
			echo "# $program did not succeed on $card"
		fi
	done
	[ -n "${ECP_APPS_CARDS:-}" ] || app_pages
	finish
}
