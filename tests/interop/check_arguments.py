#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fettle beside transformers' TrainingArguments, torchao and TensorBoard: every field is known, a run that a script
describes is trained, its log is read by TensorBoard's own reader, and AdamW in 8 bits steps as torchao's.

usage: check_arguments.py FETTLE_CLI [SEED]
"""
import dataclasses
import json
import os
import pathlib
import tempfile

os.environ["TORCHDYNAMO_DISABLE"] = "1"  # torchao's step as it is written, not compiled

import torch
import transformers
from safetensors.torch import load_file
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from common import ROOT, all_passed, check, cli, same_steps, small_config, steps_of, trained, write_rows


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


def check_8bit(scratch):
    """The same run by Trainer with torchao: the widths are such that most matrices divide into blocks, and some do not."""
    tokenizer = transformers.AutoTokenizer.from_pretrained(ROOT / "resources" / "models" / "nano-gpt")
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
    torch.manual_seed(8)
    model = transformers.LlamaForCausalLM(small_config("llama", len(tokenizer), intermediate_size=90))
    base, run, data = scratch / "base", scratch / "eight", scratch / "eight.jsonl"
    model.save_pretrained(base)
    tokenizer.save_pretrained(base)
    lines = (ROOT / "resources" / "texts" / "ships-log.txt").read_text().splitlines()[:48]
    rows = [{key: row[key] for key in ("input_ids", "attention_mask")}
            for row in (tokenizer(line, truncation=True, max_length=40) for line in lines)]
    write_rows(data, rows, False, tokenizer.pad_token_id)
    arguments = {"optim": "adamw_torch_8bit", "per_device_train_batch_size": 8, "num_train_epochs": 2, "warmup_steps": 3,
                 "learning_rate": 2e-3, "weight_decay": 0.02, "adam_beta2": 0.99, "seed": 5}
    theirs = trained(model, rows, tokenizer, False, scratch / "theirs", arguments)
    path = scratch / "eight.json"
    path.write_text(json.dumps({"model": str(base), "data": {"train": str(data), "blocks": "lines", "max_length": 40},
                                "samples": {"prompts": []},
                                "arguments": {"output_dir": str(run), "save_strategy": "no", **arguments}}))
    cli("train", path)
    same_steps("adamw_torch_8bit", steps_of(run), theirs, learning_rate=1e-6)  # torchao has it in float32
    after = load_file(run / "model.safetensors")
    apart = torch.cat([(after[name] - value.detach()).abs().flatten() for name, value in model.named_parameters()])
    # A number half of the way between two codes is rounded up here and down there where a sum was added otherwise.
    check("adamw_torch_8bit: final weights", apart.mean() < 1e-6 and apart.max() < 1e-3,
          f"difference {apart.mean():.1e}, largest {apart.max():.1e}")


def main():
    with tempfile.TemporaryDirectory(prefix="fettle-arguments-") as scratch:
        scratch = pathlib.Path(scratch)
        check_fields(scratch)
        check_tensorboard(scratch)
        check_8bit(scratch)
    all_passed()


main()
