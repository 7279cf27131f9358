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


CHARSMAP = "@charsmap"


def write_json(name, value):
    (HERE / name).parent.mkdir(exist_ok=True)
    (HERE / name).write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")


def tokenizer_file(source):
    """tokenizer.json with "@charsmap" for the SentencePiece normalizer, and that: it is the same in all of them."""
    path = source / "tokenizer.json"
    file = json.loads(path.read_bytes() if path.exists() else gzip.open(f"{path}.gz").read())
    found = []

    def take(value):
        if isinstance(value, dict):
            if value.get("precompiled_charsmap"):
                found.append(value["precompiled_charsmap"])
                value["precompiled_charsmap"] = CHARSMAP
            for item in value.values():
                take(item)
        elif isinstance(value, list):
            for item in value:
                take(item)
    take(file["normalizer"])
    return file, found


def trimmed(file, ids):
    """Only the tokens and merges that can have to do with these ids; every token keeps its id."""
    model, added = file["model"], {token["id"]: token for token in file["added_tokens"]}
    names = {id: token for token, id in model["vocab"].items()} | {id: token["content"] for id, token in added.items()}
    merges = [tuple(merge.split(" ")) if isinstance(merge, str) else tuple(merge) for merge in model["merges"]]
    makers = {}
    for left, right in merges:
        makers.setdefault(left + right, []).append((left, right))
    kept, open_ = set(), [names[id] for id in ids]
    while open_:
        token = open_.pop()
        if token not in kept:
            kept.add(token)
            open_ += [part for pair in makers.get(token, []) for part in pair]
    special = {token["content"] for token in file["added_tokens"]}
    kept |= {token for token in model["vocab"] if len(token) == 1 or token.startswith("<0x") or token in special}
    kept |= special
    model["vocab"] = {names[id]: id for id in sorted(names) if names[id] in kept}
    model["merges"] = [list(pair) for pair in merges if {*pair, pair[0] + pair[1]} <= kept]
    return file


def components(source, kind, keep_every, longest):
    """{"config", "cases": [[input, output], …]} for every configuration that Fettle takes."""
    current = None
    for number, row in enumerate(read(source / "components" / f"{kind}.jsonl.gz")):
        if isinstance(row, dict):
            if current:
                yield current
            current = {"config": row["config"], "cases": []} if "UnicodeScripts" not in str(row) else None
        elif current and number % keep_every == 0 and len(str(row[0])) <= longest:
            current["cases"].append(row)
    if current:
        yield current


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
                                      ("mini_no_regex_nfc", 6, False), ("mini_prefix_space", 6, False)):
        write(f"{name}/cases.jsonl", pipeline_cases(source / name, keep_every, special))
        write(f"{name}/decode.jsonl", read(source / name / "decode.jsonl.gz")[::1 if keep_every == 1 else 4])
    # The vocabularies of SentencePiece models as tokenizer.json, whose answers are those of Hugging Face tokenizers.
    for name, folder, special in (("json_bpe_llama", "spm_bpe_llama", True), ("json_bpe_nfkc", "spm_bpe_nfkc", True),
                                  ("json_unigram_t5", "spm_unigram_t5", True),
                                  ("json_unigram_t5_newconv", "spm_unigram_t5_newconv", False),
                                  ("json_unigram_xlmr", "spm_unigram_xlmr", True),
                                  ("json_unigram_bytefallback", "spm_unigram_bytefallback", False)):
        write(f"{name}/cases.jsonl", pipeline_cases(source / folder, 5, special))
        write(f"{name}/decode.jsonl", read(source / folder / "decode.jsonl.gz")[::4])
        file, charsmap = tokenizer_file(source / folder)
        write_json(f"{name}/tokenizer.json", file)
        if charsmap:
            (HERE / "charsmap.txt").write_text(charsmap[0])
    for name, special in (("roberta_style", True), ("mistral7b", True), ("qwen3", False)):
        cases = list(pipeline_cases(source / name, 6, special))
        decode = read(source / name / "decode.jsonl.gz")[::8]
        write(f"{name}/cases.jsonl", cases)
        write(f"{name}/decode.jsonl", decode)
        file, _ = tokenizer_file(source / name)
        known = {*file["model"]["vocab"].values(), *(token["id"] for token in file["added_tokens"])}
        write_json(f"{name}/tokenizer.json", trimmed(file, {i for row in cases + decode for i in row["ids"]} & known))
    for kind, keep_every, longest in (("normalizers", 7, 60), ("pre_tokenizers", 7, 60), ("decoders", 1, 400)):
        write(f"components/{kind}.jsonl", components(source, kind, keep_every, longest))
    for name, keep_every in (("spm_bpe_llama", 5), ("spm_unigram_bytefallback", 8)):
        write(f"{name}/cases.jsonl", sentencepiece_cases(source / name, keep_every))
        shutil.copyfile(source / name / "tokenizer.model", HERE / name / "tokenizer.model")
    write("splits.jsonl", splits(source))
    for name in ("gpt2/vocab.json", "gpt2/merges.txt", "gpt2/tokenizer_config.json", "bert_uncased/vocab.txt",
                 "bert_uncased/tokenizer_config.json", "mini_added_tokens/tokenizer.json",
                 "mini_roberta_prefix/tokenizer.json", "mini_no_regex_nfc/tokenizer.json",
                 "mini_prefix_space/tokenizer.json"):
        shutil.copyfile(source / name, HERE / name)
    for name in ("gpt2", "bert_uncased"):
        (HERE / name / "sweep.tsv").write_bytes(gzip.open(source / name / "sweep.tsv.gz").read())


if __name__ == "__main__":
    main()
