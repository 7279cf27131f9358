// SPDX-License-Identifier: GPL-3.0-or-later
// Dropout's draws: counter-based, a function of seed, step, place in the model, row and column, so that the backward
// pass draws them again instead of keeping them, and neither threads nor processors change them.
#pragma once

#include "core/nn/kernels/kernels.h"

#include <ATen/core/Tensor.h>
#include <cstdint>

namespace fettle
{

/// `place` counts the dropouts of one forward pass.
DropoutDraw dropoutDraw(double probability, uint64_t seed, uint64_t step, uint64_t place);

/// The plain form: for rows [firstRow, firstRow + rows) x columns, 0 where dropped, else draw.scale. The same draws as
/// the kernels'.
at::Tensor dropoutFactors(const DropoutDraw& draw, const at::Tensor& rowNumbers, int64_t columns,
                          const at::TensorOptions& options);

/// The same for noise: draws between -1 and 1.
at::Tensor noiseFactors(const DropoutDraw& draw, const at::Tensor& rowNumbers, int64_t columns,
                        const at::TensorOptions& options);

} // namespace fettle
