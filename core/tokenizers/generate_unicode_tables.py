#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes unicode_tables.cpp from the recorded answers of Hugging Face tokenizers 0.22 for every code point.

    generate_unicode_tables.py FACTS_FOLDER > unicode_tables.cpp

The tables are that program's, which mixes four versions of Unicode, not those of any one Unicode library. Only combining
classes come from Python (they never change once given) and only for the marks that the facts know.
"""
import gzip
import pathlib
import sys
import unicodedata

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

    nfd = {k: v for k, v in mapping(facts, "nfd").items() if not is_hangul(k)}
    pool, entries = [], []
    for code in sorted(nfd):
        entries.append((code, len(pool), len(nfd[code])))
        pool += nfd[code]
    emit("constexpr Decomposition decompositionEntries[]", [f"{{0x{c:X}, {o}, {n}}}" for c, o, n in entries])
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
          "const std::span<const Decomposition> decompositions = decompositionEntries;\n"
          "const std::span<const char32_t> decomposed = decompositionPool;\n"
          "const std::span<const Composition> compositions = compositionEntries;\n"
          "const std::span<const CombiningRange> combiningClasses = combiningRanges;\n\n"
          "} // namespace fettle::unicode")


if __name__ == "__main__":
    main()
