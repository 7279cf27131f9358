// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/elementwise.h"

#include "core/nn/kernels/math.h"

namespace fettle::FETTLE_KERNEL_ISA
{

namespace
{

// gelu_new (Hendrycks & Gimpel, arXiv:1606.08415, tanh form): 0.5 x (1 + tanh(u)) = x sigmoid(2u).
constexpr float geluScale = 2.0F * 0.79788456080286536F; // 2 sqrt(2 / pi)
constexpr float geluCubic = 0.044715F;

struct GeluNewFunction {
    static float value(float x) { return x * sigmoid(geluScale * (x + geluCubic * x * x * x)); }
    static float slope(float x)
    {
        const float e = exponential(-geluScale * (x + geluCubic * x * x * x));
        const float s = 1.0F / (1.0F + e); // e s = 1 - s, without cancellation
        return s + x * s * (e * s) * geluScale * (1.0F + 3.0F * geluCubic * x * x);
    }
};
struct GeluFunction {
    static float value(float x) { return x * normalDistribution(x); }
    static float slope(float x)
    {
        return normalDistribution(x) + x * 0.39894228040143268F * exponential(-0.5F * x * x);
    }
};
struct SiluFunction {
    static float value(float x) { return x * sigmoid(x); }
    static float slope(float x)
    {
        const float e = exponential(-x);
        const float s = 1.0F / (1.0F + e); // e s = 1 - s, without cancellation
        return s * (1.0F + x * (e * s));
    }
};
struct ReluFunction {
    static float value(float x) { return x > 0 ? x : 0; }
    static float slope(float x) { return x > 0 ? 1 : 0; }
};

template <typename F>
void activateRows(float* x, const float* bias, float* y, int64_t rows, int64_t width)
{
    if (!bias) {
        const int64_t n = rows * width;
#pragma omp simd
        for (int64_t i = 0; i < n; ++i)
            y[i] = F::value(x[i]);
        return;
    }
    for (int64_t r = 0; r < rows; ++r) {
        float* in = x + r * width;
        float* out = y + r * width;
#pragma omp simd
        for (int64_t i = 0; i < width; ++i) {
            const float sum = in[i] + bias[i];
            in[i] = sum;
            out[i] = F::value(sum);
        }
    }
}

template <typename F>
void activateRowsBackward(const float* x, const float* dy, float* dx, float* biasGrad, int64_t rows, int64_t width)
{
    if (!biasGrad) {
        const int64_t n = rows * width;
#pragma omp simd
        for (int64_t i = 0; i < n; ++i)
            dx[i] = dy[i] * F::slope(x[i]);
        return;
    }
    for (int64_t r = 0; r < rows; ++r) {
        const float* in = x + r * width;
        const float* gradient = dy + r * width;
        float* out = dx + r * width;
#pragma omp simd
        for (int64_t i = 0; i < width; ++i) {
            const float d = gradient[i] * F::slope(in[i]);
            out[i] = d;
            biasGrad[i] += d;
        }
    }
}

template <typename F>
void gatedRows(const float* gateUp, float* y, int64_t rows, int64_t width)
{
    for (int64_t r = 0; r < rows; ++r) {
        const float* gate = gateUp + 2 * r * width;
        const float* up = gate + width;
        float* out = y + r * width;
#pragma omp simd
        for (int64_t i = 0; i < width; ++i)
            out[i] = F::value(gate[i]) * up[i];
    }
}

template <typename F>
void gatedRowsBackward(const float* gateUp, const float* dy, float* dGateUp, int64_t rows, int64_t width)
{
    for (int64_t r = 0; r < rows; ++r) {
        const float* gate = gateUp + 2 * r * width;
        const float* up = gate + width;
        const float* gradient = dy + r * width;
        float* dGate = dGateUp + 2 * r * width;
        float* dUp = dGate + width;
#pragma omp simd
        for (int64_t i = 0; i < width; ++i) {
            dUp[i] = gradient[i] * F::value(gate[i]);
            dGate[i] = gradient[i] * up[i] * F::slope(gate[i]);
        }
    }
}

// run(function) with the function that `kind` names.
template <typename Run>
void withFunction(Activation kind, const Run& run)
{
    switch (kind) {
    case Activation::GeluNew:
        return run(GeluNewFunction{});
    case Activation::Gelu:
        return run(GeluFunction{});
    case Activation::Silu:
        return run(SiluFunction{});
    case Activation::Relu:
        return run(ReluFunction{});
    }
}

template <bool WithResidual, bool WithBias, bool WithDropout>
void addDropoutRows(const float* residual, const float* x, const float* bias, float* y, const DropoutDraw& draw,
                    int64_t firstRow, int64_t rows, int64_t width)
{
    const uint32_t threshold = draw.threshold;
    const float scale = draw.scale;
    for (int64_t r = 0; r < rows; ++r) {
        const uint64_t key = dropoutRowKey(draw.key, static_cast<uint64_t>(firstRow + r));
        const auto low = static_cast<uint32_t>(key), high = static_cast<uint32_t>(key >> 32);
        const float* in = x + r * width;
        const float* base = WithResidual ? residual + r * width : nullptr;
        float* out = y + r * width;
        const auto columns = static_cast<uint32_t>(width);
#pragma omp simd
        for (uint32_t i = 0; i < columns; ++i) {
            float v = in[i];
            if constexpr (WithBias)
                v += bias[i];
            if constexpr (WithDropout)
                v = dropoutHash(i, low, high) >= threshold ? v * scale : 0.0F;
            if constexpr (WithResidual)
                v += base[i];
            out[i] = v;
        }
    }
}

template <bool WithResidual, bool WithBias>
void addDropoutChoose(const float* residual, const float* x, const float* bias, float* y, const DropoutDraw& draw,
                      int64_t firstRow, int64_t rows, int64_t width)
{
    (draw.threshold ? addDropoutRows<WithResidual, WithBias, true>
                    : addDropoutRows<WithResidual, WithBias, false>)(residual, x, bias, y, draw, firstRow, rows, width);
}

} // namespace

void activate(Activation kind, float* x, const float* bias, float* y, int64_t rows, int64_t width)
{
    withFunction(kind, [&](auto function) { activateRows<decltype(function)>(x, bias, y, rows, width); });
}

void activateBackward(Activation kind, const float* x, const float* dy, float* dx, float* biasGrad, int64_t rows,
                      int64_t width)
{
    withFunction(kind,
                 [&](auto function) { activateRowsBackward<decltype(function)>(x, dy, dx, biasGrad, rows, width); });
}

void gated(Activation kind, const float* gateUp, float* y, int64_t rows, int64_t width)
{
    withFunction(kind, [&](auto function) { gatedRows<decltype(function)>(gateUp, y, rows, width); });
}

void gatedBackward(Activation kind, const float* gateUp, const float* dy, float* dGateUp, int64_t rows, int64_t width)
{
    withFunction(kind, [&](auto function) { gatedRowsBackward<decltype(function)>(gateUp, dy, dGateUp, rows, width); });
}

void addDropout(const float* residual, const float* x, const float* bias, float* y, const DropoutDraw& draw,
                int64_t firstRow, int64_t rows, int64_t width)
{
    const auto run = residual ? (bias ? addDropoutChoose<true, true> : addDropoutChoose<true, false>)
                              : (bias ? addDropoutChoose<false, true> : addDropoutChoose<false, false>);
    run(residual, x, bias, y, draw, firstRow, rows, width);
}

void dropoutBackward(const float* dy, float* dx, float* biasGrad, const DropoutDraw& draw, int64_t firstRow,
                     int64_t rows, int64_t width)
{
    addDropoutChoose<false, false>(nullptr, dy, nullptr, dx, draw, firstRow, rows, width);
    if (biasGrad)
        columnSums(dx, width, biasGrad, rows, width);
}

void columnSums(const float* x, int64_t stride, float* sums, int64_t rows, int64_t width)
{
    for (int64_t r = 0; r < rows; ++r) {
        const float* in = x + r * stride;
#pragma omp simd
        for (int64_t i = 0; i < width; ++i)
            sums[i] += in[i];
    }
}

void addBias(float* x, int64_t stride, const float* bias, int64_t rows, int64_t width)
{
    for (int64_t r = 0; r < rows; ++r) {
        float* in = x + r * stride;
#pragma omp simd
        for (int64_t i = 0; i < width; ++i)
            in[i] += bias[i];
    }
}

void softCap(float* x, float cap, float* slopes, int64_t length)
{
    const float inverse = 1.0F / cap;
    if (slopes) {
#pragma omp simd
        for (int64_t i = 0; i < length; ++i) {
            const float t = hyperbolicTangent(x[i] * inverse);
            x[i] = cap * t;
            slopes[i] = 1.0F - t * t;
        }
        return;
    }
#pragma omp simd
    for (int64_t i = 0; i < length; ++i)
        x[i] = cap * hyperbolicTangent(x[i] * inverse);
}

void addRamp(float* x, float start, float step, int64_t length)
{
    const auto count = static_cast<int32_t>(length);
#pragma omp simd
    for (int32_t i = 0; i < count; ++i)
        x[i] += start + step * static_cast<float>(i);
}

void addRoundedRamp(float* x, int64_t first, float step, float origin, float scale, int64_t length)
{
    const auto begin = static_cast<int32_t>(first), count = static_cast<int32_t>(length);
#pragma omp simd
    for (int32_t i = 0; i < count; ++i)
        x[i] += scale * (roundedToBfloat16(step * roundedToBfloat16(static_cast<float>(begin + i))) - origin);
}

void multiply(float* x, const float* factors, int64_t length)
{
#pragma omp simd
    for (int64_t i = 0; i < length; ++i)
        x[i] *= factors[i];
}

void rotate(float* row, int64_t heads, int64_t headDim, int64_t half, const float* cosine, const float* sine, bool back)
{
    const float sign = back ? -1.0F : 1.0F;
    for (int64_t h = 0; h < heads; ++h) {
        float* first = row + h * headDim;
        float* second = first + half;
#pragma omp simd
        for (int64_t j = 0; j < half; ++j) {
            const float a = first[j], b = second[j], s = sign * sine[j];
            first[j] = a * cosine[j] - b * s;
            second[j] = b * cosine[j] + a * s;
        }
    }
}

void axpy(float a, const float* x, float* y, int64_t length)
{
#pragma omp simd
    for (int64_t i = 0; i < length; ++i)
        y[i] += a * x[i];
}

} // namespace fettle::FETTLE_KERNEL_ISA
