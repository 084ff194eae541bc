#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""pdf.py make FILE: a document of one page. pdf.py split FILE CONTENT SIGNATURE: what the (last) signature of a document signs,
and the signature, for `openssl cms -verify`; it must sign all but itself."""
import re
import sys


def make(path):
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    with open(path, "wb") as file:
        file.write(out)


def split(path, content, signature):
    with open(path, "rb") as file:
        data = file.read()
    ranges = re.findall(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]", data)
    first, size, second, rest = map(int, ranges[-1])
    if first != 0 or second + rest != len(data):
        sys.exit("the signature does not cover the document")
    with open(content, "wb") as file:
        file.write(data[:size] + data[second:])
    with open(signature, "wb") as file:
        file.write(bytes.fromhex(data[size:second].strip(b"<> \r\n").decode()))


{"make": make, "split": split}[sys.argv[1]](*sys.argv[2:])
