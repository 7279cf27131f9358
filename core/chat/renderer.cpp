// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/renderer.h"

#include "core/base/text.h"
#include "core/chat/builtins.h"
#include "core/chat/lexer.h"

#include <fmt/format.h>
#include <unordered_map>

namespace fettle::jinja
{

/// Names that are known at a place; those around it are seen, and hidden by setting them.
struct Scope {
    const Scope* around = nullptr;
    std::unordered_map<std::string, Value> names;

    const Value* find(const std::string& name) const
    {
        for (const Scope* scope = this; scope; scope = scope->around)
            if (const auto found = scope->names.find(name); found != scope->names.end())
                return &found->second;
        return nullptr;
    }
};

namespace
{

using enum NodeKind;

constexpr int deepest = 400; ///< nodes under work at a time, those of macros that call each other included
constexpr size_t longestOutput = size_t{16} << 20;

enum class Flow { Next, Break, Continue };

class Renderer
{
public:
    std::string run(const Node& root, const std::vector<std::pair<std::string, Value>>& variables)
    {
        Scope outermost;
        for (const std::string& name : functionNames())
            outermost.names[name] = Value::function(name);
        for (const auto& [name, value] : variables)
            outermost.names[name] = value;
        Scope scope{&outermost, {}};
        std::string out;
        execute(root, scope, out);
        return out;
    }
    int line() const { return m_line; }

private:
    class Level
    {
    public:
        explicit Level(Renderer& renderer, const Node& node) : m_level(renderer.m_level)
        {
            renderer.m_line = node.line;
            renderer.m_budget.charge(1);
            if (m_level >= deepest)
                throw Complaint("macros call each other too deeply");
            ++m_level;
        }
        ~Level() { --m_level; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

    private:
        int& m_level;
    };

    // Statements
    Flow execute(const Node& node, Scope& scope, std::string& out)
    {
        const Level level(*this, node);
        switch (node.kind) {
        case Body:
            for (const NodePtr& part : node.parts)
                if (const Flow flow = execute(*part, scope, out); flow != Flow::Next)
                    return flow;
            return Flow::Next;
        case Data:
            write(*node.value.text(), out);
            return Flow::Next;
        case Print:
            write(asText(evaluate(*node.parts[0], scope), m_budget), out);
            return Flow::Next;
        case Set:
            assign(*node.parts[0], evaluate(*node.parts[1], scope), scope);
            return Flow::Next;
        case SetBlock:
            return executeSetBlock(node, scope);
        case For:
            return executeFor(node, scope, out);
        case If:
            return executeIf(node, scope, out);
        case Macro:
            scope.names[node.name] = macroOf(node, scope);
            return Flow::Next;
        case CallBlock:
            write(asText(call(*node.parts[0], scope, macroOf(*node.parts[1], scope)), m_budget), out);
            return Flow::Next;
        case FilterBlock: {
            Value text(captured(*node.parts[1], scope));
            write(asText(filter(*node.parts[0], scope, &text), m_budget), out);
            return Flow::Next;
        }
        case With: {
            Scope inner{&scope, {}};
            for (size_t i = 1; i < node.parts.size(); i += 2)
                assign(*node.parts[i], evaluate(*node.parts[i + 1], scope), inner);
            return execute(*node.parts[0], inner, out);
        }
        case NodeKind::Break:
            return Flow::Break;
        default:
            return Flow::Continue;
        }
    }

    void write(const std::string& text, std::string& out)
    {
        m_budget.chargeText(text.size());
        if (text.size() > longestOutput - std::min(out.size(), longestOutput))
            throw Complaint("it writes more than 16 MB");
        out += text;
    }
    /// What a block writes, in a scope of its own.
    std::string captured(const Node& body, Scope& scope)
    {
        Scope inner{&scope, {}};
        std::string out;
        execute(body, inner, out);
        return out;
    }

    Flow executeSetBlock(const Node& node, Scope& scope)
    {
        Value text(captured(*node.parts[2], scope));
        assign(*node.parts[0], node.parts[1] ? filter(*node.parts[1], scope, &text) : text, scope);
        return Flow::Next;
    }

    Flow executeIf(const Node& node, Scope& scope, std::string& out)
    {
        for (size_t i = 0; i + 1 < node.parts.size(); i += 2)
            if (evaluate(*node.parts[i], scope).isTrue())
                return execute(*node.parts[i + 1], scope, out);
        return node.parts.size() % 2 ? execute(*node.parts.back(), scope, out) : Flow::Next;
    }

    Flow executeFor(const Node& node, Scope& scope, std::string& out)
    {
        std::vector<Value> items = itemsOf(evaluate(*node.parts[1], scope), m_budget);
        if (node.parts[2]) {
            std::vector<Value> kept;
            for (Value& item : items) {
                Scope inner{&scope, {}};
                assign(*node.parts[0], item, inner);
                if (evaluate(*node.parts[2], inner).isTrue())
                    kept.push_back(std::move(item));
            }
            items = std::move(kept);
        }
        Loop loop{items};
        for (; loop.at < items.size(); ++loop.at) {
            Scope inner{&scope, {}};
            inner.names["loop"] = Value(Value::Any(&loop));
            assign(*node.parts[0], items[loop.at], inner);
            if (execute(*node.parts[3], inner, out) == Flow::Break)
                break;
        }
        if (!items.empty() || !node.parts[4])
            return Flow::Next;
        Scope inner{&scope, {}};
        return execute(*node.parts[4], inner, out);
    }

    void assign(const Node& target, const Value& value, Scope& scope)
    {
        if (target.kind == Name) {
            scope.names[target.name] = value;
        } else if (target.kind == Tuple) {
            const std::vector<Value> items = itemsOf(value, m_budget);
            if (items.size() != target.parts.size())
                throw Complaint(fmt::format("{} values for {} names", items.size(), target.parts.size()));
            for (size_t i = 0; i < items.size(); ++i)
                assign(*target.parts[i], items[i], scope);
        } else {
            const Value* object = scope.find(target.parts[0]->name);
            if (!object || !object->nameSpace())
                throw Complaint(fmt::format("{} is no namespace, so {} of it cannot be set",
                                            shown(target.parts[0]->name, 40), shown(target.name, 40)));
            setAttribute(*object->nameSpace(), target.name, value);
        }
    }

    // Expressions
    Value evaluate(const Node& node, Scope& scope)
    {
        const Level level(*this, node);
        switch (node.kind) {
        case Constant:
            return node.value;
        case Name: {
            const Value* found = scope.find(node.name);
            return found ? *found : Value::undefined(node.name);
        }
        case List:
        case Tuple:
            return Value::sequence(node.kind == List ? SequenceKind::List : SequenceKind::Tuple, all(node, scope));
        case Dict:
            return dict(node, scope);
        case Attribute:
            return attributeOf(evaluate(*node.parts[0], scope), node.name, m_budget);
        case Item: {
            const Value object = evaluate(*node.parts[0], scope);
            return itemOf(object, evaluate(*node.parts[1], scope), m_budget);
        }
        case Slice:
            return sliced(node, scope);
        case Call:
            return call(node, scope, std::nullopt);
        case Filter:
            return filter(node, scope, nullptr);
        case Test: {
            const Value value = evaluate(*node.parts[0], scope);
            return applyTest(node.name, value, arguments(node, scope), m_budget);
        }
        case Not:
            return !evaluate(*node.parts[0], scope).isTrue();
        case Negative: {
            const Value value = evaluate(*node.parts[0], scope);
            if (!value.isUndefined() && !value.number())
                throw Complaint(fmt::format("bad operand type for unary -: '{}'", value.typeName()));
            return arithmetic("*", value, Value(int64_t{-1}), m_budget);
        }
        case Positive:
            return arithmetic("+", evaluate(*node.parts[0], scope), Value(int64_t{0}), m_budget);
        case And:
        case Or: {
            Value left = evaluate(*node.parts[0], scope);
            return left.isTrue() == (node.kind == Or) ? left : evaluate(*node.parts[1], scope);
        }
        case Compare:
            return compared(node, scope);
        case Binary: {
            const Value left = evaluate(*node.parts[0], scope);
            return arithmetic(node.name, left, evaluate(*node.parts[1], scope), m_budget);
        }
        case Concat: {
            std::string text;
            for (const NodePtr& part : node.parts)
                write(asText(evaluate(*part, scope), m_budget), text);
            return Value(std::move(text));
        }
        default: // Conditional
            if (evaluate(*node.parts[0], scope).isTrue())
                return evaluate(*node.parts[1], scope);
            return node.parts[2] ? evaluate(*node.parts[2], scope) : Value::undefined("an if without else");
        }
    }

    std::vector<Value> all(const Node& node, Scope& scope)
    {
        std::vector<Value> values;
        m_budget.chargeItems(node.parts.size());
        for (const NodePtr& part : node.parts)
            values.push_back(evaluate(*part, scope));
        return values;
    }

    Value dict(const Node& node, Scope& scope)
    {
        std::vector<Value> values = all(node, scope);
        std::vector<std::pair<Value, Value>> entries;
        for (size_t i = 0; i < values.size(); i += 2)
            entries.emplace_back(values[i], values[i + 1]);
        return Value::mapping(std::move(entries), m_budget);
    }

    Value sliced(const Node& node, Scope& scope)
    {
        const Value object = evaluate(*node.parts[0], scope);
        if (object.isUndefined())
            complainUndefined(object);
        Value bounds[3];
        for (size_t i = 0; i < 3; ++i)
            if (node.parts[i + 1])
                bounds[i] = evaluate(*node.parts[i + 1], scope);
        return slice(object, bounds[0], bounds[1], bounds[2], m_budget);
    }

    Value compared(const Node& node, Scope& scope)
    {
        Value left = evaluate(*node.parts[0], scope);
        for (size_t i = 0; i < node.names.size(); ++i) {
            Value right = evaluate(*node.parts[i + 1], scope);
            if (!holds(node.names[i], left, right))
                return false;
            left = std::move(right);
        }
        return true;
    }
    bool holds(const std::string& sign, const Value& left, const Value& right)
    {
        if (sign == "in" || sign == "not in")
            return contains(right, left, m_budget) == (sign == "in");
        Arguments other;
        other.positional.push_back(right);
        return applyTest(sign, left, other, m_budget);
    }

    /// What stands in parentheses behind `node.parts[0]`.
    Arguments arguments(const Node& node, Scope& scope)
    {
        Arguments given;
        const size_t firstNamed = node.parts.size() - node.names.size();
        for (size_t i = 1; i < node.parts.size(); ++i) {
            const bool isSpread = node.parts[i]->kind == Spread;
            Value value = evaluate(isSpread ? *node.parts[i]->parts[0] : *node.parts[i], scope);
            if (isSpread)
                for (Value& item : itemsOf(value, m_budget))
                    given.positional.push_back(std::move(item));
            else if (i < firstNamed)
                given.positional.push_back(std::move(value));
            else if (node.names[i - firstNamed] == "**")
                addNamed(given, value);
            else
                given.named.emplace_back(node.names[i - firstNamed], std::move(value));
        }
        m_line = node.line;
        return given;
    }

    void addNamed(Arguments& given, const Value& value)
    {
        if (!value.mapping())
            throw Complaint(fmt::format("** needs a dict, not a {}", value.typeName()));
        m_budget.chargeItems(value.mapping()->entries.size());
        for (const auto& [key, item] : value.mapping()->entries)
            given.named.emplace_back(asText(key, m_budget), item);
    }

    /// `innermost`: what a chain of filters without an input is applied to.
    Value filter(const Node& node, Scope& scope, const Value* innermost)
    {
        const Node* input = node.parts[0].get();
        const bool isChain = innermost && input && input->kind == Filter;
        const Value value = isChain ? filter(*input, scope, innermost) : input ? evaluate(*input, scope) : *innermost;
        return applyFilter(node.name, value, arguments(node, scope), m_budget);
    }

    Value macroOf(const Node& node, Scope& scope)
    {
        return Value(Value::Any(std::make_shared<const Callable>(Callable{node.name, nullptr, &node, &scope})));
    }

    Value call(const Node& node, Scope& scope, std::optional<Value> caller)
    {
        const Value function = evaluate(*node.parts[0], scope);
        if (function.isUndefined())
            complainUndefined(function);
        const Callable* callable = function.callable();
        if (!callable)
            throw Complaint(fmt::format("'{}' object is not callable", function.typeName()));
        Arguments given = arguments(node, scope);
        if (callable->macro)
            return callMacro(*callable, std::move(given), std::move(caller));
        if (caller)
            throw Complaint("{% call %} is for macros alone");
        return callFunction(*callable, given, m_budget);
    }

    Value callMacro(const Callable& function, Arguments given, std::optional<Value> caller)
    {
        const Node& macro = *function.macro;
        const std::vector<std::string>& parameters = macro.names;
        m_budget.charge(parameters.size() * (4 + given.named.size() / 16)); // as items, and compared by name
        Scope inner{function.scope, {}};
        if (caller)
            inner.names["caller"] = std::move(*caller);
        if (given.positional.size() > parameters.size())
            throw Complaint(
                fmt::format("the macro {} takes not more than {} arguments", macro.name, parameters.size()));
        for (auto& [name, value] : given.named) {
            const bool isKnown = std::find(parameters.begin(), parameters.end(), name) != parameters.end();
            if (!isKnown || !inner.names.emplace(name, std::move(value)).second)
                throw Complaint(fmt::format("the macro {} does not take \"{}\"", macro.name, shown(name, 40)));
        }
        const size_t firstDefault = parameters.size() + 1 - macro.parts.size();
        for (size_t i = 0; i < parameters.size(); ++i) {
            const std::string& name = parameters[i];
            if (i < given.positional.size()) {
                if (!inner.names.emplace(name, std::move(given.positional[i])).second)
                    throw Complaint(fmt::format("the macro {} got \"{}\" twice", macro.name, shown(name, 40)));
            } else if (!inner.names.contains(name)) {
                inner.names.emplace(name, i < firstDefault ? Value::undefined(name)
                                                           : evaluate(*macro.parts[i - firstDefault + 1], inner));
            }
        }
        std::string out;
        execute(*macro.parts[0], inner, out);
        return Value(std::move(out));
    }

    Budget m_budget;
    int m_level = 0;
    int m_line = 1;
};

} // namespace

std::string render(const Node& root, const std::string& source,
                   const std::vector<std::pair<std::string, Value>>& variables)
{
    Renderer renderer;
    try {
        return renderer.run(root, variables);
    } catch (const Raised& raised) {
        throw badInput(
            fmt::format("the model's chat template does not take this conversation: {}", shown(raised.what(), 500)), "",
            "model");
    } catch (const Complaint& complaint) {
        throw templateError(source, renderer.line(), shown(complaint.what(), 500));
    }
}

} // namespace fettle::jinja
