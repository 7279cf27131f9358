// SPDX-License-Identifier: GPL-3.0-or-later
// What sets LLaMA's kin apart: their defaults where config.json is silent, and which of their layers have a bias.
#pragma once

#include "core/models/network.h"
#include "core/models/scope.h"

#include <memory>
#include <optional>

namespace fettle
{

struct LlamaKind {
    int64_t vocabulary = 32000, context = 2048, inner = 11008;
    int64_t keyValueHeads = 0;     ///< 0: as many as heads
    bool isFixedBias = false;      ///< query, key and value have a bias, the other layers none; else config.json says
    std::optional<int64_t> window; ///< a token sees so many, itself included; config.json's sliding_window
};
std::unique_ptr<Network> makeLlamaLike(const Scope& scope, ConfigReader& config, const LlamaKind& kind);

} // namespace fettle
