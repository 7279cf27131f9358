// SPDX-License-Identifier: GPL-3.0-or-later
// How fast runs went on this machine.
#include "core/train/rates.h"

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "core/base/machine.h"
#include "core/train/machine_load.h"
#include "core/train/rate_meter.h"

#include <cstdlib>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr double enoughSeconds = 0.5; ///< of learning: less says nothing
constexpr size_t mostRates = 400;     ///< the oldest go

fs::path ratesFile()
{
    const char* state = std::getenv("XDG_STATE_HOME");
    const fs::path root = state && *state ? fs::path(state) : expandUser("~/.local/state");
    return root / "fettle" / "rates.json";
}

/// What decides about speed: not the weights, but the shape, the processor and the threads …
std::string modelWords(const ModelEntry& model, int threads)
{
    return fmt::format("{} {} {} {} {} {} | {} | {}", model.modelType, model.parameters, model.layers, model.hiddenSize,
                       model.heads, model.vocabularySize, machine().processor, threads);
}
/// … and how much is learnt at once.
std::string batchWords(const RunConfig& config)
{
    return fmt::format("{} x {} {} x {}", config.arguments.per_device_train_batch_size, config.data.maxLength,
                       config.data.packed ? "packed" : "lines", config.arguments.gradient_accumulation_steps);
}

std::string keyOf(const std::string& words)
{
    return sha256(words).substr(0, 32);
}

double perUnit(double seconds, double units)
{
    return units > 0 ? seconds / units : 0;
}

Json readRates()
{
    const fs::path file = ratesFile();
    Json all = fs::exists(file) ? readJson(file) : Json::object();
    return all.is_object() ? all : Json::object();
}

} // namespace

void rememberRates(const ModelEntry& model, const RunConfig& config, int threads, const MeasuredRates& measured)
{
    if (measured.learnSeconds < enoughSeconds || measured.learnTokens == 0)
        return;
    try {
        Json all = readRates();
        const double slowdown = slowdownByOthers(threads); // what slowed the run is mostly still there
        const auto quiet = [slowdown](double seconds, int64_t units) {
            return perUnit(seconds, static_cast<double>(units)) / slowdown;
        };
        const Json rates{{"model", model.name},
                         {"learn_seconds_per_token", quiet(measured.learnSeconds, measured.learnTokens)},
                         {"check_seconds_per_token", quiet(measured.checkSeconds, measured.checkTokens)},
                         {"sample_seconds_per_token", quiet(measured.sampleSeconds, measured.sampleTokens)},
                         {"seconds_per_checkpoint", quiet(measured.saveSeconds, measured.saves)},
                         {"other_seconds", quiet(measured.otherSeconds, 1)}};
        const std::string words = modelWords(model, threads);
        for (const std::string& key : {keyOf(words), keyOf(words + " | " + batchWords(config))}) {
            all.erase(key); // so that the newest stand last
            all[key] = rates;
        }
        while (all.size() > mostRates)
            all.erase(all.begin());
        fs::create_directories(ratesFile().parent_path());
        writeJson(ratesFile(), all);
    } catch (const std::exception&) {
    }
}

std::optional<KnownRates> knownRates(const ModelEntry& model, const RunConfig& config, int threads)
{
    try {
        const Json all = readRates();
        const std::string words = modelWords(model, threads);
        KnownRates rates;
        auto found = all.find(keyOf(words + " | " + batchWords(config)));
        rates.hasSameBatches = found != all.end();
        if (!rates.hasSameBatches)
            found = all.find(keyOf(words));
        if (found == all.end())
            return std::nullopt;
        rates.learnSecondsPerToken = jsonValue<double>(*found, "learn_seconds_per_token", 0);
        rates.checkSecondsPerToken = jsonValue<double>(*found, "check_seconds_per_token", 0);
        rates.sampleSecondsPerToken = jsonValue<double>(*found, "sample_seconds_per_token", 0);
        rates.secondsPerCheckpoint = jsonValue<double>(*found, "seconds_per_checkpoint", 0);
        rates.otherSeconds = jsonValue<double>(*found, "other_seconds", 0);
        if (!(rates.learnSecondsPerToken > 0))
            return std::nullopt;
        return rates;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

} // namespace fettle
