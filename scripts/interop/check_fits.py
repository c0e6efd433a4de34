#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds `standstill read metr` against scikit-learn, and against a Newton iteration of our own.

    check_fits.py STANDSTILL SEED RUNS.csv FOLDER

Agents are random parts of the real runs, and made-up ones. scikit-learn is run to its end; as METR
calls it, it stops earlier, by up to some percent of the horizon.
"""

import csv
import math
import os
import pathlib
import random
import sys
import warnings

from program import Case, check, member, run

import numpy
from sklearn.linear_model import LogisticRegression

COLUMNS = ["agent", "task_family", "task_id", "run_id", "human_minutes", "score_binarized"]


def agents(draw, path):
    """Rows by agent: parts of the published runs, and some that were made up."""
    real = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            real.setdefault(row["agent"], []).append([row[name] for name in COLUMNS[1:]])
    for name in sorted(real):
        tasks = sorted({row[1] for row in real[name]})
        kept = set(draw.sample(tasks, max(8, len(tasks) * 2 // 3)))
        rows = [row for row in real[name] if row[1] in kept and draw.random() < 0.8]
        if len({row[4] for row in rows}) == 2:
            yield name, rows
    for number in range(8):
        middle, steepness = draw.uniform(0, 9), draw.uniform(0.15, 1.5)
        rows = []
        for family in range(draw.randint(3, 25)):
            for task in range(draw.randint(1, 6)):
                minutes = 2 ** draw.uniform(-4, 11)
                for attempt in range(draw.randint(1, 7)):
                    p = 1 / (1 + math.exp(steepness * (math.log2(minutes) - middle)))
                    rows.append(
                        [f"f{family}", f"f{family}/t{task}", f"{attempt}", repr(minutes),
                         str(int(draw.random() < p))])
        if len({row[4] for row in rows}) == 2:
            yield f"made {number}", rows


def weights(rows):
    """METR's: one over the runs of a task and the root of its family's tasks, of sum 1."""
    runs, tasks = {}, {}
    for family, task, *_ in rows:
        runs[task] = runs.get(task, 0) + 1
        tasks.setdefault(family, set()).add(task)
    own = numpy.array([1 / (runs[row[1]] * math.sqrt(len(tasks[row[0]]))) for row in rows])
    return own / own.sum()


def newton(x, y, own, penalty):
    """Slope, intercept and loss at the optimum."""
    design = numpy.column_stack([x, numpy.ones_like(x)])
    ridge = numpy.diag([penalty, 0.0])

    def loss(beta):
        z = design @ beta
        return own @ (numpy.logaddexp(0, z) - y * z) + penalty / 2 * beta[0] ** 2

    beta = numpy.zeros(2)
    for _ in range(200):
        p = 1 / (1 + numpy.exp(-(design @ beta)))
        gradient = design.T @ (own * (p - y)) + ridge @ beta
        if numpy.abs(gradient).max() < 1e-15:
            break
        step = numpy.linalg.solve(
            design.T @ (design * (own * p * (1 - p))[:, None]) + ridge, gradient)
        size = 1.0
        while loss(beta - size * step) > loss(beta) and size > 1e-9:
            size /= 2
        if size <= 1e-9:
            break
        beta = beta - size * step
    return beta


def horizon(slope, intercept, reliability):
    return 2 ** ((math.log(reliability / (1 - reliability)) - intercept) / slope)


def sampled(draw, rows, penalty, count):
    """METR's bootstrap of the 50 % horizon: families, then their tasks, then their runs."""
    grouped, own = {}, weights(rows)
    for row, weight in zip(rows, own):
        grouped.setdefault(row[0], {}).setdefault(row[1], []).append(
            (math.log2(float(row[3])), float(row[4]), weight))
    families = [list(tasks.values()) for tasks in grouped.values()]
    found = []
    for _ in range(count):
        chosen = [
            attempt for family in draw.choices(families, k=len(families))
            for task in draw.choices(family, k=len(family))
            for attempt in draw.choices(task, k=len(task))]
        x, y, weight = map(numpy.array, zip(*chosen))
        if len(set(y)) < 2:
            continue
        slope, intercept = newton(x, y, weight, penalty)
        with numpy.errstate(over="ignore"):
            found.append(float(numpy.exp2(-intercept / slope)))
    return numpy.nanquantile(found, [0.025, 0.975])


def main():
    standstill, seed, path, folder = sys.argv[1:5]
    path = pathlib.Path(path).resolve()
    os.chdir(folder)
    draw = random.Random(int(seed))
    file = pathlib.Path("runs.csv")
    all_agents = list(agents(draw, path))
    with file.open("w", newline="") as output:
        table = csv.writer(output)
        table.writerow(COLUMNS)
        for name, rows in all_agents:
            table.writerows([name, *row] for row in rows)
    cases, apart = [], {"to its end": 0.0, "as METR calls it": 0.0}
    for name, rows in all_agents:
        x = numpy.array([math.log2(float(row[3])) for row in rows])
        y, own = numpy.array([float(row[4]) for row in rows]), weights(rows)
        for penalty in draw.sample([1e-5, 1e-3, 0.01, 0.1, 1.0], 2):
            slope, intercept = newton(x, y, own, penalty)
            reliability = draw.choice([0.5, 0.8])
            value = horizon(slope, intercept, reliability)
            for words, options in [
                    ("to its end", {"solver": "newton-cholesky", "tol": 1e-13, "max_iter": 1000}),
                    ("as METR calls it", {})]:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    theirs = LogisticRegression(C=1 / penalty, **options).fit(
                        x[:, None], y, sample_weight=own)
                theirs = horizon(theirs.coef_[0][0], theirs.intercept_[0], reliability)
                apart[words] = max(apart[words], abs(math.log(theirs / value)))
            cases.append(Case(
                "fit", ["read", "metr", file, "--agent", name, "--regularization", repr(penalty),
                        "--reliability", reliability],
                {"slope": slope, "intercept": intercept, "value": value,
                 "mean-score": float(own @ y), "runs": len(rows)}, 1e-6, floor=1e-3))
    check(standstill, cases)
    for words, size in apart.items():
        print(f"scikit-learn {words}: apart {size:.1e}")
    assert apart["to its end"] < 1e-6 and apart["as METR calls it"] < 0.25, apart

    # Two ways of drawing at random: they agree as far as so many draws tell.
    distances = []
    for name, rows in draw.sample(all_agents, 3):
        theirs = sampled(draw, rows, 0.1, 200)
        ours = member(run(standstill, [
            "read", "metr", file, "--agent", name, "--regularization", "0.1", "--bootstrap", 300,
            "--seed", seed, "--json"]), "interval")
        for a, b in zip(ours, theirs):
            if a is not None and math.isfinite(b) and a > 0 and b > 0:
                distances.append(abs(math.log(a / b)) / (1 + abs(math.log(theirs[1] / theirs[0]))))
    print(f"bootstrap: {len(distances)} ends, apart {max(distances):.2f} of the interval's width")
    assert len(distances) >= 4 and max(distances) < 0.4, distances


main()
