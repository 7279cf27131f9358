// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/columns.h"

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/data/preview.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unicode/uchar.h>

namespace fettle
{

namespace
{

/// What columns of text are called, the surest first.
constexpr std::array<std::string_view, 45> textNames{
    "text",    "texts",     "content",   "contents", "sentence", "sentences", "body",      "message",   "document",
    "output",  "response",  "answer",    "story",    "article",  "paragraph", "review",    "comment",   "letter",
    "texte",   "texto",     "testo",     "tekst",    "textus",   "inhalt",    "satz",      "nachricht", "absatz",
    "contenu", "phrase",    "contenido", "frase",    "mensaje",  "contenuto", "messaggio", "conteúdo",  "innehåll",
    "текст",   "сообщение", "szöveg",    "κείμενο",  "文本",     "内容",      "テキスト",  "本文",      "텍스트"};

std::string folded(std::string_view name)
{
    std::u32string points = decodeUtf8(trim(name));
    for (char32_t& point : points)
        point = static_cast<char32_t>(u_tolower(static_cast<UChar32>(point)));
    return encodeUtf8(points);
}

/// Place in textNames; behind them all for another name.
size_t rankOf(std::string_view name)
{
    return static_cast<size_t>(std::find(textNames.begin(), textNames.end(), folded(name)) - textNames.begin());
}

double meanLength(const ColumnFacts& column)
{
    return static_cast<double>(column.characters) / static_cast<double>(std::max<int64_t>(1, column.texts));
}

} // namespace

bool isTextColumnName(std::string_view name)
{
    return rankOf(name) < textNames.size();
}

std::vector<std::string> unreadColumns(const std::vector<ColumnFacts>& columns, const std::string& read)
{
    constexpr double longText = 20; // bytes on average: more than a name, a date or a number
    std::vector<std::string> others;
    bool holdsTexts = false;
    for (const ColumnFacts& column : columns)
        if (column.name != read) {
            others.push_back(column.name);
            holdsTexts |= column.isReadable && column.texts > column.others && meanLength(column) >= longText;
        }
    // Token ids come with columns of their own, which are read.
    return holdsTexts && read != "input_ids" ? others : std::vector<std::string>();
}

std::string listColumns(const std::vector<std::string>& columns)
{
    constexpr size_t most = 12;
    std::vector<std::string> names(columns.begin(),
                                   columns.begin() + static_cast<ptrdiff_t>(std::min(most, columns.size())));
    for (std::string& name : names)
        name = shown(name, 60);
    std::string list = fmt::format("{}", fmt::join(names, ", "));
    if (columns.size() > most)
        list += fmt::format(" … ({} in all)", columns.size());
    return list;
}

ColumnChoice chooseColumn(const std::string& file, const std::vector<ColumnFacts>& columns, const std::string& wanted)
{
    std::vector<std::string> names;
    for (const ColumnFacts& column : columns)
        names.push_back(column.name);
    const auto has = [&](const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (!wanted.empty()) {
        if (has(wanted))
            return {wanted, "chosen"};
        const auto near = nearestName(wanted, names);
        throw badInput(fmt::format("{} has no column \"{}\".", file, shown(wanted)),
                       near ? fmt::format("Did you mean \"{}\"? It has: {}.", *near, listColumns(names))
                            : fmt::format("It has: {}.", listColumns(names)),
                       "data.column");
    }
    if (has("input_ids"))
        return {"input_ids", "named input_ids"};
    const ColumnFacts* named = nullptr;
    const ColumnFacts* longest = nullptr;
    for (const ColumnFacts& column : columns) {
        if (!column.isReadable)
            continue;
        if (isTextColumnName(column.name) && (named == nullptr || rankOf(column.name) < rankOf(named->name)))
            named = &column;
        if (column.texts > 0 && column.texts >= column.others &&
            (longest == nullptr || meanLength(column) > meanLength(*longest)))
            longest = &column;
    }
    if (named != nullptr)
        return {named->name, fmt::format("named {}", named->name)};
    if (columns.size() == 1 && columns.front().isReadable)
        return {columns.front().name, "the only column"};
    if (longest != nullptr)
        return {longest->name, "the longest text"};
    return {};
}

} // namespace fettle
