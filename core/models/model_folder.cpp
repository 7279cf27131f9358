// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/model_folder.h"

#include "core/base/adapter_base.h"
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

bool isAdapterFolder(const std::filesystem::path& folder)
{
    return holdsAdapter(folder) && !holdsWeights(folder);
}

Json readModelConfig(const std::filesystem::path& folder)
{
    const auto file = folder / "config.json";
    if (isAdapterFolder(folder))
        throw badInput(
            fmt::format("{} is an adapter, where a whole model is needed.", folder.string()),
            "An adapter's base is a whole model: merge the other adapter into its own base first (fettle-cli "
            "export --to merged).",
            "model");
    if (!fs::exists(file))
        throw badInput(fmt::format("{} has no config.json.", folder.string()),
                       "Choose the folder of a Hugging Face model: config.json beside model.safetensors.", "model");
    return readModelObject(file);
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
