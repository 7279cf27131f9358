// SPDX-License-Identifier: GPL-3.0-or-later
// What a parameter is for in its model.
#pragma once

namespace fettle
{

enum class Role {
    Other,
    // Tables of embeddings
    Words,
    Positions,
    TokenTypes,
    Distances, ///< of two tokens
    // Norms
    EmbeddingNorm,
    AttentionNorm,     ///< before attention
    QueryNorm,         ///< of the queries, before they turn
    KeyNorm,           ///< of the keys
    AttentionPostNorm, ///< after attention, before its residual
    AttentionOutNorm,  ///< after attention and its residual
    MlpNorm,           ///< before the MLP
    MlpPostNorm,       ///< after the MLP, before its residual
    MlpOutNorm,        ///< after the MLP and its residual
    OutputNorm,        ///< after the last layer
    DistanceNorm,      ///< of the table of distances
    // Linear layers of a layer
    QueryKeyValue, ///< one matrix for all three
    Query,
    Key,
    Value,
    DistanceQuery, ///< makes of a distance what keys meet
    DistanceKey,   ///< makes of a distance what queries meet
    AttentionOut,
    Gate,
    Up,
    Down,
    WordsProjection, ///< between the words' embedding and wider layers; of none of those
    // The head
    HeadTransform, ///< the linear layer before the output matrix, and its norm
    Head,          ///< the output matrix and its bias
    Adapter,       ///< of low rank, beside a linear layer
};

constexpr bool isEmbedding(Role role)
{
    return role == Role::Words || role == Role::Positions || role == Role::TokenTypes || role == Role::Distances;
}
/// A linear layer of the trunk: what adapters take as "all-linear".
constexpr bool isLinear(Role role)
{
    return role >= Role::QueryKeyValue && role <= Role::Down;
}

} // namespace fettle
