// SPDX-License-Identifier: GPL-3.0-or-later
// json.dumps of Python's json module.
#include "core/base/text.h"
#include "core/chat/python_text.h"
#include "core/chat/value.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace fettle::jinja
{

namespace
{

class Writer
{
public:
    Writer(const JsonStyle& style, Budget& budget) : m_style(style), m_budget(budget)
    {
        m_between = style.between.value_or(style.indent ? "," : ", ");
        m_afterKey = style.afterKey.value_or(": ");
    }

    void write(const Value& value)
    {
        m_budget.charge(1);
        if (const std::string* text = value.text())
            writeText(*text);
        else if (value.isNone())
            m_out += "null";
        else if (const bool* flag = value.as<bool>())
            m_out += *flag ? "true" : "false";
        else if (value.number())
            m_out += numberWords(value);
        else if (value.sequence() && !value.isKind(SequenceKind::Generator))
            writeAll('[', ']', value.sequence()->items, [&](const Value& item) { write(item); });
        else if (value.mapping())
            writeMapping(*value.mapping());
        else
            throw Complaint(fmt::format("Object of type {} is not JSON serializable", value.typeName()));
    }
    std::string& out() { return m_out; }

private:
    static std::string numberWords(const Value& value)
    {
        if (value.integer())
            return fmt::format("{}", *value.integer());
        const double number = *value.number();
        return std::isnan(number)   ? "NaN"
               : std::isinf(number) ? (number > 0 ? "Infinity" : "-Infinity")
                                    : python::numberText(number);
    }

    void writeMapping(const Mapping& mapping)
    {
        m_budget.chargeItems(mapping.entries.size());
        std::vector<std::pair<Value, Value>> entries = mapping.entries;
        if (m_style.sortKeys)
            std::stable_sort(entries.begin(), entries.end(), [&](const auto& left, const auto& right) {
                return less(left.first, right.first, m_budget);
            });
        writeAll('{', '}', entries, [&](const std::pair<Value, Value>& entry) {
            const Value& key = entry.first;
            if (key.text())
                writeText(*key.text());
            else if (key.isNone())
                m_out += "\"null\"";
            else if (const bool* flag = key.as<bool>())
                m_out += *flag ? "\"true\"" : "\"false\"";
            else if (key.number())
                m_out += '"' + numberWords(key) + '"';
            else
                throw Complaint("keys of JSON must be texts or numbers");
            separate(m_afterKey);
            write(entry.second);
        });
    }

    template <typename Items, typename Write>
    void writeAll(char open, char close, const Items& items, Write&& writeOne)
    {
        m_out += open;
        ++m_depth;
        bool isFirst = true;
        for (const auto& item : items) {
            if (!isFirst)
                separate(m_between);
            isFirst = false;
            newLine();
            writeOne(item);
        }
        --m_depth;
        if (!items.empty())
            newLine();
        m_out += close;
    }
    void separate(const std::string& separator)
    {
        m_budget.chargeText(separator.size());
        m_out += separator;
    }
    void newLine()
    {
        if (!m_style.indent)
            return;
        m_budget.chargeText(m_style.indent->size() * size_t(m_depth));
        m_out += '\n';
        for (int i = 0; i < m_depth; ++i)
            m_out += *m_style.indent;
    }

    void writeText(const std::string& text)
    {
        m_budget.chargeText(2 * text.size());
        m_out += '"';
        for (const char32_t c : decodeUtf8(text))
            writeCharacter(c);
        m_out += '"';
    }
    void writeCharacter(char32_t c)
    {
        static constexpr std::u32string_view plain = U"\"\\\n\r\t\b\f";
        if (const size_t at = plain.find(c); at != std::u32string_view::npos)
            (m_out += '\\') += "\"\\nrtbf"[at];
        else if (c < 0x20 || (m_style.ensureAscii && c > 0x7E && c < 0x10000))
            m_out += fmt::format("\\u{:04x}", uint32_t(c));
        else if (m_style.ensureAscii && c >= 0x10000)
            m_out += fmt::format("\\u{:04x}\\u{:04x}", 0xD800 + ((uint32_t(c) - 0x10000) >> 10),
                                 0xDC00 + ((uint32_t(c) - 0x10000) & 0x3FF));
        else
            appendUtf8(m_out, c);
    }

    const JsonStyle& m_style;
    Budget& m_budget;
    std::string m_between, m_afterKey, m_out;
    int m_depth = 0;
};

} // namespace

std::string toJson(const Value& value, const JsonStyle& style, Budget& budget)
{
    Writer writer(style, budget);
    writer.write(value);
    return std::move(writer.out());
}

} // namespace fettle::jinja
