#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fettle beside the real transformers: what Fettle writes loads there, and both compute the same numbers.

usage: check_transformers.py FETTLE_CLI
"""
import json
import pathlib
import tempfile

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import (AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer, DataCollatorForLanguageModeling,
                          Trainer, TrainerState, TrainingArguments)

from common import ROOT, all_passed, architectures, check, cli, scattered, small_config

def run_file(folder, **keys):
    file = folder / "run.json"
    file.write_text(json.dumps({"fettle": 1, **keys}))
    return file


def compare_probe(name, model, folder, scratch, masked):
    """Logits, loss and gradients of a padded batch."""
    generator = torch.Generator().manual_seed(7)
    ids = torch.randint(5, model.config.vocab_size, (3, 24), generator=generator)
    mask = torch.ones_like(ids)
    mask[1, 17:] = 0
    labels = ids.masked_fill(mask == 0, -100)
    if masked:
        labels = labels.masked_fill(torch.rand(ids.shape, generator=generator) > 0.2, -100)
    batch, out = scratch / "batch.safetensors", scratch / "out.safetensors"
    save_file({"input_ids": ids, "attention_mask": mask, "labels": labels}, batch)
    cli("probe", "--model", folder, "--batch", batch, "--out", out, "--grads", "all")
    ours = load_file(out)
    model.eval()
    # The plain mean: transformers' own loss for GPT-2 counts labels[:, 0] as well (see the project's notes on parity).
    logits = model(input_ids=ids, attention_mask=mask).logits.float()
    shifted, targets = (logits, labels) if masked else (logits[:, :-1], labels[:, 1:])
    loss = torch.nn.functional.cross_entropy(shifted.reshape(-1, logits.shape[-1]), targets.reshape(-1))
    model.zero_grad()
    loss.backward()
    worst = (ours["logits"] - logits)[mask == 1].abs().max().item()
    check(f"{name}: logits", worst < 5e-5, f"largest difference {worst:.1e}")
    check(f"{name}: loss", abs(ours["loss"].item() - loss.item()) < 5e-6 * abs(loss.item()), f"{loss.item():.6f}")
    for key, parameter in model.named_parameters():
        if parameter.grad is not None and f"grad.{key}" in ours:
            theirs, mine = parameter.grad, ours[f"grad.{key}"]
            check(f"{name}: gradient of {key}", torch.allclose(mine, theirs, atol=2e-5, rtol=2e-3))
    grads = sum(key.startswith("grad.") for key in ours)
    check(f"{name}: number of gradients", grads == sum(p.grad is not None for p in model.parameters()), str(grads))


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


def train_both(name, model, masked, scratch):
    """The same run, by transformers' Trainer and by Fettle, from seed, rows and arguments alone."""
    folder = scratch / f"init-{name}"
    model.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(ROOT / "resources" / "models" / ("nano-bert" if masked else "nano-gpt"))
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    tokenizer.save_pretrained(folder)
    for file in (ROOT / "resources" / "models" / ("nano-bert" if masked else "nano-gpt")).glob("*"):
        if file.name in ("vocab.txt", "vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"):
            (folder / file.name).write_bytes(file.read_bytes())
    text = ROOT / "resources" / "texts" / ("contract-clauses.txt" if masked else "ships-log.txt")
    rows = [tokenizer(line, truncation=True, max_length=48) for line in text.read_text().splitlines()[:90]]
    rows = [{key: row[key] for key in ("input_ids", "attention_mask")} for row in rows]
    arguments = dict(per_device_train_batch_size=8, num_train_epochs=2, learning_rate=1e-3, weight_decay=0.01,
                     warmup_steps=4, lr_scheduler_type="cosine", seed=42)

    trainer = Trainer(model=model, train_dataset=rows,
                      data_collator=DataCollatorForLanguageModeling(tokenizer, mlm=masked, mlm_probability=0.15),
                      args=TrainingArguments(output_dir=str(scratch / f"hf-{name}"), logging_steps=1, use_cpu=True,
                                             save_strategy="no", report_to="none", disable_tqdm=True, **arguments))
    trainer.train()
    theirs = [entry for entry in trainer.state.log_history if "loss" in entry]

    run = scratch / f"fettle-{name}"
    pad = tokenizer.pad_token_id
    data = scratch / f"{name}.jsonl"
    # Causal rows were collated with pad = eos, whose labels transformers ignores.
    data.write_text("".join(json.dumps(row if masked else {
        **row, "labels": [-100 if i == pad else i for i in row["input_ids"]]}) + "\n" for row in rows))
    cli("train", run_file(scratch, model=str(folder), objective="masked" if masked else "causal",
                          data={"train": str(data), "blocks": "lines", "max_length": 48}, samples={"prompts": []},
                          arguments={"output_dir": str(run), "save_strategy": "no", **arguments}))
    journal = [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()]
    ours = [event for event in journal if event["event"] == "step"]
    check(f"{name}: steps", len(ours) == len(theirs), str(len(ours)))
    for mine, his in zip(ours, theirs):
        for key, tolerance in (("loss", 3e-5), ("grad_norm", 2e-4), ("learning_rate", 1e-12)):
            check(f"{name}: step {mine['step']} {key}", abs(mine[key] - his[key]) <= tolerance * abs(his[key]) + 1e-15,
                  f"{mine[key]:.8g} and {his[key]:.8g}")
    after = load_file(run / "model.safetensors")
    for key, parameter in model.named_parameters():
        if "key.bias" not in key:
            worst = (after[key] - parameter.detach()).abs().max().item()
            check(f"{name}: final {key}", worst < 1e-4, f"largest difference {worst:.1e}")


def main():
    print(f"transformers {transformers.__version__}, torch {torch.__version__}")
    torch.set_num_threads(2)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        bundled("nano-gpt", "ships-log", False, scratch)
        bundled("nano-bert", "contract-clauses", True, scratch)
        torch.manual_seed(1)
        generator = torch.Generator().manual_seed(1)
        for model_type, of_class, masked in architectures():
            source = "nano-bert" if masked else "nano-gpt"
            vocabulary = json.loads((ROOT / "resources/models" / source / "config.json").read_text())["vocab_size"]
            model = scattered(of_class(small_config(model_type, vocabulary)), generator)
            folder = scratch / model_type
            model.save_pretrained(folder)
            compare_probe(model_type, model, folder, scratch, masked)
            # Trainer's loss of GPT-2 counts labels that are never graded (see the project's notes on parity).
            if model_type != "gpt2":
                train_both(model_type, of_class(small_config(model_type, vocabulary)), masked, scratch)
    all_passed()


if __name__ == "__main__":
    main()
