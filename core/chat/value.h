// SPDX-License-Identifier: GPL-3.0-or-later
// What the expressions of a template come to: Python's values, as far as templates have them.
#pragma once

#include "core/base/json.h"

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

namespace fettle::jinja
{

class Value;
struct Node;
struct Scope;
struct Loop;

/// What a template does that cannot be done, in words. The renderer adds the line.
struct Complaint : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// What a rendering may still use: a hostile template ends with an error, soon and in little memory.
class Budget
{
public:
    /// For `steps` of work, or for text and items that come into being (8 bytes or a quarter of an item each).
    void charge(uint64_t steps)
    {
        if (steps > m_left)
            throw Complaint("it takes too much work or memory");
        m_left -= steps;
    }
    void chargeText(uint64_t bytes) { charge(bytes / 8); }
    void chargeItems(uint64_t items) { charge(items * 4); }

    /// For as long as it lives: a filter that applies another one. Throws Complaint where they lie too deep.
    class Level
    {
    public:
        explicit Level(Budget& budget) : m_levels(budget.m_levels)
        {
            if (m_levels >= deepestFilters)
                throw Complaint("filters apply each other too deeply");
            ++m_levels;
        }
        ~Level() { --m_levels; }
        Level(const Level&) = delete;
        Level& operator=(const Level&) = delete;

    private:
        int& m_levels;
    };

private:
    static constexpr int deepestFilters = 8;

    uint64_t m_left = 10'000'000;
    int m_levels = 0;
};

struct Undefined {
    std::shared_ptr<const std::string> name; ///< what was asked for, for messages; may be none
};
struct None {
};
using Text = std::shared_ptr<const std::string>;

enum class SequenceKind { List, Tuple, Generator };
struct Sequence {
    SequenceKind kind = SequenceKind::List;
    mutable std::vector<Value> items; ///< a generator's are gone once they were walked
    int depth = 1;
};
/// In the order of insertion.
struct Mapping {
    std::vector<std::pair<Value, Value>> entries;
    std::unordered_map<std::string, size_t> places; ///< by keyOf()
    int depth = 1;
};
struct Namespace {
    std::map<std::string, Value, std::less<>> attributes;
};
/// A function of the environment, a method of a value, or a macro with the scope that it was made in.
struct Callable {
    std::string name;
    std::shared_ptr<const Value> receiver;
    const Node* macro = nullptr;
    Scope* scope = nullptr;
};

/// Values share what they hold and never change it, namespaces excepted. Macros, namespaces and `loop` point into the
/// rendering; no container takes them, so that none outlives what it points to and none holds itself.
class Value
{
public:
    using Any = std::variant<Undefined, None, bool, int64_t, double, Text, std::shared_ptr<const Sequence>,
                             std::shared_ptr<const Mapping>, std::shared_ptr<Namespace>,
                             std::shared_ptr<const Callable>, Loop*>;

    Value() = default;
    Value(None none) : m_any(none) {}
    Value(bool value) : m_any(value) {}
    Value(int64_t value) : m_any(value) {}
    Value(double value) : m_any(value) {}
    Value(std::string text) : m_any(std::make_shared<const std::string>(std::move(text))) {}
    Value(const char*) = delete;
    explicit Value(Any any) : m_any(std::move(any)) {}

    static Value undefined(std::string name);
    /// Throw Complaint where a value must not be kept, or is nested too deeply.
    static Value sequence(SequenceKind kind, std::vector<Value> items);
    static Value list(std::vector<Value> items) { return sequence(SequenceKind::List, std::move(items)); }
    static Value mapping(std::vector<std::pair<Value, Value>> entries, Budget& budget);
    static Value function(std::string name, std::optional<Value> receiver = {});
    static Value fromJson(const Json& json, Budget& budget);

    template <typename T>
    const T* as() const
    {
        return std::get_if<T>(&m_any);
    }
    const std::string* text() const;
    const Sequence* sequence() const;
    const Mapping* mapping() const;
    Namespace* nameSpace() const;
    const Callable* callable() const;
    bool isUndefined() const { return as<Undefined>(); }
    bool isNone() const { return as<None>(); }
    bool isKind(SequenceKind kind) const { return sequence() && sequence()->kind == kind; }
    /// bool and int64_t: Python's bool is an int.
    std::optional<int64_t> integer() const;
    std::optional<double> number() const;

    /// bool(value).
    bool isTrue() const;
    /// Python's name of its type: "str", "NoneType".
    const char* typeName() const;
    /// May stand in a container.
    bool isData() const;
    int depth() const;

private:
    Any m_any;
};

/// The name of a key of a mapping: equal for equal keys (1 == True == 1.0). Throws Complaint for unhashable ones.
std::string keyOf(const Value& key, Budget& budget);
const Value* find(const Mapping& mapping, const Value& key, Budget& budget);

/// Python's ==; charges for what it compares.
bool equal(const Value& left, const Value& right, Budget& budget);
/// Python's <; throws Complaint where the types have no order.
bool less(const Value& left, const Value& right, Budget& budget);
/// Python's `needle in haystack`.
bool contains(const Value& haystack, const Value& needle, Budget& budget);
/// str(value).
std::string asText(const Value& value, Budget& budget);
/// repr(value).
std::string representation(const Value& value, Budget& budget);

/// The items that a loop walks over: of a sequence, the characters of a text, the keys of a mapping; none of what is
/// undefined. A generator is used up. Throws Complaint for anything else.
std::vector<Value> itemsOf(const Value& value, Budget& budget);
/// len(value). Throws Complaint.
int64_t lengthOf(const Value& value, Budget& budget);

/// json.dumps(value, …) as transformers' tojson calls it.
struct JsonStyle {
    bool ensureAscii = false, sortKeys = false;
    std::optional<std::string> indent;
    std::optional<std::string> between, afterKey; ///< separators
};
std::string toJson(const Value& value, const JsonStyle& style, Budget& budget);

/// left + right and its like: + - * / // % **. Throws Complaint.
Value arithmetic(const std::string& sign, const Value& left, const Value& right, Budget& budget);
/// value[start:stop:step]; what is undefined is not given.
Value slice(const Value& value, const Value& start, const Value& stop, const Value& step, Budget& budget);

/// "'name' is undefined".
[[noreturn]] void complainUndefined(const Value& value);

} // namespace fettle::jinja
