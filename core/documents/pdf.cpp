// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/documents/child_process.h"
#include "core/documents/document_readers.h"
#include "core/documents/html_tokens.h"
#include "core/documents/text_lines.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace fettle
{

namespace
{

/// Seconds for the first megabyte and for each further one; a book of a thousand pages takes about ten.
constexpr int usualSeconds = 60, secondsPerMegabyte = 4, mostSeconds = 900;
constexpr uint64_t mostPdfMemory = 2'000'000'000;

/// A word that the end of a line parts: "hyphen-" and "ation".
bool isParted(std::string_view line, std::string_view next)
{
    const auto letter = [](unsigned char c) { return c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    return line.size() > 1 && line.back() == '-' && letter(static_cast<unsigned char>(line[line.size() - 2])) &&
           !next.empty() && next[0] >= 'a' && next[0] <= 'z';
}

/// The blocks of pdftotext -bbox-layout: page, flow, block, line, word.
class PdfBlocks
{
public:
    explicit PdfBlocks(TextLines& lines) : m_lines(lines) {}

    void open(const HtmlTokens& tag)
    {
        m_inWord = tag.name() == "word";
        if (tag.name() == "line")
            m_line.clear();
    }
    void close(const std::string& name)
    {
        m_inWord = false;
        if (name == "line") {
            join();
        } else if (name == "block") {
            m_lines.begin();
            m_lines.add(std::exchange(m_block, {}), Blanks::Collapsed);
            m_lines.end(false);
        }
    }
    void text(const std::string& letters)
    {
        if (m_inWord)
            m_line += (m_line.empty() ? "" : " ") + letters;
    }

private:
    void join()
    {
        constexpr std::string_view softHyphen = "\u00AD";
        if (m_block.ends_with(softHyphen))
            m_block.resize(m_block.size() - softHyphen.size());
        else if (isParted(m_block, m_line))
            m_block.pop_back();
        else if (!m_block.empty())
            m_block.push_back(' ');
        m_block += m_line;
    }

    TextLines& m_lines;
    std::string m_block, m_line;
    bool m_inWord = false;
};

Error pdfRefused(const ChildResult& result, const Allowance& allowance)
{
    const auto complains = [&](const char* what) { return result.complaints.find(what) != std::string::npos; };
    const std::string& name = allowance.name();
    if (result.wasSlow)
        return badInput(fmt::format("{}: reading this PDF took too long and was ended.", name),
                        "Take a part of its pages, or get its text with pdftotext.", "data");
    if (result.status < 0 || complains("Out of memory"))
        return badInput(fmt::format("{}: reading this PDF took more than {} of memory, or it is damaged so that its "
                                    "reader fails.",
                                    name, humanBytes(mostPdfMemory)),
                        "Take a part of its pages, or print it into a new PDF.", "data");
    if (complains("Incorrect password"))
        return badInput(fmt::format("{} is protected by a password.", name),
                        "Open it in its program and save it without one.", "data");
    if (result.status == 3)
        return badInput(fmt::format("{}: its author does not allow text to be copied out of it.", name),
                        "Ask for a copy that allows it.", "data");
    return badInput(fmt::format("{}: this PDF is damaged or cut short.", name), "Copy or download it once more.",
                    "data");
}

} // namespace

ReadDocument readPdf(std::string_view bytes, Allowance& allowance)
{
    const std::string program = findProgram("pdftotext");
    if (program.empty())
        throw badInput(fmt::format("{}: PDF is read by poppler's pdftotext, which is not installed.", allowance.name()),
                       "Install it (Debian: apt install poppler-utils), or give the text as a text file.", "data");
    const int seconds = static_cast<int>(std::min<uint64_t>(
        mostSeconds, usualSeconds + static_cast<uint64_t>(secondsPerMegabyte) * (bytes.size() >> 20)));
    const ChildResult result = runChild({program, "-bbox-layout", "-enc", "UTF-8", "-", "-"}, bytes,
                                        {mostPdfMemory + bytes.size(), seconds}, allowance);
    if (result.status != 0 || result.wasSlow)
        throw pdfRefused(result, allowance);
    TextLines lines(allowance);
    PdfBlocks blocks(lines);
    const std::string layout = toValidUtf8(result.output);
    HtmlTokens tokens(layout, true);
    for (HtmlToken token = tokens.next(); token != HtmlToken::End; token = tokens.next())
        if (token == HtmlToken::Text)
            blocks.text(tokens.text());
        else if (token == HtmlToken::Open)
            blocks.open(tokens);
        else
            blocks.close(tokens.name());
    ReadDocument document{lines.take()};
    if (document.content.empty())
        throw badInput(
            fmt::format("{}: this PDF holds no text; its pages are likely pictures (a scan).", allowance.name()),
            "Let a program for text recognition (OCR) put the text into it first, like ocrmypdf.", "data");
    if (result.complaints.find("Syntax Error") != std::string::npos)
        document.notices.push_back("This PDF is damaged in places: some of its text may be missing.");
    return document;
}

} // namespace fettle
