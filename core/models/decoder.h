// SPDX-License-Identifier: GPL-3.0-or-later
// Causal models of the plain kind: layer norms, attention, an MLP of two linear layers. What an architecture's file
// reads from config.json fills a DecoderPlan, from which all of it is built.
#pragma once

#include "core/models/modules.h"

#include <functional>
#include <memory>
#include <optional>

namespace fettle
{

class ConfigReader;

struct DecoderBlock {
    /// Where the norms stand, and what reads them.
    enum class Order {
        Before,         ///< y = x + attention(norm(x)); y + mlp(second(y))
        BeforeAll,      ///< n = norm(x); y = second(n + attention(n)); y + mlp(y)
        After,          ///< y = norm(x + attention(x)); second(y + mlp(y))
        Parallel,       ///< x + attention(norm(x)) + mlp(second(x))
        ParallelOneNorm ///< x + attention(norm(x)) + mlp(norm(x))
    } order = Order::Before;
    LayerNorm norm, second;
    Attention attention;
    Mlp mlp;
    double sumDropout = 0; ///< parallel: of what attention and MLP add, in one draw

    Var operator()(Tape& tape, const Var& x, const NetworkInput& input, size_t layer) const;
};

struct DecoderPlan {
    double epsilon = 1e-5;
    double dropout = 0; ///< of the embeddings
    DecoderBlock::Order order = DecoderBlock::Order::Before;
    /// In which transformers makes a layer's parts, which its parameters are numbered by: norm, attention, second norm,
    /// MLP. A second norm that is not there is passed over.
    std::string_view parts = "nasm";
    Attention::Options attention;
    Mlp::Options mlp;
    double sumDropout = 0;                                                    ///< as in DecoderBlock
    std::function<int64_t(int64_t layer)> window = [](int64_t) { return 0; }; ///< of a layer's attention; 0: none

    // Names
    std::string_view trunk = "transformer"; ///< prefix of the trunk
    std::string_view inner;                 ///< what stands between the trunk's prefix and the rest ("decoder")
    std::string_view words = "word_embeddings", places; ///< `places` empty: no learnt positions
    std::string_view embeddingNorm;                     ///< empty: none
    std::string_view layers = "h", norm, second, attentionName, mlpName;
    std::string_view last = "ln_f"; ///< the norm after the last layer; empty: none
    bool lastIsMadeFirst = false;   ///< before the layers
    std::string_view head = "lm_head";

    GgufKind gguf;
    int64_t padding = -1;     ///< id of the padding token, whose embedding begins as zeros
    int64_t wordsWidth = 0;   ///< narrower or wider than the layers: project_in and project_out are between; 0: as wide
    int64_t placesOffset = 0; ///< the first position's row
    bool countsTokens = false; ///< a token's position is the number of those before it, wherever padding stands
    bool isTied = true;
    bool headHasBias = false;
};

class Decoder : public Network
{
public:
    /// Sizes (facts) and initializer_range are set by now.
    Decoder(const Scope& scope, const DecoderPlan& plan);

    Var hidden(Tape& tape, const NetworkInput& input) override;
    Var top(Tape& tape, const Var& rows) override;
    OutputHead head() const override { return m_head(); }

private:
    at::Tensor placesOf(const NetworkInput& input) const;
    void declareEmbeddings(const Scope& scope, const DecoderPlan& plan, const ModelFacts& facts);
    static DecoderBlock makeBlock(const Scope& at, const DecoderPlan& plan, int64_t layer);

    Embedding m_words;
    std::optional<Embedding> m_places;
    int64_t m_placesOffset = 0;
    bool m_countsTokens = false;
    std::optional<Linear> m_projectIn, m_projectOut;
    std::optional<LayerNorm> m_embeddingNorm, m_last;
    double m_dropout = 0;
    std::vector<DecoderBlock> m_blocks;
    Head m_head;
};

} // namespace fettle
