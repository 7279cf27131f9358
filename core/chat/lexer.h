// SPDX-License-Identifier: GPL-3.0-or-later
// A template's source as tokens, white space treated as transformers' environment does (trim_blocks, lstrip_blocks).
#pragma once

#include "core/base/error.h"

#include <string>
#include <string_view>
#include <vector>

namespace fettle::jinja
{

enum class TokenType {
    Data,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Integer,
    Float,
    Operator,
    End
};

struct Token {
    TokenType type = TokenType::End;
    std::string text; ///< of strings what they hold
    int line = 1;
};

/// BadInput "SOURCE, line N: what".
Error templateError(const std::string& source, int line, const std::string& what);

/// `text` is valid UTF-8; the last token is End. Throws templateError.
std::vector<Token> readTokens(std::string_view text, const std::string& source);

} // namespace fettle::jinja
