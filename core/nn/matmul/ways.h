// SPDX-License-Identifier: GPL-3.0-or-later
// The ways in which matrices can be multiplied here. Which one is in use: choice.h.
#pragma once

#include <ATen/core/Tensor.h>
#include <string>
#include <vector>

namespace fettle
{

struct MatmulWay {
    const char* name; ///< as settings, passports and `doctor` say it
    std::string description;
    /// As matmul() of matmul.h.
    void (*multiply)(const at::Tensor& a, const at::Tensor& b, const at::Tensor& c, bool add);
};

/// Those that this machine and this LibTorch have. The first is LibTorch's own, which multiplies everything: all types,
/// all devices.
const std::vector<MatmulWay>& matmulWays();
/// The way in use; where nothing was chosen yet, "auto" is.
const MatmulWay& matmulWay();

} // namespace fettle
