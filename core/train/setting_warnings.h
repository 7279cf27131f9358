// SPDX-License-Identifier: GPL-3.0-or-later
// Settings that are allowed and yet hardly meant, told before a run starts.
#pragma once

#include "core/arguments/train_args.h"
#include "core/base/model_facts.h"
#include "core/data/sampler.h"
#include "core/events/events.h"

#include <vector>

namespace fettle
{

/// The one of optim/schedule.h for this model.
double suitableLearningRate(const ModelFacts& model);

std::vector<SettingWarning> settingWarnings(const TrainArgs& arguments, const ModelFacts& model, const StepPlan& plan);

} // namespace fettle
