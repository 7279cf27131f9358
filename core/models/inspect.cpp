// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/inspect.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/models/model_folder.h"
#include "core/models/open_model.h"
#include "core/tokenizers/tokenizer.h"
#include "core/tokenizers/tokenizer_choice.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

constexpr std::string_view bundledPrefix = "bundled:", randomPrefix = "random:", hubPrefix = "hub:";

bool startsWith(const std::string& text, std::string_view prefix)
{
    return text.compare(0, prefix.size(), prefix) == 0;
}

// Whole models only: in a source tree a model may be described but not yet trained.
std::vector<std::string> bundledNames()
{
    std::vector<std::string> names;
    std::error_code none;
    for (const auto& item : fs::directory_iterator(resourceFolder() / "models", none))
        if (fs::exists(item.path() / "config.json") &&
            (fs::exists(item.path() / "model.safetensors") || fs::exists(item.path() / "model.safetensors.index.json")))
            names.push_back(item.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

// A tokenizer that cannot be read is the trouble of whoever needs it: a model is described without.
void describeTokens(ModelFacts& facts)
{
    try {
        facts.tokenizer = chooseTokenizer(facts.folder).name();
        if (!facts.tokenizer.empty())
            noteTokenizer(facts, *loadTokenizer(facts.folder));
    } catch (const Error&) {
    }
}

} // namespace

void noteTokenizer(ModelFacts& facts, const Tokenizer& tokenizer)
{
    const SpecialTokens& special = tokenizer.special();
    const std::vector<std::string>& notices = tokenizer.notices();
    facts.report.notices.insert(facts.report.notices.end(), notices.begin(), notices.end());
    facts.maskToken = special.mask ? tokenizer.idToToken(*special.mask) : "";
    facts.endToken = special.eos ? tokenizer.idToToken(*special.eos) : "";
}

std::filesystem::path resolveModel(const std::string& reference)
{
    if (startsWith(reference, randomPrefix))
        return resolveModel(reference.substr(randomPrefix.size()));
    if (startsWith(reference, hubPrefix))
        throw badInput(fmt::format("{}: models are not fetched from the hub yet.", reference),
                       "Download the model's files into a folder and name the folder.", "model");
    if (reference.empty())
        throw badInput("No model is named.", "Name a folder, or bundled:NAME.", "model");
    std::filesystem::path folder;
    if (startsWith(reference, bundledPrefix)) {
        const std::string name = reference.substr(bundledPrefix.size());
        folder = resourceFolder() / "models" / name;
        if (name.empty() || fs::path(name).filename() != fs::path(name) || !fs::exists(folder / "config.json")) {
            const auto nearest = nearestName(name, bundledNames());
            throw badInput(fmt::format("No model called {} comes with Fettle.", name),
                           nearest ? fmt::format("Did you mean bundled:{}?", *nearest) : "", "model");
        }
        return folder;
    }
    folder = expandUser(reference);
    if (!fs::is_directory(folder))
        throw badInput(fmt::format("There is no model folder {}.", folder.string()),
                       "Name a folder that holds config.json and model.safetensors, or bundled:NAME.", "model");
    return folder;
}

bool isRandomReference(const std::string& reference)
{
    return startsWith(reference, randomPrefix);
}

ModelFacts inspectModel(const std::string& reference)
{
    ModelFacts facts = openModel(reference).plan.facts;
    describeTokens(facts);
    facts.licence = modelLicence(facts.folder);
    return facts;
}

ModelFacts describeModel(const std::string& reference)
{
    return openConfig(reference).plan.facts;
}

std::vector<ModelFacts> bundledModels()
{
    std::vector<ModelFacts> models;
    for (const std::string& name : bundledNames())
        models.push_back(inspectModel(std::string(bundledPrefix) + name));
    return models;
}

} // namespace fettle
