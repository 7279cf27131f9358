// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/export_model.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/models/lora.h"
#include "core/models/model.h"
#include "core/runs/foreign_checkpoints.h"
#include "core/runs/run_folder.h"
#include "core/tokenizers/tokenizer.h"
#include "core/tokenizers/tokenizer_choice.h"
#include "core/train/checkpoint.h"
#include "core/train/resume_point.h"
#include "core/train/trainer_checkpoint.h"

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

/// The checkpoint that was named, or the newest whole one of the run.
ResumePoint chooseCheckpoint(const std::string& reference)
{
    const fs::path folder = fs::absolute(expandUser(reference) / "").lexically_normal().parent_path();
    if (isForeignCheckpoint(folder))
        throw badInput(fmt::format("{} is a checkpoint of transformers' Trainer already.", folder.string()),
                       "Trainer goes on from it as it is: trainer.train(resume_from_checkpoint=…).", "model");
    const bool isRun = RunFolder(folder).hasSettings();
    ResumePoint point;
    if (isRun || fs::exists(folder / RunFolder::stateName))
        point =
            chooseResumePoint(isRun ? folder : folder.parent_path(), isRun ? std::nullopt : std::optional(folder), {});
    if (!point.checkpoint)
        throw badInput(fmt::format("{} is no run with a checkpoint, and no checkpoint: there is no training to go on "
                                   "with.",
                                   folder.string()),
                       "Name a run's folder, or a checkpoint-N in it. A model's folder can be used by transformers as "
                       "it is.",
                       "model");
    return point;
}

std::vector<std::string> exportCheckpoint(const std::string& reference, const fs::path& folder)
{
    const ResumePoint point = chooseCheckpoint(reference);
    fs::create_directories(folder.parent_path());
    writeTrainerCheckpoint(*point.checkpoint, folder);
    std::vector<std::string> notices;
    for (const NoticeEvent& notice : point.notices)
        notices.push_back(notice.message);
    return notices;
}

} // namespace

std::vector<std::string> exportModel(const std::string& reference, ExportKind kind, const std::filesystem::path& out)
{
    const fs::path folder = newFolder(out);
    if (kind == ExportKind::HuggingFace)
        return exportCheckpoint(reference, folder);
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
