#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every architecture of models.def beside transformers, in small configurations that are new each time.

usage: check_architectures.py FETTLE_CLI [SEED] [MODEL_TYPE | rotary …]

Of each: first weights drawn from the same seed, logits, loss and every gradient of a padded batch, text written
greedily (with transformers' cache and without), a run by transformers' Trainer, and the files that Fettle writes.
"""
import json
import pathlib
import random
import tempfile

import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer
from safetensors.torch import load_file, save_file

from common import (ROOT, all_passed, architectures, check, cli, compare_probe, own_name, run_file, same_steps, scattered,
                    seed_and_names, small_config, steps_of, trained, write_rows)

TOKENIZER_FILES = ("vocab.txt", "vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json")
# A bias of the keys changes no probability: its gradient is rounding alone, which optimizers make steps of.
KEY_BIASES = ("key.bias", "k_proj.bias", "k_lin.bias", "key_proj.bias", "k_layernorm.bias", "query_key_value.bias",
              "Wqkv.bias")


def bundled_folder(masked):
    return ROOT / "resources" / "models" / ("nano-bert" if masked else "nano-gpt")


def deberta_v2(draw, activation):
    legacy, relative = draw.random() < 0.5, draw.random() < 0.85
    return dict(hidden_act=activation, legacy=legacy, relative_attention=relative,
                pos_att_type=draw.choice([["p2c", "c2p"], "p2c|c2p", ["c2p"], ["p2c"]]),
                position_buckets=draw.choice([-1, 8, 16]), max_relative_positions=draw.choice([-1, 20, 40]),
                share_att_key=draw.random() < 0.5,
                norm_rel_ebd=draw.choice(["none", "layer_norm"]) if relative else "none",
                position_biased_input=draw.random() < 0.5, type_vocab_size=draw.choice([0, 2]),
                embedding_size=draw.choice([64, 24]) if legacy else 64)


def particulars(draw):
    """What a configuration of each kind may hold, drawn anew each time."""
    window = draw.choice([3, 7, 12])
    sliding = dict(use_sliding_window=draw.random() < 0.7, sliding_window=window, max_window_layers=draw.choice([0, 1]))
    heads = draw.choice([1, 2, 4])
    activation = draw.choice(["gelu", "gelu_new", "relu"])
    roberta = dict(hidden_act=activation)
    kinds = {
        "mistral": dict(sliding_window=draw.choice([None, window]), num_key_value_heads=heads),
        "qwen2": dict(sliding, num_key_value_heads=heads),
        "qwen3": dict(sliding, head_dim=draw.choice([16, 24]), attention_bias=draw.random() < 0.5),
        "phi3": dict(sliding_window=draw.choice([None, window]), partial_rotary_factor=draw.choice([1.0, 0.75, 0.5])),
        "gpt_neox": dict(use_parallel_residual=draw.random() < 0.5, rotary_pct=draw.choice([0.25, 0.5, 1.0]),
                         attention_bias=draw.random() < 0.7, rotary_emb_base=draw.choice([10000, 500])),
        "opt": dict(ffn_dim=96, do_layer_norm_before=draw.random() < 0.5, enable_bias=draw.random() < 0.7,
                    word_embed_proj_dim=draw.choice([64, 48, 80])),
        "gemma": dict(head_dim=draw.choice([16, 24])),
        "gemma2": dict(head_dim=16, sliding_window=window, query_pre_attn_scalar=draw.choice([16, 40]),
                       attn_logit_softcapping=draw.choice([None, 1.5, 50.0]),
                       final_logit_softcapping=draw.choice([None, 2.0, 30.0])),
        "gemma3_text": dict(head_dim=16, sliding_window=window, sliding_window_pattern=2, query_pre_attn_scalar=16,
                            final_logit_softcapping=draw.choice([None, 5.0])),
        "smollm3": dict(no_rope_layer_interval=2, num_key_value_heads=heads, tie_word_embeddings=draw.random() < 0.5),
        "starcoder2": dict(sliding_window=draw.choice([None, window]), use_bias=draw.random() < 0.5),
        "olmo2": dict(attention_bias=draw.random() < 0.5, num_key_value_heads=heads),
        "phi": dict(partial_rotary_factor=draw.choice([0.5, 0.25]), num_key_value_heads=heads,
                    qk_layernorm=draw.random() < 0.5),
        "distilbert": dict(sinusoidal_pos_embds=draw.random() < 0.5),
        "gpt_neo": dict(num_layers=2, num_heads=4, attention_types=[[["global", "local"], 1]], window_size=window),
        "falcon": draw.choice([dict(multi_query=True), dict(multi_query=False, bias=True),
                               dict(multi_query=True, parallel_attn=False),
                               dict(new_decoder_architecture=True, num_kv_heads=2),
                               dict(new_decoder_architecture=True, num_kv_heads=2, num_ln_in_parallel_attn=1),
                               dict(multi_query=False, parallel_attn=False, bias=True)])
        | draw.choice([{}, dict(alibi=True, hidden_size=96, num_attention_heads=draw.choice([4, 6, 12, 16]))]),
        "bloom": dict(n_layer=2, n_head=draw.choice([4, 2]),
                      apply_residual_connection_post_layernorm=draw.random() < 0.5),
        "electra": dict(embedding_size=draw.choice([64, 24]), hidden_act=activation),
        "albert": dict(embedding_size=draw.choice([64, 24]), hidden_act=activation, num_hidden_layers=4,
                       num_hidden_groups=draw.choice([1, 2, 3]), inner_group_num=draw.choice([1, 1, 2])),
        "modernbert": dict(num_hidden_layers=3, local_attention=draw.choice([6, 15, 128]), hidden_activation=activation,
                           global_attn_every_n_layers=draw.choice([2, 3]), classifier_activation=activation,
                           tie_word_embeddings=draw.random() < 0.7,
                           **{key: draw.random() < 0.5 for key in ("norm_bias", "attention_bias", "mlp_bias",
                                                                   "classifier_bias", "decoder_bias")}),
        "deberta-v2": deberta_v2(draw, activation),
    }
    return kinds | {key: roberta for key in ("roberta", "xlm-roberta", "camembert")}


def made_config(model_type, draw):
    masked = next(masked for name, _, masked in architectures() if name == model_type)
    vocabulary = json.loads((bundled_folder(masked) / "config.json").read_text())["vocab_size"]
    config = small_config(model_type, vocabulary, **particulars(draw).get(model_type, {}))
    # What sdpa leaves out (soft caps) is in "eager", which adds Falcon's slopes of ALiBi twice.
    config._attn_implementation = "sdpa" if getattr(config, "alibi", False) else "eager"
    return config


def auto_class(masked):
    return AutoModelForMaskedLM if masked else AutoModelForCausalLM


def put_tokenizer(folder, masked):
    for file in bundled_folder(masked).glob("*"):
        if file.name in TOKENIZER_FILES:
            (folder / file.name).write_bytes(file.read_bytes())


def first_weights(name, of_class, config, scratch):
    """random:FOLDER draws what transformers draws after the same seed."""
    folder = scratch / f"drawn-{name}"
    torch.manual_seed(42)
    model = of_class(config).eval()
    config.save_pretrained(folder)
    ids = torch.arange(5, 25)[None]
    save_file({"input_ids": ids}, scratch / "ids.safetensors")
    cli("probe", "--model", f"random:{folder}", "--batch", scratch / "ids.safetensors", "--out", scratch / "drawn")
    worst = (load_file(scratch / "drawn")["logits"] - model(input_ids=ids).logits).abs().max().item()
    check(f"{name}: first weights", worst < 2e-5, f"largest difference of logits {worst:.1e}")


def greedy(name, model, folder):
    tokenizer = AutoTokenizer.from_pretrained(bundled_folder(False))
    for prompt in ("In the morning", "The wind came from the west, and we set all the sails that we had, and then"):
        mine = json.loads(cli("generate", "--model", folder, "--prompt", prompt, "--greedy", "--max-new-tokens", "24",
                              "--json"))["ids"]
        encoded = tokenizer(prompt, return_tensors="pt")
        encoded.pop("token_type_ids", None)
        for cached in (True, False):
            theirs = model.generate(**encoded, max_new_tokens=24, do_sample=False, use_cache=cached,
                                    pad_token_id=0, eos_token_id=None)
            check(f"{name}: greedy text, cache {cached}", mine == theirs[0, encoded["input_ids"].shape[1]:].tolist(),
                  f"{len(mine)} tokens")


def train_both(name, model, masked, scratch):
    """The same run, by transformers' Trainer and by Fettle, from seed, rows and arguments alone."""
    folder = scratch / f"init-{name}"
    model.save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(bundled_folder(masked))
    if tokenizer.pad_token is None:
        tokenizer.pad_token = tokenizer.eos_token
    tokenizer.save_pretrained(folder)
    put_tokenizer(folder, masked)
    text = ROOT / "resources" / "texts" / ("contract-clauses.txt" if masked else "ships-log.txt")
    rows = [tokenizer(line, truncation=True, max_length=48) for line in text.read_text().splitlines()[:60]]
    rows = [{key: row[key] for key in ("input_ids", "attention_mask")} for row in rows]
    arguments = dict(per_device_train_batch_size=8, num_train_epochs=2, learning_rate=1e-3, weight_decay=0.01,
                     warmup_steps=4, lr_scheduler_type="cosine", seed=42)
    theirs = trained(model, rows, tokenizer, masked, scratch / f"hf-{name}", arguments)

    run = scratch / f"fettle-{name}"
    data = scratch / f"{name}.jsonl"
    write_rows(data, rows, masked, tokenizer.pad_token_id)
    cli("train", run_file(scratch, model=str(folder), objective="masked" if masked else "causal",
                          data={"train": str(data), "blocks": "lines", "max_length": 48}, samples={"prompts": []},
                          arguments={"output_dir": str(run), "save_strategy": "no", **arguments}))
    same_steps(name, steps_of(run), theirs, loss=3e-5, grad_norm=2e-4)
    after = load_file(run / "model.safetensors")
    for key, parameter in model.named_parameters():
        if not any(word in key for word in KEY_BIASES):
            worst = (after[own_name(key, after, model)] - parameter.detach()).abs().max().item()
            check(f"{name}: final {key}", worst < 2e-4, f"largest difference {worst:.1e}")

    # What Fettle wrote, in transformers' hands.
    again, report = auto_class(masked).from_pretrained(run, output_loading_info=True,
                                                        attn_implementation=model.config._attn_implementation)
    check(f"{name}: the run's folder loads whole", not report["missing_keys"] and not report["unexpected_keys"],
          str(report["missing_keys"] or ""))
    compare_probe(f"{name}, written", again, run, scratch, masked)


def rotary(draw, scratch):
    """Every scaling of rotary positions, in both spellings of config.json, beyond the context and within it."""
    pairs = 8
    factors = [1 + draw.random() for _ in range(pairs)]
    kinds = {
        "linear": dict(factor=draw.choice([2.0, 3.5])),
        "dynamic": dict(factor=2.0),
        "yarn": dict(factor=4.0, original_max_position_embeddings=8),
        "yarn with mscale": dict(factor=4.0, original_max_position_embeddings=8, mscale=0.7, mscale_all_dim=1.2,
                                 beta_fast=8.0, beta_slow=2.0),
        "yarn with attention_factor": dict(factor=4.0, attention_factor=0.8, truncate=False),
        "llama3": dict(factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0, original_max_position_embeddings=64),
        "longrope": dict(short_factor=factors, long_factor=[f * 2 for f in factors], factor=3.0,
                         original_max_position_embeddings=draw.choice([12, 40])),
    }
    generator = torch.Generator().manual_seed(draw.randrange(1 << 30))
    for kind, values in kinds.items():
        for context in (16, 64):
            theta = draw.choice([10000.0, 500.0])
            name = f"rotary {kind}, context {context}"
            config = small_config("llama", 300, max_position_embeddings=context)
            config.rope_parameters = {"rope_type": kind.split()[0], "rope_theta": theta, **values}
            config._attn_implementation = "eager"
            config = type(config).from_dict(config.to_dict())
            model = scattered(transformers.LlamaForCausalLM(config), generator)
            folder = scratch / name.replace(" ", "-").replace(",", "")
            model.save_pretrained(folder)
            compare_probe(name, model, folder, scratch, False)
            older = json.loads((folder / "config.json").read_text())
            rope = older.pop("rope_parameters")
            older["rope_theta"] = rope.pop("rope_theta")
            older["rope_scaling"] = rope
            if draw.random() < 0.5:
                rope["type"] = rope.pop("rope_type")
            (folder / "config.json").write_text(json.dumps(older))
            again = AutoModelForCausalLM.from_pretrained(folder, attn_implementation="eager")
            compare_probe(f"{name}, older spelling", again, folder, scratch, False)


def main():
    seed, wanted = seed_and_names()
    print(f"transformers {transformers.__version__}, torch {torch.__version__}, seed {seed}")
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(2)
    with tempfile.TemporaryDirectory() as folder:
        scratch = pathlib.Path(folder)
        for model_type, of_class, masked in architectures():
            if wanted and model_type not in wanted:
                continue
            draw = random.Random(f"{seed} {model_type}")
            config = made_config(model_type, draw)
            print(f"{model_type}, seed {seed}: {json.dumps(config.to_diff_dict(), default=str)}", flush=True)
            if model_type != "bert":  # a seed gives the weights of transformers 4 (see bert.cpp)
                first_weights(model_type, of_class, config, scratch)
            model = scattered(of_class(config), torch.Generator().manual_seed(draw.randrange(1 << 30)))
            model_folder = scratch / model_type
            model.save_pretrained(model_folder)
            put_tokenizer(model_folder, masked)
            compare_probe(model_type, model, model_folder, scratch, masked)
            if not masked:
                greedy(model_type, model, model_folder)
            # Trainer's loss of GPT-2 counts labels that are never graded (see the project's notes on parity).
            if model_type != "gpt2":
                train_both(model_type, of_class(config), masked, scratch)
        if not wanted or "rotary" in wanted:
            rotary(random.Random(f"{seed} rotary"), scratch)
    all_passed()


if __name__ == "__main__":
    main()
