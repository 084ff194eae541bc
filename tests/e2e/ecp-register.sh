#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# ecp-register.sh: "ecp register" tells programs of the module and "ecp unregister" brings every file back, byte for byte; judged by
# the programs themselves: NSS's modutil, OpenSSL with pkcs11-provider, ssh.
source "$(dirname "$0")/../apps/lib.sh"
source "$(dirname "$0")/ecp-lib.sh"
module=$(realpath "$module")
export ECP_MODULE=$module HOME="$work/дом Ивана П."
unset XDG_CONFIG_HOME XDG_DATA_HOME OPENSSL_CONF
register=("$ecp" register --user) unregister=("$ecp" unregister --user)
firefox="$HOME/.config/mozilla/firefox/ab1.Мой профиль" thunderbird=$HOME/.thunderbird/xy2.default
chromium=$HOME/.pki/nssdb person_cnf=$HOME/.config/ecp-openssl.cnf

# a person's home: profiles that were used, as the programs leave them, and one that never was
new_home() {
	rm -rf "$HOME"
	mkdir -p "$firefox" "$thunderbird" "$chromium" "$HOME/.ssh" "$HOME/dotfiles"
	chmod 700 "$HOME/.ssh"
	local folder
	for folder in "$firefox" "$thunderbird" "$chromium"; do
		certutil -N -d "sql:$folder" --empty-password
	done
	touch "$firefox/.parentlock" "$thunderbird/.parentlock"
	printf '[Profile1]\nName=never\nIsRelative=1\nPath=cd3.never\n\n[Profile0]\nName=default\nIsRelative=1\nPath=%s\n' \
		"$(basename "$firefox")" >"$HOME/.config/mozilla/firefox/profiles.ini"
	printf '[Profile0]\nName=default\nIsRelative=0\nPath=%s\n\n[General]\nVersion=2\n' "$thunderbird" >"$HOME/.thunderbird/profiles.ini"
	# a configuration that lies elsewhere, and whose last line has no end
	printf '# mine\nHost server\n\tUser alice\r\n  PKCS11Provider /usr/lib/mine.so' >"$HOME/dotfiles/ssh"
	chmod 640 "$HOME/dotfiles/ssh"
	ln -s ../dotfiles/ssh "$HOME/.ssh/config"
}

# picture FOLDER: every file and link there, with mode and contents; databases that their owners write too, by name.
picture() {
	(cd "$1" && find . -not -type d -not -name '*.db' -printf '%p %y %m %l\n' | sort &&
		find . -type f -not -name '*.db' -print0 | sort -z | xargs -0r sha256sum)
}

before() {
	picture "$HOME" >"$work/before"
}

same_as_before() {
	picture "$HOME" >"$work/after"
	check "$1" diff "$work/before" "$work/after"
}

# loaded NAME FOLDER: NSS has loaded the module from this database, and sees the token.
loaded() {
	modutil -dbdir "sql:$2" -list >"$work/modutil.log" 2>&1
	if [ "$(grep -cF "library name: $module" "$work/modutil.log")" = 1 ] && [ "$(grep -c 'status: loaded' "$work/modutil.log")" = 2 ] &&
		grep -q 'token: PIV' "$work/modutil.log"; then
		ok "$1"
	else
		not_ok "$1"
		sed 's/^/    /' "$work/modutil.log"
	fi
}

provider() {
	OPENSSL_CONF=$person_cnf openssl list -providers >"$work/providers" 2>&1
	[ "$(grep -c 'status: active' "$work/providers")" = 2 ] && grep -q '^  default$' "$work/providers" && grep -q '^  pkcs11$' "$work/providers"
}

# ssh_has HOST MODULE: that is what ssh takes for the host; its own home is that of /etc/passwd.
ssh_has() {
	ssh -F "$HOME/.ssh/config" -G "$1" | grep -qixF "pkcs11provider $2"
}

inside_round() {
	new_home
	before
	ends 10 "nobody to ask: nothing is changed" setsid "${register[@]}"
	same_as_before "… indeed"
	ends 0 "--dry-run shows" "${register[@]}" --dry-run
	told "… lines of the file" "^  \\+ library=$module"
	same_as_before "… and changes nothing"
	json "… and JSON says where" "len(o['places']) == 5 and all(p['would_change'] and p['file'] for p in o['places'])" "${register[@]}" --dry-run --json
	ends 0 "… in Russian too" env LC_ALL= LANG=ru_RU.UTF-8 "${register[@]}" --dry-run
	told "… indeed" 'OpenSSH: будет добавлено в .*/\.ssh/config'
	ends 10 "the person says no" typed "(y.n)=n" -- "${register[@]}"
	same_as_before "… and nothing is changed"
	ends 0 "register" "${register[@]}" --yes
	picture "$HOME" >"$work/registered"
	loaded "Firefox's profile, with a name of its own, loads it" "$firefox"
	loaded "Thunderbird's profile loads it" "$thunderbird"
	loaded "Chromium's database loads it" "$chromium"
	check "ssh has it for any host" ssh_has example.org "$module"
	check "… but not in the place of what the person chose" ssh_has server /usr/lib/mine.so
	check "the link is a link still" test -L "$HOME/.ssh/config"
	[ "$(stat -c %a "$HOME/dotfiles/ssh")" = 640 ] && ok "… and its file has its mode" || not_ok "… and its file has its mode"
	check "OpenSSL has its own provider and that of PKCS#11" provider
	says "… which finds the token's certificate" '^Total found: [1-9]' env OPENSSL_CONF="$person_cnf" \
		openssl storeutl -certs 'pkcs11:type=cert'
	json "again: all is registered, nothing changes" \
		"o['exit'] == 0 and len(o['places']) == 5 and {p['state'] for p in o['places']} == {'registered'} and not any(p['changed'] or p['would_change'] for p in o['places'])" \
		"${register[@]}" --json
	picture "$HOME" >"$work/after"
	check "… indeed" diff "$work/registered" "$work/after"
	json "unregister" "o['exit'] == 0 and all(p['changed'] for p in o['places'])" "${unregister[@]}" --yes --json
	same_as_before "every file is as it was"
	ends 0 "again: there is nothing to do" "${unregister[@]}"
	same_as_before "… indeed"
}

# what people and NSS do meanwhile
inside_meanwhile() {
	new_home
	rm -rf "$HOME/.ssh"
	before
	ends 0 "no configuration of ssh: one is made" "${register[@]}" --ssh --yes
	check "… which ssh reads" ssh_has example.org "$module"
	[ "$(stat -c %a "$HOME/.ssh" "$HOME/.ssh/config" | xargs)" = '700 600' ] && ok "… for the person alone" || not_ok "… for the person alone"
	ends 0 "… and it goes again" "${unregister[@]}" --ssh --yes
	same_as_before "… indeed"
	modutil -dbdir "sql:$chromium" -add Card -libfile "$module" -force >"$work/modutil.log" 2>&1
	ends 0 "what modutil has registered is known" "${register[@]}" --chromium
	told "… and not added again" 'nothing to change'
	ends 0 "… and can be taken out" "${unregister[@]}" --chromium --yes
	same_as_before "… so that all is as before modutil"
	"${register[@]}" --chromium --yes >"$work/out" 2>&1
	modutil -dbdir "sql:$chromium" -add second -libfile "$build_dir/../nothing.so" -force >"$work/modutil.log" 2>&1
	cp "$module" "$work/second.so"
	modutil -dbdir "sql:$chromium" -add second -libfile "$work/second.so" -force >"$work/modutil.log" 2>&1
	ends 0 "another module was added behind ours: ours goes" "${unregister[@]}" --chromium --yes
	told "… and it is said that the file as it was is kept" '\.before-ecp'
	modutil -dbdir "sql:$chromium" -list >"$work/modutil.log" 2>&1
	check "… and the other stays" grep -qF "library name: $work/second.so" "$work/modutil.log"
	check "… alone" sh -c '! grep -qF "library name: $1" "$2"' sh "$module" "$work/modutil.log"
}

# holding FILE COMMAND…: a program uses the profile meanwhile, as Firefox does.
holding() {
	python3 -c '
import fcntl, subprocess, sys
with open(sys.argv[1], "r+") as file:
    fcntl.lockf(file, fcntl.LOCK_EX)
    sys.exit(subprocess.run(sys.argv[2:], close_fds=True).returncode)' "$@"
}

in_the_way() {
	new_home
	before
	ends 9 "a profile in use is refused" holding "$firefox/.parentlock" "${register[@]}" --firefox --yes
	told "… with what to do" 'Close the program'
	untold "… and not as if all were well" 'nothing to change'
	same_as_before "… and left alone"
	ends 9 "among all programs, too" holding "$firefox/.parentlock" "${register[@]}" --yes
	check "… and the others are done" ssh_has example.org "$module"
	check "… Thunderbird also" grep -qxF "library=$module" "$thunderbird/pkcs11.txt"
	check "… but not Firefox" sh -c '! grep -qF "$1" "$2"' sh "$module" "$firefox/pkcs11.txt"
	"${register[@]}" --firefox --yes >"$work/out" 2>&1
	ends 9 "nor is the module taken out of a profile in use" holding "$firefox/.parentlock" "${unregister[@]}" --firefox --yes
	ends 0 "… the others' profiles being free" holding "$firefox/.parentlock" "${unregister[@]}" --thunderbird --chromium --ssh --openssl --yes
	ends 0 "when it is closed, it is taken out" "${unregister[@]}" --firefox --yes
	same_as_before "… and all is as before"
	rm "$firefox/.parentlock"
	ln -s "127.0.0.1:$$" "$firefox/lock"
	ends 9 "a lock of the old kind counts" "${register[@]}" --firefox --yes
	ln -sfn "192.0.2.1:4194999" "$firefox/lock"
	ends 9 "… one of another machine, too" "${register[@]}" --firefox --yes
	ln -sfn "127.0.0.1:4194999" "$firefox/lock"
	ends 0 "… but not if its process has died" "${register[@]}" --firefox --yes

	new_home
	head -c 100 "$firefox/pkcs11.txt" >"$work/half"
	printf '\nlibr' >>"$work/half"
	cp "$work/half" "$firefox/pkcs11.txt"
	ends 8 "a damaged pkcs11.txt is refused" "${register[@]}" --firefox --yes
	check "… and left alone" cmp "$work/half" "$firefox/pkcs11.txt"
	rm "$firefox/pkcs11.txt"
	mkdir "$firefox/pkcs11.txt"
	ends 8 "so is a folder of that name" "${register[@]}" --firefox --yes
	printf 'library=/old/libecp-pkcs11.so\nname=ecp\n\n' >>"$chromium/pkcs11.txt"
	ends 9 "another module of our name is not replaced" "${register[@]}" --chromium --yes
	ends 0 "… but is taken out if it is named" "${unregister[@]}" --chromium --yes --module /old/libecp-pkcs11.so
	ends 0 "… and then there is room" "${register[@]}" --chromium --yes
	printf 'PKCS11Provider "%s"\n' "$module" >"$HOME/dotfiles/ssh"
	ends 0 "what stands in ssh's configuration by hand will do" "${register[@]}" --ssh
	ends 9 "… and is not ours to remove" "${unregister[@]}" --ssh --yes
	new_home
	printf 'library=/usr/lib/p11-kit-proxy.so\nname=proxy\n\n' >>"$chromium/pkcs11.txt"
	mkdir -p "$HOME/.config/pkcs11/modules"
	printf 'module: %s\n' "$module" >"$HOME/.config/pkcs11/modules/x.module"
	mkfifo "$HOME/.config/pkcs11/modules/a.module"
	ends 0 "where p11-kit brings the module along, it is not put a second time" timeout 60 "${register[@]}" --chromium
	told "… and that is said" 'p11-kit brings the module along'
	rm "$HOME/.config/pkcs11/modules/x.module"
	ends 0 "… but if p11-kit does not know it" "${register[@]}" --chromium --yes
	check "… it is" grep -qxF "library=$module" "$chromium/pkcs11.txt"
	new_home
	ends 0 "a configuration for OpenSSL" "${register[@]}" --openssl --yes
	[ "$(stat -c %a "$person_cnf")" = 600 ] && ok "… is the person's" || not_ok "… is the person's"
	echo 'pkcs11-module-quirks = no-deinit' >>"$person_cnf"
	cp "$person_cnf" "$work/own.cnf"
	ends 0 "… to which something was added" "${register[@]}" --openssl --yes
	told "… is told to be written anew" 'would be written anew'
	told "… with what goes" '^  - pkcs11-module-quirks = no-deinit$'
	check "… and kept" cmp "$work/own.cnf" "$person_cnf.before-ecp"
	ends 0 "… also when it goes" "${unregister[@]}" --openssl --yes
	told "… which is said" 'stays beside it'
	check "… indeed" cmp "$work/own.cnf" "$person_cnf.before-ecp"
	mv "$firefox" "${firefox%/*}/"$'p\xff'
	printf '[Profile0]\nIsRelative=1\nPath=p\xff\n' >"${firefox%/*}/profiles.ini"
	json "a profile whose name is no text is in JSON, too" \
		"[(p['state'], p['file'].endswith('/p\ufffd/pkcs11.txt')) for p in o['places']] == [('absent', True)]" "${register[@]}" --firefox --dry-run --json
	if [ "$(id -u)" -eq 0 ]; then
		mkdir "$work/others"
		chown 12345 "$work/others"
		ends 2 "root does not write into another's folder" env XDG_CONFIG_HOME="$work/others" "${register[@]}" --openssl --yes
		check "… indeed" rmdir "$work/others"
	fi
	ends 4 "a folder is no module" "${register[@]}" --yes --module "$work"
	ends 4 "a module that is not there" "${register[@]}" --yes --module /nowhere/x.so
	cp "$module" "$work/a\"b.so"
	ends 8 "a module with a name that not every file can hold" "${register[@]}" --yes --module "$work/a\"b.so"
}

# without any of the programs' files
nothing_there() {
	rm -rf "$HOME" && mkdir "$HOME"
	ends 4 "no profile of Firefox" "${register[@]}" --firefox --yes
	told "… and what to do" 'Start the program once'
	ends 4 "no database of Chromium" "${register[@]}" --chromium --yes
	mkdir -p "$HOME/snap/firefox"
	ends 12 "a Firefox in a sandbox" "${register[@]}" --firefox --yes
	told "… and where to read on" 'sandboxes'
	ends 4 "OpenSSL without the provider" env OPENSSL_MODULES="$work" "${register[@]}" --openssl --yes
	ends 0 "unregister finds nothing to do" "${unregister[@]}"
	check "nothing has come to be" sh -c '[ -z "$(find "$1" -type f)" ]' sh "$HOME"
	mkdir -p "$HOME/.local/share/pki/nssdb"
	certutil -N -d "sql:$HOME/.local/share/pki/nssdb" --empty-password
	ends 0 "Chromium's other place" "${register[@]}" --chromium --yes
	check "… has it" grep -qxF "library=$module" "$HOME/.local/share/pki/nssdb/pkcs11.txt"
}

# namespace COMMANDS COMMAND…: as root of a mount namespace of its own, after COMMANDS.
namespace() {
	local commands=$1 as_user=()
	shift
	[ "$(id -u)" -eq 0 ] || as_user=(--map-root-user)
	unshare --mount "${as_user[@]}" sh -ec "$commands
exec \"\$@\"" sh "$@"
}

read_only() {
	new_home
	before
	export CHROMIUM_FOLDER=$chromium
	# shellcheck disable=SC2016 # expanded in there
	ends 1 "a folder that cannot be written" namespace 'mount --bind "$CHROMIUM_FOLDER" "$CHROMIUM_FOLDER"
mount -o remount,bind,ro "$CHROMIUM_FOLDER"' "${register[@]}" --chromium --yes
	told "… is told" 'cannot be written'
	same_as_before "… and nothing was left there"
	# shellcheck disable=SC2016
	ends 1 "a full disk" namespace 'mkdir -p "$HOME/full"; mount -t tmpfs -o size=8k tmpfs "$HOME/full"; cp "$HOME/dotfiles/ssh" "$HOME/full/ssh"
head -c 1000000 /dev/zero >"$HOME/full/fill" 2>&1 || :; ln -sfn "$HOME/full/ssh" "$HOME/.ssh/config"; trap "ln -sfn ../dotfiles/ssh \"$HOME/.ssh/config\"" EXIT' \
		sh -c '"$@"; status=$?; ls -A "$HOME/full" | xargs; cmp "$HOME/full/ssh" "$HOME/dotfiles/ssh" && exit $status' sh "${register[@]}" --ssh --yes
	told "… leaves the file as it was and nothing beside it" '^fill ssh$'
}

together() {
	new_home
	before
	local i pids=()
	for i in 1 2 3 4 5 6 7 8; do
		"${register[@]}" --yes >"$work/together$i" 2>&1 &
		pids+=($!)
	done
	for i in "${pids[@]}"; do
		wait "$i" || not_ok "one of eight at once: $?"
	done
	[ "$(grep -cxF "library=$module" "$chromium/pkcs11.txt")" = 1 ] && ok "eight at once register it once" || not_ok "eight at once register it once"
	[ "$(grep -c 'PKCS11Provider "' "$HOME/dotfiles/ssh")" = 1 ] && ok "… for ssh, too" || not_ok "… for ssh, too"
	for i in 1 2 3 4; do
		"${register[@]}" --yes >"$work/together$i" 2>&1 &
		"${unregister[@]}" --yes >"$work/together1$i" 2>&1 &
	done
	wait
	ends 0 "after a muddle of both, it can be taken out" "${unregister[@]}" --yes
	same_as_before "… and all is as before"
}

# ---- for everybody, with root; /etc is a copy

inside_system() {
	local policies=/etc/firefox/policies/policies.json
	rm -rf /etc/firefox /etc/thunderbird
	mkdir -p /etc/ssh/ssh_config.d
	printf 'Include /etc/ssh/ssh_config.d/*.conf\nHost *\n    HashKnownHosts yes\n' >/etc/ssh/ssh_config
	printf 'openssl_conf = openssl_init\n[openssl_init]\nproviders = provider_sect\n[provider_sect]\ndefault = default_sect\n[default_sect]\n%s\n' \
		'.include = /etc/ssl/openssl.d' >/etc/ssl/openssl.cnf
	mkdir /etc/ssl/openssl.d /etc/thunderbird
	mkdir -p /etc/thunderbird/policies
	printf '{\n  "policies": {\n    "DisableTelemetry": true\n  }\n}' >/etc/thunderbird/policies/policies.json
	picture /etc >"$work/before"
	ends 0 "for everybody: register" "$ecp" register --yes
	says "Firefox's policies name the module" "^{'SecurityDevices': {'Add': {'ecp': '$module'}}}" \
		python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["policies"])' "$policies"
	says "Thunderbird's too, and what was there" "True .*'ecp': '$module'" \
		python3 -c 'import json, sys; p = json.load(open(sys.argv[1]))["policies"]; print(p["DisableTelemetry"], p["SecurityDevices"]["Add"])' \
		/etc/thunderbird/policies/policies.json
	says "ssh has it for everybody" "^pkcs11provider $module" ssh -F /etc/ssh/ssh_config -G example.org
	openssl list -providers >"$work/providers" 2>&1
	[ "$(grep -c 'status: active' "$work/providers")" = 2 ] && ok "OpenSSL has both providers" || { not_ok "OpenSSL has both providers"; cat "$work/providers"; }
	[ "$(stat -c %a "$policies" /etc/ssh/ssh_config.d/90-ecp.conf /etc/ssl/openssl.d/ecp.cnf | xargs)" = '644 644 644' ] &&
		ok "everybody may read it" || not_ok "everybody may read it"
	ends 0 "… again: nothing to do" "$ecp" register
	ends 12 "Chromium has nothing for everybody" "$ecp" register --chromium --yes
	ends 0 "unregister" "$ecp" unregister --yes
	picture /etc >"$work/after"
	check "/etc is as it was" diff "$work/before" "$work/after"
	[ ! -e /etc/firefox ] && ok "… without empty folders" || not_ok "… without empty folders"
	printf 'openssl_conf = openssl_init\n[openssl_init]\nproviders = provider_sect\n[c]\n.include = /etc/ssl/single.cnf\n[provider_sect]\n%s\n%s\n%s\n%s\n' \
		'.include = /etc/ssl/openssl.d' 'null = null_sect' '[null_sect]' 'activate = 1' >/etc/ssl/openssl.cnf
	echo "[d]" >/etc/ssl/single.cnf
	ends 0 "OpenSSL reads files, a folder, and something behind it" "$ecp" register --openssl --yes
	says "… which is still what it was" '^  null$' openssl list -providers
	says "… with the module" '^  pkcs11$' openssl list -providers
	"$ecp" unregister --openssl --yes >"$work/out" 2>&1
	printf 'openssl_conf = openssl_init\n[openssl_init]\n' >/etc/ssl/openssl.cnf
	ends 12 "a configuration of OpenSSL without a folder is not changed" "$ecp" register --openssl --yes
	told "… and it is said what to do" 'OPENSSL_CONF'
	echo 'Host *' >/etc/ssh/ssh_config
	ends 12 "nor one of ssh" "$ecp" register --ssh --yes
	printf 'Include /etc/ssh/ssh_config.d/10-other.conf\nHost a\nInclude /etc/ssh/ssh_config.d/*.conf\n' >/etc/ssh/ssh_config
	ends 12 "… that reads another file there, and all only for some host" "$ecp" register --ssh --yes
	echo 'Include conf.d/* ssh_config.d/*.conf' >/etc/ssh/ssh_config
	ends 0 "… but one that reads all" "$ecp" register --ssh --yes
	says "… which ssh does" "^pkcs11provider $module" ssh -G example.org
	"$ecp" unregister --ssh --yes >"$work/out" 2>&1
	echo '{ "policies": ' >/etc/thunderbird/policies/policies.json
	ends 8 "policies that are damaged" "$ecp" register --thunderbird --yes
	mkdir -p "$work/shipped"
	echo '{}' >"$work/shipped/policies.json"
	mkdir -p /opt/firefox/distribution 2>/dev/null
	mount --bind "$work/shipped" /opt/firefox/distribution
	ends 9 "policies that would not count any more" "$ecp" register --firefox --yes
	[ ! -e /etc/firefox ] && ok "… count still" || not_ok "… count still"
	finish
}

system() {
	mkdir "$work/etc" "$work/opt"
	cp -a --no-preserve=ownership /etc/. "$work/etc" 2>/dev/null # what may not be read is not needed
	export WORK=$work
	# shellcheck disable=SC2016
	namespace 'mount --bind "$WORK/etc" /etc; mount --bind "$WORK/opt" /opt' "$source_dir/tests/e2e/ecp-register.sh" --inside system ||
		failures=$((failures + 1))
}

case ${1:-} in
--inside)
	"inside_$2"
	finish
	;;
esac
export ECP_WORK=$work
suite=bookworm-backports
! known_package pkcs11-provider || suite=
folder=$(unpacked pkcs11-provider "$suite" 2>"$work/unpacked.log") || not_ok "pkcs11-provider can be had: $(tail -n 1 "$work/unpacked.log")"
OPENSSL_MODULES=$(dirname "$(find "$folder" -name pkcs11.so)")
export OPENSSL_MODULES
in_the_way
nothing_there
read_only
together
system
"$vcard" run --card piv --state "$work/token" -- "$source_dir/tests/e2e/prepare-token.sh" 13572468 >"$work/token.log" 2>&1 ||
	{ not_ok "a token is prepared"; cat "$work/token.log"; }
for story in round meanwhile; do
	timeout 600 "$vcard" run --card piv --state "$work/token" -- "$0" --inside $story || failures=$((failures + 1))
done
finish
