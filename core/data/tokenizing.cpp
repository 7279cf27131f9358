// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/tokenizing.h"

#include "core/arguments/setting_keys.h"
#include "core/base/error.h"
#include "core/base/machine.h"
#include "core/base/text.h"
#include "core/data/answer_rows.h"
#include "core/data/conversations.h"
#include "core/tokenizers/tokenizer.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <fmt/format.h>
#include <optional>

namespace fettle
{

namespace
{

/// Room for `more` ids: at once for all that the rows to come will need, judged by those that are done, so that a large
/// text is not copied from vector to larger vector. Throws OutOfResources where that is more than there is.
void makeRoom(std::vector<int32_t>& ids, size_t more, double shareDone)
{
    const size_t needed = ids.size() + more;
    if (needed <= ids.capacity())
        return;
    const auto projected = static_cast<size_t>(1.02 * static_cast<double>(needed) / shareDone);
    const size_t wanted = std::max({needed, projected, ids.capacity() + ids.capacity() / 2});
    const uint64_t bytes = wanted * sizeof(int32_t), free = availableMemoryBytes();
    if (bytes > free)
        throw Error(ErrorCode::OutOfResources,
                    fmt::format("The text has about {} tokens; they take {} of memory, {} are free.",
                                grouped(static_cast<int64_t>(wanted)), humanBytes(bytes), humanBytes(free)),
                    "Take a part of the text (split), or a machine with more memory.", "data");
    ids.reserve(wanted);
}

} // namespace

RowTokenizer::RowTokenizer(std::shared_ptr<const Tokenizer> tokenizer, const TokenizeOptions& options)
    : m_tokenizer(std::move(tokenizer)), m_options(options)
{
    if (options.appendEndOfText && !m_tokenizer->special().eos)
        throw badInput("end_of_text is \"append\", and the model's tokenizer has no end-of-text token.",
                       "Set end_of_text to \"none\".", "end_of_text");
    // What stands before and after a text is found by encoding one with and without.
    const std::vector<int32_t> bare = m_tokenizer->encodeIds("a", false);
    const std::vector<int32_t> dressed = m_tokenizer->encodeIds("a", true);
    const auto inside = std::search(dressed.begin(), dressed.end(), bare.begin(), bare.end());
    m_tail = static_cast<size_t>(dressed.end() - inside) - (inside == dressed.end() ? 0 : bare.size());
    if (m_options.appendEndOfText)
        ++m_tail;
    const size_t special = dressed.size() - bare.size() + (m_options.appendEndOfText ? 1 : 0);
    if (options.maxLength < static_cast<int64_t>(special) + 1)
        throw badInput(
            fmt::format("max_length = {}: the model's special tokens alone are {}.", options.maxLength, special),
            "Make max_length larger.", setting_key::data::maxLength);
    for (int32_t id = 0; options.wordStarts && id < m_tokenizer->vocabularySize(); ++id) {
        const std::string piece = m_tokenizer->pieceBytes(id);
        m_bringsSpace.push_back(piece.size() > 1 && piece.front() == ' ');
    }
}

EncodedRow RowTokenizer::encode(std::string_view text) const
{
    EncodedRow row;
    if (m_options.wordStarts) {
        Encoding encoding = m_tokenizer->encode(text, true);
        row.wordStarts = wordStartsOf(encoding);
        row.ids = std::move(encoding.ids);
    } else {
        row.ids = m_tokenizer->encodeIds(text, true);
    }
    if (m_options.appendEndOfText)
        row.ids.push_back(*m_tokenizer->special().eos);
    if (m_options.wordStarts)
        row.wordStarts.resize(row.ids.size(), 0);
    return row;
}

std::vector<uint8_t> RowTokenizer::wordStartsOf(const Encoding& encoding) const
{
    std::vector<uint8_t> starts;
    starts.reserve(encoding.ids.size());
    bool afterSpecial = true;
    int32_t lastEnd = -1;
    for (size_t i = 0; i < encoding.ids.size(); ++i) {
        const int32_t id = encoding.ids[i];
        const bool isSpecial = m_tokenizer->isSpecial(id);
        const auto [begin, end] = encoding.offsets[i];
        starts.push_back(!isSpecial && (afterSpecial || begin != lastEnd || m_bringsSpace[static_cast<size_t>(id)]));
        afterSpecial = isSpecial;
        lastEnd = end;
    }
    return starts;
}

void RowTokenizer::truncate(EncodedRow& row) const
{
    const auto limit = static_cast<size_t>(m_options.maxLength);
    if (row.ids.size() <= limit)
        return;
    const auto cut = [&](auto& column) {
        if (!column.empty())
            column.erase(column.begin() + static_cast<ptrdiff_t>(limit - m_tail),
                         column.end() - static_cast<ptrdiff_t>(m_tail));
    };
    cut(row.ids);
    cut(row.wordStarts);
}

namespace
{

/// Rows of a table as ids, cut where each is an example, and what they lose by that.
class RowEncoder
{
public:
    RowEncoder(const RowTable& table, const std::shared_ptr<const Tokenizer>& tokenizer, const TokenizeOptions& options,
               TokenizeCounts& counts)
        : m_table(table), m_options(options), m_joins(joinsRows(options.blocks)), m_counts(counts),
          m_isCounted(static_cast<size_t>(table.size()), false), m_texts(tokenizer, options),
          m_bos(tokenizer->special().bos.value_or(-1))
    {
        if (table.hasAnswers())
            m_answers.emplace(tokenizer, options);
        if (table.hasConversations())
            m_conversations.emplace(tokenizer, options.chatTemplate);
    }

    /// From several threads.
    EncodedRow encode(int64_t row) const
    {
        if (m_answers)
            return m_answers->encode(m_table.prompt(row), m_table.answer(row));
        return m_conversations ? conversation(row) : m_texts.encode(m_table.text(row, m_joins));
    }

    void append(EncodedRow& row, int64_t number, TokenColumns& columns)
    {
        const size_t before = row.ids.size();
        const bool comesAgain = m_isCounted[static_cast<size_t>(number)];
        TokenizeCounts notCounted;
        TokenizeCounts& counts = comesAgain ? notCounted : m_counts;
        m_isCounted[static_cast<size_t>(number)] = true;
        counts.tokensPerRow.push_back(static_cast<int32_t>(before));
        const bool hasAnswers = m_answers || m_conversations;
        size_t lost = 0;
        if (!m_joins && hasAnswers)
            lost = cutRow(row, static_cast<size_t>(m_options.maxLength), m_options.keepsStart, m_bos);
        else if (!m_joins)
            m_texts.truncate(row);
        counts.oddPrompts += row.promptDiffers;
        counts.cutRows += row.ids.size() < before;
        counts.cutTokens += static_cast<int64_t>(before - row.ids.size());
        if (hasAnswers && !m_options.gradesPrompt) {
            if (row.answers.empty() && !m_joins) {
                ++counts.lostAnswers;
                return;
            }
            appendLabels(row, columns.labels);
        }
        counts.cutAnswers += lost > 0;
        columns.ids.insert(columns.ids.end(), row.ids.begin(), row.ids.end());
        columns.wordStarts.insert(columns.wordStarts.end(), row.wordStarts.begin(), row.wordStarts.end());
        if (m_options.blocks == Blocks::PackedApart) {
            columns.rowStarts.resize(columns.ids.size(), 0);
            if (before > 0)
                columns.rowStarts[columns.ids.size() - before] = 1;
        }
        if (!m_joins)
            columns.offsets.push_back(static_cast<int64_t>(columns.ids.size()));
    }

private:
    EncodedRow conversation(int64_t row) const
    {
        try {
            return m_conversations->encode(m_table.text(row, false));
        } catch (const Error& error) {
            throw Error(error.code(), fmt::format("{}: {}", m_table.describe(row), error.message()), error.hint(),
                        "data");
        }
    }

    const RowTable& m_table;
    const TokenizeOptions& m_options;
    bool m_joins;
    TokenizeCounts& m_counts;
    std::vector<bool> m_isCounted; ///< of each row of the table
    RowTokenizer m_texts;
    std::optional<AnswerTokenizer> m_answers;
    std::optional<ConversationTokenizer> m_conversations;
    int32_t m_bos;
};

} // namespace

/// Takes the tokens off the end that fill no block; returns how many.
static int64_t dropRest(TokenColumns& columns, int64_t blockLength)
{
    const size_t rest = columns.ids.size() % static_cast<size_t>(blockLength), kept = columns.ids.size() - rest;
    columns.ids.resize(kept);
    columns.labels.resize(std::min(columns.labels.size(), kept));
    columns.wordStarts.resize(std::min(columns.wordStarts.size(), kept));
    return static_cast<int64_t>(rest);
}

TokenColumns tokenizeRows(const RowTable& table, const std::vector<int64_t>& rows,
                          std::shared_ptr<const Tokenizer> tokenizer, const TokenizeOptions& options,
                          TokenizeCounts& counts, const Progress& progress)
{
    RowEncoder encoder(table, tokenizer, options, counts);
    const auto total = static_cast<int64_t>(rows.size());
    constexpr int64_t group = 1000; // rows between two progress reports; those of a batch of datasets.map
    TokenColumns columns;
    std::vector<EncodedRow> encoded;
    for (int64_t start = 0; start < total; start += group) {
        report(progress, static_cast<double>(start) / static_cast<double>(total));
        const int64_t end = std::min(start + group, total);
        encoded.assign(static_cast<size_t>(end - start), {});
        at::parallel_for(start, end, 16, [&](int64_t from, int64_t to) {
            for (int64_t i = from; i < to; ++i)
                encoded[static_cast<size_t>(i - start)] = encoder.encode(rows[static_cast<size_t>(i)]);
        });
        size_t more = 0;
        for (const EncodedRow& row : encoded)
            more += row.ids.size();
        makeRoom(columns.ids, more, static_cast<double>(end) / static_cast<double>(total));
        for (int64_t i = start; i < end; ++i)
            encoder.append(encoded[static_cast<size_t>(i - start)], rows[static_cast<size_t>(i)], columns);
        if (options.blocks == Blocks::GroupTexts)
            counts.cutTokens += dropRest(columns, options.maxLength);
    }
    if (joinsRows(options.blocks))
        cutIntoBlocks(columns, options.maxLength);
    if (columns.ids.capacity() > columns.ids.size() + columns.ids.size() / 4)
        columns.ids.shrink_to_fit();
    report(progress, 1);
    return columns;
}

void cutIntoBlocks(TokenColumns& columns, int64_t blockLength)
{
    const auto total = static_cast<int64_t>(columns.ids.size());
    columns.offsets.assign(1, 0);
    for (int64_t end = std::min(blockLength, total); end > columns.offsets.back();
         end = std::min(end + blockLength, total))
        columns.offsets.push_back(end);
}

} // namespace fettle
