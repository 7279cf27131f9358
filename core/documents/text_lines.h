// SPDX-License-Identifier: GPL-3.0-or-later
// Paragraphs as lines of a plain text.
#pragma once

#include "core/documents/allowance.h"

#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// How blanks and line ends in a text count.
enum class Blanks {
    Kept,     ///< as they are; line ends become blanks
    Collapsed ///< several are one, none at the ends of a line (HTML, OpenDocument)
};

/// Collects the text of paragraphs; every one is a line. A paragraph within another one (a text box) is a line before
/// it.
class TextLines
{
public:
    explicit TextLines(Allowance& allowance) : m_allowance(allowance) {}

    void begin() { m_open.emplace_back(); }
    void add(std::string_view text, Blanks blanks);
    /// A text whose blanks are kept and whose line ends are what they are (<pre>, code).
    void addLines(std::string_view text);
    /// A line end that was set by hand: what stands before it is a line of its own, an empty one too if `emptyToo`.
    void breakLine(bool emptyToo);
    /// `emptyToo`: an empty paragraph is an empty line.
    void end(bool emptyToo);
    bool isOpen() const { return !m_open.empty(); }
    /// The lines that are whole, each with "\n".
    std::string_view lines() const { return m_lines; }
    /// What follows the first `size` bytes of lines() becomes one line, its parts apart by tabs.
    void joinFrom(size_t size);
    /// All lines, each with "\n".
    std::string take() { return std::move(m_lines); }

private:
    struct Paragraph {
        std::string text;
        bool blankWaits = false; ///< a collapsed blank, written before the next letter
        bool atStart = true;     ///< of a line: collapsed blanks are none
    };
    void put(std::string_view line);

    Allowance& m_allowance;
    std::string m_lines;
    std::vector<Paragraph> m_open;
};

/// A table's row is one line, its cells apart by tabs, as Word and LibreOffice copy it; where a cell holds several
/// paragraphs the table lays out a page, and they stay lines. Tables may stand in cells.
class TableRows
{
public:
    explicit TableRows(TextLines& lines) : m_lines(lines) {}
    void openRow() { m_open.push_back({m_lines.lines().size(), 0, true}); }
    void openCell();
    void closeCell();
    void closeRow();

private:
    struct Row {
        size_t begin, cell; ///< in the lines
        bool isOneLine;     ///< so far
    };
    TextLines& m_lines;
    std::vector<Row> m_open;
};

} // namespace fettle
