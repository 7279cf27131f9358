# SPDX-License-Identifier: GPL-3.0-or-later
"""What the checks beside the real libraries share: the program, counted checks, every architecture in a small size."""
import pathlib
import re
import subprocess
import sys

import transformers

ROOT = pathlib.Path(__file__).resolve().parents[2]
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
    result = subprocess.run([CLI, *map(str, arguments)], input=stdin, capture_output=True, text=True)
    if (result.returncode != 0) != fails:
        sys.exit(f"fettle-cli {' '.join(map(str, arguments))} ended with {result.returncode}\n{result.stderr}")
    return result.stderr if fails else result.stdout


def architectures():
    """(model_type, class, whether it is a masked model) of every line of models.def."""
    lines = (ROOT / "core" / "models" / "models.def").read_text()
    for model_type, name, kind in re.findall(r'^FETTLE_MODEL\("(\w+)", "[^"]+", "(\w+)", (\w+),', lines, re.M):
        yield model_type, getattr(transformers, name), kind == "Masked"


def small_config(model_type, vocabulary, **changes):
    """A configuration of two narrow layers, without dropout: sizes are set by the names that transformers shares."""
    usual = transformers.AutoConfig.for_model(model_type)
    sizes = dict(vocab_size=vocabulary, hidden_size=64, num_hidden_layers=2, num_attention_heads=4,
                 max_position_embeddings=128, num_key_value_heads=2, intermediate_size=128, hidden_dim=128, **changes)
    sizes |= {key: 0.0 for key, value in usual.to_dict().items()
              if ("dropout" in key or key.endswith("_pdrop")) and isinstance(value, float)}
    config = transformers.AutoConfig.for_model(
        model_type, **{key: value for key, value in sizes.items() if hasattr(usual, key)})
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
