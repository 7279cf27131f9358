#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bundled demo on a quiet machine and beside one busy process on every core, in turns.

    tests/bench/busy.py PROGRAM [PROGRAM …] [--rounds N]

PROGRAM is a fettle-cli, or fettle (the window: it wants a display, xvfb-run gives one). Prints the medians of the seconds
and their ratio; the fair share alone makes the ratio 2."""
import argparse
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

DEMO = pathlib.Path(__file__).resolve().parents[2] / "resources/demos/ships-log.json"


def seconds(program):
    with tempfile.TemporaryDirectory() as home:
        command = ([program, "train", str(DEMO), "--output-dir", f"{home}/run"] if "cli" in pathlib.Path(program).name
                   else [program, "--demo", "--quit-when-done"])
        began = time.monotonic()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env=dict(os.environ, HOME=home))
        return time.monotonic() - began


def loaded_seconds(program):
    busy = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in os.sched_getaffinity(0)]
    try:
        return seconds(program)
    finally:
        for process in busy:
            process.kill()
            process.wait()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("programs", nargs="+")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    measured = {program: ([], []) for program in given.programs}
    for _ in range(given.rounds):
        for program, (quiet, loaded) in measured.items():
            quiet.append(seconds(program))
            loaded.append(loaded_seconds(program))
    for program, (quiet, loaded) in measured.items():
        calm, busy = statistics.median(quiet), statistics.median(loaded)
        print(f"{program}: quiet {calm:.1f} s, loaded {busy:.1f} s, ratio {busy / calm:.2f}")


if __name__ == "__main__":
    main()
