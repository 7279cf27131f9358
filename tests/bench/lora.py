#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""LoRA and DoRA beside whole training, and beside PEFT under transformers' Trainer, on this machine in one run.

usage: lora.py FETTLE_CLI [FETTLE_CLI…] [--steps N] [--shape gpt2|tinyllama] [--stored float32|bfloat16]
               [--only lora] [--no-peer]            (with the environment that tests/interop/run.sh makes)

Each trains the same random weights on the same rows, 8 x 128 of which every token counts, fp32, dropout 0, rank 8 on
PEFT's usual layers, in a process of its own: seconds of a step (the median but the first), the most memory that the
process held, and the most of it that was no page of a file (which the kernel can give up and read again). Several
FETTLE_CLIs, an older one among them, are compared in one run. Machines differ and are noisy: quote ratios, and name the
machine.
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
import threading
import time

SHAPES = {
    "gpt2": ("GPT2", dict(attn_pdrop=0.0, embd_pdrop=0.0, resid_pdrop=0.0)),
    "tinyllama": ("Llama", dict(hidden_size=2048, intermediate_size=5632, num_hidden_layers=22, num_attention_heads=32,
                                num_key_value_heads=4, max_position_embeddings=2048)),
}


def make_base(shape, stored, folder, bundled):
    """Random weights; a tokenizer, which rows of ids do not need and a model's folder has."""
    import torch
    import transformers
    torch.manual_seed(0)
    kind, sizes = SHAPES[shape]
    config = getattr(transformers, f"{kind}Config")(**sizes)
    getattr(transformers, f"{kind}LMHeadModel" if kind == "GPT2" else f"{kind}ForCausalLM")(config).to(getattr(
        torch, stored)).save_pretrained(folder)
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
            output_dir=out, per_device_train_batch_size=len(rows) // steps, max_steps=steps, use_cpu=True, save_strategy="no",
            report_to="none", disable_tqdm=True)).train()
    print(json.dumps(Clock.seconds))


def measured(command):
    """Standard output, the most bytes that the process held, and the most of them that were no pages of files."""
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True)
        own = [0]

        def watch():
            try:
                while True:
                    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
                    own.append(int(status.split("RssAnon:")[1].split()[0]) * 1024)
                    time.sleep(0.02)
            except (OSError, IndexError):  # it has ended
                pass

        watcher = threading.Thread(target=watch)
        watcher.start()
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        watcher.join()
        if status != 0:
            said.seek(0)
            sys.exit(f"{' '.join(map(str, command))} failed:\n{said.read()[-2000:]}")
    return output, (usage.ru_maxrss * 1024, max(own))


def ours(cli, folder, rows, scratch, steps, adapter):
    data, run = scratch / "rows.jsonl", pathlib.Path(tempfile.mkdtemp(dir=scratch)) / "run"
    data.write_text("".join(json.dumps({"input_ids": row}) + "\n" for row in rows))
    file = scratch / "run.json"
    file.write_text(json.dumps({
        "fettle": 1, "model": str(folder), "objective": "causal", "samples": {"prompts": []},
        "data": {"train": str(data), "blocks": "lines", "max_length": 128},
        "arguments": {"output_dir": str(run), "save_strategy": "no", "max_steps": steps,
                      "per_device_train_batch_size": len(rows) // steps, "lora_r": 0 if adapter == "whole" else 8, "use_dora": adapter == "dora"}}))
    memory = measured([cli, "train", file])[1]
    steps = [event for event in map(json.loads, (run / "journal.jsonl").read_text().splitlines())
             if event["event"] == "step"]
    return [after["time"] - before["time"] for before, after in zip(steps, steps[1:])], memory


def tell(name, seconds, memory):
    print(f"{name:24}{statistics.median(seconds):10.2f}{memory[0] / 1e9:12.2f}{memory[1] / 1e9:12.2f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fettle_cli", type=pathlib.Path, nargs="+")
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--rows", type=int, default=8, help="of a step")
    parser.add_argument("--shape", choices=SHAPES, default="gpt2")
    parser.add_argument("--stored", choices=("float32", "bfloat16"), default="float32")
    parser.add_argument("--only", choices=("whole", "lora", "dora"))
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--base", type=pathlib.Path, help="a model's folder, instead of random weights")
    parser.add_argument("--peer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    draw = random.Random(0)
    rows = [[draw.randrange(5, 1000) for _ in range(128)] for _ in range(options.rows * options.steps)]
    if options.peer:
        return peer(options.base, rows, options.steps, options.peer)
    clis = [cli.resolve() for cli in options.fettle_cli]
    bundled = pathlib.Path(__file__).resolve().parents[2] / "resources" / "models" / "nano-gpt"
    adapters = [options.only] if options.only else ["lora", "dora"] if options.shape == "tinyllama" else [
        "whole", "lora", "dora"]
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        base = options.base or scratch / "base"
        if not options.base:
            make_base(options.shape, options.stored, base, bundled)
        print(f"{'':24}{'s a step':>10}{'memory, GB':>12}{'its own':>12}")
        for adapter in adapters:
            for number, cli in enumerate(clis):
                tell(f"Fettle {adapter}{f' ({number + 1})' if len(clis) > 1 else ''}",
                     *ours(cli, base, rows, scratch, options.steps, adapter))
            if options.no_peer:
                continue
            words = [sys.executable, __file__, str(clis[0]), "--steps", str(options.steps), "--rows",
                     str(options.rows), "--peer", adapter, "--base", str(base)]
            output, memory = measured(words)
            tell(f"Trainer {adapter}", json.loads(output.splitlines()[-1])[1:], memory)


main()
