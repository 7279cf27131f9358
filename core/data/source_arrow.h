// SPDX-License-Identifier: GPL-3.0-or-later
// The little that both of Arrow's readers need.
#pragma once

#include "core/data/row_table.h"

#include <arrow/chunked_array.h>
#include <arrow/io/memory.h>
#include <functional>
#include <memory>
#include <string_view>

namespace fettle
{

/// Reads from memory without a copy; `content` must outlive the stream.
std::shared_ptr<arrow::io::BufferReader> viewAsStream(std::string_view content);
/// Appends a utf8 column; `onNull` is called with the row in this column (and must throw) for one without a value.
void appendStrings(RowTable& table, const arrow::ChunkedArray& column, const std::function<void(int64_t)>& onNull);

} // namespace fettle
