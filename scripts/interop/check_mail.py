#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Collects a party's sealed mail from a running node, with a program written from the specifications.

usage: check_mail.py URL PARTY KEY.pem SEALING.pem

HPKE is written out here from RFC 9180 and commitments from RFC 9901; cryptography brings only X25519,
Ed25519 and ChaCha20-Poly1305. Prints what every opening says.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
import urllib.error
import urllib.request

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.serialization import (
    Encoding, PublicFormat, load_der_public_key, load_pem_private_key)

MAIL = "application/vnd.standstill.mail+json"
REQUEST = "application/vnd.standstill.mail-request+json"

# DHKEM(X25519, HKDF-SHA256) is 0x0020, HKDF-SHA256 0x0001, ChaCha20-Poly1305 0x0003: RFC 9180 §7.
KEM = b"KEM\x00\x20"
SUITE = b"HPKE\x00\x20\x00\x01\x00\x03"


def extract(salt, ikm):
    return hmac.new(salt or bytes(32), ikm, hashlib.sha256).digest()


def expand(key, info, length):
    out, block, counter = b"", b"", 1
    while len(out) < length:
        block = hmac.new(key, block + info + bytes([counter]), hashlib.sha256).digest()
        out, counter = out + block, counter + 1
    return out[:length]


def labeled_extract(suite, salt, label, ikm):
    return extract(salt, b"HPKE-v1" + suite + label + ikm)


def labeled_expand(suite, key, label, info, length):
    return expand(key, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)


def raw(key):
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def open_box(key, info, box):
    """RFC 9180 §4.1 Decap, §5.1 KeySchedule in base mode, §5.2 Open of the first message."""
    encapsulated = box[:32]
    shared = key.exchange(X25519PublicKey.from_public_bytes(encapsulated))
    secret = labeled_expand(
        KEM, labeled_extract(KEM, b"", b"eae_prk", shared), b"shared_secret",
        encapsulated + raw(key.public_key()), 32)
    context = b"\x00" + labeled_extract(SUITE, b"", b"psk_id_hash", b"")
    context += labeled_extract(SUITE, b"", b"info_hash", info)
    schedule = labeled_extract(SUITE, secret, b"secret", b"")
    aead = ChaCha20Poly1305(labeled_expand(SUITE, schedule, b"key", context, 32))
    return aead.decrypt(labeled_expand(SUITE, schedule, b"base_nonce", context, 12), box[32:], b"")


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def pae(kind, payload):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)


def keyid(public):
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).hexdigest()


def envelope(kind, payload, key):
    signature = {
        "keyid": keyid(key.public_key()),
        "sig": base64.b64encode(key.sign(pae(kind, payload))).decode()}
    return {
        "payload": base64.b64encode(payload).decode(), "payloadType": kind,
        "signatures": [signature]}


def unpadded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def get(url):
    with urllib.request.urlopen(url, timeout=20) as answer:
        return json.loads(answer.read())


def post(url, body):
    request = urllib.request.Request(
        url, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())


def keys(party):
    for text in party.get("keys", [party.get("key")]):
        yield load_der_public_key(base64.b64decode(text))


def check_signature(document, party):
    """One of the party's keys signed the envelope; raises where none did."""
    payload = base64.b64decode(document["payload"])
    by_id = {keyid(key): key for key in keys(party)}
    for line in document["signatures"]:
        by_id[line["keyid"]].verify(
            base64.b64decode(line["sig"]), pae(document["payloadType"], payload))
    assert document["signatures"]
    return payload


def check_message(message, url, agreement, me, sealing):
    """Opens one message and compares it with the log; returns lines for people."""
    document = message["envelope"]
    assert document["payloadType"] == MAIL
    payload = base64.b64decode(document["payload"])
    mail = json.loads(payload)
    assert canonical(mail) == payload and message["id"] == hashlib.sha256(payload).hexdigest()
    assert sorted(mail) == ["about", "agreement", "box", "to"] and mail["to"] == me
    info = f"standstill.example/mail/v1\n{mail['agreement']}\n{me}\n{mail['about']}".encode()
    box = base64.b64decode(mail["box"])
    contents = json.loads(open_box(sealing, info, box))
    assert contents["about"] == mail["about"]
    for wrong in ((X25519PrivateKey.generate(), info), (sealing, info + b"x")):
        try:
            open_box(wrong[0], wrong[1], box)
        except InvalidTag:
            continue
        raise AssertionError("a box opened that must stay shut")
    rows = get(f"{url}/api/v1/statements?payload={mail['about']}")["statements"]
    entry = get(f"{url}/api/v1/statements/{rows[0]['index']}")
    signed = base64.b64decode(entry["envelope"]["payload"])
    assert hashlib.sha256(signed).hexdigest() == mail["about"]
    check_signature(document, agreement["parties"][entry["signer"]])
    sealed = json.loads(signed)["predicate"]["sealed"]
    lines = []
    for text in contents["disclosures"]:
        salt, name, value = json.loads(unpadded(text))
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
        assert len(unpadded(salt)) == 16
        assert sealed[name] == digest.rstrip(b"=").decode(), f"{name} does not match"
        lines.append(f"{entry['kind']} of {entry['signer']}: {name} = {json.dumps(value)}")
    return lines


def main():
    if len(sys.argv) != 5:
        sys.exit("usage: check_mail.py URL PARTY KEY.pem SEALING.pem")
    url, me = sys.argv[1].rstrip("/"), sys.argv[2]
    with open(sys.argv[3], "rb") as file:
        key = load_pem_private_key(file.read(), None)
    with open(sys.argv[4], "rb") as file:
        sealing = load_pem_private_key(file.read(), None)
    agreement = get(f"{url}/api/v1/agreement")
    identity = hashlib.sha256(canonical(agreement)).hexdigest()

    def request(done, limit):
        return envelope(REQUEST, canonical({
            "agreement": identity, "done": sorted(done), "limit": limit, "party": me,
            "time": time.time_ns() // 1_000_000}), key)

    first = request([], 100)
    messages = post(f"{url}/api/v1/mailbox/collect", first)["messages"]
    for message in messages:
        for line in check_message(message, url, agreement, me, sealing):
            print(line)
    print(f"messages: {len(messages)}, each opened and compared with the log")
    # A control: the same request again must be refused, whoever sends it.
    try:
        post(f"{url}/api/v1/mailbox/collect", first)
        raise AssertionError("a request was taken twice")
    except urllib.error.HTTPError as error:
        assert 400 <= error.code < 500
        print(f"the same request again: {error.code}")
    time.sleep(0.01)
    done = [message["id"] for message in messages]
    assert post(f"{url}/api/v1/mailbox/collect", request(done, 0))["messages"] == []
    time.sleep(0.01)
    rest = post(f"{url}/api/v1/mailbox/collect", request([], 100))["messages"]
    print(f"left after acknowledging: {len(rest)}")


if __name__ == "__main__":
    main()
