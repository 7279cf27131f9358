// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/gguf/requirements.h"

#include "core/base/error.h"
#include "core/models/other_names.h"

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

} // namespace

int64_t narrowestWindow(const NetworkForm& form)
{
    int64_t narrowest = 0;
    for (const NetworkForm::Layer& layer : form.layers)
        if (const int64_t window = layer.attention.window; window > 0 && (narrowest == 0 || window < narrowest))
            narrowest = window;
    return narrowest;
}

bool hasOwnHead(const Arena& arena)
{
    return std::any_of(arena.entries().begin(), arena.entries().end(), [](const Arena::Entry& entry) {
        return entry.traits.role == Role::Head && entry.shape.size() == 2;
    });
}

std::string ggufNameOf(const Arena::Entry& entry, const GgufKind& kind)
{
    for (const auto& [role, word] : kind.words)
        if (role == entry.traits.role)
            return fmt::format("blk.{}.{}{}", entry.traits.layer, word, entry.name.substr(entry.name.rfind('.')));
    return ggufName(entry);
}

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
        lacks.addIf(entry.traits.role != Role::Adapter && ggufNameOf(entry, kind).empty(), entry.name);
    if (!lacks.all().empty())
        throw badInput(fmt::format("llama.cpp's {} has no {}: a file of {} would compute something else.",
                                   kind.architecture, fmt::join(lacks.all(), ", no "), facts.name),
                       wayOut, "model");
}

} // namespace fettle
