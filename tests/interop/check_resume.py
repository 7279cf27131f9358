#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that transformers' Trainer began and Fettle ends: the same numbers as the Trainer's own end. Optimizer, schedule,
their options, the order of the rows and label smoothing are drawn anew for each model.

Every architecture but GPT-2, whose loss in Trainer divides by labels that are never graded (see the project's notes on
parity).

usage: check_resume.py FETTLE_CLI [SEED] [MODEL_TYPE …]
"""
import json
import pathlib
import random
import tempfile

import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoTokenizer, DataCollatorForLanguageModeling, Trainer, TrainingArguments

from check_architectures import KEY_BIASES, made_config
from common import (ROOT, all_passed, architectures, check, cli, journal_of, own_name, same_steps, seed_and_names, steps_of,
                    write_rows)

SEED, WANTED = seed_and_names()
RANDOM = random.Random(SEED)


def schedule(masked):
    """A schedule of transformers, and options that it can have. Checks of a masked model hide words of their own, so its
    rate does not follow them."""
    some = RANDOM.random
    kinds = {
        "linear": {}, "constant": {}, "constant_with_warmup": {},
        "cosine": RANDOM.choice([{}, {"num_cycles": 0.3 + some()}]),
        "cosine_with_restarts": {"num_cycles": RANDOM.randrange(1, 5)},
        "polynomial": {"power": 0.5 + 2 * some(), "lr_end": 1e-5 * some()},
        "inverse_sqrt": RANDOM.choice([{}, {"timescale": RANDOM.randrange(4, 60)}]),
        "cosine_with_min_lr": RANDOM.choice([{"min_lr": 1e-4 * some()}, {"min_lr_rate": some(), "num_cycles": some()}]),
        "cosine_warmup_with_min_lr": {"min_lr_rate": some()} | RANDOM.choice([{}, {"warmup_lr_rate": some()}]),
        "warmup_stable_decay": {"num_decay_steps": RANDOM.randrange(2, 8), "min_lr_ratio": 0.5 * some(),
                                "warmup_type": RANDOM.choice(["linear", "cosine", "1-sqrt"]),
                                "decay_type": RANDOM.choice(["linear", "cosine", "1-sqrt"])},
    }
    if not masked:
        kinds["reduce_lr_on_plateau"] = {"factor": 0.3 + 0.5 * some(), "patience": RANDOM.randrange(2),
                                         "threshold": RANDOM.choice([0.0, 0.05]), "cooldown": RANDOM.randrange(2)}
    kind = RANDOM.choice(sorted(kinds))
    return dict(lr_scheduler_type=kind, lr_scheduler_kwargs=kinds[kind])


def optimizer():
    optim, options, rate = RANDOM.choice([
        ("adamw_torch", "", 1e-3), ("adamw_torch", "", 1e-3), ("sgd", "", 0.05), ("adafactor", "", 1e-3),
        ("sgd", f"momentum={0.5 + 0.4 * RANDOM.random():.3f},nesterov={RANDOM.choice(['true', 'false'])}", 0.02),
        ("adagrad", f"lr_decay={0.1 * RANDOM.random():.3f}", 5e-3),
        ("rmsprop", f"alpha={0.8 + 0.1 * RANDOM.random():.3f},momentum={0.5 * RANDOM.random():.3f}", 3e-4)])
    return dict(optim=optim, optim_args=options, learning_rate=rate)


def go_on(name, model, masked, scratch):
    source = ROOT / "resources" / "models" / ("nano-bert" if masked else "nano-gpt")
    tokenizer = AutoTokenizer.from_pretrained(source)
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    text = ROOT / "resources" / "texts" / ("contract-clauses.txt" if masked else "ships-log.txt")
    lines = text.read_text().splitlines()
    rows = [tokenizer(line, truncation=True, max_length=40) for line in RANDOM.sample(lines, 70)]
    rows = [{key: row[key] for key in ("input_ids", "attention_mask")} for row in rows]
    arguments = dict(per_device_train_batch_size=RANDOM.choice([4, 8]), num_train_epochs=2,
                     weight_decay=0.02, warmup_steps=RANDOM.randrange(4), seed=RANDOM.randrange(1000),
                     label_smoothing_factor=RANDOM.choice([0.0, 0.1, 0.25]),
                     # Trainer adds up the losses of a masked window, and Fettle means them.
                     gradient_accumulation_steps=1 if masked else RANDOM.choice([1, 2]),
                     **schedule(masked), **optimizer())
    follows = arguments["lr_scheduler_type"] == "reduce_lr_on_plateau"
    # Trainer's checks draw from the generator that orders by length are drawn from; Fettle's touch nothing.
    arguments |= dict(train_sampling_strategy=RANDOM.choice(["random", "sequential"] + ["group_by_length"] * (not follows)),
                      include_num_input_tokens_seen=RANDOM.choice(["all", "non_padding"]))
    if follows: # all rows in one batch: Trainer's loss of a check is a mean over rows, Fettle's over words
        arguments |= dict(eval_strategy="steps", eval_steps=2, per_device_eval_batch_size=32)
    print(f"{name}: {json.dumps(arguments)}", flush=True)
    kept_aside, rows = rows[:12], rows[12:]
    began = scratch / f"trainer-{name}"
    trainer = Trainer(model=model, train_dataset=rows, eval_dataset=kept_aside if follows else None,
                      data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=masked, mlm_probability=0.15),
                      args=TrainingArguments(output_dir=str(began), logging_steps=1, use_cpu=True, save_steps=1,
                                             report_to="none", disable_tqdm=True, **arguments))
    trainer.train()
    theirs = {entry["step"]: entry for entry in trainer.state.log_history if "loss" in entry}
    step = RANDOM.randrange(2, max(theirs))

    data, aside = scratch / f"{name}.jsonl", scratch / f"{name}-aside.jsonl"
    for file, part in ((data, rows), (aside, kept_aside)):
        write_rows(file, part, masked, tokenizer.pad_token_id)
    base = scratch / f"base-{name}"
    model.config.save_pretrained(base)
    tokenizer.save_pretrained(base)
    (base / "model.safetensors").write_bytes((began / "checkpoint-1" / "model.safetensors").read_bytes())
    run_file = scratch / "run.json"
    run_file.write_text(json.dumps({
        "fettle": 1, "model": str(base), "objective": "masked" if masked else "causal",
        "data": {"train": str(data), "blocks": "lines", "max_length": 40,
                 **({"validation": str(aside)} if follows else {})}, "samples": {"prompts": []},
        "arguments": {"save_strategy": "no", "logging_steps": 1, **arguments}}))
    run = scratch / f"ended-{name}"
    words = cli("train", run_file, "--resume", began, "--output-dir", began, fails=True)
    check(f"{name}: into the Trainer's own folder is refused with a way on", "--resume" in words and "NEW" in words)
    cli("train", run_file, "--resume", began / f"checkpoint-{step}", "--output-dir", run)
    said = [event for event in journal_of(run) if event.get("code") == "foreign_checkpoint"]
    check(f"{name}: the run file and the checkpoint say the same", not said, str(said or ""))
    same_steps(name, steps_of(run), [theirs[each] for each in range(step + 1, max(theirs) + 1)])
    log = json.loads((run / f"checkpoint-{max(theirs)}" / "trainer_state.json").read_text())["log_history"]
    seen = {entry["step"]: entry["num_input_tokens_seen"] for entry in log if "loss" in entry and entry["step"] > step}
    check(f"{name}: tokens seen", seen == {each: theirs[each]["num_input_tokens_seen"] for each in seen} and seen,
          str(seen))
    after = load_file(run / "model.safetensors")
    for key, parameter in model.named_parameters():
        if not any(word in key for word in KEY_BIASES):
            worst = (after[own_name(key, after, model)] - parameter.detach()).abs().max().item()
            check(f"{name}: final {key}", worst < 1e-4, f"largest difference {worst:.1e}")


def main():
    print(f"transformers {transformers.__version__}, torch {torch.__version__}, seed {SEED}")
    torch.set_num_threads(2)
    torch.manual_seed(SEED)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        for model_type, of_class, masked in architectures():
            if model_type != "gpt2" and (not WANTED or model_type in WANTED):
                RANDOM.seed(f"{SEED} {model_type}")
                config = made_config(model_type, random.Random(f"{SEED} {model_type}"))
                print(f"{model_type}: {json.dumps(config.to_diff_dict(), default=str)}", flush=True)
                go_on(model_type, of_class(config), masked, scratch)
    all_passed()


if __name__ == "__main__":
    main()
