// SPDX-License-Identifier: GPL-3.0-or-later
// A template as a tree.
#pragma once

#include "core/chat/value.h"

#include <memory>
#include <string>
#include <vector>

namespace fettle::jinja
{

// What stands in `parts` of each kind; [x] may be null.
enum class NodeKind {
    // Expressions
    Constant,    // value
    Name,        // name
    List,        // items
    Tuple,       // items; as a target: targets
    Dict,        // key, value, key, value …
    Attribute,   // object; name
    Item,        // object, index
    Slice,       // object, [start], [stop], [step]
    Call,        // function, arguments; keywords
    Filter,      // [input], arguments; name, keywords
    Test,        // value, arguments; name, keywords
    Not,         // operand
    Negative,    // operand
    Positive,    // operand
    And,         // left, right
    Or,          // left, right
    Compare,     // operands; names: the operators between them
    Binary,      // left, right; name: the operator
    Concat,      // operands
    Conditional, // condition, then, [else]
    Spread,      // operand; as an argument alone: *operand
    // Targets alone
    NamespaceAttribute, // object; name
    // Statements
    Body,        // statements
    Data,        // value
    Print,       // expression
    Set,         // target, expression
    SetBlock,    // target, [filter], body
    For,         // target, iterable, [condition], body, [else]
    If,          // condition, body, condition, body …, [else]
    Macro,       // body, defaults of the last parameters; name, names: parameters
    CallBlock,   // call, macro (its body)
    FilterBlock, // filter, body
    With,        // body, target, expression, target, expression …
    Break,
    Continue,
};

struct Node {
    NodeKind kind;
    int line;
    std::string name;
    std::vector<std::string> names; ///< of arguments: the names of the last ones; "**": named ones of a dict
    std::vector<std::unique_ptr<Node>> parts;
    Value value;
    int depth = 1; ///< levels of the tree under it, itself counted
};
using NodePtr = std::unique_ptr<Node>;

/// `source` is what messages call the template. Throws BadInput with the line and what is not understood there.
NodePtr parse(std::string_view text, const std::string& source);

} // namespace fettle::jinja
