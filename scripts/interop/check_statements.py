#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a running node's statements with the libraries of their standards' authors.

usage: check_statements.py URL

Envelopes: securesystemslib (DSSE). Statements: in-toto-attestation (Statement v1). The keys are the
agreement's, so check_log.py should have compared the agreement with its id before.
"""

import base64
import hashlib
import json
import sys
import urllib.request

from cryptography.hazmat.primitives.serialization import load_der_public_key
from google.protobuf import json_format
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey


def get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.loads(answer.read())


def keys(agreement):
    texts = [agreement["log"]["key"]]
    for party in agreement["parties"].values():
        texts += party.get("keys", [party.get("key")])
    for text in texts:
        spki = base64.b64decode(text)
        # The key's id is ours (SHA-256 of its SubjectPublicKeyInfo), since the library goes by it.
        yield SSlibKey.from_crypto(load_der_public_key(spki), hashlib.sha256(spki).hexdigest())


def statements(url):
    after = ""
    while True:
        page = get(f"{url}/api/v1/statements?limit=100{after}")
        for row in page["statements"]:
            yield row["index"], get(f"{url}/api/v1/statements/{row['index']}")["envelope"]
        if page["next"] is None:
            return
        after = f"&after={page['next']}"


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: check_statements.py URL")
    url = sys.argv[1].rstrip("/")
    known = list(keys(get(f"{url}/api/v1/agreement")))
    count, refused = 0, 0
    for index, document in statements(url):
        envelope = Envelope.from_dict(json.loads(json.dumps(document)))
        accepted = envelope.verify(known, 1)
        assert len(accepted) >= 1, f"entry {index}: no signature accepted"
        protobuf = json_format.Parse(envelope.payload, statement_pb2.Statement())
        Statement.copy_from_pb(protobuf).validate()
        # A control on each: one changed byte of the payload, and nothing may verify.
        envelope.payload = envelope.payload[:-1] + b" "
        try:
            envelope.verify(known, 1)
        except VerificationError:
            refused += 1
        count += 1
    assert count > 0 and refused == count, f"{count} statements, {refused} changed ones refused"
    print(f"securesystemslib: {count} envelopes verified, {refused} changed ones refused")
    print(f"in-toto-attestation: {count} statements valid")


if __name__ == "__main__":
    main()
