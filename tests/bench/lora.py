#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""LoRA and DoRA beside whole training, and beside PEFT under transformers' Trainer, on this machine in one run.

usage: lora.py FETTLE_CLI [--steps N] [--shape gpt2|tinyllama]   (with the environment that tests/interop/run.sh makes)

Each trains the same random weights on the same rows, 8 x 128 of which every token counts, fp32, dropout 0, rank 8 on
PEFT's usual layers, in a process of its own: seconds of a step (the median but the first), and the most memory that the
process held. Machines differ and are noisy: quote ratios, and name the machine.
"""
import argparse
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time

SHAPES = {
    "gpt2": ("GPT2", dict(attn_pdrop=0.0, embd_pdrop=0.0, resid_pdrop=0.0)),
    "tinyllama": ("Llama", dict(hidden_size=2048, intermediate_size=5632, num_hidden_layers=22, num_attention_heads=32,
                                num_key_value_heads=4, max_position_embeddings=2048)),
}


def make_base(shape, folder, bundled):
    """Random weights; a tokenizer, which rows of ids do not need and a model's folder has."""
    import torch
    import transformers
    torch.manual_seed(0)
    kind, sizes = SHAPES[shape]
    config = getattr(transformers, f"{kind}Config")(**sizes)
    getattr(transformers, f"{kind}LMHeadModel" if kind == "GPT2" else f"{kind}ForCausalLM")(config).save_pretrained(folder)
    transformers.AutoTokenizer.from_pretrained(bundled).save_pretrained(folder)


def peer(folder, rows, steps, adapter):
    """What Trainer does, in this process: prints the seconds of its steps."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, Trainer, TrainerCallback, TrainingArguments

    class Clock(TrainerCallback):
        seconds = []

        def on_step_begin(self, *_, **__):
            self.begun = time.perf_counter()

        def on_step_end(self, *_, **__):
            self.seconds.append(time.perf_counter() - self.begun)

    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    if adapter != "whole":
        model = get_peft_model(model, LoraConfig(r=8, task_type="CAUSAL_LM", use_dora=adapter == "dora"))
    data = [{"input_ids": row, "labels": row} for row in rows]
    with tempfile.TemporaryDirectory() as out:
        Trainer(model=model, train_dataset=data, callbacks=[Clock()], args=TrainingArguments(
            output_dir=out, per_device_train_batch_size=8, max_steps=steps, use_cpu=True, save_strategy="no",
            report_to="none", disable_tqdm=True)).train()
    print(json.dumps(Clock.seconds))


def measured(command):
    """Standard output, and the most bytes that the process held."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        sys.exit(f"{' '.join(map(str, command))} failed")
    return output, usage.ru_maxrss * 1024


def ours(cli, folder, rows, scratch, steps, adapter):
    data, run = scratch / "rows.jsonl", scratch / f"run-{adapter}"
    data.write_text("".join(json.dumps({"input_ids": row}) + "\n" for row in rows))
    file = scratch / "run.json"
    file.write_text(json.dumps({
        "fettle": 1, "model": str(folder), "objective": "causal", "samples": {"prompts": []},
        "data": {"train": str(data), "blocks": "lines", "max_length": 128},
        "arguments": {"output_dir": str(run), "save_strategy": "no", "max_steps": steps,
                      "lora_r": 0 if adapter == "whole" else 8, "use_dora": adapter == "dora"}}))
    memory = measured([cli, "train", file])[1]
    steps = [event for event in map(json.loads, (run / "journal.jsonl").read_text().splitlines())
             if event["event"] == "step"]
    return [after["time"] - before["time"] for before, after in zip(steps, steps[1:])], memory


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fettle_cli", type=pathlib.Path)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--shape", choices=SHAPES, default="gpt2")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    parser.add_argument("--base", type=pathlib.Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    draw = random.Random(0)
    rows = [[draw.randrange(5, 1000) for _ in range(128)] for _ in range(8 * options.steps)]
    if options.peer:
        return peer(options.base, rows, options.steps, options.peer)
    cli = options.fettle_cli.resolve()
    bundled = pathlib.Path(__file__).resolve().parents[2] / "resources" / "models" / "nano-gpt"
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        make_base(options.shape, scratch / "base", bundled)
        print(f"{'':16}{'s a step':>10}{'memory, GB':>12}")
        for adapter in ("lora", "dora") if options.shape == "tinyllama" else ("whole", "lora", "dora"):
            seconds, memory = ours(cli, scratch / "base", rows, scratch, options.steps, adapter)
            print(f"{'Fettle ' + adapter:16}{statistics.median(seconds):10.2f}{memory / 1e9:12.2f}", flush=True)
            words = [sys.executable, __file__, str(cli), "--steps", str(options.steps), "--peer", adapter, "--base",
                     str(scratch / "base")]
            output, memory = measured(words)
            seconds = json.loads(output.splitlines()[-1])[1:]
            print(f"{'Trainer ' + adapter:16}{statistics.median(seconds):10.2f}{memory / 1e9:12.2f}", flush=True)


main()
