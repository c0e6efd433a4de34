# SPDX-License-Identifier: Apache-2.0
"""Runs the program `standstill` many times and holds what it prints against other people's figures."""

import concurrent.futures
import dataclasses
import json
import math
import os
import subprocess

# Before numpy is there: threads of its own would only stand in the way of the two programs.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


@dataclasses.dataclass
class Case:
    """One command line, and what is expected of its JSON: a member's name, or names joined by dots."""

    family: str
    arguments: list
    expected: dict
    #: The largest difference allowed, relative to the expected number.
    tolerance: float
    #: Numbers nearer to zero than this are compared as if they were as far from it.
    floor: float = 1e-9
    status: int = 0


def run(standstill, arguments, status=0):
    done = subprocess.run(
        [standstill, *map(str, arguments)], capture_output=True, text=True, timeout=120)
    if done.returncode != status:
        raise AssertionError(f"{shown(arguments)} ended with {done.returncode}: {done.stderr}")
    return json.loads(done.stdout) if done.stdout else None


def shown(arguments):
    return "standstill " + " ".join(map(str, arguments))


def member(document, path):
    for name in path.split("."):
        document = document[int(name)] if isinstance(document, list) else document[name]
    return document


def difference(found, expected, floor):
    """The largest relative difference; infinite where something is there that should not be."""
    if isinstance(expected, (list, tuple)):
        if not isinstance(found, list) or len(found) != len(expected):
            return math.inf
        return max(
            (difference(a, b, floor) for a, b in zip(found, expected)), default=0.0)
    if expected is None or isinstance(expected, (bool, str)):
        return 0.0 if found == expected and type(found) is type(expected) else math.inf
    expected = float(expected)
    if math.isinf(expected):
        # JSON has no way to write it.
        return 0.0 if found is None else math.inf
    if found is None or isinstance(found, (bool, str)):
        return math.inf
    return abs(found - expected) / max(abs(expected), floor)


def check(standstill, cases):
    """Runs all cases, two at a time, and prints a line a family; fails with the first that differ."""
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        documents = list(pool.map(
            lambda case: run(standstill, case.arguments + ["--json"], case.status), cases))
    wrong, families = [], {}
    for case, document in zip(cases, documents):
        for path, expected in case.expected.items():
            try:
                found = member(document, path)
            except (KeyError, IndexError, TypeError):
                found = "missing"
            apart = difference(found, expected, case.floor)
            total = families.setdefault(case.family, [set(), 0, 0.0, 0.0])
            total[0].add(id(case))
            total[1] += 1
            total[2] = max(total[2], apart)
            total[3] = max(total[3], case.tolerance)
            if not apart <= case.tolerance:
                wrong.append(
                    f"{case.family}: {shown(case.arguments)}: {path}: found {found}, "
                    f"expected {expected} (apart {apart:.2g}, allowed {case.tolerance:.0e})")
    for family, (own, figures, apart, allowed) in families.items():
        print(f"{family}: {len(own)} cases, {figures} figures, apart {apart:.1e}, allowed {allowed:.0e}")
    if wrong:
        raise SystemExit("\n".join([f"{len(wrong)} figures differ"] + wrong[:25]))
    print(f"all: {len(cases)} cases, {sum(each[1] for each in families.values())} figures")
