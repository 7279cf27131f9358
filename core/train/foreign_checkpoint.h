// SPDX-License-Identifier: GPL-3.0-or-later
// Checkpoints that transformers' Trainer wrote: its step, its moments, the order of its data.
#pragma once

#include "core/optim/schedule.h"
#include "core/tensors/arena.h"
#include "core/train/log_history.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace fettle
{

class LanguageModel;
class Optimizer;
struct RunConfig;
struct StepPlan;

struct ForeignState {
    int64_t step = 0;                 ///< optimizer steps done
    std::vector<std::string> notices; ///< what the run file says otherwise, in sentences
};

/// trainer_state.json, compared with the run that goes on. Throws BadInput where the run cannot go on from there: a
/// batch size that is another, a step that lies beyond the plan.
/// `logHistory` gets Trainer's log.
ForeignState readForeignState(const std::filesystem::path& folder, const RunConfig& config, const StepPlan& plan,
                              LogHistory& logHistory);

/// Throws BadInput (subject "optim") for adamw_torch_8bit: torchao's optimizer.pt holds objects of its own classes,
/// which are neither read nor written here.
void requireExchangeable(const std::string& optim);

/// What trains, as Trainer's optimizer numbers its parameters: first those that decay, then the others, each in the
/// order of the model's named_parameters(), in which the arena declares them.
std::vector<const Arena::Entry*> trainerOrder(const Arena& arena);

/// The moments of optimizer.pt. Throws BadInput where they do not fit. Returns what the run file says otherwise of the
/// optimizer, in sentences.
std::vector<std::string> readForeignMoments(const std::filesystem::path& folder, LanguageModel& model,
                                            const RunConfig& config, int64_t step, Optimizer& optimizer);

/// What scheduler.pt knows of the checks, where the learning rate follows them. Returns what to say, in sentences.
std::vector<std::string> readForeignPlateau(const std::filesystem::path& folder, PlateauState& state);

} // namespace fettle
