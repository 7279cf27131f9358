// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arguments/run_settings.h"

#include "core/arguments/setting_columns.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

/// The types of run_settings.def: how each is read from its room of a run file, written, and named in the docs.
struct SettingType {
    ArgumentType inForms;
    const char* words;
};

/// A field that stands in JSON as it is.
template <typename Value>
struct PlainSetting {
    template <typename Room>
    static void read(Room& room, Value Room::*field, const Json& json, const char* key, const ArgumentInfo&,
                     const fs::path&)
    {
        room.*field = jsonValue<Value>(json, key, room.*field);
    }
    template <typename Room>
    static Json write(const Room& room, Value Room::*field, const ArgumentInfo&)
    {
        return room.*field;
    }
};

struct RealSetting : PlainSetting<double> {
    static constexpr SettingType is{ArgumentType::Real, "number"};
};

struct IntegerSetting : PlainSetting<int64_t> {
    static constexpr SettingType is{ArgumentType::Integer, "whole number"};
};

struct FlagSetting : PlainSetting<bool> {
    static constexpr SettingType is{ArgumentType::Flag, "true or false"};
};

struct TextSetting : PlainSetting<std::string> {
    static constexpr SettingType is{ArgumentType::Text, "text"};
    template <typename Room>
    static Json write(const Room& room, std::string Room::*field, const ArgumentInfo&)
    {
        return (room.*field).empty() ? Json(nullptr) : Json(room.*field);
    }
};

struct SwitchSetting {
    static constexpr SettingType is{ArgumentType::Text, "text"};
    template <typename Room>
    static void read(Room& room, bool Room::*field, const Json& json, const char* key, const ArgumentInfo& info,
                     const fs::path&)
    {
        const std::string &off = info.check.choices[0], &on = info.check.choices[1];
        const auto value = jsonValue<std::string>(json, key, room.*field ? on : off);
        if (value != off && value != on)
            throw badInput(fmt::format("\"{}\" must be \"{}\" or \"{}\", not \"{}\"", info.name, off, on, shown(value)),
                           {}, "data");
        room.*field = value == on;
    }
    template <typename Room>
    static Json write(const Room& room, bool Room::*field, const ArgumentInfo& info)
    {
        return info.check.choices[room.*field ? 1 : 0];
    }
};

struct BlocksChoiceSetting {
    static constexpr SettingType is{ArgumentType::Text, "text"};
    static void read(DataConfig& data, Blocks DataConfig::*field, const Json& json, const char* key,
                     const ArgumentInfo& info, const fs::path&)
    {
        const std::vector<std::string>& words = info.check.choices;
        const auto value = jsonValue<std::string>(json, key, words[static_cast<size_t>(data.*field)]);
        const auto found = std::find(words.begin(), words.end(), value);
        if (found == words.end())
            throw badInput(
                fmt::format("\"{}\" must be one of {}, not \"{}\"", info.name, fmt::join(words, ", "), shown(value)),
                {}, "data");
        data.*field = static_cast<Blocks>(found - words.begin());
    }
    static Json write(const DataConfig& data, Blocks DataConfig::*field, const ArgumentInfo& info)
    {
        return info.check.choices[static_cast<size_t>(data.*field)];
    }
};

void requireWeight(const std::string& text, double weight)
{
    constexpr double least = 0.001, most = 1000;
    if (!(weight >= least && weight <= most))
        throw badInput(fmt::format("\"data.train\": the weight of {} must be between {} and {}, not {}", shown(text),
                                   shortest(least), shortest(most), shortest(weight)),
                       "2: every row is read twice an epoch; 0.5: half of the rows. A text that is not to be learnt is "
                       "left out.",
                       "data");
}

struct TextsSetting {
    static constexpr SettingType is{ArgumentType::Text, "path or list of paths"};
    static void read(DataConfig& data, std::vector<std::string> DataConfig::*field, const Json& json, const char* key,
                     const ArgumentInfo& info, const fs::path& relativeTo)
    {
        const auto found = json.find(key);
        if (found == json.end() || found->is_null())
            return;
        (data.*field).clear();
        data.trainWeights.clear();
        const Json list = found->is_array() ? *found : Json::array({*found});
        for (const Json& entry : list) {
            const bool isWeighted = entry.is_object();
            if (isWeighted)
                refuseUnknownKeys(entry, std::string(info.name) + ".", {"path", "weight"});
            const auto path = isWeighted ? entry.find("path") : entry.end();
            const Json& name = path != entry.end() ? *path : entry;
            if (!name.is_string())
                throw badInput(
                    fmt::format("\"{}\" must be a path or a list of paths, not {}", info.name, shown(*found)),
                    R"(A text that is to be read twice an epoch: {"path": "letters.txt", "weight": 2}.)", "data");
            const std::string text = textFromRunFile(name.get<std::string>(), relativeTo).text();
            const double weight = isWeighted ? jsonValue<double>(entry, "weight", 1) : 1;
            const auto before = data.trainWeights.find(text);
            const bool isKnown = std::find((data.*field).begin(), (data.*field).end(), text) != (data.*field).end();
            if (isKnown && weight != (before == data.trainWeights.end() ? 1 : before->second))
                throw badInput(fmt::format("\"{}\" names {} twice, with different weights", info.name, shown(text)),
                               "Name it once.", "data");
            requireWeight(text, weight);
            (data.*field).push_back(text);
            if (weight != 1)
                data.trainWeights[text] = weight;
        }
    }
    static Json write(const DataConfig& data, std::vector<std::string> DataConfig::*field, const ArgumentInfo&)
    {
        Json list = Json::array();
        for (const std::string& text : data.*field) {
            const Json path = toRunFile(TextReference::parse(text));
            const auto weight = data.trainWeights.find(text);
            list.push_back(weight == data.trainWeights.end() ? path : Json{{"path", path}, {"weight", weight->second}});
        }
        return list.size() == 1 ? list.front() : list;
    }
};

struct LinesSetting {
    static constexpr SettingType is{ArgumentType::Text, "text or list of texts"};
    template <typename Room>
    static void read(Room& room, std::vector<std::string> Room::*field, const Json& json, const char* key,
                     const ArgumentInfo& info, const fs::path&)
    {
        const auto found = json.find(key);
        if (found == json.end() || found->is_null())
            return;
        (room.*field).clear();
        const Json list = found->is_array() ? *found : Json::array({*found});
        for (const Json& entry : list) {
            if (!entry.is_string())
                throw badInput(fmt::format("\"{}\" must be a list of texts, not {}", info.name, shown(*found)), {},
                               info.name);
            (room.*field).push_back(entry.get<std::string>());
        }
    }
    template <typename Room>
    static Json write(const Room& room, std::vector<std::string> Room::*field, const ArgumentInfo&)
    {
        return room.*field;
    }
};

struct FormatSetting {
    static constexpr SettingType is{ArgumentType::Text, "object"};
    static void read(DataConfig& data, DataFormat DataConfig::*field, const Json& json, const char* key,
                     const ArgumentInfo& info, const fs::path&)
    {
        const Json& format = objectAt(json, key);
        refuseUnknownKeys(format, std::string(info.name) + ".", {"kind", "encoding", "separator", "quote", "header"});
        data.*field = parseDataFormat(format);
    }
    static Json write(const DataConfig& data, DataFormat DataConfig::*field, const ArgumentInfo&)
    {
        return toJson(data.*field);
    }
};

struct KeptAsideSetting {
    static constexpr SettingType is{ArgumentType::Real, "path, or a share of the rows"};
    static void read(DataConfig& data, std::string DataConfig::*field, const Json& json, const char* key,
                     const ArgumentInfo& info, const fs::path& relativeTo)
    {
        const auto found = json.find(key);
        if (found == json.end() || found->is_null())
            return;
        (data.*field).clear();
        data.validationFraction = 0;
        if (found->is_number()) {
            data.validationFraction = found->get<double>();
        } else if (found->is_string()) {
            const auto text = found->get<std::string>();
            if (const auto fraction = parseDouble(text))
                data.validationFraction = *fraction;
            else
                data.*field = textFromRunFile(text, relativeTo).text();
        } else {
            throw badInput(fmt::format("\"{}\" must be a path or a share like 0.05, not {}", info.name, shown(*found)),
                           {}, "data");
        }
    }
    static Json write(const DataConfig& data, std::string DataConfig::*field, const ArgumentInfo&)
    {
        return !(data.*field).empty()         ? Json(toRunFile(TextReference::parse(data.*field)))
               : data.validationFraction != 0 ? Json(data.validationFraction)
                                              : Json(nullptr);
    }
};

std::vector<std::string> keysOf(std::string_view room)
{
    std::vector<std::string> keys;
    for (const ArgumentInfo& info : runSettingTable())
        if (const std::string_view name = info.name; name.starts_with(room) && name[room.size()] == '.')
            keys.emplace_back(name.substr(room.size() + 1));
    return keys;
}

const ArgumentInfo& lineOf(const char* name)
{
    return *findRunSetting(name);
}

std::vector<ArgumentInfo> makeRunSettingTable()
{
    using namespace setting_columns;
    return {
#define FETTLE_DATA(Level, Type, key, field, value, check, form, unit, label, help)                                    \
    {ArgumentGroup::Data,                                                                                              \
     ArgumentLevel::Level,                                                                                             \
     Type##Setting::is.inForms,                                                                                        \
     "data." #key,                                                                                                     \
     check,                                                                                                            \
     form,                                                                                                             \
     unit,                                                                                                             \
     label,                                                                                                            \
     help,                                                                                                             \
     {},                                                                                                               \
     Type##Setting::is.words},
#define FETTLE_SAMPLES(Level, Type, key, field, value, check, form, unit, label, help)                                 \
    {ArgumentGroup::Data,                                                                                              \
     ArgumentLevel::Level,                                                                                             \
     Type##Setting::is.inForms,                                                                                        \
     "samples." #key,                                                                                                  \
     check,                                                                                                            \
     form,                                                                                                             \
     unit,                                                                                                             \
     label,                                                                                                            \
     help,                                                                                                             \
     {},                                                                                                               \
     Type##Setting::is.words},
#include "core/arguments/run_settings.def"
#undef FETTLE_DATA
#undef FETTLE_SAMPLES
    };
}

std::string jsonAsText(const Json& value)
{
    return value.is_null()           ? "none"
           : value.is_string()       ? value.get<std::string>()
           : value.is_number_float() ? shortest(value.get<double>())
                                     : jsonText(value);
}

/// What of `all` differs from `usual`.
Json changedKeys(const Json& all, const Json& usual)
{
    Json some = Json::object();
    for (const auto& [key, value] : all.items()) {
        const Json& other = usual[key];
        if (value == other)
            continue;
        some[key] = value.is_object() && other.is_object() ? changedKeys(value, other) : value;
    }
    return some;
}

} // namespace

void refuseUnknownKeys(const Json& object, const std::string& where, const std::vector<std::string>& known)
{
    for (const auto& [key, value] : object.items()) {
        if (std::find(known.begin(), known.end(), key) != known.end())
            continue;
        const auto nearest = nearestName(key, known);
        std::string hint = nearest ? fmt::format("Did you mean \"{}{}\"?", where, *nearest) : "";
        if (!nearest) {
            for (const std::string& name : known)
                hint += (hint.empty() ? "Known keys: " : ", ") + name;
            hint += ".";
        }
        throw badInput(fmt::format("unknown key \"{}{}\"", where, shown(key)), hint, where + key);
    }
}

const Json& objectAt(const Json& json, const char* key)
{
    static const Json empty = Json::object();
    const auto found = json.find(key);
    if (found == json.end() || found->is_null())
        return empty;
    if (!found->is_object())
        throw badInput(fmt::format("\"{}\" must be an object, not {}", key, shown(*found)), {}, key);
    return *found;
}

void readData(DataConfig& data, const Json& object, const std::filesystem::path& relativeTo)
{
    refuseUnknownKeys(object, "data.", keysOf("data"));
#define FETTLE_DATA(Level, Type, key, field, value, check, form, unit, label, help)                                    \
    Type##Setting::read(data, &DataConfig::field, object, #key, lineOf("data." #key), relativeTo);
#include "core/arguments/run_settings.def"
#undef FETTLE_DATA
}

void readSamples(SamplesConfig& samples, const Json& object)
{
    refuseUnknownKeys(object, "samples.", keysOf("samples"));
#define FETTLE_SAMPLES(Level, Type, key, field, value, check, form, unit, label, help)                                 \
    Type##Setting::read(samples, &SamplesConfig::field, object, #key, lineOf("samples." #key), {});
#include "core/arguments/run_settings.def"
#undef FETTLE_SAMPLES
}

Json toJson(const DataConfig& data)
{
    Json json = Json::object();
#define FETTLE_DATA(Level, Type, key, field, value, check, form, unit, label, help)                                    \
    json[#key] = Type##Setting::write(data, &DataConfig::field, lineOf("data." #key));
#include "core/arguments/run_settings.def"
#undef FETTLE_DATA
    return json;
}

Json toJson(const SamplesConfig& samples)
{
    Json json = Json::object();
#define FETTLE_SAMPLES(Level, Type, key, field, value, check, form, unit, label, help)                                 \
    json[#key] = Type##Setting::write(samples, &SamplesConfig::field, lineOf("samples." #key));
#include "core/arguments/run_settings.def"
#undef FETTLE_SAMPLES
    return json;
}

Json withoutDefaults(const RunConfig& config)
{
    const Json changed = changedKeys(toJson(config), toJson(RunConfig()));
    Json json = Json{{"fettle", 1}};
    for (const auto& [key, value] : changed.items())
        json[key] = value;
    return json;
}

const std::vector<ArgumentInfo>& runSettingTable()
{
    static const std::vector<ArgumentInfo> table = [] {
        std::vector<ArgumentInfo> made = makeRunSettingTable();
        size_t i = 0;
        const DataConfig data;
        const SamplesConfig samples;
#define FETTLE_DATA(Level, Type, key, field, value, check, form, unit, label, help)                                    \
    made[i].defaultText = jsonAsText(Type##Setting::write(data, &DataConfig::field, made[i]));                         \
    ++i;
#define FETTLE_SAMPLES(Level, Type, key, field, value, check, form, unit, label, help)                                 \
    made[i].defaultText = jsonAsText(Type##Setting::write(samples, &SamplesConfig::field, made[i]));                   \
    ++i;
#include "core/arguments/run_settings.def"
#undef FETTLE_DATA
#undef FETTLE_SAMPLES
        return made;
    }();
    return table;
}

const ArgumentInfo* findRunSetting(std::string_view name)
{
    for (const ArgumentInfo& info : runSettingTable())
        if (name == info.name)
            return &info;
    return findArgument(name);
}

std::string runSettingText(const RunConfig& config, std::string_view name)
{
    if (findArgument(name))
        return argumentText(config.arguments, name);
    const size_t dot = name.find('.');
    const Json room = name.starts_with("samples.") ? toJson(config.samples) : toJson(config.data);
    const auto found = dot == std::string_view::npos ? room.end() : room.find(std::string(name.substr(dot + 1)));
    return found == room.end() ? std::string() : jsonAsText(*found);
}

} // namespace fettle
