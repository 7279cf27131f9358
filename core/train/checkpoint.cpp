// SPDX-License-Identifier: GPL-3.0-or-later
// Writing and reading checkpoints.
#include "core/train/checkpoint.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/models/model.h"
#include "core/optim/adamw.h"
#include "core/runs/run_folder.h"
#include "core/tensors/safetensors.h"

#include <ATen/core/Tensor.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr const char* firstMomentPrefix = "exp_avg.";
constexpr const char* secondMomentPrefix = "exp_avg_sq.";

/// The part of a flat state that belongs to one parameter, in its shape.
at::Tensor momentView(const at::Tensor& flat, const Arena::Entry& entry)
{
    return flat.narrow(0, entry.offset, entry.numel).view(entry.shape);
}

void writeMoments(const fs::path& file, const LanguageModel& model, AdamW& optimizer)
{
    std::vector<std::pair<std::string, at::Tensor>> tensors;
    for (const Arena::Entry& entry : model.arena().entries()) {
        if (!entry.trains)
            continue;
        tensors.emplace_back(firstMomentPrefix + entry.name, momentView(optimizer.firstMoment(), entry));
        tensors.emplace_back(secondMomentPrefix + entry.name, momentView(optimizer.secondMoment(), entry));
    }
    writeSafetensors(file, tensors, {{"step", std::to_string(optimizer.steps())}, {"optimizer", "adamw"}});
}

void readMoment(const SafetensorsFile& file, const std::string& name, const Arena::Entry& entry, at::Tensor& flat)
{
    if (!file.contains(name))
        throw badInput(fmt::format("optimizer.safetensors: \"{}\" is missing", name),
                       "Continue from another checkpoint.");
    const at::Tensor stored = file.tensor(name);
    if (stored.sizes() != at::IntArrayRef(entry.shape))
        throw badInput(fmt::format("optimizer.safetensors: \"{}\" has another shape than the model", name),
                       "Continue from another checkpoint.");
    momentView(flat, entry).copy_(stored);
}

} // namespace

void writeCheckpoint(const std::filesystem::path& folder, const LanguageModel& model, const ModelFiles& files,
                     AdamW& optimizer, Json fettleState, const std::string& trainerState)
{
    writeFolderAtomically(folder, [&](const fs::path& partial) {
        files.write(model, partial);
        writeMoments(partial / "optimizer.safetensors", model, optimizer);
        writeFile(partial / "trainer_state.json", trainerState);
        sealCheckpoint(fettleState, partial);
        writeFile(partial / RunFolder::stateName, fileText(fettleState));
    });
}

void readCheckpoint(const std::filesystem::path& folder, LanguageModel& model, AdamW& optimizer,
                    TrainingProgress& progress)
{
    readProgress(progress, readJson(folder / RunFolder::stateName));
    const Json trainerState = readJson(folder / "trainer_state.json");
    if (trainerState.contains("log_history"))
        progress.logHistory.read(trainerState["log_history"]);
    const SafetensorsFile file(folder / "optimizer.safetensors");
    for (const Arena::Entry& entry : model.arena().entries()) {
        if (!entry.trains)
            continue;
        readMoment(file, firstMomentPrefix + entry.name, entry, optimizer.firstMoment());
        readMoment(file, secondMomentPrefix + entry.name, entry, optimizer.secondMoment());
    }
    optimizer.setSteps(progress.step);
}

} // namespace fettle
