// SPDX-License-Identifier: GPL-3.0-or-later
// The readers behind convert.h for documents: UTF-8 text whose lines are their paragraphs.
#pragma once

#include "core/documents/allowance.h"

#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// What was made of a file.
struct ReadDocument {
    std::string content;
    std::vector<std::string> notices = {}; ///< what a person should know of it, a sentence each
    std::string detail = {};               ///< what of it was read, to be said after its kind: "sheet “Letters”"
};

// Each takes the whole file and throws BadInput (subject "data") where it is damaged or locked, and what `allowance`
// throws.

/// Office Open XML (ECMA-376): paragraphs of the body with those of tables and text boxes, where they stand; no
/// headers, footers, notes, comments or text that was deleted.
ReadDocument readWord(std::string_view bytes, Allowance& allowance);
/// OpenDocument text (ODF 1.3), the same of it.
ReadDocument readOpenText(std::string_view bytes, Allowance& allowance);
/// EPUB 2 and 3: the pages in reading order, without the table of contents.
ReadDocument readBook(std::string_view bytes, Allowance& allowance);
/// PDF, by poppler's pdftotext in a process of its own with limits: a block of text on a page is a paragraph, words
/// that a line's end parts are joined.
ReadDocument readPdf(std::string_view bytes, Allowance& allowance);

/// The text of a web page as a browser shows it (WHATWG's innerText), a block a line. `html` is valid UTF-8.
std::string textOfHtml(std::string_view html, Allowance& allowance, bool isXhtml = false);
/// The text of Markdown (CommonMark with GitHub's tables), a block a line, without its marks and what stands before the
/// page (YAML between two lines "---"). `markdown` is valid UTF-8.
std::string textOfMarkdown(std::string_view markdown, Allowance& allowance);
/// What the page says that its encoding is, empty where it does not; looks at the beginning alone.
std::string encodingOfHtml(std::string_view bytes);

} // namespace fettle
