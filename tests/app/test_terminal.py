#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fettle-cli and the world around it: terminals that close, readers that go away, disks that take nothing, names that
hold escapes or are no UTF-8, numbers of threads."""
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from hostile import BAD_INPUT, CLI, FAILED, OUT_OF_RESOURCES, STOPPED, HostileTest
from waiting import wait_for_step

LONG = 100_000  # steps: more than any test waits for


class Terminal(HostileTest):
    def start(self, out, step=5, **options):
        """A long run that has come to that step; its messages go to a pipe unless told otherwise."""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
        run = self.run_file(max_steps=LONG, save_strategy="no")
        process = subprocess.Popen([str(CLI), "train", str(run), "--output-dir", str(out)], env=self.env, **options)
        wait_for_step(self, process, out, step)
        return process

    # Signals

    def test_a_closed_terminal_saves_and_exits_with_3(self):
        out = self.root / "out"
        process = self.start(out)
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGHUP)  # the shell and the kernel both send it
        _, words = process.communicate(timeout=60)
        self.assertEqual(process.returncode, STOPPED, words)
        self.assertTrue(list(out.glob("checkpoint-*")))

    def test_under_nohup_it_goes_on(self):
        out = self.root / "out"
        process = self.start(out, preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
        process.send_signal(signal.SIGHUP)
        steps = (out / "journal.jsonl").read_text().count('"step","step":')
        wait_for_step(self, process, out, steps + 50)
        process.kill()
        process.communicate()

    def test_a_reader_that_goes_away_does_not_end_the_run(self):
        out = self.root / "out"
        read, write = os.pipe()
        run = self.run_file(max_steps=3000, save_strategy="no")
        process = subprocess.Popen([str(CLI), "train", str(run), "--output-dir", str(out)], env=self.env,
                                   stdout=subprocess.DEVNULL, stderr=write)
        os.close(write)
        os.read(read, 1)
        os.close(read)
        self.assertEqual(process.wait(timeout=120), 0)
        self.assertTrue((out / "model.safetensors").exists())

    # Output that arrives nowhere

    def test_a_result_that_cannot_be_written_is_an_error(self):
        run = self.run_file()
        self.finished_run(self.root / "runs" / "one")
        line = b'{"text": "a"}\n'
        for arguments in (["runs", self.root / "runs"], ["runs", self.root / "runs", "--json"], ["--help"],
                          ["runs", "--help"], ["data", self.root / "text.txt"],
                          ["tokenize", "--model", self.root / "model"], ["forecast", run],
                          ["generate", "--model", self.root / "model", "--prompt", "a", "--max-new-tokens", "2"],
                          ["train", run, "--output-dir", self.root / "runs" / "two", "--json"]):
            with self.subTest(arguments[0]), open("/dev/full", "wb") as full:
                options = {"stdin": None, "input": line} if arguments[0] == "tokenize" else {}
                result = self.run_cli(*arguments, stdout=full, **options)
                self.assertEqual(result.returncode, FAILED, result.stderr)
                self.assertIn(b"could not be written to standard output", result.stderr)
        self.assertTrue((self.root / "runs" / "two" / "model.safetensors").exists())  # the run itself is whole

    def test_a_limit_on_file_size_is_no_full_disk(self):
        result = self.run_cli("train", self.run_file(), "--output-dir", self.root / "out",
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (40000, 40000)))
        self.expect_clean_error_at_the_end(result, OUT_OF_RESOURCES, "larger than this session", "ulimit -f")

    def test_a_folder_deleted_under_a_run_is_a_failure(self):
        out = self.root / "out"
        process = self.start(out, step=20)
        shutil.rmtree(out, ignore_errors=True)
        process.send_signal(signal.SIGTERM)
        _, words = process.communicate(timeout=60)
        self.assertEqual(process.returncode, FAILED, words)

    def expect_clean_error_at_the_end(self, result, code, *expected):
        error = result.stderr[result.stderr.rfind(b"error: "):]
        result.stderr = error
        self.expect_clean_error(result, *expected, code=code)

    # Names and values that are not for a terminal

    def test_foreign_names_are_printable_and_short(self):
        evil = "a\x1b[2J\x1b]0;title\x07\nerror: forged"
        self.run_file()
        long = "x" * 100_000
        folder = self.root / evil
        shutil.copytree(self.root / "model", folder)
        config = json.loads((folder / "config.json").read_text())
        for value in (evil, long, [evil] * 1000, {"x": long}):
            for key in ("model_type", "n_layer", "activation_function", "architectures"):
                (folder / "config.json").write_text(json.dumps({**config, key: value}))
                result = self.run_cli("generate", "--model", folder, "--prompt", "a", "--max-new-tokens", 1)
                if result.returncode != 0:
                    self.expect_clean_error(result)
        for name, value in ((evil, 1), (long[:200], 1), ("learning_rate", evil), ("learning_rate", [long])):
            file = self.root / "evil.json"
            file.write_text(json.dumps({"fettle": 1, "arguments": {name: value}}))
            self.expect_clean_error(self.run_cli("forecast", file))
            file.write_text(json.dumps({"fettle": 1, name: value, "data": {"train": value}}))
            self.expect_clean_error(self.run_cli("forecast", file))
        self.expect_clean_error(self.run_cli("data", self.root / (evil + ".txt")))
        table = self.root / (evil + ".csv")
        table.write_text(f'"{evil}","b"\none,two\n')
        self.expect_clean_error(self.run_cli("data", table, "--column", "nothing"))
        self.finished_run(self.root / "runs" / evil)
        (self.root / "runs" / "broken\x1b[31m").mkdir()
        (self.root / "runs" / "broken\x1b[31m" / "run.json").write_text("{" + evil)
        listed = self.run_cli("runs", self.root / "runs")
        self.assertEqual(listed.returncode, 0)
        for line in listed.stdout.decode().splitlines():
            self.assertTrue(line.isprintable(), repr(line))
        self.assertEqual(len(listed.stdout.splitlines()), 3)

    def test_a_path_that_is_not_utf8(self):
        """Trains on such a text, in such a folder, lists it and goes on with it."""
        root = os.fsencode(self.root)
        self.run_file()
        text = root + b"/caf\xe9.txt"
        with open(text, "wb") as file:
            file.write(b"the wind is fair\n" * 10)
        out = root + b"/out\xff"
        environment = {os.fsencode(key): os.fsencode(value) for key, value in self.env.items()}
        command = [os.fsencode(CLI), b"train", root + b"/run.json", b"--output-dir", out]

        def train(*more):
            return subprocess.run([*command, *more], env=environment, capture_output=True, timeout=60)

        result = train(b"--set", b"data.train=" + text)
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(out + b"/run.json", encoding="utf-8") as file:
            settings = json.load(file)
        self.assertEqual(settings["data"]["train"], "file://" + str(self.root) + "/caf%E9.txt")
        with open(out + b"/passport.json", encoding="utf-8") as file:
            json.load(file)
        listed = subprocess.run([os.fsencode(CLI), b"runs", root, b"--json"], env=environment, capture_output=True,
                                timeout=60)
        self.assertEqual(listed.returncode, 0, listed.stderr)
        self.assertEqual(json.loads(listed.stdout)[0]["state"], "finished")
        # As if it had been killed before its end.
        with open(out + b"/journal.jsonl", "rb") as file:
            lines = [line for line in file if b'"finished"' not in line]
        with open(out + b"/journal.jsonl", "wb") as file:
            file.writelines(lines)
        result = train(b"--resume", out)
        self.assertEqual(result.returncode, 0, result.stderr)

    # Threads

    def test_threads_have_one_bound_everywhere(self):
        model = self.root / "model"
        run = self.run_file()
        text = self.root / "text.txt"
        commands = (["generate", "--model", model, "--prompt", "a", "--max-new-tokens", "1", "--threads"],
                    ["eval", "--model", model, "--data", text, "--threads"],
                    ["fill-mask", "--model", "bundled:nano-bert", "--text", "a [MASK]", "--threads"],
                    ["bench", "--model", "bundled:nano-gpt", "--steps", "1", "--threads"])
        for command in commands:
            for number in ("-1", "1025", "100000", "99999999999"):
                result = self.run_cli(*command, number)
                self.assertEqual(result.returncode, BAD_INPUT, (command, number, result.stderr))
        for number in ("-1", "1025", "100000"):
            result = self.run_cli("train", run, "--output-dir", self.root / "out", "--set", f"threads={number}")
            self.assertEqual(result.returncode, BAD_INPUT, result.stderr)
        result = self.run_cli(*commands[0], "1024")  # asks for more than there can be of use: takes fewer
        self.assertEqual(result.returncode, 0, result.stderr)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
