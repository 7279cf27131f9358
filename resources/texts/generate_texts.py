#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the bundled fine-tuning texts, one row a line, all rows different.

    python3 generate_texts.py

The files lie beside this script: ships-log.txt, contract-clauses.txt, recipes.txt.
The same seed gives the same bytes; the texts are dedicated to the public domain (CC0).
"""

import argparse
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "models"))

from clause_phrases import CLAUSE_SLOTS, CLAUSES, PARTIES  # noqa: E402
from log_phrases import LOG_PARTS, LOG_SLOTS  # noqa: E402
from phrasing import Teller  # noqa: E402
from recipe_phrases import RECIPE_SLOTS, recipe  # noqa: E402


def log_entry(teller):
    """Wind and weather first, then work, events and the land, as a log is kept."""
    parts = []
    for templates, share in LOG_PARTS:
        if teller.random.random() < share:
            parts.append(teller.tell(teller.pick(templates)))
    return " ".join(parts)


def clause(teller):
    """One to three sentences on one subject of a contract."""
    subject = teller.pick(CLAUSES)
    teller.slots["party"], teller.slots["other"] = teller.random.sample(teller.pick(PARTIES), k=2)
    templates = teller.random.sample(subject, k=min(len(subject), teller.pick([1, 1, 2, 2, 3])))
    return " ".join(teller.tell(template) for template in templates)


KINDS = {
    "ships-log.txt": (log_entry, LOG_SLOTS, 2150, 1),
    "contract-clauses.txt": (clause, CLAUSE_SLOTS, 2000, 2),
    "recipes.txt": (recipe, RECIPE_SLOTS, 1380, 3),
}


def rows(write_row, slots, count, seed):
    teller, seen = Teller(seed, abbreviations=True), set()
    teller.slots = dict(slots)
    while len(seen) < count:
        row = " ".join(write_row(teller).split()).replace("..", ".").replace(" .", ".")
        if row and row not in seen:
            seen.add(row)
            yield row


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--folder", type=Path, default=HERE, help="where the files go")
    folder = parser.parse_args().folder
    for name, (write_row, slots, count, seed) in KINDS.items():
        with (folder / name).open("w", encoding="ascii", newline="\n") as out:
            out.writelines(row + "\n" for row in rows(write_row, slots, count, seed))


if __name__ == "__main__":
    main()
