// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/scope.h"

#include "core/base/error.h"
#include "core/base/machine.h"
#include "core/nn/matmul/narrow.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/where.h>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <iterator>

namespace fettle
{

namespace
{

/// As torch's trunc_normal_ does it: the whole tensor is drawn anew for those that are still outside.
at::Tensor redrawnWithin(at::Tensor drawn, double scale, double cutoff, at::Generator& generator)
{
    const auto bound = static_cast<double>(static_cast<float>(cutoff * scale));
    for (;;) {
        const at::Tensor outside = drawn.lt(-bound).logical_or(drawn.gt(bound));
        if (!outside.any().item<bool>())
            return drawn;
        drawn = at::where(outside, at::empty_like(drawn).normal_(0, scale, generator), drawn);
    }
}

void drawInto(const at::Tensor& target, bool isUniform, double scale, at::IntArrayRef shape, at::Generator& generator,
              double cutoff = 0)
{
    // Drawn on the processor whatever the device: the seed alone decides.
    at::Tensor drawn = at::empty(shape);
    isUniform ? drawn.uniform_(-scale, scale, generator) : drawn.normal_(0, scale, generator);
    if (cutoff > 0)
        drawn = redrawnWithin(drawn, scale, cutoff, generator);
    if (target.defined())
        target.copy_(drawn);
}

/// [positions, width]: sine and cosine in turn, as transformers' DistilBERT computes them.
void fillWithSinusoids(const at::Tensor& table)
{
    const at::Tensor values = at::empty(table.sizes());
    auto* value = values.mutable_data_ptr<float>();
    const int64_t width = table.size(1);
    for (int64_t place = 0; place < table.size(0); ++place)
        for (int64_t i = 0; i < width; ++i) {
            const double exponent = static_cast<double>(i / 2 * 2) / static_cast<double>(width);
            const double angle = static_cast<double>(place) / std::pow(10000.0, exponent);
            *value++ = static_cast<float>(i % 2 == 0 ? std::sin(angle) : std::cos(angle));
        }
    table.copy_(values);
}

// Memory to train: values, gradients and two moments; activations of the batch; the graded rows' logits; and what the
// program and LibTorch take of themselves.
uint64_t trainingBytes(const ModelFacts& facts, const Arena& arena, int64_t keptFloats)
{
    const int64_t tokens = 8 * std::min<int64_t>(facts.contextLength, 128);
    const int64_t activations = tokens * (keptFloats + 12 * facts.hiddenSize);
    const int64_t logits = 256 * facts.vocabularySize;
    const int64_t floats = 4 * arena.size() + activations + activations / 4 + logits;
    return static_cast<uint64_t>(floats) * sizeof(float) + facts.frozenBytes + programBytes;
}

/// What is frozen, as it is stored, and the buffer in which the largest narrow matrix is widened.
uint64_t frozenBytes(const Arena& arena)
{
    int64_t lent = 0, largest = 0;
    for (const Arena::Entry& entry : arena.entries())
        if (entry.isLent) {
            lent += entry.numel;
            largest = std::max(largest, entry.numel);
        }
    const bool widens = arena.lentBytes() < static_cast<uint64_t>(lent) * sizeof(float);
    const int64_t own = arena.frozenSize() + (widens ? std::min(largest, widenedAtOnce) : 0);
    return arena.lentBytes() + static_cast<uint64_t>(own) * sizeof(float);
}

} // namespace

Scope Scope::operator/(std::string_view name) const
{
    return {m_plan, named(name) + ".", m_layer, m_uses};
}

Scope Scope::trunk(std::string_view name) const
{
    Scope trunk = *this / name;
    m_plan.base = trunk.m_prefix;
    return trunk;
}

Scope Scope::layer(std::string_view name, int64_t index) const
{
    m_plan.layerPrefix = named(name) + ".";
    return {m_plan, fmt::format("{}{}.", m_plan.layerPrefix, index), index, m_uses};
}

Scope Scope::used(int64_t times) const
{
    return {m_plan, m_prefix, m_layer, times};
}

Scope Scope::head(std::string_view name) const
{
    endVisits();
    m_plan.trunkDraws = m_plan.draws.size();
    m_plan.trunkNames = m_plan.arena.names();
    return name.empty() ? *this : *this / name;
}

void Scope::headWasFirst() const
{
    std::vector<InitialDraw>& draws = m_plan.draws;
    std::rotate(draws.begin(), draws.begin() + static_cast<std::ptrdiff_t>(m_plan.trunkDraws), draws.end());
    m_plan.arena.bringForward(m_plan.trunkNames);
}

void Scope::endVisits() const
{
    std::move(m_plan.visits.begin(), m_plan.visits.end(), std::back_inserter(m_plan.draws));
    m_plan.visits.clear();
}

const Parameter& Scope::declare(const char* name, std::vector<int64_t> shape, Role role, Start start) const
{
    const int64_t again = isLinear(role) && shape.size() == 2 ? m_uses - 1 : 0;
    try {
        const Parameter& declared =
            m_plan.arena.declare(named(name), std::move(shape), {role, m_layer, start == Start::Drawn, start});
        if (again != 0)
            m_plan.repeatedWeights += again * m_plan.arena.entries().back().numel;
        return declared;
    } catch (const Error& error) { // too many, or one of them too big
        throw badInput(fmt::format("config.json ({}): {}", countsInWords(m_plan.facts), error.message()),
                       "config.json is not of a model that anyone could have.", "model");
    }
}

const Parameter& Scope::declareTied(const char* name, const Parameter& of, Role role) const
{
    const bool isMatrix = std::string_view(name) == "weight";
    return m_plan.arena.declareTied(named(name), of, {role, m_layer, isMatrix, isMatrix ? Start::Drawn : Start::Zeros});
}

std::optional<AdapterSite> Scope::adapt(const Parameter& weight, int64_t in, int64_t out, bool isConv1d) const
{
    const std::string module = m_prefix.substr(0, m_prefix.size() - 1);
    const int64_t rank = m_plan.lora ? m_plan.lora->rankOf(module, m_layer) : 0;
    if (rank == 0)
        return std::nullopt;
    // All decay: what begins as zeros is no bias, and a magnitude's name is no norm's to transformers' Trainer.
    const auto part = [&](const char* name, std::vector<int64_t> shape, Start start) {
        return &m_plan.arena.declare(named(name), std::move(shape), {Role::Adapter, m_layer, true, start});
    };
    AdapterSite site{module,
                     &weight,
                     part("lora_A.weight", {rank, in}, Start::Drawn),
                     part("lora_B.weight", {out, rank}, Start::Zeros),
                     m_plan.lora->scaleOf(module, rank),
                     m_plan.lora->dropout,
                     isConv1d};
    keep(rank);
    if (m_plan.lora->isDora) {
        site.magnitude = part("lora_magnitude_vector.weight", {out}, Start::Ones);
        keep(site.dropout > 0 ? 3 * in + 2 * out : out);
    }
    m_plan.adapters.push_back(site);
    return site;
}

void Scope::visit(const Parameter& target, double factor, int64_t zeroRow, double cutoff) const
{
    m_plan.visits.push_back({{}, false, m_plan.range * factor, &target, zeroRow, cutoff});
}

void Scope::redraw(std::string_view name, double factor, double cutoff) const
{
    visit(m_plan.arena.parameter(named(name) + ".weight"), factor, -1, cutoff);
}

void Scope::beginAsSinusoids(const Parameter& table) const
{
    InitialDraw& draw = m_plan.visits.emplace_back();
    draw.target = &table;
    draw.isSinusoidal = true;
}

void noteParameters(Blueprint& plan)
{
    ModelFacts& facts = plan.facts;
    facts.parameters = plan.arena.parameterCount();
    facts.embeddingParameters = facts.adapterParameters = facts.frozenParameters = 0;
    facts.work.tokenWeights = plan.repeatedWeights;
    facts.work.gradedWeights = 0;
    for (const Arena::Entry& entry : plan.arena.entries()) {
        const Role role = entry.traits.role;
        if (!entry.trains)
            facts.frozenParameters += entry.numel;
        if (role == Role::Adapter) {
            facts.adapterParameters += entry.numel;
            facts.work.tokenWeights += entry.numel;
            continue;
        }
        if (role == Role::Words) // tied or not, a matrix of this size is multiplied once
            facts.work.gradedWeights += entry.numel;
        if (isEmbedding(role))
            facts.embeddingParameters += entry.numel;
        else if (entry.shape.size() == 2 && role != Role::Head)
            (isLinear(role) || role == Role::WordsProjection ? facts.work.tokenWeights : facts.work.gradedWeights) +=
                entry.numel;
    }
    facts.frozenBytes = frozenBytes(plan.arena);
    facts.trainingBytes = trainingBytes(facts, plan.arena, plan.keptFloats);
}

void drawAdapters(const Blueprint& plan, at::Generator& generator)
{
    // In the order of named_modules(). torch's constructors draw both matrices, then PEFT the first of them once more:
    // kaiming_uniform with a = sqrt(5).
    for (const Arena::Entry& entry : plan.arena.entries())
        for (const AdapterSite& site : plan.adapters) {
            const at::Tensor down = plan.arena.parameter(entry.name).value, up = site.up->value;
            if (&plan.arena.parameter(entry.name) != site.down)
                continue;
            const auto bound = [](const at::Tensor& to) { return 1 / std::sqrt(static_cast<double>(to.size(1))); };
            drawInto({}, true, bound(down), down.sizes(), generator);
            drawInto({}, true, bound(up), up.sizes(), generator);
            drawInto(down, true, bound(down), down.sizes(), generator);
            up.zero_();
        }
}

void drawWeights(const Blueprint& plan, at::Generator& generator)
{
    for (const Arena::Entry& entry : plan.arena.entries())
        if (entry.traits.start == Start::Ones)
            plan.arena.parameter(entry.name).value.fill_(1);
    std::vector<InitialDraw> draws = plan.draws;
    draws.insert(draws.end(), plan.visits.begin(), plan.visits.end());
    while (!draws.empty() && !draws.back().target) // nothing follows that they could move
        draws.pop_back();
    for (const InitialDraw& each : draws) {
        const at::Tensor target = each.target ? each.target->value : at::Tensor();
        if (each.isSinusoidal) {
            fillWithSinusoids(target);
            continue;
        }
        drawInto(target, each.isUniform, each.scale, target.defined() ? target.sizes() : at::IntArrayRef(each.shape),
                 generator, each.cutoff);
        if (each.zeroRow >= 0 && each.zeroRow < target.size(0))
            target.select(0, each.zeroRow).zero_();
    }
}

void drawWeight(const Blueprint& plan, const Arena::Entry& entry, at::Generator& generator)
{
    const Parameter& parameter = plan.arena.parameter(entry.name);
    const at::Tensor value = parameter.value;
    const auto isOverwritten = [&](const InitialDraw& draw) { return draw.isSinusoidal && draw.target == &parameter; };
    if (std::any_of(plan.draws.begin(), plan.draws.end(), isOverwritten))
        fillWithSinusoids(value);
    else if (entry.traits.start == Start::Drawn)
        drawInto(value, false, plan.range, value.sizes(), generator);
    else
        value.fill_(entry.traits.start == Start::Ones ? 1 : 0);
}

std::string countsInWords(const ModelFacts& facts)
{
    std::vector<std::string> words;
    for (const auto& [key, value] : facts.counts)
        words.push_back(fmt::format("{} = {}", key, value));
    return fmt::format("{}", fmt::join(words, ", "));
}

} // namespace fettle
