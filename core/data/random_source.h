// SPDX-License-Identifier: GPL-3.0-or-later
// What stands for torch's global generator in a run of transformers' Trainer.
#pragma once

#include <ATen/core/Generator.h>
#include <cstdint>
#include <string>

namespace fettle
{

/// A generator that is drawn from when an epoch begins, for orders by length and for masks. What it gives depends on
/// the seed and on the draws before, on nothing else.
class RandomSource
{
public:
    explicit RandomSource(uint64_t seed);
    RandomSource(const RandomSource&) = delete;
    RandomSource& operator=(const RandomSource&) = delete;

    const at::Generator& generator() const { return m_generator; }
    /// The one number that a DataLoader's iterator draws when an epoch begins.
    void beginEpoch();
    /// A number of [0, 1), evenly drawn.
    double uniform();

    /// The generator's state as text (hexadecimal), for checkpoints.
    std::string state() const;
    /// Throws BadInput where the text is no state.
    void setState(const std::string& state);

private:
    at::Generator m_generator;
};

} // namespace fettle
