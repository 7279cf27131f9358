#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fettle beside the real datasets library: the same files have the same columns and rows, and `group_texts` of
transformers' run_clm.py makes the same blocks of them.

usage: check_data.py FETTLE_CLI
"""
import itertools
import json
import pathlib
import sys
import tempfile

import datasets
import transformers

from common import CLI, ROOT, run

TEXTS = ["plain", 'with "quotes" in it', "a comma, a semicolon; a bar |", "two\nlines", "Größe – “quoted” 😀", "", "  blanks  "]


def fettle(file, *options):
    result = run([CLI, "data", str(file), "--json", *options], capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{file}: fettle-cli data ended with {result.returncode}\n{result.stderr}")
    return json.loads(result.stdout)


def compare(name, file, builder, column="text", **options):
    theirs = datasets.load_dataset(builder, data_files=str(file), split="train", cache_dir=str(file.parent / "cache"), **options)
    ours = fettle(file)
    expected = [text or "" for text in theirs[column]]
    rows = [row["text"] for row in ours["first_rows"]]
    if rows != expected or (ours["columns"] and ours["columns"] != theirs.column_names) or ours["rows"] != len(theirs):
        sys.exit(f"FAILED: {name}\n{ours['columns']} {rows}\n{theirs.column_names} {expected}")
    print(f"ok  {name} ({len(expected)} rows)")


def table(separator, quote_all=False):
    lines = [separator.join(("id", "text"))]
    for number, text in enumerate(TEXTS):
        needs = quote_all or any(c in text for c in (separator, '"', "\n")) or text == ""
        lines.append(f"{number}{separator}" + ('"' + text.replace('"', '""') + '"' if needs else text))
    return "\n".join(lines) + "\n"


def compare_blocks(model, file, length):
    """As run_clm.py and run_mlm.py have it, over datasets.map's batches of 1,000 rows."""
    folder = ROOT / "resources" / "models" / model
    tokenizer = transformers.AutoTokenizer.from_pretrained(folder)
    rows = datasets.load_dataset("text", data_files=str(file), split="train", cache_dir=str(file.parent / "cache"),
                                 keep_linebreaks=True)
    rows = rows.map(lambda batch: tokenizer(batch["text"]), batched=True, remove_columns=["text"])

    def group_texts(examples):
        concatenated_examples = {k: list(itertools.chain(*examples[k])) for k in examples.keys()}
        total_length = len(concatenated_examples[list(examples.keys())[0]])
        total_length = (total_length // length) * length
        return {k: [t[i : i + length] for i in range(0, total_length, length)] for k, t in concatenated_examples.items()}

    theirs = rows.map(group_texts, batched=True)["input_ids"]
    ours = fettle(file, "--model", str(folder), "--blocks", "group_texts", "--max-length", str(length), "--batches", "9999")
    blocks = {each["example"]: each["input_ids"] for batch in ours["batches"] for each in batch}
    dropped = sum(map(len, rows["input_ids"])) - length * len(theirs)
    same = [blocks[i + 1] for i in range(len(blocks))] == list(theirs) or "bert" in model  # its words are hidden
    if not same or ours["examples"] != len(theirs) or ours["cut_tokens"] != dropped:
        sys.exit(f"FAILED: blocks of {model}: {ours['examples']} and {len(theirs)}, {ours['cut_tokens']} and {dropped} dropped")
    print(f"ok  group_texts with {model}: {len(theirs)} blocks of {length}, {dropped} tokens dropped of {len(rows)} rows")


def main():
    with tempfile.TemporaryDirectory(prefix="fettle-datasets-") as scratch:
        scratch = pathlib.Path(scratch)

        def write(name, content, encoding="utf-8"):
            (scratch / name).write_bytes(content.encode(encoding))
            return scratch / name

        compare("plain text", write("a.txt", "one\n\nthree\r\nfour"), "text")
        for name, separator in (("commas", ","), ("semicolons", ";"), ("tabs", "\t"), ("bars", "|")):
            compare(f"table with {name}", write(f"{name}.csv", table(separator)), "csv", sep=separator, keep_default_na=False)
        compare("table, all quoted", write("quoted.csv", table(",", True)), "csv", keep_default_na=False)
        compare("Windows-1252 table", write("w.csv", "id,text\n1,Gr\u00fc\u00dfe aus K\u00f6ln\n2,sp\u00e4ter\n", "cp1252"), "csv",
                encoding="cp1252")
        rows = [{"id": i, "text": text} for i, text in enumerate(TEXTS)]
        compare("JSON lines", write("a.jsonl", "".join(json.dumps(row) + "\n" for row in rows)), "json")
        compare("JSON array", write("a.json", json.dumps(rows, indent=2, ensure_ascii=False)), "json")
        compare("JSON lines with null", write("n.jsonl", '{"text": "a longer text"}\n{"text": null}\n{"title": "b"}\n'), "json")
        late = "".join(json.dumps({"title": f"t{i}", **({"text": f"text number {i}"} if i else {})}) + "\n" for i in range(5))
        lines = (ROOT / "resources" / "texts" / "ships-log.txt").read_text() * 2
        for model, length in (("nano-gpt", 128), ("nano-bert", 128), ("nano-gpt", 96)):
            compare_blocks(model, write(f"long-{length}.txt", lines), length)
        compare("a column that begins late", write("late.jsonl", late), "json")


if __name__ == "__main__":
    datasets.disable_progress_bars()
    main()
