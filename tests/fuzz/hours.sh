#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# hours.sh [LOG]: what the fuzzers' log (tests/fuzz/log, to which "make fuzz LOG=…" adds) comes to for each harness.
awk '{
    for (i = 4; i <= NF; i++) {
        split($i, pair, "=")
        if (pair[1] == "processor") seconds[$2] += pair[2]
        if (pair[1] == "executions") executions[$2] += pair[2]
        if (pair[1] == "finds") finds[$2] += pair[2]
    }
}
function row(name, a, b, c) { printf "| %-13s | %9.2f | %11.0f | %5d |\n", name, a / 3600, b, c | "sort -s" }
END {
    print "| harness       | CPU-hours |  executions | finds |"
    print "|---------------|-----------|-------------|-------|"
    fflush()
    for (name in seconds) {
        row(name, seconds[name], executions[name], finds[name])
        hours += seconds[name]; runs += executions[name]; found += finds[name]
    }
    close("sort -s")
    row("all", hours, runs, found)
}' "${1:-$(dirname "$0")/log}"
