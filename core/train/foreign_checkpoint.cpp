// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/foreign_checkpoint.h"

#include "core/arguments/choice_options.h"
#include "core/arguments/run_config.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/text.h"
#include "core/data/sampler.h"
#include "core/models/model.h"
#include "core/optim/optimizer.h"
#include "core/tensors/torch_file.h"

#include <ATen/core/Tensor.h>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr const char* kAnother = "Go on from another checkpoint, or train its model anew: \"model\" in the run file.";

void copyState(const TorchValue& saved, const OptimizerState& state, const std::string& source)
{
    const TorchValue* wrapped = saved.find("__bnb_optimizer_quant_state__"); // bitsandbytes', from 0.48 on
    const TorchValue* value = (wrapped ? *wrapped : saved).find(state.key);
    const at::Tensor* stored = value ? value->tensor() : nullptr;
    if (stored && (stored->scalar_type() == at::kByte) != (state.value.scalar_type() == at::kByte))
        throw badInput(fmt::format("{}: {} of {} is {}", source, state.key, state.parameter->name,
                                   stored->scalar_type() == at::kByte
                                       ? "kept in 8 bits, which the run file's optim does not do"
                                       : "not kept in 8 bits, as the run file's optim does it"),
                       "Set optim to what the checkpoint was trained with.", "optim");
    if (!stored || stored->sizes() != state.value.sizes())
        throw badInput(fmt::format("{}: {} of {} {}", source, state.key, state.parameter->name,
                                   stored ? "has another shape than the model" : "is missing"),
                       kAnother);
    state.value.copy_(*stored);
}

/// The groups of an optimizer name its options: by one that no other has it is known.
void requireSameOptimizer(const TorchValue& group, const TrainArgs& arguments, const std::string& source)
{
    const std::string& optim = arguments.optim;
    const char* mark = optim == "sgd"         ? "nesterov"
                       : optim == "adafactor" ? "clip_threshold"
                       : optim == "adagrad"   ? "lr_decay"
                       : optim == "rmsprop"   ? "centered"
                                              : "betas";
    if (!group.find(mark))
        throw badInput(fmt::format("{} is of another optimizer than the run file's optim ({})", source, optim),
                       "Set optim (and optim_args) to what the checkpoint was trained with.", "optim");
}

/// What the optimizer's groups say, where the run file says otherwise.
std::vector<std::string> compareGroups(const TorchValue::List& groups, const TrainArgs& arguments)
{
    std::vector<std::string> notices;
    const auto compare = [&](const char* name, double theirs, double ours) {
        if (std::abs(theirs - ours) > 1e-9 * std::abs(theirs))
            notices.push_back(fmt::format("The checkpoint was trained with {} {}; the run file says {}, which counts "
                                          "from here on.",
                                          name, theirs, ours));
    };
    const auto entry = [](const TorchValue& group, const char* key, double fallback) {
        const TorchValue* value = group.find(key);
        if (const bool* flag = value ? value->as<bool>() : nullptr)
            return *flag ? 1.0 : 0.0;
        return value ? value->number(fallback) : fallback;
    };
    const TorchValue& first = groups.front();
    const ChoiceOptions said = optimizerOptions(arguments);
    for (const ChoiceOption* option : optionsOf(optimizerOptionTable(), arguments.optim))
        if (const double usual = option->type == ArgumentType::Flag ? 0 : parseDouble(option->defaultWords).value_or(0);
            first.find(option->name))
            compare(option->name, entry(first, option->name, usual), said.number(option->name, usual));
    if (const TorchValue* betas = first.find("betas"); betas && betas->list() && betas->list()->size() == 2) {
        compare("adam_beta1", (*betas->list())[0].number(arguments.adam_beta1), arguments.adam_beta1);
        compare("adam_beta2", (*betas->list())[1].number(arguments.adam_beta2), arguments.adam_beta2);
    }
    if (isAdamW(arguments.optim)) // Lion's group has an eps too, which it does not use
        compare("adam_epsilon", entry(first, "eps", arguments.adam_epsilon), arguments.adam_epsilon);
    compare("weight_decay", entry(first, "weight_decay", arguments.weight_decay), arguments.weight_decay);
    compare("learning_rate", entry(first, "initial_lr", arguments.learning_rate), arguments.learning_rate);
    return notices;
}

} // namespace

void requireExchangeable(const std::string& optim)
{
    if (optim == "adamw_torch_8bit")
        throw badInput(
            "What adamw_torch_8bit remembers cannot be exchanged with transformers' Trainer: torchao keeps it "
            "in objects of its own",
            "Fettle's checkpoints go on in Fettle, and weights are exchanged as they are (\"model\" in the run "
            "file). adamw_8bit, which is bitsandbytes', can be exchanged.",
            "optim");
}

std::vector<const Arena::Entry*> trainerOrder(const Arena& arena)
{
    std::vector<const Arena::Entry*> order;
    for (const bool decays : {true, false})
        for (const Arena::Entry& entry : arena.entries())
            if (entry.trains && entry.traits.decays == decays)
                order.push_back(&entry);
    return order;
}

ForeignState readForeignState(const std::filesystem::path& folder, const RunConfig& config, const StepPlan& plan,
                              LogHistory& logHistory)
{
    const fs::path file = folder / "trainer_state.json";
    const Json json = readJson(file);
    const auto whole = [&](const char* key) -> int64_t {
        return json.is_object() && json.contains(key) && json[key].is_number_integer() ? json[key].get<int64_t>() : 0;
    };
    ForeignState state;
    state.step = whole("global_step");
    if (state.step <= 0)
        throw badInput(fmt::format("{} does not say which step it is (global_step)", file.string()), kAnother);
    if (state.step >= plan.maxSteps)
        throw badInput(fmt::format("{} is at step {}, and the run is planned for {} steps", folder.string(), state.step,
                                   plan.maxSteps),
                       "Ask for more: num_train_epochs or max_steps.", "max_steps");
    const int64_t batch = whole("train_batch_size"), ours = config.arguments.per_device_train_batch_size;
    if (batch > 0 && batch != ours)
        throw badInput(
            fmt::format("{} was trained in batches of {}, the run file says {}", folder.string(), batch, ours),
            fmt::format("Set per_device_train_batch_size to {}: the order of the data follows from it.", batch),
            "per_device_train_batch_size");
    if (const int64_t planned = whole("max_steps"); planned > 0 && planned != plan.maxSteps)
        state.notices.push_back(fmt::format("The checkpoint was planned for {} steps, this run is for {}: the learning "
                                            "rate follows this plan from here on.",
                                            planned, plan.maxSteps));
    if (json.contains("log_history"))
        logHistory.read(json["log_history"]);
    return state;
}

std::vector<std::string> readForeignMoments(const std::filesystem::path& folder, LanguageModel& model,
                                            const RunConfig& config, int64_t step, Optimizer& optimizer)
{
    const fs::path file = folder / "optimizer.pt";
    const std::string source = file.string();
    const TorchValue saved = readTorchFile(file);
    const TorchValue *states = saved.find("state"), *groups = saved.find("param_groups");
    if (!states || !states->dict() || !groups || !groups->list() || groups->list()->empty())
        throw badInput(fmt::format("{} holds no state of an optimizer", source), kAnother);
    requireSameOptimizer(groups->list()->front(), config.arguments, source);
    const std::vector<const Arena::Entry*> order = trainerOrder(model.arena());
    const std::vector<OptimizerState> kept = optimizer.state();
    if (!kept.empty() && states->dict()->size() != order.size())
        throw badInput(fmt::format("{} holds the state of {} parameters, the model has {}", source,
                                   states->dict()->size(), order.size()),
                       kAnother);
    for (const OptimizerState& each : kept) {
        const auto number = std::find(order.begin(), order.end(), each.parameter) - order.begin();
        const TorchValue* state = states->find(static_cast<int64_t>(number));
        if (!state)
            throw badInput(fmt::format("{}: the state of parameter {} is missing", source, number), kAnother);
        copyState(*state, each, source);
    }
    optimizer.setSteps(step);
    return compareGroups(*groups->list(), config.arguments);
}

std::vector<std::string> readForeignPlateau(const std::filesystem::path& folder, PlateauState& state)
{
    const fs::path file = folder / "scheduler.pt";
    if (!fs::exists(file))
        return {fmt::format("{} is missing: the learning rate begins at {} again.", file.string(), state.rate)};
    const TorchValue saved = readTorchFile(file);
    const TorchValue *rates = saved.find("_last_lr"), *bad = saved.find("num_bad_epochs");
    if (!bad || !rates || !rates->list() || rates->list()->empty())
        return {fmt::format("{} is not of reduce_lr_on_plateau: the learning rate begins at {}.", file.string(),
                            state.rate)};
    const auto number = [&](const char* key) {
        const TorchValue* value = saved.find(key);
        return value ? value->number(0) : 0;
    };
    state.rate = rates->list()->front().number(state.rate);
    if (const double best = number("best"); saved.find("best") && std::isfinite(best)) // infinite: no check yet
        state.best = best;
    state.badChecks = static_cast<int64_t>(number("num_bad_epochs"));
    state.cooldown = static_cast<int64_t>(number("cooldown_counter"));
    return {};
}

} // namespace fettle
