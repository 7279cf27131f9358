// SPDX-License-Identifier: GPL-3.0-or-later
// Reads a template's statements.
#include "core/chat/expression_parser.h"

namespace fettle::jinja
{

namespace
{

class Parser : private ExpressionParser
{
public:
    Parser(std::string_view text, const std::string& source) : ExpressionParser(text, source) {}

    NodePtr parse() { return parseBody({}); }

private:
    NodePtr parseBody(std::initializer_list<std::string_view> ends)
    {
        const Level level(*this);
        NodePtr body = make(Body);
        const int line = current().line;
        for (;;) {
            switch (current().type) {
            case TokenType::Data: {
                NodePtr data = make(Data);
                data->value = Value(current().text);
                next();
                add(*body, std::move(data));
                break;
            }
            case TokenType::VariableBegin: {
                next();
                add(*body, make(Print, {}, parseTuple(true)));
                if (current().type != TokenType::VariableEnd)
                    fail(fmt::format("}}}} is expected, not {}", described()));
                next();
                break;
            }
            case TokenType::BlockBegin:
                next();
                if (current().type == TokenType::Name &&
                    std::find(ends.begin(), ends.end(), current().text) != ends.end())
                    return body;
                if (NodePtr statement = parseStatement())
                    add(*body, std::move(statement));
                expectBlockEnd();
                break;
            default:
                if (ends.size() > 0)
                    throw templateError(m_source, line, fmt::format("{{% {} %}} is missing", *(ends.end() - 1)));
                return body;
            }
        }
    }
    /// The body of a block, behind the rest of its opening tag, up to one of `ends`, which is the current token.
    NodePtr parseBlock(std::initializer_list<std::string_view> ends)
    {
        skipOperator(":");
        expectBlockEnd();
        return parseBody(ends);
    }
    NodePtr parseWholeBlock(std::string_view end)
    {
        NodePtr body = parseBlock({end});
        next();
        return body;
    }

    NodePtr parseStatement()
    {
        const std::string tag = anyName();
        if (tag == "set")
            return parseSet();
        if (tag == "for")
            return parseFor();
        if (tag == "if")
            return parseIf();
        if (tag == "macro")
            return parseMacro();
        if (tag == "call")
            return parseCallBlock();
        if (tag == "filter") {
            NodePtr filter = parseFilter(nullptr);
            NodePtr body = parseWholeBlock("endfilter");
            return make(FilterBlock, {}, std::move(filter), std::move(body));
        }
        if (tag == "with")
            return parseWith();
        if (tag == "generation") { // what an assistant wrote, marked for training: a scope of its own, nothing more
            NodePtr node = make(With);
            add(*node, nullptr);
            return withBody(std::move(node), "endgeneration");
        }
        if (tag == "print") {
            NodePtr prints = make(Body);
            do
                add(*prints, make(Print, {}, parseExpression()));
            while (skipOperator(","));
            return prints;
        }
        if (tag == "break" || tag == "continue") {
            if (m_loops == 0)
                fail(fmt::format("{{% {} %}} outside of a loop", tag));
            return make(tag == "break" ? Break : Continue);
        }
        fail(fmt::format("the tag {{% {} %}} is not supported", shown(tag, 40)));
    }

    NodePtr parseSet()
    {
        NodePtr target = parseTarget(true);
        if (skipOperator("=")) {
            NodePtr expression = parseTuple(true);
            return make(Set, {}, std::move(target), std::move(expression));
        }
        NodePtr filter;
        while (skipOperator("|"))
            filter = parseFilter(std::move(filter));
        NodePtr body = parseWholeBlock("endset");
        return make(SetBlock, {}, std::move(target), std::move(filter), std::move(body));
    }

    NodePtr parseFor()
    {
        NodePtr target = parseTarget(false);
        expectName("in");
        NodePtr iterable = parseTuple(false);
        NodePtr condition = skipName("if") ? parseExpression() : nullptr;
        if (isName("recursive"))
            fail("a recursive loop is not supported");
        ++m_loops;
        NodePtr body = parseBlock({"else", "endfor"}), otherwise;
        --m_loops;
        if (skipName("else"))
            otherwise = parseBlock({"endfor"});
        next();
        return make(For, {}, std::move(target), std::move(iterable), std::move(condition), std::move(body),
                    std::move(otherwise));
    }

    NodePtr parseIf()
    {
        NodePtr node = make(If);
        do {
            add(*node, parseTuple(false));
            add(*node, parseBlock({"elif", "else", "endif"}));
        } while (skipName("elif"));
        if (skipName("else"))
            add(*node, parseBlock({"endif"}));
        expectName("endif");
        return node;
    }

    NodePtr parseMacro()
    {
        NodePtr macro = make(Macro, anyName());
        add(*macro, nullptr); // the body's place
        parseSignature(*macro);
        return withBody(std::move(macro), "endmacro");
    }
    /// The rest of a macro or a `with`: its body.
    NodePtr withBody(NodePtr node, std::string_view end)
    {
        const int loops = node->kind == Macro ? std::exchange(m_loops, 0) : m_loops; // a macro leaves no loop around it
        NodePtr body = parseWholeBlock(end);
        m_loops = loops;
        node->depth = std::max(node->depth, body->depth + 1);
        node->parts[0] = std::move(body);
        return node;
    }
    void parseSignature(Node& macro)
    {
        expectOperator("(");
        while (!isOperator(")")) {
            if (!macro.names.empty())
                expectOperator(",");
            macro.names.push_back(anyName());
            if (skipOperator("="))
                add(macro, parseExpression());
            else if (macro.parts.size() > 1)
                fail("a parameter without a default follows one that has one");
        }
        next();
    }
    NodePtr parseCallBlock()
    {
        NodePtr macro = make(Macro, "caller");
        add(*macro, nullptr);
        if (isOperator("("))
            parseSignature(*macro);
        NodePtr call = parseExpression();
        if (call->kind != Call)
            fail("{% call %} needs a call");
        macro = withBody(std::move(macro), "endcall");
        return make(CallBlock, {}, std::move(call), std::move(macro));
    }

    NodePtr parseWith()
    {
        NodePtr node = make(With);
        add(*node, nullptr);
        while (current().type != TokenType::BlockEnd) {
            if (node->parts.size() > 1)
                expectOperator(",");
            add(*node, parseTarget(false));
            expectOperator("=");
            add(*node, parseExpression());
        }
        return withBody(std::move(node), "endwith");
    }

    NodePtr parseTarget(bool withNamespace)
    {
        const Level level(*this);
        NodePtr first = parseOneTarget(withNamespace);
        if (!isOperator(","))
            return first;
        NodePtr tuple = make(Tuple, {}, std::move(first));
        while (skipOperator(",") && !isName("in") && !isOperator("="))
            add(*tuple, parseOneTarget(withNamespace));
        return tuple;
    }
    NodePtr parseOneTarget(bool withNamespace)
    {
        if (skipOperator("(")) {
            NodePtr inner = parseTarget(withNamespace);
            expectOperator(")");
            return inner;
        }
        NodePtr name = make(Name);
        name->name = anyName();
        static constexpr std::string_view constants[] = {"true", "false", "none", "True", "False", "None"};
        if (std::find(std::begin(constants), std::end(constants), name->name) != std::end(constants))
            fail(fmt::format("{} cannot be set", name->name));
        if (!withNamespace || !skipOperator("."))
            return name;
        const std::string attribute = anyName();
        return make(NamespaceAttribute, attribute, std::move(name));
    }

    int m_loops = 0; ///< around the place that is read
};

} // namespace

NodePtr parse(std::string_view text, const std::string& source)
{
    return Parser(text, source).parse();
}

} // namespace fettle::jinja
