// SPDX-License-Identifier: GPL-3.0-or-later
// What a file of text is: kind, encoding and, of a table, its separator, quote and header.
#pragma once

#include "core/base/json.h"

#include <optional>
#include <string>

namespace fettle
{

/// Of a file: what was recognised, all filled. Of a run file ("data.format"): corrections, empty means "recognise it".
struct DataFormat {
    std::string kind;           ///< "text" (a row is a line), "csv" (a table), "json" (one array), "jsonl"
    std::string encoding;       ///< "utf-8", "utf-16le", "windows-1252" …: any name that ICU knows
    std::string separator;      ///< of a table: one character
    std::string quote;          ///< of a table: one character, or "none"
    std::optional<bool> header; ///< of a table: the first row names the columns

    bool operator==(const DataFormat&) const = default;
};

/// Reads "data.format"; also takes words people use ("tab", "semicolon", "auto"). Unknown keys are the caller's
/// concern. Throws BadInput (subject "data.format").
DataFormat parseDataFormat(const Json& json);
/// The keys that are set; null where none is.
Json toJson(const DataFormat& format);

} // namespace fettle
