// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/recognise.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/data/charset.h"
#include "core/data/file_kind.h"
#include "core/data/source_readers.h"
#include "core/data/table_format.h"
#include "core/documents/convert.h"
#include "core/documents/document_readers.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

/// Line ends and blanks apart, controls stand in no text.
void refuseControls(const std::string& name, std::string_view content)
{
    const std::string_view sample = content.substr(0, 1 << 20);
    const auto controls = std::count_if(sample.begin(), sample.end(), [](char c) {
        return (c >= 0 && c < 0x20 && c != '\n' && c != '\r' && c != '\t' && c != '\f' && c != '\v' && c != 0x1B) ||
               c == 0x7F;
    });
    const bool isMuch = controls > 16; // some strays in a short text are told, not refused
    if (isMuch && controls * 10 > static_cast<ptrdiff_t>(sample.size()))
        throw badInput(fmt::format("{}: This is no text: {} of its first {} bytes are control characters.", name,
                                   grouped(controls), grouped(static_cast<int64_t>(sample.size()))),
                       "If it is one, name its encoding: data.format.encoding.", "data");
}

void doubt(RecognisedFile& facts, const std::string& why)
{
    if (why.empty())
        return;
    facts.doubt += (facts.doubt.empty() ? "" : " ") + why;
}

/// Decodes the bytes; says what it took, and what else they may be. `declared`: what the text itself says, if anything.
void decode(OpenedText& opened, const std::string& name, std::string bytes, const DataFormat& wanted,
            const std::string& declared)
{
    RecognisedFile& facts = opened.facts;
    std::optional<Charset> charset = charsetOfMark(bytes);
    if (!wanted.encoding.empty()) {
        const bool anyWide = wanted.encoding == "utf-16" || wanted.encoding == "utf-32";
        const bool marked =
            charset && (charset->name == wanted.encoding || (anyWide && charset->name.starts_with(wanted.encoding)));
        if (!marked)
            charset = Charset{wanted.encoding == "utf-16" ? "utf-16le" : knownCharset(wanted.encoding)};
    } else if (!charset && !declared.empty() && firstInvalidUtf8(bytes)) {
        charset = Charset{declared};
    } else if (!charset) {
        charset = recogniseCharset(bytes);
    }
    if (!charset) {
        const size_t bad = firstInvalidUtf8(bytes).value_or(0);
        if (isMostlyUtf8(bytes))
            throw badData(
                name, bytes, bad,
                fmt::format("not UTF-8 (byte 0x{:02X}), though the rest is.", static_cast<unsigned char>(bytes[bad])),
                "Mend that place, or set data.format.encoding: utf-8 reads it with � there, windows-1252 as "
                "Western.",
                "data.format");
        throw badInput(fmt::format("{}: This is no text in any known encoding.", name),
                       "If it is one, name its encoding: data.format.encoding.", "data.format");
    }
    facts.format.encoding = charset->name;
    if (!charset->other.empty())
        doubt(facts, fmt::format("The encoding may be {} too.", charsetTitle(charset->other)));
    bytes.erase(0, charset->mark);
    opened.content = toUtf8(std::move(bytes), charset->name, opened.replaced);
    if (wanted.encoding.empty())
        refuseControls(name, opened.content);
}

std::string separatorWord(const std::string& separator)
{
    return separator == ","      ? "commas"
           : separator == ";"    ? "semicolons"
           : separator == "\t"   ? "tabs"
           : separator == "|"    ? "bars"
           : separator == "none" ? "one column"
                                 : fmt::format("\"{}\"", separator);
}

/// What a text may be instead: a table whose every row falls apart alike.
std::string doubtOfText(std::string_view content)
{
    const TableFormat table = recogniseTable(content, {}, ".txt");
    const std::string& separator = table.format.separator;
    if (separator == "none" || separator == "," || !table.doubt.empty())
        return {};
    return fmt::format("It looks like a table with {}; if it is one: data.format.kind=csv.", separatorWord(separator));
}

bool isWebPage(const std::string& extension, std::string_view bytes)
{
    const size_t first = bytes.find_first_not_of("\xEF\xBB\xBF \t\r\n");
    return (extension == ".html" || extension == ".htm" || extension == ".xhtml") && first != std::string_view::npos &&
           bytes[first] == '<';
}

bool isMarkdown(const std::string& extension)
{
    return extension == ".md" || extension == ".markdown";
}

/// What a web page says of its encoding, where that is one.
std::string declaredCharset(std::string_view bytes)
{
    try {
        const std::string declared = encodingOfHtml(bytes);
        return declared.empty() ? declared : knownCharset(declared);
    } catch (const Error&) {
        return {};
    }
}

/// Kind, separator, quote and header of a text in UTF-8.
void recogniseText(OpenedText& opened, const std::string& name, const std::string& extension, const DataFormat& wanted)
{
    RecognisedFile& facts = opened.facts;
    if (facts.format.kind.empty())
        facts.format.kind = recogniseKind(name, opened.content, extension);
    if (facts.format.kind == "csv") {
        TableFormat table = recogniseTable(opened.content, facts.format, extension);
        facts.format = std::move(table.format);
        opened.begin = table.begin;
        doubt(facts, table.doubt);
    } else {
        facts.format.separator.clear();
        facts.format.quote.clear();
        facts.format.header.reset();
        if (facts.format.kind == "text" && wanted.kind.empty())
            doubt(facts, doubtOfText(opened.content));
    }
    facts.words = describeFormat(facts.format);
}

/// A web page or Markdown, of which the text is taken, without its marks.
void takeMarkup(OpenedText& opened, const std::string& name, std::string bytes, bool isPage, const DataFormat& wanted)
{
    const std::string declared = isPage ? declaredCharset(bytes) : std::string();
    decode(opened, name, std::move(bytes), wanted, declared);
    Allowance allowance(name, opened.content.size());
    opened.content = isPage ? textOfHtml(opened.content, allowance) : textOfMarkdown(opened.content, allowance);
    RecognisedFile& facts = opened.facts;
    facts.format = DataFormat{"text", facts.format.encoding, {}, {}, {}};
    facts.form = isPage ? "Web page" : "Markdown";
    facts.words = fmt::format("{}, a row is a block of text, {}", facts.form, charsetTitle(facts.format.encoding));
}

/// A document or a table of another form, which was made into a text or a table.
void takeConverted(OpenedText& opened, ConvertedFile converted)
{
    RecognisedFile& facts = opened.facts;
    facts.isConverted = true;
    facts.format = DataFormat{converted.kind, "utf-8", {}, {}, facts.format.header};
    opened.content = toUtf8(std::move(converted.content), "utf-8", opened.replaced);
    facts.form = converted.words;
    facts.words = converted.words;
    if (converted.kind == "csv") {
        facts.format.separator = ",";
        facts.format.quote = "\"";
        facts.format = recogniseTable(opened.content, facts.format, ".csv").format;
        facts.words += facts.format.header.value_or(true) ? ", first row is a header" : ", no header";
    } else {
        facts.format.header.reset();
        facts.words += converted.kind == "text" ? ", a row is a paragraph" : "";
    }
}

} // namespace

std::string describeFormat(const DataFormat& format)
{
    const std::string encoding = charsetTitle(format.encoding);
    if (format.kind == "csv") {
        const std::string quote = format.quote == "\""     ? ""
                                  : format.quote == "none" ? ", no quotes"
                                                           : fmt::format(", quotes {}", format.quote);
        return fmt::format("Table, {}{}, {}, {}", separatorWord(format.separator), quote, encoding,
                           format.header.value_or(true) ? "first row is a header" : "no header");
    }
    if (format.kind == "jsonl")
        return fmt::format("JSON lines, {}", encoding);
    if (format.kind == "json")
        return fmt::format("JSON, one array, {}", encoding);
    return fmt::format("Text, a row is a line, {}", encoding);
}

OpenedText openText(const std::filesystem::path& file, const DataFormat& wanted)
{
    OpenedText opened;
    RecognisedFile& facts = opened.facts;
    facts.path = file;
    facts.format = wanted;
    const std::string name = shown(file.string(), 300);
    std::string bytes;
    try {
        bytes = readFile(file);
    } catch (const Error& error) {
        throw error.about("data");
    }
    opened.bytes = static_cast<int64_t>(bytes.size());
    ConvertedFile converted = convertFile(std::move(bytes), file);
    opened.notices = std::move(converted.notices);
    const std::string packing = converted.packing, extension = converted.extension;
    if (!converted.kind.empty()) {
        takeConverted(opened, std::move(converted));
    } else if (const bool isPage = isWebPage(extension, converted.content);
               wanted.kind.empty() && (isPage || isMarkdown(extension))) {
        takeMarkup(opened, name, std::move(converted.content), isPage, wanted);
    } else {
        facts.form = converted.words;
        decode(opened, name, std::move(converted.content), wanted, {});
        recogniseText(opened, name, extension, wanted);
    }
    if (!packing.empty())
        facts.words += ", packed with " + packing;
    return opened;
}

RecognisedFile recogniseFile(const std::filesystem::path& file, const DataFormat& wanted)
{
    return openText(file, wanted).facts;
}

} // namespace fettle
