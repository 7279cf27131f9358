# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the files beside it, with the libraries that README.md names."""
import bz2
import datetime
import decimal
import gzip
import lzma
import os
import pathlib
import shutil

import datasets
import docx
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import zstandard
from ebooklib import epub
from odf import opendocument, table, text
from odf.style import Style, TextProperties
from reportlab.lib.pagesizes import A5
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

HERE = pathlib.Path(__file__).resolve().parent
PARAGRAPHS = ["The ship's log", "", "Größe – “quoted” & <marked> 😀", "  blanks   inside  ", "one\ttab"]


def word():
    document = docx.Document()
    for paragraph in PARAGRAPHS:
        document.add_paragraph(paragraph)
    mixed = document.add_paragraph("Some ")
    mixed.add_run("bold").bold = True
    mixed.add_run(" and a line").add_break()
    mixed.add_run("below it.")
    cells = document.add_table(rows=2, cols=2)
    for row in range(2):
        for column in range(2):
            cells.cell(row, column).text = f"cell {row}{column}"
    document.sections[0].header.paragraphs[0].text = "A header that is left out"
    document.add_paragraph("The end.")
    document.save(HERE / "letter.docx")


def open_text():
    document = opendocument.OpenDocumentText()
    bold = Style(name="Bold", family="text")
    bold.addElement(TextProperties(fontweight="bold"))
    document.automaticstyles.addElement(bold)
    document.text.addElement(text.H(outlinelevel=1, text="The ship's log"))
    document.text.addElement(text.P())
    document.text.addElement(text.P(text="Größe – “quoted” & <marked> 😀"))
    spaced = text.P(text="one")
    spaced.addElement(text.S(c=3))
    spaced.addText("two")
    spaced.addElement(text.Tab())
    spaced.addElement(text.Span(stylename=bold, text="three"))
    spaced.addElement(text.LineBreak())
    spaced.addText("below")
    document.text.addElement(spaced)
    noted = text.P(text="A note")
    note = text.Note(noteclass="footnote")
    note.addElement(text.NoteCitation(text="1"))
    body = text.NoteBody()
    body.addElement(text.P(text="that is left out"))
    note.addElement(body)
    noted.addElement(note)
    noted.addText(" here.")
    document.text.addElement(noted)
    document.save(HERE / "letter.odt")


ROWS = [("id", "text", "written", "score", "kept"),
        (1, "Hello, “you”", datetime.date(2026, 3, 1), 0.5, True),
        (2, 'two\nlines and "quotes"', datetime.datetime(2026, 3, 1, 12, 30), -3, False),
        (3, None, None, 1e-7, None),
        (4, "Größe 😀", datetime.date(1999, 12, 31), 12345678.25, True)]


def excel():
    book = openpyxl.Workbook()
    book.active.title = "Empty"
    letters = book.create_sheet("Letters")
    for number, row in enumerate(ROWS):
        for column, value in enumerate(row):
            letters.cell(number + 3, column + 2, value)  # from B3 on
    book.create_sheet("Notes")["A1"] = "not read"
    book.save(HERE / "letters.xlsx")


def open_sheet():
    document = opendocument.OpenDocumentSpreadsheet()
    sheet = table.Table(name="Letters")
    for row in ROWS:
        line = table.TableRow()
        for value in row:
            if value is None:
                cell = table.TableCell(numbercolumnsrepeated=1)
            elif isinstance(value, bool):
                cell = table.TableCell(valuetype="boolean", booleanvalue=str(value).lower())
            elif isinstance(value, (int, float)):
                cell = table.TableCell(valuetype="float", value=value)
                cell.addElement(text.P(text=f"{value:.1f}"))
            elif isinstance(value, datetime.date):
                cell = table.TableCell(valuetype="date", datevalue=value.isoformat())
            else:
                cell = table.TableCell(valuetype="string")
                for paragraph in value.split("\n"):
                    cell.addElement(text.P(text=paragraph))
            line.addElement(cell)
        sheet.addElement(line)
    sheet.addElement(table.TableRow(numberrowsrepeated=1048000))
    document.spreadsheet.addElement(sheet)
    document.save(HERE / "letters.ods")


def book():
    made = epub.EpubBook()
    made.set_identifier("log")
    made.set_title("The ship's log")
    made.set_language("en")
    pages = []
    for number in range(2):
        page = epub.EpubHtml(title=f"Chapter {number + 1}", file_name=f"chapter {number + 1}.xhtml", lang="en")
        page.content = (f"<html><head><title>left out</title></head><body><h1>Chapter {number + 1}</h1>"
                        f"<p>It was a <i>dark</i>\n night &amp; the sea was wide.</p><p>Größe&#160;{number}</p></body></html>")
        made.add_item(page)
        pages.append(page)
    made.toc = pages
    made.add_item(epub.EpubNcx())
    made.add_item(epub.EpubNav())
    made.spine = ["nav", *pages]
    epub.write_epub(str(HERE / "book.epub"), made)


def pdf():
    styles = getSampleStyleSheet()
    for name, options in (("page.pdf", {}), ("locked.pdf", {"encrypt": StandardEncryption("secret")})):
        document = SimpleDocTemplate(str(HERE / name), pagesize=A5, invariant=1, **options)
        story = [Paragraph("The ship's log", styles["Title"])]
        for number in range(2):
            story += [Paragraph(f"Paragraph {number + 1} is long enough that it stands on more than one line of the "
                                "page, and it is one row all the same.", styles["BodyText"]), Spacer(1, 12)]
        document.build(story)


TABLE = pa.table({
    "id": pa.array([1, 2, 3], pa.int64()),
    "messages": pa.array([[{"role": "user", "content": "Hi \"you\"\n"}, {"role": "assistant", "content": "Hello"}], [], None],
                         pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))),
    "text": pa.array(["Hello, “you”", "two\nlines", None]),
    "score": pa.array([0.5, float("nan"), 1e-7], pa.float64()),
    "day": pa.array([datetime.date(2026, 3, 1), None, datetime.date(1999, 12, 31)]),
    "price": pa.array([decimal.Decimal("12.30"), None, decimal.Decimal("-1.00")]),
    "label": pa.array(["a", "b", "a"]).dictionary_encode(),
    "picture": pa.array([b"\x89PNG", b"\0\xff", None], pa.binary()),
})


def arrow():
    for codec in ("zstd", "snappy"):
        pq.write_table(TABLE, HERE / f"rows.{codec}.parquet", compression=codec, row_group_size=2)
    with pa.ipc.new_file(HERE / "rows.arrow", TABLE.schema) as writer:
        writer.write_table(TABLE)
    with pa.ipc.new_stream(HERE / "rows.arrows", TABLE.schema) as writer:
        writer.write_table(TABLE)
    pq.write_table(pa.table({"input_ids": [[1, 2, 3], [4]], "labels": [[-100, 2, 3], [4]]}), HERE / "ids.parquet")


def saved():
    for name in ("saved", "parts"):
        shutil.rmtree(HERE / name, ignore_errors=True)
    rows = datasets.Dataset.from_dict({"text": [f"row {number}" for number in range(5)]})
    rows.save_to_disk(HERE / "saved", num_shards=2)
    datasets.DatasetDict({"train": rows, "test": rows.select([4, 3])}).save_to_disk(HERE / "parts")


def packed():
    lines = "".join(f"line {number}: Größe\n" for number in range(40)).encode()
    for name, data in (("lines.txt.gz", gzip.compress(lines, mtime=0)), ("lines.txt.bz2", bz2.compress(lines)),
                       ("lines.txt.xz", lzma.compress(lines)), ("lines.txt.zst", zstandard.compress(lines)),
                       ("table.csv.gz", gzip.compress(b"id;text\n1;one\n2;two\n", mtime=0)),
                       ("swells.txt.bz2", bz2.compress(b"a" * 300_000_000))):
        (HERE / name).write_bytes(data)


os.environ["SOURCE_DATE_EPOCH"] = "1767225600"
for make in (word, open_text, excel, open_sheet, book, pdf, arrow, saved, packed):
    make()
