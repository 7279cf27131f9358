// SPDX-License-Identifier: GPL-3.0-or-later
// Reading and writing run files.
#include "core/arguments/run_config.h"

#include "core/arguments/run_settings.h"
#include "core/arguments/setting_keys.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr uint64_t largestRunFile = 64 << 20; ///< bytes

std::string absolutePath(const std::string& path, const fs::path& relativeTo)
{
    if (path.empty())
        return path;
    return (relativeTo / expandUser(pathFromJson(path))).lexically_normal().string();
}

} // namespace

RunConfig readRunConfig(const std::filesystem::path& file)
{
    const fs::path folder = fs::absolute(file).parent_path();
    try {
        // A person may give a pipe here (<(…)); a run file of megabytes is none.
        return parseRunConfig(parseJson(readFile(file, largestRunFile), file.string()), folder);
    } catch (const Error& error) {
        // Syntax errors name the file already; those of meaning do not.
        const std::string name = file.string();
        if (error.message().starts_with(shown(name, name.size())))
            throw;
        throw Error(error.code(), fmt::format("{}: {}", name, error.message()), error.hint(), error.subject());
    }
}

RunConfig parseRunConfig(const Json& json, const std::filesystem::path& relativeTo)
{
    if (!json.is_object())
        throw badInput("a run file must be a JSON object");
    refuseUnknownKeys(json, "", {"fettle", "model", "objective", "data", "samples", "arguments"});
    if (const int64_t version = jsonValue<int64_t>(json, "fettle", 1); version != 1)
        throw badInput(
            fmt::format("\"fettle\": {} is not a version of run files that this program knows (1)", version));
    RunConfig config;
    if (const std::string model = jsonValue<std::string>(json, "model", ""); !model.empty())
        config.model = modelFromRunFile(model, relativeTo).text();
    config.objective = jsonValue<std::string>(json, "objective", "");
    readData(config.data, objectAt(json, "data"), relativeTo);
    readSamples(config.samples, objectAt(json, "samples"));
    for (const auto& [name, value] : objectAt(json, "arguments").items())
        if (std::string remark = setArgument(config.arguments, name, value); !remark.empty())
            config.remarks.push_back(std::move(remark));
    config.arguments.output_dir = absolutePath(config.arguments.output_dir, relativeTo);
    return config;
}

Json toJson(const RunConfig& config)
{
    Json json = Json::object();
    json["fettle"] = 1;
    json["model"] = toRunFile(ModelReference::parse(config.model));
    json["objective"] = config.objective.empty() ? Json(nullptr) : Json(config.objective);
    json["data"] = toJson(config.data);
    json["samples"] = toJson(config.samples);
    json["arguments"] = toJson(config.arguments);
    return json;
}

void applySetting(RunConfig& config, const std::string& keyEqualsValue)
{
    const size_t equals = keyEqualsValue.find('=');
    if (equals == std::string::npos || equals == 0)
        throw badInput(fmt::format("\"{}\" is not of the form key=value", shown(keyEqualsValue)),
                       "For example: learning_rate=1e-3, data.max_length=64");
    std::string key = trim(keyEqualsValue.substr(0, equals));
    const std::string text = keyEqualsValue.substr(equals + 1);
    if (key.starts_with("arguments."))
        key = key.substr(10);
    const size_t dot = key.find('.');
    if (dot == std::string::npos && key != "model" && key != "objective" && key != "fettle") {
        if (std::string remark = setArgumentText(config.arguments, key, text); !remark.empty())
            config.remarks.push_back(std::move(remark));
        if (key == "output_dir")
            config.arguments.output_dir = absolutePath(config.arguments.output_dir, fs::current_path());
        return;
    }
    // Everything else goes through the run file's own reader: a value that is JSON is taken as such, else as text.
    const std::optional<Json> parsed = tryParseJson(text);
    if (!parsed && key.starts_with("samples.") && trim(text).starts_with('['))
        parseJson(text, key); // a list that is none: says where
    Json value = parsed.value_or(text);
    const bool wantsText = key == "model" || key == "objective" || key == setting_key::data::split ||
                           key == setting_key::data::column || key == setting_key::data::templateText ||
                           key == setting_key::data::prompt || key == setting_key::data::completion ||
                           (key.starts_with("data.format.") && key != "data.format.header");
    if (wantsText && !value.is_string() && !value.is_null())
        value = text;
    Json json = toJson(config);
    if (dot == std::string::npos) {
        json[key] = value;
    } else {
        const std::string room = key.substr(0, dot);
        if (room == "model" || room == "objective" || room == "fettle")
            throw badInput(fmt::format("\"{}\" has no parts: unknown key \"{}\"", room, shown(key)),
                           fmt::format("Write {}=…", room), room);
        refuseUnknownKeys(Json{{room, nullptr}}, "", {"data", "samples"});
        const std::string inner = key.substr(dot + 1);
        if (inner.starts_with("format."))
            json[room]["format"][inner.substr(7)] = value;
        else
            json[room][inner] = value;
    }
    std::vector<std::string> remarks = std::move(config.remarks);
    config = parseRunConfig(json, fs::current_path());
    config.remarks = std::move(remarks);
}

} // namespace fettle
