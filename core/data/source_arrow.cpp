// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/source_arrow.h"

#include <arrow/array/array_binary.h>
#include <arrow/buffer.h>

namespace fettle
{

std::shared_ptr<arrow::io::BufferReader> viewAsStream(std::string_view content)
{
    return std::make_shared<arrow::io::BufferReader>(std::make_shared<arrow::Buffer>(
        reinterpret_cast<const uint8_t*>(content.data()), static_cast<int64_t>(content.size())));
}

void appendStrings(RowTable& table, const arrow::ChunkedArray& column, const std::function<void(int64_t)>& onNull)
{
    int64_t row = 0;
    for (const auto& chunk : column.chunks()) {
        const auto& strings = static_cast<const arrow::StringArray&>(*chunk);
        for (int64_t i = 0; i < strings.length(); ++i, ++row) {
            if (strings.IsNull(i) && onNull)
                onNull(row);
            table.appendText(strings.GetView(i), false);
        }
    }
}

} // namespace fettle
