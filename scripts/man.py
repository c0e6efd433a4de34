#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the manual pages of a program from what it says about itself.

    scripts/man.py PROGRAM FOLDER     one page a subcommand, PROGRAM-SUBCOMMAND.1, into FOLDER

The program is asked with --experimental-dump-help, so that its help and its pages are one text. A
group of commands shows the first example of each. Ends with 1 and names the subcommand where one
has no example: a page without an example is not finished. Needs nothing but Python 3.
"""

import json
import os
import re
import subprocess
import sys

EXITS = [
    ("0", "it holds, or is done"),
    ("1", "it does not hold"),
    ("2", "unknown: what is there does not tell"),
    ("64", "the command was called wrongly"),
    ("65", "a file or an answer is malformed"),
    ("69", "nobody answers there"),
    ("70", "a bug of the program"),
    ("74", "the disk or the network failed"),
    ("77", "well-formed, but not permitted"),
]


def escaped(text):
    """Text as roff prints it: no escape, no request, hyphens that can be searched and copied."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = text.replace("'", "\\(aq").replace("`", "\\(ga").replace("…", "...")
    return "\\&" + text if text.startswith((".", "\\(aq")) else text


def blocks(discussion):
    """Paragraphs and examples, in order: an example is indented by two spaces."""
    found = []
    kind = None
    for line in discussion.split("\n"):
        if not line.strip():
            kind = None if kind == "text" else kind
            if kind == "example":
                found[-1][1].append("")
            continue
        here = "example" if line.startswith("  ") else "text"
        if here != kind:
            found.append((here, []))
            kind = here
        found[-1][1].append(line[2:] if here == "example" else line)
    return [(k, "\n".join(lines).strip("\n").split("\n")) for k, lines in found]


def spelled(argument):
    """`--node url` in bold and italics."""
    names = [
        ("--" if name["kind"] == "long" else "-") + name["name"]
        for name in argument.get("names", [])
    ]
    value = "\\fI%s\\fR" % escaped(argument.get("valueName", "value"))
    if argument["kind"] == "positional":
        return value
    bold = ", ".join("\\fB%s\\fR" % escaped(name) for name in names)
    return bold if argument["kind"] == "flag" else "%s %s" % (bold, value)


def synopsis(path, arguments, subcommands):
    parts = ["\\fB%s\\fR" % escaped(" ".join(path))]
    if subcommands:
        parts.append("\\fIsubcommand\\fR")
    for argument in arguments:
        if "names" in argument:
            argument = dict(argument, names=[argument["preferredName"]])
        text = spelled(argument)
        if argument["isRepeating"]:
            text += " ..."
        parts.append("[%s]" % text if argument["isOptional"] else text)
    return " ".join(parts)


def described(argument):
    text = argument.get("abstract", "")
    values = argument.get("allValues") or []
    if values and argument["kind"] == "positional":
        text += " One of %s." % ", ".join(values)
    if "defaultValue" in argument and "(default" not in text:
        text += " (default: %s)" % argument["defaultValue"]
    return text or "No more is said."


def examples_of(command):
    """Its own examples; for a group of commands, the first of each."""
    own = [text for kind, text in blocks(command.get("discussion", "")) if kind == "example"]
    subcommands = [s for s in command.get("subcommands", []) if s["commandName"] != "help"]
    return own or [text for sub in subcommands for text in examples_of(sub)[:1]]


def page(program, version, path, command):
    name = "-".join(path)
    arguments = [a for a in command.get("arguments", []) if a.get("shouldDisplay", True)]
    arguments = [a for a in arguments if "help" not in [n["name"] for n in a.get("names", [])]]
    subcommands = [s for s in command.get("subcommands", []) if s["commandName"] != "help"]
    found = blocks(command.get("discussion", ""))
    abstract = command.get("abstract", "").rstrip(".")
    lines = [
        '.\\" Made by scripts/man.py from what %s says about itself.' % program,
        '.TH "%s" 1 "" "%s %s" "Standstill"' % (escaped(name.upper()), program, version),
        ".SH NAME",
        "%s \\- %s" % (escaped(name), escaped(abstract[:1].lower() + abstract[1:])),
        ".SH SYNOPSIS",
        synopsis(path, arguments, subcommands),
        ".SH DESCRIPTION",
        escaped(command.get("abstract", "")),
    ]
    for kind, text in found:
        if kind == "text":
            lines += [".PP"] + [escaped(line) for line in text]
    if subcommands:
        lines.append(".SH SUBCOMMANDS")
        for sub in subcommands:
            said = sub.get("abstract", "") or "No more is said."
            lines += [".TP", "\\fB%s\\fR" % escaped(sub["commandName"]), escaped(said)]
    for title, kinds in (("ARGUMENTS", ["positional"]), ("OPTIONS", ["option", "flag"])):
        here = [a for a in arguments if a["kind"] in kinds]
        if here:
            lines.append(".SH %s" % title)
        for argument in here:
            lines += [".TP", spelled(argument), escaped(described(argument))]
    examples = examples_of(command)
    if examples:
        lines.append(".SH EXAMPLES")
        for text in examples:
            lines += [".PP", ".nf"] + [escaped(line) for line in text] + [".fi"]
    lines.append(".SH EXIT STATUS")
    for code, meaning in EXITS:
        lines += [".TP", "\\fB%s\\fR" % code, escaped(meaning)]
    others = ["-".join(path[:-1])] if len(path) > 1 else []
    others += ["%s-%s" % (name, sub["commandName"]) for sub in subcommands]
    if others:
        lines += [".SH SEE ALSO", ", ".join("\\fB%s\\fR(1)" % escaped(o) for o in others)]
    return "\n".join(lines) + "\n", bool(examples)


def walk(path, command):
    yield path, command
    for sub in command.get("subcommands", []):
        if sub["commandName"] != "help":
            yield from walk(path + [sub["commandName"]], sub)


def main():
    if len(sys.argv) != 3:
        print("usage: man.py PROGRAM FOLDER", file=sys.stderr)
        return 64
    executable, folder = sys.argv[1:]
    program = os.path.basename(executable)
    dump = subprocess.run([executable, "--experimental-dump-help"], capture_output=True, check=True)
    said = subprocess.run([executable, "--version"], capture_output=True, text=True)
    version = said.stdout.strip() if re.fullmatch(r"[0-9.]+\s*", said.stdout) else ""
    os.makedirs(folder, exist_ok=True)
    missing = []
    for path, command in walk([program], json.loads(dump.stdout)["command"]):
        text, isFinished = page(program, version, path, command)
        with open(os.path.join(folder, "-".join(path) + ".1"), "w", encoding="utf-8") as file:
            file.write(text)
        if not isFinished:
            missing.append(" ".join(path))
    for name in missing:
        print("error: %s: its help has no example" % name, file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
