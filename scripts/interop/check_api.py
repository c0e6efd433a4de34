#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tries the nodes at these addresses with Schemathesis: usage: check_api.py NAME=URL…

Schemathesis reads a node's own /openapi.json and sends what it allows, and what it does not: no
answer may be a fault, or of a status, media type or shape that is not described; what is not
allowed must be refused, and other methods must get 405. The same cases every time.

Prints one line a node and exits 0; otherwise prints what Schemathesis found and exits 1.
"""

import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
EXAMPLES = "15"


def check(name, url):
    program = pathlib.Path(sys.executable).parent / "schemathesis"
    command = [
        str(program), "--config-file", str(HERE / "schemathesis.toml"), "run", url + "/openapi.json",
        "--checks", "all", "--phases", "examples,coverage,fuzzing", "--max-examples", EXAMPLES,
        "--seed", "20261121", "--generation-database", "none", "--workers", "1",
        "--request-timeout", "10", "--no-color",
    ]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300)
    cases = re.search(r"(\d+) generated", run.stdout)
    tested = re.search(r"Tested: +(\d+)", run.stdout)
    if run.returncode != 0 or not cases or not tested:
        print(run.stdout + run.stderr)
        raise SystemExit(1)
    print(f"schemathesis: {name}: {cases[1]} cases, {tested[1]} operations, nothing wrong")


if __name__ == "__main__":
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    for argument in sys.argv[1:]:
        check(*argument.split("=", 1))
