// SPDX-License-Identifier: GPL-3.0-or-later
// A language model with an LM head, as training, evaluation and generation see it.
#pragma once

#include "core/base/error.h"
#include "core/data/batch.h"
#include "core/models/model_entry.h"
#include "core/tensors/arena.h"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace fettle
{

/// Sum of the cross-entropy over the graded tokens, and their number.
struct LossSum {
    double sum = 0;
    int64_t graded = 0;
};

/// Keys and values of the tokens seen so far, one sequence.
class KvCache
{
public:
    virtual ~KvCache() = default;
    virtual int64_t length() const = 0;
};

/// What dropout draws from: counter-based, so that a draw is a function of seed, step and place alone.
struct DropoutKey {
    uint64_t seed = 0;
    uint64_t step = 0; ///< counts micro-batches
};

class LanguageModel
{
public:
    virtual ~LanguageModel() = default;

    virtual const ModelEntry& entry() const = 0;
    virtual Arena& arena() = 0;
    virtual at::Device device() const = 0;

    /// Forward and backward of one packed batch. Adds gradScale * d(sum of losses)/dp to the arena's gradients (so with
    /// gradScale = 1 / graded tokens of the step the gradient is that of the token mean). Dropout as in the config.
    /// The loss returned is the sum, unscaled.
    virtual LossSum trainBatch(const PackedBatch& batch, double gradScale, const DropoutKey& dropout) = 0;
    /// The same forward without dropout and without gradients.
    virtual LossSum evaluateBatch(const PackedBatch& batch) = 0;
    /// trainBatch without dropout: for probe and tests.
    virtual LossSum gradientsOf(const PackedBatch& batch, double gradScale) = 0;

    /// [N, V] logits of every position, fp32, eval mode (probe; fill-mask passes the positions it wants: [P, V]).
    virtual at::Tensor logits(const PackedBatch& batch, const std::vector<int64_t>* positions = nullptr) = 0;

    /// Causal models: an empty cache for up to `capacity` tokens.
    virtual std::unique_ptr<KvCache> newCache(int64_t capacity) = 0;
    /// Appends tokens to the cache; logits of the last position, [V], fp32, on the processor.
    virtual at::Tensor step(KvCache& cache, const std::vector<int64_t>& ids) = 0;

    /// Frees scratch memory kept between batches.
    virtual void releaseScratch() = 0;
};

struct LoadOptions {
    bool trainable = false; ///< allocate gradients
    bool cpuOnly = false;
    uint64_t seed = 42; ///< of what is drawn: all of random:PATH, an output layer that the files do not hold
};

/// Reads config.json and the weights of `reference` (see resolveModel). F16 and BF16 weights become fp32. Throws
/// BadInput (subject "model") as inspectModel does, and OutOfResources before memory is taken that is not there.
/// entry().report says what became of the files, and which weights are no numbers.
std::unique_ptr<LanguageModel> loadModel(const std::string& reference, const LoadOptions& options);
/// Throws BadInput where the model's own weights are no numbers: nothing can be learnt from there on.
void requireFinite(const ModelEntry& entry);
/// What to say of a model that computes values that are no numbers.
Error notFiniteError(const ModelEntry& entry);
/// Writes config.json (the folder's own; "architectures" names the class that was loaded, dtype float32),
/// model.safetensors in F32 and generation_config.json as transformers loads them, for writeFolderAtomically: at their
/// places, not synced. `source` is the folder the model came from.
void saveModel(const LanguageModel& model, const std::filesystem::path& source, const std::filesystem::path& folder);

} // namespace fettle
