#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the vectors in good/ and bad/ anew.

An implementation of its own, from the specifications, on Python's hashlib and `cryptography`: what
it signs, the Swift room must accept. Keys are the seeds of 32 equal bytes; everyone knows them.
"""
import base64, hashlib, json, pathlib, shutil, struct
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives import serialization as s

HERE = pathlib.Path(__file__).parent
b64 = lambda b: base64.b64encode(b).decode()
sha = lambda b: hashlib.sha256(b).digest()
key = lambda n: Ed25519PrivateKey.from_private_bytes(bytes([n]) * 32)
raw = lambda n: key(n).public_key().public_bytes(s.Encoding.Raw, s.PublicFormat.Raw)
spki = lambda n: key(n).public_key().public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)


# Merkle tree (RFC 6962)
def split(n):
    k = 1
    while k * 2 < n:
        k *= 2
    return k


leaf = lambda e: sha(b"\0" + e)
node = lambda l, r: sha(b"\1" + l + r)


def root(d):
    if len(d) < 2:
        return d[0] if d else sha(b"")
    k = split(len(d))
    return node(root(d[:k]), root(d[k:]))


def path(m, d):
    if len(d) == 1:
        return []
    k = split(len(d))
    return path(m, d[:k]) + [root(d[k:])] if m < k else path(m - k, d[k:]) + [root(d[:k])]


# Signed notes (C2SP)
def key_id(name, kind, n):
    return sha(name.encode() + b"\n" + bytes([kind]) + raw(n))[:4]


def vkey(name, kind, n):
    return f"{name}+{key_id(name, kind, n).hex()}+{b64(bytes([kind]) + raw(n))}"


def sign(text, name, n):
    return f"— {name} {b64(key_id(name, 1, n) + key(n).sign(text.encode()))}\n"


def cosign(text, name, n, time):
    sig = key(n).sign(f"cosignature/v1\ntime {time}\n{text}".encode())
    return f"— {name} {b64(key_id(name, 4, n) + struct.pack('>Q', time) + sig)}\n"


def checkpoint(origin, d):
    return f"{origin}\n{len(d)}\n{b64(root(d))}\n"


LOG, W1, W2, W3 = "log.example/pause", "one.example/w", "two.example/w", "three.example/w"
ENTRIES = [f"entry {i}".encode() for i in range(7)]
HASHES = [leaf(e) for e in ENTRIES]
TEXT = checkpoint(LOG, HASHES)
LOGSIG = sign(TEXT, LOG, 1)
C1, C2, C3 = (cosign(TEXT, w, n, 1_800_000_000 + n) for w, n in ((W1, 2), (W2, 3), (W3, 4)))
POLICY = f"""# Two of three witnesses.
log {vkey(LOG, 1, 1)} https://log.example/pause/

witness one\t{vkey(W1, 4, 2)}  https://one.example/
witness two {vkey(W2, 4, 3)} https://two.example/
  witness three {vkey(W3, 4, 4)} https://three.example/
group two-of-three 2 one two three
quorum two-of-three
"""


NESTED = "".join(
    [f"witness X{i} {vkey(f'x{i}.example', 4, 10 + i)}\n" for i in (1, 2, 3)] + ["group X 2 X1 X2 X3\n"]
    + [f"witness Y{i} {vkey(f'y{i}.example', 4, 20 + i)}\n" for i in (1, 2, 3)] + ["group Y any Y1 Y2 Y3\n"]
    + ["group X-and-Y all X Y\n", "quorum X-and-Y\n"])


def proof(i, note, extra=None, header="c2sp.org/tlog-proof@v1"):
    lines = [header] + ([f"extra {b64(extra)}"] if extra else []) + [f"index {i}"]
    return "\n".join(lines + [b64(h) for h in path(i, HASHES)]) + "\n\n" + note


# DSSE
def pae(kind, payload):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)


def envelope(payload, keys, kind="application/vnd.in-toto+json"):
    return {
        "payload": b64(payload),
        "payloadType": kind,
        "signatures": [
            {"keyid": sha(spki(n)).hex(), "sig": b64(key(n).sign(pae(kind, payload)))} for n in keys
        ],
    }


# JSON (RFC 8785, integers only)
def canonical(v):
    if isinstance(v, dict):
        order = sorted(v.items(), key=lambda m: m[0].encode("utf-16-be"))
        return "{" + ",".join(canonical(k) + ":" + canonical(x) for k, x in order) + "}"
    if isinstance(v, list):
        return "[" + ",".join(map(canonical, v)) + "]"
    text = json.dumps(v, ensure_ascii=False)
    assert "\x7f" not in text or "\\u007f" not in text
    return text


def good():
    yield "note-plain.txt", (t := "A line.\n\nAfter an empty line: é, 停.\n") + "\n" + sign(t, "a.example/k", 5)
    t = "text\n"
    yield "note-unknown-signers.txt", t + "\n" + sign(t, "b.example/x", 6) + sign(t, "a.example/k", 5)
    many = "".join(sign(t, f"s{i}.example", 10 + i) for i in range(15))
    yield "note-sixteen-signatures.txt", t + "\n" + many + sign(t, "a.example/k", 5)
    yield "note-same-signer-twice.txt", t + "\n" + sign(t, "a.example/k", 5) * 2
    yield "note-two-ids-of-one-name.txt", t + "\n" + sign(t, "a.example/k", 6) + sign(t, "a.example/k", 5)
    yield "note-stranger-not-ascii.txt", t + "\n" + sign(t, "鍵.example/é~k", 6) + sign(t, "a.example/k", 5)
    yield "note-post-quantum-length.txt", t + "\n" + f"— b.example/x {b64(bytes(4 + 8 + 2420))}\n" + sign(t, "a.example/k", 5)
    t = "\n"
    yield "note-text-is-one-empty-line.txt", t + "\n" + sign(t, "a.example/k", 5)
    t = "— a.example/k AAAA\n\nlooks like signatures, is text\n"
    yield "note-text-like-signatures.txt", t + "\n" + sign(t, "a.example/k", 5)
    yield "note-vkey.txt", vkey("a.example/k", 1, 5) + "\n"
    empty = checkpoint(LOG, [])
    yield "checkpoint-empty-tree.txt", empty + "\n" + sign(empty, LOG, 1)
    yield "checkpoint-seven.txt", TEXT + "\n" + LOGSIG
    largest = f"{LOG}\n{2**64 - 1}\n{b64(root(HASHES))}\n"
    yield "checkpoint-largest-size.txt", largest + "\n" + sign(largest, LOG, 1)
    extended = TEXT + "an extension\n\u2028 another\n"
    yield "checkpoint-extension.txt", extended + "\n" + sign(extended, LOG, 1)
    yield "cosigned-extension.txt", extended + "\n" + sign(extended, LOG, 1) + "".join(
        cosign(extended, w, n, 1_800_000_000) for w, n in ((W1, 2), (W2, 3)))
    yield "cosigned-time-zero.txt", TEXT + "\n" + LOGSIG + cosign(TEXT, W1, 2, 0) + C2
    yield "cosigned-largest-time.txt", TEXT + "\n" + LOGSIG + cosign(TEXT, W1, 2, 2**63 - 1) + C2
    yield "cosigned-one-twice-and-another.txt", TEXT + "\n" + LOGSIG + C1 + cosign(TEXT, W1, 2, 1_900_000_000) + C2
    yield "cosigned-and-signed-by-strangers.txt", TEXT + "\n" + sign(TEXT, "other.example/log", 9) + C1 + C2 + LOGSIG + cosign(
        TEXT, "fourth.example/w", 8, 5) + f"— five.example/w {b64(bytes(4 + 8 + 2420))}\n"
    yield "cosigned-two.txt", TEXT + "\n" + LOGSIG + C1 + C3
    yield "cosigned-one-bad-of-three.txt", TEXT + "\n" + LOGSIG + C1 + cosign(empty, W2, 3, 5) + C3
    yield "policy-two-of-three.txt", POLICY
    yield "policy-none.txt", f"log {vkey(LOG, 1, 1)}\nquorum none\n"
    yield "policy-non-ascii-names.txt", (
        f"# 证人\nwitness K {vkey(W1, 4, 2)}\nwitness \u212a {vkey(W2, 4, 3)}\ngroup é all K \u212a\nquorum é\n")
    yield "policy-one-witness.txt", f"log {vkey(LOG, 1, 1)}\nwitness one {vkey(W1, 4, 2)}\nquorum one\n"
    yield "policy-two-of-three-and-any.txt", NESTED
    yield "policy-all-of-two.txt", f"witness a {vkey(W1, 4, 2)}\nwitness b {vkey(W2, 4, 3)}\ngroup g all a b\nquorum g\n"
    # Latin-1, half a character and a private-use character: names are bytes.
    yield "policy-not-utf8.txt", (
        b"# caf\xe9\nwitness \xe9 " + vkey(W1, 4, 2).encode() + b" http://\xff/\nwitness \xef\x9f\xa9 "
        + vkey(W2, 4, 3).encode() + b"\nwitness \xe2\x82 " + vkey(W3, 4, 4).encode()
        + b"\ngroup \xc3\xa9 2 \xe9 \xef\x9f\xa9 \xe2\x82\nquorum \xc3\xa9\n")
    yield "policy-thirty-two-of-each.txt", "".join(
        [f"log {vkey(f'log-{i}.example', 1, 100 + i)} https://log-{i}.example/\n" for i in range(32)]
        + [f"witness w{i} {vkey(f'w{i}.example', 4, 140 + i)} https://w{i}.example/\n" for i in range(32)]
        + [f"group g{i} all w{i}" + (f" g{i - 1}" if i else "") + "\n" for i in range(32)] + ["quorum g31\n"])
    yield "policy-white-space.txt", f"\n \t\n  # comment\n\tlog\t{vkey(LOG, 1, 1)}  \n quorum\t none \n"
    for i in range(7):
        yield f"proof-entry-{i}.tlog-proof", proof(i, TEXT + "\n" + LOGSIG + C1 + C2)
    yield "proof-entry-3-extra.tlog-proof", proof(3, TEXT + "\n" + LOGSIG + C1 + C2, b"1800000000000")
    statement = canonical({"_type": "https://in-toto.io/Statement/v1", "subject": [], "predicate": {"n": 1}}).encode()
    yield "envelope-one.json", json.dumps(envelope(statement, [6]), indent=1) + "\n"
    yield "envelope-two.json", canonical(envelope(statement, [6, 7]))
    url = envelope(bytes(range(256)), [6])
    url["payload"] = base64.urlsafe_b64encode(bytes(range(256))).decode().rstrip("=")
    del url["signatures"][0]["keyid"]
    yield "envelope-url-alphabet.json", json.dumps(url)
    value = {
        "\u20ac": "Euro", "\r": "CR", "\ufb33": "Dalet", "1": "One", "\U0001f600": "Face", "\x80": "Control",
        "ö": "O", "e\u0301": [1, -1, 0, 2**53 - 1, -(2**53) + 1], "é": {"": None, "a/b": True},
        "escapes": "".join(map(chr, range(0x21))) + "\"\\/\x7f\u2028",
    }
    yield "json-keys.json", json.dumps(value, indent=3, ensure_ascii=True)
    yield "json-keys.canonical", canonical(value)


def bad():
    """Name, first line that cannot be read (0: it reads, but does not verify), bytes."""
    t = "text\n"
    sig = sign(t, "a.example/k", 5)
    yield "note-no-empty-line.txt", 1, t + sig
    yield "note-no-signatures.txt", 3, t + "\n"
    yield "note-no-last-newline.txt", 3, (t + "\n" + sig)[:-1]
    yield "note-hyphen.txt", 3, t + "\n" + sig.replace("—", "-")
    yield "note-two-spaces.txt", 3, t + "\n" + sig.replace(" ", "  ", 1)
    yield "note-trailing-space.txt", 3, t + "\n" + sig[:-1] + " \n"
    yield "note-plus-in-name.txt", 3, t + "\n" + sig.replace("a.example", "a+example")
    yield "note-no-break-space-in-name.txt", 3, t + "\n" + sig.replace("a.example", "a\u00a0example")
    yield "note-base64-bits-left-over.txt", 3, t + "\n" + sig[:-3] + chr(ord(sig[-3]) + 1) + "=\n"
    yield "note-key-id-only.txt", 3, t + "\n" + f"— a.example/k {b64(key_id('a.example/k', 1, 5))}\n"
    yield "note-tab.txt", 1, "te\txt\n\n" + sig
    yield "note-carriage-return.txt", 1, ("text\r\n\n" + sig)
    yield "note-not-utf8.txt", 1, b"te\xffxt\n\n" + sig.encode()
    yield "note-second-line-bad.txt", 4, t + "\n" + sig + "— a\n"
    yield "note-too-many-signatures.txt", 3, t + "\n" + sig * 101
    yield "note-wrong-signature.txt", 0, "texT\n\n" + sig
    yield "note-second-signature-of-signer-wrong.txt", 0, t + "\n" + sig + sign("other\n", "a.example/k", 5)
    yield "note-second-signature-of-signer-too-long.txt", 0, t + "\n" + sig + (
        f"— a.example/k {b64(base64.b64decode(sig.split()[2]) + b'x')}\n")
    yield "note-empty-text.txt", 1, "\n" + sig
    yield "note-empty-line-at-end.txt", 5, t + "\n" + sig + "\n"
    yield "note-empty-name.txt", 3, t + "\n" + sig.replace("a.example/k", "")
    yield "note-carriage-return-in-signature.txt", 3, t + "\n" + sig[:-1] + "\r\n"
    yield "note-url-alphabet.txt", 3, t + "\n" + sign(t, "a.example/k", 5).replace("+", "-").replace("/", "_").replace("a.example_k", "a.example/k")
    yield "note-wrong-key-id.txt", 0, t + "\n" + f"— a.example/k {b64(bytes(4) + base64.b64decode(sig.split()[2])[4:])}\n"
    yield "note-unknown-signer-only.txt", 0, t + "\n" + sign(t, "b.example/x", 6)
    h = b64(root(HASHES))
    for name, line, text in [
        ("two-lines", 2, f"{LOG}\n7\n"), ("no-origin", 1, f"\n7\n{h}\n"), ("leading-zero", 2, f"{LOG}\n07\n{h}\n"),
        ("plus-sign", 2, f"{LOG}\n+7\n{h}\n"), ("negative", 2, f"{LOG}\n-7\n{h}\n"), ("no-size", 2, f"{LOG}\n\n{h}\n"),
        ("beyond-64-bits", 2, f"{LOG}\n18446744073709551616\n{h}\n"), ("short-root", 3, f"{LOG}\n7\n{b64(b'x' * 31)}\n"),
        ("unpadded-root", 3, f"{LOG}\n7\n{h[:-1]}\n"), ("empty-line-at-end", 4, f"{LOG}\n7\n{h}\n\n"),
        ("empty-extension-line", 4, f"{LOG}\n7\n{h}\n\nextension\n"), ("empty-second-extension-line", 5, f"{LOG}\n7\n{h}\nextension\n\n"),
        ("hexadecimal-root", 3, f"{LOG}\n7\n{root(HASHES).hex()}\n"), ("long-root", 3, f"{LOG}\n7\n{b64(b'x' * 33)}\n"),
        ("hexadecimal-size", 2, f"{LOG}\n0x7\n{h}\n"), ("other-digits", 2, f"{LOG}\n٧\n{h}\n"), ("only-empty-lines", 1, "\n\n\n"),
        ("space-after-size", 2, f"{LOG}\n7 \n{h}\n"),
    ]:
        yield f"checkpoint-{name}.txt", line, text + "\n" + sign(text, LOG, 1)
    yield "cosigned-log-signature-missing.txt", 0, TEXT + "\n" + C1 + C2 + C3
    other = checkpoint(LOG, HASHES[:6])
    yield "cosigned-log-signature-of-other-text.txt", 0, TEXT + "\n" + sign(other, LOG, 1) + C1 + C2
    yield "cosigned-one-of-two.txt", 0, TEXT + "\n" + LOGSIG + C1
    yield "cosigned-one-twice.txt", 0, TEXT + "\n" + LOGSIG + C1 + cosign(TEXT, W1, 2, 1_900_000_000)
    yield "cosigned-other-text.txt", 0, TEXT + "\n" + LOGSIG + C1 + cosign(other, W2, 3, 5)
    yield "cosigned-time-changed.txt", 0, TEXT + "\n" + LOGSIG + C1 + (
        f"— {W2} {b64(key_id(W2, 4, 3) + struct.pack('>Q', 1_800_000_004) + base64.b64decode(C2.split()[2])[12:])}\n")
    yield "cosigned-time-beyond-63-bits.txt", 0, TEXT + "\n" + LOGSIG + C1 + cosign(TEXT, W2, 3, 2**63)
    yield "cosigned-plain-signature-of-witness.txt", 0, TEXT + "\n" + LOGSIG + C1 + sign(TEXT, W2, 3)
    yield "cosigned-too-short.txt", 0, TEXT + "\n" + LOGSIG + C1 + f"— {W2} {b64(base64.b64decode(C2.split()[2])[:-1])}\n"
    yield "cosigned-too-long.txt", 0, TEXT + "\n" + LOGSIG + C1 + f"— {W2} {b64(base64.b64decode(C2.split()[2]) + bytes(1))}\n"
    yield "cosigned-name-of-other-witness.txt", 0, TEXT + "\n" + LOGSIG + C1 + C2.replace(W2, W3)
    unheaded = lambda head: f"— {W2} {b64(key_id(W2, 4, 3) + struct.pack('>Q', 5) + key(3).sign((head + TEXT).encode()))}\n"
    yield "cosigned-without-header.txt", 0, TEXT + "\n" + LOGSIG + C1 + unheaded("time 5\n")
    yield "cosigned-other-header.txt", 0, TEXT + "\n" + LOGSIG + C1 + unheaded("cosignature/v2\ntime 5\n")
    yield "cosigned-time-with-leading-zero.txt", 0, TEXT + "\n" + LOGSIG + C1 + unheaded("cosignature/v1\ntime 05\n")
    more = TEXT + "extension\n"
    yield "cosigned-without-the-extension.txt", 0, more + "\n" + sign(more, LOG, 1) + C1 + C2
    foreign = checkpoint("other.example/log", HASHES)
    yield "cosigned-unknown-log.txt", 0, foreign + "\n" + sign(foreign, LOG, 1) + "".join(
        cosign(foreign, w, n, 5) for w, n in ((W1, 2), (W2, 3)))
    l, w1, w2 = f"log {vkey(LOG, 1, 1)}\n", f"witness one {vkey(W1, 4, 2)}\n", f"witness two {vkey(W2, 4, 3)}\n"
    for name, line, text in [
        ("empty", 1, ""), ("no-quorum", 1, l), ("two-quorums", 3, l + "quorum none\nquorum none\n"),
        ("unknown-keyword", 2, l + "quorums none\n"), ("log-twice", 2, l + f"log {vkey('x.example', 1, 1)}\nquorum none\n"),
        ("witness-key-twice", 2, w1 + w1.replace("one", "uno", 1).replace(vkey(W1, 4, 2), vkey("x.example", 4, 2)) + "quorum none\n"),
        ("witness-name-twice", 2, w1 + w2.replace("two", "one", 1) + "quorum one\n"),
        ("group-takes-witness-name", 2, w1 + "group one any one\nquorum one\n"), ("witness-none", 1, w1.replace("one", "none", 1)),
        ("group-none", 2, w1 + "group none any one\nquorum none\n"), ("none-as-member", 2, w1 + "group g any none\nquorum g\n"),
        ("quorum-undefined", 2, w1 + "quorum two\n"), ("quorum-before-witness", 1, "quorum one\n" + w1),
        ("group-before-member", 2, w1 + "group g any one two\n" + w2 + "quorum g\n"),
        ("group-of-itself", 2, w1 + "group g any one g\nquorum g\n"),
        ("member-of-two-groups", 4, w1 + w2 + "group g any one\ngroup h all one two\nquorum h\n"),
        ("member-twice", 2, w1 + "group g 2 one one\nquorum g\n"), ("no-members", 2, w1 + "group g 1\nquorum g\n"),
        ("threshold-zero", 2, w1 + "group g 0 one\nquorum g\n"), ("threshold-too-high", 2, w1 + "group g 2 one\nquorum g\n"),
        ("threshold-leading-zero", 2, w1 + "group g 01 one\nquorum g\n"), ("threshold-word", 2, w1 + "group g most one\nquorum g\n"),
        ("log-with-cosigning-key", 1, f"log {vkey(LOG, 4, 1)}\nquorum none\n"),
        ("witness-with-log-key", 1, f"witness one {vkey(W1, 1, 2)}\nquorum one\n"),
        ("key-id-of-other-name", 1, l.replace("log.example", "lot.example") + "quorum none\n"),
        ("extra-item", 1, l[:-1] + " https://a.example/ more\nquorum none\n"), ("quorum-two-names", 2, w1 + "quorum one one\n"),
        ("carriage-return", 1, "quorum none\r\n"), ("delete-character", 1, "# \x7f\nquorum none\n"), ("null-character", 2, l + "# \0\nquorum none\n"),
        ("vkey-missing", 1, "log\nquorum none\n"), ("no-break-space", 1, "quorum\u00a0none\n"),
        ("not-utf8-in-vkey", 1, b"log \xe9" + l[4:].encode() + b"quorum none\n"), ("vertical-tab", 1, "quorum\x0bnone\n"),
        ("post-quantum-witness", 1, f"witness one w.example+{sha(b'w.example' + bytes([10, 6]) + bytes(1312))[:4].hex()}+{b64(bytes([6]) + bytes(1312))}\nquorum one\n"),
        ("non-canonical-key", 1, "log x.example+%s+%s\nquorum none\n" % (
            sha(b"x.example\n\x01" + b"\xef" + b"\xff" * 30 + b"\x7f")[:4].hex(), b64(b"\x01\xef" + b"\xff" * 30 + b"\x7f"))),
        ("capital-keyword", 2, w1 + "Quorum one\n"), ("group-without-threshold", 2, w1 + "group g one\nquorum g\n"),
        ("threshold-plus-sign", 2, w1 + "group g +1 one\nquorum g\n"), ("group-member-undefined", 2, w1 + "group g any two\nquorum g\n"),
        ("group-twice", 4, w1 + w2 + "group g any one\ngroup g any two\nquorum g\n"),
        ("low-order-key", 1, "log x.example+%s+%s\nquorum none\n" % (
            sha(b"x.example\n\x01" + b"\x01" + bytes(31))[:4].hex(), b64(b"\x01\x01" + bytes(31)))),
    ]:
        yield f"policy-{name}.txt", line, text
    note = TEXT + "\n" + LOGSIG + C1 + C2
    p = proof(3, note)
    yield "proof-other-version.tlog-proof", 1, proof(3, note, header="c2sp.org/tlog-proof@v2")
    yield "proof-no-index.tlog-proof", 2, p.replace("index 3\n", "")
    yield "proof-index-leading-zero.tlog-proof", 2, p.replace("index 3", "index 03")
    yield "proof-index-negative.tlog-proof", 2, p.replace("index 3", "index -3")
    yield "proof-empty-extra.tlog-proof", 2, p.replace("index 3", "extra \nindex 3")
    yield "proof-extra-after-index.tlog-proof", 3, p.replace("index 3\n", "index 3\nextra AAAA\n")
    yield "proof-short-hash.tlog-proof", 3, p.replace(b64(path(3, HASHES)[0]), b64(b"x" * 31))
    yield "proof-no-empty-line.tlog-proof", 2, "c2sp.org/tlog-proof@v1\nx\n\n" + note
    yield "proof-without-checkpoint.tlog-proof", 1, p.split("\n\n")[0] + "\n"
    yield "proof-bad-signature-line.tlog-proof", 11, p.replace(f"— {LOG}", f"- {LOG}")
    yield "proof-too-long.tlog-proof", 67, p.replace("\n\n", "\n" + (b64(bytes(32)) + "\n") * 62 + "\n", 1)
    yield "proof-index-beyond-64-bits.tlog-proof", 2, p.replace("index 3", f"index {2**64}")
    yield "proof-index-twice.tlog-proof", 3, p.replace("index 3\n", "index 3\nindex 3\n")
    yield "proof-extra-not-base64.tlog-proof", 2, p.replace("index 3\n", "extra A\nindex 3\n")
    yield "proof-extra-twice.tlog-proof", 3, p.replace("index 3\n", "extra AAAA\nextra AAAA\nindex 3\n")
    yield "proof-header-with-space.tlog-proof", 1, p.replace("@v1\n", "@v1 \n")
    yield "proof-carriage-returns.tlog-proof", 1, p.split("\n\n")[0].replace("\n", "\r\n") + "\n\n" + note
    yield "proof-hashes-swapped.tlog-proof", 0, proof(3, note).replace(b64(path(3, HASHES)[0]), "x").replace(
        b64(path(3, HASHES)[1]), b64(path(3, HASHES)[0])).replace("x\n", b64(path(3, HASHES)[1]) + "\n")
    yield "proof-hash-added.tlog-proof", 0, p.replace("index 3\n", "index 3\n" + b64(bytes(32)) + "\n")
    yield "proof-checkpoint-of-smaller-tree.tlog-proof", 0, proof(3, other + "\n" + sign(other, LOG, 1) + cosign(
        other, W1, 2, 5) + cosign(other, W2, 3, 5))
    yield "proof-of-other-index.tlog-proof", 0, p.replace("index 3", "index 2")
    yield "proof-beyond-size.tlog-proof", 0, p.replace("index 3", "index 7")
    yield "proof-hash-missing.tlog-proof", 0, p.replace(b64(path(3, HASHES)[2]) + "\n", "")
    yield "proof-hash-changed.tlog-proof", 0, p.replace(b64(path(3, HASHES)[1]), b64(bytes(32)))
    yield "proof-one-cosignature.tlog-proof", 0, proof(3, TEXT + "\n" + LOGSIG + C1)
    e = lambda **change: json.dumps({**envelope(b"{}", [6]), **change})
    good_signature = envelope(b"{}", [6])["signatures"][0]
    for name, text in [
        ("not-an-object", "[]"), ("unknown-member", e(extra=1)), ("payload-missing", json.dumps({k: v for k, v in json.loads(e()).items() if k != "payload"})),
        ("payload-bits-left-over", e(payload="QR==")), ("payload-half-padding", e(payload="QQ=")), ("payload-two-alphabets", e(payload="+-==")),
        ("payload-line-break", e(payload="QUFB\nQUFB")), ("payload-number", e(payload=1)), ("type-empty", e(payloadType="")), ("type-null", e(payloadType=None)),
        ("no-signatures", e(signatures=[])), ("signatures-object", e(signatures={})), ("signature-text", e(signatures=["x"])),
        ("signature-empty", e(signatures=[{**good_signature, "sig": ""}])), ("sig-missing", e(signatures=[{"keyid": "x"}])),
        ("signature-unknown-member", e(signatures=[{**good_signature, "cert": ""}])), ("keyid-null", e(signatures=[{**good_signature, "keyid": None}])),
        ("keyid-twice", e(signatures=[good_signature] * 2)), ("duplicate-member", e()[:-1] + ', "payload": "e30="}'),
        ("trailing-bytes", e() + "x"), ("too-long", e(payload=b64(bytes(50_000)))),
        ("too-many-signatures", e(signatures=[{"sig": "AAAA"}] * 257)),
    ]:
        yield f"envelope-{name}.json", 1, text
    yield "envelope-signature-of-other-payload.json", 0, e(payload=b64(b"[]"))
    yield "envelope-signature-of-other-type.json", 0, e(payloadType="text/plain")
    for name, line, text in [
        ("empty", 1, ""), ("byte-order-mark", 1, "\ufeff{}"), ("duplicate-key", 3, '{\n "a": 1,\n "\\u0061": 2}'),
        ("float", 1, "1.5"), ("exponent", 1, "1e2"), ("minus-zero", 1, "-0"), ("leading-zero", 1, "01"), ("two-to-the-53", 1, str(2**53)),
        ("lone-surrogate", 2, '[\n"\\ud800"]'), ("swapped-surrogates", 1, '"\\ude00\\ud83d"'), ("tab-in-string", 1, '"\t"'),
        ("comma-at-end", 1, "[1,]"), ("comment", 1, "/**/1"), ("single-quotes", 1, "'a'"), ("two-values", 1, "1 1"), ("nan", 1, "NaN"),
        ("overlong-utf8", 1, b'"\xc0\xaf"'), ("surrogate-utf8", 1, b'"\xed\xa0\x80"'), ("cut-utf8", 1, b'"\xe2\x82"'), ("beyond-unicode", 1, b'"\xf4\x90\x80\x80"'),
        ("65-levels", 1, "[" * 65 + "]" * 65), ("capital-true", 1, "True"), ("unended", 1, '"abc'),
    ]:
        yield f"json-{name}.json", line, text


def main():
    for folder in ("good", "bad"):
        shutil.rmtree(HERE / folder, ignore_errors=True)
        (HERE / folder).mkdir()
    write = lambda at, b: at.write_bytes(b if isinstance(b, bytes) else b.encode())
    for name, content in good():
        write(HERE / "good" / name, content)
    table = []
    for name, line, content in bad():
        write(HERE / "bad" / name, content)
        table.append(f"{name}\t{line}\n")
    write(HERE / "bad" / "lines.tsv", "".join(sorted(table)))



if __name__ == "__main__":
    main()
