// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arguments/python_script.h"

#include "core/arguments/python_tokens.h"
#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

using Kind = PythonToken::Kind;
constexpr int deepest = 100; ///< brackets within brackets

bool opens(const PythonToken& token)
{
    return token.kind == Kind::Operator && (token.text == "(" || token.text == "[" || token.text == "{");
}

bool closes(const PythonToken& token)
{
    return token.kind == Kind::Operator && (token.text == ")" || token.text == "]" || token.text == "}");
}

/// 1_000, 1e-5, 0x10; none for what is no number of JSON's (1j, a whole number beyond 64 bits is a real one).
std::optional<Json> numberOf(std::string text)
{
    std::erase(text, '_');
    if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
        return std::nullopt;
    if (const auto whole = parseInteger(text))
        return Json(*whole);
    if (!text.empty() && text.back() == '.')
        text += '0';
    if (!text.empty() && text.front() == '.')
        text.insert(0, "0");
    const auto real = parseDouble(text);
    return real && std::isfinite(*real) ? std::optional<Json>(*real) : std::nullopt;
}

class ScriptReader
{
public:
    ScriptReader(std::string_view text, const std::string& name) : m_text(text), m_tokens(pythonTokens(text, name))
    {
        requireBrackets(name);
    }

    PythonScript read()
    {
        for (size_t at = 0; at < m_tokens.size();) {
            size_t end = at;
            while (m_tokens[end].kind != Kind::Newline && m_tokens[end].kind != Kind::End)
                ++end;
            statement(at, end);
            at = end + 1;
        }
        return std::move(m_script);
    }

private:
    struct Bound {
        std::optional<Json> literal;
        bool isSure = true; ///< false: bound to different values in branches
        bool isIndented = false;
    };

    void requireBrackets(const std::string& name) const
    {
        std::vector<const PythonToken*> open;
        for (const PythonToken& token : m_tokens) {
            if (opens(token))
                open.push_back(&token);
            const auto pairs = [&] {
                const char begin = open.back()->text[0], end = token.text[0];
                return (begin == '(' && end == ')') || (begin == '[' && end == ']') || (begin == '{' && end == '}');
            };
            if (closes(token) && (open.empty() || !pairs()))
                throw badInput(fmt::format("{}, line {}: \"{}\" closes nothing.", name, token.line, token.text));
            if (closes(token))
                open.pop_back();
            if (open.size() > deepest)
                throw badInput(
                    fmt::format("{}, line {}: more than {} brackets within each other.", name, token.line, deepest));
        }
        if (!open.empty())
            throw badInput(
                fmt::format("{}, line {}: \"{}\" is never closed.", name, open.back()->line, open.back()->text),
                "Is it a Python script? It is read as text.");
    }

    const PythonToken& at(size_t i) const { return m_tokens[std::min(i, m_tokens.size() - 1)]; }

    void statement(size_t begin, size_t end)
    {
        if (begin == end)
            return;
        if (at(begin).is("def") || (at(begin).is("async") && at(begin + 1).is("def"))) {
            m_script.functions.push_back(at(begin + (at(begin).is("def") ? 1 : 2)).text);
            return;
        }
        // NAME = …, NAME: type = …
        size_t equals = begin + 1;
        if (at(begin).kind == Kind::Name && at(equals).is(":"))
            while (equals < end && !at(equals).is("="))
                ++equals;
        const bool binds = at(begin).kind == Kind::Name && equals < end && at(equals).is("=");
        readCalls(begin, end, binds ? at(begin).text : std::string(), equals + 1);
        if (binds)
            bind(at(begin), read(equals + 1, end));
        else if (at(begin).kind == Kind::Name && at(begin + 1).kind == Kind::Operator &&
                 at(begin + 1).text.size() > 1 && at(begin + 1).text.back() == '=' && !at(begin + 1).is("=="))
            m_names.erase(at(begin).text); // +=
    }

    void bind(const PythonToken& name, const PythonValue& value)
    {
        const auto before = m_names.find(name.text);
        Bound bound{value.literal, true, name.indented};
        if (before != m_names.end() && (name.indented || before->second.isIndented))
            bound.isSure = before->second.isSure && before->second.literal == value.literal;
        m_names[name.text] = bound;
        if (value.literal)
            m_script.names.push_back({name.text, *value.literal, name.line});
    }

    /// All calls of a statement; the one at `first` gives the name `target` its value.
    void readCalls(size_t begin, size_t end, const std::string& target, size_t first)
    {
        for (size_t i = begin; i < end; ++i) {
            if (at(i).kind != Kind::Name || (i > begin && at(i - 1).is(".")))
                continue;
            size_t last = i;
            while (at(last + 1).is(".") && at(last + 2).kind == Kind::Name)
                last += 2;
            readCall(i, last, i == first ? target : std::string());
        }
        // What is called of a result: load_dataset(…)["train"].train_test_split(…).
        for (size_t i = begin; i + 1 < end; ++i)
            if (closes(at(i)) && at(i + 1).is(".") && at(i + 2).kind == Kind::Name)
                readCall(i + 1, i + 2, {});
    }

    void readCall(size_t from, size_t last, const std::string& target)
    {
        if (!at(last + 1).is("("))
            return;
        PythonCall call;
        for (size_t i = from; i <= last; ++i)
            call.function += at(i).text;
        call.line = at(last).line;
        call.target = target;
        const size_t close = closing(last + 1);
        for (size_t i = last + 2; i < close;) {
            const size_t end = argumentEnd(i, close);
            PythonArgument argument;
            argument.line = at(i).line;
            size_t value = i;
            if (at(i).is("*") || at(i).is("**"))
                argument.name = at(value++).text;
            else if (at(i).kind == Kind::Name && at(i + 1).is("="))
                argument.name = at(i).text, value = i + 2;
            argument.value = read(value, end);
            call.arguments.push_back(std::move(argument));
            i = end + 1;
        }
        m_script.calls.push_back(std::move(call));
    }

    size_t closing(size_t open) const
    {
        int depth = 0;
        for (size_t i = open; i < m_tokens.size(); ++i) {
            depth += opens(at(i)) ? 1 : closes(at(i)) ? -1 : 0;
            if (depth == 0)
                return i;
        }
        return m_tokens.size() - 1;
    }

    /// Where the part that begins at `i` ends: at a comma, or at `close`.
    size_t argumentEnd(size_t i, size_t close) const
    {
        for (; i < close; ++i) {
            if (opens(at(i)))
                i = closing(i);
            else if (at(i).is(","))
                return i;
        }
        return close;
    }

    /// The value of tokens [begin, end).
    PythonValue read(size_t begin, size_t end) const
    {
        PythonValue value;
        value.text = textOf(begin, end);
        size_t i = begin;
        value.literal = sum(i, end, value.problem);
        if (value.literal && i != end) {
            value.literal.reset();
            value.problem = "is computed";
        }
        if (at(begin).kind == Kind::Name && at(begin + 1).is("[") && at(begin + 2).kind == Kind::String &&
            at(begin + 3).is("]") && begin + 4 == end)
            value.item = at(begin + 2).text;
        return value;
    }

    std::string textOf(size_t begin, size_t end) const
    {
        if (begin >= end)
            return {};
        std::string text;
        for (const char c : m_text.substr(at(begin).begin, at(end - 1).end - at(begin).begin))
            if (const bool space = c == '\n' || c == ' ' || c == '\t' || c == '\r'; !space)
                text += c;
            else if (!text.empty() && text.back() != ' ')
                text += ' ';
        return text;
    }

    /// Texts and lists joined by "+" or by standing side by side.
    std::optional<Json> sum(size_t& i, size_t end, std::string& problem) const
    {
        std::optional<Json> left = atom(i, end, problem);
        while (left && i < end &&
               (at(i).is("+") || (left->is_string() && at(i).kind == Kind::String) || at(i).kind == Kind::FString)) {
            i += at(i).is("+");
            const std::optional<Json> right = atom(i, end, problem);
            if (!right)
                return std::nullopt;
            if (left->is_string() && right->is_string())
                left = left->get<std::string>() + right->get<std::string>();
            else if (left->is_array() && right->is_array())
                for (const Json& each : *right)
                    left->push_back(each);
            else {
                problem = "is computed";
                return std::nullopt;
            }
        }
        return left;
    }

    std::optional<Json> atom(size_t& i, size_t end, std::string& problem) const
    {
        const auto none = [&](const char* why) {
            problem = why;
            return std::nullopt;
        };
        if (i >= end)
            return none("is missing");
        const PythonToken& token = at(i++);
        if (token.kind == Kind::String)
            return Json(token.text);
        if (token.kind == Kind::FString)
            return none("is an f-string");
        if (token.kind == Kind::Number) {
            const auto number = numberOf(token.text);
            return number ? number : none("is no number that is read here");
        }
        if (token.is("-") || token.is("+")) {
            const auto number = atom(i, end, problem);
            if (!number || !number->is_number())
                return none("is computed");
            if (token.is("+"))
                return number;
            return number->is_number_integer() ? Json(-number->get<int64_t>()) : Json(-number->get<double>());
        }
        if (token.is("[") || token.is("("))
            return list(i, closing(i - 1), token.is("("), problem);
        if (token.is("{"))
            return dictionary(i, closing(i - 1), problem);
        if (token.kind == Kind::Name)
            return named(token, i < end ? at(i) : at(m_tokens.size()), problem);
        return none("is computed");
    }

    std::optional<Json> named(const PythonToken& token, const PythonToken& next, std::string& problem) const
    {
        if (token.is("True") || token.is("False"))
            return Json(token.is("True"));
        if (token.is("None"))
            return Json(nullptr);
        const auto found = m_names.find(token.text);
        if (next.is("(") || next.is(".") || next.is("[") || next.kind == Kind::Name)
            problem = "is computed";
        else if (found == m_names.end() || !found->second.literal)
            problem = fmt::format("is {}, which is no literal above", shown(token.text, 40));
        else if (!found->second.isSure)
            problem = fmt::format("is {}, which has one value here and another there", shown(token.text, 40));
        else
            return found->second.literal;
        return std::nullopt;
    }

    /// The parts up to `close`; (a) is a itself.
    std::optional<Json> list(size_t& i, size_t close, bool isTuple, std::string& problem) const
    {
        Json values = Json::array();
        bool hasComma = false;
        while (i < close) {
            const size_t end = argumentEnd(i, close);
            size_t part = i;
            const std::optional<Json> value = sum(part, end, problem);
            if (!value || part != end) {
                problem = problem.empty() ? "is computed" : problem;
                return std::nullopt;
            }
            values.push_back(*value);
            hasComma = hasComma || end < close;
            i = end + 1;
        }
        i = close + 1;
        return isTuple && values.size() == 1 && !hasComma ? values[0] : values;
    }

    std::optional<Json> dictionary(size_t& i, size_t close, std::string& problem) const
    {
        Json values = Json::object();
        while (i < close) {
            const size_t end = argumentEnd(i, close);
            size_t part = i;
            const std::optional<Json> key = atom(part, end, problem);
            const bool isKey = key && key->is_string() && at(part).is(":");
            const std::optional<Json> value = isKey ? sum(++part, end, problem) : std::nullopt;
            if (!value || part != end) {
                problem = problem.empty() ? "is computed" : problem;
                return std::nullopt;
            }
            values[key->get<std::string>()] = *value;
            i = end + 1;
        }
        i = close + 1;
        return values;
    }

    std::string_view m_text;
    std::vector<PythonToken> m_tokens;
    std::map<std::string, Bound> m_names;
    PythonScript m_script;
};

} // namespace

std::string PythonCall::name() const
{
    return function.substr(function.rfind('.') + 1);
}

const PythonArgument* PythonCall::find(std::string_view name, int position) const
{
    const auto named = std::find_if(arguments.begin(), arguments.end(),
                                    [&](const PythonArgument& argument) { return argument.name == name; });
    if (named != arguments.end())
        return &*named;
    const auto place = static_cast<size_t>(position);
    return position >= 0 && place < arguments.size() && arguments[place].name.empty() ? &arguments[place] : nullptr;
}

PythonScript readPythonScript(std::string_view text, const std::string& name)
{
    return ScriptReader(text, name).read();
}

} // namespace fettle
