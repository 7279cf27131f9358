#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the tokenizers of the bundled nano models: byte-level BPE and WordPiece.

    python3 train_vocabulary.py ../../build/stories.txt

reads the stories and the bundled fine-tuning texts (these count five times, so that their
words are cut into sensible pieces) and writes vocab.json, merges.txt (nano-gpt) and
vocab.txt (nano-bert) with their settings. Same texts, same files.

Words are counted first; then the commonest pair of neighbouring symbols is merged, again
and again, and only the words that hold the pair are touched.
"""

import argparse
import heapq
import json
import re
import string
from collections import Counter, defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEXTS = HERE.parent / "texts"
TEXTS_WEIGHT = 5
BPE_SIZE = 3072
WORDPIECE_SIZE = 4096
WORDPIECE_MINIMUM = 20  # a piece must occur this often
END_OF_TEXT = "<|endoftext|>"
BERT_SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]

# GPT-2's rule with \p{L} and \p{N} written out, which is exact for ASCII.
GPT2_WORDS = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[A-Za-z]+| ?[0-9]+| ?[^\sA-Za-z0-9]+|\s+(?!\S)|\s+")
# BERT's: white space separates, every punctuation mark stands alone.
BERT_WORDS = re.compile(r"[a-z0-9]+|[^\sa-z0-9]")


def byte_symbols():
    """GPT-2's printable stand-in for each byte, in the order of GPT-2's vocabulary."""
    printable = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAC + 1), *range(0xAE, 0xFF + 1)]
    symbols = {byte: chr(byte) for byte in printable}
    for byte in range(256):
        if byte not in symbols:
            symbols[byte] = chr(256 + len(symbols) - len(printable))
    return symbols


def count_words(files, pattern, prepare):
    """How often each word occurs; `files` is a list of (path, weight)."""
    counts = Counter()
    for path, weight in files:
        lines = Counter()
        with open(path, encoding="ascii") as text:
            for line in text:
                lines.update(pattern.findall(prepare(line)))
        for word, count in lines.items():
            counts[word] += count * weight
    return counts


class PairMerger:
    """Words as rows of symbols, with the count of every pair kept up to date."""

    def __init__(self, words, join):
        """`words`: (list of symbols, count) each; `join(a, b)` names the merged symbol."""
        self.words, self.join = words, join
        self.counts, self.holders = Counter(), defaultdict(set)
        for index, (symbols, count) in enumerate(words):
            for pair in zip(symbols, symbols[1:]):
                self.counts[pair] += count
                self.holders[pair].add(index)
        self.heap = [(-count, pair) for pair, count in self.counts.items()]
        heapq.heapify(self.heap)

    def best(self):
        """The commonest pair (of equals the first in the alphabet) and its count."""
        while self.heap:
            negative, pair = heapq.heappop(self.heap)
            if self.counts[pair] == -negative and negative:
                return pair, -negative
        return None, 0

    def merge(self, pair):
        merged, touched = self.join(*pair), set()
        for index in self.holders.pop(pair):
            symbols, count = self.words[index]
            for old in zip(symbols, symbols[1:]):
                self.counts[old] -= count
                touched.add(old)
            at = 0
            while at < len(symbols) - 1:
                if (symbols[at], symbols[at + 1]) == pair:
                    symbols[at:at + 2] = [merged]
                at += 1
            for new in zip(symbols, symbols[1:]):
                self.counts[new] += count
                self.holders[new].add(index)
                touched.add(new)
        for changed in touched:
            if self.counts[changed] > 0:
                heapq.heappush(self.heap, (-self.counts[changed], changed))
        return merged


def train_bpe(files, size):
    """The vocabulary (token to id) and the merges in their order."""
    symbols = byte_symbols()
    counts = count_words(files, GPT2_WORDS, lambda line: line)
    words = [([symbols[byte] for byte in word.encode()], count) for word, count in sorted(counts.items())]
    merger, merges = PairMerger(words, lambda left, right: left + right), []
    tokens = dict.fromkeys(symbols.values())
    while len(tokens) < size - 1:
        pair, count = merger.best()
        if count < 2:
            break
        merges.append(pair)
        tokens[merger.merge(pair)] = None
    return {token: index for index, token in enumerate([*tokens, END_OF_TEXT])}, merges


def train_wordpiece(files, size):
    """The pieces in the order of their ids."""
    counts = count_words(files, BERT_WORDS, str.lower)
    words = [([word[0], *("##" + letter for letter in word[1:])], count) for word, count in sorted(counts.items())]
    alphabet = string.ascii_lowercase + string.digits + string.punctuation
    merger = PairMerger(words, lambda left, right: left + right.removeprefix("##"))
    pieces = dict.fromkeys([*BERT_SPECIALS, *alphabet, *("##" + letter for letter in alphabet)])
    while len(pieces) < size:
        pair, count = merger.best()
        if count < WORDPIECE_MINIMUM:
            break
        pieces[merger.merge(pair)] = None
    return list(pieces)


def write_json(path, value):
    path.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def write_gpt(folder, vocabulary, merges):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{a} {b}\n" for a, b in merges), encoding="utf-8")
    special = {"bos_token": END_OF_TEXT, "eos_token": END_OF_TEXT, "unk_token": END_OF_TEXT}
    write_json(folder / "special_tokens_map.json", special)
    write_json(folder / "tokenizer_config.json",
               {"tokenizer_class": "GPT2Tokenizer", "add_prefix_space": False, "model_max_length": 256, **special})
    end = vocabulary[END_OF_TEXT]
    write_json(folder / "generation_config.json", {"bos_token_id": end, "eos_token_id": end})


def write_bert(folder, pieces):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "vocab.txt").write_text("".join(piece + "\n" for piece in pieces), encoding="ascii")
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
    write_json(folder / "special_tokens_map.json", special)
    write_json(folder / "tokenizer_config.json",
               {"tokenizer_class": "BertTokenizer", "do_lower_case": True, "model_max_length": 256, **special})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("stories", type=Path)
    parser.add_argument("--folder", type=Path, default=HERE, help="where nano-gpt and nano-bert lie")
    arguments = parser.parse_args()
    files = [(arguments.stories, 1), *((path, TEXTS_WEIGHT) for path in sorted(TEXTS.glob("*.txt")))]
    vocabulary, merges = train_bpe(files, BPE_SIZE)
    write_gpt(arguments.folder / "nano-gpt", vocabulary, merges)
    pieces = train_wordpiece(files, WORDPIECE_SIZE)
    write_bert(arguments.folder / "nano-bert", pieces)
    print(f"nano-gpt: {len(vocabulary)} tokens, {len(merges)} merges; nano-bert: {len(pieces)} pieces")


if __name__ == "__main__":
    main()
