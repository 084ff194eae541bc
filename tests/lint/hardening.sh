#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# hardening.sh FILE...: what was built, a module or programs, as the loader will see it: full RELRO, no executable stack, no text
# relocations, nothing both writable and executable, fortified calls, stack protector, no search path, programs anywhere in
# memory, and, on x86, a shadow stack and landing places for indirect calls. It reads the files, not the flags.
set -u
. tests/lint/lib.sh

if [ $# -eq 0 ]; then
    echo "usage: hardening.sh FILE..."
    exit 2
fi

# says WHAT PATTERN: standard input has PATTERN, or $built lacks WHAT.
says() {
    grep -qE -e "$2" || echo "$built:0: has no $1" | lint_report
}

# silent WHAT PATTERN: standard input has it not, or $built has WHAT.
silent() {
    if grep -E -e "$2" >/dev/null; then
        echo "$built:0: has $1" | lint_report
    fi
}

segments_check() {
    segments=$(readelf -lW "$built")
    dynamic=$(readelf -dW "$built")
    echo "$segments" | says 'read-only relocations' '^ *GNU_RELRO '
    echo "$dynamic" | says 'binding at start' '\(FLAGS(_1)?\).*(BIND_NOW|NOW)'
    echo "$segments" | says 'word on its stack' '^ *GNU_STACK '
    echo "$segments" | silent 'an executable stack' '^ *GNU_STACK .* [RW]*E'
    echo "$segments" | silent 'a segment that is writable and executable' '^ *LOAD .* RWE '
    echo "$dynamic" | silent 'text relocations' 'TEXTREL'
    echo "$dynamic" | silent 'a search path of its own' 'R(UN)?PATH'
}

code_check() {
    imports=$(readelf --dyn-syms -W "$built" | awk '$7 == "UND" { print $8 }')
    echo "$imports" | says 'stack protector' '^__stack_chk_fail'
    # this one has a fortified form at level 3 alone, as no size is known before the program runs
    echo "$imports" | says 'fortified calls of level 3' '^__explicit_bzero_chk'
}

# Debian's start-up objects have no landing places, so that the linker cannot mark the whole file: each function that can be
# reached from outside is looked at instead.
x86_check() {
    readelf -nW "$built" | says 'shadow stack' 'x86 feature:.*SHSTK'
    objdump -d --no-show-raw-insn "$built" | awk -v file="$built" '
        /^[0-9a-f]+ <(C_[A-Za-z0-9]+|main)>:$/ { name = $2; getline; seen = 1; if ($2 != "endbr64") print file ":0: " name " has no landing place" }
        END { if (!seen) print file ":0: shows no function to look at" }' | lint_report
}

for built in "$@"; do
    if [ ! -f "$built" ]; then
        echo "$built:0: is not there" | lint_report
        continue
    fi
    segments_check
    code_check
    header=$(readelf -hW "$built")
    case $header in *X86-64*) x86_check ;; esac
    case $built in
    *.so) ;;
    *) readelf -dW "$built" | says 'freedom to be loaded anywhere (PIE)' '\(FLAGS_1\).*PIE' ;;
    esac
done
lint_end
