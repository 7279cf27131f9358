#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the folders pieces_* (see README.md): small SentencePiece models, and what transformers answers over them.

usage: record_pieces.py      (with the environment of tests/interop/run.sh)
Run it only to renew them; the tests read what is here.
"""
import io
import json
import pathlib
import random
import tempfile

import sentencepiece
from sentencepiece import sentencepiece_model_pb2
from transformers import AutoTokenizer

HERE = pathlib.Path(__file__).resolve().parent
WORDS = (HERE.parents[2] / "resources" / "texts" / "ships-log.txt").read_text().split()
RULES = {"½": "1⁄2", "ａ": "a", "ﬁ": "fi", "\u00a0": " ", "\u200b": "", "\t": " ", "\n": " ", "a\u0301": "á", "²": "2"}
ODD = ["<s>", "</s>", "<unk>", "[MASK]", "<mask>", "[CLS]", "[SEP]", "<pad>", "<s>NOTUSED", "[ss]", "<|user|>", " ", "  ",
       "\t", "\n", "▁", "é", "É", "ß", "中文", "½", "a\u0301", "\u0301", "\u00a0", "``", "''", "1234", "9,", "!", "🙂", "ﬁ",
       "İ", "ａ", "각", "\u200b", "\r\n", "👩\u200d👩\u200d👧", "ship", "HTMLParser"]
FOLDERS = {
    # As microsoft/deberta-v3-base: [MASK] is not among the pieces.
    "pieces_deberta_v2": ("spm.model", {"model_type": "deberta-v2", "vocab_size": 420}, {"do_lower_case": False},
                          dict(pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]", bos_piece="[CLS]",
                               eos_piece="[SEP]", unk_piece="[UNK]")),
    "pieces_deberta_v2_settings": (
        "spm.model", {"model_type": "deberta-v2", "vocab_size": 420},
        {"tokenizer_class": "DebertaV2TokenizerFast", "do_lower_case": True, "split_by_punct": True,
         "extra_special_tokens": ["<|user|>"]},
        dict(pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]", bos_piece="[CLS]", eos_piece="[SEP]",
             unk_piece="[UNK]", user_defined_symbols=["[ss]"], model_type="bpe")),
    "pieces_xlm_roberta": ("sentencepiece.bpe.model", {"model_type": "xlm-roberta", "vocab_size": 402}, None, {}),
    "pieces_camembert": ("sentencepiece.bpe.model", {"model_type": "camembert", "vocab_size": 405},
                         {"additional_special_tokens": ["<s>NOTUSED", "</s>NOTUSED"], "mask_token": "<mask>"}, {}),
    "pieces_albert": ("spiece.model", {"model_type": "albert", "vocab_size": 400}, None,
                      dict(pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols=["[CLS]", "[SEP]", "[MASK]"],
                           user_defined_symbols=["(", ")"])),
    "pieces_albert_accents": ("spiece.model", {"model_type": "albert", "vocab_size": 400},
                              {"do_lower_case": False, "keep_accents": True, "add_prefix_space": False},
                              dict(pad_id=0, unk_id=1, bos_id=-1, eos_id=-1,
                                   control_symbols=["[CLS]", "[SEP]", "[MASK]"])),
}


def trained(settings):
    spell = lambda text: " ".join(f"{ord(character):X}" for character in text)
    lines = [" ".join(WORDS[i:i + 9]) for i in range(0, len(WORDS), 9)] + ["é É ½ 1234 9, ship's (log)"] * 3
    model = io.BytesIO()
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as rules:
        rules.write("".join(f"{spell(key)}\t{spell(value)}\n" for key, value in RULES.items()))
        rules.flush()
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=iter(lines), model_writer=model, minloglevel=2,
            **({"model_type": "unigram", "vocab_size": 400, "normalization_rule_tsv": rules.name} | settings))
    file = sentencepiece_model_pb2.ModelProto.FromString(model.getvalue())
    file.normalizer_spec.ClearField("normalization_rule_tsv")  # a path of the day
    return file.SerializeToString()


def texts(draw):
    yield ""
    yield from ODD
    for _ in range(90):
        parts = [draw.choice(WORDS) + draw.choice([" ", " ", ""]) if draw.random() < 0.5 else draw.choice(ODD)
                 for _ in range(draw.randrange(2, 16))]
        yield "".join(parts)


def main():
    for number, (name, (file, config, tokenizer_config, settings)) in enumerate(FOLDERS.items()):
        folder = HERE / name
        folder.mkdir(exist_ok=True)
        (folder / file).write_bytes(trained(settings))
        (folder / "config.json").write_text(json.dumps(config) + "\n")
        if tokenizer_config is not None:
            (folder / "tokenizer_config.json").write_text(json.dumps(tokenizer_config) + "\n")
        tokenizer = AutoTokenizer.from_pretrained(folder)
        draw, rows = random.Random(number), []
        for text in texts(draw):
            special = draw.random() < 0.8
            found = tokenizer(text, add_special_tokens=special, return_offsets_mapping=True)
            ids = found["input_ids"]
            row = {"text": text, "special": special, "ids": ids, "offsets": found["offset_mapping"],
                   "kept": tokenizer.decode(ids)}
            if (skipped := tokenizer.decode(ids, skip_special_tokens=True)) != row["kept"]:
                row["skipped"] = skipped
            rows.append(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
        (folder / "cases.jsonl").write_text("".join(rows), encoding="utf-8")
        print(name, len(tokenizer), len(rows))


if __name__ == "__main__":
    main()
