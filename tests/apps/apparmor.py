#!/usr/bin/env python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""apparmor.py PROFILE TRACE: is all that a program did allowed by this profile?

PROFILE is as "apparmor_parser --preprocess" prints it, TRACE what "strace -f -e trace=open,openat,connect" saw. Files that
were looked for in vain do not count.
"""
import os
import re
import sys

RULE = re.compile(r"\s*(?:owner\s+)?([/@][^\s]*)\s+([rwmkalixPpUuCc]+)\s*,")
VARIABLE = re.compile(r"\s*(@\{\w+\})\s*\+?=\s*(.*)")
CALL = re.compile(r'(?:\d+ +)?(open|openat|connect)\((.*?"([^"]*)".*)\) = \d+')


def read(name):
    """The rules of a file, as pairs of path and permissions, and the variables."""
    rules, variables = [], {}
    with open(name, encoding="utf-8") as file:
        for line in file:
            line = line.split("#")[0]
            if variable := VARIABLE.match(line):
                variables.setdefault(variable[1], []).extend(variable[2].split())
            elif rule := RULE.match(line):
                rules.append((rule[1], rule[2]))
    return rules, variables


def expanded(path, variables):
    while variable := re.search(r"(@\{\w+\})(/?)", path):
        values = variables.get(variable[1])
        if values is None:
            return None
        if variable[2]: # of "/run/" and "/pcscd" the kernel makes one slash
            values = [value.rstrip("/") for value in values]
        path = path.replace(variable[0], "{" + ",".join(values) + "}" + variable[2])
    return path


def pattern(path):
    """A path with AppArmor's wildcards, as a regular expression."""
    text, depth = "", 0
    for part in re.findall(r"\*\*|\[[^]]*\]|.", path):
        depth += (part == "{") - (part == "}")
        wild = {"**": ".*", "*": "[^/]*", "?": "[^/]", "{": "(?:", "}": ")"}
        text += "|" if part == "," and depth else part if part[0] == "[" else wild.get(part) or re.escape(part)
    return re.compile(text)


def compiled(rules, variables):
    paths = ((expanded(path, variables), rights) for path, rights in rules)
    return [(pattern(path), rights) for path, rights in paths if path is not None]


def wanted(call, arguments, path):
    if call == "connect":
        return "rw"
    rights = "w" if "O_WRONLY" in arguments else "rw" if "O_RDWR" in arguments else "r"
    return rights + ("m" if re.search(r"\.so[\d.]*$", path) else "")


def seen(name):
    """What was done: the path as the kernel sees it, and what was wanted."""
    with open(name, encoding="utf-8") as file:
        for line in file:
            if call := CALL.match(line):
                path = os.path.realpath(call[3]) + ("/" if "O_DIRECTORY" in call[2] else "")
                yield path, wanted(call[1], call[2], path)


def main():
    rules, variables = read(sys.argv[1])
    allowed = compiled(rules, variables)
    done = set(seen(sys.argv[2]))
    if not any(path.startswith("/run/") for path, _ in done):
        sys.exit("nothing was seen")
    problems = []
    for path, rights in sorted(done):
        given = "".join(granted for matches, granted in allowed if matches.fullmatch(path))
        if not set(rights) <= set(given):
            problems.append(f"not allowed: {path} ({rights})")
    sys.exit("\n".join(problems) or 0)


main()
