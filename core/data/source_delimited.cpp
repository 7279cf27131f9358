// SPDX-License-Identifier: GPL-3.0-or-later
// Delimited tables: a first walk checks the shape and measures the columns, a second one takes the texts.
#include "core/base/text.h"
#include "core/data/csv_records.h"
#include "core/data/source_readers.h"
#include "core/data/sources.h"
#include "core/data/table_format.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <vector>

namespace fettle
{

namespace
{

constexpr size_t mostLong = 10000; ///< fields of several lines that are looked at again

class TableReader
{
public:
    explicit TableReader(const OpenedText& opened)
        : m_opened(opened), m_format(opened.facts.format), m_name(shown(opened.facts.path.string(), 300)),
          m_content(std::string_view(opened.content).substr(opened.begin))
    {
    }

    TableColumns measure(int64_t most = INT64_MAX);
    void take(RowTable& table, const std::string& column) const;
    void compose(RowTable& table, RowComposer& composer) const;
    /// What is odd about the quotes.
    std::vector<std::string> notices() const;

private:
    CsvRecords records() const { return {m_content, markOf(m_format.separator), markOf(m_format.quote)}; }
    bool hasHeader() const { return m_format.header.value_or(true); }
    Error error(size_t position, const std::string& what, const std::string& hint) const
    {
        return badData(m_name, m_opened.content, m_opened.begin + position, what, hint, "data.format.separator");
    }
    /// The place of a column; throws BadInput where two are called so.
    size_t placeOf(const std::string& column) const;
    void nameColumns(const CsvRecords& records);
    void checkWidth(const CsvRecords& records) const;
    void checkQuotes(const CsvField& field);
    bool swallowsRows(const CsvField& field) const;
    int64_t lineOf(size_t position) const { return positionOf(m_opened.content, m_opened.begin + position).line; }

    const OpenedText& m_opened;
    const DataFormat& m_format;
    const std::string m_name;
    std::string_view m_content;
    std::vector<ColumnFacts> m_columns;
    bool m_firstIsNumber = false;     ///< rows begin with a number
    std::optional<CsvField> m_sloppy; ///< the first field with text behind its quotes
    int64_t m_sloppyFields = 0;
    std::vector<CsvField> m_long; ///< quoted fields of several lines: some may have swallowed rows
};

void TableReader::nameColumns(const CsvRecords& records)
{
    for (size_t i = 0; i < records.fields().size(); ++i) {
        const std::string name = hasHeader() ? records.text(records.fields()[i]) : std::string();
        m_columns.push_back({trim(name).empty() ? fmt::format("column_{}", i + 1) : name});
    }
}

void TableReader::checkWidth(const CsvRecords& records) const
{
    const auto& fields = records.fields();
    if (fields.size() == m_columns.size())
        return;
    const bool more = fields.size() > m_columns.size();
    const size_t where = more ? fields[m_columns.size()].begin : records.position();
    const bool spaced = std::any_of(fields.begin(), fields.end(), [&](const CsvField& field) {
        return m_content.substr(field.begin, field.end - field.begin).starts_with(" \"");
    });
    throw error(where, fmt::format("this row has {} columns, the first line {}.", fields.size(), m_columns.size()),
                spaced ? "A quote stands at the very beginning of its field: take the blank before it away."
                : more ? "Put quotes around a text that holds the separator, or choose another (data.format.separator)."
                       : "Add what is missing, or choose another separator (data.format.separator).");
}

/// Whether the lines within the quotes look like rows of their own: a quote may be missing.
bool TableReader::swallowsRows(const CsvField& field) const
{
    const std::string_view inside = m_content.substr(field.begin + 1, field.end - field.begin - 1);
    const char separator = markOf(m_format.separator);
    if (m_columns.size() < 2)
        return false;
    size_t from = inside.find_first_of("\r\n");
    while (from != std::string_view::npos) {
        from = inside.find_first_not_of("\r\n", from);
        if (from == std::string_view::npos)
            break;
        const std::string_view line = inside.substr(from, inside.find_first_of("\r\n", from) - from);
        const auto parts = static_cast<size_t>(std::count(line.begin(), line.end(), separator)) + 1;
        if (parts != m_columns.size() || (m_firstIsNumber && !looksNumeric(line.substr(0, line.find(separator)))))
            return false;
        from = inside.find_first_of("\r\n", from);
    }
    return true;
}

void TableReader::checkQuotes(const CsvField& field)
{
    if (!field.quoted)
        return;
    if (!field.closed)
        throw error(field.begin, "this quote is never closed.",
                    "Close it, or double it (\"\") where it is part of the text; where no quotes are meant: "
                    "data.format.quote=none.");
    if (field.lineEnds > 0 && !field.clean)
        throw error(field.begin,
                    fmt::format("this quote swallows the {} after it: the next one, in line {}, does not end a field.",
                                field.lineEnds == 1 ? "line" : fmt::format("{} lines", field.lineEnds),
                                lineOf(field.begin) + static_cast<int64_t>(field.lineEnds)),
                    "Close it, or double it (\"\") where it is part of the text; where no quotes are meant: "
                    "data.format.quote=none.");
    if (!field.clean) {
        ++m_sloppyFields;
        if (!m_sloppy)
            m_sloppy = field;
    } else if (field.lineEnds > 0 && m_long.size() < mostLong) {
        m_long.push_back(field);
    }
}

TableColumns TableReader::measure(int64_t most)
{
    CsvRecords rows = records();
    TableColumns found;
    bool first = true;
    for (int64_t row = 0; row < most && rows.next(); ++row) {
        for (const CsvField& field : rows.fields()) // first: a wrong quote is what makes a row too wide
            checkQuotes(field);
        if (m_columns.empty()) {
            nameColumns(rows);
            if (hasHeader())
                continue;
        }
        checkWidth(rows);
        for (size_t i = 0; i < m_columns.size(); ++i) {
            const CsvField& field = rows.fields()[i];
            const std::string_view raw = m_content.substr(field.begin, field.end - field.begin);
            const bool isNumber = looksNumeric(raw);
            if (i == 0)
                m_firstIsNumber = isNumber && (first || m_firstIsNumber);
            m_columns[i].texts += !isNumber && !raw.empty();
            m_columns[i].others += isNumber;
            m_columns[i].characters += isNumber ? 0 : static_cast<int64_t>(raw.size());
        }
        first = false;
    }
    found.facts = m_columns;
    return found;
}

std::vector<std::string> TableReader::notices() const
{
    std::vector<std::string> said;
    if (m_opened.facts.isConverted) // a spreadsheet's cells have no quotes that could be wrong
        return said;
    const std::string file = shown(m_opened.facts.path.filename().string());
    const auto swallows = [this](const CsvField& field) { return swallowsRows(field); };
    const auto suspect = std::find_if(m_long.begin(), m_long.end(), swallows);
    if (suspect != m_long.end()) {
        const auto all = std::count_if(suspect, m_long.end(), swallows);
        said.push_back(
            fmt::format("{}, line {}: a text in quotes spans {} lines that look like rows of their own{}; if "
                        "its quote should not be there, double it or set data.format.quote=none.",
                        file, lineOf(suspect->begin), suspect->lineEnds + 1,
                        all > 1 ? fmt::format(" ({} such texts)", grouped(all)) : ""));
    }
    if (m_sloppy)
        said.push_back(fmt::format(
            "{}, line {}: text follows a closing quote; the quotes are left out{}.", file, lineOf(m_sloppy->begin),
            m_sloppyFields > 1 ? fmt::format(" ({} such fields)", grouped(m_sloppyFields)) : ""));
    return said;
}

size_t TableReader::placeOf(const std::string& column) const
{
    const auto isIt = [&](const ColumnFacts& facts) { return facts.name == column; };
    const auto found = std::find_if(m_columns.begin(), m_columns.end(), isIt);
    if (std::count_if(found, m_columns.end(), isIt) > 1)
        throw badInput(fmt::format("{} has two columns called \"{}\".", m_name, shown(column)), "Rename one.",
                       "data.column");
    return static_cast<size_t>(found - m_columns.begin());
}

void TableReader::take(RowTable& table, const std::string& column) const
{
    const size_t index = placeOf(column);
    table.reserveText(m_columns[index].characters);
    CsvRecords rows = records();
    if (hasHeader())
        rows.next();
    while (rows.next()) {
        const CsvField& field = rows.fields()[index];
        if (field.quoted)
            table.appendText(rows.text(field), false);
        else
            table.appendText(m_content.substr(field.begin, field.end - field.begin), false);
    }
}

void TableReader::compose(RowTable& table, RowComposer& composer) const
{
    std::vector<size_t> places;
    for (const std::string& column : composer.columns())
        places.push_back(placeOf(column));
    CsvRecords rows = records();
    if (hasHeader())
        rows.next();
    while (rows.next()) {
        for (size_t i = 0; i < places.size(); ++i)
            composer.value(i) = rows.text(rows.fields()[places[i]]);
        composer.appendTo(table);
    }
}

} // namespace

TableColumns readDelimited(RowTable* table, const OpenedText& opened, const RowForm& form)
{
    const std::string name = shown(opened.facts.path.string(), 300);
    TableReader reader(opened);
    TableColumns found = reader.measure();
    if (found.facts.empty()) {
        if (table == nullptr)
            return found;
        throw badInput(fmt::format("{} is empty.", name), "Give a table with text in it.", "data");
    }
    if (table != nullptr && !form.parts.empty()) {
        RowComposer composer(form.parts, name, found.facts);
        takeColumns(*table, found.facts, composer);
        reader.compose(*table, composer);
    } else {
        found.choice = chooseColumn(name, found.facts, table == nullptr ? std::string() : form.column);
        if (table == nullptr)
            return found;
        takeColumns(*table, name, found, form.column.empty());
        if (found.choice.column == "input_ids" && form.column.empty())
            throw badInput(fmt::format("{} holds token ids in a table of text.", name),
                           "Rows of token ids are read from JSON lines (.jsonl).", "data");
        reader.take(*table, found.choice.column);
    }
    for (const std::string& notice : reader.notices())
        table->notices.push_back(notice);
    return found;
}

TableColumns firstColumns(const OpenedText& opened)
{
    try {
        TableColumns found = TableReader(opened).measure(1);
        found.choice = chooseColumn(opened.facts.path.string(), found.facts, {});
        return found;
    } catch (const Error&) {
        return {};
    }
}

} // namespace fettle
