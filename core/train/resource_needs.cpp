// SPDX-License-Identifier: GPL-3.0-or-later
// Memory and disk that a run will take.
#include "core/train/resource_needs.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/machine.h"
#include "core/base/text.h"
#include "core/optim/optimizer.h"

#include <algorithm>
#include <fmt/format.h>

namespace fettle
{

namespace
{

constexpr uint64_t bytesPerWeight = 4;
constexpr uint64_t ofAStep = 280, ofALogEntry = 170; ///< bytes in the journal, in a checkpoint's trainer_state.json

/// Configuration and tokenizer, which lie in every checkpoint.
uint64_t smallFileBytes(const fs::path& modelFolder)
{
    uint64_t bytes = 64 << 10;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(modelFolder, ignored)) {
        const std::string extension = entry.path().extension().string();
        if (extension == ".json" || extension == ".txt" || extension == ".model")
            bytes += entry.is_regular_file(ignored) ? entry.file_size(ignored) : 0;
    }
    return bytes;
}

uint64_t optimizerBytes(const ModelFacts& model, const TrainArgs& arguments)
{
    const auto trained = static_cast<double>(std::max<int64_t>(1, model.trainedParameters()));
    // Beside adapters embeddings are frozen.
    const double embeddings =
        model.adapterParameters > 0 ? 0 : static_cast<double>(model.embeddingParameters) / trained;
    return static_cast<uint64_t>(optimizerMemory(arguments, embeddings) * trained * double(bytesPerWeight));
}

uint64_t bytesOf(int64_t weights)
{
    return static_cast<uint64_t>(std::max<int64_t>(0, weights)) * bytesPerWeight;
}

/// Share of the inner values that is left where layers keep their input alone; `floats` a token are kept otherwise.
double keptShare(const ModelFacts& model, double floats)
{
    const double width = static_cast<double>(model.hiddenSize), layers = static_cast<double>(model.layers);
    const double around = 12 * width; // embedding, top and what gradients take: trainingBytes has it too
    if (layers < 1 || floats <= around)
        return 1;
    return std::min(1.0, (around + layers * width + (floats - around) / layers) / floats);
}

uint64_t memoryNeeds(const ModelFacts& model, const TrainArgs& arguments, const DataSize& data)
{
    // With adapters the rest of the weights only lies in memory: a file's pages count, though they can be given up and
    // read again, for every step reads them all.
    const uint64_t trained = bytesOf(model.trainedParameters()), weights = trained + model.frozenBytes;
    // model.trainingBytes is for 8 rows of 128 tokens (or the context): values, gradients, two moments, the logits of
    // some hundred graded tokens, the program; the rest grows with the batch.
    const uint64_t logits = 256 * static_cast<uint64_t>(std::max<int64_t>(0, model.vocabularySize)) * bytesPerWeight;
    const uint64_t fixed = weights + 3 * trained + logits + programBytes;
    const uint64_t activations = model.trainingBytes > fixed ? model.trainingBytes - fixed : 0;
    const int64_t context = model.contextLength > 0 ? std::min<int64_t>(model.contextLength, 128) : 128;
    const double activationsPerToken = static_cast<double>(activations) / (8 * static_cast<double>(context));
    constexpr double bytesPerKept = 1.25 * bytesPerWeight; // a quarter more, as in trainingBytes
    const double share = arguments.gradient_checkpointing ? keptShare(model, activationsPerToken / bytesPerKept) : 1;
    const auto tokensOf = [&](int64_t rows) {
        return static_cast<double>(std::min(rows, std::max<int64_t>(1, data.examples))) *
               static_cast<double>(std::max<int64_t>(1, data.longest));
    };
    // A check keeps nothing for a backward pass.
    const double tokens = std::max(share * tokensOf(arguments.per_device_train_batch_size),
                                   data.hasValidation ? tokensOf(arguments.per_device_eval_batch_size) / 3 : 0);
    const uint64_t best = data.hasValidation ? trained : 0; // the best state so far
    return fixed - 2 * trained + optimizerBytes(model, arguments) + best +
           static_cast<uint64_t>(activationsPerToken * tokens);
}

/// At most: where the best is kept, every check may be a new best.
int64_t writtenCheckpoints(const TrainArgs& arguments, const StepTiming& timing)
{
    const bool savesBest =
        arguments.load_best_model_at_end || arguments.early_stopping_patience > 0 || timing.savesBest();
    return timing.checkpoints() + (savesBest ? timing.checksApartFromCheckpoints() : 0);
}

} // namespace

ResourceNeeds resourceNeeds(const ModelFacts& model, const RunConfig& config, const StepTiming& timing,
                            const DataSize& data)
{
    const TrainArgs& arguments = config.arguments;
    const uint64_t trained = bytesOf(model.trainedParameters());
    const uint64_t smallFiles = smallFileBytes(model.folder);
    ResourceNeeds needs;
    needs.memoryBytes = memoryNeeds(model, arguments, data);
    const auto steps = static_cast<uint64_t>(timing.maxSteps());
    const uint64_t logEntries =
        steps / static_cast<uint64_t>(timing.loggingSteps()) + static_cast<uint64_t>(timing.evaluations());
    needs.checkpointBytes = trained + optimizerBytes(model, arguments) + smallFiles + ofALogEntry * logEntries;
    needs.writtenCheckpoints = writtenCheckpoints(arguments, timing);
    needs.keptCheckpoints = needs.writtenCheckpoints;
    if (const auto limit = arguments.save_total_limit) // the best and the last stay at any limit
        needs.keptCheckpoints =
            std::min(needs.keptCheckpoints, std::max<int64_t>(*limit, timing.evaluations() > 0 ? 2 : 1));
    // With a limit the new one is written before the oldest goes.
    const int64_t beside = arguments.save_total_limit ? 1 : 0;
    needs.diskBytes = static_cast<uint64_t>(needs.keptCheckpoints + beside) * needs.checkpointBytes + trained +
                      2 * smallFiles + ofAStep * steps;
    return needs;
}

std::optional<SettingWarning> fitRowsPerStep(const ModelFacts& model, TrainArgs& arguments, const DataSize& data,
                                             uint64_t freeMemory)
{
    if (!arguments.auto_find_batch_size)
        return std::nullopt;
    TrainArgs fewer = arguments;
    int64_t& rows = fewer.per_device_train_batch_size;
    while (rows > 0 && memoryNeeds(model, fewer, data) > freeMemory)
        rows = rows * 9 / 10;
    if (rows == 0 || rows == arguments.per_device_train_batch_size)
        return std::nullopt;
    SettingWarning said{NoticeCode::RowsReduced, "per_device_train_batch_size",
                        fmt::format("{} rows per step do not fit into the {} of memory that are free: {} are taken.",
                                    arguments.per_device_train_batch_size, humanBytes(freeMemory), rows),
                        "gradient_accumulation_steps makes a step of several such batches."};
    arguments = fewer;
    return said;
}

void requireResources(const ResourceNeeds& needs, uint64_t freeMemory, uint64_t freeDisk)
{
    if (needs.memoryBytes > freeMemory)
        throw Error(ErrorCode::OutOfResources,
                    fmt::format("Training did not start: about {} of memory needed, {} free. Nothing was written.",
                                humanBytes(needs.memoryBytes), humanBytes(freeMemory)),
                    "Use fewer rows per step (per_device_train_batch_size), a smaller max_length or a smaller model; "
                    "gradient_checkpointing takes less memory, and more time.",
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
