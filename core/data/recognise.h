// SPDX-License-Identifier: GPL-3.0-or-later
// The one place that says what a file is: kind, encoding, separator, quote, header.
#pragma once

#include "core/data/preview.h"

#include <filesystem>
#include <string>
#include <vector>

namespace fettle
{

/// A file that was read and recognised.
struct OpenedText {
    RecognisedFile facts;
    std::string content;              ///< valid UTF-8 without a byte-order mark; lines are those of the file
    size_t begin = 0;                 ///< where its rows begin in `content`
    int64_t bytes = 0;                ///< of the file
    int64_t replaced = 0;             ///< characters that became U+FFFD
    std::vector<std::string> notices; ///< what a person should know of how it was read, a sentence each
};

/// Reads a file and recognises it by its content, the extension being a hint; `wanted` overrules. What is packed is
/// unpacked; documents, spreadsheets, Parquet and Arrow are made into a text, a table or JSON lines
/// (documents/convert.h), a web page (.html) or Markdown (.md) into its text unless `wanted` names a kind. Throws
/// BadInput: for no such file and for what is no text (subject "data"), for an encoding that cannot be told
/// ("data.format").
OpenedText openText(const std::filesystem::path& file, const DataFormat& wanted);

/// "Table, semicolons, Windows-1252, first row is a header".
std::string describeFormat(const DataFormat& format);

} // namespace fettle
