// SPDX-License-Identifier: GPL-3.0-or-later
// Arguments, Jinja's tests (jinja2/tests.py 3.1), and the functions of transformers' environment.
#include "core/chat/builtins.h"

#include "core/base/text.h"
#include "core/chat/python_text.h"

#include <algorithm>
#include <array>
#include <clocale>
#include <ctime>
#include <fmt/format.h>
#include <functional>
#include <unordered_map>

namespace fettle::jinja
{

Bound::Bound(const Arguments& arguments, std::initializer_list<const char*> parameters)
    : m_values(parameters.size()), m_parameters(parameters)
{
    if (arguments.positional.size() > m_values.size())
        throw Complaint(
            fmt::format("{} arguments where at most {} are taken", arguments.positional.size(), m_values.size()));
    for (size_t i = 0; i < arguments.positional.size(); ++i)
        m_values[i] = &arguments.positional[i];
    for (const auto& [name, value] : arguments.named) {
        const auto found = std::find(m_parameters.begin(), m_parameters.end(), name);
        if (found == m_parameters.end())
            throw Complaint(fmt::format("the argument \"{}\" is not known", shown(name, 40)));
        m_values[static_cast<size_t>(found - m_parameters.begin())] = &value;
    }
}

const Value& Bound::operator[](size_t place) const
{
    if (!m_values[place])
        throw Complaint(fmt::format("the argument \"{}\" is missing", m_parameters[place]));
    return *m_values[place];
}

int64_t Bound::integer(size_t place, int64_t fallback) const
{
    if (!has(place))
        return fallback;
    if (m_values[place]->isUndefined())
        complainUndefined(*m_values[place]);
    const auto value = m_values[place]->integer();
    if (!value)
        throw Complaint(fmt::format("the argument \"{}\" must be a whole number, not a {}", m_parameters[place],
                                    m_values[place]->typeName()));
    return *value;
}

std::string Bound::text(size_t place, const std::string& fallback, Budget& budget) const
{
    return m_values[place] ? asText(*m_values[place], budget) : fallback;
}

bool Bound::isTrue(size_t place, bool fallback) const
{
    return m_values[place] ? m_values[place]->isTrue() : fallback;
}

namespace
{

using TestFunction = std::function<bool(const Value&, const Arguments&, Budget&)>;

int64_t remainder(const Value& value, const Value& divisor, Budget& budget)
{
    const Value rest = arithmetic("%", value, divisor, budget);
    return rest.number() == 0 ? 0 : 1;
}

/// A test that asks for a second value.
TestFunction comparison(bool (*holds)(const Value&, const Value&, Budget&))
{
    return [holds](const Value& value, const Arguments& arguments, Budget& budget) {
        return holds(value, Bound(arguments, {"other"})[0], budget);
    };
}
/// A test of the value alone.
TestFunction property(bool (*holds)(const Value&))
{
    return [holds](const Value& value, const Arguments& arguments, Budget&) {
        Bound(arguments, {});
        return holds(value);
    };
}
/// A test of what letters the text is of.
TestFunction letters(python::Quality quality)
{
    return [quality](const Value& value, const Arguments& arguments, Budget& budget) {
        Bound(arguments, {});
        return python::isAll(asText(value, budget), quality);
    };
}

const std::unordered_map<std::string, TestFunction>& tests()
{
    using V = const Value&;
    static const TestFunction equals = comparison(equal);
    static const TestFunction differs = comparison([](V left, V right, Budget& b) { return !equal(left, right, b); });
    static const TestFunction isLess = comparison(less);
    static const TestFunction isGreater = comparison([](V left, V right, Budget& b) { return less(right, left, b); });
    static const TestFunction isAtMost = comparison([](V left, V right, Budget& b) { return !less(right, left, b); });
    static const TestFunction isAtLeast = comparison([](V left, V right, Budget& b) { return !less(left, right, b); });
    static const std::unordered_map<std::string, TestFunction> all = {
        {"!=", differs},
        {"<", isLess},
        {"<=", isAtMost},
        {"==", equals},
        {">", isGreater},
        {">=", isAtLeast},
        {"boolean", property([](V value) { return value.as<bool>() != nullptr; })},
        {"callable", property([](V value) { return value.callable() != nullptr; })},
        {"defined", property([](V value) { return !value.isUndefined(); })},
        {"divisibleby", comparison([](V value, V by, Budget& budget) { return remainder(value, by, budget) == 0; })},
        {"eq", equals},
        {"equalto", equals},
        {"even", [](V value, const Arguments&, Budget& b) { return remainder(value, Value(int64_t{2}), b) == 0; }},
        {"false", property([](V value) { return value.as<bool>() && !value.isTrue(); })},
        {"float", property([](V value) { return value.as<double>() != nullptr; })},
        {"ge", isAtLeast},
        {"greaterthan", isGreater},
        {"gt", isGreater},
        {"in", comparison([](V value, V in, Budget& budget) { return contains(in, value, budget); })},
        {"integer", property([](V value) { return value.as<int64_t>() != nullptr; })},
        {"iterable",
         property([](V value) { return value.isUndefined() || value.text() || value.sequence() || value.mapping(); })},
        {"le", isAtMost},
        {"lessthan", isLess},
        {"lower", letters(python::Quality::Lower)},
        {"lt", isLess},
        {"mapping", property([](V value) { return value.mapping() != nullptr; })},
        {"ne", differs},
        {"none", property([](V value) { return value.isNone(); })},
        {"number", property([](V value) { return value.number().has_value(); })},
        {"odd", [](V value, const Arguments&,
                   Budget& b) { return equal(arithmetic("%", value, Value(int64_t{2}), b), Value(int64_t{1}), b); }},
        {"sequence", property([](V value) {
             return value.isUndefined() || value.text() || value.mapping() ||
                    (value.sequence() && !value.isKind(SequenceKind::Generator));
         })},
        {"string", property([](V value) { return value.text() != nullptr; })},
        {"true", property([](V value) { return value.as<bool>() && value.isTrue(); })},
        {"undefined", property([](V value) { return value.isUndefined(); })},
        {"upper", letters(python::Quality::Upper)},
    };
    return all;
}

Value makeNamespace(const Arguments& arguments, Budget& budget)
{
    auto made = std::make_shared<Namespace>();
    budget.chargeItems(arguments.named.size());
    if (arguments.positional.size() > 1)
        throw Complaint("namespace takes one dict at most");
    if (!arguments.positional.empty()) {
        const Mapping* from = arguments.positional[0].mapping();
        if (!from)
            throw Complaint("namespace takes a dict or named values");
        budget.chargeItems(from->entries.size());
        for (const auto& [name, value] : from->entries)
            setAttribute(*made, asText(name, budget), value);
    }
    for (const auto& [name, value] : arguments.named)
        setAttribute(*made, name, value);
    return Value(Value::Any(std::move(made)));
}

Value makeMapping(const Arguments& arguments, Budget& budget)
{
    std::vector<std::pair<Value, Value>> entries;
    if (!arguments.positional.empty()) {
        const Mapping* from = arguments.positional[0].mapping();
        if (!from || arguments.positional.size() > 1)
            throw Complaint("dict takes a dict or named values");
        entries = from->entries;
    }
    for (const auto& [name, value] : arguments.named)
        entries.emplace_back(name, value);
    budget.chargeItems(entries.size());
    return Value::mapping(std::move(entries), budget);
}

Value makeRange(const Arguments& arguments, Budget& budget)
{
    constexpr int64_t longest = 100'000; // Jinja's MAX_RANGE
    const Bound bound(arguments, {"start", "stop", "step"});
    const bool isOne = arguments.positional.size() < 2;
    bound[0], bound.integer(0, 0);
    const int64_t start = isOne ? 0 : bound.integer(0, 0), stop = bound.integer(isOne ? 0 : 1, 0);
    const int64_t step = bound.integer(2, 1);
    if (step == 0)
        throw Complaint("range() arg 3 must not be zero");
    std::vector<Value> items;
    for (int64_t at = start; step > 0 ? at < stop : at > stop;) {
        if (static_cast<int64_t>(items.size()) == longest)
            throw Complaint("a range of more than 100000 numbers");
        items.emplace_back(at);
        if (__builtin_add_overflow(at, step, &at))
            break;
    }
    budget.chargeItems(items.size());
    return Value::list(std::move(items));
}

/// Today in this machine's time zone, with the words of the C locale, as Python writes it.
Value formatNow(const Arguments& arguments, Budget& budget)
{
    static const locale_t plain = ::newlocale(LC_ALL_MASK, "C", nullptr);
    const std::string format = Bound(arguments, {"format"}).text(0, "", budget);
    if (format.size() > 200)
        throw Complaint("the format of a date is too long");
    const std::time_t now = std::time(nullptr);
    std::tm local = {};
    ::localtime_r(&now, &local);
    std::array<char, 4096> text;
    return Value(std::string(text.data(), ::strftime_l(text.data(), text.size(), format.c_str(), &local, plain)));
}

} // namespace

bool applyTest(const std::string& name, const Value& value, const Arguments& arguments, Budget& budget)
{
    const auto found = tests().find(name);
    if (found == tests().end())
        throw Complaint(fmt::format("the test \"is {}\" is not supported", shown(name, 40)));
    return found->second(value, arguments, budget);
}

const std::vector<std::string>& functionNames()
{
    static const std::vector<std::string> names = {"namespace", "range", "dict", "raise_exception", "strftime_now"};
    return names;
}

void setAttribute(Namespace& target, const std::string& name, Value value)
{
    if (name.starts_with('_'))
        throw Complaint(fmt::format("a namespace takes no name that begins with an underscore ({})", shown(name, 40)));
    if (!value.isData())
        throw Complaint(fmt::format("a {} kept in a list, a dict or a namespace is not supported", value.typeName()));
    target.attributes[name] = std::move(value);
}

Value callFunction(const Callable& function, const Arguments& arguments, Budget& budget)
{
    budget.charge(1);
    if (function.receiver)
        return callMethod(*function.receiver, function.name, arguments, budget);
    if (function.name == "namespace")
        return makeNamespace(arguments, budget);
    if (function.name == "range")
        return makeRange(arguments, budget);
    if (function.name == "dict")
        return makeMapping(arguments, budget);
    if (function.name == "strftime_now")
        return formatNow(arguments, budget);
    throw Raised(Bound(arguments, {"message"}).text(0, "", budget));
}

} // namespace fettle::jinja
