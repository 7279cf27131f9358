// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/kernels/elementwise.h"
#include "core/nn/kernels/optimizer.h"
#include "core/nn/kernels/product.h"
#include "core/nn/kernels/rows.h"
#include "core/nn/kernels/widen.h"

namespace fettle::FETTLE_KERNEL_ISA
{

/// The kernels of this instruction set, in the order of kernels.h.
const Kernels& kernelTable()
{
    static constexpr Kernels table{FETTLE_KERNEL_NAME,
                                   activate,
                                   activateBackward,
                                   gated,
                                   gatedBackward,
                                   layerNorm,
                                   layerNormBackward,
                                   rmsNorm,
                                   rmsNormBackward,
                                   addDropout,
                                   dropoutBackward,
                                   columnSums,
                                   addBias,
                                   softmaxRow,
                                   softmaxRowAgain,
                                   dropoutRow,
                                   noiseRow,
                                   softmaxRowBackward,
                                   softCap,
                                   addRamp,
                                   addRoundedRamp,
                                   multiply,
                                   rotate,
                                   crossEntropyRow,
                                   product,
                                   transpose,
                                   dot,
                                   axpy,
                                   widenBfloat16,
                                   widenFloat16,
                                   adamw,
                                   adamw8bit,
                                   squaredSum};
    return table;
}

} // namespace fettle::FETTLE_KERNEL_ISA
