// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/chat/value.h"

#include "core/base/text.h"
#include "core/chat/python_text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle::jinja
{

namespace
{

constexpr int deepestNesting = 100; ///< containers inside each other

template <typename T>
const T* target(const std::shared_ptr<T>* pointer)
{
    return pointer ? pointer->get() : nullptr;
}

int checkedDepth(const Value& item, int depth)
{
    if (!item.isData())
        throw Complaint(fmt::format("a {} kept in a list, a dict or a namespace is not supported", item.typeName()));
    if (item.depth() >= deepestNesting)
        throw Complaint("values are nested too deeply");
    return std::max(depth, item.depth() + 1);
}

} // namespace

Value Value::undefined(std::string name)
{
    return Value(Any(Undefined{std::make_shared<const std::string>(std::move(name))}));
}

Value Value::sequence(SequenceKind kind, std::vector<Value> items)
{
    auto made = std::make_shared<Sequence>();
    made->kind = kind;
    for (const Value& item : items)
        made->depth = checkedDepth(item, made->depth);
    made->items = std::move(items);
    return Value(Any(std::shared_ptr<const Sequence>(std::move(made))));
}

Value Value::mapping(std::vector<std::pair<Value, Value>> entries, Budget& budget)
{
    auto made = std::make_shared<Mapping>();
    for (auto& [key, value] : entries) {
        made->depth = checkedDepth(value, made->depth);
        const auto [place, isNew] = made->places.emplace(keyOf(key, budget), made->entries.size());
        if (isNew)
            made->entries.emplace_back(key, std::move(value));
        else
            made->entries[place->second].second = std::move(value);
    }
    return Value(Any(std::shared_ptr<const Mapping>(std::move(made))));
}

Value Value::function(std::string name, std::optional<Value> receiver)
{
    auto made = std::make_shared<Callable>();
    made->name = std::move(name);
    if (receiver)
        made->receiver = std::make_shared<const Value>(std::move(*receiver));
    return Value(Any(std::shared_ptr<const Callable>(std::move(made))));
}

Value Value::fromJson(const Json& json, Budget& budget)
{
    if (json.is_boolean())
        return json.get<bool>();
    if (json.is_number_float())
        return json.get<double>();
    if (json.is_number_unsigned() && json.get<uint64_t>() > uint64_t{INT64_MAX})
        throw Complaint(fmt::format("the number {} is too large", json.get<uint64_t>()));
    if (json.is_number())
        return json.get<int64_t>();
    if (json.is_string())
        return json.get<std::string>();
    if (json.is_array()) {
        std::vector<Value> items;
        for (const Json& item : json)
            items.push_back(fromJson(item, budget));
        return list(std::move(items));
    }
    if (json.is_object()) {
        std::vector<std::pair<Value, Value>> entries;
        for (const auto& [key, value] : json.items())
            entries.emplace_back(key, fromJson(value, budget));
        return mapping(std::move(entries), budget);
    }
    return None();
}

const std::string* Value::text() const
{
    return target(as<Text>());
}
const Sequence* Value::sequence() const
{
    return target(as<std::shared_ptr<const Sequence>>());
}
const Mapping* Value::mapping() const
{
    return target(as<std::shared_ptr<const Mapping>>());
}
Namespace* Value::nameSpace() const
{
    const auto* pointer = as<std::shared_ptr<Namespace>>();
    return pointer ? pointer->get() : nullptr;
}
const Callable* Value::callable() const
{
    return target(as<std::shared_ptr<const Callable>>());
}

std::optional<int64_t> Value::integer() const
{
    if (const bool* flag = as<bool>())
        return int64_t{*flag};
    if (const int64_t* whole = as<int64_t>())
        return *whole;
    return std::nullopt;
}

std::optional<double> Value::number() const
{
    if (const auto whole = integer())
        return static_cast<double>(*whole);
    if (const double* value = as<double>())
        return *value;
    return std::nullopt;
}

bool Value::isTrue() const
{
    if (isUndefined() || isNone())
        return false;
    if (const auto value = number())
        return *value != 0;
    if (const std::string* value = text())
        return !value->empty();
    if (const Sequence* value = sequence())
        return value->kind == SequenceKind::Generator || !value->items.empty();
    if (const Mapping* value = mapping())
        return !value->entries.empty();
    return true;
}

const char* Value::typeName() const
{
    constexpr const char* names[] = {"Undefined", "NoneType", "bool",      "int",      "float", "str",
                                     "list",      "dict",     "namespace", "function", "loop"};
    if (isKind(SequenceKind::Tuple))
        return "tuple";
    return isKind(SequenceKind::Generator) ? "generator" : names[m_any.index()];
}

bool Value::isData() const
{
    const Callable* function = callable();
    return !nameSpace() && !as<Loop*>() &&
           !(function && (function->macro || (function->receiver && !function->receiver->isData())));
}

int Value::depth() const
{
    if (const Callable* value = callable())
        return value->receiver ? value->receiver->depth() + 1 : 0;
    return sequence() ? sequence()->depth : mapping() ? mapping()->depth : 0;
}

std::string keyOf(const Value& key, Budget& budget)
{
    budget.charge(1);
    if (const std::string* text = key.text()) {
        budget.chargeText(text->size());
        return "s" + *text;
    }
    if (const auto whole = key.integer())
        return fmt::format("n{}", *whole);
    if (const double* value = key.as<double>())
        return *value == std::floor(*value) && std::abs(*value) < 9e15 ? fmt::format("n{}", int64_t(*value))
                                                                       : fmt::format("n{}", *value);
    if (key.isNone())
        return "o";
    if (key.isKind(SequenceKind::Tuple)) {
        std::string name = "t";
        for (const Value& item : key.sequence()->items) {
            const std::string part = keyOf(item, budget);
            name += fmt::format("{}:{}", part.size(), part);
        }
        return name;
    }
    throw Complaint(fmt::format("unhashable type: '{}'", key.typeName()));
}

const Value* find(const Mapping& mapping, const Value& key, Budget& budget)
{
    const auto found = mapping.places.find(keyOf(key, budget));
    return found == mapping.places.end() ? nullptr : &mapping.entries[found->second].second;
}

bool equal(const Value& left, const Value& right, Budget& budget)
{
    budget.charge(1);
    if (left.isUndefined() || right.isUndefined())
        return left.isUndefined() && right.isUndefined();
    if (left.isNone() || right.isNone())
        return left.isNone() && right.isNone();
    if (left.integer() && right.integer())
        return *left.integer() == *right.integer();
    if (left.number() && right.number())
        return *left.number() == *right.number();
    if (left.text() && right.text()) {
        budget.chargeText(std::min(left.text()->size(), right.text()->size()));
        return *left.text() == *right.text();
    }
    if (left.sequence() && right.sequence() && left.sequence()->kind == right.sequence()->kind) {
        const auto &ours = left.sequence()->items, &theirs = right.sequence()->items;
        return ours.size() == theirs.size() &&
               std::equal(ours.begin(), ours.end(), theirs.begin(),
                          [&](const Value& mine, const Value& other) { return equal(mine, other, budget); });
    }
    if (left.mapping() && right.mapping()) {
        if (left.mapping()->entries.size() != right.mapping()->entries.size())
            return false;
        for (const auto& [key, value] : left.mapping()->entries) {
            const Value* other = find(*right.mapping(), key, budget);
            if (!other || !equal(value, *other, budget))
                return false;
        }
        return true;
    }
    return left.nameSpace() && left.nameSpace() == right.nameSpace();
}

bool less(const Value& left, const Value& right, Budget& budget)
{
    budget.charge(1);
    if (left.isUndefined() || right.isUndefined())
        complainUndefined(left.isUndefined() ? left : right);
    if (left.integer() && right.integer())
        return *left.integer() < *right.integer();
    if (left.number() && right.number())
        return *left.number() < *right.number();
    if (left.text() && right.text()) {
        budget.chargeText(std::min(left.text()->size(), right.text()->size()));
        return *left.text() < *right.text(); // UTF-8 keeps the order of code points
    }
    if (left.sequence() && right.sequence() && left.sequence()->kind == right.sequence()->kind &&
        left.sequence()->kind != SequenceKind::Generator) {
        const auto &ours = left.sequence()->items, &theirs = right.sequence()->items;
        for (size_t i = 0; i < std::min(ours.size(), theirs.size()); ++i)
            if (!equal(ours[i], theirs[i], budget))
                return less(ours[i], theirs[i], budget);
        return ours.size() < theirs.size();
    }
    throw Complaint(fmt::format("a {} and a {} have no order", left.typeName(), right.typeName()));
}

bool contains(const Value& haystack, const Value& needle, Budget& budget)
{
    if (const std::string* text = haystack.text()) {
        if (needle.isUndefined() || !needle.text())
            throw Complaint(fmt::format("'in <string>' requires string as left operand, not {}", needle.typeName()));
        budget.chargeText(text->size());
        return python::find(*text, *needle.text()) != std::string::npos;
    }
    if (const Mapping* mapping = haystack.mapping())
        return !needle.isUndefined() && find(*mapping, needle, budget);
    const std::vector<Value> items = itemsOf(haystack, budget);
    return std::any_of(items.begin(), items.end(), [&](const Value& item) { return equal(item, needle, budget); });
}

std::string asText(const Value& value, Budget& budget)
{
    if (const std::string* text = value.text())
        return budget.chargeText(text->size()), *text;
    return value.isUndefined() ? std::string() : representation(value, budget);
}

std::string representation(const Value& value, Budget& budget)
{
    budget.charge(1);
    if (value.isNone())
        return "None";
    if (const bool* flag = value.as<bool>())
        return *flag ? "True" : "False";
    if (const auto whole = value.integer())
        return fmt::format("{}", *whole);
    if (const double* number = value.as<double>())
        return python::numberText(*number);
    if (const std::string* text = value.text())
        return budget.chargeText(text->size()), python::quoted(*text);
    if (value.isUndefined())
        return "Undefined";
    std::string result;
    if (const Sequence* sequence = value.sequence(); sequence && sequence->kind != SequenceKind::Generator) {
        const bool isTuple = sequence->kind == SequenceKind::Tuple;
        for (const Value& item : sequence->items)
            result += (result.empty() ? "" : ", ") + representation(item, budget);
        if (isTuple && sequence->items.size() == 1)
            result += ',';
        result = (isTuple ? "(" : "[") + result + (isTuple ? ")" : "]");
    } else if (const Mapping* mapping = value.mapping()) {
        for (const auto& [key, item] : mapping->entries)
            result += (result.empty() ? "" : ", ") + representation(key, budget) + ": " + representation(item, budget);
        result = "{" + result + "}";
    } else {
        throw Complaint(fmt::format("a {} as text is not supported", value.typeName()));
    }
    budget.chargeText(result.size());
    return result;
}

std::vector<Value> itemsOf(const Value& value, Budget& budget)
{
    if (value.isUndefined())
        return {};
    if (const Sequence* sequence = value.sequence()) {
        budget.chargeItems(sequence->items.size());
        return sequence->kind == SequenceKind::Generator ? std::exchange(sequence->items, {}) : sequence->items;
    }
    std::vector<Value> items;
    if (const Mapping* mapping = value.mapping()) {
        budget.chargeItems(mapping->entries.size());
        for (const auto& entry : mapping->entries)
            items.push_back(entry.first);
        return items;
    }
    if (const std::string* text = value.text()) {
        budget.chargeItems(text->size());
        for (const char32_t character : decodeUtf8(*text))
            items.emplace_back(encodeUtf8({&character, 1}));
        return items;
    }
    throw Complaint(fmt::format("'{}' object is not iterable", value.typeName()));
}

int64_t lengthOf(const Value& value, Budget& budget)
{
    if (value.isUndefined())
        return 0;
    if (const std::string* text = value.text()) {
        budget.chargeText(text->size());
        return static_cast<int64_t>(countCodePoints(*text));
    }
    if (const Sequence* sequence = value.sequence(); sequence && sequence->kind != SequenceKind::Generator)
        return static_cast<int64_t>(sequence->items.size());
    if (const Mapping* mapping = value.mapping())
        return static_cast<int64_t>(mapping->entries.size());
    throw Complaint(fmt::format("object of type '{}' has no len()", value.typeName()));
}

void complainUndefined(const Value& value)
{
    const Undefined* undefined = value.as<Undefined>();
    throw Complaint(undefined && undefined->name ? fmt::format("'{}' is undefined", *undefined->name)
                                                 : std::string("a value is undefined"));
}

} // namespace fettle::jinja
