// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/json_tokens.h"

#include "core/base/text.h"
#include "core/data/source_readers.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <optional>

namespace fettle
{

namespace
{

enum Key : size_t { InputIds, Labels, Attention, Types, keyCount };
constexpr std::array<const char*, keyCount> keyNames{"input_ids", "labels", "attention_mask", "token_type_ids"};

/// A list of whole numbers; the scanner stands before it.
std::vector<int64_t> readList(JsonScanner& scanner, const char* key)
{
    std::vector<int64_t> values;
    const size_t begin = scanner.position();
    const auto refuse = [&] { scanner.fail(begin, fmt::format("\"{}\" is not a list of whole numbers.", key)); };
    if (!scanner.take('['))
        refuse();
    if (scanner.take(']'))
        return values;
    do {
        const std::string_view text = scanner.skipValue();
        const auto value = parseInteger(text);
        const bool isWhole = text.find_first_not_of("-0123456789") == std::string_view::npos;
        if (!isWhole)
            refuse();
        values.push_back(value.value_or(std::numeric_limits<int64_t>::max()));
    } while (scanner.take(','));
    scanner.require(']');
    return values;
}

class TokenRowReader
{
public:
    TokenRowReader(TokenColumns& tokens, JsonRows& rows, const std::array<bool, keyCount>& has)
        : m_tokens(tokens), m_rows(rows), m_has(has)
    {
    }

    /// Reads the current row.
    void read()
    {
        std::array<std::optional<std::vector<int64_t>>, keyCount> lists;
        JsonScanner& scanner = m_rows.scanner();
        m_rows.forEach([&](const std::string& name) {
            const auto key = static_cast<size_t>(std::find(keyNames.begin(), keyNames.end(), name) - keyNames.begin());
            if (key == keyCount || scanner.peek() == 'n')
                scanner.skipValue();
            else
                lists[key] = readList(scanner, keyNames[key]);
        });
        for (size_t key = 0; key < keyCount; ++key) {
            if (!m_has[key])
                continue;
            if (!lists[key])
                fail(fmt::format("this row has no \"{}\".", keyNames[key]), "Every row must have the same keys.");
            if (lists[key]->size() != lists[InputIds]->size())
                fail(fmt::format("\"{}\" has {} values and \"input_ids\" {}.", keyNames[key], lists[key]->size(),
                                 lists[InputIds]->size()));
        }
        append(*lists[InputIds], InputIds, m_tokens.ids);
        if (m_has[Labels])
            append(*lists[Labels], Labels, m_tokens.labels);
        if (m_has[Attention])
            append(*lists[Attention], Attention, m_tokens.attention);
        if (m_has[Types])
            append(*lists[Types], Types, m_tokens.types);
        m_tokens.offsets.push_back(static_cast<int64_t>(m_tokens.ids.size()));
    }

private:
    [[noreturn]] void fail(const std::string& what, const std::string& hint = {}) const
    {
        m_rows.scanner().fail(m_rows.position(), what, hint);
    }

    template <typename T>
    void append(const std::vector<int64_t>& list, Key key, std::vector<T>& values) const
    {
        for (const int64_t value : list) {
            if (value < (sizeof(T) == 1 ? 0 : -100) || value > (sizeof(T) == 1 ? 255 : INT32_MAX))
                fail(fmt::format("\"{}\" holds a number that cannot stand there.", keyNames[key]));
            values.push_back(static_cast<T>(value));
        }
    }

    TokenColumns& m_tokens;
    JsonRows& m_rows;
    std::array<bool, keyCount> m_has;
};

} // namespace

void readTokenRows(RowTable& table, const std::string& name, const std::vector<ColumnFacts>& columns, JsonRows rows)
{
    if (table.size() > 0 && !table.tokenized())
        throw badInput(fmt::format("{} holds token ids and the files before it do not.", name),
                       "Give files of one kind.", "data");
    const bool first = table.size() == 0;
    TokenColumns& tokens = table.makeTokenized();
    const std::array<bool, keyCount> had{true, !tokens.labels.empty(), !tokens.attention.empty(),
                                         !tokens.types.empty()};
    std::array<bool, keyCount> has{};
    for (size_t key = 0; key < keyCount; ++key) {
        has[key] = std::any_of(columns.begin(), columns.end(),
                               [&](const ColumnFacts& column) { return column.name == keyNames[key]; });
        if (!first && has[key] != had[key])
            throw badInput(fmt::format("{} and the files before it do not both have \"{}\".", name, keyNames[key]),
                           "Every row must have the same keys.", "data");
    }
    TokenRowReader reader(tokens, rows, has);
    while (rows.next())
        reader.read();
}

} // namespace fettle
