#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs fettle-cli over the whole recording, of which the tests read a part (see README.md).

usage: whole.py RECORDING FETTLE_CLI [FOLDER…]

RECORDING holds a folder for each tokenizer, gzipped or not. For each part of each folder: how many answers are equal.
"""
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

RECORDING, CLI = pathlib.Path(sys.argv[1]), sys.argv[2]
MODEL_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.json", "merges.txt", "vocab.txt", "tokenizer.model")


def read(path):
    return path.read_bytes() if path.exists() else gzip.open(f"{path}.gz").read()


def there(path):
    return path.exists() or pathlib.Path(f"{path}.gz").exists()


def rows(path):
    return [json.loads(line) for line in read(path).decode("utf-8").split("\n") if line]


def answers(model, lines, *flags):
    text = "".join(json.dumps(line) + "\n" for line in lines)
    answer = subprocess.run([CLI, "tokenize", "--model", model, *flags], capture_output=True, input=text.encode())
    if answer.returncode:
        raise RuntimeError(answer.stderr.decode().strip().replace("\n", " ")[:300])
    return [json.loads(line) for line in answer.stdout.decode().split("\n") if line]


def fnv(numbers):
    value = 0xcbf29ce484222325
    for number in numbers:
        for byte in number.to_bytes(4, "little"):
            value = ((value ^ byte) * 0x100000001b3) & 0xFFFFFFFFFFFFFFFF
    return f"{value:016x}"


def flat(answer):
    return [number for pair in answer["offsets"] for number in pair]


class Tally:
    def __init__(self):
        self.equal, self.all, self.first = 0, 0, ""

    def add(self, same, detail):
        self.all += 1
        self.equal += bool(same)
        if not same and not self.first:
            self.first = detail

    def __str__(self):
        return f"{self.equal}/{self.all}" + (f"  first: {self.first[:700]}" if self.first else "")


def check_cases(model, cases):
    cases = [case for case in cases if "pair" not in case]
    tally = Tally()
    for special in (True, False):
        some = [case for case in cases if case["add_special_tokens"] == special]
        flags = [] if special else ["--no-special-tokens"]
        for case, mine in zip(some, answers(model, [{"text": case["text"]} for case in some], *flags), strict=True):
            same = mine["ids"] == case["ids"] and mine["offsets"] == case["offsets"]
            tally.add(same, f"{case['text']!r} {special}\n    theirs {case['ids']} {case['offsets']}\n    ours   "
                            f"{mine['ids']} {mine['offsets']}")
    for key, flags in (("decoded", ["--decode", "--skip-special-tokens"]), ("decoded_keep_special", ["--decode"])):
        for case, mine in zip(cases, answers(model, [{"ids": case["ids"]} for case in cases], *flags), strict=True):
            tally.add(mine["text"] == case[key],
                      f"decoding {case['ids']} {key}: theirs {case[key]!r} ours {mine['text']!r}")
    return tally


def check_decode(model, cases):
    tally = Tally()
    for skip in (True, False):
        some = [case for case in cases if case["skip_special_tokens"] == skip]
        flags = ["--decode", "--skip-special-tokens"] if skip else ["--decode"]
        for case, mine in zip(some, answers(model, [{"ids": case["ids"]} for case in some], *flags), strict=True):
            tally.add(mine["text"] == case["decoded"], f"{case['ids']} {skip}: {case['decoded']!r}, ours {mine['text']!r}")
    return tally


def check_sweep(model, text):
    tally, blocks, texts = Tally(), [], []
    for line in text.split("\n"):
        if line.count("\t") == 3 and not line.startswith("#"):
            first, *expected = line.split("\t")
            codes = [c for c in range(int(first, 16), int(first, 16) + 256) if not 0xD800 <= c < 0xE000]
            blocks.append((first, expected, len(codes)))
            texts += [f"a{chr(c)}b {chr(c)}{chr(c)}1" for c in codes]
    mine, at = answers(model, [{"text": text} for text in texts], "--no-special-tokens"), 0
    for first, (count, ids, offsets), size in blocks:
        some, at = mine[at:at + size], at + size
        ours = [i for answer in some for i in answer["ids"]]
        same = str(len(ours)) == count and fnv(ours).startswith(ids)
        tally.add(same and fnv([n for answer in some for n in flat(answer)]).startswith(offsets),
                  f"block {first}, {'offsets' if same else 'ids'}")
    return tally


def check_lines(model, folder, name):
    lines = read(RECORDING / "inputs" / f"{name}.txt").decode("utf-8").split("\n")
    lines = lines[:-1] if not lines[-1] else lines
    expected = [row.split("\t") for row in read(folder / f"lines.{name}.tsv").decode().split("\n")
                if "\t" in row and not row.startswith("#")]
    tally = Tally()
    mine = answers(model, [{"text": line} for line in lines], "--no-special-tokens")
    for line, answer, (count, digits) in zip(lines, mine, expected, strict=True):
        tally.add(str(len(answer["ids"])) == count and fnv(answer["ids"]).startswith(digits), f"{name}: {line[:200]!r}")
    digest = json.loads(read(folder / "digests.json"))["files"][f"{name}.txt"]
    tally.add(fnv([n for answer in mine for n in flat(answer)]) == digest["lines_offsets_hash"], f"{name}: offsets")
    whole = answers(model, [{"text": read(RECORDING / "inputs" / f"{name}.txt").decode("utf-8")}], "--no-special-tokens")
    tally.add(fnv(whole[0]["ids"]) == digest["whole_hash"], f"{name} as one text")
    return tally


def check_spm(model, cases):
    tally = Tally()
    mine = answers(model, [{"text": case["text"]} for case in cases], "--no-special-tokens")
    for case, answer in zip(cases, mine, strict=True):
        tally.add(answer["ids"] == case["ids"] and answer["offsets"] == case["spans"],
                  f"{case['text']!r}\n    theirs {case['ids']} {case['spans']}\n    ours   {answer['ids']} {answer['offsets']}")
    return tally


def report(name, part, check):
    try:
        result = check()
    except (RuntimeError, StopIteration, KeyError, ValueError) as error:
        result = f"FAILED: {type(error).__name__} {str(error)[:600]}"
    good = isinstance(result, Tally) and result.equal == result.all
    print(f"{'ok  ' if good else 'DIFF'} {name:26} {part:12} {result}", flush=True)
    return good


def run(folder, parent):
    name, good = folder.name, True
    model = parent / name
    model.mkdir()
    for file in MODEL_FILES[:-1]:
        if there(folder / file):
            (model / file).write_bytes(read(folder / file))
    if not (model / "tokenizer.json").exists():
        print(f"none {name}: its tokenizer.json is not in the recording")
        return True
    for part in ("cases", "cases_more"):
        good &= report(name, part, lambda: check_cases(model, rows(folder / f"{part}.jsonl")))
    good &= report(name, "decode", lambda: check_decode(model, rows(folder / "decode.jsonl")))
    good &= report(name, "sweep", lambda: check_sweep(model, read(folder / "sweep.tsv").decode()))
    for file in sorted({path.name.split(".")[1] for path in folder.glob("lines.*")}):
        good &= report(name, f"{file[:12]}", lambda: check_lines(model, folder, file))
    if there(folder / "post_processor.bos.json"):
        bos = parent / f"{name}-bos"
        bos.mkdir()
        file = json.loads((model / "tokenizer.json").read_text())
        file["post_processor"] = json.loads(read(folder / "post_processor.bos.json"))
        (bos / "tokenizer.json").write_text(json.dumps(file))
        good &= report(name, "cases.bos", lambda: check_cases(bos, rows(folder / "cases.bos.jsonl")))
    return good


def main():
    wanted = sys.argv[3:]
    with tempfile.TemporaryDirectory() as parent:
        good = True
        for folder in sorted(RECORDING.iterdir()):
            if there(folder / "cases.jsonl") and (not wanted or folder.name in wanted):
                good &= run(folder, pathlib.Path(parent))
    sys.exit(not good)


if __name__ == "__main__":
    main()
