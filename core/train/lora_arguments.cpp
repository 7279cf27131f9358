// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/lora_arguments.h"

#include "core/arguments/train_args.h"
#include "core/base/text.h"
#include "core/models/lora.h"

namespace fettle
{

namespace
{

std::vector<std::string> namesIn(const std::string& list)
{
    std::vector<std::string> names;
    for (const std::string& each : split(list, ','))
        if (std::string name = trim(each); !name.empty())
            names.push_back(std::move(name));
    return names;
}

} // namespace

std::shared_ptr<const LoraConfig> loraOf(const TrainArgs& arguments)
{
    if (arguments.lora_r == 0)
        return nullptr;
    auto lora = std::make_shared<LoraConfig>();
    lora->rank = arguments.lora_r;
    lora->alpha = arguments.lora_alpha;
    lora->dropout = arguments.lora_dropout;
    lora->isRankStabilized = arguments.use_rslora;
    lora->isDora = arguments.use_dora;
    lora->bias = loraBias(arguments.lora_bias);
    lora->targets = namesIn(arguments.lora_target_modules);
    lora->allLinear = lora->targets == std::vector<std::string>{"all-linear"};
    if (lora->allLinear)
        lora->targets.clear();
    lora->saved = namesIn(arguments.modules_to_save);
    return lora;
}

} // namespace fettle
