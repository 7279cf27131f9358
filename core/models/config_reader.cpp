// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/config_reader.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

Error unsupportedConfig(const char* key, const std::string& value)
{
    return badInput(fmt::format("config.json: {} = {} is not supported yet.", key, value),
                    "Choose a model without this feature.", "model");
}

} // namespace

int64_t ConfigReader::count(const char* key, std::optional<int64_t> fallback, int64_t most)
{
    const auto value = jsonValue<int64_t>(m_config, key, fallback.value_or(0));
    if (value < 1 || value > most)
        throw badInput(m_config.contains(key) || fallback
                           ? fmt::format("config.json: {} = {} is out of range.", key, value)
                           : fmt::format("config.json lacks \"{}\".", key),
                       fmt::format("It must be from 1 to {}.", grouped(most)), "model");
    m_facts.counts.emplace_back(key, value);
    return value;
}

int64_t ConfigReader::layers(const char* key, std::optional<int64_t> fallback)
{
    m_facts.layersKey = key;
    return count(key, fallback, 10'000);
}

bool ConfigReader::has(const char* key) const
{
    const auto found = m_config.find(key);
    return found != m_config.end() && !found->is_null();
}

double ConfigReader::real(const char* key, double fallback) const
{
    return jsonValue<double>(m_config, key, fallback);
}

double ConfigReader::probability(const char* key, double fallback) const
{
    const double value = real(key, fallback);
    if (!(value >= 0 && value <= 1))
        throw badInput(fmt::format("config.json: {} = {} is no probability.", key, value), {}, "model");
    return value;
}

bool ConfigReader::flag(const char* key, bool fallback) const
{
    return jsonValue<bool>(m_config, key, fallback);
}

bool ConfigReader::isNull(const char* key) const
{
    const auto found = m_config.find(key);
    return found != m_config.end() && found->is_null();
}

int64_t ConfigReader::tokenId(const char* key, int64_t fallback) const
{
    return isNull(key) ? -1 : jsonValue<int64_t>(m_config, key, fallback);
}

Activation ConfigReader::activation(const char* key, const std::string& fallback) const
{
    static const std::map<std::string, Activation> known{
        {"gelu_new", Activation::GeluNew},  {"gelu_pytorch_tanh", Activation::GeluNew},
        {"gelu_fast", Activation::GeluNew}, {"gelu", Activation::Gelu},
        {"gelu_python", Activation::Gelu},  {"silu", Activation::Silu},
        {"swish", Activation::Silu},        {"relu", Activation::Relu},
    };
    const auto name = jsonValue<std::string>(m_config, key, fallback);
    const auto found = known.find(name);
    if (found == known.end())
        throw unsupportedConfig(key, fmt::format("\"{}\"", name));
    return found->second;
}

void ConfigReader::require(const char* key, const std::string& only) const
{
    const auto value = jsonValue<std::string>(m_config, key, only);
    if (value != only)
        throw unsupportedConfig(key, fmt::format("\"{}\"", value));
}

void ConfigReader::requireFlag(const char* key, bool only) const
{
    if (jsonValue<bool>(m_config, key, only) != only)
        throw unsupportedConfig(key, only ? "false" : "true");
}

std::vector<double> ConfigReader::reals(const char* key) const
{
    std::vector<double> values;
    if (!has(key))
        return values;
    const Json& list = *m_config.find(key);
    if (!list.is_array() || !std::all_of(list.begin(), list.end(), [](const Json& each) { return each.is_number(); }))
        throw badInput(fmt::format("config.json: {} = {} is no list of numbers.", key, shown(list)), {}, "model");
    for (const Json& each : list)
        values.push_back(each.get<double>());
    return values;
}

std::vector<std::string> ConfigReader::repeated(const char* key, std::vector<std::string> fallback) const
{
    if (!has(key))
        return fallback;
    const Json& list = *m_config.find(key);
    const auto isWord = [](const Json& each) { return each.is_string(); };
    std::vector<std::string> words;
    for (const Json& each : list) {
        if (!each.is_array() || each.size() != 2 || !each[0].is_array() || !each[1].is_number_integer() ||
            each[1] < 0 || each[1] > 10'000 || !std::all_of(each[0].begin(), each[0].end(), isWord))
            refuse(key, shown(list));
        for (auto times = each[1].get<int64_t>(); times > 0; --times)
            for (const Json& word : each[0])
                words.push_back(word.get<std::string>());
    }
    if (words.empty())
        refuse(key, shown(list));
    return words;
}

std::vector<std::string> ConfigReader::words(const char* key, char separator) const
{
    std::vector<std::string> words;
    if (!has(key))
        return words;
    const Json& list = *m_config.find(key);
    if (list.is_string())
        for (const std::string& word : split(lowered(list.get<std::string>()), separator))
            words.push_back(trim(word));
    else if (list.is_array() &&
             std::all_of(list.begin(), list.end(), [](const Json& each) { return each.is_string(); }))
        words = list.get<std::vector<std::string>>();
    else
        refuse(key, shown(list));
    return words;
}

std::string ConfigReader::text(const char* key, const std::string& fallback) const
{
    return jsonValue<std::string>(m_config, key, fallback);
}

ConfigReader ConfigReader::part(const char* key) const
{
    static const Json nothing = Json::object();
    if (!has(key))
        return {nothing, m_facts};
    const Json& found = *m_config.find(key);
    if (!found.is_object())
        refuse(key, shown(found));
    return {found, m_facts};
}

bool ConfigReader::isEmpty() const
{
    return m_config.empty();
}

bool ConfigReader::slidingLayer(int64_t index, bool fallback) const
{
    if (!has("layer_types"))
        return fallback;
    const Json& types = *m_config.find("layer_types");
    if (!types.is_array() || types.size() <= static_cast<size_t>(index))
        throw badInput(fmt::format("config.json: layer_types names no layer {}.", index), {}, "model");
    const Json& type = types[static_cast<size_t>(index)];
    if (type != "sliding_attention" && type != "full_attention")
        refuse("layer_types", shown(type));
    return type == "sliding_attention";
}

void ConfigReader::refuse(const char* key, const std::string& value)
{
    throw unsupportedConfig(key, value);
}

int64_t ConfigReader::countOf(const char* key) const
{
    const auto& counts = m_facts.counts;
    const auto found =
        std::find_if(counts.begin(), counts.end(), [&](const auto& count) { return count.first == key; });
    if (found == counts.end())
        throw Error(ErrorCode::Failed, fmt::format("config.json's {} was not read.", key));
    return found->second;
}

int64_t ConfigReader::share(const char* whole, const char* parts) const
{
    const int64_t all = countOf(whole), each = countOf(parts);
    if (all % each != 0)
        throw badInput(fmt::format("config.json: {} = {} cannot be shared out among {} = {}.", whole, all, parts, each),
                       {}, "model");
    return all / each;
}

} // namespace fettle
