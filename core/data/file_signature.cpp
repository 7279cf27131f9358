// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/file_signature.h"

#include <array>
#include <utility>

namespace fettle
{

namespace
{

using namespace std::string_view_literals;

enum class Binary {
    Picture,
    Sound,
    Film,
    Gzip,
    Bzip2,
    Xz,
    Zstd,
    Archive,
    Pdf,
    OldOffice,
    Rtf,
    Parquet,
    Arrow,
    Numbers,
    Database,
    Program
};

NotAText describe(Binary kind)
{
    const char* choose = "Choose a text (.txt), a table (.csv, .tsv) or JSON (.jsonl, .json).";
    switch (kind) {
    case Binary::Picture:
        return {"This is a picture, not a text.", choose};
    case Binary::Sound:
        return {"This is a sound, not a text.", choose};
    case Binary::Film:
        return {"This is a film, not a text.", choose};
    case Binary::Gzip:
        return {"This is a packed file (gzip).", "Unpack it first: gunzip."};
    case Binary::Bzip2:
        return {"This is a packed file (bzip2).", "Unpack it first: bunzip2."};
    case Binary::Xz:
        return {"This is a packed file (xz).", "Unpack it first: unxz."};
    case Binary::Zstd:
        return {"This is a packed file (zstd).", "Unpack it first: unzstd."};
    case Binary::Archive:
        return {"This is an archive of files.", "Unpack it first, then choose the text in it."};
    case Binary::Pdf:
        return {"This is a PDF, not a plain text.", "Get its text first: pdftotext, or copy it into a text file."};
    case Binary::OldOffice:
        return {"This is an old Office file.", "In Word: Save as, Plain text. In Excel: Save as, CSV UTF-8."};
    case Binary::Rtf:
        return {"This is a rich text (RTF), not a plain text.", "Open it in its program and save it as plain text."};
    case Binary::Parquet:
        return {"This is a Parquet file.", "Write it as JSON lines first; in Python: pandas.read_parquet(…).to_json(…, "
                                           "orient=\"records\", lines=True)."};
    case Binary::Arrow:
        return {"This is an Arrow file.", "Write it as JSON lines first; in Python: Dataset.to_json(…)."};
    case Binary::Numbers:
        return {"This file holds numbers or weights, not a text.", choose};
    case Binary::Database:
        return {"This is a database (SQLite).", "Export the table that holds the text as CSV."};
    case Binary::Program:
        return {"This is a program, not a text.", choose};
    }
    return {};
}

/// Office and open documents are zip archives; the names of their parts stand among the first bytes or the last.
NotAText describeZip(std::string_view bytes)
{
    constexpr size_t window = 1 << 16;
    const std::string_view head = bytes.substr(0, window);
    const std::string_view tail = bytes.size() > window ? bytes.substr(bytes.size() - window) : std::string_view();
    const auto holds = [&](std::string_view part) {
        return head.find(part) != std::string_view::npos || tail.find(part) != std::string_view::npos;
    };
    if (holds("word/document"))
        return {"This is a Word file (.docx), not a plain text.", "A Word file. In Word: Save as, Plain text."};
    if (holds("xl/workbook"))
        return {"This is an Excel file (.xlsx), not a plain table.", "An Excel file. In Excel: Save as, CSV UTF-8."};
    if (holds("ppt/presentation"))
        return {"This is a PowerPoint file (.pptx), not a text.",
                "In PowerPoint: Save as, Outline; then as plain text."};
    if (holds("application/epub"))
        return {"This is an e-book (.epub), not a plain text.",
                "Turn it into plain text first, with Calibre or pandoc."};
    if (holds("application/vnd.oasis.opendocument.spreadsheet"))
        return {"This is a LibreOffice table (.ods).", "In LibreOffice: Save as, Text CSV."};
    if (holds("application/vnd.oasis.opendocument"))
        return {"This is a LibreOffice file (.odt), not a plain text.", "In LibreOffice: Save as, Text."};
    return describe(Binary::Archive);
}

bool isAt(std::string_view bytes, size_t at, std::string_view what)
{
    return bytes.size() >= at && bytes.substr(at).starts_with(what);
}

} // namespace

std::optional<NotAText> recogniseBinary(std::string_view bytes)
{
    static const std::array<std::pair<std::string_view, Binary>, 37> starts{{
        {"\x89PNG\r\n\x1A\n", Binary::Picture},
        {"\xFF\xD8\xFF", Binary::Picture},
        {"GIF87a", Binary::Picture},
        {"GIF89a", Binary::Picture},
        {"II*\0"sv, Binary::Picture},
        {"MM\0*"sv, Binary::Picture},
        {"\0\0\x01\0"sv, Binary::Picture},
        {"8BPS", Binary::Picture},
        {"OggS", Binary::Sound},
        {"fLaC", Binary::Sound},
        {"ID3\x02", Binary::Sound},
        {"ID3\x03", Binary::Sound},
        {"ID3\x04", Binary::Sound},
        {"\x1A\x45\xDF\xA3", Binary::Film},
        {"\x1F\x8B", Binary::Gzip},
        {"BZh", Binary::Bzip2},
        {"\xFD"
         "7zXZ",
         Binary::Xz},
        {"\x28\xB5\x2F\xFD", Binary::Zstd},
        {"7z\xBC\xAF\x27\x1C", Binary::Archive},
        {"Rar!\x1A\x07", Binary::Archive},
        {"%PDF-", Binary::Pdf},
        {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Binary::OldOffice},
        {"{\\rtf", Binary::Rtf},
        {"PAR1", Binary::Parquet},
        {"ARROW1\0"sv, Binary::Arrow},
        {"FEA1", Binary::Arrow},
        {"\xFF\xFF\xFF\xFF", Binary::Arrow},
        {"\x93NUMPY", Binary::Numbers},
        {"\x89HDF\r\n\x1A\n", Binary::Numbers},
        {"GGUF", Binary::Numbers},
        {"\x80\x02\x7D", Binary::Numbers},
        {"\x80\x04\x95", Binary::Numbers},
        {"SQLite format 3\0"sv, Binary::Database},
        {"\x7F"
         "ELF",
         Binary::Program},
        {"\xCA\xFE\xBA\xBE", Binary::Program},
        {"\xCF\xFA\xED\xFE", Binary::Program},
        {"MZ\x90\0"sv, Binary::Program},
    }};
    if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06"))
        return describeZip(bytes);
    if (bytes.starts_with("RIFF") && bytes.size() >= 12)
        for (const auto& [name, kind] :
             {std::pair("WEBP", Binary::Picture), {"WAVE", Binary::Sound}, {"AVI ", Binary::Film}})
            if (isAt(bytes, 8, name))
                return describe(kind);
    if (isAt(bytes, 4, "ftyp")) {
        const bool still = isAt(bytes, 8, "hei") || isAt(bytes, 8, "mif1") || isAt(bytes, 8, "avif");
        return describe(still ? Binary::Picture : isAt(bytes, 8, "M4A") ? Binary::Sound : Binary::Film);
    }
    if (bytes.starts_with("BM") && isAt(bytes, 6, "\0\0\0\0"sv))
        return describe(Binary::Picture);
    if (isAt(bytes, 257, "ustar"))
        return describe(Binary::Archive);
    if (isAt(bytes, 8, "{\"") && isAt(bytes, 3, "\0\0\0\0\0"sv)) // safetensors: a length of eight bytes, then JSON
        return describe(Binary::Numbers);
    for (const auto& [start, kind] : starts)
        if (bytes.starts_with(start) && (kind != Binary::Bzip2 || isAt(bytes, 4, "1AY&SY")))
            return describe(kind);
    return {};
}

} // namespace fettle
