// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/documents/sheet_words.h"

#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

void SheetChoice::offer(const std::string& name, SheetRows& rows)
{
    if (rows.empty())
        return;
    const std::string quoted = "\"" + shown(name, 60) + "\"";
    if (m_isTaken) {
        m_others.push_back(quoted);
        return;
    }
    m_isTaken = true;
    m_name = quoted;
    m_table.content = rows.take();
    m_table.detail = "sheet " + quoted;
}

ReadDocument SheetChoice::take()
{
    constexpr size_t most = 6;
    if (m_others.empty())
        return std::move(m_table);
    std::string names;
    for (size_t i = 0; i < std::min(most, m_others.size()); ++i)
        names += (i == 0 ? "" : ", ") + m_others[i];
    m_table.notices.push_back(fmt::format("Of its sheets {} is read, not {}{}; save another one as a file of its own.",
                                          m_name, names, m_others.size() > most ? " …" : ""));
    return std::move(m_table);
}

} // namespace fettle
