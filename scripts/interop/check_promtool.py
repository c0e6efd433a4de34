#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Plays random series through Prometheus's promtool and through our triggers, minute by minute.

    check_promtool.py PROMTOOL STANDSTILL SEED RULES FOLDER

Each rule has a condition over up to three inputs, a `for` and a `keep` of whole minutes. An input is a
figure that is always known, or a claim that somebody judges yes, no or unclear; for Prometheus an
unclear claim is a series that has ended, so that nothing fires. What is expected is written down once
and handed to both programs, in their own files: both have to agree with it at every minute. Then one
expectation after another is turned into its opposite, and both have to object.
"""

import json
import os
import pathlib
import random
import re
import subprocess
import sys

MINUTES = 90
TRUE, FALSE, UNKNOWN = "true", "false", "unknown"


class Input:
    """A figure held against 480, or a claim; one value a minute."""

    def __init__(self, draw, name, is_claim):
        self.name, self.is_claim = name, is_claim
        self.states = [TRUE, FALSE, UNKNOWN] if is_claim else [TRUE, FALSE]
        self.truths, self.values = [], []
        self.state, self.left = draw.choice(self.states), 0

    def change(self, draw):
        self.state = draw.choice([state for state in self.states if state != self.state])
        self.left = draw.choice([1, 1, 2, 3, 4, 5, 6, 7, 9, 14])

    def stand(self, draw):
        self.left -= 1
        self.truths.append(self.state)
        self.values.append(
            draw.choice([480, draw.randint(481, 960)]) if self.state == TRUE
            else draw.choice([479, draw.randint(1, 478)]))

    def changes(self, minute):
        return minute == 0 or self.truths[minute] != self.truths[minute - 1]

    def prometheus(self):
        if not self.is_claim:
            return " ".join(map(str, self.values))
        words = {TRUE: "1", FALSE: "0", UNKNOWN: "stale"}
        return " ".join(words[truth] for truth in self.truths)

    @property
    def series(self):
        return self.name.replace("-", "_")

    @property
    def expression(self):
        return f"({self.series} == 1)" if self.is_claim else f"({self.series} >= 480)"

    @property
    def term(self):
        if self.is_claim:
            return "{claim: %s}" % self.name
        return "{indicator: %s, at-least: 480 min}" % self.name

    def given(self, minute):
        if self.is_claim:
            words = {TRUE: "yes", FALSE: "no", UNKNOWN: "unclear"}
            return "claims: {%s: %s}" % (self.name, words[self.truths[minute]])
        return f"{self.name}: {self.values[minute]} min"


class Rule:
    def __init__(self, draw, number):
        self.name = f"r-{number}"
        self.form = ["one", "any", "all", "at-least"][number % 4]
        count = {"one": 1, "any": 2, "all": 2, "at-least": 3}[self.form]
        # The sum of three series needs all of them, as a Kleene table does not.
        self.inputs = [
            Input(draw, f"i-{number}-{place}", self.form != "at-least" and draw.random() < 0.5)
            for place in range(count)]
        for _ in range(MINUTES):
            # One at a time: Prometheus sees a minute as a whole, our log an entry after another, and
            # a condition that fails between two of them has failed.
            due = [item for item in self.inputs if item.left <= 0]
            if due:
                draw.choice(due).change(draw)
            for item in self.inputs:
                item.stand(draw)
        self.hold = draw.choice([0, 0, 1, 2, 3, 4, 6, 10])
        self.keep = draw.choice([0, 0, 1, 2, 3, 5, 8])
        self.subject = draw.choice(["model", "frontier"])
        # Either every minute is reported, or only what has changed: a verdict then falls due
        # between two reports.
        self.is_sparse = draw.random() < 0.5

    def truth(self, minute):
        truths = [item.truths[minute] for item in self.inputs]
        needed = {"one": 1, "any": 1, "all": 2, "at-least": 2}[self.form]
        if truths.count(TRUE) >= needed:
            return TRUE
        return FALSE if truths.count(TRUE) + truths.count(UNKNOWN) < needed else UNKNOWN

    def verdicts(self):
        """What is expected: by minute, crossed, clear or unknown."""
        found, since, fell, fires = [], None, None, False
        for minute in range(MINUTES):
            truth = self.truth(minute)
            if truth == TRUE:
                since, fell = minute if since is None else since, None
                fires = fires or minute - since >= self.hold
            elif fires:
                fell = minute if fell is None else fell
                fires = minute - fell < self.keep
            if truth != TRUE and not fires:
                since, fell = None, None
            found.append(
                "crossed" if fires else "unknown" if truth == UNKNOWN else "clear")
        return found

    @property
    def expression(self):
        parts = [item.expression for item in self.inputs]
        if self.form == "at-least":
            return " + ".join(f"({item.series} >= bool 480)" for item in self.inputs) + " >= 2"
        return {"one": " ", "any": " or ", "all": " and "}[self.form].join(parts)

    @property
    def condition(self):
        terms = ", ".join(item.term for item in self.inputs)
        if self.form == "one":
            return terms
        if self.form == "at-least":
            return "{at-least: 2, of: [%s]}" % terms
        return "{%s: [%s]}" % (self.form, terms)


def write_prometheus(folder, rules, expected):
    alerts, series, tests = [], [], []
    for rule in rules:
        alerts.append(f"  - alert: {rule.name}\n    expr: {rule.expression}")
        if rule.hold:
            alerts.append(f"    for: {rule.hold}m")
        if rule.keep:
            alerts.append(f"    keep_firing_for: {rule.keep}m")
        for item in rule.inputs:
            series.append(f"  - series: {item.series}\n    values: '{item.prometheus()}'")
        for minute, verdict in enumerate(expected[rule.name]):
            alert = "[{}]" if verdict == "crossed" else "[]"
            tests.append(
                "  - {eval_time: %dm, alertname: %s, exp_alerts: %s}" % (minute, rule.name, alert))
    (folder / "rules.yml").write_text(
        "groups:\n- name: all\n  rules:\n" + "\n".join(alerts) + "\n")
    file = folder / "tests.yml"
    file.write_text("\n".join(
        ["rule_files: [rules.yml]", "evaluation_interval: 1m", "tests:", "- interval: 1m",
         "  input_series:", *series, "  alert_rule_test:", *tests]) + "\n")
    return file


def write_ours(folder, rules, expected):
    lines = ["catalogue: random", "title: Random rules", "as-of: 2026-11-20", "indicators:"]
    for rule in rules:
        for item in [item for item in rule.inputs if not item.is_claim]:
            lines += [
                f"  {item.name}:", "    unit: min", f"    subject: {rule.subject}",
                "    uncertainty: counted", "    method: drawn",
                "    valid: {least: 0 min, most: 1000 min}", "    stale-after: 400 d",
                "    article: '1'"]
    lines.append("claims:")
    for rule in rules:
        for item in [item for item in rule.inputs if item.is_claim]:
            lines += [
                f"  {item.name}:", f"    subject: {rule.subject}", "    text: It was drawn.",
                "    stale-after: 400 d", "    article: '1'"]
    lines.append("thresholds:")
    for rule in rules:
        kinds = {item.is_claim for item in rule.inputs}
        status = "partly" if len(kinds) == 2 else "attested" if True in kinds else "computable"
        lines += [
            f"  {rule.name}:", "    title: drawn", "    by: nobody", "    source: random numbers",
            "    date: 2026-11-20", "    seen: copy", f"    status: {status}", "    words: none",
            f"    subject: {rule.subject}", f"    when: {rule.condition}"]
        if rule.hold:
            lines.append("    for: {over: %d min}" % rule.hold)
        if rule.keep:
            lines.append("    keep: %d min" % rule.keep)
    lines.append("tests:")
    for rule in rules:
        lines += [f"  - name: {rule.name}", "    given:"]
        of = ", of: m" if rule.subject == "model" else ""
        for minute in range(MINUTES):
            # What has changed comes first: else what has not is looked at in between.
            for item in sorted(rule.inputs, key=lambda item: not item.changes(minute)):
                if rule.is_sparse and not item.changes(minute):
                    continue
                lines.append(
                    "      - {at: %d min, by: [somebody]%s, %s}" % (minute, of, item.given(minute)))
        lines.append("    expect:")
        lines += [
            "      - {at: %d min, %s: %s}" % (minute, rule.name, verdict)
            for minute, verdict in enumerate(expected[rule.name])]
    file = folder / "catalogue.yaml"
    file.write_text("\n".join(lines) + "\n")
    return file


def turned(verdict):
    return "clear" if verdict == "crossed" else "crossed"


def play(promtool, standstill, rules, expected):
    folder = pathlib.Path.cwd()
    theirs = subprocess.run(
        [promtool, "test", "rules", write_prometheus(folder, rules, expected)],
        capture_output=True, text=True)
    ours = subprocess.run(
        [standstill, "triggers", "test", write_ours(folder, rules, expected), "--json"],
        capture_output=True, text=True)
    return theirs, ours


def main():
    promtool, standstill, seed, count, folder = sys.argv[1:6]
    os.chdir(folder)
    draw = random.Random(int(seed))
    rules = []
    while len(rules) < int(count):
        rule = Rule(draw, len(rules))
        # A catalogue wants each of its thresholds tested both ways, also where one of them is spoiled.
        if min(rule.verdicts().count(word) for word in ["crossed", "clear"]) > 1:
            rules.append(rule)
    expected = {rule.name: rule.verdicts() for rule in rules}
    theirs, ours = play(promtool, standstill, rules, expected)
    assert theirs.returncode == 0, theirs.stdout[:4000] + theirs.stderr[:4000]
    assert ours.returncode == 0, ours.stdout[:4000] + ours.stderr[:4000]
    tests = json.loads(ours.stdout)["tests"]
    assert len(tests) == len(rules) and all(test["passed"] for test in tests)
    assert not [test["ignored"] for test in tests if test["ignored"]]
    verdicts = [verdict for each in expected.values() for verdict in each]
    print(f"promtool: {len(rules)} rules, {len(verdicts)} verdicts agree")
    print(
        "verdicts: " + ", ".join(
            f"{verdicts.count(word)} {word}" for word in ["crossed", "clear", "unknown"]))

    # Both have to notice a wrong expectation: it is put where a verdict changes, since there it is
    # the easiest to be wrong by one.
    wrong, places = dict(expected), {}
    for rule in rules:
        own = expected[rule.name]
        changes = [
            at for at in range(1, MINUTES) if (own[at] == "crossed") != (own[at - 1] == "crossed")]
        at = draw.choice(changes or range(MINUTES))
        places[rule.name] = at
        wrong[rule.name] = own[:at] + [turned(own[at])] + own[at + 1:]
    theirs, ours = play(promtool, standstill, rules, wrong)
    assert theirs.returncode == 1 and ours.returncode == 1, theirs.stdout[:500] + ours.stderr
    found = {
        test["name"]: [failure["at"] // 60_000 for failure in test["failures"]]
        for test in json.loads(ours.stdout)["tests"]}
    assert found == {name: [at] for name, at in places.items()}, found
    objections = re.findall(r"alertname: (\S+), time: (\S+),", theirs.stdout + theirs.stderr)
    assert sorted(objections) == sorted(
        (name, clock(at)) for name, at in places.items()), objections
    print(f"controls: {len(places)} wrong expectations found by both")


def clock(minutes):
    """As promtool writes a span of time."""
    hours, minutes = divmod(minutes, 60)
    return "0s" if hours == minutes == 0 else "".join(
        f"{number}{unit}" for number, unit in [(hours, "h"), (minutes, "m")] if number)


main()
