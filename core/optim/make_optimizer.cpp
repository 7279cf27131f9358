// SPDX-License-Identifier: GPL-3.0-or-later
// Which optimizer a run asks for.
#include "core/arguments/choice_options.h"
#include "core/optim/adamw.h"
#include "core/optim/chunk_optimizer.h"

namespace fettle
{

namespace
{

std::unique_ptr<Optimizer> makeAdamW(Arena& arena, const TrainArgs& arguments)
{
    AdamWOptions options;
    options.beta1 = arguments.adam_beta1;
    options.beta2 = arguments.adam_beta2;
    options.epsilon = arguments.adam_epsilon;
    options.weightDecay = arguments.weight_decay;
    options.maxGradNorm = arguments.max_grad_norm;
    return std::make_unique<AdamW>(arena, options);
}

} // namespace

bool isAdamW(const std::string& optim)
{
    return optim == "adamw_torch" || optim == "adamw_torch_fused";
}

std::unique_ptr<Optimizer> makeOptimizer(Arena& arena, const TrainArgs& arguments)
{
    const std::string& optim = arguments.optim;
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
    return makeAdamW(arena, arguments);
}

double optimizerMemory(const TrainArgs& arguments)
{
    const ChoiceOptions options = optimizerOptions(arguments);
    const double momentum = options.number("momentum", 0) != 0 ? 1 : 0;
    const std::string& optim = arguments.optim;
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
