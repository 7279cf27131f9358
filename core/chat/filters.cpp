// SPDX-License-Identifier: GPL-3.0-or-later
// Jinja's filters (jinja2/filters.py 3.1) and transformers' tojson.
#include "core/base/text.h"
#include "core/chat/builtins.h"
#include "core/chat/python_text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <functional>
#include <unordered_map>
#include <unordered_set>

namespace fettle::jinja
{

namespace
{

using FilterCall = std::function<Value(const Value&, const Arguments&, Budget&)>;

Value generator(std::vector<Value> items)
{
    return Value::sequence(SequenceKind::Generator, std::move(items));
}

/// An attribute path as filters take it ("function.name", "items.0", 1).
Value follow(Value value, const Value& path, Budget& budget)
{
    if (!path.text())
        return path.isNone() ? value : itemOf(value, path, budget);
    budget.chargeText(path.text()->size());
    budget.chargeItems(static_cast<uint64_t>(std::count(path.text()->begin(), path.text()->end(), '.')));
    for (const std::string& part : split(*path.text(), '.')) {
        const auto index = python::isAll(part, python::Quality::Digit) ? parseInteger(part) : std::nullopt;
        value = itemOf(value, index ? Value(*index) : Value(part), budget);
    }
    return value;
}

Value withoutCase(const Value& value, Budget& budget)
{
    if (!value.text())
        return value;
    budget.chargeText(value.text()->size());
    return Value(python::lower(*value.text()));
}

/// Items with what they are compared by.
std::vector<std::pair<Value, Value>> keyed(const Value& input, const Value& attribute, bool caseSensitive,
                                           Budget& budget)
{
    std::vector<std::pair<Value, Value>> items;
    for (Value& item : itemsOf(input, budget)) {
        Value key = follow(item, attribute, budget);
        items.emplace_back(caseSensitive ? std::move(key) : withoutCase(key, budget), std::move(item));
    }
    return items;
}

std::vector<Value> sorted(std::vector<std::pair<Value, Value>> items, bool reverse, Budget& budget)
{
    std::stable_sort(items.begin(), items.end(), [&](const auto& left, const auto& right) {
        return reverse ? less(right.first, left.first, budget) : less(left.first, right.first, budget);
    });
    std::vector<Value> values;
    for (auto& item : items)
        values.push_back(std::move(item.second));
    return values;
}

Value entry(const std::pair<Value, Value>& of)
{
    return Value::sequence(SequenceKind::Tuple, {of.first, of.second});
}

const Mapping& requireMapping(const Value& value)
{
    if (!value.mapping())
        throw Complaint(fmt::format("a dict is needed, not a {}", value.typeName()));
    return *value.mapping();
}

Value sortFilter(const Value& input, const Arguments& arguments, Budget& budget)
{
    const Bound bound(arguments, {"reverse", "case_sensitive", "attribute"});
    return Value::list(
        sorted(keyed(input, bound.has(2) ? bound[2] : None(), bound.isTrue(1), budget), bound.isTrue(0), budget));
}

Value dictSortFilter(const Value& input, const Arguments& arguments, Budget& budget)
{
    const Bound bound(arguments, {"case_sensitive", "by", "reverse"});
    const std::string by = bound.text(1, "key", budget);
    if (by != "key" && by != "value")
        throw Complaint("dictsort sorts by \"key\" or \"value\" alone");
    std::vector<std::pair<Value, Value>> items;
    budget.chargeItems(requireMapping(input).entries.size());
    for (const auto& each : requireMapping(input).entries) {
        const Value& key = by == "key" ? each.first : each.second;
        items.emplace_back(bound.isTrue(0) ? key : withoutCase(key, budget), entry(each));
    }
    return Value::list(sorted(std::move(items), bound.isTrue(2), budget));
}

Value extremeFilter(const Value& input, const Arguments& arguments, Budget& budget, bool largest)
{
    const Bound bound(arguments, {"case_sensitive", "attribute"});
    const auto items = keyed(input, bound.has(1) ? bound[1] : None(), bound.isTrue(0), budget);
    const std::pair<Value, Value>* best = nullptr;
    for (const auto& item : items)
        if (!best || (largest ? less(best->first, item.first, budget) : less(item.first, best->first, budget)))
            best = &item;
    return best ? best->second : Value::undefined("the first of nothing");
}

Value uniqueFilter(const Value& input, const Arguments& arguments, Budget& budget)
{
    const Bound bound(arguments, {"case_sensitive", "attribute"});
    std::unordered_set<std::string> seen;
    std::vector<Value> items;
    for (auto& [key, item] : keyed(input, bound.has(1) ? bound[1] : None(), bound.isTrue(0), budget))
        if (seen.insert(key.isUndefined() ? "u" : keyOf(key, budget)).second)
            items.push_back(std::move(item));
    return generator(std::move(items));
}

/// What is left of the arguments without the first `count`, for the filter or the test that those name.
Arguments behind(const Arguments& arguments, size_t count, Budget& budget)
{
    budget.chargeItems(arguments.positional.size() + arguments.named.size());
    for (const auto& named : arguments.named)
        budget.chargeText(named.first.size());
    const auto first = arguments.positional.begin() + static_cast<std::ptrdiff_t>(count);
    return {{first, arguments.positional.end()}, arguments.named};
}

Value mapFilter(const Value& input, const Arguments& arguments, Budget& budget)
{
    if (!input.isTrue())
        return generator({});
    std::vector<Value> items = itemsOf(input, budget);
    if (arguments.positional.empty()) {
        const Bound bound(arguments, {"attribute", "default"});
        for (Value& item : items) {
            item = follow(item, bound[0], budget);
            if (item.isUndefined() && bound.has(1))
                item = bound[1];
        }
        return generator(std::move(items));
    }
    const Budget::Level level(budget); // 'map' may be the name itself
    const std::string name = asText(arguments.positional.front(), budget);
    const Arguments others = behind(arguments, 1, budget);
    for (Value& item : items)
        item = applyFilter(name, item, others, budget);
    return generator(std::move(items));
}

/// select, reject, selectattr, rejectattr.
Value selectFilter(const Value& input, const Arguments& arguments, Budget& budget, bool byAttribute, bool keeps)
{
    if (!input.isTrue())
        return generator({});
    const std::vector<Value>& given = arguments.positional;
    if (byAttribute && given.empty())
        throw Complaint("the name of an attribute is missing");
    const Value attribute = byAttribute ? given.front() : Value(None());
    const size_t testAt = byAttribute ? 1 : 0;
    const bool hasTest = given.size() > testAt;
    const std::string test = hasTest ? asText(given[testAt], budget) : "";
    const Arguments others = behind(arguments, testAt + hasTest, budget);
    std::vector<Value> items;
    for (Value& item : itemsOf(input, budget)) {
        const Value value = follow(item, attribute, budget);
        if ((hasTest ? applyTest(test, value, others, budget) : value.isTrue()) == keeps)
            items.push_back(std::move(item));
    }
    return generator(std::move(items));
}

Value joinFilter(const Value& input, const Arguments& arguments, Budget& budget)
{
    const Bound bound(arguments, {"d", "attribute"});
    const std::string between = bound.text(0, "", budget);
    std::string result;
    bool isFirst = true;
    for (const Value& item : itemsOf(input, budget)) {
        budget.chargeText(between.size());
        if (!isFirst)
            result += between;
        isFirst = false;
        result += asText(bound.has(1) ? follow(item, bound[1], budget) : item, budget);
    }
    return Value(std::move(result));
}

Value lastFilter(const Value& input, const Arguments&, Budget& budget)
{
    if (input.isKind(SequenceKind::Generator))
        throw Complaint("a generator has no last item; make a list of it");
    std::vector<Value> items = itemsOf(input, budget);
    return items.empty() ? Value::undefined("the last of nothing") : std::move(items.back());
}

Value reverseFilter(const Value& input, const Arguments&, Budget& budget)
{
    std::vector<Value> items = itemsOf(input, budget);
    std::reverse(items.begin(), items.end());
    if (!input.text())
        return generator(std::move(items));
    std::string text;
    for (const Value& character : items)
        text += *character.text();
    return Value(std::move(text));
}

Value indentFilter(const Value& input, const Arguments& arguments, Budget& budget)
{
    const Bound bound(arguments, {"width", "first", "blank"});
    if (!input.text())
        throw Complaint(fmt::format("indent needs a text, not a {}", input.typeName()));
    std::string width;
    if (bound.has(0) && bound[0].text()) {
        width = asText(bound[0], budget);
    } else {
        const int64_t spaces = std::max<int64_t>(bound.integer(0, 4), 0);
        budget.chargeText(static_cast<uint64_t>(spaces));
        width = std::string(static_cast<size_t>(spaces), ' ');
    }
    budget.chargeText(input.text()->size());
    chargeLines(*input.text(), budget);
    std::string result = bound.isTrue(1) ? width : "";
    bool isFirst = true;
    for (const std::string& line : python::splitLines(*input.text() + "\n")) {
        budget.chargeText(line.size() + width.size());
        if (!isFirst)
            result += line.empty() && !bound.isTrue(2) ? "\n" : "\n" + width;
        isFirst = false;
        result += line;
    }
    return Value(std::move(result));
}

Value titleFilter(const Value& input, const Arguments&, Budget& budget)
{
    std::string result, word;
    const auto finish = [&] {
        const std::u32string all = decodeUtf8(word);
        if (!all.empty())
            result += python::upper(encodeUtf8(all.substr(0, 1))) + python::lower(encodeUtf8(all.substr(1)));
        word.clear();
    };
    for (const char32_t c : decodeUtf8(asText(input, budget))) {
        const bool ends = python::isSpace(c) || std::u32string_view(U"-({[<").find(c) != std::u32string_view::npos;
        if (ends)
            finish();
        appendUtf8(ends ? result : word, c);
    }
    finish();
    return Value(std::move(result));
}

/// float(text), and int(text) where it is whole.
std::optional<double> realNumber(const Value& value, Budget& budget)
{
    if (!value.text())
        return value.number();
    budget.chargeText(value.text()->size());
    return parseDouble(python::strip(*value.text()));
}

Value intFilter(const Value& input, const Arguments& arguments, Budget& budget)
{
    const Bound bound(arguments, {"default", "base"});
    if (input.isUndefined())
        complainUndefined(input);
    if (bound.integer(1, 10) != 10)
        throw Complaint("int with another base than 10 is not supported");
    const auto value = realNumber(input, budget);
    if (const auto whole = input.text() ? parseInteger(python::strip(*input.text())) : input.integer())
        return *whole;
    if (value && std::abs(*value) < 9e18)
        return static_cast<int64_t>(*value);
    return bound.has(0) ? bound[0] : Value(int64_t{0});
}

Value floatFilter(const Value& input, const Arguments& arguments, Budget& budget)
{
    const Bound bound(arguments, {"default"});
    if (input.isUndefined())
        complainUndefined(input);
    const auto value = realNumber(input, budget);
    return value ? Value(*value) : bound.has(0) ? bound[0] : Value(0.0);
}

Value roundFilter(const Value& input, const Arguments& arguments, Budget& budget)
{
    const Bound bound(arguments, {"precision", "method"});
    const std::string method = bound.text(1, "common", budget);
    const int64_t precision = std::clamp<int64_t>(bound.integer(0, 0), -300, 300);
    if (!input.number())
        throw Complaint(fmt::format("round needs a number, not a {}", input.typeName()));
    if (method == "common") {
        if (input.integer() && precision >= 0)
            return *input.integer();
        if (precision < 0)
            throw Complaint("round to less than whole numbers is not supported");
        return parseDouble(fmt::format("{:.{}f}", *input.number(), precision)).value_or(*input.number());
    }
    if (method != "ceil" && method != "floor")
        throw Complaint("method must be common, ceil or floor");
    const double scale = std::pow(10.0, static_cast<double>(precision)), scaled = *input.number() * scale;
    return ((method == "ceil" ? std::ceil(scaled) : std::floor(scaled)) + 0.0) / scale; // + 0.0: no negative zero
}

Value toJsonFilter(const Value& input, const Arguments& arguments, Budget& budget)
{
    const Bound bound(arguments, {"ensure_ascii", "indent", "separators", "sort_keys"});
    JsonStyle style;
    style.ensureAscii = bound.isTrue(0);
    style.sortKeys = bound.isTrue(3);
    if (bound.has(1)) {
        const int64_t spaces = bound[1].text() ? 0 : std::clamp<int64_t>(bound.integer(1, 0), 0, 1000);
        style.indent = bound[1].text() ? asText(bound[1], budget) : std::string(static_cast<size_t>(spaces), ' ');
    }
    if (bound.has(2)) {
        const std::vector<Value> both = itemsOf(bound[2], budget);
        if (both.size() != 2 || !both[0].text() || !both[1].text())
            throw Complaint("separators are two texts");
        style.between = asText(both[0], budget);
        style.afterKey = asText(both[1], budget);
    }
    return Value(toJson(input, style, budget));
}

Value itemsFilter(const Value& input, const Arguments&, Budget& budget)
{
    std::vector<Value> items;
    if (!input.isUndefined()) {
        budget.chargeItems(requireMapping(input).entries.size());
        for (const auto& each : requireMapping(input).entries)
            items.push_back(entry(each));
    }
    return generator(std::move(items));
}

Value sumFilter(const Value& input, const Arguments& arguments, Budget& budget)
{
    const Bound bound(arguments, {"attribute", "start"});
    Value total = bound.has(1) ? bound[1] : Value(int64_t{0});
    for (const Value& item : itemsOf(input, budget))
        total = arithmetic("+", total, bound.has(0) ? follow(item, bound[0], budget) : item, budget);
    return total;
}

/// A filter that makes a text of a text.
template <typename Make>
FilterCall textFilter(Make make)
{
    return [make](const Value& input, const Arguments& arguments, Budget& budget) {
        Bound(arguments, {});
        return Value(std::string(make(asText(input, budget))));
    };
}

const std::unordered_map<std::string, FilterCall>& filters()
{
    using V = const Value&;
    using A = const Arguments&;
    static const FilterCall length = [](V input, A, Budget& budget) { return Value(lengthOf(input, budget)); };
    static const FilterCall fallback = [](V input, A arguments, Budget&) {
        const Bound bound(arguments, {"default_value", "boolean"});
        if (!input.isUndefined() && (!bound.isTrue(1) || input.isTrue()))
            return input;
        return arguments.positional.empty() && arguments.named.empty() ? Value(std::string()) : bound[0];
    };
    static const std::unordered_map<std::string, FilterCall> all = {
        {"abs",
         [](V input, A, Budget& budget) {
             return input.number().value_or(0) < 0 ? arithmetic("*", input, Value(int64_t{-1}), budget)
                                                   : arithmetic("+", input, Value(int64_t{0}), budget);
         }},
        {"attr",
         [](V input, A arguments, Budget& budget) {
             return attributeOf(input, Bound(arguments, {"name"}).text(0, "", budget), budget);
         }},
        {"capitalize", textFilter(python::capitalize)},
        {"count", length},
        {"d", fallback},
        {"default", fallback},
        {"dictsort", dictSortFilter},
        {"first",
         [](V input, A, Budget& budget) {
             std::vector<Value> items = itemsOf(input, budget);
             return items.empty() ? Value::undefined("the first of nothing") : std::move(items.front());
         }},
        {"float", floatFilter},
        {"indent", indentFilter},
        {"int", intFilter},
        {"items", itemsFilter},
        {"join", joinFilter},
        {"last", lastFilter},
        {"length", length},
        {"list", [](V input, A, Budget& budget) { return Value::list(itemsOf(input, budget)); }},
        {"lower", textFilter(python::lower)},
        {"map", mapFilter},
        {"max", [](V input, A arguments, Budget& b) { return extremeFilter(input, arguments, b, true); }},
        {"min", [](V input, A arguments, Budget& b) { return extremeFilter(input, arguments, b, false); }},
        {"reject", [](V input, A arguments, Budget& b) { return selectFilter(input, arguments, b, false, false); }},
        {"rejectattr", [](V input, A arguments, Budget& b) { return selectFilter(input, arguments, b, true, false); }},
        {"replace",
         [](V input, A arguments, Budget& budget) {
             const Bound bound(arguments, {"old", "new", "count"});
             const Arguments texts = {
                 {Value(asText(bound[0], budget)), Value(asText(bound[1], budget)), Value(bound.integer(2, -1))}, {}};
             return callMethod(Value(asText(input, budget)), "replace", texts, budget);
         }},
        {"reverse", reverseFilter},
        {"round", roundFilter},
        {"safe", textFilter([](std::string text) { return text; })},
        {"select", [](V input, A arguments, Budget& b) { return selectFilter(input, arguments, b, false, true); }},
        {"selectattr", [](V input, A arguments, Budget& b) { return selectFilter(input, arguments, b, true, true); }},
        {"sort", sortFilter},
        {"string", textFilter([](std::string text) { return text; })},
        {"sum", sumFilter},
        {"title", titleFilter},
        {"tojson", toJsonFilter},
        {"trim", [](V input, A arguments,
                    Budget& budget) { return callMethod(Value(asText(input, budget)), "strip", arguments, budget); }},
        {"unique", uniqueFilter},
        {"upper", textFilter(python::upper)},
    };
    return all;
}

} // namespace

Value applyFilter(const std::string& name, const Value& input, const Arguments& arguments, Budget& budget)
{
    const auto found = filters().find(name);
    if (found == filters().end())
        throw Complaint(fmt::format("the filter \"{}\" is not supported", shown(name, 40)));
    return found->second(input, arguments, budget);
}

} // namespace fettle::jinja
