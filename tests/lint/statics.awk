# SPDX-License-Identifier: LGPL-2.1-or-later
# Of "file:line:code": static data, and data at file scope, that is not const.
function judge(place, text) {
    sub(/[={;].*/, "", text)
    gsub(/__attribute__ *\(\(([^()]|\([^()]*\))*\)\)/, "", text)
    gsub(/\[[^]]*\]/, "", text)
    if (text ~ /\( *\*/) { # a pointer to a function, perhaps a table of them
        if (text !~ /\( *\* *const/) print place ": static data that is not const"
    } else if (text ~ /\(/) {
        return # a function
    } else if (text ~ /\*/) {
        sub(/.*\*/, "", text)
        if (text !~ /(^|[^A-Za-z0-9_])const([^A-Za-z0-9_]|$)/) print place ": static data that is not const"
    } else if (text !~ /(^|[^A-Za-z0-9_])const([^A-Za-z0-9_]|$)/) {
        print place ": static data that is not const"
    }
}
{
    split($0, field, ":")
    place = field[1] ":" field[2]
    code = substr($0, length(place) + 2)
    if (field[1] != file) { file = field[1]; joined = ""; depth = 0; macro = 0 }
    if (macro || code ~ /^[ \t]*#/) { macro = code ~ /\\[ \t]*$/; next }
    if (joined == "" && code ~ /^[ \t]*static[ \t]/) { start = place; joined = code }
    else if (joined == "" && depth == 0 && code ~ /^[A-Za-z_][A-Za-z0-9_ *]*(\[[^]]*\])*( =|;)/ && code !~ /^(typedef|extern|struct|union|enum|return) *[A-Za-z0-9_]*;/ \
             && code !~ /^(typedef|extern)[ \t]/) { start = place; joined = code }
    else if (joined != "") joined = joined " " code
    if (joined != "" && joined ~ /[={;]/) { judge(start, joined); joined = "" }
    opened = gsub(/\{/, "{", code)
    closed = gsub(/\}/, "}", code)
    depth += opened - closed
}
