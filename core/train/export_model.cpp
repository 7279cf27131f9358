// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/export_model.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/models/lora.h"
#include "core/models/model.h"
#include "core/tokenizers/tokenizer.h"
#include "core/tokenizers/tokenizer_choice.h"
#include "core/train/checkpoint.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

fs::path newFolder(const fs::path& out)
{
    const fs::path folder = fs::absolute(expandUser(out.string())).lexically_normal();
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(folder, ignored)) && !fs::is_empty(folder, ignored))
        throw badInput(fmt::format("{} is there already.", folder.string()),
                       "Name a new folder: nothing is overwritten.", "out");
    return folder.has_filename() ? folder : folder.parent_path();
}

} // namespace

std::vector<std::string> exportModel(const std::string& reference, ExportKind kind, const std::filesystem::path& out)
{
    const fs::path folder = newFolder(out);
    LoadOptions options;
    options.cpuOnly = true;
    const auto model = loadModel(reference, options);
    const ModelFacts facts = model->facts();
    const Adapters* adapters = model->adapters();
    if (!adapters)
        throw badInput(fmt::format("{} is a whole model, no adapter: there is nothing to {}.", facts.name,
                                   kind == ExportKind::Merged ? "merge" : "take out of it"),
                       "Its folder can be used by transformers as it is.", "model");
    const bool untieHead = adapters->untieHead, isMerged = kind == ExportKind::Merged;
    std::vector<fs::path> tokenizerFiles;
    if (chooseTokenizer(facts.ownFolder()).kind != TokenizerKind::None)
        tokenizerFiles = loadTokenizer(facts.ownFolder())->files();
    const ModelFiles files(facts, tokenizerFiles, isMerged);
    if (isMerged)
        model->mergeAdapters();
    fs::create_directories(folder.parent_path());
    writeFolderAtomically(folder, [&](const fs::path& partial) {
        files.write(*model, partial);
        if (isMerged && untieHead) { // as PEFT says it
            Json config = readJson(partial / "config.json");
            config["tie_word_embeddings"] = false;
            writeFile(partial / "config.json", fileText(config));
        }
    });
    return facts.report.notices;
}

} // namespace fettle
