#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Unpadding of decrypted blocks takes no branch and no address from the plaintext. Skipped without valgrind, and
# under sanitizers, which do not run under it.
set -eu
program=$(pwd)/tests/unit/ct_unpad
run()
{
    libtool=./libtool
    [ -x $libtool ] || libtool=libtool
    $libtool --mode=execute valgrind -q --error-exitcode=9 --track-origins=no \
        --suppressions="${srcdir:-.}/tests/unit/ct_unpad.supp" "$program" "$@"
}

command -v valgrind >/dev/null || { echo "no valgrind"; exit 77; }
[ -x "$program" ] || { echo "built without valgrind's headers or with sanitizers"; exit 77; }
run calm >/dev/null 2>&1 || { echo "valgrind cannot run what this compiler makes"; exit 77; }
if run leaky >/dev/null 2>&1; then
    echo "valgrind does not see a branch on marked bytes: the test is blind"
    exit 1
fi
run
