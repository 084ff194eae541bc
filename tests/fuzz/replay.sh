#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# replay.sh: the committed corpora and regressions through every harness that was built in $ECP_BUILD, one point a
# harness; of one that fails, the input that does it.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build_dir=${ECP_BUILD:-$PWD}
failures=0 total=0
export ASAN_OPTIONS="${ASAN_OPTIONS:-malloc_context_size=8:quarantine_size_mb=32}"
log=$(mktemp "${TMPDIR:-/tmp}/ecp-replay.XXXXXX")
trap 'rm -f "$log"' EXIT

# culprit PROGRAM FOLDER…: names the first input that fails alone.
culprit() {
	local program=$1 input
	shift
	find "$@" -type f | sort | while IFS= read -r input; do
		"$program" "$input" >"$log" 2>&1 && continue
		printf '    %s\n' "${input#"$here"/}"
		tail -n 12 "$log" | sed 's/^/    /'
		break
	done
}

for source in "$here"/fuzz_*.c; do
	name=$(basename "$source" .c)
	name=${name#fuzz_}
	[ -d "$here/corpus/$name" ] || continue
	program=$build_dir/tests/fuzz/fuzz_$name
	folders=("$here/corpus/$name")
	[ ! -d "$here/regressions/$name" ] || folders+=("$here/regressions/$name")
	expected=$(find "${folders[@]}" -type f | wc -l)
	count=$("$program" "${folders[@]}" 2>"$log" | sed -n 's/^\([0-9]*\) inputs$/\1/p')
	if [ "${count:-0}" -eq "$expected" ] && [ "$expected" -gt 0 ] && ! [ -s "$log" ]; then
		echo "ok - $name: $count inputs"
		total=$((total + count))
	else
		echo "not ok - $name: ${count:-none} of $expected inputs"
		head -n 5 "$log" | sed 's/^/    /'
		culprit "$program" "${folders[@]}"
		failures=$((failures + 1))
	fi
done
[ "$total" -gt 0 ] || { echo "not ok - there are corpora to replay"; exit 1; }
echo "# $total inputs replayed"
[ "$failures" -eq 0 ]
