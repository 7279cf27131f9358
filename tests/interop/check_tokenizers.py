#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokenizer of a folder, as Fettle and as transformers read it, where its files disagree.

usage: check_tokenizers.py FETTLE_CLI [SEED]

Folders are made by transformers itself; texts are random, and the seed is printed.
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from common import CLI, ROOT, all_passed, check

GOLDEN = ROOT / "tests" / "golden" / "tokenizers"
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
RANDOM = random.Random(SEED)
WORDS = (ROOT / "resources" / "texts" / "ships-log.txt").read_text().split()
ODD = ["<s>", "</s>", "<unk>", "[MASK]", "[CLS]", "[ss]", "<|endoftext|>", "<|user|>", "<0x0A>", " ", "  ", "\t", "\n", "▁",
       "é", "ß", "中文", "½", "\u0301", "\u00a0", "'s", "123", "!", "🙂"]


def texts(count=200):
    def part():
        kind = RANDOM.random()
        if kind < 0.5:
            return RANDOM.choice(WORDS) + RANDOM.choice([" ", " ", ""])
        if kind < 0.9:
            return RANDOM.choice(ODD)
        return chr(RANDOM.choice([RANDOM.randrange(32, 127), RANDOM.randrange(0xA0, 0x3000)]))
    return ["".join(part() for _ in range(RANDOM.randrange(1, 20))) for _ in range(count)]


def compare(name, folder):
    theirs = AutoTokenizer.from_pretrained(folder)
    lines = texts()
    answer = subprocess.run([CLI, "tokenize", "--model", folder], capture_output=True, text=True,
                            input="".join(json.dumps({"text": line}) + "\n" for line in lines))
    if answer.returncode:
        sys.exit(f"FAILED: {name} (seed {SEED}): {answer.stderr}")
    ours = [json.loads(line)["ids"] for line in answer.stdout.split("\n") if line]
    for line, mine in zip(lines, ours, strict=True):
        his = theirs(line)["input_ids"]
        if mine != his:
            sys.exit(f"FAILED: {name} (seed {SEED}): {line!r}\n  transformers {his}\n  fettle       {mine}")
    check(name, True, f"{len(lines)} texts by {type(theirs).__name__}")


def folder_of(parent, name, model_type, *files, **config):
    folder = parent / name
    folder.mkdir()
    for file in files:
        (folder / file.name).write_bytes(file.read_bytes())
    (folder / "config.json").write_text(json.dumps({"model_type": model_type}))
    if config:
        (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return folder


def bases(parent):
    """GPT-2, BERT and LLaMA from the files of old, each with a way to damage them."""
    gpt2 = [GOLDEN / "gpt2" / "vocab.json", GOLDEN / "gpt2" / "merges.txt"]
    yield folder_of(parent, "gpt2", "gpt2", *gpt2)
    yield folder_of(parent, "bert", "bert", GOLDEN / "bert_uncased" / "vocab.txt")
    yield folder_of(parent, "bert-cased", "bert", GOLDEN / "bert_uncased" / "vocab.txt", do_lower_case=False)
    for legacy in (False, True):
        yield folder_of(parent, f"llama-legacy-{legacy}", "llama", GOLDEN / "spm_bpe_llama" / "tokenizer.model",
                        tokenizer_class="LlamaTokenizer", legacy=legacy, add_bos_token=True)


def edit_older_files(folder):
    """Words change places in the file that no longer counts."""
    if (folder / "vocab.json").exists():
        vocabulary = json.loads((folder / "vocab.json").read_text())
        words = list(vocabulary)
        ids = list(vocabulary.values())
        RANDOM.shuffle(ids)
        (folder / "vocab.json").write_text(json.dumps(dict(zip(words, ids))))
    if (folder / "vocab.txt").exists():
        words = (folder / "vocab.txt").read_text().splitlines()
        head, tail = words[:999], words[999:]
        RANDOM.shuffle(tail)
        (folder / "vocab.txt").write_text("\n".join(head + tail) + "\n")
    (folder / "tokenizer.model").unlink(missing_ok=True)


def variations(folder):
    compare(f"{folder.name}, files of old", folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.save_pretrained(folder)
    edit_older_files(folder)
    compare(f"{folder.name}, tokenizer.json beside an edited vocabulary", folder)
    tokenizer.add_tokens(["[ss]", "ship"])
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|user|>"]})
    tokenizer.save_pretrained(folder)
    compare(f"{folder.name}, tokens added", folder)
    trained = tokenizer.train_new_from_iterator([" ".join(WORDS)], vocab_size=600)
    trained.save_pretrained(folder)
    compare(f"{folder.name}, trained anew and saved over it", folder)


def declared_elsewhere(parent):
    """Tokens that only one of the smaller files names."""
    base = [GOLDEN / "gpt2" / "vocab.json", GOLDEN / "gpt2" / "merges.txt"]
    token = {"lstrip": bool(RANDOM.getrandbits(1)), "rstrip": bool(RANDOM.getrandbits(1)), "single_word": False,
             "normalized": bool(RANDOM.getrandbits(1)), "special": bool(RANDOM.getrandbits(1))}
    compare("added_tokens_decoder", folder_of(parent, "decoder", "gpt2", *base, added_tokens_decoder={
        "50257": {"content": "[ss]", **token}, "50258": {"content": "<|user|>", **token}}))
    folder = folder_of(parent, "map", "gpt2", *base)
    (folder / "special_tokens_map.json").write_text(json.dumps({"pad_token": "[ss]", "mask_token": {
        "content": "[MASK]", "lstrip": True, "rstrip": False, "single_word": False, "normalized": False}}))
    compare("special_tokens_map.json", folder)
    folder = folder_of(parent, "added", "bert", GOLDEN / "bert_uncased" / "vocab.txt")
    (folder / "added_tokens.json").write_text(json.dumps({"[ss]": 30522, "<|user|>": 30523}))
    compare("added_tokens.json", folder)


def from_the_library(parent):
    """Tokenizers of the tokenizers library, as its tutorials make them."""
    def trained(model, trainer, pre, normalizer=None, decoder=None, post=None):
        tokenizer = Tokenizer(model)
        tokenizer.pre_tokenizer = pre
        tokenizer.normalizer = normalizer
        tokenizer.decoder = decoder
        tokenizer.train_from_iterator([" ".join(WORDS)], trainer(
            vocab_size=500, show_progress=False, special_tokens=["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"]))
        tokenizer.post_processor = post or processors.TemplateProcessing(
            single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)])
        return tokenizer
    stripped = normalizers.Sequence([normalizers.NFD(), normalizers.Lowercase(), normalizers.StripAccents()])
    made = {
        "BPE over words": trained(models.BPE(unk_token="[UNK]"), trainers.BpeTrainer, pre_tokenizers.Whitespace()),
        "WordPiece over words": trained(models.WordPiece(unk_token="[UNK]"), trainers.WordPieceTrainer,
                                        pre_tokenizers.Whitespace(), stripped, decoders.WordPiece()),
        "byte-level BPE with digits": trained(
            models.BPE(), trainers.BpeTrainer, pre_tokenizers.Sequence(
                [pre_tokenizers.Digits(individual_digits=True), pre_tokenizers.ByteLevel(add_prefix_space=False)]),
            normalizers.NFC(), decoders.ByteLevel()),
        "BPE with Metaspace": trained(models.BPE(unk_token="[UNK]", fuse_unk=True), trainers.BpeTrainer,
                                      pre_tokenizers.Metaspace(), None, decoders.Metaspace()),
    }
    for name, tokenizer in made.items():
        folder = folder_of(parent, name.replace(" ", "-"), "gpt2")
        PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]", mask_token="[MASK]",
                                pad_token="[PAD]").save_pretrained(folder)
        compare(name, folder)


def main():
    print(f"transformers {transformers.__version__}, seed {SEED}")
    with tempfile.TemporaryDirectory() as folder:
        parent = pathlib.Path(folder)
        for base in bases(parent):
            variations(base)
        declared_elsewhere(parent)
        from_the_library(parent)
    all_passed()


if __name__ == "__main__":
    main()
