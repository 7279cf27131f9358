#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads every include of the tree and fails on one that core/README.md or ui/README.md forbids.

Their tables of rooms are the rule: first column the room (or the one file), last column what it may include: rooms,
single headers, "all" (of what stands above) or "–". A room may include itself and what the table's head says; since
it may name only what stands above it, there are no circles."""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
ROW = re.compile(r"^\| `([\w./]+)`.*\|([^|]*)\|$")
HEAD = re.compile(r"^\|.*\| may include \(besides ([\w, ]+)\) \|$")


class Rooms:
    """One README's table: what each room may include."""

    def __init__(self, readme):
        self.allowed, self.always, self.problems = {}, set(), []
        for line in readme.read_text(encoding="utf-8").splitlines():
            if match := HEAD.match(line):
                self.always = set(match[1].split(", "))
            elif match := ROW.match(line):
                self.add(match[1].rstrip("/"), re.sub(r"\(.*?\)|`", "", match[2]).strip())
        if not self.always or not self.allowed:
            self.problems.append(f"{readme}: no table of rooms with a column \"may include (besides …)\"")

    def add(self, room, cell):
        above = set(self.allowed)
        named = {name.strip().rstrip("/") for name in cell.split(",")} - {"–"}
        if "all" in named:
            named = above
        for name in named:
            if name not in above and name.split("/")[0] not in above:
                self.problems.append(f"{room}: may include {name}, which does not stand above it")
        self.allowed[room] = named

    def may(self, room, path):
        """None, or why a file of `room` may not include `path` (room/…/file.h, within the table's tree)."""
        if room not in self.allowed:
            return f"{room} is no room of the table in README.md"
        target = path.split("/")[0]
        if target == room or target in self.always or target in self.allowed[room] or path in self.allowed[room]:
            return None
        return f"{room} may include: {', '.join(sorted(self.always | self.allowed[room]))}"


def forbidden(rooms, file, target, quoted):
    """None, or why `file` (from the root of the tree) may not include `target`."""
    parts, path = file.split("/"), target.split("/")
    top, room = parts[0], parts[1]
    if re.match(r"(torch|ATen|c10|caffe2)/", target) and top != "core":
        return "torch stays in core"
    if re.match(r"(Q[A-Z]\w*|Qt\w+/.*|qcustomplot\.h)$", target) and top == "core":
        return "no Qt in core"
    if target == "qcustomplot.h" and not (file.startswith("ui/charts/") and file.endswith(".cpp")):
        return "only in ui/charts/*.cpp"
    if not quoted:
        return None
    if path[0] not in ("core", "ui", "app", "tests"):
        return "write includes from the root of the tree (core/…, ui/…)"
    if ["core", "ui", "app", "tests"].index(path[0]) > ["core", "ui", "app"].index(top):
        return f"{top} may not"
    inside = "/".join(path[1:])
    if path[0] == "core":
        if top == "core" and len(parts) == len(path) == 2:  # the façade's own files
            return None
        return rooms["core"].may("ui" if top != "core" else room if len(parts) > 2 else "session.h", inside)
    if path[0] == "ui" and top == "ui":
        if inside.endswith("_page.h") and path[1] != room and room != "window":
            return "a page never includes another page"
        return rooms["ui"].may(room, inside)
    return None


def problems(root):
    rooms = {top: Rooms(root / top / "README.md") for top in ("core", "ui")}
    for table in rooms.values():
        yield from table.problems
    for top in ("core", "ui", "app"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix not in (".h", ".cpp", ".def"):
                continue
            file = path.relative_to(root).as_posix()
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
                if match := INCLUDE.match(line):
                    if reason := forbidden(rooms, file, match[2], match[1] == '"'):
                        yield f"{file}:{number}: includes {match[2]}: {reason}"


def main():
    found = list(problems(pathlib.Path(sys.argv[1])))
    print("\n".join(found) or "every include is allowed")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
