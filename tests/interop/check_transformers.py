#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fettle beside the real transformers: what Fettle writes loads there, and both compute the same numbers.

usage: check_transformers.py FETTLE_CLI
"""
import itertools
import json
import pathlib
import random
import tempfile

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer, TrainerState

import sentencepiece_folders
from common import (ROOT, all_passed, check, cli, compare_probe, run_file, same_steps, scattered, small_config,
                    steps_of)


def bundled(name, text, masked, scratch):
    """A bundled model trained for some steps: everything of the run folder in transformers' hands."""
    run = scratch / f"run-{name}"
    cli("train", run_file(scratch, model=f"bundled:{name}", objective="masked" if masked else "causal",
                          data={"train": f"bundled:{text}", "split": "train[:200]", "blocks": "lines",
                                "max_length": 64, "validation": 0.1},
                          samples={"prompts": []},
                          arguments={"output_dir": str(run), "max_steps": 4, "save_steps": 2, "learning_rate": 1e-3}))
    check(f"{name}: run folder", (run / "model.safetensors").exists() and (run / "checkpoint-4").is_dir())
    TrainerState.load_from_json(str(run / "checkpoint-4" / "trainer_state.json"))
    check(f"{name}: trainer_state.json loads", True)
    auto = AutoModelForMaskedLM if masked else AutoModelForCausalLM
    for folder in (run, run / "checkpoint-4"):
        model, report = auto.from_pretrained(folder, output_loading_info=True)
        check(f"{name}: {folder.name} loads whole", not report["missing_keys"] and not report["unexpected_keys"])
    compare_probe(name, model, run, scratch, masked)

    tokenizer = AutoTokenizer.from_pretrained(run)
    lines = (ROOT / "resources" / "texts" / f"{text}.txt").read_text().splitlines()[:300]
    answer = cli("tokenize", "--model", run, stdin="".join(json.dumps({"text": line}) + "\n" for line in lines))
    ours = [json.loads(line)["ids"] for line in answer.splitlines()]
    check(f"{name}: tokenizer", ours == tokenizer(lines)["input_ids"], f"{len(lines)} lines")

    if masked:
        sentence = "The tenant shall pay the [MASK] each month."
        fills = json.loads(cli("fill-mask", "--model", run, "--text", sentence, "--top-k", "5"))
        encoded = tokenizer(sentence, return_tensors="pt")
        logits = model(**encoded).logits[0][encoded["input_ids"][0] == tokenizer.mask_token_id]
        best = torch.topk(logits.softmax(-1)[0], 5)
        check(f"{name}: fill-mask", [f["id"] for f in (fills[0] if isinstance(fills[0], list) else fills)]
              == best.indices.tolist())
    else:
        mine = json.loads(cli("generate", "--model", run, "--prompt", "In the morning", "--greedy",
                              "--max-new-tokens", "32", "--json"))
        encoded = tokenizer("In the morning", return_tensors="pt")
        theirs = model.generate(**encoded, max_new_tokens=32, do_sample=False, repetition_penalty=1.0)
        check(f"{name}: greedy writing", mine["ids"] == theirs[0, encoded["input_ids"].shape[1]:].tolist()[:len(mine["ids"])])


def rows_apart(kind, scratch):
    """Blocks of `packed_apart` train as the same rows do that transformers lays end to end, without padding."""
    length, run = 96, scratch / f"apart-{kind}"
    tokenizer = AutoTokenizer.from_pretrained(ROOT / "resources" / "models" / "nano-gpt")
    lines = (ROOT / "resources" / "texts" / "ships-log.txt").read_text().splitlines(keepends=True)[:60]
    tokens = [(row, token) for row, line in enumerate(lines) for token in tokenizer(line)["input_ids"]]
    blocks = [tokens[begin:begin + length] for begin in range(0, len(tokens), length)]
    pieces = [[[token for _, token in piece] for _, piece in itertools.groupby(block, lambda pair: pair[0])] for block in blocks]

    torch.manual_seed(1)
    model = AutoModelForCausalLM.from_config(small_config(kind, len(tokenizer)))
    folder = scratch / f"model-apart-{kind}"
    tokenizer.save_pretrained(folder)
    scattered(model, torch.Generator().manual_seed(1)).save_pretrained(folder)
    text = scratch / "apart.txt"
    text.write_text("".join(lines))
    arguments = dict(max_steps=3, per_device_train_batch_size=2, learning_rate=1e-3, logging_steps=1)
    cli("train", run_file(scratch, model=str(folder), data={"train": str(text), "blocks": "packed_apart", "max_length": length},
                          samples={"prompts": []}, arguments=arguments | {"output_dir": str(run), "save_strategy": "no"}))

    flatten = transformers.DataCollatorWithFlattening()
    trainer = transformers.Trainer(
        model=model, train_dataset=[{"pieces": each} for each in pieces],
        data_collator=lambda batch: flatten([{"input_ids": piece} for block in batch for piece in block["pieces"]]),
        args=transformers.TrainingArguments(output_dir=str(scratch), use_cpu=True, save_strategy="no", report_to="none",
                                            disable_tqdm=True, remove_unused_columns=False, **arguments))
    trainer.train()
    same_steps(f"{kind}, rows apart", steps_of(run), [entry for entry in trainer.state.log_history if "loss" in entry])


def pieces_alone(kind, scratch):
    """A model with a SentencePiece file and no tokenizer.json, trained; transformers opens what came of it."""
    draw = random.Random(kind)
    lines = (ROOT / "resources" / "texts" / "ships-log.txt").read_text().splitlines()[:400]
    model = sentencepiece_folders.trained(draw, lines, scratch, **sentencepiece_folders.HUB[kind])
    folder, run = sentencepiece_folders.folder(scratch, f"pieces-{kind}", kind, model), scratch / f"run-pieces-{kind}"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = small_config(kind, len(tokenizer))
    torch.manual_seed(1)
    scattered(AutoModelForMaskedLM.from_config(config), torch.Generator().manual_seed(1)).save_pretrained(folder)
    text = scratch / f"{kind}.txt"
    text.write_text("\n".join(lines))
    cli("train", run_file(scratch, model=str(folder), data={"train": str(text), "blocks": "lines", "max_length": 32},
                          samples={"prompts": []},
                          arguments={"output_dir": str(run), "max_steps": 2, "save_steps": 1}))
    name = sentencepiece_folders.FILES[kind]
    for place in (run, run / "checkpoint-1"):
        check(f"{kind}: {place.name} has {name}", (place / name).read_bytes() == model)
        trained, report = AutoModelForMaskedLM.from_pretrained(place, output_loading_info=True)
        check(f"{kind}: {place.name} loads whole", not report["missing_keys"] and not report["unexpected_keys"])
    theirs = AutoTokenizer.from_pretrained(run)
    answer = cli("tokenize", "--model", run, stdin="".join(json.dumps({"text": line}) + "\n" for line in lines))
    check(f"{kind}: tokenizer", [json.loads(line)["ids"] for line in answer.splitlines()] == theirs(lines)["input_ids"])
    sentence = f"the ship and the {theirs.mask_token} of the sea"
    fills = json.loads(cli("fill-mask", "--model", run, "--text", sentence, "--top-k", "5"))
    trained, encoded = AutoModelForMaskedLM.from_pretrained(run).eval(), theirs(sentence, return_tensors="pt")
    logits = trained(**encoded).logits[0][encoded["input_ids"][0] == theirs.mask_token_id]
    check(f"{kind}: fill-mask", [fill["id"] for fill in (fills[0] if isinstance(fills[0], list) else fills)]
          == torch.topk(logits.softmax(-1)[0], 5).indices.tolist())


def main():
    print(f"transformers {transformers.__version__}, torch {torch.__version__}")
    torch.set_num_threads(2)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        bundled("nano-gpt", "ships-log", False, scratch)
        bundled("nano-bert", "contract-clauses", True, scratch)
        rows_apart("gpt2", scratch)
        for kind in sentencepiece_folders.HUB:
            pieces_alone(kind, scratch)
    all_passed()


if __name__ == "__main__":
    main()
