// SPDX-License-Identifier: GPL-3.0-or-later
// The calls of a Python script and the literals among their arguments, read as text: nothing is executed. What a name
// stands for is known where a literal was bound to it above.
#pragma once

#include "core/base/json.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

struct PythonValue {
    std::optional<Json> literal; ///< text, number, True, False, None (null), list, tuple (a list), dict (an object)
    std::string text;            ///< as it stands in the script, in one line
    std::string problem;         ///< why it is no literal ("is an f-string"); empty for one
    std::string item;            ///< of `name["item"]`, the item
    bool isTrue() const { return literal && *literal == Json(true); }
    bool isNone() const { return literal && literal->is_null(); }
};

struct PythonArgument {
    std::string name; ///< empty: by position; "*", "**": unpacked
    PythonValue value;
    int line = 0;
};

struct PythonCall {
    std::string function; ///< as it is written: "TrainingArguments", "AutoTokenizer.from_pretrained", ".map"
    int line = 0;         ///< from 1
    std::string target;   ///< the name that the result is bound to; empty: none
    std::vector<PythonArgument> arguments;

    /// The last part of `function`.
    std::string name() const;
    /// By name, or by position; null where it is not given.
    const PythonArgument* find(std::string_view name, int position = -1) const;
};

struct PythonName {
    std::string name;
    Json literal;
    int line = 0;
};

struct PythonScript {
    std::vector<PythonCall> calls;      ///< in the order of the text, inner ones after those they stand in
    std::vector<PythonName> names;      ///< bound to literals, each binding
    std::vector<std::string> functions; ///< defined ("def")
};

/// Throws BadInput with `name` and the line for a text that is no Python: a string or a bracket that does not end.
PythonScript readPythonScript(std::string_view text, const std::string& name);

} // namespace fettle
