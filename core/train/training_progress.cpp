// SPDX-License-Identifier: GPL-3.0-or-later
// How far a run is, as JSON.
#include "core/train/training_progress.h"

#include "core/base/error.h"
#include "core/runs/run_folder.h"

#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

Json numberOrNull(const std::optional<double>& value)
{
    return value ? Json(*value) : Json(nullptr);
}

std::optional<double> optionalNumberAt(const Json& json, const char* key)
{
    if (!json.contains(key) || json[key].is_null())
        return std::nullopt;
    return jsonValue<double>(json, key, 0);
}

} // namespace

Json toJson(const TrainingProgress& progress)
{
    Json json = Json::object();
    json["fettle"] = 1;
    json["step"] = progress.step;
    json["elapsed"] = progress.elapsed;
    json["data"] = Json{{"epoch", progress.cursor.epoch}, {"batch", progress.cursor.batch}};
    json["random"] = Json{{"masks", progress.cursor.maskState}, {"dropout_counter", progress.microBatches}};
    if (!progress.cursor.orderState.empty())
        json["random"]["order"] = progress.cursor.orderState;
    json["loss"] = Json{{"sum", progress.lossSum},
                        {"steps", progress.lossSteps},
                        {"sum_since_log", progress.loggedLossSum},
                        {"steps_since_log", progress.loggedSteps},
                        {"last", numberOrNull(progress.lastLoss)}};
    json["tokens"] = progress.tokens;
    json["padded_tokens"] = progress.paddedTokens;
    json["checks"] = Json{{"lowest", numberOrNull(progress.lowestCheck)},
                          {"without_gain", progress.checksWithoutGain},
                          {"best_loss", progress.best ? Json(progress.best->loss) : Json(nullptr)},
                          {"best_accuracy", progress.best ? Json(progress.best->accuracy) : Json(nullptr)},
                          {"best_step", progress.best ? Json(progress.best->step) : Json(nullptr)}};
    if (progress.plateau)
        json["plateau"] = Json{{"rate", progress.plateau->rate},
                               {"best", numberOrNull(progress.plateau->best)},
                               {"bad_checks", progress.plateau->badChecks},
                               {"cooldown", progress.plateau->cooldown}};
    return json;
}

void readProgress(TrainingProgress& progress, const Json& json)
{
    const auto part = [&](const char* key) -> const Json& {
        if (!json.contains(key) || !json[key].is_object())
            throw badInput(std::string(RunFolder::stateName) + ": \"" + key + "\" is missing",
                           "Continue from another checkpoint.");
        return json[key];
    };
    progress.step = jsonValue<int64_t>(json, "step", -1);
    if (progress.step < 0)
        throw badInput(std::string(RunFolder::stateName) + ": \"step\" is missing",
                       "Continue from another checkpoint.");
    progress.elapsed = jsonValue<double>(json, "elapsed", 0);
    progress.cursor.epoch = jsonValue<int64_t>(part("data"), "epoch", 0);
    progress.cursor.batch = jsonValue<int64_t>(part("data"), "batch", 0);
    progress.cursor.maskState = jsonValue<std::string>(part("random"), "masks", "");
    progress.cursor.orderState = jsonValue<std::string>(part("random"), "order", "");
    progress.microBatches = jsonValue<int64_t>(part("random"), "dropout_counter", 0);
    const Json& loss = part("loss");
    progress.lossSum = jsonValue<double>(loss, "sum", 0);
    progress.lossSteps = jsonValue<int64_t>(loss, "steps", 0);
    progress.loggedLossSum = jsonValue<double>(loss, "sum_since_log", 0);
    progress.loggedSteps = jsonValue<int64_t>(loss, "steps_since_log", 0);
    progress.lastLoss = optionalNumberAt(loss, "last");
    progress.tokens = jsonValue<int64_t>(json, "tokens", 0);
    progress.paddedTokens = jsonValue<int64_t>(json, "padded_tokens", progress.tokens);
    const Json& checks = part("checks");
    progress.lowestCheck = optionalNumberAt(checks, "lowest");
    progress.checksWithoutGain = jsonValue<int64_t>(checks, "without_gain", 0);
    if (const auto best = optionalNumberAt(checks, "best_loss"))
        progress.best = BestCheck{*best, jsonValue<int64_t>(checks, "best_step", 0),
                                  optionalNumberAt(checks, "best_accuracy").value_or(0)};
    if (progress.plateau) {
        const Json& plateau = part("plateau");
        progress.plateau->rate = jsonValue<double>(plateau, "rate", progress.plateau->rate);
        progress.plateau->best = optionalNumberAt(plateau, "best");
        progress.plateau->badChecks = jsonValue<int64_t>(plateau, "bad_checks", 0);
        progress.plateau->cooldown = jsonValue<int64_t>(plateau, "cooldown", 0);
    }
}

} // namespace fettle
