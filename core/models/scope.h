// SPDX-License-Identifier: GPL-3.0-or-later
// How a model tells everything about itself: its modules, as they are built, declare their parameters in a scope, once
// each. Arena, initial weights, weight decay, names, work and memory follow from what was recorded.
#pragma once

#include "core/base/model_facts.h"
#include "core/models/lora.h"
#include "core/models/network_form.h"
#include "core/tensors/arena.h"

#include <ATen/core/Generator.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fettle
{

class ConfigReader;
using Start = ParameterTraits::Start;

/// One call of the generator. A draw without a target is thrown away: it moves the generator on, as torch's own
/// constructors do, whose values transformers draws over.
struct InitialDraw {
    std::vector<int64_t> shape;
    bool isUniform = false;
    double scale = 1;                  ///< uniform in +-scale, or normal(0, scale)
    const Parameter* target = nullptr; ///< takes the values
    int64_t zeroRow = -1;              ///< of the target: set to zero afterwards (an embedding's padding)
    double cutoff = 0;                 ///< not 0: values further than so many scales away are drawn again
    bool isSinusoidal = false;         ///< nothing is drawn: the target takes sines and cosines
};

/// What was recorded of a model.
struct Blueprint {
    Arena arena;
    ModelFacts facts;
    double range = 0.02;     ///< initializer_range: of weights that are drawn
    std::string base;        ///< prefix of the trunk, which files of the trunk alone leave out: "transformer."
    std::string layerPrefix; ///< prefix of the layers' numbers: "transformer.h."
    std::vector<std::pair<std::string, std::string>> renamed; ///< prefixes that some files have, and the model's own
    std::vector<InitialDraw> draws;                           ///< in the order of transformers' from_config
    size_t trunkDraws = 0;                                    ///< those of them that came before the head's
    size_t trunkNames = 0;                                    ///< of the arena: likewise
    std::vector<InitialDraw> visits;        ///< those of _init_weights that are still to come: after the modules' own
    NetworkForm form;                       ///< for programs that compute the same
    int64_t keptFloats = 0;                 ///< kept for the backward pass, per token
    std::shared_ptr<const LoraConfig> lora; ///< null: no adapters
    std::vector<AdapterSite> adapters;
    std::vector<std::pair<std::string, std::string>> untied; ///< names that begin as a copy of another
    int64_t repeatedWeights = 0; ///< of linear layers that one pass uses again, each time that it does
};

/// A place among a model's names, "transformer.h.3.attn".
class Scope
{
public:
    explicit Scope(Blueprint& plan) : m_plan(plan) {}

    Scope operator/(std::string_view name) const;
    /// The part that is saved without a head, too.
    Scope trunk(std::string_view name) const;
    /// Layer `index` of the list `name`.
    Scope layer(std::string_view name, int64_t index) const;
    /// What is declared in it is of layer `index`, whatever its names count.
    Scope numbered(int64_t index) const { return {m_plan, m_prefix, index, m_uses}; }
    /// What is declared in it is used so many times by one pass: several layers share it.
    Scope used(int64_t times) const;
    /// Some files have `other` where this scope's prefix is meant: "lm_head".
    void alsoNamed(std::string_view other) const { m_plan.renamed.emplace_back(std::string(other) + ".", m_prefix); }
    /// Begins the head: the trunk is complete, and transformers draws its weights before the head's modules are made.
    /// Empty: the head's modules stand at the top.
    Scope head(std::string_view name) const;
    /// Once the head stands: transformers makes its modules before the trunk's.
    void headWasFirst() const;

    ModelFacts& facts() const { return m_plan.facts; }
    NetworkForm& form() const { return m_plan.form; }
    /// initializer_range: of the weights that are drawn from here on.
    void setRange(double range) const { m_plan.range = range; }

    // For modules:
    /// Declares "weight", "bias" … here.
    const Parameter& declare(const char* name, std::vector<int64_t> shape, Role role, Start start) const;
    const Parameter& declareTied(const char* name, const Parameter& of, Role role) const;
    /// Declares the adapter beside the linear layer of this scope, where it gets one.
    std::optional<AdapterSite> adapt(const Parameter& weight, int64_t in, int64_t out, bool isConv1d) const;
    /// Torch's constructor draws this, in vain.
    void construct(InitialDraw draw) const { m_plan.draws.push_back(std::move(draw)); }
    /// _init_weights draws `target` from normal(0, range * factor), cut off as in InitialDraw.
    void visit(const Parameter& target, double factor = 1, int64_t zeroRow = -1, double cutoff = 0) const;
    /// Draws the weight of the module `name` once more, cut off: trunc_normal_.
    void redraw(std::string_view name, double factor, double cutoff) const;
    /// `table` begins as the sinusoids of positions instead (Vaswani et al., arXiv:1706.03762).
    void beginAsSinusoids(const Parameter& table) const;
    /// Floats that each token keeps for the backward pass, each time that the module is used.
    void keep(int64_t floats) const { m_plan.keptFloats += m_uses * floats; }
    int64_t uses() const { return m_uses; }

private:
    Scope(Blueprint& plan, std::string prefix, int64_t layer, int64_t uses)
        : m_plan(plan), m_prefix(std::move(prefix)), m_layer(layer), m_uses(uses)
    {
    }
    void endVisits() const;
    std::string named(std::string_view name) const { return m_prefix + std::string(name); }

    Blueprint& m_plan;
    std::string m_prefix; ///< with its last dot
    int64_t m_layer = -1;
    int64_t m_uses = 1;
};

/// Counts in plan.facts what the arena's entries say: parameters, work, memory.
void noteParameters(Blueprint& plan);

/// Draws the adapters of an allocated arena as PEFT does after torch.manual_seed: what goes up begins as zeros.
void drawAdapters(const Blueprint& plan, at::Generator& generator);
/// Fills an allocated arena with the weights that transformers' from_config gives after torch.manual_seed.
void drawWeights(const Blueprint& plan, at::Generator& generator);
/// Draws one parameter as _init_weights does: what a file does not hold.
void drawWeight(const Blueprint& plan, const Arena::Entry& entry, at::Generator& generator);

/// "vocab_size = 50257, n_embd = 768 …": the counts of config.json.
std::string countsInWords(const ModelFacts& facts);

} // namespace fettle
