#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adapters (LoRA, then DoRA) beside PEFT: every architecture of models.def, with settings that are new each time.

usage: check_lora.py FETTLE_CLI [SEED] [MODEL_TYPE …]

Of each: first weights from the same seed, PEFT's folder in Fettle (logits, loss, every gradient), a run of
transformers' Trainer on a PEFT model, Fettle's folder in PEFT, and what both merge.
"""
import json
import pathlib
import random
import tempfile

import peft
import torch
import transformers
from peft import LoraConfig, PeftModel, get_peft_model
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer

from check_architectures import KEY_BIASES, auto_class, bundled_folder, made_config, put_tokenizer
from common import (ROOT, all_passed, architectures, check, cli, compare_probe, run_file, same_steps, scattered,
                    seed_and_names, steps_of, trained, write_rows)

KNOWN = peft.utils.constants.TRANSFORMERS_MODELS_TO_LORA_TARGET_MODULES_MAPPING


def layers_of(model):
    """The last parts of the names of the linear layers, the output matrix aside."""
    kinds = (torch.nn.Linear, transformers.pytorch_utils.Conv1D)
    output = model.get_output_embeddings()
    return sorted({name.rsplit(".", 1)[-1] for name, module in model.named_modules()
                   if isinstance(module, kinds) and module is not output})


def output_of(model):
    """The output matrix's module, by its name from the top."""
    output = model.get_output_embeddings()
    return next(name for name, module in model.named_modules() if module is output)


def settings_of(model, model_type, draw, masked, dora=False):
    """PEFT's keywords and Fettle's arguments for the same adapters."""
    rank = draw.choice([1, 2, 4, 8])
    shared = dict(lora_alpha=draw.choice([1, 4, 8, 16, 32]), lora_dropout=0.0, use_rslora=draw.random() < 0.5,
                  use_dora=dora)
    bias = draw.choice(["none", "all", "lora_only"])
    layers = layers_of(model)
    targets = draw.choice([None] * (model_type in KNOWN) + ["all-linear", draw.sample(layers, min(2, len(layers)))])
    theirs = dict(r=rank, bias=bias, target_modules=targets, task_type=None if masked else "CAUSAL_LM", **shared)
    ours = dict(lora_r=rank, lora_bias=bias, **shared)
    if targets:
        ours["lora_target_modules"] = targets
    # GPT-NeoX's output matrix has one name in its files and another in transformers: that one is refused.
    if not masked and draw.random() < 0.4 and model_type != "gpt_neox":
        theirs["modules_to_save"] = ours["modules_to_save"] = [output_of(model)]
    return theirs, ours


def logits_of(model, ids):
    model.eval()
    with torch.no_grad():
        return model(input_ids=ids).logits.float()


def our_logits(folder, ids, scratch):
    batch, out = scratch / "ids.safetensors", scratch / "logits.safetensors"
    save_file({"input_ids": ids}, batch)
    cli("probe", "--model", folder, "--batch", batch, "--out", out)
    return load_file(out)["logits"]


def same(name, mine, theirs, tolerance=5e-5):
    worst = (mine - theirs).abs().max().item()
    check(name, worst < tolerance, f"largest difference {worst:.1e}")


def base_of(model_type, model, masked, scratch):
    folder = scratch / f"base-{model_type}"
    model.save_pretrained(folder)
    put_tokenizer(folder, masked)
    return folder


def loaded(folder, model, masked):
    return auto_class(masked).from_pretrained(folder, attn_implementation=model.config._attn_implementation)


def read_theirs(name, model, base, theirs, masked, scratch, draw):
    """PEFT's folder in Fettle; merged by both."""
    adapted = get_peft_model(loaded(base, model, masked), LoraConfig(**theirs))
    generator = torch.Generator().manual_seed(draw.randrange(1 << 30))
    scale = theirs["lora_alpha"] / (theirs["r"] ** 0.5 if theirs["use_rslora"] else theirs["r"])
    with torch.no_grad():
        for parameter in adapted.parameters():
            if parameter.requires_grad:  # so that strong adapters do not blow the logits up, and rounding with them
                parameter.add_(0.1 / max(1, scale) * torch.randn(parameter.shape, generator=generator))
    folder = scratch / f"theirs-{name}"
    adapted.save_pretrained(folder)
    config = json.loads((folder / "adapter_config.json").read_text())
    config["base_model_name_or_path"] = f"../{base.name}"
    (folder / "adapter_config.json").write_text(json.dumps(config))
    compare_probe(f"{name}, PEFT's", adapted, folder, scratch, masked)
    ids = torch.randint(5, model.config.vocab_size, (2, 20), generator=generator)
    before = our_logits(folder, ids, scratch)
    merged = scratch / f"merged-{name}"
    cli("export", "--model", folder, "--to", "merged", "--out", merged)
    same(f"{name}: merged, in Fettle", our_logits(merged, ids, scratch), before)
    whole, report = auto_class(masked).from_pretrained(merged, output_loading_info=True,
                                                       attn_implementation=model.config._attn_implementation)
    check(f"{name}: merged loads whole", not report["missing_keys"] and not report["unexpected_keys"])
    same(f"{name}: merged, in transformers", logits_of(whole, ids), before)
    same(f"{name}: merged by PEFT", logits_of(adapted.merge_and_unload(), ids), before)


def train_both(name, model, base, theirs, ours, masked, scratch):
    """First adapters, a run, and Fettle's folder in PEFT."""
    tokenizer = AutoTokenizer.from_pretrained(bundled_folder(masked))
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    text = ROOT / "resources" / "texts" / ("contract-clauses.txt" if masked else "ships-log.txt")
    rows = [tokenizer(line, truncation=True, max_length=48) for line in text.read_text().splitlines()[:40]]
    rows = [{key: row[key] for key in ("input_ids", "attention_mask")} for row in rows]
    arguments = dict(per_device_train_batch_size=8, num_train_epochs=2, learning_rate=5e-3, weight_decay=0.01,
                     warmup_steps=2, seed=42)
    data = scratch / f"{name}.jsonl"
    write_rows(data, rows, masked, tokenizer.pad_token_id)

    def run(folder, **changes):
        cli("train", run_file(scratch, model=str(base), objective="masked" if masked else "causal",
                              data={"train": str(data), "blocks": "lines", "max_length": 48}, samples={"prompts": []},
                              arguments={"output_dir": str(folder), "save_strategy": "no", **arguments, **ours,
                                         **changes}))
        return load_file(folder / "adapter_model.safetensors")

    fresh = loaded(base, model, masked)
    torch.manual_seed(42)
    adapted = get_peft_model(fresh, LoraConfig(**theirs))
    begun = {key: value.clone() for key, value in peft.get_peft_model_state_dict(adapted).items()}
    first = run(scratch / f"first-{name}", max_steps=1, learning_rate=0.0)
    check(f"{name}: names of the adapter's tensors", set(first) == set(begun), str(set(first) ^ set(begun) or ""))
    for key, value in begun.items():
        check(f"{name}: first {key}", torch.equal(first[key], value))

    expected = trained(adapted, rows, tokenizer, masked, scratch / f"hf-{name}", arguments)
    folder = scratch / f"fettle-{name}"
    after = run(folder)
    same_steps(name, steps_of(folder), expected)
    for key, value in peft.get_peft_model_state_dict(adapted).items():
        if not any(word in key.replace(".base_layer", "") for word in KEY_BIASES):
            same(f"{name}: final {key}", after[key], value, 5e-4)

    ids = torch.randint(5, model.config.vocab_size, (2, 20), generator=torch.Generator().manual_seed(3))
    again = PeftModel.from_pretrained(loaded(base, model, masked), folder)
    same(f"{name}: Fettle's folder in PEFT", logits_of(again, ids), our_logits(folder, ids, scratch))
    check(f"{name}: which is not its base",
          (our_logits(base, ids, scratch) - our_logits(folder, ids, scratch)).abs().max().item() > 1e-4)


def main():
    seed, wanted = seed_and_names()
    print(f"peft {peft.__version__}, transformers {transformers.__version__}, seed {seed}")
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(2)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        for model_type, of_class, masked in architectures():
            if wanted and model_type not in wanted:
                continue
            draw = random.Random(f"{seed} {model_type}")
            config = made_config(model_type, draw)
            model = scattered(of_class(config), torch.Generator().manual_seed(draw.randrange(1 << 30)))
            base = base_of(model_type, model, masked, scratch)
            # DoRA with a third of them, another one with each seed; by name with any.
            also = wanted or random.Random(f"{seed} {model_type} DoRA").random() < 1 / 3
            for dora in (False, True) if also else (False,):
                theirs, ours = settings_of(model, model_type, draw, masked, dora)
                name = f"{model_type}-dora" if dora else model_type
                print(f"{name}, seed {seed}: {json.dumps(theirs)}", flush=True)
                read_theirs(name, model, base, theirs, masked, scratch, draw)
                # Trainer's loss of GPT-2 counts labels that are never graded (see the project's notes on parity).
                if model_type != "gpt2":
                    train_both(name, model, base, theirs, ours, masked, scratch)
    all_passed()


if __name__ == "__main__":
    main()
