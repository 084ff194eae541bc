#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Plants violations in a copy of the scripts and of the lowest floor: each must be found by its script, at its place.
set -u
cd "$(dirname "$0")/../.." || exit 2
. tests/lint/lib.sh

copy=$(mktemp -d)
trap 'rm -rf "$copy" "$lint_log"' EXIT
lint_files | grep -E '^(asn1|pkcs11-headers|tests/lint|tests/unit)/' | tar -cf - -T - | tar -xf - -C "$copy"
cd "$copy" || exit 2
spdx='/* SPDX-License-Identifier: LGPL-2.1-or-later */'
bad=0

found() { # WHAT STATUS OUTPUT PATTERN
    if [ "$2" -ne 0 ] && printf '%s\n' "$3" | grep -qE -e "$4"; then
        printf 'ok finds %s\n' "$1"
    else
        printf 'not ok finds %s\n' "$1"
        bad=1
    fi
}

shown() { # TEXT in one short line
    printf '%s' "$1" | tr '\n' ' ' | sed 's/\\n/ /g; s/  */ /g' | cut -c 1-60
}

# plant SCRIPT FILE TEXT: FILE, which must be a new one, gets TEXT under an SPDX line; SCRIPT must name FILE.
plant() {
    if [ -e "$2" ]; then
        echo "not ok $2 is in the way"
        bad=1
        return
    fi
    mkdir -p "$(dirname "$2")"
    printf '%s\n%b\n' "$spdx" "$3" >"$2"
    output=$("tests/lint/$1.sh" 2>&1)
    status=$?
    found "$1: $2: $(shown "$3")" $status "$output" "^${2%.[ch]}(\\.[ch])?:"
    rm -f "$2"
}

# pass SCRIPT FILE TEXT: what SCRIPT must not object to.
pass() {
    printf '%s\n%b\n' "$spdx" "$3" >"$2"
    if "tests/lint/$1.sh" 2>&1 | grep -q "^$2:"; then
        printf 'not ok leaves alone: %s: %s\n' "$1" "$(shown "$3")"
        bad=1
    else
        printf 'ok leaves alone: %s: %s\n' "$1" "$(shown "$3")"
    fi
    rm -f "$2"
}

plant floors asn1/planted.c '#include "pcsc/card.h"'
plant floors pcsc/planted.h '#include "module/rv.h"'
plant floors pcsc/planted.c '#include "vcard/vcard.h"'
plant floors module/planted.c '#include "vcard/vcard.h"'
plant floors vcard/planted.c '#include "pcsc/sw.h"'
plant floors tool/planted.c '#include "pcsc/sw.h"'
plant floors module/planted.c '#include "bytes.h"'
plant floors pcsc/planted.c '#include <winscard.h>'
plant floors module/planted.c '#include <PCSC/winscard.h>'
plant floors asn1/planted.c '#include <libtasn1.h>'
plant floors module/planted.c '# include <gcrypt.h>'
plant floors pcsc/planted.c '#include <openssl/evp.h>'
plant floors module/planted.c '#include <zlib.h>'
plant floors pcsc/planted.c '#include <ini.h>'
plant floors module/planted.c '#include <gnutls/gnutls.h>'
pass floors vcard/planted.c '#include <openssl/evp.h>\n#include "asn1/bytes.h"'

printf '%s\n#include "asn1/planted_b.h"\n' "$spdx" >asn1/planted_a.h
plant circles asn1/planted_b.c '#include "asn1/planted_a.h"'
rm asn1/planted_a.h

plant words asn1/planted.c '/* returns CK_RV */'
plant words pcsc/planted.h 'CK_ULONG planted;'
plant words module/planted.c '/* the APDU goes out */'
plant words module/planted.c 'int apdu;'
plant words module/planted.c '/* as PIV has it */'
plant words module/planted.c '#define CARD "rutoken"'
plant words module/planted.c 'int f(int sw) { return sw == 0x6A82; }'
plant words module/planted.c 'int f(int sw) { return sw == 0x9000; }'
plant words pcsc/planted.c 'void f(void) { printf("x"); }'
plant words asn1/planted.c 'void f(void) { fprintf (stderr, "x"); }'
plant words module/planted.c 'void f(void) { puts("x"); }'
plant words pcsc/planted.c 'void f(char *s) { snprintf(s, 2, "x"); }'
plant words module/planted.c 'static const char digits[] = "0123456789abcdef";'
plant words module/planted.c 'static const char format[] = "%02X";'
plant words module/planted.c 'void f(void) { secret_bytes(NULL); }'
plant words tests/planted.c 'void f(void) { goto out; out:; }'
plant words vcard/planted.c 'void f(void) { goto out; out:; }'
plant words asn1/planted.c '/* TODO: more */'
plant words asn1/planted.c 'static int counter;'
plant words asn1/planted.c 'int counter = 0;'
plant words pcsc/planted.c 'void f(void)\n{\n    static unsigned calls = 0;\n    calls++;\n}'
plant words module/planted.c 'static const char *names[] = { "a" };'
plant words module/planted.c 'static struct planted\n    *list[4];'
plant words vcard/planted.c 'static void (*hook)(void);'
plant words module/planted.c 'struct planted planted_all[3];'
pass words asn1/planted.c 'static const char *const names[] = { "a" };\nstatic int f(int *a);\nstatic void (*const t[])(void) = { f };'
pass words asn1/planted.c 'struct a;\nstruct b {\n    int x;\n};\n/* no printf("x"), no goto here */\nextern const int y;\ntypedef int z;'
pass words module/planted.c '/* a private pivot of the apduct, 0x90001 */'
pass words pcsc/planted.c 'const struct card_driver planted = {\n    .name = "x",\n};\nint LOCK_CK(int CHECK_ED);'

plant sizes asn1/planted.c "$(awk 'BEGIN { for (i = 0; i < 600; i++) printf "\\n" }')x"
plant sizes vcard/planted.c "int f(void)\\n{\\n$(awk 'BEGIN { for (i = 0; i < 60; i++) printf "    g();\\n" }')}"
plant headers asn1/planted.h 'struct bytes planted(size_t size);'
plant comments pcsc/planted.h '#include <stddef.h>\n\nint planted(void);'
plant comments module/planted.h '/** One. */\nint planted_a(void);\n\nstruct planted *planted_b(int a,\n                         int b);'
pass comments asn1/planted.h '/** Two. */\nint planted_a(int a,\n    int (*b)(int));\nint planted_b(void);\n\nstruct s {\n    int (*f)(int);\n\n    int (*g)(int);\n};'

printf 'int x;\n' >asn1/planted.c
output=$(tests/lint/spdx.sh 2>&1)
found 'spdx: a source without licence' $? "$output" '^asn1/planted\.c:'
rm asn1/planted.c
# shellcheck disable=SC2016 # planted as it stands
printf '#!/bin/sh\necho $1\n' >planted
output=$(tests/lint/spdx.sh 2>&1)
found 'spdx: a script without licence' $? "$output" '^planted:'
output=$(tests/lint/shell.sh 2>&1)
found 'shell: a variable without quotes' $? "$output" '^planted:'
rm planted

printf '| x | `check_bytes/no_such_test`, `no_such_file` |\n' >SECURITY.md
output=$(tests/lint/security.sh 2>&1)
status=$?
found 'security: a test that is none' $status "$output" '^SECURITY.md:1: check_bytes/no_such_test is not'
found 'security: a file that is none' $status "$output" '^SECURITY.md:1: there is no test no_such_file'

# A module made of nothing but the names, and then with one too many and one too few.
names=$(sed -nE 's/^CK_DECLARE\((C_[A-Za-z0-9]+).*/\1/p' pkcs11-headers/pkcs11.h | tr '\n' ' ')
mkdir -p module
# shellcheck disable=SC2086 # a list
printf 'ECP { global: %s local: *; };\n' "$(printf '%s; ' $names)" >module/ecp-pkcs11.map
build() {
    printf '%s\n' "$@" | sed 's/.*/void &(void); void &(void) {}/' | ${CC:-gcc} -shared -fPIC -x c - -o planted.so
}
# shellcheck disable=SC2086
build $names
if output=$(tests/lint/exports.sh planted.so); then
    echo 'ok exports: a module with the right names'
else
    printf 'not ok exports: a module with the right names\n%s\n' "$output"
    bad=1
fi
# shellcheck disable=SC2086
build $names planted_name
output=$(tests/lint/exports.sh planted.so)
found 'exports: a foreign name' $? "$output" 'planted_name'
# shellcheck disable=SC2086
build ${names#* }
output=$(tests/lint/exports.sh planted.so)
found 'exports: a missing name' $? "$output" 'not exported'

# hardened WHAT PATTERN FLAGS...: a module that lacks WHAT
hardened() {
    what=$1 pattern=$2
    shift 2
    printf '%s\n' '#include <string.h>' '#include <stdlib.h>' 'int C_Planted(char *a, const char *b, size_t c, int (*f)(int)) {' \
        'char d[64]; memcpy(d, b, c); explicit_bzero(a, c + sizeof(*a)); a = malloc(c); if (a) explicit_bzero(a, c); return f(d[3]); }' |
        ${CC:-gcc} -shared -fPIC -O1 -fstack-protector-strong -fcf-protection=full -U_FORTIFY_SOURCE -D_GNU_SOURCE -D_FORTIFY_SOURCE=3 \
            -Wl,-z,relro -Wl,-z,now -Wl,-z,shstk "$@" -x c - -o planted.so 2>/dev/null
    output=$(tests/lint/hardening.sh planted.so 2>&1)
    status=$?
    if [ -z "$pattern" ]; then
        [ $status -eq 0 ] && echo "ok leaves alone: hardening: $what" || { echo "not ok leaves alone: hardening: $what $output"; bad=1; }
    else
        found "hardening: $what" $status "$output" "$pattern"
    fi
}
hardened 'a hardened module' ''
hardened 'no RELRO' 'read-only relocations' -Wl,-z,norelro
hardened 'lazy binding' 'binding at start' -Wl,-z,lazy
hardened 'an executable stack' 'executable stack' -Wl,-z,execstack
hardened 'a search path' 'search path' -Wl,-rpath,/tmp
hardened 'no fortified calls' 'fortified' -U_FORTIFY_SOURCE
hardened 'no stack protector' 'stack protector' -fno-stack-protector
case $(uname -m) in
x86_64) hardened 'no landing places' 'C_Planted>: has no landing place' -fcf-protection=none ;;
esac
exit $bad
