#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A run that Fettle began and transformers' Trainer ends, from what `export --to hf` makes of a checkpoint: the same
numbers as Fettle's own end. Whole models and adapters; optimizer, schedule, their options, the order of the rows and
label smoothing are drawn anew for each model. lion_32bit is among them where bitsandbytes is installed.

Every architecture but GPT-2, whose loss in Trainer divides by labels that are never graded (see the project's notes on
parity).

usage: check_export.py FETTLE_CLI [SEED] [MODEL_TYPE …]
"""
import json
import logging
import pathlib
import random
import re
import tempfile

import torch
import transformers
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from safetensors.torch import load_file
from transformers import AutoTokenizer, DataCollatorForLanguageModeling, Trainer, TrainingArguments

from check_architectures import KEY_BIASES, bundled_folder, made_config
from check_lora import loaded, settings_of
from check_resume import RANDOM, SEED, WANTED, optimizer, schedule
from common import (ROOT, all_passed, architectures, check, cli, own_name, run_file, same_steps, steps_of, write_rows)


class Remarks(logging.Handler):
    """What Trainer warns of, but for weights that are tied, of which a file holds one."""

    def __init__(self, model):
        super().__init__(logging.WARNING)
        self.said, self.tied = [], set(getattr(model, "_tied_weights_keys", None) or {})
        logging.getLogger("transformers.trainer").addHandler(self)
        logging.getLogger("transformers.trainer_utils").addHandler(self)

    def emit(self, record):
        words = record.getMessage()
        if not (words.startswith("There were missing keys") and self.tied.issuperset(re.findall("'(.*?)'", words))):
            self.said.append(words)


class Collator(DataCollatorForLanguageModeling):
    """Hides the words that Fettle would hide: rng_state.pth is not exported, and Trainer would put it in its place only
    after the first rows have been collated."""
    random_state = None

    def __call__(self, rows, **keywords):
        if self.random_state is not None:
            torch.set_rng_state(self.random_state)
            self.random_state = None
        return super().__call__(rows, **keywords)


def drawn_arguments(masked, adapters, steps_per_epoch, batch, step):
    arguments = dict(per_device_train_batch_size=batch, num_train_epochs=2, weight_decay=0.02,
                     warmup_steps=RANDOM.randrange(4), seed=RANDOM.randrange(1000), logging_steps=1, save_steps=step,
                     label_smoothing_factor=RANDOM.choice([0.0, 0.1, 0.25]),
                     include_num_input_tokens_seen=RANDOM.choice(["all", "non_padding"]), **schedule(masked))
    arguments |= RANDOM.choice([optimizer(), dict(optim="lion_32bit", optim_args="", learning_rate=1e-4)]
                               if transformers.utils.is_bitsandbytes_available() else [optimizer()])
    orders = ["random", "sequential"]
    # Trainer draws orders by length from the global generator, which is not what it was later on, or behind a check.
    if arguments["lr_scheduler_type"] == "reduce_lr_on_plateau":
        # All rows in one batch: Trainer's loss of a check is a mean over rows, Fettle's over words.
        arguments |= dict(eval_strategy="steps", eval_steps=2, per_device_eval_batch_size=32)
    elif step < steps_per_epoch and not adapters:
        orders.append("group_by_length")
    return arguments | dict(train_sampling_strategy=RANDOM.choice(orders))


def go_on(name, of_class, config, masked, scratch, adapters):
    tokenizer = AutoTokenizer.from_pretrained(bundled_folder(masked))
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    text = ROOT / "resources" / "texts" / ("contract-clauses.txt" if masked else "ships-log.txt")
    rows = [tokenizer(line, truncation=True, max_length=40) for line in RANDOM.sample(text.read_text().splitlines(), 70)]
    rows = [{key: row[key] for key in ("input_ids", "attention_mask")} for row in rows]
    kept_aside, rows = rows[:12], rows[12:]
    batch = RANDOM.choice([4, 8])
    # Trainer adds up the losses of a masked window, and Fettle means them.
    accumulation = 1 if masked else RANDOM.choice([1, 2])
    steps_per_epoch = -(-(-(-len(rows) // batch)) // accumulation)
    step = RANDOM.choice([each for each in range(1, 2 * steps_per_epoch) if each != steps_per_epoch])
    arguments = drawn_arguments(masked, adapters, steps_per_epoch, batch, step)
    arguments["gradient_accumulation_steps"] = accumulation
    follows = "eval_strategy" in arguments
    print(f"{name}: {json.dumps(arguments)}", flush=True)

    model = of_class(config)
    theirs, ours = settings_of(model, config.model_type, RANDOM, masked) if adapters else (None, {})
    base = scratch / f"base-{name}"
    model.save_pretrained(base)
    tokenizer.save_pretrained(base)
    data, aside = scratch / f"{name}.jsonl", scratch / f"{name}-aside.jsonl"
    for file, part in ((data, rows), (aside, kept_aside)):
        write_rows(file, part, masked, tokenizer.pad_token_id)
    run, handed = scratch / f"run-{name}", scratch / f"handed-{name}"
    cli("train", run_file(scratch, model=str(base), objective="masked" if masked else "causal",
                          data={"train": str(data), "blocks": "lines", "max_length": 40,
                                **({"validation": str(aside)} if follows else {})}, samples={"prompts": []},
                          arguments={"output_dir": str(run), **arguments, **ours}))
    cli("export", "--model", run / f"checkpoint-{step}", "--to", "hf", "--out", handed)
    expected = {event["step"]: event for event in steps_of(run)}

    fresh = of_class(config) # other weights
    if adapters:
        fresh = get_peft_model(loaded(base, model, masked), LoraConfig(**theirs))
    collator = Collator(tokenizer, mlm=masked, mlm_probability=0.15)
    if masked:
        state = json.loads((run / f"checkpoint-{step}" / "fettle_state.json").read_text())["random"]["masks"]
        collator.random_state = torch.frombuffer(bytearray.fromhex(state), dtype=torch.uint8)
    remarks = Remarks(fresh)
    trainer = Trainer(model=fresh, train_dataset=rows, eval_dataset=kept_aside if follows else None,
                      data_collator=collator,
                      args=TrainingArguments(output_dir=str(scratch / f"ended-{name}"), use_cpu=True,
                                             report_to="none", disable_tqdm=True, save_strategy="no", **arguments))
    trainer.train(resume_from_checkpoint=str(handed))
    check(f"{name}: Trainer warns of nothing", not remarks.said, "; ".join(remarks.said))
    logged = [entry for entry in trainer.state.log_history if "loss" in entry]
    check(f"{name}: one log of {len(expected)} steps", [entry["step"] for entry in logged] == sorted(expected))
    same_steps(name, [expected[his["step"]] for his in logged[step:]], logged[step:])
    log = json.loads((run / f"checkpoint-{max(expected)}" / "trainer_state.json").read_text())["log_history"]
    seen = [entry["num_input_tokens_seen"] for entry in log if "loss" in entry]
    check(f"{name}: tokens seen", seen == [entry["num_input_tokens_seen"] for entry in logged], str(seen))
    compare_ends(name, run, fresh, adapters, arguments, len(expected) - step)


def compare_ends(name, run, model, adapters, arguments, steps):
    """After so many steps by Trainer."""
    if adapters:
        after = load_file(run / "adapter_model.safetensors")
        theirs, tolerance = get_peft_model_state_dict(model), 5e-4
    else:
        after = load_file(run / "model.safetensors")
        theirs, tolerance = dict(model.named_parameters()), 1e-4
    for key, value in theirs.items():
        if not any(word in key.replace(".base_layer", "") for word in KEY_BIASES):
            apart = (after[key if adapters else own_name(key, after, model)] - value.detach()).abs()
            # Lion steps by the sign alone, which rounding turns where a number is next to none.
            if arguments["optim"] == "lion_32bit" and (apart > tolerance).sum() <= max(4, apart.numel() * 1e-4):
                reach = tolerance + 2 * arguments["learning_rate"] * steps
            else:
                reach = tolerance
            check(f"{name}: final {key}", apart.max() < reach, f"largest difference {apart.max():.1e}")


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
                go_on(model_type, of_class, config, masked, scratch, False)
                if RANDOM.random() < 0.4:
                    go_on(f"{model_type}-lora", of_class, config, masked, scratch, True)
    all_passed()


if __name__ == "__main__":
    main()
