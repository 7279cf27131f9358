#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fettle-cli tokenize as a script uses it: JSON lines in, JSON lines out, bad lines named."""
import json
import pathlib
import subprocess
import sys

CLI, GOLDEN = sys.argv[1], pathlib.Path(sys.argv[2]) / "tests" / "golden" / "tokenizers"


def run(model, lines, *options):
    data = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    done = subprocess.run([CLI, "tokenize", "--model", str(model), *options], input=data, capture_output=True)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def main():
    code, rows, _ = run(GOLDEN / "gpt2", [{"text": "Hello wörld"}, {"text": ""}])
    assert code == 0
    assert rows[0] == {"ids": [15496, 266, 30570, 335], "tokens": ["Hello", "Ġw", "Ã¶r", "ld"],
                       "offsets": [[0, 5], [5, 7], [7, 9], [9, 11]]}, rows[0]
    assert rows[1] == {"ids": [], "tokens": [], "offsets": []}

    bert = GOLDEN / "bert_uncased"
    code, rows, _ = run(bert, [{"text": "Hello [MASK]"}])
    assert code == 0 and rows[0]["tokens"] == ["[CLS]", "hello", "[MASK]", "[SEP]"], rows
    assert rows[0]["offsets"] == [[0, 0], [0, 5], [6, 12], [0, 0]]
    ids = rows[0]["ids"]
    code, rows, _ = run(bert, [{"text": "Hello"}], "--no-special-tokens")
    assert code == 0 and rows[0]["tokens"] == ["hello"]
    assert run(bert, [{"ids": ids}], "--decode")[1] == [{"text": "[CLS] hello [MASK] [SEP]"}]
    assert run(bert, [{"ids": ids}], "--decode", "--skip-special-tokens")[1] == [{"text": "hello"}]

    # Bytes that are no UTF-8 count as U+FFFD, one for each ill-formed part.
    code, rows, _ = run(GOLDEN / "gpt2", [b'{"text": "a\xff\xe2\x82b"}', {"text": "a\ufffd\ufffdb"}])
    assert code == 0 and rows[0] == rows[1], rows

    code, rows, error = run(GOLDEN / "gpt2", [{"text": "fine"}, b"", b'{"text": oops}'])
    assert code == 2 and len(rows) == 1 and "line 3" in error, (code, error)
    code, _, error = run(GOLDEN / "gpt2", [{"ids": [1]}])
    assert code == 2 and "line 1" in error and '"text"' in error, error
    code, _, error = run(GOLDEN / "gpt2", [{"ids": [1.5]}], "--decode")
    assert code == 2 and "1.5" in error, error
    code, _, error = run(GOLDEN / "nothing-here", [])
    assert code == 2 and "nothing-here" in error, error
    assert subprocess.run([CLI, "tokenize"], capture_output=True).returncode == 2
    print("tokenize behaves")


if __name__ == "__main__":
    main()
