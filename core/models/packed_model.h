// SPDX-License-Identifier: GPL-3.0-or-later
// The LanguageModel of every architecture: an arena, a network and a tape.
#pragma once

#include "core/models/model.h"
#include "core/models/network.h"

namespace fettle
{

class PackedModel final : public LanguageModel
{
public:
    /// `arena` is allocated and holds the network's parameters; `plainForms` is for tests.
    PackedModel(ModelEntry entry, std::unique_ptr<Network> network, Arena arena, at::Device device,
                bool plainForms = false);

    const ModelEntry& entry() const override { return m_entry; }
    Arena& arena() override { return m_arena; }
    const Arena& arena() const { return m_arena; }
    at::Device device() const override { return m_device; }

    LossSum trainBatch(const PackedBatch& batch, double gradScale, const DropoutKey& dropout) override;
    LossSum evaluateBatch(const PackedBatch& batch) override;
    LossSum gradientsOf(const PackedBatch& batch, double gradScale) override;
    at::Tensor logits(const PackedBatch& batch, const std::vector<int64_t>* positions) override;
    std::unique_ptr<KvCache> newCache(int64_t capacity) override;
    at::Tensor step(KvCache& cache, const std::vector<int64_t>& ids) override;
    void releaseScratch() override { m_tape.pool().release(); }

private:
    NetworkInput inputOf(const PackedBatch& batch) const;
    LossSum run(const PackedBatch& batch, bool gradients, double gradScale, const TapeDropout& dropout);

    ModelEntry m_entry;
    std::unique_ptr<Network> m_network;
    Arena m_arena;
    at::Device m_device;
    Tape m_tape;
};

} // namespace fettle
