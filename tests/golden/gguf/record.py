#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records tiny.gguf and q8_0.bin by the real gguf package (see README.md): every kind of key that Fettle writes, and
tensors whose ends are not aligned."""
import pathlib

import gguf
import numpy as np

HERE = pathlib.Path(__file__).parent


def values(count):
    """Numbers that test_gguf_file.cpp makes in the same way: small, of both signs, none twice."""
    return (((np.arange(count, dtype=np.int64) * 37 + 11) % 101).astype(np.float32) - 50) / np.float32(16)


def main():
    writer = gguf.GGUFWriter(HERE / "tiny.gguf", "llama")
    writer.add_uint32("llama.block_count", 2)
    writer.add_int32("a.negative", -7)
    writer.add_float32("llama.rope.freq_base", 10000.5)
    writer.add_bool("tokenizer.ggml.add_bos_token", True)
    writer.add_bool("tokenizer.ggml.add_eos_token", False)
    writer.add_string("general.name", "tiny \u2581")
    writer.add_array("tokenizer.ggml.tokens", ["<s>", "\u2581a", ""])
    writer.add_array("tokenizer.ggml.scores", [0.0, -1.5, -2.0])
    writer.add_array("tokenizer.ggml.token_type", [3, 1, 5])
    writer.add_tensor("norm.weight", values(5))
    writer.add_tensor("matrix.weight", values(6).reshape(2, 3))
    writer.add_tensor("half.weight", values(12).reshape(3, 4).astype(np.float16))
    q8 = gguf.quants.quantize(values(128).reshape(2, 64), gguf.GGMLQuantizationType.Q8_0)
    writer.add_tensor("blocks.weight", q8, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    bf16 = gguf.quants.quantize(values(7).reshape(1, 7), gguf.GGMLQuantizationType.BF16)
    writer.add_tensor("brain.weight", bf16, raw_dtype=gguf.GGMLQuantizationType.BF16)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()

    # Ties, zeros, a block of one value, what is next to nothing, and large ones.
    blocks = np.zeros((6, 32), np.float32)
    blocks[0] = np.arange(32, dtype=np.float32) - 15.5
    blocks[0, 0] = 127
    blocks[2, 5] = -3.25
    blocks[3] = values(32) * np.float32(1e-6)
    blocks[4] = values(32) * np.float32(1e4)
    blocks[5] = np.float32(0.1) * np.arange(-16, 16, dtype=np.float32)
    with open(HERE / "q8_0.bin", "wb") as file:
        file.write(blocks.tobytes())
        file.write(gguf.quants.quantize(blocks, gguf.GGMLQuantizationType.Q8_0).tobytes())


if __name__ == "__main__":
    main()
