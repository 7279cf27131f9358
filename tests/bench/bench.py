#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fettle's training step beside stock PyTorch and transformers on this machine, in turns, in one run.

usage: bench.py FETTLE_CLI [--steps N]      (run it with the environment that tests/interop/run.sh makes)

Both train GPT-2 124M with random weights, dropout 0.1, fp32, batch 16 x 128 of which every token counts. Machines differ
and are noisy: quote the ratio, and name the machine.
"""
import argparse
import json
import statistics
import subprocess
import time

import torch
from transformers import GPT2Config, GPT2LMHeadModel


def peer(steps, batch, length):
    torch.manual_seed(0)
    model = GPT2LMHeadModel(GPT2Config())
    model.train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, fused=True)
    seconds = []
    for _ in range(steps):
        ids = torch.randint(0, 50257, (batch, length))
        start = time.perf_counter()
        loss = model(input_ids=ids, labels=ids).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds[1:])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fettle_cli")
    parser.add_argument("--steps", type=int, default=4)
    options = parser.parse_args()
    ours = json.loads(subprocess.run(
        [options.fettle_cli, "bench", "--arch", "gpt2", "--batch", "16", "--seq", "128", "--steps", str(options.steps),
         "--json"], check=True, capture_output=True, text=True).stdout)
    theirs = peer(options.steps, 16, 128)
    print(json.dumps({**ours, "transformers_seconds_per_step": theirs,
                      "times_faster": theirs / ours["seconds_per_step"]}, indent=2))


if __name__ == "__main__":
    main()
