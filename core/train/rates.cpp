// SPDX-License-Identifier: GPL-3.0-or-later
// How fast models of a shape were trained on this machine.
#include "core/train/rates.h"

#include "core/base/files.h"
#include "core/base/hash.h"
#include "core/base/json.h"
#include "core/base/machine.h"
#include "core/train/trainer.h"

#include <cstdlib>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace fettle
{

namespace
{

constexpr double enoughSeconds = 0.5; ///< of learning: less says nothing

fs::path ratesFile()
{
    const char* state = std::getenv("XDG_STATE_HOME");
    const fs::path root = state && *state ? fs::path(state) : expandUser("~/.local/state");
    return root / "fettle" / "rates.json";
}

/// What decides about speed: not the weights, but the shape, the processor and the threads.
std::string rateKey(const ModelEntry& model, int threads)
{
    return sha256(fmt::format("{} {} {} {} {} {} | {} | {}", model.modelType, model.parameters, model.layers,
                              model.hiddenSize, model.heads, model.vocabularySize, machine().processor, threads))
        .substr(0, 32);
}

double perUnit(double seconds, double units)
{
    return units > 0 ? seconds / units : 0;
}

} // namespace

void rememberRates(const ModelEntry& model, int threads, const MeasuredRates& measured)
{
    if (measured.learnSeconds < enoughSeconds || measured.learnTokens == 0)
        return;
    try {
        const fs::path file = ratesFile();
        Json all = fs::exists(file) ? readJson(file) : Json::object();
        if (!all.is_object())
            all = Json::object();
        all[rateKey(model, threads)] = Json{
            {"model", model.name},
            {"learn_seconds_per_token", perUnit(measured.learnSeconds, static_cast<double>(measured.learnTokens))},
            {"check_seconds_per_token", perUnit(measured.checkSeconds, static_cast<double>(measured.checkTokens))},
            {"write_seconds_per_byte", perUnit(measured.writeSeconds, static_cast<double>(measured.writtenBytes))}};
        fs::create_directories(file.parent_path());
        writeJson(file, all);
    } catch (const std::exception&) {
    }
}

std::optional<KnownRates> knownRates(const ModelEntry& model, int threads)
{
    try {
        const fs::path file = ratesFile();
        if (!fs::exists(file))
            return std::nullopt;
        const Json all = readJson(file);
        const auto found = all.find(rateKey(model, threads));
        if (found == all.end())
            return std::nullopt;
        KnownRates rates;
        rates.learnSecondsPerToken = jsonValue<double>(*found, "learn_seconds_per_token", 0);
        rates.checkSecondsPerToken = jsonValue<double>(*found, "check_seconds_per_token", 0);
        rates.writeSecondsPerByte = jsonValue<double>(*found, "write_seconds_per_byte", 0);
        if (!(rates.learnSecondsPerToken > 0))
            return std::nullopt;
        return rates;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

} // namespace fettle
