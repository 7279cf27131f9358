// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a template's expressions: Jinja's grammar, as jinja2/parser.py 3.1 reads it. For parser.cpp, which reads the
// statements around them.
#pragma once

#include "core/base/text.h"
#include "core/chat/lexer.h"
#include "core/chat/syntax.h"

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>

namespace fettle::jinja
{

using enum NodeKind;

class ExpressionParser
{
protected:
    static constexpr int deepest = 200; ///< levels of the tree, and of the parser itself

    ExpressionParser(std::string_view text, const std::string& source)
        : m_source(source), m_tokens(readTokens(text, source))
    {
    }

    // Tokens
    const Token& current() const { return m_tokens[m_at]; }
    const Token& following() const { return m_tokens[std::min(m_at + 1, m_tokens.size() - 1)]; }
    bool isName(std::string_view word) const { return current().type == TokenType::Name && current().text == word; }
    bool isOperator(std::string_view word) const
    {
        return current().type == TokenType::Operator && current().text == word;
    }
    bool isAnyOperator(std::initializer_list<std::string_view> words) const
    {
        return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return isOperator(word); });
    }
    void next() { m_at += m_at + 1 < m_tokens.size(); }
    bool skipName(std::string_view word) { return isName(word) && (next(), true); }
    bool skipOperator(std::string_view word) { return isOperator(word) && (next(), true); }
    [[noreturn]] void fail(const std::string& what) const { throw templateError(m_source, current().line, what); }
    std::string described() const
    {
        switch (current().type) {
        case TokenType::End:
            return "the end of the template";
        case TokenType::BlockEnd:
        case TokenType::VariableEnd:
            return current().text;
        default:
            return shown(current().text, 40);
        }
    }
    void expectOperator(std::string_view word)
    {
        if (!skipOperator(word))
            fail(fmt::format("{} is expected, not {}", word, described()));
    }
    void expectName(std::string_view word)
    {
        if (!skipName(word))
            fail(fmt::format("\"{}\" is expected, not {}", word, described()));
    }
    std::string anyName()
    {
        if (current().type != TokenType::Name)
            fail(fmt::format("a name is expected, not {}", described()));
        std::string name = current().text;
        next();
        return name;
    }
    void expectBlockEnd()
    {
        if (current().type != TokenType::BlockEnd)
            fail(fmt::format("%}} is expected, not {}", described()));
        next();
    }

    // Nodes
    NodePtr make(NodeKind kind, std::string name = {}) const
    {
        auto node = std::make_unique<Node>(Node{kind, current().line, std::move(name), {}, {}, {}});
        return node;
    }
    template <typename... Parts>
    NodePtr make(NodeKind kind, std::string name, NodePtr first, Parts... others) const
    {
        NodePtr node = make(kind, std::move(name));
        if (first)
            node->line = first->line;
        add(*node, std::move(first));
        (add(*node, std::move(others)), ...);
        return node;
    }
    void add(Node& node, NodePtr part) const
    {
        if (part) {
            node.depth = std::max(node.depth, part->depth + 1);
            if (node.depth > deepest)
                fail(fmt::format("more than {} levels inside each other", deepest));
        }
        node.parts.push_back(std::move(part));
    }
    /// What recurses counts here, so that no source makes the parser itself go too deep.
    class Level
    {
    public:
        explicit Level(ExpressionParser& parser) : m_parser(parser)
        {
            if (++parser.m_level > deepest)
                parser.fail(fmt::format("more than {} levels inside each other", deepest));
        }
        ~Level() { --m_parser.m_level; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

    private:
        ExpressionParser& m_parser;
    };

    // Expressions, the loosest binding first
    NodePtr parseTuple(bool withConditional)
    {
        NodePtr first = parseExpression(withConditional);
        if (!isOperator(","))
            return first;
        NodePtr tuple = make(Tuple, {}, std::move(first));
        while (skipOperator(",") && !endsTuple())
            add(*tuple, parseExpression(withConditional));
        return tuple;
    }
    bool endsTuple() const
    {
        return current().type == TokenType::VariableEnd || current().type == TokenType::BlockEnd || isOperator(")");
    }

    NodePtr parseExpression(bool withConditional = true)
    {
        const Level level(*this);
        NodePtr value = parseBinary(0);
        while (withConditional && skipName("if")) {
            NodePtr condition = parseBinary(0);
            NodePtr otherwise = skipName("else") ? parseExpression() : nullptr;
            value = make(Conditional, {}, std::move(condition), std::move(value), std::move(otherwise));
        }
        return value;
    }

    /// or, and, not, comparisons, + -, ~, * / // %, **: each level of operands that bind tighter.
    NodePtr parseBinary(int level)
    {
        switch (level) {
        case 0:
        case 1: {
            NodePtr left = parseBinary(level + 1);
            while (skipName(level == 0 ? "or" : "and")) {
                NodePtr right = parseBinary(level + 1);
                left = make(level == 0 ? Or : And, {}, std::move(left), std::move(right));
            }
            return left;
        }
        case 2: {
            const Level deeper(*this);
            return skipName("not") ? make(Not, {}, parseBinary(2)) : parseBinary(3);
        }
        case 3:
            return parseComparison();
        case 4:
            return parseOperators(level, {"+", "-"});
        case 5: {
            NodePtr first = parseBinary(6);
            if (!isOperator("~"))
                return first;
            NodePtr all = make(Concat, {}, std::move(first));
            while (skipOperator("~"))
                add(*all, parseBinary(6));
            return all;
        }
        case 6:
            return parseOperators(level, {"*", "/", "//", "%"});
        case 7:
            return parseOperators(level, {"**"});
        default:
            return parseUnary(true);
        }
    }
    NodePtr parseOperators(int level, std::initializer_list<std::string_view> operators)
    {
        NodePtr left = parseBinary(level + 1);
        while (isAnyOperator(operators)) {
            const std::string sign = current().text;
            next();
            NodePtr right = parseBinary(level + 1);
            left = make(Binary, sign, std::move(left), std::move(right));
        }
        return left;
    }
    NodePtr parseComparison()
    {
        NodePtr first = parseBinary(4);
        NodePtr all;
        for (;;) {
            std::string sign = current().text;
            if (isAnyOperator({"==", "!=", "<", "<=", ">", ">="}) || isName("in")) {
                next();
            } else if (isName("not") && following().type == TokenType::Name && following().text == "in") {
                sign = "not in";
                next(), next();
            } else {
                return all ? std::move(all) : std::move(first);
            }
            if (!all)
                all = make(Compare, {}, std::move(first));
            all->names.push_back(sign);
            add(*all, parseBinary(4));
        }
    }

    NodePtr parseUnary(bool withFilters)
    {
        const Level level(*this);
        NodePtr node;
        if (isOperator("-") || isOperator("+")) {
            const NodeKind kind = isOperator("-") ? Negative : Positive;
            next();
            node = make(kind, {}, parseUnary(false));
        } else {
            node = parsePrimary();
        }
        node = parsePostfix(std::move(node));
        while (withFilters) {
            if (skipOperator("|"))
                node = parseFilter(std::move(node));
            else if (skipName("is"))
                node = parseTest(std::move(node));
            else if (isOperator("("))
                node = parseCall(std::move(node));
            else
                break;
        }
        return node;
    }

    NodePtr constant(Value value)
    {
        NodePtr node = make(Constant);
        node->value = std::move(value);
        return node;
    }
    NodePtr parsePrimary()
    {
        const Token token = current();
        switch (token.type) {
        case TokenType::Name:
            next();
            if (token.text == "true" || token.text == "True" || token.text == "false" || token.text == "False")
                return constant(token.text == "true" || token.text == "True");
            if (token.text == "none" || token.text == "None")
                return constant(None());
            return make(Name, token.text);
        case TokenType::String: {
            std::string text;
            for (; current().type == TokenType::String; next())
                text += current().text;
            return constant(std::move(text));
        }
        case TokenType::Integer: {
            const auto number = parseInteger(token.text);
            if (!number)
                fail(fmt::format("the number {} is too large", shown(token.text, 40)));
            next();
            return constant(*number);
        }
        case TokenType::Float:
            next();
            return constant(parseDouble(token.text).value_or(0));
        case TokenType::Operator:
            return parseBracket();
        default:
            fail(fmt::format("an expression is expected, not {}", described()));
        }
    }
    NodePtr parseBracket()
    {
        if (skipOperator("(")) {
            if (isOperator(")")) {
                next();
                return make(Tuple);
            }
            NodePtr inner = parseTuple(true);
            expectOperator(")");
            return inner;
        }
        const bool isList = isOperator("[");
        if (!isList && !isOperator("{"))
            fail(fmt::format("an expression is expected, not {}", described()));
        next();
        const char* end = isList ? "]" : "}";
        NodePtr node = make(isList ? List : Dict);
        while (!isOperator(end)) {
            if (!node->parts.empty())
                expectOperator(",");
            if (isOperator(end))
                break;
            add(*node, parseExpression());
            if (!isList) {
                expectOperator(":");
                add(*node, parseExpression());
            }
        }
        next();
        return node;
    }

    NodePtr parsePostfix(NodePtr node)
    {
        for (;;) {
            if (isOperator("(")) {
                node = parseCall(std::move(node));
            } else if (skipOperator("[")) {
                node = parseSubscript(std::move(node));
            } else if (skipOperator(".")) {
                if (current().type == TokenType::Integer)
                    node = make(Item, {}, std::move(node), parsePrimary());
                else {
                    const std::string name = anyName();
                    node = make(Attribute, name, std::move(node));
                }
            } else {
                return node;
            }
        }
    }
    NodePtr parseSubscript(NodePtr object)
    {
        NodePtr start = isOperator(":") ? nullptr : parseExpression();
        if (skipOperator("]"))
            return make(Item, {}, std::move(object), std::move(start));
        if (isOperator(","))
            fail("a subscript of several values is not supported");
        expectOperator(":");
        NodePtr stop = isOperator(":") || isOperator("]") ? nullptr : parseExpression();
        NodePtr step = skipOperator(":") && !isOperator("]") ? parseExpression() : nullptr;
        expectOperator("]");
        return make(Slice, {}, std::move(object), std::move(start), std::move(stop), std::move(step));
    }

    void parseArguments(Node& node)
    {
        expectOperator("(");
        for (bool isFirst = true; !isOperator(")"); isFirst = false) {
            if (!isFirst)
                expectOperator(",");
            if (isOperator(")"))
                break;
            if (skipOperator("**")) {
                node.names.push_back("**");
            } else if (isNamedArgument()) {
                node.names.push_back(anyName());
                next();
            } else if (!node.names.empty()) {
                fail("an argument without a name follows one that has one");
            } else if (skipOperator("*")) {
                add(node, make(Spread, {}, parseExpression()));
                continue;
            }
            add(node, parseExpression());
        }
        next();
    }
    bool isNamedArgument() const
    {
        return current().type == TokenType::Name && following().type == TokenType::Operator && following().text == "=";
    }
    NodePtr parseCall(NodePtr function)
    {
        NodePtr call = make(Call, {}, std::move(function));
        parseArguments(*call);
        return call;
    }
    NodePtr parseFilter(NodePtr input)
    {
        NodePtr filter = make(Filter);
        filter->name = anyName();
        add(*filter, std::move(input));
        if (isOperator("("))
            parseArguments(*filter);
        return filter;
    }
    NodePtr parseTest(NodePtr value)
    {
        const bool isNegated = skipName("not");
        NodePtr test = make(Test);
        test->name = anyName();
        add(*test, std::move(value));
        if (isOperator("(")) {
            parseArguments(*test);
        } else if (startsArgument()) {
            if (isName("is"))
                fail("tests with \"is\" cannot be chained");
            add(*test, parsePostfix(parsePrimary()));
        }
        return isNegated ? make(Not, {}, std::move(test)) : std::move(test);
    }
    bool startsArgument() const
    {
        switch (current().type) {
        case TokenType::Name:
            return !isName("else") && !isName("or") && !isName("and");
        case TokenType::String:
        case TokenType::Integer:
        case TokenType::Float:
            return true;
        default:
            return isOperator("[") || isOperator("{");
        }
    }

    const std::string& m_source;

private:
    std::vector<Token> m_tokens;
    size_t m_at = 0;
    int m_level = 0;
};

} // namespace fettle::jinja
