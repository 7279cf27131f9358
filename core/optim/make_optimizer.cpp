// SPDX-License-Identifier: GPL-3.0-or-later
// Which optimizer a run asks for.
#include "core/arguments/choice_options.h"
#include "core/optim/adamw.h"
#include "core/optim/adamw8bit.h"
#include "core/optim/chunk_optimizer.h"

namespace fettle
{

namespace
{

AdamWOptions adamwOptions(const TrainArgs& arguments)
{
    AdamWOptions options;
    options.beta1 = arguments.adam_beta1;
    options.beta2 = arguments.adam_beta2;
    options.epsilon = arguments.adam_epsilon;
    options.weightDecay = arguments.weight_decay;
    options.maxGradNorm = arguments.max_grad_norm;
    return options;
}

} // namespace

bool isAdamW(const std::string& optim)
{
    return optim.starts_with("adamw_");
}

std::string firstNameOf(const std::string& optim)
{
    return optim == "adamw_torch_fused" ? "adamw_torch" : optim == "adamw_bnb_8bit" ? "adamw_8bit" : optim;
}

std::unique_ptr<Optimizer> makeOptimizer(Arena& arena, const TrainArgs& arguments)
{
    const std::string optim = firstNameOf(arguments.optim);
    if (optim == "sgd")
        return makeSgd(arena, arguments);
    if (optim == "adafactor")
        return makeAdafactor(arena, arguments);
    if (optim == "adagrad")
        return makeAdagrad(arena, arguments);
    if (optim == "rmsprop")
        return makeRmsprop(arena, arguments);
    if (optim == "lion_32bit")
        return makeLion(arena, arguments);
    if (optim == "adamw_torch_8bit")
        return std::make_unique<AdamW8bit>(arena, adamwOptions(arguments), BlockRule::Torchao);
    if (optim == "adamw_8bit")
        return std::make_unique<AdamW8bit>(arena, adamwOptions(arguments), BlockRule::Bitsandbytes);
    return std::make_unique<AdamW>(arena, adamwOptions(arguments));
}

double optimizerMemory(const TrainArgs& arguments, double embeddingShare)
{
    const ChoiceOptions options = optimizerOptions(arguments);
    const double momentum = options.number("momentum", 0) != 0 ? 1 : 0;
    const std::string optim = firstNameOf(arguments.optim);
    constexpr double inBlocks = 2 * (0.25 + 1.0 / 256); // a code each, a scale a block
    if (optim == "adamw_torch_8bit")
        return inBlocks;
    if (optim == "adamw_8bit")
        return inBlocks * (1 - embeddingShare) + 2 * embeddingShare;
    if (optim == "sgd")
        return momentum;
    if (optim == "adafactor")
        return 0.05; // rows and columns of matrices; what is no matrix
    if (optim == "adagrad" || optim == "lion_32bit")
        return 1;
    if (optim == "rmsprop")
        return 1 + momentum + (options.flag("centered", false) ? 1 : 0);
    return 2;
}

} // namespace fettle
