// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/masking.h"

#include "core/base/error.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/bernoulli.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/full.h>
#include <ATen/ops/randint.h>
#include <c10/util/Exception.h>

namespace fettle
{

Masker::Masker(const MaskingOptions& options, uint64_t seed)
    : m_options(options), m_generator(at::make_generator<at::CPUGeneratorImpl>(seed))
{
}

void Masker::beginEpoch()
{
    at::empty({}, at::TensorOptions().dtype(at::kLong)).random_(m_generator);
}

MaskDraw Masker::draw(const std::vector<uint8_t>& maskable, int64_t rows, int64_t width)
{
    const auto floats = at::TensorOptions().dtype(at::kFloat);
    at::Tensor probabilities = at::full({rows, width}, m_options.probability, floats);
    float* probability = probabilities.mutable_data_ptr<float>();
    for (size_t i = 0; i < maskable.size(); ++i)
        if (!maskable[i])
            probability[i] = 0;
    // Probability tensors throughout: with one number bernoulli draws by another algorithm.
    const at::Tensor graded = at::bernoulli(probabilities, m_generator);
    const at::Tensor hidden = at::bernoulli(at::full({rows, width}, 0.8, floats), m_generator);
    const at::Tensor replaced = at::bernoulli(at::full({rows, width}, 0.5, floats), m_generator);
    const at::Tensor words =
        at::randint(m_options.vocabularySize, {rows, width}, m_generator, at::TensorOptions().dtype(at::kLong));

    const float* isGraded = graded.const_data_ptr<float>();
    const float* isHidden = hidden.const_data_ptr<float>();
    const float* isReplaced = replaced.const_data_ptr<float>();
    const int64_t* word = words.const_data_ptr<int64_t>();
    const auto places = static_cast<size_t>(rows * width);
    MaskDraw draw{std::vector<MaskFate>(places, MaskFate::Untouched), std::vector<int32_t>(places, 0)};
    for (size_t i = 0; i < places; ++i) {
        draw.replacement[i] = static_cast<int32_t>(word[i]);
        if (isGraded[i] == 0)
            continue;
        draw.fates[i] = isHidden[i] != 0 ? MaskFate::Hidden : isReplaced[i] != 0 ? MaskFate::Replaced : MaskFate::Kept;
    }
    return draw;
}

std::string Masker::state() const
{
    static constexpr char digits[] = "0123456789abcdef";
    const at::Tensor bytes = m_generator.get_state();
    const auto* data = bytes.const_data_ptr<uint8_t>();
    std::string text;
    text.reserve(static_cast<size_t>(bytes.numel()) * 2);
    for (int64_t i = 0; i < bytes.numel(); ++i) {
        text.push_back(digits[data[i] >> 4]);
        text.push_back(digits[data[i] & 15]);
    }
    return text;
}

void Masker::setState(const std::string& state)
{
    const auto value = [](char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; };
    at::Tensor bytes = at::empty({static_cast<int64_t>(state.size() / 2)}, at::TensorOptions().dtype(at::kByte));
    auto* data = bytes.mutable_data_ptr<uint8_t>();
    bool fits = state.size() % 2 == 0;
    for (size_t i = 0; fits && i < state.size() / 2; ++i) {
        const int high = value(state[2 * i]), low = value(state[2 * i + 1]);
        fits = high >= 0 && low >= 0;
        data[i] = static_cast<uint8_t>(high * 16 + low);
    }
    try {
        if (fits)
            m_generator.set_state(bytes);
    } catch (const c10::Error&) {
        fits = false;
    }
    if (!fits)
        throw badInput("The checkpoint's random generator state is not whole.", "Continue from another checkpoint.");
}

} // namespace fettle
