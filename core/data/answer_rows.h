// SPDX-License-Identifier: GPL-3.0-or-later
// Rows with an answer become token ids of which the answer's alone are graded, as trl's SFTTrainer makes them (trl
// 1.16, trainer/sft_trainer.py, _prepare_dataset).
#pragma once

#include "core/data/encoded_row.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

class Tokenizer;
struct TokenizeOptions;

/// A question and its answer.
class AnswerTokenizer
{
public:
    /// Throws BadInput (subject "model") where the tokenizer has no EOS to end an answer with.
    AnswerTokenizer(std::shared_ptr<const Tokenizer> tokenizer, const TokenizeOptions& options);

    /// Ids of question + answer + EOS (which is left out where the answer ends with its text), special tokens around
    /// them as the model has them. The answer begins where they differ from the question's own ids.
    EncodedRow encode(std::string_view prompt, std::string_view answer) const;

private:
    std::shared_ptr<const Tokenizer> m_tokenizer;
    std::string m_end; ///< the EOS as text
};

/// Cuts a row to `maxLength` tokens. `keepsStart`: its end goes (trl's truncation_mode "keep_start", its default).
/// Else what stands before the last answer loses its beginning, but for a BOS, and only an answer that has no room even
/// so loses its end. Returns how many tokens of answers went.
size_t cutRow(EncodedRow& row, size_t maxLength, bool keepsStart, int32_t bos);

/// Appends a row's labels: its ids in answers, -100 elsewhere.
void appendLabels(const EncodedRow& row, std::vector<int32_t>& labels);

} // namespace fettle
