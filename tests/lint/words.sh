#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# Each floor speaks its own language, and what is dangerous has few doors.
set -u
. tests/lint/lib.sh

# grep -n in the C files of some folders, with the file's name always.
look() { # PATTERN FOLDERS, options of grep in $options
    pattern=$1
    shift
    # shellcheck disable=SC2086
    lint_c_files "$@" | xargs -r grep -nE ${options:-} -e "$pattern" /dev/null
}

# As look(), in code only: neither comments nor strings count.
look_code() {
    pattern=$1
    shift
    lint_c_files "$@" | lint_code | grep -E -e "^[^:]*:[0-9]+:.*($pattern)"
}

name() { # a violation, shortened to its place and a message
    sed -E "s|^([^:]*:[0-9]+):.*|\\1: $1|" | lint_report
}

except() { # drops the lines of files that a list names
    grep -vE "^($(lint_list "$1")):"
}

look '(^|[^A-Za-z0-9_])CK_' asn1 pcsc | name 'says CK_'
options=-i look '(^|[^a-z])apdus?([^a-z]|$)' module | name 'says APDU'
options=-i look '(^|[^a-z])(piv|rutoken|openpgp|gids|yubi[a-z]*)([^a-z]|$)' module | name 'names a card family'
look '0x(6[1-9A-Fa-f]|9[0-9])[0-9A-Fa-f][0-9A-Fa-f]([^0-9A-Fa-f]|$)' module | name 'has a status word'

look_code '(^|[^A-Za-z0-9_])(v?[fd]?printf|v?asprintf|v?sprintf|f?puts|f?putc|putchar|perror|fwrite|v?syslog)[[:space:]]*\(' \
    asn1 pcsc module | grep -v '^pcsc/trace\.c:' | name 'prints'
look_code '(^|[^A-Za-z0-9_])v?snprintf[[:space:]]*\(' asn1 pcsc module | grep -v '^pcsc/trace\.c:' |
    except snprintf-files | name 'formats text (see tests/lint/snprintf-files)'
options=-i look '%[-#0-9.]*[hljzt]*x|[^A-Za-z_]PRIx[0-9PMLF]|"0123456789abcdef"' asn1 pcsc module | grep -v '^pcsc/trace\.c:' |
    except hex-files | name 'writes hexadecimal (see tests/lint/hex-files)'
look_code '(^|[^A-Za-z0-9_])secret_bytes[[:space:]]*\(' asn1 pcsc module vcard tool | except secret-files |
    name 'opens a secret (see tests/lint/secret-files)'
look_code '(^|[^A-Za-z0-9_])goto([^A-Za-z0-9_]|$)' asn1 pcsc module vcard tool tests | name 'has goto'
look '(^|[^A-Za-z])(TODO|FIXME|XXX)([^A-Za-z]|$)' asn1 pcsc module vcard tool tests | name 'leaves something undone'

# Static data in any scope. A declaration may go over lines: it is joined up to its = { ; or body.
lint_c_files asn1 pcsc module vcard tool | grep -vE '^(module/api/library|pcsc/trace)\.c$' | lint_code |
    awk -f tests/lint/statics.awk | lint_report
lint_end
