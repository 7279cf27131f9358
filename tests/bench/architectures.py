#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How fast each architecture trains, beside LLaMA in the same width and depth.

usage: architectures.py FETTLE_CLI [--steps N] [--batch N] [--seq N] [MODEL_TYPE …]      (Python alone is enough)

GPT-2 and BERT are as large as their first models. Rates are of the multiplications and additions that a model needs; the
share is of what the machine's matrix products reach. LLaMA is measured before and after the others, and its better rate
counts: where the two differ much, the machine was busy.
"""
import argparse
import json
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def model_types():
    return re.findall(r'^FETTLE_MODEL\("([\w-]+)"', (ROOT / "core" / "models" / "models.def").read_text(), re.M)


def measured(options, arch):
    result = json.loads(subprocess.run(
        [options.fettle_cli, "bench", "--arch", arch, "--batch", str(options.batch), "--seq", str(options.seq), "--steps",
         str(options.steps), "--json"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout)
    return result | {"gflops": result["flops_per_step"] / result["seconds_per_step"] / 1e9}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fettle_cli")
    parser.add_argument("names", nargs="*", metavar="MODEL_TYPE")
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--seq", type=int, default=128)
    options = parser.parse_args()
    print(f"{'architecture':<14}{'parameters':>12}{'tokens/s':>10}{'GFLOP/s':>9}{'share':>7}{'to llama':>10}")
    llama, results = 0, {}
    names = [name for name in options.names or model_types() if name != "llama"]
    for name in ["llama", *names, "llama"]:
        result = measured(options, name)
        if name == "llama":
            llama = max(llama, result["gflops"])
        results[name] = result
        print(f"{name:<14}{result['parameters']:>12}{result['tokens_per_second']:>10.0f}{result['gflops']:>9.1f}"
              f"{result['model_flops_utilization']:>7.2f}{result['gflops'] / llama:>10.2f}", flush=True)
    slow = [f"{name} {result['gflops'] / llama:.2f}" for name, result in results.items() if result["gflops"] < 0.8 * llama]
    print("below 0.8 of llama's rate:", ", ".join(slow) or "none")


if __name__ == "__main__":
    main()
