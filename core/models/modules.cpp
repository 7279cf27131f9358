// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/modules.h"

#include <algorithm>
#include <cmath>

namespace fettle
{

namespace
{

/// The result of `matrix` without its bias, then residual + dropout(result + bias): one pass over memory.
Var addProjection(Tape& tape, const Var& residual, const Var& x, const Linear& layer, double dropout)
{
    return addDropout(tape, residual, layer.product(tape, x), dropout, layer.bias());
}

} // namespace

Embedding::Embedding(const Scope& scope, int64_t rows, int64_t width, Role role, int64_t padding)
    : m_table(&scope.declare("weight", {rows, width}, role, Start::Drawn)), m_width(width), m_padding(padding),
      m_noise(role == Role::Words ? 1 : 0)
{
    scope.construct({{rows, width}});
    scope.visit(*m_table, 1, padding);
}

LayerNorm::LayerNorm(const Scope& scope, int64_t width, double epsilon, Role role, bool hasBias)
    : m_weight(&scope.declare("weight", {width}, role, Start::Ones)),
      m_bias(hasBias ? &scope.declare("bias", {width}, role, Start::Zeros) : nullptr), m_epsilon(epsilon)
{
    scope.form().epsilon = epsilon;
    scope.keep(width);
}

RmsNorm::RmsNorm(const Scope& scope, int64_t width, const Kind& kind, Role role)
    : m_weight(&scope.declare("weight", {width}, role, kind.base == 0 ? Start::Ones : Start::Zeros)), m_kind(kind)
{
    NetworkForm& form = scope.form();
    form.hasRootNorms = true;
    form.epsilon = kind.epsilon;
    form.normBase = kind.base;
    scope.keep(width);
}

Linear::Linear(const Scope& scope, int64_t in, int64_t out, Role role, const LinearKind& kind)
    : m_isConv1d(kind.isConv1d)
{
    const std::vector<int64_t> shape = kind.isConv1d ? std::vector{in, out} : std::vector{out, in};
    m_weight = &scope.declare("weight", shape, role, Start::Drawn);
    if (kind.hasBias)
        m_bias = &scope.declare("bias", {out}, role, Start::Zeros);
    m_adapter = scope.adapt(*m_weight, in, out, kind.isConv1d);
    if (kind.isConv1d) {
        scope.form().isConv1d = true;
        scope.construct({shape, false, 0.02});
    } else {
        const double bound = 1 / std::sqrt(static_cast<double>(in));
        scope.construct({shape, true, bound});
        if (kind.hasBias)
            scope.construct({{out}, true, bound});
    }
    scope.visit(*m_weight);
    if (kind.drawFactor != 0)
        scope.visit(*m_weight, kind.drawFactor, -1, kind.drawCutoff);
}

Var Linear::sideBySide(Tape& tape, const Var& x, const std::vector<const Linear*>& layers)
{
    if (std::any_of(layers.begin(), layers.end(), [](const Linear* layer) { return layer->hasMagnitude(); })) {
        std::vector<Columns> parts;
        for (const Linear* layer : layers)
            parts.push_back(layer->columns(tape, x, layer->bias()));
        return joined(tape, parts);
    }
    std::vector<Matrix> matrices;
    for (const Linear* layer : layers)
        matrices.push_back({*layer->m_weight, layer->bias(), layer->m_isConv1d});
    const Var sum = linear(tape, x, matrices);
    int64_t column = 0;
    for (const Linear* layer : layers) {
        layer->adapt(tape, x, sum, column);
        column += layer->m_weight->value.size(layer->m_isConv1d ? 1 : 0);
    }
    return sum;
}

Var Linear::product(Tape& tape, const Var& x) const
{
    if (hasMagnitude())
        return joined(tape, {columns(tape, x, {})});
    const Var sum = linear(tape, x, {{*m_weight, {}, m_isConv1d}});
    adapt(tape, x, sum, 0);
    return sum;
}

Columns Linear::columns(Tape& tape, const Var& x, const Parameter& bias) const
{
    const Matrix matrix{*m_weight, {}, m_isConv1d};
    if (!hasMagnitude()) {
        const Var sum = linear(tape, x, {matrix});
        adapt(tape, x, sum, 0);
        return {sum, {}, {}, bias};
    }
    // With dropout, what is changed by the adapter reads dropout(x), the layer itself all of x: of the layer's own
    // share x - dropout(x) stays beside, as it is.
    const AdapterSite& site = *m_adapter;
    const Var dropped = site.dropout > 0 ? addDropout(tape, nullptr, x, site.dropout) : x;
    const Var sum = linear(tape, dropped, {matrix});
    addLowRank(tape, sum, 0, dropped, {*site.down, *site.up, site.scale});
    Var beside;
    if (dropped != x)
        beside = linear(tape, addDropout(tape, x, scaled(tape, dropped, -1), 0), {matrix});
    const at::Tensor norm = tape.once(site.magnitude, [&] { return site.weightNorm(tape); });
    return {sum, *site.magnitude, norm, bias, beside};
}

void Linear::adapt(Tape& tape, const Var& x, const Var& sum, int64_t column) const
{
    if (m_adapter)
        addLowRank(tape, sum, column, x, {*m_adapter->down, *m_adapter->up, m_adapter->scale, m_adapter->dropout});
}

Attention::Attention(const Scope& scope, int64_t width, const Options& options)
    : m_in(options.in.size()), m_shape(options.shape), m_dropout(options.dropout), m_rotary(options.rotary)
{
    const int64_t queries = m_shape.heads * m_shape.headDim, keys = m_shape.kvHeads * m_shape.headDim;
    for (const char letter : options.order) {
        if (letter == 'o') {
            m_out = Linear(scope / options.out, queries, width, Role::AttentionOut, options.outKind);
            continue;
        }
        const size_t i = std::string_view("qkv").find(letter);
        if (i >= m_in.size())
            continue;
        const bool isWhole = m_in.size() == 1;
        const Role role = isWhole ? Role::QueryKeyValue : i == 0 ? Role::Query : i == 1 ? Role::Key : Role::Value;
        m_in[i] = Linear(scope / options.in[i], width,
                         isWhole  ? m_shape.width()
                         : i == 0 ? queries
                                  : keys,
                         role, options.inKind);
    }
    declareNorms(scope, options);
    scope.form().layers.push_back({m_shape, m_rotary ? std::optional(m_rotary->settings()) : std::nullopt});
    ModelFacts& facts = scope.facts();
    facts.keyValueWidth = keys;
    if (m_shape.window > 0) {
        facts.work.window = m_shape.window;
        facts.work.windowWidth += scope.uses() * queries;
    } else {
        facts.work.pairWidth += scope.uses() * queries;
    }
    scope.keep(m_shape.width() * (options.norm == Options::Norm::None ? 1 : 2) + m_shape.heads + queries + width);
}

void Attention::declareNorms(const Scope& scope, const Options& options)
{
    if (options.norm == Options::Norm::None)
        return;
    m_normKind = options.normKind;
    const int64_t each = m_shape.headDim;
    if (options.norm == Options::Norm::LayerOfEachHead) {
        const LayerNorm query(scope / "q_layernorm", each, m_normKind.epsilon, Role::QueryNorm);
        m_layerNorms.emplace(query, LayerNorm(scope / "k_layernorm", each, m_normKind.epsilon, Role::KeyNorm));
        return;
    }
    const bool isWhole = options.norm == Options::Norm::AllHeads;
    const RmsNorm query(scope / "q_norm", isWhole ? m_shape.heads * each : each, m_normKind, Role::QueryNorm);
    m_rootNorms.emplace(query,
                        RmsNorm(scope / "k_norm", isWhole ? m_shape.kvHeads * each : each, m_normKind, Role::KeyNorm));
}

Var Attention::normed(Tape& tape, const Var& qkv) const
{
    if (m_rootNorms)
        return headNorm(
            tape, qkv, m_shape,
            {m_rootNorms->first.weight(), m_rootNorms->second.weight(), m_normKind.epsilon, m_normKind.base});
    if (m_layerNorms) {
        const auto& [query, key] = *m_layerNorms;
        return headNorm(tape, qkv, m_shape,
                        {query.weight(), key.weight(), m_normKind.epsilon, 0, true, query.bias(), key.bias()});
    }
    return qkv;
}

Var Attention::operator()(Tape& tape, const Var& x, const NetworkInput& input, size_t layer, const Var& residual) const
{
    std::vector<const Linear*> in;
    for (const Linear& each : m_in)
        in.push_back(&each);
    Var qkv = normed(tape, Linear::sideBySide(tape, x, in));
    if (m_rotary)
        qkv = rotary(tape, qkv, input.positions, m_shape, m_rotary->upTo(tape, input.lastPosition));
    const Var mixed = input.beams   ? attendBeams(tape, qkv, (*input.cache)[layer], *input.beams, m_shape)
                      : input.cache ? attendCached(tape, qkv, (*input.cache)[layer], input.cached, m_shape)
                                    : attention(tape, qkv, input.sequences, m_shape);
    return addProjection(tape, residual, mixed, m_out, m_dropout);
}

Mlp::Mlp(const Scope& scope, int64_t width, const Options& options)
    : m_up(scope / options.up, width, options.inner, Role::Up, options.upKind),
      m_down(scope / options.down, options.inner, width, Role::Down, options.downKind),
      m_activation(options.activation), m_dropout(options.dropout)
{
    scope.form().inner = options.inner;
    scope.form().activation = options.activation;
    scope.keep(2 * options.inner + width);
}

Var Mlp::operator()(Tape& tape, const Var& x, const Var& residual) const
{
    const Var active = activation(tape, m_up.product(tape, x), m_activation, m_up.bias());
    return addProjection(tape, residual, active, m_down, m_dropout);
}

GatedMlp::GatedMlp(const Scope& scope, int64_t width, const Options& options)
    : m_activation(options.activation), m_innerDropout(options.innerDropout), m_dropout(options.dropout)
{
    if (options.in.size() == 1) {
        m_in.emplace_back(scope / options.in[0], width, 2 * options.inner, Role::Up, options.kind);
    } else {
        m_in.emplace_back(scope / options.in[0], width, options.inner, Role::Gate, options.kind);
        m_in.emplace_back(scope / options.in[1], width, options.inner, Role::Up, options.kind);
    }
    m_down = Linear(scope / options.down, options.inner, width, Role::Down, options.kind);
    scope.form().inner = options.inner;
    scope.form().activation = options.activation;
    scope.keep(3 * options.inner + width);
}

Var GatedMlp::operator()(Tape& tape, const Var& x, const Var& residual) const
{
    std::vector<const Linear*> in;
    for (const Linear& each : m_in)
        in.push_back(&each);
    const Var wide = Linear::sideBySide(tape, x, in);
    Var inner = gated(tape, wide, m_activation);
    if (m_innerDropout > 0) // else no draw is numbered
        inner = addDropout(tape, nullptr, inner, m_innerDropout);
    return addProjection(tape, residual, inner, m_down, m_dropout);
}

Head::Head(const Scope& scope, const Embedding& words, bool isTied)
{
    const int64_t rows = scope.facts().vocabularySize, width = words.width();
    scope.construct({{rows, width}, true, 1 / std::sqrt(static_cast<double>(width))}); // tied only afterwards
    if (isTied) {
        m_weight = &scope.declareTied("weight", words.table(), Role::Head);
        return;
    }
    m_weight = &scope.declare("weight", {rows, width}, Role::Head, Start::Drawn);
    scope.visit(*m_weight);
}

void Head::declareBias(const Scope& scope, const Parameter* sameAs)
{
    m_bias = sameAs ? &scope.declareTied("bias", *sameAs, Role::Head)
                    : &scope.declare("bias", {scope.facts().vocabularySize}, Role::Head, Start::Zeros);
}

MaskedHead::MaskedHead(const Scope& scope, const Embedding& words, const Options& options)
    : m_activation(options.activation)
{
    const ModelFacts& facts = scope.facts();
    // torch names a module's own parameters before those of the modules in it.
    const Parameter* own =
        options.hasOwnBias ? &scope.declare("bias", {facts.vocabularySize}, Role::Head, Start::Zeros) : nullptr;
    const auto makeNorm = [&](bool isFirst) {
        if (isFirst == options.normIsMadeFirst)
            m_norm = {scope / options.norm, words.width(), options.epsilon, Role::HeadTransform, options.hasNormBias};
    };
    makeNorm(true);
    m_transform =
        Linear(scope / options.transform, facts.hiddenSize, words.width(), Role::HeadTransform, options.transformKind);
    makeNorm(false);
    // The decoder's bias is the one that is added; untied, the head's own stands by and learns nothing.
    m_head = Head(scope / options.decoder, words, options.isTied);
    if (options.hasBias) {
        if (options.drawsBias)
            scope.construct({{facts.vocabularySize}, true, 1 / std::sqrt(static_cast<double>(words.width()))});
        m_head.declareBias(scope / options.decoder, options.isTied ? own : nullptr);
    }
}

Var MaskedHead::operator()(Tape& tape, const Var& rows) const
{
    return m_norm(tape, activation(tape, m_transform.product(tape, rows), m_activation, m_transform.bias()));
}

} // namespace fettle
