#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# run.sh: builds the harnesses with libFuzzer and sanitisers and lets all of them run. Called by "make fuzz".
#
#   TIME=600         seconds for each harness; under MemorySanitizer a quarter of it
#   JOBS=2           how many run side by side (as many as there are processors)
#   LOG=FILE         where a line for each harness is added: when, what, sanitisers, seconds, seconds of processor time,
#                    executions, coverage, finds
#   HARNESSES="…"    only these
#   KEEP=yes         puts what was new, minimised, into tests/fuzz/corpus
#
# Works in the folder fuzz of $ECP_BUILD (or here): fuzz/build, fuzz/corpus, fuzz/finds. Fails if anything was found.
set -u
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=${ECP_BUILD:-$PWD}/fuzz
seconds=${TIME:-600} jobs=${JOBS:-$(nproc)} log=${LOG:-$work/log}
mkdir -p "$work" || exit 1
work=$(cd "$work" && pwd)
export work source_dir seconds log

all=$(cd "$source_dir/tests/fuzz" && printf '%s\n' fuzz_*.c | sed 's/^fuzz_//; s/\.c$//')
# libraries that were not built with it would look as if they left everything undefined
memory="tlv pkcs15 csr apdu"
chosen=${HARNESSES:-$all}

# build SANITISERS HARNESS…
build() {
	local folder=$work/build-$1 sanitisers=$1 name
	shift
	mkdir -p "$folder" && cd "$folder" || return 1
	if [ ! -e Makefile ]; then
		"$source_dir/configure" --enable-fuzz --enable-sanitize="$sanitisers" CC=clang CFLAGS='-O1 -g' >build.log 2>&1 ||
			{ tail -n 5 build.log; return 1; }
	fi
	for name in "$@"; do
		echo "tests/fuzz/fuzz_$name"
	done | xargs make -j"$jobs" >build.log 2>&1 || { grep -E 'error|Error' build.log | head; return 1; }
}

# fuzz SANITISERS HARNESS: prints its row and adds its line to the log
fuzz() {
	local sanitisers=$1 name=$2 time=$seconds begun=$SECONDS output executions coverage processor found=0
	local corpus=$work/corpus/$name finds=$work/finds/$name seeds=()
	output=$work/output-$name-$sanitisers
	[ "$sanitisers" != memory ] || time=$((seconds / 4 + 1))
	mkdir -p "$corpus" "$finds"
	for folder in corpus regressions; do
		[ ! -d "$source_dir/tests/fuzz/$folder/$name" ] || seeds+=("$source_dir/tests/fuzz/$folder/$name")
	done
	export ASAN_OPTIONS=malloc_context_size=8:quarantine_size_mb=32 UBSAN_OPTIONS=print_stacktrace=1 TIMEFORMAT='%U %S' LC_ALL=C
	processor=$({
		time "$work/build-$sanitisers/tests/fuzz/fuzz_$name" -max_total_time="$time" -timeout=30 -rss_limit_mb=2048 \
			-print_final_stats=1 -artifact_prefix="$finds/" "$corpus" ${seeds[@]+"${seeds[@]}"} >"$output" 2>&1 </dev/null
	} 2>&1) || found=1
	processor=$(echo "$processor" | LC_ALL=C awk '{ printf "%.1f", $1 + $2 }')
	executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$output" | tail -n 1)
	coverage=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$output" | tail -n 1)
	printf '| %-13s | %-18s | %7d | %9s | %11d | %5s | %5d |\n' "$name" "$sanitisers" \
		$((SECONDS - begun)) "$processor" "${executions:-0}" "${coverage:-?}" "$found"
	printf '%s %s %s seconds=%d processor=%s executions=%d coverage=%s finds=%d\n' \
		"$(date -u +%Y-%m-%dT%H:%M:%SZ)" "$name" "$sanitisers" $((SECONDS - begun)) "$processor" \
		"${executions:-0}" "${coverage:-?}" "$found" >>"$log"
	[ "$found" -eq 0 ] || { grep -E 'ERROR|does not hold|runtime error|written to' "$output" | sed 's/^/    /'; return 1; }
}
export -f fuzz

# keep HARNESS: of all inputs the fewest and shortest that reach the same, into the source folder
keep() {
	local name=$1 new=$work/minimised/$1
	rm -rf "$new"
	mkdir -p "$new" "$source_dir/tests/fuzz/corpus/$name" "$work/corpus/$name"
	"$work/build-address,undefined/tests/fuzz/fuzz_$name" -merge=1 -use_counters=0 -timeout=30 "$new" \
		"$source_dir/tests/fuzz/corpus/$name" "$work/corpus/$name" >"$work/output-$name-merge" 2>&1 || return 1
	rm -rf "${source_dir:?}/tests/fuzz/corpus/$name"
	cp -r "$new" "$source_dir/tests/fuzz/corpus/$name"
}

# shellcheck disable=SC2086 # lists of words
{
	in_memory=$(printf '%s\n' $memory | grep -x -F -e "$(printf '%s\n' $chosen)")
	build address,undefined $chosen && { [ -z "$in_memory" ] || build memory $in_memory; } || exit 1
	echo "| harness       | sanitisers         | seconds | processor |  executions | edges | finds |"
	{
		printf 'address,undefined %s\n' $chosen
		[ -z "$in_memory" ] || printf 'memory %s\n' $in_memory
	} | xargs -P "$jobs" -L 1 bash -c 'fuzz "$1" "$2"' bash
	status=$?
	if [ "${KEEP:-}" = yes ]; then
		for name in $chosen; do
			keep "$name" || { echo "the corpus of $name was not minimised"; status=1; }
		done
	fi
}
exit $status
