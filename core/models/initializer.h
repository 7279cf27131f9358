// SPDX-License-Identifier: GPL-3.0-or-later
// Draws weights in the order in which transformers' constructors draw them, so that the same seed gives the same model.
#pragma once

#include "core/tensors/arena.h"

#include <ATen/core/Generator.h>
#include <string>
#include <vector>

namespace fettle
{

/// Modules are first made with torch's own defaults, whose draws are overwritten later but move the generator on; then
/// _init_weights visits them.
class Initializer
{
public:
    Initializer(const Arena& arena, at::Generator& generator, double range)
        : m_arena(arena), m_generator(generator), m_range(range)
    {
    }

    /// torch.nn.Linear's construction: weight [out, in] and, with `bias`, bias uniform in +-1/sqrt(in).
    void skipLinear(int64_t out, int64_t in, bool bias);
    /// torch.nn.Embedding's construction: normal(0, 1).
    void skipEmbedding(int64_t rows, int64_t width);
    /// transformers' Conv1D's construction: its weight is normal(0, 0.02), its bias zero.
    void conv(const std::string& name);
    /// normal(0, range * factor).
    void normal(const std::string& name, double factor = 1);
    void constant(const std::string& name, double value);
    void zeroRow(const std::string& name, int64_t row);

private:
    const Arena& m_arena;
    at::Generator& m_generator;
    double m_range;
};

} // namespace fettle
