// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/matmul/choice.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/json.h"
#include "core/base/machine.h"
#include "core/base/version.h"
#include "core/nn/matmul/check.h"
#include "core/nn/matmul/mkl_paths.h"
#include "core/nn/matmul/rate.h"

#include <ATen/Parallel.h>
#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fmt/format.h>
#include <mutex>
#include <nlohmann/json.hpp>
#include <torch/headeronly/version.h>

namespace fettle
{

namespace
{

/// Another way than LibTorch's own must be faster by this: it may pay for each new shape, and a measurement errs.
constexpr double clearlyFaster = 1.1;

std::atomic<const MatmulWay*> inUse{nullptr};
std::mutex choosing;

const MatmulWay* findWay(const std::string& name)
{
    for (const MatmulWay& way : matmulWays())
        if (name == way.name)
            return &way;
    return nullptr;
}

const MatmulWay& requireWay(const std::string& name, const char* subject)
{
    if (const MatmulWay* way = findWay(name))
        return *way;
    std::string names;
    for (const MatmulWay& way : matmulWays())
        names += fmt::format("{}{}", names.empty() ? "" : ", ", way.name);
    throw badInput(fmt::format("{} = {}: matrices cannot be multiplied that way here.", subject, shown(name)),
                   fmt::format("Choose auto or one of: {}.", names), "matmul");
}

fs::path choicesFile()
{
    return cacheFolder() / "matmul.json";
}

/// An object, empty where there is none that can be read.
Json readChoices()
{
    try {
        const fs::path file = choicesFile();
        std::error_code ignored;
        Json choices = fs::exists(file, ignored) ? readJson(file) : Json::object();
        return choices.is_object() ? choices : Json::object();
    } catch (const Error&) {
        return Json::object();
    }
}

/// Nothing depends on it: a cache that cannot be written is no failure.
void keepChoice(const std::string& key, const std::vector<WayRate>& rates, const MatmulWay& way)
{
    try {
        const fs::path file = choicesFile();
        fs::create_directories(file.parent_path());
        Json choices = readChoices(), gflops = Json::object();
        for (const WayRate& rate : rates)
            gflops[rate.way->name] = rate.gflops;
        choices[key] = Json{{"way", way.name}, {"gflops", gflops}, {"time", now()}};
        writeJson(file, choices);
    } catch (const std::exception&) {
    }
}

const MatmulWay& measuredWay()
{
    const std::vector<MatmulWay>& ways = matmulWays();
    if (ways.size() == 1)
        return ways.front();
    const std::string key = matmulMeasuredFor();
    const Json choices = readChoices();
    if (choices.contains(key) && choices[key].is_object())
        if (const MatmulWay* known = findWay(jsonValue<std::string>(choices[key], "way", "")))
            return *known;
    const std::vector<WayRate> rates = rateOfWays();
    if (rates.empty())
        return ways.front(); // until a quiet moment
    const WayRate* best = &rates.front();
    for (const WayRate& rate : rates)
        if (rate.gflops > best->gflops * (best == &rates.front() ? clearlyFaster : 1) && largestError(*rate.way) <= 1)
            best = &rate;
    keepChoice(key, rates, *best->way);
    return *best->way;
}

/// `choosing` is held.
void choose(const std::string& wish)
{
    const char* given = std::getenv("FETTLE_MATMUL");
    if (wish != "auto")
        inUse = &requireWay(wish, "matmul");
    else if (given && *given && std::string(given) != "auto")
        inUse = &requireWay(given, "FETTLE_MATMUL");
    else
        inUse = &measuredWay();
}

} // namespace

void useMatmul(const std::string& wish)
{
    const std::lock_guard lock(choosing);
    choose(wish);
}

const MatmulWay& matmulWay()
{
    const MatmulWay* way = inUse.load(std::memory_order_relaxed);
    if (!way) {
        const std::lock_guard lock(choosing);
        if (!inUse)
            choose("auto");
        way = inUse;
    }
    return *way;
}

std::string matmulMeasuredFor()
{
    std::string names;
    for (const MatmulWay& way : matmulWays())
        names += std::string(" ") + way.name;
    return fmt::format("{}, {} threads, LibTorch {}, Fettle {}:{}", machine().processor, at::get_num_threads(),
                       TORCH_VERSION, programVersion(), names);
}

std::string matmulInUse()
{
    return matmulWay().name;
}

} // namespace fettle
