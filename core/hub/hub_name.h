// SPDX-License-Identifier: GPL-3.0-or-later
// What a person calls a model or a data set of the Hugging Face Hub.
#pragma once

#include <string>
#include <string_view>

namespace fettle
{

/// "org/name[@revision]" for a model, "datasets/org/name[/file or folder][:config][@revision]" for a data set.
struct HubName {
    enum class Kind { Model, Dataset };
    Kind kind = Kind::Model;
    std::string id;       ///< "org/name", or "name" for some of the oldest
    std::string path;     ///< of a data set: a file or a folder in it; empty: all of it
    std::string config;   ///< of a data set: one of its configurations; empty: the usual one
    std::string revision; ///< a branch, a tag or a commit; empty: "main"

    /// "hub:" and the Hub's address before it are taken too. Throws BadInput where it is no name, by the rules of
    /// huggingface_hub's validate_repo_id.
    static HubName parse(std::string_view text);
    /// As parse() reads it, without "hub:".
    std::string text() const;
    /// "main" where none is named.
    std::string wantedRevision() const { return revision.empty() ? "main" : revision; }
    /// The last part of the id: "name".
    std::string shortName() const { return id.substr(id.rfind('/') + 1); }
    /// What huggingface_hub calls its folder in the cache: "models--org--name".
    std::string folderName() const;
    /// For messages: "the model org/name".
    std::string inWords() const;
};

/// For people: "name" of "org/name@revision" or "datasets/org/name:config". Never throws.
std::string shortHubName(std::string_view text);
/// Throws BadInput unless `path`, which a server names, is a file inside of a folder.
void requirePathInside(std::string_view path);

} // namespace fettle
