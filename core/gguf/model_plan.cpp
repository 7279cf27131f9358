// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/model_plan.h"

#include "core/gguf/requirements.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <fmt/format.h>

namespace fettle
{

namespace
{

using Scaling = RotarySettings::Kind;

bool isNorm(Role role)
{
    return role >= Role::EmbeddingNorm && role <= Role::OutputNorm;
}

/// The first of a model's rotary settings, of layers that see all where `isWindowed` is not set.
const RotarySettings* rotaryOf(const NetworkForm& form, bool isWindowed)
{
    for (const NetworkForm::Layer& layer : form.layers)
        if (layer.rotary && (layer.attention.window > 0) == isWindowed)
            return &*layer.rotary;
    return nullptr;
}
const RotarySettings* rotaryOf(const NetworkForm& form)
{
    const RotarySettings* all = rotaryOf(form, false);
    return all ? all : rotaryOf(form, true);
}

void addRotary(GgufPlan& plan, const std::string& prefix, const NetworkForm& form)
{
    const RotarySettings* rotary = rotaryOf(form);
    if (!rotary)
        return;
    const auto add = [&](const char* key, GgufValue value) { plan.keys.emplace_back(prefix + key, std::move(value)); };
    const auto real = [&](const char* key, double value) { add(key, static_cast<float>(value)); };
    const auto factors = [&](const char* name, const at::Tensor& numbers) {
        plan.tensors.push_back({name, {numbers.size(0)}, GgmlType::F32});
        plan.sources.push_back({"", numbers});
    };
    add("rope.dimension_count", static_cast<uint32_t>(rotary->dims));
    real("rope.freq_base", rotary->theta);
    if (const RotarySettings* windowed = rotaryOf(form, true); windowed && windowed->theta != rotary->theta)
        real("rope.freq_base_swa", windowed->theta);
    const auto single = at::TensorOptions().dtype(at::kFloat);
    switch (rotary->kind) {
    case Scaling::Default:
    case Scaling::Dynamic:
        return;
    case Scaling::Linear:
        add("rope.scaling.type", std::string("linear"));
        real("rope.scaling.factor", rotary->factor);
        return;
    case Scaling::Yarn:
        add("rope.scaling.type", std::string("yarn"));
        real("rope.scaling.factor", rotary->factor);
        add("rope.scaling.original_context_length", static_cast<uint32_t>(rotary->original));
        real("rope.scaling.yarn_beta_fast", rotary->betaFast);
        real("rope.scaling.yarn_beta_slow", rotary->betaSlow);
        return;
    case Scaling::Llama3: { // what each usual frequency is divided by
        RotarySettings usual = *rotary;
        usual.kind = Scaling::Default;
        factors("rope_freqs.weight", usual.frequencies(0) / rotary->frequencies(0));
        return;
    }
    case Scaling::LongRope:
        add("rope.scaling.type", std::string("longrope"));
        real("rope.scaling.attn_factor", rotary->attentionFactor);
        add("rope.scaling.original_context_length", static_cast<uint32_t>(rotary->original));
        factors("rope_factors_long.weight", at::tensor(rotary->longFactors, single));
        factors("rope_factors_short.weight", at::tensor(rotary->shortFactors, single));
        plan.notices.push_back(fmt::format("llama.cpp turns all of a text as long ones are where it is given room for "
                                           "more than {} tokens, Fettle and transformers once a text is so long.",
                                           rotary->original));
        return;
    }
}

void addKeys(GgufPlan& plan, const ModelFacts& facts, const NetworkForm& form)
{
    const GgufKind& kind = form.gguf;
    const std::string prefix = std::string(kind.architecture) + ".";
    const AttentionShape& attention = form.layers.front().attention;
    const auto count = [&](const char* key, int64_t value) {
        plan.keys.emplace_back(prefix + key, static_cast<uint32_t>(value));
    };
    const auto real = [&](const char* key, double value) {
        plan.keys.emplace_back(prefix + key, static_cast<float>(value));
    };
    int64_t context = facts.contextLength;
    const int64_t window = narrowestWindow(form);
    if (kind.windowPeriod > 0) {
        count("attention.sliding_window", window);
    } else if (window > 0 && window < context) {
        context = window;
        plan.notices.push_back(fmt::format("llama.cpp knows no window of attention for {}: the file's context is the "
                                           "window's {} tokens, within which it computes the same.",
                                           facts.architecture, window));
    }
    count("context_length", context);
    count("embedding_length", facts.hiddenSize);
    count("block_count", static_cast<int64_t>(form.layers.size()));
    count("feed_forward_length", form.inner);
    count("vocab_size", facts.vocabularySize);
    count("attention.head_count", attention.heads);
    count("attention.head_count_kv", attention.kvHeads);
    count("attention.key_length", attention.headDim);
    count("attention.value_length", attention.headDim);
    real(form.hasRootNorms ? "attention.layer_norm_rms_epsilon" : "attention.layer_norm_epsilon", form.epsilon);
    if (kind.hasCaps) {
        real("attn_logit_softcapping", attention.cap);
        real("final_logit_softcapping", form.headCap);
    }
    for (const auto& [key, value] : kind.keys)
        std::visit([&, name = prefix + key](auto each) { plan.keys.emplace_back(name, each); }, value);
    addRotary(plan, prefix, form);
}

/// llama.cpp turns neighbours where transformers turns one half of each head with the other.
at::Tensor halvesInterleaved(const at::Tensor& rows, int64_t headDim)
{
    std::vector<int64_t> rest = rows.sizes().slice(1).vec();
    std::vector<int64_t> halves{rows.size(0) / headDim, 2, headDim / 2};
    halves.insert(halves.end(), rest.begin(), rest.end());
    return rows.reshape(halves).transpose(1, 2).reshape(rows.sizes());
}

/// All queries, all keys, all values, from rows by group.
at::Tensor sorted(const at::Tensor& rows, const AttentionShape& shape)
{
    std::vector<at::Tensor> parts;
    for (int64_t head = 0; head < shape.heads; ++head)
        parts.push_back(rows.narrow(0, shape.query(head), shape.headDim));
    for (int64_t head = 0; head < shape.kvHeads; ++head)
        parts.push_back(rows.narrow(0, shape.key(head), shape.headDim));
    for (int64_t head = 0; head < shape.kvHeads; ++head)
        parts.push_back(rows.narrow(0, shape.value(head), shape.headDim));
    return at::cat(parts);
}

} // namespace

GgufPlan ggufPlan(const ModelFacts& facts, const NetworkForm& form, const Arena& arena, GgmlType type)
{
    GgufPlan plan;
    addKeys(plan, facts, form);
    const GgufKind& kind = form.gguf;
    const auto add = [&](const std::string& name, const Arena::Entry& entry) {
        std::vector<int64_t> shape = entry.shape;
        if (form.isConv1d && shape.size() == 2 && isLinear(entry.traits.role))
            std::swap(shape[0], shape[1]);
        // As llama.cpp's converter: what is small or looked up by place stays as it is.
        const bool isMatrix = shape.size() == 2 && entry.traits.role != Role::Positions;
        const bool fits = type != GgmlType::Q8_0 || shape.back() % q8Block == 0;
        plan.tensors.push_back({name, shape, !isMatrix ? GgmlType::F32 : fits ? type : GgmlType::F16});
        plan.sources.push_back({entry.name, {}, entry.traits.role});
        return isMatrix && !fits;
    };
    size_t unfit = 0;
    for (const Arena::Entry& entry : arena.entries()) {
        if (entry.traits.role == Role::Adapter)
            continue;
        unfit += add(ggufNameOf(entry, kind), entry) ? 1 : 0;
        if (entry.traits.role == Role::Words && kind.head == GgufKind::Head::Own && !hasOwnHead(arena))
            unfit += add("output.weight", entry) ? 1 : 0;
    }
    if (unfit > 0)
        plan.notices.push_back(fmt::format("{} matrices have rows that are no multiple of {} wide, as q8_0 wants them: "
                                           "they are f16.",
                                           unfit, q8Block));
    return plan;
}

at::Tensor ggufValues(const GgufPlan::Source& source, const NetworkForm& form, const Arena& arena)
{
    if (source.parameter.empty())
        return source.numbers.contiguous();
    const AttentionShape& attention = form.layers.front().attention;
    at::Tensor values = arena.parameter(source.parameter).value.detach().cpu().to(at::kFloat);
    if (form.isConv1d && values.dim() == 2 && isLinear(source.role))
        values = values.t();
    if (source.role == Role::QueryKeyValue && attention.byGroup)
        values = sorted(values, attention);
    if (form.gguf.turnsNeighbours && (source.role == Role::Query || source.role == Role::Key))
        values = halvesInterleaved(values, attention.headDim);
    if (form.normBase != 0 && isNorm(source.role))
        values = values + form.normBase;
    return values.contiguous();
}

} // namespace fettle
