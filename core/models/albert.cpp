// SPDX-License-Identifier: GPL-3.0-or-later
// ALBERT (Lan et al., arXiv:1909.11942) as transformers' AlbertForMaskedLM: BERT whose layers share their parameters in
// groups, with embeddings of a width of their own.
#include "core/models/bert.h"
#include "core/models/config_reader.h"

#include <algorithm>

namespace fettle
{

namespace
{

/// Which group each of the layers is of: as many to each as can be.
std::vector<size_t> groupOfLayers(int64_t layers, int64_t groups)
{
    const double share = static_cast<double>(layers) / static_cast<double>(groups); // a fraction in transformers too
    std::vector<size_t> groupOf;
    for (int64_t i = 0; i < layers; ++i)
        groupOf.push_back(static_cast<size_t>(static_cast<double>(i) / share));
    return groupOf;
}

std::vector<EncoderBlock> sharedBlocks(const Scope& trunk, ConfigReader& config, const BertKind::MakeBlock& make)
{
    ModelFacts& facts = trunk.facts();
    const int64_t layers = facts.layers, inner = config.count("inner_group_num", 1, 10'000 / layers);
    const int64_t groupCount = config.layers("num_hidden_groups", 1); // what the files' numbers count
    const std::vector<size_t> groupOf = groupOfLayers(layers, groupCount);
    facts.layers = layers * inner;
    std::vector<std::vector<EncoderBlock>> groups;
    for (int64_t g = 0; g < groupCount; ++g) {
        const auto uses = std::count(groupOf.begin(), groupOf.end(), static_cast<size_t>(g));
        const Scope at = trunk.layer("encoder.albert_layer_groups", g).used(uses) / "albert_layers";
        std::vector<EncoderBlock>& group = groups.emplace_back();
        for (int64_t i = 0; i < inner; ++i)
            group.push_back(make((at / std::to_string(i)).numbered(g * inner + i)));
    }
    std::vector<EncoderBlock> blocks; // copies compute with the same parameters
    for (const size_t g : groupOf)
        blocks.insert(blocks.end(), groups[g].begin(), groups[g].end());
    return blocks;
}

} // namespace

std::unique_ptr<Network> makeAlbert(const Scope& scope, ConfigReader& config)
{
    BertKind kind{.trunk = "albert", .vocabulary = 30000, .hidden = 4096, .heads = 64, .inner = 16384, .dropout = 0};
    kind.activation = "gelu_new";
    kind.embedding = 128;
    kind.project = "encoder.embedding_hidden_mapping_in";
    kind.alwaysProjects = true;
    kind.attentionIn = {"query", "key", "value"};
    kind.attentionOut = "dense";
    kind.afterAttention = "attention.LayerNorm";
    kind.up = "ffn";
    kind.down = "ffn_output";
    kind.last = "full_layer_layer_norm";
    kind.lastIsMadeFirst = kind.headNormIsMadeFirst = true;
    kind.headName = "predictions";
    kind.transform = "dense";
    kind.norm = "LayerNorm";
    kind.blocks = [&config](const Scope& trunk, const BertKind::MakeBlock& make) {
        return sharedBlocks(trunk, config, make);
    };
    return std::make_unique<Bert>(scope, config, kind);
}

} // namespace fettle
