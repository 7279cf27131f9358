#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes this folder's files from the full recording (see README.md): compact.py RECORDING

Run it only to renew them; the tests read what is here.
"""
import gzip
import json
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
LONGEST = 330
LLAMA3 = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
PATTERNS = {"'s|'t|'re": "gpt2", LLAMA3 + "{1,3}|": "llama3", LLAMA3 + "|": "single_digits"}


def read(path):
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write(name, rows):
    text = "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    (HERE / name).parent.mkdir(exist_ok=True)
    (HERE / name).write_text(text, encoding="utf-8")


def pipeline_cases(source, keep_every, special):
    rows = []
    for number, case in enumerate(read(source / "cases.jsonl.gz")[::2]):
        important = case["group"] in ("special", "norm", "ws")
        if "pair" in case or len(case["text"]) > LONGEST or (number % keep_every and not important):
            continue
        rows.append(case)
    both = {(c["text"], c["add_special_tokens"]): c
            for name in ("cases", "cases_more") for c in read(source / f"{name}.jsonl.gz") if "pair" not in c}
    for case in read(source / "cases_more.jsonl.gz")[::max(keep_every * 5, 8)]:
        if len(case["text"]) <= LONGEST:
            rows.append(case)
    for case in rows:
        plain = both.get((case["text"], special), case)
        row = {"text": plain["text"], "special": plain["add_special_tokens"], "ids": plain["ids"],
               "offsets": plain["offsets"], "kept": plain["decoded_keep_special"]}
        if plain["decoded"] != plain["decoded_keep_special"]:
            row["skipped"] = plain["decoded"]
        yield row


def sentencepiece_cases(source, keep_every):
    for number, case in enumerate(read(source / "spm_cases.jsonl.gz")):
        if number % keep_every == 0 and len(case["text"]) <= LONGEST:
            yield {"text": case["text"], "special": False, "ids": case["ids"], "offsets": case["spans"],
                   "kept": case["decoded"]}


def splits(source):
    """Words of the three patterns that are done by hand, for short inputs."""
    wanted, count = None, 0
    for row in read(source / "components" / "pre_tokenizers.jsonl.gz"):
        if isinstance(row, dict):
            pattern = row["config"].get("pattern", {}).get("Regex", "") if row["config"]["type"] == "Split" else ""
            wanted = next((name for start, name in PATTERNS.items() if pattern.startswith(start)), None)
            count = 0
        elif wanted and len(row[0]) <= 120 and (count := count + 1) % 3 == 0:
            yield {"pattern": wanted, "text": row[0], "words": [piece for piece, _ in row[1]]}


def main():
    source = pathlib.Path(sys.argv[1])
    for name, keep_every, special in (("gpt2", 1, False), ("bert_uncased", 1, True), ("bert_cased_settings", 4, True),
                                      ("mini_added_tokens", 4, False), ("mini_roberta_prefix", 5, True),
                                      ("mini_no_regex_nfc", 6, False)):
        write(f"{name}/cases.jsonl", pipeline_cases(source / name, keep_every, special))
        write(f"{name}/decode.jsonl", read(source / name / "decode.jsonl.gz")[::1 if keep_every == 1 else 4])
    # The same vocabulary as tokenizer.json, whose answers are those of Hugging Face tokenizers.
    write("json_bpe_llama/cases.jsonl", pipeline_cases(source / "spm_bpe_llama", 5, True))
    write("json_bpe_llama/decode.jsonl", read(source / "spm_bpe_llama" / "decode.jsonl.gz")[::4])
    shutil.copyfile(source / "spm_bpe_llama" / "tokenizer.json", HERE / "json_bpe_llama" / "tokenizer.json")
    for name, keep_every in (("spm_bpe_llama", 5), ("spm_unigram_bytefallback", 8)):
        write(f"{name}/cases.jsonl", sentencepiece_cases(source / name, keep_every))
        shutil.copyfile(source / name / "tokenizer.model", HERE / name / "tokenizer.model")
    write("splits.jsonl", splits(source))
    for name in ("gpt2/vocab.json", "gpt2/merges.txt", "gpt2/tokenizer_config.json", "bert_uncased/vocab.txt",
                 "bert_uncased/tokenizer_config.json", "mini_added_tokens/tokenizer.json",
                 "mini_roberta_prefix/tokenizer.json", "mini_no_regex_nfc/tokenizer.json"):
        shutil.copyfile(source / name, HERE / name)
    for name in ("gpt2", "bert_uncased"):
        (HERE / name / "sweep.tsv").write_bytes(gzip.open(source / name / "sweep.tsv.gz").read())


if __name__ == "__main__":
    main()
