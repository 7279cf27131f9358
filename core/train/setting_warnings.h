// SPDX-License-Identifier: GPL-3.0-or-later
// Settings that are allowed and yet hardly meant, told before a run starts.
#pragma once

#include "core/arguments/train_args.h"
#include "core/data/sampler.h"
#include "core/events/events.h"
#include "core/models/model_entry.h"

#include <vector>

namespace fettle
{

/// A learning rate with which AdamW trains a model of this size well, to one or two digits: the smaller the model, the
/// higher. Between what is usual for a million weights (2e-3) and for GPT-2 and BERT (5e-5); a model that begins with
/// random weights takes more.
double suitableLearningRate(const ModelEntry& model);

std::vector<SettingWarning> settingWarnings(const TrainArgs& arguments, const ModelEntry& model, const StepPlan& plan);

} // namespace fettle
