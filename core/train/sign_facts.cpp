// SPDX-License-Identifier: GPL-3.0-or-later
// What the signs of a run are read against: its model, its text, its learning rate.
#include "core/optim/schedule.h"
#include "core/tokenizers/tokenizer.h"
#include "core/train/frequency_loss.h"
#include "core/train/run_setup.h"
#include "core/train/run_signs.h"
#include "core/train/setting_warnings.h"

#include <algorithm>
#include <cmath>

namespace fettle
{

RunSigns::Facts signFacts(const RunSetup& setup)
{
    const ModelFacts& model = setup.facts;
    const SpecialTokens special = setup.tokenizer->special();
    std::vector<int32_t> neverGraded;
    if (model.objective == Objective::Masked)
        for (const auto& id : {special.cls, special.sep, special.pad, special.mask})
            if (id)
                neverGraded.push_back(*id);
    RunSigns::Facts facts;
    facts.learningRate = setup.config.arguments.learning_rate;
    // What suits sgd is not known: any rate is taken for it.
    facts.suitableRate = setup.config.arguments.optim == "sgd" ? facts.learningRate : suitableLearningRate(model);
    facts.frequencyLoss = frequencyLoss(setup.data.train, neverGraded, setup.config.arguments.label_smoothing_factor,
                                        model.vocabularySize);
    facts.blindLoss = std::log(static_cast<double>(std::max<int64_t>(2, model.vocabularySize)));
    facts.randomWeights = model.randomWeights;
    facts.warmupSteps = warmupSteps(setup.config.arguments, setup.plan.maxSteps);
    facts.maxSteps = setup.plan.maxSteps;
    return facts;
}

} // namespace fettle
