// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/model_files.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/text.h"

#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace fettle
{

Json readModelConfig(const std::filesystem::path& folder)
{
    const auto file = folder / "config.json";
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
    if (std::ifstream card(folder / "README.md"); card && std::getline(card, line) && trim(line) == "---")
        while (std::getline(card, line) && trim(line) != "---")
            if (line.compare(0, 8, "license:") == 0)
                return trim(std::string_view(line).substr(8));
    if (std::ifstream licence(folder / "LICENSE"); licence)
        while (std::getline(licence, line))
            if (std::string words = trim(line); !words.empty())
                return words;
    return {};
}

} // namespace fettle
