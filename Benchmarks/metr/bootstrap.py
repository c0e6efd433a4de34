# SPDX-License-Identifier: Apache-2.0
"""The hierarchical bootstrap of time horizons as METR describes it, in Python: what `standstill read metr --bootstrap`
is compared with. Written from the description of the method, with the library that METR uses for the fit.

  python bootstrap.py RUNS.csv [--draws 1000] [--reliability 0.5] [--regularization 0.1] [--jobs 2]

Needs numpy, pandas, scikit-learn and joblib. Prints a line an agent (fit, 2.5 % and 97.5 %), then the seconds by the
clock, without the time to load the libraries.
"""
import argparse
import math
import time
import warnings

import numpy as np
import pandas as pd
from joblib import Parallel, delayed
from sklearn.linear_model import LogisticRegression


def weights(runs):
    """1 / (runs of the task x square root of the family's tasks), scaled to one for each agent."""
    per_task = runs.groupby("task_id")["run_id"].transform("size")
    per_family = runs.groupby("task_family")["task_id"].transform("nunique")
    weight = 1 / (per_task * np.sqrt(per_family))
    return weight / weight.sum()


def horizon(lengths, scores, weight, share, regularization):
    """Minutes at which success has this share; 0 where all failed, NaN where the fit has one class only."""
    if not scores.any():
        return 0.0
    if scores.all():
        return math.nan
    model = LogisticRegression(C=1 / regularization)
    model.fit(lengths.reshape(-1, 1), scores, sample_weight=weight)
    with np.errstate(over="ignore"):
        return float(np.exp2((math.log(share / (1 - share)) - model.intercept_[0]) / model.coef_[0, 0]))


def resampled(families, generator):
    """Rows of one draw: families, then tasks of each, then runs of each, all with replacement."""
    rows = []
    for place in generator.integers(len(families), size=len(families)):
        tasks = families[place]
        for chosen in generator.integers(len(tasks), size=len(tasks)):
            task = tasks[chosen]
            rows.append(task[generator.integers(len(task), size=len(task))])
    return np.concatenate(rows)


def draws_of(runs, numbers, share, regularization):
    warnings.simplefilter("ignore")
    runs = runs.reset_index(drop=True)
    lengths = np.log2(runs["human_minutes"].to_numpy(float))
    scores = runs["score_binarized"].to_numpy(int)
    weight = runs["weight"].to_numpy(float)
    families = [
        [task.index.to_numpy() for _, task in family.groupby("task_id")]
        for _, family in runs.groupby("task_family")]
    found = []
    for number in numbers:
        rows = resampled(families, np.random.default_rng(number))
        drawn = scores[rows]
        one_class = drawn.all() or not drawn.any()
        found.append(math.nan if one_class else
                     horizon(lengths[rows], drawn, weight[rows], share, regularization))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs")
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--reliability", type=float, default=0.5)
    parser.add_argument("--regularization", type=float, default=0.1)
    parser.add_argument("--jobs", type=int, default=2)
    options = parser.parse_args()
    begun = time.perf_counter()
    table = pd.read_csv(options.runs)
    agents = []
    for name, runs in table.groupby("agent"):
        agents.append((name, runs.assign(weight=weights(runs))))
    chunks = np.array_split(42 + np.arange(options.draws), options.jobs)
    for name, runs in agents:
        point = horizon(
            np.log2(runs["human_minutes"].to_numpy(float)), runs["score_binarized"].to_numpy(int),
            runs["weight"].to_numpy(float), options.reliability, options.regularization)
        parts = Parallel(n_jobs=options.jobs)(
            delayed(draws_of)(runs, chunk, options.reliability, options.regularization) for chunk in chunks)
        values = np.array([value for part in parts for value in part])
        ends = np.nanpercentile(values, [2.5, 97.5]) if np.isfinite(values).any() else [math.nan] * 2
        print(f"{name}: {point:.6g} min ({ends[0]:.6g} to {ends[1]:.6g})")
    print(f"{time.perf_counter() - begun:.1f} s for {options.draws} draws of {len(agents)} agents")


if __name__ == "__main__":
    main()
