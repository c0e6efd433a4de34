#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks a running node from nothing but its public bytes: usage: check_log.py URL AGREEMENT-ID

Written from the specifications, not from the Swift sources, with hashlib and an Ed25519 library:
RFC 9162 section 2.1, RFC 8785, C2SP signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles and
tlog-proof, DSSE v1.0.2, in-toto Statement v1. Whoever knows the agreement's id needs no other trust:
the agreement names the keys, and its bytes are compared with the id.

Prints one line a check and exits 0; the first thing that does not hold is printed and exits 1.
"""

import base64
import hashlib
import json
import sys
import urllib.error
import urllib.request

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key


class DoesNotHold(Exception):
    """The node's bytes are not what the specifications ask for."""


def require(holds, sentence):
    if not holds:
        raise DoesNotHold(sentence)


def get(url):
    try:
        with urllib.request.urlopen(url, timeout=20) as answer:
            return answer.read()
    except urllib.error.HTTPError as error:
        raise DoesNotHold(f"{url} answered {error.code}: {error.read()[:300]!r}") from error


def strict_base64(text):
    raw = base64.b64decode(text, validate=True)
    require(base64.b64encode(raw).decode() == text, f"{text!r} is not canonical base64")
    return raw


def sha256(data):
    return hashlib.sha256(data).digest()


# Merkle trees: RFC 9162 section 2.1.1, straight from the definition.

def leaf_hash(entry):
    return sha256(b"\x00" + entry)


def node_hash(left, right):
    return sha256(b"\x01" + left + right)


def largest_power_below(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def tree_hash(hashes):
    if not hashes:
        return sha256(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = largest_power_below(len(hashes))
    return node_hash(tree_hash(hashes[:k]), tree_hash(hashes[k:]))


def verify_inclusion(index, size, leaf, path, root):
    """RFC 9162 section 2.1.3.2, step by step."""
    require(index < size, f"entry {index} is not in a tree of {size}")
    fn, sn, r = index, size - 1, leaf
    for p in path:
        require(sn != 0, "the inclusion proof is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn != 0:
                fn >>= 1
                sn >>= 1
        else:
            r = node_hash(r, p)
        fn >>= 1
        sn >>= 1
    require(sn == 0, "the inclusion proof is too short")
    require(r == root, f"the inclusion proof of entry {index} leads to another root")


# Signed notes, checkpoints and cosignatures.

NOTE_SIGNATURE, COSIGNATURE = 1, 4


class Key:
    def __init__(self, name, algorithm, spki):
        self.name, self.algorithm = name, algorithm
        self.key = load_der_public_key(spki)
        require(isinstance(self.key, Ed25519PublicKey), f"{name} is no Ed25519 key")
        raw = self.key.public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.id = sha256(name.encode() + b"\n" + bytes([algorithm]) + raw)[:4]

    def verify(self, signature, message):
        try:
            self.key.verify(signature, message)
        except InvalidSignature:
            raise DoesNotHold(f"a signature of {self.name} is wrong") from None


def parse_note(data):
    """Text and (name, key id, signature) of a signed note."""
    text = data.decode()
    body, separator, block = text.rpartition("\n\n")
    require(separator and text.endswith("\n"), "the note has no signatures")
    signatures = []
    for line in block[:-1].split("\n"):
        require(line.startswith("— "), f"{line!r} is no signature line")
        name, _, encoded = line[2:].partition(" ")
        raw = strict_base64(encoded)
        require(name and len(raw) > 4, f"{line!r} is no signature line")
        signatures.append((name, raw[:4], raw[4:]))
    return body + "\n", signatures


def verify_note(data, keys):
    """The text, and the names of the keys whose signatures stand under it; a wrong one is an error."""
    text, signatures = parse_note(data)
    signers = []
    for name, key_id, signature in signatures:
        for key in keys:
            if (key.name, key.id) != (name, key_id):
                continue
            if key.algorithm == COSIGNATURE:
                require(len(signature) == 72, f"the cosignature of {name} has another length")
                time = int.from_bytes(signature[:8], "big")
                key.verify(signature[8:], f"cosignature/v1\ntime {time}\n{text}".encode())
            else:
                key.verify(signature, text.encode())
            signers.append(key)
    require(len({(key.name, key.algorithm) for key in signers}) == len(signers), "a key signs twice")
    return text, signers


def parse_checkpoint(text):
    lines = text.split("\n")
    require(len(lines) == 4 and lines[3] == "", "a checkpoint has three lines")
    size = int(lines[1])
    require(str(size) == lines[1] and size >= 0, f"{lines[1]!r} is no tree size")
    root = strict_base64(lines[2])
    require(len(root) == 32, "a root has 32 bytes")
    return lines[0], size, root


# Tiles: C2SP tlog-tiles.

def tile_number(n):
    parts = [f"{n % 1000:03d}"]
    while n >= 1000:
        n //= 1000
        parts.insert(0, f"x{n % 1000:03d}")
    return "/".join(parts)


def tile_paths(prefix, count):
    """Path and width of each tile that holds `count` hashes or entries."""
    for number in range((count + 255) // 256):
        width = min(256, count - 256 * number)
        yield f"{prefix}/{tile_number(number)}" + ("" if width == 256 else f".p/{width}"), width


def read_entries(url, size):
    entries = []
    for path, width in tile_paths("tile/entries", size):
        data, at = get(f"{url}/{path}"), 0
        for _ in range(width):
            length = int.from_bytes(data[at:at + 2], "big")
            entry = data[at + 2:at + 2 + length]
            require(len(entry) == length, f"{path} is too short")
            entries.append(entry)
            at += 2 + length
        require(at == len(data), f"{path} holds more than {width} entries")
    return entries


def check_tiles(url, hashes):
    """Every hash tile of every level, recomputed."""
    count, level = 0, 0
    while hashes:
        for number, (path, width) in enumerate(tile_paths(f"tile/{level}", len(hashes))):
            expected = b"".join(hashes[256 * number:256 * number + width])
            require(get(f"{url}/{path}") == expected, f"{path} holds other hashes")
            count += 1
        full = len(hashes) // 256
        hashes = [tree_hash(hashes[256 * n:256 * n + 256]) for n in range(full)]
        level += 1
    return count


# Entries: canonical JSON, DSSE, in-toto.

def canonical(value):
    """RFC 8785 for what statements hold: no fractions, and names of members in ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def unique(pairs):
    require(len({name for name, _ in pairs}) == len(pairs), "an object names a member twice")
    return dict(pairs)


def parse_json(data):
    def no_fraction(text):
        raise DoesNotHold(f"{text} is no integer")
    return json.loads(data, object_pairs_hook=unique, parse_float=no_fraction)


def pre_authentication(payload_type, payload):
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def check_entry(index, entry, agreement_id, owners, last):
    leaf = parse_json(entry)
    require(canonical(leaf) == entry, f"entry {index} is not canonical JSON")
    require(set(leaf) == {"received", "statement"}, f"entry {index} has other members")
    require(leaf["received"] >= last, f"entry {index} was received before the one before it")
    envelope = leaf["statement"]
    require(envelope["payloadType"] == "application/vnd.in-toto+json", f"entry {index}: payload type")
    payload = strict_base64(envelope["payload"])
    message = pre_authentication(envelope["payloadType"], payload)
    signers = set()
    for signature in envelope["signatures"]:
        owner, key = owners.get(signature["keyid"], (None, None))
        require(owner, f"entry {index} is signed by a key that the agreement does not name")
        key.verify(strict_base64(signature["sig"]), message)
        signers.add(owner)
    require(len(signers) == 1, f"entry {index} is signed by {len(signers)} parties")
    statement = parse_json(payload)
    require(statement["_type"] == "https://in-toto.io/Statement/v1", f"entry {index}: _type")
    subject = statement["subject"][0]
    require(subject["digest"]["sha256"] == agreement_id, f"entry {index} is about another agreement")
    kind = statement["predicateType"].rsplit("/", 2)[-2]
    require((kind == "opening") == (index == 0), f"entry {index} is {kind}")
    require((signers == {"log"}) == (index == 0), f"entry {index} is signed by {signers}")
    return leaf["received"], kind


def check_receipt(url, index, entry, received, keys, hashes):
    data = get(f"{url}/api/v1/receipts/{index}")
    head, separator, note = data.partition(b"\n\n")
    require(separator, f"receipt {index} has no checkpoint")
    lines = head.decode().split("\n")
    require(lines[0] == "c2sp.org/tlog-proof@v1", f"receipt {index} has another first line")
    require(lines[1].startswith("extra "), f"receipt {index} has no extra line")
    extra = strict_base64(lines[1][6:]).decode()
    require(extra == str(received), f"receipt {index} says that the entry came at {extra}")
    require(lines[2] == f"index {index}", f"receipt {index} is for {lines[2]!r}")
    path = [strict_base64(line) for line in lines[3:]]
    text, signers = verify_note(note, keys)
    require(any(key.name == keys[0].name and key.algorithm == NOTE_SIGNATURE for key in signers),
            f"receipt {index} is not signed by the log")
    origin, size, root = parse_checkpoint(text)
    require(origin == keys[0].name, f"receipt {index} is of {origin}")
    verify_inclusion(index, size, leaf_hash(entry), path, root)
    # Every older checkpoint that a receipt shows is a prefix of the tree as it is now.
    require(size > len(hashes) or tree_hash(hashes[:size]) == root,
            f"receipt {index} shows a root that is no prefix of the log")
    return size, root, path, text, signers


def check_controls(entry, index, receipt):
    """The checks above bite: each is given something wrong and must refuse it."""
    size, root, path, text, signers = receipt
    attempts = {
        "a changed entry": lambda: verify_inclusion(index, size, leaf_hash(entry + b" "), path, root),
        "a changed index": lambda: verify_inclusion(index ^ 1, size, leaf_hash(entry), path, root),
        "a longer proof": lambda: verify_inclusion(index, size, leaf_hash(entry), path + [root], root),
        "a wrong signature": lambda: signers[0].verify(bytes(64), text.encode()),
        "a text nobody signed": lambda: verify_note(
            (text.replace("\n", "x\n", 1) + "\n— " + signers[0].name + " "
             + base64.b64encode(signers[0].id + bytes(64)).decode() + "\n").encode(), signers),
    }
    for what, attempt in attempts.items():
        try:
            attempt()
        except DoesNotHold:
            continue
        raise AssertionError(f"{what} was accepted: this script checks nothing")
    return len(attempts)


def read_agreement(url, agreement_id):
    data = get(f"{url}/api/v1/agreement")
    require(sha256(data).hex() == agreement_id, "the node serves another agreement")
    agreement = parse_json(data)
    require(canonical(agreement) == data, "the agreement is not canonical JSON")
    return agreement


def keys_of(agreement):
    """The log's key, the monitors' keys as cosigners and as signers of orders, everybody's by id."""
    origin = agreement["log"]["origin"]
    host = origin.split("/")[0]
    log_spki = strict_base64(agreement["log"]["key"])
    log = Key(origin, NOTE_SIGNATURE, log_spki)
    owners = {sha256(log_spki).hex(): ("log", log)}
    cosigners, order_signers = [], []
    for name, party in agreement["parties"].items():
        for text in party.get("keys", [party.get("key")]):
            spki = strict_base64(text)
            owners[sha256(spki).hex()] = (name, Key(name, NOTE_SIGNATURE, spki))
            if "monitor" in party["roles"]:
                cosigners.append(Key(f"{name}.{host}", COSIGNATURE, spki))
                order_signers.append(Key(f"{name}.{host}", NOTE_SIGNATURE, spki))
    return log, cosigners, order_signers, owners


def check_orders(url, agreement_id, signers, needed, hashes):
    notes = parse_json(get(f"{url}/api/v1/orders"))["orders"]
    for note in notes:
        text, who = verify_note(note.encode(), signers)
        require(len({key.name for key in who}) >= needed, f"an order has {len(who)} signatures")
        header, body, end = text.split("\n")
        require(header == "standstill.example/order/v1" and end == "", "an order has another form")
        order = parse_json(body)
        require(canonical(order) == body.encode(), "an order is not canonical JSON")
        require(order["agreement"] == agreement_id, "an order is of another agreement")
        require(strict_base64(order["root"]) == tree_hash(hashes[:order["size"]]),
                f"the order at {order['tick']} stands over a root that is no prefix of the log")
    return len(notes)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: check_log.py URL AGREEMENT-ID")
    url, agreement_id = sys.argv[1].rstrip("/"), sys.argv[2]
    agreement = read_agreement(url, agreement_id)
    log, cosigners, order_signers, owners = keys_of(agreement)
    keys = [log] + cosigners
    text, signers = verify_note(get(f"{url}/checkpoint"), keys)
    origin, size, root = parse_checkpoint(text)
    require(origin == log.name and log in signers, "the checkpoint is not the log's")
    print(f"checkpoint: size {size}, signed by the log, cosigned by {len(signers) - 1}")

    entries = read_entries(url, size)
    hashes = [leaf_hash(entry) for entry in entries]
    require(tree_hash(hashes) == root, "the entries do not hash to the checkpoint's root")
    print(f"entries: {size}, hashed to the checkpoint's root")
    print(f"tiles: {check_tiles(url, hashes)}, each recomputed")

    last, kinds = 0, {}
    for index, entry in enumerate(entries):
        last, kind = check_entry(index, entry, agreement_id, owners, last)
        kinds[kind] = kinds.get(kind, 0) + 1
        receipt = check_receipt(url, index, entry, last, keys, hashes)
    print("statements: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    print(f"receipts: {size}, each verified")
    needed = int(agreement["monitoring"]["signatures"])
    orders = check_orders(url, agreement_id, order_signers, needed, hashes)
    print(f"orders: {orders}, each with {needed} signatures or more")
    print(f"controls: {check_controls(entries[-1], size - 1, receipt)} wrong inputs refused")


if __name__ == "__main__":
    try:
        main()
    except DoesNotHold as failure:
        sys.exit(f"does not hold: {failure}")
