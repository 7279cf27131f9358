// SPDX-License-Identifier: GPL-3.0-or-later
// Memory and disk that a run will take.
#include "core/train/resource_needs.h"

#include "core/base/error.h"
#include "core/base/text.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

constexpr uint64_t bytesPerWeight = 4;
constexpr uint64_t smallFiles = 4 << 20; ///< tokenizer, configuration, journal

} // namespace

ResourceNeeds resourceNeeds(const ModelEntry& model, const RunConfig& config, const StepTiming& timing, int64_t longest,
                            bool hasValidation)
{
    const auto weights = static_cast<uint64_t>(std::max<int64_t>(0, model.parameters)) * bytesPerWeight;
    ResourceNeeds needs;
    // Values, gradients and two moments; with checks also the best state so far.
    const uint64_t fixed = weights * (hasValidation ? 5 : 4);
    const uint64_t known = weights * 4;
    const uint64_t activations = model.trainingBytes > known ? model.trainingBytes - known : 0;
    const double referenceTokens =
        8.0 * static_cast<double>(
                  std::max<int64_t>(1, std::min<int64_t>(model.contextLength > 0 ? model.contextLength : 128, 128)));
    const double batchTokens = static_cast<double>(config.arguments.per_device_train_batch_size) *
                               static_cast<double>(std::max<int64_t>(1, longest));
    needs.memoryBytes =
        fixed + static_cast<uint64_t>(static_cast<double>(activations) * std::max(0.25, batchTokens / referenceTokens));

    needs.checkpointBytes = 3 * weights + smallFiles;
    int64_t kept = timing.checkpoints();
    if (const auto limit = config.arguments.save_total_limit)
        kept = std::min(kept, *limit + 1); // the best may stay besides
    // One more while a new one is written beside the old, and the finished model.
    needs.diskBytes = static_cast<uint64_t>(kept + 1) * needs.checkpointBytes + weights + smallFiles;
    return needs;
}

void requireResources(const ResourceNeeds& needs, uint64_t freeMemory, uint64_t freeDisk)
{
    if (needs.memoryBytes > freeMemory)
        throw Error(ErrorCode::OutOfResources,
                    fmt::format("Training did not start: about {} of memory needed, {} free. Nothing was written.",
                                humanBytes(needs.memoryBytes), humanBytes(freeMemory)),
                    "Use fewer rows per step (per_device_train_batch_size), a smaller max_length or a smaller model.",
                    "per_device_train_batch_size");
    if (needs.diskBytes > freeDisk)
        throw Error(ErrorCode::OutOfResources,
                    fmt::format("Training did not start: about {} of disk needed for its checkpoints, {} free. Nothing "
                                "was written.",
                                humanBytes(needs.diskBytes), humanBytes(freeDisk)),
                    "Keep fewer checkpoints (save_total_limit), save less often (save_steps), or choose another folder "
                    "(output_dir).",
                    "save_total_limit");
}

} // namespace fettle
