// SPDX-License-Identifier: GPL-3.0-or-later
// BERT and its kin: encoders whose norms stand after attention and MLP.
#pragma once

#include "core/models/modules.h"

#include <functional>

namespace fettle
{

struct EncoderBlock {
    Attention attention;
    LayerNorm after;
    Mlp mlp;
    LayerNorm last;

    Var operator()(Tape& tape, const Var& x, const NetworkInput& input, size_t layer) const
    {
        const Var y = after(tape, attention(tape, x, input, layer, x));
        return last(tape, mlp(tape, y, y));
    }
};

class Encoder : public Network
{
public:
    Var hidden(Tape& tape, const NetworkInput& input) override;
    Var top(Tape& tape, const Var& rows) override { return m_head(tape, rows); }
    OutputHead head() const override { return m_head.output(); }

protected:
    Embedding m_words, m_places;
    std::optional<Embedding> m_types;
    LayerNorm m_norm;                ///< of the embeddings
    std::optional<Linear> m_project; ///< from those to the layers
    double m_dropout = 0;
    std::vector<EncoderBlock> m_blocks;
    MaskedHead m_head;
};

/// What BERT and its kin do not share.
struct BertKind {
    std::string_view trunk = "bert";
    int64_t vocabulary = 30522, hidden = 768, heads = 12, inner = 3072; ///< where config.json says none
    double dropout = 0.1;                                               ///< likewise
    std::string activation = "gelu";                                    ///< likewise
    int64_t padding = 0;            ///< likewise; no token's position where positions are counted from it
    bool countsFromPadding = false; ///< positions begin behind the padding's id, and their table stands last

    int64_t embedding = 0;       ///< not 0: embeddings have a width of their own, this where config.json says none
    std::string_view project;    ///< the layer between those and the others …
    bool alwaysProjects = false; ///< … also where they are as wide

    // Names in a layer.
    std::vector<std::string_view> attentionIn = {"self.query", "self.key", "self.value"};
    std::string_view attentionOut = "output.dense", afterAttention = "attention.output.LayerNorm";
    std::string_view up = "intermediate.dense", down = "output.dense", last = "output.LayerNorm";
    bool lastIsMadeFirst = false; ///< the norm `last`: before all else in its layer
    /// The layers in the order in which they are run, each made by `make`; unset: encoder.layer.0, 1 …
    using MakeBlock = std::function<EncoderBlock(const Scope& at)>;
    std::function<std::vector<EncoderBlock>(const Scope& trunk, const MakeBlock& make)> blocks;

    std::string_view headName = "cls.predictions";
    std::string_view transform = "transform.dense", norm = "transform.LayerNorm", decoder = "decoder";
    bool hasOwnBias = true;           ///< of the head, beside the decoder's
    bool headDrawsBias = true;        ///< MaskedHead::Options::drawsBias
    bool headNormIsMadeFirst = false; ///< MaskedHead::Options::normIsMadeFirst
    bool headIsGelu = false;          ///< whatever the layers' activation
    bool headComesFirst = false;      ///< transformers makes the head before the trunk
};

class Bert : public Encoder
{
public:
    Bert(const Scope& scope, ConfigReader& config, const BertKind& kind);

protected:
    int64_t m_padding = 0; ///< id of the padding token
};

} // namespace fettle
