// SPDX-License-Identifier: GPL-3.0-or-later
// AdamW whose moments are kept in 8 bits (Dettmers et al., arXiv:2110.02861): in blocks of 256 numbers of a parameter,
// each a code of the dynamic map and one scale for all. A step computes in float32, in the same pass as AdamW's.
#pragma once

#include "core/optim/adamw.h"

namespace fettle
{

/// Which parameters are kept in blocks; the others are in float32. Besides, the names of what is remembered.
enum class BlockRule {
    Torchao, ///< of 4096 numbers or more that divide into blocks: torchao.optim.AdamW8bit
    /// Of 4096 numbers or more, tables of embeddings excepted: as transformers sets bitsandbytes up. Codes are the
    /// nearest ones here, as its GPUs make them; 0.50 on processors looks them up coarsely below 3e-5 of the largest.
    Bitsandbytes,
};

class AdamW8bit : public Optimizer
{
public:
    AdamW8bit(Arena& arena, const AdamWOptions& options, BlockRule rule);
    double step(double learningRate) override;
    const char* name() const override;
    std::vector<OptimizerState> state() override;

    /// The twin of step() in at:: calls, which other devices take and tests compare with.
    double stepInPlainForm(double learningRate);

private:
    /// A parameter's place in a moment.
    struct Place {
        const Arena::Entry* parameter;
        bool inBlocks;
        int64_t at;    ///< its first number among the codes, or among the floats
        int64_t block; ///< its first one
    };
    /// Flat; a parameter begins with a block of its own.
    struct Moment {
        const char *codesKey, *scalesKey, *floatsKey;
        bool isSigned;
        at::Tensor codes, scales, floats;
    };

    bool isInBlocks(const Arena::Entry& parameter) const;
    void layOut();
    double stepOnProcessor(double learningRate);
    double stepPlain(double learningRate);
    at::Tensor numbersOf(const Moment& moment, const Place& place) const;
    void keep(const Moment& moment, const Place& place, const at::Tensor& numbers) const;

    AdamWOptions m_options;
    BlockRule m_rule;
    std::vector<Place> m_places;         ///< of what trains, in the arena's order
    std::vector<const Place*> m_placeOf; ///< of each chunk
    Moment m_first, m_second;
};

} // namespace fettle
