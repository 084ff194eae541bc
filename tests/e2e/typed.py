#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""typed.py [--seconds N] [--columns N] [--fit] [STEP…] -- COMMAND…: runs COMMAND at a terminal of its own and types at it.

Steps come in the order in which they are written:
  PATTERN=ANSWER    when the output ends, without a newline, in something that PATTERN (a regular expression) fits, ANSWER
                    and Enter are typed ("^D", "^C" alone: that key)
  PATTERN=>COMMAND  then COMMAND is run by the shell, and nothing typed; the next step may fit the same prompt
PATTERN ends at the first "=" that is not written "\\=".

What the command prints goes to standard output. The terminal is 250 columns wide, so that sentences stay whole. --fit: it
has 80, and no line may be wider than it. The exit status is
COMMAND's (128 + N for signal N), or 96 a line was too wide, 97 it ended before all steps were used, 98 a COMMAND of a step
failed, 99 it took too long, which also happens when it asks for something that no step answers.
"""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
import unicodedata


def split_step(step):
    pattern, answer = re.split(r"(?<!\\)=", step, maxsplit=1)
    return re.compile(pattern.replace("\\=", "=")), answer


def read_arguments(words):
    seconds, columns, fit = 120.0, None, False
    end = words.index("--")
    options, command, steps = words[:end], words[end + 1:], []
    while options:
        word = options.pop(0)
        if word == "--seconds":
            seconds = float(options.pop(0))
        elif word == "--columns":
            columns = int(options.pop(0))
        elif word == "--fit":
            fit = True
        else:
            steps.append(split_step(word))
    return seconds, columns or (80 if fit else 250), fit, steps, command


def start(command, columns):
    child, terminal = pty.fork()
    if child == 0:
        try:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
            os.environ.setdefault("TERM", "xterm")
            os.execvp(command[0], command)
        except OSError as error:
            print(error)
        os._exit(127)
    return child, terminal


def type_answer(terminal, answer):
    keys = {"^D": b"\x04", "^C": b"\x03"}
    os.write(terminal, keys.get(answer, answer.encode() + b"\n"))


def do_step(terminal, answer):
    if not answer.startswith(">"):
        type_answer(terminal, answer)
        return True
    done = subprocess.run(["sh", "-c", answer[1:]], stdin=subprocess.DEVNULL, stdout=sys.stderr.fileno(), check=False)
    return done.returncode == 0


def read_some(terminal):
    """Output; b"" if there is none for a moment, None at its end."""
    try:
        if not select.select([terminal], [], [], 0.2)[0]:
            return b""
        return os.read(terminal, 65536) or None
    except OSError:
        return None


def give_up(child, status, reason):
    print("\ntyped.py: " + reason, flush=True)
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        pass
    os.waitpid(child, 0)
    sys.exit(status)


def width(line):
    line = line.rpartition("\r")[2]
    plain = re.sub(r"\033\[[0-9;]*[A-Za-z]", "", line)
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in plain)


def talk(child, terminal, seconds, steps):
    """Until the output ends; what it was."""
    whole, seen, pending, end = b"", 0, list(steps), time.monotonic() + seconds
    while True:
        data = read_some(terminal)
        if data is None:
            break
        whole += data
        sys.stdout.buffer.write(data.replace(b"\r\n", b"\n"))
        sys.stdout.flush()
        while pending:
            line = whole[seen:].decode(errors="replace").rpartition("\n")[2]
            if not line or not pending[0][0].search(line):
                break
            answer = pending.pop(0)[1]
            if not do_step(terminal, answer):
                give_up(child, 98, "a step failed: " + answer)
            if not answer.startswith(">"):
                seen = len(whole)
        if time.monotonic() > end:
            give_up(child, 99, "took too long")
    return whole.decode(errors="replace").replace("\r\n", "\n"), pending


def main():
    seconds, columns, fit, steps, command = read_arguments(sys.argv[1:])
    child, terminal = start(command, columns)
    whole, pending = talk(child, terminal, seconds, steps)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    wide = [line for line in whole.split("\n") if width(line) > columns] if fit else []
    if pending:
        print("\ntyped.py: it ended (%d) without asking %s" % (status, pending[0][0].pattern))
        return 97
    if wide:
        print("\ntyped.py: wider than the terminal:\n" + "\n".join(wide))
        return 96
    return status if status >= 0 else 128 - status


sys.exit(main())
