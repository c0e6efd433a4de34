#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes evaluation logs with Inspect itself and reads them with `standstill read inspect`.

    check_inspect.py STANDSTILL SEED FOLDER

Without a network: the model is Inspect's mock, and tokens are counted as words, since its own
counter is fetched. What a log is worth is asked of Inspect: the values are those of its results.
"""

import json
import os
import pathlib
import random
import signal
import subprocess
import sys

import inspect_ai
from inspect_ai import Epochs, Task, eval
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.log import read_eval_log, write_eval_log
from inspect_ai.model import ModelAPI
from inspect_ai.scorer import Score, accuracy, mean, scorer, stderr
from inspect_ai.solver import generate, solver

from program import difference

SCRIPT = pathlib.Path(__file__).resolve()
VERSION = tuple(int(part) for part in inspect_ai.__version__.split(".")[:3])
# With k of 4 attempts.
REDUCERS = ["mean", "median", "mode", "max", "at_least_2", "pass_at_2", "pass_at_3"]
if hasattr(inspect_ai.scorer, "pass_k"):
    REDUCERS += ["pass_k_2"]


async def words(self, text):
    return len(text.split())


if hasattr(ModelAPI, "count_text_tokens"):
    ModelAPI.count_text_tokens = words


def drawn(value):
    """The score that was drawn for a sample, whatever the model said."""

    async def score(state, target):
        own = state.metadata["scores"][state.epoch - 1]
        return Score(value=float("nan") if own == "unscored" else own)

    return score


@scorer(metrics=[accuracy(), stderr()])
def marks():
    return drawn("marks")


@scorer(metrics=[accuracy(), stderr(), stderr(cluster="family")])
def clustered_marks():
    return drawn("marks")


@scorer(metrics=[mean(), stderr()])
def points():
    return drawn("points")


@scorer(metrics={"left": [mean(), stderr()], "right": [mean(), stderr()]})
def pairs():
    return drawn("pairs")


@solver
def accident(kind, at):
    """Something happens at one sample."""

    async def solve(state, generate):
        if state.sample_id == at and not accident.happened:
            accident.happened = kind == "once"
            if kind == "cancel":
                os.kill(os.getpid(), signal.SIGINT)
                import anyio
                await anyio.sleep(20)
            if kind == "die":
                os._exit(9)
            raise RuntimeError("an accident")
        return state

    return solve


def samples(draw, count, scores):
    families = [f"family {draw.randrange(1 + count // 4)}" for _ in range(count)]
    ids = [draw.choice([f"s{place}", f"ünit/{place}", f"{place} [a]"]) for place in range(count)]
    return MemoryDataset([
        Sample(
            id=ids[place], input=f"question {place} ✓", target="x",
            metadata={"family": families[place], "scores": scores[place]})
        for place in range(count)])


def run(folder, data, own, *, solvers=(), form="eval", **options):
    """Runs an evaluation and returns where its log lies."""
    known = set(folder.iterdir()) if folder.exists() else set()
    task = {name: options.pop(name) for name in ["epochs", "message_limit"] if name in options}
    eval(
        Task(dataset=data, solver=[*solvers, generate()], scorer=own, name="drawn", **task),
        model="mockllm/model", log_dir=str(folder), log_format=form, display="none",
        log_level="error", **options)
    (new,) = set(folder.iterdir()) - known
    return new


def stated(path, reducer=None, name=None):
    """What Inspect's own results say: value, standard error, clustered error, interval, samples."""
    log = read_eval_log(str(path), header_only=True)
    scores = [
        score for score in log.results.scores
        if (reducer is None or score.reducer == reducer) and (name is None or score.name == name)]
    found = {"n": scores[0].scored_samples} if VERSION >= (0, 3, 110) else {}
    for metric in scores[0].metrics.values():
        if metric.name in ["accuracy", "mean"]:
            found["value"] = metric.value
        elif metric.name == "stderr":
            clustered = (getattr(metric, "params", None) or {}).get("cluster")
            found["clustered-stderr" if clustered else "stderr"] = metric.value
    return found


class Reading:
    def __init__(self, standstill):
        self.standstill = standstill
        self.counts = {"read": 0, "refused": 0, "flagged": 0}
        self.apart = 0.0
        self.wrong = []

    def read(self, path, *arguments):
        done = subprocess.run(
            [self.standstill, "read", "inspect", path, "--json", *arguments],
            capture_output=True, text=True)
        return done, json.loads(done.stdout) if done.stdout else None

    def holds(self, what, path, *arguments, expected=None, rules=()):
        """The log may count, with Inspect's own figures and exactly these rules of those looked for."""
        done, found = self.read(path, *arguments)
        if done.returncode or not found["may-count"]:
            self.wrong.append(f"{what}: refused: {done.stderr}")
            return
        for member, value in (expected or stated(path)).items():
            apart = difference(found[member], value, 1e-6)
            self.apart = max(self.apart, apart)
            if not apart <= 1e-9:
                self.wrong.append(f"{what}: {member}: found {found[member]}, Inspect says {value}")
        applied = {rule["rule"] for rule in found["rules"]}
        if applied != set(rules):
            self.wrong.append(f"{what}: rules {sorted(applied)}, not {sorted(rules)}")
        if found["inspect-version"] != inspect_ai.__version__:
            self.wrong.append(f"{what}: version {found['inspect-version']}")
        self.counts["read"] += 1
        self.counts["flagged"] += bool(rules)

    def refuses(self, what, path, rule, *arguments):
        done, found = self.read(path, *arguments)
        applied = {each["rule"] for each in found["rules"]} if found else None
        if done.returncode != 1 or applied is None or rule not in applied:
            self.wrong.append(
                f"{what}: ended with {done.returncode}, rules {applied}, not {rule}: {done.stderr}")
        self.counts["refused"] += 1


def ordinary(reading, draw, folder):
    for form in ["eval", "json"]:
        count = draw.randint(15, 40)
        data = samples(draw, count, [[draw.choice("CCIPN")] for _ in range(count)])
        reading.holds(f"plain {form}", run(folder, data, marks(), form=form))
        path = run(folder, data, clustered_marks(), form=form)
        reading.holds(f"clustered {form}", path)
        done, named = reading.read(path, "--cluster", "family")
        if difference(named["clustered-stderr"], stated(path)["clustered-stderr"], 1e-6) > 1e-9:
            reading.wrong.append("--cluster: another clustered error")
        path = run(folder, data, marks(), form=form, limit=count // 2)
        reading.holds(f"limit {form}", path, rules=["part-of-the-set"])
        path = run(folder, samples(draw, count, [[draw.uniform(-1, 3)] for _ in range(count)]), points(), form=form)
        reading.holds(f"points {form}", path)
        both = [{"left": draw.random(), "right": draw.randint(0, 5)} for _ in range(count)]
        path = run(folder, samples(draw, count, [[pair] for pair in both]), pairs(), form=form)
        for name in ["left", "right"]:
            reading.holds(
                f"{name} of pairs {form}", path, "--scorer", name, expected=stated(path, name=name))
        done, _ = reading.read(path)
        if done.returncode != 64 or "left" not in done.stderr + (done.stdout or ""):
            # Newer versions of Inspect name a headline, which then is taken.
            if not (done.returncode == 0 and read_headline(path)):
                reading.wrong.append(f"pairs without --scorer: {done.returncode} {done.stderr}")


def read_headline(path):
    return getattr(read_eval_log(str(path), header_only=True).results, "headline", None)


def epochs(reading, draw, folder):
    for form in ["eval", "json"]:
        count = draw.randint(10, 20)
        data = samples(draw, count, [[draw.choice("CCIIP") for _ in range(4)] for _ in range(count)])
        path = run(folder, data, clustered_marks(), form=form, epochs=Epochs(4, REDUCERS))
        for reducer in REDUCERS:
            reading.holds(
                f"{reducer} of epochs {form}", path, "--reducer", reducer,
                expected=stated(path, reducer), rules=["several-reducers"])


def corners(reading, draw, folder):
    """Logs at the edge of what has a mean and an error."""
    import inspect_ai.scorer as scorers

    @scorer(metrics=[mean(), stderr(), scorers.std(), scorers.bootstrap_stderr(num_samples=50)])
    def spread():
        return drawn("spread")

    @scorer(metrics=[scorers.std()])
    def nothing():
        return drawn("nothing")

    count = 12
    alike = samples(draw, count, [["C"]] * count)
    reading.holds("all correct", run(folder, alike, marks()))
    # Inspect writes 0 where a single question has no error.
    reading.holds(
        "one sample", run(folder, samples(draw, 1, [["C"]]), marks()),
        expected={"value": 1, "n": 1, "stderr": None}, rules=["no-interval"])
    numbers = samples(draw, count, [[draw.choice([True, False, 0.25, 1, "0.5", "yes"])] for _ in range(count)])
    reading.holds("other values", run(folder, numbers, spread()))
    reading.refuses("no mean", run(folder, numbers, nothing()), "nothing-confirms")
    path = run(folder, samples(draw, count, [["C"] for _ in range(count)]), [marks(), points()])
    for name in ["marks", "points"]:
        reading.holds(f"{name} of two", path, "--scorer", name, expected=stated(path, name=name))
    for sample in numbers:
        sample.metadata["family"] = draw.randrange(3)

    @scorer(metrics=[mean(), stderr(cluster="family")])
    def numbered():
        return drawn("numbered")

    reading.holds("numbered clusters", run(folder, numbers, numbered()))
    if VERSION >= (0, 3, 260):
        @scorer(metrics=[mean(), stderr(), scorers.ci()])
        def bounded():
            return drawn("bounded")

        @scorer(metrics=[scorers.grouped(mean(), "family"), mean()])
        def grouped():
            return drawn("grouped")

        path = run(folder, numbers, bounded())
        metrics = read_eval_log(str(path), header_only=True).results.scores[0].metrics
        # Inspect's may reach beyond what a score can be.
        ends = [
            min(1.0, max(0.0, metric.value))
            for name in ["lower", "upper"] for metric in metrics.values() if metric.name == name]
        reading.holds("with ci", path, expected=stated(path) | {"interval": ends})
        reading.holds("grouped", run(folder, numbers, grouped()))


def broken(reading, draw, folder):
    count = draw.randint(10, 20)
    plain = [[draw.choice("CI")] for _ in range(count)]
    data = samples(draw, count, plain)
    at = data[count // 2].id
    for form in ["eval", "json"]:
        path = run(folder, data, marks(), form=form, solvers=[accident("error", at)])
        reading.refuses(f"error {form}", path, "failed-run")
        path = run(
            folder, data, marks(), form=form, solvers=[accident("error", at)], fail_on_error=False)
        reading.refuses(f"sample error {form}", path, "sample-errors")
        holes = [list(scores) for scores in plain]
        holes[3] = ["unscored"]
        path = run(folder, samples(draw, count, holes), marks(), form=form)
        reading.refuses(f"unscored {form}", path, "unscored-samples")
        for kind, rule in [("cancel", "failed-run"), ("die", "unfinished-run")]:
            if kind == "die" and form == "json":
                continue
            reading.refuses(f"{kind} {form}", ended(folder, kind, form), rule)
    path = run(
        folder, data, marks(), solvers=[accident("once", at)], retry_on_error=1)
    reading.holds("retried", path, rules=["retried-samples"])
    path = run(folder, data, marks(), message_limit=1)
    done, found = reading.read(path)
    if found["samples"]["limited"] != sum(
            sample.limit is not None for sample in read_eval_log(str(path)).samples):
        reading.wrong.append(f"message limit: {found['samples']}")


def ended(folder, kind, form):
    """The log of a process of its own that was interrupted, or died."""
    own = folder / f"{kind}-{form}"
    own.mkdir(parents=True)
    subprocess.run(
        [sys.executable, SCRIPT, "--end", kind, form, own], capture_output=True, timeout=120)
    (path,) = [path for path in own.iterdir() if path.suffix == f".{form}"]
    return path


def end_early(kind, form, folder):
    draw = random.Random(1)
    data = samples(draw, 8, [["C"]] * 8)
    run(
        pathlib.Path(folder), data, marks(), form=form, solvers=[accident(kind, data[5].id)],
        max_samples=1)


def changed(reading, draw, folder):
    """What is done to a log after the run, with Inspect's own functions where it has them."""
    count = draw.randint(10, 20)
    data = samples(draw, count, [[draw.choice("CI")] for _ in range(count)])
    path = run(folder, data, marks())
    for form in ["eval", "json"]:
        def written(name, log):
            place = folder / f"{name}.{form}"
            write_eval_log(log, str(place))
            return place

        whole = read_eval_log(str(path))
        reading.holds(f"rewritten {form}", written("same", whole))
        whole.results.scores[0].metrics["accuracy"].value += 0.01
        reading.refuses(f"stated value {form}", written("value", whole), "stated-value-differs")
        whole = read_eval_log(str(path))
        whole.results.scores[0].metrics["stderr"].value *= 0.9
        reading.refuses(f"stated error {form}", written("error", whole), "stated-error-differs")
        whole = read_eval_log(str(path))
        del whole.samples[2]
        reading.refuses(f"sample left out {form}", written("fewer", whole), "missing-samples")
        whole = read_eval_log(str(path))
        whole.samples.append(whole.samples[0])
        if form == "json":
            # As an archive the older version writes a member twice, and the newer one drops it.
            reading.refuses("sample doubled", written("doubled", whole), "doubled-samples")
        if VERSION >= (0, 3, 200):
            for name, rule, log in edits(path):
                if rule == "log-changed":
                    reading.holds(f"{name} {form}", written(name, log), rules=[rule])
                else:
                    reading.refuses(f"{name} {form}", written(name, log), rule)


def edits(path):
    from inspect_ai.log import (
        ProvenanceData, TagsEdit, edit_eval_log, edit_score, invalidate_samples)
    from inspect_ai.scorer import ScoreEdit

    by = ProvenanceData(author="somebody", reason="why not")
    log = read_eval_log(str(path))
    wrong = next(sample for sample in log.samples if sample.scores["marks"].value == "I")
    edit_score(log, wrong.id, "marks", ScoreEdit(value="C", provenance=by))
    yield "edited", "edited-scores", log
    log = read_eval_log(str(path))
    yield "invalidated", "invalidated-samples", invalidate_samples(log, [log.samples[1].uuid], by)
    log = read_eval_log(str(path))
    yield "tagged", "log-changed", edit_eval_log(log, [TagsEdit(tags_add=["new"])], by)


def main():
    if sys.argv[1] == "--end":
        return end_early(*sys.argv[2:])
    standstill, seed, folder = sys.argv[1:4]
    folder = pathlib.Path(folder)
    reading = Reading(standstill)
    for place, shape in enumerate([ordinary, epochs, corners, broken, changed]):
        own = folder / shape.__name__
        own.mkdir()
        shape(reading, random.Random(int(seed) * 10 + place), own)
    if reading.wrong:
        raise SystemExit("\n".join([f"{len(reading.wrong)} logs read wrongly"] + reading.wrong))
    counts = ", ".join(f"{count} {word}" for word, count in reading.counts.items())
    print(f"inspect {inspect_ai.__version__}: {counts}, apart {reading.apart:.1e}")


accident.happened = False
main()
