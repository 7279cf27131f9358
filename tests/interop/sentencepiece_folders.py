# SPDX-License-Identifier: GPL-3.0-or-later
"""Folders that bring a SentencePiece file and no tokenizer.json: small models trained on the spot, with random settings of
the trainer and of the small files beside it."""
import io
import json

import sentencepiece

# The trainer's ids and names as the models on the Hub have them.
HUB = {
    "deberta-v2": dict(pad_id=0, bos_id=1, eos_id=2, unk_id=3, pad_piece="[PAD]", bos_piece="[CLS]", eos_piece="[SEP]",
                       unk_piece="[UNK]"),
    "xlm-roberta": {},
    "camembert": {},
    "albert": dict(pad_id=0, unk_id=1, bos_id=-1, eos_id=-1, control_symbols=["[CLS]", "[SEP]", "[MASK]"]),
}
FILES = {"deberta-v2": "spm.model", "xlm-roberta": "sentencepiece.bpe.model", "camembert": "sentencepiece.bpe.model",
         "albert": "spiece.model"}
CLASSES = {"deberta-v2": "DebertaV2Tokenizer", "xlm-roberta": "XLMRobertaTokenizer", "camembert": "CamembertTokenizer",
           "albert": "AlbertTokenizer"}
RULES = {"½": "1⁄2", "é": "e", "ａ": "a", "ﬁ": "fi", "\u00a0": " ", "\u200b": "", "\t": " ", "\n": " ", "a\u0301": "á",
         "İ": "i", "²": "2"}
TOKENS = ["[ss]", "<|user|>", "ship", "<mask>", "[MASK]", "<s>NOTUSED", "Ab", "é", "ab c", "<0x0A>", "the", "[CLS]", "<pad>"]
NAMES = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"]


def trained(random, corpus, scratch, **settings):
    """The bytes of a model; some of the settings that are drawn are none."""
    while True:
        try:
            return trained_once(random, corpus, scratch, **settings)
        except RuntimeError:
            pass


def trained_once(random, corpus, scratch, **settings):
    chance = lambda share: random.random() < share
    settings = dict(model_type="unigram", vocab_size=random.choice([200, 400, 700]), hard_vocab_limit=False,
                    minloglevel=2) | settings
    if chance(0.5):
        rules = {key: value for key, value in RULES.items() if chance(0.7)} or {"½": "1⁄2"}
        table = scratch / "rules.tsv"
        spell = lambda text: " ".join(f"{ord(c):X}" for c in text)
        table.write_text("".join(f"{spell(key)}\t{spell(value)}\n" for key, value in rules.items()))
        settings["normalization_rule_tsv"] = str(table)
    else:
        settings["normalization_rule_name"] = random.choice(["nmt_nfkc", "nfkc", "nfkc_cf", "nmt_nfkc_cf", "identity"])
    if chance(0.3):
        settings["byte_fallback"] = True
        settings["vocab_size"] += 256
    for flag in ("add_dummy_prefix", "remove_extra_whitespaces", "split_by_whitespace", "split_by_number",
                 "split_by_unicode_script"):
        settings[flag] = chance(0.8)
    for flag in ("split_digits", "treat_whitespace_as_suffix", "allow_whitespace_only_pieces"):
        settings[flag] = chance(0.2)
    taken = set(settings.get("control_symbols", [])) | {settings.get(key) for key in settings if key.endswith("_piece")}
    free = [token for token in TOKENS if token not in taken]
    if chance(0.5):
        settings["user_defined_symbols"] = random.sample(free, random.choice([1, 2, 4]))
        free = [token for token in free if token not in settings["user_defined_symbols"]]
    if chance(0.4):
        settings["control_symbols"] = settings.get("control_symbols", []) + random.sample(free, random.choice([1, 2]))
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(corpus), model_writer=model, **settings)
    return model.getvalue()


def flags(random):
    return {name: random.random() < 0.3 for name in ("lstrip", "rstrip", "normalized", "single_word")}


def small_files(random, kind):
    """tokenizer_config.json and what may lie beside it, by name."""
    chance = lambda share: random.random() < share
    config, files = {}, {}
    if chance(0.5):
        config["tokenizer_class"] = CLASSES[kind] + random.choice(["", "Fast"])
    for flag in ("do_lower_case", "split_by_punct", "keep_accents", "add_prefix_space"):
        if chance(0.5):
            config[flag] = chance(0.5)
    if chance(0.15):
        config["add_bos_token"], config["add_eos_token"] = chance(0.5), chance(0.5)
    named = {}
    for name in NAMES:
        if chance(0.2):
            content = random.choice(TOKENS + ["<s>", "</s>", "<unk>", "[SEP]"])
            named[name] = content if chance(0.6) else {"__type": "AddedToken", "content": content, **flags(random)}
    if chance(0.7):
        config |= named
    else:
        files["special_tokens_map.json"] = {
            name: value if isinstance(value, str) else {key: value[key] for key in value if key != "__type"}
            for name, value in named.items()}
    some = random.sample(TOKENS, random.choice([0, 1, 3]))
    if chance(0.3):
        config[random.choice(["additional_special_tokens", "extra_special_tokens"])] = some
    elif chance(0.2):
        files.setdefault("special_tokens_map.json", {})[
            random.choice(["additional_special_tokens", "extra_special_tokens"])] = some
    elif chance(0.2):
        config["extra_special_tokens"] = {f"other{i}_token": token for i, token in enumerate(some)}
    if chance(0.25):
        config["added_tokens_decoder"] = {
            str(random.randrange(5000)): {"content": token, "special": chance(0.5), **flags(random)}
            for token in random.sample(TOKENS, random.choice([1, 2]))}
    elif chance(0.25):
        files["added_tokens.json"] = {token: 6000 + i for i, token in enumerate(random.sample(TOKENS, 2))}
    if config or chance(0.5):
        files["tokenizer_config.json"] = config
    return files


def folder(parent, name, kind, model, files=None):
    made = parent / name
    made.mkdir()
    (made / FILES[kind]).write_bytes(model)
    for file, content in ({"config.json": {"model_type": kind, "vocab_size": 300_000}} | (files or {})).items():
        (made / file).write_text(json.dumps(content))
    return made


def as_on_the_hub(random, parent, corpus):
    """One folder of each kind with nothing but config.json beside the file."""
    for kind, settings in HUB.items():
        yield kind, folder(parent, f"pieces-{kind}", kind, trained(random, corpus, parent, **settings))


def of_any_settings(random, parent, corpus, count):
    for number in range(count):
        kind = random.choice(list(HUB))
        settings = dict(HUB[kind])
        if random.random() < 0.2 and kind != "camembert":
            settings["model_type"] = random.choice(["bpe", "char", "word"])
        model = trained(random, corpus, parent, **settings)
        yield kind, folder(parent, f"pieces-{number}", kind, model, small_files(random, kind))


def kept_normalized(folder, tokenizer):
    """Ids of added tokens that the library decodes in their normalized form, declared so once and otherwise later: it
    keeps the form of before, and does not skip it among the special ones."""
    declared = set()

    def look(value):
        if isinstance(value, dict) and value.get("normalized"):
            declared.add(value.get("content"))
        for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
            look(item)
    for file in folder.glob("*.json"):
        look(json.loads(file.read_text()))
    normalize = tokenizer.normalizer.normalize_str if tokenizer.normalizer else str
    return {id for id, token in tokenizer.get_added_tokens_decoder().items()
            if token.content in declared and normalize(token.content) != token.content}
