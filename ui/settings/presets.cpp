// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/settings/presets.h"

#include "core/arguments/setting_keys.h"
#include "core/base/text.h"

#include <QCoreApplication>
#include <algorithm>

namespace fettle::ui
{

namespace
{
struct PresetWords {
    Q_DECLARE_TR_FUNCTIONS(fettle::ui::Presets)
};

Preset preset(const QString& title, const QString& words, const char* epochs, double rate, const char* schedule,
              const char* warmup, const char* decay, bool stopsEarly)
{
    return {title,
            words,
            {{setting_key::num_train_epochs, epochs},
             {setting_key::learning_rate, shortest(rate)},
             {setting_key::max_steps, "-1"}, // the epochs of a preset count, whatever stood there before
             {setting_key::lr_scheduler_type, schedule},
             {setting_key::lr_scheduler_kwargs, ""},
             {setting_key::warmup_ratio, warmup},
             {setting_key::warmup_steps, "0"},        // would overrule the share
             {setting_key::optim, TrainArgs().optim}, // which the learning rate is for
             {setting_key::optim_args, ""},
             {setting_key::weight_decay, decay},
             {setting_key::early_stopping_patience, stopsEarly ? "5" : "0"}}};
}
} // namespace

Learner learnerOf(const TrainArgs& arguments, const ModelFacts* model)
{
    return arguments.lora_r > 0 || (model != nullptr && model->adapterParameters > 0) ? Learner::Adapter
                                                                                      : Learner::Model;
}

double usualRate(int64_t parameters, Learner learner)
{
    const double ofModel = parameters < 5'000'000     ? 2e-3
                           : parameters < 40'000'000  ? 5e-4
                           : parameters < 400'000'000 ? 5e-5
                                                      : 2e-5;
    return learner == Learner::Adapter ? std::min(3e-3, 10 * ofModel) : ofModel;
}

TrainArgs withLearner(TrainArgs arguments, const PresetBasis& basis, Learner wanted, std::optional<double> former)
{
    PresetBasis other = basis;
    other.learner = wanted;
    const std::vector<Preset> before = presetsFor(basis), after = presetsFor(other);
    const auto held =
        std::find_if(before.begin(), before.end(), [&](const Preset& preset) { return hasPreset(arguments, preset); });
    const TrainArgs plain;
    if (held != before.end())
        arguments = withPreset(arguments, after[static_cast<size_t>(held - before.begin())]);
    else if (former)
        arguments.learning_rate = *former;
    else if (wanted == Learner::Adapter && (arguments.learning_rate == plain.learning_rate ||
                                            arguments.learning_rate == usualRate(basis.parameters, Learner::Model)))
        arguments.learning_rate = usualRate(basis.parameters, wanted);
    else if (wanted == Learner::Model && arguments.learning_rate == usualRate(basis.parameters, Learner::Adapter))
        arguments.learning_rate = usualRate(basis.parameters, wanted);
    constexpr int64_t usualRank = 16;
    const bool isAdapter = wanted == Learner::Adapter;
    arguments.lora_r = isAdapter ? usualRank : plain.lora_r;
    arguments.lora_alpha = isAdapter ? 2 * usualRank : plain.lora_alpha;
    arguments.lora_target_modules = isAdapter ? "all-linear" : plain.lora_target_modules;
    if (!isAdapter) {
        arguments.lora_dropout = plain.lora_dropout;
        arguments.lora_bias = plain.lora_bias;
        arguments.use_rslora = plain.use_rslora;
        arguments.use_dora = plain.use_dora;
        arguments.modules_to_save = plain.modules_to_save;
    }
    return arguments;
}

std::vector<Preset> presetsFor(const PresetBasis& basis)
{
    const double rate = usualRate(basis.parameters, basis.learner);
    const bool keptAside = basis.keptAside;
    return {
        preset(PresetWords::tr("Quick look"), PresetWords::tr("1 epoch, to see that it runs"), "1", rate, "linear", "0",
               "0", false),
        preset(PresetWords::tr("Change the style"), PresetWords::tr("the model takes on a new voice"), "3", rate,
               "linear", "0.05", "0", false),
        preset(PresetWords::tr("Learn new words"), PresetWords::tr("longer, for a special vocabulary"), "10", rate,
               "cosine", "0.05", "0.01", keptAside),
        preset(PresetWords::tr("Careful"), PresetWords::tr("small corrections, forgets little"), "3", rate / 5,
               "cosine", "0.1", "0.01", keptAside),
    };
}

TrainArgs withPreset(TrainArgs arguments, const Preset& preset)
{
    for (const auto& [name, value] : preset.values)
        setArgumentText(arguments, name, value);
    return arguments;
}

bool hasPreset(const TrainArgs& arguments, const Preset& preset)
{
    return std::all_of(preset.values.begin(), preset.values.end(), [&](const auto& value) {
        TrainArgs same = arguments;
        setArgumentText(same, value.first, value.second);
        return argumentText(same, value.first) == argumentText(arguments, value.first);
    });
}

} // namespace fettle::ui
