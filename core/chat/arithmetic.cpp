// SPDX-License-Identifier: GPL-3.0-or-later
// Python's operators on values.
#include "core/base/text.h"
#include "core/chat/value.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace fettle::jinja
{

namespace
{

int64_t checked(bool overflows, int64_t value)
{
    if (overflows)
        throw Complaint("a whole number becomes too large");
    return value;
}

void requireDivisor(bool isZero)
{
    if (isZero)
        throw Complaint("division by zero");
}

int64_t power(int64_t base, int64_t exponent, Budget& budget)
{
    int64_t result = 1;
    for (int64_t i = 0; i < exponent; ++i) {
        budget.charge(1);
        const bool overflows = __builtin_mul_overflow(result, base, &result);
        checked(overflows, result);
    }
    return result;
}

/// None where a float is the result.
std::optional<int64_t> whole(const std::string& sign, int64_t left, int64_t right, Budget& budget)
{
    int64_t result = 0;
    if (sign == "+")
        return checked(__builtin_add_overflow(left, right, &result), 0), result;
    if (sign == "-")
        return checked(__builtin_sub_overflow(left, right, &result), 0), result;
    if (sign == "*")
        return checked(__builtin_mul_overflow(left, right, &result), 0), result;
    if (sign == "**")
        return right >= 0 ? std::optional(power(left, right, budget)) : std::nullopt;
    if (sign == "/")
        return std::nullopt;
    requireDivisor(right == 0);
    checked(left == INT64_MIN && right == -1, 0);
    const int64_t rest = left % right;
    const bool isBelow = rest != 0 && (rest < 0) != (right < 0); // Python rounds down
    return sign == "//" ? left / right - isBelow : rest + (isBelow ? right : 0);
}

double real(const std::string& sign, double left, double right)
{
    if (sign == "+")
        return left + right;
    if (sign == "-")
        return left - right;
    if (sign == "*")
        return left * right;
    if (sign == "**") {
        requireDivisor(left == 0 && right < 0);
        const double result = std::pow(left, right);
        if (std::isnan(result) && !std::isnan(left) && !std::isnan(right))
            throw Complaint("complex numbers are not supported");
        return result;
    }
    requireDivisor(right == 0);
    if (sign == "/")
        return left / right;
    double rest = std::fmod(left, right);
    if (rest != 0 && (rest < 0) != (right < 0))
        rest += right;
    return sign == "//" ? std::round((left - rest) / right) : rest == 0 ? std::copysign(0.0, right) : rest;
}

std::optional<Value> repeated(const Value& value, int64_t times, Budget& budget)
{
    const uint64_t count = static_cast<uint64_t>(std::max<int64_t>(times, 0));
    if (const std::string* text = value.text()) {
        budget.charge(count);
        budget.chargeText(text->size() * std::min<uint64_t>(count, UINT32_MAX));
        std::string result;
        for (uint64_t i = 0; i < count; ++i)
            result += *text;
        return Value(std::move(result));
    }
    if (const Sequence* sequence = value.sequence(); sequence && sequence->kind != SequenceKind::Generator) {
        budget.charge(count);
        budget.chargeItems(sequence->items.size() * std::min<uint64_t>(count, UINT32_MAX));
        std::vector<Value> items;
        for (uint64_t i = 0; i < count; ++i)
            items.insert(items.end(), sequence->items.begin(), sequence->items.end());
        return Value::sequence(sequence->kind, std::move(items));
    }
    return std::nullopt;
}

std::optional<Value> joined(const Value& left, const Value& right, Budget& budget)
{
    if (left.text() && right.text()) {
        budget.chargeText(left.text()->size() + right.text()->size());
        return Value(*left.text() + *right.text());
    }
    const Sequence *first = left.sequence(), *second = right.sequence();
    if (!first || !second || first->kind != second->kind || first->kind == SequenceKind::Generator)
        return std::nullopt;
    budget.chargeItems(first->items.size() + second->items.size());
    std::vector<Value> items = first->items;
    items.insert(items.end(), second->items.begin(), second->items.end());
    return Value::sequence(first->kind, std::move(items));
}

} // namespace

Value arithmetic(const std::string& sign, const Value& left, const Value& right, Budget& budget)
{
    budget.charge(1);
    if (left.text() && sign == "%")
        throw Complaint("formatting a text with % is not supported");
    if (left.isUndefined() || right.isUndefined())
        complainUndefined(left.isUndefined() ? left : right);
    if (left.integer() && right.integer()) {
        if (const auto result = whole(sign, *left.integer(), *right.integer(), budget))
            return *result;
    }
    if (left.number() && right.number())
        return real(sign, *left.number(), *right.number());
    std::optional<Value> result;
    if (sign == "+")
        result = joined(left, right, budget);
    else if (sign == "*" && right.integer())
        result = repeated(left, *right.integer(), budget);
    else if (sign == "*" && left.integer())
        result = repeated(right, *left.integer(), budget);
    if (!result)
        throw Complaint(
            fmt::format("unsupported operand type(s) for {}: '{}' and '{}'", sign, left.typeName(), right.typeName()));
    return *result;
}

Value slice(const Value& value, const Value& start, const Value& stop, const Value& step, Budget& budget)
{
    const auto given = [](const Value& bound) -> std::optional<int64_t> {
        if (bound.isUndefined() || bound.isNone())
            return std::nullopt;
        if (!bound.integer())
            throw Complaint(fmt::format("a slice needs whole numbers, not a {}", bound.typeName()));
        return bound.integer();
    };
    const int64_t by = given(step).value_or(1);
    if (by == 0)
        throw Complaint("slice step cannot be zero");
    if (!value.text() && !(value.sequence() && !value.isKind(SequenceKind::Generator)))
        return Value::undefined("a slice");
    if (value.text())
        budget.chargeText(4 * value.text()->size());
    const std::u32string characters = value.text() ? decodeUtf8(*value.text()) : std::u32string();
    const std::vector<Value> items = value.text() ? std::vector<Value>() : itemsOf(value, budget);
    const auto size = static_cast<int64_t>(value.text() ? characters.size() : items.size());
    const int64_t lowest = by > 0 ? 0 : -1, highest = by > 0 ? size : size - 1;
    const auto place = [&](std::optional<int64_t> bound, int64_t fallback) {
        if (!bound)
            return fallback;
        return std::clamp(*bound < 0 ? std::max(*bound, -size - 1) + size : *bound, lowest, highest);
    };
    const int64_t begin = place(given(start), by > 0 ? lowest : highest);
    const int64_t end = place(given(stop), by > 0 ? highest : lowest);
    std::vector<Value> taken;
    std::u32string text;
    for (int64_t at = begin; by > 0 ? at < end : at > end;) {
        if (value.text())
            text += characters[static_cast<size_t>(at)];
        else
            taken.push_back(items[static_cast<size_t>(at)]);
        if (__builtin_add_overflow(at, by, &at))
            break;
    }
    return value.text() ? Value(encodeUtf8(text)) : Value::sequence(value.sequence()->kind, std::move(taken));
}

} // namespace fettle::jinja
