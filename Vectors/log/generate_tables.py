#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes trees/, tiles/, witness/, policies/ and keys/ anew; generate.py writes good/ and bad/.

From the specifications alone, and slow: hashes of subtrees are those of RFC 6962's recursive definitions.
"""
import base64, functools, hashlib, pathlib, shutil, struct
from generate import HERE, LOG, NESTED, W1, W2, b64, checkpoint, cosign, key_id, leaf, node, raw, root, sha, sign, split, vkey

entry = lambda i: f"entry {i}".encode()
SIZES = list(range(301)) + [511, 512, 513, 65_535, 65_536, 65_537, 70_000]
LARGE = 513


def folder(name):
    shutil.rmtree(HERE / name, ignore_errors=True)
    (HERE / name).mkdir()
    return HERE / name


def table(path, header, rows):
    lines = ["# " + "\t".join(header)] + ["\t".join(map(str, row)) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


# RFC 6962 section 2.1, with the hash of D[low:high] kept once it was computed.
@functools.lru_cache(maxsize=None)
def mth(low, high):
    if high - low < 2:
        return leaf(entry(low)) if high > low else sha(b"")
    k = split(high - low)
    return node(mth(low, low + k), mth(low + k, high))


def path(m, low, high):
    if high - low == 1:
        return []
    k = split(high - low)
    if m < k:
        return path(m, low, low + k) + [mth(low + k, high)]
    return path(m - k, low + k, high) + [mth(low, low + k)]


def subproof(m, low, high, whole):
    if m == high - low:
        return [] if whole else [mth(low, high)]
    k = split(high - low)
    if m <= k:
        return subproof(m, low, low + k, whole) + [mth(low + k, high)]
    return subproof(m - k, low + k, high, False) + [mth(low, low + k)]


def indices(size):
    if size <= LARGE:
        return list(range(size))
    return sorted({i for i in (0, 1, 2, 255, 256, size // 2, 65_534, 65_535, 65_536, size - 2, size - 1) if i < size})


def old_sizes(size):
    if size <= LARGE:
        return list(range(1, size + 1))
    return sorted({m for m in (1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, size - 1, size) if m <= size})


def trees():
    rows = []
    for size in SIZES:
        inclusion = b"".join(b"".join(path(i, 0, size)) for i in indices(size))
        consistency = b"".join(b"".join(subproof(m, 0, size, True)) for m in old_sizes(size))
        rows.append((size, mth(0, size).hex(), sha(inclusion).hex(), sha(consistency).hex()))
    table(folder("trees") / "proofs.tsv", ("size", "root", "inclusion", "consistency"), rows)


# Tiles (C2SP tlog-tiles)
def tile_path(level, index, width=256):
    parts = []
    while True:
        parts.insert(0, f"{index % 1000:03d}")
        index //= 1000
        if not index:
            break
    parts = ["x" + part for part in parts[:-1]] + parts[-1:]
    return f"tile/{level}/" + "/".join(parts) + ("" if width == 256 else f".p/{width}")


def partial_tiles(size):
    found, level, count = [("entries", size // 256, size % 256)], 0, size
    while count:
        found.append((level, count // 256, count % 256))
        level, count = level + 1, count // 256
    return [tile_path(*tile) for tile in found if tile[2]]


def tile_bytes(level, index, width):
    span = 256**level
    return b"".join(mth((index * 256 + i) * span, (index * 256 + i + 1) * span) for i in range(width))


def bundle(entries):
    return b"".join(struct.pack(">H", len(e)) + e for e in entries)


def tiles():
    at = folder("tiles")
    good = [("0", 0, 256), ("0", 67, 256), ("63", 1_234_067, 256), ("0", 1_234, 5), ("entries", 0, 255), ("entries", 1_000, 256),
            ("2", 0, 1), ("0", 999, 256), ("0", 1_000_000, 128), ("5", 2**64 - 1, 256), ("entries", 273, 112)]
    bad = """tile/0 tile/0/ /tile/0/000 tile/0/000/ tile/00/000 tile/64/000 tile/-1/000 tile/+1/000 tile/0/0 tile/0/00
        tile/0/0000 tile/0/x000/067 tile/0/001/234 tile/0/x001/x234 tile/0/x001 tile/0/+12 tile/0/000.p tile/0/000.p/
        tile/0/000.p/0 tile/0/000.p/256 tile/0/000.p/01 tile/0/000.p/5/ tile/0/000.p/5.p/5 tile/0/x000.p/5/000 tile/entry/000
        tile/entries tile/data/000 Tile/0/000 tile/0/../000 tile/0/٠٠٠ tile/0/x018/x446/x744/x073/x709/x551/616
        tile/0/x999/x999/x999/x999/x999/x999/x999/999 tile/0/000?x tile/0/000.P/5 tile/1e1/000""".split()
    rows = [(tile_path(*tile), *tile) for tile in good] + [(text, "bad", "", "") for text in bad]
    table(at / "paths.tsv", ("path", "level", "index", "width"), rows)
    sizes = [0, 1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537, 70_000, 256**3 + 256 + 1]
    table(at / "partial.tsv", ("size", "partial tiles"), [(size, " ".join(partial_tiles(size)) or "none") for size in sizes])
    hashes = [(0, 0, 1), (0, 0, 2), (0, 0, 255), (0, 0, 256), (0, 1, 1), (0, 1, 255), (0, 1, 256), (1, 0, 1), (1, 0, 2), (1, 0, 255),
              (1, 0, 256), (1, 1, 17), (0, 273, 112), (2, 0, 1)]
    table(at / "hashes.tsv", ("path", "SHA-256 of the tile"), [
        (tile_path(*tile), sha(tile_bytes(*tile)).hex()) for tile in hashes])
    bundles = [
        ("one empty entry", bundle([b""]), 1), ("three entries", bundle([b"a", b"", b"bcd"]), 3),
        ("256 entries", bundle([bytes([i]) for i in range(256)]), 256), ("an entry of 300 bytes", bundle([bytes(300)]), 1),
        ("nothing", b"", "bad 0"), ("half a length", b"\0", "bad 0"), ("half a second length", bundle([b"a"]) + b"\0", "bad 3"),
        ("an entry cut short", b"\0\2a", "bad 0"), ("a second entry cut short", bundle([b"a"]) + b"\1\0x", "bad 3"),
        ("257 entries", bundle([b""] * 257), "bad 512"), ("a length without its entry", b"\xff\xff", "bad 0"),
    ]
    table(at / "bundles.tsv", ("what", "bytes", "entries, or the byte it is bad at"), [(n, b.hex(), c) for n, b, c in bundles])


# add-checkpoint (C2SP tlog-witness)
ROTATED = "rotated.example/log"


def head(origin, size, other=False):
    hashes = [leaf(entry(i) + (b"!" if other else b"")) for i in range(size)]
    return checkpoint(origin, hashes), hashes


def note(size, origin=LOG, signer=1, other=False, extra="", also=""):
    text = head(origin, size, other)[0] + extra
    return text + "\n" + sign(text, origin, signer) + also


def request(old, size, proof=None, note_text=None, first=None):
    if proof is None:
        proof = subproof(old, 0, size, True) if 0 < old <= size else []
    lines = [first or f"old {old}"] + [p if isinstance(p, str) else b64(p) for p in proof]
    return "\n".join(lines) + "\n\n" + (note_text if note_text is not None else note(size))


def requests():
    """Name, what the witness has cosigned before (requests by name), status, request."""
    yield "first", "", 200, request(0, 3)
    yield "first-of-size-0", "", 200, request(0, 0)
    yield "size-0-again", "first-of-size-0", 200, request(0, 0)
    yield "first-of-70000", "", 200, request(0, 70_000, note_text=large())
    yield "grown", "first", 200, request(3, 7)
    yield "grown-by-one", "first", 200, request(3, 4)
    yield "grown-from-a-full-tree", "first-of-4", 200, request(4, 7)
    yield "first-of-4", "", 200, request(0, 4)
    yield "the-same-again", "first", 200, request(3, 3)
    yield "signed-by-strangers-too", "", 200, request(0, 3, note_text=note(3, also=sign(
        head(LOG, 3)[0], "other.example/log", 8) + cosign(head(LOG, 3)[0], W2, 3, 5)))
    yield "a-stranger-first", "", 200, request(0, 3, note_text=head(LOG, 3)[0] + "\n" + sign(
        head(LOG, 3)[0], LOG, 8) + sign(head(LOG, 3)[0], LOG, 1))
    yield "signed-twice-by-the-log", "", 200, request(0, 3, note_text=note(3, also=sign(head(LOG, 3)[0], LOG, 1)))
    yield "second-key-of-a-log", "", 200, request(0, 3, note_text=note(3, ROTATED, 9))
    yield "both-keys-of-a-log", "", 200, request(0, 3, note_text=note(3, ROTATED, 1, also=sign(head(ROTATED, 3)[0], ROTATED, 9)))
    yield "extension-lines", "", 200, request(0, 3, note_text=note(3, extra="an extension\n"))
    yield "extension-lines-changed", "extension-lines", 200, request(3, 3, note_text=note(3, extra="another\n"))
    yield "logs-do-not-mix", "first", 200, request(0, 7, note_text=note(7, ROTATED, 9))
    yield "unknown-origin", "", 404, request(0, 3, note_text=note(3, "unknown.example/log"))
    yield "unknown-origin-and-old-size-beyond", "", 404, request(9, 3, proof=[], note_text=note(3, "unknown.example/log"))
    yield "unknown-key", "", 403, request(0, 3, note_text=note(3, signer=8))
    yield "key-of-another-log", "", 403, request(0, 3, note_text=note(3, LOG, 9))
    yield "signature-of-another-checkpoint", "", 403, request(0, 3, note_text=head(LOG, 3)[0] + "\n" + sign(head(LOG, 2)[0], LOG, 1))
    yield "one-good-one-bad-signature", "", 403, request(0, 3, note_text=note(3, also=sign(head(LOG, 2)[0], LOG, 1)))
    yield "one-bad-signature-of-two-keys", "", 403, request(0, 3, note_text=note(3, ROTATED, 1, also=sign(head(ROTATED, 2)[0], ROTATED, 9)))
    yield "cosigned-by-the-log-only", "", 403, request(0, 3, note_text=head(LOG, 3)[0] + "\n" + cosign(head(LOG, 3)[0], LOG, 1, 5))
    yield "unsigned-and-old-size-beyond", "", 403, request(9, 3, proof=[], note_text=note(3, signer=8))
    yield "old-size-beyond", "first", 400, request(4, 3, proof=[])
    yield "old-size-beyond-at-the-right-place", "first", 400, request(3, 2, proof=[])
    yield "old-size-0-but-more-is-known", "first", "409 3", request(0, 7)
    yield "old-size-behind", "grown-7", "409 7", request(3, 7)
    yield "grown-7", "", 200, request(0, 7)
    yield "old-size-ahead", "", "409 0", request(3, 7)
    yield "old-size-ahead-of-known", "first", "409 3", request(4, 7)
    yield "wrong-old-size-and-no-proof", "first", "409 3", request(2, 7, proof=[])
    yield "smaller-than-known", "grown-7", "409 7", request(3, 3)
    yield "empty-tree-with-another-root", "", 422, request(0, 0, note_text=(
        (t := f"{LOG}\n0\n{b64(bytes(32))}\n") + "\n" + sign(t, LOG, 1)))
    yield "proof-from-nothing", "", 422, request(0, 3, proof=[bytes(32)])
    yield "proof-missing", "first", 422, request(3, 7, proof=[])
    yield "proof-too-short", "first", 422, request(3, 7, proof=subproof(3, 0, 7, True)[:-1])
    yield "proof-too-long", "first", 422, request(3, 7, proof=subproof(3, 0, 7, True) + [bytes(32)])
    yield "proof-changed", "first", 422, request(3, 7, proof=subproof(3, 0, 7, True)[:-1] + [bytes(32)])
    yield "proof-of-other-sizes", "first", 422, request(3, 7, proof=subproof(3, 0, 6, True))
    yield "proof-of-63-hashes", "first", 422, request(3, 7, proof=[bytes(32)] * 63)
    yield "same-size-with-proof", "first", 422, request(3, 3, proof=[bytes(32)])
    yield "same-size-another-root", "first", 422, request(3, 3, note_text=note(3, other=True))
    yield "another-history", "first", 422, request(3, 7, note_text=note(7, other=True))
    yield "proof-of-64-hashes", "first", 400, request(3, 7, proof=[bytes(32)] * 64)
    yield "nothing", "", 400, ""
    yield "an-empty-line", "", 400, "\n"
    yield "no-checkpoint", "", 400, "old 0\n\n"
    yield "no-empty-line", "", 400, request(0, 3).replace("\n\n", "\n", 1)
    yield "no-old-size", "", 400, "\n" + note(3)
    yield "old-without-size", "", 400, request(0, 3, first="old")
    yield "old-size-with-leading-zero", "", 400, request(0, 3, first="old 00")
    yield "old-size-with-plus", "", 400, request(0, 3, first="old +0")
    yield "old-size-negative", "", 400, request(0, 3, first="old -0")
    yield "old-size-with-space", "", 400, request(0, 3, first="old 0 ")
    yield "old-size-after-two-spaces", "", 400, request(0, 3, first="old  0")
    yield "old-size-beyond-64-bits", "", 400, request(0, 3, first=f"old {2**64}")
    yield "old-in-capitals", "", 400, request(0, 3, first="Old 0")
    yield "old-with-carriage-return", "", 400, request(0, 3, first="old 0\r")
    yield "proof-line-not-base64", "first", 400, request(3, 7, proof=["=" * 44])
    yield "proof-line-too-short", "first", 400, request(3, 7, proof=[b64(bytes(31))])
    yield "proof-line-unpadded", "first", 400, request(3, 7, proof=[b64(bytes(32))[:-1]])
    yield "proof-line-with-bits-left-over", "first", 400, request(3, 7, proof=["A" * 42 + "B="])
    yield "checkpoint-not-a-note", "", 400, request(0, 3, note_text=head(LOG, 3)[0])
    yield "checkpoint-without-last-newline", "", 400, request(0, 3)[:-1]
    yield "checkpoint-size-with-leading-zero", "", 400, request(0, 3, note_text=(
        (t := head(LOG, 3)[0].replace("\n3\n", "\n03\n")) + "\n" + sign(t, LOG, 1)))
    yield "checkpoint-of-two-lines", "", 400, request(0, 3, note_text=((t := f"{LOG}\n3\n") + "\n" + sign(t, LOG, 1)))
    yield "not-utf8", "", 400, b"old 0\n\n" + note(3).encode().replace(b"/pause\n3", b"/p\xffuse\n3")


def large():
    text = f"{LOG}\n70000\n{b64(mth(0, 70_000))}\n"
    return text + "\n" + sign(text, LOG, 1)


def responses():
    """Name, what a log makes of it that asked W1 about the first checkpoint, body."""
    text = head(LOG, 3)[0]
    good = cosign(text, W1, 2, 1_800_000_000)
    stranger = cosign(text, "stranger.example/w", 8, 1_800_000_000)
    yield "one-line", "cosigned", good
    yield "with-a-strangers", "cosigned", stranger + good
    yield "with-post-quantum", "cosigned", good + f"— {W1} {b64(bytes(4 + 8 + 2420))}\n"
    yield "a-strangers-only", "nothing", stranger
    yield "plain-signature", "nothing", sign(text, W1, 2)
    yield "of-another-checkpoint", "nothing", cosign(head(LOG, 2)[0], W1, 2, 1_800_000_000)
    yield "another-key-under-its-name", "nothing", cosign(text, W1, 8, 1_800_000_000)
    yield "time-zero", "nothing", cosign(text, W1, 2, 0)
    yield "nothing", "malformed", ""
    yield "no-last-newline", "malformed", good[:-1]
    yield "empty-line-before", "malformed", "\n" + good
    yield "empty-line-after", "malformed", good + "\n"
    yield "a-whole-note", "malformed", text + "\n" + good
    yield "a-page", "malformed", "<!doctype html>\n"
    yield "not-utf8", "malformed", good.encode() + b"\xff\n"
    yield "one-good-line-one-bad", "malformed", good + "— x\n"


def witness():
    at = folder("witness")
    write = lambda name, b: (at / name).write_bytes(b if isinstance(b, bytes) else b.encode())
    (at / "log-keys.txt").write_text("\n".join([vkey(LOG, 1, 1), vkey(ROTATED, 1, 1), vkey(ROTATED, 1, 9)]) + "\n", encoding="utf-8")
    (at / "witness-key.txt").write_text(vkey(W1, 4, 2) + "\n", encoding="utf-8")
    rows = []
    for name, before, status, body in requests():
        write(f"request-{name}.txt", body)
        rows.append((f"request-{name}.txt", f"request-{before}.txt" if before else "-", *str(status).split()))
    table(at / "requests.tsv", ("request", "answered with 200 before", "status", "size in the answer"), rows)
    rows = []
    for name, what, body in responses():
        write(f"response-{name}.txt", body)
        rows.append((f"response-{name}.txt", what))
    table(at / "responses.tsv", ("response", "what a log takes from it"), rows)


# tlog-policy: which sets of witnesses meet the quorum
def quorums():
    rows = []
    names = ["X1", "X2", "X3", "Y1", "Y2", "Y3"]
    for bits in range(64):
        chosen = [n for i, n in enumerate(names) if bits >> i & 1]
        met = sum(n[0] == "X" for n in chosen) >= 2 and any(n[0] == "Y" for n in chosen)
        rows.append(("policy-two-of-three-and-any.txt", " ".join(chosen) or "-", "met" if met else "not met"))
    for bits in range(8):
        chosen = [n for i, n in enumerate(["one", "two", "three"]) if bits >> i & 1]
        rows.append(("policy-two-of-three.txt", " ".join(chosen) or "-", "met" if len(chosen) >= 2 else "not met"))
    for chosen in ([], ["a"], ["b"], ["a", "b"]):
        rows.append(("policy-all-of-two.txt", " ".join(chosen) or "-", "met" if len(chosen) == 2 else "not met"))
    rows += [("policy-one-witness.txt", "-", "not met"), ("policy-one-witness.txt", "one", "met"),
             ("policy-one-witness.txt", "two", "not met"), ("policy-none.txt", "-", "met"),
             ("policy-thirty-two-of-each.txt", " ".join(f"w{i}" for i in range(32)), "met"),
             ("policy-thirty-two-of-each.txt", " ".join(f"w{i}" for i in range(1, 32)), "not met"),
             # A group's name is no witness's.
             ("policy-two-of-three-and-any.txt", "X Y", "not met"), ("policy-two-of-three-and-any.txt", "X-and-Y", "not met")]
    table(folder("policies") / "quorums.tsv", ("policy in good/", "cosigned", "quorum"), rows)


# Ed25519 public keys
def keys():
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p
    le = lambda y, sign=0: (y | sign << 255).to_bytes(32, "little")

    def on_curve(y):
        x2 = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
        return x2 == 0 or pow(x2, (p - 1) // 2, p) == 1

    eight = [int.from_bytes(bytes.fromhex(h), "little") for h in (
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
    rows = [(le(y, s).hex(), "low order") for y in [0, 1, p - 1, *eight, p, p + 1] for s in (0, 1)]
    rows += [(le(y, s).hex(), "not canonical") for y in range(p + 2, 2**255) for s in (0, 1)]
    rows += [(le(y).hex(), "usable" if on_curve(y) else "not on the curve") for y in [*range(2, 40), *range(p - 40, p - 1)]]
    for i in range(60):
        y = int.from_bytes(sha(b"key %d" % i), "little") % 2**255 % p
        rows.append((le(y, i & 1).hex(), "usable" if on_curve(y) else "not on the curve"))
    rows += [(raw(n).hex(), "usable") for n in range(1, 20)] + [("00" * 31, "length"), ("01" * 33, "length"), ("", "length")]
    table(folder("keys") / "public-keys.tsv", ("key", "what it is"), rows)


if __name__ == "__main__":
    trees(), tiles(), witness(), quorums(), keys()
