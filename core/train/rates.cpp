// SPDX-License-Identifier: GPL-3.0-or-later
// How fast runs went on this machine.
#include "core/train/rates.h"

#include "core/arguments/setting_keys.h"
#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "core/base/machine.h"
#include "core/train/rate_meter.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>
#include <vector>

namespace fettle
{

namespace
{

constexpr double enoughSeconds = 0.5; ///< of learning: less says nothing
constexpr size_t mostRates = 400;     ///< the oldest go
constexpr size_t mostRuns = 7;        ///< of each
/// By others, beyond which a run says little: its threads waited for each other too, and nobody knows how long. What a
/// single thread waited is known.
constexpr double mostSlowdown = 2;

constexpr const char *learnKey = "learn_seconds_per_token", *checkKey = "check_seconds_per_token",
                     *sampleKey = "sample_seconds_per_token", *checkpointKey = "seconds_per_checkpoint",
                     *otherKey = "other_seconds", *disturbedKey = "disturbed";

fs::path ratesFile()
{
    const char* state = std::getenv("XDG_STATE_HOME");
    const fs::path root = state && *state ? fs::path(state) : expandUser("~/.local/state");
    return root / "fettle" / "rates.json";
}

/// What decides about speed: not the weights, but the shape, the processor and the threads …
std::string modelWords(const ModelFacts& model, const RunConfig& config, int threads)
{
    const std::string adapters =
        model.adapterParameters > 0 ? fmt::format(" adapters {}", model.trainedParameters()) : std::string();
    return fmt::format("{} {} {} {} {} {}{}{} | {} | {}", model.modelType, model.parameters, model.layers,
                       model.hiddenSize, model.heads, model.vocabularySize, adapters,
                       config.arguments.gradient_checkpointing ? " again" : "", machine().processor, threads);
}
/// … and how much is learnt at once.
std::string batchWords(const RunConfig& config)
{
    return fmt::format("{} x {} {} x {}", config.arguments.per_device_train_batch_size, config.data.maxLength,
                       runSettingText(config, setting_key::data::blocks), config.arguments.gradient_accumulation_steps);
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

/// Files of earlier versions hold one run instead of a list, whatever had slowed it: it is not taken.
Json runsOf(const Json& all, const std::string& key)
{
    const auto found = all.find(key);
    return found != all.end() && found->is_array() ? *found : Json::array();
}

bool isDisturbed(const Json& run)
{
    return jsonValue<bool>(run, disturbedKey, false);
}

/// Those that nobody disturbed, where there are any.
Json bestOf(Json runs)
{
    const auto firstDisturbed =
        std::stable_partition(runs.begin(), runs.end(), [](const Json& run) { return !isDisturbed(run); });
    if (firstDisturbed != runs.begin())
        runs.erase(firstDisturbed, runs.end());
    return runs;
}

/// Of the runs that measured it.
std::vector<double> sortedRates(const Json& runs, const char* key)
{
    std::vector<double> rates;
    for (const Json& run : runs)
        if (const double rate = jsonValue<double>(run, key, 0); rate > 0)
            rates.push_back(rate);
    std::sort(rates.begin(), rates.end());
    return rates;
}

/// Rounded down: the slowest of several is never it.
double quantile(const std::vector<double>& sorted, size_t quarters)
{
    return sorted[(sorted.size() - 1) * quarters / 4];
}

double median(const std::vector<double>& sorted)
{
    return sorted.empty() ? 0 : quantile(sorted, 2);
}

/// By the words' key: the model's, and the model's with such batches.
std::pair<std::string, std::string> keysOf(const ModelFacts& model, const RunConfig& config, int threads)
{
    const std::string words = modelWords(model, config, threads);
    return {keyOf(words), keyOf(words + " | " + batchWords(config))};
}

/// As on a quiet machine, as far as that is known.
Json ratesOf(const MeasuredRates& measured, int threads)
{
    const auto quiet = [&measured](double seconds, int64_t units) {
        return perUnit(seconds, static_cast<double>(units)) / measured.slowdown;
    };
    return {{learnKey, quiet(measured.learnSeconds, measured.learnTokens)},
            {checkKey, quiet(measured.checkSeconds, measured.checkTokens)},
            {sampleKey, quiet(measured.sampleSeconds, measured.sampleTokens)},
            {checkpointKey, quiet(measured.saveSeconds, measured.saves)},
            {otherKey, quiet(measured.otherSeconds, 1)},
            {disturbedKey, threads > 1 && measured.slowdown > mostSlowdown}};
}

bool isEnough(const MeasuredRates& measured)
{
    return measured.learnSeconds >= enoughSeconds && measured.learnTokens > 0;
}

/// Of the runs of this process that train now, by the keys that they are asked by.
struct Running {
    std::mutex mutex;
    std::multimap<std::string, std::pair<const RunningRates*, Json>> rates;

    static Running& instance()
    {
        static Running running;
        return running;
    }
    void addTo(Json& runs, const std::string& key)
    {
        const std::lock_guard lock(mutex);
        for (auto [at, end] = rates.equal_range(key); at != end; ++at)
            runs.push_back(at->second.second);
    }
    void drop(const RunningRates* run) // the mutex is held
    {
        std::erase_if(rates, [run](const auto& entry) { return entry.second.first == run; });
    }
};

} // namespace

RunningRates::RunningRates(const ModelFacts& model, const RunConfig& config, int threads) : m_threads(threads)
{
    std::tie(m_model, m_batch) = keysOf(model, config, threads);
}

RunningRates::~RunningRates()
{
    withdraw();
}

void RunningRates::tell(const MeasuredRates& measured)
{
    if (!isEnough(measured))
        return;
    Json rates = ratesOf(measured, m_threads);
    rates.erase(otherKey); // not over: what belongs to nothing else is known at the end
    Running& running = Running::instance();
    const std::lock_guard lock(running.mutex);
    running.drop(this);
    for (const std::string& key : {m_model, m_batch})
        running.rates.emplace(key, std::pair(this, rates));
}

void RunningRates::withdraw()
{
    Running& running = Running::instance();
    const std::lock_guard lock(running.mutex);
    running.drop(this);
}

void rememberRates(const ModelFacts& model, const RunConfig& config, int threads, const MeasuredRates& measured)
{
    if (!isEnough(measured))
        return;
    try {
        Json all = readRates();
        Json rates = ratesOf(measured, threads);
        rates["model"] = model.name;
        const auto [modelKey, batchKey] = keysOf(model, config, threads);
        for (const std::string& key : {modelKey, batchKey}) {
            Json runs = runsOf(all, key);
            runs.push_back(rates);
            runs = bestOf(std::move(runs));
            while (runs.size() > mostRuns)
                runs.erase(runs.begin());
            all.erase(key); // so that the newest stand last
            all[key] = std::move(runs);
        }
        while (all.size() > mostRates)
            all.erase(all.begin());
        fs::create_directories(ratesFile().parent_path());
        writeJson(ratesFile(), all);
    } catch (const std::exception&) {
    }
}

std::optional<KnownRates> knownRates(const ModelFacts& model, const RunConfig& config, int threads)
{
    try {
        const Json all = readRates();
        const auto [modelKey, batchKey] = keysOf(model, config, threads);
        const auto runsWith = [&all](const std::string& key) {
            Json runs = runsOf(all, key);
            Running::instance().addTo(runs, key);
            return bestOf(std::move(runs));
        };
        Json runs = runsWith(batchKey);
        KnownRates rates;
        rates.hasSameBatches = !runs.empty();
        const auto areGood = [](const Json& some) { return !some.empty() && !isDisturbed(some.front()); };
        if (!areGood(runs))
            if (Json others = runsWith(modelKey); runs.empty() || areGood(others)) {
                runs = std::move(others);
                rates.hasSameBatches = false;
            }
        const std::vector<double> learn = sortedRates(runs, learnKey);
        if (learn.empty())
            return std::nullopt;
        rates.runs = static_cast<int>(learn.size());
        rates.areDisturbed = isDisturbed(runs.front());
        rates.learnSecondsPerToken = median(learn);
        rates.fastest = quantile(learn, 1) / rates.learnSecondsPerToken;
        rates.slowest = quantile(learn, 3) / rates.learnSecondsPerToken;
        rates.checkSecondsPerToken = median(sortedRates(runs, checkKey));
        rates.sampleSecondsPerToken = median(sortedRates(runs, sampleKey));
        rates.secondsPerCheckpoint = median(sortedRates(runs, checkpointKey));
        rates.otherSeconds = median(sortedRates(runs, otherKey));
        return rates;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

} // namespace fettle
