#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes unicode_tables.cpp from the recorded answers of Hugging Face tokenizers 0.22 for every code point.

    generate_unicode_tables.py FACTS_FOLDER GRAPHEME_TABLES > unicode_tables.cpp

The tables are that program's, which mixes four versions of Unicode, not those of any one Unicode library. What the facts
do not have is asked of the installed `tokenizers` (general categories and words of its regular expressions) or taken from
the library it uses (GRAPHEME_TABLES: src/tables.rs of unicode-segmentation 1.12). Only combining classes come from Python
(they never change once given) and only for the marks that the facts know.
"""
import gzip
import pathlib
import re
import sys
import unicodedata

import tokenizers

RANGES = {
    "letters": "onig_L", "numbers": "onig_N", "spaces": "onig_s", "bertPunctuation": "bert_punct",
    "bertNonspacingMarks": "bert_Mn", "bertChinese": "bert_chinese", "bertRemoved": "bert_clean_removed",
    "bertSpaces": "bert_clean_space", "wordCharacters": "added_token_word_char", "marks": "mark_StripAccents",
}


def lines(facts, name):
    plain = facts / f"{name}.txt"
    text = plain.read_text() if plain.exists() else gzip.open(facts / f"{name}.txt.gz", "rt").read()
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def ranges(facts, name):
    for line in lines(facts, name):
        first, _, last = line.partition("..")
        yield int(first, 16), int(last or first, 16)


def mapping(facts, name):
    result = {}
    for line in lines(facts, name):
        key, _, value = line.partition(">")
        result[int(key, 16)] = tuple(int(word, 16) for word in value.split())
    return result


def emit(declaration, items):
    print(f"\n{declaration} = {{")
    row = "   "
    for item in items:
        if len(row) + len(item) + 2 > 118:
            print(row)
            row = "   "
        row += f" {item},"
    print(row + "\n};")


def lowercase_ranges(pairs):
    """(first, last, step, delta): runs of equal distance, every code point or every other one."""
    found = []
    for code, lower in pairs:
        delta = lower - code
        if found:
            first, last, step, old = found[-1]
            if old == delta and code - last in (1, 2) and step in (0, code - last):
                found[-1] = (first, code, code - last, old)
                continue
        found.append((code, code, 0, delta))
    return [(first, last, step or 1, delta) for first, last, step, delta in found]


CATEGORIES = ("Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Co").split()


def matched(pattern):
    """The code points that match, as ranges. Surrogates never do: no text holds them."""
    every = "".join(chr(c) for c in range(0x110000) if not 0xD800 <= c < 0xE000)
    split = tokenizers.pre_tokenizers.Split(tokenizers.Regex(pattern + "+"), "removed", invert=True)
    for piece, _ in split.pre_tokenize_str(every):
        first, last = ord(piece[0]), ord(piece[-1])
        if first < 0xD800 and last > 0xDFFF:
            yield first, 0xD7FF
            first = 0xE000
        yield first, last


GRAPHEMES = {"CR": "CarriageReturn", "LF": "LineFeed", "Control": "Control", "Extend": "Extend", "ZWJ": "Joiner",
             "Extended_Pictographic": "Pictograph", "InCB_Consonant": "Consonant", "L": "HangulL", "V": "HangulV",
             "T": "HangulT", "LV": "HangulLV", "LVT": "HangulLVT", "Prepend": "Prepend",
             "Regional_Indicator": "Regional", "SpacingMark": "SpacingMark"}


def graphemes(source):
    pair = r"'\\u\{([0-9a-f]+)\}',\s*'\\u\{([0-9a-f]+)\}'"
    for first, last, name in re.findall(r"\(" + pair + r",\s*GC_(\w+)\)", source):
        yield int(first, 16), int(last, 16), GRAPHEMES[name]


def conjunct_extenders(source):
    table = source[source.index("const InCB_Extend_table"):]
    for first, last in re.findall(r"\('\\u\{([0-9a-f]+)\}',\s*'\\u\{([0-9a-f]+)\}'\)", table[:table.index("];")]):
        yield int(first, 16), int(last, 16)


def is_hangul(code):
    return 0xAC00 <= code <= 0xD7A3


def main():
    facts = pathlib.Path(sys.argv[1])
    print("// SPDX-License-Identifier: GPL-3.0-or-later\n"
          "// Made by generate_unicode_tables.py; do not edit.\n"
          "// clang-format off\n"
          '#include "core/tokenizers/unicode_tables.h"\n\n'
          "namespace fettle::unicode\n{\n\nnamespace\n{")
    for name, source in RANGES.items():
        emit(f"constexpr CodePointRange {name}Ranges[]",
             [f"{{0x{a:X}, 0x{b:X}}}" for a, b in ranges(facts, source)])

    lower = mapping(facts, "lowercase")
    assert {k: v for k, v in lower.items() if len(v) != 1} == {0x130: (0x69, 0x307)}
    emit("constexpr LowercaseRange lowercaseRanges[]",
         [f"{{0x{a:X}, 0x{b:X}, {s}, {d}}}"
          for a, b, s, d in lowercase_ranges(sorted((k, v[0]) for k, v in lower.items() if len(v) == 1))])

    source = pathlib.Path(sys.argv[2]).read_text()
    emit("constexpr CodePointRange conjunctExtenderRanges[]",
         [f"{{0x{a:X}, 0x{b:X}}}" for a, b in conjunct_extenders(source)])
    emit("constexpr GraphemeRange graphemeRanges[]",
         [f"{{0x{a:X}, 0x{b:X}, GraphemeKind::{k}}}" for a, b, k in graphemes(source)])
    emit("constexpr CodePointRange expressionWordRanges[]", [f"{{0x{a:X}, 0x{b:X}}}" for a, b in matched(r"\w")])
    emit("constexpr CategoryRange categoryRanges[]",
         [f"{{0x{a:X}, 0x{b:X}, Category::{name}}}" for a, b, name in sorted(
             (a, b, name) for name in CATEGORIES for a, b in matched(rf"\p{{{name}}}"))])

    nfd = {k: v for k, v in mapping(facts, "nfd").items() if not is_hangul(k)}
    nfkd = {k: v for k, v in mapping(facts, "nfkd").items() if not is_hangul(k) and nfd.get(k) != v}
    pool = []
    for name, table in (("decompositionEntries", nfd), ("compatibilityEntries", nfkd)):
        entries = []
        for code in sorted(table):
            entries.append((code, len(pool), len(table[code])))
            pool += table[code]
        emit(f"constexpr Decomposition {name}[]", [f"{{0x{c:X}, {o}, {n}}}" for c, o, n in entries])
    emit("constexpr char32_t decompositionPool[]", [f"0x{c:X}" for c in pool])

    # A pair composes to `code` where NFC leaves `code` alone; its first half is itself composed.
    unstable = mapping(facts, "nfc")
    composed = {v: k for k, v in nfd.items() if k not in unstable}
    pairs = []
    for code, parts in nfd.items():
        if code not in unstable and len(parts) > 1:
            head = parts[0] if len(parts) == 2 else composed[parts[:-1]]
            pairs.append((head, parts[-1], code))
    emit("constexpr Composition compositionEntries[]", [f"{{0x{a:X}, 0x{b:X}, 0x{c:X}}}" for a, b, c in sorted(pairs)])

    classes = []
    for first, last in ranges(facts, "mark_StripAccents"):
        for code in range(first, last + 1):
            value = unicodedata.combining(chr(code))
            if value and classes and classes[-1][1] == code - 1 and classes[-1][2] == value:
                classes[-1][1] = code
            elif value:
                classes.append([code, code, value])
    emit("constexpr CombiningRange combiningRanges[]", [f"{{0x{a:X}, 0x{b:X}, {v}}}" for a, b, v in classes])

    print("\n} // namespace\n\n"
          "// clang-format on")
    for name in RANGES:
        print(f"const std::span<const CodePointRange> {name} = {name}Ranges;")
    print("const std::span<const LowercaseRange> lowercase = lowercaseRanges;\n"
          "const std::span<const CodePointRange> conjunctExtenders = conjunctExtenderRanges;\n"
          "const std::span<const CodePointRange> expressionWords = expressionWordRanges;\n"
          "const std::span<const GraphemeRange> graphemes = graphemeRanges;\n"
          "const std::span<const CategoryRange> categories = categoryRanges;\n"
          "const std::span<const Decomposition> decompositions = decompositionEntries;\n"
          "const std::span<const Decomposition> compatibility = compatibilityEntries;\n"
          "const std::span<const char32_t> decomposed = decompositionPool;\n"
          "const std::span<const Composition> compositions = compositionEntries;\n"
          "const std::span<const CombiningRange> combiningClasses = combiningRanges;\n\n"
          "} // namespace fettle::unicode")


if __name__ == "__main__":
    main()
