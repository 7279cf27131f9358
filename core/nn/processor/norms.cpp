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
                            bias.value.defined() ? bias.value.const_data_ptr<float>() : nullptr, y + begin * width,
                            center + begin, inverse + begin, end - begin, width, static_cast<float>(epsilon));
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

void rmsNorm(const at::Tensor& x, const Parameter& weight, double epsilon, double base, const at::Tensor& out,
             const at::Tensor& rstd)
{
    const int64_t width = x.size(1);
    const float* in = x.const_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    float* inverse = rstd.mutable_data_ptr<float>();
    forRows(x.size(0), width, [&](int64_t begin, int64_t end) {
        kernels().rmsNorm(in + begin * width, weight.value.const_data_ptr<float>(), static_cast<float>(base),
                          y + begin * width, inverse + begin, end - begin, width, static_cast<float>(epsilon));
    });
}

void rmsNormBackward(Tape& tape, const at::Tensor& x, const Parameter& weight, double base, const at::Tensor& rstd,
                     const at::Tensor& gradient, const GradientTarget& dx)
{
    const int64_t width = x.size(1);
    const float* in = x.const_data_ptr<float>();
    const float* dy = gradient.const_data_ptr<float>();
    float* result = dx.tensor.mutable_data_ptr<float>();
    float* totals[] = {sumsOf(weight)};
    forRowsSumming(tape, x.size(0), width, width, totals, 1, [&](int64_t begin, int64_t end, float* sums) {
        kernels().rmsNormBackward(in + begin * width, weight.value.const_data_ptr<float>(), static_cast<float>(base),
                                  rstd.const_data_ptr<float>() + begin, dy + begin * width, result + begin * width,
                                  dx.add, sums, end - begin, width);
    });
}

void headNorm(const at::Tensor& qkv, const AttentionShape& shape, const HeadNorm& norm, const at::Tensor& out,
              const at::Tensor& mean, const at::Tensor& rstd)
{
    const int64_t width = shape.width(), norms = rstd.size(1), keys = shape.key(0), values = shape.value(0);
    const auto epsilon = static_cast<float>(norm.epsilon), base = static_cast<float>(norm.base);
    const float* x = qkv.const_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    float* inverse = rstd.mutable_data_ptr<float>();
    float* center = norm.centers ? mean.mutable_data_ptr<float>() : nullptr;
    // The norms of columns [from, to) of row i, whose numbers stand from `first` on.
    const auto part = [&](const Parameter& weight, const Parameter& bias, int64_t i, int64_t from, int64_t to,
                          int64_t first) {
        const int64_t size = weight.value.size(0), count = (to - from) / size, kept = i * norms + first;
        const float* in = x + i * width + from;
        const float* factors = weight.value.const_data_ptr<float>();
        if (center)
            kernels().layerNorm(in, factors, bias.value.defined() ? bias.value.const_data_ptr<float>() : nullptr,
                                y + i * width + from, center + kept, inverse + kept, count, size, epsilon);
        else
            kernels().rmsNorm(in, factors, base, y + i * width + from, inverse + kept, count, size, epsilon);
    };
    forRows(qkv.size(0), width, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            part(norm.query, norm.queryBias, i, 0, keys, 0);
            part(norm.key, norm.keyBias, i, keys, values, keys / norm.query.value.size(0));
            std::copy(x + i * width + values, x + (i + 1) * width, y + i * width + values);
        }
    });
}

void headNormBackward(Tape& tape, const at::Tensor& qkv, const AttentionShape& shape, const HeadNorm& norm,
                      const at::Tensor& mean, const at::Tensor& rstd, const at::Tensor& gradient,
                      const GradientTarget& dx)
{
    const int64_t width = shape.width(), norms = rstd.size(1), keys = shape.key(0), values = shape.value(0);
    const auto base = static_cast<float>(norm.base);
    const float* x = qkv.const_data_ptr<float>();
    const float* dy = gradient.const_data_ptr<float>();
    const float* inverse = rstd.const_data_ptr<float>();
    const float* center = norm.centers ? mean.const_data_ptr<float>() : nullptr;
    float* result = dx.tensor.mutable_data_ptr<float>();
    // The norms of columns [from, to), whose numbers stand from `first` on.
    const auto part = [&](const Parameter& weight, const Parameter& bias, int64_t from, int64_t to, int64_t first) {
        const int64_t size = weight.value.size(0), count = (to - from) / size;
        const float* factors = weight.value.const_data_ptr<float>();
        float* totals[] = {sumsOf(weight), sumsOf(bias)};
        forRowsSumming(tape, qkv.size(0), to - from, size, totals, center ? 2 : 1,
                       [&](int64_t begin, int64_t end, float* sums) {
                           for (int64_t i = begin; i < end; ++i) {
                               const int64_t at = i * width + from, kept = i * norms + first;
                               if (center)
                                   kernels().layerNormBackward(x + at, factors, center + kept, inverse + kept, dy + at,
                                                               result + at, dx.add, sums, sums + size, count, size);
                               else
                                   kernels().rmsNormBackward(x + at, factors, base, inverse + kept, dy + at,
                                                             result + at, dx.add, sums, count, size);
                           }
                       });
    };
    part(norm.query, norm.queryBias, 0, keys, 0);
    part(norm.key, norm.keyBias, keys, values, keys / norm.query.value.size(0));
    forRows(qkv.size(0), width - values, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
            if (dx.add)
                kernels().axpy(1.0F, dy + i * width + values, result + i * width + values, width - values);
            else
                std::copy(dy + i * width + values, dy + (i + 1) * width, result + i * width + values);
    });
}

} // namespace fettle::processor
