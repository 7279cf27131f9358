// SPDX-License-Identifier: GPL-3.0-or-later
// What models are built of: modules that declare themselves in a scope and are then called on a tape. Each is one
// operation of core/nn or a few, with the parameters that belong to it, under torch's and transformers' names.
#pragma once

#include "core/models/network.h"
#include "core/models/rotary.h"
#include "core/models/scope.h"
#include "core/nn/ops.h"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace fettle
{

/// torch.nn.Embedding.
class Embedding
{
public:
    Embedding() = default;
    /// Rows of `padding` get no gradient and begin as zeros.
    Embedding(const Scope& scope, int64_t rows, int64_t width, Role role, int64_t padding = -1);

    Lookup operator()(const at::Tensor& ids) const { return {*m_table, ids, m_padding, m_noise}; }
    const Parameter& table() const { return *m_table; }
    int64_t width() const { return m_width; }

private:
    const Parameter* m_table = nullptr; ///< [rows, width]
    int64_t m_width = 0;
    int64_t m_padding = -1;
    double m_noise = 0;
};

/// torch.nn.LayerNorm.
class LayerNorm
{
public:
    LayerNorm() = default;
    LayerNorm(const Scope& scope, int64_t width, double epsilon, Role role, bool hasBias = true);
    Var operator()(Tape& tape, const Var& x) const { return layerNorm(tape, x, *m_weight, bias(), m_epsilon); }
    const Parameter& weight() const { return *m_weight; }
    Parameter bias() const { return m_bias ? *m_bias : Parameter(); }

private:
    const Parameter *m_weight = nullptr, *m_bias = nullptr;
    double m_epsilon = 0;
};

/// transformers' …RMSNorm.
class RmsNorm
{
public:
    /// What its weight is counted from: 1 in Gemma, whose weights begin as zeros.
    struct Kind {
        double epsilon = 1e-6, base = 0;
    };
    RmsNorm() = default;
    RmsNorm(const Scope& scope, int64_t width, const Kind& kind, Role role);
    Var operator()(Tape& tape, const Var& x) const { return rmsNorm(tape, x, *m_weight, m_kind.epsilon, m_kind.base); }
    const Parameter& weight() const { return *m_weight; }

private:
    const Parameter* m_weight = nullptr;
    Kind m_kind;
};

/// How linear layers are laid out and begin.
struct LinearKind {
    bool hasBias = true;
    bool isConv1d = false; ///< GPT-2's Conv1D: weight [in, out]
    double drawFactor = 0; ///< not 0: the module around it, whose last it is, draws its weight once more, times this
    double drawCutoff = 0; ///< of that draw, as in InitialDraw
};

/// torch.nn.Linear, or transformers' Conv1D.
class Linear
{
public:
    Linear() = default;
    Linear(const Scope& scope, int64_t in, int64_t out, Role role, const LinearKind& kind = {});

    Var operator()(Tape& tape, const Var& x) const { return sideBySide(tape, x, {this}); }
    /// Without the bias: for an operation that adds bias() on its way and saves a pass over memory.
    Var product(Tape& tape, const Var& x) const;
    Parameter bias() const { return m_bias ? *m_bias : Parameter(); }
    /// [N, sum of out]: the results of several layers of the same x.
    static Var sideBySide(Tape& tape, const Var& x, const std::vector<const Linear*>& layers);

private:
    /// Adds what the adapter says to the columns of `sum` from `column` on.
    void adapt(Tape& tape, const Var& x, const Var& sum, int64_t column) const;
    bool hasMagnitude() const { return m_adapter && m_adapter->magnitude; }
    Columns columns(Tape& tape, const Var& x, const Parameter& bias) const;

    const Parameter *m_weight = nullptr, *m_bias = nullptr;
    bool m_isConv1d = false;
    std::optional<AdapterSite> m_adapter;
};

/// Self-attention with its projections.
class Attention
{
public:
    struct Options {
        AttentionShape shape;
        std::vector<std::string_view>
            in; ///< names of the query's, key's and value's layers; one name: a single layer for all three
        std::string_view out;
        LinearKind inKind, outKind;
        std::string_view order = "qkvo"; ///< in which transformers makes the layers; a single one is "q"
        /// Of queries and keys: q_norm and k_norm, by their root mean squares, or layer norms, q_layernorm and
        /// k_layernorm.
        enum class Norm { None, EachHead, AllHeads, LayerOfEachHead } norm = Norm::None;
        RmsNorm::Kind normKind;
        double dropout = 0; ///< of the result
        std::shared_ptr<Rotary> rotary;
    };
    Attention() = default;
    Attention(const Scope& scope, int64_t width, const Options& options);
    /// residual + dropout(attention of x); residual may be null.
    Var operator()(Tape& tape, const Var& x, const NetworkInput& input, size_t layer, const Var& residual) const;

private:
    void declareNorms(const Scope& scope, const Options& options);
    Var normed(Tape& tape, const Var& qkv) const;

    std::vector<Linear> m_in;
    Linear m_out;
    AttentionShape m_shape;
    std::optional<std::pair<RmsNorm, RmsNorm>> m_rootNorms;      ///< of queries and of keys
    std::optional<std::pair<LayerNorm, LayerNorm>> m_layerNorms; ///< likewise
    RmsNorm::Kind m_normKind;
    double m_dropout = 0;
    std::shared_ptr<Rotary> m_rotary;
};

/// Two linear layers with an activation between them.
class Mlp
{
public:
    struct Options {
        int64_t inner = 0;
        Activation activation = Activation::Gelu;
        double dropout = 0; ///< of the result
        std::string_view up, down;
        LinearKind upKind, downKind;
    };
    Mlp() = default;
    Mlp(const Scope& scope, int64_t width, const Options& options);
    /// residual + dropout(down(activation(up(x)))); residual may be null.
    Var operator()(Tape& tape, const Var& x, const Var& residual) const;

private:
    Linear m_up, m_down;
    Activation m_activation = Activation::Gelu;
    double m_dropout = 0;
};

/// Three linear layers: down(activation(gate(x)) * up(x)).
class GatedMlp
{
public:
    struct Options {
        int64_t inner = 0;
        Activation activation = Activation::Silu;
        double innerDropout = 0;                                     ///< of what goes into the last layer
        double dropout = 0;                                          ///< of the result
        std::vector<std::string_view> in = {"gate_proj", "up_proj"}; ///< one name: a single layer for both
        std::string_view down = "down_proj";
        LinearKind kind;
    };
    GatedMlp() = default;
    GatedMlp(const Scope& scope, int64_t width, const Options& options);
    /// residual + dropout(the result); residual may be null.
    Var operator()(Tape& tape, const Var& x, const Var& residual) const;

private:
    std::vector<Linear> m_in; ///< gate and up
    Linear m_down;
    Activation m_activation = Activation::Silu;
    double m_innerDropout = 0, m_dropout = 0;
};

/// The output matrix: the embedding's where it is tied to it.
class Head
{
public:
    Head() = default;
    Head(const Scope& scope, const Embedding& words, bool isTied);
    /// Adds a bias: another name of `sameAs` where that is given.
    void declareBias(const Scope& scope, const Parameter* sameAs = nullptr);
    /// Its logits are capped so.
    void setCap(double cap) { m_cap = cap; }
    OutputHead operator()() const { return {*m_weight, m_bias ? *m_bias : Parameter(), m_cap}; }

private:
    const Parameter *m_weight = nullptr, *m_bias = nullptr;
    double m_cap = 0;
};

/// What masked models put before their output matrix: a linear layer, an activation and a norm.
class MaskedHead
{
public:
    struct Options {
        std::string_view transform, norm, decoder;
        LinearKind transformKind;
        bool hasOwnBias = true; ///< a "bias" beside the decoder's, which is another name of it where all is tied
        bool hasBias = true, hasNormBias = true;
        bool normIsMadeFirst = false; ///< before the linear layer
        bool drawsBias = true;        ///< transformers' constructor draws the decoder's, too, before it becomes zeros
        bool isTied = true;
        Activation activation = Activation::Gelu;
        double epsilon = 1e-12;
    };
    MaskedHead() = default;
    MaskedHead(const Scope& scope, const Embedding& words, const Options& options);
    Var operator()(Tape& tape, const Var& rows) const;
    OutputHead output() const { return m_head(); }

private:
    Linear m_transform;
    LayerNorm m_norm;
    Head m_head;
    Activation m_activation = Activation::Gelu;
};

/// The layers of a model, one after the other; where the tape wants that, each is run again in the backward pass.
template <typename Block>
Var runBlocks(Tape& tape, const std::vector<Block>& blocks, Var x, const NetworkInput& input)
{
    for (size_t i = 0; i < blocks.size(); ++i)
        x = tape.recomputes()
                ? tape.segment(x, [&tape, &blocks, input, i](const Var& in) { return blocks[i](tape, in, input, i); })
                : blocks[i](tape, x, input, i);
    return x;
}

} // namespace fettle
