#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every architecture writes and fills in beside transformers: small random models, settings new each time.

usage: check_generation.py FETTLE_CLI [SEED] [MODEL_TYPE | longrope …]

Of each causal model: texts by beam search, texts that end at a string, and texts by what its generation_config.json says
alone; with longrope, texts that grow past the length at which positions change. Of each masked one: the pipeline's best
five for each blank, with a tokenizer of its own class.
"""
import copy
import json
import pathlib
import random
import sys
import tempfile

import torch
import transformers
from transformers import AutoTokenizer, GenerationConfig, StopStringCriteria, pipeline

from check_architectures import bundled_folder, made_config, put_tokenizer
from common import ROOT, all_passed, architectures, check, cli, scattered, seed_and_names, small_config

PROMPTS = ("In the morning", "The wind came from the west, and we set all the sails", "We", "and then and then and then")
GOLDEN = ROOT / "tests" / "golden" / "tokenizers"


class Writer:
    """One model, in both programs' hands."""

    def __init__(self, name, model, folder):
        self.name, self.model, self.folder = name, model, folder
        self.exact = copy.deepcopy(model).double()
        self.tokenizer = AutoTokenizer.from_pretrained(bundled_folder(False))

    def theirs(self, prompt, model=None, **settings):
        encoded = self.tokenizer(prompt, return_tensors="pt")
        torch.manual_seed(settings.pop("seed", 0))
        ids = (model or self.model).generate(encoded["input_ids"], attention_mask=encoded["attention_mask"],
                                             pad_token_id=0, **settings)
        return ids[0, encoded["input_ids"].shape[1]:].tolist()

    def is_decided(self, prompt, settings):
        """Whether the text is the same in twice the precision: rounding alone does not choose it."""
        return self.theirs(prompt, **settings) == self.theirs(prompt, self.exact, **settings)

    def ours(self, prompt, *flags):
        return json.loads(cli("generate", "--model", self.folder, "--prompt", prompt, "--json", "--threads", 1, *flags))

    def write_config(self, **settings):
        (self.folder / "generation_config.json").write_text(json.dumps(settings))

    def drawn(self, draw, make):
        """A prompt and settings that rounding does not decide."""
        for _ in range(20):
            prompt = draw.choice(PROMPTS)
            settings = make(prompt)
            if self.is_decided(prompt, settings):
                return prompt, settings
        sys.exit(f"FAILED: {self.name}: twenty texts in a row are decided by rounding")


def both(settings, mine, his):
    """What to say of two texts: where they differ, all of it."""
    same = mine["ids"] == his
    return f"{len(his)} tokens" if same else f"\n  {settings}\n  fettle       {mine['ids']}\n  transformers {his}"


def ends_for(writer, draw, prompt):
    """Some ids of what would be written, so that texts end in time, and some of no meaning."""
    longest = writer.theirs(prompt, max_new_tokens=16, num_beams=3, do_sample=False, eos_token_id=None)
    near = [token for token in longest[3:] if draw.random() < 0.3]
    return near + [draw.randrange(writer.model.config.vocab_size) for _ in range(draw.choice([1, 3]))]


def beams(writer, draw):
    def make(prompt):
        settings = dict(num_beams=draw.choice([2, 3, 4, 6]), max_new_tokens=draw.choice([6, 12, 20]), do_sample=False,
                        length_penalty=draw.choice([1.0, 0.0, -1.0, 2.0]), early_stopping=draw.choice([False, True, "never"]),
                        eos_token_id=ends_for(writer, draw, prompt))
        if draw.random() < 0.4:
            settings["repetition_penalty"] = draw.choice([0.9, 1.3])
        if draw.random() < 0.4:
            settings["no_repeat_ngram_size"] = draw.choice([2, 3])
        return settings
    prompt, settings = writer.drawn(draw, make)
    writer.write_config(eos_token_id=settings["eos_token_id"])
    flags = [word for key, value in settings.items() if key not in ("eos_token_id", "do_sample")
             for word in (f"--{key.replace('_', '-')}", str(value).lower())]
    mine, his = writer.ours(prompt, *flags), writer.theirs(prompt, **settings)
    check(f"{writer.name}: beams", mine["ids"] == his, both(settings, mine, his))
    end = "eos" if his[-1] in settings["eos_token_id"] else "length"
    check(f"{writer.name}: beams end by {end}", mine["stop"] == end)


def config_alone(writer, draw):
    """generation_config.json is read as transformers reads it; what is drawn is drawn alike."""
    settings = dict(do_sample=True, max_length=draw.choice([20, 32]), eos_token_id=[3, 7], temperature=draw.choice([0.7, 1.2]),
                    top_k=draw.choice([0, 20]), top_p=draw.choice([0.8, 1.0]), repetition_penalty=draw.choice([1.0, 1.2]))
    settings |= draw.choice([{}, dict(min_p=0.1), dict(typical_p=0.8), dict(epsilon_cutoff=0.003), dict(eta_cutoff=0.01),
                             dict(no_repeat_ngram_size=2), dict(min_new_tokens=6)])
    writer.write_config(**settings)
    prompt, seed = draw.choice(PROMPTS), draw.randrange(1000)
    config = GenerationConfig.from_pretrained(writer.folder, pad_token_id=0)
    mine, his = writer.ours(prompt, "--seed", seed), writer.theirs(prompt, seed=seed, generation_config=config)
    check(f"{writer.name}: its own settings", mine["ids"] == his, both(settings, mine, his))


def stop_strings(writer, draw):
    prompt = draw.choice(PROMPTS)
    writer.write_config(eos_token_id=None)
    beams = draw.choice([1, 1, 3])
    settings = dict(max_new_tokens=16, do_sample=False, num_beams=beams, eos_token_id=None)
    text = writer.tokenizer.decode(writer.theirs(prompt, **settings))
    places = [i for i in range(2, len(text) - 4) if "\ufffd" not in text[i:i + 4]] or [0]
    start = draw.choice(places)
    wanted = [text[start:start + draw.randrange(1, 5)] or "e", "sails that"]
    settings |= dict(stop_strings=wanted, tokenizer=writer.tokenizer)
    if not writer.is_decided(prompt, settings):
        wanted, settings["stop_strings"] = ["e", " "], ["e", " "]
    flags = [word for string in wanted for word in ("--stop", string)]
    mine = writer.ours(prompt, "--greedy", "--max-new-tokens", 16, "--num-beams", beams, *flags)
    his = writer.theirs(prompt, **settings)
    check(f"{writer.name}: stops at {wanted}", mine["ids"] == his, both(settings, mine, his))
    whole = torch.tensor([writer.tokenizer(prompt)["input_ids"] + his])
    end = "string" if StopStringCriteria(writer.tokenizer, wanted)(whole, None).item() else "length"
    check(f"{writer.name}: ended by {end}", mine["stop"] == end, mine["stop"])


def causal(name, of_class, draw, scratch):
    config = made_config(name, draw)
    model = scattered(of_class(config), torch.Generator().manual_seed(draw.randrange(1 << 30)))
    model.generation_config = GenerationConfig()
    folder = scratch / name
    model.save_pretrained(folder)
    put_tokenizer(folder, False)
    writer = Writer(name, model, folder)
    beams(writer, draw)
    config_alone(writer, draw)
    stop_strings(writer, draw)


def longrope(draw, scratch):
    """Phi-3 reads a text again where it grows past the original context; other models keep the keys that they have."""
    vocabulary = json.loads((bundled_folder(False) / "config.json").read_text())["vocab_size"]
    for name, of_class in (("phi3", transformers.Phi3ForCausalLM), ("llama", transformers.LlamaForCausalLM)):
        original = draw.randrange(16, 24)
        factors = [1 + draw.random() for _ in range(8)]
        rope = dict(rope_type="longrope", rope_theta=draw.choice([100.0, 10000.0]), factor=4.0, short_factor=factors,
                    long_factor=[3 * f for f in factors], original_max_position_embeddings=original)
        own = dict(original_max_position_embeddings=original) if name == "phi3" else {}
        config = small_config(name, vocabulary, rope_parameters=rope, **own)
        model = scattered(of_class(config), torch.Generator().manual_seed(draw.randrange(1 << 30)))
        model.generation_config = GenerationConfig()
        folder = scratch / f"longrope-{name}"
        model.save_pretrained(folder)
        put_tokenizer(folder, False)
        writer = Writer(f"{name} with longrope", model, folder)
        writer.write_config(eos_token_id=None)
        for beams in (1, 1, 1, 3, 4):
            prompt, settings = writer.drawn(draw, lambda prompt: dict(
                max_new_tokens=draw.choice([24, 32]), num_beams=beams, do_sample=False, eos_token_id=None))
            mine = writer.ours(prompt, "--greedy", "--num-beams", beams, "--max-new-tokens", settings["max_new_tokens"])
            his = writer.theirs(prompt, **settings)
            check(f"{writer.name}: past {original} tokens, {beams} beams", mine["ids"] == his, both(settings, mine, his))


def own_tokenizer(name, folder):
    """Files of a tokenizer of the model's own class and its mask token."""
    roberta = dict(bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>", unk_token="<unk>",
                   pad_token="<pad>", mask_token="<mask>")
    bracketed = {"<s>": "[CLS]", "</s>": "[SEP]", "<pad>": "[PAD]", "<mask>": "[MASK]"}
    declared, file, words = {
        "roberta": ("RobertaTokenizer", "roberta_style", {}),
        "modernbert": ("PreTrainedTokenizerFast", "roberta_style", bracketed),
        "xlm-roberta": ("XLMRobertaTokenizer", "json_unigram_xlmr", {}),
        "camembert": ("CamembertTokenizer", "json_unigram_xlmr", {}),
        "albert": ("AlbertTokenizer", "json_unigram_xlmr", bracketed),
        "deberta-v2": ("DebertaV2Tokenizer", "json_unigram_xlmr", bracketed),
    }.get(name, (None, None, {}))
    if not declared:
        put_tokenizer(folder, True)
        own = {"bert": "BertTokenizer", "distilbert": "DistilBertTokenizer", "electra": "ElectraTokenizer"}[name]
        config = json.loads((folder / "tokenizer_config.json").read_text())
        (folder / "tokenizer_config.json").write_text(json.dumps(config | {"tokenizer_class": own}))
        return
    text = (GOLDEN / file / "tokenizer.json").read_text()
    text = text.replace("@charsmap", (GOLDEN / "charsmap.txt").read_text())
    for old, new in words.items():
        text = text.replace(json.dumps(old), json.dumps(new))
    (folder / "tokenizer.json").write_text(text)
    tokens = {key: words.get(value, value) for key, value in roberta.items()}
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": declared, **tokens}))
    # The recorded vocabularies are cut down to a few words, with holes.
    lines = (ROOT / "resources" / "texts" / "ships-log.txt").read_text().splitlines()
    AutoTokenizer.from_pretrained(folder).train_new_from_iterator(lines, 600).save_pretrained(folder)


def masked(name, of_class, draw, scratch):
    folder = scratch / name
    folder.mkdir()
    (folder / "config.json").write_text(json.dumps({"model_type": name}))
    own_tokenizer(name, folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    config = small_config(name, max(tokenizer.get_vocab().values()) + 1, pad_token_id=tokenizer.pad_token_id)
    config._attn_implementation = "eager"
    model = scattered(of_class(config), torch.Generator().manual_seed(draw.randrange(1 << 30)))
    model.save_pretrained(folder)
    fill = pipeline("fill-mask", model=model, tokenizer=tokenizer, device="cpu")
    mask = tokenizer.mask_token
    for text in (f"The tenant shall {mask} the rent.", f"{mask}, said the captain", f"a {mask} {mask} of the{mask}",
                 f"Über die{mask}e"):
        his = fill(text, top_k=5)
        his = his if isinstance(his[0], list) else [his]
        mine = json.loads(cli("fill-mask", "--model", folder, "--text", text, "--top-k", 5))
        pairs = list(zip(sum(mine, []), sum(his, []), strict=True))
        same = all(ours["id"] == theirs["token"] and ours["token"] == theirs["token_str"] for ours, theirs in pairs)
        worst = max(abs(ours["score"] / theirs["score"] - 1) for ours, theirs in pairs)
        check(f"{name}: fills {text!r}", same and worst < 2e-5,
              f"{len(pairs)} guesses, largest difference {worst:.1e}" if same else f"\n  {mine}\n  {his}")


def main():
    seed, wanted = seed_and_names()
    print(f"transformers {transformers.__version__}, torch {torch.__version__}, seed {seed}")
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)  # the models are tiny: a second one only waits
    with tempfile.TemporaryDirectory() as folder:
        for name, of_class, is_masked in architectures():
            if not wanted or name in wanted:
                draw = random.Random(f"{seed} {name}")
                (masked if is_masked else causal)(name, of_class, draw, pathlib.Path(folder))
        if not wanted or "longrope" in wanted:
            longrope(random.Random(f"{seed} longrope"), pathlib.Path(folder))
    all_passed()


if __name__ == "__main__":
    main()
