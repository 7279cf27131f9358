// SPDX-License-Identifier: GPL-3.0-or-later
// What a template may use without having made it: filters, tests, methods and functions, as Jinja and Python have them.
#pragma once

#include "core/chat/value.h"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace fettle::jinja
{

struct Arguments {
    std::vector<Value> positional;
    std::vector<std::pair<std::string, Value>> named;
};

/// Arguments at the places of parameters. Throws Complaint where one is too much or has an unknown name.
class Bound
{
public:
    Bound(const Arguments& arguments, std::initializer_list<const char*> parameters);
    bool has(size_t place) const { return m_values[place] && !m_values[place]->isNone(); }
    const Value& operator[](size_t place) const; ///< throws Complaint where it is missing
    int64_t integer(size_t place, int64_t fallback) const;
    std::string text(size_t place, const std::string& fallback, Budget& budget) const; ///< str(argument)
    bool isTrue(size_t place, bool fallback = false) const;

private:
    std::vector<const Value*> m_values;
    std::vector<const char*> m_parameters;
};

/// All throw Complaint for what is not known, not supported or wrongly used.
Value applyFilter(const std::string& name, const Value& input, const Arguments& arguments, Budget& budget);
bool applyTest(const std::string& name, const Value& value, const Arguments& arguments, Budget& budget);
/// Before a text is cut in lines.
void chargeLines(const std::string& text, Budget& budget);
/// receiver.name(…).
Value callMethod(const Value& receiver, const std::string& name, const Arguments& arguments, Budget& budget);
/// A function that is no macro: one of the environment's or a method.
Value callFunction(const Callable& function, const Arguments& arguments, Budget& budget);

/// value.name: a method or an attribute, else an item; undefined where there is neither.
Value attributeOf(const Value& value, const std::string& name, Budget& budget);
/// value[index]: an item, else an attribute.
Value itemOf(const Value& value, const Value& index, Budget& budget);

/// namespace, range, dict, raise_exception, strftime_now.
const std::vector<std::string>& functionNames();
/// Throws Complaint for names and values that a namespace does not take.
void setAttribute(Namespace& target, const std::string& name, Value value);

/// What raise_exception throws.
struct Raised : Complaint {
    using Complaint::Complaint;
};

/// What `loop` is.
struct Loop {
    const std::vector<Value>& items;
    size_t at = 0;
};

} // namespace fettle::jinja
