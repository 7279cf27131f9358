#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints as they are met: what transformers makes of a folder, Fettle makes of it, and says so.

usage: check_checkpoints.py FETTLE_CLI

Every case is a folder that transformers wrote, changed the way such folders are changed out there; logits and loss are
compared with transformers' own from_pretrained, then one step is trained and the saved folder is loaded there again.
"""
import json
import os
import pathlib
import sys
import tempfile

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import (BertConfig, BertForMaskedLM, BertModel, GPT2Config, GPT2LMHeadModel, GPT2Model, LlamaConfig,
                          LlamaForCausalLM, LlamaModel)

from common import CLI, all_passed, check, run, scattered

SIZES = dict(vocab_size=97)
KINDS = {
    "gpt2": (GPT2Config, GPT2LMHeadModel, GPT2Model, dict(n_positions=48, n_embd=32, n_layer=2, n_head=4,
                                                          bos_token_id=0, eos_token_id=0),
             "transformer.", "transformer.wte.weight", "lm_head.weight"),
    "bert": (BertConfig, BertForMaskedLM, BertModel, dict(hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
                                                          intermediate_size=48, max_position_embeddings=48),
             "bert.", "bert.embeddings.word_embeddings.weight", "cls.predictions.decoder.weight"),
    "llama": (LlamaConfig, LlamaForCausalLM, LlamaModel, dict(hidden_size=32, num_hidden_layers=2,
                                                              num_attention_heads=4, num_key_value_heads=2,
                                                              intermediate_size=48, max_position_embeddings=48),
              "model.", "model.embed_tokens.weight", "lm_head.weight"),
}
INDEX = "model.safetensors.index.json"
BIAS, DECODER_BIAS = "cls.predictions.bias", "cls.predictions.decoder.bias"


def cli(*arguments):
    return run([CLI, *map(str, arguments)], capture_output=True, text=True)


def done(*arguments):
    result = cli(*arguments)
    if result.returncode != 0:
        sys.exit(f"fettle-cli {' '.join(map(str, arguments))} ended with {result.returncode}\n{result.stderr}")
    return result


def make(folder, kind, tied, trunk=False):
    config_class, full, bare, sizes, *_ = KINDS[kind]
    config = config_class(tie_word_embeddings=tied, **SIZES, **sizes)
    model = scattered((bare if trunk else full)(config), torch.Generator().manual_seed(5))
    model.save_pretrained(folder)
    return model.eval()


def edit(folder, change):
    file = folder / "model.safetensors"
    tensors = change(dict(load_file(file)))
    save_file({name: tensor.clone().contiguous() for name, tensor in tensors.items()}, file, {"format": "pt"})


def reference(kind, folder, seed=42):
    torch.manual_seed(seed)
    model, report = KINDS[kind][1].from_pretrained(folder, output_loading_info=True, dtype=torch.float32)
    return model.eval(), report


def compare(name, kind, folder, scratch, model=None):
    """Logits, loss and every gradient, against transformers' reading of the same folder."""
    model = model or reference(kind, folder)[0]
    generator = torch.Generator().manual_seed(3)
    ids = torch.randint(5, SIZES["vocab_size"], (2, 20), generator=generator)
    labels = ids.clone()
    if kind == "bert":
        labels[torch.rand(ids.shape, generator=generator) > 0.3] = -100
    batch, out = scratch / "batch.safetensors", scratch / "out.safetensors"
    save_file({"input_ids": ids, "labels": labels}, batch)
    result = done("probe", "--model", folder, "--batch", batch, "--out", out, "--grads", "all")
    ours = load_file(out)
    logits = model(input_ids=ids).logits
    worst = (ours["logits"] - logits).abs().max().item()
    check(f"{name}: logits", worst < 5e-5, f"largest difference {worst:.1e}")
    shifted, targets = (logits, labels) if kind == "bert" else (logits[:, :-1], labels[:, 1:])
    loss = torch.nn.functional.cross_entropy(shifted.reshape(-1, logits.shape[-1]), targets.reshape(-1))
    check(f"{name}: loss", abs(ours["loss"].item() - loss.item()) < 5e-6 * loss.item(), f"{loss.item():.6f}")
    model.zero_grad()
    loss.backward()
    for key, parameter in model.named_parameters():
        theirs = parameter.grad if parameter.grad is not None else torch.zeros_like(parameter)
        check(f"{name}: gradient of {key}", torch.allclose(ours[f"grad.{key}"], theirs, atol=2e-5, rtol=2e-3))
    check(f"{name}: number of gradients", sum(key.startswith("grad.") for key in ours) == len(list(model.parameters())))
    return result.stderr


def train_steps(folder, run, scratch, steps, **arguments):
    data = scratch / "rows.jsonl"
    generator = torch.Generator().manual_seed(9)
    rows = torch.randint(5, SIZES["vocab_size"], (8, 16), generator=generator).tolist()
    data.write_text("".join(json.dumps({"input_ids": row, "labels": row}) + "\n" for row in rows))
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"w{i}" for i in range(SIZES["vocab_size"] - 5)]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    (scratch / "run.json").write_text(json.dumps({
        "fettle": 1, "model": str(folder), "data": {"train": str(data), "blocks": "lines", "max_length": 16},
        "samples": {"prompts": []},
        "arguments": {"output_dir": str(run), "max_steps": steps, "learning_rate": 1e-3, **arguments}}))
    done("train", scratch / "run.json")


def train(name, kind, folder, scratch):
    """One step; what was saved is what transformers saves of such a model, and computes the same in both."""
    run = scratch / f"run-{name.replace(' ', '-').replace(',', '')}"
    train_steps(folder, run, scratch, 1, save_strategy="no")
    saved = set(load_file(run / "model.safetensors"))
    model, report = reference(kind, run)
    check(f"{name}: saved folder loads whole", not report["missing_keys"] and not report["unexpected_keys"],
          str(report))
    check(f"{name}: architectures", json.loads((run / "config.json").read_text())["architectures"]
          == [KINDS[kind][1].__name__])
    compare(f"{name}, saved", kind, run, scratch, model)
    notices = [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()]
    return saved, " ".join(event["message"] for event in notices if event["event"] == "notice")


def differing_heads(kind, scratch):
    """Tied by config.json, but the file holds another head."""
    words, head = KINDS[kind][5:]
    folder = scratch / f"{kind}-differs"
    make(folder, kind, tied=True)
    generator = torch.Generator().manual_seed(1)
    edit(folder, lambda tensors: {**tensors, head: torch.randn(tensors[words].shape, generator=generator)})
    said = compare(f"{kind}, differing heads", kind, folder, scratch)
    check(f"{kind}, differing heads: said", head in said and "both" in said, said.strip())
    saved, told = train(f"{kind}, differing heads", kind, folder, scratch)
    check(f"{kind}, differing heads: both are saved", {words, head} <= saved)
    check(f"{kind}, differing heads: journal", head in told)
    # The same head twice is a tied one.
    edit(folder, lambda tensors: {**tensors, head: tensors[words]})
    said = compare(f"{kind}, the same head twice", kind, folder, scratch)
    check(f"{kind}, the same head twice: nothing to say", "Note" not in said, said)


def twins(kind, scratch):
    """Tied weights under the other name only."""
    words, head = KINDS[kind][5:]
    folder = scratch / f"{kind}-twin"
    make(folder, kind, tied=True)
    edit(folder, lambda tensors: {head if name == words else name: tensor for name, tensor in tensors.items()})
    said = compare(f"{kind}, only {head}", kind, folder, scratch)
    check(f"{kind}, only {head}: nothing to say", "Note" not in said, said)
    saved, _ = train(f"{kind}, only {head}", kind, folder, scratch)
    check(f"{kind}, only {head}: saved under its own name", words in saved and head not in saved)


def untied(kind, scratch):
    folder = scratch / f"{kind}-untied"
    model = make(folder, kind, tied=False)
    compare(f"{kind}, untied", kind, folder, scratch, model)
    saved, _ = train(f"{kind}, untied", kind, folder, scratch)
    check(f"{kind}, untied: saved names", saved == set(load_file(folder / "model.safetensors")))


def bert_biases(scratch):
    for tied in (True, False):
        word = "tied" if tied else "untied"
        folder = scratch / f"bert-{word}-bias"
        make(folder, "bert", tied)
        edit(folder, lambda tensors: {**tensors, DECODER_BIAS: torch.randn(97), BIAS: torch.randn(97)})
        said = compare(f"bert, {word}, two biases", "bert", folder, scratch)
        check(f"bert, {word}, two biases: said where it is a surprise", (DECODER_BIAS in said) == tied, said.strip())
        before = load_file(folder / "model.safetensors")
        saved, _ = train(f"bert, {word}, two biases", "bert", folder, scratch)
        check(f"bert, {word}, two biases: both are saved", {BIAS, DECODER_BIAS} <= saved)
        run = scratch / f"run-bert-{word}-two-biases"
        after = load_file(run / "model.safetensors")
        check(f"bert, {word}, two biases: the one that is added learns, the other stays",
              not torch.equal(after[DECODER_BIAS], before[DECODER_BIAS]) and torch.equal(after[BIAS], before[BIAS]))
        for only in (BIAS, DECODER_BIAS):
            part = scratch / f"bert-{word}-only-{only}"
            make(part, "bert", tied)
            value = torch.randn(97)
            edit(part, lambda tensors: {**{name: tensor for name, tensor in tensors.items()
                                           if name not in (BIAS, DECODER_BIAS)}, only: value})
            compare(f"bert, {word}, only {only}", "bert", part, scratch)


def spellings(kind, scratch):
    """The same weights under other names: no prefix, a wrapper's prefix, gamma and beta, buffers of old versions."""
    prefix = KINDS[kind][4]
    changes = {
        "no prefix": lambda name: name.removeprefix(prefix),
        "module.": lambda name: f"module.{name}",
        "module. and no prefix": lambda name: f"module.{name.removeprefix(prefix)}",
    }
    if kind == "bert":
        changes["gamma and beta"] = lambda name: name.replace("LayerNorm.weight", "LayerNorm.gamma").replace(
            "LayerNorm.bias", "LayerNorm.beta")
    for tied in (True, False):
        for word, rename in changes.items():
            name = f"{kind}, {'tied' if tied else 'untied'}, {word}"
            folder = scratch / name.replace(" ", "-").replace(",", "")
            model = make(folder, kind, tied)
            edit(folder, lambda tensors: {rename(key): tensor for key, tensor in tensors.items()})
            said = compare(name, kind, folder, scratch, model)
            check(f"{name}: nothing to say", "Note" not in said, said)
    buffers = {"gpt2": {"transformer.h.0.attn.bias": torch.ones(1, 1, 48, 48), "h.1.attn.masked_bias": torch.tensor(-1e4)},
               "bert": {"bert.embeddings.position_ids": torch.arange(48)[None]},
               "llama": {"model.layers.0.self_attn.rotary_emb.inv_freq": torch.ones(4)}}[kind]
    folder = scratch / f"{kind}-buffers"
    model = make(folder, kind, True)
    edit(folder, lambda tensors: {**tensors, **buffers, "classifier.weight": torch.ones(2, 2)})
    said = compare(f"{kind}, buffers and a stranger", kind, folder, scratch, model)
    check(f"{kind}: the stranger is named, the buffers are not",
          "classifier.weight" in said and not any(name in said for name in buffers), said.strip())


def trunks(kind, scratch):
    """A trunk saved on its own: an output layer that is not there is drawn, as transformers draws it."""
    for tied in (True, False):
        name = f"{kind}, {'tied' if tied else 'untied'} trunk"
        folder = scratch / name.replace(" ", "-").replace(",", "")
        make(folder, kind, tied, trunk=True)
        model, report = reference(kind, folder)
        said = compare(name, kind, folder, scratch, model)
        drawn = bool(report["missing_keys"])
        check(f"{name}: a drawn head is said", ("drawn anew" in said) == drawn, said.strip())
        _, told = train(name, kind, folder, scratch)
        check(f"{name}: journal", ("drawn anew" in told) == drawn)


def weight_files(folder):
    return sorted(file.name for file in folder.iterdir() if file.name.startswith("model"))


def sharded(kind, scratch):
    """Weights above the limit of a file are shared out as save_pretrained does it, and are read again by both."""
    limit, folder, theirs = 20_000, scratch / f"{kind}-whole", scratch / f"{kind}-theirs"
    make(folder, kind, tied=True).save_pretrained(theirs, max_shard_size=limit)
    index = json.loads((theirs / INDEX).read_text())
    run = scratch / f"{kind}-sharded"
    os.environ["FETTLE_MAX_SHARD_SIZE"] = str(limit)
    train_steps(folder, run, scratch, 2, save_steps=1)
    del os.environ["FETTLE_MAX_SHARD_SIZE"]
    for place in (run / "checkpoint-1", run):
        name = f"{kind}, shards of {place.name}"
        check(f"{name}: files", weight_files(place) == weight_files(theirs), f"{len(set(index['weight_map'].values()))}")
        check(f"{name}: index", (place / INDEX).read_text() == (theirs / INDEX).read_text())
        model, report = reference(kind, place)
        check(f"{name}: load whole", not report["missing_keys"] and not report["unexpected_keys"], str(report))
        compare(name, kind, place, scratch, model)
    # From the shards of the first step to the same end, in one file that takes the place of the shards.
    ended = {key: value for file in run.glob("model-*.safetensors") for key, value in load_file(file).items()}
    done("train", scratch / "run.json", "--resume", run / "checkpoint-1")
    check(f"{kind}, shards: gone on from", weight_files(run) == ["model.safetensors"])
    whole = load_file(run / "model.safetensors")
    check(f"{kind}, shards: the same end",
          ended.keys() == whole.keys() and all(torch.equal(ended[key], whole[key]) for key in whole))


def kept(scratch):
    """What Fettle does not know of a folder's small files stays as it was."""
    folder, run = scratch / "kept", scratch / "run-kept"
    make(folder, "gpt2", tied=True)
    odd = {"zeta": {"deep": [1, {"b": 1e-05, "a": [0.1, -0.0, 1.0, 3e300]}], "empty": {}, "none": None}, "whole": 2**63,
           "alpha": "ü\u2028\U0001f642", "digits": 0.30000000000000004, "tiny": 5e-324, "auto_map": {"AutoModel": "m.M"}}
    for name in ("config.json", "generation_config.json"):
        (folder / name).write_text(json.dumps({**odd, **json.loads((folder / name).read_text())}))
    files = {"chat_template.jinja": b"{{ x }}\r\n", "special_tokens_map.json": b'{"pad_token":  "[PAD]"}',
             "added_tokens.json": b'{"w0" : 5}', "spiece.model": bytes(range(256)),
             "tokenizer_config.json": b'{"model_max_length": 1000000000000000019884624838656,\n "x": 1e5}'}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "preprocessor_config.json").write_text("{}")
    train_steps(folder, run, scratch, 1, save_steps=1)
    for place in (run, run / "checkpoint-1"):
        for name in ("config.json", "generation_config.json"):
            before, after = (json.loads((each / name).read_text()) for each in (folder, place))
            changed = {key for key in after if json.dumps(before.get(key)) != json.dumps(after[key])}
            check(f"kept, {place.name}: {name}", list(before) == list(after) and not changed, str(changed))
        for name, content in (files | {"vocab.txt": (folder / "vocab.txt").read_bytes()}).items():
            check(f"kept, {place.name}: {name}", (place / name).read_bytes() == content)
        check(f"kept, {place.name}: no preprocessor_config.json", not (place / "preprocessor_config.json").exists())


def refusals(scratch):
    folder = scratch / "adapter"
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA",
                                                            "base_model_name_or_path": "some/base"}))
    save_file({"base_model.model.lm_head.lora_A.weight": torch.ones(2, 2)}, folder / "adapter_model.safetensors")
    result = cli("generate", "--model", folder, "--prompt", "a")
    check("adapter", result.returncode == 2 and "adapter" in result.stderr and "some/base" in result.stderr,
          result.stderr.strip())
    for dtype in (torch.float8_e4m3fn, torch.float8_e5m2):
        for name, save in (("model.safetensors", save_file), ("pytorch_model.bin", torch.save)):
            folder = scratch / f"{dtype}-{name}"
            model = make(folder, "llama", tied=False)
            (folder / "model.safetensors").unlink()
            save({key: value.to(dtype) for key, value in model.state_dict().items()}, folder / name)
            result = cli("generate", "--model", folder, "--prompt", "a")
            check(f"{dtype} in {name}", result.returncode == 2 and "fp8 is not supported" in result.stderr,
                  result.stderr.strip())


def main():
    print(f"transformers {transformers.__version__}, torch {torch.__version__}")
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(2)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        for kind in KINDS:
            differing_heads(kind, scratch)
            twins(kind, scratch)
            untied(kind, scratch)
            spellings(kind, scratch)
            trunks(kind, scratch)
            sharded(kind, scratch)
        bert_biases(scratch)
        kept(scratch)
        refusals(scratch)
    all_passed()


if __name__ == "__main__":
    main()
