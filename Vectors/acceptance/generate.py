#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the vectors of acceptances from docs/formats/acceptance.md and statement.md alone."""

import datetime
import hashlib
import json
import pathlib

HERE = pathlib.Path(__file__).parent
AGREEMENT = hashlib.sha256(b"agreement").hexdigest()
TERMS = hashlib.sha256(b"terms").hexdigest()
DIGEST = hashlib.sha256(b"a vote").hexdigest()


def statement(predicate, sequence=1795291200000, kind="acceptance"):
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "predicate": {"sequence": sequence, "terms": TERMS, **predicate},
        "predicateType": f"https://standstill.example/statement/{kind}/v1",
        "subject": [{"digest": {"sha256": AGREEMENT}, "name": "agreement"}],
    }


def canonical(value):
    """RFC 8785, for texts and integers."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def said(party="councillor-2", payload=DIGEST, accepted="2026-11-21T20:00:00Z", **more):
    return {"accepted": accepted, "party": party, "payload": payload, **more}


def milliseconds(text):
    form = "%Y-%m-%dT%H:%M:%S.%fZ" if "." in text else "%Y-%m-%dT%H:%M:%SZ"
    moment = datetime.datetime.strptime(text, form).replace(tzinfo=datetime.timezone.utc)
    return round(moment.timestamp() * 1000)


def main():
    good = {
        "usual": said(),
        "with-milliseconds": said(accepted="2026-11-21T20:00:00.001Z"),
        "before-1970": said(accepted="1969-12-31T23:59:59.999Z"),
        "leap-day": said(accepted="2028-02-29T23:59:59Z"),
        "one-letter": said(party="a"),
        "longest-name": said(party="a" * 64),
    }
    lines = []
    for name, predicate in good.items():
        (HERE / "good" / f"{name}.json").write_bytes(canonical(statement(predicate)))
        time = milliseconds(predicate["accepted"])
        lines.append(f"{name}.json\t{predicate['party']}\t{predicate['payload']}\t{time}\n")
    (HERE / "good.tsv").write_text("".join(lines))

    def without(member):
        return {key: value for key, value in said().items() if key != member}

    bad = {
        "no-party": (statement(without("party")), "/predicate/party"),
        "no-payload": (statement(without("payload")), "/predicate/payload"),
        "no-time": (statement(without("accepted")), "/predicate/accepted"),
        "null-party": (statement(said(party=None)), "/predicate/party"),
        "party-with-capitals": (statement(said(party="Councillor-2")), "/predicate/party"),
        "party-too-long": (statement(said(party="a" * 65)), "/predicate/party"),
        "payload-in-capitals": (statement(said(payload=DIGEST.upper())), "/predicate/payload"),
        "payload-too-short": (statement(said(payload=DIGEST[:62])), "/predicate/payload"),
        "payload-as-an-object": (
            statement(said(payload={"sha256": DIGEST})), "/predicate/payload"),
        "time-as-a-number": (statement(said(accepted=1795291200000)), "/predicate/accepted"),
        "time-with-an-offset": (
            statement(said(accepted="2026-11-21T21:00:00+01:00")), "/predicate/accepted"),
        "time-that-is-no-day": (
            statement(said(accepted="2027-02-29T00:00:00Z")), "/predicate/accepted"),
        "another-member": (statement(said(reason="")), "/predicate/reason"),
        "the-statement-itself": (
            statement(said(statement={"payload": ""})), "/predicate/statement"),
        "something-sealed": (statement(said(sealed={"detail": "A" * 43})), "/predicate/sealed/detail"),
        "sequence-0": (statement(said(), sequence=0), "/predicate/sequence"),
        "another-version": (
            {**statement(said()),
             "predicateType": "https://standstill.example/statement/acceptance/v2"},
            "/predicateType"),
        "not-json": (None, "/"),
    }
    lines = []
    for name, (value, pointer) in bad.items():
        data = b"{" if value is None else canonical(value)
        (HERE / "bad" / f"{name}.json").write_bytes(data)
        lines.append(f"{name}.json\t{pointer}\n")
    (HERE / "bad.tsv").write_text("".join(lines))


if __name__ == "__main__":
    main()
