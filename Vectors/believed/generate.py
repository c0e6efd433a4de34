#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the vectors of "who is believed": leaves, ticks, and the one text of an order.

From docs/formats alone: what is signed here, and the order texts written here, must come out of the Swift
rooms byte for byte. Keys are the seeds of 32 equal bytes; everyone knows them.
"""
import base64, json, pathlib, shutil, sys

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "log"))
from generate import b64, canonical, envelope, leaf, key, pae, raw, root, sha, sign, spki, vkey

ORIGIN, LOG, DEVELOPER = "believed.example/log", 101, 102
MONITORS = {f"monitor-{i}": 120 + i for i in range(1, 5)}
NOON = 1_795_262_400_000  # 2026-11-21T12:00:00Z
SKEW, TICK = 5_000, 60_000


def party(role, where, n, **more):
    return {"roles": [role], "jurisdiction": where, "key": b64(spki(n)), **more}


def question(quorum, on_timeout, article):
    return {"quorum": quorum, "jurisdictions": "1", "recusal": [], "deadline": "14 d", "on-timeout": on_timeout, "article": article}


def measure(grace, article):
    return {"grace": grace, "activities": ["pre-training"], "threshold": "1e23 FLOP", "article": article}


SEALING = ["MCowBQYDK2VuAyEAIZ5NgA2paNKl/LAJx4T0dGxxOO257khEtznoMLBc9CQ=", "MCowBQYDK2VuAyEA2nhdmqPNyIwkAXYFNa1fQ23IOlQuKU+q8H+yJTsAlBY=",
           "MCowBQYDK2VuAyEAdCVioSCcGjaUz2MkScZY9UsIU2PFCanYNKaRT3gwFxk="]
# Every value is text, as it stands in an agreement's YAML.
AGREEMENT = {
    "agreement": "believed-pause", "title": "A pause to be signed", "rules": "1",
    "prose": {"file": "agreement.md", "sha256": sha(b"").hex()},
    "log": {"origin": ORIGIN, "key": b64(spki(LOG)), "tick": "60 s", "merge-delay": "60 s", "skew": "5 s"},
    "monitoring": {"signatures": "3", "liars": "1"},
    "parties": {
        "developer-a": party("developer", "Norland", DEVELOPER, share="50 %", **{"sealing-key": SEALING[0]}),
        "auditor-1": party("auditor", "Sudland", 104, **{"sealing-key": SEALING[1]}),
        "evaluator-1": party("evaluator", "Norland", 103),
        "councillor-1": party("authority", "Norland", 111, **{"sealing-key": SEALING[2]}),
        "councillor-2": party("authority", "Sudland", 112),
        "councillor-3": party("authority", "Westland", 113),
        **{name: party("monitor", land, n) for (name, n), land in zip(MONITORS.items(), ["Norland", "Sudland", "Westland", "Ostland"])},
    },
    "entry-into-force": {"at-least": "1", "states": "0", "developers": "1", "least-share": "50 %", "article": "2"},
    "legal-basis": ["none", "as this is a test"],
    "indicators": {"score": {"unit": "share", "subject": "model", "method": "any", "valid": {"least": "0 %", "most": "100 %"},
                             "stale-after": "90 d", "article": "4.1"}},
    "triggers": {"high-score": {
        "subject": "model", "when": {"indicator": "score", "at-least": "50 %", "bound": "lower", "confidence": "95 %"},
        "evidence": {"evaluators": "1", "assurance": "third-party", "pool": "k-of-n"}, "on-unknown": "hold", "measure": "pause",
        "article": "4.2"}},
    "decisions": {
        "council": ["councillor-1", "councillor-2", "councillor-3"], "determination": question("2", "reject", "5.1"),
        "confirmation": question("3", "lapse", "5.2"), "resume": question("3", "reject", "5.3"),
        "non-compliance": question("2", "reject", "5.4")},
    "measures": {"notify": measure("0 s", "6.1"), "cap": measure("0 s", "6.2"), "slow": measure("0 s", "6.3"), "pause": measure("72 h", "6.4")},
    "provisional": {"lapses-after": "30 d", "to": "notify"},
    "scope": {"lineage": "covered", "exemptions": [], "article": "3"},
    "verification": {"stop-evidence-within": "48 h", "telemetry-every": "1 h", "telemetry-late-after": "15 min", "answer-within": "12 h",
                     "inspection-every": "7 d", "article": "7"},
    "resume": {"requires-clear-trigger": "required", "requires-elicitation": "not-required", "requires-mitigations": "0",
               "opens-after": "24 h", "stages": [], "article": "8"},
    "incentives": {"bond": "none", "catch-up-hold": "60 d", "article": "9"},
    "disclosure": {"audience": "declared", "article": "10"},
    "clocks": {"lease": "2 h"},
    "on-silence": {"measure": "cap", "grace": "10 min", "article": "11"},
    "on-expiry": {"sunset": "2031-01-01", "lapses-to": "notify", "article": "12"},
    "exit": {"notice": "90 d", "article": "13"},
}
TEXT = canonical(AGREEMENT).encode()
ID = sha(TEXT).hex()


def policy():
    host = ORIGIN.split("/")[0]
    lines = [f"log {vkey(ORIGIN, 1, LOG)} https://{ORIGIN}/"]
    lines += [f"witness {m} {vkey(f'{m}.{host}', 4, n)} https://{m}.{host}/" for m, n in MONITORS.items()]
    return "\n".join(lines + ["group monitors 3 " + " ".join(MONITORS), "quorum monitors"]) + "\n"


def statement(kind, predicate, sequence, signer=DEVELOPER, agreement=ID, terms=ID):
    payload = canonical({
        "_type": "https://in-toto.io/Statement/v1", "predicate": {**predicate, "sequence": sequence, "terms": terms},
        "predicateType": f"https://standstill.example/statement/{kind}/v1",
        "subject": [{"digest": {"sha256": agreement}, "name": "agreement"}]}).encode()
    return envelope(payload, [signer])


def entry(received, said):
    return canonical({"received": received, "statement": said}).encode()


OPENING = statement("opening", {"rules": 1, "origin": ORIGIN, "policy": policy()}, 1, LOG)
hearing = lambda n: statement("hearing", {"question": f"q{n}", "position": "heard"}, n)
second = lambda n: NOON + n * 1000
BASE = [entry(NOON, OPENING)] + [entry(second(n), hearing(n)) for n in range(1, 5)]


# Leaves
def leaves():
    """Name, the entry that is refused (nothing: all are taken), leaves."""
    yield "as-they-should-be", "-", BASE
    yield "two-at-one-instant", "-", [BASE[0], BASE[1], entry(second(1), hearing(2))]
    yield "the-same-payload-by-one-signer", "-", [BASE[0], BASE[1], entry(second(2), hearing(1))]
    yield "a-lower-sequence", "-", [BASE[0], entry(second(1), hearing(3)), entry(second(2), hearing(2))]
    one = BASE[1]
    yield "with-white-space", 1, [BASE[0], one.replace(b'{"received":', b'{"received": ')]
    yield "members-in-another-order", 1, [BASE[0], b'{"statement":' + one.split(b'"statement":')[1][:-1] + b',"received":%d}' % second(1)]
    yield "with-another-member", 1, [BASE[0], one[:-1] + b',"x":1}']
    yield "without-received", 1, [BASE[0], b'{"statement":' + one.split(b'"statement":')[1]]
    yield "received-as-text", 1, [BASE[0], one.replace(b"%d" % second(1), b'"%d"' % second(1))]
    yield "received-negative", 1, [BASE[0], one.replace(b"%d" % second(1), b"-1")]
    yield "received-as-a-fraction", 1, [BASE[0], one.replace(b"%d" % second(1), b"%d.0" % second(1))]
    yield "received-beyond-2-to-the-53", 1, [BASE[0], one.replace(b"%d" % second(1), b"%d" % 2**53)]
    yield "received-twice", 1, [BASE[0], one.replace(b'{"received"', b'{"received":1,"received"')]
    yield "received-before-the-entry-in-front", 2, [BASE[0], BASE[2], entry(second(1), hearing(3))]
    yield "with-a-byte-behind", 1, [BASE[0], one + b" "]
    yield "cut-short", 1, [BASE[0], one[:-1]]
    yield "nothing", 1, [BASE[0], b""]
    long = statement("hearing", {"question": "q1", "position": "x" * 49_000}, 1)
    yield "beyond-65535-bytes", 1, [BASE[0], entry(second(1), long)]
    yield "no-opening", 0, [entry(NOON, hearing(1))]
    yield "two-openings", 1, [BASE[0], entry(second(1), OPENING)]
    yield "opening-not-by-the-log", 0, [entry(NOON, statement("opening", {"rules": 1, "origin": ORIGIN, "policy": policy()}, 1))]
    yield "of-another-agreement", 1, [BASE[0], entry(second(1), statement("hearing", {"question": "q1", "position": "x"}, 1, agreement="00" * 32))]
    yield "by-a-stranger", 1, [BASE[0], entry(second(1), statement("hearing", {"question": "q1", "position": "x"}, 1, signer=99))]
    yield "signature-of-another-statement", 1, [BASE[0], entry(second(1), {**hearing(1), "signatures": hearing(2)["signatures"]})]
    payload = canonical(json.loads(base64.b64decode(hearing(1)["payload"])) | {"subject": []}).encode()
    yield "without-subject", 1, [BASE[0], entry(second(1), envelope(payload, [DEVELOPER]))]


# Ticks and the order that follows
def checkpoint_root(log):
    return b64(root([leaf(e) for e in log]))


def tick(log, at, signer=LOG, agreement=ID, other_root=None, text=None):
    text = text or "standstill.example/tick/v1\n" + canonical(
        {"agreement": agreement, "root": other_root or checkpoint_root(log), "size": len(log), "tick": at}) + "\n"
    return text + "\n" + sign(text, ORIGIN, signer)


def order(log, at, epoch=0, state="open-for-signature", measures=(), causes=(), models=(), **more):
    return "standstill.example/order/v1\n" + canonical({
        "agreement": ID, "causes": list(causes), "epoch": epoch, "measures": list(measures), "models": list(models),
        "root": checkpoint_root(log), "rules": 1, "size": len(log), "state": state, "terms": ID, "tick": at, **more}) + "\n"


FORKED = BASE[:2] + [entry(second(2), hearing(20)), entry(second(3), hearing(30)), entry(second(4), hearing(40))]
MODEL = sha(b"fiction-1").hex()
STOPPED = [BASE[0], entry(second(1), statement("accession", {"commitment": {"at-least": 0}}, 1)),
           entry(second(2), statement("model", {"model": "fiction-1", "sha256": MODEL, "released": False}, 2)),
           entry(second(3), statement("self-pause", {"model": "fiction-1", "reason": "too good"}, 3))]


def ticks():
    """Case, then steps: the monitor's clock, the log that it can fetch, what is proposed, what it answers.

    An answer is the text of the order that it signs, or why it does not."""
    at = NOON + TICK
    yield "one-tick", [(at, BASE, tick(BASE, at), order(BASE, at))]
    yield "an-older-part-of-the-log", [(at, BASE, tick(BASE[:3], at), order(BASE[:3], at))]
    yield "ahead-by-the-skew", [(at - SKEW, BASE, tick(BASE, at), order(BASE, at))]
    yield "ahead-by-more-than-the-skew", [(at - SKEW - 1, BASE, tick(BASE, at), "clock")]
    yield "the-same-again", [(at, BASE, tick(BASE, at), order(BASE, at)), (at + 9, BASE, tick(BASE, at), order(BASE, at))]
    yield "the-next-tick", [(at, BASE[:3], tick(BASE[:3], at), order(BASE[:3], at)),
                            (at + TICK, BASE, tick(BASE, at + TICK), "clock")]
    later = BASE[:3] + [entry(at + 1000, hearing(5))]
    yield "the-next-tick-over-more", [(at, BASE[:3], tick(BASE[:3], at), order(BASE[:3], at)),
                                      (at + TICK, later, tick(later, at + TICK), order(later, at + TICK))]
    edge = BASE[:3] + [entry(at - SKEW, hearing(5))]
    yield "stamped-before-the-last-tick-by-the-skew", [(at, BASE[:3], tick(BASE[:3], at), order(BASE[:3], at)),
                                                       (at + TICK, edge, tick(edge, at + TICK), order(edge, at + TICK))]
    early = BASE[:3] + [entry(at - SKEW - 1, hearing(5))]
    yield "stamped-before-the-last-tick-by-more", [(at, BASE[:3], tick(BASE[:3], at), order(BASE[:3], at)),
                                                   (at + TICK, early, tick(early, at + TICK), "clock")]
    yield "an-earlier-tick", [(at, BASE, tick(BASE, at), order(BASE, at)), (at, BASE, tick(BASE, at - 1), "clock")]
    yield "another-root-at-one-tick", [(at, BASE, tick(BASE, at), order(BASE, at)), (at, BASE, tick(FORKED, at), "clock")]
    yield "a-smaller-tree", [(at, BASE, tick(BASE, at), order(BASE, at)), (at + 1, BASE, tick(BASE[:4], at + 1), "rollback")]
    yield "another-root-of-one-size", [(at, BASE, tick(BASE, at), order(BASE, at)), (at + 1, FORKED, tick(FORKED, at + 1), "fork"),
                                       (at + 2, BASE, tick(BASE, at + 2), "stopped")]
    yield "another-history", [(at, BASE[:4], tick(BASE[:4], at), order(BASE[:4], at)), (at + 1, FORKED, tick(FORKED, at + 1), "fork"),
                              (at + 2, BASE, tick(BASE, at + 2), "stopped")]
    ahead = BASE[:2] + [entry(at + 1, hearing(2))]
    yield "stamped-after-the-tick", [(at, ahead, tick(ahead, at), "clock")]
    yield "not-signed-by-the-log", [(at, BASE, tick(BASE, at, signer=DEVELOPER), "not-signed")]
    yield "of-another-agreement", [(at, BASE, tick(BASE, at, agreement="00" * 32), "wrong-agreement")]
    plain = tick(BASE, at).split("\n\n")[0] + "\n"
    for name, text in [("version-2", plain.replace("tick/v1", "tick/v2")), ("with-white-space", plain.replace(":", ": ")),
                       ("with-another-member", plain.replace("}", ',"x":1}')), ("of-nothing", plain.replace('"size":5', '"size":0')),
                       ("with-three-lines", plain + "x\n"), ("as-an-order", order(BASE, at)),
                       ("as-a-checkpoint", f"{ORIGIN}\n5\n{checkpoint_root(BASE)}\n")]:
        yield f"a-text-{name}", [(at, BASE, tick(BASE, at, text=text), "malformed-proposal")]
    model = {"developer": "developer-a", "entry": 2, "name": "fiction-1", "parents": [], "sha256": MODEL}
    yield "in-force", [(at, STOPPED[:2], tick(STOPPED[:2], at), order(
        STOPPED[:2], at, epoch=1, state="running"))]
    yield "a-model-is-known", [(at, STOPPED[:3], tick(STOPPED[:3], at), order(
        STOPPED[:3], at, epoch=2, state="running", models=[model]))]
    cause = {"clause": "6.4", "entry": 3, "id": "c3", "kind": "self-pause", "since": second(3), "standing": "own",
             "subject": "model:fiction-1"}
    stop = {"activities": ["pre-training"], "causes": ["c3"], "clause": "6.4", "from": second(3), "measure": "pause",
            "models": [MODEL], "parties": ["developer-a"], "threshold": "0 FLOP"}
    yield "stopped-by-itself", [(at, STOPPED, tick(STOPPED, at), order(
        STOPPED, at, epoch=3, state="running", measures=[stop], causes=[cause], models=[model]))]


def main():
    for name in ("leaves", "ticks"):
        shutil.rmtree(HERE / name, ignore_errors=True)
        (HERE / name).mkdir()
    (HERE / "agreement.json").write_bytes(TEXT)
    (HERE / "agreement-id.txt").write_text(ID + "\n")
    rows = []
    for name, refused, log in leaves():
        # Leaves have no newline in them.
        (HERE / "leaves" / f"{name}.leaves").write_bytes(b"".join(e + b"\n" for e in log))
        rows.append(f"{name}.leaves\t{refused}\n")
    (HERE / "leaves.tsv").write_text("# leaves, one a line\tthe entry that is refused\n" + "".join(rows))
    rows, kept = [], {}

    def keep(content, ending):
        if content not in kept:
            kept[content] = f"{sha(content)[:6].hex()}.{ending}"
            (HERE / "ticks" / kept[content]).write_bytes(content)
        return kept[content]

    for case, steps in ticks():
        for now, log, note, answer in steps:
            is_order = answer.startswith("standstill.example")
            rows.append("\t".join([
                case, str(now), keep(b"".join(e + b"\n" for e in log), "leaves"), keep(note.encode(), "tick"),
                keep(answer.encode(), "order") if is_order else answer]) + "\n")
    (HERE / "ticks.tsv").write_text("# case\tthe monitor's clock\tthe log\twhat is proposed\twhat it answers\n" + "".join(rows))


main()
