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
              const at::Tensor& rstd)
{
    const int64_t width = shape.width(), norms = rstd.size(1), keys = shape.key(0), values = shape.value(0);
    const int64_t queryWidth = norm.query.value.size(0), keyWidth = norm.key.value.size(0);
    const auto epsilon = static_cast<float>(norm.epsilon), base = static_cast<float>(norm.base);
    const float* x = qkv.const_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    float* inverse = rstd.mutable_data_ptr<float>();
    forRows(qkv.size(0), width, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const float* in = x + i * width;
            float* to = y + i * width;
            float* kept = inverse + i * norms;
            kernels().rmsNorm(in, norm.query.value.const_data_ptr<float>(), base, to, kept, keys / queryWidth,
                              queryWidth, epsilon);
            kernels().rmsNorm(in + keys, norm.key.value.const_data_ptr<float>(), base, to + keys,
                              kept + keys / queryWidth, (values - keys) / keyWidth, keyWidth, epsilon);
            std::copy(in + values, in + width, to + values);
        }
    });
}

void headNormBackward(Tape& tape, const at::Tensor& qkv, const AttentionShape& shape, const HeadNorm& norm,
                      const at::Tensor& rstd, const at::Tensor& gradient, const GradientTarget& dx)
{
    const int64_t width = shape.width(), norms = rstd.size(1), keys = shape.key(0), values = shape.value(0);
    const auto base = static_cast<float>(norm.base);
    const float* x = qkv.const_data_ptr<float>();
    const float* dy = gradient.const_data_ptr<float>();
    const float* inverse = rstd.const_data_ptr<float>();
    float* result = dx.tensor.mutable_data_ptr<float>();
    // The norms of columns [from, to), whose rstd stand from `first` on.
    const auto part = [&](const Parameter& weight, int64_t from, int64_t to, int64_t first) {
        const int64_t size = weight.value.size(0);
        float* totals[] = {sumsOf(weight)};
        forRowsSumming(tape, qkv.size(0), to - from, size, totals, 1, [&](int64_t begin, int64_t end, float* sums) {
            for (int64_t i = begin; i < end; ++i)
                kernels().rmsNormBackward(x + i * width + from, weight.value.const_data_ptr<float>(), base,
                                          inverse + i * norms + first, dy + i * width + from, result + i * width + from,
                                          dx.add, sums, (to - from) / size, size);
        });
    };
    part(norm.query, 0, keys, 0);
    part(norm.key, keys, values, keys / norm.query.value.size(0));
    forRows(qkv.size(0), width - values, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i)
            if (dx.add)
                kernels().axpy(1.0F, dy + i * width + values, result + i * width + values, width - values);
            else
                std::copy(dy + i * width + values, dy + (i + 1) * width, result + i * width + values);
    });
}

} // namespace fettle::processor
