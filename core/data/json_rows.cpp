// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/json_rows.h"

namespace fettle
{

JsonRows::JsonRows(const std::string& name, std::string_view content, bool lines, bool wasTable)
    : m_scanner(name, content, wasTable), m_form(lines ? Form::Lines : Form::Array)
{
    if (lines)
        return;
    m_scanner.skipBlanks();
    if (m_scanner.atEnd()) {
        m_done = true;
    } else if (m_scanner.peek() == '{') {
        enterObject();
    } else {
        m_row = m_scanner.position();
        if (!m_scanner.take('['))
            refuse();
    }
}

bool JsonRows::holdsRows()
{
    const size_t value = m_scanner.position();
    bool holds = m_scanner.take('[');
    m_scanner.skipBlanks();
    holds = holds && (m_scanner.peek() == '{' || m_scanner.peek() == '"');
    m_scanner.moveTo(value);
    return holds;
}

void JsonRows::enterObject()
{
    const size_t begin = m_scanner.position();
    size_t arrays = 0, array = 0;
    bool isNamed = false; // among several, the one called train or data holds the rows
    m_scanner.require('{');
    if (!m_scanner.take('}')) {
        do {
            const std::string key = m_scanner.key();
            m_scanner.skipBlanks();
            const size_t value = m_scanner.position();
            if (!isNamed && holdsRows()) {
                ++arrays;
                array = value;
                m_arrayKey = key;
                isNamed = key == "train" || key == "data";
            }
            m_scanner.skipValue();
        } while (m_scanner.take(','));
        m_scanner.require('}');
    }
    m_scanner.skipBlanks();
    if (!m_scanner.atEnd())
        m_scanner.failHere();
    m_scanner.moveTo(begin);
    if (arrays == 1 || isNamed) {
        m_scanner.moveTo(array + 1);
    } else {
        m_arrayKey.clear();
        m_form = Form::Single;
    }
}

void JsonRows::refuse() const
{
    const bool lines = m_form == Form::Lines;
    m_scanner.fail(m_scanner.position(), lines ? "this line is not a JSON object." : "this is not a JSON object.",
                   lines ? "In JSON lines every line is one object: {\"text\": \"…\"}."
                         : "Rows of JSON are objects in an array: [{\"text\": \"…\"}, …].");
}

bool JsonRows::next()
{
    if (m_done)
        return false;
    if (m_form == Form::Lines && !m_first) {
        m_scanner.skipInLine();
        if (!m_scanner.atEnd() && m_scanner.peek() != '\n')
            m_scanner.fail(m_scanner.position(), "this line holds more than one object.",
                           "In JSON lines every line is one object: {\"text\": \"…\"}.");
    }
    if (m_form == Form::Array && !m_first && !m_scanner.take(',')) {
        m_scanner.require(']');
        m_scanner.skipBlanks();
        if (m_arrayKey.empty() && !m_scanner.atEnd())
            m_scanner.failHere();
        m_done = true;
        return false;
    }
    m_scanner.skipBlanks();
    const bool ended = m_form == Form::Lines   ? m_scanner.atEnd()
                       : m_form == Form::Array ? m_first && m_scanner.take(']')
                                               : !m_first;
    if (ended) {
        m_done = true;
        return false;
    }
    m_first = false;
    m_row = m_scanner.position();
    if (m_scanner.peek() != '{' && !(m_form == Form::Array && m_scanner.peek() == '"')) {
        m_scanner.skipValue(); // what is no JSON at all is said first
        m_scanner.moveTo(m_row);
        refuse();
    }
    return true;
}

} // namespace fettle
