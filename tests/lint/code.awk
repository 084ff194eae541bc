# SPDX-License-Identifier: LGPL-2.1-or-later
# Prints "file:line:code" with comments and the contents of quotes left out.
FNR == 1 { comment = 0 }
{
    out = ""
    rest = $0
    while (rest != "") {
        if (comment) {
            at = index(rest, "*/")
            if (!at) break
            rest = substr(rest, at + 2)
            comment = 0
        } else if (!match(rest, /"|'|\/\*|\/\//)) {
            out = out rest
            break
        } else {
            out = out substr(rest, 1, RSTART - 1)
            mark = substr(rest, RSTART, RLENGTH)
            rest = substr(rest, RSTART + RLENGTH)
            if (mark == "//") break
            if (mark == "/*") { comment = 1; out = out " "; continue }
            while (rest != "" && substr(rest, 1, 1) != mark)
                rest = substr(rest, substr(rest, 1, 1) == "\\" ? 3 : 2)
            rest = substr(rest, 2)
            out = out mark mark
        }
    }
    print FILENAME ":" FNR ":" out
}
