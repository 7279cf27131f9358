// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/documents/arrow_json.h"
#include "core/documents/table_readers.h"

#include <algorithm>
#include <arrow/io/memory.h>
#include <arrow/ipc/options.h>
#include <arrow/ipc/reader.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <numeric>
#include <parquet/arrow/reader.h>
#include <parquet/exception.h>
#include <parquet/file_reader.h>
#include <parquet/metadata.h>
#include <parquet/properties.h>
#include <parquet/schema.h>

namespace fettle
{

namespace
{

Error arrowRefused(const Allowance& allowance, const char* kind, const arrow::Status& status)
{
    if (status.IsOutOfMemory())
        return Error(ErrorCode::OutOfResources,
                     fmt::format("{}: a part of this {} file takes more memory than is free.", allowance.name(), kind),
                     "Take a part of it, or a machine with more memory.", "data");
    const bool isLocked = status.message().find("ncrypt") != std::string::npos;
    if (isLocked)
        return badInput(fmt::format("{}: this {} file is encrypted.", allowance.name(), kind),
                        "Write it anew without encryption.", "data");
    return badInput(fmt::format("{}: this {} file cannot be read, it may be damaged or cut short: {}", allowance.name(),
                                kind, shown(status.message(), 200)),
                    "Copy or download it once more, or write it anew.", "data");
}

std::string leftOutNotice(std::vector<std::string> names)
{
    constexpr size_t most = 6;
    const size_t all = names.size();
    names.resize(std::min(all, most));
    for (std::string& name : names)
        name = "\"" + shown(name, 60) + "\"";
    return fmt::format("Columns of bytes are left out: {}{}.", fmt::join(names, ", "), all > most ? " …" : "");
}

std::shared_ptr<arrow::io::BufferReader> openBytes(std::string_view bytes)
{
    return std::make_shared<arrow::io::BufferReader>(std::make_shared<arrow::Buffer>(
        reinterpret_cast<const uint8_t*>(bytes.data()), static_cast<int64_t>(bytes.size())));
}

/// What is read is checked whole: offsets and indices in a foreign file may point anywhere.
arrow::Status takeBatch(const arrow::RecordBatch& batch, ReadDocument& table, Allowance& allowance)
{
    ARROW_RETURN_NOT_OK(batch.ValidateFull());
    const size_t before = table.content.size();
    appendJsonLines(batch, table.content);
    allowance.take(table.content.size() - before);
    return arrow::Status::OK();
}

/// Leaves of the schema that hold texts and numbers; the others are bytes that nobody called a text.
std::vector<int> leavesToRead(const parquet::SchemaDescriptor& schema, ReadDocument& table)
{
    std::vector<int> leaves;
    std::vector<std::string> leftOut;
    for (int i = 0; i < schema.num_columns(); ++i) {
        const parquet::ColumnDescriptor& column = *schema.Column(i);
        const bool isBytes = column.physical_type() == parquet::Type::BYTE_ARRAY ||
                             column.physical_type() == parquet::Type::FIXED_LEN_BYTE_ARRAY;
        if (isBytes && column.logical_type()->is_none())
            leftOut.push_back(column.path()->ToDotString());
        else
            leaves.push_back(i);
    }
    if (!leftOut.empty())
        table.notices.push_back(leftOutNotice(leftOut));
    return leaves;
}

arrow::Status readParquetRows(std::string_view bytes, ReadDocument& table, Allowance& allowance)
{
    constexpr int64_t rowsAtOnce = 1024;
    arrow::CappedMemoryPool pool(arrow::system_memory_pool(), static_cast<int64_t>(allowance.left()));
    parquet::ArrowReaderProperties properties(false);
    properties.set_batch_size(rowsAtOnce);
    properties.set_pre_buffer(false);
    parquet::arrow::FileReaderBuilder builder;
    ARROW_RETURN_NOT_OK(builder.Open(openBytes(bytes), parquet::ReaderProperties(&pool)));
    ARROW_ASSIGN_OR_RAISE(const auto reader, builder.memory_pool(&pool)->properties(properties)->Build());
    const auto metadata = reader->parquet_reader()->metadata();
    const std::vector<int> leaves = leavesToRead(*metadata->schema(), table);
    std::vector<int> groups(static_cast<size_t>(metadata->num_row_groups()));
    std::iota(groups.begin(), groups.end(), 0);
    ARROW_ASSIGN_OR_RAISE(const auto batches, reader->GetRecordBatchReader(groups, leaves));
    while (true) {
        ARROW_ASSIGN_OR_RAISE(const auto batch, batches->Next());
        if (!batch)
            return arrow::Status::OK();
        ARROW_RETURN_NOT_OK(takeBatch(*batch, table, allowance));
    }
}

void tellBytes(const arrow::Schema& schema, ReadDocument& table)
{
    std::vector<std::string> leftOut;
    for (const auto& field : schema.fields())
        if (!hasJsonForm(*field->type()))
            leftOut.push_back(field->name());
    if (!leftOut.empty())
        table.notices.push_back(leftOutNotice(leftOut));
}

arrow::Status readArrowRows(std::string_view bytes, Form form, ReadDocument& table, Allowance& allowance)
{
    arrow::CappedMemoryPool pool(arrow::system_memory_pool(), static_cast<int64_t>(allowance.left()));
    arrow::ipc::IpcReadOptions options = arrow::ipc::IpcReadOptions::Defaults();
    options.memory_pool = &pool;
    options.use_threads = false;
    const auto source = openBytes(bytes);
    if (form == Form::ArrowFile) {
        ARROW_ASSIGN_OR_RAISE(const auto reader, arrow::ipc::RecordBatchFileReader::Open(source, options));
        tellBytes(*reader->schema(), table);
        for (int i = 0; i < reader->num_record_batches(); ++i) {
            ARROW_ASSIGN_OR_RAISE(const auto batch, reader->ReadRecordBatch(i));
            ARROW_RETURN_NOT_OK(takeBatch(*batch, table, allowance));
        }
        return arrow::Status::OK();
    }
    ARROW_ASSIGN_OR_RAISE(const auto reader, arrow::ipc::RecordBatchStreamReader::Open(source, options));
    tellBytes(*reader->schema(), table);
    while (true) {
        ARROW_ASSIGN_OR_RAISE(const auto batch, reader->Next());
        if (!batch)
            return arrow::Status::OK();
        ARROW_RETURN_NOT_OK(takeBatch(*batch, table, allowance));
    }
}

/// Arrow's ways of failing as one.
template <typename Read>
ReadDocument readTable(const char* kind, const Allowance& allowance, Read&& read)
{
    ReadDocument table;
    arrow::Status status;
    try {
        status = read(table);
    } catch (const parquet::ParquetException& failure) {
        status = arrow::Status::Invalid(failure.what());
    }
    if (!status.ok())
        throw arrowRefused(allowance, kind, status);
    return table;
}

} // namespace

ReadDocument readParquet(std::string_view bytes, Allowance& allowance)
{
    return readTable("Parquet", allowance,
                     [&](ReadDocument& table) { return readParquetRows(bytes, table, allowance); });
}

ReadDocument readArrow(std::string_view bytes, Form form, Allowance& allowance)
{
    return readTable("Arrow", allowance,
                     [&](ReadDocument& table) { return readArrowRows(bytes, form, table, allowance); });
}

} // namespace fettle
