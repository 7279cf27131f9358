// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/random_source.h"

#include "core/base/error.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>
#include <c10/util/Exception.h>
#include <mutex>

namespace fettle
{

RandomSource::RandomSource(uint64_t seed) : m_generator(at::make_generator<at::CPUGeneratorImpl>(seed)) {}

void RandomSource::beginEpoch()
{
    at::empty({}, at::TensorOptions().dtype(at::kLong)).random_(m_generator);
}

double RandomSource::uniform()
{
    const std::lock_guard<std::mutex> lock(m_generator.mutex());
    return static_cast<double>(at::check_generator<at::CPUGeneratorImpl>(m_generator)->random64() >> 11) * 0x1p-53;
}

std::string RandomSource::state() const
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

void RandomSource::setState(const std::string& state)
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
