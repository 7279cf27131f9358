// SPDX-License-Identifier: GPL-3.0-or-later
// How fast this machine multiplies matrices, in each way.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace fettle
{

struct MatmulWay;

struct WayRate {
    const MatmulWay* way = nullptr;
    double gflops = 0; ///< billions of floating-point operations a second
};

/// The rates of all ways at the products of a training step of GPT-2's shapes: forward, both gradients and a wide
/// vocabulary. Taken in turns, the best of several; some milliseconds for each. Empty where other programs took part of
/// the cores meanwhile: such rates say little.
std::vector<WayRate> rateOfWays();

/// Floating-point operations a second at products of a square of ones: the best of `most` within `seconds`, two at the
/// least, besides a first one that takes memory. Without the time in which other programs had the cores (CoreWatch).
double squareRate(const MatmulWay& way, int64_t size, int most, double seconds);

/// A way as `doctor` and `bench` show it.
struct MatmulRate {
    std::string name, description;
    double gflops = 0;
    double shareOfBest = 0;
    bool isInUse = false;
};
/// The yardstick of `bench` and `doctor`: products of squares of `size` in each way, in turns, the best of several
/// within `seconds` for each.
std::vector<MatmulRate> matmulRates(int64_t size, double seconds);
/// The best of them, in billions of floating-point operations a second.
double bestRate(const std::vector<MatmulRate>& rates);

/// Floating-point operations a second of the way in use on `threads` threads, measured once a process (some
/// milliseconds, on the calling thread).
double matmulFlopsPerSecond(int threads);

} // namespace fettle
