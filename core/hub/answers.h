// SPDX-License-Identifier: GPL-3.0-or-later
// What the Hub's programming interface answers, as plain structs (huggingface_hub's hf_api.py). The text may be
// anyone's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// What is known of a model or a data set without fetching it. Empty or none: not said.
struct HubFacts {
    std::string id;        ///< "org/name"
    std::string commit;    ///< 40 hexadecimal digits; lists have none
    std::string task;      ///< the Hub's word: "text-generation", "fill-mask", …
    std::string modelType; ///< config.json's model_type: "gpt2"
    std::string licence;   ///< "apache-2.0"
    std::string library;   ///< "transformers"
    std::string changed;   ///< "2024-02-19T10:57:45.000Z"
    std::optional<int64_t> parameters;
    std::optional<int64_t> downloads; ///< of the last 30 days
    std::optional<int64_t> likes;
    bool isGated = false; ///< its owners want their terms accepted first
    bool isPrivate = false;
};

/// A file of a repository.
struct HubFile {
    std::string path;
    uint64_t size = 0;
    /// What the cache calls it, and its checksum: SHA-256 (64 digits) of large files, else git's SHA-1 (40).
    std::string etag;
};

/// One model or data set. `source`: what messages call the answer. Throws Error (Failed) where it is something else.
HubFacts readHubFacts(std::string_view answer, const std::string& source);
/// A list of them.
std::vector<HubFacts> readHubSearch(std::string_view answer, const std::string& source);
/// One page of a repository's tree; folders are left out.
std::vector<HubFile> readHubTree(std::string_view answer, const std::string& source);
/// The address of the next page in a Link header (RFC 8288): <https://…>; rel="next". Empty: this was the last one.
std::string nextPage(std::string_view linkHeader);

} // namespace fettle
