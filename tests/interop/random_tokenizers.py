# SPDX-License-Identifier: GPL-3.0-or-later
"""Random settings of tokenizer.json, made on the spot with the tokenizers library: every step, in any order that it takes."""
import base64
import json
import struct

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

SPECIALS = ["<unk>", "<s>", "</s>", "<mask>"]
BYTES = [f"<0x{byte:02X}>" for byte in range(256)]
EXPRESSIONS = [
    r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+",
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|"
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}|"
    r" ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
    r"[!\"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|"
    r"\s*[\r\n]+|\s+(?!\S)|\s+",
    r" ?[^(\s|[.,!?…。，、।۔،])]+", r"[0-9][0-9][0-9]", r"\p{N}{1,3}", r"[一-龥぀-ゟ゠-ヿ]+", r"\s+", r"\s", r"\w+", r"\W",
    r"(?=(\d{3})+(?!\d))", r"\p{P}+", r"\d+|\p{Han}", r"[\r\n]", r"(?<=[a-z])(?=[A-Z])", r"\p{Lu}", r"[^\p{Lu}\d]+",
    r"[[:alpha:]]+", r"\p{^L}", r"[\P{L}&&[^ ]]", r"^.", r"\b",
]
BEHAVIORS = ["removed", "isolated", "contiguous", "merged_with_previous", "merged_with_next"]


def character_map(random):
    """A precompiled_charsmap of a few rules: a double-array trie as SentencePiece writes it."""
    rules = {"ａ": "a", "½": "1⁄2", "é": "e", "\u0301": "", "a\u0301": "á", "\n": " ", "\u00a0": " ", "ﬁ": "fi", "…": "...",
             "K": "k", "²": "2", "\u200b": ""}
    rules = {key: value for key, value in rules.items() if random.random() < 0.7} or {"½": "1⁄2"}
    targets, offsets = b"", {}
    for key, value in rules.items():
        offsets[key.encode()] = len(targets)
        targets += value.encode() + b"\0"
    root = {}
    for key, value in offsets.items():
        node = root
        for byte in key:
            node = node.setdefault(byte, {})
        node[None] = value
    units, used = {0: 0}, {0}

    def place(node, index):
        labels = [0 if label is None else label for label in node]
        offset = 256 * len(units)
        while any(offset ^ label in used for label in labels):
            offset += 256
        relative = index ^ offset
        units[index] = units.get(index, 0) | (relative << 10) | (0x100 if None in node else 0)
        used.update(offset ^ label for label in labels)
        for label, child in node.items():
            units[offset ^ (label or 0)] = 0x80000000 | child if label is None else label
        for label, child in node.items():
            if label is not None:
                place(child, offset ^ label)
    place(root, 0)
    trie = b"".join(struct.pack("<I", units.get(i, 0)) for i in range(max(units) + 256))
    return base64.b64encode(struct.pack("<I", len(trie)) + trie + targets).decode()


def normalizer(random):
    made = [
        normalizers.NFC, normalizers.NFD, normalizers.NFKC, normalizers.NFKD, normalizers.Lowercase,
        normalizers.StripAccents, normalizers.Nmt,
        lambda: normalizers.Strip(left=random.random() < 0.5, right=random.random() < 0.5),
        lambda: normalizers.Prepend(random.choice(["▁", "ab", " "])),
        lambda: normalizers.Replace(random.choice([" ", "a", "''", "\n", "  "]), random.choice(["▁", "", "xy", " "])),
        lambda: normalizers.Replace(Regex(random.choice([" {2,}", r"\s+", "[\n\r\t]", r"\p{M}", "(a|e)+"])),
                                    random.choice(["▁", " ", "", "é!"])),
        lambda: normalizers.BertNormalizer(random.random() < 0.7, random.random() < 0.7,
                                           random.choice([None, True, False]), random.random() < 0.5),
        lambda: normalizers.Precompiled(base64.b64decode(character_map(random))),
    ]
    count = random.choice([0, 1, 1, 2, 3])
    if count == 0:
        return None
    parts = [random.choice(made)() for _ in range(count)]
    return parts[0] if count == 1 else normalizers.Sequence(parts)


def pre_tokenizer(random):
    def split():
        if random.random() < 0.2:
            return pre_tokenizers.Split(random.choice([" ", "a", "ee", "."]), random.choice(BEHAVIORS), random.random() < 0.2)
        expression = random.choice(EXPRESSIONS)
        if random.random() < 0.4:
            return pre_tokenizers.Split(Regex(expression), "isolated")
        return pre_tokenizers.Split(Regex(expression), random.choice(BEHAVIORS), random.random() < 0.3)
    made = [
        lambda: pre_tokenizers.ByteLevel(add_prefix_space=random.random() < 0.5, use_regex=random.random() < 0.6),
        lambda: pre_tokenizers.Metaspace("▁", random.choice(["always", "first", "never"]), random.random() < 0.6),
        split, split,
        lambda: pre_tokenizers.Digits(random.random() < 0.5),
        lambda: pre_tokenizers.Punctuation(random.choice(BEHAVIORS)),
        pre_tokenizers.Whitespace, pre_tokenizers.WhitespaceSplit, pre_tokenizers.BertPreTokenizer,
        lambda: pre_tokenizers.CharDelimiterSplit(random.choice(" ae")),
    ]
    count = random.choice([0, 1, 1, 1, 2, 3])
    if count == 0:
        return None
    parts = [random.choice(made)() for _ in range(count)]
    return parts[0] if count == 1 else pre_tokenizers.Sequence(parts)


def decoder(random):
    made = [
        decoders.ByteLevel, decoders.ByteFallback, decoders.Fuse,
        lambda: decoders.Metaspace("▁", random.choice(["always", "first", "never"])),
        lambda: decoders.WordPiece("##", random.random() < 0.5), lambda: decoders.BPEDecoder("</w>"),
        lambda: decoders.Replace(random.choice(["▁", "e", "##"]), random.choice([" ", "", "xy"])),
        lambda: decoders.Replace(Regex(random.choice([r"\s+", "[aeiou]", "▁"])), random.choice([" ", ""])),
        lambda: decoders.Strip(random.choice(" a"), 1, 0), lambda: decoders.CTC("<pad>", "|", random.random() < 0.5),
    ]
    count = random.choice([0, 1, 1, 2, 3])
    if count == 0:
        return None
    parts = [random.choice(made)() for _ in range(count)]
    return parts[0] if count == 1 else decoders.Sequence(parts)


def post_processor(random):
    def template():
        single = random.choice(["<s> $A </s>", "<s> $A", "$A </s>", "<s> <s> $A", "$A"])
        return processors.TemplateProcessing(single=single, special_tokens=[("<s>", 1), ("</s>", 2)])
    def byte_level():
        made = processors.ByteLevel(trim_offsets=random.random() < 0.7)
        made.add_prefix_space = random.random() < 0.5
        return made
    made = [
        template, byte_level,
        lambda: processors.RobertaProcessing(("</s>", 2), ("<s>", 1), random.random() < 0.6, random.random() < 0.6),
        lambda: processors.BertProcessing(("</s>", 2), ("<s>", 1)),
        lambda: processors.Sequence([byte_level(), template()]), lambda: None,
    ]
    return random.choice(made)()


def trained(random, corpus):
    """A tokenizer with a small vocabulary of its own, and what tokenizer.json may say besides; or none."""
    kind = random.choice(["BPE", "BPE", "BPE", "WordPiece", "Unigram", "Unigram", "WordLevel"])
    tokenizer = Tokenizer({"BPE": models.BPE, "WordPiece": models.WordPiece, "Unigram": models.Unigram,
                           "WordLevel": models.WordLevel}[kind]())
    if kind in ("BPE", "WordPiece", "WordLevel"):
        tokenizer.model.unk_token = "<unk>"
    made_normalizer, made_pre = normalizer(random), pre_tokenizer(random)
    tokenizer.normalizer = made_normalizer
    tokenizer.pre_tokenizer = made_pre
    common = {"show_progress": False, "special_tokens": SPECIALS, "vocab_size": random.choice([200, 400, 700])}
    prefix = random.choice(["", "", "##"]) if kind == "BPE" else ""
    suffix = random.choice(["", "", "</w>"]) if kind == "BPE" else ""
    marks = {"continuing_subword_prefix": prefix} if prefix else {}
    marks |= {"end_of_word_suffix": suffix} if suffix else {}
    alphabet = pre_tokenizers.ByteLevel.alphabet() if "ByteLevel" in str(made_pre) and random.random() < 0.8 else []
    trainer = {
        "BPE": lambda: trainers.BpeTrainer(limit_alphabet=random.choice([40, 1000]), initial_alphabet=alphabet,
                                           max_token_length=16, **common, **marks),
        "WordPiece": lambda: trainers.WordPieceTrainer(limit_alphabet=random.choice([40, 1000]), **common),
        "Unigram": lambda: trainers.UnigramTrainer(unk_token="<unk>", max_piece_length=8, **common),
        "WordLevel": lambda: trainers.WordLevelTrainer(**common),
    }[kind]()
    tokenizer.train_from_iterator(corpus, trainer)
    file = json.loads(tokenizer.to_str())
    model = file["model"]
    if kind == "BPE":
        model["fuse_unk"] = random.random() < 0.5
        model["ignore_merges"] = random.random() < 0.3
        model["unk_token"] = random.choice(["<unk>", "<unk>", None])
    # With marks at the ends of words the library gives offsets beyond the word for bytes.
    if kind in ("BPE", "Unigram") and not prefix + suffix and random.random() < 0.4:
        model["byte_fallback"] = True
        some = BYTES if random.random() < 0.7 else [byte for byte in BYTES if random.random() < 0.9]
        if kind == "BPE":
            model["vocab"].update({token: len(model["vocab"]) + i for i, token in enumerate(
                token for token in some if token not in model["vocab"])})
        else:
            model["vocab"] += [[token, -20.0 * random.random()] for token in some]
    if kind == "WordPiece":
        model["max_input_chars_per_word"] = random.choice([100, 6])
    # Older files have flags that newer ones leave out, and merges as words with a space.
    if kind == "BPE" and all(" " not in piece for merge in model["merges"] for piece in merge) and random.random() < 0.3:
        model["merges"] = [" ".join(merge) for merge in model["merges"]]
    file["added_tokens"] = [token for token in file["added_tokens"] if random.random() < 0.9] + [
        {"id": 5000 + i, "content": content, "single_word": random.random() < 0.3, "lstrip": random.random() < 0.3,
         "rstrip": random.random() < 0.3, "normalized": random.random() < 0.5, "special": random.random() < 0.3}
        for i, content in enumerate(random.sample(["[ss]", "<|user|>", "ship", "Ab", "é", "  ", "\n", "the", "▁x", "<s", "e",
                                                   "中", "ab c"], random.choice([0, 2, 4, 7])))]
    tokenizer = Tokenizer.from_str(json.dumps(file))
    tokenizer.decoder = decoder(random)
    made_post = post_processor(random)
    if made_post is not None:
        tokenizer.post_processor = made_post
    return None if is_out_of_reach(tokenizer) else (kind, tokenizer)


def is_out_of_reach(tokenizer):
    """Whether two added tokens are the same once they are normalized, of which the library finds another one each time
    that it reads the file; or one is nothing then, which it finds until no memory is left."""
    normalize = tokenizer.normalizer.normalize_str if tokenizer.normalizer else str
    words = [normalize(token.content) for token in tokenizer.get_added_tokens_decoder().values() if token.normalized]
    return len(set(words)) < len(words) or "" in words


def unlike_before(tokenizer):
    """Ids of added tokens that 0.23 decodes in their normalized form, 0.22 as they are."""
    if tokenizer.normalizer is None:
        return set()
    return {id for id, token in tokenizer.get_added_tokens_decoder().items()
            if token.normalized and tokenizer.normalizer.normalize_str(token.content) != token.content}
