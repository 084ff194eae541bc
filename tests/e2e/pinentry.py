#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""pinentry.py: a pinentry for GnuPG's agent that knows the PINs. They stand in $GNUPGHOME/pins, a line "WHAT=PIN" each: user, admin, code
(the resetting code), and new, for whatever new PIN is asked for. Each question is noted in $GNUPGHOME/asked, by the same words.
Who is told that an answer was wrong gives up."""
import os
import sys
import urllib.parse

home = os.environ["GNUPGHOME"]


def what(prompt, description):
    text = (prompt + " " + description).lower()
    if "new" in text or "repeat" in text:
        return "new"
    if "reset code" in text or "puk" in text:
        return "code"
    return "admin" if "admin" in text else "user"


def answer(line):
    print(line, flush=True)


prompt, description, refused = "", "", False
answer("OK at your service")
for line in sys.stdin:
    command, _, argument = line.rstrip("\n").partition(" ")
    command = command.upper()
    if command == "SETPROMPT":
        prompt = urllib.parse.unquote(argument)
    elif command == "SETDESC":
        description = urllib.parse.unquote(argument)
    elif command == "SETERROR":
        refused = True
    elif command == "GETPIN" and refused:
        answer("ERR 83886179 Operation cancelled <Pinentry>")
        continue
    elif command == "GETPIN":
        wanted = what(prompt, description)
        with open(home + "/asked", "a") as log:
            log.write(wanted + "\n")
        with open(home + "/pins") as file:
            pins = dict(pair.rstrip("\n").split("=", 1) for pair in file)
        answer("D " + pins[wanted])
    elif command == "GETINFO":
        answer("D " + {"pid": str(os.getpid()), "version": "1.0.0"}.get(argument, "-"))
    answer("OK")
    if command == "BYE":
        break
