// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/row_form.h"

#include "core/arguments/run_config.h"
#include "core/arguments/run_config_checks.h"
#include "core/arguments/setting_keys.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/data/row_table.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

RowTemplate partOf(const std::string& text, const char* setting)
{
    return text.find_first_of("{}") == std::string::npos ? RowTemplate::ofColumn(text, setting)
                                                         : RowTemplate(text, setting);
}

} // namespace

RowTemplate::RowTemplate(std::string_view text, std::string setting) : m_setting(std::move(setting))
{
    const auto refuse = [&](const std::string& what) {
        throw badInput(fmt::format("{}: {} in \"{}\".", m_setting, what, shown(text, 80)),
                       "Write {column} for what a column holds, {{ and }} for braces of the text.", m_setting);
    };
    std::string words;
    const auto endWords = [&] {
        if (!words.empty())
            m_pieces.push_back({std::move(words), false});
        words.clear();
    };
    bool hasColumn = false;
    for (size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (c != '{' && c != '}') {
            words += c;
        } else if (at + 1 < text.size() && text[at + 1] == c) {
            words += c;
            ++at;
        } else if (c == '}') {
            refuse("a } without its {");
        } else {
            const size_t end = text.find_first_of("{}", at + 1);
            if (end == std::string_view::npos || text[end] == '{')
                refuse("a { is never closed");
            if (end == at + 1)
                refuse("{} names no column");
            endWords();
            m_pieces.push_back({std::string(text.substr(at + 1, end - at - 1)), true});
            hasColumn = true;
            at = end;
        }
    }
    endWords();
    if (!hasColumn)
        refuse("there is no column");
}

RowTemplate RowTemplate::ofColumn(std::string name, std::string setting)
{
    RowTemplate alone(std::move(setting));
    alone.m_pieces.push_back({std::move(name), true});
    return alone;
}

RowForm rowFormOf(const DataConfig& data)
{
    requireOneText(data);
    RowForm form(data.column);
    if (!data.templateText.empty())
        form.parts.emplace_back(data.templateText, setting_key::data::templateText);
    if (!data.completion.empty())
        form.parts = {partOf(data.prompt, setting_key::data::prompt),
                      partOf(data.completion, setting_key::data::completion)};
    return form;
}

RowComposer::RowComposer(const std::vector<RowTemplate>& parts, const std::string& file,
                         const std::vector<ColumnFacts>& facts)
{
    for (const RowTemplate& part : parts) {
        Part& made = m_parts.emplace_back(Part{part.pieces(), {}});
        for (const RowTemplate::Piece& piece : made.pieces) {
            size_t place = 0;
            if (piece.isColumn) {
                requireColumn(file, facts, piece.text, part.setting());
                place =
                    static_cast<size_t>(std::find(m_columns.begin(), m_columns.end(), piece.text) - m_columns.begin());
                if (place == m_columns.size())
                    m_columns.push_back(piece.text);
            }
            made.places.push_back(place);
        }
    }
    m_values.resize(m_columns.size());
}

std::string RowComposer::textOf(const Part& part, bool mayBeWordsAlone) const
{
    std::string text;
    bool isEmpty = true;
    for (size_t i = 0; i < part.pieces.size(); ++i) {
        const std::string& more = part.pieces[i].isColumn ? m_values[part.places[i]] : part.pieces[i].text;
        isEmpty &= !part.pieces[i].isColumn || more.empty();
        text += more;
    }
    return isEmpty && !mayBeWordsAlone ? std::string() : text;
}

void RowComposer::appendTo(RowTable& table)
{
    if (m_parts.size() == 1)
        table.appendText(textOf(m_parts.front(), false), false);
    else
        table.appendAnswered(textOf(m_parts.front(), true), textOf(m_parts.back(), false));
    for (std::string& value : m_values)
        value.clear();
}

} // namespace fettle
