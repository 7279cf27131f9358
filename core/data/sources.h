// SPDX-License-Identifier: GPL-3.0-or-later
// Reads the rows of files: plain text (a row is a line), delimited tables, JSON lines and arrays, and what can be made
// into one of them (documents, spreadsheets, Parquet …).
#pragma once

#include "core/arguments/data_format.h"
#include "core/data/preview.h"
#include "core/data/progress.h"
#include "core/data/row_form.h"
#include "core/data/row_table.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// Reads all files (of a folder: those in it) into one table. `form` says what a row's text is; where it names nothing,
/// a column is guessed (columns.h), `preferred` where the files have it. What the files are is recognised, `format`
/// overrules (recognise.h); `sources` gets it. `part`: which part of a data set in several is wanted (text_files.h).
/// Lines end with \n, \r\n or \r. Throws BadInput naming file, line and column: no such file, nothing in it, no text
/// (subject "data"), a row of another width, an unknown encoding
/// ("data.format"), no such column ("data.column", or the setting that names it).
RowTable readRows(const std::vector<std::filesystem::path>& files, const RowForm& form, const Progress& progress = {},
                  const DataFormat& format = {}, std::vector<RecognisedFile>* sources = nullptr,
                  const std::string& preferred = {}, const std::string& part = {});

/// Where byte `position` of a text stands.
struct TextPosition {
    int64_t line = 1;   ///< from 1
    int64_t column = 1; ///< in code points, from 1
};
TextPosition positionOf(std::string_view text, size_t position);

} // namespace fettle
