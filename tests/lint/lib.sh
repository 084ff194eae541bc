# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=sh
# What the lint scripts share. Each is run from the source root, prints one line a violation (file:line: what) and
# fails if there was any.

LC_ALL=C
export LC_ALL
lint_here=tests/lint
lint_log=$(mktemp)
trap 'rm -f "$lint_log"' EXIT

# Inputs of the fuzzers are bytes, whatever they look like.
lint_inputs='^tests/fuzz/(corpus|regressions)/'

# The files of the project: those that git tracks or would, or, in an unpacked archive, all but what a build makes.
lint_files() {
    if git rev-parse --show-toplevel 2>/dev/null | grep -qxF "$(pwd -P)"; then
        git ls-files --cached --others --exclude-standard | while IFS= read -r file; do
            [ -f "$file" ] && printf '%s\n' "$file"
        done
    else
        find . -type f ! -path './.git/*' ! -path './autom4te.cache/*' ! -path './build*' ! -path './m4/l*' \
            ! -name '*_tab.c' ! -name 'aclocal.m4' ! -name 'configure*~' | sed 's|^\./||'
    fi | grep -vE "$lint_inputs" | sort
}

# The C files in the given folders.
lint_c_files() {
    pattern=$(echo "$*" | tr ' ' '|')
    lint_files | grep -E "^($pattern)/.*\\.[ch]\$"
}

# Reads violations, shows and remembers them (in a file: a pipe's end cannot set a variable).
lint_report() {
    tee -a "$lint_log"
}

# The lines "file:line:code" of the C files named on standard input, without comments and without what is in quotes.
lint_code() {
    xargs -r awk -f "$lint_here/code.awk"
}

# The files that a list (one a line, # for comments) names, as one extended regular expression.
lint_list() {
    sed 's/#.*//' "$lint_here/$1" | awk 'NF { printf "%s%s", sep, $1; sep = "|" } END { if (!sep) print "none" }'
}

lint_end() {
    [ ! -s "$lint_log" ]
    exit
}
