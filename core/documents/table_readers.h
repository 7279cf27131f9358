// SPDX-License-Identifier: GPL-3.0-or-later
// The readers behind convert.h for tables: JSON lines of Parquet and Arrow, comma-separated rows of spreadsheets.
#pragma once

#include "core/documents/document_readers.h"
#include "core/documents/file_form.h"

namespace fettle
{

// Each takes the whole file and throws BadInput (subject "data") where it is damaged or locked, and what `allowance`
// throws.

/// Parquet, by Arrow: a row a line, its keys the columns. Lists are arrays, structs objects, times texts as ISO 8601
/// writes them; columns of bytes (pictures) are left out and named.
ReadDocument readParquet(std::string_view bytes, Allowance& allowance);
/// Arrow's IPC file or stream (`form`), the same of it: what Dataset.save_to_disk of Hugging Face's datasets writes.
ReadDocument readArrow(std::string_view bytes, Form form, Allowance& allowance);

/// Office Open XML, the first sheet that holds something (those that are hidden last), from its first column and row
/// with a value on, comma-separated (RFC 4180) with rows of one width. Formulas are what they were last worth, dates
/// ISO 8601.
ReadDocument readExcel(std::string_view bytes, Allowance& allowance);
/// OpenDocument, the same of it.
ReadDocument readOpenSheet(std::string_view bytes, Allowance& allowance);

} // namespace fettle
