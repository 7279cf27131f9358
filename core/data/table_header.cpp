// SPDX-License-Identifier: GPL-3.0-or-later
// Whether the first row of a table names its columns.
#include "core/base/text.h"
#include "core/data/columns.h"
#include "core/data/table_format.h"

#include <algorithm>
#include <set>

namespace fettle
{

namespace
{

using Rows = std::vector<std::vector<std::string>>;

/// Names that columns beside the text have.
bool isUsualName(const std::string& cell)
{
    static const std::set<std::string> names{
        "id",     "nr",    "no",     "num",   "number", "index",       "idx",    "label",    "labels",  "title",
        "titel",  "name",  "date",   "datum", "lang",   "language",    "class",  "category", "source",  "url",
        "author", "autor", "rating", "score", "input",  "instruction", "prompt", "target",   "question"};
    const std::string lower = lowered(trim(cell));
    return names.count(lower) > 0 || isTextColumnName(lower);
}

bool looksLikeSentence(const std::string& cell)
{
    const std::string text = trim(cell);
    if (text.empty())
        return false;
    for (const std::string_view end : {".", "!", "?", "…", "。", "！", "？", ".\"", "!\"", "?\""})
        if (text.ends_with(end))
            return true;
    return countCodePoints(text) > 60 || std::count(text.begin(), text.end(), ' ') >= 5;
}

/// What one column says: above 0 for a header, below 0 against it; 2 is sure.
int opinionOf(const Rows& rows, size_t column)
{
    const std::string& first = rows[0][column];
    size_t numbers = 0, filled = 0, same = 0, bytes = 0;
    for (size_t i = 1; i < rows.size(); ++i) {
        if (column >= rows[i].size() || trim(rows[i][column]).empty())
            continue;
        ++filled;
        numbers += looksNumeric(rows[i][column]);
        same += rows[i][column] == first;
        bytes += rows[i][column].size();
    }
    if (looksNumeric(first))
        return -2;
    if (trim(first).empty() || filled == 0)
        return 0;
    if (numbers * 10 >= filled * 9)
        return 2;
    if (same > 0)
        return -1;
    if (looksLikeSentence(first))
        return -2;
    return bytes > 3 * filled * first.size() ? 2 : 0;
}

} // namespace

bool looksNumeric(std::string_view text)
{
    bool digit = false;
    for (const char c : text) {
        digit = digit || (c >= '0' && c <= '9');
        if ((c < '0' || c > '9') && std::string_view(".,-+ %:/eE").find(c) == std::string_view::npos)
            return false;
    }
    return digit;
}

HeaderGuess guessHeader(const Rows& rows)
{
    if (rows.empty())
        return {true, true};
    const auto& first = rows[0];
    const bool isName = std::any_of(first.begin(), first.end(), isUsualName);
    const bool isSentence = std::any_of(first.begin(), first.end(), looksLikeSentence);
    // Cells without a name (a spreadsheet's empty columns) do not make names of others the same.
    std::set<std::string> names(first.begin(), first.end());
    const auto unnamed = static_cast<size_t>(std::count(first.begin(), first.end(), std::string()));
    const bool distinct = names.size() - names.count({}) + unnamed == first.size();
    if (isName && !isSentence && distinct)
        return {true, true};
    int sum = 0;
    bool sureFor = false, sureAgainst = false;
    for (size_t column = 0; column < first.size(); ++column) {
        const int opinion = opinionOf(rows, column);
        sum += opinion;
        sureFor = sureFor || opinion == 2;
        sureAgainst = sureAgainst || opinion == -2;
    }
    if (rows.size() == 1 && isSentence)
        return {false, false};
    if (sum == 0)
        return {distinct, false}; // as tables usually are
    return {sum > 0 && distinct, sum > 0 ? sureFor && !sureAgainst : sureAgainst && !sureFor};
}

} // namespace fettle
