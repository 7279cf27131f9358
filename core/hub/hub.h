// SPDX-License-Identifier: GPL-3.0-or-later
// The Hugging Face Hub: search, facts, files, and getting them into the cache. Every call here connects to the endpoint
// (and where it sends on), because a person asked for that one thing; nothing else in Fettle connects to anything.
#pragma once

#include "core/hub/answers.h"
#include "core/hub/hub_name.h"
#include "core/hub/hub_settings.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace fettle
{

class CachePlace;
class Http;
struct HttpAnswer;
struct HubQuestion;

struct HubSearch {
    HubName::Kind kind = HubName::Kind::Model;
    std::string words;   ///< in the name; empty: any
    std::string task;    ///< "text-generation" (causal), "fill-mask" (masked); empty: both
    std::string licence; ///< "apache-2.0"; empty: any
    std::optional<int64_t> mostParameters;
    int limit = 20;
};

struct HubProgress {
    std::string file;                   ///< being fetched
    uint64_t bytes = 0, totalBytes = 0; ///< of all files, those that were there already not counted
};

/// What is told on the way, from the calling thread. Each may be empty.
struct HubHooks {
    std::function<bool()> isCancelled; ///< asked several times a second
    std::function<void(const HubProgress&)> onProgress;
    std::function<void(const std::string&)> onNotice; ///< "huggingface.co went silent; again in 2 seconds"
};

struct HubDownload {
    std::string commit;
    std::filesystem::path folder;   ///< the snapshot
    std::vector<std::string> files; ///< all that are needed, in it
    uint64_t bytes = 0;             ///< of these
    uint64_t fetchedBytes = 0;      ///< those that did not lie in the cache
};

class Hub
{
public:
    /// Throws Error (Failed) where no connection may be made.
    explicit Hub(HubSettings settings = hubSettings(), HubHooks hooks = {});
    ~Hub();

    /// The most downloaded first.
    std::vector<HubFacts> search(const HubSearch& wanted);
    HubFacts facts(const HubName& name);
    /// All files at that commit.
    std::vector<HubFile> files(const HubName& name, const std::string& commit);
    /// Which of them are needed. Reads the index of a model's shards, or a data set's card.
    std::vector<HubFile> needed(const HubName& name, const std::string& commit, const std::vector<HubFile>& all);
    /// Fetches what is needed and is not there. Throws OutOfResources before anything is fetched where the disk has no
    /// room, Stopped when cancelled; what was fetched until then is kept, and never under a final name before its
    /// checksum is right. `begin`: told what is going to be fetched.
    HubDownload get(const HubName& name, const std::function<void(const HubDownload& plan)>& begin = {});
    /// "huggingface.co".
    std::string host() const;

private:
    HttpAnswer answer(const std::string& url, const HubQuestion& asked);
    std::string text(const HubName& name, const std::string& commit, const std::string& path);
    void fetch(const HubName& name, const CachePlace& place, const HubFile& file, HubProgress& progress);
    void fillIncomplete(const HubName& name, const CachePlace& place, const HubFile& file, HubProgress& progress);
    void waitAfter(const HttpAnswer& answer, int failures);
    std::string fileUrl(const HubName& name, const std::string& commit, const std::string& path) const;
    std::string apiUrl(const HubName& name) const;

    HubSettings m_settings;
    HubHooks m_hooks;
    std::unique_ptr<Http> m_http;
};

} // namespace fettle
