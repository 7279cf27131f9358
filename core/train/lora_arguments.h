// SPDX-License-Identifier: GPL-3.0-or-later
// What the arguments say of adapters.
#pragma once

#include <memory>

namespace fettle
{

struct LoraConfig;
struct TrainArgs;

/// Null where lora_r is 0.
std::shared_ptr<const LoraConfig> loraOf(const TrainArgs& arguments);

} // namespace fettle
