// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/matmul/rate.h"

#include "core/nn/busy_machine.h"
#include "core/nn/matmul/ways.h"

#include <ATen/Parallel.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>
#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>

namespace fettle
{

namespace
{

double secondsOf(const MatmulWay& way, const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, bool add)
{
    const auto begin = std::chrono::steady_clock::now();
    way.multiply(a, b, c, add);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

at::Tensor onesMatrix(int64_t rows, int64_t columns)
{
    return at::ones({rows, columns}, at::kFloat);
}

struct RatedProduct {
    at::Tensor a, b, c;
    bool add;
    double flops() const { return 2.0 * static_cast<double>(a.size(0) * a.size(1) * b.size(1)); }
};

std::vector<RatedProduct> productsOfAStep()
{
    constexpr int64_t rows = 192, width = 768, inner = 3072, vocabulary = 50257, wideRows = 64, wideWidth = 192;
    const at::Tensor x = onesMatrix(rows, width), y = onesMatrix(rows, inner), weight = onesMatrix(width, inner);
    const at::Tensor head = onesMatrix(vocabulary, wideWidth), last = onesMatrix(wideRows, wideWidth);
    return {{x, weight, y, false},
            {y, weight.t(), x, false},
            {x.t(), y, weight, true},
            {last, head.t(), onesMatrix(wideRows, vocabulary), false}};
}

} // namespace

double squareRate(const MatmulWay& way, int64_t size, int most, double seconds)
{
    const at::Tensor a = onesMatrix(size, size), b = onesMatrix(size, size), c = onesMatrix(size, size);
    double best = 1e9, spent = secondsOf(way, a, b, c, false);
    for (int i = 0; i < most && (i < 2 || spent < seconds); ++i) {
        const CoreWatch cores;
        const double took = secondsOf(way, a, b, c, false);
        spent += took;
        best = std::min(best, took * cores.share().value_or(1));
    }
    const auto n = static_cast<double>(size);
    return 2 * n * n * n / std::max(best, 1e-6);
}

std::vector<WayRate> rateOfWays()
{
    constexpr int rounds = 4; // the first takes memory and builds what is kept
    const std::vector<MatmulWay>& ways = matmulWays();
    const std::vector<RatedProduct> products = productsOfAStep();
    std::vector<std::vector<double>> best(ways.size(), std::vector<double>(products.size(), 1e9));
    constexpr double quietShare = 0.9;
    const CoreWatch cores;
    for (int round = 0; round < rounds; ++round) {
        for (size_t w = 0; w < ways.size(); ++w)
            for (size_t p = 0; p < products.size(); ++p) {
                const RatedProduct& product = products[p];
                const double took = secondsOf(ways[w], product.a, product.b, product.c, product.add);
                best[w][p] = round == 0 ? best[w][p] : std::min(best[w][p], took);
            }
        if (cores.share().value_or(1) < quietShare)
            return {};
    }
    std::vector<WayRate> rates;
    for (size_t w = 0; w < ways.size(); ++w) {
        double flops = 0, seconds = 0;
        for (size_t p = 0; p < products.size(); ++p) {
            flops += products[p].flops();
            seconds += best[w][p];
        }
        rates.push_back({&ways[w], flops / seconds / 1e9});
    }
    return rates;
}

std::vector<MatmulRate> matmulRates(int64_t size, double seconds)
{
    constexpr int turns = 3;
    std::vector<MatmulRate> rates;
    for (const MatmulWay& way : matmulWays())
        rates.push_back({way.name, way.description, 0, 0, &way == &matmulWay()});
    for (int turn = 0; turn < turns; ++turn)
        for (size_t w = 0; w < rates.size(); ++w)
            rates[w].gflops = std::max(rates[w].gflops, squareRate(matmulWays()[w], size, 4, seconds / turns) / 1e9);
    for (MatmulRate& rate : rates)
        rate.shareOfBest = rate.gflops / bestRate(rates);
    return rates;
}

double bestRate(const std::vector<MatmulRate>& rates)
{
    double best = 0;
    for (const MatmulRate& rate : rates)
        best = std::max(best, rate.gflops);
    return best;
}

double matmulFlopsPerSecond(int threads)
{
    static std::mutex mutex;
    static std::map<int, double> measured;
    const std::lock_guard lock(mutex);
    if (const auto found = measured.find(threads); found != measured.end())
        return found->second;
    const int before = at::get_num_threads();
    if (before != threads)
        at::set_num_threads(std::max(1, threads));
    const double rate = squareRate(matmulWay(), 640, 3, 1); // large enough for every way
    if (before != threads)
        at::set_num_threads(before);
    return measured[threads] = rate;
}

} // namespace fettle
