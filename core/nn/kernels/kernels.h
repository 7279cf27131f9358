// SPDX-License-Identifier: GPL-3.0-or-later
// The inner loops that run on the processor, compiled once for each instruction set (kernels.cmake) and chosen at run
// time. They know nothing of tensors or threads: an operation hands each thread its rows.
#pragma once

#include <cstdint>

namespace fettle
{

enum class Activation { GeluNew, Gelu, Silu, Relu };

/// Keeps an element where its draw is at least `threshold` (of 2^32) and multiplies it by `scale`.
struct DropoutDraw {
    uint64_t key = 0; ///< of seed, step and place (dropout.h)
    uint32_t threshold = 0;
    float scale = 1;
};

/// One step of AdamW, in float as torch applies it.
struct AdamWNumbers {
    float gradScale = 1;             ///< clipping
    float keep = 1;                  ///< 1 - learning rate * weight decay
    float firstRate = 0;             ///< 1 - beta1
    float beta2 = 0, secondRate = 0; ///< secondRate = 1 - beta2
    float secondCorrection = 1;      ///< sqrt(1 - beta2^t)
    float epsilon = 0;
    float stepSize = 0; ///< learning rate / (1 - beta1^t)
};

/// 256 rising numbers that stand for what lies between -1 and 1 (core/optim/dynamic_map.h), and what finds the nearest
/// of them in one look: a float's sign, exponent and upper 7 bits name a bucket, which at most one boundary divides.
struct ByteMap {
    static constexpr int lowBits = 16; ///< of a float, which its bucket does not know
    static constexpr int32_t firstBucket = (127 - 24) << 7, buckets = (127 << 7) + 1 - firstBucket; // 2^-24 to 1
    float values[256];
    /// Of positive numbers, then of negative ones. With the low bits of a number added (those of a negative one
    /// inverted, so that they rise with it) its code stands above `lowBits`.
    int32_t steps[2 * buckets];
};

/// A moment in blocks of 256 numbers (Dettmers et al., arXiv:2110.02861): number i is values[codes[i]] * its block's
/// scale. The last block may be shorter.
struct ByteMoment {
    static constexpr int64_t blockSize = 256;
    uint8_t* codes;
    float* scales;
    const ByteMap* map;
};

/// All arrays are float32 and rows are contiguous unless a stride is given; "+=" says that the target is added to.
struct Kernels {
    const char* name; ///< instruction set: "baseline", "x86-64-v3", "x86-64-v4"

    /// y = f(x + bias) over rows x width; keeps x + bias in x. bias may be null.
    void (*activate)(Activation kind, float* x, const float* bias, float* y, int64_t rows, int64_t width);
    /// dx = dy f'(x); dx may be dy. biasGrad += column sums of dx, unless null.
    void (*activateBackward)(Activation kind, const float* x, const float* dy, float* dx, float* biasGrad, int64_t rows,
                             int64_t width);
    /// gateUp [rows, 2 width]: y = f(gate) * up.
    void (*gated)(Activation kind, const float* gateUp, float* y, int64_t rows, int64_t width);
    void (*gatedBackward)(Activation kind, const float* gateUp, const float* dy, float* dGateUp, int64_t rows,
                          int64_t width);

    /// mean and rstd: one a row.
    void (*layerNorm)(const float* x, const float* weight, const float* bias, float* y, float* mean, float* rstd,
                      int64_t rows, int64_t width, float epsilon);
    /// dx = (or += with `add`); weightGrad and biasGrad [width] += this thread's rows.
    void (*layerNormBackward)(const float* x, const float* weight, const float* mean, const float* rstd,
                              const float* dy, float* dx, bool add, float* weightGrad, float* biasGrad, int64_t rows,
                              int64_t width);
    /// The weight is base + weight.
    void (*rmsNorm)(const float* x, const float* weight, float base, float* y, float* rstd, int64_t rows, int64_t width,
                    float epsilon);
    void (*rmsNormBackward)(const float* x, const float* weight, float base, const float* rstd, const float* dy,
                            float* dx, bool add, float* weightGrad, int64_t rows, int64_t width);

    /// y = residual + dropout(x + bias); rows are counted from firstRow for the draws. residual and bias may be null, y
    /// may be x.
    void (*addDropout)(const float* residual, const float* x, const float* bias, float* y, const DropoutDraw& draw,
                       int64_t firstRow, int64_t rows, int64_t width);
    /// dx = dropout'(dy); biasGrad += column sums of dx, unless null.
    void (*dropoutBackward)(const float* dy, float* dx, float* biasGrad, const DropoutDraw& draw, int64_t firstRow,
                            int64_t rows, int64_t width);
    /// sums[width] += sums over rows of x, whose rows are `stride` apart.
    void (*columnSums)(const float* x, int64_t stride, float* sums, int64_t rows, int64_t width);
    /// x += bias, row by row.
    void (*addBias)(float* x, int64_t stride, const float* bias, int64_t rows, int64_t width);

    /// In place: exp(x - max) / sum over scores[0, length); the rest up to `end` is zeroed. Returns log(sum) + max.
    float (*softmaxRow)(float* scores, int64_t length, int64_t end);
    /// In place: exp(x - logSum) over [0, length); the rest up to `end` is zeroed.
    void (*softmaxRowAgain)(float* scores, float logSum, int64_t length, int64_t end);
    /// In place: probabilities with those dropped that the draw drops; their columns are counted from firstColumn.
    /// `dropped` may be `probabilities`.
    void (*dropoutRow)(const float* probabilities, float* dropped, const DropoutDraw& draw, uint64_t row,
                       int64_t firstColumn, int64_t length);
    /// x += reach * draws between -1 and 1.
    void (*noiseRow)(float* x, const DropoutDraw& draw, uint64_t row, float reach, int64_t length);
    /// In place: dScores = probabilities * (dProbabilities - correction) * scale.
    void (*softmaxRowBackward)(const float* probabilities, float* dProbabilities, float correction, float scale,
                               int64_t length);
    /// In place: x = cap tanh(x / cap); slopes, unless null, take the derivative.
    void (*softCap)(float* x, float cap, float* slopes, int64_t length);
    /// x[i] += start + i step.
    void (*addRamp)(float* x, float start, float step, int64_t length);
    /// x[i] += scale * (bfloat16(step * bfloat16(first + i)) - origin); step is a bfloat16.
    void (*addRoundedRamp)(float* x, int64_t first, float step, float origin, float scale, int64_t length);
    /// x[i] *= factors[i].
    void (*multiply)(float* x, const float* factors, int64_t length);
    /// Rotates `heads` heads of one row in place, pairs (j, j + half) of each: x' = x cos - y sin, y' = y cos + x sin.
    void (*rotate)(float* row, int64_t heads, int64_t headDim, int64_t half, const float* cosine, const float* sine,
                   bool back);
    /// Cross-entropy of one row of logits against `target`, `smoothing` of it spread over all tokens. With `gradient`,
    /// logits become scale * (softmax - what is aimed at).
    double (*crossEntropyRow)(float* logits, int64_t length, int64_t target, double smoothing, float scale,
                              bool gradient);
    /// c [m, n] = alpha a b, or += with `add`. a(i, l) stands at a[i aRow + l aColumn]; rows of b and c are contiguous.
    /// For small matrices that lie in the cache.
    void (*product)(int64_t m, int64_t n, int64_t k, float alpha, const float* a, int64_t aRow, int64_t aColumn,
                    const float* b, int64_t bStride, bool add, float* c, int64_t cStride);
    /// out [width, rows] (rows `outStride` apart, the columns from `rows` up to it zeroed) = x [rows, width]
    /// transposed.
    void (*transpose)(const float* x, int64_t stride, int64_t rows, int64_t width, float* out, int64_t outStride);
    float (*dot)(const float* a, const float* b, int64_t length);
    /// y += a x.
    void (*axpy)(float a, const float* x, float* y, int64_t length);

    /// y = x, bfloat16 or float16 (IEEE 754's of two bytes): exact.
    void (*widenBfloat16)(const uint16_t* x, float* y, int64_t length);
    void (*widenFloat16)(const uint16_t* x, float* y, int64_t length);

    /// Updates parameters and both moments, and zeroes the gradients.
    void (*adamw)(float* value, float* grad, float* first, float* second, int64_t length, const AdamWNumbers& numbers);
    /// The same with moments in blocks, that of the gradients' squares in `second`.
    void (*adamw8bit)(float* value, float* grad, const ByteMoment& first, const ByteMoment& second, int64_t length,
                      const AdamWNumbers& numbers);
    /// Gathered in double from short runs in float; the same on every machine.
    double (*squaredSum)(const float* values, int64_t length);
};

/// The best table for this processor; FETTLE_KERNELS=baseline (or another name) in the environment asks for one.
const Kernels& kernels();

} // namespace fettle
