// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/convert.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/documents/document_readers.h"
#include "core/documents/table_readers.h"
#include "core/documents/unpack.h"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <optional>

namespace fettle
{

namespace
{

std::optional<Packing> packingOf(Form form)
{
    switch (form) {
    case Form::Gzip:
        return Packing::Gzip;
    case Form::Bzip2:
        return Packing::Bzip2;
    case Form::Xz:
        return Packing::Xz;
    case Form::Zstd:
        return Packing::Zstd;
    default:
        return {};
    }
}

/// How a form is read, what becomes of it and what people call it.
struct FormReading {
    ReadDocument document;
    const char* kind;
    const char* words;
};

FormReading readForm(Form form, std::string_view bytes, Allowance& allowance)
{
    switch (form) {
    case Form::Word:
        return {readWord(bytes, allowance), "text", "Word document"};
    case Form::OpenText:
        return {readOpenText(bytes, allowance), "text", "LibreOffice document"};
    case Form::Book:
        return {readBook(bytes, allowance), "text", "E-book (EPUB)"};
    case Form::Pdf:
        return {readPdf(bytes, allowance), "text", "PDF"};
    case Form::Excel:
        return {readExcel(bytes, allowance), "csv", "Excel table"};
    case Form::OpenSheet:
        return {readOpenSheet(bytes, allowance), "csv", "LibreOffice table"};
    case Form::Parquet:
        return {readParquet(bytes, allowance), "jsonl", "Parquet table"};
    default:
        return {readArrow(bytes, form, allowance), "jsonl", "Arrow table"};
    }
}

/// Whether a name promises a document or a table that is no text by itself.
bool isDocumentName(std::string_view extension)
{
    constexpr std::string_view names[] = {".docx", ".odt", ".epub",    ".pdf",   ".xlsx",
                                          ".ods",  ".xls", ".parquet", ".arrow", ".feather"};
    return std::find(std::begin(names), std::end(names), extension) != std::end(names);
}

} // namespace

std::string textExtension(const std::filesystem::path& file)
{
    std::string extension = lowered(file.extension().string());
    if (extension == ".gz" || extension == ".bz2" || extension == ".xz" || extension == ".zst" || extension == ".zstd")
        extension = lowered(file.stem().extension().string());
    return extension;
}

ConvertedFile convertFile(std::string bytes, const std::filesystem::path& file)
{
    Allowance allowance(shown(file.string(), 300), bytes.size());
    ConvertedFile converted;
    converted.extension = textExtension(file);
    FileForm form = fileForm(bytes);
    if (const auto packing = packingOf(form.form)) {
        converted.packing = packingName(*packing);
        bytes = unpack(*packing, bytes, allowance);
        form = fileForm(bytes);
        if (packingOf(form.form))
            throw badInput(fmt::format("{}: it is packed twice.", allowance.name()), "Unpack it once yourself.",
                           "data");
    }
    if (form.form == Form::Other)
        throw badInput(fmt::format("{}: {}", allowance.name(), form.what), form.hint, "data");
    converted.form = form.form;
    if (form.form == Form::Text) {
        if (isDocumentName(converted.extension)) {
            converted.words = "Plain text named " + converted.extension;
            converted.notices.push_back(fmt::format(
                "its name ends in {}, but what lies in it is plain text, and is read as that.", converted.extension));
        }
        converted.content = std::move(bytes);
        return converted;
    }
    FormReading reading = readForm(form.form, bytes, allowance);
    converted.kind = reading.kind;
    converted.words = reading.words;
    if (!reading.document.detail.empty())
        converted.words += ", " + reading.document.detail;
    converted.content = std::move(reading.document.content);
    converted.notices = std::move(reading.document.notices);
    return converted;
}

} // namespace fettle
