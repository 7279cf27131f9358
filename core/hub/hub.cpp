// SPDX-License-Identifier: GPL-3.0-or-later
// The Hub's programming interface: search, facts, files.
#include "core/hub/hub.h"

#include "core/hub/complaints.h"
#include "core/hub/http.h"
#include "core/hub/needed_files.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace fettle
{

namespace
{

constexpr double longestPause = 60; ///< seconds; a server that asks for more is told of instead

const char* apiFolder(HubName::Kind kind)
{
    return kind == HubName::Kind::Dataset ? "datasets" : "models";
}

std::string searchUrl(const HubSettings& settings, const HubSearch& wanted, const std::string& task)
{
    const bool isModel = wanted.kind == HubName::Kind::Model;
    std::string url =
        fmt::format("{}/api/{}?sort=downloads&limit={}", settings.endpoint, apiFolder(wanted.kind), wanted.limit);
    const auto add = [&](const char* key, const std::string& value) {
        if (!value.empty())
            url += fmt::format("&{}={}", key, quoteUrl(value));
    };
    add("search", wanted.words);
    add("pipeline_tag", task);
    if (isModel)
        add("filter", "transformers");
    if (!wanted.licence.empty())
        add("filter", "license:" + lowered(wanted.licence));
    if (wanted.mostParameters)
        add("num_parameters", fmt::format("max:{}M", shortest(static_cast<double>(*wanted.mostParameters) / 1e6)));
    for (const char* fact : {"downloads", "likes", "gated", "private", "tags", "lastModified"})
        add("expand", fact);
    if (isModel)
        for (const char* fact : {"pipeline_tag", "library_name", "safetensors", "config"})
            add("expand", fact);
    return url;
}

} // namespace

Hub::Hub(HubSettings settings, HubHooks hooks)
    : m_settings(std::move(settings)), m_hooks(std::move(hooks)),
      m_http(std::make_unique<Http>(m_settings, m_hooks.isCancelled))
{
}

Hub::~Hub() = default;

std::string Hub::host() const
{
    return hostOf(m_settings.endpoint);
}

std::string Hub::apiUrl(const HubName& name) const
{
    return fmt::format("{}/api/{}/{}", m_settings.endpoint, apiFolder(name.kind), name.id);
}

std::string Hub::fileUrl(const HubName& name, const std::string& commit, const std::string& path) const
{
    return fmt::format("{}/{}{}/resolve/{}/{}", m_settings.endpoint,
                       name.kind == HubName::Kind::Dataset ? "datasets/" : "", name.id, commit, quoteUrl(path, true));
}

void Hub::waitAfter(const HttpAnswer& answer, int failures)
{
    const double seconds =
        std::min(longestPause, std::max(m_settings.firstPause * std::pow(2, failures - 1), answer.askedPause()));
    if (m_hooks.onNotice)
        m_hooks.onNotice(fmt::format("{}; again in {:.3g} s", troubleInWords(answer), seconds));
    m_http->pause(seconds);
}

HttpAnswer Hub::answer(const std::string& url, const HubQuestion& asked)
{
    for (int failures = 1;; ++failures) {
        HttpAnswer answer = m_http->get(url);
        if (answer.isWhole())
            return answer;
        if (!isPassing(answer, false) || failures >= m_settings.tries || answer.askedPause() > longestPause)
            throw hubError(answer, asked, m_settings);
        waitAfter(answer, failures);
    }
}

std::string Hub::text(const HubName& name, const std::string& commit, const std::string& path)
{
    return answer(fileUrl(name, commit, path), {name, path}).body;
}

std::vector<HubFacts> Hub::search(const HubSearch& wanted)
{
    std::vector<std::string> tasks{wanted.task};
    if (wanted.task.empty() && wanted.kind == HubName::Kind::Model)
        tasks = {"text-generation", "fill-mask"};
    std::vector<HubFacts> found;
    for (const std::string& task : tasks) {
        const HttpAnswer said = answer(searchUrl(m_settings, wanted, task), {});
        for (HubFacts& each : readHubSearch(said.body, said.host))
            if (!wanted.mostParameters || each.parameters.value_or(0) <= *wanted.mostParameters)
                found.push_back(std::move(each));
    }
    std::stable_sort(found.begin(), found.end(), [](const HubFacts& a, const HubFacts& b) {
        return a.downloads.value_or(0) > b.downloads.value_or(0);
    });
    found.resize(std::min(found.size(), static_cast<size_t>(std::max(wanted.limit, 0))));
    return found;
}

HubFacts Hub::facts(const HubName& name)
{
    const HttpAnswer said =
        answer(fmt::format("{}/revision/{}", apiUrl(name), quoteUrl(name.wantedRevision())), {name, {}});
    return readHubFacts(said.body, said.host);
}

std::vector<HubFile> Hub::files(const HubName& name, const std::string& commit)
{
    constexpr size_t mostFiles = 200'000;
    std::vector<HubFile> all;
    std::string url = fmt::format("{}/tree/{}?recursive=true&expand=false", apiUrl(name), commit);
    const std::string origin = originOf(url);
    while (!url.empty() && all.size() < mostFiles) {
        const HttpAnswer page = answer(url, {name, {}});
        for (HubFile& file : readHubTree(page.body, page.host))
            all.push_back(std::move(file));
        const std::string link = nextPage(page.header("link"));
        std::string next = link.empty() ? "" : resolveUrl(url, link);
        if (const size_t path = next.find("/api/"); originOf(next) != origin && path != std::string::npos)
            next = m_settings.endpoint + next.substr(path); // a mirror hands on the Hub's own address
        url = next == url ? "" : next;
    }
    return all;
}

std::vector<HubFile> Hub::needed(const HubName& name, const std::string& commit, const std::vector<HubFile>& all)
{
    if (name.kind == HubName::Kind::Model) {
        const std::string index = weightsIndexOf(all);
        return neededOfModel(all, name, index.empty() ? "" : text(name, commit, index));
    }
    std::vector<std::string> paths;
    bool hasCard = false;
    for (const HubFile& file : all) {
        paths.push_back(file.path);
        hasCard = hasCard || file.path == "README.md";
    }
    std::set<std::string> wanted{"README.md"};
    for (const DatasetFile& file : datasetFiles(paths, name, hasCard ? text(name, commit, "README.md") : ""))
        wanted.insert(file.path);
    std::vector<HubFile> files;
    std::copy_if(all.begin(), all.end(), std::back_inserter(files),
                 [&](const HubFile& file) { return wanted.contains(file.path); });
    return files;
}

} // namespace fettle
