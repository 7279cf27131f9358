#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fettle-cli probe on recorded models: shapes, zero logits where the mask is 0, loss, logits and gradients."""
import array
import json
import pathlib
import struct
import sys
import tempfile

import loaded_program

CLI, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
TYPES = {"F32": "f", "I64": "q"}


def read(path):
    data = pathlib.Path(path).read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    tensors = {}
    for name, info in header.items():
        begin, end = (8 + size + offset for offset in info["data_offsets"])
        tensors[name] = info["shape"], array.array(TYPES[info["dtype"]], data[begin:end])
    return tensors


def run(*arguments):
    return loaded_program.run([CLI, "probe", *map(str, arguments)], capture_output=True, text=True)


def check(name, folder):
    golden = SOURCE / "tests/golden/models" / name
    out = folder / "out.safetensors"
    done = run("--model", golden, "--batch", golden / "inputs.safetensors", "--out", out, "--grads", "all", "--json")
    assert done.returncode == 0, done.stderr
    ours, theirs = read(out), read(golden / "outputs.safetensors")
    grads, mask = read(golden / "grads.safetensors"), read(golden / "inputs.safetensors")["attention_mask"][1]
    shape, logits = ours["logits"]
    assert shape == theirs["logits"][0]
    width = shape[2]
    for place, kept in enumerate(mask):
        row = logits[place * width:(place + 1) * width]
        if kept:
            expected = theirs["logits"][1][place * width:(place + 1) * width]
            assert max(abs(a - b) for a, b in zip(row, expected)) < 2e-5, (name, place)
        else:
            assert not any(row), (name, place)
    expected = theirs["loss"][1][0]
    assert abs(ours["loss"][1][0] / expected - 1) < 2e-6
    assert abs(json.loads(done.stdout)["loss"] / expected - 1) < 2e-6
    for parameter, (shape, values) in grads.items():
        assert ours["grad." + parameter][0] == shape
        for a, b in zip(ours["grad." + parameter][1], values):
            assert abs(a - b) <= 1e-5 + 1e-4 * abs(b), (name, parameter)


with tempfile.TemporaryDirectory() as temporary:
    folder = pathlib.Path(temporary)
    for model in ("gpt2", "bert_mlm", "llama_mha_tied"):
        check(model, folder)
    golden = SOURCE / "tests/golden/models/gpt2"
    batch, out = golden / "inputs.safetensors", folder / "some.safetensors"
    assert run("--model", golden, "--batch", batch, "--out", out).returncode == 0
    assert set(read(out)) == {"logits", "loss"}
    one = "transformer.ln_f.weight"
    assert run("--model", golden, "--batch", batch, "--out", out, "--grads", one).returncode == 0
    assert set(read(out)) == {"logits", "loss", "grad." + one}
    wrong = run("--model", golden, "--batch", batch, "--out", out, "--grads", "transformer.ln_f.weigth")
    assert wrong.returncode == 2 and one in wrong.stderr, wrong.stderr
    wrong = run("--model", golden, "--batch", golden / "outputs.safetensors", "--out", folder / "none")
    assert wrong.returncode == 2 and "input_ids" in wrong.stderr and not (folder / "none").exists()
print("probe: as recorded")
