// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/train/trainer_checkpoint.h"

#include "core/arguments/choice_options.h"
#include "core/arguments/run_config.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/model_folder_names.h"
#include "core/base/text.h"
#include "core/models/open_model.h"
#include "core/optim/dynamic_map.h"
#include "core/optim/optimizer.h"
#include "core/optim/schedule.h"
#include "core/runs/run_folder.h"
#include "core/tensors/safetensors.h"
#include "core/tensors/torch_file.h"
#include "core/train/foreign_checkpoint.h"
#include "core/train/training_progress.h"

#include <ATen/ops/scalar_tensor.h>
#include <fmt/format.h>
#include <initializer_list>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

using List = TorchValue::List;
using Dict = TorchValue::Dict;

struct Training {
    RunConfig config;
    TrainingProgress progress;
    int64_t maxSteps = 0;

    const TrainArgs& arguments() const { return config.arguments; }
    /// Of the next step.
    double rate() const
    {
        return progress.plateau ? progress.plateau->rate : learningRateAt(arguments(), maxSteps, progress.step);
    }
};

Training readTraining(const fs::path& checkpoint)
{
    Training training;
    const RunFolder run(checkpoint.parent_path());
    if (!run.hasSettings())
        throw badInput(fmt::format("{} lies apart from its run: there is no {} beside it.", checkpoint.string(),
                                   RunFolder::settingsName),
                       "Put it back into the run's folder: the optimizer's settings are the run's.", "model");
    training.config = readRunConfig(run.settings());
    if (followsChecks(training.arguments()))
        training.progress.plateau = plateauAtStart(training.arguments());
    readProgress(training.progress, readJson(checkpoint / RunFolder::stateName));
    training.maxSteps = jsonValue<int64_t>(readJson(checkpoint / "trainer_state.json"), "max_steps", 0);
    return training;
}

/// A dictionary of Python that is made entry by entry.
class DictMaker
{
public:
    void add(const char* key, TorchValue::Content value) { m_entries.emplace_back(key, std::move(value)); }
    void add(const char* key, std::initializer_list<TorchValue::Content> values)
    {
        m_entries.emplace_back(key, List(values.begin(), values.end()));
    }
    TorchValue take() { return TorchValue(std::move(m_entries)); }

private:
    Dict m_entries;
};

/// What a group of parameters says beside its rate and decay. Options that torch fills in where a file has none
/// (foreach, maximize …) are left to it.
void addOptions(DictMaker& group, const TrainArgs& arguments)
{
    const std::string& optim = arguments.optim;
    const auto options = optionsOf(optimizerOptionTable(), optim);
    if (isAdamW(optim) || optim == "lion_32bit") {
        group.add("betas", {arguments.adam_beta1, arguments.adam_beta2});
        group.add("eps", isAdamW(optim) ? arguments.adam_epsilon : 0);
        if (optim == "adamw_torch_fused")
            group.add("fused", true);
    } else if (optim == "adafactor") { // as Trainer sets it up, which no argument changes
        group.add("eps", {1e-30, 1e-3});
        group.add("clip_threshold", 1.0);
        group.add("decay_rate", -0.8);
        group.add("beta1", TorchValue::None());
        for (const char* off : {"scale_parameter", "relative_step", "warmup_init"})
            group.add(off, false);
    } else if (options.empty()) {
        throw badInput(fmt::format("transformers' Trainer has no place for what the optimizer {} remembers", optim),
                       "The checkpoint can go on in Fettle, and transformers reads its weights as they are.", "optim");
    }
    const ChoiceOptions said = optimizerOptions(arguments);
    for (const ChoiceOption* option : options) {
        const double value = said.number(option->name, parseDouble(option->defaultWords).value_or(0));
        if (option->type == ArgumentType::Flag)
            group.add(option->name, value != 0);
        else
            group.add(option->name, value);
    }
}

/// Trainer's two groups, what decays and what does not; `order` as it numbers its parameters.
TorchValue paramGroups(const std::vector<const Arena::Entry*>& order, const Training& training)
{
    const TrainArgs& arguments = training.arguments();
    List groups;
    for (const bool decays : {true, false}) {
        List numbers;
        for (size_t i = 0; i < order.size(); ++i)
            if (order[i]->traits.decays == decays)
                numbers.emplace_back(static_cast<int64_t>(i));
        DictMaker group;
        group.add("weight_decay", decays ? arguments.weight_decay : 0);
        group.add("lr", training.rate());
        if (!followsChecks(arguments)) // what LambdaLR multiplies
            group.add("initial_lr", arguments.learning_rate);
        addOptions(group, arguments);
        group.add("params", std::make_shared<List>(std::move(numbers)));
        groups.push_back(group.take());
    }
    return TorchValue(std::move(groups));
}

/// The number of steps as the optimizer keeps it for each parameter; None: not at all.
TorchValue::Content stepsOf(const std::string& optim, int64_t steps)
{
    if (optim == "sgd")
        return TorchValue::None();
    if (optim == "adafactor" || optim == "lion_32bit" || firstNameOf(optim) == "adamw_8bit")
        return steps;
    return at::scalar_tensor(static_cast<double>(steps), at::kFloat);
}

/// state_dict() of the optimizer; tensors are views into `kept`.
TorchValue optimizerState(const SafetensorsFile& kept, const Arena& arena, const Training& training)
{
    std::map<std::string, std::vector<std::string>> keys; // of each parameter: "exp_avg"
    for (const auto& [name, info] : kept.tensors())
        if (const size_t dot = name.find('.'); dot != std::string::npos)
            keys[name.substr(dot + 1)].push_back(name.substr(0, dot));
    const std::vector<const Arena::Entry*> order = trainerOrder(arena);
    const TorchValue::Content steps = stepsOf(training.arguments().optim, training.progress.step);
    Dict states;
    for (size_t i = 0; i < order.size() && !keys.empty(); ++i) {
        const std::string& name = order[i]->name;
        DictMaker state;
        if (!std::holds_alternative<TorchValue::None>(steps))
            state.add("step", steps);
        if (!keys.contains(name))
            throw badInput(fmt::format("{} holds nothing of {}", RunFolder::optimizerName, name),
                           "Take another checkpoint.");
        for (const std::string& key : keys[name])
            state.add(key.c_str(), kept.tensor(key + "." + name));
        if (kept.contains("absmax1." + name)) { // bitsandbytes keeps the maps with each parameter
            state.add("qmap1", dynamicMapTensor(true));
            state.add("qmap2", dynamicMapTensor(false));
        }
        states.emplace_back(static_cast<int64_t>(i), state.take());
    }
    DictMaker dict;
    dict.add("state", std::make_shared<Dict>(std::move(states)));
    dict.add("param_groups", paramGroups(order, training).content());
    return dict.take();
}

/// state_dict() of torch's LambdaLR, whose functions Trainer makes anew.
TorchValue scheduleState(const Training& training)
{
    const double rate = training.rate(), first = training.arguments().learning_rate;
    DictMaker dict;
    dict.add("base_lrs", {first, first}); // of each group
    dict.add("last_epoch", training.progress.step);
    dict.add("_step_count", training.progress.step + 1);
    dict.add("_is_initial", false);
    dict.add("_get_lr_called_within_step", false);
    dict.add("_last_lr", {rate, rate});
    dict.add("lr_lambdas", {TorchValue::None(), TorchValue::None()});
    return dict.take();
}

/// state_dict() of torch's ReduceLROnPlateau.
TorchValue plateauState(const Training& training)
{
    const PlateauState& state = *training.progress.plateau;
    const ChoiceOptions said = scheduleOptions(training.arguments());
    const double infinity = std::numeric_limits<double>::infinity(), lowest = said.number("min_lr", 0);
    const std::string mode = said.word("mode", "min");
    const double worst = mode == "min" ? infinity : -infinity;
    DictMaker dict;
    dict.add("factor", said.number("factor", 0.1));
    dict.add("default_min_lr", lowest);
    dict.add("min_lrs", {lowest, lowest});
    dict.add("patience", static_cast<int64_t>(said.number("patience", 10)));
    dict.add("cooldown", static_cast<int64_t>(said.number("cooldown", 0)));
    dict.add("eps", said.number("eps", 1e-8));
    dict.add("_last_lr", {state.rate, state.rate});
    dict.add("mode", mode);
    dict.add("mode_worse", worst);
    dict.add("threshold", said.number("threshold", 1e-4));
    dict.add("threshold_mode", said.word("threshold_mode", "rel"));
    dict.add("best", state.best.value_or(worst));
    dict.add("cooldown_counter", state.cooldown);
    dict.add("num_bad_epochs", state.badChecks);
    return dict.take();
}

/// Trainer gives weights to the modules of their names, and transformers 5 calls the head of GPT-NeoX lm_head where its
/// own files have embed_out: it would stay what it was. from_pretrained takes either name.
void nameHeadAsModule(const fs::path& folder)
{
    constexpr const char *inFiles = "embed_out.weight", *module = "lm_head.weight";
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        if (entry.path().extension() == ".safetensors" && SafetensorsFile(entry.path()).contains(inFiles))
            files.push_back(entry.path());
    for (const fs::path& path : files) {
        const SafetensorsFile file(path);
        NamedTensors tensors;
        for (const auto& [name, info] : file.tensors())
            tensors.emplace_back(name == inFiles ? module : name, file.tensor(name));
        const fs::path beside = folder / "renamed";
        writeSafetensors(beside, tensors);
        fs::rename(beside, path);
    }
    if (const fs::path path = folder / kWeightsIndexName; !files.empty() && fs::exists(path)) {
        Json index = readJson(path);
        index["weight_map"][module] = index["weight_map"][inFiles];
        index["weight_map"].erase(inFiles);
        writeFile(path, fileText(index));
    }
}

} // namespace

void writeTrainerCheckpoint(const std::filesystem::path& checkpoint, const std::filesystem::path& target)
{
    const Training training = readTraining(checkpoint);
    requireExchangeable(training.arguments().optim);
    const OpenedModel model = openModel(checkpoint.string());
    const SafetensorsFile kept(checkpoint / RunFolder::optimizerName);
    const TorchValue optimizer = optimizerState(kept, model.plan.arena, training);
    writeFolderAtomically(target, [&](const fs::path& partial) {
        for (const fs::directory_entry& entry : fs::directory_iterator(checkpoint))
            if (const fs::path name = entry.path().filename();
                name != RunFolder::stateName && name != RunFolder::optimizerName)
                fs::copy(entry.path(), partial / name, fs::copy_options::recursive);
        nameHeadAsModule(partial);
        writeTorchFile(partial / "optimizer.pt", optimizer);
        writeTorchFile(partial / "scheduler.pt",
                       training.progress.plateau ? plateauState(training) : scheduleState(training));
    });
}

} // namespace fettle
