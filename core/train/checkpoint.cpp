// SPDX-License-Identifier: GPL-3.0-or-later
// Writing and reading checkpoints.
#include "core/train/checkpoint.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/models/model.h"
#include "core/optim/optimizer.h"
#include "core/runs/run_folder.h"
#include "core/tensors/safetensors.h"

#include <ATen/core/Tensor.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

std::string nameOf(const OptimizerState& state)
{
    return state.key + "." + state.parameter->name;
}

void writeOptimizer(const fs::path& file, Optimizer& optimizer)
{
    std::vector<std::pair<std::string, at::Tensor>> tensors;
    for (const OptimizerState& state : optimizer.state())
        tensors.emplace_back(nameOf(state), state.value);
    writeSafetensors(file, tensors, {{"step", std::to_string(optimizer.steps())}, {"optimizer", optimizer.name()}});
}

void readOptimizer(const fs::path& path, Optimizer& optimizer)
{
    constexpr const char* another = "Continue from another checkpoint.";
    const SafetensorsFile file(path);
    const auto kind = file.metadata().find("optimizer");
    if (kind != file.metadata().end() && kind->second != optimizer.name())
        throw badInput(fmt::format("optimizer.safetensors is of \"{}\", this run's optimizer is \"{}\"",
                                   shown(kind->second), optimizer.name()),
                       another);
    for (const OptimizerState& state : optimizer.state()) {
        const std::string name = nameOf(state);
        if (!file.contains(name))
            throw badInput(fmt::format("optimizer.safetensors: \"{}\" is missing", name), another);
        const at::Tensor stored = file.tensor(name);
        if (stored.sizes() != state.value.sizes())
            throw badInput(fmt::format("optimizer.safetensors: \"{}\" has another shape than the model", name),
                           another);
        state.value.copy_(stored);
    }
}

} // namespace

void writeCheckpoint(const std::filesystem::path& folder, const LanguageModel& model, const ModelFiles& files,
                     Optimizer& optimizer, Json fettleState, const std::string& trainerState)
{
    writeFolderAtomically(folder, [&](const fs::path& partial) {
        files.write(model, partial);
        writeOptimizer(partial / RunFolder::optimizerName, optimizer);
        writeFile(partial / "trainer_state.json", trainerState);
        sealCheckpoint(fettleState, partial);
        writeFile(partial / RunFolder::stateName, fileText(fettleState));
    });
}

void readCheckpoint(const std::filesystem::path& folder, Optimizer& optimizer, TrainingProgress& progress)
{
    readProgress(progress, readJson(folder / RunFolder::stateName));
    const Json trainerState = readJson(folder / "trainer_state.json");
    if (trainerState.contains("log_history"))
        progress.logHistory.read(trainerState["log_history"]);
    readOptimizer(folder / RunFolder::optimizerName, optimizer);
    optimizer.setSteps(progress.step);
}

} // namespace fettle
