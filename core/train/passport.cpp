// SPDX-License-Identifier: GPL-3.0-or-later
// passport.json: what a run was made of.
#include "core/train/passport.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/machine.h"
#include "core/base/model_folder_names.h"
#include "core/base/version.h"
#include "core/data/split.h"
#include "core/runs/run_folder.h"
#include "core/tensors/weights.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <torch/version.h>

namespace fettle
{

namespace
{

Json modelHashes(const ModelFacts& model, const fs::path& folder)
{
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        const std::string extension = entry.path().extension().string();
        if (entry.is_regular_file() && (extension == ".json" || extension == ".txt" || extension == ".model" ||
                                        (isWeightFile(entry.path()) && !model.randomWeights)))
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    Json hashes = Json::object();
    for (const fs::path& file : files)
        hashes[file.filename().string()] = sha256OfFile(file);
    return hashes;
}

Json fileFacts(const fs::path& file)
{
    return Json{{"path", pathToJson(file.string())}, {"bytes", fs::file_size(file)}, {"sha256", sha256OfFile(file)}};
}

/// A text may be a folder (a saved data set): each of its files counts.
void appendTextFacts(Json& list, const fs::path& path)
{
    if (!fs::is_directory(path)) {
        list.push_back(fileFacts(path));
        return;
    }
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files)
        list.push_back(fileFacts(file));
}

Json validationFacts(const RunConfig& config, int64_t rows, int64_t validationRows)
{
    Json facts = Json::object();
    facts["rows"] = validationRows;
    if (!config.data.validation.empty()) {
        facts["from"] = pathToJson(config.data.validation);
    } else if (config.data.validationFraction > 0) {
        facts["fraction"] = config.data.validationFraction;
        facts["seed"] = config.arguments.seed;
        // Positions among the rows that "split" takes, from 0.
        facts["row_numbers"] =
            keepAside(rows, config.data.validationFraction, static_cast<uint64_t>(config.arguments.seed)).second;
    }
    return facts;
}

std::string programHash()
{
    try {
        return sha256OfFile("/proc/self/exe");
    } catch (const Error&) {
        return {}; // no /proc: the version stands for the build
    }
}

} // namespace

std::string argumentsHash(const TrainArgs& arguments)
{
    return sha256(jsonText(toJson(arguments)));
}

Json textHashes(const RunConfig& config)
{
    Json list = Json::array();
    for (const fs::path& file : resolveTexts(config.data.train))
        appendTextFacts(list, file);
    if (!config.data.validation.empty())
        for (const fs::path& file : resolveKeptAside(config.data.validation))
            appendTextFacts(list, file);
    return list;
}

Json makePassport(const RunConfig& config, const ModelFacts& model, const std::string& settingsText, int64_t rows,
                  int64_t validationRows, const std::string& device, int threads, const std::string& matmul)
{
    Json passport = Json::object();
    passport["fettle"] = 1;
    passport["time"] = now();
    passport["model"] = Json{{"reference", pathToJson(config.model)},
                             {"folder", pathToJson(model.folder.string())},
                             {"model_type", model.modelType},
                             {"parameters", model.parameters},
                             {"sha256", modelHashes(model, model.folder)}};
    if (model.adapterParameters > 0)
        passport["model"]["trained_parameters"] = model.trainedParameters();
    if (!model.adapterFolder.empty())
        passport["model"]["adapter"] = Json{{"folder", pathToJson(model.adapterFolder.string())},
                                            {"sha256", modelHashes(model, model.adapterFolder)}};
    passport["data"] = textHashes(config);
    passport["settings"] =
        Json{{"sha256", sha256(settingsText)}, {"values", parseJson(settingsText, RunFolder::settingsName)}};
    passport["build"] = Json{{"version", programVersion()}, {"sha256", programHash()}, {"compiler", __VERSION__}};
    passport["versions"] = Json{{"fettle", programVersion()}, {"libtorch", TORCH_VERSION}};
    passport["seed"] = config.arguments.seed;
    passport["data_seed"] = config.arguments.data_seed ? Json(*config.arguments.data_seed) : Json(nullptr);
    passport["device"] = device;
    passport["threads"] = threads;
    passport["matmul"] = matmul;
    passport["machine"] = Json{{"processor", machine().processor},
                               {"cores", machine().cores},
                               {"features", machine().features},
                               {"memory_bytes", machine().memoryBytes}};
    passport["validation"] = validationFacts(config, rows, validationRows);
    return passport;
}

std::optional<NoticeEvent> otherMatmulNotice(const Json& passport, const std::string& matmul)
{
    const std::string before = jsonValue<std::string>(passport, "matmul", matmul);
    if (before == matmul)
        return std::nullopt;
    NoticeEvent notice;
    notice.code = NoticeCode::MatmulChanged;
    notice.message = fmt::format("Matrices are multiplied by {} here, by {} when the run began. The last digits of its "
                                 "numbers may differ by that.",
                                 matmul, shown(before));
    return notice;
}

void requireSameTexts(const Json& passport, const RunConfig& config)
{
    if (!passport.contains("data") || !passport["data"].is_array())
        return;
    const auto hashOf = [](const Json& list, size_t i) {
        return i < list.size() ? jsonValue<std::string>(list[i], "sha256", "") : std::string();
    };
    const Json &was = passport["data"], is = textHashes(config);
    for (size_t i = 0; i < std::max(was.size(), is.size()); ++i)
        if (hashOf(was, i) != hashOf(is, i))
            throw badInput(
                fmt::format("{} is not what it was when the run began",
                            pathFromJson(jsonValue<std::string>(i < was.size() ? was[i] : is[i], "path", "a text"))),
                "Put the text back as it was, or start a new run.", "data");
}

namespace
{

void requireSameFiles(const Json& was, const ModelFacts& model, const fs::path& folder)
{
    if (!was.contains("sha256"))
        return;
    const Json is = modelHashes(model, folder);
    for (const auto& [name, hash] : was["sha256"].items())
        if (!name.ends_with(".txt") || isTokenizerFileName(name)) // others are notes
            if (!is.contains(name) || is[name] != hash)
                throw badInput(fmt::format("{} is not what it was when the run began", (folder / name).string()),
                               "Put the model back as it was, or start a new run.", "model");
}

} // namespace

void requireSameModel(const Json& passport, const ModelFacts& model, bool isBegin)
{
    if (!passport.contains("model"))
        return;
    requireSameFiles(passport["model"], model, model.folder);
    if (isBegin && passport["model"].contains("adapter") && !model.adapterFolder.empty())
        requireSameFiles(passport["model"]["adapter"], model, model.adapterFolder);
}

} // namespace fettle
