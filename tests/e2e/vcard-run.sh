#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# vcard-run.sh: what "ecp-vcard run", "serve" and "ctl" promise. Run it from the build folder, or name that in $ECP_BUILD,
# or the program in $ECP_VCARD. As root it repeats the main points as an ordinary user ($ECP_TEST_USER, default nobody).
set -u
vcard=$(realpath "${ECP_VCARD:-${ECP_BUILD:-.}/ecp-vcard}")
work=$(mktemp -d "${TMPDIR:-/tmp}/ecp-vcard-run.XXXXXX")
chmod 755 "$work"
# Copies for other users, because a build folder is not open to everybody.
install -m 755 "$vcard" "$0" "$work/"
failures=0
started=()
trap 'stop_started; rm -rf "$work"' EXIT

stop_started() {
	local pid
	for pid in "${started[@]}"; do
		kill "$pid" 2>/dev/null
	done
}

# point NAME CONDITION…: one line; what a failing CONDITION printed follows it.
point() {
	local name=$1
	shift
	if "$@" >"$work/point" 2>&1; then
		printf 'ok - %s\n' "$name"
	else
		printf 'not ok - %s\n' "$name"
		sed 's/^/    /' "$work/point" | tail -n 20
		failures=$((failures + 1))
	fi
}

# gives STATUS COMMAND…: COMMAND ends with STATUS.
gives() {
	local expected=$1 status
	shift
	"$@"
	status=$?
	[ "$status" -eq "$expected" ] || { echo "status $status, not $expected"; return 1; }
}

# prints PATTERN COMMAND…: COMMAND succeeds and prints a line that matches PATTERN.
prints() {
	local pattern=$1 text
	shift
	text=$("$@" 2>&1) || { echo "failed: $text"; return 1; }
	grep -Eq -- "$pattern" <<<"$text" || { echo "no \"$pattern\" in: $text"; return 1; }
}

# complains PATTERN COMMAND…: COMMAND fails and says PATTERN.
complains() {
	local pattern=$1 text
	shift
	! text=$("$@" 2>&1) || { echo "succeeded: $text"; return 1; }
	grep -Eq -- "$pattern" <<<"$text" || { echo "no \"$pattern\" in: $text"; return 1; }
}

# until_true LIMIT COMMAND…: COMMAND succeeds within LIMIT tenths of a second.
until_true() {
	local limit=$1
	shift
	while ! "$@"; do
		[ "$limit" -gt 0 ] || return 1
		limit=$((limit - 1))
		sleep 0.1
	done
}

# marked MARK: the processes whose environment or arguments contain MARK.
marked() {
	local file
	for file in /proc/[0-9]*/environ /proc/[0-9]*/cmdline; do
		grep -qsa -- "$1" "$file" && printf '%s ' "$(tr '\0' ' ' <"${file%/*}/cmdline" 2>/dev/null)"
	done
	true
}

unmarked() {
	[ -z "$(marked "$1")" ]
}

select_piv=00A4040005A000000308
pin_status=00200080
wrong_pin=0020008008393939393939FFFF

# apdu HEX…: sends commands in one connection and prints the status words, without the probing of a card driver.
apdu() {
	local arguments=() word
	for word in "$@"; do
		arguments+=(-s "$word")
	done
	opensc-tool -r 0 --card-driver default "${arguments[@]}" 2>/dev/null | sed -n 's/^Received (SW1=0x\(..\), SW2=0x\(..\)).*/\1\2/p'
}
export -f apdu

### what COMMAND keeps

keeps() {
	local run=("$@")
	point "exit status 0 is kept" gives 0 "${run[@]}" -- true
	point "exit status 7 is kept" gives 7 "${run[@]}" -- sh -c 'exit 7'
	point "a signal becomes 128+n" gives 143 "${run[@]}" -- sh -c 'kill -TERM $$'
	point "exit status is kept for a caller who ignores the end of children" gives 5 timeout 20 python3 -c \
		'import os, signal, sys; signal.signal(signal.SIGCHLD, signal.SIG_IGN); os.execv(sys.argv[1], sys.argv[1:])' "${run[@]}" -- sh -c 'exit 5'
	point "a command that is not there gives 127" gives 127 "${run[@]}" -- "$work/no-such-command"
	point "a command that cannot be executed gives 126" gives 126 "${run[@]}" -- /etc/passwd
	# shellcheck disable=SC2016
	point "user and group are kept" prints "^$(id -u):$(id -g):$(id -u)\$" \
		"${run[@]}" -- sh -c 'touch "$1" && echo "$(id -u):$(id -g):$(stat -c %u "$1")" && rm "$1"' - "$work/owner.$(id -u)"
	# shellcheck disable=SC2016
	point "environment, directory and input are kept" prints '^value:/usr:input$' \
		env MINE=value bash -c 'cd /usr && echo input | "$@"' - "${run[@]}" -- bash -c 'read -r line; echo "$MINE:$PWD:$line"'
	point "the network is kept" prints "^$(stat -L -c %i /proc/self/ns/net)\$" "${run[@]}" -- stat -L -c %i /proc/self/ns/net
	point "a server of the caller is reached" "${run[@]}" -- bash -c "exec 3<>/dev/tcp/127.0.0.1/$server_port && read -r line <&3 && [ \"\$line\" = hello ]"
	# shellcheck disable=SC2016
	point "nothing new listens on the caller's network" "${run[@]}" -- \
		bash -c 'diff <(sort "$1") <(grep -h " 0A " /proc/net/tcp /proc/net/tcp6 | awk "{print \$2}" | sort)' - "$work/listening"
	point "a card is in the reader before the command starts" prints '^0 +Yes .*ECP Virtual Reader 00 00' "${run[@]}" -- opensc-tool -l
}

server_start() {
	python3 -c '
import socket, sys
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(8)
print(s.getsockname()[1], flush=True)
while True:
    c, _ = s.accept()
    c.sendall(b"hello\n")
    c.close()
' >"$work/port" &
	started+=($!)
	until_true 50 test -s "$work/port"
	server_port=$(cat "$work/port")
	grep -h ' 0A ' /proc/net/tcp /proc/net/tcp6 2>/dev/null | awk '{print $2}' >"$work/listening"
}

server_start
if [ "$(id -u)" = 0 ] && [ -z "${ECP_VCARD_AGAIN:-}" ]; then
	echo "# as root"
fi
keeps "$vcard" run

### readers

point "two cards are in two readers" prints '^1 +Yes .*ECP Virtual Reader 00 01' "$vcard" run --card piv --card piv:nist -- opensc-tool -l
point "a third card is in a second reader" prints '^2 +Yes .*My Reader 2 00 00' \
	"$vcard" run --reader-name 'My Reader' --card piv --card piv --card piv -- opensc-tool -l
point "a card that nobody makes is refused with the list" complains 'no card "floppy".*piv' "$vcard" run --card floppy -- true
point "without a command there is nothing to run" gives 2 "$vcard" run --card piv
# shellcheck disable=SC2016
point "two runs at a time do not see each other" prints '^1$' "$vcard" run -- \
	bash -c '"$1" run --reader-name Inner -- opensc-tool -l | grep -c "Yes.*Inner 00 00"' - "$vcard"

### memory

state=$work/state
# shellcheck disable=SC2016
point "a lost PIN try is stored" prints '63.2' "$vcard" run --state "$state" -- bash -c 'apdu "$@" | tail -n 1' - $select_piv $wrong_pin
point "and still lost in the next run" prints '63.2' "$vcard" run --state "$state" -- bash -c 'apdu "$@" | tail -n 1' - $select_piv $pin_status
point "the file is for its owner only" prints '^600$' stat -c %a "$state"
# shellcheck disable=SC2016
point "a change is stored though everything is killed right after its answer" bash -c \
	'"$1" run --state "$2" -- bash -c "apdu $3 $4 >/dev/null; kill -9 $(printf \\$)PPID" ; "$1" run --state "$2" -- bash -c "apdu $3 $5" | grep 63.1' \
	- "$vcard" "$state" $select_piv $wrong_pin $pin_status
printf rubbish >"$work/rubbish"
point "a file that is no memory is refused and kept" complains 'does not hold the memory' "$vcard" run --state "$work/rubbish" -- true
point "  (it is as it was)" grep -qx rubbish "$work/rubbish"
"$vcard" run --card piv --card piv --state "$work/two" -- true
point "the second card has its own file" test -s "$work/two.2"

### figures

point "the figures are written" bash -c '"$1" run --count "$2" -- bash -c "apdu 00A40400 00A40400" >/dev/null; grep -Ex "apdus=2 sent=8 received=4" "$2"' - "$vcard" "$work/count"
# shellcheck disable=SC2016
point "figures can be asked for and begun again in the middle" prints '^apdus=3 sent=12 received=6$' "$vcard" run --count "$work/count" -- \
	bash -c 'apdu 00A40400 >/dev/null; "$1" ctl count-reset; apdu 00A40400 00A40400 00A40400 >/dev/null; "$1" ctl count' - "$vcard"
point "the trace has commands and answers but no PIN" bash -c \
	'"$1" run --trace "$2" -- bash -c "apdu $3 $4" >/dev/null; grep "^> 00A4040005A000000308" "$2" && grep -Fx "> 0020008008**(8)" "$2" && grep -x "< 63.2" "$2" && ! grep 393939 "$2"' \
	- "$vcard" "$work/trace" $select_piv $wrong_pin
# took LEAST MOST HOW-MANY OPTION…: so many commands, with all that is around them, take LEAST to MOST milliseconds.
# shellcheck disable=SC2016
took() {
	"$vcard" run "${@:4}" -- bash -c '
		commands=$(yes 00A40400 | head -n "$3")
		begin=$(date +%s%N); apdu $commands >/dev/null; end=$(date +%s%N)
		took=$(((end - begin) / 1000000)); echo "took $took ms"; [ $took -ge "$1" ] && [ $took -le "$2" ]' - "$1" "$2" "$3"
}
point "twenty commands at 20 ms take 400 ms at least, and not much more" took 400 2000 20 --latency 20
# An acknowledgement that the system delays costs 44 ms.
point "two hundred commands wait for no acknowledgement" took 0 4000 200

### requests

inside() {
	"$vcard" run "${cards[@]}" -- bash -c 'vcard=$1; ctl() { "$vcard" ctl "$@"; }; readers() { opensc-tool -l | sed -n "s/^[0-9] *\(Yes\|No\).*/\1/p" | tr "\n" " "; }; set -e; eval "$2"' - "$vcard" "$1"
}
cards=(--card piv --card piv)
# shellcheck disable=SC2016
{
	point "a card that is removed is seen to be gone, and to be back" \
		inside 'ctl remove; [ "$(readers)" = "No Yes " ]; ctl insert; [ "$(readers)" = "Yes Yes " ]'
	point "the other card, too" inside 'ctl --card 2 remove; [ "$(readers)" = "Yes No " ]; ctl --card 2 insert; [ "$(readers)" = "Yes Yes " ]'
	point "a card that there is not is refused" complains 'no card 3' inside 'ctl --card 3 remove'
	cards=()
	point "a restarted daemon sees the card" inside 'ctl restart-daemon; [ "$(readers)" = "Yes No " ]'
	point "a stopped daemon is gone and can be started again" \
		inside 'ctl stop-daemon; [ "$(readers 2>/dev/null)" = "" ]; ctl start-daemon; [ "$(readers)" = "Yes No " ]'
	point "a card that is out stays out when the daemon is restarted" \
		inside 'ctl remove; ctl restart-daemon; [ "$(readers)" = "No No " ]; ctl insert; [ "$(readers)" = "Yes No " ]'
	point "a status word is given in the place of the card's" inside 'ctl fault after=2 sw=6F42; [ "$(apdu 00A40400 00A40400 00A40400 | sed -n 2p)" = 6F42 ]'
	point "a card is dropped, and put back in" inside 'ctl fault drop; [ -z "$(apdu 00A40400)" ]; [ "$(ctl state)" = out ]; ctl insert; [ "$(readers)" = "Yes No " ]'
	point "a lost exchange does not take the card out" inside 'ctl fault lose; [ -z "$(apdu 00A40400)" ]; [ "$(ctl state)" = in ]; [ "$(readers)" = "Yes No " ]; sleep 0.5; [ -n "$(apdu 00A40400)" ]'
	point "faults can be switched off" inside 'ctl fault times=0 sw=6F42; ctl off; [ "$(apdu 00A40400)" != 6F42 ]'
	cards=(--count "$work/count")
	point "another program's reset ends the selection" \
		inside 'apdu '"$select_piv"' >/dev/null; [[ $(apdu '"$pin_status"') = 63* ]]; ctl reset; [[ $(apdu '"$pin_status"') != 63* ]]'
	point "another program's SELECT ends the selection" \
		inside 'apdu '"$select_piv"' >/dev/null; [[ $(apdu '"$pin_status"') = 63* ]]; ctl select-foreign; [[ $(apdu '"$pin_status"') != 63* ]]'
	cards=()
}
point "requests without a card tell how" complains 'ECP_VCARD_SOCKET' env -u ECP_VCARD_SOCKET "$vcard" ctl remove

### the end

# ended SIGNAL STATUS: SIGNAL to "run" ends the command and all.
ended() {
	local mark="ecp-mark-$1-$$" pid
	MARK=$mark "$vcard" run -- bash -c 'sleep 1000 & sleep 1001; sleep 1002' &
	pid=$!
	until_true 100 eval "marked $mark | grep -q 'sleep 1001'" || { echo "did not start"; return 1; }
	kill "-$1" "$pid"
	gives "$2" wait "$pid" || return 1
	until_true 50 unmarked "$mark" || { echo "left: $(marked "$mark")"; return 1; }
}
point "SIGTERM ends everything" ended TERM 143
point "SIGHUP ends everything" ended HUP 129
point "a command that has its own way with SIGINT is ended all the same" ended INT 130
point "SIGKILL leaves no process" ended KILL 137
# shellcheck disable=SC2016
left_behind() {
	local mark="ecp-mark-left-$$"
	MARK=$mark "$vcard" run -- bash -c 'setsid sleep 1000 & disown; exit 3'
	[ $? -eq 3 ] && unmarked "$mark"
}
point "what a command has left in the background is ended" left_behind
# shellcheck disable=SC2016
directory=$("$vcard" run -- bash -c 'test -S "$ECP_VCARD_SOCKET" && dirname "$ECP_VCARD_SOCKET"')
point "the directory is there for the time of the run only" bash -c 'test -n "$1" -a ! -e "$1"' - "$directory"
if [ ! -e /run/pcscd ]; then
	"$vcard" run -- true
	point "the system's /run is as it was" test ! -e /run/pcscd
fi

### a reader that runs already

# "run" makes the reader here, with its own card taken out; the port is that of its first slot.
cards=()
# shellcheck disable=SC2016
served() {
	"$vcard" run --reader-name Host -- bash -c '
		vcard=$1 work=$2
		"$vcard" ctl remove
		inner=$(pgrep -f "pcscd --foreground --config ${ECP_VCARD_SOCKET%/control}" | head -n 1)
		port=$(("$(sed -n "s/^CHANNELID //p" "${ECP_VCARD_SOCKET%/control}/reader.conf.d/readers")"))
		nsenter --target "$inner" --net "$vcard" serve --card piv --port "$port" --socket "$work/serve.socket" --count "$work/serve.count" &
		serve=$!
		seen() { opensc-tool -l | grep -q "^0 *$1"; }
		wait_for() { for _ in $(seq 30); do seen "$1" && return 0; sleep 0.1; done; return 1; }
		wait_for Yes || exit 1
		"$vcard" ctl --socket "$work/serve.socket" remove && wait_for No || exit 2
		"$vcard" ctl --socket "$work/serve.socket" insert && wait_for Yes || exit 3
		[ -n "$(apdu 00A40400)" ] || exit 4
		kill "$serve"; wait "$serve" || exit 5
		grep -Eq "^apdus=[1-9]" "$work/serve.count"' - "$vcard" "$work"
}
if [ "$(id -u)" = 0 ]; then # the network of the readers cannot be entered by others
	point "serve puts a card into a reader that is there, and obeys" served
fi

### where namespaces are refused

# refused USER COMMAND…: COMMAND in a place where an ordinary user gets no user namespace: a changed root directory.
refused() {
	local user=$1
	shift
	mkdir -p "$work/root"
	unshare -m sh -c 'root=$1 user=$2; shift 2; mount --rbind / "$root" && exec chroot --userspec="$user" "$root" "$@"' - "$work/root" "$user" "$@"
}
# weak COMMAND…: COMMAND as root without the right to make namespaces, in a /run of its own.
weak() {
	unshare -mn sh -c 'ip link set lo up; mount -t tmpfs tmpfs /run && mkdir /run/lock && exec setpriv --inh-caps=-sys_admin --bounding-set=-sys_admin "$@"' - "$@"
}
if [ "$(id -u)" = 0 ]; then
	point "an ordinary user who gets no namespace is told what to do" complains 'Let root allow user namespaces' \
		refused nobody "$work/ecp-vcard" run -- true
	point "root who gets no namespace uses a free /run/pcscd" prints '^0 +Yes ' weak "$vcard" run -- opensc-tool -l
	# shellcheck disable=SC2016
	point "and leaves it as it was" weak bash -c '"$1" run -- true && test ! -e /run/pcscd' - "$vcard"
	# shellcheck disable=SC2016
	point "but not one where a daemon runs" complains 'a PC/SC daemon already runs' weak "$vcard" run -- "$vcard" run -- true
fi

### as an ordinary user

if [ "$(id -u)" = 0 ] && [ -z "${ECP_VCARD_AGAIN:-}" ]; then
	user=${ECP_TEST_USER:-nobody}
	if su "$user" -s /bin/bash -c "test -x '$work/ecp-vcard' && unshare -Ur true" 2>/dev/null; then
		echo "# as $user"
		su "$user" -s /bin/bash -c "cd /; env -u TMPDIR ECP_VCARD_AGAIN=1 ECP_VCARD='$work/ecp-vcard' bash '$work/vcard-run.sh'" ||
			failures=$((failures + 1))
	else
		echo "ok - as $user # SKIP: the program cannot be reached by this user, or user namespaces are refused"
	fi
fi
[ "$failures" -eq 0 ]
