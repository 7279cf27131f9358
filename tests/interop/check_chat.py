#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversations through chat templates, as Fettle and as transformers write and cut them.

usage: check_chat.py FETTLE_CLI [SEED] [TEMPLATE.jinja…]

The families' templates, random ones, and those named; conversations are random, and the seed is printed.
"""
import json
import pathlib
import random
import shutil
import sys
import tempfile

import transformers
from transformers import AutoTokenizer

from chat_templates import TEMPLATES
from common import CLI, ROOT, all_passed, check, run
from random_templates import Maker

GOLDEN = ROOT / "tests" / "golden" / "tokenizers"
GIVEN = sys.argv[2:]
SEED = int(GIVEN.pop(0)) if GIVEN and GIVEN[0].isdigit() else random.randrange(1 << 30)
RANDOM = random.Random(SEED)
WORDS = (ROOT / "resources" / "texts" / "ships-log.txt").read_text().split()
ODD = ["", " ", "\n", "\n\n", "  \t", "é", "中文", "🙂", "<|im_end|>", "</think>", "<think>\nhm\n</think>\n", "{{ 1 }}", "\u00a0", "\r\n",
       "\u2028", "'", '"', "\\", "İ", "\x0b", "</s>", "[INST]", "\u200b", "ß", "\x1c", "\ufeff"]
TOOLS = [{"type": "function", "function": {"name": "weather", "description": "tells <it> & more", "parameters": {
    "type": "object", "properties": {"place": {"type": "string", "enum": ["a", "ü"]}}, "required": ["place"]}}}]
transformers.logging.set_verbosity_error()


def words():
    return "".join(RANDOM.choice(ODD) if RANDOM.random() < 0.3 else RANDOM.choice(WORDS) + RANDOM.choice([" ", ""])
                   for _ in range(RANDOM.randrange(0, 12)))


def conversation():
    """Mostly turns as they should be, sometimes roles in any order."""
    messages = [{"role": "system", "content": words()}] if RANDOM.random() < 0.4 else []
    for turn in range(RANDOM.randrange(1, 6)):
        messages.append({"role": "assistant" if turn % 2 else "user", "content": words()})
    if RANDOM.random() < 0.1:
        RANDOM.shuffle(messages)
    line = {"messages": messages, "add_generation_prompt": RANDOM.random() < 0.5}
    if RANDOM.random() < 0.2:
        line["enable_thinking"] = RANDOM.random() < 0.5
    if RANDOM.random() < 0.15:
        line["tools"] = TOOLS
    if RANDOM.random() < 0.1:
        RANDOM.choice(messages)["extra"] = RANDOM.choice([{"a": {"b": [1, 2.5, "x", None, True]}}, "text", 7, [[], {}]])
    if RANDOM.random() < 0.1:
        RANDOM.choice(messages)[RANDOM.choice(["thinking", "reasoning"])] = words()
    return line


def theirs(tokenizer, line):
    """The text, or none where transformers refuses, or writes where in its memory something lies."""
    given = {**line}
    try:
        text = tokenizer.apply_chat_template(given.pop("messages"), tokenize=False, **given)
    except Exception:  # whatever a template's mistake raises
        return None
    return None if "object at 0x" in text.lower() else text


def ours(folder, lines):
    return run([CLI, "tokenize", "--chat", "--model", folder], capture_output=True, text=True,
                          input="".join(json.dumps(line) + "\n" for line in lines))


def fail(name, line, his, mine):
    sys.exit(f"FAILED: {name} (seed {SEED})\n{json.dumps(line, ensure_ascii=False)}\n"
             f"  template     {line.get('chat_template')}\n  transformers {his!r}\n  fettle       {mine!r}")


def compare(name, folder, lines, refused=8, is_random=False):
    """Equal texts and ids where transformers writes one; an error where it refuses, of `refused` of those.

    A random template may count or cut the text of an iterator, which holds a place in memory: Fettle refuses that.
    """
    tokenizer = AutoTokenizer.from_pretrained(folder)
    wanted = [(line, theirs(tokenizer, line)) for line in lines]
    good = [(line, his) for line, his in wanted if his is not None]
    rows = []
    while len(rows) < len(good):
        answer = ours(folder, [line for line, _ in good[len(rows):]])
        rows += [json.loads(row) for row in answer.stdout.split("\n") if row]
        if not answer.returncode:
            break
        if not is_random or "a generator as text is not supported" not in answer.stderr:
            fail(name, *good[len(rows)], answer.stderr)
        rows.append(None)
    for (line, his), row in zip(good, rows, strict=True):
        if row is None:
            continue
        if row["text"] != his:
            fail(name, line, his, row["text"])
        ids = tokenizer(his, add_special_tokens=False)["input_ids"]
        if row["ids"] != ids:
            fail(name + ": ids", line, ids, row["ids"])
    bad = [line for line, his in wanted if his is None]
    for line in bad[:refused]:
        answer = ours(folder, [line])
        if answer.returncode != 2:
            fail(name + ": refused", line, None, answer.stdout or answer.stderr)
    places = f", {rows.count(None)} with iterators as texts" if is_random else ""
    check(name, True, f"{len(good)} conversations, {min(len(bad), refused)} refused{places}")


def model(parent, name, golden="gpt2", **config):
    folder = parent / name
    folder.mkdir()
    for file in (GOLDEN / golden).iterdir():
        if file.name in ("vocab.json", "merges.txt", "tokenizer.model", "tokenizer.json"):
            shutil.copy(file, folder)
    if config:
        (folder / "tokenizer_config.json").write_text(json.dumps(config))
    return folder


def check_places(parent):
    """Where a template lies, and which of several counts."""
    one, two = "one {{ messages[0].content }}{{ bos_token }}", "two {{ messages[0].content }}{{ eos_token }}\n"
    named = [{"name": "tool_use", "template": two}, {"name": "default", "template": one}]
    lines = [conversation() for _ in range(3)]
    for line in lines:
        line.pop("tools", None)
    for name, config in {"text": dict(chat_template=one), "list": dict(chat_template=named),
                         "bos": dict(chat_template=one, bos_token="<b>", eos_token=None),
                         "token objects": dict(chat_template=one, bos_token={"content": "<b>", "__type": "AddedToken"}),
                         "no bos": dict(chat_template=one + two, bos_token=None)}.items():
        folder = model(parent, f"place {name}", **config)
        (folder / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
        compare(f"a template in tokenizer_config.json: {name}", folder, lines)
    folder = model(parent, "place file", chat_template=one)
    (folder / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
    (folder / "chat_template.jinja").write_text(two)
    compare("chat_template.jinja goes before it", folder, lines)
    check_names(parent, one, two)
    for model_type, golden in (("llama", "spm_bpe_llama"), ("qwen2", "gpt2")):
        folder = model(parent, f"special {model_type}", golden)
        (folder / "config.json").write_text(json.dumps({"model_type": model_type}))
        (folder / "chat_template.jinja").write_text("[{{ bos_token }}|{{ eos_token }}]{{ messages[-1].content }}")
        compare(f"special tokens of {model_type}", folder, lines)


def check_names(parent, one, two):
    """Of templates with names one is the default, one is for tools, and any may be named."""
    for name, config, files in (
            ("a list", {"default": one, "tool_use": two, "rag": "R"}, {}),
            ("no default", {"tool_use": two, "rag": "R"}, {}),
            ("an object", {"default": one, "tool_use": two, "rag": "R"}, {}),
            ("files", None, {"chat_template": one, "additional_chat_templates/tool_use": two,
                             "additional_chat_templates/rag": "R\r\n{{ messages[0].content }}\n"}),
            ("files without a default", {"default": one, "tool_use": two}, {"additional_chat_templates/rag": "R"}),
            ("a file over another", {"rag": two}, {"chat_template": one, "additional_chat_templates/default": two})):
        kept = config if name == "an object" else config and [{"name": n, "template": t} for n, t in config.items()]
        folder = model(parent, f"names {name}", **({"chat_template": kept} if kept else {}))
        (folder / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
        for file, text in files.items():
            (folder / file).parent.mkdir(exist_ok=True)
            (folder / f"{file}.jinja").write_bytes(text.encode())
        lines = []
        for given in ({}, {"tools": TOOLS}, {"tools": []}, {"chat_template": "rag"}, {"chat_template": "tool_use"},
                      {"chat_template": "rag", "tools": TOOLS}, {"chat_template": "a text"}):
            line = conversation()
            line.pop("tools", None)
            lines.append(line | given)
        compare(f"templates with names: {name}", folder, lines)


def main():
    print(f"transformers {transformers.__version__}, seed {SEED}")
    with tempfile.TemporaryDirectory() as scratch:
        parent = pathlib.Path(scratch)
        check_places(parent)
        folder = model(parent, "plain", bos_token="<s>", eos_token="</s>", added_tokens_decoder={
            "60000": {"content": "<|im_end|>", "special": True}})
        (folder / "config.json").write_text(json.dumps({"model_type": "gpt2"}))
        files = {pathlib.Path(file).name: pathlib.Path(file).read_text() for file in GIVEN}
        for name, template in {**TEMPLATES, **files}.items():
            compare(name, folder, [{**conversation(), "chat_template": template} for _ in range(40)], refused=4)
        for wild, count in ((0.0, 1500), (0.05, 500)):
            compare(f"random templates, {wild:.0%} of wrong types", folder, [
                {**conversation(), "chat_template": Maker(RANDOM, wild).template()} for _ in range(count)],
                    refused=20, is_random=True)
    all_passed()


if __name__ == "__main__":
    main()
