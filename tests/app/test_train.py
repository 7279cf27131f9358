#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fettle-cli train from outside: exit codes, killed and stopped runs that go on to the same numbers, full disks."""
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import loaded_program
from waiting import wait_for_step

CLI = pathlib.Path(sys.argv[1]).resolve()
SOURCE = pathlib.Path(sys.argv[2]).resolve()
GOLDEN = SOURCE / "tests" / "golden" / "train"
BAD_INPUT, STOPPED, OUT_OF_RESOURCES = 2, 3, 4


def steps_of(folder):
    """Losses by step as a reader of the journal sees them: what a resume did again is counted once."""
    losses = {}
    for line in (folder / "journal.jsonl").read_text().splitlines():
        event = json.loads(line)
        if event["event"] == "resumed":
            losses = {step: loss for step, loss in losses.items() if step <= event["from_step"]}
        elif event["event"] == "step":
            losses[event["step"]] = event["loss"]
    return losses


class TrainCommand(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="fettle-cli-"))
        self.env = dict(os.environ, HOME=str(self.root), XDG_STATE_HOME=str(self.root / "state"))

    def tearDown(self):
        shutil.rmtree(self.root)

    def make_run(self, golden, dropout, **arguments):
        """A run file for a tiny recorded model with dropout switched on, and rows of token ids."""
        model = self.root / golden
        shutil.copytree(GOLDEN / golden / "init", model)
        config = json.loads((model / "config.json").read_text())
        config.update({key: 0.1 for key in dropout})
        (model / "config.json").write_text(json.dumps(config))
        size = config["vocab_size"]
        if config["model_type"] == "bert":
            words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"w{i}" for i in range(5, size)]
            (model / "vocab.txt").write_text("\n".join(words) + "\n")
        else:
            letters = [chr(ord("!") + i) for i in range(94)]
            words = letters + [f"w{i}" for i in range(94, size)]
            (model / "vocab.json").write_text(json.dumps({word: i for i, word in enumerate(words)}))
            (model / "merges.txt").write_text("#version: 0.2\n")
        rows = json.loads((GOLDEN / golden / "dataset.json").read_text())["train"]
        (self.root / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
        run = {"fettle": 1, "model": golden, "data": {"train": "rows.jsonl", "validation": 0.2},
               "arguments": {"learning_rate": 1e-3, "per_device_train_batch_size": 4, "threads": 1,
                             "gradient_accumulation_steps": 2, "eval_steps": 50, **arguments}}
        file = self.root / "my-run.json"
        file.write_text(json.dumps(run))
        return file

    def command(self, run, out, *more):
        return [str(CLI), "train", str(run), "--output-dir", str(self.root / out), *more]

    def train(self, run, out, *more, **options):
        return loaded_program.run(self.command(run, out, *more), env=self.env, capture_output=True, text=True, timeout=300,
                              **options)

    def start_and_wait(self, run, out, step, *more):
        """Starts a run and returns once its journal has that step."""
        process = subprocess.Popen(self.command(run, out, *more), env=self.env, stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        wait_for_step(self, process, self.root / out, step)
        return process

    def expect_kill_is_harmless(self, golden, dropout):
        run = self.make_run(golden, dropout, max_steps=300, save_steps=20, save_total_limit=2)
        whole = self.train(run, "whole")
        self.assertEqual(whole.returncode, 0, whole.stderr)
        for step in (50, 130):  # the second time in the part that was resumed
            process = self.start_and_wait(run, "killed", step, "--resume", "auto")
            process.send_signal(signal.SIGKILL)
            process.communicate()
        end = self.train(run, "killed", "--resume", "auto")
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertEqual(end.stdout.strip(), str(self.root / "killed"))
        self.assertEqual(steps_of(self.root / "killed"), steps_of(self.root / "whole"))
        self.assertEqual((self.root / "killed" / "model.safetensors").read_bytes(),
                         (self.root / "whole" / "model.safetensors").read_bytes())
        self.assertEqual(sorted(p.name for p in (self.root / "killed").iterdir()),
                         sorted(p.name for p in (self.root / "whole").iterdir()))

    def test_a_killed_causal_run_goes_on_to_the_same_numbers(self):
        self.expect_kill_is_harmless("gpt2_linear_ga2", ["attn_pdrop", "embd_pdrop", "resid_pdrop"])

    def test_a_killed_masked_run_goes_on_to_the_same_numbers(self):
        self.expect_kill_is_harmless("bert_mlm_linear_ga2", ["attention_probs_dropout_prob", "hidden_dropout_prob"])

    def test_a_signal_saves_and_exits_with_3(self):
        run = self.make_run("gpt2_linear_ga2", [], max_steps=300, save_strategy="no")
        for number in (signal.SIGINT, signal.SIGTERM):
            out = number.name
            process = self.start_and_wait(run, out, 20)
            process.send_signal(number)
            stdout, stderr = process.communicate(timeout=120)
            self.assertEqual(process.returncode, STOPPED, stderr)
            self.assertEqual(stdout.strip(), str(self.root / out))
            self.assertTrue(list((self.root / out).glob("checkpoint-*")))
            end = self.train(run, out, "--resume", str(self.root / out))
            self.assertEqual(end.returncode, 0, end.stderr)
            self.assertEqual(len(steps_of(self.root / out)), 300)

    def test_a_second_signal_ends_at_once(self):
        run = self.make_run("gpt2_linear_ga2", [], max_steps=100000)
        process = self.start_and_wait(run, "out", 1)
        # Both arrive while it stands still, so that no step can end between them.
        process.send_signal(signal.SIGSTOP)
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGCONT)
        process.communicate(timeout=120)
        self.assertIn(process.returncode, (-signal.SIGINT, -signal.SIGTERM, STOPPED))

    def test_a_folder_that_holds_a_run_is_left_alone(self):
        run = self.make_run("gpt2_linear_ga2", [], max_steps=2)
        self.assertEqual(self.train(run, "out").returncode, 0)
        before = {p: p.stat().st_mtime_ns for p in (self.root / "out").rglob("*")}
        again = self.train(run, "out")
        self.assertEqual(again.returncode, BAD_INPUT)
        self.assertIn("--resume auto", again.stderr)
        self.assertEqual({p: p.stat().st_mtime_ns for p in (self.root / "out").rglob("*")}, before)
        finished = self.train(run, "out", "--resume", "auto", "--json")
        self.assertEqual(finished.returncode, 0)
        self.assertEqual(json.loads(finished.stdout)["steps"], 2)

    def test_resume_auto_with_nothing_to_resume_starts_anew(self):
        run = self.make_run("gpt2_linear_ga2", [], max_steps=2)
        done = self.train(run, "out", "--resume", "auto", "--json")
        self.assertEqual(done.returncode, 0, done.stderr)
        result = json.loads(done.stdout)
        self.assertEqual((result["reason"], result["steps"]), ("done", 2))
        self.assertGreater(result["train_loss"], 0)

    def test_two_programs_do_not_write_one_folder(self):
        run = self.make_run("gpt2_linear_ga2", [], max_steps=100000)
        process = self.start_and_wait(run, "out", 2)
        second = self.train(run, "out", "--resume", "auto")
        process.kill()
        process.communicate()
        self.assertEqual(second.returncode, BAD_INPUT)
        self.assertIn("being written", second.stderr)

    def test_bad_input_is_named_and_exits_with_2(self):
        run = self.make_run("gpt2_linear_ga2", [], max_steps=2)
        for more, word in ((["--set", "learning_rat=1"], "learning_rate"), (["--set", "bf16=true"], "not supported yet"),
                           (["--set", "learning_rate=5"], "at most 0.1"), (["--set", "data.max_lenght=3"], "max_length"),
                           (["--set", "model=/nowhere"], "/nowhere"), (["--no-such-flag"], "no-such-flag")):
            result = self.train(run, "out", *more)
            self.assertEqual(result.returncode, BAD_INPUT, more)
            self.assertIn(word, result.stderr + result.stdout, more)
        broken = self.root / "broken.json"
        broken.write_text('{\n  "model": bundled\n}')
        result = self.train(broken, "out")
        self.assertEqual(result.returncode, BAD_INPUT)
        self.assertIn("broken.json, line 2, column", result.stderr)
        self.assertFalse((self.root / "out").exists())

    def test_a_full_disk_exits_with_4_and_the_run_goes_on(self):
        run = self.make_run("gpt2_linear_ga2", [], max_steps=30, save_steps=10)
        whole = self.train(run, "whole")
        self.assertEqual(whole.returncode, 0, whole.stderr)
        # A limit on the size of a file stands in for the disk: the weights do not fit.
        small = self.train(run, "out", preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000)))
        self.assertEqual(small.returncode, OUT_OF_RESOURCES, small.stderr)
        self.assertIn("larger than this session", small.stderr)
        self.assertFalse([p for p in (self.root / "out").rglob("*") if ".partial" in p.name])
        self.assertFalse((self.root / "out" / "model.safetensors").exists())
        end = self.train(run, "out", "--resume", "auto")
        self.assertEqual(end.returncode, 0, end.stderr)
        self.assertEqual(steps_of(self.root / "out"), steps_of(self.root / "whole"))

    def test_too_little_memory_is_said_before_the_start(self):
        run = self.make_run("gpt2_linear_ga2", [])
        text = self.root / "text.txt"
        text.write_text("The wind is fair.\n" * 100_000)
        result = self.train(run, "out", "--set", f"model=random:{SOURCE}/resources/examples/gpt2-shape",
                            "--set", f"data.train={text}", "--set", "per_device_train_batch_size=65536")
        self.assertEqual(result.returncode, OUT_OF_RESOURCES, result.stderr)
        self.assertIn("memory needed", result.stderr)
        self.assertFalse((self.root / "out").exists())

    def test_runs_lists_them(self):
        run = self.make_run("gpt2_linear_ga2", [], max_steps=2)
        for name in ("one", "two"):
            self.assertEqual(self.train(run, name, "--set", f"seed={len(name) + ord(name[0])}").returncode, 0)
        listed = loaded_program.run([str(CLI), "runs", str(self.root), "--json"], env=self.env, capture_output=True,
                                text=True, check=True)
        runs = json.loads(listed.stdout)
        self.assertEqual({r["name"]: r["state"] for r in runs}, {"one": "finished", "two": "finished"})
        compared = loaded_program.run([str(CLI), "compare", str(self.root / "one"), str(self.root / "two"), "--json"],
                                  env=self.env, capture_output=True, text=True, check=True)
        self.assertEqual(list(json.loads(compared.stdout)["different"]), ["arguments.seed"])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
