// SPDX-License-Identifier: GPL-3.0-or-later
// Four good beginnings: each sets a handful of arguments, suited to the model's size.
#pragma once

#include "core/arguments/train_args.h"
#include "core/base/model_facts.h"

#include <QString>
#include <optional>
#include <vector>

namespace fettle::ui
{

struct Preset {
    QString title;
    QString words;
    /// Argument and value as text. All presets set the same arguments, so that changing from one to another leaves
    /// nothing behind.
    std::vector<std::pair<const char*, std::string>> values;
};

/// What a run changes: the model itself, or an adapter to it (LoRA).
enum class Learner { Model, Adapter };
/// What a run is set up for; `model` is null where none is chosen. A model that is an adapter goes on as one.
Learner learnerOf(const TrainArgs& arguments, const ModelFacts* model);

/// What decides about good beginnings.
struct PresetBasis {
    int64_t parameters = 1'000'000; ///< small models take far bigger corrections than big ones
    bool keptAside = false;         ///< whether rows are kept aside to check with: stopping early needs them
    Learner learner = Learner::Model;
};

/// A learning rate that changes a model of this size in a few passes without wiping out what it knows. Adapters begin
/// as nothing and take ten times as much.
double usualRate(int64_t parameters, Learner learner);
std::vector<Preset> presetsFor(const PresetBasis& basis);
/// With an adapter of the usual size to every linear layer (as QLoRA found it needed, Dettmers et al.,
/// arXiv:2305.14314), or without one, and the learning rate that goes with it where it was the preset's or nobody's
/// choice. `former`: the rate that was there before what learns was last changed, where that change set the present
/// one.
TrainArgs withLearner(TrainArgs arguments, const PresetBasis& basis, Learner wanted, std::optional<double> former = {});
TrainArgs withPreset(TrainArgs arguments, const Preset& preset);
bool hasPreset(const TrainArgs& arguments, const Preset& preset);

} // namespace fettle::ui
