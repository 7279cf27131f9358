# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks beside the real libraries share: the program, counted checks, every architecture in a small size."""
import json
import pathlib
import random
import re
import sys

import transformers

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "tests" / "app"))
from loaded_program import run  # noqa: E402

CLI = pathlib.Path(sys.argv[1]).resolve()
_passed = 0


def check(name, condition, detail=""):
    global _passed
    if not condition:
        sys.exit(f"FAILED: {name} {detail}")
    _passed += 1
    print(f"ok  {name} {detail}")


def all_passed():
    print(f"{_passed} passed, 0 failed")


def cli(*arguments, stdin=None, fails=False):
    """Standard output; of a call that `fails`, what it says on standard error."""
    result = run([CLI, *map(str, arguments)], input=stdin, capture_output=True, text=True)
    if (result.returncode != 0) != fails:
        sys.exit(f"fettle-cli {' '.join(map(str, arguments))} ended with {result.returncode}\n{result.stderr}")
    return result.stderr if fails else result.stdout


def trained(model, rows, tokenizer, masked, folder, arguments):
    """Trains it by transformers' Trainer; what was logged of every step."""
    collator = transformers.DataCollatorForLanguageModeling(tokenizer, mlm=masked, mlm_probability=0.15)
    trainer = transformers.Trainer(
        model=model, train_dataset=rows, data_collator=collator,
        args=transformers.TrainingArguments(output_dir=str(folder), logging_steps=1, use_cpu=True, save_strategy="no",
                                            report_to="none", disable_tqdm=True, **arguments))
    trainer.train()
    return [entry for entry in trainer.state.log_history if "loss" in entry]


def seed_and_names():
    """What follows the program on the command line: a seed, drawn where none is given, and what alone is wanted."""
    words = sys.argv[2:]
    seed = next((int(word) for word in words if word.isdigit()), random.randrange(1 << 30))
    return seed, [word for word in words if not word.isdigit()]


def architectures():
    """(model_type, class, whether it is a masked model) of every line of models.def."""
    lines = (ROOT / "core" / "models" / "models.def").read_text()
    for model_type, name, kind in re.findall(r'^FETTLE_MODEL\("([\w-]+)", "[^"]+", "(\w+)", (\w+),', lines, re.M):
        yield model_type, getattr(transformers, name), kind == "Masked"


def write_rows(file, rows, masked, pad):
    """Rows of token ids as Trainer grades them: causal ones were collated with pad = eos, whose labels it ignores."""
    file.write_text("".join(json.dumps(row if masked else {
        **row, "labels": [-100 if i == pad else i for i in row["input_ids"]]}) + "\n" for row in rows))


def journal_of(run):
    return [json.loads(line) for line in (run / "journal.jsonl").read_text().splitlines()]


def steps_of(run):
    return [event for event in journal_of(run) if event["event"] == "step"]


def same_steps(name, ours, theirs, loss=5e-5, grad_norm=5e-4, learning_rate=1e-12):
    """What the journal and Trainer's log say of the same steps, within a share of it."""
    check(f"{name}: steps", [mine["step"] for mine in ours] == [his["step"] for his in theirs], str(len(ours)))
    for mine, his in zip(ours, theirs):
        for key, tolerance in (("loss", loss), ("grad_norm", grad_norm), ("learning_rate", learning_rate)):
            check(f"{name}: step {mine['step']} {key}", abs(mine[key] - his[key]) <= tolerance * abs(his[key]) + 1e-15,
                  f"{mine[key]:.8g} and {his[key]:.8g}")


def small_config(model_type, vocabulary, **changes):
    """A configuration of two narrow layers, without dropout: sizes are set by the names that transformers shares."""
    usual = transformers.AutoConfig.for_model(model_type)
    sizes = dict(vocab_size=vocabulary, hidden_size=64, num_hidden_layers=2, num_attention_heads=4,
                 max_position_embeddings=128, num_key_value_heads=2, intermediate_size=128, hidden_dim=128) | changes
    sizes |= {key: 0.0 for key, value in usual.to_dict().items()
              if ("dropout" in key or key.endswith("_pdrop")) and isinstance(value, float)}
    # Beside what the class names, what it reads on its way in.
    config = transformers.AutoConfig.for_model(
        model_type, **{key: value for key, value in sizes.items() if hasattr(usual, key) or key in changes})
    # Ids of the class's default vocabulary mean nothing in a small one.
    for key in ("bos_token_id", "eos_token_id", "pad_token_id"):
        if (getattr(config, key, None) or 0) >= vocabulary:
            setattr(config, key, None)
    return config


def scattered(model, generator):
    """Norms and biases away from 1 and 0, so that a mistaken one shows."""
    import torch
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.1 * torch.randn(parameter.shape, generator=generator))
    return model.eval()


def run_file(folder, **keys):
    file = folder / "run.json"
    file.write_text(json.dumps({"fettle": 1, **keys}))
    return file


def own_name(name, ours, model):
    """A parameter's name in Fettle's files: GPT-NeoX's head has in transformers 5 another name than in its files, and
    tied ones are named as the embedding is. PEFT's wrappers put words between."""
    for wrapper in ("base_model.model.", ".base_layer", ".modules_to_save.default", ".default"):
        name = name.replace(wrapper, "")
    start = "grad." if name.startswith("grad.") else ""
    ties = getattr(model, "_tied_weights_keys", None) or {}
    names = (name, name.replace("lm_head.", "embed_out."), start + ties.get(name[len(start):], ""))
    return next((each for each in names if each in ours), name)


def compare_probe(name, model, folder, scratch, masked):
    """Logits, loss and gradients of a padded batch."""
    import torch
    from safetensors.torch import load_file, save_file
    generator = torch.Generator().manual_seed(7)
    ids = torch.randint(5, model.config.vocab_size, (3, 24), generator=generator)
    mask = torch.ones_like(ids)
    mask[1, 17:] = 0
    labels = ids.masked_fill(mask == 0, -100)
    if masked:
        labels = labels.masked_fill(torch.rand(ids.shape, generator=generator) > 0.2, -100)
    batch, out = scratch / "batch.safetensors", scratch / "out.safetensors"
    save_file({"input_ids": ids, "attention_mask": mask, "labels": labels}, batch)
    cli("probe", "--model", folder, "--batch", batch, "--out", out, "--grads", "all")
    ours = load_file(out)
    model.eval()
    # The plain mean: transformers' own loss for GPT-2 counts labels[:, 0] as well (see the project's notes on parity).
    logits = model(input_ids=ids, attention_mask=mask).logits.float()
    shifted, targets = (logits, labels) if masked else (logits[:, :-1], labels[:, 1:])
    loss = torch.nn.functional.cross_entropy(shifted.reshape(-1, logits.shape[-1]), targets.reshape(-1))
    model.zero_grad()
    loss.backward()
    worst = (ours["logits"] - logits)[mask == 1].abs().max().item()
    check(f"{name}: logits", worst < 5e-5, f"largest difference {worst:.1e}")
    check(f"{name}: loss", abs(ours["loss"].item() - loss.item()) < 5e-6 * abs(loss.item()), f"{loss.item():.6f}")
    for key, parameter in model.named_parameters():
        if parameter.grad is not None:
            theirs, mine = parameter.grad, ours[own_name(f"grad.{key}", ours, model)]
            worst = (mine - theirs).abs().max().item()
            check(f"{name}: gradient of {key}", torch.allclose(mine, theirs, atol=2e-5, rtol=2e-3),
                  f"largest difference {worst:.1e} of {theirs.abs().max().item():.1e}")
    grads = sum(key.startswith("grad.") for key in ours)
    check(f"{name}: number of gradients", grads == sum(p.grad is not None for p in model.parameters()), str(grads))
