#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tokenizer of a folder, as Fettle and as transformers read it, where its files disagree.

usage: check_tokenizers.py FETTLE_CLI [SEED]

Folders are made by transformers itself; texts are random, and the seed is printed.
"""
import json
import os
import pathlib
import random
import shutil
import sys
import tempfile

import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer, PreTrainedTokenizerFast

import random_tokenizers
import sentencepiece_folders
from common import CLI, ROOT, all_passed, check, run

GOLDEN = ROOT / "tests" / "golden" / "tokenizers"
SEED = int(sys.argv[2]) if len(sys.argv) > 2 else random.randrange(1 << 30)
RANDOM = random.Random(SEED)
WORDS = (ROOT / "resources" / "texts" / "ships-log.txt").read_text().split()
LINES = [" ".join(WORDS[i:i + 8]) for i in range(0, len(WORDS), 8)]  # as one line, a word without end to a Metaspace
ODD = ["<s>", "</s>", "<unk>", "<mask>", "<pad>", "[MASK]", "[CLS]", "[PAD]", "[ss]", "<|endoftext|>", "<|user|>",
       "<0x0A>", " ", "  ", "\t", "\n", "▁", "é", "ß", "中文", "½", "\u0301", "\u00a0", "'s", "'S", "1234", "!", "🙂",
       "ab c", "ﬁ", "İ", "ａ", "각", "\u200b", "\r\n", "👩\u200d👩\u200d👧", "ह\u094dन\u093fद", "the", "ship", "\x7f", "HTMLParser"]


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
    answer = run([CLI, "tokenize", "--model", folder], capture_output=True, text=True,
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
    trained = tokenizer.train_new_from_iterator(LINES, vocab_size=600)
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
    folder = folder_of(parent, "roberta-of-old", "roberta", *base)
    (folder / "config.json").write_text(json.dumps({"model_type": "roberta", "vocab_size": 60_000}))
    compare("special tokens that the vocabulary lacks", folder)
    folder = folder_of(parent, "bert-of-few", "bert", extra_special_tokens=["[ss]"])
    words = (GOLDEN / "bert_uncased" / "vocab.txt").read_text().splitlines()
    (folder / "vocab.txt").write_text("".join(word + "\n" for word in words if word not in ("[PAD]", "[MASK]")))
    (folder / "config.json").write_text(json.dumps({"model_type": "bert", "vocab_size": 60_000}))
    compare("some that the vocabulary lacks", folder)


def from_the_library(parent):
    """Tokenizers of the tokenizers library, as its tutorials make them."""
    def trained(model, trainer, pre, normalizer=None, decoder=None, post=None):
        tokenizer = Tokenizer(model)
        tokenizer.pre_tokenizer = pre
        tokenizer.normalizer = normalizer
        tokenizer.decoder = decoder
        tokenizer.train_from_iterator(LINES, trainer(
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


def golden_file(name):
    """A recorded tokenizer.json with its normalizer put back in."""
    text = (GOLDEN / name / "tokenizer.json").read_text()
    return text.replace("@charsmap", (GOLDEN / "charsmap.txt").read_text())


def classes(parent):
    """Every class of transformers that builds its own steps over a file, and types of models that overrule what is declared."""
    gpt2 = parent / "plain-gpt2"
    AutoTokenizer.from_pretrained(folder_of(parent, "gpt2-of-old", "gpt2", GOLDEN / "gpt2" / "vocab.json",
                                            GOLDEN / "gpt2" / "merges.txt")).save_pretrained(gpt2)
    bert = parent / "plain-bert"
    AutoTokenizer.from_pretrained(folder_of(parent, "bert-of-old", "bert",
                                            GOLDEN / "bert_uncased" / "vocab.txt")).save_pretrained(bert)
    files = {"gpt2": (gpt2 / "tokenizer.json").read_text(), "bert": (bert / "tokenizer.json").read_text()}
    roberta = {key + "_token": value for key, value in (("bos", "<s>"), ("eos", "</s>"), ("cls", "<s>"), ("sep", "</s>"),
                                                        ("unk", "<unk>"), ("pad", "<pad>"), ("mask", "<mask>"))}
    flag = lambda: bool(RANDOM.getrandbits(1))
    for model_type, declared, file, config in (
            ("gpt_neox", "GPTNeoXTokenizerFast", "gpt2", {"add_prefix_space": flag()}),
            ("olmo2", "GPT2Tokenizer", "gpt2", {}),
            ("opt", "GPT2Tokenizer", "gpt2", {"bos_token": "<|endoftext|>"}),
            ("phi", "CodeGenTokenizer", "gpt2", {}),
            ("starcoder2", "GPT2Tokenizer", "gpt2", {"add_prefix_space": flag()}),
            ("deberta", "DebertaTokenizer", "roberta_style", roberta),
            ("roberta", "RobertaTokenizer", "roberta_style", {**roberta, "add_prefix_space": flag(), "trim_offsets": flag()}),
            ("modernbert", "PreTrainedTokenizerFast", "roberta_style", roberta),
            ("qwen2", "Qwen2Tokenizer", "qwen3", {}),
            ("qwen3", "Qwen2Tokenizer", "qwen3", {}),
            ("gemma2", "GemmaTokenizer", "json_bpe_llama", {"bos_token": "<s>", "eos_token": "</s>"}),
            ("mistral", "LlamaTokenizer", "mistral7b", {}),
            ("llama", "LlamaTokenizerFast", "json_bpe_llama", {"legacy": flag()}),
            ("phi3", "LlamaTokenizer", "json_bpe_llama", {}),
            ("xlm-roberta", "XLMRobertaTokenizer", "json_unigram_xlmr", {}),
            ("camembert", "CamembertTokenizer", "json_unigram_xlmr", {}),
            ("albert", "AlbertTokenizer", "json_unigram_xlmr",
             {**roberta, "do_lower_case": flag(), "keep_accents": flag()}),
            ("deberta-v2", "DebertaV2TokenizerFast", "json_unigram_xlmr",
             {**roberta, "do_lower_case": flag(), "split_by_punct": flag()}),
            ("t5", "T5Tokenizer", "json_unigram_t5", {}),
            ("distilbert", "DistilBertTokenizer", "bert", {"do_lower_case": flag()}),
            ("electra", "ElectraTokenizerFast", "bert", {"do_lower_case": flag(), "strip_accents": flag()})):
        folder = parent / f"class-{model_type}"
        folder.mkdir()
        text = files.get(file) or golden_file(file)
        (folder / "tokenizer.json").write_text(text)
        size = 300_000
        (folder / "config.json").write_text(json.dumps({"model_type": model_type, "vocab_size": size}))
        (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": declared, **config}))
        compare(f"{declared} for {model_type}", folder)


def answers(folder, lines, *flags):
    done = run([CLI, "tokenize", "--model", folder, *flags], capture_output=True, text=True,
                          input="".join(json.dumps(line) + "\n" for line in lines))
    if done.returncode:
        sys.exit(f"FAILED: {folder} (seed {SEED}): {done.stderr}")
    return [json.loads(line) for line in done.stdout.split("\n") if line]


def quietly(call):
    """None where the library itself gives up; what it prints then is not shown."""
    saved, sink = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(sink, 2)
    try:
        return call()
    except BaseException as error:  # a panic of Rust is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        return None
    finally:
        os.dup2(saved, 2)
        os.close(saved)
        os.close(sink)


def random_settings(parent, count):
    """Random tokenizer.json files: ids, offsets and decoded text, with and without special tokens."""
    compared, kinds = 0, set()
    for number in range(count):
        made = quietly(lambda: random_tokenizers.trained(RANDOM, LINES + texts(20)))
        if made is None:
            continue
        kind, tokenizer = made
        folder = parent / f"random-{number}"
        folder.mkdir()
        (folder / "tokenizer.json").write_text(tokenizer.to_str())
        unlike = random_tokenizers.unlike_before(tokenizer)
        for special in (True, False):
            pairs = [(line, quietly(lambda: tokenizer.encode(line, add_special_tokens=special))) for line in ["", *texts(40)]]
            pairs = [(line, theirs) for line, theirs in pairs if theirs is not None]
            decoded = [quietly(lambda: tokenizer.decode(theirs.ids, skip_special_tokens=special)) for _, theirs in pairs]
            ours = answers(folder, [{"text": line} for line, _ in pairs], *([] if special else ["--no-special-tokens"]))
            read = answers(folder, [{"ids": theirs.ids} for _, theirs in pairs], "--decode",
                           *(["--skip-special-tokens"] if special else []))
            for (line, theirs), mine, his_text, my_text in zip(pairs, ours, decoded, read, strict=True):
                same = (mine["ids"] == theirs.ids and [tuple(pair) for pair in mine["offsets"]] == theirs.offsets
                        and (his_text is None or unlike.intersection(theirs.ids) or my_text["text"] == his_text))
                if not same:
                    keep = pathlib.Path(tempfile.mkdtemp()) / "tokenizer.json"
                    keep.write_text(tokenizer.to_str())
                    sys.exit(f"FAILED: random settings {number} (seed {SEED}, kept as {keep}): {line!r}\n"
                             f"  tokenizers {theirs.ids} {theirs.offsets} {his_text!r}\n"
                             f"  fettle     {mine['ids']} {mine['offsets']} {my_text['text']!r}")
                compared += 1
        kinds.add(kind)
    check("random tokenizer.json", compared > 20 * count, f"{compared} texts, {count} settings, {', '.join(sorted(kinds))}")


def compare_whole(folder, lines):
    """Ids, offsets and decoded text, with and without special tokens; how many, none where transformers gives up."""
    theirs = quietly(lambda: AutoTokenizer.from_pretrained(folder))
    if theirs is None or random_tokenizers.is_out_of_reach(theirs.backend_tokenizer):
        return 0
    unlike, compared = random_tokenizers.unlike_before(theirs.backend_tokenizer), 0
    unlike |= sentencepiece_folders.kept_normalized(folder, theirs.backend_tokenizer)
    for special in (True, False):
        pairs = [(line, quietly(lambda: theirs(line, add_special_tokens=special, return_offsets_mapping=True)))
                 for line in lines]
        pairs = [(line, his) for line, his in pairs if his is not None]
        ours = answers(folder, [{"text": line} for line, _ in pairs], *([] if special else ["--no-special-tokens"]))
        read = answers(folder, [{"ids": his["input_ids"]} for _, his in pairs], "--decode",
                       *(["--skip-special-tokens"] if special else []))
        for (line, his), mine, my_text in zip(pairs, ours, read, strict=True):
            ids, offsets = his["input_ids"], his["offset_mapping"]
            his_text = theirs.decode(ids, skip_special_tokens=special)
            if (mine["ids"] != ids or [tuple(pair) for pair in mine["offsets"]] != offsets
                    or (not unlike.intersection(ids) and my_text["text"] != his_text)):
                keep = pathlib.Path(tempfile.mkdtemp()) / folder.name
                shutil.copytree(folder, keep)
                sys.exit(f"FAILED: {folder.name} (seed {SEED}, kept as {keep}): {line!r}\n"
                         f"  transformers {ids} {offsets} {his_text!r}\n"
                         f"  fettle       {mine['ids']} {mine['offsets']} {my_text['text']!r}")
            compared += 1
    return compared


def pieces_alone(parent, count):
    """SentencePiece files without a tokenizer.json, as the classes of DeBERTa-v2, XLM-R, CamemBERT and ALBERT read them."""
    corpus = LINES + [text for text in texts(60) if "\n" not in text]
    for kind, folder in sentencepiece_folders.as_on_the_hub(RANDOM, parent, corpus):
        check(f"{sentencepiece_folders.FILES[kind]} of {kind}", compare_whole(folder, ["", *texts(100)]) > 150)
    compared, opened = 0, 0
    for kind, folder in sentencepiece_folders.of_any_settings(RANDOM, parent, corpus, count):
        found = compare_whole(folder, ["", *texts(40)])
        compared, opened = compared + found, opened + (found > 0)
    check("SentencePiece files of any settings", 2 * opened > count, f"{compared} texts, {opened} of {count} opened")


def main():
    print(f"transformers {transformers.__version__}, seed {SEED}")
    with tempfile.TemporaryDirectory() as folder:
        parent = pathlib.Path(folder)
        for base in bases(parent):
            variations(base)
        declared_elsewhere(parent)
        from_the_library(parent)
        classes(parent)
        random_settings(parent, 25)
        pieces_alone(parent, 25)
    all_passed()


if __name__ == "__main__":
    main()
