#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checkpoints as they are met: what transformers makes of a folder, Fettle makes of it, and says so.

usage: check_checkpoints.py FETTLE_CLI

Every case is a folder that transformers wrote, changed the way such folders are changed out there; logits and loss are
compared with transformers' own from_pretrained, then one step is trained and the saved folder is loaded there again.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

import torch
import transformers
from safetensors.torch import load_file, save_file
from transformers import (BertConfig, BertForMaskedLM, BertModel, GPT2Config, GPT2LMHeadModel, GPT2Model, LlamaConfig,
                          LlamaForCausalLM, LlamaModel)

from common import CLI, all_passed, check, scattered

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
BIAS, DECODER_BIAS = "cls.predictions.bias", "cls.predictions.decoder.bias"


def cli(*arguments):
    return subprocess.run([CLI, *map(str, arguments)], capture_output=True, text=True)


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


def train(name, kind, folder, scratch, masks=True):
    """One step; what was saved is what transformers saves of such a model, and computes the same in both."""
    data, run = scratch / "rows.jsonl", scratch / f"run-{name.replace(' ', '-').replace(',', '')}"
    generator = torch.Generator().manual_seed(9)
    rows = torch.randint(5, SIZES["vocab_size"], (8, 16), generator=generator).tolist()
    data.write_text("".join(json.dumps({"input_ids": row, "labels": row}) + "\n" for row in rows))
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [f"w{i}" for i in range(SIZES["vocab_size"] - 5)]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    (scratch / "run.json").write_text(json.dumps({
        "fettle": 1, "model": str(folder), "data": {"train": str(data), "blocks": "lines", "max_length": 16},
        "samples": {"prompts": []},
        "arguments": {"output_dir": str(run), "max_steps": 1, "learning_rate": 1e-3, "save_strategy": "no"}}))
    done("train", scratch / "run.json")
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


def refusals(scratch):
    folder = scratch / "adapter"
    folder.mkdir()
    (folder / "adapter_config.json").write_text(json.dumps({"peft_type": "LORA",
                                                            "base_model_name_or_path": "some/base"}))
    save_file({"base_model.model.lm_head.lora_A.weight": torch.ones(2, 2)}, folder / "adapter_model.safetensors")
    result = cli("generate", "--model", folder, "--prompt", "a")
    check("adapter", result.returncode == 2 and "adapter" in result.stderr and "some/base" in result.stderr,
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
        bert_biases(scratch)
        refusals(scratch)
    all_passed()


if __name__ == "__main__":
    main()
