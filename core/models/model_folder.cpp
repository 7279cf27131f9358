// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/model_folder.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"
#include "core/tensors/weights.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sstream>

namespace fettle
{

namespace
{

/// An adapter's folder is no model: says of which base it is, and what to do.
[[noreturn]] void refuseAdapter(const std::filesystem::path& folder)
{
    std::string base, kind;
    try {
        const Json adapter = readJson(folder / "adapter_config.json");
        base = jsonValue<std::string>(adapter, "base_model_name_or_path", "");
        kind = jsonValue<std::string>(adapter, "peft_type", "");
    } catch (const Error&) { // an adapter all the same
    }
    std::error_code ignored;
    const bool baseIsHere = !base.empty() && fs::is_directory(base, ignored);
    throw badInput(
        fmt::format("{} is {} adapter, not a whole model: it holds the changes to {}.", folder.string(),
                    kind == "LORA" || kind.empty() ? "a LoRA" : "a " + shown(kind),
                    base.empty() ? "a base model that it does not name" : "the base model " + shown(base)),
        fmt::format("Merge it into its base with PEFT in Python (AutoPeftModelForCausalLM.from_pretrained(folder)"
                    ".merge_and_unload().save_pretrained(new_folder)) and choose the new folder{}.",
                    baseIsHere ? fmt::format(", or choose the base itself: {}", shown(base)) : ""),
        "model");
}

/// The text of a card or a licence; empty where there is none, or a thing that is no file.
std::istringstream linesOf(const std::filesystem::path& file)
{
    try {
        return std::istringstream(fs::exists(file) ? readRegularFile(file, 16 << 20) : std::string());
    } catch (const Error&) {
        return {};
    }
}

} // namespace

Json readModelConfig(const std::filesystem::path& folder)
{
    const auto file = folder / "config.json";
    if (fs::exists(folder / "adapter_config.json") && !holdsWeights(folder))
        refuseAdapter(folder);
    if (!fs::exists(file))
        throw badInput(fmt::format("{} has no config.json.", folder.string()),
                       "Choose the folder of a Hugging Face model: config.json beside model.safetensors.", "model");
    try {
        Json config = readJson(file);
        if (!config.is_object())
            throw badInput(fmt::format("{} is no JSON object.", file.string()));
        return config;
    } catch (const Error& error) {
        throw error.about("model");
    }
}

std::string modelLicence(const std::filesystem::path& folder)
{
    std::string line;
    if (std::istringstream card = linesOf(folder / "README.md"); std::getline(card, line) && trim(line) == "---")
        while (std::getline(card, line) && trim(line) != "---")
            if (line.compare(0, 8, "license:") == 0)
                return trim(std::string_view(line).substr(8));
    if (std::istringstream licence = linesOf(folder / "LICENSE"); licence)
        while (std::getline(licence, line))
            if (std::string words = trim(line); !words.empty())
                return words;
    return {};
}

} // namespace fettle
