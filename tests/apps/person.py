#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""person.py COMMAND…: runs COMMAND at a terminal of its own and types what a person would.

A prompt is the end of the output, without a newline, that matches a line of $PERSON_ANSWERS ("PATTERN=ANSWER", regular
expressions, the first that matches counts) or else asks for a PIN or password: then $PERSON_PIN is typed. A secret is
typed when the terminal has stopped to echo. The exit status is COMMAND's; 98 if it asks for ever, 99 if it takes too long.
"""
import os
import pty
import re
import select
import signal
import sys
import termios
import time

PIN_PROMPT = r"(?i)(\bpin\b|pass ?word|pass ?phrase).*[:?>\]] *$"
ANSWERS_MOST = int(os.environ.get("PERSON_PROMPTS", "12"))
SECONDS_MOST = float(os.environ.get("PERSON_SECONDS", "240"))


def answers():
    table = []
    for line in os.environ.get("PERSON_ANSWERS", "").splitlines():
        pattern, _, answer = line.rpartition("=")
        if pattern:
            table.append((re.compile(pattern), answer))
    if "PERSON_PIN" in os.environ:
        table.append((re.compile(PIN_PROMPT), os.environ["PERSON_PIN"]))
    return table


def wait_for_silence(terminal):
    """Until the terminal echoes no more, which programs see to after they prompted; some never do."""
    end = time.monotonic() + 5
    while time.monotonic() < end and termios.tcgetattr(terminal)[3] & termios.ECHO:
        time.sleep(0.01)


def give_up(child, status, reason):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("\nperson.py: " + reason, flush=True)
    os.killpg(child, signal.SIGTERM)
    end = time.monotonic() + 5
    while os.waitpid(child, os.WNOHANG)[0] == 0:
        if time.monotonic() > end:
            os.killpg(child, signal.SIGKILL)
        time.sleep(0.02)
    os._exit(status)


def read_some(terminal, seconds):
    try:
        if not select.select([terminal], [], [], seconds)[0]:
            return b""
        return os.read(terminal, 65536)
    except OSError:
        return None


def main():
    table = answers()
    child, terminal = pty.fork()
    if child == 0:
        # a person's terminal stays when a command has ended; what it started in the background lives on
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        os.execvp(sys.argv[1], sys.argv[1:])
    signal.signal(signal.SIGTERM, lambda *_: give_up(child, 143, "ended"))
    end = time.monotonic() + SECONDS_MOST
    line, prompts, status = "", 0, None
    while True:
        data = read_some(terminal, 0.2 if status is None else 0)
        if data:
            text = data.decode(errors="replace").replace("\r", "")
            sys.stdout.write(text)
            sys.stdout.flush()
            line = (line + text).rpartition("\n")[2]
            for pattern, answer in table:
                if pattern.search(line):
                    prompts += 1
                    if prompts > ANSWERS_MOST:
                        give_up(child, 98, "asked for ever")
                    wait_for_silence(terminal)
                    os.write(terminal, answer.encode() + b"\n")
                    line = ""
                    break
        elif status is not None or data is None:
            break
        if status is None:
            pid, code = os.waitpid(child, os.WNOHANG)
            status = os.waitstatus_to_exitcode(code) if pid else None
        if status is None and time.monotonic() > end:
            give_up(child, 99, "took too long")
    if status is None:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return status if status >= 0 else 128 - status


sys.exit(main())
