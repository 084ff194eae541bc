#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Holds pkcs11-headers/ against other people's Cryptoki headers: what both define must have one value, size, offset.
# Each header is compiled alone (they clash with each other) into a program that prints what it knows.
set -eu
top=${srcdir:-.}
cc=${CC:-cc}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
structures='CK_VERSION CK_INFO CK_SLOT_INFO CK_TOKEN_INFO CK_SESSION_INFO CK_ATTRIBUTE CK_DATE CK_MECHANISM
CK_MECHANISM_INFO CK_C_INITIALIZE_ARGS CK_INTERFACE CK_FUNCTION_LIST CK_FUNCTION_LIST_3_0 CK_RSA_PKCS_PSS_PARAMS
CK_RSA_PKCS_OAEP_PARAMS CK_ECDH1_DERIVE_PARAMS CK_GCM_PARAMS CK_EDDSA_PARAMS CK_AES_CTR_PARAMS CK_HKDF_PARAMS'

# names OPTIONS...: the constants that a header defines, sorted
names()
{
    echo "$include" | $cc "$@" -dM -E - | sed -n 's/^#define \(CK[A-Z]*_[A-Za-z0-9_]*\) .*/\1/p' |
        grep -vE '_PTR$|^CK_(DECLARE|FUNCTIONS|MEMBER|PTR|DEFINE|DECLARE|CALLBACK|NEED|SPEC|VOID|BYTE|ULONG)' | sort
}

# program OPTIONS...: prints "name value" for the constants in $tmp/common, and sizes and offsets
program()
{
    {
        printf '#include <stdio.h>\n#include <stddef.h>\n%s\nint main(void)\n{\n' "$include"
        sed 's/.*/printf("%s %lx\\n", "&", (unsigned long)(&));/' "$tmp/common"
        for structure in $structures; do
            grep -qx "$structure" "$tmp/absent" 2>/dev/null && continue
            printf '%s\n' "printf(\"sizeof $structure %zu\\n\", sizeof($structure));"
        done
        for member in $($cc -I"$top" -E -P -x c "$top/pkcs11-headers/pkcs11.h" |
            sed -n '/^struct CK_FUNCTION_LIST_3_0 {/,/^};/p' | grep -o ' C_[A-Za-z]*;' | tr -d ' ;'); do
            grep -qx CK_FUNCTION_LIST_3_0 "$tmp/absent" && continue
            printf '%s\n' "printf(\"offset $member %zu\\n\", offsetof(CK_FUNCTION_LIST_3_0, $member));"
        done
        for member in type:CK_ATTRIBUTE ulValueLen:CK_ATTRIBUTE utcTime:CK_TOKEN_INFO ulMaxPinLen:CK_TOKEN_INFO \
            flags:CK_SLOT_INFO libraryVersion:CK_INFO ulDeviceError:CK_SESSION_INFO pReserved:CK_C_INITIALIZE_ARGS; do
            printf '%s\n' "printf(\"offset $member %zu\\n\", offsetof(${member#*:}, ${member%:*}));"
        done
        printf 'return 0;\n}\n'
    } >"$tmp/program.c"
    $cc "$@" -w -o "$tmp/program" "$tmp/program.c" && "$tmp/program"
}

# compare LABEL INCLUDE MINIMUM OPTIONS...: ours against theirs, which must share at least MINIMUM constants
compare()
{
    label=$1 theirs=$2 minimum=$3
    shift 3
    ours='#include "pkcs11-headers/pkcs11.h"
#include "pkcs11-headers/pkcs11-gost.h"'
    : >"$tmp/absent"
    include=$theirs
    names "$@" >"$tmp/names.theirs"
    for structure in $structures; do
        printf '%s\nint size = (int)sizeof(%s);\n' "$theirs" "$structure" | $cc "$@" -w -fsyntax-only -x c - 2>/dev/null ||
            echo "$structure" >>"$tmp/absent"
    done
    include=$ours
    names -I"$top" >"$tmp/names.ours"
    comm -12 "$tmp/names.ours" "$tmp/names.theirs" | grep -vxF "$exceptions" >"$tmp/common"
    program -I"$top" >"$tmp/ours"
    include=$theirs
    program "$@" >"$tmp/theirs"
    count=$(wc -l <"$tmp/common")
    echo "$label: $count constants in common"
    [ "$count" -ge "$minimum" ] || { echo "$label: fewer than $minimum: the comparison itself is broken"; exit 1; }
    for side in ours theirs; do
        grep -v "$own" "$tmp/$side" >"$tmp/$side.kept"
    done
    diff -u "$tmp/theirs.kept" "$tmp/ours.kept" || { echo "$label: differs (theirs -, ours +)"; exit 1; }
}

# Numbers of a draft that p11-kit kept, the standard and NSS have 1B5 to 1B9; and NSS's trust attributes.
# exceptions: constants left out; own: a structure left out ("-" for none)
exceptions='CKR_EXCEEDED_MAX_ITERATIONS
CKR_FIPS_SELF_TEST_FAILED
CKR_LIBRARY_LOAD_FAILED
CKR_PIN_TOO_WEAK
CKR_PUBLIC_KEY_INVALID
CKA_TRUST_CLIENT_AUTH
CKA_TRUST_CODE_SIGNING
CKA_TRUST_EMAIL_PROTECTION
CKA_TRUST_SERVER_AUTH
CKA_TRUST_TIME_STAMPING'
own=-
compared=0
p11=$(pkg-config --variable=includedir p11-kit-1 2>/dev/null)/p11-kit-1
if [ -e "$p11/p11-kit/pkcs11.h" ]; then
    compare p11-kit '#define CRYPTOKI_COMPAT 1
#define CRYPTOKI_RU_TEAM_TC26_VENDOR_DEFINED 1
#include <p11-kit/pkcs11.h>
#include <p11-kit/pkcs11x.h>' 500 -I"$p11"
    compared=1
fi
nss=/usr/include/nss
if [ -e $nss/pkcs11t.h ] && [ -e /usr/include/nspr/prtypes.h ]; then
    # NSS has trust attributes of its own and a longer CK_C_INITIALIZE_ARGS.
    exceptions=$(printf 'CKA_TRUST_%s\n' CLIENT_AUTH CODE_SIGNING EMAIL_PROTECTION SERVER_AUTH TIME_STAMPING)
    own=CK_C_INITIALIZE_ARGS
    compare NSS '#include <pkcs11.h>' 500 -I$nss -I/usr/include/nspr
    compared=1
fi
[ $compared = 1 ] || exit 77
