#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Spoils Every Eval Ever records in every member and asks the format's schema and `standstill`.

    check_records.py STANDSTILL FORMATS FOLDER
"""

import concurrent.futures
import copy
import json
import os
import pathlib
import subprocess
import sys

import jsonschema

RESULT = "evaluation_results.0."
#: The members that say what was measured, of what and by whom, and how much.
DECISIVE = (
    "schema_version:", "evaluation_id:", "retrieved_timestamp:", "source_metadata:",
    "source_metadata.source_type:", "source_metadata.evaluator_relationship:", "eval_library:",
    "eval_library.name:", "eval_library.version:", "model_info:", "model_info.id:",
    "evaluation_results:", RESULT + "evaluation_name:", RESULT + "source_data:",
    RESULT + "source_data.dataset_name:", RESULT + "metric_config:",
    RESULT + "metric_config.metric_unit:", RESULT + "metric_config.lower_is_better:",
    RESULT + "score_details:", RESULT + "score_details.score:",
    RESULT + "score_details.uncertainty.confidence_interval.lower:",
    RESULT + "score_details.uncertainty.confidence_interval.upper:")


def places(value, path=()):
    if isinstance(value, dict):
        for name, member in value.items():
            yield path + (name,)
            yield from places(member, path + (name,))
    elif isinstance(value, list):
        for place, member in enumerate(value):
            yield path + (place,)
            yield from places(member, path + (place,))


def spoiled(record):
    """One change each: a member left out, of another type, or a word that nobody knows."""
    for path in places(record):
        changes = [("left out", None), ("null", None), ("a list", [1]), ("an object", {"x": 1})]
        value = record
        for name in path:
            value = value[name]
        changes.append(("a number", 7) if isinstance(value, str) else ("a word", "no such word"))
        if isinstance(value, str):
            changes.append(("another word", "no such word"))
        if isinstance(value, float):
            changes += [("negative", -1.0), ("huge", 1e300)]
        for words, new in changes:
            own = copy.deepcopy(record)
            parent = own
            for name in path[:-1]:
                parent = parent[name]
            if words == "left out":
                del parent[path[-1]]
            else:
                parent[path[-1]] = new
            yield f"{'.'.join(map(str, path))}: {words}", own


def main():
    standstill, formats, folder = sys.argv[1:4]
    os.chdir(folder)
    formats = pathlib.Path(formats)
    schema = jsonschema.Draft7Validator(json.loads((formats / "eval.schema.json").read_text()))
    record = json.loads((formats / "metr_opus_4_6_as_eee.json").read_text())
    cases = [("unchanged", record), *spoiled(record)]

    def accepts(case):
        place, (_, own) = case
        file = pathlib.Path(f"record-{place}.json")
        file.write_text(json.dumps(own))
        done = subprocess.run(
            [standstill, "read", "every-eval-ever", file, "--json"], capture_output=True, text=True)
        assert done.returncode in (0, 1, 64, 65), done.stderr
        return done.returncode == 0

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        ours = list(pool.map(accepts, enumerate(cases)))
    theirs = [schema.is_valid(own) for _, own in cases]
    assert ours[0] and theirs[0], "the record itself is refused"
    for label, a, b in [("both accept", True, True), ("both refuse", False, False), ("only we refuse", False, True)]:
        print(f"{label}: {sum((x, y) == (a, b) for x, y in zip(ours, theirs))}")
    # Of the rest of a record the reader takes what it can; it is not its format's checker.
    lenient = [words for (words, _), a, b in zip(cases, ours, theirs) if a and not b]
    wrong = [words for words in lenient if words.startswith(DECISIVE)]
    if wrong:
        raise SystemExit("\n".join([f"{len(wrong)} spoiled records were read"] + wrong))
    print(f"only the schema refuses: {len(lenient)}")
    decisive = sum(words.startswith(DECISIVE) for words, _ in cases)
    print(f"records: {len(cases)} tried, {decisive} of them spoiled where it matters")


main()
