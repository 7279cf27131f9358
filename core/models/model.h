// SPDX-License-Identifier: GPL-3.0-or-later
// A language model with an LM head, as training, evaluation and generation see it: an arena, a network and a tape.
#pragma once

#include "core/base/error.h"
#include "core/base/model_facts.h"
#include "core/data/batch.h"
#include "core/nn/ops.h"
#include "core/tensors/arena.h"
#include "core/tensors/weights.h"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fettle
{

struct Adapters;
class Network;
struct NetworkInput;

/// Sum of the cross-entropy over the graded tokens, and their number.
struct LossSum {
    double sum = 0;
    int64_t graded = 0;
    int64_t right = 0; ///< those that the model ranks first, where they were asked for
};

/// Keys and values of the tokens seen so far: one sequence, or several continuations (beams) of one beginning.
class KvCache
{
public:
    int64_t length() const { return m_length; }

private:
    friend class LanguageModel;
    std::vector<KvLayer> m_layers;
    std::vector<int64_t> m_ids; ///< of each row
    int64_t m_length = 0, m_capacity = 0;
    BeamRows m_beams; ///< empty while there is one sequence
};

/// What dropout draws from: counter-based, so that a draw is a function of seed, step and place alone.
struct DropoutKey {
    uint64_t seed = 0;
    uint64_t step = 0; ///< counts micro-batches
};

class LanguageModel
{
public:
    /// `arena` is allocated and holds the network's parameters, but for what `lender` lends it; `plainForms` is for
    /// tests. What computes throws BadInput (subject "model") where a lender's file was changed under it.
    LanguageModel(ModelFacts facts, std::unique_ptr<Network> network, Arena arena, at::Device device,
                  bool plainForms = false, std::shared_ptr<const Adapters> adapters = nullptr,
                  std::shared_ptr<const Weights> lender = nullptr);
    ~LanguageModel();

    const ModelFacts& facts() const { return m_facts; }
    Arena& arena() { return m_arena; }
    const Arena& arena() const { return m_arena; }
    at::Device device() const { return m_tape.device(); }
    /// Null: none, the model is whole.
    const Adapters* adapters() const { return m_adapters.get(); }
    /// Puts the adapters into the weights that they stand beside: the model is whole then. Of one that does not train.
    void mergeAdapters();

    /// Layers keep nothing but their input for the backward pass, and are computed twice.
    void setGradientCheckpointing(bool on) { m_recomputes = on; }
    /// Losses, those of checks too, are taken with so much of each target spread over all tokens.
    void setLabelSmoothing(double share) { m_labelSmoothing = share; }
    /// Training adds noise to the words' embeddings, evenly drawn up to alpha / sqrt(paddedLength x width), as
    /// transformers 5's integrations/neftune.py does; 0: none.
    void setNoise(double alpha) { m_noiseAlpha = alpha; }

    /// Forward and backward of one packed batch. Adds gradScale * d(sum of losses)/dp to the arena's gradients (so with
    /// gradScale = 1 / graded tokens of the step the gradient is that of the token mean). Dropout as in the config.
    /// The loss returned is the sum, unscaled.
    LossSum trainBatch(const PackedBatch& batch, double gradScale, const DropoutKey& dropout);
    /// The same forward without dropout and without gradients. `accuracy`: counts the right ones too, which takes a
    /// second look at the logits.
    LossSum evaluateBatch(const PackedBatch& batch, bool accuracy = false);
    /// trainBatch without dropout: for probe and tests.
    LossSum gradientsOf(const PackedBatch& batch, double gradScale);

    /// [N, V] logits of every position, fp32, eval mode (probe; fill-mask passes the positions it wants: [P, V]).
    at::Tensor logits(const PackedBatch& batch, const std::vector<int64_t>* positions = nullptr);

    /// Causal models: an empty cache for up to `capacity` tokens.
    std::unique_ptr<KvCache> newCache(int64_t capacity);
    /// Appends tokens to the cache; logits of the last position, [V], fp32, on the processor.
    at::Tensor step(KvCache& cache, const std::vector<int64_t>& ids);
    /// A token for each of ids.size() beams: beam b goes on as parents[b] did, with ids[b]. The first call branches
    /// what the cache holds (parents are not looked at); later ones have as many beams. Each takes ids.size() of the
    /// cache's capacity. Logits [beams, V], fp32, on the processor.
    at::Tensor stepBeams(KvCache& cache, const std::vector<int64_t>& ids, const std::vector<size_t>& parents);

private:
    NetworkInput inputOf(const PackedBatch& batch) const;
    NetworkInput cachedInput(KvCache& cache, const std::vector<int64_t>& ids, int64_t lastPosition) const;
    bool isReadAgain(const KvCache& cache, int64_t newTokens) const;
    Var append(KvCache& cache, const std::vector<int64_t>& ids, int64_t lastPosition);
    Var appendToBeams(KvCache& cache, const std::vector<int64_t>& ids, int64_t lastPosition);
    void readBeamsAgain(KvCache& cache, int64_t lastPosition);
    void requireUnchangedFiles() const;
    LossSum run(const PackedBatch& batch, bool gradients, double gradScale, const TapeDropout& dropout,
                bool accuracy = false);

    ModelFacts m_facts;
    std::unique_ptr<Network> m_network;
    Arena m_arena;
    std::shared_ptr<const Adapters> m_adapters;
    std::shared_ptr<const Weights> m_lender;
    Tape m_tape;
    bool m_recomputes = false;
    double m_labelSmoothing = 0, m_noiseAlpha = 0;
};

struct LoadOptions {
    bool trainable = false; ///< allocate gradients
    bool cpuOnly = false;
    uint64_t seed = 42; ///< of what is drawn: all of random:PATH, an output layer that the files do not hold
};

/// Reads config.json and the weights of `reference` (see resolveModel). F16 and BF16 weights become fp32, but for the
/// frozen matrices beside adapters, which are read where they lie in their file. Throws
/// BadInput (subject "model") as inspectModel does, and OutOfResources before memory is taken that is not there.
/// facts().report says what became of the files, and which weights are no numbers.
std::unique_ptr<LanguageModel> loadModel(const std::string& reference, const LoadOptions& options);
/// Throws BadInput where the model's own weights are no numbers: nothing can be learnt from there on.
void requireFinite(const ModelFacts& model);
/// What to say of a model that computes values that are no numbers.
Error notFiniteError(const ModelFacts& model);
/// The same for a model with adapters: them alone, as PEFT's save_pretrained does, with what else was trained.
void saveAdapters(const LanguageModel& model, const std::filesystem::path& folder);
/// Writes config.json (the folder's own; "architectures" names the class that was loaded, dtype float32),
/// the weights in F32 (writeWeights) and generation_config.json as transformers loads them, for writeFolderAtomically:
/// at their places, not synced. `source` is the folder the model came from.
void saveModel(const LanguageModel& model, const std::filesystem::path& source, const std::filesystem::path& folder,
               uint64_t maxShardBytes = largestShard);

} // namespace fettle
