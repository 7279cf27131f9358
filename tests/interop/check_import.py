#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training scripts as people write them, run by transformers as they stand; and what `import` makes of them, trained by
Fettle: the same losses and weights. The models are small and new each time, and so are the numbers in the scripts.

usage: check_import.py FETTLE_CLI [SEED] [SCRIPT …]
"""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

import torch
import transformers
from safetensors.torch import load_file
from transformers import AutoTokenizer

from check_architectures import KEY_BIASES, bundled_folder
from common import ROOT, all_passed, check, cli, seed_and_names, small_config

SEED, WANTED = seed_and_names()

SCRIPTS = {
    # A masked model on the lines of a text, some of them kept aside.
    "bert": """
from datasets import load_dataset
from transformers import BertForMaskedLM, BertTokenizerFast, DataCollatorForLanguageModeling, Trainer, TrainingArguments

tokenizer = BertTokenizerFast.from_pretrained("model-bert")
model = BertForMaskedLM.from_pretrained("model-bert")
dataset = load_dataset("text", data_files="clauses.txt", split="train[:%(share)d%%]")


def tokenize_function(examples):
    return tokenizer(examples["text"], truncation=True, max_length=%(length)d)


tokenized = dataset.map(tokenize_function, batched=True, remove_columns=["text"])
data_collator = DataCollatorForLanguageModeling(tokenizer=tokenizer, mlm=True, mlm_probability=%(masked)s)
training_args = TrainingArguments(
    output_dir="./bert-finetuned",
    max_steps=10,
    per_device_train_batch_size=%(batch)d,
    learning_rate=%(rate)s,
    weight_decay=0.01,
    warmup_steps=%(warmup)d,
    logging_steps=1,
    save_strategy="no",
    report_to="none",
    seed=%(seed)d,
)
trainer = Trainer(model=model, args=training_args, train_dataset=tokenized, data_collator=data_collator)
trainer.train()
trainer.save_model("./bert-finetuned")
trainer.save_state()
""",
    # GPT-2 on a text that is joined and cut into blocks: group_texts drops the rest of every thousand lines.
    "gpt2": """
from itertools import chain

from datasets import load_dataset
from transformers import (AutoModelForCausalLM, AutoTokenizer, DataCollatorForLanguageModeling, Trainer,
                          TrainingArguments)

model_name = "model-gpt2"
block_size = %(length)d
tokenizer = AutoTokenizer.from_pretrained(model_name)
tokenizer.pad_token = tokenizer.eos_token
model = AutoModelForCausalLM.from_pretrained(model_name)
raw_datasets = load_dataset("text", data_files={"train": "long.txt"}, keep_linebreaks=True)


def tokenize_function(examples):
    return tokenizer(examples["text"])


def group_texts(examples):
    concatenated = {k: list(chain(*examples[k])) for k in examples.keys()}
    total_length = (len(concatenated["input_ids"]) // block_size) * block_size
    return {k: [t[i:i + block_size] for i in range(0, total_length, block_size)] for k, t in concatenated.items()}


tokenized = raw_datasets.map(tokenize_function, batched=True, remove_columns=["text"])
lm_datasets = tokenized.map(group_texts, batched=True)
args = TrainingArguments(
    "gpt2-finetuned",
    max_steps=10,
    per_device_train_batch_size=%(batch)d,
    gradient_accumulation_steps=2,
    learning_rate=%(rate)s,
    lr_scheduler_type="cosine",
    warmup_steps=%(warmup)d,
    weight_decay=0.1,
    logging_strategy="steps",
    logging_steps=1,
    save_strategy="no",
    report_to=[],
    seed=%(seed)d,
)
trainer = Trainer(
    model=model,
    args=args,
    train_dataset=lm_datasets["train"],
    data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=False),
    processing_class=tokenizer,
)
train_result = trainer.train()
trainer.save_model()
trainer.save_state()
""",
    # A text of one's own, a line a row, with another to check on.
    "own": """
import transformers
from datasets import load_dataset
from transformers import AutoModelForCausalLM, AutoTokenizer, Trainer, TrainingArguments

MODEL = "model-own"
MAX_LENGTH = %(length)d
data = load_dataset("text", data_files={"train": "log.txt", "validation": "held.txt"})
tokenizer = AutoTokenizer.from_pretrained(MODEL)
if tokenizer.pad_token is None:
    tokenizer.pad_token = tokenizer.eos_token
data = data.map(lambda batch: tokenizer(batch["text"], truncation=True, max_length=MAX_LENGTH), batched=True,
                remove_columns="text")
model = AutoModelForCausalLM.from_pretrained(MODEL)
training_args = TrainingArguments(
    output_dir="own-model",
    eval_strategy="steps",
    eval_steps=5,
    max_steps=10,
    per_device_train_batch_size=%(batch)d,
    per_device_eval_batch_size=64,
    learning_rate=%(rate)s,
    optim="adamw_torch",
    lr_scheduler_type="constant_with_warmup",
    warmup_steps=%(warmup)d,
    logging_steps=1,
    save_strategy="no",
    report_to="none",
    seed=%(seed)d,
)
collator = transformers.DataCollatorForLanguageModeling(tokenizer=tokenizer, mlm=False)
trainer = Trainer(model=model, args=training_args, data_collator=collator,
                  train_dataset=data["train"], eval_dataset=data["validation"])
trainer.train()
trainer.evaluate()
trainer.save_model()
trainer.save_state()
""",
}
MODELS = {"bert": "BertForMaskedLM", "gpt2": "GPT2LMHeadModel", "own": "LlamaForCausalLM"}
FOLDERS = {"bert": "bert-finetuned", "gpt2": "gpt2-finetuned", "own": "own-model"}


def make_model(name, scratch):
    tokenizer = AutoTokenizer.from_pretrained(bundled_folder(name == "bert"))
    model = getattr(transformers, MODELS[name])
    folder = scratch / f"model-{name}"
    model(small_config(model.config_class.model_type, len(tokenizer))).save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def write_texts(draw, scratch):
    for source, part in (("contract-clauses", "clauses"), ("ships-log", "log"), ("ships-log", "held")):
        lines = (ROOT / "resources" / "texts" / f"{source}.txt").read_text().splitlines()
        lines = draw.sample([line for line in lines if line.strip()], 60 if part == "held" else 240)
        (scratch / f"{part}.txt").write_text("\n".join(lines) + "\n")
    lines = (ROOT / "resources" / "texts" / "ships-log.txt").read_text().splitlines()
    (scratch / "long.txt").write_text("\n".join(draw.choices(lines, k=draw.randrange(2001, 2500))) + "\n")


def compare(name, draw, scratch):
    numbers = dict(batch=draw.choice([4, 8]), rate=draw.choice(["1e-3", "5e-4", "2e-3"]), warmup=draw.randrange(4),
                   seed=draw.randrange(1000), length=draw.choice([24, 32, 48]), share=draw.randrange(40, 101),
                   masked=draw.choice(["0.15", "0.2", "0.3"]))
    print(f"{name}: {json.dumps(numbers)}", flush=True)
    make_model(name, scratch)
    script = scratch / f"{name}.py"
    script.write_text((SCRIPTS[name] % numbers).lstrip())
    made = json.loads(cli("import", script, "--json"))
    print(f"{name}: {json.dumps(made['run'])}")
    left = [note for note in made["notes"] if note["line"] > 0]  # without a line: how it was understood
    check(f"{name}: all is carried over", not left, str(left or ""))
    ran = subprocess.run([sys.executable, script.name], cwd=scratch, capture_output=True, text=True,
                         env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_DATASETS_CACHE": str(scratch / "cache")})
    check(f"{name}: the script runs", ran.returncode == 0, ran.stderr[-2000:] if ran.returncode else "")
    run = scratch / f"run-{name}"
    cli("train", made["run_file"], "--output-dir", run)
    theirs = json.loads((scratch / FOLDERS[name] / "trainer_state.json").read_text())["log_history"]
    journal = [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()]
    # Trainer divides GPT-2's loss by the first tokens of blocks too, which nothing is asked of.
    correction = numbers["length"] / (numbers["length"] - 1) if name == "gpt2" else 1
    for kind, key in (("step", "loss"), ("eval", "eval_loss")):
        mine = {event["step"]: event["loss"] for event in journal if event["event"] == kind}
        his = {entry["step"]: entry[key] * correction for entry in theirs if key in entry}
        check(f"{name}: {kind}s", set(his) <= set(mine) and (his or kind == "eval"), f"{list(his)} of {list(mine)}")
        for step, loss in his.items():
            # A check's loss in Trainer is a mean over rows of unlike lengths, unless all are in one batch.
            check(f"{name}: {kind} {step} loss", abs(mine[step] - loss) <= 1e-4 * loss, f"{mine[step]:.7g} and {loss:.7g}")
    ours, after = load_file(run / "model.safetensors"), load_file(scratch / FOLDERS[name] / "model.safetensors")
    for key, value in after.items():
        if not any(word in key for word in KEY_BIASES + ("c_attn.bias",)):
            worst = (ours[key] - value).abs().max().item()
            check(f"{name}: final {key}", worst < 2e-4, f"largest difference {worst:.1e}")


def main():
    print(f"transformers {transformers.__version__}, seed {SEED}")
    torch.set_num_threads(2)
    torch.manual_seed(SEED)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        draw = random.Random(SEED)
        write_texts(draw, scratch)
        for name in SCRIPTS:
            if not WANTED or name in WANTED:
                compare(name, draw, scratch)
    all_passed()


if __name__ == "__main__":
    main()
