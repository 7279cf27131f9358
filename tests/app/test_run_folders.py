#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder belongs to one run: starts at the same moment, slow and failing disks, kills while a run is set up."""
import errno
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

import loaded_program
from waiting import wait_for_step

CLI = pathlib.Path(sys.argv[1]).resolve()
SHIM = os.environ["FETTLE_FAULT_SHIM"]  # the library that ctest builds and names
BAD_INPUT, OUT_OF_RESOURCES = 2, 4


def bytes_in(folder):
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


class RunFolders(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="fettle-folders-"))
        self.env = dict(os.environ, HOME=str(self.root), XDG_STATE_HOME=str(self.root / "state"))
        self.run_file = self.root / "my-run.json"
        self.run_file.write_text(json.dumps({
            "fettle": 1, "model": "bundled:nano-gpt", "data": {"train": "bundled:ships-log", "max_length": 32},
            "arguments": {"max_steps": 6, "save_steps": 2, "per_device_train_batch_size": 2, "threads": 1}}))

    def tearDown(self):
        shutil.rmtree(self.root)

    def command(self, out, *more):
        return [str(CLI), "train", str(self.run_file), "--output-dir", str(self.root / out), *more]

    def start(self, out, *more, **faults):
        """`faults`: settings of the library that is preloaded (tests/support/fault_shim.cpp), for calls in `out`."""
        env = dict(self.env)
        if faults:
            env.update({"LD_PRELOAD": SHIM, "FETTLE_FAULT_UNDER": str(self.root / out)},
                       **{f"FETTLE_{name.upper()}": str(value) for name, value in faults.items()})
        return subprocess.Popen(self.command(out, *more), env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def train(self, out, *more, **faults):
        if faults:
            process = self.start(out, *more, **faults)
            stdout, stderr = process.communicate(timeout=300)
            return process.returncode, stdout, stderr
        done = loaded_program.run(self.command(out, *more), env=self.env, capture_output=True, text=True, timeout=300)
        return done.returncode, done.stdout, done.stderr

    def state_of(self, folder):
        listed = loaded_program.run([str(CLI), "runs", str(folder.parent), "--json"], env=self.env, capture_output=True,
                                text=True, check=True)
        return {run["name"]: run for run in json.loads(listed.stdout)}[folder.name]

    def test_of_starts_at_the_same_moment_one_wins(self):
        for number, faults in enumerate(({}, {"fault_delay_ms": 15})):
            out = f"exp{number}/run"
            processes = [self.start(out, **faults) for _ in range(4)]
            ends = [process.communicate(timeout=300) + (process.returncode,) for process in processes]
            self.assertEqual(sorted(code for _, _, code in ends), [0] + [BAD_INPUT] * 3, ends)
            for _, stderr, code in ends:
                if code:
                    self.assertRegex(stderr, r"is being written by another Fettle \(process \d+ on|holds a run already")
            self.assertEqual(self.state_of(self.root / out)["state"], "finished")
            self.assertTrue((self.root / out / "model.safetensors").exists())
            self.assertFalse([p for p in (self.root / out).iterdir() if ".partial" in p.name])

    def test_a_second_start_while_the_first_reads_harms_nothing(self):
        first = self.start("run", fault_delay_ms=20)
        self.assertIn("reading", first.stderr.readline())
        code, _, stderr = self.train("run")
        self.assertEqual(code, BAD_INPUT, stderr)
        _, stderr = first.communicate(timeout=300)
        self.assertEqual(first.returncode, 0, stderr)
        self.assertEqual(self.state_of(self.root / "run")["state"], "finished")

    def test_a_start_that_fails_leaves_its_neighbours_alone(self):
        for call in (1, 3, 5, 8):
            exp = self.root / f"exp{call}"
            # Its disk is full, late: the neighbour has come and gone meanwhile.
            failing = self.start(f"{exp.name}/a", fault_at=call, fault_sleep_ms=2500, fault_errno=errno.ENOSPC)
            code, _, stderr = self.train(f"{exp.name}/b")
            self.assertEqual(code, 0, stderr)
            _, stderr = failing.communicate(timeout=300)
            self.assertTrue((exp / "b" / "model.safetensors").exists(), f"call {call}")
            self.assertEqual(self.state_of(exp / "b")["state"], "finished")
            if failing.returncode != 0:
                self.assertEqual(failing.returncode, OUT_OF_RESOURCES, stderr)
                self.assertIn("no space left", stderr)
            code, _, stderr = self.train(f"{exp.name}/a", "--resume", "auto")
            self.assertEqual(code, 0, f"call {call}: {stderr}")

    def test_killed_while_it_is_set_up_the_folder_can_be_used(self):
        for pause in (0.4, 0.9, 1.5):
            out = f"run{pause}"
            process = self.start(out, fault_delay_ms=100)
            time.sleep(pause)
            process.send_signal(signal.SIGKILL)
            process.communicate()
            code, _, stderr = self.train(out, "--resume", "auto")
            self.assertEqual(code, 0, stderr)
            hidden = sorted(p.name for p in (self.root / out).iterdir() if p.name.startswith("."))
            self.assertEqual(hidden, [".fettle-lock"])

    def test_a_folder_that_cannot_be_written_is_said_first(self):
        (self.root / "file").write_text("x")
        code, _, stderr = self.train("file/run")
        self.assertEqual(code, BAD_INPUT, stderr)
        self.assertIn("cannot be written", stderr)
        self.assertNotIn("reading", stderr)

    def test_going_on_needs_only_the_disk_that_is_still_to_be_written(self):
        process = self.start("run", "--set", "max_steps=40")
        wait_for_step(self, process, self.root / "run", 31)
        process.kill()
        process.communicate()
        code, _, stderr = self.train("other", "--set", "max_steps=40", free_bytes=1000000)
        self.assertEqual(code, OUT_OF_RESOURCES, stderr)
        number, unit = re.search(r"about ([\d.]+) (MB|GB) of disk needed", stderr).groups()
        whole = float(number) * (1e6 if unit == "MB" else 1e9)
        written = sum(bytes_in(folder) for folder in (self.root / "run").glob("checkpoint-*"))
        self.assertGreater(written, whole / 4)
        code, _, stderr = self.train("run", "--resume", "auto", free_bytes=int(whole - written + 0.1 * whole))
        self.assertEqual(code, 0, stderr)

    def test_settings_besides_are_told_or_refused(self):
        process = self.start("run", "--set", "max_steps=200")
        wait_for_step(self, process, self.root / "run", 4)
        process.send_signal(signal.SIGTERM)
        process.communicate()
        code, _, stderr = self.train("run", "--resume", "auto", "--set", "learning_rate=1e-3")
        self.assertEqual(code, BAD_INPUT)
        self.assertIn("learning_rate is 5e-05 in this run, not 0.001", stderr)
        code, _, stderr = self.train("run", "--resume", "auto", "--set", "save_total_limit=1")
        self.assertEqual(code, 0, stderr)
        self.assertIn("save_total_limit is 1 from here on", stderr)
        self.assertIn("the run file says otherwise, which is not used: max_steps", stderr)
        self.assertEqual(len(list((self.root / "run").glob("checkpoint-*"))), 1)
        code, _, stderr = self.train("run", "--resume", "auto", "--set", "num_train_epochs=4")
        self.assertEqual(code, 0)
        self.assertIn("not used, because the run is finished: num_train_epochs", stderr)
        self.assertIn(f"--set model={self.root}/run", stderr)
        code, _, stderr = self.train("run", "--resume", "auto", "--set", "seed=42")
        self.assertNotIn("not used, because", stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
