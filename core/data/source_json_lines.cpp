// SPDX-License-Identifier: GPL-3.0-or-later
// JSON lines, through Arrow: rows of text, or of token ids.
#include "core/base/json.h"
#include "core/data/source_arrow.h"
#include "core/data/source_readers.h"

#include <algorithm>
#include <arrow/array/array_nested.h>
#include <arrow/array/array_primitive.h>
#include <arrow/json/api.h>
#include <arrow/table.h>
#include <arrow/type.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

/// The lines that hold a row: those that are not blank.
class JsonLineList
{
public:
    JsonLineList(std::string_view content) : m_content(content)
    {
        for (size_t start = 0; start < content.size();) {
            const size_t end = std::min(content.find('\n', start), content.size());
            const std::string_view line = content.substr(start, end - start);
            m_longest = std::max(m_longest, line.size() + 1);
            if (line.find_first_not_of(" \t\r") != std::string_view::npos)
                m_starts.push_back(start);
            start = end + 1;
        }
    }
    size_t count() const { return m_starts.size(); }
    size_t longest() const { return m_longest; }
    size_t position(int64_t row) const { return m_starts[static_cast<size_t>(row)]; }
    std::string_view line(int64_t row) const
    {
        const size_t start = position(row);
        return m_content.substr(start, m_content.find('\n', start) - start);
    }

private:
    std::string_view m_content;
    std::vector<size_t> m_starts;
    size_t m_longest = 0;
};

struct JsonSource {
    const std::string& name;
    std::string_view content;
    JsonLineList lines;

    [[noreturn]] void fail(int64_t row, const std::string& what, const std::string& hint = {}) const
    {
        throw badData(name, content, lines.position(row), what, hint);
    }
};

/// Parses one line with the parser that tells where it went wrong.
Json parseRow(const JsonSource& source, int64_t row)
{
    constexpr const char* hint = "In JSON lines every line is one object: {\"text\": \"…\"}.";
    JsonComplaint complaint;
    std::optional<Json> value = tryParseJson(source.lines.line(row), &complaint);
    if (!value) {
        const size_t position = std::min(source.lines.position(row) + complaint.byte, source.content.size());
        throw badData(source.name, source.content, position, fmt::format("this is not JSON: {}.", complaint.words),
                      hint);
    }
    if (!value->is_object())
        source.fail(row, "this line is not a JSON object.", hint);
    return std::move(*value);
}

/// Arrow found something wrong: says what and where in the file.
[[noreturn]] void explain(const JsonSource& source, const std::vector<std::string>& wanted, bool text,
                          const std::string& arrowSays)
{
    for (int64_t row = 0; row < static_cast<int64_t>(source.lines.count()); ++row) {
        const Json value = parseRow(source, row);
        for (const std::string& key : wanted) {
            const auto found = value.find(key);
            if (found == value.end() || found->is_null())
                continue;
            if (text && !found->is_string())
                source.fail(row, fmt::format("\"{}\" is not a text.", key));
            const auto integer = [](const Json& item) { return item.is_number_integer(); };
            if (!text && !(found->is_array() && std::all_of(found->begin(), found->end(), integer)))
                source.fail(row, fmt::format("\"{}\" is not a list of whole numbers.", key));
        }
    }
    throw badInput(fmt::format("{}: {}", source.name, arrowSays), "", "data");
}

std::shared_ptr<arrow::Table> readColumns(const JsonSource& source, const std::vector<std::string>& wanted, bool text)
{
    auto read = arrow::json::ReadOptions::Defaults();
    read.use_threads = false;
    if (source.lines.longest() >= static_cast<size_t>(INT32_MAX))
        throw badInput(fmt::format("{} has a line of more than 2 GB.", source.name), "Split it.", "data");
    read.block_size = std::max(1 << 20, static_cast<int32_t>(source.lines.longest()));
    auto parse = arrow::json::ParseOptions::Defaults();
    arrow::FieldVector fields;
    for (const std::string& key : wanted)
        fields.push_back(arrow::field(key, text ? arrow::utf8() : arrow::list(arrow::int64())));
    parse.explicit_schema = arrow::schema(fields);
    parse.unexpected_field_behavior = arrow::json::UnexpectedFieldBehavior::Ignore;
    auto reader =
        arrow::json::TableReader::Make(arrow::default_memory_pool(), viewAsStream(source.content), read, parse);
    auto rows = reader.ok() ? (*reader)->Read() : arrow::Result<std::shared_ptr<arrow::Table>>(reader.status());
    if (!rows.ok())
        explain(source, wanted, text, rows.status().message());
    if ((*rows)->num_rows() != static_cast<int64_t>(source.lines.count()))
        explain(source, wanted, text, "some line holds more or less than one object.");
    return *rows;
}

/// One list column, flat; checks that every row has as many values as input_ids.
template <typename T>
void appendLists(const JsonSource& source, const std::string& key, const arrow::ChunkedArray& column,
                 std::vector<T>& values, std::vector<int64_t>* offsets, const std::vector<int64_t>& lengths,
                 size_t firstRow)
{
    int64_t row = 0;
    for (const auto& chunk : column.chunks()) {
        const auto& lists = static_cast<const arrow::ListArray&>(*chunk);
        const auto& items = static_cast<const arrow::Int64Array&>(*lists.values());
        for (int64_t i = 0; i < lists.length(); ++i, ++row) {
            if (lists.IsNull(i))
                source.fail(row, fmt::format("this row has no \"{}\".", key), "Every row must have the same keys.");
            const int64_t begin = lists.value_offset(i), end = begin + lists.value_length(i);
            for (int64_t k = begin; k < end; ++k) {
                const int64_t value = items.IsNull(k) ? INT64_MIN : items.Value(k);
                if (value < (sizeof(T) == 1 ? 0 : -100) || value > (sizeof(T) == 1 ? 255 : INT32_MAX))
                    source.fail(row, fmt::format("\"{}\" holds a number that cannot stand there.", key));
                values.push_back(static_cast<T>(value));
            }
            if (offsets)
                offsets->push_back(static_cast<int64_t>(values.size()));
            const size_t at = firstRow + static_cast<size_t>(row);
            if (end - begin != lengths[at + 1] - lengths[at])
                source.fail(row, fmt::format("\"{}\" has {} values and \"input_ids\" {}.", key, end - begin,
                                             lengths[at + 1] - lengths[at]));
        }
    }
}

void readTokenRows(RowTable& table, const JsonSource& source, const std::vector<std::string>& columns)
{
    if (table.size() > 0 && !table.tokenized())
        throw badInput(fmt::format("{} holds token ids and the files before it do not.", source.name),
                       "Give files of one kind.", "data");
    const bool first = table.size() == 0;
    TokenColumns& tokens = table.makeTokenized();
    std::vector<std::string> wanted{"input_ids"};
    const auto take = [&](const char* key, bool had) {
        const bool has = std::find(columns.begin(), columns.end(), key) != columns.end();
        if (!first && has != had)
            throw badInput(fmt::format("{} and the files before it do not both have \"{}\".", source.name, key),
                           "Every row must have the same keys.", "data");
        if (has)
            wanted.push_back(key);
        return has;
    };
    const bool labels = take("labels", !tokens.labels.empty());
    const bool attention = take("attention_mask", !tokens.attention.empty());
    const bool types = take("token_type_ids", !tokens.types.empty());

    const auto rows = readColumns(source, wanted, false);
    const auto firstRow = static_cast<size_t>(tokens.rows());
    const auto column = [&](const char* key) -> const arrow::ChunkedArray& { return *rows->GetColumnByName(key); };
    appendLists(source, "input_ids", column("input_ids"), tokens.ids, &tokens.offsets, tokens.offsets, firstRow);
    if (labels)
        appendLists(source, "labels", column("labels"), tokens.labels, nullptr, tokens.offsets, firstRow);
    if (attention)
        appendLists(source, "attention_mask", column("attention_mask"), tokens.attention, nullptr, tokens.offsets,
                    firstRow);
    if (types)
        appendLists(source, "token_type_ids", column("token_type_ids"), tokens.types, nullptr, tokens.offsets,
                    firstRow);
}

} // namespace

void readJsonLines(RowTable& table, const std::string& name, std::string_view content, const std::string& column)
{
    const JsonSource source{name, content, JsonLineList(content)};
    if (source.lines.count() == 0)
        return;
    const Json firstRow = parseRow(source, 0);
    std::vector<std::string> columns;
    for (const auto& [key, value] : firstRow.items())
        columns.push_back(key);
    if (columns.empty())
        source.fail(0, "this row is empty.", "In JSON lines every line is one object: {\"text\": \"…\"}.");
    const std::string chosen = chooseColumn(name, columns, column);
    if (table.columns.empty()) {
        table.columns = columns;
        table.column = chosen;
    }
    if (chosen == "input_ids") {
        readTokenRows(table, source, columns);
        return;
    }
    if (table.tokenized())
        throw badInput(fmt::format("{} holds text and the files before it token ids.", name), "Give files of one kind.",
                       "data");
    const auto rows = readColumns(source, {chosen}, true);
    appendStrings(table, *rows->column(0), [&](int64_t row) {
        parseRow(source, row); // a broken line is named as such
        source.fail(row, fmt::format("this row has no \"{}\".", chosen), "Every row must have the same keys.");
    });
}

} // namespace fettle
