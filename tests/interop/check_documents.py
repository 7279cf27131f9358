#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fettle beside the libraries that write people's files: documents, spreadsheets, Parquet, Arrow and packed texts with
random content have the rows that these libraries, and the real datasets, see in them.

usage: check_documents.py FETTLE_CLI [SEED]
"""
import bz2
import datetime
import gzip
import html
import json
import lzma
import pathlib
import random
import tempfile

import datasets
import docx
import odf.opendocument
import odf.table
import odf.text
import openpyxl
import pandas
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from common import all_passed, check, cli, seed_and_names
from ebooklib import epub
from markdown_it import MarkdownIt  # comes with transformers (by huggingface_hub, typer and rich)
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßéñøåçŁžабвгдежз漢字仮名😀🚢ABCÄÖ0123456789.,;:!?'\"“”«»–—()[]{}<>&%$#@*/\\|=+~^_`"
ROWS = 40


class Texts:
    def __init__(self, dice):
        self.dice = dice

    def word(self):
        return "".join(self.dice.choices(LETTERS, k=self.dice.randint(1, 12)))

    def paragraph(self, plain=False):
        """Words with single blanks; `plain`: what every PDF font can show."""
        words = [self.word() for _ in range(self.dice.randint(1, 20))]
        if plain:
            words = ["".join(self.dice.choices("abcdefghijklmnopqrstuvwxyz", k=self.dice.randint(2, 9))) for _ in words]
        return " ".join(words)

    def cell(self):
        return self.dice.choice([self.paragraph(), self.paragraph() + "\n" + self.paragraph(), " " + self.word() + "  ",
                                 "007", "1e5", "TRUE", self.word() + "\t" + self.word()])


def rows(file, column="", *options):
    told = json.loads(cli("data", file, "--json", *(["--column", column] if column else []), *options))
    return [row["text"] for row in told["first_rows"]], told


def compare(name, file, expected, column="", *options):
    ours, told = rows(file, column, *options)
    wrong = next((i for i, pair in enumerate(zip(ours, expected)) if pair[0] != pair[1]), min(len(ours), len(expected)))
    detail = "" if ours == expected else f"row {wrong}: {ours[wrong:wrong + 1]} instead of {expected[wrong:wrong + 1]}"
    check(f"{name}: {told['sources'][0]['words']}", ours == expected, detail or f"{len(ours)} rows")


def documents(texts, folder):
    paragraphs = [texts.paragraph() if texts.dice.random() < 0.9 else "" for _ in range(ROWS)]

    word = docx.Document()
    for paragraph in paragraphs:
        runs = word.add_paragraph()
        for piece in paragraph.split(" "):  # in runs of their own
            runs.add_run((" " if runs.runs else "") + piece).italic = texts.dice.random() < 0.3
    word.save(folder / "a.docx")
    compare("python-docx", folder / "a.docx", [each.text for each in docx.Document(folder / "a.docx").paragraphs])
    table = word.add_table(rows=4, cols=3)
    for cell in table._cells:
        cell.text = texts.word()
    word.save(folder / "table.docx")
    table = docx.Document(folder / "table.docx").tables[0]
    compare("python-docx, a table at the end", folder / "table.docx",
            paragraphs + ["\t".join(cell.text for cell in row.cells) for row in table.rows])

    text = odf.opendocument.OpenDocumentText()
    for paragraph in paragraphs:
        text.text.addElement(odf.text.P(text=paragraph))
    text.save(folder / "a.odt")
    compare("odfpy", folder / "a.odt", paragraphs)
    table, rows_of_words = odf.table.Table(), [[texts.word() for _ in range(3)] for _ in range(4)]
    for words in rows_of_words:
        row = odf.table.TableRow()
        for each in words:
            cell = odf.table.TableCell()
            cell.addElement(odf.text.P(text=each))
            row.addElement(cell)
        table.addElement(row)
    text.text.addElement(table)
    text.save(folder / "table.odt")
    compare("odfpy, a table at the end", folder / "table.odt", paragraphs + ["\t".join(words) for words in rows_of_words])

    full = [each for each in paragraphs if each]
    tags = ["p", "div", "h2", "li", "blockquote", "td"]
    page = "<!DOCTYPE html><html><head><title>x</title></head><body>" + "".join(
        (lambda tag: f"<{tag}>{html.escape(each)}</{tag}>" if tag != "td" else f"<table><tr><td>{html.escape(each)}</td></tr></table>")(
            texts.dice.choice(tags)) for each in full) + "</body></html>"
    (folder / "a.html").write_text(page, encoding="utf-8")
    compare("HTML", folder / "a.html", full)

    book = epub.EpubBook()
    book.set_identifier("x")
    book.set_title("x")
    pages = []
    for number in range(0, len(full), 10):
        chapter = epub.EpubHtml(title="x", file_name=f"part {number}.xhtml")
        chapter.content = "<html><body>" + "".join(f"<p>{html.escape(each)}</p>" for each in full[number:number + 10]) + "</body></html>"
        book.add_item(chapter)
        pages.append(chapter)
    book.toc = pages
    book.add_item(epub.EpubNcx())
    book.add_item(epub.EpubNav())
    book.spine = ["nav", *pages]
    epub.write_epub(str(folder / "a.epub"), book)
    compare("EbookLib", folder / "a.epub", full)

    plain = [texts.paragraph(plain=True) for _ in range(ROWS)]
    style = getSampleStyleSheet()["BodyText"]
    SimpleDocTemplate(str(folder / "a.pdf"), pagesize=A4).build(
        [part for each in plain for part in (Paragraph(each, style), Spacer(1, 14))])
    # A paragraph that a page's end parts is two blocks: letters and their order are compared.
    ours, _ = rows(folder / "a.pdf")
    check("reportlab: letters", " ".join(ours) == " ".join(plain))
    check("reportlab: paragraphs", len(set(ours) & set(plain)) > 0.8 * ROWS, f"{len(set(ours) & set(plain))} of {ROWS} whole")


def read_markdown(text):
    """The lines that a reader of the page sees, as markdown-it parses it: blocks, rows of tables, lines of code."""
    lines, cells = [], None
    for token in MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text):
        if token.type == "tr_open":
            cells = []
        elif token.type == "tr_close":
            lines.append("\t".join(cells))
            cells = None
        elif token.type in ("fence", "code_block"):
            lines += token.content.splitlines()
        elif token.type == "inline":
            shown = {"softbreak": " ", "hardbreak": "\n"}
            words = "".join(shown.get(part.type, part.content) for part in token.children if part.type != "html_inline")
            cells.append(words) if cells is not None else lines.extend(words.split("\n"))
    return lines


def markdown(texts, folder):
    dice = texts.dice

    def word():
        # Marks stand around words: in their midst they are where readers of Markdown differ. (md4c lets ` reach into a
        # table's next cell and is lax with * and _ beside other marks; ~ alone is a mark on GitHub.)
        return texts.word().translate(str.maketrans("*_`~", "+-'-"))

    def phrase():
        """Words of any letters, some of them marked up."""
        marks = ("{}", "{}", "{}", "*{}*", "__{}__", "`{}`", "~~{}~~", "[{}](http://a.b)", "***{}***", "<b>{}</b>", "\\*{}", "{} &amp;")
        return " ".join(["x", *(dice.choice(marks).format(word()) for _ in range(dice.randint(1, 8)))])

    def table():
        columns = dice.randint(1, 4)
        rows = [" | ".join(phrase().replace("|", "/").replace("\\", "/") for _ in range(columns)) for _ in range(dice.randint(1, 4))]
        return "\n".join(f"| {row} |" for row in (rows[0], " | ".join([dice.choice(("---", ":-:", "--:"))] * columns), *rows[1:]))

    blocks = [
        lambda: "#" * dice.randint(1, 6) + " " + phrase(),
        lambda: phrase() + dice.choice(("\n===", "\n---")),
        lambda: phrase() + dice.choice(("\n", "  \n", "\\\n")) + phrase(),
        lambda: "\n".join(f"{dice.choice(('- ', '  - '))}{phrase()}" for _ in range(4)),
        lambda: "\n".join(f"{number}. {phrase()}" for number in range(1, 4)),
        lambda: f"> {phrase()}\n> {phrase()}\n>\n> - {phrase()}",
        lambda: "```py\n" + "\n".join(dice.choice(("", "    ")) + word() for _ in range(3)) + "\n```",
        table,
        lambda: "* * *",
    ]
    page = "\n\n".join(dice.choice(blocks)() for _ in range(30)) + "\n"
    (folder / "a.md").write_text(page, encoding="utf-8")
    compare("markdown-it", folder / "a.md", read_markdown(page)[:64])


def spreadsheets(texts, folder):
    table = [(number, texts.cell(), texts.dice.choice([None, texts.word()])) for number in range(ROWS)]
    book = openpyxl.Workbook()
    book.create_sheet("More").append(["not read"])
    book.active.append(["id", "text", "note"])
    for row in table:
        book.active.append(row)
    book.save(folder / "a.xlsx")
    theirs = pandas.read_excel(folder / "a.xlsx", dtype=str, keep_default_na=False)
    compare("openpyxl", folder / "a.xlsx", list(theirs["text"]), "text")
    compare("openpyxl, cells that are empty", folder / "a.xlsx", list(theirs["note"]), "note")
    days = [datetime.datetime(1900, 3, 1) + datetime.timedelta(seconds=texts.dice.randrange(6_000_000_000)) for _ in range(ROWS)]
    book = openpyxl.Workbook()
    book.active.append(["day", "text"])
    for day in days:
        book.active.append([day, "x"])
    book.save(folder / "days.xlsx")
    compare("openpyxl, days", folder / "days.xlsx", [str(each) for each in pandas.read_excel(folder / "days.xlsx")["day"].dt.round("s")], "day")

    sheet = odf.table.Table(name="One")
    document = odf.opendocument.OpenDocumentSpreadsheet()
    cells = [texts.paragraph() for _ in range(ROWS)]
    for line in [["id", "text"], *[[str(number), cell] for number, cell in enumerate(cells)]]:
        row = odf.table.TableRow()
        for value in line:
            cell = odf.table.TableCell(valuetype="string")
            cell.addElement(odf.text.P(text=value))
            row.addElement(cell)
        sheet.addElement(row)
    document.spreadsheet.addElement(sheet)
    document.save(folder / "a.ods")
    compare("odfpy", folder / "a.ods", cells, "text")


def tables(texts, folder):
    def value():
        return texts.dice.choice([None, texts.cell()])

    made = datasets.Dataset.from_dict({
        "id": list(range(ROWS)),
        "text": [value() for _ in range(ROWS)],
        "input_ids": [[texts.dice.randrange(100) for _ in range(texts.dice.randint(1, 9))] for _ in range(ROWS)],
        "messages": [[{"role": "user", "content": texts.cell()} for _ in range(texts.dice.randint(0, 3))] for _ in range(ROWS)],
    })
    words = made.remove_columns("input_ids")
    expected = [each or "" for each in words["text"]]
    for codec in ("none", "snappy", "gzip", "zstd", "brotli", "lz4"):
        pq.write_table(words.data.table, folder / f"{codec}.parquet", compression=codec)
        compare(f"pyarrow, Parquet in {codec}", folder / f"{codec}.parquet", expected, "text")
    words.to_parquet(folder / "a.parquet")
    compare("datasets, Parquet", folder / "a.parquet", expected, "text")
    for version in ("1.0", "2.0"):
        pq.write_table(words.data.table, folder / "v.parquet", data_page_version=version, row_group_size=7, use_dictionary=version == "1.0")
        compare(f"pyarrow, Parquet pages {version}", folder / "v.parquet", expected, "text")
    for name, writer in (("a.arrow", pa.ipc.new_file), ("b.arrow", pa.ipc.new_stream)):
        with writer(folder / name, words.data.table.schema, options=pa.ipc.IpcWriteOptions(compression="zstd")) as sink:
            sink.write_table(words.data.table, 9)
        compare(f"pyarrow, {writer.__name__}", folder / name, expected, "text")
    whole = pa.table({"text": pa.array(expected, pa.large_string()), "view": pa.array(expected, pa.string_view())})
    with pa.ipc.new_file(folder / "c.arrow", whole.schema) as sink:
        sink.write_table(whole)
    compare("pyarrow, large_string", folder / "c.arrow", expected, "text")
    compare("pyarrow, string_view", folder / "c.arrow", expected, "view")

    # Rows of lists and objects: each becomes the same JSON. A column of them is no text, and its value stands in the message.
    said = cli("data", folder / "none.parquet", "--column", "messages", fails=True)
    check("messages are JSON", '"messages" is [' in said, said.strip()[:100])

    ids = made.select_columns(["input_ids"])
    ids.save_to_disk(folder / "ids", num_shards=3)
    ours = json.loads(cli("data", folder / "ids", "--json"))
    check("save_to_disk: input_ids", ours["rows"] == ROWS and ours["tokens"] == sum(len(each) for each in ids["input_ids"]),
          f"{ours['rows']} rows, {ours['tokens']} tokens")
    parts = words.train_test_split(test_size=0.3, seed=texts.dice.randrange(1000))
    parts.save_to_disk(folder / "parts")
    for part in ("train", "test"):
        compare(f"save_to_disk: {part}", folder / "parts", [each or "" for each in datasets.load_from_disk(folder / "parts")[part]["text"]],
                "text", "--split", part)
    chosen = words.shuffle(seed=texts.dice.randrange(1000)).select(range(9))
    chosen.save_to_disk(folder / "chosen", num_shards=4)
    compare("save_to_disk: rows that were chosen", folder / "chosen", [each or "" for each in chosen["text"]], "text")


def packed(texts, folder):
    lines = [texts.paragraph() for _ in range(ROWS)]
    data = "".join(line + "\n" for line in lines).encode()
    half = data.index(b"\n", len(data) // 2) + 1
    for name, pack in (("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress), ("zst", zstandard.compress)):
        (folder / f"a.txt.{name}").write_bytes(pack(data[:half]) + pack(data[half:]))
        compare(f"two members of {name}", folder / f"a.txt.{name}", lines)
    table = pandas.DataFrame({"id": range(ROWS), "text": [texts.cell() for _ in range(ROWS)]})
    table.to_csv(folder / "a.csv.xz", index=False)
    table.to_json(folder / "a.jsonl.zst", orient="records", lines=True)
    compare("pandas, CSV in xz", folder / "a.csv.xz", list(table["text"]), "text")
    compare("pandas, JSON lines in zstd", folder / "a.jsonl.zst", list(table["text"]), "text")


def main():
    seed, _ = seed_and_names()
    print(f"seed {seed}")
    datasets.disable_progress_bars()
    with tempfile.TemporaryDirectory(prefix="fettle-documents-") as scratch:
        for number, part in enumerate((documents, markdown, spreadsheets, tables, packed)):
            part(Texts(random.Random(seed + number)), pathlib.Path(scratch))
    all_passed()


if __name__ == "__main__":
    main()
