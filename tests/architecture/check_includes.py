#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads every include of the tree and fails on one that core/README.md forbids."""
import pathlib
import re
import sys

# room -> rooms it may include (base and itself always).
CORE = {
    "base": set(),
    "arguments": set(),
    "events": set(),
    "tensors": set(),
    "tokenizers": set(),
    "hub": {"events"},
    "nn": {"tensors"},
    "optim": {"tensors", "arguments"},
    "data": {"tokenizers", "arguments"},
    "models": {"nn", "tensors", "tokenizers", "data/batch.h", "data/model_needs.h"},
    "adapters": {"nn", "tensors", "arguments", "models"},
    "generate": {"models", "tokenizers", "events", "arguments", "nn", "tensors", "data/batch.h"},
    "train": {"models", "adapters", "data", "optim", "generate", "events", "arguments", "runs", "nn", "tensors",
              "tokenizers"},
    "runs": {"arguments", "events"},
}
# What ui and app may see of core: no torch in any of it.
TORCH_FREE = ("core/session.h", "core/base/", "core/arguments/", "core/events/", "core/runs/", "core/hub/",
              "core/tokenizers/tokenizer.h", "core/data/preview.h", "core/data/batch.h",
              "core/models/model_entry.h", "core/generate/options.h", "core/optim/schedule.h", "core/tools/")
UI = {
    "style": set(),
    "widgets": {"style"},
    "charts": {"style", "widgets"},
    "forms": {"style", "widgets"},
    "bridge": {"style"},
    "models": {"bridge", "style", "widgets"},
    "dialogs": {"bridge", "charts", "forms", "models", "style", "widgets"},
    "pages": {"bridge", "charts", "forms", "models", "style", "widgets", "dialogs"},
}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


def problems(root):
    files = [p for top in ("core", "ui", "app") for p in (root / top).rglob("*") if p.suffix in (".h", ".cpp", ".def")]
    for file in files:
        name = file.relative_to(root).as_posix()
        parts = name.split("/")
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            quoted, target = match.group(1) == '"', match.group(2)
            reason = forbidden(parts, target, quoted)
            if reason:
                yield f"{name}:{number}: includes {target}: {reason}"


def forbidden(parts, target, quoted):
    top, room = parts[0], parts[1] if len(parts) > 2 else ""
    if re.match(r"(torch|ATen|c10|caffe2)/", target) and top != "core":
        return "torch stays in core"
    if re.match(r"(Q[A-Z]\w*|Qt\w+/.*|qcustomplot\.h)$", target) and top == "core":
        return "no Qt in core"
    if target == "qcustomplot.h" and not (parts[:2] == ["ui", "charts"] and parts[-1].endswith(".cpp")):
        return "only in ui/charts/*.cpp"
    if not quoted:
        return None
    path = target.split("/")
    if path[0] not in ("core", "ui", "app", "tests"):
        return "write includes from the root of the tree (core/…, ui/…)"
    if path[0] == "tests" or (path[0] == "app" and top != "app") or (path[0] == "ui" and top == "core"):
        return f"{top} may not"
    if top == "core" and path[0] == "core":
        if room == "" or path[1] in ("base", room):  # the façade at the top of core may include every room
            return None
        if room == "tools":
            return None
        allowed = CORE.get(room)
        if allowed is None:
            return f"core/{room} is no room of core/README.md"
        if path[1] in allowed or "/".join(path[1:]) in allowed:
            return None
        return f"core/{room} may include: base, {', '.join(sorted(allowed)) or 'nothing else'}"
    if top in ("ui", "app") and path[0] == "core":
        return None if target.startswith(TORCH_FREE) else "only session.h and the torch-free headers of core"
    if top == "ui" and path[0] == "ui":
        if room == "" or len(path) == 2:
            return None
        if room == "pages" and path[1] == "pages":
            own = parts[-1].split(".")[0]
            return None if path[-1].split(".")[0].split("_page")[0] in own or own.startswith(path[-1].split(".")[0]) \
                or path[-1] == "page.h" else "a page never includes a page"
        if path[1] == room or path[1] in UI.get(room, set()):
            return None
        return f"ui/{room} may include: {', '.join(sorted(UI.get(room, set())))}"
    return None


def main():
    found = list(problems(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "every include is allowed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
