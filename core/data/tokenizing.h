// SPDX-License-Identifier: GPL-3.0-or-later
// Rows of text become token ids: one row one example, or all rows in a line cut into blocks.
#pragma once

#include "core/arguments/run_config.h"
#include "core/data/encoded_row.h"
#include "core/data/progress.h"
#include "core/data/row_table.h"

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

namespace fettle
{

class ChatTemplate;
class Tokenizer;
struct Encoding;

struct TokenizeOptions {
    Blocks blocks = Blocks::Lines;
    int64_t maxLength = 128;      ///< tokens of an example, special ones included
    bool appendEndOfText = false; ///< every row ends with the tokenizer's EOS; one with an answer does anyway
    bool wordStarts = false;      ///< tells where words begin (TokenColumns)
    bool gradesPrompt = false;    ///< rows with an answer: the question is graded as well
    bool keepsStart = false;      ///< rows with an answer: how they are cut (answer_rows.h)
    std::shared_ptr<const ChatTemplate> chatTemplate = {}; ///< for rows that are conversations
};

/// What rows lose and gain on their way, in the order they were tokenized. A row that comes again, since its text
/// weighs more, counts once.
struct TokenizeCounts {
    std::vector<int32_t> tokensPerRow; ///< before the cut
    int64_t cutRows = 0;
    int64_t cutTokens = 0;   ///< of rows that are cut; of group_texts, of all read: those that fill no block
    int64_t cutAnswers = 0;  ///< rows whose answer lost its end, or one of its answers
    int64_t lostAnswers = 0; ///< rows that are left out: nothing of an answer is left
    int64_t oddPrompts = 0;  ///< rows whose question ends with other tokens where the answer follows
};

/// Encodes and cuts single rows.
class RowTokenizer
{
public:
    /// Throws BadInput (subject "end_of_text") where a row is to end with an EOS and the tokenizer has none; (subject
    /// "data.max_length") where the special tokens leave no room.
    RowTokenizer(std::shared_ptr<const Tokenizer> tokenizer, const TokenizeOptions& options);
    /// All ids of a row: special tokens around it as the model has them, EOS where asked for.
    /// A word begins where transformers' whole_word_mask sees one: after a gap in the text or a special token; and at
    /// a token that brings a space with it ("Ġthe", "▁the"), for tokenizers that count the space as the token's.
    EncodedRow encode(std::string_view text) const;
    /// Cuts to max_length as transformers' truncation=True: text tokens go, special ones stay.
    void truncate(EncodedRow& row) const;

private:
    std::vector<uint8_t> wordStartsOf(const Encoding& encoding) const;

    std::shared_ptr<const Tokenizer> m_tokenizer;
    TokenizeOptions m_options;
    size_t m_tail = 0;               ///< special tokens at a row's end
    std::vector<bool> m_bringsSpace; ///< of each id; empty where words are not asked for
};

/// Tokenizes `rows` of `table` on all threads. Lines: one example a row, truncated; empty rows stay. Else rows one
/// after another (plain text keeps its line ends), cut into blocks of max_length; the shorter rest is the last block.
/// GroupTexts: after every 1,000 rows, datasets.map's batch, the rest is dropped.
/// Rows with an answer have labels, unless the question is graded too; of lines, those that keep none of it are left
/// out, as trl does.
TokenColumns tokenizeRows(const RowTable& table, const std::vector<int64_t>& rows,
                          std::shared_ptr<const Tokenizer> tokenizer, const TokenizeOptions& options,
                          TokenizeCounts& counts, const Progress& progress = {});

/// Cuts a stream of tokens into blocks (offsets are replaced).
void cutIntoBlocks(TokenColumns& columns, int64_t blockLength);

} // namespace fettle
