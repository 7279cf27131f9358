// SPDX-License-Identifier: GPL-3.0-or-later
// trainer_state.json as transformers 4.56 writes it.
#include "core/train/trainer_state.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

/// num_input_tokens_seen as include_num_input_tokens_seen counts it; none where it is not asked for.
std::optional<int64_t> seenTokens(const TrainingProgress& progress, const TrainArgs& arguments)
{
    const std::string& counted = arguments.include_num_input_tokens_seen;
    if (counted == "no")
        return std::nullopt;
    return counted == "all" ? progress.paddedTokens : progress.tokens;
}

void addSeenTokens(Json& entry, const TrainingProgress& progress, const TrainArgs& arguments)
{
    if (const auto seen = seenTokens(progress, arguments))
        entry["num_input_tokens_seen"] = *seen;
}

} // namespace

Json appendLogEntry(TrainingProgress& progress, const TrainArgs& arguments, const StepEvent& step)
{
    Json entry = Json::object();
    entry["epoch"] = step.epoch;
    entry["grad_norm"] = step.gradNorm;
    entry["learning_rate"] = step.learningRate;
    entry["loss"] = progress.loggedSteps > 0 ? Json(progress.loggedLossSum / static_cast<double>(progress.loggedSteps))
                                             : Json(nullptr);
    addSeenTokens(entry, progress, arguments);
    entry["step"] = step.step;
    progress.logHistory.add(entry);
    progress.loggedLossSum = 0;
    progress.loggedSteps = 0;
    return entry;
}

Json appendEvalEntry(TrainingProgress& progress, const TrainArgs& arguments, const EvalEvent& eval, int64_t rows,
                     int64_t batches)
{
    const double seconds = std::max(eval.seconds, 1e-9);
    Json entry = Json::object();
    entry["epoch"] = eval.epoch;
    if (eval.accuracy)
        entry["eval_accuracy"] = *eval.accuracy;
    if (eval.bitsPerByte)
        entry["eval_bits_per_byte"] = *eval.bitsPerByte;
    entry["eval_loss"] = eval.loss;
    entry["eval_runtime"] = eval.seconds;
    entry["eval_samples_per_second"] = static_cast<double>(rows) / seconds;
    entry["eval_steps_per_second"] = static_cast<double>(batches) / seconds;
    addSeenTokens(entry, progress, arguments);
    entry["step"] = eval.step;
    progress.logHistory.add(entry);
    return entry;
}

std::string trainerState(const TrainingProgress& progress, const RunConfig& config, const StepTiming& timing,
                         int64_t maxSteps, double epoch, const std::string& bestCheckpoint, double flops)
{
    Json state = Json::object();
    state["best_global_step"] = progress.best ? Json(progress.best->step) : Json(nullptr);
    const bool byAccuracy = config.arguments.metric_for_best_model == "accuracy";
    state["best_metric"] = !progress.best ? Json(nullptr)
                           : byAccuracy   ? Json(progress.best->accuracy)
                                          : Json(progress.best->loss);
    state["best_model_checkpoint"] = bestCheckpoint.empty() ? Json(nullptr) : Json(bestCheckpoint);
    state["epoch"] = epoch;
    state["eval_steps"] = timing.evalSteps();
    state["global_step"] = progress.step;
    state["is_hyper_param_search"] = false;
    state["is_local_process_zero"] = true;
    state["is_world_process_zero"] = true;
    state["log_history"] = Json::array();
    state["logging_steps"] = timing.loggingSteps();
    state["max_steps"] = maxSteps;
    state["num_input_tokens_seen"] = seenTokens(progress, config.arguments).value_or(0);
    state["num_train_epochs"] = static_cast<int64_t>(std::ceil(config.arguments.num_train_epochs));
    state["save_steps"] = timing.saveSteps();
    const bool isLast = progress.step >= maxSteps;
    state["stateful_callbacks"]["TrainerControl"]["args"] = Json{{"should_epoch_stop", false},
                                                                 {"should_evaluate", false},
                                                                 {"should_log", false},
                                                                 {"should_save", true},
                                                                 {"should_training_stop", isLast}};
    state["stateful_callbacks"]["TrainerControl"]["attributes"] = Json::object();
    state["total_flos"] = flops;
    state["train_batch_size"] = config.arguments.per_device_train_batch_size;
    state["trial_name"] = nullptr;
    state["trial_params"] = nullptr;
    std::string text = nlohmann::json(state).dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    // The one line that can begin so: line ends within texts are escaped.
    const std::string key = "\n  \"log_history\": ";
    const size_t place = text.find(key);
    text.replace(place + key.size(), 2, progress.logHistory.text());
    return text;
}

} // namespace fettle
