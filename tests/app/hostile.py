# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of hostile files and of terminals share: small whole models and runs, and a CLI that may not hang."""
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

import loaded_program

CLI = pathlib.Path(sys.argv[1]).resolve()
SOURCE = pathlib.Path(sys.argv[2]).resolve()
GOLDEN = SOURCE / "tests" / "golden"
FAILED, BAD_INPUT, STOPPED, OUT_OF_RESOURCES = 1, 2, 3, 4
# Far more than an answer takes (half a second), far less than waiting for ever: the machine may be busy.
PATIENCE = 60


def gpt2(folder):
    """The recorded model of 96 tokens with byte-level BPE over printable ASCII; 95 ends a text."""
    shutil.copytree(GOLDEN / "generate" / "gpt2", folder)
    characters = [chr(code) for code in range(33, 127)] + ["\u0120", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({c: i for i, c in enumerate(characters)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    (folder / "special_tokens_map.json").write_text(json.dumps(
        {key: "<|endoftext|>" for key in ("bos_token", "eos_token", "unk_token")}))
    return folder


class HostileTest(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="fettle-hostile-"))
        self.env = dict(os.environ, HOME=str(self.root), XDG_STATE_HOME=str(self.root / "state"),
                        FETTLE_RESOURCES=str(SOURCE / "resources"))

    def tearDown(self):
        shutil.rmtree(self.root)

    def run_cli(self, *arguments, **options):
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "stdin": subprocess.DEVNULL, **options}
        return loaded_program.run([CLI, *map(str, arguments)], timeout=PATIENCE, env=self.env, **options)

    def run_file(self, name="run.json", **arguments):
        """A run file for a model of 96 tokens and ten lines of text."""
        if not (self.root / "model").exists():
            gpt2(self.root / "model")
            (self.root / "text.txt").write_text("the wind is fair\n" * 10)
        file = self.root / name
        file.write_text(json.dumps({
            "fettle": 1, "model": "model", "data": {"train": "text.txt", "max_length": 16},
            "arguments": {"per_device_train_batch_size": 2, "threads": 1, "max_steps": 4, "save_steps": 2,
                          **arguments}}))
        return file

    def finished_run(self, out):
        result = self.run_cli("train", self.run_file(), "--output-dir", out)
        self.assertEqual(result.returncode, 0, result.stderr)
        return out

    def expect_clean_error(self, result, *expected, code=BAD_INPUT):
        """An exit code of ours, and words that are short, printable and of no library."""
        self.assertEqual(result.returncode, code, result.stderr)
        words = result.stderr.decode()
        for text in expected:
            self.assertIn(text, words)
        self.assertLess(len(words), 3000)
        for raw in ("json.exception", "nlohmann", "std::", "LibTorch", "c10", ".cc(", "Traceback"):
            self.assertNotIn(raw, words)
        for line in words.splitlines():
            self.assertTrue(line.isprintable(), repr(line))
