#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks exported folders with somebody else's transparency-log programs (PyPI: aics-tlog).

usage: check_export.py FOLDER LOG-VKEY [CHECKPOINT...]

Verifies the folder's checkpoint, and others of the same log that were exported before, and
authenticates every tile and entry bundle that their trees need, the kept partial ones among them; then inclusion
and consistency proofs between all of them. Needs Python 3.12 or newer, as that package does.
"""

import pathlib
import sys

from aics_tlog import (
    FileSystemTileReader, audit_tiles, consistency_proof_from_tiles, inclusion_proof_from_tiles, parse_checkpoint,
    parse_note, parse_vkey, read_entry, verify_checkpoint, verify_consistency, verify_leaf_inclusion)


def checkpoint(path, log):
    note = parse_note(path.read_bytes())
    assert verify_checkpoint(note, log).ok, f"{path}: signature"
    return parse_checkpoint(note.text)


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: check_export.py FOLDER LOG-VKEY [CHECKPOINT...]")
    folder, log = pathlib.Path(sys.argv[1]), parse_vkey(sys.argv[2])
    paths = [folder / "checkpoint"] + [pathlib.Path(name) for name in sys.argv[3:]]
    reader = FileSystemTileReader(folder)
    checkpoints = sorted({(c.size, c.root) for c in (checkpoint(path, log) for path in paths)})
    bundles = proofs = 0
    for size, root in checkpoints:
        bundles += audit_tiles(reader, size, root).bundles
        for index in sorted({0, 255, 256, size // 2, size - 1} & set(range(size))):
            path = inclusion_proof_from_tiles(reader, index, size, size)
            assert verify_leaf_inclusion(read_entry(reader, index, size), index, size, path, root), (index, size)
            proofs += 1
    for old, old_root in checkpoints:
        for new, new_root in checkpoints:
            if 0 < old < new:
                path = consistency_proof_from_tiles(reader, old, new, new)
                assert verify_consistency(old, new, old_root, new_root, path), (old, new)
                proofs += 1
    print(f"aics-tlog: sizes {[size for size, _ in checkpoints]}, {bundles} entry bundles authenticated, {proofs} proofs hold")


if __name__ == "__main__":
    main()
