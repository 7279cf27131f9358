// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/file_form.h"

#include <array>
#include <utility>

namespace fettle
{

namespace
{

using namespace std::string_view_literals;

/// What is not read.
enum class Foreign {
    Picture,
    Sound,
    Film,
    Archive,
    OldOffice,
    Locked,
    Rtf,
    Slides,
    OldFeather,
    Numbers,
    Database,
    Program
};

FileForm refused(Foreign kind)
{
    const auto other = [](const char* what, const char* hint) { return FileForm{Form::Other, what, hint}; };
    const char* choose =
        "Choose a text (.txt, .docx, .pdf …), a table (.csv, .xlsx, .parquet …) or JSON (.jsonl, .json).";
    switch (kind) {
    case Foreign::Picture:
        return other("This is a picture, not a text.", choose);
    case Foreign::Sound:
        return other("This is a sound, not a text.", choose);
    case Foreign::Film:
        return other("This is a film, not a text.", choose);
    case Foreign::Archive:
        return other("This is an archive of files.", "Unpack it first, then choose the text in it.");
    case Foreign::OldOffice:
        return other("This is an old Office file.",
                     "In Word: Save as, .docx. In Excel: Save as, .xlsx. LibreOffice opens them too.");
    case Foreign::Locked:
        return other("This Office file is protected by a password.",
                     "Open it in its program and save it without one (File, Info, Protect).");
    case Foreign::Rtf:
        return other("This is a rich text (RTF), not a plain text.",
                     "Open it in its program and save it as .docx, .odt or plain text.");
    case Foreign::Slides:
        return other("These are slides, not a text.", "Save their outline as plain text.");
    case Foreign::OldFeather:
        return other("This is a Feather file of the first version.",
                     "In Python: pyarrow.feather.write_feather(pyarrow.feather.read_table(…), …) writes the second.");
    case Foreign::Numbers:
        return other("This file holds numbers or weights, not a text.", choose);
    case Foreign::Database:
        return other("This is a database (SQLite).", "Export the table that holds the text as CSV.");
    case Foreign::Program:
        return other("This is a program, not a text.", choose);
    }
    return {};
}

/// Office and open documents are zip archives; the names of their parts stand among the first bytes or the last.
FileForm formOfZip(std::string_view bytes)
{
    constexpr size_t window = 1 << 16;
    const std::string_view head = bytes.substr(0, window);
    const std::string_view tail = bytes.size() > window ? bytes.substr(bytes.size() - window) : std::string_view();
    const auto holds = [&](std::string_view part) {
        return head.find(part) != std::string_view::npos || tail.find(part) != std::string_view::npos;
    };
    if (holds("word/document"))
        return {Form::Word};
    if (holds("xl/workbook.bin"))
        return {Form::Other, "This is a binary Excel file (.xlsb).", "In Excel: Save as, .xlsx."};
    if (holds("xl/workbook"))
        return {Form::Excel};
    if (holds("application/epub"))
        return {Form::Book};
    if (holds("application/vnd.oasis.opendocument.text"))
        return {Form::OpenText};
    if (holds("application/vnd.oasis.opendocument.spreadsheet"))
        return {Form::OpenSheet};
    if (holds("ppt/presentation") || holds("application/vnd.oasis.opendocument"))
        return refused(Foreign::Slides);
    return refused(Foreign::Archive);
}

bool isAt(std::string_view bytes, size_t at, std::string_view what)
{
    return bytes.size() >= at && bytes.substr(at).starts_with(what);
}

} // namespace

FileForm fileForm(std::string_view bytes)
{
    static const std::array<std::pair<std::string_view, Form>, 8> readable{{
        {"\x1F\x8B", Form::Gzip},
        {"\xFD"
         "7zXZ",
         Form::Xz},
        {"\x28\xB5\x2F\xFD", Form::Zstd},
        {"%PDF-", Form::Pdf},
        {"PAR1", Form::Parquet},
        {"PARE", Form::Parquet},
        {"ARROW1\0"sv, Form::ArrowFile},
        {"\xFF\xFF\xFF\xFF", Form::ArrowStream},
    }};
    static const std::array<std::pair<std::string_view, Foreign>, 29> starts{{
        {"\x89PNG\r\n\x1A\n", Foreign::Picture},
        {"\xFF\xD8\xFF", Foreign::Picture},
        {"GIF87a", Foreign::Picture},
        {"GIF89a", Foreign::Picture},
        {"II*\0"sv, Foreign::Picture},
        {"MM\0*"sv, Foreign::Picture},
        {"\0\0\x01\0"sv, Foreign::Picture},
        {"8BPS", Foreign::Picture},
        {"OggS", Foreign::Sound},
        {"fLaC", Foreign::Sound},
        {"ID3\x02", Foreign::Sound},
        {"ID3\x03", Foreign::Sound},
        {"ID3\x04", Foreign::Sound},
        {"\x1A\x45\xDF\xA3", Foreign::Film},
        {"7z\xBC\xAF\x27\x1C", Foreign::Archive},
        {"Rar!\x1A\x07", Foreign::Archive},
        {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Foreign::OldOffice},
        {"{\\rtf", Foreign::Rtf},
        {"FEA1", Foreign::OldFeather},
        {"\x93NUMPY", Foreign::Numbers},
        {"\x89HDF\r\n\x1A\n", Foreign::Numbers},
        {"GGUF", Foreign::Numbers},
        {"\x80\x02\x7D", Foreign::Numbers},
        {"\x80\x04\x95", Foreign::Numbers},
        {"SQLite format 3\0"sv, Foreign::Database},
        {"\x7F"
         "ELF",
         Foreign::Program},
        {"\xCA\xFE\xBA\xBE", Foreign::Program},
        {"\xCF\xFA\xED\xFE", Foreign::Program},
        {"MZ\x90\0"sv, Foreign::Program},
    }};
    if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("PK\x05\x06"))
        return formOfZip(bytes);
    if (bytes.starts_with("RIFF") && bytes.size() >= 12)
        for (const auto& [name, kind] :
             {std::pair("WEBP", Foreign::Picture), {"WAVE", Foreign::Sound}, {"AVI ", Foreign::Film}})
            if (isAt(bytes, 8, name))
                return refused(kind);
    if (isAt(bytes, 4, "ftyp")) {
        const bool still = isAt(bytes, 8, "hei") || isAt(bytes, 8, "mif1") || isAt(bytes, 8, "avif");
        return refused(still ? Foreign::Picture : isAt(bytes, 8, "M4A") ? Foreign::Sound : Foreign::Film);
    }
    if (bytes.starts_with("BM") && isAt(bytes, 6, "\0\0\0\0"sv))
        return refused(Foreign::Picture);
    if (isAt(bytes, 257, "ustar"))
        return refused(Foreign::Archive);
    if (isAt(bytes, 8, "{\"") && isAt(bytes, 3, "\0\0\0\0\0"sv)) // safetensors: a length of eight bytes, then JSON
        return refused(Foreign::Numbers);
    if (bytes.starts_with("BZh") && (isAt(bytes, 4, "1AY&SY") || isAt(bytes, 4, "\x17\x72\x45\x38\x50\x90")))
        return {Form::Bzip2}; // the second mark: of nothing, packed
    for (const auto& [start, form] : readable)
        if (bytes.starts_with(start))
            return {form};
    for (const auto& [start, kind] : starts)
        if (bytes.starts_with(start)) {
            const bool isLocked =
                kind == Foreign::OldOffice && bytes.find("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0"sv) != std::string_view::npos;
            return refused(isLocked ? Foreign::Locked : kind);
        }
    return {};
}

} // namespace fettle
