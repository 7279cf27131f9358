// SPDX-License-Identifier: GPL-3.0-or-later
// How a row of a table becomes text: one column as it is, columns set into a template, or a question and its answer.
#pragma once

#include "core/data/columns.h"

#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

struct DataConfig;
class RowTable;

/// A text with columns set into it, written as Python's str.format: "{question}\n{answer}"; `{{` and `}}` are braces.
class RowTemplate
{
public:
    struct Piece {
        std::string text; ///< as it stands, or the column's name
        bool isColumn = false;
    };

    /// Throws BadInput (subject `setting`, the one that holds the text) for a brace that stands alone, an empty name,
    /// and a text without any column.
    RowTemplate(std::string_view text, std::string setting);
    /// The column called `name`, alone.
    static RowTemplate ofColumn(std::string name, std::string setting);

    const std::vector<Piece>& pieces() const { return m_pieces; }
    const std::string& setting() const { return m_setting; }

private:
    explicit RowTemplate(std::string setting) : m_setting(std::move(setting)) {}

    std::vector<Piece> m_pieces;
    std::string m_setting;
};

struct RowForm {
    RowForm() = default;
    RowForm(std::string name) : column(std::move(name)) {} // NOLINT(google-explicit-constructor)
    RowForm(const char* name) : column(name) {}            // NOLINT(google-explicit-constructor)

    std::string column;             ///< the one that is read; empty: it is guessed
    std::vector<RowTemplate> parts; ///< where not empty, instead: the text, or a question and its answer
};

/// What data.column, data.template, data.prompt and data.completion say: of the last two each is a column's name, or a
/// template where it holds a brace. Throws BadInput (subject the setting).
RowForm rowFormOf(const DataConfig& data);

/// Makes rows of the values of their columns.
class RowComposer
{
public:
    /// Throws BadInput (subject the setting) naming the nearest where the table `file` has no such column.
    RowComposer(const std::vector<RowTemplate>& parts, const std::string& file, const std::vector<ColumnFacts>& facts);

    /// Those that are read, each once.
    const std::vector<std::string>& columns() const { return m_columns; }
    /// Of a column by its place in columns(); empty until it is set.
    std::string& value(size_t column) { return m_values[column]; }
    /// Appends the row, whose values are empty afterwards. A text (an answer) all of whose columns are empty is empty:
    /// the words around them alone are no row.
    void appendTo(RowTable& table);

private:
    struct Part {
        std::vector<RowTemplate::Piece> pieces;
        std::vector<size_t> places; ///< of each piece: in columns()
    };
    std::string textOf(const Part& part, bool mayBeWordsAlone) const;

    std::vector<Part> m_parts;
    std::vector<std::string> m_columns, m_values;
};

} // namespace fettle
