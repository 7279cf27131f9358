#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fettle-cli as scripts see it: exit codes, messages, JSON. usage: test_cli.py FETTLE_CLI SOURCE_ROOT"""
import json
import math
import os
import pathlib
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import unittest

import loaded_program

CLI = sys.argv[1]
ROOT = pathlib.Path(sys.argv[2])
GOLDEN = ROOT / "tests" / "golden" / "generate"
COMMANDS = ["train", "eval", "generate", "fill-mask", "tokenize", "probe", "data", "forecast", "export", "import", "runs",
            "compare", "bench", "doctor", "hub"]


def run(*arguments, **options):
    environment = {**os.environ, "FETTLE_RESOURCES": str(ROOT / "resources"), "HOME": str(SCRATCH)}
    return loaded_program.run([CLI, *map(str, arguments)], capture_output=True, text=True, timeout=300, env=environment,
                          **options)


def ascii_tokenizer(folder):
    """Byte-level BPE over printable ASCII for a model of 96 tokens; 95 ends a text."""
    characters = [chr(code) for code in range(33, 127)] + ["\u0120", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({c: i for i, c in enumerate(characters)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    (folder / "special_tokens_map.json").write_text(json.dumps(
        {key: "<|endoftext|>" for key in ("bos_token", "eos_token", "unk_token")}))


def gpt2(name):
    folder = SCRATCH / name
    shutil.copytree(GOLDEN / "gpt2", folder)
    ascii_tokenizer(folder)
    return folder


def bert(name):
    """config.json and vocabulary alone: used as random:FOLDER."""
    folder = SCRATCH / name
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({
        "model_type": "bert", "architectures": ["BertForMaskedLM"], "vocab_size": 32, "hidden_size": 16,
        "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 64,
        "type_vocab_size": 2, "pad_token_id": 0}))
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [chr(c) for c in range(ord("a"), ord("z") + 1)] + ["the"]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    return folder


def write(name, content):
    file = SCRATCH / name
    if isinstance(content, bytes):
        file.write_bytes(content)
    else:
        file.write_text(content)
    return file


def run_file(name, **keys):
    return write(name, json.dumps({"fettle": 1, **keys}))


class Cli(unittest.TestCase):
    def fails(self, code, *expected, run_result):
        self.assertEqual(run_result.returncode, code, run_result.stderr)
        for text in expected:
            self.assertIn(text, run_result.stderr)
        self.assertEqual(run_result.stdout, "")
        self.assertNotIn("Traceback", run_result.stderr)

    # The command line itself

    def test_help(self):
        self.assertEqual(run("--help").returncode, 0)
        for command in COMMANDS:
            answer = run(command, "--help")
            self.assertEqual(answer.returncode, 0, command)
            self.assertIn("--", answer.stdout)

    def test_usage(self):
        self.assertEqual(run().returncode, 2)
        answer = run("generat", "--model", "x")
        self.assertEqual(answer.returncode, 2)
        self.assertIn("Did you mean generate?", answer.stderr)
        answer = run("generate", "--modle", "x", "--prompt", "a")
        self.assertEqual(answer.returncode, 2)
        self.assertIn("Did you mean --model?", answer.stderr)
        self.assertEqual(run("generate", "--prompt", "a").returncode, 2)
        self.assertEqual(run("generate", "--model", "x", "--prompt", "a", "--top-k", "many").returncode, 2)
        self.assertEqual(run("bench", "--arch", "t5").returncode, 2)

    # Models that are none

    def model_fails(self, model, *expected):
        for arguments in (("generate", "--model", model, "--prompt", "a"),
                          ("eval", "--model", model, "--data", write("some.txt", "some text\n"))):
            self.fails(2, "error: ", *expected, run_result=run(*arguments))

    def test_broken_models(self):
        self.model_fails(SCRATCH / "nowhere", "nowhere")
        folder = SCRATCH / "empty"
        folder.mkdir()
        self.model_fails(folder, "config.json")
        folder = gpt2("strange")
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, "model_type": "mamba"}))
        self.model_fails(folder, "mamba", "gpt2")
        (folder / "config.json").write_text("{ \"model_type\": ")
        self.model_fails(folder, "config.json", "line 1")
        self.model_fails("bundled:nano-gtp", "nano-gtp")

    def test_broken_weights(self):
        whole = (GOLDEN / "gpt2" / "model.safetensors").read_bytes()
        length = struct.unpack("<Q", whole[:8])[0]
        header = json.loads(whole[8:8 + length])
        body = whole[8 + length:]

        def with_header(change):
            changed = json.loads(json.dumps(header))
            change(changed)
            text = json.dumps(changed).encode()
            return struct.pack("<Q", len(text)) + text + body

        names = sorted(name for name in header if name != "__metadata__")
        broken = {
            "cut": whole[:-100],
            "in_header": whole[:200],
            "no_length": b"abc",
            "huge_header": struct.pack("<Q", 1 << 60) + whole[8:],
            "not_json": struct.pack("<Q", 9) + b"{ \"a\": 1 ",
            "beyond": with_header(lambda h: h[names[0]].update(data_offsets=[0, 1 << 40])),
            "wrong_shape": with_header(lambda h: h[names[0]].update(shape=[3, 5, 7])),
            "overlap": with_header(lambda h: h[names[1]].update(data_offsets=h[names[0]]["data_offsets"],
                                                                shape=h[names[0]]["shape"])),
            "missing": with_header(lambda h: h.update({"other": h.pop("transformer.ln_f.weight")})),
        }
        folder = gpt2("broken")
        for name, content in broken.items():
            (folder / "model.safetensors").write_bytes(content)
            with self.subTest(name):
                self.fails(2, "error: ", run_result=run("generate", "--model", folder, "--prompt", "a"))
        (folder / "model.safetensors").unlink()
        self.fails(2, "model.safetensors", run_result=run("generate", "--model", folder, "--prompt", "a"))

    # Data that is none

    def data_fails(self, file, *expected, options=()):
        self.fails(2, "error: ", *expected, run_result=run("eval", "--model", MODEL, "--data", file, *options))
        self.fails(2, "error: ", *expected, run_result=run("data", file, "--model", MODEL, *options))

    def test_bad_data(self):
        self.data_fails(SCRATCH / "missing.txt", "missing.txt")
        self.data_fails(write("empty.txt", ""), "empty.txt holds no row")
        self.data_fails(write("ragged.csv", "a,text\n1,x\n2,y,z\n"), "ragged.csv, line 3, column 5")
        self.data_fails(write("mixed.txt", b"sch\xc3\xb6n\nna\xefve\n"), "mixed.txt, line 2, column 3: not UTF-8 (byte 0xEF)")
        self.data_fails(write("bad.jsonl", '{"text": "a"}\n{"text": }\n'), "bad.jsonl, line 2, column 10")
        self.data_fails(write("numbers.csv", "id,price\n1,2\n"), "id, price")
        self.data_fails(write("photo.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "photo.txt: This is a picture, not a text.")
        self.data_fails(write("packed.txt", b"\x1f\x8b\x08\0\0\0\0\0"), "packed.txt: it is damaged or cut short (gzip)")
        self.data_fails(write("large.jsonl", '{"text": "a"}\n{"text": "b", "n": 1e400}\n'), "large.jsonl, line 2, column 20")
        self.data_fails(write("ok.txt", "text\n"), "longer than 4096", options=("--split", "train[:" + "9" * 30000 + "]"))
        self.data_fails(write("two.csv", "id,content\n1,x\n"), 'Did you mean "content"?',
                        options=("--column", "contant"))
        self.data_fails(write("ok.txt", "text\n"), "train[5:]", options=("--split", "train[5:]"))
        self.data_fails(write("ok.txt", "text\n"), "test", options=("--split", "test[:1]"))
        self.data_fails(write("blank.txt", "\n\n\n"))

    # Run files

    def test_bad_run_files(self):
        text = write("lines.txt", "one line\nanother line\n")
        base = {"model": f"random:{MODEL}", "data": {"train": str(text), "max_length": 16}}

        def refused(expected, **keys):
            file = run_file("bad.json", **{**base, **keys})
            for command in ("forecast", "train"):
                with self.subTest(command=command, expected=expected):
                    self.fails(2, "error: ", *expected, run_result=run(command, file))

        output = str(SCRATCH / "refused")
        refused(["lerning_rate", "learning_rate"], arguments={"lerning_rate": 1e-3, "output_dir": output})
        refused(["learning_rate"], arguments={"learning_rate": -1, "output_dir": output})
        refused(["per_device_train_batch_size"], arguments={"per_device_train_batch_size": 0, "output_dir": output})
        refused(["num_train_epochs"], arguments={"num_train_epochs": "three", "output_dir": output})
        refused(["dat", "data"], dat={})
        refused(["max_length"], data={"train": str(text), "max_length": 1})
        refused(["nowhere.txt"], data={"train": "nowhere.txt"})
        refused(["nowhere"], model="nowhere")
        self.assertFalse(pathlib.Path(output).exists())
        self.fails(2, "line 1", run_result=run("train", write("torn.json", '{"fettle": 1,')))
        self.fails(2, "missing.json", run_result=run("train", SCRATCH / "missing.json"))
        self.fails(2, "learning_rate", run_result=run("train", run_file("good.json", **base), "--set",
                                                      "learning_rat=1", "--output-dir", output))

    def test_full_disk(self):
        text = write("lines.txt", "one line\nanother line\n")
        output = SCRATCH / "full"
        file = run_file("full.json", model=f"random:{MODEL}", data={"train": str(text), "max_length": 16},
                        arguments={"output_dir": str(output), "num_train_epochs": 1})

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

        answer = run("train", file, preexec_fn=limit, restore_signals=False)
        self.assertEqual(answer.returncode, 4, answer.stderr)
        for left in output.rglob("*"):
            self.assertNotEqual(left.suffix, ".safetensors", f"{left} stayed half-written")
        exported = SCRATCH / "exported" / "model.gguf"
        answer = run("export", "--model", "bundled:nano-gpt", "--to", "gguf", "--out", exported, preexec_fn=limit,
                     restore_signals=False)
        self.assertEqual(answer.returncode, 4, answer.stderr)
        self.assertEqual(list(exported.parent.iterdir()), [])
        with open("/dev/full", "w") as full:
            answer = subprocess.run([CLI, "generate", "--model", str(MODEL), "--prompt", "a", "--greedy", "--json"],
                                    stdout=full, stderr=subprocess.PIPE, text=True, timeout=300)
        self.assertEqual(answer.returncode, 1)
        self.assertIn("could not be written", answer.stderr)

    def test_gguf_is_a_file_that_is_read_back(self):
        exported = SCRATCH / "gguf" / "model.gguf"
        answer = run("export", "--model", "bundled:nano-gpt", "--to", "gguf", "--dtype", "q8_0", "--out", exported)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertEqual(answer.stdout.strip(), str(exported))
        self.assertRegex(answer.stderr, r"(?m)^Read back: .*\n")
        self.assertEqual(exported.read_bytes()[:8], b"GGUF\x03\0\0\0")
        self.assertTrue((exported.parent / "Modelfile").read_text().startswith("FROM ./model.gguf\n"))
        self.fails(2, "model.gguf", run_result=run("export", "--model", "bundled:nano-gpt", "--to", "gguf", "--out", exported))
        other = SCRATCH / "gguf" / "other.gguf"
        self.fails(2, "BERT", run_result=run("export", "--model", "bundled:nano-bert", "--to", "gguf", "--out", other))
        self.assertFalse(other.exists())
        self.fails(2, "dtype", run_result=run("export", "--model", "bundled:nano-gpt", "--to", "merged", "--dtype", "f16",
                                              "--out", other))

    def test_an_old_run_is_not_overwritten(self):
        text = write("lines.txt", "one line\nanother line\n")
        output = SCRATCH / "twice"
        file = run_file("twice.json", model=f"random:{MODEL}", data={"train": str(text), "max_length": 16},
                        arguments={"output_dir": str(output), "num_train_epochs": 1})
        self.assertEqual(run("train", file).returncode, 0)
        before = {f: f.read_bytes() for f in output.rglob("*") if f.is_file()}
        self.fails(2, "twice", run_result=run("train", file))
        self.assertEqual(before, {f: f.read_bytes() for f in output.rglob("*") if f.is_file()})

    # What works

    def test_eval(self):
        text = write("eval.txt", "some text to read\nand some more of it\n\nx\n")
        results = [json.loads(run("eval", "--model", MODEL, "--data", text, "--json", "--batch", size).stdout)
                   for size in (1, 2, 8)]
        for result in results:
            self.assertEqual(result["graded_tokens"], 16 + 18)
            self.assertAlmostEqual(result["loss"], results[0]["loss"], delta=1e-5)
        self.assertIn("perplexity", run("eval", "--model", MODEL, "--data", text).stdout)
        # Each byte of this tokenizer is a token, and a row's first is not graded.
        self.assertEqual(results[0]["graded_bytes"], 16 + 18)
        self.assertAlmostEqual(results[0]["bits_per_byte"], results[0]["loss"] / math.log(2), delta=1e-9)
        self.assertEqual(results[0]["accuracy"] * 34 % 1, 0)
        masked = [json.loads(run("eval", "--model", f"random:{BERT}", "--data", write("m.txt", "a b c d e f g h\n" * 9),
                                 "--json", "--seed", seed).stdout) for seed in (1, 1, 2)]
        self.assertEqual(masked[0]["loss"], masked[1]["loss"])
        self.assertNotEqual(masked[0]["graded_tokens"], masked[2]["graded_tokens"])
        self.assertIsNone(masked[0]["bits_per_byte"])

    def test_eval_in_parts(self):
        table = write("kinds.csv", "kind,text\nsea,some text to read\nland,and some more of it\nsea,other words\n")
        one, other = write("one.txt", "some text to read\nother words\n"), write("other.txt", "and some more of it\n")
        for options, names in ((["--data", table, "--column", "text", "--by", "kind"], ["sea", "land"]),
                               (["--data", one, other], ["one.txt", "other.txt"])):
            whole = json.loads(run("eval", MODEL, *options, "--json").stdout)
            self.assertEqual([part["name"] for part in whole["parts"]], names)
            alone = [json.loads(run("eval", MODEL, "--data", file, "--json").stdout) for file in (one, other)]
            for part, expected in zip(whole["parts"], alone):
                self.assertAlmostEqual(part["loss"], expected["loss"], delta=1e-6)
                self.assertEqual(part["accuracy"], expected["accuracy"])
            graded = [part["graded_tokens"] for part in whole["parts"]]
            self.assertAlmostEqual(whole["loss"], sum(part["loss"] * n for part, n in zip(whole["parts"], graded))
                                   / sum(graded), delta=1e-6)
        self.fails(2, "colour", run_result=run("eval", MODEL, "--data", table, "--column", "text", "--by", "colour"))
        several = json.loads(run("eval", MODEL, f"random:{MODEL}", "--data", one, "--json").stdout)["models"]
        self.assertEqual([each["model"] for each in several], [str(MODEL), f"random:{MODEL}"])
        self.assertNotEqual(several[0]["loss"], several[1]["loss"])
        lines = run("eval", MODEL, f"random:{MODEL}", "--data", one, other).stdout.splitlines()
        self.assertEqual(len(lines), 1 + 2 * 3)
        self.assertIn("bits/byte", lines[0])
        self.fails(2, "No model", run_result=run("eval", "--data", one))

    def test_import(self):
        script = SCRATCH / "scripts" / "train.py"
        script.parent.mkdir()
        script.write_text(f"MODEL = '{MODEL}'\nmodel = AutoModelForCausalLM.from_pretrained(MODEL)\n"
                          "data = load_dataset('text', data_files='a.txt')\n"
                          "args = TrainingArguments('out', max_steps=2, seed=int('3'), save_steps=1)\n"
                          "raise SystemExit(7)\n")
        (script.parent / "a.txt").write_text("some text to read\nand some more of it\n")
        result = run("import", script)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("line 4: TrainingArguments(seed=int('3')): not carried over", result.stderr)
        file = script.with_suffix(".json")
        self.assertEqual(result.stdout.strip(), str(file))
        self.assertEqual(run("train", file).returncode, 0)
        self.assertTrue((script.parent / "out" / "checkpoint-2").is_dir())
        self.fails(2, "there already", run_result=run("import", script))
        told = json.loads(run("import", script, "--out", SCRATCH / "elsewhere.json", "--json").stdout)
        self.assertEqual(told["run"]["data"]["train"], str(script.parent / "a.txt"))
        self.assertEqual([note["line"] for note in told["notes"]], [4])
        script.write_text("x = 'open")
        self.fails(2, "line 1", run_result=run("import", script, "--out", SCRATCH / "none.json"))
        self.assertFalse((SCRATCH / "none.json").exists())

    def test_generate(self):
        answers = [json.loads(run("generate", "--model", MODEL, "--prompt", "Hello", "--seed", seed, "--json",
                                  "--max-new-tokens", "12").stdout) for seed in (1, 1, 2)]
        self.assertEqual(answers[0]["ids"], answers[1]["ids"])
        self.assertNotEqual(answers[0]["ids"], answers[2]["ids"])
        self.assertEqual(answers[0]["prompt_ids"], [ord(c) - 33 for c in "Hello"])
        self.assertEqual(set(answers[0]), {"prompt_ids", "ids", "text", "tokens_per_second", "stop"})
        streamed = run("generate", "--model", MODEL, "--prompt", "Hello", "--seed", "1", "--max-new-tokens", "12")
        self.assertEqual(streamed.stdout, answers[0]["text"] + "\n")
        self.fails(2, "temperature", run_result=run("generate", "--model", MODEL, "--prompt", "a", "--temperature", "0"))
        self.fails(2, "max_new_tokens",
                   run_result=run("generate", "--model", MODEL, "--prompt", "a", "--max-new-tokens", "-3"))
        self.fails(2, "num_beams", run_result=run("generate", "--model", MODEL, "--prompt", "a", "--num-beams", "0"))
        self.fails(2, "early-stopping", run_result=run("generate", "--model", MODEL, "--prompt", "a", "--early-stopping",
                                                       "soon"))
        self.fails(2, "fills blanks", run_result=run("generate", "--model", f"random:{BERT}", "--prompt", "a"))

    def test_generate_stops_and_beams(self):
        folder = gpt2("with-no-end")
        (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": 1000}))

        def generate(*flags):
            answer = run("generate", "--model", folder, "--prompt", "Hello", "--max-new-tokens", "12", *flags)
            self.assertEqual(answer.returncode, 0, answer.stderr)
            return answer

        whole = json.loads(generate("--greedy", "--json").stdout)
        stop = whole["text"][4:6]
        flags = ("--greedy", "--stop", "not there", "--stop", stop)
        stopped = json.loads(generate(*flags, "--json").stdout)
        self.assertEqual(stopped["stop"], "string")
        self.assertTrue(stopped["text"].endswith(stop) and whole["text"].startswith(stopped["text"]), stopped)
        streamed = generate(*flags)
        self.assertEqual(streamed.stdout, stopped["text"] + "\n")
        self.assertIn("ended by a stop string", streamed.stderr)
        beams = json.loads(generate("--num-beams", "4", "--json").stdout)
        self.assertEqual(beams, json.loads(generate("--num-beams", "4", "--seed", "9", "--json").stdout)
                         | {"tokens_per_second": beams["tokens_per_second"]})  # nothing is drawn
        self.assertEqual(generate("--num-beams", "4").stdout, beams["text"] + "\n")

    def test_generate_stopped(self):
        """Ctrl+C keeps what is written; with beams that is the best so far."""
        folder = SCRATCH / "long-context"
        shutil.copytree(MODEL, folder)
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps(config | {"n_positions": 20100}))
        (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": 1000}))
        for flags in ((), ("--num-beams", "4")):
            process = subprocess.Popen([CLI, "generate", "--model", f"random:{folder}", "--prompt", "Hello",
                                        "--max-new-tokens", "20000", *flags], stdout=subprocess.PIPE,
                                       stderr=subprocess.PIPE, text=True)
            told = ""
            if flags:
                while "4 beams" not in told:
                    told += process.stderr.readline()
            text = "" if flags else process.stdout.read(1)
            process.send_signal(signal.SIGINT)
            rest, stopped = process.communicate(timeout=60)
            self.assertEqual(process.returncode, 3, stopped)
            self.assertGreater(len(text + rest), 1)
            self.assertTrue(rest.endswith("\n"))
            self.assertIn("a second, stopped", stopped)

    def test_generation_config(self):
        """The model's own settings hold where no flag says otherwise; what is not done is told."""
        folder = gpt2("with-generation-config")

        def generate(settings, *flags):
            settings = {"eos_token_id": 1000, **settings}
            (folder / "generation_config.json").write_text(json.dumps(settings))
            return run("generate", "--model", folder, "--prompt", "Hello", "--json", *flags)

        greedy = json.loads(generate({"do_sample": False, "max_new_tokens": 9}).stdout)
        self.assertEqual(len(greedy["ids"]), 9)
        self.assertEqual(json.loads(generate({}, "--greedy", "--max-new-tokens", "9").stdout)["ids"], greedy["ids"])
        self.assertEqual(len(json.loads(generate({"max_length": 8}).stdout)["ids"]), 3)
        self.assertEqual(len(json.loads(generate({"max_new_tokens": 9}, "--max-new-tokens", "4").stdout)["ids"]), 4)
        ends = {"do_sample": False, "eos_token_id": [90, greedy["ids"][3]]}
        ended = json.loads(generate(ends).stdout)
        self.assertEqual((ended["ids"], ended["stop"]),
                         (greedy["ids"][:greedy["ids"].index(greedy["ids"][3]) + 1], "eos"))
        told = generate({"do_sample": False, "suppress_tokens": [5], "num_return_sequences": 1}, "--temperature", "0.5")
        self.assertIn("suppress_tokens = [5]", told.stderr)
        self.assertNotIn("num_return_sequences", told.stderr)
        self.assertIn("--do-sample draws", told.stderr)
        for settings in ({"temperature": 0}, {"num_beams": 4}):
            flags = ("--greedy",) if "num_beams" in settings else ()
            self.assertEqual(json.loads(generate(settings, "--max-new-tokens", "9", *flags).stdout)["ids"], greedy["ids"])
        self.assertIn("min-p", generate({"do_sample": False}, "--min-p", "0.1").stderr)
        self.fails(2, "generation_config.json", "top_k", run_result=generate({"top_k": "many"}))
        self.fails(2, "generation_config.json", "top_k", run_result=generate({"do_sample": True, "top_k": -1}))
        nothing_left = {"num_beams": 2, "min_new_tokens": 3, "eos_token_id": list(range(1000))}
        for drawn in ({}, {"do_sample": True}, {"num_beams": 1}, {"num_beams": 1, "do_sample": True}):
            self.fails(2, "min_new_tokens = 3 leaves no token to write", "Choose a smaller one",
                       run_result=generate(nothing_left | drawn))
        self.fails(2, "max_length", run_result=generate({"max_length": 5}))

    def test_fill_mask(self):
        masks = json.loads(run("fill-mask", "--model", f"random:{BERT}", "--text", "a [MASK] c [MASK]",
                               "--top-k", "3").stdout)
        self.assertEqual([len(candidates) for candidates in masks], [3, 3])
        self.assertEqual(set(masks[0][0]), {"token", "id", "score"})
        self.assertGreaterEqual(masks[0][0]["score"], masks[0][1]["score"])
        self.fails(2, "[MASK]", run_result=run("fill-mask", "--model", f"random:{BERT}", "--text", "a b"))
        self.fails(2, "writes on", run_result=run("fill-mask", "--model", MODEL, "--text", "a [MASK]"))

    def test_data(self):
        text = write("data.csv", "id,text\n1,short\n2,\n3,\"a longer, quoted row of text\"\n")
        facts = json.loads(run("data", text, "--model", MODEL, "--max-length", "10", "--json", "--set",
                               "per_device_train_batch_size=2", "--set", "num_train_epochs=2").stdout)
        self.assertEqual([facts[key] for key in ("rows", "empty_rows", "tokens", "longest_row", "cut_rows", "cut_tokens",
                                                 "steps_per_epoch", "max_steps")], [3, 1, 33, 28, 1, 18, 2, 4])
        self.assertEqual(facts["columns"], ["id", "text"])
        self.assertEqual(sum(part["rows"] for part in facts["histogram"]), 3)
        answer = run("data", text, "--model", MODEL)
        self.assertEqual(answer.returncode, 0, answer.stderr)
        self.assertIn("1 of them empty", answer.stdout)

    def test_data_formats(self):
        def facts(file, *options):
            answer = run("data", file, "--model", MODEL, "--json", *options)
            self.assertEqual(answer.returncode, 0, answer.stderr)
            return json.loads(answer.stdout)

        table = write("excel.csv", "Nr;Anrede;Text\r\n1;Frau;F\u00fcr sp\u00e4ter, bitte.\r\n2;Herr;Sch\u00f6ne Gr\u00fc\u00dfe\r\n"
                      .encode("cp1252"))
        found = facts(table)
        self.assertEqual(found["format"], {"kind": "csv", "encoding": "windows-1252", "separator": ";", "quote": '"',
                                           "header": True})
        self.assertEqual(found["sources"][0]["words"], "Table, semicolons, Windows-1252, first row is a header")
        self.assertEqual((found["column"], found["column_reason"], found["rows"]), ("Text", "named Text", 2))
        self.assertEqual(found["first_rows"][0]["text"], "F\u00fcr sp\u00e4ter, bitte.")
        self.assertEqual(facts(table, "--column", "Anrede")["first_rows"][0]["text"], "Frau")
        found = facts(table, "--set", "data.format.header=false", "--set", "data.format.encoding=macintosh")
        self.assertEqual((found["rows"], found["format"]["header"], found["format"]["encoding"]), (3, False, "macintosh"))
        self.assertIn("semicolons, Windows-1252", run("data", table, "--model", MODEL).stdout)
        self.fails(2, "no encoding called", run_result=run("data", table, "--model", MODEL, "--set",
                                                           "data.format.encoding=nonsense"))
        found = facts(write("null.json", '[{"text": "some"}, {"text": null}, {"text": "half \\ud83d"}]'))
        self.assertEqual([found[key] for key in ("rows", "empty_rows", "missing_rows", "replaced_characters")], [3, 1, 1, 1])
        self.assertEqual(len(found["notices"]), 3)
        folder = SCRATCH / "texts"
        folder.mkdir()
        for name in ("b.txt", "a.txt", ".hidden"):
            (folder / name).write_text(name + "\n")
        self.assertEqual([row["text"] for row in facts(folder)["first_rows"]], ["a.txt", "b.txt"])

    def test_more_text_than_memory(self):
        file = write("large.txt", "x\n")
        os.truncate(file, 1 << 42)  # a hole, not 4 TB of disk
        self.fails(4, "of memory", run_result=run("data", file, "--model", MODEL))
        os.truncate(file, 2)

    def test_nothing_to_learn(self):
        output = SCRATCH / "learns-nothing"
        thai = ROOT / "tests" / "golden" / "cases" / "09-thai.txt"
        single = ROOT / "tests" / "golden" / "cases" / "36-single.txt"
        file = run_file("thai.json", model="bundled:nano-bert", data={"train": str(thai)})
        self.fails(2, "the vocabulary of nano-bert does not know this script: 100 % unknown",
                   run_result=run("train", file, "--output-dir", output))
        file = run_file("single.json", model=str(MODEL), data={"train": str(single)})
        self.fails(2, "in 3 rows: none has more than one token", run_result=run("train", file, "--output-dir", output))
        self.assertFalse(output.exists())

    def test_forecast(self):
        text = write("lines.txt", "one line\nanother line\n")
        file = run_file("forecast.json", model=f"random:{MODEL}", data={"train": str(text), "max_length": 16},
                        arguments={"num_train_epochs": 3})
        facts = json.loads(run("forecast", file, "--rehearse", "--json").stdout)
        self.assertEqual(facts["steps"], 3)
        self.assertEqual(facts["rehearsal"]["tokens"], len("one line") + len("another line"))
        self.assertGreater(facts["memory_bytes"], 0)
        self.assertIn("worst batch", run("forecast", file, "--rehearse").stdout)

    def test_bench(self):
        result = json.loads(run("bench", "--model", f"random:{MODEL}", "--batch", "2", "--seq", "32", "--steps", "2").stdout)
        for key in ("seconds_per_step", "tokens_per_second", "graded_tokens_per_second", "peak_rss_bytes", "gemm_gflops",
                    "model_flops_utilization"):
            self.assertGreater(result[key], 0, key)
        self.assertAlmostEqual(result["graded_tokens_per_second"] / result["tokens_per_second"], 31 / 32, delta=1e-6)
        lengths = write("lengths.txt", "4\n0\n100\n")
        padded = json.loads(run("bench", "--model", f"random:{MODEL}", "--batch", "2", "--seq", "32", "--steps", "2",
                                "--padding-from", lengths).stdout)
        self.assertAlmostEqual(padded["graded_tokens_per_second"] / padded["tokens_per_second"], 34 / 36, delta=1e-6)
        other = json.loads(run("bench", "--arch", "electra", "--batch", "1", "--seq", "8", "--steps", "1").stdout)
        self.assertEqual(other["model"], "electra")
        self.assertGreater(other["parameters"], 2e7)
        self.fails(2, "bf16", run_result=run("bench", "--precision", "bf16"))
        self.fails(2, "at most 64", run_result=run("bench", "--model", f"random:{MODEL}", "--seq", "65"))

    def test_doctor(self):
        answer = run("doctor", "--json")
        self.assertEqual(answer.returncode, 0, answer.stderr)
        report = json.loads(answer.stdout)
        self.assertTrue(report["self_test"]["passed"], report["self_test"])
        self.assertTrue(report["libtorch"].startswith("2."))
        if report["cores"] > 1:
            self.assertGreater(report["threads"], 1)
        self.assertIn("self-test", run("doctor").stdout)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="fettle-cli-test-") as scratch:
        SCRATCH = pathlib.Path(scratch)
        MODEL = gpt2("model")
        BERT = bert("bert")
        unittest.main(argv=sys.argv[:1])
