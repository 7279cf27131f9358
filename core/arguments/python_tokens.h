// SPDX-License-Identifier: GPL-3.0-or-later
// The tokens of a Python text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

struct PythonToken {
    enum class Kind { Name, Number, String, FString, Operator, Newline, End };
    Kind kind = Kind::End;
    std::string text;      ///< String: what it holds, its escapes undone; else as it is written
    int line = 0;          ///< from 1
    bool indented = false; ///< its statement does not begin at the left edge
    size_t begin = 0, end = 0;

    bool is(std::string_view words) const { return (kind == Kind::Operator || kind == Kind::Name) && text == words; }
};

/// Ends with End; a Newline stands where a statement ends, none within brackets. Throws BadInput with `name` and the
/// line for a string that does not end.
std::vector<PythonToken> pythonTokens(std::string_view text, const std::string& name);

} // namespace fettle
