#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""signer.py MODULE: a program that has the module open for long, as a browser has. It finds the key of id 01 of the first token
and makes the file "idle". When there is a file "go", it logs in with $PERSON_PIN and signs message.txt again and again,
the number of signatures in "signatures" and the last one in message.sig, until there is a file "stop". While there is a folder "kept", every
signature is kept in it as NUMBER.sig, and how long the longest of them took since somebody removed the file "longest" is in it, in milliseconds."""
import os
import sys
import time

from PyKCS11 import (CKA_CLASS, CKA_ID, CKA_KEY_TYPE, CKF_SERIAL_SESSION, CKK_RSA, CKM_ECDSA_SHA256, CKM_SHA256_RSA_PKCS,
                     CKO_PRIVATE_KEY, CKO_PUBLIC_KEY, Mechanism, PyKCS11Lib)


def write(path, data):
    with open(path + ".new", "wb") as file:
        file.write(data)
    os.rename(path + ".new", path)


library = PyKCS11Lib()
library.load(sys.argv[1])
session = library.openSession(library.getSlotList(tokenPresent=True)[0], CKF_SERIAL_SESSION)
public = session.findObjects([(CKA_CLASS, CKO_PUBLIC_KEY), (CKA_ID, (0x01,))])[0]
rsa = session.getAttributeValue(public, [CKA_KEY_TYPE])[0] == CKK_RSA
write("idle", b"")
while not os.path.exists("go"):
    time.sleep(0.05)
session.login(os.environ["PERSON_PIN"])
key = session.findObjects([(CKA_CLASS, CKO_PRIVATE_KEY), (CKA_ID, (0x01,))])[0]
with open("message.txt", "rb") as file:
    message = file.read()
number, longest = 0, 0
while not os.path.exists("stop"):
    started = time.monotonic()
    signature = bytes(session.sign(key, message, Mechanism(CKM_SHA256_RSA_PKCS if rsa else CKM_ECDSA_SHA256)))
    number += 1
    write("message.sig", signature)
    if os.path.isdir("kept"):
        longest = longest if os.path.exists("longest") else 0
        longest = max(longest, round(1000 * (time.monotonic() - started)))
        write("kept/%d.sig" % number, signature)
        write("longest", str(longest).encode())
    write("signatures", str(number).encode())
    time.sleep(0.02)  # a program that never rests would leave the card to nobody: the daemon knows no turns
session.logout()
session.closeSession()
