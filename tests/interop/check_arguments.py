#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fettle beside transformers' TrainingArguments and TensorBoard: every field is known, a run that a script describes is
trained, and its log is read by TensorBoard's own reader.

usage: check_arguments.py FETTLE_CLI [SEED]
"""
import dataclasses
import json
import pathlib
import tempfile

import transformers
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from common import all_passed, check, cli


def defaults():
    """What a script writes down that sets nothing: every field as it is when nothing is said."""
    for field in dataclasses.fields(transformers.TrainingArguments):
        if field.default is not dataclasses.MISSING:
            yield field.name, field.default
        elif field.default_factory is not dataclasses.MISSING:
            yield field.name, field.default_factory()


def run_file(folder, name, arguments, **rest):
    path = folder / name
    path.write_text(json.dumps({"model": "bundled:nano-gpt",
                                "data": {"train": "bundled:ships-log", "blocks": "packed", "max_length": 64,
                                         "validation": 0.1}, "arguments": arguments} | rest))
    return path


def journal(folder, kind):
    return [event for event in map(json.loads, (folder / "journal.jsonl").read_text().splitlines())
            if event["event"] == kind]


def check_fields(scratch):
    fields = dict(defaults())
    cli("forecast", run_file(scratch, "all.json", fields))
    check("every field of TrainingArguments is taken at its default", True, f"({len(fields)} fields)")
    said = fields | {"max_steps": 2, "output_dir": str(scratch / "said"), "dataloader_num_workers": 4}
    cli("train", run_file(scratch, "said.json", said))
    notices = [event["message"] for event in journal(scratch / "said", "notice") if event["code"] == "arguments_ignored"]
    check("what has no meaning here is said", len(notices) == 1 and "dataloader_num_workers" in notices[0], notices)


def check_tensorboard(scratch):
    folder = scratch / "board"
    arguments = {"output_dir": str(folder), "max_steps": 12, "logging_steps": 3, "logging_first_step": True,
                 "eval_steps": 4, "save_steps": 5, "save_total_limit": 1, "report_to": ["tensorboard"]}
    cli("train", run_file(scratch, "board.json", arguments))
    board = EventAccumulator(str(folder))
    board.Reload()
    (state,) = folder.glob("checkpoint-12/trainer_state.json")
    expected = {}
    for entry in json.loads(state.read_text())["log_history"]:
        for name, value in entry.items():
            if name != "step":
                tag = "eval/" + name[5:] if name.startswith("eval_") else "train/" + name
                expected.setdefault(tag, []).append((entry["step"], value))
    found = {tag: [(event.step, event.value) for event in board.Scalars(tag)] for tag in board.Tags()["scalars"]}
    check("TensorBoard reads the tags of the log", set(found) == set(expected), sorted(found))
    for tag, values in expected.items():
        near = [step for step, _ in found[tag]] == [step for step, _ in values] and all(
            abs(a - b) <= 1e-6 * max(1, abs(b)) for (_, a), (_, b) in zip(found[tag], values))
        check(f"TensorBoard shows {tag}", near, f"{found[tag]} {values}" if not near else f"({len(values)} values)")


def main():
    with tempfile.TemporaryDirectory(prefix="fettle-arguments-") as scratch:
        scratch = pathlib.Path(scratch)
        check_fields(scratch)
        check_tensorboard(scratch)
    all_passed()


main()
