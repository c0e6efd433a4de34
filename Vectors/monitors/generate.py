#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes agreement.json and the notes in good/ and bad/ anew.

An implementation of its own, from docs/formats/monitors.md. The agreement is that of ../cases; its keys, and those of
monitors that it does not name, grow from the seeds SHA-256("two-state-pause/NAME"). Everyone knows them.
"""
import base64, hashlib, json, pathlib, shutil
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives import serialization as s

HERE = pathlib.Path(__file__).parent
HOST = "two-state-pause.example"
sha = lambda b: hashlib.sha256(b).digest()
b64 = lambda b: base64.b64encode(b).decode()
key = lambda name: Ed25519PrivateKey.from_private_bytes(sha(f"two-state-pause/{name}".encode()))
raw = lambda name: key(name).public_key().public_bytes(s.Encoding.Raw, s.PublicFormat.Raw)

terms = yaml.load((HERE / "../cases/two-state-pause.yaml").read_text(), Loader=yaml.BaseLoader)
agreement = json.dumps(terms, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
ID = sha(agreement).hex()


def key_id(name, kind, owner):
    return sha(name.encode() + b"\n" + bytes([kind]) + raw(owner))[:4]


def vkey(name, owner=None, kind=1, host=HOST):
    owner, full = owner or name, f"{name}.{host}"
    return f"{full}+{key_id(full, kind, owner).hex()}+{b64(bytes([kind]) + raw(owner))}"


def sign(text, name, owner=None):
    owner, full = owner or name, f"{name}.{HOST}"
    return f"— {full} {b64(key_id(full, 1, owner) + key(owner).sign(text.encode()))}\n"


def text(names, version=2, previous=None, terms="signatures 3 liars 1", lines=None, header=None, id=None):
    lines = [header or "standstill.example/monitors/v1", f"agreement {id or ID}", f"version {version}"]
    lines += [f"previous {previous}"] if previous else []
    lines += [terms] + [n if "+" in n else vkey(n) for n in names]
    return "".join(l + "\n" for l in lines)


def note(text, *signers):
    return text + "\n" + "".join(sign(text, n) for n in signers)


M = [f"monitor-{n}" for n in range(10)]
OLD = [M[1], M[2], M[3], M[4]]
NEW = [M[1], M[2], M[5], M[6]]
ONE = sha(text(OLD, 1).encode()).hex()
two = text(NEW, 2, ONE)
TWO = sha(two.encode()).hex()
three = text(M[2:9], 3, TWO, "signatures 5 liars 2")
THREE_SIGNED = [M[2], M[5], M[6]]
BY = [M[1], M[2], M[3]]

good = {
    "2-two-leave-and-two-join": note(two, *BY),
    "3-signed-by-some-whom-the-agreement-does-not-name": note(three, *THREE_SIGNED),
    "4-a-new-key-of-the-same-name": note(
        text(M[2:8] + [vkey("monitor-8", "monitor-9")], 4, sha(three.encode()).hex(), "signatures 5 liars 2"),
        *M[2:7]),
}
# A false line beside enough true ones takes nothing from them.
good["2-with-a-false-line"] = note(two, *BY) + sign(three, M[4])
good["2-signed-by-a-stranger-too"] = note(two, *BY, M[7])

bad = {}


def refuse(name, line, body):
    bad[name] = (line, body)


def unfit(name, line, changed):
    refuse(name, line, note(changed, *BY))


unfit("another-header", 1, text(NEW, 2, ONE, header="standstill.example/monitors/v2"))
unfit("another-agreement", 2, text(NEW, 2, ONE, id="00" * 32))
unfit("version-1", 3, text(OLD, 1, ONE))
unfit("version-leading-zero", 3, text(NEW, "02", ONE))
unfit("version-too-large", 3, text(NEW, 10**7, ONE))
unfit("previous-missing", 4, text(NEW, 2))
unfit("previous-in-capitals", 4, text(NEW, 2, ONE.upper()))
unfit("terms-with-two-spaces", 5, text(NEW, 2, ONE, "signatures 3  liars 1"))
unfit("one-signature", 5, text(NEW[:1], 2, ONE, "signatures 1 liars 1"))
unfit("too-few-signatures-for-so-many", 5, text(NEW + [M[7]], 2, ONE))
unfit("more-signatures-than-honest", 5, text(NEW[:3], 2, ONE))
unfit("fewer-liars-than-agreed", 5, text(NEW[:3], 2, ONE, "signatures 3 liars 0"))
unfit("not-sorted", 7, text([M[2], M[1], M[5], M[6]], 2, ONE))
unfit("one-monitor-twice", 7, text([M[1], M[1], M[5], M[6]], 2, ONE))
unfit("one-key-twice", 9, text([M[1], M[2], M[5], vkey(M[6], M[5])], 2, ONE))
unfit("a-cosigning-key", 9, text([M[1], M[2], M[5], vkey(M[6], kind=4)], 2, ONE))
unfit("key-id-of-another", 9, text([M[1], M[2], M[5], vkey(M[6]).replace("monitor-6", "monitor-7")], 2, ONE))
unfit("another-host", 9, text([M[1], M[2], M[5], vkey(M[6], host="example.com")], 2, ONE))
unfit("a-reserved-name", 6, text([vkey("log", M[7]), M[1], M[2], M[5]], 2, ONE))
unfit("key-of-the-log", 9, text([M[1], M[2], M[5], vkey(M[6], "log")], 2, ONE))
unfit("key-of-a-party", 9, text([M[1], M[2], M[5], vkey(M[6], "norland")], 2, ONE))
unfit("a-party-that-is-no-monitor", 6, text([vkey("auditor-1"), M[1], M[2], M[5]], 2, ONE))
unfit("a-space-at-the-end", 9, text([M[1], M[2], M[5], vkey(M[6]) + " "], 2, ONE))
unfit("an-empty-line-at-the-end", 5, text(NEW, 2, ONE) + "\n")
refuse("two-have-signed", 0, note(two, *BY[:2]))
refuse("one-has-signed-three-times", 0, note(two, M[1], M[1], M[1]))
refuse("those-who-come-have-signed", 0, note(two, M[1], M[5], M[6]))
refuse("signatures-of-another-text", 0, two + "\n" + "".join(sign(three, n) for n in BY))
refuse("a-key-under-another-name", 0, two + "\n" + sign(two, M[1]) + sign(two, M[2]) + sign(two, M[3], M[2]))
refuse("a-version-left-out", 0, note(text(NEW, 3, ONE), *BY))
refuse("after-another-set", 0, note(text(NEW, 2, "11" * 32), *BY))

(HERE / "agreement.json").write_bytes(agreement)
for folder in ("good", "bad"):
    shutil.rmtree(HERE / folder, ignore_errors=True)
    (HERE / folder).mkdir()
for name, body in good.items():
    (HERE / "good" / f"{name}.note").write_bytes(body.encode())
for name, (line, body) in bad.items():
    (HERE / "bad" / f"{name}.note").write_bytes(body.encode())
(HERE / "bad" / "lines.tsv").write_text("".join(f"{n}.note\t{l}\n" for n, (l, _) in sorted(bad.items())))
