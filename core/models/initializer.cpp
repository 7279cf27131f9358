// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/models/initializer.h"

#include <ATen/ops/empty.h>
#include <cmath>

namespace fettle
{

void Initializer::skipLinear(int64_t out, int64_t in, bool bias)
{
    const double bound = 1 / std::sqrt(static_cast<double>(in));
    at::empty({out, in}).uniform_(-bound, bound, m_generator);
    if (bias)
        at::empty({out}).uniform_(-bound, bound, m_generator);
}

void Initializer::skipEmbedding(int64_t rows, int64_t width)
{
    at::empty({rows, width}).normal_(0, 1, m_generator);
}

void Initializer::conv(const std::string& name)
{
    const at::Tensor target = m_arena.parameter(name + ".weight").value;
    target.copy_(at::empty(target.sizes()).normal_(0, 0.02, m_generator));
}

void Initializer::normal(const std::string& name, double factor)
{
    // Drawn on the processor whatever the device: the seed alone decides.
    const at::Tensor target = m_arena.parameter(name).value;
    target.copy_(at::empty(target.sizes()).normal_(0, m_range * factor, m_generator));
}

void Initializer::constant(const std::string& name, double value)
{
    m_arena.parameter(name).value.fill_(value);
}

void Initializer::zeroRow(const std::string& name, int64_t row)
{
    const at::Tensor table = m_arena.parameter(name).value;
    if (row >= 0 && row < table.size(0))
        table.select(0, row).zero_();
}

} // namespace fettle
