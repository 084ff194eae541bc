#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""libreoffice.py PIPE STEP [PIN…]: what a person does at a LibreOffice that listens at PIPE.

  ready        succeeds when LibreOffice answers
  answer PIN…  types these PINs into its dialog, one whenever it asks, and agrees to what it says about them
  quit         ends it
"""
import os
import sys
import time

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.lang import DisposedException
from com.sun.star.uno import RuntimeException

SECONDS_MOST = 120


def connect(pipe):
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    return resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")


def service(office, name):
    return office.ServiceManager.createInstanceWithContext(name, office)


def asks(window):
    return "newpassEntry" in window.getChildren()


def type_pin(window, pin):
    window.getChild("newpassEntry").executeAction("TYPE", (PropertyValue("TEXT", 0, pin, 0),))
    window.getChild("ok").executeAction("CLICK", ())


def agree(window):
    if "ok" in window.getChildren():
        window.getChild("ok").executeAction("CLICK", ())


def answer(office, pins):
    screen = service(office, "org.libreoffice.uitest.UITest")
    end = time.monotonic() + SECONDS_MOST
    answered = False  # the dialog that is seen: between two of them is something else
    while pins:
        if time.monotonic() > end:
            sys.exit("LibreOffice did not ask for the PIN")
        try:
            window = screen.getTopFocusWindow()
            if not asks(window):
                agree(window)
                answered = False
            elif not answered:
                type_pin(window, pins[0])
                pins, answered = pins[1:], True
        except DisposedException:
            raise
        except RuntimeException:
            pass  # the window that was found has gone
        time.sleep(0.3)


def main():
    pipe, step, pins = sys.argv[1], sys.argv[2], sys.argv[3:]
    office = connect(pipe)
    if step == "answer":
        answer(office, pins)
    elif step == "quit":
        try:
            service(office, "com.sun.star.frame.Desktop").terminate()
        except DisposedException:
            pass  # it went before it answered
    os._exit(0)  # at an ordinary end Python's bridge to LibreOffice may crash


main()
