// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels of kernels.h that reduce over a row (norms, softmax, cross-entropy); described there.
#pragma once

#include "core/nn/kernels/kernels.h"

namespace fettle::FETTLE_KERNEL_ISA
{

void layerNorm(const float* x, const float* weight, const float* bias, float* y, float* mean, float* rstd, int64_t rows,
               int64_t width, float epsilon);
void layerNormBackward(const float* x, const float* weight, const float* mean, const float* rstd, const float* dy,
                       float* dx, bool add, float* weightGrad, float* biasGrad, int64_t rows, int64_t width);
void rmsNorm(const float* x, const float* weight, float base, float* y, float* rstd, int64_t rows, int64_t width,
             float epsilon);
void rmsNormBackward(const float* x, const float* weight, float base, const float* rstd, const float* dy, float* dx,
                     bool add, float* weightGrad, int64_t rows, int64_t width);
float softmaxRow(float* scores, int64_t length, int64_t end);
void softmaxRowAgain(float* scores, float logSum, int64_t length, int64_t end);
void dropoutRow(const float* probabilities, float* dropped, const DropoutDraw& draw, uint64_t row, int64_t firstColumn,
                int64_t length);
void noiseRow(float* x, const DropoutDraw& draw, uint64_t row, float reach, int64_t length);
void softmaxRowBackward(const float* probabilities, float* dProbabilities, float correction, float scale,
                        int64_t length);
double crossEntropyRow(float* logits, int64_t length, int64_t target, double smoothing, float scale, bool gradient);
float dot(const float* a, const float* b, int64_t length);

} // namespace fettle::FETTLE_KERNEL_ISA
