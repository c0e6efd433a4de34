#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a real Inspect AI log about the fictional model fiction-1.

    python3 -m venv venv && venv/bin/pip install inspect_ai==0.3.285
    venv/bin/python make_log.py FOLDER

The evaluation runs for real: Inspect AI asks, a model answers, a scorer compares, and Inspect
writes the log. The model is Inspect's mock provider, told what to answer, so no network, no key and
no real model is involved. fiction-1 does not exist, and its results say nothing about any model.
"""

import os
import sys

from inspect_ai import Task, eval as run, task
from inspect_ai.dataset import MemoryDataset, Sample
from inspect_ai.model import ModelOutput, ModelUsage, get_model
from inspect_ai.scorer import accuracy, ci, match, stderr
from inspect_ai.solver import generate

# Twelve families of five questions from the daily arithmetic of AI research and development. A
# family is a cluster: whoever can do one of its questions can mostly do the others.
FAMILIES = {
    "training-compute": (
        "A dense model of {a} billion parameters is trained on {b} billion tokens. "
        "How many units of 10^18 floating-point operations does that take (6 N D)?",
        lambda a, b: 6 * a * b,
        [(7, 1000), (13, 900), (70, 1400), (2, 300), (34, 2000)]),
    "weight-memory": (
        "How many gigabytes (10^9 bytes) do {a} billion parameters take at {b} bytes each?",
        lambda a, b: a * b,
        [(7, 2), (70, 1), (13, 4), (405, 2), (8, 4)]),
    "key-value-cache": (
        "A model keeps {a} bytes of keys and values for a token. How many bytes for {b} tokens?",
        lambda a, b: a * b,
        [(131072, 8), (65536, 100), (4096, 4096), (327680, 10), (98304, 64)]),
    "batch-tokens": (
        "A batch holds {a} sequences of {b} tokens. How many tokens does it hold?",
        lambda a, b: a * b,
        [(512, 2048), (1024, 4096), (256, 8192), (2048, 1024), (128, 32768)]),
    "steps-in-run": (
        "A run sees {a} million tokens in batches of {b} million. How many steps is that?",
        lambda a, b: a // b,
        [(300000, 4), (1400000, 2), (90000, 3), (2000000, 16), (60000, 1)]),
    "gpu-days": (
        "{a} accelerators run for {b} days. How many accelerator-days is that?",
        lambda a, b: a * b,
        [(1024, 30), (256, 12), (16384, 54), (8, 7), (4096, 21)]),
    "experts-active": (
        "A layer has {a} experts and routes a token to one in {b} of them. To how many?",
        lambda a, b: a // b,
        [(64, 8), (256, 32), (128, 16), (16, 8), (384, 48)]),
    "heads-dimension": (
        "A model of width {a} has {b} attention heads. How wide is one head?",
        lambda a, b: a // b,
        [(4096, 32), (8192, 64), (5120, 40), (12288, 96), (2048, 16)]),
    "pipeline-stages": (
        "{a} layers are split evenly over {b} pipeline stages. How many layers has a stage?",
        lambda a, b: a // b,
        [(80, 8), (32, 4), (126, 14), (48, 16), (96, 12)]),
    "warm-up-steps": (
        "{a} steps, of which {b} per cent are warm-up. How many warm-up steps?",
        lambda a, b: a * b // 100,
        [(100000, 1), (20000, 5), (50000, 2), (9000, 10), (75000, 4)]),
    "sweep-size": (
        "A sweep tries {a} learning rates with {b} seeds each. How many runs is that?",
        lambda a, b: a * b,
        [(8, 3), (12, 5), (20, 4), (6, 10), (15, 2)]),
    "failed-nodes": (
        "{a} nodes, of which {b} in 1000 fail in a day. How many fail in a day?",
        lambda a, b: a * b // 1000,
        [(2000, 5), (16000, 2), (4000, 3), (1000, 7), (24000, 1)]),
}

# The two questions that fiction-1 gets wrong, in two different families.
SLIPS = {"key-value-cache-3", "warm-up-steps-5"}


def samples():
    for family, (text, answer, cases) in FAMILIES.items():
        for number, (a, b) in enumerate(cases, start=1):
            question = text.format(a=a, b=b) + " Reply with the number alone."
            yield Sample(
                id=f"{family}-{number}", input=question, target=str(answer(a, b)),
                metadata={"family": family})


@task
def airnd_arithmetic():
    """Sixty questions in twelve families; exact match, clustered standard error."""
    return Task(
        dataset=MemoryDataset(list(samples()), name="airnd-arithmetic"),
        solver=generate(),
        scorer=match(location="exact"),
        metrics=[accuracy(), stderr(), stderr(cluster="family"), ci()],
        version="1.0.0",
        metadata={"subject": "fiction-1", "fictional": True})


def fiction_1(input, tools, tool_choice, config):
    """What the fictional model says: the right number, but for two slips."""
    question = input[-1].text
    known = {sample.input: sample for sample in samples()}[question]
    number = int(known.target) + (1 if known.id in SLIPS else 0)
    output = ModelOutput.from_content(model="fiction-1", content=str(number))
    # With its usage given, the mock provider needs no tokenizer, which it would fetch.
    words = len(question.split())
    output.usage = ModelUsage(input_tokens=words, output_tokens=1, total_tokens=words + 1)
    return output


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_log.py FOLDER")
    folder = os.path.abspath(sys.argv[1])
    # Inspect notes the path of this file from here, and the commit of a repository around it: with
    # these two lines neither says anything about the machine that made the log.
    here = os.path.dirname(os.path.abspath(__file__))
    os.chdir(here)
    os.environ["GIT_CEILING_DIRECTORIES"] = os.path.dirname(here)
    logs = run(
        airnd_arithmetic(), model=get_model("mockllm/fiction-1", custom_outputs=fiction_1),
        log_dir=folder, log_format="eval", max_samples=1, log_realtime=False,
        log_model_api=False, display="none")
    for log in logs:
        scores = log.results.scores[0].metrics if log.results else {}
        print(log.status, os.path.basename(log.location), {key: metric.value for key, metric in scores.items()})


if __name__ == "__main__":
    main()
