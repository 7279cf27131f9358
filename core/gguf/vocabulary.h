// SPDX-License-Identifier: GPL-3.0-or-later
// A tokenizer in the words of a GGUF file: which of llama.cpp's tokenizers it is, and what that one needs.
#pragma once

#include "core/gguf/gguf_file.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

class Tokenizer;

struct GgufVocabulary {
    GgufKeys keys;                    ///< tokenizer.ggml.…
    std::vector<std::string> notices; ///< for people: where llama.cpp may cut a text otherwise
};

/// `rows`: of the words' table, each of which is to be a token; `ends`: the tokens that end a text, the tokenizer's own
/// among them or not. Throws BadInput (subject "model") for a tokenizer that llama.cpp does not have.
GgufVocabulary ggufVocabulary(const Tokenizer& tokenizer, int64_t rows, const std::vector<int64_t>& ends);

} // namespace fettle
