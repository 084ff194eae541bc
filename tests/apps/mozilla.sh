# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
# shellcheck disable=SC2034,SC2154 # what is set here is used by the scripts, and the other way round
# mozilla.sh: what the tests of Firefox and Thunderbird share, sourced after lib.sh. The programs run without a screen; a person
# is at their windows (mozilla.py), and what was seen is in $log.
unset XDG_CONFIG_HOME XDG_CACHE_HOME XDG_DATA_HOME
export MOZ_HEADLESS=1 MOZ_MARIONETTE=1 MOZ_REMOTE_ALLOW_SYSTEM_ACCESS=1 MOZ_LEGACY_PROFILES=1 MOZ_CRASHREPORTER_DISABLE=1
export PERSON_ANSWERS='\(y/n\).*=y'

# profile FOLDER NAME PREFERENCE…: a new profile, which the program takes by itself and which knows the authority.
profile() {
	local folder=$1/$2
	printf '%s\n' '[Profile0]' Name=alice IsRelative=1 "Path=$2" Default=1 '' '[General]' StartWithLastProfile=1 Version=2 >"$work/profiles.ini"
	rm -rf "$folder"
	mkdir -p "$folder"
	mv "$work/profiles.ini" "$1/profiles.ini"
	shift 2
	marionette=$(free_port)
	printf 'user_pref(%s);\n' "\"marionette.port\", $marionette" '"network.http.speculative-parallel-limit", 0' \
		'"datareporting.policy.dataSubmissionEnabled", false' "$@" >"$folder/user.js"
	certutil -N -d "sql:$folder" --empty-password
	certutil -A -d "sql:$folder" -n 'Example CA' -t C,C, -i ca.pem
}

# token_words PROGRAM: on the page the built ecp is meant, with the built module; $device is a line of the security devices that
# has the $token, $no_device one without.
token_words() {
	local command
	token=$(p11tool --provider "$module" --list-tokens 2>/dev/null | sed -n 's/^[[:space:]]*Label: //p' | head -n 1)
	token=$(printf '%s' "$token" | sed 's/[][\\.*^$|(){}?+]/\\&/g') # in patterns
	device="^ecp [|] .* 00 00 [|] $token$"
	no_device='^ecp [|] .* 00 00 [|] null$'
	page_word "sudo ecp register" "'$build_dir/ecp' register --module '$(realpath "$module")'"
	for command in register unregister; do
		page_word "ecp $command --$1" "'$build_dir/ecp' $command --module '$(realpath "$module")' --user --$1"
	done
}

# program_start NAME: starts the program with this block of the page, and counts from now on. The first step that fails is the
# last that is tried: a question may be left open.
program_start() {
	lost=
	"$vcard" ctl count-reset >/dev/null
	PERSON_SECONDS=1200 page_start "$1"
}

# person NAME PATTERN PINS STEP…: the person does this, knowing these PINs, and sees PATTERN; all APDUs since the start are in $apdus.
person() {
	local name=$1 pattern=$2 status
	log=$work/$card/person.log
	[ -z "$lost" ] || {
		not_ok "$program, $card: $name (not tried)"
		return 1
	}
	PERSON_PINS=$3 python3 "$source_dir/tests/apps/mozilla.py" "$marionette" "$program" "${@:4}" >"$log" 2>&1
	status=$?
	apdus=$("$vcard" ctl count | sed -n 's/^apdus=\([0-9]*\) .*/\1/p')
	if [ $status -eq 0 ] && grep -Eq "$pattern" "$log"; then
		ok "$program, $card: $name"
	else
		not_ok "$program, $card: $name (exit $status, or no $pattern)"
		sed 's/^/    /' "$log" | tail -n 25
		lost=yes
		return 1
	fi
}

# asked NUMBER: so many PINs were asked for in the last step.
asked() {
	proof "a PIN was asked for $1 times" test "$(grep -c '^promptPassword: ' "$log")" -eq "$1"
}

# program_quit: the person leaves the program, which ends as it should.
program_quit() {
	if person quit '' '' quit && wait_until 120 ended "$started"; then
		wait "$started"
		proof "it has ended well" test $? -eq 0
	else
		not_ok "$program, $card: it has ended"
		end "$started"
	fi
}

# module_gone FOLDER: no profile there has the module.
module_gone() {
	! grep -q libecp-pkcs11 "$1"/*/pkcs11.txt
}

ended() {
	! kill -0 "$1"
}
