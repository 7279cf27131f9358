// SPDX-License-Identifier: GPL-3.0-or-later
// What one architecture's file provides: its configuration, its parameters under Hugging Face's names, and its forward
// pass in operations of core/nn.
#pragma once

#include "core/base/json.h"
#include "core/models/config_reader.h"
#include "core/models/model_entry.h"
#include "core/nn/ops.h"
#include "core/tensors/arena.h"

#include <ATen/core/Generator.h>
#include <memory>
#include <string>
#include <vector>

namespace fettle
{

/// One packed batch on the model's device.
struct NetworkInput {
    at::Tensor ids, positions, types; ///< [N], int64
    SequencesPtr sequences;
    int64_t lastPosition = 0; ///< the largest of positions
    // Writing token by token: one cache a layer, with `cached` tokens in it. Null otherwise.
    std::vector<KvLayer>* cache = nullptr;
    int64_t cached = 0;
};

struct NetworkFacts {
    int64_t vocabulary = 0, context = 0, layers = 0, hidden = 0, heads = 0;
    ConfigReader::Sizes sizes;      ///< the counts of config.json, by their keys
    double initializerRange = 0.02; ///< of weights that are drawn
    int64_t kvWidth = 0;            ///< of one layer's keys
    int64_t types = 1;              ///< token types
    int64_t layerFloats = 0;        ///< kept for the backward pass, per token and layer
    bool anyPosition = false;       ///< positions beyond the context can be computed
};

/// How an architecture's parameters are named.
struct NetworkNames {
    std::string base;      ///< prefix of the trunk, which files of the trunk alone leave out: "transformer."
    std::string layers;    ///< prefix of the layers' numbers: "transformer.h."
    std::string head;      ///< prefix of what a trunk alone has not: "lm_head."
    std::string layersKey; ///< config.json's word for the number of layers
};

class Network
{
public:
    virtual ~Network() = default;

    virtual const NetworkFacts& facts() const = 0;
    virtual const NetworkNames& names() const = 0;
    /// All parameters; ties, where config.json wants them, as tied names.
    virtual void declare(Arena& arena) const = 0;
    /// Takes its views from an allocated arena.
    virtual void bind(const Arena& arena) = 0;
    /// Draws the weights as transformers' from_config does after torch.manual_seed, from `generator`.
    virtual void initialize(const Arena& arena, at::Generator& generator) const = 0;

    /// [N, C], what headInput takes.
    virtual Var hidden(Tape& tape, const NetworkInput& input) = 0;
    /// The graded rows of hidden(), made ready for the output matrix.
    virtual Var headInput(Tape& tape, const Var& rows) = 0;
    virtual OutputHead head() const = 0;
};

/// One line of models.def.
struct ArchitectureInfo {
    const char* modelType; ///< config.json's model_type
    const char* name;      ///< for people
    const char* className; ///< config.json's "architectures"
    Objective objective;
    std::unique_ptr<Network> (*make)(const Json& config);
};
const std::vector<ArchitectureInfo>& architectures();
/// Throws BadInput (subject "model") naming the model types that are known.
const ArchitectureInfo& findArchitecture(const Json& config, const std::string& where);

} // namespace fettle
