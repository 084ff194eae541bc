#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""load.py MODULE: loads the module and unloads it again, three times, in a process whose OpenSSL was configured."""
import ctypes
import hashlib
import ssl
import sys
import _ctypes

CKR_OK, CKR_ALREADY = 0, 0x191

ssl.create_default_context()
hashlib.new("sha256", b"x").digest()
for _ in range(3):
    module = ctypes.CDLL(sys.argv[1])
    begun = module.C_Initialize(None)
    if begun not in (CKR_OK, CKR_ALREADY):
        sys.exit("C_Initialize: %#x" % begun)
    count = ctypes.c_ulong(0)
    rv = module.C_GetSlotList(1, None, ctypes.byref(count))
    if rv != CKR_OK or count.value != 1:
        sys.exit("C_GetSlotList: %#x, %d slots" % (rv, count.value))
    if begun == CKR_OK:
        module.C_Finalize(None)
    _ctypes.dlclose(module._handle)
    # OpenSSL works on, whoever used it
    hashlib.new("sha256", b"y").digest()
    ssl.create_default_context()
print("loaded", "by OpenSSL, too" if begun == CKR_ALREADY else "alone")
