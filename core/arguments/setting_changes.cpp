// SPDX-License-Identifier: GPL-3.0-or-later
// What differs between two run files.
#include "core/arguments/setting_changes.h"

#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

std::string valueText(const Json& value)
{
    return value.is_null() ? std::string("not set") : shownJson(value);
}

/// Arguments are named without a prefix, as --set takes them.
void collect(const Json& before, const Json& after, const std::string& prefix, std::vector<SettingChange>& changes)
{
    const auto compare = [&](const std::string& name) {
        const Json was = before.contains(name) ? before[name] : Json(nullptr);
        const Json is = after.contains(name) ? after[name] : Json(nullptr);
        if (was.is_object() && is.is_object())
            collect(was, is, prefix.empty() && name == "arguments" ? "" : prefix + name + ".", changes);
        else if (was != is && prefix + name != "output_dir")
            changes.push_back({prefix + name, valueText(was), valueText(is)});
    };
    for (const auto& [name, value] : before.items())
        compare(name);
    for (const auto& [name, value] : after.items())
        if (!before.contains(name))
            compare(name);
}

} // namespace

std::vector<SettingChange> settingChanges(const Json& before, const Json& after)
{
    std::vector<SettingChange> changes;
    collect(before, after, "", changes);
    return changes;
}

} // namespace fettle
