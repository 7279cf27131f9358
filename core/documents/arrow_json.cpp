// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/arrow_json.h"

#include "core/base/text.h"

#include <arrow/array.h>
#include <arrow/extension_type.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/type.h>
#include <arrow/util/float16.h>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace fettle
{

namespace
{

void appendJsonText(std::string_view text, std::string& out)
{
    constexpr const char* digits = "0123456789abcdef";
    out.push_back('"');
    size_t plain = 0; // where what needs no escape begins
    for (size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\')
            continue;
        out.append(text.substr(plain, i - plain));
        plain = i + 1;
        if (c == '"' || c == '\\')
            (out += '\\') += c;
        else if (c == '\n')
            out += "\\n";
        else
            ((out += "\\u00") += digits[static_cast<unsigned char>(c) >> 4]) += digits[c & 0xF];
    }
    out.append(text.substr(plain));
    out.push_back('"');
}

void appendJsonNumber(double value, bool isSingle, std::string& out)
{
    if (!std::isfinite(value))
        out += "null";
    else if (isSingle)
        fmt::format_to(std::back_inserter(out), "{}", static_cast<float>(value));
    else
        fmt::format_to(std::back_inserter(out), "{}", value);
}

void appendJsonValue(const arrow::Array& array, int64_t row, std::string& out);

template <typename Array>
void appendJsonList(const arrow::Array& array, int64_t row, std::string& out)
{
    const auto& list = static_cast<const Array&>(array);
    const int64_t begin = list.value_offset(row), length = list.value_length(row);
    out.push_back('[');
    for (int64_t i = 0; i < length; ++i) {
        if (i > 0)
            out.push_back(',');
        appendJsonValue(*list.values(), begin + i, out);
    }
    out.push_back(']');
}

void appendJsonStruct(const arrow::StructArray& array, int64_t row, std::string& out)
{
    out.push_back('{');
    for (int i = 0; i < array.num_fields(); ++i) {
        if (i > 0)
            out.push_back(',');
        appendJsonText(array.struct_type()->field(i)->name(), out);
        out.push_back(':');
        appendJsonValue(*array.field(i), row, out);
    }
    out.push_back('}');
}

template <typename Array>
void appendJsonInteger(const arrow::Array& array, int64_t row, std::string& out)
{
    fmt::format_to(std::back_inserter(out), "{}", static_cast<const Array&>(array).Value(row));
}

template <typename Array>
void appendJsonString(const arrow::Array& array, int64_t row, std::string& out)
{
    appendJsonText(static_cast<const Array&>(array).GetView(row), out);
}

/// What is seldom: times, decimals, runs, unions.
void appendJsonScalar(const arrow::Array& array, int64_t row, std::string& out)
{
    const auto scalar = array.GetScalar(row);
    if (!scalar.ok() || !(*scalar)->is_valid)
        out += "null";
    else if (arrow::is_decimal(array.type_id()))
        out += (*scalar)->ToString();
    else
        appendJsonText((*scalar)->ToString(), out);
}

void appendJsonValue(const arrow::Array& array, int64_t row, std::string& out)
{
    using Type = arrow::Type;
    if (array.IsNull(row)) {
        out += "null";
        return;
    }
    switch (array.type_id()) {
    case Type::NA:
    case Type::BINARY:
    case Type::LARGE_BINARY:
    case Type::BINARY_VIEW:
    case Type::FIXED_SIZE_BINARY:
        out += "null";
        return;
    case Type::BOOL:
        out += static_cast<const arrow::BooleanArray&>(array).Value(row) ? "true" : "false";
        return;
    case Type::INT8:
        return appendJsonInteger<arrow::Int8Array>(array, row, out);
    case Type::INT16:
        return appendJsonInteger<arrow::Int16Array>(array, row, out);
    case Type::INT32:
        return appendJsonInteger<arrow::Int32Array>(array, row, out);
    case Type::INT64:
        return appendJsonInteger<arrow::Int64Array>(array, row, out);
    case Type::UINT8:
        return appendJsonInteger<arrow::UInt8Array>(array, row, out);
    case Type::UINT16:
        return appendJsonInteger<arrow::UInt16Array>(array, row, out);
    case Type::UINT32:
        return appendJsonInteger<arrow::UInt32Array>(array, row, out);
    case Type::UINT64:
        return appendJsonInteger<arrow::UInt64Array>(array, row, out);
    case Type::HALF_FLOAT: {
        const uint16_t bits = static_cast<const arrow::HalfFloatArray&>(array).Value(row);
        return appendJsonNumber(arrow::util::Float16::FromBits(bits).ToFloat(), true, out);
    }
    case Type::FLOAT:
        return appendJsonNumber(static_cast<const arrow::FloatArray&>(array).Value(row), true, out);
    case Type::DOUBLE:
        return appendJsonNumber(static_cast<const arrow::DoubleArray&>(array).Value(row), false, out);
    case Type::STRING:
        return appendJsonString<arrow::StringArray>(array, row, out);
    case Type::LARGE_STRING:
        return appendJsonString<arrow::LargeStringArray>(array, row, out);
    case Type::STRING_VIEW:
        return appendJsonString<arrow::StringViewArray>(array, row, out);
    case Type::LIST:
    case Type::MAP: // a list of its keys and values
        return appendJsonList<arrow::ListArray>(array, row, out);
    case Type::LARGE_LIST:
        return appendJsonList<arrow::LargeListArray>(array, row, out);
    case Type::FIXED_SIZE_LIST:
        return appendJsonList<arrow::FixedSizeListArray>(array, row, out);
    case Type::LIST_VIEW:
        return appendJsonList<arrow::ListViewArray>(array, row, out);
    case Type::LARGE_LIST_VIEW:
        return appendJsonList<arrow::LargeListViewArray>(array, row, out);
    case Type::STRUCT:
        return appendJsonStruct(static_cast<const arrow::StructArray&>(array), row, out);
    case Type::DICTIONARY: {
        const auto& dictionary = static_cast<const arrow::DictionaryArray&>(array);
        return appendJsonValue(*dictionary.dictionary(), dictionary.GetValueIndex(row), out);
    }
    case Type::EXTENSION:
        return appendJsonValue(*static_cast<const arrow::ExtensionArray&>(array).storage(), row, out);
    default:
        return appendJsonScalar(array, row, out);
    }
}

} // namespace

bool hasJsonForm(const arrow::DataType& type)
{
    if (type.id() == arrow::Type::EXTENSION)
        return hasJsonForm(*static_cast<const arrow::ExtensionType&>(type).storage_type());
    if (type.id() == arrow::Type::DICTIONARY)
        return hasJsonForm(*static_cast<const arrow::DictionaryType&>(type).value_type());
    if (type.num_fields() == 0)
        return !arrow::is_base_binary_like(type.id()) && !arrow::is_binary_view_like(type.id())
                   ? type.id() != arrow::Type::FIXED_SIZE_BINARY
                   : type.id() == arrow::Type::STRING || type.id() == arrow::Type::LARGE_STRING ||
                         type.id() == arrow::Type::STRING_VIEW;
    for (const auto& field : type.fields())
        if (hasJsonForm(*field->type()))
            return true;
    return false;
}

void appendJsonLines(const arrow::RecordBatch& batch, std::string& out)
{
    struct Column {
        std::string key;
        std::shared_ptr<arrow::Array> values;
    };
    std::vector<Column> columns;
    for (int i = 0; i < batch.num_columns(); ++i) {
        if (!hasJsonForm(*batch.schema()->field(i)->type()))
            continue;
        std::string key = columns.empty() ? "{" : ",";
        appendJsonText(batch.column_name(i), key);
        columns.push_back({key + ":", batch.column(i)});
    }
    for (int64_t row = 0; row < batch.num_rows(); ++row) {
        for (const Column& column : columns) {
            out += column.key;
            appendJsonValue(*column.values, row, out);
        }
        out += columns.empty() ? "{}\n" : "}\n";
    }
}

} // namespace fettle
