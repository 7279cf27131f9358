# SPDX-License-Identifier: GPL-3.0-or-later
"""A small phrase language that the text generators of this folder are written in.

    [one|two|]      one of the alternatives, which may be empty and may hold others
    {name}          the value of a slot; {Name} with its first letter raised
    {a name}        the value with "a" or "an" before it; {A name} likewise

A template is parsed once and kept; `Teller.tell` renders it with a random choice
at every bracket and makes sentences begin with a capital letter.
"""

import functools
import random
import re

_SENTENCE_START = re.compile(r"(^|[.!?] )([a-z])")
_PIECES = re.compile(r"[\[\]|]|\{[^}]*\}|[^\[\]|{}]+")


@functools.lru_cache(maxsize=None)
def parse(template):
    """The template as nested tuples: text, ("slot", name) or ("any", alternatives)."""
    pieces = _PIECES.findall(template)
    sequence, rest = _parse_sequence(pieces, 0, template)
    if rest != len(pieces):
        raise ValueError(f"unbalanced brackets in: {template}")
    return sequence


def _parse_sequence(pieces, at, template):
    sequence = []
    while at < len(pieces) and pieces[at] not in ("|", "]"):
        piece = pieces[at]
        if piece == "[":
            alternatives = []
            while True:
                alternative, at = _parse_sequence(pieces, at + 1, template)
                alternatives.append(alternative)
                if at >= len(pieces):
                    raise ValueError(f"a bracket is not closed in: {template}")
                if pieces[at] == "]":
                    break
            sequence.append(("any", tuple(alternatives)))
        elif piece.startswith("{"):
            sequence.append(("slot", piece[1:-1]))
        else:
            sequence.append(piece)
        at += 1
    return tuple(sequence), at


def with_article(phrase):
    """"an apple", "a kite"; a "u" that sounds like "you" takes "a"."""
    vowel = phrase[:1].lower() in "aeiou" and not phrase.startswith(("use", "uni", "one"))
    return ("an " if vowel or phrase.startswith(("hour", "honest")) else "a ") + phrase


def raised(phrase):
    return phrase[:1].upper() + phrase[1:]


class Teller:
    """Renders templates with one random generator and one set of slots.

    A slot's value is a text, which may itself be a template, a list, of which
    one member is drawn at each use, or a function without arguments.
    """

    def __init__(self, seed, abbreviations=False):
        """With abbreviations a full stop inside a template does not begin a sentence."""
        self.abbreviations = abbreviations
        self.random = random.Random(seed)
        self.slots = {}

    def pick(self, choices):
        return choices[int(self.random.random() * len(choices))]

    def tell(self, template):
        text = self.render(parse(template))
        if self.abbreviations:
            return raised(text)
        return _SENTENCE_START.sub(lambda match: match[1] + match[2].upper(), text)

    def render(self, sequence):
        parts = []
        for piece in sequence:
            if isinstance(piece, str):
                parts.append(piece)
            elif piece[0] == "any":
                parts.append(self.render(self.pick(piece[1])))
            else:
                parts.append(self.slot(piece[1]))
        return "".join(parts)

    def slot(self, name):
        lowered = name[0].lower() + name[1:]
        article = lowered.startswith("a ")
        value = self.slots[lowered[2:] if article else lowered]
        if callable(value):
            value = value()
        elif isinstance(value, (list, tuple)):
            value = self.pick(value)
        if "[" in value or "{" in value:
            value = self.render(parse(value))
        if article:
            value = with_article(value)
        return raised(value) if name[0].isupper() else value
