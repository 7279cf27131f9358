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

/// What the columns of questions are called, and those of answers.
constexpr std::array<std::string_view, 15> promptNames{"prompt",  "question", "instruction", "input",     "query",
                                                       "problem", "frage",    "anweisung",   "questions", "pregunta",
                                                       "domanda", "pergunta", "вопрос",      "问题",      "質問"};
constexpr std::array<std::string_view, 15> answerNames{"completion", "answer",   "response", "output",  "reply",
                                                       "solution",   "antwort",  "answers",  "réponse", "respuesta",
                                                       "risposta",   "resposta", "ответ",    "答案",    "回答"};

std::string folded(std::string_view name)
{
    std::u32string points = decodeUtf8(trim(name));
    for (char32_t& point : points)
        point = static_cast<char32_t>(u_tolower(static_cast<UChar32>(point)));
    return encodeUtf8(points);
}

/// Whether `word` stands in a column's name, by itself.
bool hasWord(std::string_view name, std::string_view word)
{
    const std::u32string points = decodeUtf8(folded(name)), wanted = decodeUtf8(word);
    const auto isLetter = [&](size_t at) {
        return at < points.size() && u_isalpha(static_cast<UChar32>(points[at])) != 0;
    };
    for (size_t at = points.find(wanted); at != std::u32string::npos; at = points.find(wanted, at + 1))
        if ((at == 0 || !isLetter(at - 1)) && !isLetter(at + wanted.size()))
            return true;
    return false;
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

std::vector<std::string> unreadColumns(const std::vector<ColumnFacts>& columns, const std::vector<std::string>& read)
{
    constexpr double longText = 20; // bytes on average: more than a name, a date or a number
    std::vector<std::string> others;
    bool holdsTexts = false;
    for (const ColumnFacts& column : columns)
        if (std::find(read.begin(), read.end(), column.name) == read.end()) {
            others.push_back(column.name);
            holdsTexts |= column.isReadable && column.texts > column.others && meanLength(column) >= longText;
        }
    // Token ids come with columns of their own, which are read.
    return holdsTexts && read != std::vector<std::string>{"input_ids"} ? others : std::vector<std::string>();
}

std::vector<std::string> textColumns(const std::vector<ColumnFacts>& columns)
{
    std::vector<std::string> names;
    for (const ColumnFacts& column : columns)
        if (column.isReadable && column.texts > 0 && column.texts >= column.others)
            names.push_back(column.name);
    return names;
}

bool holdsConversations(const ColumnFacts& column)
{
    return column.lists > 0 && column.texts == 0 && column.lists == column.others;
}

std::pair<std::string, std::string> likelyAnswers(const std::vector<std::string>& columns)
{
    // Called so, else the only one that has the word in its name: "Visitor's question".
    const auto nameOf = [&](const auto& names) {
        for (const std::string_view name : names)
            for (const std::string& column : columns)
                if (folded(column) == name)
                    return column;
        std::vector<std::string> with;
        for (const std::string& column : columns)
            if (std::any_of(names.begin(), names.end(), [&](std::string_view name) { return hasWord(column, name); }))
                with.push_back(column);
        return with.size() == 1 ? with.front() : std::string();
    };
    std::pair<std::string, std::string> found{nameOf(promptNames), nameOf(answerNames)};
    if (found.first.empty() || found.second.empty() || found.first == found.second)
        return {};
    const auto has = [&](const char* name) { return std::find(columns.begin(), columns.end(), name) != columns.end(); };
    if (found.first == "instruction" && has("input"))
        found.first = "{instruction}\n{input}\n";
    return found;
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

void requireColumn(const std::string& file, const std::vector<ColumnFacts>& columns, const std::string& wanted,
                   const std::string& setting)
{
    std::vector<std::string> names;
    for (const ColumnFacts& column : columns)
        names.push_back(column.name);
    if (std::find(names.begin(), names.end(), wanted) != names.end())
        return;
    const auto near = nearestName(wanted, names);
    throw badInput(fmt::format("{} has no column \"{}\".", file, shown(wanted)),
                   near ? fmt::format("Did you mean \"{}\"? It has: {}.", *near, listColumns(names))
                        : fmt::format("It has: {}.", listColumns(names)),
                   setting);
}

ColumnChoice chooseColumn(const std::string& file, const std::vector<ColumnFacts>& columns, const std::string& wanted)
{
    if (!wanted.empty()) {
        requireColumn(file, columns, wanted, "data.column");
        return {wanted, "chosen"};
    }
    if (std::any_of(columns.begin(), columns.end(), [](const ColumnFacts& c) { return c.name == "input_ids"; }))
        return {"input_ids", "named input_ids"};
    for (const ColumnFacts& column : columns)
        if (holdsConversations(column) && (column.name == "messages" || column.name == "conversations"))
            return {column.name, fmt::format("named {}", column.name)};
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
