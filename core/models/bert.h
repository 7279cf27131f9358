// SPDX-License-Identifier: GPL-3.0-or-later
// BERT and its kin: encoders whose norms stand after attention and MLP. Their constructors differ, their forward pass
// does not.
#pragma once

#include "core/models/modules.h"

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
    LayerNorm m_norm; ///< of the embeddings
    double m_dropout = 0;
    std::vector<EncoderBlock> m_blocks;
    MaskedHead m_head;
};

/// What BERT and RoBERTa do not share.
struct BertKind {
    std::string_view trunk = "bert", headName = "cls.predictions";
    std::string_view transform = "transform.dense", norm = "transform.LayerNorm";
    int64_t vocabulary = 30522, padding = 0;
    bool countsFromPadding = false; ///< positions begin behind the padding's id, and their table stands last
};

class Bert : public Encoder
{
public:
    Bert(const Scope& scope, ConfigReader& config, const BertKind& kind = {});

protected:
    int64_t m_padding = 0; ///< id of the padding token
};

} // namespace fettle
