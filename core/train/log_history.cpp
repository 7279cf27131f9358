// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/log_history.h"

#include <nlohmann/json.hpp>

namespace fettle
{

void LogHistory::add(const Json& entry)
{
    if (!m_entries.empty())
        m_entries += ",";
    m_entries += "\n    ";
    const std::string text = nlohmann::json(entry).dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
    for (const char c : text) {
        m_entries += c;
        if (c == '\n') // an entry's lines stand below those of the array
            m_entries += "    ";
    }
    if (entry.is_object() && entry.contains("eval_loss") && entry["eval_loss"].is_number()) {
        m_checkLoss = entry["eval_loss"].get<double>();
        m_checkStep = jsonValue<int64_t>(entry, "step", -1);
    }
}

void LogHistory::read(const Json& array)
{
    if (array.is_array())
        for (const Json& entry : array)
            add(entry);
}

std::string LogHistory::text() const
{
    return m_entries.empty() ? "[]" : "[" + m_entries + "\n  ]";
}

std::optional<double> LogHistory::checkLossAt(int64_t step) const
{
    return step == m_checkStep ? m_checkLoss : std::nullopt;
}

} // namespace fettle
