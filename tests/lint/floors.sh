#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Includes go left only, and each foreign library has one door.
set -u
. tests/lint/lib.sh

floors='pkcs11-headers asn1 pcsc module vcard tool'

# "file:line:included" for #include "…" and #include <…>; the mark tells which.
# shellcheck disable=SC2086
includes=$(lint_c_files $floors | xargs -r grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null |
    sed -E 's/^([^:]*:[0-9]+):[^"<]*(["<])([^">]*)[">].*/\1:\2\3/')

# What a folder may include from.
allowed() {
    case $1 in
    pkcs11-headers) echo 'pkcs11-headers/' ;;
    asn1) echo 'asn1/|pkcs11-headers/' ;;
    pcsc) echo 'pcsc/|asn1/|pkcs11-headers/' ;;
    module) echo 'module/|pcsc/|asn1/|pkcs11-headers/' ;;
    vcard) echo 'vcard/|asn1/' ;;
    tool) echo 'tool/|asn1/|pkcs11-headers/|module/crypto/' ;;
    esac
}

for floor in $floors; do
    printf '%s\n' "$includes" | grep "^$floor/" | grep -E ':"[^:]*$' | grep -vE ":\"($(allowed "$floor"))[^:]*\$" |
        sed 's/:"/: may not include /' | lint_report
done

# A door: headers, and the files that may include them.
door() {
    printf '%s\n' "$includes" | grep -E ":[<\"]($1)\$" | grep -vE "^($2):" |
        sed -E 's/:[<"]/: is no door for /' | lint_report
}

door '([^:]*/)?(winscard|wintypes|pcsclite|PCSC/debuglog)\.h' 'pcsc/reader\.c|vcard/hold\.c|tool/pcsc_check\.c'
door '(PCSC/)?reader\.h' 'pcsc/(reader|pinpad)\.[ch]'
door 'libtasn1\.h' 'asn1/der\.c'
door 'gcrypt\.h|gpg-error\.h' 'module/crypto/gost\.c|vcard/[^:]*'
door 'openssl/.*' 'module/crypto/[^:]*|pcsc/admin_key\.c|vcard/[^:]*|tool/cmp[^:]*'
door 'zlib\.h' 'pcsc/inflate\.c|vcard/[^:]*'
door 'ini\.h' 'module/config\.c|tool/[^:]*'
door 'curl/.*' 'tool/est\.c'
door 'gnutls/.*' 'tool/[^:]*'
lint_end
