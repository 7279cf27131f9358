// SPDX-License-Identifier: GPL-3.0-or-later
// Which column of a table holds the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fettle
{

/// A column over all rows.
struct ColumnFacts {
    std::string name;
    int64_t texts = 0;      ///< rows with a text (of a delimited table: with anything but a number)
    int64_t others = 0;     ///< rows with something else that is not null
    int64_t lists = 0;      ///< those of them with a list of objects
    int64_t characters = 0; ///< bytes of all of its texts
    bool isReadable = true; ///< as texts; false: nothing but lists, objects or numbers of JSON
};

struct ColumnChoice {
    std::string column; ///< empty: none of them can be it
    std::string reason; ///< "chosen", "the only column", "named text", "the longest text"
};

/// Whether its rows are conversations: lists of messages.
bool holdsConversations(const ColumnFacts& column);

/// `wanted` where it is named. Else input_ids, lists of messages ("messages", "conversations"), a column whose name
/// says that it holds the text ("text", "content", "Inhalt" …), the only one, the one with the longest texts on
/// average. Throws BadInput (subject "data.column") where `wanted` is none of them; `file` is for the message.
ColumnChoice chooseColumn(const std::string& file, const std::vector<ColumnFacts>& columns, const std::string& wanted);
/// Throws BadInput (subject `setting`) naming the nearest where `columns` have none that is called `wanted`.
void requireColumn(const std::string& file, const std::vector<ColumnFacts>& columns, const std::string& wanted,
                   const std::string& setting);
/// The columns beside those that are read, where one of them holds texts as well (and not just names and numbers).
std::vector<std::string> unreadColumns(const std::vector<ColumnFacts>& columns, const std::vector<std::string>& read);
/// Those that hold texts in most of their rows.
std::vector<std::string> textColumns(const std::vector<ColumnFacts>& columns);
/// What data.prompt and data.completion may be: the two of `columns` that are called so ("prompt" and "completion",
/// "question" and "answer" …) or have such a word in their names; of Alpaca's three, instruction and input together.
/// Else nothing.
std::pair<std::string, std::string> likelyAnswers(const std::vector<std::string>& columns);
/// Whether columns that hold text are called so, in one of the usual languages.
bool isTextColumnName(std::string_view name);

} // namespace fettle
