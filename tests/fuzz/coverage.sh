#!/usr/bin/env bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# coverage.sh: how many lines of asn1 and pcsc are executed by the unit tests and the corpora. Called by "make coverage";
# fails below 90 %. Builds in the folder coverage of $ECP_BUILD (or here).
set -u
least=90
source_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
folder=${ECP_BUILD:-$PWD}/coverage
jobs=${JOBS:-$(nproc)}
mkdir -p "$folder" && cd "$folder" || exit 1

{
	[ -e Makefile ] || "$source_dir/configure" CC=gcc CFLAGS='-O0 -g --coverage'
	find . -name '*.gcda' -delete
	make -k -j"$jobs" check
} >build.log 2>&1 || { grep -E '^(# (FAIL|ERROR)|FAIL)|error:' build.log; echo "see $folder/build.log"; exit 1; }
ECP_BUILD=$folder "$source_dir/tests/fuzz/replay.sh" >replay.log 2>&1 || { grep -A 5 '^not ok' replay.log; exit 1; }
tail -n 1 replay.log

# Each source is compiled once into a library; only its own lines count, not those of headers.
for data in asn1/.libs/*.gcda pcsc/.libs/*.gcda; do
	gcov -n -o "$(dirname "$data")" "$data" 2>/dev/null
done | awk -v least=$least '
	/^File / { file = $2; gsub(/\047/, "", file); own = file ~ /(asn1|pcsc)\/[a-z0-9_]*\.c$/ && file !~ /_tab\.c$/ }
	/^Lines executed:/ && own {
		split($2, part, ":"); share = part[2] + 0
		sub(/.*\/(asn1|pcsc)\//, "&", file); match(file, /(asn1|pcsc)\/[^\/]*$/)
		printf "%6.1f %% of %4d  %s\n", share, $4, substr(file, RSTART)
		lines += $4; executed += share * $4 / 100; own = 0
	}
	END {
		if (!lines) { print "nothing was measured"; exit 1 }
		printf "%6.1f %% of %d lines in asn1 and pcsc\n", 100 * executed / lines, lines
		exit 100 * executed < least * lines
	}' >table
status=$?
sort -n table | grep -v ' in asn1 and pcsc$'
grep ' in asn1 and pcsc$' table
[ $status -eq 0 ] || echo "less than $least %"
exit $status
