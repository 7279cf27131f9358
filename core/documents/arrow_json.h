// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of Arrow as JSON lines.
#pragma once

#include <arrow/type_fwd.h>
#include <string>
#include <vector>

namespace fettle
{

/// Whether values of the type, or of some within it, have a form in JSON: bytes have none.
bool hasJsonForm(const arrow::DataType& type);

/// Appends a line for every row of a valid batch: an object with the columns that have a form in JSON. Bytes within
/// lists and structs are null, as are NaN and infinite numbers.
void appendJsonLines(const arrow::RecordBatch& batch, std::string& out);

} // namespace fettle
