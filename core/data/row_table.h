// SPDX-License-Identifier: GPL-3.0-or-later
// Rows as they stand in the files: texts, or token ids that somebody made before.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// Token ids of rows laid end to end; row i is [offsets[i], offsets[i+1]). The other columns are empty where the rows
/// do not give them, else as long as `ids`.
struct TokenColumns {
    std::vector<int64_t> offsets{0};
    std::vector<int32_t> ids;
    std::vector<int32_t> labels; ///< causal ones unshifted, as transformers takes them; -100: not graded
    std::vector<uint8_t> attention;
    std::vector<uint8_t> types;
    std::vector<uint8_t> wordStarts; ///< of texts, where words are asked for: 1 at the first token of each
    std::vector<uint8_t> rowStarts;  ///< of blocks whose rows are read apart: 1 at the first token of each row

    int64_t rows() const { return static_cast<int64_t>(offsets.size()) - 1; }
};

/// All rows of one or several files, in order.
class RowTable
{
public:
    int64_t size() const { return m_tokenized ? m_tokens.rows() : static_cast<int64_t>(m_starts.size()) - 1; }
    /// Valid UTF-8. Lines of plain text have their "\n" only with `withLineEnd` (the last one of a file may have none).
    std::string_view text(int64_t row, bool withLineEnd) const;
    /// Rows are a question and its answer, which follow each other in text().
    bool hasAnswers() const { return !m_answers.empty(); }
    std::string_view prompt(int64_t row) const;
    std::string_view answer(int64_t row) const;
    /// Rows are lists of messages as JSON (conversations.h).
    bool hasConversations() const { return m_conversations; }
    /// All texts, one after another.
    std::string_view allText() const { return m_text; }
    /// Rows hold input_ids and no text.
    bool tokenized() const { return m_tokenized; }
    const TokenColumns& tokens() const { return m_tokens; }
    /// Number of the row in its file, from 1 (the line, for plain text).
    int64_t numberInFile(int64_t row) const;
    /// "words.csv, row 7", for messages.
    std::string describe(int64_t row) const;
    /// The row's file among those that were read, from 0, and its name.
    size_t fileOf(int64_t row) const;
    const std::string& fileName(size_t file) const { return m_fileNames[file]; }

    std::vector<std::string> columns;       ///< of the first table; empty for plain text
    std::vector<std::string> textColumns;   ///< those of them that hold texts
    std::vector<std::string> readColumns;   ///< those that are read
    std::string column;                     ///< the one that is read; of several their names, with commas
    std::string columnReason;               ///< why that one
    std::vector<std::string> unreadColumns; ///< the others, where one of them holds long texts
    std::vector<std::string> notices;       ///< what a person should know of the files, a sentence each
    std::string part = "train";             ///< what the rows are called in a split
    int64_t bytes = 0;                      ///< of the files
    int64_t missingRows = 0;                ///< rows without a value in a column that is read: it counts as empty
    int64_t replacedCharacters = 0;         ///< what could not be read and is U+FFFD

    // For the readers:
    void beginFile(std::string name);
    void reserveText(int64_t more);
    void appendText(std::string_view text, bool lineEnd);
    void appendAnswered(std::string_view prompt, std::string_view answer);
    /// Rows are the lines; takes the text over instead of copying it where it is the first.
    void appendLines(std::string text);
    void appendConversation(std::string_view messages);
    TokenColumns& makeTokenized();

private:
    std::string m_text;
    std::vector<uint64_t> m_starts{0};
    std::vector<bool> m_lineEnds;
    std::vector<uint64_t> m_answers; ///< where each row's begins in m_text
    bool m_tokenized = false, m_conversations = false;
    TokenColumns m_tokens;
    std::vector<std::string> m_fileNames;
    std::vector<int64_t> m_fileStarts;
};

} // namespace fettle
