#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""fettle-cli tokenize as a script uses it: JSON lines in, JSON lines out, bad lines named."""
import json
import pathlib
import shutil
import sys
import tempfile

import loaded_program

CLI, ROOT = sys.argv[1], pathlib.Path(sys.argv[2])
GOLDEN = ROOT / "tests" / "golden" / "tokenizers"


def run(model, lines, *options):
    data = b"".join((line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines)
    done = loaded_program.run([CLI, "tokenize", "--model", str(model), *options], input=data, capture_output=True)
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
    assert loaded_program.run([CLI, "tokenize"], capture_output=True).returncode == 2
    check_chat()
    print("tokenize behaves")


def check_chat():
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch) / "model"
        shutil.copytree(ROOT / "resources" / "models" / "nano-gpt", folder)
        hello = [{"role": "user", "content": "Hello"}]
        code, _, error = run(folder, [{"messages": hello}], "--chat")
        assert code == 2 and "has no chat template" in error, error
        generate = [CLI, "generate", "--model", str(folder), "--prompt", "Hello", "--max-new-tokens", "4", "--greedy"]
        done = loaded_program.run([*generate, "--chat"], capture_output=True, text=True)
        assert done.returncode == 2 and "has no chat template" in done.stderr, done.stderr
        assert loaded_program.run([*generate, "--system", "x"], capture_output=True).returncode == 2

        (folder / "chat_template.jinja").write_text(
            "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}{% if add_generation_prompt %}assistant:{% endif %}")
        code, rows, _ = run(folder, [{"messages": hello, "add_generation_prompt": True},
                                     {"messages": hello, "chat_template": "{{ messages[0].content }}!"}], "--chat")
        assert code == 0 and [row["text"] for row in rows] == ["user: Hello\nassistant:", "Hello!"], rows
        assert run(folder, [{"ids": rows[0]["ids"]}], "--decode")[1] == [{"text": rows[0]["text"]}]
        done = loaded_program.run([*generate, "--chat", "--system", "Be brief.", "--json"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        code, asked, _ = run(folder, [{"messages": [{"role": "system", "content": "Be brief."}, *hello],
                                       "add_generation_prompt": True}], "--chat")
        assert json.loads(done.stdout)["prompt_ids"] == asked[0]["ids"], done.stdout

        done = loaded_program.run([*generate[:5], "Hello " * 3000, "--chat"], capture_output=True, text=True)
        assert done.returncode == 2 and "tokens long, and this model has room for" in done.stderr, done.stderr

        code, _, error = run(folder, [{"messages": hello, "chat_template": "a\n{{ b.c }}"}], "--chat")
        assert code == 2 and "line 1: " in error and "line 2: 'b' is undefined" in error, error
        code, _, error = run(folder, [{"text": "a"}], "--chat")
        assert code == 2 and '"messages"' in error, error


if __name__ == "__main__":
    main()
