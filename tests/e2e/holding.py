#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""holding.py exclusive|transaction COMMAND…: another program that has the card of the first reader while COMMAND runs."""
import ctypes
import subprocess
import sys

SHARE_EXCLUSIVE, SHARE_SHARED, PROTOCOLS = 1, 2, 3


def call(name, *arguments):
    function = getattr(LIBRARY, name)
    function.restype = ctypes.c_long
    code = function(*arguments)
    if code != 0:
        sys.exit("%s: %08X" % (name, code & 0xFFFFFFFF))


LIBRARY = ctypes.CDLL("libpcsclite.so.1")
context, handle = ctypes.c_long(), ctypes.c_long()
size, protocol = ctypes.c_ulong(4096), ctypes.c_ulong()
names = ctypes.create_string_buffer(4096)
call("SCardEstablishContext", ctypes.c_ulong(2), None, None, ctypes.byref(context))
call("SCardListReaders", context, None, names, ctypes.byref(size))
call("SCardConnect", context, names.raw.split(b"\0")[0],
     ctypes.c_ulong(SHARE_EXCLUSIVE if sys.argv[1] == "exclusive" else SHARE_SHARED), ctypes.c_ulong(PROTOCOLS),
     ctypes.byref(handle), ctypes.byref(protocol))
if sys.argv[1] == "transaction":
    call("SCardBeginTransaction", handle)
sys.exit(subprocess.run(sys.argv[2:], check=False).returncode)
