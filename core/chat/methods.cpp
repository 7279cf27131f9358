// SPDX-License-Identifier: GPL-3.0-or-later
// What values have: attributes, items and the methods of Python's str, list and dict that change nothing.
#include "core/base/text.h"
#include "core/chat/builtins.h"
#include "core/chat/python_text.h"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <unordered_map>

namespace fettle::jinja
{

namespace
{

using TextMethod = std::function<Value(const std::string&, const Arguments&, Budget&)>;

std::vector<Value> asValues(std::vector<std::string> texts)
{
    std::vector<Value> values;
    for (std::string& text : texts)
        values.emplace_back(std::move(text));
    return values;
}

const std::string& requireText(const Value& value)
{
    if (value.isUndefined())
        complainUndefined(value);
    if (!value.text())
        throw Complaint(fmt::format("a text is needed, not a {}", value.typeName()));
    return *value.text();
}

/// Before every place of `text` is compared with `part`.
void chargeComparisons(const std::string& text, const std::string& part, Budget& budget)
{
    budget.charge(text.size() * part.size() / 64 + 1);
}

TextMethod stripMethod(python::Ends ends)
{
    return [ends](const std::string& text, const Arguments& arguments, Budget& budget) {
        const Bound bound(arguments, {"chars"});
        if (bound.has(0))
            chargeComparisons(text, requireText(bound[0]), budget);
        return Value(
            std::string(bound.has(0) ? python::strip(text, requireText(bound[0]), ends) : python::strip(text, ends)));
    };
}

/// Before a text is cut at each `separator`.
void chargePieces(const std::string& text, const std::string& separator, Budget& budget)
{
    const auto mayCut = [&](char c) {
        return c == separator[0] || (separator == " " && (c < '!'));
    }; // signed: above 127
    budget.chargeItems(separator.empty() ? 0 : static_cast<uint64_t>(std::count_if(text.begin(), text.end(), mayCut)));
}

TextMethod splitMethod(bool fromRight)
{
    return [fromRight](const std::string& text, const Arguments& arguments, Budget& budget) {
        const Bound bound(arguments, {"sep", "maxsplit"});
        const int64_t most = bound.integer(1, -1);
        if (fromRight && bound.has(0)) // looked for from the end, which is not linear
            chargeComparisons(text, requireText(bound[0]), budget);
        chargePieces(text, bound.has(0) ? requireText(bound[0]) : " ", budget);
        if (!bound.has(0))
            return Value::list(asValues(python::splitAtSpace(text, most, fromRight)));
        if (requireText(bound[0]).empty())
            throw Complaint("empty separator");
        return Value::list(asValues(python::split(text, *bound[0].text(), most, fromRight)));
    };
}

TextMethod partitionMethod(bool fromRight)
{
    return [fromRight](const std::string& text, const Arguments& arguments, Budget& budget) {
        const std::string& separator = requireText(Bound(arguments, {"sep"})[0]);
        if (fromRight)
            chargeComparisons(text, separator, budget);
        if (separator.empty())
            throw Complaint("empty separator");
        std::vector<std::string> parts = python::split(text, separator, 1, fromRight);
        if (parts.size() == 2)
            parts.insert(parts.begin() + 1, separator);
        else
            parts.insert(fromRight ? parts.begin() : parts.end(), 2, std::string());
        return Value::sequence(SequenceKind::Tuple, asValues(std::move(parts)));
    };
}

/// startswith and endswith: one text or a tuple of them.
TextMethod affixMethod(bool atEnd)
{
    return [atEnd](const std::string& text, const Arguments& arguments, Budget& budget) {
        const Bound bound(arguments, {"prefix"});
        const std::vector<Value> all =
            bound[0].isKind(SequenceKind::Tuple) ? itemsOf(bound[0], budget) : std::vector<Value>{bound[0]};
        return Value(std::any_of(all.begin(), all.end(), [&](const Value& affix) {
            budget.chargeText(std::min(text.size(), requireText(affix).size()));
            return atEnd ? text.ends_with(*affix.text()) : text.starts_with(*affix.text());
        }));
    };
}

TextMethod withoutAffixMethod(bool atEnd)
{
    return [atEnd](const std::string& text, const Arguments& arguments, Budget&) {
        const std::string& affix = requireText(Bound(arguments, {"affix"})[0]);
        if (atEnd ? !text.ends_with(affix) : !text.starts_with(affix))
            return Value(text);
        return Value(atEnd ? text.substr(0, text.size() - affix.size()) : text.substr(affix.size()));
    };
}

TextMethod findMethod(bool fromRight, bool mustBeThere)
{
    return [=](const std::string& text, const Arguments& arguments, Budget& budget) {
        const std::string& part = requireText(Bound(arguments, {"sub"})[0]);
        if (fromRight)
            chargeComparisons(text, part, budget);
        const size_t at = fromRight ? text.rfind(part) : python::find(text, part);
        if (at == std::string::npos && mustBeThere)
            throw Complaint("substring not found");
        return Value(at == std::string::npos
                         ? int64_t{-1}
                         : static_cast<int64_t>(countCodePoints(std::string_view(text).substr(0, at))));
    };
}

TextMethod changeMethod(std::string (*change)(const std::string&))
{
    return [change](const std::string& text, const Arguments& arguments, Budget&) {
        Bound(arguments, {});
        return Value(change(text));
    };
}

TextMethod qualityMethod(python::Quality quality)
{
    return [quality](const std::string& text, const Arguments& arguments, Budget&) {
        Bound(arguments, {});
        return Value(python::isAll(text, quality));
    };
}

Value replaceMethod(const std::string& text, const Arguments& arguments, Budget& budget)
{
    const Bound bound(arguments, {"old", "new", "count"});
    const std::string &from = requireText(bound[0]), &to = requireText(bound[1]);
    // As long as the result can be at most: paid before it is made.
    budget.chargeText((text.size() / std::max<size_t>(from.size(), 1) + 1) * to.size());
    return Value(python::replace(text, from, to, bound.integer(2, -1)));
}

Value joinMethod(const std::string& text, const Arguments& arguments, Budget& budget)
{
    std::string result;
    bool isFirst = true;
    for (const Value& item : itemsOf(Bound(arguments, {"iterable"})[0], budget)) {
        budget.chargeText(text.size() + requireText(item).size());
        result += (isFirst ? "" : text) + *item.text();
        isFirst = false;
    }
    return Value(std::move(result));
}

Value countMethod(const std::string& text, const Arguments& arguments, Budget&)
{
    const std::string& part = requireText(Bound(arguments, {"sub"})[0]);
    if (part.empty())
        return Value(static_cast<int64_t>(countCodePoints(text)) + 1);
    int64_t count = 0;
    for (size_t at = 0; (at = python::find(text, part, at)) != std::string::npos; at += part.size())
        ++count;
    return Value(count);
}

const std::unordered_map<std::string, TextMethod>& textMethods()
{
    using python::Quality;
    static const std::unordered_map<std::string, TextMethod> all = {
        {"strip", stripMethod(python::Both)},
        {"lstrip", stripMethod(python::Left)},
        {"rstrip", stripMethod(python::Right)},
        {"split", splitMethod(false)},
        {"rsplit", splitMethod(true)},
        {"splitlines",
         [](const std::string& text, const Arguments& arguments, Budget& budget) {
             Bound(arguments, {});
             chargeLines(text, budget);
             return Value::list(asValues(python::splitLines(text)));
         }},
        {"partition", partitionMethod(false)},
        {"rpartition", partitionMethod(true)},
        {"startswith", affixMethod(false)},
        {"endswith", affixMethod(true)},
        {"removeprefix", withoutAffixMethod(false)},
        {"removesuffix", withoutAffixMethod(true)},
        {"find", findMethod(false, false)},
        {"rfind", findMethod(true, false)},
        {"index", findMethod(false, true)},
        {"rindex", findMethod(true, true)},
        {"count", countMethod},
        {"replace", replaceMethod},
        {"join", joinMethod},
        {"upper", changeMethod(python::upper)},
        {"lower", changeMethod(python::lower)},
        {"title", changeMethod(python::title)},
        {"capitalize", changeMethod(python::capitalize)},
        {"isalpha", qualityMethod(Quality::Alpha)},
        {"isdigit", qualityMethod(Quality::Digit)},
        {"isalnum", qualityMethod(Quality::Alnum)},
        {"isspace", qualityMethod(Quality::Space)},
        {"isupper", qualityMethod(Quality::Upper)},
        {"islower", qualityMethod(Quality::Lower)},
    };
    return all;
}

/// Python's attributes of a dict: they hide entries of these names.
bool isMappingAttribute(const std::string& name)
{
    static constexpr std::string_view names[] = {"clear", "copy",    "fromkeys",   "get",    "items", "keys",
                                                 "pop",   "popitem", "setdefault", "update", "values"};
    return std::find(std::begin(names), std::end(names), name) != std::end(names);
}

bool hasMethod(const Value& value, const std::string& name)
{
    if (value.text())
        return textMethods().contains(name);
    if (value.mapping())
        return name == "get" || name == "items" || name == "keys" || name == "values" || name == "copy";
    if (value.sequence() && !value.isKind(SequenceKind::Generator))
        return name == "index" || name == "count" || (name == "copy" && value.isKind(SequenceKind::List));
    return value.as<Loop*>() && name == "cycle";
}

Value loopAttribute(const Loop& loop, const std::string& name)
{
    const auto at = static_cast<int64_t>(loop.at), size = static_cast<int64_t>(loop.items.size());
    if (name == "index")
        return at + 1;
    if (name == "index0" || name == "depth0")
        return name == "index0" ? at : 0;
    if (name == "depth")
        return int64_t{1};
    if (name == "revindex")
        return size - at;
    if (name == "revindex0")
        return size - at - 1;
    if (name == "length")
        return size;
    if (name == "first")
        return at == 0;
    if (name == "last")
        return at + 1 == size;
    if (name == "previtem" && at > 0)
        return loop.items[loop.at - 1];
    if (name == "nextitem" && at + 1 < size)
        return loop.items[loop.at + 1];
    return Value::undefined("loop." + name);
}

/// A method or an attribute; none where the value has no such.
std::optional<Value> ownAttribute(const Value& value, const std::string& name)
{
    if (hasMethod(value, name))
        return Value::function(name, value);
    if (const Loop* const* loop = value.as<Loop*>())
        return loopAttribute(**loop, name);
    if (const Namespace* space = value.nameSpace())
        if (const auto found = space->attributes.find(name); found != space->attributes.end())
            return found->second;
    return std::nullopt;
}

std::optional<Value> ownItem(const Value& value, const Value& index, Budget& budget)
{
    if (const Mapping* mapping = value.mapping()) {
        if (index.isUndefined() || index.isKind(SequenceKind::List) || index.mapping())
            return std::nullopt; // unhashable ones and what is undefined are no keys
        const Value* found = find(*mapping, index, budget);
        return found ? std::optional(*found) : std::nullopt;
    }
    const bool isText = value.text() != nullptr;
    if (!index.integer() || (!isText && (!value.sequence() || value.isKind(SequenceKind::Generator))))
        return std::nullopt;
    if (isText)
        budget.chargeText(value.text()->size());
    const int64_t size = lengthOf(value, budget),
                  at = *index.integer() < 0 ? *index.integer() + size : *index.integer();
    if (at < 0 || at >= size)
        return std::nullopt;
    if (isText)
        return Value(encodeUtf8({&decodeUtf8(*value.text())[static_cast<size_t>(at)], 1}));
    return value.sequence()->items[static_cast<size_t>(at)];
}

Value callMappingMethod(const Value& receiver, const std::string& name, const Arguments& arguments, Budget& budget)
{
    const Mapping& mapping = *receiver.mapping();
    if (name == "get") {
        const Bound bound(arguments, {"key", "default"});
        if (!bound[0].isUndefined())
            if (const Value* found = find(mapping, bound[0], budget))
                return *found;
        return bound.has(1) ? bound[1] : Value(None());
    }
    Bound(arguments, {});
    if (name == "copy")
        return receiver;
    budget.chargeItems(mapping.entries.size());
    std::vector<Value> items;
    for (const auto& [key, value] : mapping.entries)
        items.push_back(name == "keys"     ? key
                        : name == "values" ? value
                                           : Value::sequence(SequenceKind::Tuple, {key, value}));
    return Value::list(std::move(items));
}

Value callSequenceMethod(const Value& receiver, const std::string& name, const Arguments& arguments, Budget& budget)
{
    if (name == "copy")
        return receiver;
    const Bound bound(arguments, {"value"});
    const std::vector<Value>& items = receiver.sequence()->items;
    const auto isIt = [&](const Value& item) { return equal(item, bound[0], budget); };
    if (name == "count")
        return static_cast<int64_t>(std::count_if(items.begin(), items.end(), isIt));
    const auto found = std::find_if(items.begin(), items.end(), isIt);
    if (found == items.end())
        throw Complaint("the value is not in the list");
    return static_cast<int64_t>(found - items.begin());
}

} // namespace

void chargeLines(const std::string& text, Budget& budget)
{
    budget.chargeItems(static_cast<uint64_t>(std::count_if(text.begin(), text.end(), [](char c) { return c < ' '; })));
}

Value attributeOf(const Value& value, const std::string& name, Budget& budget)
{
    if (value.isUndefined())
        complainUndefined(value);
    if (auto own = ownAttribute(value, name))
        return *own;
    if (!(value.mapping() && isMappingAttribute(name)))
        if (auto item = ownItem(value, Value(name), budget))
            return *item;
    return Value::undefined(fmt::format("{}.{}", value.typeName(), shown(name, 40)));
}

Value itemOf(const Value& value, const Value& index, Budget& budget)
{
    if (value.isUndefined())
        complainUndefined(value);
    if (auto item = ownItem(value, index, budget))
        return *item;
    if (index.text())
        if (auto own = ownAttribute(value, *index.text()))
            return *own;
    return Value::undefined(index.text() ? fmt::format("{}.{}", value.typeName(), shown(*index.text(), 40))
                                         : fmt::format("an item of a {}", value.typeName()));
}

Value callMethod(const Value& receiver, const std::string& name, const Arguments& arguments, Budget& budget)
{
    if (const std::string* text = receiver.text()) {
        budget.chargeText(text->size());
        return textMethods().at(name)(*text, arguments, budget);
    }
    if (receiver.mapping())
        return callMappingMethod(receiver, name, arguments, budget);
    if (receiver.sequence())
        return callSequenceMethod(receiver, name, arguments, budget);
    if (arguments.positional.empty())
        throw Complaint("loop.cycle needs items");
    return arguments.positional[(*receiver.as<Loop*>())->at % arguments.positional.size()];
}

} // namespace fettle::jinja
