#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a running node with somebody else's transparency-log programs (PyPI: aics-tlog, aics-witness).

usage: check_with_aics.py URL AGREEMENT-ID [WITNESS-URL WITNESS-VKEY]

aics-tlog verifies checkpoint, cosignatures, every tile and entry bundle, and the receipts' inclusion
proofs; aics-witness's client, standing in for a log, has our witness cosign two checkpoints of the log
with a consistency proof between them. Needs Python 3.12 or newer, as those packages do.
"""

import base64
import hashlib
import json
import sys
import urllib.request

from aics_tlog import (
    HttpTileReader, audit_tiles, consistency_proof_from_tiles, cosignature_vkey,
    inclusion_proof_from_tiles, parse_checkpoint, parse_note, parse_vkey, read_entry,
    verify_checkpoint, verify_leaf_inclusion, vkey_from_ed25519)
from aics_witness.feeder import WitnessClient
from cryptography.hazmat.primitives.serialization import load_der_public_key


def get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read()


def public_key(text):
    return load_der_public_key(base64.b64decode(text, validate=True))


def check_checkpoint(url, agreement):
    origin = agreement["log"]["origin"]
    host = origin.split("/")[0]
    log = vkey_from_ed25519(origin, public_key(agreement["log"]["key"]))
    witnesses = [
        cosignature_vkey(f"{name}.{host}", public_key(party["key"]))
        for name, party in agreement["parties"].items() if "monitor" in party["roles"]]
    note = parse_note(get(f"{url}/checkpoint"))
    quorum = int(agreement["monitoring"]["signatures"])
    result = verify_checkpoint(note, log, witnesses, quorum, expected_origin=origin)
    assert result.log_ok, result.error
    cosigned = result.cosignature_count
    print(f"aics-tlog: checkpoint of {result.size} entries verified, {cosigned} cosignatures counted")
    return parse_checkpoint(note.text), log, cosigned >= quorum


def check_tiles(reader, checkpoint):
    report = audit_tiles(reader, checkpoint.size, checkpoint.root)
    print(f"aics-tlog: {report.tiles} tiles and {report.bundles} entry bundles authenticated")


def check_receipts(url, reader, checkpoint, log):
    """The receipts' checkpoints by size, for the witness."""
    notes = {}
    for index in range(checkpoint.size):
        head, _, tail = get(f"{url}/api/v1/receipts/{index}").partition(b"\n\n")
        path = [base64.b64decode(line) for line in head.decode().split("\n")[3:]]
        note = parse_note(tail)
        assert verify_checkpoint(note, log).ok, f"receipt {index}: checkpoint"
        seen = parse_checkpoint(note.text)
        entry = read_entry(reader, index, checkpoint.size)
        assert verify_leaf_inclusion(entry, index, seen.size, path, seen.root), f"receipt {index}"
        assert not verify_leaf_inclusion(entry + b" ", index, seen.size, path, seen.root)
        own = inclusion_proof_from_tiles(reader, index, seen.size, checkpoint.size)
        assert path == own, f"receipt {index}: another proof than the tiles give"
        notes[seen.size] = tail
    print(f"aics-tlog: {checkpoint.size} receipts verified, each with the tiles' own proof")
    return notes


def check_witness(notes, reader, checkpoint, witness_url, vkey):
    def proof(old, new):
        return consistency_proof_from_tiles(reader, old, new, checkpoint.size)
    with WitnessClient(witness_url, parse_vkey(vkey)) as client:
        for size in sorted(notes):
            client.submit(notes[size], proof)
    print(f"aics-witness: cosigned by our witness at sizes {sorted(notes)}")


def main():
    if len(sys.argv) not in (3, 5):
        sys.exit("usage: check_with_aics.py URL AGREEMENT-ID [WITNESS-URL WITNESS-VKEY]")
    url = sys.argv[1].rstrip("/")
    document = get(f"{url}/api/v1/agreement")
    assert hashlib.sha256(document).hexdigest() == sys.argv[2], "another agreement"
    checkpoint, log, quorum = check_checkpoint(url, json.loads(document))
    reader = HttpTileReader(url + "/", proxies={})
    check_tiles(reader, checkpoint)
    notes = check_receipts(url, reader, checkpoint, log)
    notes[checkpoint.size] = get(f"{url}/checkpoint")
    if len(sys.argv) == 5:
        check_witness(notes, reader, checkpoint, sys.argv[3], sys.argv[4])
    assert quorum or len(sys.argv) == 5, "no quorum of cosignatures"


if __name__ == "__main__":
    main()
