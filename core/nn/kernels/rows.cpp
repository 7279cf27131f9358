// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/rows.h"

#include "core/nn/kernels/math.h"

#include <cmath>

namespace fettle::FETTLE_KERNEL_ISA
{

namespace
{

float maximum(const float* x, int64_t n)
{
    float top = x[0];
#pragma omp simd reduction(max : top)
    for (int64_t i = 0; i < n; ++i)
        top = x[i] > top ? x[i] : top;
    return top;
}

// x becomes exp(x - top); returns the sum.
float exponentials(float* x, float top, int64_t n)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; ++i) {
        const float e = exponential(x[i] - top);
        x[i] = e;
        sum += e;
    }
    return sum;
}

void multiply(float* x, float factor, int64_t n)
{
#pragma omp simd
    for (int64_t i = 0; i < n; ++i)
        x[i] *= factor;
}

void multiplyAndSubtract(float* x, float factor, float less, int64_t n)
{
#pragma omp simd
    for (int64_t i = 0; i < n; ++i)
        x[i] = x[i] * factor - less;
}

/// Mean of top - x.
double meanBelow(const float* x, float top, int64_t n)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < n; ++i)
        sum += top - x[i];
    return static_cast<double>(sum) / static_cast<double>(n);
}

void clear(float* x, int64_t n)
{
    for (int64_t i = 0; i < n; ++i)
        x[i] = 0;
}

} // namespace

void layerNorm(const float* x, const float* weight, const float* bias, float* y, float* mean, float* rstd, int64_t rows,
               int64_t width, float epsilon)
{
    for (int64_t r = 0; r < rows; ++r) {
        const float* in = x + r * width;
        float* out = y + r * width;
        float sum = 0;
#pragma omp simd reduction(+ : sum)
        for (int64_t i = 0; i < width; ++i)
            sum += in[i];
        const float center = sum / static_cast<float>(width);
        float squares = 0;
#pragma omp simd reduction(+ : squares)
        for (int64_t i = 0; i < width; ++i)
            squares += (in[i] - center) * (in[i] - center);
        const float inverse = 1.0F / std::sqrt(squares / static_cast<float>(width) + epsilon);
        if (bias) {
#pragma omp simd
            for (int64_t i = 0; i < width; ++i)
                out[i] = (in[i] - center) * inverse * weight[i] + bias[i];
        } else {
#pragma omp simd
            for (int64_t i = 0; i < width; ++i)
                out[i] = (in[i] - center) * inverse * weight[i];
        }
        mean[r] = center;
        rstd[r] = inverse;
    }
}

void layerNormBackward(const float* x, const float* weight, const float* mean, const float* rstd, const float* dy,
                       float* dx, bool add, float* weightGrad, float* biasGrad, int64_t rows, int64_t width)
{
    const float share = 1.0F / static_cast<float>(width);
    for (int64_t r = 0; r < rows; ++r) {
        const float* in = x + r * width;
        const float* gradient = dy + r * width;
        float* out = dx + r * width;
        const float center = mean[r], inverse = rstd[r];
        float sum = 0, product = 0;
#pragma omp simd reduction(+ : sum, product)
        for (int64_t i = 0; i < width; ++i) {
            const float normalized = (in[i] - center) * inverse;
            const float g = gradient[i] * weight[i];
            sum += g;
            product += g * normalized;
            weightGrad[i] += gradient[i] * normalized;
            biasGrad[i] += gradient[i];
        }
        sum *= share;
        product *= share;
        if (add) {
#pragma omp simd
            for (int64_t i = 0; i < width; ++i) {
                const float normalized = (in[i] - center) * inverse;
                out[i] += (gradient[i] * weight[i] - sum - normalized * product) * inverse;
            }
        } else {
#pragma omp simd
            for (int64_t i = 0; i < width; ++i) {
                const float normalized = (in[i] - center) * inverse;
                out[i] = (gradient[i] * weight[i] - sum - normalized * product) * inverse;
            }
        }
    }
}

void rmsNorm(const float* x, const float* weight, float base, float* y, float* rstd, int64_t rows, int64_t width,
             float epsilon)
{
    for (int64_t r = 0; r < rows; ++r) {
        const float* in = x + r * width;
        float* out = y + r * width;
        float squares = 0;
#pragma omp simd reduction(+ : squares)
        for (int64_t i = 0; i < width; ++i)
            squares += in[i] * in[i];
        const float inverse = 1.0F / std::sqrt(squares / static_cast<float>(width) + epsilon);
#pragma omp simd
        for (int64_t i = 0; i < width; ++i)
            out[i] = in[i] * inverse * (base + weight[i]);
        rstd[r] = inverse;
    }
}

void rmsNormBackward(const float* x, const float* weight, float base, const float* rstd, const float* dy, float* dx,
                     bool add, float* weightGrad, int64_t rows, int64_t width)
{
    for (int64_t r = 0; r < rows; ++r) {
        const float* in = x + r * width;
        const float* gradient = dy + r * width;
        float* out = dx + r * width;
        const float inverse = rstd[r];
        float product = 0;
#pragma omp simd reduction(+ : product)
        for (int64_t i = 0; i < width; ++i) {
            const float normalized = in[i] * inverse;
            product += gradient[i] * (base + weight[i]) * normalized;
            weightGrad[i] += gradient[i] * normalized;
        }
        const float pull = product / static_cast<float>(width) * inverse;
        if (add) {
#pragma omp simd
            for (int64_t i = 0; i < width; ++i)
                out[i] += (gradient[i] * (base + weight[i]) - in[i] * pull) * inverse;
        } else {
#pragma omp simd
            for (int64_t i = 0; i < width; ++i)
                out[i] = (gradient[i] * (base + weight[i]) - in[i] * pull) * inverse;
        }
    }
}

float softmaxRow(float* scores, int64_t length, int64_t end)
{
    const float top = maximum(scores, length);
    const float sum = exponentials(scores, top, length);
    multiply(scores, 1.0F / sum, length);
    clear(scores + length, end - length);
    return top + std::log(sum);
}

void softmaxRowAgain(float* scores, float logSum, int64_t length, int64_t end)
{
#pragma omp simd
    for (int64_t i = 0; i < length; ++i)
        scores[i] = exponential(scores[i] - logSum);
    clear(scores + length, end - length);
}

void dropoutRow(const float* probabilities, float* dropped, const DropoutDraw& draw, uint64_t row, int64_t firstColumn,
                int64_t length)
{
    const uint64_t key = dropoutRowKey(draw.key, row);
    const auto low = static_cast<uint32_t>(key), high = static_cast<uint32_t>(key >> 32);
    const uint32_t threshold = draw.threshold;
    const float scale = draw.scale;
    const auto columns = static_cast<uint32_t>(length), first = static_cast<uint32_t>(firstColumn);
#pragma omp simd
    for (uint32_t i = 0; i < columns; ++i)
        dropped[i] = dropoutHash(first + i, low, high) >= threshold ? probabilities[i] * scale : 0.0F;
}

void noiseRow(float* x, const DropoutDraw& draw, uint64_t row, float reach, int64_t length)
{
    const uint64_t key = dropoutRowKey(draw.key, row);
    const auto low = static_cast<uint32_t>(key), high = static_cast<uint32_t>(key >> 32);
    const auto columns = static_cast<uint32_t>(length);
    // 23 bits, with which float stays exact, each draw in the middle of its step.
#pragma omp simd
    for (uint32_t i = 0; i < columns; ++i) {
        const auto drawn = static_cast<float>(static_cast<int32_t>(dropoutHash(i, low, high) >> 9));
        x[i] += reach * ((drawn + 0.5F) * 0x1p-22F - 1.0F);
    }
}

void softmaxRowBackward(const float* probabilities, float* dProbabilities, float correction, float scale,
                        int64_t length)
{
#pragma omp simd
    for (int64_t i = 0; i < length; ++i)
        dProbabilities[i] = probabilities[i] * (dProbabilities[i] - correction) * scale;
}

double crossEntropyRow(float* logits, int64_t length, int64_t target, double smoothing, float scale, bool gradient)
{
    const float top = maximum(logits, length);
    double below = static_cast<double>(top) - static_cast<double>(logits[target]);
    if (smoothing > 0)
        below = (1 - smoothing) * below + smoothing * meanBelow(logits, top, length);
    float sum = 0;
    if (gradient) {
        sum = exponentials(logits, top, length);
        if (smoothing > 0)
            multiplyAndSubtract(logits, scale / sum,
                                static_cast<float>(smoothing / static_cast<double>(length)) * scale, length);
        else
            multiply(logits, scale / sum, length);
        logits[target] -= smoothing > 0 ? static_cast<float>(1 - smoothing) * scale : scale;
    } else {
#pragma omp simd reduction(+ : sum)
        for (int64_t i = 0; i < length; ++i)
            sum += exponential(logits[i] - top);
    }
    return std::log(static_cast<double>(sum)) + below;
}

float dot(const float* a, const float* b, int64_t length)
{
    float sum = 0;
#pragma omp simd reduction(+ : sum)
    for (int64_t i = 0; i < length; ++i)
        sum += a[i] * b[i];
    return sum;
}

} // namespace fettle::FETTLE_KERNEL_ISA
