#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks what Fettle brings along: the texts are what their script writes, the tokenizers are whole and belong to
their models, the run files name what exists, and the models are small. Usage: test_resources.py SOURCE_FOLDER"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

SOURCE = Path(sys.argv.pop(1) if len(sys.argv) > 1 else Path(__file__).parents[2])
RESOURCES = SOURCE / "resources"
GPT_FOLDERS = ["models/nano-gpt", "examples/gpt2-shape"]
BERT_FOLDERS = ["models/nano-bert", "examples/bert-base-shape"]


def load(path):
    return json.loads((RESOURCES / path).read_text(encoding="utf-8"))


class Texts(unittest.TestCase):
    def test_texts_are_what_their_script_writes(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, "-B", RESOURCES / "texts/generate_texts.py", "--folder", folder], check=True)
            for made in sorted(Path(folder).iterdir()):
                self.assertEqual(made.read_bytes(), (RESOURCES / "texts" / made.name).read_bytes(), made.name)

    def test_rows_are_whole_and_different(self):
        for path in RESOURCES.glob("texts/*.txt"):
            rows = path.read_text(encoding="ascii").splitlines()
            self.assertEqual(len(rows), len(set(rows)), path.name)
            self.assertTrue(all(row and not set("{}[]|") & set(row) for row in rows), path.name)

    def test_stories_come_again_from_the_same_seed(self):
        command = [sys.executable, "-B", RESOURCES / "models/generate_stories.py", "--rows", "300", "--seed"]
        first, again, other = (subprocess.run([*command, seed], check=True, capture_output=True).stdout for seed in "556")
        self.assertEqual(first, again)
        self.assertNotEqual(first, other)
        self.assertFalse(set(b"{}[]|") & set(first))


class Models(unittest.TestCase):
    def test_byte_level_vocabulary(self):
        for folder in GPT_FOLDERS:
            vocabulary, config = load(f"{folder}/vocab.json"), load(f"{folder}/config.json")
            lines = (RESOURCES / folder / "merges.txt").read_text(encoding="utf-8").splitlines()[1:]
            self.assertEqual(sorted(vocabulary.values()), list(range(len(vocabulary))))
            self.assertEqual(len(vocabulary), 256 + len(lines) + 1)
            self.assertTrue(all(line.replace(" ", "") in vocabulary for line in lines))
            self.assertLessEqual(len(vocabulary), config["vocab_size"])
            self.assertEqual(config["eos_token_id"], vocabulary["<|endoftext|>"])
            self.assertEqual(load(f"{folder}/generation_config.json")["eos_token_id"], vocabulary["<|endoftext|>"])

    def test_word_pieces(self):
        for folder in BERT_FOLDERS:
            pieces = (RESOURCES / folder / "vocab.txt").read_text(encoding="ascii").splitlines()
            self.assertEqual(pieces[:5], ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"])
            self.assertEqual(len(pieces), len(set(pieces)))
            self.assertLessEqual(len(pieces), load(f"{folder}/config.json")["vocab_size"])
            for word in ["rent", "terminate", "law", "agreement", "tenant"]:
                self.assertIn(word, pieces)

    def test_models_are_small(self):
        weights = list(RESOURCES.glob("models/*/*.safetensors"))
        self.assertLessEqual(sum(path.stat().st_size for path in weights), 8_000_000)


class RunFiles(unittest.TestCase):
    def test_run_files_name_what_exists(self):
        files = [path for folder in ("demos", "examples", "models/nano-gpt", "models/nano-bert")
                 for path in RESOURCES.joinpath(folder).glob("*.json") if "arguments" in json.loads(path.read_text())]
        self.assertEqual(len(files), 8)
        for path in files:
            run = json.loads(path.read_text())
            kind, _, name = run["model"].partition(":")
            model = RESOURCES / "models" / name if kind == "bundled" else path.parent / name
            self.assertTrue((model / "config.json").is_file(), path)
            if run["data"]["train"].startswith("bundled:"):
                self.assertTrue((RESOURCES / "texts" / (run["data"]["train"][8:] + ".txt")).is_file(), path)


if __name__ == "__main__":
    unittest.main()
