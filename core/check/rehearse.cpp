// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/check/rehearse.h"

#include "core/base/machine.h"
#include "core/check/bench_rows.h"
#include "core/data/training_data.h"
#include "core/models/open_model.h"
#include "core/nn/threads.h"
#include "core/optim/optimizer.h"
#include "core/tokenizers/tokenizer.h"
#include "core/train/lora_arguments.h"

#include <algorithm>

namespace fettle
{

Rehearsal rehearseRun(const RunConfig& config)
{
    const TrainArgs& arguments = config.arguments;
    useThreads(static_cast<int>(arguments.threads));
    LoadOptions load;
    load.trainable = true;
    load.cpuOnly = arguments.use_cpu;
    load.seed = static_cast<uint64_t>(arguments.seed);
    const auto model = loadModel(openModel(config.model, {loraOf(arguments)}), load);
    model->setGradientCheckpointing(arguments.gradient_checkpointing);
    const ModelFacts& facts = model->facts();
    const auto tokenizer = loadTokenizer(facts.ownFolder());
    const bool masked = facts.isMasked();
    const TrainingData data = loadTrainingData(config, tokenizer, facts);
    const auto worst = longestExamples(data.train, arguments.per_device_train_batch_size);
    std::vector<int64_t> lengths;
    for (const std::vector<int64_t>& pieces : worst)
        lengths.insert(lengths.end(), pieces.begin(), pieces.end());
    const PackedBatch batch = randomBatch(lengths, facts.vocabularySize, masked, load.seed);
    const std::unique_ptr<Optimizer> optimizer = makeOptimizer(model->arena(), arguments);
    Rehearsal rehearsal;
    rehearsal.rows = static_cast<int64_t>(worst.size());
    rehearsal.tokens = batch.tokens();
    double trained = 0, stepped = 0;
    for (int i = 0; i < 2; ++i) { // the first one fills memory and caches
        const double begin = now();
        model->trainBatch(batch, 1.0 / static_cast<double>(std::max<int64_t>(1, batch.gradedTokens)),
                          {load.seed, static_cast<uint64_t>(i)});
        trained = now() - begin;
        optimizer->step(0);
        stepped = now() - begin - trained;
    }
    rehearsal.secondsPerStep = trained * static_cast<double>(arguments.gradient_accumulation_steps) + stepped;
    rehearsal.peakResidentBytes = peakResidentBytes();
    return rehearsal;
}

} // namespace fettle
