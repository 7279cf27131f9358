// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/foreign_checkpoint.h"

#include "core/arguments/run_config.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/data/sampler.h"
#include "core/models/model.h"
#include "core/optim/adamw.h"
#include "core/tensors/torch_file.h"

#include <ATen/core/Tensor.h>
#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr const char* kAnother = "Go on from another checkpoint, or train its model anew: \"model\" in the run file.";

/// The arena's entries as Trainer's two groups number them.
std::vector<const Arena::Entry*> numbered(const Arena& arena)
{
    std::vector<const Arena::Entry*> order;
    for (const bool decays : {true, false})
        for (const Arena::Entry& entry : arena.entries())
            if (entry.trains && entry.traits.decays == decays)
                order.push_back(&entry);
    return order;
}

void copyMoment(const TorchValue& state, const char* key, const Arena::Entry& entry, const std::string& source,
                at::Tensor& flat)
{
    const TorchValue* value = state.find(key);
    const at::Tensor* stored = value ? value->tensor() : nullptr;
    if (!stored || stored->sizes() != at::IntArrayRef(entry.shape))
        throw badInput(fmt::format("{}: {} of {} {}", source, key, entry.name,
                                   stored ? "has another shape than the model" : "is missing"),
                       kAnother);
    flat.narrow(0, entry.offset, entry.numel).view(entry.shape).copy_(*stored);
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
        return value ? value->number(fallback) : fallback;
    };
    const TorchValue& first = groups.front();
    if (const TorchValue* betas = first.find("betas"); betas && betas->list() && betas->list()->size() == 2) {
        compare("adam_beta1", (*betas->list())[0].number(arguments.adam_beta1), arguments.adam_beta1);
        compare("adam_beta2", (*betas->list())[1].number(arguments.adam_beta2), arguments.adam_beta2);
    }
    compare("adam_epsilon", entry(first, "eps", arguments.adam_epsilon), arguments.adam_epsilon);
    compare("weight_decay", entry(first, "weight_decay", arguments.weight_decay), arguments.weight_decay);
    compare("learning_rate", entry(first, "initial_lr", arguments.learning_rate), arguments.learning_rate);
    return notices;
}

} // namespace

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
                                            const RunConfig& config, int64_t step, AdamW& optimizer)
{
    const fs::path file = folder / "optimizer.pt";
    const std::string source = file.string();
    const TorchValue saved = readTorchFile(file);
    const TorchValue *states = saved.find("state"), *groups = saved.find("param_groups");
    if (!states || !states->dict() || !groups || !groups->list() || groups->list()->empty())
        throw badInput(fmt::format("{} holds no state of an optimizer", source), kAnother);
    const std::vector<const Arena::Entry*> order = numbered(model.arena());
    if (states->dict()->size() != order.size())
        throw badInput(fmt::format("{} holds the state of {} parameters, the model has {}", source,
                                   states->dict()->size(), order.size()),
                       kAnother);
    for (size_t i = 0; i < order.size(); ++i) {
        const TorchValue* state = states->find(int64_t(i));
        if (!state)
            throw badInput(fmt::format("{}: the state of parameter {} is missing", source, i), kAnother);
        copyMoment(*state, "exp_avg", *order[i], source, optimizer.firstMoment());
        copyMoment(*state, "exp_avg_sq", *order[i], source, optimizer.secondMoment());
    }
    optimizer.setSteps(step);
    return compareGroups(*groups->list(), config.arguments);
}

} // namespace fettle
