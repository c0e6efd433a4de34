#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks with aics-tlog (PyPI) that a checkpoint bears the log's signature and a witness's cosignature.

usage: check_cosigned.py URL LOG-VKEY WITNESS-VKEY
"""

import sys
import urllib.request

from aics_tlog import parse_note, parse_vkey, verify_checkpoint


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: check_cosigned.py URL LOG-VKEY WITNESS-VKEY")
    with urllib.request.urlopen(f"{sys.argv[1]}/checkpoint", timeout=20) as answer:
        note = parse_note(answer.read())
    result = verify_checkpoint(note, parse_vkey(sys.argv[2]), [parse_vkey(sys.argv[3])], 1)
    assert result.ok, result.error
    print(f"aics-tlog: checkpoint of {result.size} entries cosigned by the witness")


if __name__ == "__main__":
    main()
