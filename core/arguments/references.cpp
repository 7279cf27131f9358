// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/arguments/references.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/model_folder_names.h"
#include "core/base/text.h"
#include "core/hub/cache.h"
#include "core/hub/hub_name.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

constexpr std::string_view bundledPrefix = "bundled:", hubPrefix = "hub:", randomPrefix = "random:";

Reference parseReference(std::string_view text)
{
    if (text.starts_with(bundledPrefix))
        return {Reference::Source::Bundled, std::string(text.substr(bundledPrefix.size()))};
    if (text.starts_with(hubPrefix))
        return {Reference::Source::Hub, std::string(text.substr(hubPrefix.size()))};
    return {Reference::Source::Path, std::string(text)};
}

std::string referenceText(const Reference& reference)
{
    switch (reference.source) {
    case Reference::Source::Bundled:
        return std::string(bundledPrefix) + reference.place;
    case Reference::Source::Hub:
        return std::string(hubPrefix) + reference.place;
    case Reference::Source::Path:
        break;
    }
    return reference.place;
}

/// The last part of a path, whatever slashes follow it.
std::string lastPart(const std::string& place)
{
    const size_t end = place.find_last_not_of('/');
    return end == std::string::npos ? std::string() : fs::path(place.substr(0, end + 1)).filename().string();
}

HubName hubNameOf(const Reference& reference, const char* subject)
{
    try {
        return HubName::parse(reference.place);
    } catch (const Error& error) {
        throw error.about(subject);
    }
}

/// For people.
std::string nameOf(const Reference& reference)
{
    switch (reference.source) {
    case Reference::Source::Bundled:
        return reference.place;
    case Reference::Source::Hub:
        return shortHubName(reference.place);
    case Reference::Source::Path:
        break;
    }
    return lastPart(reference.place);
}

/// What a run file says: a path is made absolute, a name of the Hub must be one.
void takePlace(Reference& reference, const fs::path& relativeTo, const char* subject)
{
    if (reference.source == Reference::Source::Hub)
        hubNameOf(reference, subject);
    if (reference.source == Reference::Source::Path && !reference.place.empty())
        reference.place = (relativeTo / expandUser(pathFromJson(reference.place))).lexically_normal().string();
}

} // namespace

TextReference TextReference::parse(std::string_view text)
{
    return {parseReference(text)};
}

std::string TextReference::text() const
{
    return referenceText(*this);
}

std::string TextReference::name() const
{
    return nameOf(*this);
}

std::string TextReference::fileName() const
{
    return isBundled() ? place + ".txt" : nameOf(*this);
}

std::vector<std::filesystem::path> TextReference::files(bool keptAside) const
{
    if (source == Source::Hub)
        return cachedDataset(hubNameOf(*this, "data"), keptAside);
    if (isBundled()) {
        const fs::path file = resourceFolder() / "texts" / fileName();
        if (fs::is_regular_file(file))
            return {file};
        std::string known;
        for (const std::string& text : bundledTexts())
            known += (known.empty() ? "Bundled texts: " : ", ") + text;
        throw badInput(fmt::format("there is no bundled text \"{}\"", place), known.empty() ? "" : known + ".", "data");
    }
    const fs::path path = expandUser(text());
    if (!fs::exists(path))
        throw badInput(fmt::format("{}: there is no such file", path.string()), "Check the path of the text.", "data");
    return {path};
}

ModelReference ModelReference::parse(std::string_view text)
{
    const bool fromNothing = text.starts_with(randomPrefix);
    return {parseReference(fromNothing ? text.substr(randomPrefix.size()) : text), fromNothing};
}

std::string ModelReference::text() const
{
    return (fromNothing ? std::string(randomPrefix) : std::string()) + referenceText(*this);
}

std::string ModelReference::name() const
{
    return nameOf(*this);
}

std::filesystem::path ModelReference::folder() const
{
    if (source == Source::Hub)
        return cachedModel(hubNameOf(*this, "model"), !fromNothing);
    if (isBundled()) {
        fs::path folder = resourceFolder() / "models" / place;
        if (!place.empty() && fs::path(place).filename() == fs::path(place) && fs::exists(folder / "config.json"))
            return folder;
        const auto nearest = nearestName(place, bundledModelNames());
        throw badInput(fmt::format("No model called {} comes with Fettle.", place),
                       nearest ? fmt::format("Did you mean bundled:{}?", *nearest) : "", "model");
    }
    if (place.empty())
        throw badInput("No model is named.", "Name a folder, bundled:NAME or hub:ORG/NAME.", "model");
    fs::path folder = expandUser(place);
    if (!fs::is_directory(folder))
        throw badInput(fmt::format("There is no model folder {}.", folder.string()),
                       "Name a folder that holds config.json and model.safetensors, or bundled:NAME.", "model");
    return folder;
}

TextReference textFromRunFile(const std::string& text, const std::filesystem::path& relativeTo)
{
    TextReference reference = TextReference::parse(text);
    takePlace(reference, relativeTo, "data");
    return reference;
}

ModelReference modelFromRunFile(const std::string& text, const std::filesystem::path& relativeTo)
{
    ModelReference reference = ModelReference::parse(text);
    takePlace(reference, relativeTo, "model");
    return reference;
}

std::string toRunFile(const TextReference& text)
{
    return text.source == Reference::Source::Path ? pathToJson(text.place) : text.text();
}

std::string toRunFile(const ModelReference& model)
{
    ModelReference written = model;
    if (model.source == Reference::Source::Path)
        written.place = pathToJson(model.place);
    return written.text();
}

std::filesystem::path resolveText(const std::string& reference)
{
    return TextReference::parse(reference).file();
}

std::vector<std::filesystem::path> resolveTexts(const std::vector<std::string>& references)
{
    std::vector<std::filesystem::path> files;
    files.reserve(references.size());
    for (const std::string& reference : references)
        for (fs::path& file : TextReference::parse(reference).files())
            files.push_back(std::move(file));
    return files;
}

std::vector<std::filesystem::path> resolveKeptAside(const std::string& reference)
{
    return TextReference::parse(reference).files(true);
}

std::vector<std::string> bundledTexts()
{
    std::vector<std::string> names;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(resourceFolder() / "texts", ignored))
        if (entry.is_regular_file() && entry.path().extension() == ".txt")
            names.push_back(entry.path().stem().string());
    std::sort(names.begin(), names.end());
    return names;
}

// In a source tree a model may be described but not yet trained.
std::vector<std::string> bundledModelNames()
{
    std::vector<std::string> names;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(resourceFolder() / "models", ignored))
        if (fs::exists(entry.path() / "config.json") &&
            (fs::exists(entry.path() / kWeightsName) || fs::exists(entry.path() / kWeightsIndexName)))
            names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

} // namespace fettle
