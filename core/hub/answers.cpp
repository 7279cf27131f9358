// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/hub/answers.h"

#include "core/base/error.h"
#include "core/base/json.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

Error strangeAnswer(const std::string& source, const std::string& words)
{
    return Error(
        ErrorCode::Failed, fmt::format("{} did not answer as the Hub does: {}.", source, words),
        "A proxy, a login page of the network or another server may have answered: check them, and HF_ENDPOINT "
        "where it is set.");
}

Json parsedAnswer(std::string_view answer, const std::string& source)
{
    JsonComplaint complaint;
    auto json = tryParseJson(answer, &complaint);
    if (!json)
        throw strangeAnswer(source, "what came is no JSON, but begins with " + shown(answer.substr(0, 60)));
    return std::move(*json);
}

Json parsedList(std::string_view answer, const std::string& source, const char* expected)
{
    Json list = parsedAnswer(answer, source);
    if (!list.is_array())
        throw strangeAnswer(source, fmt::format("{} was expected", expected));
    return list;
}

/// A member of an object; null where there is none.
const Json& memberOf(const Json& object, const char* key)
{
    static const Json nothing;
    if (!object.is_object())
        return nothing;
    const auto found = object.find(key);
    return found == object.end() ? nothing : *found;
}

std::string textMember(const Json& object, const char* key)
{
    const Json& value = memberOf(object, key);
    return value.is_string() ? value.get<std::string>() : std::string();
}

std::optional<int64_t> countMember(const Json& object, const char* key)
{
    const Json& value = memberOf(object, key);
    if (value.is_number_integer() && (!value.is_number_unsigned() || value.get<uint64_t>() <= INT64_MAX) &&
        value.get<int64_t>() >= 0)
        return value.get<int64_t>();
    return std::nullopt;
}

/// The model card's word, else the tag.
std::string licenceOf(const Json& entry)
{
    const Json& said = memberOf(memberOf(entry, "cardData"), "license");
    if (said.is_string())
        return said.get<std::string>();
    if (said.is_array() && !said.empty() && said.front().is_string())
        return said.front().get<std::string>();
    constexpr std::string_view prefix = "license:";
    for (const Json& tag : memberOf(entry, "tags"))
        if (tag.is_string() && tag.get_ref<const std::string&>().starts_with(prefix))
            return tag.get<std::string>().substr(prefix.size());
    return {};
}

HubFacts factsOf(const Json& entry)
{
    HubFacts facts;
    facts.id = textMember(entry, "id");
    facts.commit = textMember(entry, "sha");
    facts.task = textMember(entry, "pipeline_tag");
    facts.modelType = textMember(memberOf(entry, "config"), "model_type");
    facts.licence = licenceOf(entry);
    facts.library = textMember(entry, "library_name");
    facts.changed = textMember(entry, "lastModified");
    facts.parameters = countMember(memberOf(entry, "safetensors"), "total");
    facts.downloads = countMember(entry, "downloads");
    facts.likes = countMember(entry, "likes");
    const Json& gated = memberOf(entry, "gated"); // false, "auto" or "manual"
    facts.isGated = gated.is_string() || (gated.is_boolean() && gated.get<bool>());
    const Json& closed = memberOf(entry, "private");
    facts.isPrivate = closed.is_boolean() && closed.get<bool>();
    return facts;
}

bool isHexadecimal(std::string_view text, size_t digits)
{
    return text.size() == digits && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
           });
}

} // namespace

HubFacts readHubFacts(std::string_view answer, const std::string& source)
{
    HubFacts facts = factsOf(parsedAnswer(answer, source));
    if (facts.id.empty() || !isHexadecimal(facts.commit, 40))
        throw strangeAnswer(source, "it names no commit");
    return facts;
}

std::vector<HubFacts> readHubSearch(std::string_view answer, const std::string& source)
{
    std::vector<HubFacts> found;
    for (const Json& entry : parsedList(answer, source, "a list"))
        if (HubFacts facts = factsOf(entry); !facts.id.empty())
            found.push_back(std::move(facts));
    return found;
}

std::vector<HubFile> readHubTree(std::string_view answer, const std::string& source)
{
    std::vector<HubFile> files;
    for (const Json& entry : parsedList(answer, source, "a list of files")) {
        if (textMember(entry, "type") != "file")
            continue;
        const Json& large = memberOf(entry, "lfs");
        const auto size = countMember(large.is_object() ? large : entry, "size");
        const HubFile file{textMember(entry, "path"), static_cast<uint64_t>(size.value_or(0)),
                           textMember(large.is_object() ? large : entry, "oid")};
        if (file.path.empty() || !size || !isHexadecimal(file.etag, large.is_object() ? 64 : 40))
            throw strangeAnswer(source,
                                fmt::format("of the file {} it names no size or no checksum", shown(file.path)));
        files.push_back(file);
    }
    return files;
}

std::string nextPage(std::string_view linkHeader)
{
    for (const std::string& link : split(linkHeader, ',')) {
        const size_t begin = link.find('<'), end = link.find('>');
        if (begin == std::string::npos || end == std::string::npos || end < begin)
            continue;
        const std::string rest = lowered(link.substr(end));
        if (rest.find("rel=\"next\"") != std::string::npos || rest.find("rel=next") != std::string::npos)
            return link.substr(begin + 1, end - begin - 1);
    }
    return {};
}

} // namespace fettle
