// SPDX-License-Identifier: GPL-3.0-or-later
// Which words of a batch are hidden, drawn exactly as transformers' DataCollatorForLanguageModeling draws them.
#pragma once

#include <ATen/core/Generator.h>
#include <cstdint>
#include <string>
#include <vector>

namespace fettle
{

struct MaskingOptions {
    double probability = 0.15;  ///< of each token that may be hidden
    int32_t maskToken = 0;      ///< stands for a hidden one, 80 of 100 times
    int64_t vocabularySize = 0; ///< a random word, 10 of 100 times, comes from all of it (the config's vocab_size)
};

/// What became of one padded place.
enum class MaskFate : uint8_t { Untouched, Hidden, Replaced, Kept }; ///< all but Untouched are graded

struct MaskDraw {
    std::vector<MaskFate> fates;      ///< [B*T]
    std::vector<int32_t> replacement; ///< [B*T], where Replaced
};

/// Has a generator of its own; the draws depend on the seed and on the batches before, on nothing else.
class Masker
{
public:
    Masker(const MaskingOptions& options, uint64_t seed);
    const MaskingOptions& options() const { return m_options; }

    /// The one number that a DataLoader's iterator draws when an epoch begins.
    void beginEpoch();
    /// For the padded [rows, width] batch; `maskable[i]` is 0 at special tokens and padding. Draws, in this order:
    /// bernoulli(probability or 0), bernoulli(0.8), bernoulli(0.5), randint(vocabulary).
    MaskDraw draw(const std::vector<uint8_t>& maskable, int64_t rows, int64_t width);

    /// The generator's state as text (hexadecimal), for checkpoints.
    std::string state() const;
    /// Throws BadInput where the text is no state.
    void setState(const std::string& state);

private:
    MaskingOptions m_options;
    at::Generator m_generator;
};

} // namespace fettle
