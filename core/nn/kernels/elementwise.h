// SPDX-License-Identifier: GPL-3.0-or-later
// The kernels of kernels.h that look at one element (or one row and a bias) at a time; described there.
#pragma once

#include "core/nn/kernels/kernels.h"

namespace fettle::FETTLE_KERNEL_ISA
{

void activate(Activation kind, float* x, const float* bias, float* y, int64_t rows, int64_t width);
void activateBackward(Activation kind, const float* x, const float* dy, float* dx, float* biasGrad, int64_t rows,
                      int64_t width);
void gated(Activation kind, const float* gateUp, float* y, int64_t rows, int64_t width);
void gatedBackward(Activation kind, const float* gateUp, const float* dy, float* dGateUp, int64_t rows, int64_t width);
void addDropout(const float* residual, const float* x, const float* bias, float* y, const DropoutDraw& draw,
                int64_t firstRow, int64_t rows, int64_t width);
void dropoutBackward(const float* dy, float* dx, float* biasGrad, const DropoutDraw& draw, int64_t firstRow,
                     int64_t rows, int64_t width);
void columnSums(const float* x, int64_t stride, float* sums, int64_t rows, int64_t width);
void addBias(float* x, int64_t stride, const float* bias, int64_t rows, int64_t width);
void softCap(float* x, float cap, float* slopes, int64_t length);
void addRamp(float* x, float start, float step, int64_t length);
void addRoundedRamp(float* x, int64_t first, float step, float origin, float scale, int64_t length);
void multiply(float* x, const float* factors, int64_t length);
void rotate(float* row, int64_t heads, int64_t headDim, int64_t half, const float* cosine, const float* sine,
            bool back);
void axpy(float a, const float* x, float* y, int64_t length);

} // namespace fettle::FETTLE_KERNEL_ISA
