#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fettle beside the real trl: rows with a question and an answer, and conversations, become the same token ids with the
same places graded as SFTTrainer makes of them, and a run over them learns with the same losses.

usage: check_answers.py FETTLE_CLI [SEED]
"""
import csv
import json
import logging
import os
import pathlib
import random
import shutil
import tempfile

os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")

import datasets
import tokenizers
import torch
import transformers
from tokenizers import decoders, models, normalizers, pre_tokenizers, processors, trainers
from trl import SFTConfig, SFTTrainer

from common import all_passed, check, cli, run_file, seed_and_names, small_config

SEED, _ = seed_and_names()
RANDOM = random.Random(SEED)
WORDS = ("ship harbour the wind of north keel at dawn we sail Größe 😀 list: one, two; three! (four) 17 2048 don't a e i "
         "o u anchor rope mast").split()
CHATML = ("{% for m in messages %}<|im_start|>{{ m['role'] }}\n{% if m['role'] == 'assistant' %}"
          "{% generation %}{{ m['content'] }}<|im_end|>\n{% endgeneration %}"
          "{% else %}{{ m['content'] }}<|im_end|>\n{% endif %}{% endfor %}"
          "{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}")
INST = ("{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %}[INST] {{ m['content'] }} [/INST]"
        "{% elif m['role'] == 'assistant' %} {{ m['content'] }}{{ eos_token }}"
        "{% else %}<<SYS>>{{ m['content'] }}<</SYS>>{% endif %}{% endfor %}")


def words(most, least=1):
    joints = [" ", " ", " ", " ", "\n", "  ", ". "]
    return "".join(RANDOM.choice(WORDS) + RANDOM.choice(joints) for _ in range(RANDOM.randint(least, most))).strip()


def byte_level(corpus):
    """As GPT-2's: nothing stands before a text, and its end of text is all that is special."""
    made = tokenizers.Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    made.train_from_iterator(corpus, trainers.BpeTrainer(
        vocab_size=RANDOM.choice([400, 600]), special_tokens=["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(), show_progress=False))
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, bos_token="<|endoftext|>", eos_token="<|endoftext|>", chat_template=CHATML), "gpt2"


def with_bos(corpus):
    """As LLaMA's: words with ▁, unknown bytes one by one, a BOS before every text."""
    made = tokenizers.Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    made.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    made.decoder = decoders.Sequence([decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(),
                                      decoders.Strip(" ", 1, 0)])
    made.train_from_iterator(corpus, trainers.BpeTrainer(
        vocab_size=RANDOM.choice([500, 700]), limit_alphabet=60, max_token_length=8, show_progress=False,
        special_tokens=["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]))
    file = json.loads(made.to_str())
    file["added_tokens"] = file["added_tokens"][:3]
    made = tokenizers.Tokenizer.from_str(json.dumps(file))
    made.post_processor = processors.TemplateProcessing(single="<s> $A", pair="<s> $A <s> $B", special_tokens=[("<s>", 1)])
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token="<unk>", bos_token="<s>", eos_token="</s>", chat_template=INST), "llama"


def theirs(model, tokenizer, rows, folder, **options):
    """(input_ids, targets) of every row that trl keeps, and its trainer."""
    options = dict(output_dir=str(folder / "trl"), use_cpu=True, bf16=False, report_to="none", disable_tqdm=True,
                   gradient_checkpointing=False) | options
    trainer = SFTTrainer(model=model, args=SFTConfig(**options), train_dataset=datasets.Dataset.from_list(rows),
                         processing_class=tokenizer)
    made = [(row["input_ids"], row.get("labels", row["input_ids"])) for row in trainer.train_dataset]
    return [(ids, labels[1:] + [-100]) for ids, labels in made], trainer


def ours(folder, file, *options, length):
    said = json.loads(cli("data", file, "--model", folder, "--json", "--batches", "100000", "--max-length", length,
                          "--set", "per_device_train_batch_size=8", *options))
    rows = sorted((each for batch in said["batches"] for each in batch), key=lambda each: each["example"])
    return [(row["input_ids"], row["targets"]) for row in rows], said


def same(name, mine, real, detail=""):
    if mine == real:
        return check(name, True, f"({len(real)} rows, {sum(t != -100 for _, ts in real for t in ts)} graded{detail})")
    at = next((i for i, pair in enumerate(zip(mine, real)) if pair[0] != pair[1]), min(len(mine), len(real)))
    check(name, False, f"seed {SEED}: {len(mine)} rows, {len(real)} theirs; row {at}:\n{mine[at:at + 1]}\n{real[at:at + 1]}")


def table_rows(eos):
    rows = []
    for _ in range(RANDOM.randint(30, 60)):
        prompt = words(12) + RANDOM.choice(["", " ", "\n", ": ", "?\n\n"])
        completion = RANDOM.choice(["", " ", "\n"]) + words(20, RANDOM.choice([0, 1]))
        rows.append({"prompt": RANDOM.choice([prompt] * 9 + [""]),
                     "completion": completion + RANDOM.choice([""] * 8 + [eos])})
    return rows


def write_rows(folder, rows):
    """The same table as JSON lines and as csv, with a column more and names of their own."""
    folder.mkdir(exist_ok=True)
    lines, table = folder / "rows.jsonl", folder / "rows.csv"
    lines.write_text("".join(json.dumps({"id": i, "question": row["prompt"], "answer": row["completion"]}) + "\n"
                             for i, row in enumerate(rows)))
    with table.open("w", newline="") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        writer.writerow(["id", "question", "answer"])
        writer.writerows([i, row["prompt"], row["completion"]] for i, row in enumerate(rows))
    return lines, table


def check_tables(name, model, tokenizer, folder):
    rows = table_rows(tokenizer.eos_token)
    lines, table = write_rows(folder, rows)
    columns = ("--prompt", "question", "--completion", "answer")
    for length in (400, RANDOM.randint(12, 30)):
        real, _ = theirs(model, tokenizer, rows, folder, max_length=length)
        for file in (lines, table):
            mine, said = ours(folder, file, *columns, "--set", "data.truncation_mode=keep_start", length=length)
            same(f"{name}: {file.suffix} cut at {length}", mine, real, f", {said['lost_answers']} left out")
            check(f"{name}: rows left out", said["lost_answers"] == len(rows) - len(real))
        whole, _ = theirs(model, tokenizer, rows, folder, max_length=length, completion_only_loss=False)
        mine, _ = ours(folder, lines, *columns, "--set", "data.truncation_mode=keep_start", "--set",
                       "data.completion_only=false", length=length)
        same(f"{name}: all graded, cut at {length}", mine, whole)
        kept, said = ours(folder, lines, *columns, length=length)
        check(f"{name}: keep_answer keeps every row, its answer to the end where there is room",
              len(kept) == len(rows) and all(len(ids) <= length for ids, _ in kept) and
              (length < 400 or kept == real))
    framed = [{"prompt": f"Q {{{row['prompt']}}}\nA:", "completion": f" {row['completion']}!"} for row in rows
              if row["completion"]]
    lines, _ = write_rows(folder, [row for row in rows if row["completion"]])
    real, _ = theirs(model, tokenizer, framed, folder, max_length=400)
    mine, _ = ours(folder, lines, "--prompt", "Q {{{question}}}\nA:", "--completion", " {answer}!", length=400)
    same(f"{name}: templates", mine, real)
    # trl looks for the end of text at the end of a text; end_of_text=append writes it always.
    plain = [row for row in rows if row["completion"] and not row["completion"].endswith(tokenizer.eos_token)]
    joined, _ = write_rows(folder / "plain", plain)
    real, _ = theirs(model, tokenizer, [{"text": f"{row['prompt']} – {row['completion']}"} for row in plain], folder,
                     max_length=400)
    mine, _ = ours(folder, joined, "--template", "{question} – {answer}", "--set", "data.end_of_text=append", length=400)
    same(f"{name}: one text of several columns", mine, real)
    real, _ = theirs(model, tokenizer, framed, folder, max_length=32, packing=True, packing_strategy="wrapped")
    mine, _ = ours(folder, lines, "--prompt", "Q {{{question}}}\nA:", "--completion", " {answer}!", "--blocks", "packed",
                   length=32)
    same(f"{name}: packed", mine, real)


def conversations(turns):
    rows = []
    for _ in range(RANDOM.randint(20, 30)):
        messages = [{"role": "system", "content": words(6)}] if RANDOM.random() < 0.3 else []
        for _ in range(RANDOM.randint(1, turns)):
            messages += [{"role": "user", "content": words(9)}, {"role": "assistant", "content": words(12)}]
        rows.append(messages)
    return rows


def check_conversations(name, model, tokenizer, folder):
    def mine(rows, *options):
        file = folder / "talk.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return ours(folder, file, "--set", "data.truncation_mode=keep_start", *options, length=length)[0]

    length = RANDOM.choice([400, 60])
    single = conversations(1)
    real, _ = theirs(model, tokenizer, [{"prompt": row[:-1], "completion": row[-1:]} for row in single], folder,
                     max_length=length)
    same(f"{name}: conversations of one question, cut at {length}", mine([{"messages": row} for row in single]), real)
    names = {"user": "human", "assistant": "gpt", "system": "system"}
    shared = [{"conversations": [{"from": names[m["role"]], "value": m["content"]} for m in row]} for row in single]
    same(f"{name}: ShareGPT's words", mine(shared), real)
    several = conversations(4)
    rows = [{"prompt": row[:at], "completion": row[at:]} for row in several
            for at in [RANDOM.randrange(1, len(row)) if RANDOM.random() < 0.3 else len(row) - 1]]
    real, _ = theirs(model, tokenizer, rows, folder, max_length=length)
    same(f"{name}: prompts and completions of messages, cut at {length}", mine(rows), real)
    real, _ = theirs(model, tokenizer, rows, folder, max_length=length, completion_only_loss=False)
    same(f"{name}: the same, all graded", mine(rows, "--set", "data.completion_only=false"), real)
    real, _ = theirs(model, tokenizer, [{"messages": row} for row in several], folder, max_length=length)
    same(f"{name}: conversations, all graded", mine([{"messages": row} for row in several], "--set",
                                                    "data.completion_only=false"), real)
    if "generation" in tokenizer.chat_template:
        real, _ = theirs(model, tokenizer, [{"messages": row} for row in several], folder, max_length=length,
                         assistant_only_loss=True)
        same(f"{name}: every answer of the assistant", mine([{"messages": row} for row in several]), real)


def check_losses(name, tokenizer, folder):
    """A short run over both: the mean loss of the answers' tokens, step by step."""
    rows = [{"prompt": words(8) + ": ", "completion": words(10)} for _ in range(24)]
    lines, _ = write_rows(folder, rows)
    arguments = dict(per_device_train_batch_size=4, learning_rate=2e-3, max_steps=8, logging_steps=1, seed=7,
                     lr_scheduler_type="constant", save_strategy="no")
    _, trainer = theirs(transformers.AutoModelForCausalLM.from_pretrained(folder), tokenizer, rows, folder, max_length=64,
                        **arguments)
    trainer.train()
    real = [entry["loss"] for entry in trainer.state.log_history if "loss" in entry]
    run = run_file(folder, model=str(folder), data={"train": str(lines), "prompt": "question", "completion": "answer",
                                                    "max_length": 64},
                   arguments=arguments | {"output_dir": str(folder / "run"), "report_to": "none", "use_cpu": True})
    shutil.rmtree(folder / "run", ignore_errors=True)
    cli("train", run)
    journal = [json.loads(line) for line in (folder / "run" / "journal.jsonl").read_text().splitlines()]
    mine = [event["loss"] for event in journal if event["event"] == "step"]
    worst = max(abs(a - b) / b for a, b in zip(mine, real))
    # GPT2LMHeadModel divides by a count with labels[:, 0] in it; here those are the question's, -100.
    check(f"{name}: losses of a run", len(mine) == len(real) == 8 and worst < 2e-5, f"largest difference {worst:.1e}")


def main():
    print(f"seed {SEED}")
    corpus = [words(40) for _ in range(200)]
    with tempfile.TemporaryDirectory(prefix="fettle-answers-") as scratch:
        for make in (byte_level, with_bos):
            tokenizer, kind = make(corpus)
            folder = pathlib.Path(scratch) / kind
            torch.manual_seed(SEED)
            model = transformers.AutoModelForCausalLM.from_config(small_config(kind, len(tokenizer), max_position_embeddings=512))
            for config in (model.config, model.generation_config):
                config.bos_token_id, config.eos_token_id = tokenizer.bos_token_id, tokenizer.eos_token_id
            model.save_pretrained(folder)
            tokenizer.save_pretrained(folder)
            check_tables(kind, model, tokenizer, folder)
            check_conversations(kind, model, tokenizer, folder)
            check_losses(kind, tokenizer, folder)
    all_passed()


if __name__ == "__main__":
    datasets.disable_progress_bars()
    transformers.logging.set_verbosity_error()
    logging.getLogger("trl").setLevel(logging.ERROR)
    main()
