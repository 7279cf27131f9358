// SPDX-License-Identifier: GPL-3.0-or-later
// What a run file names as its model and its texts: something that comes with Fettle, something on the hub, or a path.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

/// "bundled:NAME", "hub:ORG/NAME" (hub_name.h), or the path of a file or folder. What is named of the Hub is looked for
/// in Hugging Face's cache; nothing here connects to it.
struct Reference {
    enum class Source { Path, Bundled, Hub };
    Source source = Source::Path;
    std::string place; ///< a name without its prefix, or a path as it was written

    bool isBundled() const { return source == Source::Bundled; }
};

struct TextReference : Reference {
    static TextReference parse(std::string_view text);
    static TextReference bundled(std::string name) { return {{Source::Bundled, std::move(name)}}; }
    /// As parse() reads it.
    std::string text() const;
    std::string name() const;     ///< for people: "ships-log", "letters.txt"
    std::string fileName() const; ///< "ships-log.txt", "letters.txt"
    /// The file or folder; of the Hub's, which may be several files, the part to learn from, or that to check on where
    /// it is `keptAside`. Throws BadInput (subject "data") where there is none.
    std::vector<std::filesystem::path> files(bool keptAside = false) const;
    /// The first of them.
    std::filesystem::path file() const { return files().front(); }
};

/// With "random:" before it, only the model's shape and tokenizer are taken and its weights drawn.
struct ModelReference : Reference {
    bool fromNothing = false;

    static ModelReference parse(std::string_view text);
    std::string text() const;
    std::string name() const; ///< for people: "nano-gpt"; empty where none is named
    /// The folder. Throws BadInput (subject "model") where there is none.
    std::filesystem::path folder() const;
};

/// Between the text of a run file and a reference as it is kept: paths are relative to the run file's folder there,
/// and Unicode. A "hub:…" that is no name there throws BadInput, with that subject.
TextReference textFromRunFile(const std::string& text, const std::filesystem::path& relativeTo);
ModelReference modelFromRunFile(const std::string& text, const std::filesystem::path& relativeTo);
std::string toRunFile(const TextReference& text);
std::string toRunFile(const ModelReference& model);

std::filesystem::path resolveText(const std::string& reference);
std::vector<std::filesystem::path> resolveTexts(const std::vector<std::string>& references);
/// Of a text that is kept aside for checks.
std::vector<std::filesystem::path> resolveKeptAside(const std::string& reference);
/// Names of the texts, and of the whole models, that come with Fettle.
std::vector<std::string> bundledTexts();
std::vector<std::string> bundledModelNames();

} // namespace fettle
