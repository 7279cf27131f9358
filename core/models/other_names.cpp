// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/other_names.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>
#include <string_view>

namespace fettle
{

namespace
{

const char* ggufWord(Role role)
{
    switch (role) {
    case Role::Words:
        return "token_embd";
    case Role::Positions:
        return "position_embd";
    case Role::TokenTypes:
        return "token_types";
    case Role::EmbeddingNorm:
        return "token_embd_norm";
    case Role::AttentionNorm:
        return "attn_norm";
    case Role::QueryNorm:
        return "attn_q_norm";
    case Role::KeyNorm:
        return "attn_k_norm";
    case Role::AttentionPostNorm:
        return "post_attention_norm";
    case Role::MlpPostNorm:
        return "post_ffw_norm";
    case Role::AttentionOutNorm:
        return "attn_output_norm";
    case Role::MlpNorm:
        return "ffn_norm";
    case Role::MlpOutNorm:
        return "layer_output_norm";
    case Role::OutputNorm:
        return "output_norm";
    case Role::QueryKeyValue:
        return "attn_qkv";
    case Role::Query:
        return "attn_q";
    case Role::Key:
        return "attn_k";
    case Role::Value:
        return "attn_v";
    case Role::AttentionOut:
        return "attn_output";
    case Role::Gate:
        return "ffn_gate";
    case Role::Up:
        return "ffn_up";
    case Role::Down:
        return "ffn_down";
    case Role::Head:
        return "output";
    case Role::Distances:
    case Role::DistanceNorm:
    case Role::DistanceQuery:
    case Role::DistanceKey:
    case Role::WordsProjection:
    case Role::HeadTransform:
    case Role::Adapter:
    case Role::Other:
        break;
    }
    return "";
}

/// "a.b.weight" is {"a.b", "weight"}.
std::pair<std::string_view, std::string_view> lastPart(std::string_view name)
{
    const size_t dot = name.rfind('.');
    return {name.substr(0, dot), name.substr(dot + 1)};
}

} // namespace

std::string ggufName(const Arena::Entry& entry)
{
    const std::string_view word = ggufWord(entry.traits.role), kind = lastPart(entry.name).second;
    if (word.empty())
        return {};
    return entry.traits.layer < 0 ? fmt::format("{}.{}", word, kind)
                                  : fmt::format("blk.{}.{}.{}", entry.traits.layer, word, kind);
}

std::vector<std::string> linearLayerNames(const Arena& arena)
{
    std::set<std::string> names;
    for (const Arena::Entry& entry : arena.entries())
        if (isLinear(entry.traits.role))
            names.emplace(lastPart(lastPart(entry.name).first).second);
    return {names.begin(), names.end()};
}

} // namespace fettle
