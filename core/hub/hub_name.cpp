// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/hub_name.h"

#include "core/base/error.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

constexpr std::string_view datasetsPrefix = "datasets/";
constexpr size_t longestHubId = 96;

bool isPlainCharacter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
}

bool isHubIdPart(std::string_view part)
{
    const auto isEdge = [](char c) { return c == '-' || c == '.'; };
    return !part.empty() && std::all_of(part.begin(), part.end(), isPlainCharacter) && !isEdge(part.front()) &&
           !isEdge(part.back()) && part.find("--") == std::string_view::npos &&
           part.find("..") == std::string_view::npos && !part.ends_with(".git");
}

/// What git takes as a name, without what could lead a path elsewhere.
bool isRevision(std::string_view text)
{
    return !text.empty() && text.size() <= 200 && text.front() != '/' && text.back() != '/' && text.front() != '-' &&
           text.front() != '.' && text.find("..") == std::string_view::npos &&
           text.find("//") == std::string_view::npos && text.find("/.") == std::string_view::npos &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return static_cast<unsigned char>(c) > 32 && c != 127 &&
                      std::string_view("~^:?*[\\").find(c) == std::string_view::npos;
           });
}

/// Cuts `text` at the first `mark`; what follows it.
std::string cutAt(std::string_view& text, char mark)
{
    const size_t place = text.find(mark);
    if (place == std::string_view::npos)
        return {};
    std::string rest(text.substr(place + 1));
    text = text.substr(0, place);
    return rest;
}

/// Without what people copy along: "hub:", the address of the website.
std::string_view bareName(std::string_view text)
{
    if (text.starts_with("hub:"))
        text.remove_prefix(4);
    for (const std::string_view website : {"https://huggingface.co/", "https://hf.co/"})
        if (text.starts_with(website)) {
            text.remove_prefix(website.size());
            return text.substr(0, text.find_last_not_of('/') + 1);
        }
    return text;
}

Error noHubName(std::string_view text)
{
    return badInput(fmt::format("\"{}\" is no name on the Hub.", shown(text)),
                    "A model is called org/name, or org/name@revision; a data set datasets/org/name, or "
                    "datasets/org/name:config.");
}

} // namespace

HubName HubName::parse(std::string_view text)
{
    std::string_view rest = bareName(text);
    HubName name;
    const bool hasRevision = rest.find('@') != std::string_view::npos;
    name.revision = cutAt(rest, '@');
    if (rest.starts_with(datasetsPrefix)) {
        name.kind = Kind::Dataset;
        rest.remove_prefix(datasetsPrefix.size());
        const bool hasConfig = rest.find(':') != std::string_view::npos;
        name.config = cutAt(rest, ':');
        if (hasConfig && (name.config.empty() || name.config.find("..") != std::string::npos))
            throw noHubName(text);
        const size_t owner = rest.find('/');
        const size_t end = owner == std::string_view::npos ? owner : rest.find('/', owner + 1);
        if (end != std::string_view::npos) {
            name.path = rest.substr(end + 1);
            rest = rest.substr(0, end);
            requirePathInside(name.path);
        }
    }
    name.id = rest;
    const size_t slash = rest.find('/');
    const bool isId = rest.size() <= longestHubId &&
                      isHubIdPart(rest.substr(slash == std::string_view::npos ? 0 : slash + 1)) &&
                      (slash == std::string_view::npos || isHubIdPart(rest.substr(0, slash)));
    if (!isId || (hasRevision && !isRevision(name.revision)))
        throw noHubName(text);
    return name;
}

std::string HubName::text() const
{
    return fmt::format("{}{}{}{}{}{}{}{}", kind == Kind::Dataset ? datasetsPrefix : "", id, path.empty() ? "" : "/",
                       path, config.empty() ? "" : ":", config, revision.empty() ? "" : "@", revision);
}

std::string HubName::folderName() const
{
    std::string name = (kind == Kind::Dataset ? "datasets--" : "models--") + id;
    if (const size_t slash = name.find('/'); slash != std::string::npos)
        name.replace(slash, 1, "--");
    return name;
}

std::string HubName::inWords() const
{
    return fmt::format("the {} {}", kind == Kind::Dataset ? "data set" : "model", id);
}

std::string shortHubName(std::string_view text)
{
    text = text.substr(0, text.find_first_of("@:"));
    while (text.ends_with('/'))
        text.remove_suffix(1);
    return std::string(text.substr(text.rfind('/') + 1));
}

void requirePathInside(std::string_view path)
{
    bool isInside = !path.empty() && path.size() <= 1000 && path.find('\0') == std::string_view::npos;
    for (const std::string& part : split(path, '/'))
        isInside = isInside && !part.empty() && part != "." && part != ".." && part.size() <= 250;
    if (!isInside)
        throw badInput(fmt::format("\"{}\" is no path of a file in a repository.", shown(path)));
}

} // namespace fettle
