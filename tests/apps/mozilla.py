#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""mozilla.py PORT PROGRAM STEP [ARGUMENT…]: has a person do STEP in a running Firefox or Thunderbird, and prints what was seen.

The steps are in PROGRAM.js, the answers to dialogs in mozilla.js. The PINs that the person knows, one a question, are in
$PERSON_PINS; pictures are taken into $PERSON_PICTURES, if that is set. The program listens at PORT for Marionette: JSON over
TCP, each message preceded by its length and a colon. A command would wait for ever while a dialog is open: so the step is
only started by a command, and writes what became of it into a file.
"""
import json
import os
import socket
import sys
import tempfile
import time

CONNECT_SECONDS = 120
STEP_SECONDS = 180


class Marionette:
    """A connection to the program."""

    def __init__(self, port):
        self.buffer = b""
        self.socket = self._connect(port, time.monotonic() + CONNECT_SECONDS)
        self._message()
        # flat, not in capabilities/alwaysMatch: else dialogs are closed when another command arrives
        self.command("WebDriver:NewSession", {"unhandledPromptBehavior": "ignore"})
        self.command("Marionette:SetContext", {"value": "chrome"})

    @staticmethod
    def _connect(port, end):
        while True:
            try:
                return socket.create_connection(("127.0.0.1", port), CONNECT_SECONDS)
            except OSError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def _message(self):
        while True:
            length, colon, rest = self.buffer.partition(b":")
            if colon and len(rest) >= int(length):
                self.buffer = rest[int(length):]
                return json.loads(rest[: int(length)])
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("the program has gone")
            self.buffer += data

    def command(self, name, parameters):
        text = json.dumps([0, 1, name, parameters]).encode()
        self.socket.sendall(b"%d:%s" % (len(text), text))
        _, _, error, result = self._message()
        if error:
            raise RuntimeError(f"{name}: {error['message']}")
        return result


def script(program):
    """Both scripts, as the body of a function whose arguments are those of start() in mozilla.js."""
    folder = os.path.dirname(os.path.abspath(__file__))
    text = ""
    for name in ("mozilla", program):
        with open(os.path.join(folder, name + ".js"), encoding="utf-8") as file:
            text += file.read()
    return text + "\nstart(steps, ...arguments);"


def main():
    port, program, step, arguments = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4:]
    with tempfile.TemporaryDirectory() as folder:
        outcome = os.path.join(folder, "outcome")
        try:
            marionette = Marionette(port)
            marionette.command("WebDriver:ExecuteScript", {
                "script": script(program), "sandbox": "system", "newSandbox": True,
                "args": [step, arguments, os.environ.get("PERSON_PINS", "").split(), os.environ.get("PERSON_PICTURES", ""), outcome]})
        except (OSError, RuntimeError) as error:
            sys.exit(f"mozilla.py: {step}: {error}")
        end = time.monotonic() + STEP_SECONDS
        while not os.path.exists(outcome):
            if time.monotonic() > end:
                sys.exit(f"mozilla.py: {step} took too long")
            time.sleep(0.05)
        with open(outcome, encoding="utf-8") as file:
            result = json.load(file)
    print("\n".join(result["seen"]))
    if "error" in result:
        sys.exit(f"mozilla.py: {step}: {result['error']}")


main()
