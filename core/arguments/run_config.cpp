// SPDX-License-Identifier: GPL-3.0-or-later
// Reading and writing run files.
#include "core/arguments/run_config.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr uint64_t largestRunFile = 64 << 20; ///< bytes

/// Throws on the first key of `object` that is not in `known`. `where` is "" or "data." and so on.
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

std::string absolutePath(const std::string& path, const fs::path& relativeTo)
{
    if (path.empty())
        return path;
    return (relativeTo / expandUser(pathFromJson(path))).lexically_normal().string();
}

/// Whether `key` of data says `second` rather than `first`; `otherwise` where it says nothing.
bool choiceAt(const Json& json, const char* key, const char* first, const char* second, bool otherwise)
{
    const std::string value = jsonValue<std::string>(json, key, otherwise ? second : first);
    if (value != first && value != second)
        throw badInput(
            fmt::format("\"data.{}\" must be \"{}\" or \"{}\", not \"{}\"", key, first, second, shown(value)), {},
            "data");
    return value == second;
}

void parseData(const Json& json, const fs::path& relativeTo, DataConfig& data)
{
    refuseUnknownKeys(json, "data.",
                      {"train", "format", "split", "column", "validation", "template", "blocks", "max_length",
                       "end_of_text", "empty_rows"});
    if (const auto train = json.find("train"); train != json.end() && !train->is_null()) {
        data.train.clear();
        const Json list = train->is_array() ? *train : Json::array({*train});
        for (const Json& entry : list) {
            if (!entry.is_string())
                throw badInput(fmt::format("\"data.train\" must be a path or a list of paths, not {}", shown(*train)),
                               {}, "data");
            data.train.push_back(textFromRunFile(entry.get<std::string>(), relativeTo).text());
        }
    }
    const Json& format = objectAt(json, "format");
    refuseUnknownKeys(format, "data.format.", {"kind", "encoding", "separator", "quote", "header"});
    data.format = parseDataFormat(format);
    data.split = jsonValue<std::string>(json, "split", data.split);
    data.column = jsonValue<std::string>(json, "column", data.column);
    if (const auto validation = json.find("validation"); validation != json.end() && !validation->is_null()) {
        data.validation.clear();
        data.validationFraction = 0;
        if (validation->is_number()) {
            data.validationFraction = validation->get<double>();
        } else if (validation->is_string()) {
            const std::string text = validation->get<std::string>();
            if (const auto fraction = parseDouble(text))
                data.validationFraction = *fraction;
            else
                data.validation = textFromRunFile(text, relativeTo).text();
        } else {
            throw badInput(
                fmt::format("\"data.validation\" must be a path or a share like 0.05, not {}", shown(*validation)), {},
                "data");
        }
    }
    if (const auto found = json.find("template"); found != json.end() && !found->is_null())
        throw badInput("\"data.template\" is not supported yet", "Leave it out, or null.", "data");
    data.packed = choiceAt(json, "blocks", "lines", "packed", data.packed);
    data.maxLength = jsonValue<int64_t>(json, "max_length", data.maxLength);
    data.appendEndOfText = choiceAt(json, "end_of_text", "none", "append", data.appendEndOfText);
    data.skipEmptyRows = choiceAt(json, "empty_rows", "keep", "skip", data.skipEmptyRows);
}

void parseSamples(const Json& json, SamplesConfig& samples)
{
    refuseUnknownKeys(json, "samples.",
                      {"prompts", "every_steps", "max_new_tokens", "temperature", "top_k", "top_p", "seed", "greedy"});
    if (const auto prompts = json.find("prompts"); prompts != json.end() && !prompts->is_null()) {
        samples.prompts.clear();
        const Json list = prompts->is_array() ? *prompts : Json::array({*prompts});
        for (const Json& prompt : list) {
            if (!prompt.is_string())
                throw badInput(fmt::format("\"samples.prompts\" must be a list of texts, not {}", shown(*prompts)), {},
                               "samples.prompts");
            samples.prompts.push_back(prompt.get<std::string>());
        }
    }
    samples.everySteps = jsonValue<int64_t>(json, "every_steps", samples.everySteps);
    samples.maxNewTokens = jsonValue<int64_t>(json, "max_new_tokens", samples.maxNewTokens);
    samples.temperature = jsonValue<double>(json, "temperature", samples.temperature);
    samples.topK = jsonValue<int64_t>(json, "top_k", samples.topK);
    samples.topP = jsonValue<double>(json, "top_p", samples.topP);
    samples.seed = jsonValue<int64_t>(json, "seed", samples.seed);
    samples.greedy = jsonValue<bool>(json, "greedy", samples.greedy);
}

Json dataToJson(const DataConfig& data)
{
    Json json = Json::object();
    Json train = Json::array();
    for (const std::string& text : data.train)
        train.push_back(toRunFile(TextReference::parse(text)));
    json["train"] = train.size() == 1 ? train.front() : train;
    json["format"] = toJson(data.format);
    json["split"] = data.split.empty() ? Json(nullptr) : Json(data.split);
    json["column"] = data.column.empty() ? Json(nullptr) : Json(data.column);
    json["validation"] = !data.validation.empty()      ? Json(toRunFile(TextReference::parse(data.validation)))
                         : data.validationFraction > 0 ? Json(data.validationFraction)
                                                       : Json(nullptr);
    json["template"] = nullptr;
    json["blocks"] = data.packed ? "packed" : "lines";
    json["max_length"] = data.maxLength;
    json["end_of_text"] = data.appendEndOfText ? "append" : "none";
    json["empty_rows"] = data.skipEmptyRows ? "skip" : "keep";
    return json;
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
    parseData(objectAt(json, "data"), relativeTo, config.data);
    parseSamples(objectAt(json, "samples"), config.samples);
    for (const auto& [name, value] : objectAt(json, "arguments").items())
        setArgument(config.arguments, name, value);
    config.arguments.output_dir = absolutePath(config.arguments.output_dir, relativeTo);
    return config;
}

Json toJson(const RunConfig& config)
{
    const SamplesConfig& samples = config.samples;
    Json json = Json::object();
    json["fettle"] = 1;
    json["model"] = toRunFile(ModelReference::parse(config.model));
    json["objective"] = config.objective.empty() ? Json(nullptr) : Json(config.objective);
    json["data"] = dataToJson(config.data);
    Json& written = json["samples"] = Json::object();
    written["prompts"] = samples.prompts;
    written["every_steps"] = samples.everySteps;
    written["max_new_tokens"] = samples.maxNewTokens;
    written["temperature"] = samples.temperature;
    written["top_k"] = samples.topK;
    written["top_p"] = samples.topP;
    written["seed"] = samples.seed;
    written["greedy"] = samples.greedy;
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
        setArgumentText(config.arguments, key, text);
        if (key == "output_dir")
            config.arguments.output_dir = absolutePath(config.arguments.output_dir, fs::current_path());
        return;
    }
    // Everything else goes through the run file's own reader: a value that is JSON is taken as such, else as text.
    const std::optional<Json> parsed = tryParseJson(text);
    if (!parsed && key.starts_with("samples.") && trim(text).starts_with('['))
        parseJson(text, key); // a list that is none: says where
    Json value = parsed.value_or(text);
    const bool wantsText = key == "model" || key == "objective" || key == "data.split" || key == "data.column" ||
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
    config = parseRunConfig(json, fs::current_path());
}

} // namespace fettle
