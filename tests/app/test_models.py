#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Model folders that are not as they should be, in every command. usage: test_models.py FETTLE_CLI SOURCE_ROOT"""
import array
import json
import os
import pathlib
import shutil
import struct
import sys
import tempfile
import unittest

import loaded_program

CLI, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
BERT, GPT = ROOT / "resources/models/nano-bert", ROOT / "resources/models/nano-gpt"


def run(*arguments):
    environment = {**os.environ, "FETTLE_RESOURCES": str(ROOT / "resources"), "HOME": str(SCRATCH)}
    return loaded_program.run([CLI, *map(str, arguments)], capture_output=True, text=True, timeout=120, env=environment)


def read(folder):
    data = (folder / "model.safetensors").read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    return {name: (info["dtype"], info["shape"], data[8 + size + info["data_offsets"][0]:
                                                      8 + size + info["data_offsets"][1]])
            for name, info in header.items()}


def write(folder, tensors):
    header, body = {}, b""
    for name, (dtype, shape, data) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(body), len(body) + len(data)]}
        body += data
    text = json.dumps(header).encode()
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)


class Models(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(dir=SCRATCH))

    def copy(self, model):
        folder = self.folder / "model"
        shutil.copytree(model, folder)
        return folder

    def configure(self, folder, **keys):
        config = json.loads((folder / "config.json").read_text())
        config.update(keys)
        (folder / "config.json").write_text(json.dumps(config))

    def every_command(self, folder):
        """What each command that loads this model says."""
        masked = json.loads((folder / "config.json").read_text())["model_type"] == "bert"
        text, batch = self.folder / "text.txt", self.folder / "batch.safetensors"
        text.write_text("the first line\nthe second line\n" * 20)
        ids = array.array("q", range(5, 13)).tobytes()
        header = json.dumps({"input_ids": {"dtype": "I64", "shape": [1, 8], "data_offsets": [0, 64]},
                             "labels": {"dtype": "I64", "shape": [1, 8], "data_offsets": [64, 128]}}).encode()
        batch.write_bytes(struct.pack("<Q", len(header)) + header + ids + ids)
        file = self.folder / "run.json"
        file.write_text(json.dumps({"fettle": 1, "model": str(folder), "data": {"train": str(text)},
                                    "samples": {"prompts": []},
                                    "arguments": {"max_steps": 1, "output_dir": str(self.folder / "run")}}))
        yield "train", run("train", file)
        yield "forecast", run("forecast", file)
        yield "eval", run("eval", "--model", folder, "--data", text)
        yield "probe", run("probe", "--model", folder, "--batch", batch, "--out", self.folder / "out")
        if masked:
            yield "fill-mask", run("fill-mask", "--model", folder, "--text", "the [MASK] line")
        else:
            yield "generate", run("generate", "--model", folder, "--prompt", "the", "--max-new-tokens", 3)

    def test_sizes_that_no_model_has(self):
        for model, key, value in ((GPT, "n_layer", 2**31 - 1), (GPT, "vocab_size", 2**31 - 1), (GPT, "n_layer", 65536),
                                  (BERT, "num_hidden_layers", 2**31 - 1), (BERT, "hidden_size", -4),
                                  (GPT, "vocab_size", 16_000_000), (GPT, "n_head", 5)):
            folder = self.copy(model)
            self.configure(folder, **{key: value})
            for command, result in self.every_command(folder):
                self.assertEqual(result.returncode, 2, (command, key, result.stderr))
                self.assertIn(f"{key} = {value}", result.stderr, command)
            shutil.rmtree(folder)

    def test_more_memory_than_there_is(self):
        folder = self.copy(GPT)
        (folder / "model.safetensors").unlink()
        self.configure(folder, vocab_size=16_000_000, n_embd=1_000_000, n_head=1)
        result = run("generate", "--model", f"random:{folder}", "--prompt", "a")
        self.assertEqual(result.returncode, 4, result.stderr)
        self.assertIn("vocab_size = 16000000", result.stderr)

    def test_weights_that_are_no_numbers(self):
        for model, name in ((GPT, "transformer.ln_f.weight"), (BERT, "bert.embeddings.LayerNorm.weight")):
            folder = self.copy(model)
            tensors = read(folder)
            dtype, shape, data = tensors[name]
            nan = struct.pack({"F32": "<f", "F16": "<e"}[dtype], float("nan"))
            tensors[name] = dtype, shape, nan + data[len(nan):]
            write(folder, tensors)
            for command, result in self.every_command(folder):
                if command == "forecast":
                    continue
                self.assertEqual(result.returncode, 0 if command == "probe" else 2, (command, result.stderr))
                self.assertIn(name, result.stderr, command)
                self.assertNotIn("learning rate", result.stderr)
                self.assertNotIn("LibTorch", result.stderr)
                self.assertNotIn("nan", result.stdout if command != "probe" else "")
            shutil.rmtree(folder)

    def test_what_is_drawn_anew_is_said_by_every_command(self):
        folder = self.copy(BERT)
        write(folder, {name: tensor for name, tensor in read(folder).items() if not name.startswith("cls.")})
        for command, result in self.every_command(folder):
            self.assertEqual(result.returncode, 0, (command, result.stderr))
            self.assertIn("drawn anew", result.stderr, command)
            self.assertIn("cls.predictions.bias", result.stderr, command)
        journal = [json.loads(line) for line in (self.folder / "run/journal.jsonl").read_text().splitlines()]
        notices = [event for event in journal if event["event"] == "notice"]
        self.assertTrue(any(event["level"] == "warning" and "drawn anew" in event["message"] for event in notices))

    def test_a_context_named_n_ctx_alone_holds_for_the_preview_too(self):
        folder = self.copy(GPT)
        config = json.loads((folder / "config.json").read_text())
        config.pop("n_positions", None)
        config["n_ctx"] = 16
        (folder / "config.json").write_text(json.dumps(config))
        text = self.folder / "text.txt"
        text.write_text("the first line of a text that is long enough to be more than sixteen tokens of it\n" * 9)
        result = run("data", text, "--model", f"random:{folder}", "--set", "data.max_length=64")
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("16", result.stderr)

    def test_a_sentencepiece_file_alone_is_a_tokenizer_and_goes_along(self):
        source = ROOT / "tests/golden/tokenizers/pieces_deberta_v2"
        model = self.folder / "model"
        shutil.copytree(source, model)
        (model / "cases.jsonl").unlink()
        self.configure(model, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=24,
                       max_position_embeddings=40, type_vocab_size=0, relative_attention=True,
                       pos_att_type=["p2c", "c2p"])
        text, file, out = self.folder / "text.txt", self.folder / "run.json", self.folder / "run"
        text.write_text("the ship and the sea\nthe sea and the wind\n" * 20)
        file.write_text(json.dumps({"fettle": 1, "model": f"random:{model}", "data": {"train": str(text)},
                                    "arguments": {"max_steps": 2, "save_steps": 1, "output_dir": str(out)}}))
        for command in (("data", text, "--model", f"random:{model}"), ("forecast", file), ("train", file)):
            result = run(*command)
            self.assertEqual(result.returncode, 0, (command, result.stderr))
        for folder in (out, out / "checkpoint-1"):
            for name in ("spm.model", "tokenizer_config.json"):
                self.assertEqual((folder / name).read_bytes(), (source / name).read_bytes(), folder)
            self.assertFalse((folder / "tokenizer.json").exists())
            result = run("fill-mask", "--model", folder, "--text", "the [MASK] and the sea", "--top-k", "3")
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual([len(blank) for blank in json.loads(result.stdout)], [3])
        result = run("eval", "--model", out, "--data", text)
        self.assertEqual(result.returncode, 0, result.stderr)
        (model / "spm.model").write_bytes((source / "spm.model").read_bytes()[:3000])
        result = run("train", file, "--set", f"output_dir={self.folder / 'other'}")
        self.assertEqual(result.returncode, 2, result.stderr)
        self.assertIn("spm.model", result.stderr)
        self.assertIn("cut short", result.stderr)
        self.assertFalse((self.folder / "other").exists())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        SCRATCH = pathlib.Path(scratch)
        unittest.main(argv=sys.argv[:1])
