// SPDX-License-Identifier: GPL-3.0-or-later
// Activations, biases and dropout.
#include "core/nn/forms.h"
#include "core/nn/parallel.h"

namespace fettle::processor
{

namespace
{

const float* dataOf(const at::Tensor& mayBeUndefined)
{
    return mayBeUndefined.defined() ? mayBeUndefined.const_data_ptr<float>() : nullptr;
}

/// run(begin, end, sums), where `sums` is null or added to the bias's gradient.
template <typename Run>
void forRowsWithBias(Tape& tape, const at::Tensor& gradient, const Parameter& bias, const Run& run)
{
    const int64_t rows = gradient.size(0), width = gradient.size(1);
    float* totals[] = {sumsOf(bias)};
    if (totals[0])
        forRowsSumming(tape, rows, width, width, totals, 1, run);
    else
        forRows(rows, width, [&](int64_t begin, int64_t end) { run(begin, end, nullptr); });
}

} // namespace

void addBias(const at::Tensor& x, const at::Tensor& bias)
{
    float* y = x.mutable_data_ptr<float>();
    const int64_t stride = x.stride(0), width = x.size(1);
    forRows(x.size(0), width, [&](int64_t begin, int64_t end) {
        kernels().addBias(y + begin * stride, stride, bias.const_data_ptr<float>(), end - begin, width);
    });
}

void addColumnSums(Tape& tape, const at::Tensor& x, const at::Tensor& sums)
{
    constexpr int64_t wide = 8192; // from here on threads share out the columns: no sums to be added up afterwards
    const int64_t rows = x.size(0), width = x.size(1), stride = x.stride(0);
    const float* data = x.const_data_ptr<float>();
    float* total = sums.mutable_data_ptr<float>();
    if (width < wide) {
        forRowsSumming(tape, rows, width, width, &total, 1, [&](int64_t begin, int64_t end, float* part) {
            kernels().columnSums(data + begin * stride, stride, part, end - begin, width);
        });
        return;
    }
    at::parallel_for(0, (width + 255) / 256, 1, [&](int64_t first, int64_t last) {
        const int64_t begin = first * 256, end = std::min(width, last * 256);
        kernels().columnSums(data + begin, stride, total + begin, rows, end - begin);
    });
}

void activate(Activation kind, const at::Tensor& x, const at::Tensor& bias, const at::Tensor& out)
{
    const int64_t width = x.size(1);
    float* in = x.mutable_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    const float* shift = dataOf(bias);
    forRows(x.size(0), width, [&](int64_t begin, int64_t end) {
        kernels().activate(kind, in + begin * width, shift, y + begin * width, end - begin, width);
    });
}

at::Tensor activateBackward(Tape& tape, Activation kind, const at::Tensor& x, const at::Tensor& gradient,
                            const Parameter& bias)
{
    const int64_t width = gradient.size(1);
    const float* in = x.const_data_ptr<float>();
    const float* dy = gradient.const_data_ptr<float>();
    const at::Tensor result = gradient.use_count() == 1 ? gradient : tape.empty(gradient.sizes());
    float* dx = result.mutable_data_ptr<float>();
    forRowsWithBias(tape, gradient, bias, [&](int64_t begin, int64_t end, float* sums) {
        kernels().activateBackward(kind, in + begin * width, dy + begin * width, dx + begin * width, sums, end - begin,
                                   width);
    });
    return result;
}

void gated(Activation kind, const at::Tensor& x, const at::Tensor& out)
{
    const int64_t width = out.size(1);
    const float* in = x.const_data_ptr<float>();
    float* y = out.mutable_data_ptr<float>();
    forRows(out.size(0), width, [&](int64_t begin, int64_t end) {
        kernels().gated(kind, in + 2 * begin * width, y + begin * width, end - begin, width);
    });
}

void gatedBackward(Activation kind, const at::Tensor& x, const at::Tensor& gradient, const at::Tensor& dx)
{
    const int64_t width = gradient.size(1);
    const float* in = x.const_data_ptr<float>();
    const float* dy = gradient.const_data_ptr<float>();
    float* result = dx.mutable_data_ptr<float>();
    forRows(gradient.size(0), width, [&](int64_t begin, int64_t end) {
        kernels().gatedBackward(kind, in + 2 * begin * width, dy + begin * width, result + 2 * begin * width,
                                end - begin, width);
    });
}

void softCap(const at::Tensor& x, double cap, const at::Tensor& slopes)
{
    const int64_t width = x.size(1);
    float* values = x.mutable_data_ptr<float>();
    float* derivatives = slopes.defined() ? slopes.mutable_data_ptr<float>() : nullptr;
    forRows(x.size(0), width, [&](int64_t begin, int64_t end) {
        kernels().softCap(values + begin * width, static_cast<float>(cap),
                          derivatives ? derivatives + begin * width : nullptr, (end - begin) * width);
    });
}

void addDropout(const at::Tensor& residual, const at::Tensor& x, const at::Tensor& bias, const DropoutDraw& draw,
                const at::Tensor& out)
{
    const int64_t width = x.size(1);
    const float* in = x.const_data_ptr<float>();
    const float* base = dataOf(residual);
    const float* shift = dataOf(bias);
    float* y = out.mutable_data_ptr<float>();
    forRows(x.size(0), width, [&](int64_t begin, int64_t end) {
        kernels().addDropout(base ? base + begin * width : nullptr, in + begin * width, shift, y + begin * width, draw,
                             begin, end - begin, width);
    });
}

at::Tensor addDropoutBackward(Tape& tape, const DropoutDraw& draw, const at::Tensor& gradient, const Parameter& bias)
{
    if (!draw.threshold) {
        if (bias.grad.defined())
            addColumnSums(tape, gradient, bias.grad);
        return gradient; // shared, not copied
    }
    const int64_t width = gradient.size(1);
    const at::Tensor result = tape.empty(gradient.sizes());
    const float* dy = gradient.const_data_ptr<float>();
    float* dx = result.mutable_data_ptr<float>();
    forRowsWithBias(tape, gradient, bias, [&](int64_t begin, int64_t end, float* sums) {
        kernels().dropoutBackward(dy + begin * width, dx + begin * width, sums, draw, begin, end - begin, width);
    });
    return result;
}

} // namespace fettle::processor
