// SPDX-License-Identifier: GPL-3.0-or-later
// LoRA (Hu et al., arXiv:2106.09685) as PEFT's LoraConfig says it: which linear layers get an adapter of low rank, and
// what else of the frozen model learns. With DoRA (Liu et al., arXiv:2402.09353) also how long each output's weights
// are.
#pragma once

#include "core/base/json.h"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace fettle
{

struct Parameter;
class Tape;

struct LoraConfig {
    enum class Bias { None, All, LoraOnly };
    int64_t rank = 8;
    double alpha = 8, dropout = 0;
    bool isRankStabilized = false; ///< scaled by 1 / sqrt(rank) (Kalajdzievski, arXiv:2312.03732)
    bool isDora = false;           ///< the weights' sizes learn apart from their directions
    Bias bias = Bias::None;        ///< biases that learn
    // The layers, by whole names or the ends of them:
    bool allLinear = false;
    std::vector<std::string> targets;  ///< neither this nor a pattern: those that PEFT takes for the kind of model
    std::string pattern;               ///< a regular expression of whole names instead
    std::vector<std::string> excluded; ///< likewise
    std::string excludedPattern;
    std::vector<int64_t> layers; ///< numbers of layers; empty: all
    using Patterns = std::vector<std::pair<std::string, double>>;
    Patterns ranks, alphas;         ///< of single layers, by expressions that their names end with
    std::vector<std::string> saved; ///< modules that learn whole (PEFT's modules_to_save)

    /// The rank of the adapter beside the linear layer `module`, 0: none.
    int64_t rankOf(const std::string& module, int64_t layer) const;
    double scaleOf(const std::string& module, int64_t rank) const;
    /// The module of `saved` that a parameter belongs to, by its whole name; empty: none.
    std::string savedModuleOf(const std::string& parameter) const;
};

/// Of LoraConfig::bias, in PEFT's words; throws BadInput.
LoraConfig::Bias loraBias(const std::string& word);
/// Target modules that PEFT takes for a model_type when none are named; empty: it knows none.
std::vector<std::string> usualTargets(const std::string& modelType);

/// An adapter in a model.
struct AdapterSite {
    std::string module; ///< the linear layer's name
    const Parameter *weight = nullptr, *down = nullptr, *up = nullptr;
    double scale = 1, dropout = 0;
    bool isConv1d = false;                ///< weight [in, out]
    const Parameter* magnitude = nullptr; ///< of DoRA; null: it is plain LoRA

    /// Of each output's weights with the addition, [out].
    at::Tensor weightNorm(Tape& tape) const;
};

/// A model's adapters, for those who write them down.
struct Adapters {
    std::string config; ///< adapter_config.json, as it is written
    LoraConfig lora;
    std::vector<AdapterSite> sites;
    bool untieHead = false; ///< the output matrix is no longer the words' table
};

/// adapter_config.json as LoraConfig. Throws BadInput (subject "model") for kinds of adapters that are not supported.
LoraConfig readLoraConfig(const Json& config, const std::string& where);

} // namespace fettle
