// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nn/forms.h"
#include "core/nn/parallel.h"

namespace fettle::processor
{

void layerNorm(const at::Tensor& x, const Parameter& weight, const Parameter& bias, double epsilon,
               const at::Tensor& out, const at::Tensor& mean, const at::Tensor& rstd)
{
    const int64_t width = x.size(1);
    const float* in = x.const_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    float* center = mean.mutable_data_ptr<float>();
    float* inverse = rstd.mutable_data_ptr<float>();
    forRows(x.size(0), width, [&](int64_t begin, int64_t end) {
        kernels().layerNorm(in + begin * width, weight.value.const_data_ptr<float>(),
                            bias.value.const_data_ptr<float>(), y + begin * width, center + begin, inverse + begin,
                            end - begin, width, static_cast<float>(epsilon));
    });
}

void layerNormBackward(Tape& tape, const at::Tensor& x, const Parameter& weight, const Parameter& bias,
                       const at::Tensor& mean, const at::Tensor& rstd, const at::Tensor& gradient,
                       const GradientTarget& dx)
{
    const int64_t width = x.size(1);
    const float* in = x.const_data_ptr<float>();
    const float* dy = gradient.const_data_ptr<float>();
    float* result = dx.tensor.mutable_data_ptr<float>();
    float* totals[] = {sumsOf(weight), sumsOf(bias)};
    forRowsSumming(tape, x.size(0), width, width, totals, 2, [&](int64_t begin, int64_t end, float* sums) {
        kernels().layerNormBackward(in + begin * width, weight.value.const_data_ptr<float>(),
                                    mean.const_data_ptr<float>() + begin, rstd.const_data_ptr<float>() + begin,
                                    dy + begin * width, result + begin * width, dx.add, sums, sums + width, end - begin,
                                    width);
    });
}

void rmsNorm(const at::Tensor& x, const Parameter& weight, double epsilon, const at::Tensor& out,
             const at::Tensor& rstd)
{
    const int64_t width = x.size(1);
    const float* in = x.const_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    float* inverse = rstd.mutable_data_ptr<float>();
    forRows(x.size(0), width, [&](int64_t begin, int64_t end) {
        kernels().rmsNorm(in + begin * width, weight.value.const_data_ptr<float>(), y + begin * width, inverse + begin,
                          end - begin, width, static_cast<float>(epsilon));
    });
}

void rmsNormBackward(Tape& tape, const at::Tensor& x, const Parameter& weight, const at::Tensor& rstd,
                     const at::Tensor& gradient, const GradientTarget& dx)
{
    const int64_t width = x.size(1);
    const float* in = x.const_data_ptr<float>();
    const float* dy = gradient.const_data_ptr<float>();
    float* result = dx.tensor.mutable_data_ptr<float>();
    float* totals[] = {sumsOf(weight)};
    forRowsSumming(tape, x.size(0), width, width, totals, 1, [&](int64_t begin, int64_t end, float* sums) {
        kernels().rmsNormBackward(in + begin * width, weight.value.const_data_ptr<float>(),
                                  rstd.const_data_ptr<float>() + begin, dy + begin * width, result + begin * width,
                                  dx.add, sums, end - begin, width);
    });
}

} // namespace fettle::processor
