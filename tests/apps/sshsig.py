#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""sshsig.py SIGNATURE NAMESPACE MESSAGE TO-VERIFY OUT: takes OpenSSH's signature of a file apart (PROTOCOL.sshsig of OpenSSH) and
writes what was signed and the bare signature, as `openssl dgst -verify` wants them; prints the digest's name."""
import base64
import hashlib
import struct
import sys


def text(data):
    size = struct.unpack(">I", data[:4])[0]
    return data[4 : 4 + size], data[4 + size :]


def wrapped(data):
    return struct.pack(">I", len(data)) + data


def der(tag, body):
    size = bytes([len(body)]) if len(body) < 128 else bytes([0x81, len(body)])
    return bytes([tag]) + size + body


def main():
    signature, namespace, message, to_verify, out = sys.argv[1:]
    with open(signature) as file:
        data = base64.b64decode("".join(line.strip() for line in file if not line.startswith("-")))
    assert data[:6] == b"SSHSIG" and data[6:10] == b"\0\0\0\1"
    _key, data = text(data[10:])
    name, data = text(data)
    assert name == namespace.encode()
    _reserved, data = text(data)
    digest, data = text(data)
    blob, data = text(data)
    assert not data
    kind, blob = text(blob)
    value, _ = text(blob)
    if kind.startswith(b"ecdsa-"):
        r, rest = text(value)
        s, _ = text(rest)
        value = der(0x30, der(2, r) + der(2, s))
    with open(message, "rb") as file:
        hashed = hashlib.new(digest.decode(), file.read()).digest()
    with open(to_verify, "wb") as file:
        file.write(b"SSHSIG" + wrapped(name) + wrapped(b"") + wrapped(digest) + wrapped(hashed))
    with open(out, "wb") as file:
        file.write(value)
    print({b"rsa-sha2-512": "sha512", b"rsa-sha2-256": "sha256", b"ecdsa-sha2-nistp256": "sha256"}[kind])


main()
