// SPDX-License-Identifier: GPL-3.0-or-later
// Built with -O3 -fno-math-errno (core/CMakeLists.txt): without the latter square roots are not vectorised.
#include "core/optim/adamw_pass.h"

#include <algorithm>
#include <cmath>

namespace fettle
{

namespace
{

__attribute__((always_inline)) inline void adamwLoop(float* __restrict value, float* __restrict grad,
                                                     float* __restrict first, float* __restrict second, int64_t n,
                                                     const AdamWNumbers& k)
{
    for (int64_t i = 0; i < n; ++i) {
        const float g = grad[i] * k.gradScale;
        const float m = first[i] + k.firstRate * (g - first[i]);
        const float v = second[i] * k.beta2 + k.secondRate * g * g;
        first[i] = m;
        second[i] = v;
        grad[i] = 0;
        value[i] = value[i] * k.keep - k.stepSize * (m / (std::sqrt(v) / k.secondCorrection + k.epsilon));
    }
}

__attribute__((always_inline)) inline double squaredSumLoop(const float* values, int64_t n)
{
    constexpr int64_t run = 1024;
    constexpr int lanes = 16;
    double total = 0;
    for (int64_t start = 0; start < n; start += run) {
        const int64_t end = std::min(start + run, n);
        float sums[lanes] = {};
        int64_t i = start;
        for (; i + lanes <= end; i += lanes)
            for (int lane = 0; lane < lanes; ++lane)
                sums[lane] += values[i + lane] * values[i + lane];
        for (; i < end; ++i)
            sums[0] += values[i] * values[i];
        for (const float sum : sums)
            total += sum;
    }
    return total;
}

using AdamWPass = void (*)(float*, float*, float*, float*, int64_t, const AdamWNumbers&);
using SquaredSum = double (*)(const float*, int64_t);

void adamwPassBase(float* value, float* grad, float* first, float* second, int64_t n, const AdamWNumbers& k)
{
    adamwLoop(value, grad, first, second, n, k);
}

double squaredSumBase(const float* values, int64_t n)
{
    return squaredSumLoop(values, n);
}

#if defined(__x86_64__)
__attribute__((target("avx2,fma"))) void adamwPassAvx2(float* value, float* grad, float* first, float* second,
                                                       int64_t n, const AdamWNumbers& k)
{
    adamwLoop(value, grad, first, second, n, k);
}

__attribute__((target("avx2,fma"))) double squaredSumAvx2(const float* values, int64_t n)
{
    return squaredSumLoop(values, n);
}

bool hasAvx2()
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

// Memory, not arithmetic, bounds both loops from AVX2 on: wider registers were not faster.
const AdamWPass chosenPass = hasAvx2() ? adamwPassAvx2 : adamwPassBase;
const SquaredSum chosenSum = hasAvx2() ? squaredSumAvx2 : squaredSumBase;
#else
const AdamWPass chosenPass = adamwPassBase;
const SquaredSum chosenSum = squaredSumBase;
#endif

} // namespace

void adamwPass(float* value, float* grad, float* first, float* second, int64_t n, const AdamWNumbers& numbers)
{
    chosenPass(value, grad, first, second, n, numbers);
}

double squaredSum(const float* values, int64_t n)
{
    return chosenSum(values, n);
}

} // namespace fettle
