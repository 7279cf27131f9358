#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files made to hurt, at every place that reads one: nesting without end, pipes, devices and sockets under the names of
files, links that lead outside, numbers out of range. Each ends in a clean error at once."""
import json
import os
import shutil
import socket
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from hostile import BAD_INPUT, CLI, HostileTest, gpt2

LISTS = "[" * 66_000 + "]" * 66_000
OBJECTS = '{"a":' * 106_000 + "1" + "}" * 106_000


def deep(kind):
    """An object that is valid JSON but for its depth, with a second key: the one that made a reader copy."""
    return '{"a":' + kind + ',"n":1}'


class HostileFiles(HostileTest):
    def model_with(self, name, content):
        folder = self.root / "hostile-model"
        shutil.rmtree(folder, ignore_errors=True)
        gpt2(folder)
        (folder / name).unlink(missing_ok=True)
        content(folder / name)
        return folder

    def generate(self, folder):
        return self.run_cli("generate", "--model", folder, "--prompt", "a", "--max-new-tokens", 1, "--threads", 1)

    def tokenize(self, folder, line=b'{"text": "a"}\n'):
        return self.run_cli("tokenize", "--model", folder, stdin=None, input=line)

    # Nesting

    def test_deep_nesting_in_a_models_files(self):
        for kind in (LISTS, OBJECTS):
            for name in ("config.json", "generation_config.json", "vocab.json", "tokenizer.json",
                         "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json"):
                with self.subTest(name):
                    folder = self.model_with(name, lambda file: file.write_text(deep(kind)))
                    self.expect_clean_error(self.generate(folder), name, "nested deeper than 200 levels")

    def test_deep_nesting_in_a_safetensors_header(self):
        for kind in (LISTS, OBJECTS):
            header = deep(kind).encode()
            folder = self.model_with("model.safetensors",
                                     lambda file: file.write_bytes(len(header).to_bytes(8, "little") + header))
            self.expect_clean_error(self.generate(folder), "model.safetensors", "nested deeper")
            index = self.model_with("model.safetensors.index.json", lambda file: file.write_text(deep(kind)))
            (index / "model.safetensors").unlink()
            self.expect_clean_error(self.generate(index), "index.json", "nested deeper")

    def test_deep_nesting_in_run_files_and_settings(self):
        for kind in (LISTS, OBJECTS):
            file = self.root / "deep.json"
            file.write_text('{"fettle":1,"arguments":{"learning_rate":' + kind + "}}")
            self.expect_clean_error(self.run_cli("forecast", file), "deep.json", "nested deeper")
            self.expect_clean_error(self.run_cli("train", file), "deep.json", "nested deeper")
        setting = "[" * 30_000 + "]" * 30_000  # the longest that a command line takes is 128 kB
        for key in ("learning_rate", "data.train", "samples.prompts", "model", "no_such"):
            self.expect_clean_error(self.run_cli("train", self.run_file(), "--set", f"{key}={setting}"))

    def test_deep_nesting_in_rows(self):
        for kind in (LISTS, OBJECTS):
            rows = self.root / "a.jsonl"
            rows.write_text('{"text":"one"}\n{"text":' + kind + ',"n":1}\n')
            self.expect_clean_error(self.run_cli("data", rows), "a.jsonl")
            self.expect_clean_error(self.tokenize("bundled:nano-gpt", b'{"text":"a"}\n' + deep(kind).encode()),
                                    "standard input, line 2", "nested deeper")

    def test_deep_nesting_in_a_run_folder(self):
        whole = self.finished_run(self.root / "runs" / "whole")
        for number, kind in enumerate((LISTS, OBJECTS)):
            for name in ("run.json", "passport.json", "journal.jsonl"):
                hurt = self.root / "runs" / f"{name}-{number}"
                shutil.copytree(whole, hurt)
                (hurt / name).write_text(deep(kind) + "\n")
            for name in ("fettle_state.json", "trainer_state.json", "config.json"):
                hurt = self.root / "runs" / f"{name}-{number}"
                shutil.copytree(whole, hurt)
                (hurt / "checkpoint-4" / name).write_text(deep(kind))
        listed = self.run_cli("runs", self.root / "runs", "--json")
        self.assertEqual(listed.returncode, 0, listed.stderr)
        states = {run["name"]: run["state"] for run in json.loads(listed.stdout)}
        self.assertEqual(len(states), 13)
        self.assertEqual(states["whole"], "finished")
        self.assertEqual(states["run.json-0"], "broken")
        self.assertEqual(self.run_cli("runs", self.root / "runs").returncode, 0)
        for folder in (self.root / "runs").iterdir():
            with self.subTest(folder.name):
                journal = folder / "journal.jsonl"  # as if it had been killed at the end
                journal.write_text("".join(line + "\n" for line in journal.read_text().splitlines()
                                           if '"finished"' not in line))
                again = self.run_cli("train", self.run_file(), "--resume", folder)
                self.assertIn(again.returncode, (0, 1, BAD_INPUT), again.stderr)
                self.assertNotIn(b"json.exception", again.stderr)

    # Numbers

    def test_numbers_out_of_range_are_told_with_their_place(self):
        huge = "9" * 400
        for number in ("1e400", huge, "-1e999"):
            rows = self.root / "numbers.jsonl"
            rows.write_text('{"text":"one","n":1}\n{"text":"two","n":' + number + "}\n")
            result = self.run_cli("data", rows)
            if result.returncode != 0:  # a column that nobody reads may be anything
                self.expect_clean_error(result, "numbers.jsonl, line 2")
            rows.write_text('{"input_ids":[1,2]}\n{"input_ids":[1,' + number + "]}\n")
            self.expect_clean_error(self.run_cli("data", rows), "numbers.jsonl, line 2")
            self.expect_clean_error(self.tokenize("bundled:nano-gpt", b'{"text":"a"}\n{"n":' + number.encode() + b"}"),
                                    "standard input, line 2", "too large")
            file = self.root / "huge.json"
            file.write_text('{"fettle":1,\n"arguments":{"seed":' + number + "}}")
            self.expect_clean_error(self.run_cli("forecast", file), "huge.json, line 2", "too large")
            folder = self.model_with("config.json", lambda f: f.write_text('{"model_type":"gpt2","n_layer":' + number + "}"))
            self.expect_clean_error(self.generate(folder), "config.json, line 1", "too large")
        for ids in ("[1e30]", "[-1]", "[99999999999999999999]", '["a"]', "[1.5]", "[18446744073709551615]", "7"):
            result = self.run_cli("tokenize", "--decode", "--model", "bundled:nano-gpt", stdin=None,
                                  input=('{"ids":' + ids + "}\n").encode())
            self.expect_clean_error(result, "standard input, line 1")

    # Things that are no files

    def each_thing(self):
        def pipe(path):
            os.mkfifo(path)

        def device(path):
            path.symlink_to("/dev/urandom")

        def listener(path):
            with socket.socket(socket.AF_UNIX) as end:
                here = os.getcwd()
                os.chdir(path.parent)
                end.bind(path.name)
                os.chdir(here)

        return (pipe, "a pipe"), (device, "a device"), (listener, "a socket")

    def test_a_models_files_must_be_files(self):
        for make, words in self.each_thing():
            for name in ("config.json", "model.safetensors"):
                with self.subTest(f"{name} {words}"):
                    self.expect_clean_error(self.generate(self.model_with(name, make)), name, words)
            for name in ("vocab.json", "merges.txt", "tokenizer.json", "special_tokens_map.json", "README.md",
                         "generation_config.json", "tokenizer.model", "added_tokens.json", "chat_template.jinja", "LICENSE"):
                with self.subTest(f"{name} {words}"):  # some are left out where they are no files; none is waited for
                    result = self.generate(self.model_with(name, make))
                    self.assertIn(result.returncode, (0, BAD_INPUT), result.stderr)
                    run = self.run_file("pipes.json", output_dir=str(self.root / "out"), save_strategy="no", max_steps=1)
                    result = self.run_cli("train", run, "--set", f"model={self.root / 'hostile-model'}")
                    self.assertIn(result.returncode, (0, 1, BAD_INPUT), result.stderr)
                    shutil.rmtree(self.root / "out", ignore_errors=True)

    def test_a_run_folders_files_must_be_files(self):
        whole = self.finished_run(self.root / "whole")
        for make, _ in self.each_thing():
            for name in ("run.json", "journal.jsonl", "passport.json", ".fettle-lock", "checkpoint-4/fettle_state.json",
                         "checkpoint-4/trainer_state.json", "checkpoint-4/model.safetensors",
                         "checkpoint-4/optimizer.safetensors", "checkpoint-4/config.json"):
                with self.subTest(f"{name} {make.__name__}"):
                    hurt = self.root / "runs" / "hurt"
                    shutil.rmtree(hurt, ignore_errors=True)
                    shutil.copytree(whole, hurt)
                    journal = hurt / "journal.jsonl"
                    journal.write_text("".join(line + "\n" for line in journal.read_text().splitlines()
                                               if '"finished"' not in line))
                    (hurt / name).unlink(missing_ok=True)
                    make(hurt / name)
                    self.assertEqual(self.run_cli("runs", self.root / "runs").returncode, 0)
                    again = self.run_cli("train", self.run_file(), "--resume", hurt)
                    self.assertIn(again.returncode, (0, 1, BAD_INPUT), again.stderr)

    def test_a_text_may_be_a_pipe(self):
        read, write = os.pipe()
        os.write(write, b"the wind is fair\n" * 3)
        os.close(write)
        result = self.run_cli("data", f"/dev/fd/{read}", "--json", pass_fds=[read])
        os.close(read)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(json.loads(result.stdout)["rows"], 3)

    def test_a_pipe_without_a_writer_is_not_waited_for(self):
        pipe = self.root / "pipe"
        os.mkfifo(pipe)
        self.expect_clean_error(self.run_cli("data", pipe), "pipe, and nobody writes into it")
        self.expect_clean_error(self.run_cli("train", pipe), "pipe, and nobody writes into it")

    def test_nothing_is_written_through_links(self):
        run = self.finished_run(self.root / "out")
        notes = self.root / "notes.txt"
        notes.write_text("my notes\nan unfinished line")
        journal = (run / "journal.jsonl").read_text()
        (run / "journal.jsonl").unlink()
        (run / "journal.jsonl").symlink_to(notes)
        result = self.run_cli("train", self.run_file(), "--resume", run)
        self.expect_clean_error(result, "journal.jsonl")
        self.assertEqual(notes.read_text(), "my notes\nan unfinished line")
        (run / "journal.jsonl").unlink()
        (run / "journal.jsonl").write_text("".join(line + "\n" for line in journal.splitlines()
                                                   if '"finished"' not in line))
        (run / ".fettle-lock").unlink(missing_ok=True)
        (run / ".fettle-lock").symlink_to(self.root / "elsewhere")
        result = self.run_cli("train", self.run_file(), "--resume", run)
        self.expect_clean_error(result, ".fettle-lock")
        self.assertFalse((self.root / "elsewhere").exists())


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
