// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/answer_rows.h"

#include "core/arguments/setting_keys.h"
#include "core/base/error.h"
#include "core/data/batch.h"
#include "core/data/tokenizing.h"
#include "core/tokenizers/tokenizer.h"

#include <algorithm>

namespace fettle
{

namespace
{

size_t tokensOf(const std::vector<TokenSpan>& spans)
{
    size_t tokens = 0;
    for (const TokenSpan& span : spans)
        tokens += span.end - span.begin;
    return tokens;
}

/// What is left of the spans where the tokens [begin, end) are taken out.
std::vector<TokenSpan> without(const std::vector<TokenSpan>& spans, size_t begin, size_t end)
{
    const auto moved = [&](size_t at) { return at < begin ? at : at < end ? begin : at - (end - begin); };
    std::vector<TokenSpan> left;
    for (const TokenSpan& span : spans)
        if (const TokenSpan rest{moved(span.begin), moved(span.end)}; rest.begin < rest.end)
            left.push_back(rest);
    return left;
}

void takeOut(EncodedRow& row, size_t begin, size_t end)
{
    row.ids.erase(row.ids.begin() + static_cast<ptrdiff_t>(begin), row.ids.begin() + static_cast<ptrdiff_t>(end));
    row.answers = without(row.answers, begin, end);
}

} // namespace

AnswerTokenizer::AnswerTokenizer(std::shared_ptr<const Tokenizer> tokenizer, const TokenizeOptions& options)
    : m_tokenizer(std::move(tokenizer))
{
    if (!m_tokenizer->special().eos)
        throw badInput("An end of text follows every answer (data.completion), and the model's tokenizer has none.",
                       "Name it in special_tokens_map.json or tokenizer_config.json (\"eos_token\").", "model");
    if (options.maxLength < 2)
        throw badInput("max_length has no room for a question and its answer.", "Make max_length larger.",
                       setting_key::data::maxLength);
    m_end = m_tokenizer->idToToken(*m_tokenizer->special().eos);
}

EncodedRow AnswerTokenizer::encode(std::string_view prompt, std::string_view answer) const
{
    std::string text(prompt);
    text += answer;
    if (!answer.ends_with(m_end))
        text += m_end;
    EncodedRow row;
    row.ids = m_tokenizer->encodeIds(text, true);
    const std::vector<int32_t> before = m_tokenizer->encodeIds(prompt, true);
    const auto common = std::mismatch(before.begin(), before.end(), row.ids.begin(), row.ids.end());
    const auto begin = static_cast<size_t>(common.second - row.ids.begin());
    row.promptDiffers = common.first != before.end();
    if (begin < row.ids.size())
        row.answers.push_back({begin, row.ids.size()});
    return row;
}

size_t cutRow(EncodedRow& row, size_t maxLength, bool keepsStart, int32_t bos)
{
    if (row.ids.size() <= maxLength)
        return 0;
    const size_t before = tokensOf(row.answers);
    if (!keepsStart && !row.answers.empty()) {
        const size_t first = row.ids.front() == bos ? 1 : 0, last = row.answers.back().begin;
        if (last > first)
            takeOut(row, first, std::min(last, first + row.ids.size() - maxLength));
    }
    if (row.ids.size() > maxLength)
        takeOut(row, maxLength, row.ids.size());
    return before - tokensOf(row.answers);
}

void appendLabels(const EncodedRow& row, std::vector<int32_t>& labels)
{
    const size_t start = labels.size();
    labels.resize(start + row.ids.size(), static_cast<int32_t>(ignoredLabel));
    for (const TokenSpan& answer : row.answers)
        std::copy(row.ids.begin() + static_cast<ptrdiff_t>(answer.begin),
                  row.ids.begin() + static_cast<ptrdiff_t>(answer.end),
                  labels.begin() + static_cast<ptrdiff_t>(start + answer.begin));
}

} // namespace fettle
