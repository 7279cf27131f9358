#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rewrites a safetensors file of 32-bit numbers in 16 bits (half precision, rounded to nearest).

    python3 convert_to_half.py in.safetensors out.safetensors
"""

import argparse
import json
import struct
from pathlib import Path


def read(path):
    """The metadata, and name → (dtype, shape, bytes) in the file's order."""
    content = path.read_bytes()
    length = struct.unpack_from("<Q", content)[0]
    header, base = json.loads(content[8:8 + length]), 8 + length
    metadata = header.pop("__metadata__", {"format": "pt"})
    tensors = {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        tensors[name] = (entry["dtype"], entry["shape"], content[base + begin:base + end])
    return metadata, tensors


def halved(dtype, data):
    if dtype != "F32":
        return dtype, data
    count = len(data) // 4
    return "F16", struct.pack(f"<{count}e", *struct.unpack(f"<{count}f", data))


def write(path, metadata, tensors):
    header, blocks, offset = {"__metadata__": metadata}, [], 0
    for name, (dtype, shape, data) in tensors.items():
        dtype, data = halved(dtype, data)
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
        blocks.append(data)
        offset += len(data)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(blocks))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    arguments = parser.parse_args()
    write(arguments.target, *read(arguments.source))


if __name__ == "__main__":
    main()
