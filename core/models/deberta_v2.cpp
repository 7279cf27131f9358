// SPDX-License-Identifier: GPL-3.0-or-later
// DeBERTa-v2 and -v3 (He et al., arXiv:2006.03654, arXiv:2111.09543) as transformers' DebertaV2ForMaskedLM: BERT whose
// attention looks at words and at their distances apart from each other.
#include "core/models/config_reader.h"
#include "core/models/modules.h"
#include "core/nn/disentangled_attention.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/log.h>
#include <ATen/ops/scalar_tensor.h>
#include <ATen/ops/where.h>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace fettle
{

namespace
{

/// How attention looks at distances; every layer in the same way.
struct DistanceKind {
    bool isOn = false;                                         ///< relative_attention
    bool contentToPosition = false, positionToContent = false; ///< pos_att_type
    int64_t buckets = 0;                                       ///< of distances that share a row; 0: each has its own
    int64_t most = 0;                                          ///< farther ones are taken for this far
    int64_t terms() const { return int64_t{contentToPosition} + int64_t{positionToContent}; }
    int64_t span() const { return buckets > 0 ? buckets : most; } ///< rows on either side

    static DistanceKind read(ConfigReader& config, int64_t contextLength);
    /// The row of transformers' table for each place of the query minus that of the key.
    at::Tensor tableRows(const at::Tensor& distances) const;
};

DistanceKind DistanceKind::read(ConfigReader& config, int64_t contextLength)
{
    DistanceKind kind;
    kind.isOn = config.flag("relative_attention", false);
    for (const std::string& type : config.words("pos_att_type", '|')) {
        if (type == "c2p")
            kind.contentToPosition = true;
        else if (type == "p2c")
            kind.positionToContent = true;
    }
    kind.most = config.real("max_relative_positions", -1) < 1 ? contextLength : config.count("max_relative_positions");
    if (config.real("position_buckets", -1) > 0) {
        kind.buckets = config.count("position_buckets");
        const int64_t mid = kind.buckets / 2;
        if (mid < 1 || kind.most - 1 <= mid) // no logarithm leads from one to the other
            ConfigReader::refuse("position_buckets",
                                 fmt::format("{} with max_relative_positions = {}", kind.buckets, kind.most));
    }
    return kind;
}

at::Tensor DistanceKind::tableRows(const at::Tensor& distances) const
{
    at::Tensor rows = distances;
    if (buckets > 0) { // in float32 and step by step as make_log_bucket_position: the borders are roundings
        const int64_t mid = buckets / 2;
        const at::Tensor isNear = distances.lt(mid).logical_and(distances.gt(-mid));
        const at::Tensor far = at::where(isNear, at::scalar_tensor(mid - 1, distances.options()), distances.abs());
        const double whole = static_cast<double>(most - 1) / static_cast<double>(mid);
        const at::Tensor logarithm = at::log(at::scalar_tensor(whole, at::kFloat));
        const at::Tensor bucket = (at::log(far / mid) / logarithm * (mid - 1)).ceil() + mid;
        rows = at::where(far.le(mid), distances.to(at::kFloat), bucket * distances.sign()).to(at::kLong);
    }
    return (rows + span()).clamp(0, 2 * span() - 1);
}

/// What one pass knows of distances: the rows of the table that stand for them. Null: nothing looks at them.
struct DistancePass {
    Var embeddings;
    DistancesPtr distances;
};

class DebertaAttention
{
public:
    struct Options {
        AttentionShape shape;
        DistanceKind distances;
        bool sharesKey = false; ///< share_att_key: distances go through the words' own layers
        double dropout = 0;     ///< of the result and of the distances' embeddings
    };
    DebertaAttention() = default;
    DebertaAttention(const Scope& scope, int64_t width, const Options& options)
        : m_shape(options.shape), m_kind(options.distances), m_dropout(options.dropout)
    {
        const Scope self = scope / "self";
        m_query = {self / "query_proj", width, width, Role::Query};
        m_key = {self / "key_proj", width, width, Role::Key};
        m_value = {self / "value_proj", width, width, Role::Value};
        m_distanceKey = m_key;
        m_distanceQuery = m_query;
        if (m_kind.isOn && !options.sharesKey) {
            if (m_kind.contentToPosition)
                m_distanceKey = {self / "pos_key_proj", width, width, Role::DistanceKey};
            if (m_kind.positionToContent)
                m_distanceQuery = {self / "pos_query_proj", width, width, Role::DistanceQuery};
        }
        m_out = {scope / "output.dense", width, width, Role::AttentionOut};
        ModelFacts& facts = scope.facts();
        facts.keyValueWidth = width;
        // Scores and values are two products a pair of tokens; each way of looking at distances is one more.
        facts.work.pairWidth += width * (2 + (m_kind.isOn ? m_kind.terms() : 0)) / 2;
        scope.keep(m_shape.width() + m_shape.heads + 2 * width);
    }
    /// x + dropout(attention of x).
    Var operator()(Tape& tape, const Var& x, const NetworkInput& input, const DistancePass& pass) const
    {
        const Var qkv = Linear::sideBySide(tape, x, {&m_query, &m_key, &m_value});
        const Var mixed = pass.distances ? disentangledAttention(tape, qkv, relative(tape, pass), input.sequences,
                                                                 pass.distances, m_shape)
                                         : attention(tape, qkv, input.sequences, m_shape);
        return addDropout(tape, x, m_out.product(tape, mixed), m_dropout, m_out.bias());
    }

private:
    Var relative(Tape& tape, const DistancePass& pass) const
    {
        std::vector<const Linear*> layers;
        if (m_kind.contentToPosition)
            layers.push_back(&m_distanceKey);
        if (m_kind.positionToContent)
            layers.push_back(&m_distanceQuery);
        return Linear::sideBySide(tape, addDropout(tape, nullptr, pass.embeddings, m_dropout), layers);
    }

    Linear m_query, m_key, m_value, m_distanceKey, m_distanceQuery, m_out;
    AttentionShape m_shape;
    DistanceKind m_kind;
    double m_dropout = 0;
};

struct DebertaBlock {
    DebertaAttention attention;
    LayerNorm after;
    Mlp mlp;
    LayerNorm last;

    Var operator()(Tape& tape, const Var& x, const NetworkInput& input, const DistancePass& pass) const
    {
        const Var y = after(tape, attention(tape, x, input, pass));
        return last(tape, mlp(tape, y, y));
    }
};

class DebertaV2 final : public Network
{
public:
    DebertaV2(const Scope& scope, ConfigReader& config)
    {
        ModelFacts& facts = scope.facts();
        facts.vocabularySize = config.count("vocab_size", 128100);
        facts.contextLength = config.count("max_position_embeddings", 512);
        facts.hiddenSize = config.count("hidden_size", 1536);
        facts.layers = config.layers("num_hidden_layers", 24);
        facts.heads = config.count("num_attention_heads", 24);
        scope.setRange(config.real("initializer_range", 0.02));
        if (const double size = config.real("conv_kernel_size", 0); size > 0)
            ConfigReader::refuse("conv_kernel_size", fmt::format("{}", size));
        m_epsilon = config.real("layer_norm_eps", 1e-7);
        m_dropout = config.probability("hidden_dropout_prob", 0.1);
        m_activation = config.activation("hidden_act", "gelu");
        m_kind = DistanceKind::read(config, facts.contextLength);
        const Scope trunk = scope.trunk("deberta");
        declareEmbeddings(trunk / "embeddings", config);
        declareBlocks(trunk, config);
        if (m_kind.isOn)
            m_distances = {trunk / "encoder.rel_embeddings", 2 * m_kind.span(), facts.hiddenSize, Role::Distances};
        for (const std::string& kind : config.words("norm_rel_ebd", '|'))
            if (kind == "layer_norm")
                m_distanceNorm = norm(trunk / "encoder.LayerNorm", Role::DistanceNorm);
        declareHead(scope, config);
    }

    Var hidden(Tape& tape, const NetworkInput& input) override
    {
        std::vector<Lookup> lookups{m_words(input.ids)};
        if (m_places)
            lookups.push_back((*m_places)(input.positions));
        if (m_types)
            lookups.push_back((*m_types)(input.types));
        Var x = embedding(tape, lookups);
        if (m_project)
            x = (*m_project)(tape, x);
        x = addDropout(tape, nullptr, m_norm(tape, x), m_dropout);
        const DistancePass pass = distancesOf(tape, input);
        for (const DebertaBlock& block : m_blocks)
            x = tape.recomputes() ? tape.segment(x, [&tape, &block, input,
                                                     pass](const Var& in) { return block(tape, in, input, pass); })
                                  : block(tape, x, input, pass);
        return x;
    }
    Var top(Tape& tape, const Var& rows) override
    {
        if (m_legacyHead)
            return (*m_legacyHead)(tape, rows);
        return m_headNorm(tape, activation(tape, m_headDense.product(tape, rows), m_activation, m_headDense.bias()));
    }
    OutputHead head() const override
    {
        return m_legacyHead ? m_legacyHead->output() : OutputHead{m_words.table(), *m_headBias};
    }

private:
    LayerNorm norm(const Scope& scope, Role role) const { return {scope, scope.facts().hiddenSize, m_epsilon, role}; }

    void declareEmbeddings(const Scope& embeddings, ConfigReader& config)
    {
        ModelFacts& facts = embeddings.facts();
        const int64_t width = config.has("embedding_size") ? config.count("embedding_size") : facts.hiddenSize;
        m_words = {embeddings / "word_embeddings", facts.vocabularySize, width, Role::Words,
                   config.tokenId("pad_token_id", 0)};
        // Without positions of their own words are where their distances say, however far that is.
        facts.anyPosition = !config.flag("position_biased_input", true);
        if (!facts.anyPosition)
            m_places.emplace(embeddings / "position_embeddings", facts.contextLength, width, Role::Positions);
        if (config.real("type_vocab_size", 0) > 0) {
            facts.tokenTypes = config.count("type_vocab_size");
            m_types.emplace(embeddings / "token_type_embeddings", facts.tokenTypes, width, Role::TokenTypes);
        } else {
            facts.tokenTypes = std::numeric_limits<int32_t>::max(); // nobody looks at them
        }
        if (width != facts.hiddenSize)
            m_project.emplace(embeddings / "embed_proj", width, facts.hiddenSize, Role::WordsProjection,
                              LinearKind{.hasBias = false});
        m_norm = norm(embeddings / "LayerNorm", Role::EmbeddingNorm);
    }

    void declareBlocks(const Scope& trunk, ConfigReader& config)
    {
        const ModelFacts& facts = trunk.facts();
        const int64_t headDim = config.share("hidden_size", "num_attention_heads");
        if (config.has("attention_head_size") && config.count("attention_head_size") != headDim)
            ConfigReader::refuse("attention_head_size", fmt::format("{}", config.count("attention_head_size")));
        DebertaAttention::Options attention{.shape = AttentionShape::of(facts.heads, facts.heads, headDim, false),
                                            .distances = m_kind,
                                            .sharesKey = config.flag("share_att_key", false),
                                            .dropout = m_dropout};
        attention.shape.scale = 1 / std::sqrt(static_cast<double>(headDim * (1 + m_kind.terms())));
        attention.shape.dropout = config.probability("attention_probs_dropout_prob", 0.1);
        const Mlp::Options mlp{.inner = config.count("intermediate_size", 6144),
                               .activation = m_activation,
                               .dropout = m_dropout,
                               .up = "intermediate.dense",
                               .down = "output.dense"};
        for (int64_t i = 0; i < facts.layers; ++i) {
            const Scope at = trunk.layer("encoder.layer", i);
            DebertaBlock& block = m_blocks.emplace_back();
            block.attention = {at / "attention", facts.hiddenSize, attention};
            block.after = norm(at / "attention.output.LayerNorm", Role::AttentionOutNorm);
            block.mlp = {at, facts.hiddenSize, mlp};
            block.last = norm(at / "output.LayerNorm", Role::MlpOutNorm);
        }
    }

    void declareHead(const Scope& scope, ConfigReader& config)
    {
        const int64_t hidden = scope.facts().hiddenSize;
        if (config.flag("legacy", true)) {
            m_legacyHead.emplace(scope.head("cls.predictions"), m_words,
                                 MaskedHead::Options{.transform = "transform.dense",
                                                     .norm = "transform.LayerNorm",
                                                     .decoder = "decoder",
                                                     .isTied = config.flag("tie_word_embeddings", true),
                                                     .activation = m_activation,
                                                     .epsilon = m_epsilon});
            return;
        }
        if (m_words.width() != hidden)
            ConfigReader::refuse("embedding_size", fmt::format("{} with legacy = false", m_words.width()));
        const Scope head = scope.head("lm_predictions.lm_head");
        m_headBias = &head.declare("bias", {scope.facts().vocabularySize}, Role::Head, Start::Zeros);
        m_headDense = {head / "dense", hidden, hidden, Role::HeadTransform};
        m_headNorm = norm(head / "LayerNorm", Role::HeadTransform);
    }

    DistancePass distancesOf(Tape& tape, const NetworkInput& input) const
    {
        if (!m_kind.isOn || m_kind.terms() == 0)
            return {};
        const int64_t farthest = input.lastPosition;
        // The key's place minus the query's rises, the table's rows fall: the pass takes them the other way round.
        const at::Tensor rows = m_kind.tableRows(at::arange(farthest, -farthest - 1, -1, at::kLong));
        const auto first = rows[0].item<int64_t>(), last = rows[-1].item<int64_t>();
        const auto options = input.ids.options();
        const Var embeddings = embedding(tape, {m_distances(at::arange(first, last - 1, -1, options))});
        return {m_distanceNorm ? (*m_distanceNorm)(tape, embeddings) : embeddings,
                std::make_shared<Distances>(Distances{input.positions, (first - rows).to(options), farthest,
                                                      m_kind.contentToPosition, m_kind.positionToContent})};
    }

    double m_epsilon = 1e-7, m_dropout = 0;
    Activation m_activation = Activation::Gelu;
    DistanceKind m_kind;
    Embedding m_words, m_distances;
    std::optional<Embedding> m_places, m_types;
    std::optional<Linear> m_project; ///< from narrower embeddings to the layers
    LayerNorm m_norm;                ///< of the embeddings
    std::optional<LayerNorm> m_distanceNorm;
    std::vector<DebertaBlock> m_blocks;
    std::optional<MaskedHead> m_legacyHead;
    // Else a head of the words' own matrix, under no other name.
    Linear m_headDense;
    LayerNorm m_headNorm;
    const Parameter* m_headBias = nullptr;
};

} // namespace

std::unique_ptr<Network> makeDebertaV2(const Scope& scope, ConfigReader& config)
{
    return std::make_unique<DebertaV2>(scope, config);
}

} // namespace fettle
