// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/card.h"

#include "core/base/text.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <vector>

namespace fettle
{

namespace
{

struct CardLine {
    size_t indent = 0; ///< blanks before it
    std::string text;  ///< without them
};

/// The lines between the two marks, without empty ones and remarks.
std::vector<CardLine> frontMatter(std::string_view card)
{
    constexpr size_t most = 20'000;
    std::vector<CardLine> lines;
    for (size_t begin = 0, number = 0; begin < card.size(); ++number) {
        const size_t end = std::min(card.find('\n', begin), card.size());
        const std::string_view line = card.substr(begin, end - begin);
        begin = end + 1;
        const std::string text = trim(line);
        if (number == 0 && text != "---" && text != "\xEF\xBB\xBF---")
            return {};
        if (number > 0 && (text == "---" || lines.size() == most))
            return lines;
        if (number > 0 && !text.empty() && text.front() != '#')
            lines.push_back({line.find_first_not_of(' '), text});
    }
    return {}; // it never ends: a text that only begins like one
}

/// "a", 'it''s', plain words # and a remark.
std::string scalarOf(const std::string& text)
{
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'')) {
        const char quote = text.front();
        std::string out;
        for (size_t i = 1; i < text.size(); ++i) {
            if (quote == '"' && text[i] == '\\' && i + 1 < text.size())
                out += text[++i];
            else if (text[i] != quote)
                out += text[i];
            else if (quote == '\'' && text.compare(i, 2, "''") == 0)
                out += text[i++];
            else
                break;
        }
        return out;
    }
    return trim(text.substr(0, text.find(" #")));
}

Json valueOf(const std::string& text)
{
    if (!text.starts_with('[') || !text.ends_with(']'))
        return scalarOf(text);
    Json list = Json::array();
    for (const std::string& part : split(text.substr(1, text.size() - 2), ','))
        if (const std::string item = trim(part); !item.empty())
            list.push_back(scalarOf(item));
    return list;
}

/// Reads blocks by their indentation. Every call takes at least one line, or is not made.
class CardReader
{
public:
    explicit CardReader(std::vector<CardLine> lines) : m_lines(std::move(lines)) {}

    Json read()
    {
        return m_lines.empty() || isItem(m_lines.front()) ? Json::object() : object(m_lines.front().indent, 0);
    }

private:
    static bool isItem(const CardLine& line) { return line.text == "-" || line.text.starts_with("- "); }

    /// The key of "key: value" or "key:", and where the value begins.
    static std::optional<std::pair<std::string, std::string>> keyed(const std::string& text)
    {
        const size_t colon = text.find(": ");
        if (colon == std::string::npos && !text.ends_with(':'))
            return std::nullopt;
        const size_t end = colon == std::string::npos ? text.size() - 1 : colon;
        return std::pair(scalarOf(text.substr(0, end)), trim(text.substr(end + 1)));
    }

    bool isAt(size_t indent) const { return m_next < m_lines.size() && m_lines[m_next].indent == indent; }

    void skipDeeper(size_t indent)
    {
        while (m_next < m_lines.size() && m_lines[m_next].indent > indent)
            ++m_next;
    }

    /// What stands below a line of that indentation: deeper, or a list at the same.
    Json below(size_t indent, bool mayBeLevel, size_t depth)
    {
        if (m_next == m_lines.size() || depth > deepestJson)
            return nullptr;
        const CardLine& line = m_lines[m_next];
        if (line.indent > indent)
            return isItem(line) ? list(line.indent, depth + 1) : object(line.indent, depth + 1);
        return mayBeLevel && line.indent == indent && isItem(line) ? list(indent, depth + 1) : Json(nullptr);
    }

    Json object(size_t indent, size_t depth)
    {
        Json result = Json::object();
        while (isAt(indent) && !isItem(m_lines[m_next])) {
            const auto entry = keyed(m_lines[m_next++].text);
            if (entry && entry->second.empty())
                result[entry->first] = below(indent, true, depth);
            else if (entry)
                result[entry->first] = valueOf(entry->second);
            skipDeeper(indent);
        }
        return result;
    }

    Json list(size_t indent, size_t depth)
    {
        Json result = Json::array();
        while (isAt(indent) && isItem(m_lines[m_next])) {
            CardLine& line = m_lines[m_next];
            const size_t dash = line.text.find_first_not_of(' ', 1);
            const std::string item = dash == std::string::npos ? "" : line.text.substr(dash);
            if (item.empty()) {
                ++m_next;
                result.push_back(below(indent, false, depth));
            } else if (item.front() != '"' && item.front() != '\'' && item.front() != '[' && keyed(item)) {
                line = {indent + dash, item}; // its object goes on below, as far to the right
                result.push_back(depth > deepestJson ? Json(nullptr) : object(indent + dash, depth + 1));
            } else {
                ++m_next;
                result.push_back(valueOf(item));
            }
            skipDeeper(indent);
        }
        return result;
    }

    std::vector<CardLine> m_lines;
    size_t m_next = 0;
};

} // namespace

Json cardFacts(std::string_view card)
{
    return CardReader(frontMatter(card)).read();
}

} // namespace fettle
