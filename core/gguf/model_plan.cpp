// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/model_plan.h"

#include "core/base/error.h"
#include "core/models/other_names.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/tensor.h>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace fettle
{

namespace
{

using Scaling = RotarySettings::Kind;

bool isGelu(Activation activation)
{
    return activation == Activation::Gelu || activation == Activation::GeluNew;
}

bool isBias(const Arena::Entry& entry)
{
    return entry.name.ends_with(".bias") && isLinear(entry.traits.role);
}

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

int64_t narrowestWindow(const NetworkForm& form)
{
    int64_t narrowest = 0;
    for (const NetworkForm::Layer& layer : form.layers)
        if (const int64_t window = layer.attention.window; window > 0 && (narrowest == 0 || window < narrowest))
            narrowest = window;
    return narrowest;
}

class Lacks
{
public:
    explicit Lacks(std::vector<std::string> all) : m_all(std::move(all)) {}
    void addIf(bool isLacking, const std::string& what)
    {
        if (isLacking && std::find(m_all.begin(), m_all.end(), what) == m_all.end())
            m_all.push_back(what);
    }
    const std::vector<std::string>& all() const { return m_all; }

private:
    std::vector<std::string> m_all;
};

void checkLayers(const ModelFacts& facts, const NetworkForm& form, Lacks& lacks)
{
    const GgufKind& kind = form.gguf;
    for (size_t i = 0; i < form.layers.size(); ++i) {
        const auto& [attention, rotary] = form.layers[i];
        const double usual = kind.scale > 0 ? kind.scale : 1 / std::sqrt(static_cast<double>(attention.headDim));
        lacks.addIf(std::fabs(attention.scale - usual) > 1e-6 * usual, "attention's scale of its own");
        lacks.addIf((attention.cap > 0) != kind.hasCaps || (form.headCap > 0) != kind.hasCaps,
                    "soft caps of scores and logits as this model has them");
        lacks.addIf(attention.alibi != kind.hasAlibi, "ALiBi where positions are others");
        lacks.addIf(!kind.anyHeadDim && attention.heads * attention.headDim != facts.hiddenSize,
                    "heads that are together wider or narrower than the layers (head_dim)");
        const auto period = [&](int64_t every) { return static_cast<int64_t>(i + 1) % every == 0; };
        if (kind.windowPeriod > 0)
            lacks.addIf((attention.window == 0) != period(kind.windowPeriod) ||
                            (attention.window > 0 && attention.window != narrowestWindow(form)),
                        fmt::format("other layers with a window than all but every {}th", kind.windowPeriod));
        if (kind.unturnedPeriod > 0)
            lacks.addIf(rotary.has_value() == period(kind.unturnedPeriod),
                        fmt::format("other layers without positions than every {}th", kind.unturnedPeriod));
        if (!rotary || rotary->kind == Scaling::Default || rotary->kind == Scaling::Dynamic)
            continue; // dynamic: as usual up to the context, and the file's is no longer
        lacks.addIf(std::find(kind.scalings.begin(), kind.scalings.end(), rotary->kind) == kind.scalings.end(),
                    "this stretching of rotary positions (rope_type)");
        if (rotary->kind == Scaling::Yarn)
            lacks.addIf(!rotary->truncates ||
                            std::fabs(rotary->attentionFactor - (0.1 * std::log(rotary->factor) + 1)) > 1e-6,
                        "yarn with a temperature of its own, or without truncation");
    }
}

bool hasOwnHead(const Arena& arena)
{
    return std::any_of(arena.entries().begin(), arena.entries().end(), [](const Arena::Entry& entry) {
        return entry.traits.role == Role::Head && entry.shape.size() == 2;
    });
}

std::string nameOf(const Arena::Entry& entry, const GgufKind& kind)
{
    for (const auto& [role, word] : kind.words)
        if (role == entry.traits.role)
            return fmt::format("blk.{}.{}{}", entry.traits.layer, word, entry.name.substr(entry.name.rfind('.')));
    return ggufName(entry);
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

void requireInGguf(const ModelFacts& facts, const NetworkForm& form, const Arena& arena)
{
    constexpr const char* wayOut = "--to merged and a model's own folder hold all of it, for transformers.";
    const GgufKind& kind = form.gguf;
    if (!kind.architecture && facts.isMasked())
        throw badInput(
            fmt::format("{} ({}) fills in blanks: llama.cpp, which reads GGUF files, has no output matrix for "
                        "such models and would only take vectors from it.",
                        facts.name, facts.architecture),
            wayOut, "model");
    if (!kind.architecture)
        throw badInput(fmt::format("llama.cpp, which reads GGUF files, does not know {} ({}).", facts.architecture,
                                   facts.modelType),
                       wayOut, "model");
    Lacks lacks(kind.lacks);
    lacks.addIf(isGelu(form.activation) != isGelu(kind.activation) ||
                    (!isGelu(kind.activation) && form.activation != kind.activation),
                "this activation in the MLP");
    checkLayers(facts, form, lacks);
    const auto& entries = arena.entries();
    const auto biases = std::count_if(entries.begin(), entries.end(), isBias);
    const auto matrices = std::count_if(entries.begin(), entries.end(), [](const Arena::Entry& entry) {
        return isLinear(entry.traits.role) && entry.shape.size() == 2;
    });
    lacks.addIf(kind.biases == GgufKind::Biases::None && biases > 0, "biases of linear layers (attention_bias, bias)");
    lacks.addIf(kind.biases == GgufKind::Biases::All && biases != matrices, "linear layers without biases");
    lacks.addIf(kind.head == GgufKind::Head::Tied && hasOwnHead(arena),
                "an output matrix beside the embedding (tie_word_embeddings = false)");
    for (const Arena::Entry& entry : entries)
        lacks.addIf(entry.traits.role != Role::Adapter && nameOf(entry, kind).empty(), entry.name);
    if (!lacks.all().empty())
        throw badInput(fmt::format("llama.cpp's {} has no {}: a file of {} would compute something else.",
                                   kind.architecture, fmt::join(lacks.all(), ", no "), facts.name),
                       wayOut, "model");
}

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
        unfit += add(nameOf(entry, kind), entry) ? 1 : 0;
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
